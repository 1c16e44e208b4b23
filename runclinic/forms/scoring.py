"""Scoring methods by name; an instrument's file names its own.

Items are scored when any is given; else the totals that were keyed from paper. A null item never
counts as 0 (CLINICAL 3.2). Every number stays unrounded.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from runclinic import resources
from runclinic.forms import catalogue
from runclinic.forms.conditions import DECLINED, Answers, Value, holds
from runclinic.forms.form import Form, Scoring
from runclinic.layer import kept
from runclinic.refused import Refused

Parts = Mapping[str, float | None]
Verdict = Literal["better", "worse", "no clear change", "no MCID", "first score"]

GATE_CLOSED, GATE_WORST = 0, 25  # OSTRC: question 1 alone decides (Clarsen 2020)
OSTRC_SUBSTANTIAL = 17  # at question 2 or 3 (Clarsen 2013)
OSTRC_MOST_OF_A_SMALL_PROBLEM = 58  # questions 2 and 3 at 8 each: 17 + 8 + 8 + 25
LEAST_ACTIVITIES = 3  # PSFS (Stratford 1995)
ALMOST = 1e-9  # 6.3 - 4.0 is 2.3 to the runner, whatever binary numbers make of it


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one instrument today.

    `value` and `parts` are unrounded, None where too little was answered; `missing` counts open
    items. `positive` names the parts at or above their threshold; `valid` is None where an
    instrument has no limits of validity.
    """

    value: float | None = None
    range: tuple[float, float] | None = None
    band: str | None = None
    missing: int = 0
    source: str = ""
    parts: Parts = field(default_factory=dict[str, float | None])
    positive: tuple[str, ...] = ()
    valid: bool | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Now less before, and whether that is more than chance; both None when there is no score now."""

    delta: float | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An instrument and what was answered in it."""

    form: Form
    scoring: Scoring
    answers: Answers

    def value(self, item: str) -> Value:
        value = self.answers.get(f"{self.form.id}/{item}", self.answers.get(item))
        return None if value == DECLINED else value

    def number(self, item: str) -> float | None:
        value = self.value(item)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def numbers(self, items: Iterable[str]) -> list[float | None]:
        return [self.number(item) for item in items]

    @property
    def items(self) -> tuple[str, ...]:
        """The scored items in order."""
        return self.scoring.items or tuple(item for part in self.scoring.parts.values() for item in part)

    def open_items(self) -> int:
        return sum(self.value(item) is None for item in self.items)

    def keyed(self) -> bool:
        """Totals of a paper form were keyed, and no item."""
        some = any(self.value(name) is not None for name in self.form.totals)
        return some and all(self.value(item) is None for item in self.items)


def score(instrument_id: str, answers: Answers, facts: Mapping[str, object] | None = None) -> Score:
    """The score of an instrument; `answers` are keyed "form/field", or by the fields alone.

    Refused if there is no such instrument.
    """
    form = catalogue.form(instrument_id)
    scoring = scoring_of(instrument_id)
    asked = Asked(form, scoring, answers)
    found = keyed(asked) if asked.keyed() else METHODS[scoring.method](asked)
    found = replace(found, range=scoring.range, source=form.source)
    if found.band is None and scoring.bands:
        found = replace(found, band=band(scoring, found.value))
    found = replace(found, positive=_positive(scoring, found.parts))
    return _judged_valid(asked, found, facts or {})


@kept
def scoring_of(instrument_id: str) -> Scoring:
    """How an instrument is scored; Refused if it is none, or if its file names what is not there."""
    form = catalogue.form(instrument_id)
    if form.score is None:
        raise Refused(f"“{instrument_id}” is a form without a score.")
    path = f"{catalogue.FOLDER}/{instrument_id}.toml"
    if form.score.method not in METHODS:
        raise resources.refuse(path, "method =", f"there is no scoring method “{form.score.method}”.")
    named = (*form.score.items, *(item for part in form.score.parts.values() for item in part), *form.totals)
    for item in named:
        if form.find(item) is None:
            raise resources.refuse(path, f'"{item}"', f"the score names “{item}”, which is not asked.")
    return form.score


def instruments() -> tuple[str, ...]:
    """The ids of all forms that have a score."""
    return tuple(form_id for form_id, form in catalogue.forms().items() if form.score)


def band(scoring: Scoring, value: float | None) -> str | None:
    """The name of the band in which a main score lies; None without a score."""
    if value is None:
        return None
    return next((name for lowest, name in reversed(scoring.bands) if value >= lowest), None)


