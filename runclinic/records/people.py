"""Who can unlock: passwords changed, therapists added and removed, roles, the recovery key.

The key file and the records change one after the other, in an order in which a program killed between
the two leaves one that works; what it left is put right at the next unlocking (`agreed`).
"""

import threading
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from runclinic.records import backoff, keys, passwords, recovery
from runclinic.records.access import AccessLog
from runclinic.records.clock import stamp
from runclinic.records.database import Database
from runclinic.records.keys import FLOOR, Cost, KeyFile, Newcomer, Role, Slot, Unlocked
from runclinic.records.roles import refuse_unless
from runclinic.records.session import Session
from runclinic.records.settings import Settings
from runclinic.records.therapist import (
    Therapist,
    add_key,
    add_therapist,
    end_other_keys,
    end_therapist,
    everyone,
    has_other_keys,
    keep_recovery,
    refuse_foreign_key,
    therapist_of,
)
from runclinic.records.wiping import fleeting
from runclinic.refused import Refused

CONFIRMED = "people/recovery_confirmed"
"""The setting that holds the id of the recovery slot whose sheet was typed back."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who works here now; `has_key` is false if her slot is lost: a new password gives her one."""

    id: str
    display_name: str
    initials: str
    role: Role
    since: str
    has_key: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of the recovery key: since when there is one, and whether it was typed back."""

    made_at: str
    confirmed: bool


class People:
    """The people of an unlocked clinic and their keys."""

    def __init__(self, session: Session, access: AccessLog, settings: Settings, unlocked: Unlocked) -> None:
        self._session, self._access, self._settings, self._keys = session, access, settings, unlocked
        self._turn = threading.Lock()  # the key file is read, changed and written by one at a time

    # -- who is there

    def all(self) -> tuple[Person, ...]:
        """Who works here now, by name."""
        held = {slot.id for slot in self._file().therapists()}
        foreign = self._session.database.rows("SELECT therapist_id FROM foreign_therapist")
        elsewhere = {row["therapist_id"] for row in foreign}
        return tuple(
            Person(each.id, each.display_name, each.initials, each.role, each.created_at, each.id in held)
            for each in everyone(self._session.database)
            if each.active and each.id not in elsewhere
        )

    def sheet(self) -> Sheet | None:
        """The recovery key; None while there is none."""
        slot = self._file().recovery()
        if slot is None:
            return None
        return Sheet(slot.created_at, self._settings.get(CONFIRMED) == slot.id)

    def sheet_is_owed(self) -> bool:
        """Whether a recovery sheet was begun by an owner and never proven to be readable."""
        sheet = self.sheet()
        return sheet is not None and not sheet.confirmed and self._session.therapist.role == "owner"

    @property
    def store_short_id(self) -> str:
        """What stands on this clinic's sheets and backups."""
        return recovery.short_id(self._file().store_id)

    # -- one's own password

    def change_password(self, old: str, new: str, *, floor: Cost = FLOOR) -> None:
        """Another password for who works now; her keys stay. Old copies still open with the old one.

        Refused if the old one is wrong (which counts as a wrong password at the door) or the new one weak.
        Only tests give a `floor`.
        """
        session, me = self._session, self._session.therapist
        now = session.clock()
        self._refuse_weak(new, me.display_name)
        if old == new:
            raise Refused("The new password is the old one.", "Choose another.")
        with self._writing() as write:
            file = self._file()
            backoff.refuse_too_soon(session.home, me.id, now)
            try:
                slot = keys.rewrapped(file, me.id, old, new, floor)
            except keys.WrongPassword:
                backoff.failed(session.home, me.id, now)
                raise
            backoff.forget(session.home, me.id)
            write(file.with_slot(slot))
        self._access.note("people", "therapist", me.id, what="password changed")

    # -- the owner's

    def add(
        self, display_name: str, initials: str, role: Role, password: str, *, cost: Cost | None = None
    ) -> Person:
        """A new therapist with a password of her own. Only tests give a `cost`."""
        refuse_unless(self._session, "owner", to="add a therapist")
        name, initials = display_name.strip(), initials.strip()
        if not name or not initials:
            raise Refused("Her name and initials are needed.", "They stand beside all that she records.")
        if any(each.display_name.casefold() == name.casefold() for each in self.all()):
            raise Refused(f"“{name}” works here already.", "Add a letter that tells the two apart.")
        self._refuse_weak(password, name)
        now = stamp(self._session.clock())
        with self._writing() as write:
            newcomer = Newcomer(str(uuid.uuid4()), name, role, now)
            slot = self._new_slot(newcomer, password, cost)
            with self._session.database.writing():
                add_therapist(self._session.database, slot, initials, str(uuid.uuid4()))
                self._note(slot.id, "added", role=role)
            write(self._file().with_slot(slot))
        return self._person(slot.id)

    def reset_password(self, therapist_id: str, password: str, *, cost: Cost | None = None) -> None:
        """A new password and new keys for someone who forgot hers; what she signed still verifies."""
        refuse_unless(self._session, "owner", to="give someone a new password")
        her = self._active(therapist_id)
        if her.id == self._session.therapist.id:
            raise Refused("This is your own password.", "Change it with the old one.")
        self._refuse_weak(password, her.display_name)
        with self._writing() as write:
            slot = self._new_slot(_newcomer(her), password, cost)
            new_keys(self._session, slot, lambda: write(self._file().with_slot(slot)))
            backoff.forget(self._session.home, her.id)
        self._note(her.id, "new password")

    def change_role(self, therapist_id: str, role: Role) -> None:
        """What she may do from her next unlocking on."""
        refuse_unless(self._session, "owner", to="change a role")
        her = self._active(therapist_id)
        if role == her.role:
            return
        if her.role == "owner":
            self._refuse_last_owner(her)
        with self._writing() as write:
            with self._session.database.writing():
                self._session.database.run("UPDATE therapist SET role = ? WHERE id = ?", (role, her.id))
                self._note(her.id, "role", role=role)
            write(_with_role(self._file(), her.id, role))

    def remove(self, therapist_id: str) -> None:
        """She cannot unlock any more; what she recorded stays. The store key stays the same.

        Whoever has a copy of the files from before, and her password, still opens that copy and the present
        files with an old key file: `runclinic.records.change_of_key` closes that.
        """
        her = self.refuse_kept(therapist_id)
        with self._writing() as write:
            with self._session.database.writing():
                end_therapist(self._session.database, her.id, stamp(self._session.clock()))
                self._note(her.id, "removed")
            write(self._file().without(her.id))
        backoff.forget(self._session.home, her.id)

    def refuse_kept(self, therapist_id: str) -> Therapist:
        """Whom an owner may remove; Refused for herself and for the last owner."""
        refuse_unless(self._session, "owner", to="remove someone")
        her = self._active(therapist_id)
        if her.id == self._session.therapist.id:
            raise Refused("Nobody removes herself.", "Another owner can do it.")
        if her.role == "owner":
            self._refuse_last_owner(her)
        return her

    # -- the recovery key

    def new_recovery_key(self) -> str:
        """A new recovery key as it stands on its sheet; an earlier one opens nothing any more.

        It is nowhere but in what is returned: print it at once, then `confirm_recovery`.
        """
        refuse_unless(self._session, "owner", to="make a recovery key")
        secret = recovery.new_secret()
        with fleeting(secret), self._writing() as write:
            file = self._file()
            with self._keys.lent() as store_key:
                slot = recovery.new_slot(file.store_id, store_key, secret, stamp(self._session.clock()))
            former = file.recovery()
            with self._session.database.writing():
                keep_recovery(self._session.database, slot)
                self._access.note("people", "recovery", slot.id, what="recovery key made")
            write((file if former is None else file.without(former.id)).with_slot(slot))
            return recovery.written(secret)

    def confirm_recovery(self) -> None:
        """Two groups of the sheet were typed back: it can be read."""
        slot = self._file().recovery()
        if slot is not None:
            self._settings.set(CONFIRMED, slot.id)

    # -- within

    def _file(self) -> KeyFile:
        file = keys.read(self._session.home / keys.NAME)
        keys.refuse_forged(file, self._keys)
        return file

    @contextmanager
    def _writing(self) -> Generator[Callable[[KeyFile], None]]:
        with self._turn:
            yield lambda file: _write(self._session.home, file, self._keys)

    def _new_slot(self, newcomer: Newcomer, password: str, cost: Cost | None) -> Slot:
        with self._keys.lent() as store_key:
            made, _ = keys.new_slot(
                self._file().store_id, store_key, newcomer, password, cost or keys.affordable()
            )
        return made

    def _refuse_weak(self, password: str, name: str) -> None:
        passwords.refuse_weak(password, (name, str(self._settings.get("clinic/name") or "")))

    def _active(self, therapist_id: str) -> Therapist:
        her = therapist_of(self._session.database, therapist_id)
        if not her.active:
            raise Refused(f"{her.display_name} does not work here any more.", "Add her again.")
        return her

    def _person(self, therapist_id: str) -> Person:
        return next(each for each in self.all() if each.id == therapist_id)

    def _refuse_last_owner(self, her: Therapist) -> None:
        owners = [each for each in self.all() if each.role == "owner" and each.has_key]
        if [each.id for each in owners] == [her.id]:
            raise Refused(
                f"{her.display_name} is the only owner; someone must be.", "Make another owner first."
            )

    def _note(self, therapist_id: str, what: str, **detail: str) -> None:
        self._access.note("people", "therapist", therapist_id, what=what, **detail)


