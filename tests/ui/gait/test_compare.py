"""Two films on the screen at once: met by true time at a contact, stepped together, told what changed."""

import io
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QInputDialog, QPushButton

from runclinic.demo.runner import RUNNERS
from runclinic.ui.gait import key_frames
from tests.ui.gait.test_angles import on_film

SHIFT = Qt.KeyboardModifier.ShiftModifier
HER = RUNNERS[0]


@pytest.fixture(scope="module")
def own(drawn_clip, tmp_path_factory):
    return drawn_clip(tmp_path_factory.mktemp("clips"), "own.mp4", duration_s=3, size=(480, 270))


@pytest.fixture(scope="module")
def quicker(drawn_clip, tmp_path_factory):
    """Twice the frames, kept in a file that plays it in slow motion."""
    return drawn_clip(
        tmp_path_factory.mktemp("clips"),
        "quicker.mp4",
        duration_s=3,
        size=(480, 270),
        runner=replace(HER, cadence_spm=HER.cadence_spm * 1.08),
        capture_fps=120,
        stored_fps=60,
    )


@pytest.fixture
def two(room, own, quicker):
    """Both films of this visit measured; the quicker one on the screen."""
    for filmed in (own, quicker):
        on_film(room, filmed, "side_right")
        room.page._tell("belt_speed", "9 km/h", typing=False)
        if filmed is quicker:
            room.page._tell("capture_fps", 120.0, typing=False)
        room.settled()
        room.press("c")
        room.settled()
    return room


@pytest.fixture
def comparing(two):
    two.press("C", SHIFT)
    wait(two)
    return two


def wait(room):
    page = room.page.compare_page
    room.qtbot.waitUntil(lambda: page.aligned is not None and all(half.settled for half in page.halves))


def films(room):
    return [half.film.words for half in room.page.compare_page.halves]


def landing_frames(filmed, side):
    return [e.frame for e in filmed.shot.events() if (e.side, e.kind) == (side, "initial_contact")]


def test_where_there_is_one_film_there_is_nothing_to_compare(room, own):
    room.on_film(own.path)
    assert not room.page.bar.compare.isVisible()
    room.press("C", SHIFT)
    assert room.page._stack.currentWidget() is room.page.desk


def test_both_stand_at_a_left_contact_and_meet_by_true_time(comparing, own, quicker):
    room, page = comparing, comparing.page.compare_page
    assert [words.split(" · ")[0] for words in films(room)] == ["This visit", "This visit"]
    first, second = page.halves
    assert min(abs(first.target - k) for k in landing_frames(own, "left")) <= 1
    assert min(abs(second.target - k) for k in landing_frames(quicker, "left")) <= 2
    assert page.steps.time.text() == "0 ms"
    before = first.target, second.target
    room.press(Qt.Key.Key_Right)
    wait(room)
    assert second.target == before[1] + 1
    assert page.at_s == pytest.approx(1 / 120, abs=1e-4)
    room.press(Qt.Key.Key_Right, SHIFT)
    room.press(Qt.Key.Key_Right)
    wait(room)
    assert (first.target, second.target) == (before[0] + 6, before[1] + 12)
    assert page.steps.time.text() == "+100 ms"
    for _ in range(12):
        room.press(Qt.Key.Key_Left)
    wait(room)
    assert (first.target, second.target) == before


def test_what_changed_is_told_beyond_its_error_and_nothing_is_called_better(comparing):
    side = comparing.page.compare_page.side
    rows = {row.second.id: row for row in side.found.rows}
    cadence = rows["cadence"]
    assert cadence.change.verdict == "changed"
    assert cadence.change.change == pytest.approx(0.08 * HER.cadence_spm, abs=cadence.change.plus_minus)
    assert {"knee_ic", "foot_ic", "trunk_ic"} <= set(rows)
    assert "changed by more than" in side.title.text()
    assert "Cadence +" in side.said.text()
    assert "by chance alone" in side.chance.text()
    cells = [side.model.cell(n, "verdict").top for n in range(side.model.rowCount())]
    assert all(any(word in cell for word in ("changed", "within", "few", "not")) for cell in cells)


def test_alone_a_step_moves_one_film_and_aligns_both_where_they_stand(comparing):
    room, page = comparing, comparing.page.compare_page
    first, second = page.halves
    before = first.target, second.target
    room.press("t")
    room.press(Qt.Key.Key_Right)
    wait(room)
    assert (first.target, second.target) == (before[0] + 1, before[1])
    assert (page.steps.time.text(), page.bar.at.currentText()) == ("0 ms", "these frames")
    room.qtbot.mouseClick(second.picture, Qt.MouseButton.LeftButton)
    room.press(Qt.Key.Key_Right, SHIFT)
    wait(room)
    assert (first.target, second.target) == (before[0] + 1, before[1] + 10)
    room.press("t")
    assert page.steps.moves.value == "both"
    room.press("1")
    wait(room)
    assert (first.target, second.target) == before