def change(instrument_id: str, now: float | None, before: float | None) -> Change:
    """Today's main score against the earlier one (same instrument, version and mode)."""
    if before is None:
        return Change(None, "first score")
    if now is None:
        return Change(None, None)
    scoring = catalogue.form(instrument_id).score
    delta = now - before
    if scoring is None or scoring.change is None:
        return Change(delta, "no MCID")
    if abs(delta) < scoring.change - ALMOST:
        return Change(delta, "no clear change")
    return Change(delta, "better" if (delta > 0) == (scoring.better == "higher") else "worse")


# -- methods; each takes what was asked and gives value, parts, missing and, where it names one, a band


def total(asked: Asked) -> Score:
    """The sum of all items; every one is needed. Items in `reversed` count from the other end."""
    values = [_turned(asked, item) for item in asked.items]
    return Score(_sum(values), missing=asked.open_items())


def total_of_parts(asked: Asked) -> Score:
    """Sums of the subscales, and of all."""
    parts = {name: _sum(asked.numbers(items)) for name, items in asked.scoring.parts.items()}
    return Score(_sum(parts.values()), parts=parts, missing=asked.open_items())


def mean_of_parts(asked: Asked) -> Score:
    """The mean of the answered items of each subscale in points; the total needs every subscale."""
    parts = {name: _mean_part(asked, items) for name, items in asked.scoring.parts.items()}
    return Score(_sum(parts.values()), parts=parts, missing=asked.open_items())


def percent_of_applicable(asked: Asked) -> Score:
    """PGQ: the share of the highest sum, over items that apply to her (Stuge 2011)."""
    parts = {name: _percent(asked, items) for name, items in asked.scoring.parts.items()}
    return Score(_percent(asked, asked.items), parts=parts, missing=asked.open_items())


def positions(asked: Asked) -> Score:
    """EPDS: items are positions from the top, 1-4; items in `reversed` count from the bottom (Cox 1987)."""
    values = {item: _position(asked, item) for item in asked.items}
    last = {"item_10": values[asked.items[-1]]}
    return Score(_sum(values.values()), parts=last, missing=asked.open_items())


def worst_site(asked: Asked) -> Score:
    """NPRS: the worst of the sites that were rated."""
    parts = {question.id: asked.number(question.id) for question in asked.form.question}
    rated = {site: value for site, value in parts.items() if value is not None}
    return Score(max(rated.values(), default=None), parts=rated)


def mean_of_activities(asked: Asked) -> Score:
    """PSFS: the mean over three activities or more; at a re-test over those rated the first time."""
    now = [value for value, _ in _rated_twice(asked)]
    short = max(0, LEAST_ACTIVITIES - len(now))
    return Score(None if short else sum(now) / len(now), missing=short)


def gatekeeper(asked: Asked) -> Score:
    """OSTRC: question 1 at 0 or 25 decides alone; else all four are needed."""
    first = asked.number(asked.items[0])
    if first == GATE_CLOSED:
        return Score(0, band="no problem")
    if first == GATE_WORST:
        return Score(100, band="substantial")
    values = asked.numbers(asked.items)
    value = _sum(values)
    substantial = any(each is not None and each >= OSTRC_SUBSTANTIAL for each in values[1:3])
    name = None if value is None else "substantial" if substantial else "problem"
    return Score(value, band=name, missing=asked.open_items())


def leak_type(asked: Asked) -> Score:
    """3IQ: no leak, or the type that the last item names (Brown 2006)."""
    first, last = asked.items
    leaks = asked.value(first)
    if leaks == "no":
        return Score(band="no leak")
    named = asked.scoring.names.get(str(asked.value(last))) if leaks == "yes" else None
    return Score(band=named, missing=asked.open_items())


def colour(asked: Asked) -> Score:
    """REDs CAT2: the colour that the assessor gave; never computed here."""
    given = asked.value("colour")
    return Score(band=given if isinstance(given, str) else None)


def keyed(asked: Asked) -> Score:
    """Totals from paper: "total" if the form has one, else the sum of its subscales."""
    totals = {name: asked.number(name) for name in asked.form.totals}
    parts = {name: value for name, value in totals.items() if name != "total"}
    value = totals["total"] if "total" in totals else _sum(parts.values())
    if asked.scoring.method == "keyed" and "total" not in totals:
        value = None  # ICIQ-VS: three scores that are never added up
    return Score(value, parts=parts, band=_keyed_band(asked, value))


