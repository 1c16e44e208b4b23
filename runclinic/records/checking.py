"""`verify`: the records of a folder, or a backup, looked at from end to end; films to their last byte."""

import shutil
import tempfile
import uuid
from collections.abc import Generator, Iterable
from pathlib import Path

from runclinic.records import (
    archive,
    backup_log,
    by_password,
    clients,
    database,
    door,
    driver,
    key_copies,
    migrate,
    opening,
    restore,
    sealed,
    verify,
)
from runclinic.records.archive import Archive
from runclinic.records.clock import Clock, utc
from runclinic.records.database import Database
from runclinic.records.disk import Lock
from runclinic.records.keys import FLOOR, Cost, Unlocked
from runclinic.records.sealed import Sealed
from runclinic.records.telling import tell
from runclinic.records.verify import Report
from runclinic.records.wiping import fleeting
from runclinic.refused import Refused


def check_home(
    home: Path, secret: str, anchors: Iterable[str] = (), *, floor: Cost = FLOOR, clock: Clock = utc
) -> Generator[float, None, Report]:
    """All records of a folder; `anchors` are heads from paper. Yields progress 0..1.

    Records whose rules were taken off, which cannot be unlocked, are looked at too. Nothing is written but
    the row of the audit that tells of it.
    """
    door.refuse_nothing(home)
    lock = Lock(home)
    try:
        door.finish(home)
        unlocked = by_password.open_by(key_copies.current(home).file, secret, floor)
        try:
            opening.refuse_unsound_crash(home, unlocked)
            with fleeting(unlocked.database) as key:
                opened = database.open_as_it_is(home / database.NAME, key)
            try:
                report = yield from _looked_at(opened, home, list(anchors))
                if report.whole:
                    tell(opened, unlocked, clock, "verify", faults=0)
            finally:
                opened.close()
        finally:
            unlocked.close()
    finally:
        lock.free()
    yield 1.0
    return report


def _looked_at(opened: Database, home: Path, anchors: list[str]) -> Generator[float, None, Report]:
    if set(database.applied_migrations(opened.connection)) != set(migrate.known_migrations()):
        raise Refused(
            "These records were made by another version of RunClinic.", "Unlock them once, then check them."
        )
    yield 0.02
    kept = [(f"The {row['kind']} of {row['at']}", row["head"]) for row in opened.rows("SELECT * FROM anchor")]
    report = verify.examine(opened, [*((f"The head {anchor}", anchor) for anchor in anchors), *kept])
    yield 0.3
    owner = opened.one("SELECT value FROM meta WHERE key = 'store_id'")
    folders = [home / "backups", *_chosen(opened)]
    heads = [
        (path.name, head.head, head.at)
        for folder in folders
        for path, head in archive.archives_in(folder, owner["value"] if owner else "")
    ]
    faults = [*report.faults, *verify.archive_faults(opened, heads)]
    faults += [f"The file of the {lost} is gone." for lost in verify.lost_files(opened, home / "media")]
    faults += yield from _films(opened, home / "media")
    return Report(tuple(dict.fromkeys(faults)), report.audit, report.entries)


def _chosen(opened: Database) -> list[Path]:
    row = opened.one(
        "SELECT json_extract(value, '$') AS folder FROM entry"
        " WHERE visit_id IS NULL AND key = ? ORDER BY seq DESC LIMIT 1",
        (backup_log.FOLDER,),
    )
    return [Path(row["folder"])] if row and isinstance(row["folder"], str) and row["folder"] else []


def _films(opened: Database, media: Path) -> Generator[float, None, list[str]]:
    """Films and papers that do not open to their last byte; each is sealed under her client's key."""
    rows = opened.rows(
        "SELECT 'film' AS what, id, client_id, bytes FROM media WHERE state = 'ready'"
        " UNION ALL SELECT 'paper', id, client_id, bytes FROM document"
    )
    whole, done, faults = sum(row["bytes"] for row in rows) or 1, 0, list[str]()
    for row in rows:
        file, key = media / row["id"][:2] / f"{row['id']}.rcm", clients.key_of(opened, row["client_id"])
        if key is not None and file.is_file():
            try:
                with Sealed(file, key, uuid.UUID(row["id"]).bytes) as film:
                    while block := film.read(sealed.CHUNK):
                        done += len(block)
                        yield 0.3 + 0.69 * min(1.0, done / whole)
            except Refused:
                faults.append(f"The {row['what']} {row['id']} is damaged.")
    return faults


def check_archive(
    path: Path, secret: str, anchors: Iterable[str] = (), *, floor: Cost = FLOOR
) -> Generator[float, None, Report]:
    """All of a backup: every byte of it and of the films beside it, and the records in it.

    Yields progress 0..1. Refused if it could not be restored.
    """
    head = archive.head_of(path)
    unlocked = by_password.open_by(head.keys, secret, floor)
    scratch = Path(tempfile.mkdtemp(prefix="runclinic-"))
    try:
        with fleeting(unlocked.backup) as key:
            opened = Archive(path, key)
        with opened:
            yield from _members(opened, scratch)
            report = _inside(opened, scratch, unlocked, list(anchors))
    except (OSError, driver.Error) as trouble:
        raise Refused(
            "The backup could not be checked: the disk is full or fails.", "Free some space and try again."
        ) from trouble
    finally:
        unlocked.close()
        shutil.rmtree(scratch, ignore_errors=True)
    yield 1.0
    return report


def _members(opened: Archive, scratch: Path) -> Generator[float, None, None]:
    whole, done = sum(member.size for member in opened.manifest.members) or 1, 0
    opened.member(database.NAME)
    for member in opened.manifest.members:
        copy = scratch / database.NAME
        reading = opened.taken_out(member, copy) if member.path == database.NAME else opened.checked(member)
        for part in reading:
            yield 0.9 * min(1.0, (done + part) / whole)
        done += member.size


def _inside(opened: Archive, scratch: Path, unlocked: Unlocked, anchors: list[str]) -> Report:
    restore.keep_keys(opened, scratch, unlocked)
    copy = restore.proven_copy(opened, scratch / database.NAME, unlocked)
    try:
        report = verify.examine(copy, [(f"The head {anchor}", anchor) for anchor in anchors])
    finally:
        copy.close()
    told = [f"Was saved from damaged records: {each}" for each in opened.manifest.salvaged]
    told += [f"Was gone when the backup was made: {each}." for each in opened.manifest.lost]
    return Report((*report.faults, *told), report.audit, report.entries)
