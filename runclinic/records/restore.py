"""A backup back into a data folder: taken out beside, proven, and only then put in its place.

Any password that opened the records on that day, or the recovery key of that day, opens the archive.
"""

import shutil
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from runclinic.records import (
    archive,
    by_password,
    chain,
    database,
    disk,
    door,
    driver,
    erased_since,
    keys,
    place,
    replacing,
    verify,
)
from runclinic.records.archive import Archive
from runclinic.records.clock import Clock, utc
from runclinic.records.database import Database
from runclinic.records.disk import Lock
from runclinic.records.keys import FLOOR, Cost, Unlocked
from runclinic.records.telling import tell
from runclinic.records.wiping import fleeting
from runclinic.refused import Refused

_TAKEN_OUT = 0.9  # of the progress
_OLDER = "Use an older backup."


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there now: as of `at`; the former records lie in `kept` for 30 days."""

    at: str
    head: str
    rows: dict[str, int]
    kept: Path | None
    by_recovery_key: bool
    warnings: tuple[str, ...]


def restore(
    path: Path, home: Path, secret: str, *, floor: Cost = FLOOR, clock: Clock = utc
) -> Generator[float, None, Restored]:
    """Put the records of an archive into a data folder, whatever lies there; yields progress 0..1.

    Closed at a yield, or refused, everything is as it was. Refused: no archive, damaged, a wrong
    password, made by a newer RunClinic, too little room, or the records there are open.
    """
    head = archive.head_of(path)
    place.refuse_network(home)
    unlocked = by_password.open_by(head.keys, secret, floor)
    disk.close_to_others(disk.make_folder(home))
    try:
        lock = Lock(home)
    except BaseException:
        unlocked.close()
        raise
    try:
        door.finish(home)
        with fleeting(unlocked.backup) as key:
            opened = Archive(path, key)
        with opened:
            yield from _taken_out(opened, home)
            warnings = yield from _proven(opened, home, unlocked, clock)
        yield 0.98
        kept = replacing.commit(home, clock())
    except (OSError, driver.Error) as trouble:
        raise Refused(
            "The backup was not restored: the disk is full or fails.", "Nothing was changed; free some space."
        ) from trouble
    finally:
        replacing.drop(home)
        unlocked.close()
        lock.free()
    yield 1.0
    manifest = opened.manifest
    return Restored(head.at, head.head, manifest.rows, kept, unlocked.slot.kind == "recovery", warnings)


def _taken_out(opened: Archive, home: Path) -> Generator[float, None, None]:
    """Every file of the archive in restoring/, each compared with its digest."""
    members = opened.manifest.members
    opened.member(database.NAME)
    whole = sum(member.size for member in members)
    disk.refuse_little_room(home, whole)
    restoring, done = replacing.begin(home), 0
    for member in members:
        target = restoring / member.path
        disk.make_folder(target.parent)
        for part in opened.taken_out(member, target):
            yield _TAKEN_OUT * (done + part) / whole
        done += member.size


def _proven(
    opened: Archive, home: Path, unlocked: Unlocked, clock: Clock
) -> Generator[float, None, tuple[str, ...]]:
    """The key file beside it, the database brought up to date and looked at, and a row of the audit."""
    restoring, head = home / replacing.RESTORING, opened.head
    keep_keys(opened, restoring, unlocked)
    yield 0.91
    live = proven_copy(opened, restoring / database.NAME, unlocked)
    try:
        yield 0.93
        report = verify.examine(live)
        if report.faults and not opened.manifest.salvaged:
            raise Refused(f"The records in this backup are not whole: {report.faults[0]}", _OLDER)
        yield 0.96
        tell(live, unlocked, clock, "restore", head=head.head, made=head.at, faults=len(report.faults))
        erased = erased_since.known(opened, home, unlocked, restoring)
        again = erased_since.erase_again(live, restoring, unlocked, clock, erased)
    finally:
        live.close()
    shutil.rmtree(restoring / "backups", ignore_errors=True)  # made before it was brought up to date
    lost = [f"Was gone when the backup was made: {each}." for each in opened.manifest.lost]
    gone = [f"Erased again, for they were erased after the backup: {again}."] if again else []
    return (*opened.manifest.salvaged, *lost, *gone)


def keep_keys(opened: Archive, folder: Path, unlocked: Unlocked) -> None:
    """The key file of an archive, written as of old."""
    with fleeting(unlocked.key_file) as key:
        keys.write(folder / keys.NAME, opened.head.keys, key)


def proven_copy(opened: Archive, copy: Path, unlocked: Unlocked) -> Database:
    """The database that was taken out of an archive, brought up to date.

    Refused if it is not the one the archive tells of: another clinic's, another day's, or not whole.
    """
    with fleeting(unlocked.database) as key:
        found = database.open_as_it_is(copy, key)
        try:
            owner = found.one("SELECT value FROM meta WHERE key = 'store_id'")
            same = owner is not None and owner["value"] == opened.head.store_id
            same = same and str(chain.head(found, "audit")) == opened.head.head
            if not same or database.counted(found.connection) != opened.manifest.rows:
                raise Refused("The records in this backup are not those it tells of.", _OLDER)
        finally:
            found.close()
        return database.open_existing(copy, key)
