"""Skeleton over the picture and curve under it: shown, put right by a hand, kept, and taken back."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from runclinic.visit import points_by_hand
from tests.ui.gait.test_angles import on_film

NEAR = "right"


@pytest.fixture(scope="module")
def aside(drawn_clip, tmp_path_factory):
    return drawn_clip(tmp_path_factory.mktemp("clips"), "aside.mp4", duration_s=4, size=(480, 270))


@pytest.fixture
def measured(room, aside):
    on_film(room, aside, "side_right")
    room.press("c")
    room.settled()
    return room


def landing(room):
    events = room.page.by_points.events
    return [each.frame for each in events if each.side == NEAR and each.kind == "initial_contact"][2]


def angle(room, name):
    return next(each for each in room.page.by_points.angles if each.id == name).right.value


def drag(room, name, across, down):
    """Take hold of a point with the mouse and let it go so many pixels of the film away."""
    picture, skeleton = room.page.stage.picture, room.page.stage.skeleton
    start = skeleton.points()[name]
    there = start + QPointF(across, down)
    at = [picture.from_picture(place).toPoint() for place in (start, there)]
    room.qtbot.mousePress(picture, Qt.MouseButton.LeftButton, pos=at[0])
    room.qtbot.mouseMove(picture, at[1])
    room.qtbot.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=at[1])
    return picture.to_picture(QPointF(at[1]))


def by_hand(room):
    return points_by_hand.recorded(room.opened.now(), room.page.film_id)


def test_points_lie_on_the_runner_and_the_curve_is_the_drawn_knee(measured, aside):
    room = measured
    frame = landing(room)
    room.go(frame)
    stage = room.page.stage
    knee = stage.skeleton.points()["right_knee"]
    names = stage.skeleton._track.names
    true = aside.shot.points()[frame, names.index("right_knee")]
    assert np.hypot(knee.x() - true[0], knee.y() - true[1]) < 1
    assert stage.curve.isVisible()
    line = stage.curve.line
    assert (line.id, line.side) == ("knee", NEAR)
    assert stage.curve.value.text() == f"{line.degrees[frame]:.1f}° in this frame"


def test_the_curve_shows_the_stretch_of_the_strip_and_a_click_goes_there(measured):
    room = measured
    stage = room.page.stage
    room.go(200)
    room.settled()
    low, high = stage.curve._plot.viewRange()[0]
    assert low == pytest.approx(stage.strip._from_s, abs=0.01)
    assert high == pytest.approx(stage.strip._from_s + stage.strip._long_s, abs=0.01)
    plot = stage.curve._plot
    wanted = float(room.page.stage.player.times_s[190])
    at = plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(wanted, 20.0)))
    room.qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at))
    room.settled()
    assert abs(stage.player.on_screen - 190) <= 1


def test_a_point_put_right_counts_in_its_frame_and_undo_takes_it_back(measured):
    room = measured
    frame = landing(room)
    room.go(frame)
    before = angle(room, "foot_ic")
    went = drag(room, "right_foot_index", 0, -12)
    room.settled()
    (kept,) = by_hand(room)
    assert (kept.frame, kept.name) == (frame, "right_foot_index")
    assert (kept.x, kept.y) == (pytest.approx(went.x(), abs=0.1), pytest.approx(went.y(), abs=0.1))
    assert angle(room, "foot_ic") > before + 1
    room.press("z", Qt.KeyboardModifier.ControlModifier)
    room.settled()
    assert by_hand(room) == ()
    assert angle(room, "foot_ic") == pytest.approx(before)


def test_it_stays_when_contacts_are_found_again_and_after_reopening(measured):
    room = measured
    room.go(landing(room))
    drag(room, "right_knee", 9, 0)
    room.settled()
    kept, value = by_hand(room), angle(room, "knee_ic")
    room.press("c")
    room.settled()
    assert by_hand(room) == kept
    assert angle(room, "knee_ic") == pytest.approx(value)
    room.page.open_film(room.page.film_id)
    room.settled()
    assert angle(room, "knee_ic") == pytest.approx(value)
    room.go(kept[0].frame)
    assert room.page.stage.skeleton.is_by_hand("right_knee")


def test_a_point_is_chosen_and_moved_by_keys_alone(measured):
    room = measured
    room.go(landing(room))
    skeleton = room.page.stage.skeleton
    room.press("x")
    assert skeleton.selected == "right_shoulder"
    at = skeleton.points()["right_shoulder"]
    room.press(Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    room.settled()
    (kept,) = by_hand(room)
    assert (kept.x, kept.y) == (pytest.approx(at.x() + 1, abs=0.1), pytest.approx(at.y(), abs=0.1))
    room.press(Qt.Key.Key_Escape)
    assert skeleton.selected == ""


def test_they_can_be_put_away(measured):
    room = measured
    skeleton = room.page.stage.skeleton
    assert skeleton.shows
    room.press("b")
    assert not skeleton.shows
    room.go(landing(room))
    drag(room, "right_knee", 9, 0)
    assert by_hand(room) == ()
