"""The drawn profile passes through what was measured, and says nothing about what was not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.forms.pop_q_profile import full_support, profile

POINTS = {
    "Aa": -1.5,
    "Ba": -1.0,
    "C": -6.0,
    "D": -8.0,
    "Ap": -2.5,
    "Bp": -2.5,
    "GH": 4.0,
    "PB": 3.5,
    "TVL": 9.0,
}


def test_every_measured_point_lies_on_the_line_at_its_depth():
    made = profile(POINTS)
    on_line = {curve[0] for curve in made.walls} | {curve[3] for curve in made.walls}
    for name in ("Aa", "Ba", "C", "D", "Ap", "Bp"):
        assert made.places[name][1] == POINTS[name]
        assert made.places[name] in on_line
    assert made.walls[0][0] == (0, 0)
    assert made.walls[-1][3] == (4, 0)
    assert (made.hiatus_cm, made.body_cm) == (4, 3.5)


def test_two_points_at_one_depth_of_a_wall_are_one_place():
    made = profile(POINTS)
    assert made.places["Ap"] == made.places["Bp"]
    assert made.places["Aa"] != made.places["Ba"]


@pytest.mark.parametrize("missing", ["Aa", "C", "D", "Bp", "GH", "PB"])
def test_what_was_not_measured_is_not_drawn(missing):
    made = profile({name: cm for name, cm in POINTS.items() if name != missing})
    assert missing not in made.places
    assert len(made.walls) == len(set(made.places.values())) + 1


def test_nothing_measured_is_no_line():
    assert profile({}).walls == ()
    assert full_support({"GH": 4}).walls == ()


def test_full_support_ends_at_the_depth_of_the_vagina():
    made = full_support(POINTS | {"cervix": "present"})
    assert made.places["D"][1] == -9
    assert made.places["C"][1] == -7
    cuff = full_support(POINTS | {"cervix": "absent"})
    assert "D" not in cuff.places
    assert cuff.places["C"][1] == -9


@given(st.dictionaries(st.sampled_from(sorted(POINTS)), st.floats(-15, 15)))
def test_the_line_goes_from_the_front_to_the_back_and_is_whole(points):
    made = profile(points)
    for before, after in zip(made.walls, made.walls[1:], strict=False):
        assert before[3] == after[0]
    for name, place in made.places.items():
        assert place[1] == points[name]
