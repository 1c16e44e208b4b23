"""The same measures in two films of a runner: what changed by more than its error, what cannot compare."""

from runclinic.gait import reference
from runclinic.gait.analyse import Analysis
from runclinic.gait.compare import Change, Condition, compare
from runclinic.gait.means import SAME_RATE

KMH = 3.6


def changes(before: Analysis, now: Analysis) -> dict[str, Change]:
    """By measure: both feet's mean then and now, for what was measured both times."""
    found: dict[str, Change] = {}
    for metric in now.timing.metrics:
        then = before.timing.get(metric.id)
        if then is None:
            continue
        facts = reference.metric(metric.id)
        told = condition_of(before, metric.id), condition_of(now, metric.id)
        day = facts.day if facts.day is not None else 0.0
        found[metric.id] = compare(then.both, metric.both, told, day=day, detectable=facts.detectable)
    return found


def condition_of(found: Analysis, metric_id: str) -> Condition:
    """How a measure of a film was made."""
    filming, speed = found.filming, found.filming.belt_speed
    fast_enough = found.clock.fps >= SAME_RATE * reference.metric(metric_id).at_least_fps
    return Condition(
        view=filming.view,
        belt_kmh=None if speed is None else speed.metres_per_s * KMH,
        incline_percent=filming.incline_percent or 0.0,
        footwear=filming.footwear,
        fast_enough=fast_enough,
        method="+".join(sorted({event.source for event in found.feet.events})),
    )
