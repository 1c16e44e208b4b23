"""A client from another RunClinic: examined, shown as a difference, and taken in only when accepted."""

import hashlib
import uuid
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from runclinic.exports import client_file
from runclinic.exports.client_file import ClientFile, EntryRow, FilmRow, PaperRow, Signature, VisitFile
from runclinic.records import bundle, clients, disk, sealed, signing
from runclinic.records.bundle import Bundle
from runclinic.records.chain import canonical
from runclinic.records.clients import Clients
from runclinic.records.database import Database
from runclinic.records.gathered import visit_file
from runclinic.records.keys import Cost
from runclinic.records.received import Received
from runclinic.records.roles import refuse_unless
from runclinic.records.session import Session
from runclinic.refused import Refused
from runclinic.visit.client import Client

Shape = TypeVar("Shape", bound=msgspec.Struct)
What = Literal["new", "more", "signed", "amended", "same", "apart"]


@dataclass(frozen=True, slots=True)
class VisitChange:
    """What a file brings to one visit; `entries` and `amendments` count what is not here yet.

    "apart": both clinics went on with it, so that it is not taken in.
    """

    visit: VisitFile
    what: What
    entries: int = 0
    amendments: int = 0

    @property
    def brings(self) -> bool:
        return self.what not in {"same", "apart"}


@dataclass(frozen=True, slots=True)
class Difference:
    """What taking a file in would change; nothing of it is written yet."""

    client: Client
    clinic: str
    known: bool
    visits: tuple[VisitChange, ...]
    films: tuple[FilmRow, ...]
    papers: tuple[tuple[str, PaperRow], ...]
    authors: tuple[str, ...]
    fields: tuple[str, ...]
    likely_same: tuple[Client, ...]

    @property
    def empty(self) -> bool:
        """Whether all of it is here already."""
        return self.known and not (self.films or self.papers or any(each.brings for each in self.visits))

    def counts(self) -> dict[str, int]:
        """How much would be taken in."""
        return {
            "clients": int(not self.known),
            "visits": sum(each.what == "new" for each in self.visits),
            "entries": sum(each.entries for each in self.visits if each.brings),
            "amendments": sum(each.amendments for each in self.visits if each.brings),
            "films": len(self.films),
            "papers": len(self.papers),
        }

    def lines(self) -> list[str]:
        """The same in sentences."""
        if self.empty:
            return ["Everything in this file is here already. Nothing would change."]
        said = [f"{'Known here' if self.known else 'New here'}: {self.client.name}, from {self.clinic}."]
        said += [_said(each) for each in self.visits if each.what != "same"]
        if self.films:
            said.append(f"Films: {len(self.films)} to be taken in.")
        if self.papers:
            said.append(f"Documents: {len(self.papers)} to be taken in.")
        if self.fields:
            said.append(f"Her details here are kept; in the file these differ: {', '.join(self.fields)}.")
        if self.authors:
            said.append(f"Recorded by people who do not work here: {', '.join(self.authors)}.")
        said += [f"May be the same person as {each.name}, {each.clinic_no}." for each in self.likely_same]
        return said


def _said(change: VisitChange) -> str:
    visit = f"Visit of {change.visit.date}"
    if change.what == "apart":
        return f"{visit}: both clinics went on with it. It is not taken in."
    words = {"new": "new", "more": "goes on", "signed": "signed meanwhile", "amended": "amended meanwhile"}
    counted = [
        f"{n} {one if n == 1 else many}"
        for n, one, many in (
            (change.entries, "entry", "entries"),
            (change.amendments, "amendment", "amendments"),
        )
        if n
    ]
    return f"{visit}: {words[change.what]}{', ' if counted else ''}{', '.join(counted)}."


@dataclass(frozen=True, slots=True)
class Arrival:
    """A transfer file that was examined; close it when it is done with."""

    bundle: Bundle
    file: ClientFile
    difference: Difference
    sha256: bytes

    def close(self) -> None:
        self.bundle.close()


