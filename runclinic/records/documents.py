"""Papers that were given out: the very PDF, kept encrypted."""

import hashlib
import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from runclinic.records import chain, clients, disk, finding, sealed
from runclinic.records.access import AccessLog
from runclinic.records.clock import stamp
from runclinic.records.database import Row, Value
from runclinic.records.sealed import Sealed
from runclinic.records.session import Session
from runclinic.refused import Refused


@dataclass(frozen=True, slots=True)
class Document:
    """A kept PDF; `anchor_seq` is how long the audit was when it was made."""

    id: str
    client_id: str
    visit_id: str
    kind: str
    name: str
    sha256: str
    bytes: int
    anchor_seq: int
    at: str
    who: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A kept PDF in the list of all: whose it is, of which visit, and who made it."""

    document: Document
    client: str
    visit_number: int
    by: str


@dataclass(frozen=True, slots=True)
class Sought:
    """Which papers: words as typed, one kind, not before a moment; all of them if nothing is given.

    `kinds` are the words by which a kind is known on the screen, so that it can be typed too.
    """

    text: str = ""
    kind: str = ""
    since: datetime | None = None
    kinds: Mapping[str, str] = field(default_factory=dict[str, str])


class Documents:
    """The papers of all visits."""

    def __init__(self, session: Session, access: AccessLog) -> None:
        self._session = session
        self._access = access

    def keep(self, visit_id: str, kind: str, name: str, pdf_bytes: bytes) -> Document:
        """Keep a PDF with its visit, on the disk when this returns; `kind` such as "plan" or "report".

        Refused if the visit is unknown or the disk too full. ValueError for bytes that are no PDF.
        """
        if not pdf_bytes.startswith(b"%PDF-"):
            raise ValueError("only a PDF is kept as a document")
        database, document_id = self._session.database, str(uuid.uuid4())
        visit = database.one("SELECT client_id FROM visit WHERE id = ?", (visit_id,))
        if visit is None:
            raise Refused("This visit is not in the records.", "Choose it from the client's page.")
        target = self._file(document_id)
        self._write(target, pdf_bytes, document_id, visit["client_id"])
        try:
            with database.writing():
                database.insert(
                    "document",
                    {
                        "id": document_id,
                        "client_id": visit["client_id"],
                        "visit_id": visit_id,
                        "kind": kind,
                        "name": name,
                        "sha256": hashlib.sha256(pdf_bytes).digest(),
                        "bytes": len(pdf_bytes),
                        "anchor_seq": chain.head(database, "audit").seq,
                        "at": stamp(self._session.clock()),
                        "who": self._session.therapist.id,
                    },
                )
                self._access.note("document", "document", document_id, visit["client_id"], kind=kind)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return self.get(document_id)

    def get(self, document_id: str) -> Document:
        """A document's row; Refused if there is none of this id."""
        row = self._session.database.one("SELECT * FROM document WHERE id = ?", (document_id,))
        if row is None:
            raise Refused("This document is not in the records.", "Choose it from the visit's page.")
        return _document(row)

    def of(self, visit_id: str) -> tuple[Document, ...]:
        """The papers of a visit, in the order made."""
        rows = self._session.database.rows(
            "SELECT * FROM document WHERE visit_id = ? ORDER BY at, rowid", (visit_id,)
        )
        return tuple(map(_document, rows))

    def listed(self, sought: Sought, limit: int) -> tuple[Listed, ...]:
        """The papers of all clients, newest first, at most `limit`; no PDF is opened for it.

        Each typed word begins a part of her name, number or phone, or of the words of the kind. An erased
        client has no papers any more.
        """
        where, values = _conditions(sought)
        rows = self._session.database.rows(
            "SELECT document.*, client.given_name, client.family_name, visit.number,"  # noqa: S608  our own
            " therapist.display_name FROM document"
            " JOIN client ON client.id = document.client_id JOIN visit ON visit.id = document.visit_id"
            " JOIN therapist ON therapist.id = document.who WHERE document.rowid IN ("  # sorts moments alone
            f"SELECT document.rowid FROM document WHERE {where} ORDER BY at DESC, rowid DESC LIMIT ?"
            ") ORDER BY document.at DESC, document.rowid DESC",
            (*values, limit),
        )
        return tuple(map(_listed, rows))

    def kinds(self) -> tuple[str, ...]:
        """The kinds of which a paper is kept."""
        rows = self._session.database.rows("SELECT DISTINCT kind FROM document ORDER BY kind")
        return tuple(row["kind"] for row in rows)

    def read(self, document_id: str) -> bytes:
        """The PDF as it was kept, which the audit tells; Refused if it is missing, damaged or another."""
        row = self.get(document_id)
        with Sealed(self._file(document_id), self._key(row.client_id), uuid.UUID(document_id).bytes) as kept:
            pdf = kept.read()
        if hashlib.sha256(pdf).hexdigest() != row.sha256:
            raise Refused(
                "This paper is not the one that was given out: its file is damaged or was exchanged.",
                "Restore the last backup in which it is whole.",
            )
        self._access.viewed(row.client_id)
        return pdf

    def protected(self, document_id: str) -> None:
        """Tell the audit that a copy protected by a password was saved; the kept PDF stays as it is."""
        row = self.get(document_id)
        self._access.note("protect", "document", row.id, row.client_id, kind=row.kind)

    def _write(self, target: Path, pdf: bytes, document_id: str, client_id: str) -> None:
        incoming = disk.make_folder(self._session.home / "incoming")
        disk.refuse_little_room(incoming, sealed.sealed_bytes(len(pdf)))
        part = incoming / f"{document_id}.part"
        try:
            sealing = sealed.seal(io.BytesIO(pdf), part, self._key(client_id), uuid.UUID(document_id).bytes)
            for _ in sealing:
                pass
            disk.make_folder(target.parent)
            disk.move(part, target)
        except OSError as trouble:
            part.unlink(missing_ok=True)
            raise Refused(
                "The document was not kept: the disk is full or fails.", "Free some space."
            ) from trouble

    def _file(self, document_id: str) -> Path:
        return self._session.home / "media" / document_id[:2] / f"{document_id}.rcm"

    def _key(self, client_id: str) -> bytes:
        key = clients.key_of(self._session.database, client_id)
        if key is None:
            raise Refused("The records of this client were erased.", "Nothing can be kept or read.")
        return key


