"""A visit as the engine takes it, from what stands recorded; the same for window, signature and export."""

from collections.abc import Mapping
from datetime import date

from runclinic.readiness.criterion import OUTCOMES
from runclinic.readiness.decision import Decision
from runclinic.visit.assess import Case
from runclinic.visit.carried import HERS
from runclinic.visit.client import Client
from runclinic.visit.entry import Json

NOT_ANSWERS = ("gait", "decision", "plan", "print", "sign", HERS)


def answers_of(stands: Mapping[str, Json]) -> dict[str, Json]:
    """What stands of the forms, of all that stands by key."""
    return {key: value for key, value in stands.items() if key.split("/")[0] not in NOT_ANSWERS}


def decision_of(stands: Mapping[str, Json], therapist: str) -> Decision:
    """What the therapist decided so far."""
    outcome, cleared = stands.get("decision/outcome"), stands.get("decision/clearance_date")
    return Decision(
        outcome=next((each for each in OUTCOMES if each == outcome), None),
        reason=str(stands.get("decision/reason") or ""),
        clearance_from=str(stands.get("decision/clearance_from") or ""),
        clearance_date=date.fromisoformat(str(cleared)) if cleared else None,
        individual_reason=str(stands.get("decision/individual_reason") or ""),
        managed_reason=str(stands.get("decision/managed_reason") or ""),
        by=therapist,
    )


def case_of(
    client: Client, day: date, stands: Mapping[str, Json], therapist: str, *, strict_pain: bool = False
) -> Case:
    """The visit of a day; `stands` are the values by key, `therapist` is the name beside the decision."""
    flags = stands.get("gait/flags")
    return Case(
        client=client,
        visit_date=day,
        therapist=therapist,
        answers=answers_of(stands),
        gait={"flags": flags} if isinstance(flags, list) else {},
        decision=decision_of(stands, therapist),
        strict_pain=strict_pain,
    )
