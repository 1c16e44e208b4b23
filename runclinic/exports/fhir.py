"""A client file as an HL7 FHIR R4 document Bundle (hl7.org/fhir/R4), with ids that stay over exports."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runclinic.exports import fhir_visit
from runclinic.exports.client_file import Author, ClientFile, VisitFile
from runclinic.exports.fhir_parts import Resource, instant, reference, system, text_of
from runclinic.visit.entry import Entry, Json

LOINC = "http://loinc.org"


@dataclass(frozen=True, slots=True)
class VisitNow:
    """A visit for the Bundle: what stands now, by key, and what follows from it (visit/signed.py)."""

    file: VisitFile
    stands: Mapping[str, Entry]
    computed: Mapping[str, Json]
    state: str  # draft, signed, amended, void


def bundle(file: ClientFile, visits: Sequence[VisitNow]) -> dict[str, Any]:
    """The document: Composition first, then Patient, authors, and each visit's resources.

    Attachments point to the files beside it. The same rows give the same Bundle.
    """
    subject = reference(
        "Patient", file.client.id, f"{file.client.given_name} {file.client.family_name}".strip()
    )
    resources: list[Resource] = [_patient(file), _organization(file)]
    resources += [_practitioner(each) for each in file.authors]
    sections: list[dict[str, Any]] = []
    for visit in visits:
        its = list(fhir_visit.resources(file, visit.file, visit.stands, visit.computed, visit.state, subject))
        resources += its
        sections.append(_section(visit, its))
    resources += list(_media(file, visits, subject))
    composition = _composition(file, visits, subject, sections)
    return {
        "resourceType": "Bundle",
        "id": _id(file, "bundle"),
        "identifier": {"system": system("bundle"), "value": f"{file.client.id}/{file.made_at}"},
        "type": "document",
        "timestamp": instant(file.made_at),
        "entry": [
            {"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in (composition, *resources)
        ],
    }


def as_json(made: Mapping[str, Any]) -> bytes:
    """The Bundle as it is written: indented UTF-8, the same for the same Bundle."""
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _id(file: ClientFile, about: str) -> str:
    return str(uuid.uuid5(uuid.UUID(file.client.id), about))


def _patient(file: ClientFile) -> Resource:
    her = file.client
    made: Resource = {
        "resourceType": "Patient",
        "id": her.id,
        "identifier": [{"system": f"{system('clinic')}/{file.store_id}", "value": her.clinic_no}],
        "name": [_human(her.family_name, her.given_name)],
        "gender": "female",
        "managingOrganization": reference("Organization", file.store_id, file.clinic),
    }
    if her.born:
        made["birthDate"] = her.born
    telecom = [
        {"system": kind, "value": value}
        for kind, value in (("phone", her.phone), ("email", her.email))
        if value
    ]
    if telecom:
        made["telecom"] = telecom
    if her.address:
        made["address"] = [{"text": her.address}]
    if her.language:
        made["communication"] = [
            {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": her.language}]}, "preferred": True}
        ]
    return made


def _human(family: str, given: str) -> dict[str, Any]:
    name: dict[str, Any] = {"use": "official", "text": f"{given} {family}".strip()}
    if family:
        name["family"] = family
    if given:
        name["given"] = [given]
    return name


def _organization(file: ClientFile) -> Resource:
    return {"resourceType": "Organization", "id": file.store_id, "name": file.clinic or "Clinic"}


def _practitioner(author: Author) -> Resource:
    made: Resource = {
        "resourceType": "Practitioner",
        "id": author.id,
        "active": author.role != "reader",
        "name": [{"text": author.display_name}],
    }
    if author.registration:
        made["identifier"] = [{"system": system("registration"), "value": author.registration}]
    return made


def _composition(
    file: ClientFile,
    visits: Sequence[VisitNow],
    subject: Resource,
    sections: Iterable[dict[str, Any]],
) -> Resource:
    states = {visit.state for visit in visits}
    authors = file.authors or ()
    made: Resource = {
        "resourceType": "Composition",
        "id": _id(file, "composition"),
        "status": "amended" if "amended" in states else "preliminary" if "draft" in states else "final",
        "type": {
            "coding": [{"system": LOINC, "code": "34117-2", "display": "History and physical note"}],
            "text": "Record of a client of a pelvic health clinic",
        },
        "subject": subject,
        "date": instant(file.made_at),
        "author": [reference("Practitioner", each.id, each.display_name) for each in authors]
        or [reference("Organization", file.store_id, file.clinic)],
        "title": f"Record of {file.client.given_name} {file.client.family_name}".strip(),
        "custodian": reference("Organization", file.store_id, file.clinic),
    }
    listed = [*sections]
    if listed:
        made["section"] = listed
    return made


def _section(visit: VisitNow, its: Sequence[Resource]) -> dict[str, Any]:
    title = f"Visit {visit.file.number}, {visit.file.date}"
    outcome = visit.computed.get("outcome_name")
    lines = [title, f"State: {visit.state}", *([f"Outcome: {outcome}"] if outcome else [])]
    return {
        "title": title,
        "text": text_of(lines),
        "entry": [reference(str(each["resourceType"]), str(each["id"])) for each in its],
    }


def _media(file: ClientFile, visits: Sequence[VisitNow], subject: Resource) -> Iterable[Resource]:
    """The films: of each the visit in which it was first shown."""
    for film in file.films:
        made: Resource = {
            "resourceType": "Media",
            "id": film.id,
            "identifier": [{"system": system("sha256"), "value": film.sha256}],
            "status": "completed" if film.kept else "entered-in-error",
            "type": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/media-type", "code": "video"}]
            },
            "subject": subject,
            "createdDateTime": instant(film.at),
            "operator": reference("Practitioner", film.who),
            "content": {
                "contentType": "application/octet-stream",
                "url": f"films/{film.id}",
                "title": film.name,
                "size": film.bytes if film.bytes < 2**31 else 2**31 - 1,
            },
        }
        shown = next((each for each in visits if film.id in each.file.films), None)
        if shown is not None:
            made["encounter"] = reference("Encounter", shown.file.id)
        yield made
