"""Drawings on more than one frame, the grid, the loupe and the trail of a body point."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog

from runclinic.gait.landmarks import LandmarkTrack
from runclinic.ui.gait import loupe
from runclinic.ui.gait.exchange_work import Hand
from runclinic.ui.gait.skeleton import Skeleton
from runclinic.ui.gait.sketch import over
from runclinic.visit.drawings import Drawing
from runclinic.visit.points_by_hand import PointByHand
from tests.ui.gait.test_drawing import CONTROL, LEFT, NONE, click, on_film, says, stands

__all__ = ["on_film"]

SHIFT = Qt.KeyboardModifier.ShiftModifier


def told(room):
    return room.page.line.words.text()


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_BGR888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int)


def test_a_copy_lies_on_another_frame_as_it_lay_and_one_undo_takes_it_back(on_film, monkeypatch):
    room = on_film
    says(monkeypatch, "Knee in")
    room.press("v", CONTROL)
    assert told(room).startswith("Nothing is copied yet")
    room.press("c", CONTROL)
    assert told(room).startswith("Choose a drawing first")
    room.press("h", SHIFT)
    room.press("t")
    click(room, (100, 60))
    room.press(Qt.Key.Key_Escape)
    room.press("c", CONTROL)
    assert told(room) == "Copied: Text: Knee in"
    room.go(7)
    room.settled()
    room.press("v", CONTROL)
    first, copy = stands(room)
    assert (copy.frame, copy.number) == (7, 2)
    assert (copy.points, copy.words, copy.colour) == (first.points, "Knee in", "orange")
    room.press("v", CONTROL)  # where it lies already it lies a little aside
    assert stands(room)[2].points != copy.points
    room.press("z", CONTROL)
    room.press("z", CONTROL)
    assert stands(room) == (first,)


def test_a_drawing_is_kept_for_frames_and_reopened_so(on_film, monkeypatch):
    room = on_film
    room.press("w")
    click(room, (20, 20), (60, 20))
    room.press(Qt.Key.Key_Escape)
    asked = []
    monkeypatch.setattr(QInputDialog, "getInt", lambda *said: (asked.append(said[-1]), (3, True))[1])
    room.press("f", SHIFT)
    assert asked == [180]  # of this film there are no more
    shown = []
    for frame in range(5):
        room.go(frame)
        room.settled()
        shown.append(len(room.page.sketch.here()))
    assert shown == [1, 1, 1, 0, 0]
    room.page.open_film(room.page.film_id)
    room.settled()
    assert stands(room)[0].frames == 3
    room.go(4)
    room.settled()
    room.press("f", SHIFT)
    assert told(room).startswith("Choose a drawing first")


def test_what_is_kept_for_frames_is_on_each_of_them_in_a_saved_film():
    hand = Hand((Drawing(1, "line", 4, ((20.0, 90.0), (300.0, 90.0)), frames=3),), (320, 180))
    black = np.zeros((180, 320, 3), np.uint8)
    assert [bool(hand.painted(black, frame).any()) for frame in range(3, 8)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_what_is_done_in_the_menu_is_what_the_keys_do(on_film):
    room = on_film
    room.press("e")
    click(room, (20, 20), (60, 20))
    room.press(Qt.Key.Key_Escape)
    does = {each.text().partition("\t")[0]: each for each in room.page.by_hand.menu().actions()}
    assert not does["Other words, or another length"].isEnabled()
    assert not does["Put the copy on this frame"].isEnabled()
    does["Copy this drawing"].trigger()
    does = {each.text().partition("\t")[0]: each for each in room.page.by_hand.menu().actions()}
    does["Put the copy on this frame"].trigger()
    assert len(stands(room)) == 2


def test_the_grid_is_over_the_picture_and_in_what_is_saved(on_film, monkeypatch):
    room = on_film
    image = room.page.stage.picture.shown.image
    plain = pixels(over(image, room.page.sketch))
    room.press("g", SHIFT)
    assert room.page.stage.rail.grid.isChecked()
    changed = np.abs(pixels(over(image, room.page.sketch)) - plain).max(axis=2) > 30
    across, down = changed.mean(axis=0), changed.mean(axis=1)
    assert set(np.flatnonzero(across > 0.9)) >= set(range(160 - 18 * 8, 160, 18))
    assert np.count_nonzero(down > 0.9) >= 9
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_asked: (100.0, True))
    room.press("s")
    click(room, (100, 150), (200, 150))
    assert room.page.sketch.squares().side.value == 20
    QTest.mouseClick(room.page.stage.rail.grid, LEFT)
    assert not room.page.sketch.grid


def test_the_loupe_shows_what_is_under_the_pointer_four_times_as_large(on_film):
    room = on_film
    picture = room.page.stage.picture
    QTest.mouseMove(picture, picture.rect().center())
    room.qtbot.waitUntil(lambda: not picture._smooth.isActive())  # smooth once the hand rests
    before = pixels(picture.grab().toImage())
    room.press("z")
    assert picture._lens.isChecked()
    changed = np.abs(pixels(picture.grab().toImage()) - before).max(axis=2) > 40
    changed[:60] = False  # the button looks pressed
    rows, columns = np.nonzero(changed)
    place = loupe.lens(QPointF(picture.rect().center()), QRectF(picture.rect()))
    assert place.adjusted(-4, -4, 4, 4).contains(QPointF(columns.min(), rows.min()))
    assert place.adjusted(-4, -4, 4, 4).contains(QPointF(columns.max(), rows.max()))
    QApplication.sendEvent(picture, QEvent(QEvent.Type.Leave))
    assert np.abs(pixels(picture.grab().toImage()) - before)[60:].max() < 40
    room.press("z")
    assert not picture._lens.isChecked()


@pytest.mark.parametrize("at", [(400, 300), (795, 300), (400, 5), (795, 5), (2, 595)])
def test_the_loupe_is_in_sight_and_never_over_its_place(at):
    within = QRectF(0, 0, 800, 600)
    place = loupe.lens(QPointF(*at), within)
    assert within.contains(place)
    assert math.dist((place.center().x(), place.center().y()), at) > loupe.ACROSS / 2
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGray)
    inner = QPainter(image)
    inner.fillRect(QRectF(at[0] - 10, at[1] - 10, 20, 20), Qt.GlobalColor.red)
    inner.end()
    shown = image.copy()
    painter = QPainter(shown)
    loupe.paint(painter, image, within, QPointF(*at), within)
    painter.end()
    red = (pixels(shown.copy(place.toRect())) == (0, 0, 255)).all(axis=2)
    rows, columns = np.nonzero(red)
    inside = QRectF(*at, 0, 0).adjusted(-10, -10, 10, 10).intersected(within)
    assert np.ptp(columns) + 1 == pytest.approx(inside.width() * loupe.TIMES, abs=6)
    assert np.ptp(rows) + 1 == pytest.approx(inside.height() * loupe.TIMES, abs=6)


def test_the_loupe_comes_by_itself_while_an_end_is_dragged(on_film):
    room = on_film
    picture = room.page.stage.picture
    room.press("w")
    click(room, (100, 100), (200, 100))
    room.press(Qt.Key.Key_Escape)
    assert not picture._looks_closely()
    start = picture.from_picture(QPointF(200, 100)).toPoint()
    QTest.mousePress(picture, LEFT, NONE, start)
    assert picture._looks_closely()
    QTest.mouseRelease(picture, LEFT, NONE, start)
    assert not picture._looks_closely()


# ---- the trail ----


def track(count: int = 40) -> LandmarkTrack:
    """An ankle that goes 5 pixels a frame, and is not seen in frame 12."""
    xy = np.full((count, 1, 2), np.nan)
    xy[:, 0] = [(20 + 5 * k, 100) for k in range(count)]
    seen = np.ones((count, 1))
    seen[12] = 0
    xy[12] = np.nan
    return LandmarkTrack(np.arange(count) / 60, ("left_ankle",), xy, seen)


def painted(skeleton: Skeleton) -> np.ndarray:
    image = QImage(320, 180, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    skeleton.paint(painter, lambda at: at)
    painter.end()
    return pixels(image)


def test_a_trail_is_where_the_point_was_on_the_frames_before():
    skeleton = Skeleton()
    assert skeleton.follow(10) == ""
    skeleton.put(track(), "left", ())
    skeleton.show_frame(20)
    without = painted(skeleton)
    assert skeleton.follow(10) == "left_ankle"
    columns = np.flatnonzero((np.abs(painted(skeleton) - without).max(axis=2) > 40).any(axis=0))
    assert columns.min() == pytest.approx(20 + 5 * 11, abs=3)  # ten frames, this one among them
    unseen = np.abs(painted(skeleton) - without)[:, 20 + 5 * 11 + 4 : 20 + 5 * 13 - 3]
    assert unseen.max() < 40
    brightness = [painted(skeleton)[100, 20 + 5 * k + 2].max() for k in (13, 18)]
    assert brightness[0] < brightness[1]
    skeleton.follow(0)
    assert (painted(skeleton) == without).all()


def test_a_trail_goes_where_a_hand_put_the_point():
    skeleton = Skeleton()
    skeleton.put(track(), "left", (PointByHand(18, "left_ankle", 110.0, 60.0),))
    skeleton.show_frame(20)
    without = painted(skeleton)
    skeleton.follow(10)
    rows = np.flatnonzero((np.abs(painted(skeleton) - without).max(axis=2) > 40).any(axis=1))
    assert rows.min() == pytest.approx(60, abs=3)


def test_without_body_points_there_is_no_trail_and_it_is_said(on_film):
    room = on_film
    room.press("x", SHIFT)
    assert told(room) == "There are no body points to leave a trail"


def test_the_trail_is_put_on_by_key_and_its_length_is_chosen(on_film):
    room = on_film
    skeleton = room.page.stage.skeleton
    skeleton.put(track(180), "left", ())
    room.press("x", SHIFT)
    assert told(room) == "Trail of the left ankle over 30 frames"
    trails = next(each.menu() for each in room.page.by_hand.menu().actions() if each.menu() is not None)
    assert [each.text() for each in trails.actions() if each.isChecked()] == ["Over 30 frames"]
    trails.actions()[-1].trigger()
    assert skeleton.trail == 120
    room.press("x", SHIFT)
    assert (skeleton.trail, told(room)) == (0, "No trail")
    room.press("x", SHIFT)
    assert skeleton.trail == 120
