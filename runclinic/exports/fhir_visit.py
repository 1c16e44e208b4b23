"""One visit as FHIR R4 resources: encounter, answers form by form, values, plan, papers, signatures."""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from runclinic.exports.client_file import ClientFile, PaperRow, Signature, VisitFile
from runclinic.exports.fhir_parts import (
    Resource,
    concept,
    instant,
    made_id,
    quantity,
    reference,
    system,
    text_of,
)
from runclinic.forms import catalogue
from runclinic.forms.conditions import DECLINED
from runclinic.forms.form import Form, Question
from runclinic.visit.entry import Entry, Json
from runclinic.visit.said import said

CONSENT = "consent"
POP_Q = ("Aa", "Ba", "C", "GH", "PB", "TVL", "Ap", "Bp", "D")
AUTHOR = {
    "system": "urn:iso-astm:E1762-95:2013",
    "code": "1.2.840.10065.1.12.1.1",
    "display": "Author's Signature",
}
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
DEFINITIONS = "http://terminology.hl7.org/CodeSystem"
_STATUS = {"draft": "in-progress", "signed": "finished", "amended": "finished", "void": "entered-in-error"}
_RESULT = {"draft": "preliminary", "signed": "final", "amended": "amended", "void": "entered-in-error"}
_FORM = {"draft": "in-progress", "signed": "completed", "amended": "amended", "void": "entered-in-error"}


def resources(
    file: ClientFile,
    visit: VisitFile,
    stands: Mapping[str, Entry],
    computed: Mapping[str, Json],
    state: str,
    subject: Resource,
) -> Iterable[Resource]:
    """All resources of a visit, the encounter first. `computed` may be empty, if nothing follows from it."""
    made = _Visit(file, visit, stands, computed, state, subject)
    yield made.encounter()
    yield from made.answers()
    yield from made.observations()
    yield from made.conditions()
    yield from made.consent()
    yield from made.plan()
    yield from (made.paper(each) for each in visit.papers)
    yield from made.provenance()


