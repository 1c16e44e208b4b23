"""A key shows exactly the frame that was asked for, and its number and time with it."""

import random

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from runclinic.ui.gait.player import Player
from runclinic.ui.gait.transport import timecode

SHIFT = Qt.KeyboardModifier.ShiftModifier
MOVES = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Left: -1,
    (Qt.Key.Key_Right, SHIFT): 10,
    (Qt.Key.Key_Left, SHIFT): -10,
    Qt.Key.Key_Home: -(10**6),
    Qt.Key.Key_End: 10**6,
}


def press(room, move):
    room.press(*move) if isinstance(move, tuple) else room.press(move)


@pytest.mark.parametrize("which", ["clip", "uneven"])
def test_stepping_shows_exactly_the_frame_asked_for(room, request, which):
    filmed = request.getfixturevalue(which)
    room.on_film(filmed.path)
    last = len(filmed.shot.times_s) - 1
    chance, at = random.Random(5), 0
    assert room.number_painted() == 0
    for move in chance.choices(list(MOVES), weights=[6, 6, 4, 4, 1, 1], k=40):
        press(room, move)
        at = min(max(at + MOVES[move], 0), last)
        room.settled()
        transport = room.page.stage.transport
        assert room.number_painted() == at
        assert transport.frame.text() == f"frame {at} of {last + 1}"
        assert transport.time.text() == timecode(filmed.shot.times_s[at])


def test_presses_that_come_too_fast_add_up(room, clip):
    room.on_film(clip.path)
    begun = room.page.projector.begun
    for _ in range(60):
        room.press(Qt.Key.Key_Right)
    room.settled()
    assert room.number_painted() == 60
    assert room.page.projector.begun - begun <= 60
    room.press("[")
    room.settled()
    assert room.number_painted() == 0


def test_space_plays_and_pauses_also_when_a_button_has_the_focus(room, qtbot, clip):
    room.on_film(clip.path)
    room.page.stage.transport.speed.setCurrentIndex(3)
    room.page.stage.transport.buttons["on"].setFocus()
    room.press(Qt.Key.Key_Space)
    assert room.page.stage.player.playing
    qtbot.waitUntil(lambda: room.page.stage.player.on_screen > 20)
    room.press(Qt.Key.Key_Space)
    room.settled()
    assert not room.page.stage.player.playing
    assert room.number_painted() == room.page.stage.player.on_screen
    room.press(Qt.Key.Key_End)
    room.press(Qt.Key.Key_Left)
    room.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not room.page.stage.player.playing)
    room.settled()
    assert room.number_painted() == len(clip.shot.times_s) - 1


def test_a_frame_that_takes_long_is_announced_and_nothing_else_changes(room, qtbot, clip, monkeypatch):
    room.on_film(clip.path)
    picture, show = room.page.stage.picture, room.page.projector.show
    monkeypatch.setattr(room.page.projector, "show", lambda *_: None)
    room.press(Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: "Frame 1 " in picture.waiting)
    assert room.page.stage.transport.frame.text().startswith("frame 0 ")
    assert picture.shown.frame == 0
    monkeypatch.setattr(room.page.projector, "show", show)
    room.page.projector.show(room.page.film_id, 1)
    room.settled()
    assert picture.waiting == ""
    assert room.number_painted() == 1


def test_a_repeating_key_waits_for_the_picture_and_a_press_does_not(qtbot):
    player = Player()
    player.load(np.arange(100) / 60, 0)
    player.arrived(0)
    for _ in range(5):
        player.step(1, repeating=True)
    assert player.target == 1
    player.step(1)
    assert player.target == 2
    player.arrived(2)
    player.step(1, repeating=True)
    assert player.target == 3


def test_a_picture_on_its_way_when_she_paused_is_not_shown(qtbot):
    player = Player()
    player.load(np.arange(100) / 60, 0)
    player.arrived(0)
    player.toggle()
    player._want(7)
    player.toggle()
    assert player.target == 0
    assert not player.arrived(7)
    assert player.arrived(0)


def test_playing_keeps_true_time_of_uneven_frames(qtbot):
    player, wanted = Player(), []
    player.load(np.array([0, 0.01, 0.02, 0.5, 0.51]), 0)
    player.arrived(0)
    player.set_speed(1.0)
    player.wanted.connect(wanted.append)
    player.toggle()
    qtbot.waitUntil(lambda: player.target == 4)
    assert player._watch.elapsed() >= 500
    player.arrived(4)
    assert not player.playing
    assert wanted[-1] == 4


@pytest.mark.parametrize(
    "time_s,said",
    [(0, "00:00.000"), (3.417, "00:03.417"), (59.9996, "01:00.000"), (1801.5, "30:01.500")],
)
def test_the_time_is_written_to_the_millisecond(time_s, said):
    assert timecode(time_s) == said


def test_the_wheel_zooms_at_the_pointer_and_never_loses_the_picture(room, clip):
    room.on_film(clip.path)
    picture = room.page.stage.picture
    place = QPointF(picture.width() * 0.4, picture.height() * 0.55)
    before = picture.to_picture(place)
    for _ in range(6):
        picture.zoom_by(1.25, place)
    after = picture.to_picture(place)
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=0.5)
    for _ in range(20):
        picture.zoom_by(1.25, QPointF(0, 0))
    assert picture.area().contains(picture.rect().toRectF().center())
    room.press("0")
    assert picture.area().width() <= picture.width() + 1


def test_pixel_aspect_widens_the_picture(room, clip):
    room.on_film(clip.path)
    picture = room.page.stage.picture
    square = picture.area().width() / picture.area().height()
    picture.put(picture.shown, "", 4 / 3)
    assert picture.area().width() / picture.area().height() == pytest.approx(square * 4 / 3, rel=1e-6)
