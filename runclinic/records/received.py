"""Rows out of a transfer file: a client, her visits, their authors; in the transaction of the caller."""

import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from runclinic.exports.client_file import Author, ClientFile, FilmRow, PaperRow, VisitFile
from runclinic.records import amendments, sealed, signing
from runclinic.records.access import AccessLog
from runclinic.records.chain import canonical
from runclinic.records.clients import Clients
from runclinic.records.clock import stamp
from runclinic.records.session import Session
from runclinic.records.signing import Signing
from runclinic.records.visits import Entries
from runclinic.visit.client import Client

if TYPE_CHECKING:
    from runclinic.records.transfer import VisitChange


class Received:
    """Puts what another clinic recorded beside what is here; ids, authors and moments stay theirs."""

    def __init__(
        self, session: Session, access: AccessLog, entries: Entries, clients: Clients, signer: Signing
    ) -> None:
        self._session = session
        self._access = access
        self._entries = entries
        self._clients = clients
        self._signing = signer

    def fresh_key(self) -> bytes:
        """A key for a client who is new here."""
        return os.urandom(32)

    def client(self, client: Client, key: bytes) -> None:
        """A client who is new here, under her own id."""
        self._clients.take_in(client, key)

    def rows(
        self,
        file: ClientFile,
        visits: "Sequence[VisitChange]",
        films: Iterable[FilmRow],
        papers: Iterable[tuple[str, PaperRow]],
    ) -> None:
        """Authors, films, visits with what they bring, papers."""
        for author in file.authors:
            self._author(author)
        coming = {film.id for film in films}
        brought = {film_id for change in visits if change.brings for film_id in change.visit.films}
        for film in file.films:
            if film.id in coming or film.id in brought:
                self._film(file.client.id, film, kept=film.id in coming)
        for change in visits:
            if change.brings:
                self._visit(file.client.id, change)
        for visit_id, paper in papers:
            self._paper(file.client.id, visit_id, paper)

    def job(
        self,
        file: ClientFile,
        visits: "Sequence[VisitChange]",
        sha256: bytes,
        counts: Mapping[str, int],
    ) -> None:
        """That it was taken in, and which signatures came with it."""
        client_id = file.client.id
        session = self._session
        session.database.insert(
            "import_job",
            {
                "id": str(uuid.uuid4()),
                "client_id": client_id,
                "store_id": file.store_id,
                "sha256": sha256,
                "counts": canonical(dict(counts)),
                "who": session.therapist.id,
                "at": stamp(session.clock()),
            },
        )
        signed = {
            each.visit.id: signing.content_hash(each.visit.signed.record).hex()
            for each in visits
            if each.visit.signed and each.what != "apart"
        }
        self._access.note(
            "import",
            "client",
            client_id,
            client_id,
            store=file.store_id,
            counts=dict(counts),
            signed={**signed},
        )

    def _author(self, author: Author) -> None:
        """Someone who never worked here: her name and keys, which prove what she signed and open nothing."""
        database, now = self._session.database, stamp(self._session.clock())
        if database.one("SELECT 1 FROM therapist WHERE id = ?", (author.id,)) is not None:
            return
        database.insert(
            "therapist",
            {
                "id": author.id,
                "display_name": author.display_name,
                "initials": author.initials,
                "role": "reader",
                "registration": author.registration,
                "active": 0,
                "created_at": author.created_at,
                "ended_at": now,
            },
        )
        database.insert(
            "foreign_therapist",
            {"therapist_id": author.id, "store_id": author.store_id, "clinic": author.clinic},
        )
        for key in author.keys:
            database.insert(
                "therapist_key",
                {
                    "id": key.id,
                    "therapist_id": author.id,
                    "x25519_pub": key.x25519_pub,
                    "ed25519_pub": key.ed25519_pub,
                    "valid_from": key.valid_from,
                    "valid_to": key.valid_to or now,
                },
            )

    def _film(self, client_id: str, film: FilmRow, *, kept: bool) -> None:
        """Her film; of one that is kept nowhere any more its row and hash. One of the same bytes serves."""
        database = self._session.database
        digest = bytes.fromhex(film.sha256)
        if database.one(
            "SELECT 1 FROM media WHERE id = ? OR (client_id = ? AND sha256 = ?)", (film.id, client_id, digest)
        ):
            return
        database.insert(
            "media",
            {
                "id": film.id,
                "client_id": client_id,
                "kind": "video",
                "name": film.name,
                "sha256": digest,
                "bytes": film.bytes,
                "stored_bytes": sealed.sealed_bytes(film.bytes) if kept else 0,
                "state": "ready" if kept else "erased",
                "at": film.at,
                "who": film.who,
            },
        )

    def _visit(self, client_id: str, change: "VisitChange") -> None:
        theirs = change.visit
        if change.what == "new":
            self._new_visit(client_id, theirs)
        if change.what != "amended":
            for each in theirs.entries[len(theirs.entries) - change.entries :]:
                self._entries.append(
                    theirs.id, each.key, each.value, each.state, "imported", who=each.who, at=each.at
                )
            self._show_films(theirs)
            if theirs.signed is not None:
                self._signing.put(theirs.id, theirs.signed.record, theirs.signed.signature)
        for each in theirs.amendments[len(theirs.amendments) - change.amendments :]:
            amendments.put(self._session, each.record, signing.content_hash(each.record), each.signature)

    def _new_visit(self, client_id: str, theirs: VisitFile) -> None:
        """Under its own number, or the next one if a visit of hers here has that number."""
        database = self._session.database
        taken = database.rows("SELECT number FROM visit WHERE client_id = ?", (client_id,))
        numbers = {row["number"] for row in taken}
        number = theirs.number if theirs.number not in numbers else max(numbers) + 1
        database.insert(
            "visit",
            {
                "id": theirs.id,
                "client_id": client_id,
                "number": number,
                "date": theirs.date,
                "therapist_id": theirs.therapist_id,
                "started_at": theirs.started_at,
            },
        )

    def _show_films(self, theirs: VisitFile) -> None:
        database = self._session.database
        for film_id in theirs.films:
            if database.one("SELECT 1 FROM media WHERE id = ?", (film_id,)) is not None:
                database.run(
                    "INSERT INTO visit_media (visit_id, media_id, at) VALUES (?, ?, ?)"
                    " ON CONFLICT DO NOTHING",
                    (theirs.id, film_id, theirs.started_at),
                )

    def _paper(self, client_id: str, visit_id: str, paper: PaperRow) -> None:
        names = ("id", "kind", "name", "bytes", "anchor_seq", "at", "who")
        self._session.database.insert(
            "document",
            {
                **{name: getattr(paper, name) for name in names},
                "client_id": client_id,
                "visit_id": visit_id,
                "sha256": bytes.fromhex(paper.sha256),
            },
        )