def new_keys(session: Session, slot: Slot, put_in_place: Callable[[], None]) -> None:
    """Her new slot in the records and in the key file, in an order that leaves one that opens.

    Both pairs of keys count until the key file holds the new one; then only the new one.
    """
    now = stamp(session.clock())
    with session.database.writing():
        add_key(session.database, slot, now)
    put_in_place()
    with session.database.writing():
        end_other_keys(session.database, slot, now)


def agreed(home: Path, database: Database, file: KeyFile, unlocked: Unlocked, now: str) -> KeyFile:
    """The key file and the records in agreement again, after a program was killed between the two.

    The records say who works here in which role; the key file says which of her keys counts.
    """
    known = {each.id: each for each in everyone(database)}
    kept = [slot for slot in file.slots if slot.id not in known or known[slot.id].active]
    slots = tuple(
        msgspec.structs.replace(slot, role=known[slot.id].role, display_name=known[slot.id].display_name)
        if slot.id in known
        else slot
        for slot in kept
    )
    if slots != file.slots:
        file = msgspec.structs.replace(file, slots=slots)
        _write(home, file, unlocked)
    behind = [slot for slot in file.therapists() if _holds(database, slot) and has_other_keys(database, slot)]
    if behind:
        with database.writing():
            for slot in behind:
                end_other_keys(database, slot, now)
    return file


def _holds(database: Database, slot: Slot) -> bool:
    try:
        refuse_foreign_key(database, slot)
    except Refused:
        return False
    return True


def _write(home: Path, file: KeyFile, unlocked: Unlocked) -> None:
    try:
        with fleeting(unlocked.key_file) as key:
            keys.write(home / keys.NAME, file, key)
    except OSError as trouble:
        raise Refused(
            "The key file cannot be written; nothing was changed in it.",
            "Check the space on this disk and who may write to it.",
        ) from trouble


def _newcomer(her: Therapist) -> Newcomer:
    return Newcomer(her.id, her.display_name, her.role, her.created_at)


def _with_role(file: KeyFile, therapist_id: str, role: Role) -> KeyFile:
    return file.with_slot(msgspec.structs.replace(file.slot(therapist_id), role=role))