class Transfer:
    """Takes clients of other clinics in."""

    def __init__(self, session: Session, clients_of: Clients, received: Received) -> None:
        self._session = session
        self._clients = clients_of
        self._received = received

    def examine(self, path: Path, words: str, *, cost: Cost = bundle.COST) -> Arrival:
        """Open a transfer file and tell what it would change; nothing is written.

        Refused as `bundle.open_bundle`; for a file that is no client of RunClinic; a signature that does
        not hold; a client who was erased here; or a visit of another client. Only tests give a `cost`.
        """
        refuse_unless(self._session, "therapist", "owner", to="take in a transfer file")
        opened = bundle.open_bundle(path, words, cost=cost)
        try:
            file = client_file.read(opened.text(client_file.NAME))
            _refuse_untrue(self._session.database, file)
            return Arrival(opened, file, self._difference(file, opened), _sha256(path))
        except BaseException:
            opened.close()
            raise

    def _difference(self, file: ClientFile, opened: Bundle) -> Difference:
        database, her = self._session.database, _client(file)
        row = database.one("SELECT key FROM client_key WHERE client_id = ?", (her.id,))
        if row is not None and row["key"] is None:
            raise Refused("The records of this client were erased here.", "They are not taken in again.")
        known = row is not None
        visits = tuple(_change(database, her.id, visit) for visit in file.visits)
        taken = {each.visit.id for each in visits if each.what != "apart"}
        shown = {film for visit in file.visits if visit.id in taken for film in visit.films}
        here = {each["id"] for each in database.rows("SELECT id FROM media UNION SELECT id FROM document")}
        hers = database.rows("SELECT sha256 FROM media WHERE client_id = ?", (her.id,))
        here |= {each["sha256"].hex() for each in hers}
        films = (film for film in file.films if not {film.id, film.sha256} & here and film.id in shown)
        return Difference(
            client=her,
            clinic=file.clinic,
            known=known,
            visits=visits,
            films=tuple(film for film in films if film.kept and opened.has(f"films/{film.id}")),
            papers=tuple(
                (visit.id, paper)
                for visit in file.visits
                if visit.id in taken
                for paper in visit.papers
                if paper.id not in here and opened.has(f"documents/{paper.id}.pdf")
            ),
            authors=tuple(each.display_name for each in file.authors if not _works_here(database, each.id)),
            fields=tuple(_other_fields(self._clients.get(her.id), her)) if known else (),
            likely_same=() if known else tuple(self._clients.likely_same(her)),
        )

    def accept(self, arrival: Arrival) -> Generator[float, None, str]:
        """Take in what `difference` told; yields progress 0..1, returns the client's id.

        Files are sealed first, then all rows are written in one transaction. Failed or closed at a yield,
        nothing is there. A file of which all is here already changes nothing at all.
        """
        told, file = arrival.difference, arrival.file
        if told.empty:
            yield 1.0
            return told.client.id
        parts: list[tuple[Path, Path]] = []
        database = self._session.database
        key = clients.key_of(database, told.client.id) or self._received.fresh_key()
        try:
            yield from self._sealed(arrival, key, parts)
            with database.writing():
                if not told.known:
                    self._received.client(told.client, key)
                self._received.rows(file, told.visits, told.films, told.papers)
                self._received.job(file, told.visits, arrival.sha256, told.counts())
                for part, target in parts:
                    disk.make_folder(target.parent)
                    disk.move(part, target)
        except BaseException:
            for part, target in parts:  # none of these ids had a file here before
                part.unlink(missing_ok=True)
                target.unlink(missing_ok=True)
            raise
        yield 1.0
        return told.client.id

    def _sealed(self, arrival: Arrival, key: bytes, parts: list[tuple[Path, Path]]) -> Generator[float]:
        """Every file that is new, sealed under her key here; Refused if one is not what its row says."""
        told = arrival.difference
        files = [(film.id, f"films/{film.id}", film.sha256, film.bytes) for film in told.films]
        files += [(p.id, f"documents/{p.id}.pdf", p.sha256, p.bytes) for _, p in told.papers]
        whole, done = max(1, sum(size for *_, size in files)), 0
        incoming = disk.make_folder(self._session.home / "incoming")
        disk.refuse_little_room(incoming, whole)
        for its_id, name, digest, size in files:
            part = incoming / f"{uuid.uuid4()}.part"
            parts.append((part, self._session.home / "media" / its_id[:2] / f"{its_id}.rcm"))
            if arrival.bundle.size(name) != size:
                raise _untrue("a file in it is not as long as it says")
            with arrival.bundle.open(name) as source:
                found = yield from _counted(
                    sealed.seal(source, part, key, uuid.UUID(its_id).bytes), done / whole, size / whole, size
                )
            if found.hex() != digest:
                raise _untrue("a file in it is not the one that was recorded")
            done += size


