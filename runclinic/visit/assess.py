"""A whole visit judged: scores, flags, findings, criteria, outcome and plan, from what stands recorded."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from runclinic import plan
from runclinic.forms.catalogue import form
from runclinic.forms.conditions import Answers, Value
from runclinic.forms.flags import OpenFlag
from runclinic.forms.scoring import Change, Score, change, earlier_score, instruments, score
from runclinic.readiness import decision as decisions
from runclinic.readiness import judge
from runclinic.readiness.criterion import Criterion, Outcome
from runclinic.readiness.decision import Decision
from runclinic.readiness.facts import Facts
from runclinic.readiness.load_rules import DYNAMOMETRY
from runclinic.visit.client import Client
from runclinic.visit.facts import facts as facts_of
from runclinic.visit.findings import findings

CONSENTED = ("pelvic_floor", "pop_q")


@dataclass(frozen=True, slots=True)
class Case:
    """A visit as it stands: who, when, what was answered, what was decided.

    `answers` are keyed "form/field" (dates as ISO text); `gait` holds metric ids, "flags" and how the
    clip was filmed.
    """

    client: Client
    visit_date: date
    therapist: str = ""
    answers: Answers = field(default_factory=dict[str, Value])
    gait: Mapping[str, object] = field(default_factory=dict[str, object])
    decision: Decision = Decision()  # noqa: RUF009 (frozen)
    strict_pain: bool = False  # the clinic asks for tests free of pain


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that follows from a case; nothing in it is stored until the visit is signed."""

    facts: Facts
    changes: Mapping[str, Change]
    findings: tuple[str, ...]
    proposed_outcome: Outcome
    outcome: Outcome
    decision: Decision
    plan: plan.Plan
    warnings: tuple[str, ...]

    @property
    def scores(self) -> Mapping[str, Score]:
        """By instrument."""
        return self.facts.scores

    @property
    def flags(self) -> tuple[OpenFlag, ...]:
        """Open flags of every action."""
        return self.facts.flags

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """R01-R32 in order."""
        return self.facts.criteria

    @property
    def reasons(self) -> tuple[Criterion, ...]:
        """What sets the proposed outcome, then cautions, then what was not tested."""
        return decisions.reasons(self.criteria, self.proposed_outcome)

    def as_json(self) -> dict[str, object]:
        """The document of `assess --json` (CLINICAL 12.5), numbers unrounded."""
        return {
            "scores": self._scores_json(),
            "flags": [{"id": flag.id, "action": flag.action} for flag in self.flags],
            "findings": list(self.findings),
            "criteria": [_criterion_json(each) for each in self.criteria],
            "proposed_outcome": self.proposed_outcome,
            "outcome": self.outcome,
            "plan": self.plan.as_json(),
            "warnings": list(self.warnings),
        }

    def lines(self) -> list[str]:
        """The same for a person at a shell."""
        proposed, signed = decisions.named(self.proposed_outcome), decisions.named(self.outcome)
        said = [f"Proposed: {proposed.name} ({self.proposed_outcome})"]
        if self.outcome != self.proposed_outcome:
            said.append(f"Signed:   {signed.name} ({self.outcome}): {self.decision.reason}")
        said += [
            f"  {each.id} {each.name}: {each.reason} [{each.hers or 'not tested'}]" for each in self.reasons
        ]
        said += [f"Flag {flag.id}: {flag.action}" for flag in self.flags if flag.action != "S1"]
        said += [f"{form(each).title}: {_score_said(now)}" for each, now in self.scores.items()]
        said.append(f"Findings: {', '.join(self.findings) or 'none'}")
        said.append(f"Exercises: {', '.join(each.id for each in self.plan.exercises) or 'none'}")
        return [*said, *(f"Note: {warning}" for warning in self.warnings)]

    def _scores_json(self) -> dict[str, object]:
        """Every instrument; one that was not asked has no value, and lacks all its items."""
        scored = {each: self._score_json(each) for each in instruments()}
        return {**scored, "pop_q": _stage_json(self.facts), "lsi": _symmetry_json(self.facts)}

    def _score_json(self, instrument: str) -> dict[str, object]:
        found = self.scores.get(instrument) or replace(score(instrument, {}), valid=None)
        since = self.changes.get(instrument) or _change(instrument, found, self.facts)
        return _score_json(found, since)


