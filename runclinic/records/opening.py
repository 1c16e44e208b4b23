"""The data folder: made at first start, opened with a password, mended after a crash.

runclinic.db (-wal, -shm)   the encrypted database
keys.json, keys.prev.json   who can open it (keys.py)
store.lock                  one program at a time
media/ incoming/            encrypted films and papers; half-made ones
aside/                      the files as they were found after a crash
creating/                   a clinic that is being made: both files lie there until they are whole
backups/ log/               copies; what broke, without names or answers
"""

import secrets
import shutil
import sys
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from runclinic.records import chain, database, disk, door, driver, keys, passwords
from runclinic.records.access import AccessLog
from runclinic.records.clock import Clock, stamp, utc
from runclinic.records.database import Database
from runclinic.records.disk import Lock
from runclinic.records.keys import FLOOR, Cost, KeyFile, Newcomer, Unlocked
from runclinic.records.session import Session
from runclinic.records.settings import Settings
from runclinic.records.store import Store
from runclinic.records.therapist import add_therapist, refuse_foreign_key
from runclinic.records.visits import Entries
from runclinic.refused import Refused
from runclinic.visit.entry import Json

_ASIDE_KEPT = 3
_RESTORE = "Nothing was changed; restore the last backup."


def create(
    home: Path,
    clinic: Mapping[str, Json],
    display_name: str,
    initials: str,
    password: str,
    *,
    cost: Cost | None = None,
    clock: Clock = utc,
) -> Store:
    """A new clinic with its first therapist, the owner; unlocked.

    `clinic` are its first settings, "name" short for "clinic/name". Refused if records lie there
    already, the password is weak, or a name is missing. Only tests give a `cost`.
    """
    display_name, initials = display_name.strip(), initials.strip()
    if not display_name or not initials:
        raise Refused("Your name and initials are needed.", "They stand beside all that you record.")
    _refuse_made(home)
    passwords.refuse_weak(
        password, (display_name, str(clinic.get("name") or clinic.get("clinic/name") or ""))
    )
    disk.close_to_others(disk.make_folder(home))
    _no_core_dumps()
    lock = Lock(home)
    try:
        _refuse_made(home)
        first = _First(display_name, initials, password, cost or keys.affordable(), clinic)
        unlocked = _make(home, first, clock)
        return _opened(home, keys.read(home / keys.NAME), unlocked, lock, clock)
    except (OSError, driver.Error) as trouble:
        lock.free()
        raise Refused(f"The records cannot be made in {home}.", "Check the space on this disk.") from trouble
    except BaseException:
        lock.free()
        raise


def unlock(home: Path, therapist_id: str, password: str, *, floor: Cost = FLOOR, clock: Clock = utc) -> Store:
    """The records, opened by one of its therapists.

    Refused, with nothing written, if there are none, they are open elsewhere, the password is wrong,
    or a file is missing, empty, damaged, of another clinic or of a newer RunClinic. Only tests give a
    `floor` below keys.FLOOR.
    """
    door.refuse_nothing(home)
    lock = Lock(home)
    try:
        door.finish(home)
        database.refuse_no_database(home / database.NAME)
        file = keys.read(home / keys.NAME)
        _no_core_dumps()
        unlocked = keys.open_slot(file, therapist_id, password, floor)
        return _opened(home, file, unlocked, lock, clock)
    except BaseException:
        lock.free()
        raise


def _opened(home: Path, file: KeyFile, unlocked: Unlocked, lock: Lock, clock: Clock) -> Store:
    path = home / database.NAME
    try:
        if _left_open(path):
            _refuse_unsound_crash(home, unlocked)
        live = database.open_existing(path, unlocked.database)
    except BaseException:
        unlocked.close()
        raise
    try:
        _refuse_other_clinic(live, file)
        refuse_foreign_key(live, unlocked.slot)
        store = Store(home, live, unlocked, lock, clock)
        store.films.sweep()
        store.access.opened()
    except BaseException:
        live.abandon()
        unlocked.close()
        raise
    return store


def _refuse_made(home: Path) -> None:
    if door.exists(home):
        raise Refused(
            f"The folder {home} already holds a clinic's records.", "Unlock them, or choose another folder."
        )


def _refuse_other_clinic(live: Database, file: KeyFile) -> None:
    row = live.one("SELECT value FROM meta WHERE key = 'store_id'")
    if row is None or row["value"] != file.store_id:
        raise Refused("The key file and the record file belong to different clinics.", _RESTORE)


