"""Visits and what was recorded in them: entries appended, on the disk before the next event."""

import json
import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from runclinic.records import chain, clients
from runclinic.records.access import AccessLog
from runclinic.records.clock import stamp
from runclinic.records.database import Database, Row
from runclinic.records.session import Session
from runclinic.refused import Refused
from runclinic.visit.entry import Entry, Json, Source, State

VisitState: TypeAlias = Literal["draft", "signed", "void"]
_WITH_VOID = (  # a signed row is never changed: that it counts no more is an amendment of it
    "SELECT visit.*, EXISTS (SELECT 1 FROM amendment"
    " WHERE amendment.visit_id = visit.id AND amendment.kind = 'void') AS voided FROM visit"
)
_LONGEST_KEY = 200
_LONGEST_VALUE = 1_000_000


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit of one client; `number` counts hers from 1, `started_at` is UTC."""

    id: str
    client_id: str
    number: int
    date: date
    therapist_id: str
    state: VisitState
    started_at: str
    signed_at: str = ""
    signed_by: str = ""


class Entries:
    """The one list of all that was ever recorded; only appended to."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._digest_keys: dict[str | None, bytes | None] = {}

    def append(
        self,
        visit_id: str,
        key: str,
        value: Json,
        state: State,
        source: Source,
        *,
        who: str = "",
        at: str = "",
    ) -> Entry:
        """One more entry at the end, on the disk when this returns; `visit_id` "" for a setting.

        `who` and `at` are given for what was recorded in another clinic. Refused if the visit is signed
        or the disk takes nothing more. ValueError for a value that is not JSON, or a key that is empty or
        longer than 200 characters.
        """
        text = chain.canonical(value)
        if not 0 < len(key) <= _LONGEST_KEY or len(text) > _LONGEST_VALUE:
            raise ValueError(f"no key or value of an entry: {key[:80]!r}, {len(text)} characters")
        database = self._session.database
        with database.writing():
            AccessLog(self._session).clock("entry")
            last = chain.head(database, "entry")
            row: Row = {
                "seq": last.seq + 1,
                "visit_id": visit_id or None,
                "key": key,
                "value": text,
                "state": state,
                "source": source,
                "who": who or self._session.therapist.id,
                "at": at or stamp(self._session.clock()),
            }
            digest_key = self.digest_key(visit_id or None)
            if digest_key is None:
                raise Refused("The records of this client were erased.", "Nothing can be added to them.")
            digest = chain.entry_digest(row, digest_key)
            linked = chain.entry_hash(row["seq"], digest, last.hash)
            database.insert("entry", {**row, "digest": digest, "hash": linked})
        return _entry(row)

    def writing(self) -> AbstractContextManager[None]:
        """One transaction of several writes."""
        return self._session.database.writing()

    def of(self, visit_id: str) -> tuple[Entry, ...]:
        where = "visit_id = ?" if visit_id else "visit_id IS NULL"
        rows = self._session.database.rows(
            f"SELECT * FROM entry WHERE {where} AND state <> 'erased' ORDER BY seq",  # noqa: S608  our own
            (visit_id,) if visit_id else (),
        )
        return tuple(map(_entry, rows))

    def forget_keys(self) -> None:
        """A client was erased: what was remembered of her goes."""
        self._digest_keys.clear()

    def digest_key(self, visit_id: str | None) -> bytes | None:
        """The key of the digests of a visit's entries; None once her key is destroyed."""
        if visit_id not in self._digest_keys:
            self._digest_keys[visit_id] = digest_key_of(self._session.database, visit_id)
        return self._digest_keys[visit_id]


