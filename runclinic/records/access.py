"""Who opened, saw, made, printed or exported what, and when; chained, so that it can be proven.

Nothing personal stands in a row but random ids: a reason in free words is sealed under her own key, so
that it goes with an erasure while the chain holds.
"""

import base64
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from runclinic.records import chain
from runclinic.records.clock import moment, stamp
from runclinic.records.database import Row
from runclinic.records.keys import derive
from runclinic.records.session import Session
from runclinic.visit.entry import Json

Action: TypeAlias = Literal[
    "create",
    "unlock",
    "failed_unlock",
    "lock",
    "view",
    "add",
    "change",
    "film",
    "document",
    "print",
    "protect",
    "export",
    "import",
    "link",
    "unlink",
    "sign",
    "amend",
    "void",
    "hold",
    "hold_lifted",
    "erase",
    "backup",
    "restore",
    "verify",
    "migrate",
    "salvage",
    "people",
    "settings",
    "clock_back",
]
_VIEW_AGAIN = timedelta(minutes=1)
_BACK = timedelta(minutes=2)
_SEALED, _ABOUT = "sealed", b"reason"


@dataclass(frozen=True, slots=True)
class Access:
    """One thing that one person did; `detail` names fields, never what stands in them."""

    seq: int
    at: str
    actor: str
    action: str
    entity: str
    entity_id: str
    client_id: str
    detail: dict[str, Json]


class AccessLog:
    """The audit: appended with the change that it tells of, in the same transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._viewed: dict[str, datetime] = {}

    def note(
        self, action: Action, entity: str = "", entity_id: str = "", client_id: str = "", **detail: Json
    ) -> None:
        """One row at the end of the chain; before it one that tells if the clock was set back."""
        session = self._session
        with session.database.writing():
            if action != "clock_back":
                self.clock("audit")
            last = chain.head(session.database, "audit")
            row: Row = {
                "seq": last.seq + 1,
                "at": stamp(session.clock()),
                "actor": session.therapist.id,
                "session": session.id,
                "action": action,
                "entity": entity,
                "entity_id": entity_id,
                "client_id": client_id,
                "detail": chain.canonical(detail),
                "prev": last.hash,
            }
            session.database.insert("audit", {**row, "hash": chain.audit_hash(row, last.hash)})

    def viewed(self, client_id: str) -> None:
        """That a client's record was looked at; told once a minute at most."""
        now = self._session.clock()
        last = self._viewed.get(client_id)
        if last is None or abs(now - last) >= _VIEW_AGAIN:
            self.note("view", "client", client_id, client_id)
            self._viewed[client_id] = now

    def printed(self, document_id: str, client_id: str) -> None:
        self.note("print", "document", document_id, client_id)

    def exported(self, entity: str, entity_id: str, client_id: str, reason: str = "") -> None:
        """That something left the vault as a file outside; `reason` as she gave it."""
        self.note("export", entity, entity_id, client_id, **self.sealed(client_id, reason))

    def sealed(self, client_id: str, reason: str) -> dict[str, Json]:
        """A reason in free words as the detail of a row: only her own key opens it."""
        key = self._key(client_id)
        if not reason or key is None:
            return {}
        nonce = os.urandom(12)
        text = nonce + AESGCM(key).encrypt(nonce, reason.encode("utf-8", "surrogatepass"), _ABOUT)
        return {_SEALED: base64.b64encode(text).decode()}

    def clock(self, table: Literal["audit", "entry"]) -> None:
        """Tell if the clock now stands more than two minutes before the last row of a chain."""
        database = self._session.database
        before = database.one(f"SELECT at FROM {table} ORDER BY seq DESC LIMIT 1")  # noqa: S608  our own two
        if before and self._session.clock() < moment(before["at"]) - _BACK:
            self.note("clock_back", last=before["at"])

    def opened(self) -> None:
        """That the records were unlocked, how many entries there were, and whether the clock went back."""
        self._counted("unlock")

    def closed(self) -> None:
        self._counted("lock")

    def of(self, client_id: str, limit: int = 1000) -> tuple[Access, ...]:
        """What was done with a client's record, newest first."""
        found = self._session.database.rows(
            "SELECT * FROM audit WHERE client_id = ? ORDER BY seq DESC LIMIT ?", (client_id, limit)
        )
        return self._all(found)

    def recent(self, limit: int = 1000) -> tuple[Access, ...]:
        """What was done last, newest first."""
        found = self._session.database.rows("SELECT * FROM audit ORDER BY seq DESC LIMIT ?", (limit,))
        return self._all(found)

    def head(self) -> chain.Head:
        """The end of the audit, to print on paper: nobody can then cut rows off unseen."""
        return chain.head(self._session.database, "audit")

    def _counted(self, action: Literal["unlock", "lock"]) -> None:
        entries = chain.head(self._session.database, "entry")
        self.note(action, entries=entries.seq, entries_hash=entries.hash.hex())

    def _all(self, rows: list[Row]) -> tuple[Access, ...]:
        told = {row["client_id"] for row in rows if _SEALED in row["detail"]}
        keys = {client_id: self._key(client_id) for client_id in told}
        return tuple(_access(row, keys.get(row["client_id"])) for row in rows)

    def _key(self, client_id: str) -> bytes | None:
        row = self._session.database.one("SELECT key FROM client_key WHERE client_id = ?", (client_id,))
        return derive(row["key"], b"runclinic/audit/1") if row and row["key"] else None


def _access(row: Row, key: bytes | None) -> Access:
    detail = json.loads(row["detail"])
    sealed = detail.pop(_SEALED, None)
    if sealed is not None and key is not None:
        detail["reason"] = _opened(base64.b64decode(sealed), key)
    return Access(
        seq=row["seq"],
        at=row["at"],
        actor=row["actor"],
        action=row["action"],
        entity=row["entity"],
        entity_id=row["entity_id"],
        client_id=row["client_id"],
        detail=detail,
    )


def _opened(sealed: bytes, key: bytes) -> str:
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], _ABOUT).decode("utf-8", "surrogatepass")
    except InvalidTag:
        return ""
