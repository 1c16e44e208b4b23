"""What the therapist changed in a plan, kept apart from what was proposed.

Her changes are entries of their own; the proposal is computed anew each time, and they are laid over it:

- `plan/exercises`: ids in her order (what is missing was taken out, what is new was added)
- `plan/dose/<id>`: {"sets", "reps", "breaths", "seconds", "minutes", "metres", "fast"}, each a number
  or [least, most]
- `plan/note/<id>`: her words on a card
- `plan/cues`: ids of cues
- `plan/level`: level of the ladder, 0 to 12
- `plan/runs`: {"per_week", "minutes"} instead of a level
- `plan/week/<mon ... sun>`: sessions of a day
- `plan/review_weeks`: weeks to the next visit
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import cast

import msgspec

from runclinic.plan import week
from runclinic.plan.build import Plan, PlannedExercise
from runclinic.plan.choose import minutes_of
from runclinic.plan.content import content
from runclinic.plan.cue import cues
from runclinic.plan.exercise import Dose, Exercise, Span, exercises, is_own
from runclinic.plan.ladder import level
from runclinic.plan.run import Run
from runclinic.refused import Refused

PREFIX = "plan/"
HERS = "therapist"  # instead of a row of the table, or a reason
SPANS = ("sets", "reps", "breaths", "seconds", "minutes", "metres")
SESSIONS = ("B", "S", "S heavy", "S light", "I", "R", "R easy", "R strides", "R long", "W", "rest")


@dataclass(frozen=True, slots=True)
class Edits:
    """Her changes; None or empty = as proposed. `foreign` are cards of another clinic, left out here."""

    exercises: tuple[str, ...] | None = None
    doses: Mapping[str, Mapping[str, Span]] = field(default_factory=dict[str, Mapping[str, Span]])
    notes: Mapping[str, str] = field(default_factory=dict[str, str])
    cues: tuple[str, ...] | None = None
    level: int | None = None
    runs: tuple[int, int] | None = None  # a week, minutes each
    week: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    review_weeks: int | None = None
    foreign: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the key of its entry, what was proposed, what stands now.

    `code` is the contraindication code that speaks against an exercise she added.
    """

    key: str
    proposed: object
    now: object
    code: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """The plan as it goes to paper, the proposal beneath it, and what lies between them.

    `own_notes` are the therapist's words by exercise id, `foreign` the cards of another clinic's library
    that the entries name: nobody here can say what they are, so that they are not on the plan.
    """

    plan: Plan
    proposed: Plan
    changes: tuple[Change, ...] = ()
    own_notes: Mapping[str, str] = field(default_factory=dict[str, str])
    foreign: tuple[str, ...] = ()


def read(entries: Mapping[str, object]) -> Edits:
    """Her changes from the entries of a visit (keys with "plan/"); Refused for what a plan cannot hold."""
    hers = ((key, value) for key, value in entries.items() if key.startswith(PREFIX) and value is not None)
    mine = {key.removeprefix(PREFIX): value for key, value in hers}
    foreign = _foreign(mine)
    return Edits(
        foreign=foreign,
        exercises=_ids(mine.get("exercises"), [*exercises(), *foreign], "exercise", foreign),
        doses={name: _dose(value, name) for name, value in _under(mine, "dose") if name not in foreign},
        notes={name: str(value) for name, value in _under(mine, "note") if value},
        cues=_ids(mine.get("cues"), [*cues(), *foreign], "cue", foreign),
        level=_level(mine.get("level")),
        runs=_runs(mine.get("runs")),
        week={day: _day(day, value) for day, value in _under(mine, "week")},
        review_weeks=_whole(mine.get("review_weeks"), "The weeks to the next visit"),
    )


def apply(plan: Plan, edits: Edits) -> Edited:
    """The proposal with her changes laid over it. A plan of O0 has nothing to change."""
    if plan.phase is None:
        return Edited(plan, plan)
    cards = tuple(_with_dose(each, edits.doses.get(each.id, {})) for each in _cards(plan, edits))
    days = tuple(replace(day, sessions=edits.week.get(day.day, day.sessions)) for day in plan.week)
    cards = tuple(replace(each, session=week.session_of(each.exercise, days)) for each in cards)
    library = [each.exercise for each in cards]
    changed = replace(
        plan,
        exercises=cards,
        cues=plan.cues if edits.cues is None else edits.cues,
        run=_run(plan.run, edits),
        week=week.with_cards(days, library),
        review_weeks=edits.review_weeks or plan.review_weeks,
        minutes_a_day=minutes_of(library),
    )
    return Edited(changed, plan, _changes(plan, changed, edits), edits.notes, edits.foreign)


def speaks_against(plan: Plan, exercise: Exercise) -> str:
    """The active contraindication code of an exercise that is no longer kept away; "" if none."""
    warns_only = {code.id for code in content().code if code.note}
    return next((code for code in plan.codes if code in exercise.not_if and code not in warns_only), "")


def _cards(plan: Plan, edits: Edits) -> tuple[PlannedExercise, ...]:
    """Her cards in her order; what she added has the dose of the library and no finding."""
    if edits.exercises is None:
        return plan.exercises
    proposed = {each.id: each for each in plan.exercises}
    library = exercises()
    return tuple(
        proposed.get(name) or PlannedExercise(name, library[name].name, library[name].dose, "B", row=HERS)
        for name in edits.exercises
    )


