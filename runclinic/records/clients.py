"""Clients: rows in, rows out, and how one is found among thousands."""

import uuid
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from runclinic.records import finding
from runclinic.records.access import AccessLog
from runclinic.records.clock import stamp
from runclinic.records.database import Database, Row, Value
from runclinic.records.keys import derive
from runclinic.records.session import Session
from runclinic.refused import Refused
from runclinic.visit.client import Client

_NAMES = tuple(field.name for field in fields(Client))
_COLUMNS = tuple(name for name in _NAMES if name not in {"id", "born"})  # named alike in the table
_FOUND_BY = tuple(name for name in ("given_name", "family_name", "preferred_name") if name in _COLUMNS)
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
_LONGEST = 200
_LONGEST_NOTE = 10_000


def new_key(database: Database, client_id: str, key: bytes, at: str) -> None:
    """The row of a client's own key."""
    database.insert("client_key", {"client_id": client_id, "key": key, "created_at": at})


def key_of(database: Database, client_id: str) -> bytes | None:
    """A client's own key, of which her films' and documents' keys are made; None once destroyed."""
    row = database.one("SELECT key FROM client_key WHERE client_id = ?", (client_id,))
    return row["key"] if row else None


def digest_key(key: bytes) -> bytes:
    """The key of the digests of her entries."""
    return derive(key, b"runclinic/entry/1")


class Clients:
    """The clients of the clinic."""

    def __init__(self, session: Session, access: AccessLog, make_key: Any) -> None:
        self._session = session
        self._access = access
        self._make_key = make_key

    def add(self, client: Client | None = None, **given: Any) -> Client:
        """A new client with an id of her own, and the next clinic number if none was given.

        Fields are those of `Client`. Refused if she has no name, or the clinic number is taken.
        """
        chosen = {**({name: getattr(client, name) for name in _NAMES} if client else {}), **given}
        with self._session.database.writing():
            chosen["clinic_no"] = str(chosen.get("clinic_no") or "").strip() or self._next_number()
            new = _tidy(Client(**{**chosen, "id": str(uuid.uuid4())}))
            self._refuse_taken(new)
            self._insert(new, self._make_key())
        return new

    def take_in(self, client: Client, key: bytes) -> Client:
        """A client of another clinic under her own id; the next clinic number if hers is taken here.

        Marks that turn the direction of writing are taken out of her names: they hide what is read.
        """
        plain = {name: _plain(getattr(client, name)) for name in _NAMES}
        with self._session.database.writing():
            new = _tidy(Client(**plain))
            taken = self._session.database.one("SELECT 1 FROM client WHERE clinic_no = ?", (new.clinic_no,))
            new = replace(new, clinic_no=self._next_number()) if taken or not new.clinic_no else new
            self._insert(new, key)
        return new

    def likely_same(self, client: Client) -> list[Client]:
        """Clients who may be the same person: born the same day with nearly her name, or with her phone."""
        born = client.born.isoformat() if client.born else None
        rows = self._session.database.rows(
            "SELECT * FROM client WHERE archived_at IS NULL AND id <> ? AND (birth_date = ? OR phone <> '')",
            (client.id, born),
        )
        others = map(_client, rows)
        return [other for other in others if finding.likely_same(client, other)]

    def _insert(self, new: Client, key: bytes) -> None:
        now = stamp(self._session.clock())
        self._session.database.insert(
            "client",
            {**_row(new), "created_at": now, "created_by": self._session.therapist.id, "used_at": now},
        )
        new_key(self._session.database, new.id, key, now)
        self._access.note("add", "client", new.id, new.id)

    def get(self, client_id: str) -> Client:
        """A client to look at, which the audit tells; Refused if there is none of this id."""
        found = self._find(client_id)
        self._access.viewed(client_id)
        return found

    def one(self, told: str) -> Client:
        """The client of a clinic number, else the only one of a name; Refused if none, or several."""
        row = self._session.database.one(
            "SELECT * FROM client WHERE clinic_no = ? AND archived_at IS NULL", (told.strip(),)
        )
        found = [_client(row)] if row else self.search(told, limit=5) if told.strip() else []
        if len(found) == 1:
            return self.get(found[0].id)
        if not found:
            raise Refused(f"Nobody is found for “{told}”.", "Give her clinic number.")
        named = ", ".join(f"{each.name} ({each.clinic_no})" for each in found)
        raise Refused(f"“{told}” may be {named}.", "Give her clinic number.")

    def change(self, client: Client) -> Client:
        """Her row as it now is; the audit names the fields. Refused as in `add`."""
        new = _tidy(client)
        with self._session.database.writing():
            former = self._find(new.id)
            changed = [name for name in _NAMES if getattr(former, name) != getattr(new, name)]
            if changed:
                self._refuse_taken(new)
                row = _row(new)
                settings = ", ".join(f"{column} = ?" for column in row)
                self._session.database.run(
                    f"UPDATE client SET {settings}, row_ver = row_ver + 1 WHERE id = ?",  # noqa: S608  our own
                    (*row.values(), new.id),
                )
                self._access.note("change", "client", new.id, new.id, fields=[*changed])
        return new

    def search(self, text: str, limit: int = 50) -> list[Client]:
        """Clients whose name, number or phone starts so, or who were born then; by name.

        Any part of a name counts, accents and case do not; several words must all be there.
        """
        born = finding.dates(text)
        if born:
            marks = ", ".join("?" * len(born))
            return self._list(
                f"WHERE birth_date IN ({marks}) ORDER BY sort LIMIT ?",
                (*(day.isoformat() for day in born), limit),
            )
        sought = finding.query(text)
        if not sought:
            return self.recent(limit) if not text.strip() else []
        return self._list(
            "WHERE n IN (SELECT client.n FROM client_fts CROSS JOIN client ON client.n = client_fts.rowid"
            " WHERE client_fts MATCH ? ORDER BY sort LIMIT ?) ORDER BY sort",  # sorts numbers, not whole rows
            (sought, limit),
        )

    def recent(self, limit: int = 50) -> list[Client]:
        """Clients whose record was worked on last, newest first."""
        return self._list("WHERE archived_at IS NULL ORDER BY used_at DESC, n DESC LIMIT ?", (limit,))

    def count(self) -> int:
        row = self._session.database.one("SELECT count(*) AS n FROM client WHERE archived_at IS NULL")
        return row["n"] if row else 0

    def _list(self, clause: str, values: tuple[Value, ...]) -> list[Client]:
        found = self._session.database.rows(f"SELECT * FROM client {clause}", values)  # noqa: S608  our own
        return [_client(row) for row in found]

    def _find(self, client_id: str) -> Client:
        row = self._session.database.one("SELECT * FROM client WHERE id = ?", (client_id,))
        if row is None:
            raise Refused("This client is not in the records.", "Search for her by name.")
        if key_of(self._session.database, client_id) is None:
            raise Refused("The records of this client were erased.", "Nothing is left to show.")
        return _client(row)

    def _next_number(self) -> str:
        row = self._session.database.one(
            "SELECT max(CAST(clinic_no AS INTEGER)) AS n FROM client WHERE clinic_no NOT GLOB '*[^0-9]*'"
        )
        return f"{(row['n'] if row and row['n'] else 0) + 1:04d}"

    def _refuse_taken(self, client: Client) -> None:
        taken = self._session.database.one(
            "SELECT 1 FROM client WHERE clinic_no = ? AND id <> ?", (client.clinic_no, client.id)
        )
        if taken:
            raise Refused(
                f"The clinic number {client.clinic_no} is taken.", "Choose another, or leave it empty."
            )