METHODS: dict[str, Callable[[Asked], Score]] = {
    "sum": total,
    "sum of parts": total_of_parts,
    "mean of parts": mean_of_parts,
    "percent of applicable": percent_of_applicable,
    "positions": positions,
    "worst site": worst_site,
    "mean of activities": mean_of_activities,
    "gatekeeper": gatekeeper,
    "leak type": leak_type,
    "colour": colour,
    "keyed": keyed,
}


def earlier_mean(answers: Answers) -> float | None:
    """PSFS: the earlier mean over the activities rated again today (over all, if too few are)."""
    form = catalogue.form("psfs")
    before = [first for _, first in _rated_twice(Asked(form, cast("Scoring", form.score), answers))]
    known = [value for value in before if value is not None]
    if len(known) < LEAST_ACTIVITIES:
        known = [value for value in _earlier_activities(answers) or () if isinstance(value, int | float)]
    return sum(known) / len(known) if known else None


def earlier_score(instrument_id: str, answers: Answers) -> float | None:
    """The main score of the last visit, as far as it was handed on ("previous/<instrument>")."""
    if instrument_id == "psfs" and _earlier_activities(answers) is not None:
        return earlier_mean(answers)
    value = answers.get(f"previous/{instrument_id}")
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _keyed_band(asked: Asked, value: float | None) -> str | None:
    """OSTRC: a total alone tells a substantial problem only where no smaller one comes so high."""
    if asked.scoring.method != "gatekeeper" or value is None:
        return None
    if value > OSTRC_MOST_OF_A_SMALL_PROBLEM:
        return "substantial"
    return "problem" if value > 0 else "no problem"


def _judged_valid(asked: Asked, found: Score, facts: Mapping[str, object]) -> Score:
    condition = asked.scoring.valid_when
    if condition is None:
        return found
    valid = holds(condition, asked.answers, facts, asked.form.id)
    return replace(found, valid=valid, band=found.band if valid or found.value is None else "not valid")


def _positive(scoring: Scoring, parts: Parts) -> tuple[str, ...]:
    limit = scoring.positive_from
    if limit is None:
        return ()
    return tuple(name for name, value in parts.items() if value is not None and value >= limit)


def _sum(values: Iterable[float | None]) -> float | None:
    """The sum, or None when one is missing."""
    known = list(values)
    return None if None in known else sum(cast("list[float]", known))


def _mean_part(asked: Asked, items: tuple[str, ...]) -> float | None:
    answered = [value for value in asked.numbers(items) if value is not None]
    if len(answered) < asked.scoring.least * len(items):
        return None
    return _points(asked, answered)


def _percent(asked: Asked, items: tuple[str, ...]) -> float | None:
    applicable = [item for item in items if asked.value(item) != "na"]
    answered = [value for value in asked.numbers(applicable) if value is not None]
    if not answered or len(answered) < asked.scoring.least * len(applicable):
        return None
    return _points(asked, answered)


def _points(asked: Asked, answered: list[float]) -> float:
    """The mean on a scale where the highest answer is 100."""
    return 100 * sum(answered) / (asked.scoring.highest * len(answered))


def _turned(asked: Asked, item: str) -> float | None:
    value = asked.number(item)
    return value if value is None or item not in asked.scoring.reversed else _ends(asked, item) - value


def _ends(asked: Asked, item: str) -> float:
    """Lowest plus highest answer of an item: 5 for one from 1 to 4."""
    question = asked.form.find(item)
    values = [option.value for option in question.options] if question else []
    numbers = [value for value in values if isinstance(value, int)]
    return min(numbers) + max(numbers)


def _position(asked: Asked, item: str) -> float | None:
    place = asked.number(item)
    if place is None:
        return None
    return 4 - place if item in asked.scoring.reversed else place - 1


def _earlier_activities(answers: Answers) -> list[Value] | None:
    earlier = answers.get("previous/psfs_items")
    return cast("list[Value]", earlier) if isinstance(earlier, list) and earlier else None


def _rated_twice(asked: Asked) -> list[tuple[float, float | None]]:
    """Today's ratings, each with the earlier one; without an earlier list all of today's."""
    now = asked.numbers(asked.items)
    earlier = _earlier_activities(asked.answers)
    if earlier is None:
        return [(value, None) for value in now if value is not None]
    pairs = zip(now, earlier, strict=False)
    return [
        (value, before)
        for value, before in pairs
        if value is not None and isinstance(before, int | float) and not isinstance(before, bool)
    ]
