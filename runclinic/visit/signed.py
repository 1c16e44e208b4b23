"""What a signature freezes: all that follows from a visit, with the words it was asked and answered in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from runclinic.forms import catalogue
from runclinic.forms.flags import OpenFlag, actions
from runclinic.gait.analyse import Analysis
from runclinic.gait.means import Metric
from runclinic.measured import Measured
from runclinic.plan import texts
from runclinic.plan.edits import Edited
from runclinic.readiness import decision as decisions
from runclinic.readiness.decision import Decision
from runclinic.refused import Refused
from runclinic.visit import parts
from runclinic.visit.assess import Assessment
from runclinic.visit.entry import Json
from runclinic.visit.parts import PartState
from runclinic.visit.recorded import NOT_ANSWERS
from runclinic.visit.said import said
from runclinic.words import Words

STOPS = ("A1", "A2")  # the visit ends there: the rest is left open for a good reason
REFERRED = ("A1", "A2", "A3h", "A3")  # what a signed visit must not leave without its referral
CONFIRMED = "decision/confirmed"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a visit may be signed: `blocking` sentences forbid it, `left_open` are only told."""

    blocking: tuple[str, ...]
    left_open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stood:
    """A visit as it stands: values by key, what follows from them, its parts, its stride if filmed."""

    values: Mapping[str, Json]
    assessment: Assessment
    edited: Edited | None
    parts: tuple[PartState, ...]
    stride: Analysis | None = None


def ready(stood: Stood) -> Readiness:
    """What is still to be done before signing.

    An emergency ends a visit early: then only its referral is asked for. Otherwise the safety screen must
    be answered and the outcome confirmed. What else is left open is told, and stands in the record.
    """
    flags = stood.assessment.flags
    stopped = any(flag.action in STOPS for flag in flags)
    blocking = [
        f"Record the referral: {actions()[flag.action].name.lower()}, {flag.text.rstrip('.?')}."
        for flag in flags
        if flag.action in REFERRED and not flag.referral
    ]
    if not stopped:
        unanswered = len(stood.assessment.facts.unanswered_safety)
        if unanswered:
            some = "1 question" if unanswered == 1 else f"{unanswered} questions"
            blocking.append(f"The safety screen: {some} left.")
        if stood.values.get(CONFIRMED) != stood.assessment.outcome:
            blocking.append("Readiness: the outcome is not confirmed.")
    left = tuple(
        f"{each.part.title} ({each.left} left)"
        for each in stood.parts
        if each.left and each.state in {"begun", "flagged"} and "safety" not in each.forms
    )
    return Readiness(tuple(blocking), left)


def computed(stood: Stood, *, content_version: str, program_version: str) -> dict[str, Json]:
    """All that follows from the entries, as plain values; Refused while something blocks the signature."""
    state = ready(stood)
    if state.blocking:
        raise Refused("This visit cannot be signed yet.", " ".join(state.blocking))
    return of(stood, state.left_open, content_version=content_version, program_version=program_version)


def of(
    stood: Stood, left_open: tuple[str, ...] = (), *, content_version: str, program_version: str
) -> dict[str, Json]:
    """The same of a visit that need not be ready, such as a draft that is exported."""
    found = stood.assessment
    written = found.as_json()
    return {
        "content": content_version,
        "program": program_version,
        "scores": _plain(written["scores"]),
        "flags": [_flag(flag) for flag in found.flags],
        "findings": list(found.findings),
        "found": _found(found),
        "criteria": _plain(written["criteria"]),
        "proposed_outcome": found.proposed_outcome,
        "outcome": found.outcome,
        "outcome_name": decisions.named(found.outcome).name,
        "decision": _decision(found.decision),
        "plan": _plain(_plan(stood)),
        "stride": _stride(stood.stride),
        "shown": shown(stood.values),
        "left_open": list(left_open),
        "warnings": list(found.warnings),
    }


def shown(values: Mapping[str, Json]) -> list[Json]:
    """Questions and answers in words, form by form in the order of the parts; private ones are marked."""
    found: list[Json] = []
    for form_id in _forms():
        form = catalogue.form(form_id)
        rows: list[Json] = [
            {
                "key": f"{form_id}/{each.id}",
                "asked": each.text,
                "said": said(f"{form_id}/{each.id}", values[f"{form_id}/{each.id}"]),
                "private": each.private,
            }
            for each in form.question
            if values.get(f"{form_id}/{each.id}") is not None
        ]
        if rows:
            found.append(
                {"form": form_id, "part": parts.part_of_form(form_id), "title": form.title, "rows": rows}
            )
    return found


def _forms() -> Iterable[str]:
    asked = [form_id for part in parts.parts() for form_id in part.forms]
    others = [form_id for form_id in catalogue.ids() if form_id not in (*asked, *NOT_ANSWERS)]
    return dict.fromkeys((*asked, *others))


def _found(assessment: Assessment) -> Json:
    """Each finding in words; one that has none is called by its code."""
    plan, words = assessment.plan, Words("en")
    return {
        code: ", ".join(texts.found((code,), plan.gait_flags, plan.weak_side, words)) or code
        for code in assessment.findings
    }


def _plan(stood: Stood) -> dict[str, object]:
    plan = stood.edited.plan if stood.edited else stood.assessment.plan
    changes = stood.edited.changes if stood.edited else ()
    named = {each.id: each.name for each in plan.exercises}
    return {**plan.as_json(), "named": named, "changed": [each.key for each in changes]}


def _flag(flag: OpenFlag) -> Json:
    return {
        "id": flag.id,
        "action": flag.action,
        "text": flag.text,
        "private": flag.action == "S1",
        "referral": flag.referral,
    }


def _decision(made: Decision) -> Json:
    return {
        "outcome": made.outcome,
        "reason": made.reason,
        "clearance_from": made.clearance_from,
        "clearance_date": made.clearance_date.isoformat() if made.clearance_date else None,
        "individual_reason": made.individual_reason,
        "managed_reason": made.managed_reason,
        "by": made.by,
    }


def _stride(found: Analysis | None) -> Json:
    if found is None:
        return None
    speed = found.filming.belt_speed
    return {
        "view": found.filming.view,
        "belt_speed": speed.typed if speed else None,
        "metrics": {each.id: _metric(each) for each in found.timing.metrics},
        "warnings": list(found.warnings),
    }


def _metric(metric: Metric) -> Json:
    sides = {"both": metric.both, "left": metric.left, "right": metric.right, "asi": metric.asi}
    return {name: measured(each) for name, each in sides.items() if each is not None}


def measured(value: Measured) -> Json:
    """A measured value with its ±, unit and n."""
    return {
        "value": value.value,
        "plus_minus": value.plus_minus,
        "unit": value.unit,
        "n": value.n,
        "sd": value.sd,
    }


def _plain(value: object) -> Json:
    """Tuples as lists, keys as text: what JSON can say."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in cast("list[object]", value)]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
