"""A film on its way into the records: what it leaves, what it refuses, and what is asked about it."""

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton

from runclinic.records.films import Films
from runclinic.ui import look
from runclinic.ui.parts.pages import pages
from runclinic.ui.status_line import StatusLine
from runclinic.ui.visit import VisitPage
from runclinic.visit import stride


def told(room):
    return dict(stride.recorded(room.opened.now(), room.page.film_id).told)


def all_files(room):
    return {path for path in (room.store.home / "media").rglob("*") if path.is_file()} | {
        path for path in (room.store.home / "incoming").rglob("*") if path.is_file()
    }


def test_a_dropped_film_stands_in_the_records_and_the_original_stays(room, clip):
    assert room.page.empty.isVisible()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(clip.path))])
    room.page.dropEvent(
        QDropEvent(
            QPointF(50, 50),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    room.settled()
    assert clip.path.exists()
    film = room.store.films.of(room.opened.visit.id)[0]
    assert room.page.film_id == film.id
    assert room.page.panel.asking
    assert not room.page.empty.isVisible()


@pytest.mark.parametrize(
    "name,content",
    [
        ("clip.mp4", b"Shopping list: oats, plums\n" * 40),
        ("empty.mov", b""),
        ("photo.mp4", b"\x89PNG\r\n\x1a\n" + bytes(99)),
    ],
)
def test_what_is_no_clip_is_refused_in_one_line(room, tmp_path, name, content):
    wrong = tmp_path / name
    wrong.write_bytes(content)
    before = all_files(room)
    room.take_in(wrong)
    line = room.page.line
    assert line.isVisible()
    assert line.words.text().startswith(f"{name}: ")
    assert "\n" not in line.words.text()
    assert room.page.empty.isVisible()
    assert room.store.films.of(room.opened.visit.id) == ()
    assert all_files(room) == before


def test_a_refused_film_does_not_stop_the_next_one(room, tmp_path, clip):
    wrong = tmp_path / "notes.mp4"
    wrong.write_text("no film")
    room.take_in(wrong, clip.path)
    assert len(room.page.films) == 1


def test_cancelling_leaves_nothing(room, qtbot, clip, monkeypatch):
    whole = Films.take_in

    def endless(films, path, client_id, visit_id, check=None):
        work = whole(films, path, client_id, visit_id, check)
        first = next(work)
        try:
            while True:
                yield first
        finally:
            work.close()

    monkeypatch.setattr(Films, "take_in", endless)
    before = all_files(room)
    room.page.take_in([clip.path])
    qtbot.waitUntil(lambda: all_files(room) > before)
    assert room.page.line.cancel.isVisible()
    room.page.line.cancel.click()
    qtbot.waitUntil(lambda: room.page.arrivals.job is None)
    assert all_files(room) == before
    assert room.store.films.of(room.opened.visit.id) == ()
    assert not room.page.line.isVisible()
    assert room.page.empty.isVisible()


def test_the_same_film_again_is_the_film_that_is_there(room, clip):
    room.on_film(clip.path)
    room.mark(clip, 3)
    room.take_in(clip.path)
    assert len(room.page.films) == 1
    assert len(stride.recorded(room.opened.now(), room.page.film_id).marks) == 3


def test_typing_how_it_was_filmed_marks_nothing(room, clip):
    room.take_in(clip.path)
    assert room.page.panel.asking
    room.press("1")
    assert told(room) == {"view": "side_left"}
    room.settled()
    assert room.page.bar.tabs[room.page.film_id].text() == "Left side"
    field = room.page.panel.form.controls["belt_speed"]
    field.setFocus()
    for key in "2.5 m/s":
        room.press(key)
    room.press(Qt.Key.Key_Return)
    assert told(room) == {"view": "side_left", "belt_speed": "2.5 m/s"}
    assert stride.recorded(room.opened.now(), room.page.film_id).marks == ()
    assert room.page.stage.player.target == 0


def test_a_belt_speed_without_a_unit_is_refused_under_its_field(room, clip):
    room.take_in(clip.path)
    field = room.page.panel.form.controls["belt_speed"]
    field.setFocus()
    for key in "12":
        room.press(key)
    room.press(Qt.Key.Key_Return)
    assert "cannot be read" in room.page.panel.form._why["belt_speed"].text()
    assert told(room) == {}


def test_what_was_told_can_be_undone_and_the_form_shows_it(room, clip):
    room.take_in(clip.path)
    room.press("2")
    room.page.panel.form.go_to("view")
    room.press("1")
    room.page.panel.done.click()
    room.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    room.settled()
    assert told(room) == {"view": "side_right"}
    assert room.page.panel.form.controls["view"].choices.value == "side_right"


def test_slow_motion_is_asked_and_the_answer_counts(room, drawn_clip, tmp_path):
    slow = drawn_clip(tmp_path, "slow.mp4", capture_fps=240, stored_fps=30, duration_s=1.3)
    room.on_film(slow.path)
    room.mark(slow, 8)
    buttons = room.page.panel.measures.findChildren(QPushButton)
    offers = [each for each in buttons if each.isVisible() and "240 fps" in each.text()]
    assert room.cadence is None or room.cadence.value < 100
    assert len(offers) == 1
    frame = room.page.stage.player.target
    offers[0].click()
    room.settled()
    assert told(room)["capture_fps"] == pytest.approx(240, rel=1e-3)
    assert abs(room.cadence.value - slow.shot.runner.cadence_spm) <= room.cadence.plus_minus
    assert room.page.stage.player.target == frame
    assert room.page.stage.player.times_s[frame] == pytest.approx(slow.shot.times_s[frame], abs=1e-4)
    assert not room.page.panel.measures._slow.isVisible()


@pytest.fixture
def one_frame(tmp_path, drawn_clip):
    return drawn_clip(tmp_path, "one.mp4", duration_s=0.01)


def test_a_clip_of_one_frame_can_be_looked_at_but_not_marked(room, one_frame):
    room.on_film(one_frame.path)
    assert room.number_painted() == 0
    assert not room.page.stage.transport.buttons["on"].isEnabled()
    room.press("1")
    assert stride.recorded(room.opened.now(), room.page.film_id).marks == ()


def primaries(page):
    return [
        each
        for each in page.findChildren(QPushButton)
        if each.property("kind") == "primary" and each.isVisible() and each.isEnabled()
    ]


def test_every_mode_has_one_primary_action_and_every_button_a_name(room, clip):
    assert [each.text() for each in primaries(room.page)] == ["Choose a clip"]
    assert QApplication.focusWidget() is room.page.empty.choose
    room.take_in(clip.path)
    assert [each.text() for each in primaries(room.page)] == ["Done"]
    room.page.panel.done.click()
    assert [each.text() for each in primaries(room.page)] == ["Find the contacts"]
    nameless = [
        each for each in room.page.findChildren(QPushButton) if each.isVisible() and not each.accessibleName()
    ]
    assert nameless == []


@pytest.mark.parametrize("size", [(1294, 688), (972, 534), (904, 534), (862, 480), (788, 480)])
def test_nothing_is_cut_off_at_any_size(room, clip, size):
    room.on_film(clip.path)
    room.host.resize(*size)
    room.settled()
    QApplication.processEvents()
    page = room.page
    right = page.mapToGlobal(page.rect().topRight()).x()
    for button in page.stage.findChildren(QPushButton):
        if button.isVisible():
            assert button.mapToGlobal(button.rect().topRight()).x() <= right
            assert button.width() >= min(button.sizeHint().width(), button.maximumWidth())
    for label in (page.stage.transport.frame, page.stage.transport.time):
        assert label.width() >= label.sizeHint().width()
    assert page.stage.picture.height() >= 160
    assert page.panel.isVisible() or page.bar.panel.isVisible()


def test_both_themes_draw_it_anew(room, clip):
    room.on_film(clip.path)
    room.mark(clip, 12)
    light = room.page.stage.strip.grab().toImage()
    look.dress("dark")
    QApplication.processEvents()
    assert room.page.stage.strip.grab().toImage() != light


def test_the_visit_gives_it_the_whole_width_and_its_undo(open_room, qtbot, clip, store):
    """The same page where the window puts it: among the parts of a visit."""
    status = StatusLine("Mira Testwell")
    room = open_room(lambda visit: VisitPage(visit, pages(store, status)))
    assert room.page.isVisible()
    assert room.page.width() > 1200
    room.take_in(clip.path)
    room.press("1")
    assert told(room) == {"view": "side_left"}
    room.page.panel.done.click()
    room.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert told(room) == {}
    row = room.host.parts.currentRow()
    room.page.panel.next.click()
    assert room.host.parts.currentRow() == row + 1
