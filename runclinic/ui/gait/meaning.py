"""What the measures mean, in one plain sentence that a runner over the shoulder can read."""

from dataclasses import dataclass

from runclinic.gait import reference, since_last
from runclinic.gait.analyse import Analysis
from runclinic.gait.compare import Change
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


def since(before: Analysis | None, now: Analysis | None, day: str) -> str:
    """What changed since an earlier visit by more than its error, in one line; "" without one."""
    if before is None or now is None:
        return ""
    found = since_last.changes(before, now)
    if not found:
        return ""
    of_all = found["cadence"].reasons if "cadence" in found else ()
    if of_all:  # what holds of the step rate holds of every measure
        return say("gait.since_not", day=day, why=", ".join(of_all))
    changed = [
        say("gait.since_one", name=short_name(metric_id), change=_signed(metric_id, change))
        for metric_id, change in found.items()
        if change.verdict == "changed"
    ]
    if not changed:
        return say("gait.since_none", day=day)
    return say("gait.since", day=day, changed=", ".join(changed))


def short_name(metric_id: str) -> str:
    """In the few letters that a table has room for."""
    return say(f"gait.short_{metric_id}")


def _signed(metric_id: str, change: Change) -> str:
    facts = reference.metric(metric_id)
    value = shown(abs(change.change), facts.decimals)
    sign = "+" if change.change > 0 else "\N{MINUS SIGN}"
    return f"{sign}{value} ± {shown(change.plus_minus, facts.decimals)} {facts.unit}".rstrip()