def assess(case: Case) -> Assessment:
    """Score, flag, judge, decide and plan a visit; pure, and the same for window and shell.

    Refused if the therapist's decision is not allowed (CLINICAL 6.1).
    """
    known = facts_of(
        case.client,
        case.visit_date,
        case.answers,
        _gait_flags(case.gait),
        case.decision,
        strict_pain=case.strict_pain,
    )
    known = replace(known, criteria=judge(known))
    found = findings(known)
    outcome = decisions.decide(known.criteria, case.decision)
    return Assessment(
        facts=known,
        changes={each: _change(each, now, known) for each, now in known.scores.items()},
        findings=found,
        proposed_outcome=decisions.propose(known.criteria),
        outcome=outcome,
        decision=case.decision,
        plan=plan.build(outcome, found, known),
        warnings=(
            *_consent_warnings(case.answers, known),
            *decisions.warnings(known.criteria, case.decision),
        ),
    )


def _change(instrument: str, now: Score, known: Facts) -> Change:
    return change(instrument, now.value, earlier_score(instrument, known.answers))


def _gait_flags(gait: Mapping[str, object]) -> tuple[str, ...]:
    ticked = gait.get("flags")
    wanted = cast("Collection[object]", ticked) if isinstance(ticked, list | tuple) else ()
    return tuple(flag for flag in ("overstride", "drop", "bounce") if flag in wanted)


def _consent_warnings(given: Answers, known: Facts) -> tuple[str, ...]:
    """An examination that was written down without her recorded yes is kept, but not used."""
    return tuple(
        f"{form(form_id).title}: values are kept but not used, since consent to an internal examination "
        "is not recorded."
        for form_id in CONSENTED
        if any(key.startswith(f"{form_id}/") for key in given)
        and not any(key.startswith(f"{form_id}/") for key in known.answers)
    )


def _score_said(now: Score) -> str:
    if now.value is None:
        return now.band or f"incomplete ({now.missing} missing)"
    return f"{now.value:g}" + (f", {now.band}" if now.band else "")


def _score_json(now: Score, since: Change) -> dict[str, object]:
    written: dict[str, object] = {
        "value": now.value,
        "band": now.band,
        "missing": now.missing,
        "parts": dict(now.parts),
        "change": {"delta": since.delta, "verdict": since.verdict},
    }
    if now.valid is not None:
        written["valid"] = now.valid
    return written


def _stage_json(known: Facts) -> dict[str, object]:
    found = known.pop_q
    return {
        "stage": found.stage,
        "lead": found.lead,
        "compartments": list(found.compartments),
        "beyond_hymen": found.beyond_hymen,
        "errors": list(found.errors),
        "warnings": list(found.warnings),
    }


def _symmetry_json(known: Facts) -> dict[str, dict[str, object]]:
    written: dict[str, dict[str, object]] = {
        each: {"value": found.value, "weaker": found.weaker, "capped": found.capped}
        for each, found in known.symmetry.items()
    }
    if DYNAMOMETRY in written:
        left, right = known.torque_nm_per_kg
        written[DYNAMOMETRY]["torque_nm_per_kg"] = {"left": left, "right": right}
    return written


def _criterion_json(each: Criterion) -> dict[str, object]:
    return {
        "id": each.id,
        "name": each.name,
        "state": each.state,
        "severity": each.severity,
        "cap": each.cap,
        "reason": each.reason,
        "source": each.source,
        "hers": each.hers,
        "limit": each.limit,
    }
