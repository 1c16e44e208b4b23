"""The same question over the visits, and whether a change is more than error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from runclinic.forms import catalogue
from runclinic.forms.conditions import Answers, Value
from runclinic.forms.scoring import Change, Score, change, earlier_score, instruments, score
from runclinic.measured import Measured, Verdict, differ

PSFS = "psfs"


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit as far as trends look at it: answers keyed "form/field", and what conditions ask besides."""

    day: date
    answers: Answers
    known: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Point:
    """One value on its day."""

    day: date
    value: Value


@dataclass(frozen=True, slots=True)
class ScoreTrend:
    """An instrument over the visits, oldest first, and today's change from the score before."""

    instrument: str
    points: tuple[tuple[date, Score], ...]
    change: Change


@dataclass(frozen=True, slots=True)
class MeasuredTrend:
    """A measurement over the visits, oldest first; `verdict` compares the last two, None with fewer."""

    points: tuple[tuple[date, Measured], ...]
    verdict: Verdict | None


def of_question(key: str, visits: Sequence[Visited]) -> tuple[Point, ...]:
    """The answers to one question, oldest first, without the visits that left it open."""
    found = (Point(visit.day, visit.answers.get(key)) for visit in _in_order(visits))
    return tuple(point for point in found if point.value is not None)


def of_instrument(instrument: str, visits: Sequence[Visited]) -> ScoreTrend:
    """The scores of an instrument; a change counts only between visits of the same mode (3.1).

    "first score" when there is no earlier one; an instrument that was left out of a visit is passed
    over.
    """
    given = [visit for visit in _in_order(visits) if _answered(instrument, visit)]
    scored = [(visit, score(instrument, _alone(visit.answers), visit.known)) for visit in given]
    points = tuple((visit.day, found) for visit, found in scored)
    if not scored:
        return ScoreTrend(instrument, (), Change())
    last, now = scored[-1]
    mode = keyed_in(instrument, last.answers)
    before = [
        visit
        for visit, found in scored[:-1]
        if found.value is not None and keyed_in(instrument, visit.answers) == mode
    ]
    if not before:
        return ScoreTrend(instrument, points, Change(None, "first score"))
    answers = {**_alone(last.answers), **handed_on(before[-1])}
    now = score(instrument, answers, last.known)
    return ScoreTrend(instrument, points, change(instrument, now.value, earlier_score(instrument, answers)))


def handed_on(visit: Visited) -> dict[str, Value]:
    """What the next visit needs of this one: main scores, and her activities one by one ("previous/...")."""
    answers = _alone(visit.answers)
    found: dict[str, Value] = {}
    for instrument in instruments():
        if (
            _answered(instrument, visit)
            and (now := score(instrument, answers, visit.known)).value is not None
        ):
            found[f"previous/{instrument}"] = now.value
    rated = [answers.get(f"{PSFS}/i{place}") for place in range(1, 6)]
    if any(value is not None for value in rated):
        found["previous/psfs_items"] = rated
    return found


def of_measured(points: Sequence[tuple[date, Measured]]) -> MeasuredTrend:
    """A gait measurement: changed only if the difference is larger than the error of both."""
    ordered = tuple(sorted(points, key=lambda point: point[0]))
    if len(ordered) < 2:
        return MeasuredTrend(ordered, None)
    (_, before), (_, now) = ordered[-2:]
    return MeasuredTrend(ordered, differ(before, now))


def keyed_in(instrument: str, answers: Answers) -> bool:
    """Whether totals of a paper form were keyed instead of items."""
    scoring = catalogue.form(instrument).score
    items = (
        (scoring.items or tuple(item for part in scoring.parts.values() for item in part)) if scoring else ()
    )
    return all(answers.get(f"{instrument}/{item}") is None for item in items)


def _in_order(visits: Sequence[Visited]) -> list[Visited]:
    return sorted(visits, key=lambda visit: visit.day)


def _answered(instrument: str, visit: Visited) -> bool:
    return any(key.startswith(f"{instrument}/") for key in visit.answers)


def _alone(answers: Answers) -> dict[str, Value]:
    """The answers of one visit, without what was handed on to it."""
    return {key: value for key, value in answers.items() if not key.startswith("previous/")}