class _Visit:
    """What the resources of one visit have in common."""

    def __init__(
        self,
        file: ClientFile,
        visit: VisitFile,
        stands: Mapping[str, Entry],
        computed: Mapping[str, Json],
        state: str,
        subject: Resource,
    ) -> None:
        self.file, self.visit, self.stands, self.computed = file, visit, stands, computed
        self.state, self.subject = state, subject
        self.here = reference("Encounter", visit.id)
        self.when = visit.date

    def encounter(self) -> Resource:
        return {
            "resourceType": "Encounter",
            "id": self.visit.id,
            "identifier": [{"system": system("visit"), "value": str(self.visit.number)}],
            "status": _STATUS[self.state],
            "class": {"system": f"{DEFINITIONS}/v3-ActCode", "code": "AMB", "display": "ambulatory"},
            "subject": self.subject,
            "participant": [{"individual": self._author(self.visit.therapist_id)}],
            "period": {"start": self.when},
            "serviceProvider": reference("Organization", self.file.store_id, self.file.clinic),
        }

    def answers(self) -> Iterable[Resource]:
        """A QuestionnaireResponse for each form in which anything stands."""
        by_form: dict[str, list[tuple[str, Entry]]] = {}
        for key, entry in self.stands.items():
            form_id, _, field = key.partition("/")
            by_form.setdefault(form_id, []).append((field, entry))
        for form_id, given in by_form.items():
            known = form_id in catalogue.ids()
            form = catalogue.form(form_id) if known else None
            last = max(given, key=lambda each: each[1].when)[1]
            yield {
                "resourceType": "QuestionnaireResponse",
                "id": made_id(self.visit.id, f"form/{form_id}"),
                "identifier": {"system": system("form"), "value": form_id},
                "status": _FORM[self.state],
                "text": text_of([form.title if form else form_id]),
                "subject": self.subject,
                "encounter": self.here,
                "authored": instant(last.when),
                "author": self._author(last.who),
                "item": [_item(form, form_id, field, entry.value) for field, entry in given],
            }

    def observations(self) -> Iterable[Resource]:
        """Scores, the points of the POP-Q, the stride with its ±, and the outcome."""
        scores = cast("Mapping[str, Mapping[str, Any]]", self.computed.get("scores") or {})
        for instrument, score in scores.items():
            value = quantity(score.get("value"), "{score}")
            if value is not None and instrument in catalogue.ids():
                title = catalogue.form(instrument).title
                extra: Resource = {"valueQuantity": value}
                if score.get("band"):
                    extra["interpretation"] = [{"text": str(score["band"])}]
                yield self._observation("score", instrument, title, extra, "survey")
        for point in POP_Q:
            entry = self.stands.get(f"pop_q/{point}")
            value = quantity(entry.value, "cm") if entry else None
            if value is not None:
                yield self._observation(
                    "pop-q", point, f"POP-Q point {point}", {"valueQuantity": value}, "exam"
                )
        yield from self._stride()
        outcome = self.computed.get("outcome")
        if outcome:
            words = str(self.computed.get("outcome_name") or outcome)
            extra = {"valueCodeableConcept": concept("outcome", str(outcome), words)}
            yield self._observation("decision", "outcome", "Readiness to run", extra, "exam")

    def _stride(self) -> Iterable[Resource]:
        stride = cast("Mapping[str, Any]", self.computed.get("stride") or {})
        for metric, sides in cast("Mapping[str, Mapping[str, Any]]", stride.get("metrics") or {}).items():
            both = sides.get("both")
            value = quantity(both.get("value"), str(both.get("unit", ""))) if both else None
            if value is None or both is None:
                continue
            parts = [_component("u95", "Half-width of the 95 % interval", both, "plus_minus")]
            for side in ("left", "right"):
                if side in sides:
                    parts.append(_component(side, f"{side.capitalize()} side", sides[side], "value"))
                    parts.append(
                        _component(f"{side}-u95", f"95 % of the {side} side", sides[side], "plus_minus")
                    )
            extra = {"valueQuantity": value, "component": parts}
            yield self._observation("gait", metric, metric.replace("_", " "), extra, "procedure")

    def _observation(self, kind: str, code: str, words: str, extra: Resource, category: str) -> Resource:
        return {
            "resourceType": "Observation",
            "id": made_id(self.visit.id, f"{kind}/{code}"),
            "status": _RESULT[self.state],
            "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
            "code": concept(kind, code, words),
            "subject": self.subject,
            "encounter": self.here,
            "effectiveDateTime": self.when,
            "performer": [self._author(self.visit.therapist_id)],
            **extra,
        }

    def conditions(self) -> Iterable[Resource]:
        """Findings of a signed visit: what she was found to have, never a diagnosis of ours."""
        if self.state not in {"signed", "amended"}:
            return
        words = cast("Mapping[str, str]", self.computed.get("found") or {})
        for code in cast("list[str]", self.computed.get("findings") or []):
            named = words.get(code, code)
            yield {
                "resourceType": "Condition",
                "id": made_id(self.visit.id, f"finding/{code}"),
                "clinicalStatus": {
                    "coding": [{"system": f"{DEFINITIONS}/condition-clinical", "code": "active"}]
                },
                "verificationStatus": {
                    "coding": [{"system": f"{DEFINITIONS}/condition-ver-status", "code": "provisional"}]
                },
                "category": [
                    {
                        "coding": [
                            {"system": f"{DEFINITIONS}/condition-category", "code": "encounter-diagnosis"}
                        ]
                    }
                ],
                "code": concept("finding", code, named),
                "subject": self.subject,
                "encounter": self.here,
                "recordedDate": self.when,
                "recorder": self._author(self.visit.therapist_id),
            }

    def consent(self) -> Iterable[Resource]:
        """What she agreed to, or did not, before an examination."""
        given = {key: entry for key, entry in self.stands.items() if key.startswith(f"{CONSENT}/")}
        for field in ("internal", "anorectal"):
            entry = given.get(f"{CONSENT}/{field}")
            if entry is None or entry.value not in {"yes", "no"}:
                continue
            yield {
                "resourceType": "Consent",
                "id": made_id(self.visit.id, f"consent/{field}"),
                "status": "entered-in-error" if self.state == "void" else "active",
                "scope": {"coding": [{"system": f"{DEFINITIONS}/consentscope", "code": "treatment"}]},
                "category": [concept("consent", field, _asked(CONSENT, field))],
                "patient": self.subject,
                "dateTime": instant(entry.when),
                "performer": [self.subject],
                "organization": [reference("Organization", self.file.store_id, self.file.clinic)],
                "policyRule": {"text": "Consent to an internal examination, recorded by the examiner"},
                "provision": {"type": "permit" if entry.value == "yes" else "deny"},
            }

    def plan(self) -> Iterable[Resource]:
        """The take-home plan: its exercises and its running."""
        plan = cast("Mapping[str, Any]", self.computed.get("plan") or {})
        if plan.get("phase") is None:
            return
        cards = cast("list[Mapping[str, Any]]", plan.get("exercises") or [])
        activity: list[Resource] = [
            {
                "detail": {
                    "code": concept("exercise", str(card["id"]), str(card["name"])),
                    "status": "not-started",
                    "description": _dose(card.get("dose") or {}),
                }
            }
            for card in cards
        ]
        run = cast("Mapping[str, Any]", plan.get("run") or {})
        if run.get("kind"):
            level = plan.get("ladder_level")
            words = str(run["kind"]).replace("_", " ") + (f", level {level}" if level else "")
            activity.append(
                {
                    "detail": {
                        "code": concept("run", str(run["kind"])),
                        "status": "not-started",
                        "description": words,
                    }
                }
            )
        made: Resource = {
            "resourceType": "CarePlan",
            "id": made_id(self.visit.id, "plan"),
            "status": {"draft": "draft", "void": "entered-in-error"}.get(self.state, "active"),
            "intent": "plan",
            "title": "Return to running",
            "subject": self.subject,
            "encounter": self.here,
            "created": self.when,
            "author": self._author(self.visit.therapist_id),
        }
        if activity:
            made["activity"] = activity
        yield made

    def paper(self, paper: PaperRow) -> Resource:
        return {
            "resourceType": "DocumentReference",
            "id": paper.id,
            "identifier": [{"system": system("sha256"), "value": paper.sha256}],
            "status": "entered-in-error" if self.state == "void" else "current",
            "type": concept("paper", paper.kind),
            "subject": self.subject,
            "date": instant(paper.at),
            "author": [self._author(paper.who)],
            "content": [
                {
                    "attachment": {
                        "contentType": "application/pdf",
                        "url": f"documents/{paper.id}.pdf",
                        "size": paper.bytes,
                        "title": paper.name,
                        "creation": instant(paper.at),
                    }
                }
            ],
            "context": {"encounter": [self.here]},
        }

    def provenance(self) -> Iterable[Resource]:
        """Who signed the visit, and each amendment of it, with the signature."""
        if self.visit.signed is None:
            return
        signed = json.loads(self.visit.signed.record)["signed"]
        yield self._signed("signed", self.visit.signed, signed["by"], signed["at"], "CREATE", "")
        for each in self.visit.amendments:
            told = json.loads(each.record)
            yield self._signed(
                f"amendment/{told['n']}", each, told["who"], told["at"], "UPDATE", str(told["reason"])
            )

    def _signed(self, about: str, its: Signature, who: str, at: str, activity: str, reason: str) -> Resource:
        made: Resource = {
            "resourceType": "Provenance",
            "id": made_id(self.visit.id, about),
            "target": [self.here],
            "recorded": instant(at),
            "activity": {"coding": [{"system": f"{DEFINITIONS}/v3-DataOperation", "code": activity}]},
            "agent": [{"who": self._author(who)}],
            "signature": [
                {
                    "type": [AUTHOR],
                    "when": instant(at),
                    "who": self._author(who),
                    "sigFormat": "application/octet-stream",
                    "data": base64.b64encode(its.signature).decode(),
                }
            ],
        }
        if reason:
            made["reason"] = [{"text": reason}]
        return made

    def _author(self, therapist_id: str) -> Resource:
        author = self.file.author(therapist_id)
        return reference("Practitioner", therapist_id, author.display_name if author else "")