class Visits:
    """The visits of all clients, and their entries."""

    def __init__(self, session: Session, access: AccessLog, entries: Entries) -> None:
        self._session = session
        self._access = access
        self._entries = entries

    def start(self, client_id: str, date: date) -> VisitRow:
        """Her next visit, empty."""
        database, now = self._session.database, stamp(self._session.clock())
        with database.writing():
            if database.one("SELECT 1 FROM client WHERE id = ?", (client_id,)) is None:
                raise Refused("This client is not in the records.", "Search for her by name.")
            last = database.one("SELECT max(number) AS n FROM visit WHERE client_id = ?", (client_id,))
            new = VisitRow(
                id=str(uuid.uuid4()),
                client_id=client_id,
                number=(last["n"] if last and last["n"] else 0) + 1,
                date=date,
                therapist_id=self._session.therapist.id,
                state="draft",
                started_at=now,
            )
            database.insert(
                "visit",
                {
                    "id": new.id,
                    "client_id": client_id,
                    "number": new.number,
                    "date": date.isoformat(),
                    "therapist_id": new.therapist_id,
                    "started_at": now,
                },
            )
            database.run("UPDATE client SET used_at = ? WHERE id = ?", (now, client_id))
            self._access.note("add", "visit", new.id, client_id)
        return new

    def get(self, visit_id: str) -> VisitRow:
        """A visit; Refused if there is none of this id."""
        row = self._session.database.one(f"{_WITH_VOID} WHERE visit.id = ?", (visit_id,))
        if row is None:
            raise Refused("This visit is not in the records.", "Choose it from the client's page.")
        return _visit(row)

    def of(self, client_id: str) -> list[VisitRow]:
        """A client's visits, the first one first."""
        rows = self._session.database.rows(f"{_WITH_VOID} WHERE client_id = ? ORDER BY number", (client_id,))
        return [_visit(row) for row in rows]

    def entries(self, visit_id: str) -> tuple[Entry, ...]:
        """All that was recorded in a visit, then what was amended; the audit tells that it was looked at."""
        self._access.viewed(self.get(visit_id).client_id)
        return (*self._entries.of(visit_id), *amended(self._session.database, visit_id))

    def append(
        self, visit_id: str, key: str, value: Json, state: State = "value", source: Source = "typed"
    ) -> Entry:
        """One more entry, on the disk (synchronous FULL) when this returns; errors as `Entries.append`."""
        if not visit_id:
            raise ValueError("a setting is not an answer of a visit")
        return self._entries.append(visit_id, key, value, state, source)

    def together(self) -> AbstractContextManager[None]:
        """Several answers as one: all of them on the disk when the block ends, or none."""
        return self._entries.writing()

    def history(self, client_id: str, key: str) -> list[tuple[VisitRow, Entry]]:
        """What stands under a key at each of her visits that has it, the first visit first."""
        rows = self._session.database.rows(
            "SELECT max(entry.seq) AS seq FROM entry JOIN visit ON visit.id = visit_id"
            " WHERE entry.key = ? AND client_id = ? GROUP BY visit_id ORDER BY number",
            (key, client_id),
        )
        found: list[tuple[VisitRow, Entry]] = []
        for last in rows:
            row = self._session.database.one("SELECT * FROM entry WHERE seq = ?", (last["seq"],))
            visit = self.get(row["visit_id"]) if row else None
            if row is None or visit is None or visit.state == "void" or row["state"] == "erased":
                continue
            changed = [entry for entry in amended(self._session.database, visit.id) if entry.key == key]
            stands = changed[-1] if changed else _entry(row)
            if stands.state == "value":
                found.append((visit, stands))
        return found

    def trail(self, visit_id: str, key: str) -> tuple[Entry, ...]:
        """Everything that was ever recorded under a key of a visit, in order."""
        rows = self._session.database.rows(
            "SELECT * FROM entry WHERE key = ? AND visit_id = ? AND state <> 'erased' ORDER BY seq",
            (key, visit_id),
        )
        later = [entry for entry in amended(self._session.database, visit_id) if entry.key == key]
        return (*map(_entry, rows), *later)


def amended(database: Database, visit_id: str) -> tuple[Entry, ...]:
    """What was changed after signing, as entries that stand over the signed ones."""
    rows = database.rows(
        "SELECT * FROM amendment WHERE visit_id = ? AND kind = 'change' ORDER BY n", (visit_id,)
    )
    return tuple(_amended(row) for row in rows)


def _amended(row: Row) -> Entry:
    told = json.loads(row["record"])
    new = told["new"]
    return Entry(
        visit=row["visit_id"],
        key=told["key"],
        value=new,
        who=row["who"],
        when=row["at"],
        state="cleared" if new is None else "value",
    )


def digest_key_of(database: Database, visit_id: str | None) -> bytes | None:
    """The key of the digests of a visit's entries (None: of settings); None once it is destroyed."""
    if visit_id is None:
        row = database.one("SELECT value FROM meta WHERE key = 'settings_key'")
        return bytes.fromhex(row["value"]) if row else None
    visit = database.one("SELECT client_id FROM visit WHERE id = ?", (visit_id,))
    if visit is None:
        raise Refused("This visit is not in the records.", "Choose it from the client's page.")
    key = clients.key_of(database, visit["client_id"])
    return clients.digest_key(key) if key else None


def _visit(row: Row) -> VisitRow:
    """A row as a visit."""
    return VisitRow(
        id=row["id"],
        client_id=row["client_id"],
        number=row["number"],
        date=date.fromisoformat(row["date"]),
        therapist_id=row["therapist_id"],
        state="void" if row["voided"] else row["state"],
        started_at=row["started_at"],
        signed_at=row["signed_at"] or "",
        signed_by=row["signed_by"] or "",
    )


def _entry(row: Row) -> Entry:
    """A row as an entry."""
    return Entry(
        visit=row["visit_id"] or "",
        key=row["key"],
        value=json.loads(row["value"]),
        who=row["who"],
        when=row["at"],
        state=row["state"],
        source=row["source"],
    )