def _counted(
    work: Generator[int, None, tuple[bytes, int]], start: float, share: float, whole: int
) -> Generator[float, None, bytes]:
    try:
        while True:
            yield start + share * min(1.0, next(work) / max(1, whole))
    except StopIteration as finished:
        return finished.value[0]
    finally:
        work.close()


def _sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _client(file: ClientFile) -> Client:
    her = file.client
    told = {name: getattr(her, name) for name in her.__struct_fields__ if name != "born"}
    try:
        born = date.fromisoformat(her.born) if her.born else None
    except ValueError as wrong:
        raise _untrue("her date of birth is no date") from wrong
    return replace(Client(**told), born=born)


def _works_here(database: Database, therapist_id: str) -> bool:
    foreign = database.one("SELECT 1 FROM foreign_therapist WHERE therapist_id = ?", (therapist_id,))
    known = database.one("SELECT 1 FROM therapist WHERE id = ?", (therapist_id,))
    return known is not None and foreign is None


def _other_fields(here: Client, there: Client) -> Iterator[str]:
    for name in ("given_name", "family_name", "born", "phone", "email", "address", "height_m", "mass_kg"):
        if getattr(here, name) != getattr(there, name):
            yield name.replace("_", " ")


def _alike(one: EntryRow, other: EntryRow) -> bool:
    return (one.key, one.state, one.who, one.at) == (
        other.key,
        other.state,
        other.who,
        other.at,
    ) and canonical(one.value) == canonical(other.value)


def _starts(longer: tuple[EntryRow, ...], shorter: tuple[EntryRow, ...]) -> bool:
    return len(shorter) <= len(longer) and all(map(_alike, longer, shorter))


def _change(database: Database, client_id: str, theirs: VisitFile) -> VisitChange:
    """What a visit brings, beside the one of the same id that is here."""
    row = database.one("SELECT client_id FROM visit WHERE id = ?", (theirs.id,))
    ours = visit_file(database, theirs.id)
    if row is None or ours is None:
        return VisitChange(theirs, "new", len(theirs.entries), len(theirs.amendments))
    if row["client_id"] != client_id:
        raise _untrue("a visit in it belongs to another client here")
    if ours.signed is not None:
        return _beside_signed(ours, theirs)
    if _starts(ours.entries, theirs.entries) and theirs.signed is None:
        return VisitChange(theirs, "same")
    if not _starts(theirs.entries, ours.entries):
        return VisitChange(theirs, "apart")
    more = len(theirs.entries) - len(ours.entries)
    return VisitChange(theirs, "signed" if theirs.signed else "more", more, len(theirs.amendments))


def _beside_signed(ours: VisitFile, theirs: VisitFile) -> VisitChange:
    if theirs.signed is None:
        return VisitChange(theirs, "same" if _starts(ours.entries, theirs.entries) else "apart")
    if theirs.signed != ours.signed:
        return VisitChange(theirs, "apart")
    mine, hers = ours.amendments, theirs.amendments
    if mine[: len(hers)] == hers:
        return VisitChange(theirs, "same")
    if hers[: len(mine)] != mine:
        return VisitChange(theirs, "apart")
    return VisitChange(theirs, "amended", 0, len(hers) - len(mine))


# -- what a file says of itself must be true


class _By(msgspec.Struct, frozen=True):
    by: str
    at: str
    key: str


class _RecordShape(msgspec.Struct, frozen=True):
    format: Literal["rc-visit-1"]
    visit: dict[str, str]
    entries: tuple[dict[str, object], ...]
    computed: dict[str, object]
    media: tuple[dict[str, object], ...]
    documents: tuple[dict[str, object], ...]
    signed: _By


