"""Drawings by hand: what they measure, how sure that is, and what stands of them."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.visit import drawings
from runclinic.visit.drawings import Drawing, drawing_key, measured, recorded

HD = (1920.0, 1080.0)


def drawn(tool, *points, **more):
    return Drawing(1, tool, 7, points, **more)


@pytest.mark.parametrize(
    ("tool", "points", "value", "unit"),
    [
        ("vertical", ((100, 500), (100, 100)), 0, "deg"),
        ("vertical", ((100, 500), (200, 400)), 45, "deg"),
        ("vertical", ((200, 400), (100, 500)), 45, "deg"),  # in whichever order it was clicked
        ("vertical", ((100, 500), (0, 400)), -45, "deg"),
        ("line", ((0, 100), (100, 100)), 90, "deg"),
        ("angle", ((100, 0), (0, 0), (0, 100)), 90, "deg"),
        ("angle", ((100, 0), (0, 0), (-100, 0)), 180, "deg"),
        ("angle", ((100, 0), (0, 0), (100, 100)), 45, "deg"),
        ("distance", ((0, 0), (30, 40)), 50, "px"),
        ("circle", ((30, 40), (0, 0)), 100, "px"),  # how wide it is
    ],
)
def test_what_each_measures(tool, points, value, unit):
    found = measured(drawn(tool, *points), HD)
    assert found.value == pytest.approx(value, abs=1e-9)
    assert found.unit == unit
    assert found.plus_minus > 0


def test_the_pixels_of_the_film_need_not_be_square():
    assert measured(drawn("vertical", (0, 100), (50, 0)), HD, aspect=2.0).value == pytest.approx(45)
    assert measured(drawn("distance", (0, 0), (10, 0)), HD, aspect=2.0).value == 20


def test_a_known_length_makes_centimetres_and_its_own_error_counts():
    scale = drawn("scale", (0, 0), (400, 0), known_cm=100.0)
    alone = measured(drawn("distance", (0, 0), (0, 200)), HD)
    found = measured(drawn("distance", (0, 0), (0, 200)), HD, scale=scale)
    assert (found.value, found.unit) == (50, "cm")
    own, of_scale = alone.plus_minus / 4, 50 * 1.96 * math.sqrt(2) * 4 / 400
    assert found.plus_minus == pytest.approx(math.hypot(own, of_scale), rel=1e-3)


def test_clicks_are_finer_the_closer_the_picture_was():
    far, near = (measured(drawn("vertical", (0, 400), (0, 0), zoom=zoom), HD) for zoom in (1.0, 4.0))
    assert far.plus_minus == pytest.approx(1.96 * math.degrees(math.sqrt(2) * 4 / 400), rel=1e-3)  # GAIT E3
    assert near.plus_minus == pytest.approx(far.plus_minus / 2)


@pytest.mark.parametrize(
    "drawing", [drawn("arrow", (0, 0), (9, 9)), drawn("plumb", (9, 0), (9, 9)), drawn("line", (5, 5), (5, 5))]
)
def test_what_measures_nothing_says_nothing(drawing):
    assert measured(drawing, HD) is None


def test_the_width_of_a_circle_is_twice_as_unsure_as_its_radius_and_in_centimetres_by_a_scale():
    scale = drawn("scale", (0, 0), (400, 0), known_cm=100.0)
    circle, radius = (drawn(tool, (0, 0), (0, 100)) for tool in ("circle", "distance"))
    assert measured(circle, HD).plus_minus == pytest.approx(2 * measured(radius, HD).plus_minus)
    assert measured(circle, HD, scale=scale).text() == "50 ± 6 cm"


@pytest.mark.parametrize("which", [0, 1])
def test_a_plumb_line_stays_upright_whichever_end_is_dragged(which):
    hangs = drawings.moved(drawn("plumb", (100, 50), (100, 400)), which, (120, 70))
    assert [x for x, _y in hangs.points] == [120, 120]
    assert hangs.points[which] == (120, 70)
    assert drawings.moved(drawn("line", (1, 1), (2, 2)), 1, (9, 9)).points == ((1, 1), (9, 9))


@given(
    st.sampled_from(drawings.TOOLS), st.lists(st.tuples(st.floats(0, 4000), st.floats(0, 4000)), min_size=3)
)
def test_what_was_recorded_is_read_back(tool, points):
    made = Drawing(3, tool, 12, tuple(points[: drawings.POINTS[tool]]), 80.0 if tool == "scale" else 0.0, 2.0)
    (again,) = recorded({drawing_key("f", 3): made.value}, "f")
    assert (again.tool, again.frame, again.known_cm, again.zoom) == (made.tool, 12, made.known_cm, 2.0)
    for one, other in zip(again.points, made.points, strict=True):
        assert one == pytest.approx(other, abs=0.001)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        {},
        {"tool": "star", "frame": 1, "points": []},
        {"tool": "line", "frame": 1, "points": [[0, 0]]},
    ],
)
def test_what_cannot_be_one_is_passed_over(value):
    assert recorded({drawing_key("f", 1): value}, "f") == ()


def test_a_text_and_a_stroke_are_read_back_with_colour_words_and_frames():
    text = Drawing(1, "text", 7, ((5.0, 6.0),), words="Heel first", colour="green")
    stroke = Drawing(2, "freehand", 7, ((0.0, 0.0), (4.0, 9.0), (8.0, 1.0)), colour="blue", frames=12)
    plain = Drawing(3, "line", 7, ((0.0, 0.0), (4.0, 9.0)))
    entries = {drawing_key("f", each.number): each.value for each in (text, stroke, plain)}
    assert recorded(entries, "f") == (text, stroke, plain)
    assert set(plain.value) == {"tool", "frame", "points", "zoom"}


@pytest.mark.parametrize(
    ("told", "colour", "frames"),
    [
        ({"colour": "pink", "frames": "many"}, "yellow", 1),
        ({"colour": 3, "frames": -4}, "yellow", 1),
        ({"colour": "orange", "frames": 1e30}, "orange", drawings.MOST_FRAMES),
    ],
)
def test_what_cannot_be_a_colour_or_a_count_is_the_usual(told, colour, frames):
    value = drawn("line", (0, 0), (9, 9)).value | told
    (found,) = recorded({drawing_key("f", 1): value}, "f")
    assert (found.colour, found.frames) == (colour, frames)


@pytest.mark.parametrize(("tool", "count"), [("text", 2), ("freehand", 1), ("freehand", 401), ("angle", 2)])
def test_with_too_few_or_too_many_points_it_is_none(tool, count):
    value = drawn(tool, *[(k, k) for k in range(count)]).value
    assert recorded({drawing_key("f", 1): value}, "f") == ()


def test_a_drawing_shows_on_its_frames_and_a_known_length_on_all():
    kept = drawn("line", (0, 0), (9, 9), frames=3)
    assert [frame for frame in range(20) if kept.shows_on(frame)] == [7, 8, 9]
    assert drawn("scale", (0, 0), (9, 9), known_cm=5.0).shows_on(0)


def test_frames_that_are_gone_leave_a_kept_drawing_on_the_others():
    kept = drawn("line", (0, 0), (9, 9), frames=3)
    assert drawings.gone_with(kept, {7: None, 8: 6, 9: 7}).frame == 6
    assert drawings.gone_with(kept, {7: None, 8: 6, 9: 7}).frames == 2
    assert drawings.gone_with(kept, {7: None, 8: None, 9: None}) is None
    assert drawings.gone_with(kept, {3: None}) == kept


@given(st.lists(st.tuples(st.floats(0, 4000), st.floats(0, 4000)), min_size=2, max_size=60))
def test_a_plain_stroke_stays_within_its_bound_and_keeps_its_ends(stroke):
    kept = drawings.plain(stroke, 2.0)
    assert (kept[0], kept[-1]) == (stroke[0], stroke[-1])
    for place in stroke:
        assert min(drawings.beside(place, *pair) for pair in pairwise(kept)) <= 2.0 + 1e-6


def test_a_stroke_of_a_restless_hand_has_no_more_points_than_can_be_kept():
    stroke = [(k * 1.0, 40.0 * (k % 2)) for k in range(2000)]
    assert drawings.fits("freehand", len(drawings.plain(stroke, 0.5)))
