"""Findings: what the answers add up to, under the codes by which the plan picks its exercises."""

from collections.abc import Callable

from runclinic.readiness.facts import Facts
from runclinic.readiness.symptom_rules import EASY_TESTS, IMPACT_TESTS
from runclinic.visit.facts import worse_side

ADDED, DISMISSED = "added", "dismissed"
OFTEN = {"monthly", "weekly", "daily"}
GIRDLE_PAIN, GIRDLE_SCORE = 3, 25  # clinic rule
STIFF_SCAR, SORE_SCAR = 2, 4
QUALITY = ("trunk", "pelvis", "knee", "foot")


def findings(facts: Facts) -> tuple[str, ...]:
    """The active codes in the order of CLINICAL 7.3; `facts.criteria` must be judged.

    The therapist's ticks ("finding/F-HIP" = "added" or "dismissed") have the last word.
    """
    ticks = {code: facts.value(f"finding/{code}") for code in FINDINGS}
    return tuple(
        code
        for code, active in FINDINGS.items()
        if ticks[code] == ADDED or (ticks[code] != DISMISSED and active(facts))
    )


def _leak_on_effort(facts: Facts) -> bool:
    return facts.leak_type in {"stress", "mixed"} or _coughs_wet(facts)


def _leak_on_running(facts: Facts) -> bool:
    """Running only, or in the impact tests and nowhere else."""
    return facts.leak_type == "running_only" or (
        _leaks_in(facts, IMPACT_TESTS) and not _leaks_in(facts, EASY_TESTS) and not _coughs_wet(facts)
    )


def _leak_with_urge(facts: Facts) -> bool:
    return facts.leak_type in {"urge", "mixed"}


def _late_lift(facts: Facts) -> bool:
    """She can lift, but late or downwards; or lifting first helps without keeping her dry."""
    moves = facts.text("abdominal_wall/cough_pf")
    pushes = facts.bears_down or "bears_down" in _strategies(facts)
    if facts.lifts and (moves not in {None, "up_before"} or pushes):
        return True
    knack, cough = facts.number("abdominal_wall/knack_leak"), facts.cough_leak
    return knack is not None and cough is not None and 0 < knack < cough


def _weak(facts: Facts) -> bool:
    return facts.lifts is False


def _tires(facts: Facts) -> bool:
    return facts.lifts is True and facts.state("R20") == "not_met"


def _heavy(facts: Facts) -> bool:
    asked = [facts.number(f"history/{key}") for key in ("H22_now", "H22_worst", "H55_heaviness")]
    felt = [test.first.new_heaviness for test in facts.tests.values()]
    return any(value is not None and value >= 1 for value in (*asked, *felt))


def _bowel(facts: Facts) -> bool:
    return any(facts.text(f"history/H25_{kind}") in OFTEN for kind in ("gas", "liquid", "solid"))


def _breath(facts: Facts) -> bool:
    return bool({"hold", "bears_down"} & set(_strategies(facts)))


def _hip(facts: Facts) -> bool:
    level = worse_side(facts.answers.get("load_tests/LT03_pelvis"))
    return level is False or any(_below_target(facts, each) for each in ("ST02", "ST03", "ST04"))


def _calf(facts: Facts) -> bool:
    return _below_target(facts, "ST01")


def _one_leg_control(facts: Facts) -> bool:
    """Two of the four points of the squat, or balance or running man not met."""
    lost = [worse_side(facts.answers.get(f"load_tests/LT03_{point}")) for point in QUALITY].count(False)
    return lost >= 2 or any(
        each in facts.tests and facts.tests[each].state == "not_met" for each in ("LT02", "LT07")
    )


def _girdle(facts: Facts) -> bool:
    pains = [facts.pain("pelvic_girdle", moment) for moment in ("now", "worst", "impact")]
    score = facts.score("pgq")
    return any(pain is not None and pain >= GIRDLE_PAIN for pain in pains) or (
        score is not None and score >= GIRDLE_SCORE
    )


def _impact(facts: Facts) -> bool:
    """An impact test that failed, and no retest of it that is met."""
    return any(
        facts.tests[each].state == "not_met" and facts.tests[each].retest_state != "met"
        for each in IMPACT_TESTS
        if each in facts.tests
    )


def _scar(facts: Facts) -> bool:
    movement = [facts.number(f"abdominal_wall/scar_{place}_movement") for place in ("csection", "perineum")]
    pain = [facts.number(f"abdominal_wall/scar_{place}_pain") for place in ("csection", "perineum")]
    stiff = any(value is not None and value >= STIFF_SCAR for value in movement)
    return stiff or any(value is not None and value >= SORE_SCAR for value in pain)


def _not_met(rule: str) -> Callable[[Facts], bool]:
    return lambda facts: facts.state(rule) == "not_met"


FINDINGS: dict[str, Callable[[Facts], bool]] = {
    "F-LEAK-S": _leak_on_effort,
    "F-LEAK-R": _leak_on_running,
    "F-LEAK-U": _leak_with_urge,
    "F-COORD": _late_lift,
    "F-WEAK": _weak,
    "F-ENDUR": _tires,
    "F-TIGHT": _not_met("R19"),
    "F-HEAVY": _heavy,
    "F-BOWEL": _bowel,
    "F-BREATH": _breath,
    "F-DRA": _not_met("R22"),
    "F-HIP": _hip,
    "F-SLCTRL": _one_leg_control,
    "F-CALF": _calf,
    "F-ASYM": _not_met("R17"),
    "F-PGP": _girdle,
    "F-IMPACT": _impact,
    "F-STRIDE": lambda facts: bool(facts.gait_flags),
    "F-FEAR": _not_met("R27"),
    "F-MENO": lambda facts: facts.changing is True,
    "F-BONE": _not_met("R28"),
    "F-SCAR": _scar,
    "F-ENERGY": _not_met("R24"),
    "F-SLEEP": _not_met("R26"),
}


def _strategies(facts: Facts) -> tuple[str | None, ...]:
    return tuple(facts.text(f"abdominal_wall/strategy_{task}") for task in ("squat", "lift", "hop"))


def _coughs_wet(facts: Facts) -> bool:
    leak = facts.cough_leak
    return leak is not None and leak >= 1


def _leaks_in(facts: Facts, ids: tuple[str, ...]) -> bool:
    return any(bool(facts.tests[each].first.leak) for each in ids if each in facts.tests)


def _below_target(facts: Facts, test_id: str) -> bool:
    """A known count below the criterion; one cut short for time or space is not known."""
    test = facts.tests.get(test_id)
    return test is not None and any(count is not None and count < test.criterion for count in test.counts())
