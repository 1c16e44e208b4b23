"""Contraindication codes X1 to X14: which are active today, and which exercises they keep away."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import cast

from runclinic.forms import catalogue
from runclinic.forms.conditions import DECLINED, holds
from runclinic.forms.flags import SAFETY, flag_id
from runclinic.forms.form import Limit
from runclinic.plan.content import Code, content
from runclinic.plan.exercise import Exercise, exercises
from runclinic.readiness.criterion import Outcome
from runclinic.readiness.facts import Facts, largest

_BELLY_SURGERY = frozenset({"c_section", "hernia", "hysterectomy_total", "hysterectomy_subtotal"})
_PRESSURE = frozenset({"RF32_systolic", "RF32_diastolic"})
_CAESAREANS = frozenset({"planned_caesarean", "emergency_caesarean"})


def active(outcome: Outcome, findings: Collection[str], facts: Facts) -> frozenset[str]:
    """The codes that hold for a signed outcome, X8 among them as soon as one of its tests hurts."""
    limits = content().limits
    said = {
        "X1": outcome < "O3" or facts.flag_open("A1", "A2", "A3h"),
        "X2": "F-HEAVY" in findings or (facts.bulge is True and not facts.runs_with_pessary),
        "X3": facts.doming_uncontrolled,
        "X4": _wound_or_surgery(facts),
        "X5": "F-TIGHT" in findings,
        "X6": facts.has_flag("RF16") or _recent_bone_injury(facts),
        "X7": facts.state("R28") == "not_met" and (_fractured(facts) or _thin_and_not_cleared(facts)),
        "X8": any(_hurts(facts, each.tests) for code in content().code for each in code.by_pain),
        "X9": _many_fractures(facts) or facts.has_flag("RF18"),
        "X10": _under(facts.weeks_pp, limits.birth_weeks) and not facts.individual,
        "X11": any(_under(side, limits.balance_seconds) for side in facts.side_numbers("load_tests/LT02")),
        "X12": "F-PGP" in findings and _hurts(facts, ("LT02", "LT03", "ST02")),
        "X13": _pain(facts, "wrist", "knee"),
        "X14": _no_heavy_strain(facts),
    }
    return frozenset(code for code, holds in said.items() if holds)


def kept_away(codes: Collection[str], facts: Facts) -> frozenset[str]:
    """Exercises that an active code excludes; codes with a note (X11) exclude nothing."""
    known = {code.id: code for code in content().code if code.id in codes and not code.note}
    return frozenset(each.id for each in exercises().values() if _is_kept_away(each, known, facts))


def notes(codes: Collection[str], exercise: Exercise) -> tuple[str, ...]:
    """What is printed on the card for an active code that does not exclude ("hold a wall")."""
    return tuple(
        code.note for code in content().code if code.note and code.id in codes and code.id in exercise.not_if
    )


def _is_kept_away(exercise: Exercise, codes: Mapping[str, Code], facts: Facts) -> bool:
    return any(_excludes(codes[code], exercise, facts) for code in exercise.not_if if code in codes)


def _excludes(code: Code, exercise: Exercise, facts: Facts) -> bool:
    """X8 asks which test hurts, and differs from card to card; every other code is all or nothing."""
    if not code.by_pain:
        return True
    return any(exercise.id in each.exercises and _hurts(facts, each.tests) for each in code.by_pain)


def _hurts(facts: Facts, tests: Iterable[str]) -> bool:
    limit = content().limits.pain
    done = (facts.tests[test] for test in tests if test in facts.tests)
    return any((test.first.msk_pain or 0) >= limit for test in done)


def _pain(facts: Facts, *sites: str) -> bool:
    worst = largest(*(facts.pain(site, moment) for site in sites for moment in ("now", "worst")))
    return worst is not None and worst >= content().limits.pain


def _under(value: object, limit: float) -> bool:
    return isinstance(value, int | float) and value < limit


def _wound_or_surgery(facts: Facts) -> bool:
    limits = content().limits
    births = facts.value("history/H07")
    modes = cast("list[object]", births) if isinstance(births, list) else []
    last_birth = modes[-1] if modes else None  # None too while that birth is open
    caesarean = last_birth in _CAESAREANS and _under(facts.weeks_pp, limits.caesarean_weeks)
    recent = any(facts.days_since(day) < limits.surgery_days for day in _operations(facts))
    return facts.has_flag("RF20") or caesarean or recent


def _operations(facts: Facts) -> tuple[date, ...]:
    """Dates of operations on the belly (H33)."""
    rows = facts.value("history/H33")
    given = cast("list[object]", rows) if isinstance(rows, list) else []
    read = [cast("dict[str, object]", row) for row in given if isinstance(row, dict)]
    days = [row.get("date") for row in read if row.get("type") in _BELLY_SURGERY]
    return tuple(date.fromisoformat(day) for day in days if isinstance(day, str) and day != DECLINED)


def _recent_bone_injury(facts: Facts) -> bool:
    when = facts.day("history/H50_bone_injury_date")
    recent = when is not None and facts.days_since(when) <= content().limits.bone_injury_days
    return recent and facts.yes("history/H50_bone_clearance") is not True


def _fractured(facts: Facts) -> bool:
    return facts.fractures not in {None, "none"}


def _many_fractures(facts: Facts) -> bool:
    return facts.state("R28") == "not_met" and facts.fractures in {"several", "vertebral"}


def _thin_and_not_cleared(facts: Facts) -> bool:
    t_score = facts.number("history/H37_tscore")
    thin = t_score is not None and t_score <= content().limits.t_score
    return thin and facts.yes("history/H37_clearance") is not True


def _no_heavy_strain(facts: Facts) -> bool:
    """Heart or lungs waiting for a same-day review, or blood pressure at its limit (RF32)."""
    same_day = any(flag.id in {"RF05", "RF31"} and flag.action == "A2" for flag in facts.flags)
    return same_day or any(_reached(limit, facts) for limit in _pressure_limits())


def _pressure_limits() -> tuple[Limit, ...]:
    """The limits of RF32 that ask for blood pressure."""
    asked = catalogue.form(SAFETY).question
    limits = (limit for each in asked if each.flag and flag_id(each) == "RF32" for limit in each.flag.limits)
    return tuple(limit for limit in limits if set(limit.questions) >= _PRESSURE)


def _reached(limit: Limit, facts: Facts) -> bool:
    if limit.when and not holds(limit.when, facts.answers, {"weeks_pp": facts.weeks_pp}, SAFETY):
        return False
    measured = (facts.number(f"{SAFETY}/{name}") for name in limit.questions)
    pairs = zip(measured, limit.at_least, strict=True)
    return any(value is not None and value >= least for value, least in pairs)