class _AmendmentShape(msgspec.Struct, frozen=True):
    format: Literal["rc-amendment-1"]
    id: client_file.Id
    visit_id: client_file.Id
    n: int
    kind: Literal["change", "void"]
    key: str
    old: object
    new: object
    reason: str
    who: client_file.Id
    at: client_file.Moment
    key_id: client_file.Id
    before: client_file.Hex32


def _refuse_untrue(database: Database, file: ClientFile) -> None:
    """Refused if a name is given twice, an author is missing, or a signature does not hold."""
    ids = [file.client.id, *(each.id for each in file.visits), *(each.id for each in file.films)]
    ids += [paper.id for visit in file.visits for paper in visit.papers]
    if len(set(ids)) != len(ids):
        raise _untrue("two things in it have one id")
    if len({visit.number for visit in file.visits}) != len(file.visits):
        raise _untrue("two visits in it have one number")
    authors = {each.id for each in file.authors}
    for visit in file.visits:
        named = {visit.therapist_id, *(each.who for each in visit.entries), *(p.who for p in visit.papers)}
        if not named <= authors:
            raise _untrue("it does not say who recorded something")
        if not set(visit.films) <= {film.id for film in file.films}:
            raise _untrue("a visit in it shows a film that is not there")
        _refuse_no_date(visit.date)
        _refuse_wrong_signatures(database, file, visit)


def _refuse_no_date(day: str) -> None:
    try:
        date.fromisoformat(day)
    except ValueError as wrong:
        raise _untrue("the date of a visit is no date") from wrong


def _refuse_wrong_signatures(database: Database, file: ClientFile, visit: VisitFile) -> None:
    if visit.signed is None:
        if visit.amendments:
            raise _untrue("a visit in it was amended and not signed")
        return
    record = _shaped(visit.signed, _RecordShape)
    before = signing.content_hash(visit.signed.record)
    _refuse_wrong(database, file, record.signed.by, record.signed.key, (before, visit.signed.signature))
    about = {"id": visit.id, "client_id": file.client.id, "date": visit.date, "started_at": visit.started_at}
    if any(record.visit.get(name) != value for name, value in about.items()):
        raise _untrue("a signed record in it is that of another visit")
    told = [[each.get("key"), each.get("value"), each.get("who"), each.get("at")] for each in record.entries]
    if canonical(told) != canonical(signing.fixed(_standing(visit))):
        raise _untrue("the answers of a visit in it are not those that were signed")
    for n, each in enumerate(visit.amendments, 1):
        amendment = _shaped(each, _AmendmentShape)
        if (amendment.n, amendment.visit_id, amendment.before) != (n, visit.id, before.hex()):
            raise _untrue("an amendment in it does not follow the one before")
        before = signing.content_hash(each.record)
        _refuse_wrong(database, file, amendment.who, amendment.key_id, (before, each.signature))


def _shaped(its: Signature, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(its.record, type=shape)
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise _untrue("a signed record in it is not one of RunClinic") from wrong


def _standing(visit: VisitFile) -> list[list[object]]:
    last = {each.key: each for each in visit.entries}
    stands = sorted((each for each in last.values() if each.state == "value"), key=lambda each: each.key)
    return [[each.key, each.value, each.who, each.at] for each in stands]


def _refuse_wrong(
    database: Database, file: ClientFile, who: str, key_id: str, signed: tuple[bytes, bytes]
) -> None:
    """A key that is known here is the one that counts, whatever the file says of it."""
    author = file.author(who)
    told = next((key.ed25519_pub for key in (author.keys if author else ()) if key.id == key_id), None)
    row = database.one("SELECT therapist_id, ed25519_pub FROM therapist_key WHERE id = ?", (key_id,))
    if told is None or (row is not None and (row["therapist_id"], row["ed25519_pub"]) != (who, told)):
        raise _untrue("the key of a signature in it is not that of its author")
    message, signature = signed
    try:
        Ed25519PublicKey.from_public_bytes(told).verify(signature, message)
    except (InvalidSignature, ValueError) as wrong:
        raise _untrue("a signature in it does not hold") from wrong


def _untrue(why: str) -> Refused:
    return Refused(f"The transfer file was not taken in: {why}.", "Ask who sent it; nothing was changed.")
