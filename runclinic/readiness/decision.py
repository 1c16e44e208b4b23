"""The outcome: proposed by the lowest cap, confirmed or overridden by the therapist with her reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from runclinic.readiness.criteria import individual_on_offer
from runclinic.readiness.criterion import OUTCOMES, Criterion, Outcome
from runclinic.readiness.rules import Named, content
from runclinic.refused import Refused

LEAST_REASON = 10  # characters


@dataclass(frozen=True, slots=True)
class Decision:
    """What the therapist signs: another outcome with its reason, and the two special decisions.

    All optional. `by` is who signs; the clearance is needed upward from O1 only.
    """

    outcome: Outcome | None = None
    reason: str = ""
    clearance_from: str = ""
    clearance_date: date | None = None
    individual_reason: str = ""
    managed_reason: str = ""
    by: str = ""


def named(outcome: Outcome) -> Named:
    """Name and meaning of an outcome in words."""
    return content().outcome[outcome]


def propose(criteria: Iterable[Criterion]) -> Outcome:
    """The lowest cap of all rules; their order does not matter."""
    return OUTCOMES[min((OUTCOMES.index(each.cap) for each in criteria), default=-1)]


def reasons(criteria: Iterable[Criterion], outcome: Outcome) -> tuple[Criterion, ...]:
    """What to show, in order: what sets the outcome, then all cautions, then what was not tested."""
    judged = tuple(criteria)
    sets_it = [each for each in judged if each.cap == outcome and each.severity]
    cautions = [each for each in judged if each.severity == "caution" and each not in sets_it]
    untested = [each for each in judged if each.state == "not_tested" and each not in sets_it]
    return tuple(dict.fromkeys((*sets_it, *cautions, *untested)))


def decide(criteria: tuple[Criterion, ...], decision: Decision) -> Outcome:
    """The outcome that stands: the proposed one, or the therapist's own.

    Refused (CLINICAL 6.1): without a reason of 10 characters; upward from O0; upward in pregnancy or
    while a safety question is open; upward from O1 without who gave clearance and when.
    """
    proposed = propose(criteria)
    wanted = decision.outcome
    if wanted is None or wanted == proposed:
        return proposed
    if len(decision.reason.strip()) < LEAST_REASON:
        raise Refused(
            f"{wanted} instead of {proposed} needs a reason of {LEAST_REASON} letters or more.",
            "Write the reason, or keep the proposed outcome.",
        )
    if OUTCOMES.index(wanted) > OUTCOMES.index(proposed):
        _refuse_upward(criteria, decision, proposed)
    return wanted


def warnings(criteria: tuple[Criterion, ...], decision: Decision) -> tuple[str, ...]:
    """Signed decisions that could not be used, in words."""
    found = {each.id: each for each in criteria}
    said: list[str] = []
    if decision.individual_reason and found["R05"].grade != "individual":
        said.append(_individual_ignored(criteria))
    if decision.managed_reason and "managed" not in {found["R07"].grade, found["R08"].grade}:
        said.append(
            "“Managed” was signed but is not used: there is no mild, steady symptom that it could stand for."
        )
    return tuple(said)


def _individual_ignored(criteria: tuple[Criterion, ...]) -> str:
    weeks = next(each for each in criteria if each.id == "R05")
    if weeks.grade == "preparing" and not individual_on_offer(criteria):
        return (
            "The individual decision was signed but is not used: R01 to R04 and R06 to R15 must be met first."
        )
    return "The individual decision was signed but is not used: it is for weeks 6 to 11 after a birth."


def _refuse_upward(criteria: tuple[Criterion, ...], decision: Decision, proposed: Outcome) -> None:
    states = {each.id: each.state for each in criteria}
    if proposed == "O0":
        raise Refused("From “refer now” (O0) there is no way up in this visit.", "Refer first.")
    if states["R02"] != "met":
        raise Refused("A safety question is still open, so the outcome cannot be raised.", "Ask it first.")
    if states["R04"] == "not_met":
        raise Refused("In pregnancy the outcome cannot be raised.", "She needs the pregnancy pathway.")
    if proposed == "O1" and not (decision.clearance_from.strip() and decision.clearance_date):
        raise Refused("Upward from “clear first” (O1) needs a clearance.", "Write who gave it, and its date.")
