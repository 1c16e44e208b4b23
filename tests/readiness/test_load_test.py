"""Load tests: counts, symptoms above what was there before, cut short or not, left against right."""

import pytest

from runclinic.readiness.load_test import Attempt, LoadTest, Symmetry, symmetry, symmetry_of, worst

CALM = {"leak": 0, "heaviness": 0, "pelvic_pain": 0, "msk_pain": 0, "limp": False}


def attempt(*counts, **more):
    return Attempt(counts=counts, **(CALM | more))


def hop(first, **more):
    return LoadTest("LT06", 10, first, **more)


@pytest.mark.parametrize(
    "first,state",
    [
        (attempt(10, 10), "met"),
        (attempt(10, 9), "not_met"),
        (attempt(10, None), "not_tested"),
        (attempt(9, None), "not_met"),
        (attempt(10, 10, leak=1), "not_met"),
        (attempt(10, 10, leak=None), "not_tested"),
        (attempt(10, 10, heaviness=2, heaviness_before=2), "met"),
        (attempt(10, 10, heaviness=3, heaviness_before=2), "not_met"),
        (attempt(10, 10, pelvic_pain=1, pelvic_pain_before=1), "met"),
        (attempt(10, 10, pelvic_pain=2, pelvic_pain_before=1), "not_met"),
        (attempt(10, 10, msk_pain=2), "met"),
        (attempt(10, 10, msk_pain=3), "not_met"),
        (attempt(10, 10, msk_pain=None), "not_tested"),
        (attempt(10, 10, limp=True), "not_met"),
        (attempt(10, 10, limp=None), "not_tested"),
        (attempt(10, 8, leak=None), "not_met"),
        (attempt(None, None), "not_tested"),
    ],
)
def test_the_whole_criterion(first, state):
    assert hop(first).state == state


@pytest.mark.parametrize("reason", ["time", "space"])
def test_a_stop_for_time_or_space_is_not_tested_but_a_symptom_then_still_fails(reason):
    assert hop(attempt(10, 6), stopped=reason).state == "not_tested"
    assert hop(attempt(10, 12), stopped=reason).state == "met"
    assert hop(attempt(10, 6, leak=1), stopped=reason).state == "not_met"
    assert hop(attempt(10, 6, limp=True), stopped=reason).state == "not_met"
    assert hop(attempt(10, 6), stopped="fatigue").state == "not_met"


def test_a_clinic_may_ask_for_no_pain_at_all():
    assert hop(attempt(10, 10, msk_pain=1)).state == "met"
    assert hop(attempt(10, 10, msk_pain=1), calm_pain=0).state == "not_met"


@pytest.mark.parametrize(
    "first,retest,done",
    [
        (attempt(10, 10, leak=3, msk_pain=8), None, "met"),
        (attempt(10, 9), None, "not_met"),
        (attempt(10, 10, limp=True), None, "not_met"),
        (attempt(10, 10, limp=None), None, "not_tested"),
        (attempt(10, 9), attempt(10, 10), "met"),
        (attempt(10, 9), attempt(10, None), "not_met"),
        (attempt(None, None), attempt(10, 10), "met"),
        (attempt(None, None), attempt(9, 10), "not_met"),
        (attempt(10, 10, limp=None), attempt(10, 10, limp=None), "not_tested"),
    ],
)
def test_done_is_the_count_without_a_limp_at_the_first_attempt_or_with_the_cue(first, retest, done):
    assert hop(first, retest=retest).done == done


@pytest.mark.parametrize(
    "first,settled,mild",
    [
        (attempt(10, 10, leak=1), 24, True),
        (attempt(10, 10, heaviness=2, pelvic_pain=2), 0, True),
        (attempt(10, 10, leak=2), 1, False),
        (attempt(10, 10, heaviness=3), 1, False),
        (attempt(10, 10, pelvic_pain=3), 1, False),
        (attempt(10, 10, leak=1), 25, False),
        (attempt(10, 10, leak=1), None, False),
        (attempt(10, 10, leak=1, heaviness=4, heaviness_before=4), 1, True),
    ],
)
def test_mild_is_small_and_gone_within_a_day(first, settled, mild):
    assert hop(first, settled_hours=settled).mild is mild


@pytest.mark.parametrize(
    "first,retest,calm",
    [
        (attempt(10, 10, leak=3), attempt(10, 10), True),
        (attempt(10, 10, leak=3), None, False),
        (attempt(10, 10, leak=3), attempt(10, 10, leak=1), False),
        (attempt(10, 10, leak=3), attempt(10, 10, heaviness=None), False),
        (attempt(10, 10, heaviness=2), attempt(10, 10), True),
        (attempt(10, 10, heaviness=3), attempt(10, 10), False),
        (attempt(10, 10, leak=1, pelvic_pain=3), attempt(10, 10), False),
    ],
)
def test_calm_with_a_cue(first, retest, calm):
    assert hop(first, retest=retest).calm_with_cue is calm


def test_a_test_without_a_retest_has_no_retest_state():
    assert hop(attempt(10, 10)).retest_state == "not_tested"
    assert hop(attempt(8, 8), retest=attempt(10, 10)).retest_state == "met"
    assert hop(attempt(8, 8), retest=attempt(10, 10, leak=1)).retest_state == "not_met"


@pytest.mark.parametrize(
    "left,right,value,weaker",
    [
        (14, 18, 77.8, "left"),
        (20, 19, 95.0, "right"),
        (22, 22, 100.0, None),
        (0, 12, 0.0, "left"),
        (142 * 0.78 / 64, 118 * 0.78 / 64, 83.1, "right"),
        (142, 118, 83.1, "right"),
    ],
)
def test_symmetry_is_the_weaker_in_percent_of_the_stronger(left, right, value, weaker):
    found = symmetry(left, right)
    assert (found.value, found.weaker) == (pytest.approx(value, abs=0.05), weaker)


def test_two_zeros_say_nothing():
    assert symmetry(0, 0) == Symmetry(None, None)


@pytest.mark.parametrize(
    "counts,more,expected",
    [
        ((30, 45), {}, Symmetry(100, None, capped=True)),
        ((29, 30), {}, Symmetry(100 * 29 / 30, "left")),
        ((20, 20), {"stopped": "criterion"}, Symmetry(100, None, capped=True)),
        ((20, 20), {}, Symmetry(100, None)),
        ((19, 19), {"stopped": "criterion"}, Symmetry(100, None)),
        ((30, 45), {"is_count": False}, Symmetry(100 * 30 / 45, "left")),
        ((20, None), {}, None),
        ((20,), {}, None),
        ((18, 22), {"stopped": "time"}, None),
        ((18, 22), {"stopped": "space"}, None),
    ],
)
def test_symmetry_of_a_test(counts, more, expected):
    assert symmetry_of(LoadTest("ST01", 20, attempt(*counts), **more)) == expected


def test_of_several_states_a_known_failure_decides():
    assert worst(["met", "not_tested", "not_met"]) == "not_met"
    assert worst(["met", "not_tested"]) == "not_tested"
    assert worst(["met"]) == "met"
    assert worst([]) == "not_tested"