def _with_dose(card: PlannedExercise, change: Mapping[str, Span]) -> PlannedExercise:
    if not change:
        return card
    spans: dict[str, Span | int] = {name: span for name, span in change.items() if name in SPANS}
    if "fast" in change:
        spans["fast"] = change["fast"][0]
    changed: Dose = msgspec.structs.replace(card.dose, **spans)
    return replace(card, dose=changed)


def _run(proposed: Run, edits: Edits) -> Run:
    if edits.level is not None:
        return Run("ladder", edits.level, why=(HERS,))
    if edits.runs is not None:
        return Run("runs", per_week=edits.runs[0], minutes=edits.runs[1], why=(HERS,))
    return proposed


def _changes(before: Plan, now: Plan, edits: Edits) -> tuple[Change, ...]:
    """Every entry that makes a difference, in the order of the page."""
    found = [*_exercise_changes(before, now)]
    was = {each.id: each.dose for each in before.exercises}
    found += [
        Change(f"plan/dose/{each.id}", was[each.id], each.dose)
        for each in now.exercises
        if each.id in was and was[each.id] != each.dose
    ]
    found += [Change(f"plan/note/{name}", "", note) for name, note in edits.notes.items()]
    pairs = (("plan/cues", before.cues, now.cues), ("plan/level", before.run, now.run))
    found += [Change(key, was, now) for key, was, now in pairs if was != now]
    found += [
        Change(f"plan/week/{old.day}", old.sessions, new.sessions)
        for old, new in zip(before.week, now.week, strict=True)
        if old.sessions != new.sessions
    ]
    if before.review_weeks != now.review_weeks:
        found.append(Change("plan/review_weeks", before.review_weeks, now.review_weeks))
    return tuple(found)


def _exercise_changes(before: Plan, now: Plan) -> list[Change]:
    """Taken out, added (with the code that speaks against it), or put in another order."""
    was, is_now = [each.id for each in before.exercises], [each.id for each in now.exercises]
    found = [Change("plan/exercises", name, None) for name in was if name not in is_now]
    found += [
        Change("plan/exercises", None, each.id, speaks_against(before, each.exercise))
        for each in now.exercises
        if each.id not in was
    ]
    if not found and was != is_now:
        found.append(Change("plan/exercises", tuple(was), tuple(is_now)))
    return found


# -- what an entry may hold


def _under(mine: Mapping[str, object], part: str) -> list[tuple[str, object]]:
    return [
        (key.removeprefix(f"{part}/"), value) for key, value in mine.items() if key.startswith(f"{part}/")
    ]


def _foreign(mine: Mapping[str, object]) -> tuple[str, ...]:
    named = [str(each) for part in ("exercises", "cues") for each in _listed(mine.get(part) or [])]
    known = {*exercises(), *cues()}
    return tuple(dict.fromkeys(each for each in named if is_own(each) and each not in known))


def _ids(
    value: object, known: Sequence[str], noun: str, left_out: Sequence[str] = ()
) -> tuple[str, ...] | None:
    if value is None:
        return None
    given = [str(each) for each in _listed(value)]
    for each in given:
        if each not in known:
            near = get_close_matches(each, known, 1)
            raise Refused(f"There is no {noun} {each}.", f"Did you mean {near[0]}?" if near else "")
    return tuple(dict.fromkeys(each for each in given if each not in left_out))


def _dose(value: object, name: str) -> dict[str, Span]:
    _ids(name, list(exercises()), "exercise")
    given = _table(value)
    if not given:
        raise Refused(f"The dose of {name} cannot be read.", "Give sets, reps or time as numbers.")
    return {what: _span(amount, name) for what, amount in given.items() if what in (*SPANS, "fast")}


def _span(value: object, name: str) -> Span:
    ends = _listed(value) or [value]
    least, most = ends[0], ends[-1]
    if not isinstance(least, int) or not isinstance(most, int) or not 0 < least <= most:
        raise Refused(
            f"The dose of {name} cannot be {value}.",
            "Give a whole number above 0, or the least and the most.",
        )
    return (least, most)


def _level(value: object) -> int | None:
    number = _whole(value, "The level", least=0)
    return None if number is None else level(number).number


def _runs(value: object) -> tuple[int, int] | None:
    if value is None:
        return None
    given = _table(value)
    per_week = _whole(given.get("per_week"), "Runs a week")
    minutes = _whole(given.get("minutes"), "Minutes of a run")
    if per_week is None or minutes is None:
        raise Refused("Her runs need both the number a week and the minutes.")
    return (per_week, minutes)


def _day(day: str, value: object) -> tuple[str, ...]:
    if day not in week.DAYS:
        raise Refused(f"There is no day {day}.", f"Days are {', '.join(week.DAYS)}.")
    given = tuple(str(each) for each in _listed(value))
    for each in given:
        if each not in SESSIONS and week.kind(each) != week.WALK:
            raise Refused(f"There is no session {each}.", f"Sessions are {', '.join(SESSIONS)}.")
    return given


def _whole(value: object, what: str, least: int = 1) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or value < least:
        raise Refused(f"{what} cannot be {value}.", f"Give a whole number from {least}.")
    return value


def _listed(value: object) -> list[object]:
    """A list as it is; anything else as a list of one."""
    return cast("list[object]", value) if isinstance(value, list) else [value]


def _table(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