def _plain(value: Any) -> Any:
    return "".join(each for each in value if each not in _TURNING) if isinstance(value, str) else value


def _tidy(client: Client) -> Client:
    """Texts without blanks around them; Refused if nobody could find her again."""
    texts = {name: value.strip() for name in _NAMES if isinstance(value := getattr(client, name), str)}
    tidy = replace(client, **texts)
    if not (tidy.given_name or tidy.family_name):
        raise Refused("A client needs a name.", "Fill in her given name or family name.")
    for name, text in texts.items():
        longest = _LONGEST_NOTE if name in {"note", "address"} else _LONGEST
        if len(text) > longest:
            raise Refused(f"A field is longer than {longest} characters.", "Shorten it.")
    if tidy.born is not None and tidy.born.year < 1900:
        raise Refused(f"The birth date {tidy.born.isoformat()} cannot be right.", "Check the year.")
    return tidy


def _row(client: Client) -> Mapping[str, Value]:
    """A client as columns of her row."""
    names = [getattr(client, name) for name in _FOUND_BY]
    return {
        "id": client.id,
        **{column: getattr(client, column) for column in _COLUMNS},
        "birth_date": client.born.isoformat() if client.born else None,
        "find": finding.words(names, client.born, client.phone, client.clinic_no),
        "sort": finding.sort_key(client.family_name, client.given_name),
    }


def _client(row: Row) -> Client:
    """A row as a client."""
    born = row["birth_date"]
    return Client(
        id=row["id"],
        born=date.fromisoformat(born) if born else None,
        **{column: row[column] for column in _COLUMNS},
    )
