"""The one open database of a store: opened with care, brought up to date, written in transactions."""

import os
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

from runclinic.records import disk, driver, schema
from runclinic.records.keys import Locked
from runclinic.records.migrate import (
    all_at_once,
    applied_migrations,
    bring_up_to_date,
    counted,
    known_migrations,
    unsound,
)
from runclinic.refused import Refused

NAME = disk.DATABASE
PAGE_BYTES = 4096
_ALLOW, _DENY = 0, 1
_WRITES = frozenset({2, 7, 9, 11, 16, 18, 23, 26})
"""SQLite's codes of what an authorizer is asked: create, drop, alter, insert, update, delete."""
_RESTORE = "Nothing was changed; restore the last backup, or ask for help with this file."

__all__ = [
    "NAME",
    "PAGE_BYTES",
    "Database",
    "Row",
    "Value",
    "applied_migrations",
    "counted",
    "create",
    "known_migrations",
    "open_as_it_is",
    "open_existing",
    "refuse_no_database",
    "unsound",
]

Row: TypeAlias = dict[str, Any]
Value: TypeAlias = "str | int | float | bytes | None"


class Database:
    """Rows in and out, on any thread; one transaction at a time, on the disk when it has ended."""

    def __init__(self, connection: driver.Connection) -> None:
        self.connection = connection
        self._turn = threading.RLock()
        self._open = True
        self._within = False

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """All rows of a question; Refused where a page of the file is damaged."""
        with self._turn:
            try:
                found = self._live().execute(sql, tuple(values))
                names = [column[0] for column in found.description]
                return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
            except driver.Error as trouble:
                if _is_damage(trouble):
                    raise Refused(
                        "A part of the record file is damaged; what stands there cannot be shown.", _RESTORE
                    ) from trouble
                raise

    def one(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        found = self.rows(sql, values)
        return found[0] if found else None

    def insert(self, table: str, row: Mapping[str, Value]) -> None:
        """One new row; names of tables and columns are ours, never out of what someone typed."""
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        self.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))  # noqa: S608

    def run(self, sql: str, values: Sequence[Value] = ()) -> None:
        with self._turn:
            self._live().execute(sql, tuple(values))

    @contextmanager
    def writing(self) -> Generator[None]:
        """One transaction, on the disk (synchronous FULL) when the block ends; all of it, or nothing.

        A block within a block is part of it: what fails inside must not be swallowed outside. Refused,
        with nothing written, when the disk is full or may not be written to.
        """
        with self._turn:
            if self._within:
                yield
                return
            self._within = True
            try:
                with self._live().atomic():
                    yield
            except driver.IntegrityError as broken:
                if "visit is signed" in str(broken):
                    raise Refused(
                        "This visit is signed; it stands as it is.", "Write an amendment."
                    ) from broken
                raise
            except driver.Error as trouble:
                raise _not_saved(trouble) from trouble
            finally:
                self._within = False

    def read_only(self, but: Sequence[str]) -> None:
        """From now on nothing is written, but to the tables named: the rule for who may read alone."""
        with self._turn:
            allowed = frozenset(but)

            def judge(deed: int, table: str | None, *_: object) -> int:
                return _DENY if deed in _WRITES and table not in allowed else _ALLOW

            self._live().conn.set_authorizer(judge)

    def close(self) -> None:
        """Everything into the one file, then closed; a second call does nothing."""
        with self._turn:
            if self._open:
                self._open = False
                with suppress(driver.Error):  # what is committed stands in the WAL, and is found there
                    self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                self.connection.close()

    def abandon(self) -> None:
        """Close without a word to the file."""
        with self._turn:
            self._open = False
            self.connection.close()

    def _live(self) -> driver.Connection:
        if not self._open:
            raise Locked
        return self.connection


def _is_damage(trouble: Exception) -> bool:
    return any(sign in str(trouble) for sign in ("malformed", "not a database", "disk I/O error"))


class NotSaved(Refused):
    """The disk did not take it now; once there is room, or it works again, the same is saved."""


def _not_saved(trouble: Exception) -> Refused:
    said = str(trouble)
    if "full" in said:
        return NotSaved("This was not saved: the disk is full.", "Free some space; then it is saved.")
    if "readonly" in said or "unable to open" in said:
        return NotSaved(
            "This was not saved: the data folder may not be written to.", "Check who may write to it."
        )
    if "disk I/O error" in said:
        return NotSaved("This was not saved: the disk fails or is full.", "Check the disk; then it is saved.")
    if "not authorized" in said:
        return Refused("This was not saved: you may read these records, not change them.", "Ask an owner.")
    if _is_damage(trouble):
        return Refused("This was not saved: the record file is damaged.", _RESTORE)
    return Refused(f"This was not saved: the disk answered “{said}”.", "Try again; then restart RunClinic.")


def create(path: Path, key: bytes) -> Database:
    """A new database with all tables, on the disk; FileExistsError if a file is there."""
    os.close(disk.create(path))  # SQLite gives -wal and -shm the rights of this file
    connection = driver.connect(path, key)
    try:
        all_at_once(connection)
    except BaseException:
        connection.close()
        raise
    return Database(connection)


def refuse_no_database(path: Path) -> None:
    """Refused if the file is missing, empty or cut off: SQLite would take an empty one for a new one."""
    if not path.is_file():
        raise Refused(
            f"The record file {path} is missing.",
            "Put it back, or restore the last backup; nothing was changed.",
        )
    size = path.stat().st_size
    if size == 0:
        raise Refused(f"The record file {path} is empty (0 bytes).", _RESTORE)
    if size % PAGE_BYTES:
        raise Refused(
            f"The record file {path} is cut off or is another kind of file ({size} bytes).", _RESTORE
        )


def open_as_it_is(path: Path, key: bytes) -> Database:
    """The database of this key, not brought up to date; Refused if the key does not open it."""
    refuse_no_database(path)
    try:
        return Database(driver.connect(path, key))
    except driver.Error as trouble:
        if "unable to open" in str(trouble) or "readonly" in str(trouble):
            raise disk.NotWritable(
                f"The record file {path} may not be opened for writing.",
                "Check who may write to this folder.",
            ) from trouble
        raise Refused(
            f"The record file {path} is damaged or another file lies in its place: its key does not open it.",
            _RESTORE,
        ) from trouble


def open_existing(
    path: Path, key: bytes, tell: Callable[[Database, str, str], None] = lambda *_: None
) -> Database:
    """The database of this key, brought up to date; Refused, with nothing written, if it is not sound.

    `tell` (database, from, to) writes into the audit that it was brought up to date.
    """
    opened = open_as_it_is(path, key)
    try:
        bring_up_to_date(opened.connection, path, key, lambda former, now: tell(opened, former, now))
        _refuse_without_triggers(opened.connection)
    except driver.Error as trouble:
        opened.abandon()
        raise Refused(f"The record file {path} is damaged.", _RESTORE) from trouble
    except BaseException:
        opened.abandon()
        raise
    return opened


def _refuse_without_triggers(connection: driver.Connection) -> None:
    if not schema.triggers_hold(connection):
        raise Refused(
            "The rules that keep records from being changed were removed from the record file.", _RESTORE
        )
