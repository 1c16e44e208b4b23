"""Playing takes its true time at every speed; the ends of the loop follow the mouse."""

import time

import pytest
from PySide6.QtCore import QPoint, Qt

from runclinic.ui import look
from runclinic.ui.gait.player import SPEEDS
from runclinic.ui.gait.strip import GAP, LANE, TOP


def end_of_loop(strip, frame) -> QPoint:
    return QPoint(round(strip.x_of(frame)), TOP + 2 * LANE + GAP + 6)


def drag(qtbot, strip, start, to):
    end = QPoint(to, start.y())
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=start)
    for x in range(start.x(), to, 4 if to > start.x() else -4):
        qtbot.mouseMove(strip, QPoint(x, start.y()))
    qtbot.mouseMove(strip, end)
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=end)


@pytest.fixture
def looped(room, clip):
    """A loop from frame 40 to 60, in a film that was looked through."""
    room.on_film(clip.path)
    room.go(40)
    room.settled()
    room.press("I")
    room.go(60)
    room.settled()
    room.press("O")
    return room


@pytest.mark.parametrize("end,to,loop", [(40, 25, (25, 60)), (60, 88, (40, 88)), (40, 70, (60, 70))])
def test_an_end_of_the_loop_is_dragged_and_its_frame_shown(looped, qtbot, end, to, loop):
    strip, player = looped.page.stage.strip, looped.page.stage.player
    drag(qtbot, strip, end_of_loop(strip, end), round(strip.x_of(to)))
    looped.settled()
    assert (player.loop.first, player.loop.last) == loop
    assert looped.number_painted() == to
    assert not strip.held
    looped.press("P")
    looped.press("P")
    assert (player.loop.first, player.loop.last) == loop


def test_a_loop_that_plays_goes_on_playing_while_its_end_is_dragged(looped, qtbot):
    stage, player = looped.page.stage, looped.page.stage.player
    stage.transport.speed.setCurrentIndex(SPEEDS.index(1.0))
    looped.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: 42 < player.on_screen < 60)
    drag(qtbot, stage.strip, end_of_loop(stage.strip, 60), round(stage.strip.x_of(50)))
    assert player.playing
    assert (player.loop.first, player.loop.last) == (40, 50)
    seen = []
    looped.page.projector.shown.connect(lambda shown: seen.append(shown.frame))
    qtbot.waitUntil(lambda: len(seen) > 12)
    assert set(seen[2:]) <= set(range(40, 51))
    looped.press(Qt.Key.Key_Space)
    looped.settled()


def test_a_click_beside_the_ends_moves_no_end(looped, qtbot):
    strip, player = looped.page.stage.strip, looped.page.stage.player
    beside = end_of_loop(strip, 50)
    assert strip.loop_end_at(beside.toPointF()) is None
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=beside)
    looped.settled()
    assert (player.loop.first, player.loop.last) == (40, 60)
    assert looped.number_painted() == 50
    assert "End of the loop" in strip.words_at(end_of_loop(strip, 60))


def test_the_ends_are_drawn(looped):
    strip = looped.page.stage.strip
    shot = strip.grab().toImage()
    spot = end_of_loop(strip, 40) * strip.devicePixelRatioF()
    assert shot.pixelColor(spot) == look.colours().accent


@pytest.mark.parametrize("speed", SPEEDS)
def test_each_speed_takes_its_true_time_and_leaves_out_frames_only_while_it_plays(room, qtbot, clip, speed):
    room.on_film(clip.path)
    player, times = room.page.stage.player, clip.shot.times_s
    room.page.stage.transport.speed.setCurrentIndex(SPEEDS.index(speed))
    room.page.stage.picture.setFocus()
    room.press(Qt.Key.Key_Space)
    began, first = time.perf_counter(), player.target
    qtbot.waitUntil(lambda: time.perf_counter() - began > 0.8)
    real_s = time.perf_counter() - began
    due_s = times[player.target] - times[first]
    assert due_s == pytest.approx(real_s * speed, abs=0.06 + 1 / 60)
    room.press(Qt.Key.Key_Space)
    room.settled()
    stands = player.target
    assert room.number_painted() == stands
    for step in (1, 2, 3):
        room.press(Qt.Key.Key_Right)
        room.settled()
        assert room.number_painted() == stands + step