def test_from_contact_to_contact_of_the_film_that_was_clicked(comparing, quicker):
    room, page = comparing, comparing.page.compare_page
    room.press("]")
    wait(room)
    rights = landing_frames(quicker, "right")
    assert min(abs(page.halves[1].target - k) for k in rights) <= 2
    room.press("[")
    wait(room)
    assert page.at_s == pytest.approx(0, abs=0.02)


def test_over_and_split_show_both_and_the_line_follows_the_mouse(comparing):
    room, page = comparing, comparing.page.compare_page
    room.qtbot.mouseClick(page.bar.how.buttons[2], Qt.MouseButton.LeftButton)
    over = page._over
    assert over.isVisible()
    before = over.grab().toImage()
    start = over.rect().center()
    room.qtbot.mousePress(over, Qt.MouseButton.LeftButton, pos=start)
    there = QPoint(start.x() + 120, start.y())
    room.qtbot.mouseMove(over, there)
    room.qtbot.mouseRelease(over, Qt.MouseButton.LeftButton, pos=there)
    assert over.line_x() == pytest.approx(there.x(), abs=1)
    assert over.grab().toImage() != before
    room.qtbot.mouseClick(page.bar.how.buttons[1], Qt.MouseButton.LeftButton)
    assert (over.split, over.share) == (False, 0.5)


def test_swapped_the_difference_has_the_other_sign(comparing):
    room, page = comparing, comparing.page.compare_page
    before = {row.second.id: row.change.change for row in page.side.found.rows}
    room.qtbot.mouseClick(page.bar.swap, Qt.MouseButton.LeftButton)
    wait(room)
    after = {row.second.id: row.change.change for row in page.side.found.rows}
    assert after["cadence"] == pytest.approx(-before["cadence"])


def test_it_plays_both_and_stands_still_again(comparing):
    room, page = comparing, comparing.page.compare_page
    room.press(Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: page.at_s > 0.1)
    room.press(Qt.Key.Key_Space)
    wait(room)
    first, second = page.halves
    apart = page.aligned.at(0, first.target) - page.aligned.at(1, second.target)
    assert abs(apart) <= 0.5 / 60 + 1e-6


def test_a_kept_pair_goes_to_paper_and_esc_leads_back(comparing, monkeypatch):
    room, page = comparing, comparing.page.compare_page
    monkeypatch.setattr(QInputDialog, "getText", lambda *_asked: ("Shorter steps with the beat.", True))
    primary = [b for b in page.findChildren(QPushButton) if b.isVisible() and b.property("kind") == "primary"]
    assert [b.accessibleName() or b.text() for b in primary] == ["Keep the pair"]
    room.qtbot.mouseClick(primary[0], Qt.MouseButton.LeftButton)
    (chosen,) = key_frames.of_film(room.opened, room.page.film_id)
    assert chosen.words == "Shorter steps with the beat."
    (paper,) = key_frames.pictures(room.store, room.opened.now())
    wide, high = Image.open(io.BytesIO(paper.picture)).size
    assert wide > 3 * high
    room.press(Qt.Key.Key_Escape)
    assert page.halves == ()
    assert room.page._stack.currentWidget() is room.page.desk
    room.settled()
    room.press("C", SHIFT)
    wait(room)


def test_an_earlier_visit_is_compared_first_and_nothing_is_recorded_in_it(open_room, own, quicker, store):
    room = open_room()
    on_film(room, own, "side_right")
    room.page._tell("belt_speed", "9 km/h", typing=False)
    room.press("c")
    room.settled()
    earlier = room.opened.visit
    entries = len(store.visits.entries(earlier.id))
    later = store.visits.start(room.opened.client.id, earlier.date.replace(day=earlier.date.day + 7))
    room = open_room(visit=later)
    on_film(room, quicker, "side_right")
    room.page._tell("belt_speed", "9 km/h", typing=False)
    room.page._tell("capture_fps", 120.0, typing=False)
    room.settled()
    room.press("c")
    room.settled()
    room.qtbot.mouseClick(room.page.bar.compare, Qt.MouseButton.LeftButton)
    wait(room)
    assert films(room) == ["20 November 2026 · Right side · 9 km/h", "This visit · Right side · 9 km/h"]
    page = room.page.compare_page
    assert {row.second.id: row for row in page.side.found.rows}["cadence"].change.verdict == "changed"
    room.press(Qt.Key.Key_Escape)
    assert len(store.visits.entries(earlier.id)) == entries


def test_another_side_is_looked_at_but_not_counted(two):
    room = two
    room.page._tell("view", "side_left", typing=False)
    room.settled()
    room.press("C", SHIFT)
    wait(room)
    side = room.page.compare_page.side
    assert side.title.text() == "These films cannot be compared in numbers"
    assert "filmed from another side" in side.said.text()
