"""Every exercise's figure: joints as its file says, on the floor, inside its card, start and end apart."""

import numpy as np
import pytest

from runclinic.plan.exercise import exercises
from runclinic.plan.figures import figure
from runclinic.plan.figures.body import FOREARM, SHANK, THIGH, TRUNK, UPPER_ARM, posed
from runclinic.plan.figures.flesh import flesh, standing
from runclinic.plan.figures.pen import PAPER_INKS, Area, Line, bounds
from runclinic.plan.figures.pose import pose, same_body, view
from runclinic.refused import Refused

LIBRARY = exercises()
BODIES = [
    pytest.param(each, cell, id=f"{each.id} {which}")
    for each in LIBRARY.values()
    if not each.figure.view.startswith("Z")
    for which, cell in (("start", each.figure.start), ("end", each.figure.end))
]
HAIR = 0.003  # body heights


def angle(one, other):
    """Degrees between two directions."""
    cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


@pytest.mark.parametrize("its, cell", BODIES)
def test_joints_are_bent_as_the_table_says(its, cell):
    """Angles from the points alone, and the lengths of the segments in between."""
    wanted = pose(cell)
    body = posed(wanted)
    for side, leg, arm in (
        (wanted.near, body.near_leg, body.near_arm),
        (wanted.far, body.far_leg, body.far_arm),
    ):
        thigh, shank = leg.knee - leg.hip, leg.ankle - leg.knee
        upper, fore = arm.elbow - arm.shoulder, arm.wrist - arm.elbow
        assert angle(thigh, shank) == pytest.approx(abs(side.knee_flexion), abs=0.01)
        assert angle(upper, fore) == pytest.approx(abs(side.elbow_flexion), abs=0.01)
        lengths = [np.linalg.norm(each) for each in (thigh, shank, upper, fore)]
        assert lengths == pytest.approx([THIGH, SHANK, UPPER_ARM, FOREARM])
        if not (side.hip_abduction or side.knee_out or wanted.lean):
            down = body.hip_centre - body.mid_shoulder
            assert angle(down, thigh) == pytest.approx(abs(side.hip_flexion), abs=0.01)
            assert angle(shank, leg.ball - leg.heel) == pytest.approx(90 + side.dorsiflexion, abs=0.01)
    assert np.linalg.norm(body.mid_shoulder - body.hip_centre) == pytest.approx(TRUNK)
    upright = body.mid_shoulder - body.hip_centre
    if not wanted.lean:
        assert angle(upright, np.array([0.0, 0.0, 1.0])) == pytest.approx(abs(wanted.trunk_pitch), abs=0.01)


@pytest.mark.parametrize("its, cell", BODIES)
def test_what_carries_is_on_the_floor_and_nothing_goes_through_it(its, cell):
    drawn = view(its.figure.view)
    body = standing(pose(cell), near_foot_only=drawn.near_carries)
    parts = flesh(body)
    low = {name: min((each[:, 2] - each[:, 3]).min() for each in pieces) for name, pieces in parts.items()}
    if drawn.near_carries:
        assert low["near_shoe"] == pytest.approx(pose(cell).support_height / 100, abs=HAIR)
    else:
        assert min(low.values()) == pytest.approx(pose(cell).support_height / 100, abs=HAIR)
    assert min(low.values()) > -HAIR


@pytest.mark.parametrize("its", LIBRARY.values(), ids=LIBRARY)
def test_a_card_holds_all_of_its_ink(its):
    drawn = figure(its)
    left, bottom, right, top = bounds(drawn.shapes)
    assert left >= 0
    assert bottom >= 0
    assert right <= drawn.width_mm
    assert top <= drawn.height_mm
    assert right - left > 7  # and is no dot in the middle of it
    assert top - bottom > 5


@pytest.mark.parametrize("its", LIBRARY.values(), ids=LIBRARY)
def test_start_and_end_are_told_apart(its):
    """Where the body moves, both are there and something shows the way; a hold is one picture."""
    drawn = {shape.part for shape in figure(its).shapes}
    ways = {"arrow", "then", "way", "dome", "flight", "cough"}
    if its.figure.view.startswith("Z"):
        assert drawn & ways
    elif same_body(pose(its.figure.start), pose(its.figure.end)):
        assert "start trunk" not in drawn
    else:
        assert drawn & ways
        assert "start trunk" in drawn or view(its.figure.view).two


@pytest.mark.parametrize("its", LIBRARY.values(), ids=LIBRARY)
def test_the_left_side_is_the_right_one_mirrored(its):
    right, left = figure(its), figure(its, left=True)
    ink, other = bounds(right.shapes), bounds(left.shapes)
    assert other[0] == pytest.approx(right.width_mm - ink[2], abs=0.01)
    assert other[1] == pytest.approx(ink[1], abs=0.01)
    assert right.says == left.says == f"{its.name}: {'; '.join(its.steps)}"


def test_inks_stay_apart_in_grey():
    """Start and end are told apart on a black-and-white printer."""
    grey = {
        name: sum(
            int(colour.lstrip("#")[at : at + 2], 16) * share for at, share in ((0, 0.3), (2, 0.59), (4, 0.11))
        )
        for name, colour in PAPER_INKS.items()
    }
    used = {
        (shape.part.startswith("start "), shape.fill)
        for its in LIBRARY.values()
        for shape in figure(its).shapes
        if isinstance(shape, Area) and shape.fill and "trunk" in shape.part
    }
    pale = [grey[ink] for is_start, ink in used if is_start]
    solid = [grey[ink] for is_start, ink in used if not is_start]
    assert pale
    assert solid
    assert min(pale) - max(solid) > 60


def test_an_unknown_word_of_the_notation_is_refused_by_name():
    with pytest.raises(Refused, match="QQ7"):
        pose("T-90 QQ7")
    with pytest.raises(Refused, match="hammock"):
        view("S hammock")


def test_lines_have_a_width_that_prints():
    for its in LIBRARY.values():
        for shape in figure(its).shapes:
            if isinstance(shape, Line):
                assert shape.width_mm >= 0.14
