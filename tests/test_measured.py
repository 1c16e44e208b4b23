"""A number with its ±: rounding, decimals, and whether two differ."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.measured import Measured, decimals_for, differ, of_parts, shown
from runclinic.refused import Refused


@pytest.mark.parametrize(
    "value, decimals, text",
    [
        (2.5, 0, "3"),
        (3.5, 0, "4"),
        (-2.5, 0, "−3"),
        (2.675, 2, "2.68"),
        (0.125, 2, "0.13"),
        (-0.04, 1, "0.0"),
        (167.79661, 1, "167.8"),
        (280.5556, 0, "281"),
        (1000, 0, "1000"),
    ],
)
def test_rounding_goes_half_away_from_zero(value, decimals, text):
    assert shown(value, decimals) == text


@pytest.mark.parametrize(
    "plus_minus, decimals",
    [
        (33.1, 0),
        (13.336, 0),
        (5.83, 0),
        (1.42, 1),
        (1.99, 1),
        (2.0, 0),
        (0.685, 1),
        (0.23, 1),
        (0.0123, 3),
        (0, 3),
    ],
)
def test_the_error_says_how_many_decimals_stand(plus_minus, decimals):
    assert decimals_for(plus_minus) == decimals


def test_a_value_prints_with_its_error_and_unit():
    assert Measured(174, 2, "steps/min").text() == "174 ± 2 steps/min"
    assert Measured(167.797, 1.422, "steps/min").text() == "167.8 ± 1.4 steps/min"
    assert Measured(280.556, 33.099, "ms").text(1) == "280.6 ± 33.1 ms"


def test_the_two_parts_of_the_error_stay_apart():
    contact = of_parts(260.714, 5.826, 4.9, "ms", 7, 6.299)
    assert contact.plus_minus == pytest.approx(math.hypot(5.826, 4.9))
    assert (contact.random, contact.systematic_part) == (5.826, 4.9)
    assert contact.cv == pytest.approx(2.416, abs=5e-4)
    assert Measured(174, 2, "steps/min").random == 2


@pytest.mark.parametrize(
    "before, after, verdict",
    [
        (Measured(170, 1, "steps/min", 20), Measured(172, 1, "steps/min", 20), "changed"),
        (Measured(170, 1, "steps/min", 20), Measured(171.4, 1, "steps/min", 20), "within error"),
        (Measured(170, 1, "steps/min", 20), Measured(190, 1, "ms", 20), "not comparable"),
        (Measured(170, 1, "steps/min", 2), Measured(190, 1, "steps/min", 20), "too few steps"),
    ],
)
def test_two_values_differ_only_beyond_the_error_of_both(before, after, verdict):
    assert differ(before, after) == verdict


def test_a_smallest_detectable_change_holds_a_change_back():
    before, after = Measured(10.0, 0.1, "deg", 10), Measured(13.0, 0.1, "deg", 10)
    assert differ(before, after) == "changed"
    assert differ(before, after, at_least=4.294) == "within error"


@pytest.mark.parametrize("value, plus_minus", [(math.nan, 1), (math.inf, 1), (1, -1), (1, math.nan)])
def test_what_is_no_measurement_is_refused(value, plus_minus):
    with pytest.raises(Refused):
        Measured(value, plus_minus, "ms")


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e4))
def test_what_is_printed_lies_within_half_of_the_last_place(value, plus_minus):
    places = decimals_for(plus_minus)
    printed = float(shown(value, places).replace("−", "-"))
    assert abs(printed - value) <= 0.5 * 10.0**-places + 1e-9
    assert 0 <= places <= 3
