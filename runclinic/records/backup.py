"""Backups: a copy of everything in one archive, read back from its medium before it counts.

The database is copied page by page inside a read transaction, so that work goes on meanwhile; films are
encrypted already and never change, so a backup of a day writes only those that are new (`media-pool/`
beside the archives). A backup to a file of its own holds them all.
"""

import shutil
import threading
import uuid
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

from runclinic.records import archive, chain, database, disk, driver, keys, parts, rotation, verify
from runclinic.records.access import AccessLog
from runclinic.records.archive import Archive, Content, Head, Source
from runclinic.records.backup_log import BackupLog, is_outside, refuse_no_folder
from runclinic.records.clock import moment, stamp
from runclinic.records.keys import Unlocked
from runclinic.records.media_pool import Pool, gathered
from runclinic.records.session import Session
from runclinic.records.settings import Settings
from runclinic.records.wiping import wipe
from runclinic.refused import Refused

T = TypeVar("T")
DEEP_AFTER = timedelta(days=7)
_ROOM = 16 * 1024 * 1024
_PAGES = 256
_COPIED = 0.05  # of the progress

Kind: TypeAlias = Literal["asked", "due", "before_rekey", "before_import"]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was read back and found whole; `warnings` tell what else was seen."""

    file: Path
    at: str
    bytes: int
    head: str
    outside: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Task:
    """One backup while it is made."""

    id: str
    at: str
    kind: Kind
    target: Path
    pooled: bool
    deep: bool
    key: bytes
    scratch: Path

    @property
    def part(self) -> Path:
        return self.target.with_name(self.target.name + ".part")


class Backups(BackupLog):
    """Makes, logs and rotates the backups of an unlocked clinic."""

    def __init__(self, session: Session, access: AccessLog, settings: Settings, unlocked: Unlocked) -> None:
        super().__init__(session, settings)
        self._access, self._keys = access, unlocked
        self._turn = threading.Lock()
        self._copying = threading.Lock()
        self._stopped = False

    def make(self, kind: Kind = "asked", folder: Path | None = None) -> Generator[float, None, Made]:
        """A backup in a folder, by default the clinic's; yields progress 0..1.

        Closed at a yield, or refused, it leaves nothing and no older backup is touched. Refused: the
        folder or stick is gone or full, or what was read back is not what was written.
        """
        folder = folder or self.place()
        if folder == self._session.home / "backups":
            disk.make_folder(folder)
        at = stamp(self._session.clock())
        name = f"RunClinic-{self.store_id()[:8]}-{at[:19].replace('-', '').replace(':', '')}Z{archive.ENDING}"
        return (yield from self._guarded(_free(folder / name), kind, at, pooled=True))

    def make_file(self, file: Path) -> Generator[float, None, Made]:
        """A backup that stands alone, films and all, in a new file; errors as in `make`."""
        target = file if file.suffix == archive.ENDING else file.with_name(file.name + archive.ENDING)
        if target.exists():
            raise Refused(f"The file {target} is there already.", "Choose another name.")
        return (yield from self._guarded(target, "asked", stamp(self._session.clock()), pooled=False))

    def close(self) -> None:
        """Stop copying the database; returns when nothing reads it any more."""
        self._stopped = True
        with self._copying:
            pass

    def _guarded(self, target: Path, kind: Kind, at: str, *, pooled: bool) -> Generator[float, None, Made]:
        if not self._turn.acquire(blocking=False):
            raise Refused("A backup is being made already.", "Wait until it is done.")
        deep = self.last_good(deep=True)
        task = _Task(
            id=str(uuid.uuid4()),
            at=at,
            kind=kind,
            target=target,
            pooled=pooled,
            deep=deep is None or self._session.clock() - moment(deep["at"]) >= DEEP_AFTER,
            key=self._keys.backup,
            scratch=self._session.home / "incoming" / f"backup-{uuid.uuid4()}",
        )
        try:
            refuse_no_folder(target.parent, self._session.home)
            made = yield from self._made(task)
        except RuntimeError as dropped:
            if not self._stopped:
                raise
            raise Refused(
                "The backup was stopped: the records were locked.", "Make one after unlocking."
            ) from dropped
        except (OSError, driver.Error) as trouble:
            refused = _not_made(target, trouble)
            self._tell_failed(task, refused.what)
            raise refused from trouble
        except Refused as refused:
            told = refused if target.parent.is_dir() else _gone(target)
            self._tell_failed(task, told.what)
            raise told from refused
        finally:
            wipe(task.key)
            shutil.rmtree(task.scratch, ignore_errors=True)
            self._turn.release()
        yield 1.0
        return made

    def _made(self, task: _Task) -> Generator[float, None, Made]:
        yield 0.0
        copy = self._copied(task)
        yield _COPIED
        home, folder = self._session.home, task.target.parent
        about = _looked_at(copy, self._keys, home)
        pool = Pool(folder, self.store_id(), task.key, deep=task.deep) if task.pooled else None
        films = gathered(home / "media", about.film_ids)
        head = Head(archive.FORMAT, self.store_id(), task.at, about.head, keys.read(home / keys.NAME))
        try:
            sources = [Source("runclinic.db", copy), *films]
            if pool is not None:
                whole = pool.new_bytes(films) + copy.stat().st_size
                _refuse_little_room(folder, whole)
                sources = [sources[0], *(yield from _shared(pool.take_in(films), whole, _COPIED, 0.5))]
            else:
                whole = sum(source.file.stat().st_size for source in sources)
                _refuse_little_room(folder, whole)
            writing = archive.write(task.part, head, task.key, sources, about.content)
            yield from _shared(writing, whole, 0.5 if pool else _COPIED, 0.6)
            yield from self._read_back(task, about.head, pool)
            parts.move(task.part, task.target)
        except BaseException:
            _leave_nothing(task.part, pool)
            raise
        return self._tell_made(task, about, pool)

    def _copied(self, task: _Task) -> Path:
        """The database as it stands now, in a file of its own, encrypted like it."""
        disk.make_folder(task.scratch)
        live = self._session.home / database.NAME
        if disk.free_bytes(task.scratch) < 2 * live.stat().st_size:
            raise Refused(
                "The disk is too full to copy the records.", "Free twice the size of the record file."
            )
        copy = task.scratch / database.NAME
        with self._copying:
            key = self._keys.database
            source = driver.connect(live, key)
            try:
                target = driver.connect(copy, key)
                try:
                    source.conn.execute("BEGIN")
                    source.conn.execute("SELECT count(*) FROM meta").fetchone()  # from here on one state
                    source.conn.backup(target.conn, pages=_PAGES, progress=self._go_on)
                    target.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                finally:
                    target.conn.close()
            finally:
                source.conn.close()
                wipe(key)
        return copy

    def _go_on(self, _status: int, _left: int, _all: int) -> None:
        if self._stopped:
            raise Refused("The backup was stopped: the records were locked.", "Make one after unlocking.")

    def _read_back(self, task: _Task, head: str, pool: Pool | None) -> Generator[float, None, None]:
        """Refused unless the medium gives back what was written, and the copy in it is sound."""
        parts.forget(task.part)
        with Archive(task.part, task.key) as written:
            wanted = [
                member
                for member in written.manifest.members
                if member.offset >= 0 or (pool is not None and pool.is_new(member.sha256))
            ]
            whole = sum(member.size for member in wanted) or 1
            done, again = 0, task.scratch / "again.db"
            for member in wanted:
                inside = member.path == database.NAME
                reading = written.taken_out(member, again) if inside else written.checked(member)
                for part in reading:
                    yield 0.6 + 0.35 * min(1.0, (done + part) / whole)
                done += member.size
            _refuse_unsound_copy(again, self._keys, head, written.manifest.rows, deep=task.deep)
        yield 0.98

    # ------------------------------------------------------------------------------------- telling
    def _tell_made(self, task: _Task, about: "_About", pool: Pool | None) -> Made:
        size, outside = parts.size_of(task.target), is_outside(task.target.parent, self._session.home)
        seen = [(path.name, head.head, head.at) for path, head in self._others(task)]
        warnings = [
            *verify.archive_faults(self._session.database, seen),
            *(f"Gone from the records, and not in the backup: {each}." for each in about.content.lost),
            *(f"Damaged in the records: {each}." for each in (pool.rotten if pool else ())),
        ]
        with self._session.database.writing():
            self._row(task, size, about.head, about.entries, outside=outside, why="")
            self._session.database.insert(
                "anchor",
                {
                    "id": task.id,
                    "seq": verify.chain_seq(about.head),
                    "head": about.head,
                    "kind": "backup",
                    "ref": task.target.name,
                    "at": task.at,
                },
            )
            self._access.note("backup", "backup", task.id, head=about.head, warnings=len(warnings))
        shutil.rmtree(self._session.home / "aside", ignore_errors=True)
        if task.pooled:
            self._rotate(task)
        return Made(task.target, task.at, size, about.head, outside, tuple(warnings))

    def _others(self, task: _Task) -> Sequence[tuple[Path, Head]]:
        return archive.archives_in(task.target.parent, self.store_id())

    def _rotate(self, task: _Task) -> None:
        held = self._session.database.one("SELECT 1 FROM legal_hold WHERE lifted_at IS NULL LIMIT 1")
        if held is not None:
            return
        good = self._session.database.rows("SELECT name FROM backup_log WHERE state = 'ok'")
        with suppress(OSError):
            rotation.rotate(
                task.target.parent,
                self.store_id(),
                (row["name"] for row in good),
                task.key,
                self._session.clock(),
            )

    def _row(self, task: _Task, size: int, head: str, entries: int, *, outside: bool, why: str) -> None:
        with self._session.database.writing():
            self._session.database.insert(
                "backup_log",
                {
                    "id": task.id,
                    "at": task.at,
                    "kind": task.kind,
                    "folder": str(task.target.parent),
                    "name": task.target.name,
                    "outside": int(outside),
                    "bytes": size,
                    "head": head,
                    "entries": entries,
                    "deep": int(task.deep),
                    "state": "failed" if why else "ok",
                    "why": why,
                },
            )

    def _tell_failed(self, task: _Task, why: str) -> None:
        with suppress(Refused, driver.Error):  # the records may be locked or full by now
            self._row(task, 0, "", 0, outside=is_outside(task.target.parent, self._session.home), why=why)


@dataclass(frozen=True, slots=True)
class _About:
    """What stands in the copy of the database."""

    head: str
    entries: int
    film_ids: frozenset[str]
    content: Content


def _looked_at(copy: Path, unlocked: Unlocked, home: Path) -> _About:
    key = unlocked.database
    try:
        opened = database.open_as_it_is(copy, key)
    finally:
        wipe(key)
    try:
        ids = opened.rows("SELECT id FROM media WHERE state = 'ready' UNION SELECT id FROM document")
        return _About(
            head=str(chain.head(opened, "audit")),
            entries=chain.head(opened, "entry").seq,
            film_ids=frozenset(row["id"] for row in ids),
            content=Content(
                rows=database.counted(opened.connection),
                migrations=tuple(database.applied_migrations(opened.connection)),
                lost=verify.lost_files(opened, home / "media"),
            ),
        )
    finally:
        opened.close()


def _refuse_unsound_copy(
    copy: Path, unlocked: Unlocked, head: str, rows: dict[str, int], *, deep: bool
) -> None:
    """Refused unless the copy read back opens, all its pages and links hold, and nothing is missing."""
    key = unlocked.database
    try:
        opened = database.open_as_it_is(copy, key)
    finally:
        wipe(key)
    try:
        faults = list(verify.examine(opened).faults) if deep else _quick_faults(opened)
        if str(chain.head(opened, "audit")) != head or database.counted(opened.connection) != rows:
            faults.append("The copy is not the records that were copied.")
    finally:
        opened.abandon()
    if faults:
        raise Refused(f"The backup does not count: {faults[0]}", "Check the records with verify.")


def _quick_faults(opened: database.Database) -> list[str]:
    pages = opened.connection.execute("PRAGMA cipher_integrity_check").fetchall()
    found = [*(str(row[0]) for row in pages), *database.unsound(opened.connection)]
    return found or [str(fault) for fault in chain.recent_faults(opened)]


def _free(target: Path) -> Path:
    """A name that no archive has yet: two may be made within a second."""
    number, free = 1, target
    while free.exists():
        number += 1
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
    return free


def _refuse_little_room(folder: Path, coming: int) -> None:
    free = disk.free_bytes(folder)
    if free < coming + _ROOM:
        raise Refused(
            f"There is too little room in {folder}: {_mb(coming + _ROOM)} are needed, {_mb(free)} are free.",
            "Free some space there, or choose another folder.",
        )


def _mb(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def _gone(target: Path) -> Refused:
    return Refused(
        f"The backup was not finished: {target.parent} is not there.", "Plug the stick in and make it again."
    )


def _not_made(target: Path, trouble: Exception) -> Refused:
    if isinstance(trouble, OSError) and not target.parent.is_dir():
        return _gone(target)
    return Refused(
        f"The backup was not finished: the disk of {target.parent} is full or fails.",
        "Check it, free some space, and make the backup again.",
    )


def _leave_nothing(part: Path, pool: Pool | None) -> None:
    with suppress(OSError):
        parts.remove(part)
    if pool is not None:
        pool.take_back()


def _shared(work: Generator[int, None, T], whole: int, start: float, end: float) -> Generator[float, None, T]:
    """Bytes done as a share of the progress."""
    try:
        while True:
            yield start + (end - start) * min(1.0, next(work) / max(1, whole))
    except StopIteration as finished:
        return finished.value
    finally:
        work.close()