def _conditions(sought: Sought) -> tuple[str, list[Value]]:
    """What a paper must be, and the values for it; every word that was typed must be there."""
    said = ["client_id IN (SELECT client_id FROM client_key WHERE key IS NOT NULL)"]
    values: list[Value] = []
    if sought.kind:
        said.append("kind = ?")
        values.append(sought.kind)
    if sought.since is not None:
        said.append("at >= ?")
        values.append(stamp(sought.since))
    typed = finding.typed_words(sought.text)
    if sought.text.strip() and not typed:
        said.append("0")  # signs alone are part of no name
    for word in typed:
        known = [kind for kind, words in sought.kinds.items() if finding.begins(word, words)]
        marks = ", ".join("?" * len(known))
        said.append(
            "(client_id IN (SELECT client.id FROM client_fts CROSS JOIN client"  # noqa: S608  our own
            f" ON client.n = client_fts.rowid WHERE client_fts MATCH ?) OR kind IN ({marks}))"
        )
        values += [finding.query(word), *known]
    return " AND ".join(said), values


def _listed(row: Row) -> Listed:
    """A row of the list of all."""
    name = f"{row['given_name']} {row['family_name']}".strip()
    return Listed(_document(row), name, row["number"], row["display_name"])


def _document(row: Row) -> Document:
    """A row as a document."""
    return Document(
        id=row["id"],
        client_id=row["client_id"],
        visit_id=row["visit_id"],
        kind=row["kind"],
        name=row["name"],
        sha256=row["sha256"].hex(),
        bytes=row["bytes"],
        anchor_seq=row["anchor_seq"],
        at=row["at"],
        who=row["who"],
    )
