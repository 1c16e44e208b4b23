"""A client's record as files: a folder that any program opens, or a transfer file for another RunClinic."""

import io
import json
import shutil
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO, cast

from runclinic import resources
from runclinic.exports import client_file as rows
from runclinic.exports import fhir, tables
from runclinic.exports.client_file import ClientFile, VisitFile
from runclinic.exports.fhir import VisitNow
from runclinic.gait.analyse import Analysis
from runclinic.gait.filming import ClipFacts
from runclinic.plan import edits
from runclinic.records import Store, bundle
from runclinic.records.bundle import Member
from runclinic.records.roles import refuse_role
from runclinic.refused import Refused
from runclinic.visit import facts, parts, signed, stride
from runclinic.visit.assess import assess
from runclinic.visit.client import Client
from runclinic.visit.entry import Entry, Json
from runclinic.visit.frame_times import NAME as FRAME_TIMES
from runclinic.visit.frame_times import FrameTimes
from runclinic.visit.recorded import answers_of, case_of

LEAST_REASON = 5
README = """This folder holds all that RunClinic keeps of one client. It is not encrypted: keep it safe.

documents/         the papers that were given out, as PDF
films/             the films, as they were taken in
tables/            the record as tables; opens in any spreadsheet (UTF-8)
client.json        the record as data; client.schema.json says what each field holds
bundle.fhir.json   the record for other clinical software (HL7 FHIR R4, a document Bundle)
signed/            the signed record of each visit, word for word, with its hash and signature
"""


def stood(store: Store, client: Client, visit: VisitFile, stands: Mapping[str, Entry]) -> signed.Stood:
    """A visit with all that follows from what stands in it; Refused if its decision is no longer allowed."""
    values = {key: entry.value for key, entry in stands.items()}
    day = date.fromisoformat(visit.date)
    names = {each.id: each.display_name for each in store.therapists()}
    strict = store.settings.get("clinic/strict_pain", "no") == "yes"
    by = names.get(visit.therapist_id, "")
    assessment = assess(case_of(client, day, values, by, strict_pain=strict))
    known = facts.basic(client, day, answers_of(values), first_visit=visit.number == 1)
    return signed.Stood(
        values=values,
        assessment=assessment,
        edited=_edited(assessment.plan, values),
        parts=parts.states(answers_of(values), known, values),
        stride=stride_of(store, values, client),
    )


def _edited(plan: Any, values: Mapping[str, Json]) -> edits.Edited | None:
    try:
        return edits.apply(plan, edits.read(values))
    except Refused:
        return None


def stride_of(store: Store, values: Mapping[str, Json], client: Client) -> Analysis | None:
    """The stride of a visit from its marks and the kept frame times; None without films or steps."""
    known: dict[str, ClipFacts] = {}
    for film in stride.films(values):
        try:
            kept = store.films.beside(film.id, FRAME_TIMES) if film.marks else None
            if kept is not None:
                known[film.id] = FrameTimes.unpack(kept).facts
        except Refused:  # the film is gone, and its frame times with it
            continue
    return stride.stride(values, known, stride.Body.of(client, answers_of(values)))


def program_version() -> str:
    """The version that a record is signed with."""
    return version("runclinic")


def visits_now(store: Store, file: ClientFile) -> tuple[VisitNow, ...]:
    """Every visit as it stands, with what follows: of a signed one that nobody amended what was signed."""
    client = store.clients.get(file.client.id)
    return tuple(_visit_now(store, client, visit) for visit in file.visits)


def _visit_now(store: Store, client: Client, visit: VisitFile) -> VisitNow:
    stands, state = store.amendments.stands(visit.id), _state(visit)
    if visit.signed is not None and state in {"signed", "void"}:
        found = cast("dict[str, Json]", json.loads(visit.signed.record)["computed"])
        return VisitNow(visit, stands, found, state)
    try:
        now = signed.of(
            stood(store, client, visit, stands),
            content_version=resources.version(),
            program_version=program_version(),
        )
    except Refused:  # a decision that the answers no longer allow: the answers stand without it
        now = {}
    return VisitNow(visit, stands, now, state)


def _state(visit: VisitFile) -> str:
    if visit.signed is None:
        return "draft"
    kinds = [json.loads(each.record)["kind"] for each in visit.amendments]
    return "void" if "void" in kinds else "amended" if kinds else "signed"


def fhir_bytes(store: Store, file: ClientFile) -> bytes:
    """The FHIR document of a client."""
    return fhir.as_json(fhir.bundle(file, visits_now(store, file)))


def refuse_to_export(store: Store, client_id: str, reason: str) -> str:
    """The reason without blanks around it; Refused without one, and for who may not export this client.

    An owner may, and a therapist who has recorded a visit of hers.
    """
    refuse_role(store.therapist, "therapist", "owner", to="export a client")
    tidy = " ".join(reason.split())
    if len(tidy) < LEAST_REASON:
        raise Refused(f"A reason of {LEAST_REASON} letters or more is needed.", "Write why.")
    me = store.therapist
    if me.role != "owner" and all(each.therapist_id != me.id for each in store.visits.of(client_id)):
        raise Refused("You have no visit with this client.", "An owner of the clinic may export her record.")
    return tidy


