"""What a damaged record file still holds, in a backup of its own that can be restored.

The damaged file is only read, and that from a copy. Rows whose parent is lost (a visit without its client)
get a stand-in that says so, made of what the audit and the key file know: nothing that can be read is
left behind.
"""

import shutil
import uuid
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
    key_copies,
    parts,
    schema,
    verify,
)
from runclinic.records.archive import Content, Head, Source
from runclinic.records.clock import Clock, stamp, utc
from runclinic.records.database import Database
from runclinic.records.disk import Lock
from runclinic.records.keys import FLOOR, Cost, KeyFile, Unlocked
from runclinic.records.media_pool import gathered
from runclinic.records.readable import Damaged, ranges
from runclinic.records.stand_ins import mend
from runclinic.records.telling import tell
from runclinic.records.wiping import fleeting
from runclinic.refused import Refused

_LOOKED_AT = 0.5  # of the progress


@dataclass(frozen=True, slots=True)
class Salvaged:
    """The backup that was made, how many rows it holds, and in words what is missing."""

    file: Path
    rows: int
    missing: tuple[str, ...]

    def lines(self) -> list[str]:
        """For a shell."""
        end = f"{self.rows} rows are saved in {self.file}."
        return [*self.missing, end] if self.missing else [f"Nothing is missing: {end}"]


def salvage(
    home: Path, file: Path, secret: str, *, floor: Cost = FLOOR, clock: Clock = utc
) -> Generator[float, None, Salvaged]:
    """Save all that can be read into a new backup file; yields progress 0..1.

    Closed at a yield, or refused, it leaves nothing; the damaged records are never touched.
    """
    target = file if file.suffix == archive.ENDING else file.with_name(file.name + archive.ENDING)
    if target.exists():
        raise Refused(f"The file {target} is there already.", "Choose another name.")
    door.refuse_nothing(home)
    lock = Lock(home)
    scratch = home / "incoming" / f"backup-{uuid.uuid4()}"
    try:
        door.finish(home)
        keyfile = key_copies.current(home).file
        unlocked = by_password.open_by(keyfile, secret, floor)
        try:
            work = _Work(home, target, keyfile, unlocked, clock, scratch)
            saved = yield from work.done()
        finally:
            unlocked.close()
    except (OSError, driver.Error) as trouble:
        raise Refused(
            "The records were not saved: a disk is full or fails.", "Free some space and try again."
        ) from trouble
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        lock.free()
    yield 1.0
    return saved


@dataclass(frozen=True, slots=True)
class _Work:
    """One salvage while it goes on."""

    home: Path
    target: Path
    keys: KeyFile
    unlocked: Unlocked
    clock: Clock
    scratch: Path

    def done(self) -> Generator[float, None, Salvaged]:
        disk.make_folder(self.scratch)
        with fleeting(self.unlocked.database) as key:
            damaged = self._opened(key)
            try:
                new = database.create(self.scratch / "new.db", key)
                try:
                    yield 0.05
                    missing = yield from self._rows(damaged, new)
                    tell(new, self.unlocked, self.clock, "salvage", missing=len(missing))
                    head, about = str(chain.head(new, "audit")), self._about(new, missing)
                    ids = new.rows("SELECT id FROM media UNION SELECT id FROM document")
                finally:
                    new.close()
            finally:
                damaged.close()
        films = gathered(self.home / "media", frozenset(row["id"] for row in ids))
        sources = [Source(database.NAME, self.scratch / "new.db"), *films]
        yield from self._written(head, sources, about)
        return Salvaged(self.target, sum(about.rows.values()), (*missing, *about.lost))

    def _opened(self, key: bytes) -> Damaged:
        """A copy of the file with its log; without the log if they do not fit together."""
        copy = self.scratch / database.NAME
        ends = [end for end in ("", "-wal") if (self.home / (database.NAME + end)).exists()]
        for taken in (ends, [""]):
            shutil.rmtree(self.scratch)
            disk.make_folder(self.scratch)
            for end in taken:
                disk.copy_whole(self.home / (database.NAME + end), self.scratch / (database.NAME + end))
            try:
                return Damaged(copy, key)
            except Refused:
                if taken == [""]:
                    raise
        raise Refused("There is no record file.", "Restore the last backup.")

    def _rows(self, damaged: Damaged, new: Database) -> Generator[float, None, list[str]]:
        """Every readable row into the new file; what is missing, in words."""
        tables, known = damaged.tables(), database.counted(new.connection)
        new.connection.execute("PRAGMA foreign_keys=OFF")
        refused: list[str] = []
        with new.writing():
            schema.drop_triggers(new.connection)
            for number, table in enumerate(table for table in tables if table in known):
                for row in damaged.rows(table):
                    refused += _put(new, table, row)
                yield 0.05 + (_LOOKED_AT - 0.05) * (number + 1) / len(tables)
            stood_in = mend(new, self.keys)
            schema.put_triggers(new.connection)
        new.connection.execute("PRAGMA foreign_keys=ON")
        unread = [
            f"Of {table} these rows cannot be read: {ranges(numbers)}."
            for table, numbers in damaged.unread.items()
            if numbers
        ]
        faults = [
            str(fault) for fault in chain.faults(new, verify.digest_keys(new)) if fault.what == "missing"
        ]
        return [*unread, *refused, *stood_in, *_few(faults)]

    def _about(self, new: Database, missing: list[str]) -> Content:
        return Content(
            rows=database.counted(new.connection),
            migrations=tuple(database.applied_migrations(new.connection)),
            lost=verify.lost_files(new, self.home / "media"),
            salvaged=tuple(missing) or ("Nothing is missing.",),
        )

    def _written(self, head: str, sources: list[Source], about: Content) -> Generator[float, None, None]:
        part = self.target.with_name(self.target.name + ".part")
        whole = sum(source.file.stat().st_size for source in sources)
        opening = Head(archive.FORMAT, self.keys.store_id, stamp(self.clock()), head, self.keys)
        with fleeting(self.unlocked.backup) as key:
            writing = archive.write(part, opening, key, sources, about)
            try:
                for done in writing:
                    yield _LOOKED_AT + 0.3 * done / whole
                with archive.Archive(part, key) as written:
                    for member in written.manifest.members:
                        for _ in written.checked(member):
                            yield 0.9
                parts.move(part, self.target)
            except BaseException:
                writing.close()
                parts.remove(part)
                raise


def _put(new: Database, table: str, row: database.Row) -> list[str]:
    """One row, with what the table of today knows of it; in words if it is no row of such a table."""
    if table == "meta":
        new.run("DELETE FROM meta WHERE key = ?", (row["key"],))
    try:
        new.insert(table, row)
    except driver.IntegrityError:
        return [f"A row of {table} is not as it should be, and was left out."]
    return []


def _few(lines: list[str]) -> list[str]:
    most = 50
    return (
        lines if len(lines) <= most else [*lines[:most], f"And {len(lines) - most} more rows of the chains."]
    )
