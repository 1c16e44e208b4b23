"""What the measures mean, in one plain sentence that a runner over the shoulder can read."""

from dataclasses import dataclass

from runclinic.gait import reference
from runclinic.gait.analyse import Analysis
from runclinic.gait.contacts import SIDES, included
from runclinic.gait.means import Metric
from runclinic.measured import shown
from runclinic.ui.say import say

COMPARED = ("contact_time", "flight_time", "step_time", "duty_factor")  # in the order of the panel


@dataclass(frozen=True, slots=True)
class Meaning:
    """A sentence in bold, and what it rests on."""

    title: str
    text: str


def meaning(analysis: Analysis | None) -> Meaning | None:
    """The largest finding first: feet that differ by more than the error, else the step rate."""
    if analysis is None:
        return None
    compared = [metric for name in COMPARED if (metric := analysis.timing.get(name)) and metric.difference]
    for metric in compared:
        if metric.difference and abs(metric.difference.value) > metric.difference.plus_minus:
            return _differ(metric)
    cadence = analysis.timing.get("cadence")
    if cadence is None:
        return None
    places = cadence.both.decimals
    title = say(
        "gait.means_cadence",
        steps=shown(cadence.both.value, places),
        error=shown(cadence.both.plus_minus, places),
    )
    return Meaning(title, say("gait.means_even") if compared else say("gait.means_no_sides"))


def _differ(metric: Metric) -> Meaning:
    facts = reference.metric(metric.id)
    apart = metric.difference
    left, right = metric.left, metric.right
    if apart is None or left is None or right is None:  # a difference has both sides
        raise ValueError(metric.id)
    longer = "left" if apart.value > 0 else "right"
    text = say(
        "gait.means_apart",
        left=shown(left.value, facts.decimals),
        right=shown(right.value, facts.decimals),
        apart=shown(abs(apart.value), facts.decimals),
        error=shown(apart.plus_minus, facts.decimals),
        unit=facts.unit,
    )
    return Meaning(say(f"gait.means_{metric.id}_{longer}"), text)


def basis(analysis: Analysis | None, who_marked: str = "") -> str:
    """What the measures rest on: how many steps of each foot, and who marked them."""
    if analysis is None or not analysis.feet.events:
        return say("gait.nothing_marked")
    counted = [len(included(analysis.feet.steps, side)) for side in SIDES]
    if not any(counted):
        return say("gait.no_steps_yet")
    return say("gait.basis", left=counted[0], right=counted[1], how=who_marked)
