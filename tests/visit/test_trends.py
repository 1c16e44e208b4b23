"""The same question over the visits: points in order, change against MCID or error, first score."""

from datetime import date

import pytest

from runclinic.forms.scoring import Change
from runclinic.measured import Measured
from runclinic.visit.trends import Visited, handed_on, of_instrument, of_measured, of_question

FIRST, SECOND, THIRD = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)


def iciq(day, *items):
    answers = {f"iciq_ui_sf/i{place}": value for place, value in enumerate(items, 1) if value is not None}
    return Visited(day, answers)


def test_a_question_over_the_visits_oldest_first():
    visits = [
        Visited(SECOND, {"history/H51": 6}),
        Visited(FIRST, {"history/H51": 3}),
        Visited(THIRD, {}),
    ]
    assert [(point.day, point.value) for point in of_question("history/H51", visits)] == [
        (FIRST, 3),
        (SECOND, 6),
    ]


def test_the_first_score_is_said_so():
    assert of_instrument("iciq_ui_sf", [iciq(FIRST, 3, 2, 5)]).change == Change(None, "first score")


def test_a_change_is_judged_against_the_last_score_before():
    trend = of_instrument("iciq_ui_sf", [iciq(THIRD, 1, 2, 3), iciq(FIRST, 5, 6, 10), iciq(SECOND, 3, 2, 5)])
    assert [score.value for _, score in trend.points] == [21, 10, 6]
    assert trend.change == Change(-4, "better")


def test_an_incomplete_visit_is_passed_over_as_the_one_before():
    trend = of_instrument(
        "iciq_ui_sf", [iciq(FIRST, 3, 2, 5), iciq(SECOND, 3, None, 5), iciq(THIRD, 3, 2, 4)]
    )
    assert trend.change == Change(-1, "no clear change")


def test_totals_are_not_compared_with_items():
    keyed = Visited(FIRST, {"iciq_ui_sf/total": 20})
    assert of_instrument("iciq_ui_sf", [keyed, iciq(SECOND, 3, 2, 5)]).change.verdict == "first score"


def test_an_instrument_that_was_never_asked():
    trend = of_instrument("iciq_ui_sf", [Visited(FIRST, {})])
    assert (trend.points, trend.change) == ((), Change())


def test_her_own_activities_are_compared_one_by_one():
    before = Visited(FIRST, {"psfs/i1": 3, "psfs/i2": 5, "psfs/i3": 2})
    now = Visited(SECOND, {"psfs/i1": 6, "psfs/i2": 7, "psfs/i3": 6, "psfs/i4": 0})
    assert of_instrument("psfs", [before, now]).change == Change(pytest.approx(3), "better")


def test_what_a_visit_hands_on():
    visit = Visited(FIRST, {"psfs/i1": 3, "psfs/i2": 5, "psfs/i3": 2, "iciq_ui_sf/total": 4, "mrs/i1": 1})
    assert handed_on(visit) == {
        "previous/psfs": pytest.approx(10 / 3),
        "previous/iciq_ui_sf": 4,
        "previous/psfs_items": [3, 5, 2, None, None],
    }


def cadence(value, plus_minus=2.0):
    return Measured(value, plus_minus, "steps/min", n=12)


def test_a_measurement_changes_only_beyond_the_error_of_both():
    assert of_measured([(FIRST, cadence(168))]).verdict is None
    assert of_measured([(SECOND, cadence(170)), (FIRST, cadence(168))]).verdict == "within error"
    assert of_measured([(FIRST, cadence(168)), (SECOND, cadence(176))]).verdict == "changed"