@dataclass(frozen=True, slots=True)
class _Part:
    """One file of an export, relative to its folder."""

    name: str
    bytes: int
    content: "bytes | Member"


def export(store: Store, client_id: str, folder: Path, reason: str) -> Generator[float, None, Path]:
    """Write all of a client into a new folder inside `folder`; yields progress 0..1, returns it.

    It is there whole or not at all, and the audit tells of it before it is there. Refused without a reason,
    for who may not, or if it cannot be written.
    """
    reason = refuse_to_export(store, client_id, reason)
    file = store.client_file(client_id)
    target = free(folder / _folder_name(file))
    part = target.with_name(f".{target.name}.part")
    listed = [*_parts(store, file)]
    whole, done = max(1, sum(each.bytes for each in listed)), 0
    try:
        shutil.rmtree(part, ignore_errors=True)
        for each in listed:
            for size in _write(part / each.name, each.content):
                done += size
                yield min(0.99, done / whole)
        store.access.exported("client", client_id, client_id, reason)
        part.rename(target)
    except OSError as trouble:
        raise Refused(f"“{folder}” cannot be written.", "Choose another folder, or make room.") from trouble
    finally:
        shutil.rmtree(part, ignore_errors=True)
    yield 1.0
    return target


def pack(
    store: Store, client_id: str, target: Path, words: str, reason: str, *, cost: Any = bundle.COST
) -> Generator[float, None, Path]:
    """Write a transfer file for another RunClinic, opened by `words`; progress and refusals as `export`.

    Only tests give a `cost`.
    """
    reason = refuse_to_export(store, client_id, reason)
    file = store.client_file(client_id)
    texts = {
        rows.NAME: rows.write(file),
        rows.SCHEMA_NAME: rows.schema(),
        rows.FHIR_NAME: fhir_bytes(store, file),
    }
    members = [Member(name, len(text), lambda text=text: io.BytesIO(text)) for name, text in texts.items()]
    members += [*_papers(store, file), *_films(store, file)]
    store.access.exported("client", client_id, client_id, reason)
    yield from bundle.pack(target, words, members, cost=cost)
    return target


def _parts(store: Store, file: ClientFile) -> Iterator[_Part]:
    texts: dict[str, bytes] = {
        "README.txt": README.encode(),
        rows.NAME: rows.write(file),
        rows.SCHEMA_NAME: rows.schema(),
        rows.FHIR_NAME: fhir_bytes(store, file),
        **{f"tables/{name}": text for name, text in tables.tables(file).items()},
        **_signed_texts(file),
    }
    for name, text in texts.items():
        yield _Part(name, len(text), text)
    for member in (*_papers(store, file), *_films(store, file)):
        yield _Part(member.name, member.bytes, member)


def _signed_texts(file: ClientFile) -> dict[str, bytes]:
    """The very text that was hashed, and beside it the signature: anyone can prove it without RunClinic."""
    found: dict[str, bytes] = {}
    for visit in file.visits:
        if visit.signed is not None:
            found[f"signed/visit-{visit.number}.json"] = visit.signed.record.encode()
            found[f"signed/visit-{visit.number}.sig"] = visit.signed.signature
    return found


def _papers(store: Store, file: ClientFile) -> Iterator[Member]:
    for visit in file.visits:
        for paper in visit.papers:
            yield Member(
                f"documents/{paper.id}.pdf",
                paper.bytes,
                lambda its_id=paper.id: io.BytesIO(store.documents.read(its_id)),
            )


def _films(store: Store, file: ClientFile) -> Iterator[Member]:
    for film in file.films:
        if film.kept:
            yield Member(
                f"films/{film.id}",
                film.bytes,
                lambda its_id=film.id: cast("BinaryIO", store.films.open(its_id)),
            )


def _write(path: Path, content: bytes | Member) -> Iterator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
        yield len(content)
        return
    with content.opened() as source, path.open("wb") as made:
        while piece := source.read(1024 * 1024):
            made.write(piece)
            yield len(piece)


def _folder_name(file: ClientFile) -> str:
    """Her clinic number and the day: no name on the outside."""
    return f"RunClinic {_plain(file.client.clinic_no)} {file.made_at[:10]}"


def transfer_name(client: Client) -> str:
    """What a transfer file is called, without her name."""
    return f"RunClinic {_plain(client.clinic_no)} {date.today().isoformat()}{bundle.ENDING}"


def _plain(clinic_no: str) -> str:
    return "".join(each for each in clinic_no if each.isalnum() or each in "-_") or "client"


def free(target: Path) -> Path:
    """The same name, or with a number behind it if something of that name is there."""
    found, number = target, 1
    while found.exists():
        number += 1
        found = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return found