def _component(code: str, words: str, of: Mapping[str, Any], name: str) -> Resource:
    value = quantity(of.get(name), str(of.get("unit", "")))
    made: Resource = {"code": concept("gait-part", code, words)}
    if value is not None:
        made["valueQuantity"] = value
    return made


def _asked(form_id: str, field: str) -> str:
    question = catalogue.question(f"{form_id}/{field}")
    return question.text if question else field


def _item(form: Form | None, form_id: str, field: str, value: Json) -> Resource:
    """One answer: as its own kind where FHIR has it, else in words."""
    question = form.find(field) if form else None
    return {
        "linkId": f"{form_id}/{field}",
        "text": question.text if question else field,
        "answer": [{**_value(question, f"{form_id}/{field}", value)}],
    }


def _value(question: Question | None, key: str, value: Json) -> Resource:
    known = _of_question(question, key, value) if question and isinstance(value, str) else None
    if known is not None:
        return known
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int) and abs(value) < 2**31:
        return {"valueInteger": value}
    if isinstance(value, float):
        return {"valueDecimal": value}
    return {"valueString": said(key, value) if question else json.dumps(value, ensure_ascii=False)}


def _of_question(question: Question, key: str, value: str) -> Resource | None:
    """An answer that FHIR has a kind for; None for words, and for "declined"."""
    if value == DECLINED:
        return None
    if question.kind == "date":
        return {"valueDate": value}
    if question.kind == "choice":
        return {"valueCoding": {"system": system(key), "code": value, "display": said(key, value)}}
    if question.kind == "yes_no" and value in {"yes", "no"}:
        return {"valueBoolean": value == "yes"}
    return None


def _dose(dose: Mapping[str, Any]) -> str:
    """A dose as it is stored, in words that a program and a person can read."""
    said_of = {name: value for name, value in dose.items() if value not in (None, "", False, 0)}
    return ", ".join(f"{name} {_span(value)}" for name, value in said_of.items()) or "as shown"


def _span(value: object) -> str:
    if isinstance(value, list | tuple):
        low, high = cast("list[object]", value)[0], cast("list[object]", value)[-1]
        return str(low) if low == high else f"{low} to {high}"
    if isinstance(value, Mapping):
        return " ".join(f"{name} {each}" for name, each in cast("Mapping[str, object]", value).items())
    return str(value)
