"""Contacts found by the program, in the window: as marks, told apart from the hand's, which stay."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton

from runclinic.gait.contacts import Event
from runclinic.gait.filming import Filming
from runclinic.ui.gait import finding, strip
from runclinic.ui.gait.finding import POINTS, Contacts, changes
from runclinic.video import Clip, pose, pose_network
from runclinic.video.pose_store import Progress, mark_of, to_bytes
from runclinic.video.pose_tracking import Table
from runclinic.visit import stride
from runclinic.visit.entry import standing
from runclinic.visit.stride import Film, Mark


def points_kept(clip, shot) -> bytes:
    """The finished search of a drawn clip: her body points are known."""
    table = Table.empty(clip.frame_count)
    table.points[:, :, 2:] = 0
    for number, name in enumerate(pose_network.POINTS):
        if name in shot.names:
            table.points[:, number, :2] = shot.point(name)
            table.points[:, number, 3:] = 1
    table.sure[:], table.bodies[:] = 1, 1
    table = replace(table, done=clip.frame_count)
    return to_bytes(Progress(pose.model(), mark_of(clip.times_s, clip.size), clip.size, clip.times_s, table))


@pytest.fixture(scope="module")
def running(drawn_clip, tmp_path_factory):
    return drawn_clip(tmp_path_factory.mktemp("clips"), "running.mp4", duration_s=5)


@pytest.fixture
def on_film(room, running):
    """The film in the window, its side told, its body points found earlier."""
    room.on_film(running.path)
    room.page._tell("view", "side_right", typing=False)
    with Clip.open(running.path) as clip:
        room.store.films.keep_beside(room.page.film_id, POINTS, points_kept(clip, running.shot))
    room.settled()
    return room


def found(room):
    return stride.recorded(room.opened.now(), room.page.film_id).marks


def entries(room):
    return [each for each in room.store.visits.entries(room.opened.visit.id) if "/event/" in each.key]


def shown_buttons(room):
    return {each.text(): each for each in room.page.findChildren(QPushButton) if each.isVisible()}


def away_from_truth(room, running):
    truth = {}
    for event in running.shot.events():
        truth.setdefault((event.side, event.kind), []).append(event.frame)
    return [min(abs(mark.frame - at) for at in truth[mark.side, mark.kind]) for mark in found(room)]


def test_one_button_finds_them_and_they_are_measured_entries(on_film, running):
    room = on_film
    button = shown_buttons(room)["Find the contacts"]
    assert button.property("kind") == "primary"
    button.click()
    room.settled()
    marks = found(room)
    assert len(marks) > 20
    assert max(away_from_truth(room, running)) <= 1
    assert {each.source for each in entries(room)} == {"measured"}
    assert all(0 < mark.confidence <= 1 and not mark.by_hand for mark in marks)
    assert abs(room.cadence.value - running.shot.runner.cadence_spm) <= room.cadence.plus_minus
    assert "found by the program" in room.page.panel.measures.basis.text()
    assert "Next: Readiness" in shown_buttons(room)
    assert shown_buttons(room)["Next: Readiness"].property("kind") == "primary"
    said = standing(room.store.visits.entries(room.opened.visit.id))[stride.finding_key(room.page.film_id)]
    assert said.value["model"] == pose.model().label


def test_it_is_one_step_of_undo(on_film):
    room = on_film
    room.press("c")
    room.settled()
    assert found(room)
    room.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    room.settled()
    assert found(room) == ()
    room.press("c")
    room.settled()
    assert found(room)


def test_a_picture_says_who_marked_it(on_film):
    room = on_film
    room.press("c")
    room.settled()
    mark = found(room)[4]
    room.page.stage.player.go(mark.frame)
    room.settled()
    assert "found, " in room.page.stage.picture.caption
    assert "% sure" in room.page.stage.picture.caption
    lane = room.page.stage.strip.lane_of(mark.side).center().y()
    place = QPoint(round(room.page.stage.strip.x_of(mark.frame)), round(lane))
    assert "found by the program" in room.page.stage.strip.words_at(place)
    room.page._marks.move(mark, mark.frame + 1)
    room.settled()
    room.page.stage.player.go(mark.frame + 1)
    room.settled()
    assert "by hand" in room.page.stage.picture.caption
    assert "1 mark set by hand" in room.page.panel.measures.basis.text()
    assert "set by hand" in room.page.stage.strip.words_at(place + QPoint(3, 0))


def test_what_a_hand_did_stays_when_they_are_found_again(on_film, qtbot):
    room = on_film
    room.press("c")
    room.settled()
    before = found(room)
    moved, gone = before[5], before[8]
    lanes = room.page.stage.strip
    room.page.stage.player.go(moved.frame)
    room.settled()
    start = QPoint(round(lanes.x_of(moved.frame)), round(lanes.lane_of(moved.side).y() + strip.LANE / 2))
    end = QPoint(round(lanes.x_of(moved.frame + 3)), start.y())
    qtbot.mousePress(lanes, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(lanes, end)
    qtbot.mouseRelease(lanes, Qt.MouseButton.LeftButton, pos=end)
    room.settled()
    room.page.stage.player.go(gone.frame)
    room.settled()
    room.press(Qt.Key.Key_Delete)
    room.settled()
    count = len(entries(room))
    room.press("c")
    room.settled()
    after = {mark.number: mark for mark in found(room)}
    assert after[moved.number] == Mark(moved.number, moved.side, moved.kind, moved.frame + 3)
    assert gone.number not in after
    assert len(after) == len(before) - 1
    assert [mark for mark in before if mark not in (moved, gone)] == [
        mark for mark in after.values() if not mark.by_hand
    ]
    assert len(entries(room)) == count


def test_a_key_near_a_found_mark_sets_it_right(on_film):
    room = on_film
    room.press("c")
    room.settled()
    before = found(room)
    mark = next(each for each in before if (each.side, each.kind) == ("left", "initial_contact"))
    room.go(mark.frame + 2)
    room.settled()
    room.press("1")
    room.settled()
    assert len(found(room)) == len(before)
    assert Mark(mark.number, "left", "initial_contact", mark.frame + 2) in found(room)


def test_it_asks_for_the_side_first(room, running):
    room.on_film(running.path)
    room.press("c")
    room.settled()
    assert "which side" in room.page.search.line.words.text()
    assert room.page.panel.asking
    assert found(room) == ()


def test_from_in_front_it_is_not_offered(on_film):
    room = on_film
    room.page._tell("view", "front", typing=False)
    room.settled()
    assert "Find the contacts" not in shown_buttons(room)
    assert shown_buttons(room)["Next: Readiness"].property("kind") == "primary"
    room.press("c")
    assert not room.page.search.busy


def test_without_weights_it_is_said_once_and_in_words(on_film, tmp_path, monkeypatch):
    room = on_film
    monkeypatch.setattr(pose_network.paths, "weights", lambda: tmp_path)
    room.press("c")
    room.settled()
    line = room.page.search.line.words
    assert line.isVisible()
    assert "pose_detection.tflite is not there" in line.text()
    assert "by hand" in line.text()
    assert "\n" not in line.text()
    assert found(room) == ()
    assert "tflite" not in room.page.panel.measures.basis.text()


def test_the_body_points_lie_encrypted_beside_the_film(on_film):
    room = on_film
    room.press("c")
    room.settled()
    kept = room.store.films.beside(room.page.film_id, POINTS)
    assert kept.startswith(b"RunClinic body points")
    on_disk = b"".join(path.read_bytes() for path in (room.store.home / "media").rglob("*.rcm"))
    assert b"RunClinic body points" not in on_disk
    assert b"BlazePose" not in on_disk


def test_another_film_meanwhile_keeps_its_own_marks(on_film, uneven):
    room = on_film
    first = room.page.film_id
    marks = Contacts(
        first, (Event(9, 0.15, "left", "initial_contact", "pose", 0.5),), "", (), np.arange(300) / 60
    )
    room.on_film(uneven.path)
    room.page.search.waiting[first] = marks
    room.page.search.found.emit(first)
    assert "open that clip" in room.page.search.line.words.text()
    assert found(room) == ()
    room.page.open_film(first)
    room.settled()
    assert [mark.frame for mark in found(room)] == [9]


def test_leaving_ends_the_search_and_keeps_nothing_half(open_room, running, qtbot):
    room = open_room()
    room.on_film(running.path)
    room.page._tell("view", "side_right", typing=False)
    room.settled()
    room.press("c")
    assert room.page.search.busy
    again = open_room()
    again.settled()
    assert found(again) == ()


def test_slow_motion_is_asked_of_what_was_found_and_all_follows(room, drawn_clip, tmp_path):
    slow = drawn_clip(tmp_path, "slow.mp4", capture_fps=240, stored_fps=30, duration_s=2.5)
    room.on_film(slow.path)
    room.page._tell("view", "side_right", typing=False)
    with Clip.open(slow.path) as clip:
        room.store.films.keep_beside(room.page.film_id, POINTS, points_kept(clip, slow.shot))
    room.settled()
    room.press("c")
    room.settled()
    primary = [each.text() for each in shown_buttons(room).values() if each.property("kind") == "primary"]
    assert primary == ["Yes, at 240 fps: 170 steps/min (Y)"]
    room.press("y")
    room.settled()
    assert abs(room.cadence.value - slow.shot.runner.cadence_spm) <= room.cadence.plus_minus
    room.qtbot.waitUntil(lambda: not room.page._search_timer.isActive())
    room.settled()
    kept = stride.recorded(room.opened.now(), room.page.film_id)
    assert not any("slow motion" in each for each in kept.doubts)
    assert not room.page.panel.measures.asks_rate


@pytest.mark.slow
def test_the_real_network_finds_the_steps_in_the_window(room, drawn_clip, tmp_path):
    film = drawn_clip(
        tmp_path, "big.mp4", capture_fps=30, duration_s=4, size=(960, 720), facing=-1, stamped=False
    )
    room.on_film(film.path)
    room.page._tell("view", "side_left", typing=False)
    room.settled()
    room.press("c")
    room.qtbot.waitUntil(lambda: not room.page.search.busy)
    room.settled()
    assert room.cadence.value == pytest.approx(170, rel=0.02)
    assert {each.source for each in entries(room)} == {"measured"}


# -- laying what was found beside what stands


TIMES = np.arange(400) / 100


def contacts(*frames, source="pose"):
    events = tuple(Event(k, k / 100, "left", "initial_contact", source, 0.9) for k in frames)
    return Contacts("f", events, "model", ("Look again.",), TIMES)


def film(*marks, rejected=()):
    return Film("f", {}, marks, rejected)


def a_mark(number, frame, *, by_hand=True):
    sure = () if by_hand else ("pose", 0.9)
    return Mark(number, "left", "initial_contact", frame, *sure)


def test_a_film_without_marks_takes_all_of_them():
    new = changes(contacts(10, 80, 150), film(), 7)
    assert new["gait/f/finding"] == {"model": "model", "contacts": 3, "doubts": ["Look again."]}
    assert [new[f"gait/f/event/{n}"]["frame"] for n in (8, 9, 10)] == [10, 80, 150]
    assert new["gait/f/event/8"]["source"] == "pose"
    assert new["gait/f/event/8"]["confidence"] == 0.9


@pytest.mark.parametrize("away,kept", [(0, 1), (17, 1), (18, 2), (-17, 1), (-18, 2)])
def test_within_a_quarter_stride_it_is_the_hands_contact(away, kept):
    new = changes(contacts(80, 150, 220), film(a_mark(1, 150 + away)), 1)
    assert len([value for key, value in new.items() if "/event/" in key]) == kept + 1


def test_found_anew_a_mark_keeps_its_number_and_a_lost_one_goes():
    before = film(a_mark(1, 12, by_hand=False), a_mark(2, 80, by_hand=False), a_mark(3, 300, by_hand=False))
    new = changes(contacts(10, 80, 150), before, 3)
    assert new["gait/f/event/1"]["frame"] == 10
    assert "gait/f/event/2" not in new
    assert new["gait/f/event/3"] is None
    assert new["gait/f/event/4"]["frame"] == 150


def test_what_was_taken_away_is_not_found_again():
    gone = replace(a_mark(2, 81, by_hand=False), rejected=True)
    new = changes(contacts(10, 80, 150), film(rejected=(gone,)), 2)
    assert [value["frame"] for key, value in new.items() if "/event/" in key] == [10, 150]


def test_the_same_function_serves_a_clip_without_a_window(running):
    with Clip.open(running.path) as clip:
        work = finding.entries_of(clip, Filming("side_right"), "f", so_far=points_kept(clip, running.shot))
        shares = []
        while True:
            try:
                shares.append(next(work))
            except StopIteration as end:
                made = end.value
                break
    assert shares == sorted(shares)
    assert {source for _, _, source in made} == {"measured"}
    kinds = Counter((value["side"], value["kind"]) for key, value, _ in made if "/event/" in key)
    assert len(kinds) == 4
    marks = stride.recorded({key: value for key, value, _ in made}, "f").marks
    assert len(marks) == sum(kinds.values())


def test_what_is_doubtful_is_gone_to_and_has_a_sign(on_film):
    room = on_film
    room.press("c")
    room.settled()
    sure = room.page.stage.strip.grab().toImage()
    third = found(room)[2]
    value = replace(third, confidence=0.4).value
    room.opened.record(stride.mark_key(room.page.film_id, third.number), value)
    room.settled()
    assert room.page.stage.strip.grab().toImage() != sure
    room.press(Qt.Key.Key_Home)
    room.settled()
    room.press("q")
    room.settled()
    assert room.page.stage.player.on_screen == third.frame
    room.press("q")
    assert room.page.stage.player.target == third.frame
    assert "No doubtful contact behind" in room.page.line.words.text()
    room.press(Qt.Key.Key_End)
    room.settled()
    room.press(Qt.Key.Key_Q, Qt.KeyboardModifier.ShiftModifier)
    room.settled()
    assert room.page.stage.player.on_screen == third.frame
