"""Met, not met, not tested: the 32 rules judged one by one, each with reason and source."""

from collections.abc import Callable

from runclinic.readiness import floor_rules, load_rules, safety_rules, symptom_rules, whole_rules
from runclinic.readiness.criterion import Criterion, Outcome, Severity, State
from runclinic.readiness.facts import Facts
from runclinic.readiness.rules import Found, judged, rules

__all__ = ["RULES", "Criterion", "Outcome", "Severity", "State", "individual_on_offer", "judge"]

RULES: dict[str, Callable[[Facts], Found]] = {
    "R01": safety_rules.urgent_flags,
    "R02": safety_rules.safety_answers,
    "R03": safety_rules.referral_flags,
    "R04": safety_rules.pregnancy,
    "R06": safety_rules.birth_wounds,
    "R07": symptom_rules.easy_symptoms,
    "R08": symptom_rules.impact_symptoms,
    "R09": symptom_rules.bowel,
    "R10": symptom_rules.prolapse,
    "R11": symptom_rules.easy_pain,
    "R12": symptom_rules.impact_pain,
    "R13": load_rules.walking,
    "R14": load_rules.one_leg_control,
    "R15": load_rules.impact_tests,
    "R16": load_rules.strength,
    "R17": load_rules.left_against_right,
    "R18": floor_rules.lift,
    "R19": floor_rules.letting_go,
    "R20": floor_rules.stamina,
    "R21": floor_rules.timing,
    "R22": floor_rules.belly_wall,
    "R23": floor_rules.opening,
    "R24": whole_rules.energy,
    "R25": whole_rules.mood,
    "R26": whole_rules.sleep,
    "R27": whole_rules.trust,
    "R28": whole_rules.bone,
    "R29": whole_rules.strength_days,
    "R30": whole_rules.sore_tissue,
    "R31": whole_rules.running_base,
    "R32": whole_rules.bra,
}
WEEKS_RULE = "R05"  # judged last: what it permits depends on the others
NEEDED_FOR_INDIVIDUAL = ("R01", "R02", "R03", "R04", *(f"R{number:02}" for number in range(6, 16)))


def judge(facts: Facts) -> tuple[Criterion, ...]:
    """R01-R32 in order."""
    found = {rule_id: judged(rules()[rule_id], rule(facts)) for rule_id, rule in RULES.items()}
    weeks = safety_rules.weeks_since_birth(facts, on_offer=_offered(found))
    found[WEEKS_RULE] = judged(rules()[WEEKS_RULE], weeks)
    return tuple(found[rule_id] for rule_id in sorted(found))


def individual_on_offer(criteria: tuple[Criterion, ...]) -> bool:
    """Whether an individual decision (R05) may be signed: 6 to 12 weeks, and nothing else in the way."""
    found = {each.id: each for each in criteria}
    return found[WEEKS_RULE].grade in {"preparing", "individual"} and _offered(found)


def _offered(found: dict[str, Criterion]) -> bool:
    return all(found[rule_id].state in {"met", "n/a"} for rule_id in NEEDED_FOR_INDIVIDUAL)
