"""The body chart: every site has its place, left is left from both sides, and no place hides another."""

import pytest

from runclinic.forms import catalogue
from runclinic.plan.figures.chart import SIZES, VIEWS, chart, merged, regions, sides_of, without
from runclinic.plan.figures.pen import Area, Letters, Line, bounds

SITES = [
    str(each.value)
    for asked in catalogue.form("history").question
    if asked.id == "H29"
    for each in asked.options
]


def inside(point, outline):
    (x, y), found = point, False
    for (x1, y1), (x2, y2) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            found = not found
    return found


def test_every_site_of_the_history_has_a_place_and_nothing_else_has_one():
    assert {each.site for view in VIEWS for each in regions(view)} == set(SITES)


@pytest.mark.parametrize("view", VIEWS)
def test_a_place_is_told_apart_from_the_others_of_its_view(view):
    keys = [each.key for each in regions(view)]
    assert len(keys) == len(set(keys))
    for place in regions(view):
        over = [each for each in reversed(regions(view)) if inside(place.centre, each.outline)]
        assert not over or over[0] == place or over[0].side == "mid" or place in over


@pytest.mark.parametrize("view,right", [("front", -1), ("back", 1), ("pelvis", -1)])
def test_her_right_is_at_the_readers_left_from_the_front_and_at_the_right_from_behind(view, right):
    middle = SIZES[view][0] / 2
    for each in regions(view):
        at = each.centre[0] - middle
        assert (
            at == pytest.approx(0, abs=0.01)
            if each.side == "mid"
            else at * right * (1 if each.side == "right" else -1) > 0
        )


@pytest.mark.parametrize("view", VIEWS)
def test_left_and_right_mirror_each_other(view):
    wide = SIZES[view][0]
    found = {each.key: each.outline for each in regions(view)}
    for (site, side), outline in found.items():
        if side == "left":
            for (x, y), (x2, y2) in zip(outline, found[site, "right"], strict=True):
                assert (x, y) == pytest.approx((wide - x2, y2), abs=1e-3)


@pytest.mark.parametrize("view", VIEWS)
def test_the_drawing_stays_on_its_paper_with_every_place_marked_by_10(view):
    marks = {each.key: "10" for each in regions(view)}
    drawn = chart(view, marks, sides=("R", "L"))
    left, bottom, right, top = bounds(drawn.shapes)
    assert min(left, bottom) >= 0
    assert (right <= drawn.width_mm, top <= drawn.height_mm) == (True, True)
    numbers = [each for each in drawn.shapes if isinstance(each, Letters) and each.part == "number"]
    assert len(numbers) == len(marks)


def test_a_mark_changes_the_drawing_by_shade_edge_and_number():
    plain, marked = chart("front", {}), chart("front", {("knee", "left"): "3"})
    part = "region knee left"
    before, after = (
        next(each for each in drawn.shapes if isinstance(each, Area) and each.part == part)
        for drawn in (plain, marked)
    )
    assert (before.fill, before.edge) != (after.fill, after.edge)
    assert after.edge_mm > before.edge_mm
    assert [each.text for each in marked.shapes if isinstance(each, Letters)] == ["3"]


def test_letters_of_the_sides_change_place_from_behind():
    def first(view):
        letters = [each for each in chart(view, {}, sides=("R", "L")).shapes if isinstance(each, Letters)]
        return min(letters, key=lambda each: each.at[0]).text

    assert (first("front"), first("back"), first("pelvis")) == ("R", "L", "R")


def test_bones_lie_over_the_places_of_the_pelvis_and_below_the_marks():
    parts = [each.part for each in chart("pelvis", {("pelvic_girdle", "left"): "4"}).shapes]
    bone = max(at for at, part in enumerate(parts) if part == "hip bone")
    assert parts.index("region groin_hip left") < bone < parts.index("region pelvic_girdle left")
    assert any(isinstance(each, Line) for each in chart("pelvis", {}).shapes)


@pytest.mark.parametrize(
    "side,added,now",
    [
        (None, "left", "left"),
        ("left", "right", "both"),
        ("right", "left", "both"),
        ("both", "left", "both"),
        ("left", "left", "left"),
        ("mid", "left", "left"),
        ("left", "mid", "mid"),
        ("both", "mid", "mid"),
    ],
)
def test_a_second_side_makes_both(side, added, now):
    assert merged(side, added) == now


@pytest.mark.parametrize(
    "side,taken,left",
    [("both", "left", "right"), ("both", "right", "left"), ("left", "left", None), ("mid", "mid", None)],
)
def test_one_side_taken_from_both_leaves_the_other(side, taken, left):
    assert without(side, taken) == left


def test_a_site_without_a_side_is_marked_wherever_it_can_be():
    assert sides_of("knee", None) == ("left", "right")
    assert sides_of("c_scar", None) == ("mid",)
    assert set(sides_of("low_back", None)) == {"left", "right", "mid"}
    assert sides_of("low_back", "both") == ("left", "right")
    assert sides_of("other: little toe", None) == ()
