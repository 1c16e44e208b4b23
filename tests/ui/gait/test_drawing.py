"""Drawing on the picture with a real mouse: the values are those of the film, however it is shown."""

import math
from itertools import combinations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from runclinic.ui.gait.sketch_paint import GROUND, INKS, drawn_on
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


def stroke(room, *places):
    """The button held from place to place."""
    picture = room.page.stage.picture
    first, *rest = (picture.from_picture(QPointF(*place)).toPoint() for place in places)
    QTest.mousePress(picture, LEFT, NONE, first)
    for point in rest:
        QTest.mouseMove(picture, point)
    QTest.mouseRelease(picture, LEFT, NONE, rest[-1] if rest else first)


def says(monkeypatch, words):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_asked, **_more: (words, bool(words)))


def test_a_text_is_a_click_and_words_that_can_be_changed(on_film, monkeypatch):
    room = on_film
    says(monkeypatch, "  Heel \n first ")
    room.press("t")
    click(room, (100, 60))
    (text,) = stands(room)
    assert (text.tool, text.words, room.page.sketch.words(text)) == ("text", "Heel first", "Heel first")
    assert value(room, text) is None
    room.press(Qt.Key.Key_Escape)
    says(monkeypatch, "Forefoot")
    place = room.page.stage.picture.from_picture(QPointF(*text.points[0])).toPoint()
    QTest.mouseDClick(room.page.stage.picture, LEFT, NONE, place)
    assert stands(room)[0].words == "Forefoot"
    room.press("z", CONTROL)
    assert stands(room)[0].words == "Heel first"
    says(monkeypatch, "")
    room.press("t", Qt.KeyboardModifier.ShiftModifier)
    assert stands(room) == (text,)


def test_a_text_without_words_leaves_nothing(on_film, monkeypatch):
    room = on_film
    says(monkeypatch, "")
    room.press("t")
    click(room, (100, 60))
    assert stands(room) == ()


def test_a_stroke_is_drawn_with_the_button_held_and_moved_by_any_place_of_it(on_film):
    room = on_film
    room.press("h")
    stroke(room, (40, 40), (80, 40), (120, 40), (120, 100))
    (drawn,) = stands(room)
    assert drawn.tool == "freehand"
    assert len(drawn.points) == 3  # a straight way needs no places between
    click(room, (200, 100))
    assert stands(room) == (drawn,)  # a click is no stroke
    room.press(Qt.Key.Key_Escape)
    stroke(room, (60, 40), (70, 60))
    (after,) = stands(room)
    for (x, y), (was_x, was_y) in zip(after.points, drawn.points, strict=True):
        assert (x - was_x, y - was_y) == pytest.approx((10, 20), abs=2 * pixel(room))
    room.press("z", CONTROL)
    assert stands(room) == (drawn,)


def test_a_colour_holds_for_what_is_drawn_next_or_for_the_chosen_one(on_film):
    room = on_film
    shift = Qt.KeyboardModifier.ShiftModifier
    room.press("e")
    click(room, (20, 20), (60, 20))
    room.press("h", shift)  # with a tool in hand: from now on
    click(room, (20, 60), (60, 60))
    assert [each.colour for each in stands(room)] == ["yellow", "orange"]
    room.press(Qt.Key.Key_Escape)
    room.press("h", shift)
    assert [each.colour for each in stands(room)] == ["yellow", "green"]
    assert room.page.line.words.text() == "Colour of drawings: Green"
    menu = room.page.by_hand.menu()
    blue = next(each for each in menu.actions() if each.text() == "Blue")
    assert [each.text() for each in menu.actions() if each.isChecked()] == ["Green"]
    blue.trigger()
    assert stands(room)[1].colour == "blue"
    room.press("z", CONTROL)
    room.press("z", CONTROL)
    assert [each.colour for each in stands(room)] == ["yellow", "orange"]


def test_the_next_drawing_is_chosen_by_key_and_told_by_name(on_film, monkeypatch):
    room = on_film
    says(monkeypatch, "Knee in")
    shift = Qt.KeyboardModifier.ShiftModifier
    room.press("s", shift)
    assert room.page.line.words.text() == "Nothing is drawn on this frame"
    room.press("w")
    click(room, (20, 20), (60, 20))
    room.press("t")
    click(room, (100, 60))
    room.press(Qt.Key.Key_Escape)
    room.press("s", shift)
    assert room.page.line.words.text() == "Arrow"
    room.press("s", shift)
    assert room.page.line.words.text() == "Text: Knee in"
    room.press(Qt.Key.Key_Delete)
    assert [each.tool for each in stands(room)] == ["arrow"]


def test_a_chosen_drawing_of_another_frame_is_not_removed_unseen(on_film):
    room = on_film
    room.press("w")
    click(room, (20, 20), (60, 20))
    room.press(Qt.Key.Key_Escape)
    room.press(Qt.Key.Key_Right)
    room.settled()
    room.press(Qt.Key.Key_Delete)
    assert len(stands(room)) == 1


def test_every_tool_is_in_sight_in_a_low_window(on_film):
    room = on_film
    for high, columns in ((1100, 1), (560, 2)):
        room.host.resize(1366, high)
        room.settled()
        rail = room.page.stage.rail
        assert rail.width() == 44 * columns
        for button in (*rail.drawing.values(), rail.grid, rail.more, *rail.tools.values(), rail.exchange):
            corner = button.mapTo(rail, button.rect().bottomRight())
            assert rail.rect().contains(corner), button.accessibleName()
            assert not button.visibleRegion().isEmpty(), button.accessibleName()
            assert button.accessibleName()
            assert button.toolTip()


def test_words_at_the_edge_of_the_picture_are_whole(on_film):
    """On the side where there is room: what is painted is as much ink as in the middle."""
    room = on_film
    picture = room.page.stage.picture.shown.image

    def ink(*at):
        drawing = drawings.Drawing(1, "text", 0, (at,), words="Heel first", colour="green")
        made = drawn_on(picture, [(drawing, drawing.words)])
        colours = (made.pixelColor(x, y) for x in range(made.width()) for y in range(made.height()))
        return sum(each.green() > 200 and each.red() < 160 for each in colours)

    middle = ink(100.0, 80.0)
    assert middle > 100
    for corner in ((312.0, 80.0), (100.0, 172.0), (312.0, 172.0)):
        assert ink(*corner) == pytest.approx(middle, rel=0.1)


def test_colours_can_be_told_from_the_film_and_from_one_another():
    """WCAG 2: 4.5 to the ground of words, and to a mid-grey film (TOKENS.md)."""

    def light(colour):
        parts = [colour.redF(), colour.greenF(), colour.blueF()]
        linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
        return sum(share * each for share, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    for ground in (GROUND, QColor("#3A4348")):
        for ink in INKS.values():
            assert (light(ink) + 0.05) / (light(ground) + 0.05) >= 4.5
    for one, other in combinations(INKS.values(), 2):
        apart = math.dist((one.red(), one.green(), one.blue()), (other.red(), other.green(), other.blue()))
        assert apart > 50