@dataclass(frozen=True, slots=True)
class _First:
    """What a new clinic starts with."""

    display_name: str
    initials: str
    password: str
    cost: Cost
    clinic: Mapping[str, Json]


def _make(home: Path, first: _First, clock: Clock) -> Unlocked:
    """Both files of a new clinic, made in creating/ and then put in place, the key file last."""
    making = home / door.CREATING
    shutil.rmtree(making, ignore_errors=True)
    disk.make_folder(making)
    store_id, store_key = str(uuid.uuid4()), secrets.token_bytes(32)
    now = stamp(clock())
    owner = Newcomer(str(uuid.uuid4()), first.display_name, "owner", now)
    slot, signing = keys.new_slot(store_id, store_key, owner, first.password, first.cost)
    unlocked = Unlocked(slot, store_key, signing)
    try:
        made = database.create(making / database.NAME, unlocked.database)
        try:
            _first_rows(made, store_id, now)
            therapist = add_therapist(made, slot, first.initials, str(uuid.uuid4()))
            _first_entries(Session(home, made, therapist, secrets.token_hex(8), clock), first.clinic)
        finally:
            made.close()
        file = KeyFile(format=keys.FORMAT, store_id=store_id, created_at=now, slots=(slot,))
        keys.write(making / keys.NAME, file, unlocked.key_file)
        disk.move(making / database.NAME, home / database.NAME)
        door.finish(home)
    except BaseException:
        unlocked.close()
        raise
    return unlocked


def _first_rows(made: Database, store_id: str, now: str) -> None:
    with made.writing():
        for key, value in (
            ("store_id", store_id),
            ("created_at", now),
            ("settings_key", secrets.token_hex(32)),
        ):
            made.insert("meta", {"key": key, "value": value})


def _first_entries(session: Session, clinic: Mapping[str, Json]) -> None:
    AccessLog(session).note("create", "clinic")
    settings = Settings(Entries(session))
    for key, value in clinic.items():
        settings.set(key if "/" in key else f"clinic/{key}", value)


def _left_open(path: Path) -> bool:
    """Whether the last close was not clean: something may stand in the write-ahead log alone."""
    return any(path.with_name(path.name + end).exists() for end in ("-wal", "-shm"))


def _refuse_unsound_crash(home: Path, unlocked: Unlocked) -> None:
    """After a crash: set the files aside as found, and try on a copy whether they open and are sound.

    A log that belongs to another day or another store would destroy the file when it is closed, so
    the file itself is not opened before its copy has passed.
    """
    kept = _set_aside(home)
    trial = disk.make_folder(home / "aside" / "trial")
    try:
        for found in kept.iterdir():
            disk.copy_whole(found, trial / found.name)
        sound = _sound(trial / database.NAME, unlocked.database)
    except OSError as trouble:
        raise Refused(
            "RunClinic was not closed properly, and there is no room to check the records.",
            "Free twice the size of the record file; nothing was changed.",
        ) from trouble
    finally:
        shutil.rmtree(trial, ignore_errors=True)
    if not sound:
        raise Refused(
            "RunClinic was not closed properly, and the records do not fit together any more.",
            f"Nothing was changed, a copy is kept in {kept}; restore the last backup.",
        )


def _sound(path: Path, key: bytes) -> bool:
    """Whether a database opens, all its pages fit together, and the end of its audit is as written."""
    try:
        tried = database.open_as_it_is(path, key)
    except Refused:
        return False
    try:
        return not database.unsound(tried.connection) and not chain.recent_faults(tried)
    except driver.Error:
        return False
    finally:
        tried.abandon()


def _set_aside(home: Path) -> Path:
    """The database and its log copied to aside/<number>; the last few of these are kept."""
    aside = disk.make_folder(home / "aside")
    numbered = sorted(int(folder.name) for folder in aside.iterdir() if folder.name.isdigit())
    for old in numbered[: max(0, len(numbered) - _ASIDE_KEPT + 1)]:
        shutil.rmtree(aside / str(old), ignore_errors=True)
    shutil.rmtree(aside / "trial", ignore_errors=True)
    kept = disk.make_folder(aside / str((numbered or [0])[-1] + 1))
    for end in ("", "-wal"):  # -shm is made anew from the log
        found = home / (database.NAME + end)
        if found.exists():
            disk.copy_whole(found, kept / found.name)
    return kept


def _no_core_dumps() -> None:
    """A crash must not write keys and names to the disk."""
    if sys.platform != "win32":
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
