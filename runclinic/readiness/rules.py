"""What a rule of resources/criteria.toml holds, and what judging one finds."""

from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from runclinic import resources
from runclinic.layer import kept
from runclinic.readiness.criterion import OUTCOMES, Criterion, Outcome, Severity

FILE = "criteria.toml"
SEVERITIES: tuple[Severity, ...] = ("block", "caution", "info")


class Effect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one finding does: the highest outcome it permits, and how it is shown."""

    cap: Outcome
    severity: Severity = "info"
    reason: str = ""
    limit: str = ""
    note: str = ""
    printed: bool = True


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule as written: words, source, limits, and the effect of each finding."""

    id: str
    name: str
    reason: str
    source: str
    limit: str
    not_tested: Effect
    not_tested_bulge: Effect | None = None  # R10 alone
    limits: dict[str, float] = {}
    findings: dict[str, Effect] = {}
    printed: bool = True


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An outcome in words."""

    name: str
    short: str
    allows: str


class TestKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A load test: what is counted, and how much of it is asked."""

    name: str
    criterion: float
    counted: str
    sides: bool = False


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of resources/criteria.toml."""

    met: str  # what is said of a rule that is met; {limit} is filled in
    not_applicable: str
    outcome: dict[Outcome, Named]
    test: dict[str, TestKind]
    rule: tuple[Rule, ...]


@kept
def content() -> Content:
    """The rules as the clinic wrote them; Refused if the file cannot be true."""
    found = resources.decode(FILE, Content)
    seen: set[str] = set()
    for rule in found.rule:
        if rule.id in seen:
            raise resources.refuse(FILE, f'id = "{rule.id}"', f"the rule {rule.id} stands twice.")
        seen.add(rule.id)
    return msgspec.structs.replace(found, rule=tuple(map(_said, found.rule)))


def _said(rule: Rule) -> Rule:
    """With the numbers of its limits in the words that say them."""

    def filled(words: str) -> str:
        try:
            return words.format(**rule.limits)
        except (KeyError, ValueError, IndexError) as problem:
            said = f"the words of {rule.id} say a limit that is not there: “{words}”."
            raise resources.refuse(FILE, f'id = "{rule.id}"', said) from problem

    findings = {
        name: msgspec.structs.replace(each, limit=filled(each.limit)) for name, each in rule.findings.items()
    }
    return msgspec.structs.replace(rule, limit=filled(rule.limit), findings=findings)


@kept
def rules() -> dict[str, Rule]:
    """The rules by id, in order."""
    return {rule.id: rule for rule in content().rule}


def tests() -> dict[str, TestKind]:
    """The load tests by id."""
    return content().test


def limit(rule_id: str, name: str) -> float:
    """A bound of a rule; Refused if the file has none of that name."""
    bounds = rules()[rule_id].limits
    if name not in bounds:
        raise resources.refuse(FILE, f'id = "{rule_id}"', f"the rule {rule_id} has no limit “{name}”.")
    return bounds[name]


@dataclass(frozen=True, slots=True)
class Found:
    """What judging a rule found: names of findings, whether an input is missing, and her values in words.

    `met_as` names the finding of a rule that is met all the same (R08 with a cue).
    """

    failing: tuple[str, ...] = ()
    missing: bool = False
    hers: str = ""
    applies: bool = True
    met_as: str = ""
    missing_with_bulge: bool = False


NOT_APPLICABLE = Found(applies=False)


def judged(rule: Rule, found: Found) -> Criterion:
    """The criterion: a known failure decides, else what is missing, else met (CLINICAL 12.3)."""
    if not found.applies:
        said = content().not_applicable
        return _unlimited(rule, found, "n/a", said)
    if found.failing:
        return _not_met(rule, found)
    if found.missing:
        return _shown(rule, found, "not_tested", _untested(rule, found), "")
    if found.met_as:
        return _shown(rule, found, "met", _effect(rule, found.met_as), found.met_as)
    said = content().met.replace("{limit}", rule.limit)
    return _unlimited(rule, found, "met", said)


def _unlimited(rule: Rule, found: Found, state: Literal["met", "n/a"], said: str) -> Criterion:
    return Criterion(
        rule.id,
        rule.name,
        state,
        None,
        "O5",
        said,
        rule.source,
        found.hers,
        rule.limit,
        printed=rule.printed,
    )


def _not_met(rule: Rule, found: Found) -> Criterion:
    name = min(found.failing, key=lambda each: _weight(_effect(rule, each)))
    criterion = _shown(rule, found, "not_met", _effect(rule, name), name)
    if not found.missing:
        return criterion
    lower = min(criterion.cap, _untested(rule, found).cap, key=OUTCOMES.index)
    return replace(criterion, cap=lower)


def _shown(
    rule: Rule, found: Found, state: Literal["met", "not_met", "not_tested"], effect: Effect, grade: str
) -> Criterion:
    return Criterion(
        id=rule.id,
        name=rule.name,
        state=state,
        severity=effect.severity,
        cap=effect.cap,
        reason=effect.reason or rule.reason,
        source=rule.source,
        hers=found.hers,
        limit=effect.limit or rule.limit,
        note=effect.note,
        grade=grade,
        printed=rule.printed and effect.printed,
    )


def _untested(rule: Rule, found: Found) -> Effect:
    return rule.not_tested_bulge if found.missing_with_bulge and rule.not_tested_bulge else rule.not_tested


def _effect(rule: Rule, name: str) -> Effect:
    if name not in rule.findings:
        raise resources.refuse(FILE, f'id = "{rule.id}"', f"the rule {rule.id} has no finding “{name}”.")
    return rule.findings[name]


def _weight(effect: Effect) -> tuple[int, int]:
    """Lowest cap first, then the more severe."""
    return (OUTCOMES.index(effect.cap), SEVERITIES.index(effect.severity))
