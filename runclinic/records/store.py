"""The unlocked records: all rooms of the vault under one key, until they are locked again."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from runclinic.records import chain
from runclinic.records.access import AccessLog
from runclinic.records.clients import Clients
from runclinic.records.clock import Clock
from runclinic.records.database import Database
from runclinic.records.disk import Lock
from runclinic.records.documents import Documents
from runclinic.records.films import Films
from runclinic.records.keys import Unlocked
from runclinic.records.session import Session
from runclinic.records.settings import Settings
from runclinic.records.therapist import Therapist, everyone, therapist_of
from runclinic.records.visits import Entries, Visits
from runclinic.refused import Refused


class Store:
    """Everything that an unlocked clinic can be asked; `close` locks it."""

    def __init__(self, home: Path, database: Database, keys: Unlocked, lock: Lock, clock: Clock) -> None:
        session = Session(
            home=home,
            database=database,
            therapist=therapist_of(database, keys.slot.id),
            id=secrets.token_hex(8),
            clock=clock,
        )
        self.home = home
        self.therapist: Therapist = session.therapist
        self._session, self._keys, self._lock = session, keys, lock
        self._entries = Entries(session)
        self.access = AccessLog(session)
        self.clients = Clients(session, self.access, lambda: os.urandom(32))
        self.visits = Visits(session, self.access, self._entries)
        self.settings = Settings(self._entries)
        self.films = Films(session, self.access)
        self.documents = Documents(session, self.access)
        self._open = True

    def therapists(self) -> tuple[Therapist, ...]:
        """All who ever worked here: names for the ids in entries."""
        return everyone(self._session.database)

    def verify(self) -> tuple[chain.Fault, ...]:
        """Every entry and audit row that is changed, missing or out of order; empty if all is as written."""
        return chain.faults(self._session.database, self._entries.digest_key)

    def close(self) -> None:
        """Lock: films closed, everything on the disk, keys dropped; a second call does nothing."""
        if not self._open:
            return
        self._open = False
        try:
            self.films.close()
            with suppress(Refused):  # a full disk must not keep the records unlocked
                self.access.closed()
        finally:
            self._session.database.close()
            self._keys.close()
            self._lock.free()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
