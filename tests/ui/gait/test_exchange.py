"""The menu of the gait page: files of Kinovea both ways, the film with all that is drawn, body points."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu

from runclinic.exports.kva import Picture, Work, write
from runclinic.exports.kva_reading import read
from runclinic.ui import job
from runclinic.ui.gait import exchange_work, key_frames
from runclinic.ui.gait.exchange_work import marked
from runclinic.ui.gait.sketch_paint import INKS
from runclinic.ui.say import say
from runclinic.video import Clip, landmark_files, overlay
from runclinic.visit import drawings, stride
from runclinic.visit.drawings import Drawing
from runclinic.visit.stride import Mark
from tests.exports.kinovea import PENCIL, Kinovea, key_frame, line
from tests.ui.gait.test_angles import aside, on_film
from tests.ui.gait.test_drawing import click

__all__ = ["aside"]
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def target(tmp_path, monkeypatch):
    """Where the dialog says that a file goes."""
    folder = tmp_path / "out"
    folder.mkdir()

    def chosen(_parent, _title, name, _kinds):
        return str(folder / f"out{name[name.rindex('.') :]}"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)
    return folder


@pytest.fixture
def give(tmp_path, monkeypatch):
    """A file that she chooses to take in."""

    def given(content):
        file = tmp_path / "given.kva"
        file.write_bytes(content)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_asked: (str(file), ""))

    return given


def looked_through(room):
    room.qtbot.waitUntil(lambda: room.page.reel is not None and room.page.reel.verified)
    room.settled()


def opened(room, clip):
    room.on_film(clip.path)
    looked_through(room)


def rest(room):
    room.qtbot.waitUntil(lambda: not room.page.exchange.busy and not job.running())
    room.settled()


def choose(room, name):
    """An entry of the menu, as a hand chooses it."""
    words = say(f"gait.exchange_{name}")
    action = next(each for each in room.page.exchange.menu().actions() if each.text().startswith(words))
    action.trigger()
    rest(room)


def said(room):
    return room.page.exchange.line.words.text()


def stands(room):
    now, film_id = room.opened.now(), room.page.film_id
    return (
        [(each.tool, each.frame, each.points) for each in drawings.recorded(now, film_id)],
        [(each.side, each.kind, each.frame) for each in stride.recorded(now, film_id).marks],
        [(each.frame, each.words) for each in key_frames.of_film(room.opened, film_id)],
    )


OF_KINOVEA = Kinovea(size=(320, 180)).file(
    key_frame(6 * 512, line("100.5;20.5", "120.5;90.5"), PENCIL, comment="Heel first."),
    key_frame(9 * 512, name="Left initial contact"),
    key_frame(999 * 512, comment="too late"),
)


def test_what_was_drawn_in_kinovea_is_on_the_film_and_one_undo_takes_it_back(room, clip, give):
    opened(room, clip)
    give(OF_KINOVEA)
    choose(room, "from_kinovea")
    assert stands(room) == (
        [("line", 6, ((100.0, 20.0), (120.0, 90.0)))],
        [("left", "initial_contact", 9)],
        [(6, "Heel first.")],
    )
    assert said(room) == (
        "Taken in: 1 drawing, 1 mark, 1 key frame. One undo takes it back. There is no tool here for: "
        "Pencil. 1 key frame lies outside this film."
    )
    (picture,) = key_frames.pictures(room.store, room.opened.now())
    assert picture.words == "Heel first."
    room.go(6)
    room.settled()
    assert len(room.page.sketch.here()) == 1  # it is on the screen
    room.press(Qt.Key.Key_Z, CONTROL)
    assert stands(room) == ([], [], [])
    room.press(Qt.Key.Key_Y, CONTROL)
    assert [len(each) for each in stands(room)] == [1, 1, 1]


def test_taken_in_twice_it_is_there_once(room, clip, give):
    opened(room, clip)
    give(OF_KINOVEA)
    choose(room, "from_kinovea")
    before = stands(room)
    choose(room, "from_kinovea")
    assert stands(room) == before
    assert said(room).startswith("There was nothing new to take in. 1 mark stands here already.")


def test_the_next_mark_and_drawing_of_the_hand_get_new_numbers(room, clip, give):
    opened(room, clip)
    give(OF_KINOVEA)
    choose(room, "from_kinovea")
    room.press("e")
    click(room, (20, 20), (60, 60))
    room.press("3")
    assert [len(each) for each in stands(room)] == [2, 2, 1]


def test_there_and_back_it_is_the_same(room, clip, give, target, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_asked: ("Look here.", True))
    opened(room, clip)
    room.press("a")
    click(room, (200, 60), (120, 100), (120, 40))
    room.mark(clip, 3)
    room.press("m")
    before = stands(room)
    choose(room, "to_kinovea")
    assert said(room) == "out.kva is saved. It lies outside the records now, and is not encrypted."
    content = (target / "out.kva").read_bytes()
    assert room.opened.client.family_name.encode() not in content
    for _ in range(6):
        room.press(Qt.Key.Key_Z, CONTROL)
    assert stands(room) == ([], [], [])
    give(content)
    choose(room, "from_kinovea")
    assert stands(room) == before
    left = [each for each in room.store.access.of(room.opened.client.id) if each.action == "export"]
    assert [each.entity_id for each in left] == [room.page.film_id]


def test_a_file_of_another_film_is_refused_in_words_and_nothing_changes(room, clip, give):
    opened(room, clip)
    give(Kinovea(size=(480, 640)).file())
    choose(room, "from_kinovea")
    assert "it belongs to another film" in said(room)
    give(b'<!DOCTYPE x [<!ENTITY a "b">]><KinoveaVideoAnalysis>&a;</KinoveaVideoAnalysis>')
    choose(room, "from_kinovea")
    assert "document type or entities" in said(room)
    assert stands(room) == ([], [], [])


def test_the_true_rate_that_kinovea_was_told_is_told_here(room, clip, give):
    opened(room, clip)
    give(Kinovea(size=(320, 180), capture_fps="240").file(key_frame(0, line("1;1", "9;9"))))
    choose(room, "from_kinovea")
    assert stride.recorded(room.opened.now(), room.page.film_id).told["capture_fps"] == 240
    give(Kinovea(size=(320, 180), capture_fps="120").file(key_frame(0, line("1;1", "8;8"))))
    choose(room, "from_kinovea")
    assert stride.recorded(room.opened.now(), room.page.film_id).told["capture_fps"] == 240  # she had told it


def test_nothing_drawn_is_nothing_to_save(room, clip, target):
    opened(room, clip)
    choose(room, "to_kinovea")
    assert "Nothing is drawn or marked" in said(room)
    choose(room, "points")
    assert "no body points" in said(room)
    assert list(target.iterdir()) == []


def test_a_file_that_is_gone_is_refused(room, clip, give, tmp_path):
    opened(room, clip)
    give(b"")
    (tmp_path / "given.kva").unlink()
    choose(room, "from_kinovea")
    assert "cannot be read" in said(room)


# ---- the film ----


def test_the_film_is_written_between_its_points_with_what_the_hand_drew(room, clip, target):
    opened(room, clip)
    room.go(12)
    room.settled()
    room.press("e")
    click(room, (100, 150), (100, 30))
    room.page.stage.player.loop_between(10, 19)
    choose(room, "film")
    assert said(room).startswith("out.mp4 is saved.")
    with Clip.open(clip.path) as film, Clip.open(target / "out.mp4") as made:
        assert made.frame_count == 10
        there, before = made.frame(2), film.frame(12)
        plain = made.frame(3)
    line_of = there[60:120, 98:103].astype(int)
    yellow = np.array([INKS["yellow"].blue(), INKS["yellow"].green(), INKS["yellow"].red()])
    assert np.abs(line_of - yellow).sum(axis=2).min() < 120
    assert np.abs(plain[60:120, 98:103].astype(int) - yellow).sum(axis=2).min() > 150
    assert before.shape == there.shape


def test_skeleton_contacts_and_angles_are_in_the_film(room, aside, target, monkeypatch):
    on_film(room, aside, "side_right")
    looked_through(room)
    room.press("c")
    room.settled()
    drawn = []
    monkeypatch.setattr(
        overlay, "painted", lambda picture, drawing, k, _time: drawn.append((drawing, k)) or picture
    )
    room.page.stage.player.loop_between(3, 4)
    choose(room, "film")
    (drawing, first), (_, last) = drawn
    assert (first, last) == (3, 4)
    assert drawing.track is not None
    assert {each.name for each in drawing.angles} == {"trunk", "knee", "shank"}
    assert len(drawing.marks) == len(stands(room)[1])
    assert drawing.contacts["right"]
    assert drawing.times_s[-1] == pytest.approx(room.page.stage.player.times_s[-1])


def test_a_film_that_is_given_up_leaves_nothing(room, clip, target):
    opened(room, clip)
    page = room.page.exchange
    words = say("gait.exchange_film")
    next(each for each in page.menu().actions() if each.text() == words).trigger()
    assert page.line.cancel.isVisible()
    room.qtbot.mouseClick(page.line.cancel, Qt.MouseButton.LeftButton)
    rest(room)
    assert list(target.iterdir()) == []
    assert not page.line.isVisible()


def test_a_full_disk_is_told_and_leaves_nothing(room, clip, target, monkeypatch):
    opened(room, clip)

    def full(*_what):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(overlay, "painted", full)
    choose(room, "film")
    assert "cannot be written" in said(room)
    assert list(target.iterdir()) == []


def test_while_one_is_on_its_way_another_has_to_wait(room, clip, target):
    opened(room, clip)
    page = room.page.exchange
    page.save_film()
    assert page.busy
    words = say("gait.exchange_film")
    next(each for each in page.menu().actions() if each.text() == words).trigger()
    assert "still on its way" in said(room)
    page.cancel()
    rest(room)


# ---- body points ----


def test_body_points_are_saved_in_pixels_or_by_a_known_length_in_metres(room, aside, target, monkeypatch):
    on_film(room, aside, "side_right")
    looked_through(room)
    choose(room, "points")
    in_pixels = landmark_files.read(target / "out.trc")
    assert not in_pixels.in_metres
    assert np.nanmax(in_pixels.xy[..., 1]) < 270
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_asked: (80.0, True))
    room.press("s")
    click(room, (50, 250), (210, 250))
    choose(room, "points")
    in_metres = landmark_files.read(target / "out.trc")
    assert in_metres.in_metres
    scale = room.page.sketch.scale()
    long = abs(scale.points[1][0] - scale.points[0][0])
    assert np.allclose(in_metres.xy[..., 0], in_pixels.xy[..., 0] * 0.8 / long, atol=1e-3, equal_nan=True)


# ---- the menu ----


@pytest.fixture
def shown(monkeypatch):
    """The menus that are shown, and where; on no screen, for it takes hold of the keyboard."""
    menus = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, at: menus.append((menu, at)))
    return menus


def test_the_menu_opens_by_key_and_every_entry_says_what_it_makes(room, clip, shown):
    opened(room, clip)
    room.press(Qt.Key.Key_E, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    room.qtbot.mouseClick(room.page.stage.exchange, Qt.MouseButton.LeftButton)
    (menu, at), (_, again) = shown
    assert at == again
    words = [each.text().partition("\t")[0] for each in menu.actions() if not each.isSeparator()]
    assert [each[each.index("(") + 1 : -1] for each in words] == ["PNG", "CSV", "MP4", "TRC", "KVA", "KVA"]


def test_without_a_film_there_is_no_menu(room, shown):
    room.page.exchange.ask()
    assert shown == []


def test_a_film_that_is_not_looked_through_yet_has_to_wait(room, clip, target):
    opened(room, clip)
    room.page.reel = replace(room.page.reel, verified=False)
    choose(room, "film")
    assert "still being looked through" in said(room)


@pytest.mark.parametrize(
    ("standing", "new", "instead", "stand"),
    [
        ((), 1, 0, 0),
        ((Mark(4, "left", "toe_off", 10),), 1, 0, 0),
        ((Mark(4, "left", "initial_contact", 30),), 1, 0, 0),
        ((Mark(4, "left", "initial_contact", 12),), 0, 0, 1),
        ((Mark(4, "left", "initial_contact", 12, "feet-2", 0.7),), 0, 1, 0),
    ],
)
def test_a_mark_near_another_is_the_same_contact(standing, new, instead, stand):
    found = marked([Mark(1, "left", "initial_contact", 10)], standing, np.arange(60) / 60, 0.12)
    assert (len(found.new), len(found.instead), found.stand) == (new, instead, stand)


def test_a_known_length_stands_on_every_frame():
    hand = exchange_work.Hand(
        (
            Drawing(1, "scale", 3, ((0.0, 0.0), (100.0, 0.0)), 50.0),
            Drawing(2, "distance", 5, ((0.0, 9.0), (20.0, 9.0))),
        ),
        (320, 180),
    )
    assert [words for _, words in hand.on(4)] == ["50 cm"]
    assert hand.on(5)[1][1].startswith("10")


def test_what_is_written_of_a_page_is_what_is_read_of_it():
    film = Picture((320, 180), np.arange(30) / 30)
    work = Work((Drawing(1, "arrow", 2, ((1.0, 2.0), (3.0, 4.0))),))
    assert read(write(work, film), film).work == work
