"""Change against error: limits, verdicts, and what may not be compared."""

import math
from dataclasses import replace

import pytest

from runclinic.gait import compare as c
from runclinic.measured import Measured, of_parts

THEN = c.Condition("side_left", 9.0, 1.0, "shod")


def test_reliability_to_smallest_detectable_change():
    assert c.sem(4.0, 0.85) == pytest.approx(1.549, abs=5e-4)
    assert c.sdc(c.sem(4.0, 0.85)) == pytest.approx(4.294, abs=5e-4)
    assert c.sdc(c.sem_of_repeats(2.0)) == pytest.approx(1.96 * 2.0)
    assert c.sdc(c.day_of_sdd(2.3)) == pytest.approx(1.96 * math.sqrt(2) * 2.3 / (1.96 * math.sqrt(2)))


@pytest.mark.parametrize(
    "s1, n1, s2, n2, day, limit",
    [(2.1, 10, 1.8, 12, 1.5, 4.474), (9.0, 10, 8.0, 10, 4.0, 13.365)],
)
def test_the_limit_of_chance(s1, n1, s2, n2, day, limit):
    assert c.u_change(s1 / math.sqrt(n1), s2 / math.sqrt(n2), day) == pytest.approx(limit, abs=5e-4)


@pytest.mark.parametrize("change, verdict", [(4.0, "within error"), (5.0, "changed"), (-5.0, "changed")])
def test_a_change_is_one_only_beyond_the_limit(change, verdict):
    assert c.verdict(change, 4.474, fewest=10) == verdict


def test_too_few_steps_and_a_published_limit():
    assert c.verdict(50, 4.474, fewest=2) == "too few steps"
    assert c.verdict(5.0, 4.474, 6.93, fewest=10) == "within error"
    assert c.verdict(50, 4.474, fewest=2, reasons=("other shoes",)) == "not comparable"


@pytest.mark.parametrize(
    "changed, word",
    [
        ({"view": "side_right"}, "side"),
        ({"belt_kmh": 9.3}, "speed"),
        ({"belt_kmh": None}, "not known"),
        ({"incline_percent": 1.6}, "incline"),
        ({"footwear": "minimal"}, "shoes"),
        ({"fast_enough": False}, "frames"),
        ({"method": "pose"}, "events"),
        ({"model": "heavy"}, "network"),
        ({"midstance": "lowest hip"}, "midstance"),
    ],
)
def test_what_is_not_comparable_says_why(changed, word):
    reasons = c.not_comparable(THEN, replace(THEN, **changed))
    assert len(reasons) == 1
    assert word in reasons[0]


def test_small_differences_of_the_belt_still_compare():
    assert c.not_comparable(THEN, replace(THEN, belt_kmh=9.2, incline_percent=1.5)) == ()


def test_compare_uses_the_spread_of_the_means_and_says_both_ways():
    before = of_parts(260, 6.4, 0.0, "ms", 10, 9.0, 9.0 / math.sqrt(10))
    after = of_parts(250, 5.7, 0.0, "ms", 10, 8.0, 8.0 / math.sqrt(10))
    change = c.compare(before, after, (THEN, THEN), day=4.0)
    assert change.plus_minus == pytest.approx(13.365, abs=5e-4)
    assert (change.change, change.verdict) == (-10, "within error")
    same_visit = c.compare(before, after, (THEN, THEN), day=0.0)
    assert same_visit.plus_minus == pytest.approx(1.96 * math.sqrt(8.1 + 6.4))
    assert same_visit.verdict == "changed"


def test_another_rater_brings_the_systematic_part_in_twice():
    value = of_parts(260, 6.0, 4.9, "ms", 10, 9.0, 3.0)
    other = c.compare(value, value, (THEN, replace(THEN, rater="B")), day=0.0)
    assert other.plus_minus == pytest.approx(1.96 * math.sqrt(18 + 2 * 2.5**2))


def test_another_unit_is_not_comparable():
    change = c.compare(Measured(1, 0.1, "m", 9), Measured(1, 0.1, "ms", 9), (THEN, THEN), day=0)
    assert change.verdict == "not comparable"
    assert "other unit" in change.reasons


def test_a_long_table_warns_of_chance():
    assert c.chance_note(8) == ""
    assert "0.75" in c.chance_note(15)
