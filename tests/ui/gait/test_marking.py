"""Marks by keys and by hand become entries at once, and measures with their ±."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QPushButton

from runclinic.ui.gait.cadence import cadence_in, cadence_of
from runclinic.ui.gait.strip import LANE
from runclinic.visit import frame_times, stride
from runclinic.visit.entry import standing

CONTROL = Qt.KeyboardModifier.ControlModifier


def entries(room):
    return room.store.visits.entries(room.opened.visit.id)


def marks(room):
    return stride.recorded(room.opened.now(), room.page.film_id).marks


def measured(room):
    return [metric.id for metric in room.page.panel.measures.model.metrics]


def test_marks_by_keys_give_the_drawn_runners_cadence(room, clip):
    room.on_film(clip.path)
    room.mark(clip)
    assert len(marks(room)) == len(clip.shot.events())
    assert abs(room.cadence.value - clip.shot.runner.cadence_spm) <= room.cadence.plus_minus
    shown = room.page.panel.measures.model.cell(0, "both")
    assert (shown.top, shown.below) == (f"{room.cadence.value:.1f}", f"± {room.cadence.plus_minus:.1f}")
    assert cadence_of(room.opened) == cadence_in(room.store, room.opened.visit.id) == (room.cadence, "")


def test_every_mark_is_committed_before_the_next_event(room, clip):
    room.on_film(clip.path)
    event = clip.shot.events()[0]
    room.go(event.frame)
    room.press("1")
    last = entries(room)[-1]
    assert last.key == f"gait/{room.page.film_id}/event/1"
    assert last.value == {"side": "left", "kind": "initial_contact", "frame": event.frame}
    room.press("1")
    assert entries(room)[-1] == last


def test_the_first_measure_stands_with_the_second_step_and_undo_takes_it_back(room, clip):
    room.on_film(clip.path)
    landings = [event for event in clip.shot.events() if event.kind == "initial_contact"]
    for event in landings[:3]:
        assert room.cadence is None
        room.go(event.frame)
        room.press("1" if event.side == "left" else "3")
    room.settled()
    assert room.cadence is not None
    assert measured(room)[0] == "cadence"
    room.press(Qt.Key.Key_Z, CONTROL)
    room.settled()
    assert room.cadence is None
    assert "cadence" not in measured(room)
    room.press(Qt.Key.Key_Y, CONTROL)
    room.settled()
    assert room.cadence is not None
    trail = [entry.state for entry in entries(room) if entry.key.endswith("/event/3")]
    assert trail == ["value", "cleared", "value"]


def test_delete_removes_the_mark_at_the_cursor_and_its_number_is_not_used_again(open_room, clip):
    room = open_room()
    room.on_film(clip.path)
    room.mark(clip, 4)
    room.press(Qt.Key.Key_Delete)
    assert [mark.number for mark in marks(room)] == [1, 2, 3]
    room.press(Qt.Key.Key_Delete)
    assert len(marks(room)) == 3
    room = open_room()
    room.settled()
    room.press("4")
    assert max(mark.number for mark in marks(room)) == 5


def test_brackets_go_from_mark_to_mark(room, clip):
    room.on_film(clip.path)
    room.mark(clip, 4)
    frames = [event.frame for event in clip.shot.events()[:4]]
    room.press(Qt.Key.Key_Home)
    for frame in frames:
        room.press("]")
        assert room.page.stage.player.target == frame
    room.press("]")
    assert room.page.stage.player.target == len(clip.shot.times_s) - 1
    for frame in reversed(frames):
        room.press("[")
        assert room.page.stage.player.target == frame


def place(room, frame, side):
    strip = room.page.stage.strip
    return QPoint(round(strip.x_of(frame)), round(strip.lane_of(side).y() + LANE / 2))


def test_dragging_an_end_records_once(room, qtbot, clip):
    room.on_film(clip.path)
    room.mark(clip, 4)
    before = len(entries(room))
    strip = room.page.stage.strip
    mark = marks(room)[1]
    start, end = place(room, mark.frame, mark.side), place(room, mark.frame + 5, mark.side)
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=start)
    for x in range(start.x(), end.x() + 1, 2):
        qtbot.mouseMove(strip, QPoint(x, start.y()))
    qtbot.mouseMove(strip, end)
    assert len(entries(room)) == before
    assert room.page.stage.player.target == mark.frame + 5
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=end)
    assert len(entries(room)) == before + 1
    assert entries(room)[-1].value == {"side": mark.side, "kind": mark.kind, "frame": mark.frame + 5}


def test_a_drag_that_is_given_up_records_nothing(room, qtbot, clip):
    room.on_film(clip.path)
    room.mark(clip, 4)
    before = len(entries(room))
    strip, mark = room.page.stage.strip, marks(room)[2]
    start = place(room, mark.frame, mark.side)
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(strip, start + QPoint(40, 0))
    room.press(Qt.Key.Key_Escape)
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 0))
    assert len(entries(room)) == before
    assert room.page.stage.player.target == mark.frame


def test_a_click_on_the_strip_goes_there(room, qtbot, clip):
    room.on_film(clip.path)
    strip = room.page.stage.strip
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=place(room, 77, "left"))
    room.settled()
    assert room.number_painted() == 77


@pytest.mark.parametrize("which", ["clip", "uneven"])
def test_every_frame_has_its_place_on_the_strip(room, request, which):
    room.on_film(request.getfixturevalue(which).path)
    strip = room.page.stage.strip
    seen = [k for k in range(room.page.stage.player.last) if strip.x_of(k) < strip.width() - 10]
    assert len(seen) > 40
    assert [strip.frame_at(strip.x_of(k)) for k in seen] == seen


def test_a_broken_rule_is_shown_and_leads_to_its_frame(room, clip):
    room.on_film(clip.path)
    room.mark(clip, 12)
    toe_off = next(mark for mark in marks(room) if mark.kind == "toe_off" and mark.number > 4)
    room.page._marks.remove(toe_off)
    room.settled()
    strip, panel = room.page.stage.strip, room.page.panel.measures
    problem = next(each for each in strip.lanes.problems if each.rule == "order")
    spot = sum(strip.x_of(frame) for frame in problem.frames) / 2
    room.go(problem.frames[0])
    room.settled()
    spot = sum(strip.x_of(frame) for frame in problem.frames) / 2
    assert problem.text in strip.words_at(QPointF(spot, 4).toPoint())
    room.press(Qt.Key.Key_Home)
    there = [each for each in panel.findChildren(QPushButton) if problem.text in each.accessibleName()]
    there[0].click()
    assert room.page.stage.player.target == problem.frames[0]


def test_reopening_brings_back_clip_marks_and_place(open_room, clip, uneven):
    room = open_room()
    room.on_film(clip.path)
    room.mark(clip, 12)
    room.page._tell("view", "side_left", typing=False)
    room.on_film(uneven.path)
    room.page.bar.tabs[room.page.films[0].id].click()
    room.settled()
    room.go(33)
    room.settled()
    film_id, cadence = room.page.film_id, room.cadence
    again = open_room()
    again.settled()
    assert again.page.film_id == film_id
    assert again.number_painted() == 33
    assert len(marks(again)) == 12
    assert again.cadence == cadence
    assert len(again.page.films) == 2


def test_the_cadence_outlives_the_kept_frame_times(room, clip):
    room.on_film(clip.path)
    room.mark(clip, 12)
    film_id = room.page.film_id
    room.store.films._beside(film_id, frame_times.NAME).unlink()
    assert cadence_in(room.store, room.opened.visit.id)[0] == room.cadence
    assert room.store.films.beside(film_id, frame_times.NAME) is not None


def test_what_stands_is_enough_for_the_cadence(room, clip):
    room.on_film(clip.path)
    room.mark(clip, 12)
    room.page._tell("belt_speed", "9 km/h", typing=False)
    values = {key: entry.value for key, entry in standing(entries(room)).items()}
    found, speed = stride.cadence(values, {room.page.film_id: room.page.reel.times.facts})
    assert (found, speed) == (room.cadence, "9 km/h")
