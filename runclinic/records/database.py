"""The one open database of a store: opened with care, brought up to date, written in transactions."""

import os
import shutil
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

from runclinic.records import disk, driver, schema
from runclinic.refused import Refused

NAME = disk.DATABASE
PAGE_BYTES = 4096
_RESTORE = "Nothing was changed; restore the last backup, or ask for help with this file."

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
            raise Refused("The records are locked.", "Unlock them with your password.")
        return self.connection


def _is_damage(trouble: Exception) -> bool:
    return any(sign in str(trouble) for sign in ("malformed", "not a database", "disk I/O error"))


def _not_saved(trouble: Exception) -> Refused:
    said = str(trouble)
    if "full" in said:
        return Refused("This was not saved: the disk is full.", "Free some space; then it is saved.")
    if "readonly" in said or "unable to open" in said:
        return Refused(
            "This was not saved: the data folder may not be written to.", "Check who may write to it."
        )
    if _is_damage(trouble):
        return Refused("This was not saved: the record file is damaged.", _RESTORE)
    return Refused(f"This was not saved: the disk answered “{said}”.", "Try again; then restart RunClinic.")


def create(path: Path, key: bytes) -> Database:
    """A new database with all tables, on the disk; FileExistsError if a file is there."""
    os.close(disk.create(path))  # SQLite gives -wal and -shm the rights of this file
    connection = driver.connect(path, key)
    try:
        _migrate(connection)
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
            raise Refused(
                f"The record file {path} may not be opened for writing.",
                "Check who may write to this folder.",
            ) from trouble
        raise Refused(
            f"The record file {path} is damaged or another file lies in its place: its key does not open it.",
            _RESTORE,
        ) from trouble


def open_existing(path: Path, key: bytes) -> Database:
    """The database of this key, brought up to date; Refused, with nothing written, if it is not sound."""
    opened = open_as_it_is(path, key)
    try:
        _bring_up_to_date(opened.connection, path)
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


def _bring_up_to_date(connection: driver.Connection, path: Path) -> None:
    pending = schema.migrations.pending(connection)
    applied = [migration.name for migration in schema.migrations.applied(connection)]
    if not applied:
        raise Refused(f"The record file {path} holds no records of a clinic.", _RESTORE)
    if not set(applied) <= set(known_migrations()):
        raise Refused(
            "These records were made by a newer RunClinic.",
            "Install the newest RunClinic; nothing was changed.",
        )
    if pending:
        _refuse_unsound(connection)
        copied = _copy_before(connection, path, applied[-1], known_migrations()[-1])
        try:
            _migrate(connection)
            _refuse_unsound(connection)
        except driver.Error as trouble:
            raise Refused(
                "The records could not be brought up to date.", f"They stand as they were in {copied}."
            ) from trouble


def _migrate(connection: driver.Connection) -> None:
    """All pending migrations and the triggers in one transaction: killed in the middle, nothing happened."""
    with connection.atomic():
        schema.migrations.apply(connection)
        schema.put_triggers(connection)


def known_migrations() -> list[str]:
    """The names of all migrations of this RunClinic, in order."""
    return [migration.name for migration in schema.migrations._migrations]  # noqa: SLF001  it has no public list


def unsound(connection: driver.Connection) -> list[str]:
    """What quick_check and the foreign keys have against the file; empty if nothing."""
    said = [row[0] for row in connection.execute("PRAGMA quick_check(10)").fetchall()]
    lost = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [line for line in said if line != "ok"] + [f"{row[0]} {row[1]}" for row in lost]


def _refuse_unsound(connection: driver.Connection) -> None:
    page_trouble = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    if page_trouble or unsound(connection):
        raise Refused("The record file is damaged.", _RESTORE)


def _copy_before(connection: driver.Connection, path: Path, former: str, coming: str) -> Path:
    """The file and its keys as they are, copied to backups/ before a migration touches them."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    if disk.free_bytes(path.parent) < 3 * path.stat().st_size:
        raise Refused(
            "The disk is too full to bring the records up to date.",
            "Free three times the size of the record file; nothing was changed.",
        )
    backups = disk.make_folder(path.parent / "backups")
    folder = backups / f"before-{former[:5]}-{coming[:5]}"
    number = 1
    while folder.exists():
        number += 1
        folder = backups / f"before-{former[:5]}-{coming[:5]}-{number}"
    disk.make_folder(folder)
    try:
        for name in (path.name, "keys.json"):
            disk.copy_whole(path.with_name(name), folder / name)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder
