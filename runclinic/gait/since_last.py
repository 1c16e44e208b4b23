"""The same measures in two films of a runner: what changed by more than its error, what cannot compare."""

from collections import Counter
from collections.abc import Iterable, Sequence

from runclinic.gait import reference
from runclinic.gait.analyse import Analysis
from runclinic.gait.compare import Change, Condition, compare
from runclinic.gait.film_trust import SOURCES
from runclinic.gait.means import SAME_RATE, Metric

KMH = 3.6
POSE = SOURCES[0]
COUNTS_FROM = 0.2  # of a film's events: a few put right by hand do not make it another method (choice)


def changes(before: Analysis, now: Analysis, *, same_visit: bool = False) -> dict[str, Change]:
    """By measure: both feet's mean then and now, for what was measured both times.

    `same_visit`: the camera untouched between the two, as before and after a cue. Then a day adds nothing,
    and what studies could detect between days is no limit (GAIT E5).
    """
    measures = before.timing.metrics, now.timing.metrics
    return changes_of(measures, (before, now), same_visit=same_visit)


def changes_of(
    measures: tuple[Iterable[Metric], Sequence[Metric]],
    films: tuple[Analysis, Analysis],
    *,
    same_visit: bool = False,
    models: tuple[str, str] = ("", ""),
) -> dict[str, Change]:
    """The same for any measures of the two films, such as angles, found with these pose networks."""
    then = {metric.id: metric for metric in measures[0]}
    found: dict[str, Change] = {}
    for metric in measures[1]:
        earlier = then.get(metric.id)
        if earlier is None:
            continue
        facts = reference.metric(metric.id)
        told = (
            condition_of(films[0], metric.id, models[0]),
            condition_of(films[1], metric.id, models[1]),
        )
        day = 0.0 if same_visit or facts.day is None else facts.day
        least = 0.5 * 10.0**-facts.decimals  # what is printed as no change is none
        detectable = least if same_visit else max(least, facts.detectable)
        found[metric.id] = compare(earlier.both, metric.both, told, day=day, detectable=detectable)
    return found


def condition_of(found: Analysis, metric_id: str, model: str = "") -> Condition:
    """How a measure of a film was made.

    Contacts found by body points are one method however far they are trusted; two films that are trusted
    differently compare as by two raters, whose bias enters the limit.
    """
    filming, speed = found.filming, found.filming.belt_speed
    fast_enough = found.clock.fps >= SAME_RATE * reference.metric(metric_id).at_least_fps
    return Condition(
        view=filming.view,
        belt_kmh=None if speed is None else speed.metres_per_s * KMH,
        incline_percent=filming.incline_percent or 0.0,
        footwear=filming.footwear,
        fast_enough=fast_enough,
        method="+".join(sorted({POSE if each in SOURCES else each for each in _methods(found)})),
        model=model,
        rater="+".join(each for each in _methods(found) if each in SOURCES),
    )


def _methods(found: Analysis) -> list[str]:
    """What set the events of a film, apart from what set only a few of them."""
    sources = Counter(event.source for event in found.feet.events)
    return sorted(source for source, n in sources.items() if n >= COUNTS_FROM * sources.total())
