"""Rules R13-R17: walking, one-leg control, impact tests, strength, left against right."""

from collections.abc import Iterable

from runclinic.readiness.facts import Facts
from runclinic.readiness.load_test import Known, TestState, worst
from runclinic.readiness.rules import Found, limit, tests
from runclinic.readiness.symptom_rules import IMPACT_TESTS

CONTROL_TESTS = ("LT02", "LT03", "LT07")
STRENGTH_TESTS = ("ST01", "ST02", "ST03", "ST04")
DYNAMOMETRY = "OT03"


def walking(facts: Facts) -> Found:
    """R13."""
    return _done(facts, ("LT01",))


def one_leg_control(facts: Facts) -> Found:
    """R14."""
    return _done(facts, CONTROL_TESTS)


def impact_tests(facts: Facts) -> Found:
    """R15."""
    return _done(facts, IMPACT_TESTS)


def strength(facts: Facts) -> Found:
    """R16: the counts alone; below 10 anywhere is "low"."""
    states: list[TestState] = []
    low = False
    for each in STRENGTH_TESTS:
        counts = facts.tests[each].counts() if each in facts.tests else ()
        states.append(facts.tests[each].reached if each in facts.tests else "not_tested")
        low = low or any(count is not None and count < limit("R16", "low") for count in counts)
    short = "not_met" in states
    return Found(
        ("low" if low else "short",) if short else (), "not_tested" in states, _counts(facts, STRENGTH_TESTS)
    )


def left_against_right(facts: Facts) -> Found:
    """R17: the lowest known symmetry decides; met needs the four strength tests."""
    known = {each: facts.symmetry[each] for each in (*STRENGTH_TESTS, DYNAMOMETRY) if each in facts.symmetry}
    values = {each: found.value for each, found in known.items() if found.value is not None}
    missing = any(each not in values for each in STRENGTH_TESTS)
    if not values:
        return Found(missing=True)
    lowest = min(values, key=lambda each: values[each])
    value, weaker = values[lowest], known[lowest].weaker
    hers = f"{_name(lowest)} {value:.0f} %" + (f", {weaker} weaker" if weaker else "")
    if value >= limit("R17", "even"):
        return Found(missing=missing, hers=hers)
    return Found(("watch" if value >= limit("R17", "gap") else "gap",), missing, hers)


def _done(facts: Facts, ids: Iterable[str]) -> Found:
    """Time or repetitions reached without a limp, at the first attempt or with the cue."""
    wanted = tuple(ids)
    states: list[TestState] = [
        facts.tests[each].done if each in facts.tests else "not_tested" for each in wanted
    ]
    missing = "not_tested" in states
    return Found(("short",) if worst(states) == "not_met" else (), missing, _counts(facts, wanted))


def _counts(facts: Facts, ids: Iterable[str]) -> str:
    """What was counted: "calf 15 | 19, stand 12 | 14"."""
    tried = [each for each in ids if each in facts.tests and facts.tests[each].tried]
    return ", ".join(f"{_name(each)} {_sides(facts.tests[each].first.counts)}{_unit(each)}" for each in tried)


def _sides(counts: tuple[Known, ...]) -> str:
    return " | ".join("–" if count is None else f"{count:g}" for count in counts)


def _unit(test_id: str) -> str:
    return {"minutes": " min", "seconds": " s"}.get(tests()[test_id].counted, "")


def _name(test_id: str) -> str:
    return "force" if test_id == DYNAMOMETRY else tests()[test_id].name
