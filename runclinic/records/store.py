"""The unlocked records: all rooms of the vault under one key, until they are locked again."""

import os
import secrets
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from runclinic.exports.client_file import ClientFile
from runclinic.records import chain, change_of_key, gathered
from runclinic.records.access import AccessLog
from runclinic.records.amendments import Amendments
from runclinic.records.audit_log import Trail
from runclinic.records.backup import Backups
from runclinic.records.clients import Clients
from runclinic.records.clock import Clock
from runclinic.records.database import Database
from runclinic.records.disk import Lock
from runclinic.records.documents import Documents
from runclinic.records.erasure import Erasure
from runclinic.records.films import Films
from runclinic.records.keys import Locked, Unlocked
from runclinic.records.links import Links
from runclinic.records.people import People
from runclinic.records.received import Received
from runclinic.records.retention import Retention
from runclinic.records.roles import refuse_unless
from runclinic.records.session import Session
from runclinic.records.settings import Settings
from runclinic.records.signing import Signing
from runclinic.records.therapist import Therapist, everyone, therapist_of
from runclinic.records.transfer import Transfer
from runclinic.records.visits import Entries, Visits
from runclinic.refused import Refused

READERS_WRITE = ("audit", "anchor", "backup_log")  # what is told of everyone's work, a reader's too


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
        self.settings = Settings(self._entries, self.access)
        self.films = Films(session, self.access)
        self.documents = Documents(session, self.access)
        self.signing = Signing(session, self.access, self._entries, keys)
        self.amendments = Amendments(session, self.access, self._entries, self.signing, keys)
        self.backups = Backups(session, self.access, self.settings, keys)
        self.trail = Trail(session, self.access)
        self.links = Links(session, self.access)
        self.retention = Retention(session, self.access, self.settings)
        self.erasure = Erasure(session, self.access, self._entries, self.films, self.retention)
        received = Received(session, self.access, self._entries, self.clients, self.signing)
        self.transfer = Transfer(session, self.clients, received)
        self.people = People(session, self.access, self.settings, keys)
        self.notices: tuple[str, ...] = ()  # what she must be told once after unlocking
        self._open = True
        self.read_alone = False
        self._afterwards: Callable[[], None] = lambda: None

    def therapists(self) -> tuple[Therapist, ...]:
        """All who ever worked here: names for the ids in entries."""
        return everyone(self._session.database)

    def client_file(self, client_id: str) -> ClientFile:
        """All that is kept of one client, as plain rows; the audit tells that it was looked at."""
        self.access.viewed(client_id)
        clinic = str(self.settings.get("clinic/name") or "")
        return gathered.gather(self._session, self.films, client_id, clinic)

    def verify(self) -> tuple[chain.Fault, ...]:
        """Every entry and audit row that is changed, missing or out of order; empty if all is as written."""
        return chain.faults(self._session.database, self._entries.digest_key)

    @property
    def is_open(self) -> bool:
        """Whether it can still be asked."""
        return self._open

    def to_read_alone(self, afterwards: Callable[[], None]) -> None:
        """Nothing is recorded from now on but who looked; `afterwards` is called once it is locked."""
        self.read_alone = True
        self._afterwards = afterwards
        self._session.database.read_only(but=READERS_WRITE)

    def close(self) -> None:
        """Lock: films closed, everything on the disk, keys dropped; a second call does nothing."""
        if not self._open:
            return
        try:
            self._shut()
        finally:
            self._keys.close()
            self._lock.free()
            self._afterwards()

    def change_key(self, *, remove: str = "") -> Generator[float]:
        """Another store key, without one therapist if asked; yields its progress and locks the records.

        Refused, or closed at a yield: the key is the old one, she works here still, and all is locked too.
        """
        if remove:
            self.people.refuse_kept(remove)
        refuse_unless(self._session, "owner", to="change the store key")
        if not self._open:
            raise Locked
        try:
            self._shut()
            yield from change_of_key.changing(self._session, self._keys, remove)
        finally:
            self._keys.close()
            self._lock.free()

    def _shut(self) -> None:
        self._open = False
        try:
            self.backups.close()
            self.films.close()
            with suppress(Refused):  # a full disk must not keep the records unlocked
                self.access.closed()
        finally:
            self._session.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
