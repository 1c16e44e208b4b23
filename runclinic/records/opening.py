"""The data folder: made at first start, opened with a password, mended after a crash.

runclinic.db (-wal, -shm)   the encrypted database
keys.json, keys.prev.json   who can open it (keys.py), and the copy that opened it last
attempts.json               wrong passwords in a row, name by name
store.lock                  one program at a time
media/ incoming/            encrypted films and papers; half-made ones
aside/                      the files as they were found after a crash
creating/                   a clinic that is being made: both files lie there until they are whole
changing/ changed/ former/  another store key on its way (swap.py)
restoring/ before-restore/  a backup on its way in; what lay there before (replacing.py)
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

from runclinic.records import (
    backoff,
    chain,
    database,
    disk,
    door,
    driver,
    key_copies,
    keys,
    passwords,
    people,
    place,
    recovery,
    replacing,
    swap,
)
from runclinic.records.access import AccessLog
from runclinic.records.clock import Clock, moment, stamp, utc
from runclinic.records.database import Database
from runclinic.records.disk import Lock
from runclinic.records.key_copies import Found
from runclinic.records.keys import FLOOR, Cost, KeyFile, Newcomer, Unlocked
from runclinic.records.session import Session
from runclinic.records.settings import Settings
from runclinic.records.store import READERS_WRITE, Store
from runclinic.records.telling import tell
from runclinic.records.therapist import add_therapist, refuse_foreign_key, therapist_of
from runclinic.records.visits import Entries
from runclinic.records.wiping import fleeting
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
    place.refuse_network(home)
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
        return _opened(home, Found(keys.read(home / keys.NAME)), unlocked, lock, clock)
    except (OSError, driver.Error) as trouble:
        lock.free()
        raise Refused(f"The records cannot be made in {home}.", "Check the space on this disk.") from trouble
    except BaseException:
        lock.free()
        raise


def unlock(home: Path, therapist_id: str, password: str, *, floor: Cost = FLOOR, clock: Clock = utc) -> Store:
    """The records, opened by one of its therapists.

    Refused, with nothing written, if there are none, they are open elsewhere, the next try must wait
    (backoff.TooSoon), the password is wrong (which is counted), or a file is missing, empty, damaged, of
    another clinic or of a newer RunClinic. Only tests give a `floor` below keys.FLOOR.
    """
    door.refuse_nothing(home)
    lock = Lock(home)
    try:
        found = _found(home)
        backoff.refuse_too_soon(home, therapist_id, clock())
        try:
            unlocked = keys.open_slot(found.file, therapist_id, password, floor)
        except keys.WrongPassword:
            backoff.failed(home, therapist_id, clock())
            raise
        return _opened(home, found, unlocked, lock, clock)
    except BaseException:
        lock.free()
        raise


def recover(
    home: Path,
    therapist_id: str,
    recovery_key: str,
    password: str,
    *,
    cost: Cost | None = None,
    clock: Clock = utc,
) -> Store:
    """The records, opened by the recovery key as typed, with a new password and new keys for an owner.

    Refused, with nothing written, if the key is mistyped or not that of these records, she is no owner,
    the password is weak, and as in `unlock`. Only tests give a `cost`.
    """
    recovery.read(recovery_key)
    door.refuse_nothing(home)
    lock = Lock(home)
    try:
        found = _found(home)
        passwords.refuse_weak(password, (found.file.slot(therapist_id).display_name,))
        by_paper = recovery.open_slot(found.file, recovery_key)
        try:
            unlocked = _with_new_keys(home, found, by_paper, (therapist_id, password, cost), clock)
        finally:
            by_paper.close()
        return _opened(home, Found(keys.read(home / keys.NAME)), unlocked, lock, clock, recovered=True)
    except BaseException:
        lock.free()
        raise


def _found(home: Path) -> Found:
    """The key file, once what was cut off is finished."""
    place.refuse_network(home)
    door.finish(home)
    database.refuse_no_database(home / database.NAME)
    _no_core_dumps()
    return key_copies.current(home)


def _with_new_keys(
    home: Path, found: Found, by_paper: Unlocked, her: tuple[str, str, Cost | None], clock: Clock
) -> Unlocked:
    """A new slot for an owner, in the records and in the key file."""
    therapist_id, password, cost = her
    live = _live(home, by_paper, clock)
    try:
        _refuse_other_clinic(live, found.file)
        refuse_foreign_key(live, by_paper.slot)
        owner = therapist_of(live, therapist_id)
        if owner.role != "owner" or not owner.active:
            raise Refused(
                f"{owner.display_name} is no owner of these records.",
                "The recovery key helps an owner, who helps all others.",
            )
        newcomer = Newcomer(owner.id, owner.display_name, "owner", owner.created_at)
        cost = cost or keys.affordable()
        with by_paper.lent() as store_key:
            slot, signing = keys.new_slot(found.file.store_id, store_key, newcomer, password, cost)
            unlocked = Unlocked(slot, store_key, signing)
        session = Session(home, live, owner, secrets.token_hex(8), clock)
        people.new_keys(session, slot, lambda: _put(home, found.file.with_slot(slot), unlocked))
    finally:
        live.close()
    backoff.forget(home, therapist_id)
    return unlocked


def _put(home: Path, file: KeyFile, unlocked: Unlocked) -> None:
    with fleeting(unlocked.key_file) as key:
        keys.write(home / keys.NAME, file, key)


def _live(home: Path, unlocked: Unlocked, clock: Clock) -> Database:
    """The database, opened after it was proven sound if the last close was not clean."""
    path = home / database.NAME
    refuse_unsound_crash(home, unlocked)

    def told(live: Database, former: str, now: str) -> None:
        tell(live, unlocked, clock, "migrate", former=former, now=now)

    with fleeting(unlocked.database) as key:
        return database.open_existing(path, key, told)


def _opened(
    home: Path, found: Found, unlocked: Unlocked, lock: Lock, clock: Clock, *, recovered: bool = False
) -> Store:
    try:
        live = _live(home, unlocked, clock)
    except BaseException:
        unlocked.close()
        raise
    try:
        _refuse_other_clinic(live, found.file)
        refuse_foreign_key(live, unlocked.slot)
        key_copies.opened(home, found)
        people.agreed(home, live, found.file, unlocked, stamp(clock()))
        store = Store(home, live, unlocked, lock, clock)
        store.films.sweep()
        store.erasure.remove_files()
        replacing.forget_old(home, clock())
        store.access.opened()
        store.notices = (*_failures(home, store), *([found.told] if found.told else []))
        if recovered:
            store.access.note("people", "therapist", unlocked.slot.id, what="new password by recovery key")
        if store.therapist.role == "reader":
            live.read_only(but=READERS_WRITE)
        swap.settled(home)
    except BaseException:
        live.abandon()
        unlocked.close()
        raise
    return store


def _failures(home: Path, store: Store) -> list[str]:
    """Wrong passwords into the audit; and hers since she last unlocked, in words."""
    everyone = backoff.all_failed(home)
    for therapist_id, failed in everyone.items():
        if failed.count > failed.logged:
            store.access.note(
                "failed_unlock",
                "therapist",
                therapist_id,
                count=failed.count - failed.logged,
                last=failed.last,
            )
    backoff.logged(home)
    backoff.forget(home, store.therapist.id)
    hers = everyone.get(store.therapist.id)
    if hers is None:
        return []
    many = f"{hers.count} wrong passwords were" if hers.count > 1 else "1 wrong password was"
    last = moment(hers.last).astimezone().strftime("%d.%m.%Y %H:%M")
    return [f"{many} typed for your name since you last unlocked; the last on {last}."]


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
    store_id, now = str(uuid.uuid4()), stamp(clock())
    owner = Newcomer(str(uuid.uuid4()), first.display_name, "owner", now)
    with fleeting(secrets.token_bytes(32)) as store_key:
        slot, signing = keys.new_slot(store_id, store_key, owner, first.password, first.cost)
        unlocked = Unlocked(slot, store_key, signing)
    try:
        with fleeting(unlocked.database) as key:
            made = database.create(making / database.NAME, key)
        try:
            _first_rows(made, store_id, now)
            therapist = add_therapist(made, slot, first.initials, str(uuid.uuid4()))
            _first_entries(Session(home, made, therapist, secrets.token_hex(8), clock), first.clinic)
        finally:
            made.close()
        file = KeyFile(format=keys.FORMAT, store_id=store_id, created_at=now, slots=(slot,))
        with fleeting(unlocked.key_file) as key:
            keys.write(making / keys.NAME, file, key)
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


def refuse_unsound_crash(home: Path, unlocked: Unlocked) -> None:
    """After a crash: set the files aside as found, and try on a copy whether they open and are sound.

    A log that belongs to another day or another store would destroy the file when it is closed, so
    the file itself is not opened before its copy has passed.
    """
    if not _left_open(home / database.NAME):
        return
    kept = _set_aside(home)
    trial = disk.make_folder(home / "aside" / "trial")
    try:
        for found in kept.iterdir():
            disk.copy_whole(found, trial / found.name)
        with fleeting(unlocked.database) as key:
            sound = _sound(trial / database.NAME, key)
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
