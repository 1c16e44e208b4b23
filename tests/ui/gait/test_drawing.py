"""Drawing on the picture with a real mouse: the values are those of the film, however it is shown."""

import math

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from runclinic.visit import drawings

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def on_film(room, clip):
    room.on_film(clip.path)
    return room


def click(room, *places):
    """Click at places of the film, in its pixels."""
    picture = room.page.stage.picture
    for place in places:
        QTest.mouseClick(picture, LEFT, NONE, picture.from_picture(QPointF(*place)).toPoint())


def stands(room):
    return drawings.recorded(room.opened.now(), room.page.film_id)


def value(room, drawing):
    picture = room.page.stage.picture
    return drawings.measured(drawing, picture._size(), picture._aspect, room.page.sketch.scale())


def pixel(room):
    """How much of the film a pixel of the screen shows: a click cannot be finer."""
    picture = room.page.stage.picture
    return picture._size()[0] / picture.area().width()


def test_an_angle_is_three_clicks_and_reads_what_was_clicked(on_film):
    room = on_film
    room.press("a")
    assert room.page.stage.drawing["angle"].isChecked()
    click(room, (200, 60), (120, 100), (120, 40))
    (drawing,) = stands(room)
    found = value(room, drawing)
    true = math.degrees(math.atan2(80, 40))
    assert found.value == pytest.approx(true, abs=math.degrees(2 * pixel(room) / 60))
    assert room.page.sketch.words(drawing).endswith("°")
    assert "±" in room.page.sketch.words(drawing)


@pytest.mark.parametrize("zoom", [1, 4, 12])
def test_closer_the_same_value_with_a_smaller_error(on_film, zoom):
    room = on_film
    picture = room.page.stage.picture
    room.press("v")
    middle = picture.from_picture(QPointF(160, 90))
    for _ in range(zoom - 1):
        picture.zoom_by(1.25, middle)
    click(room, (155, 96), (158, 84))
    (drawing,) = stands(room)
    assert value(room, drawing).value == pytest.approx(
        math.degrees(math.atan2(3, 12)), abs=math.degrees(1.5 * pixel(room) / 12)
    )
    assert drawing.zoom == pytest.approx(1.25 ** (zoom - 1), abs=0.01)
    for (x, y), wanted in zip(drawing.points, ((155, 96), (158, 84)), strict=True):
        assert math.dist((x, y), wanted) <= pixel(room)


def test_a_circle_is_as_wide_as_it_was_drawn_and_a_plumb_line_hangs_upright(on_film):
    room = on_film
    room.press("g")
    click(room, (120, 80), (160, 110))
    room.press("u")
    click(room, (60, 20), (90, 150))
    circle, plumb = stands(room)
    assert value(room, circle).value == pytest.approx(100, abs=4 * pixel(room))
    assert value(room, plumb) is None
    (top, _), (low, _) = plumb.points
    assert top == low == pytest.approx(60, abs=pixel(room))
    room.press("z", CONTROL)
    assert stands(room) == (circle,)


def test_a_known_length_makes_centimetres(on_film, monkeypatch):
    room = on_film
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_asked: (50.0, True))
    room.press("s")
    click(room, (100, 150), (200, 150))
    room.press("d")
    click(room, (60, 20), (60, 120))
    found = value(room, stands(room)[1])
    assert found.unit == "cm"
    assert found.value == pytest.approx(50, abs=pixel(room))
    room.go(5)
    assert [each.tool for each in room.page.sketch.here()] == ["scale"]  # it holds for the whole clip


def test_a_known_length_given_up_leaves_nothing(on_film, monkeypatch):
    room = on_film
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_asked: (100.0, False))
    room.press("s")
    click(room, (100, 150), (200, 150))
    assert stands(room) == ()


def test_an_end_is_dragged_nudged_removed_and_all_is_undone(on_film):
    room = on_film
    picture = room.page.stage.picture
    room.press("e")
    click(room, (100, 100), (100, 40))
    room.press(Qt.Key.Key_Escape)
    before = stands(room)[0].points
    start, end = (picture.from_picture(QPointF(*place)).toPoint() for place in ((100, 40), (140, 40)))
    QTest.mousePress(picture, LEFT, NONE, start)
    QTest.mouseMove(picture, end)
    assert stands(room)[0].points == before  # nothing is recorded while the hand holds it
    QTest.mouseRelease(picture, LEFT, NONE, end)
    dragged = stands(room)[0].points
    assert math.dist(dragged[1], (140, 40)) <= pixel(room)
    room.press(Qt.Key.Key_Right, CONTROL)
    assert stands(room)[0].points == tuple((x + 1, y) for x, y in dragged)
    room.press(Qt.Key.Key_Delete)
    assert stands(room) == ()
    for _ in range(3):
        room.press(Qt.Key.Key_Z, CONTROL)
    assert stands(room)[0].points == before
    room.press(Qt.Key.Key_Y, CONTROL)
    assert stands(room)[0].points == dragged


def test_a_drawing_is_on_its_frame_alone_and_there_again_after_reopening(on_film):
    room = on_film
    room.press("w")
    click(room, (100, 100), (150, 60))
    room.press(Qt.Key.Key_Escape)
    assert len(room.page.sketch.here()) == 1
    room.press(Qt.Key.Key_Right)
    room.settled()
    assert room.page.sketch.here() == ()
    room.page.open_film(room.page.film_id)
    room.settled()
    room.go(0)
    assert [each.tool for each in room.page.sketch.here()] == ["arrow"]
    room.press("a")
    click(room, (10, 10), (50, 50), (90, 10))
    assert [each.number for each in stands(room)] == [1, 2]


def test_with_a_tool_in_hand_a_new_one_may_begin_where_another_ends(on_film):
    room = on_film
    room.press("v")
    click(room, (100, 120), (110, 60))
    room.press("a")
    click(room, (100, 120), (150, 120), (150, 60))
    assert [each.tool for each in stands(room)] == ["vertical", "angle"]


def test_esc_gives_up_the_begun_one_then_the_tool(on_film):
    room = on_film
    room.press("a")
    click(room, (20, 20))
    room.press(Qt.Key.Key_Escape)
    assert room.page.sketch.tool == "angle"
    room.press(Qt.Key.Key_Escape)
    assert room.page.sketch.tool is None
    click(room, (20, 20))
    assert stands(room) == ()


def test_it_is_painted_with_the_frame(on_film):
    room = on_film
    picture = room.page.stage.picture
    before = picture.grab().toImage()
    room.press("d")
    click(room, (60, 60), (200, 120))
    assert picture.grab().toImage() != before


def test_marks_are_still_removed_when_no_drawing_is_chosen(on_film):
    room = on_film
    room.press("1")
    room.press(Qt.Key.Key_Delete)
    assert room.page._marks.at(0) == ()
