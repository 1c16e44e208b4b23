"""Two films of one runner: a change is told only beyond its error, and only where it may be compared."""

from dataclasses import replace

import numpy as np
import pytest

from runclinic.demo.clips import Shot
from runclinic.demo.runner import Runner
from runclinic.gait.analyse import analysis
from runclinic.gait.contacts import Event
from runclinic.gait.filming import ClipFacts, Filming, belt_speed
from runclinic.gait.means import Metric
from runclinic.gait.since_last import changes, changes_of
from runclinic.measured import Measured

FILMED = Filming("side_right", capture_fps=120, belt_speed=belt_speed("9 km/h"), footwear="shod")


def film(cadence, filming=FILMED, source="hand", seconds=20):
    shot = Shot(runner=Runner(cadence_spm=cadence), capture_fps=120, duration_s=seconds)
    facts = ClipFacts(np.asarray(shot.times_s), 120)
    events = [Event(each.frame, 0.0, each.side, each.kind, source, 1.0) for each in shot.events()]
    return analysis(facts, filming, events)


def test_a_quicker_step_is_a_change_and_the_same_is_none():
    found = changes(film(165), film(176))["cadence"]
    assert found.verdict == "changed"
    assert found.change == pytest.approx(11, abs=found.plus_minus)
    assert changes(film(165), film(165))["cadence"].verdict == "within error"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"view": "side_left"}, "another side"),
        ({"belt_speed": belt_speed("11 km/h")}, "belt speed differs"),
        ({"belt_speed": None}, "not known"),
        ({"footwear": "barefoot"}, "other shoes"),
        ({"incline_percent": 3.0}, "incline"),
    ],
)
def test_what_was_filmed_otherwise_is_not_compared(told, why):
    found = changes(film(165), film(176, replace(FILMED, **told)))["cadence"]
    assert found.verdict == "not comparable"
    assert any(why in reason for reason in found.reasons)


def test_marks_by_hand_and_found_ones_are_not_compared():
    found = changes(film(165), film(176, source="pose"))["cadence"]
    assert found.reasons == ("events found in another way",)


def test_a_film_that_is_trusted_less_compares_with_a_wider_limit():
    sure, doubted = film(165, source="pose"), film(176, source="pose_doubted")
    found = changes(sure, doubted)["contact_time"]
    assert found.reasons == ()
    assert found.plus_minus > changes(sure, film(176, source="pose"))["contact_time"].plus_minus


@pytest.mark.parametrize(("by_hand", "reasons"), [(3, ()), (60, ("events found in another way",))])
def test_a_few_marks_put_right_by_hand_leave_a_film_comparable(by_hand, reasons):
    found, events = film(176, source="pose"), film(165, source="pose").feet.events
    put_right = [replace(each, source="hand") if k < by_hand else each for k, each in enumerate(events)]
    facts = ClipFacts([k / 120 for k in range(2400)], 120)
    mixed = analysis(facts, FILMED, put_right)
    assert changes(mixed, found)["cadence"].reasons == reasons


def test_only_what_was_measured_both_times_is_there():
    before, now = film(165), film(176)
    assert set(changes(before, now)) <= {each.id for each in before.timing.metrics}


def test_within_a_visit_a_day_adds_nothing_and_so_less_is_a_change():
    before, now = film(165), film(168)
    apart, at_once = changes(before, now)["cadence"], changes(before, now, same_visit=True)["cadence"]
    assert at_once.change == apart.change
    assert at_once.plus_minus < apart.plus_minus
    assert (apart.verdict, at_once.verdict) == ("within error", "changed")


def test_angles_of_another_network_are_not_compared():
    before, now = film(165), film(176)
    knee = (
        Metric("knee_ic", Measured(14.0, 1.0, "deg", n=10)),
        Metric("knee_ic", Measured(18.0, 1.0, "deg", n=9)),
    )
    measures = [knee[0]], [knee[1]]
    assert (
        changes_of(measures, (before, now), models=("heavy", "heavy"), same_visit=True)["knee_ic"].verdict
        == "changed"
    )
    other = changes_of(measures, (before, now), models=("heavy", "full"))["knee_ic"]
    assert other.reasons == ("another pose network",)
