"""Who opened, saw, made, printed or exported what, and when; chained, so that it can be proven."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from runclinic.records import chain
from runclinic.records.clock import moment, stamp
from runclinic.records.database import Row
from runclinic.records.session import Session
from runclinic.visit.entry import Json

Action: TypeAlias = Literal[
    "create", "unlock", "lock", "view", "add", "change", "film", "document", "print", "export", "clock_back"
]
_VIEW_AGAIN = timedelta(minutes=1)
_BACK = timedelta(minutes=2)


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
        """One row at the end of the chain."""
        session = self._session
        with session.database.writing():
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
        self.note("export", entity, entity_id, client_id, reason=reason)

    def opened(self) -> None:
        """That the records were unlocked, how many entries there were, and whether the clock went back."""
        before = self._session.database.one("SELECT at FROM audit ORDER BY seq DESC LIMIT 1")
        if before and self._session.clock() < moment(before["at"]) - _BACK:
            self.note("clock_back", last=before["at"])
        self._counted("unlock")

    def closed(self) -> None:
        self._counted("lock")

    def of(self, client_id: str, limit: int = 1000) -> tuple[Access, ...]:
        """What was done with a client's record, newest first."""
        found = self._session.database.rows(
            "SELECT * FROM audit WHERE client_id = ? ORDER BY seq DESC LIMIT ?", (client_id, limit)
        )
        return tuple(map(_access, found))

    def recent(self, limit: int = 1000) -> tuple[Access, ...]:
        """What was done last, newest first."""
        found = self._session.database.rows("SELECT * FROM audit ORDER BY seq DESC LIMIT ?", (limit,))
        return tuple(map(_access, found))

    def head(self) -> chain.Head:
        """The end of the audit, to print on paper: nobody can then cut rows off unseen."""
        return chain.head(self._session.database, "audit")

    def _counted(self, action: Literal["unlock", "lock"]) -> None:
        entries = chain.head(self._session.database, "entry")
        self.note(action, entries=entries.seq, entries_hash=entries.hash.hex())


def _access(row: Row) -> Access:
    return Access(
        seq=row["seq"],
        at=row["at"],
        actor=row["actor"],
        action=row["action"],
        entity=row["entity"],
        entity_id=row["entity_id"],
        client_id=row["client_id"],
        detail=json.loads(row["detail"]),
    )
