"""An older file brought up to date: copied, changed in one transaction, compared; or left as it was.

1 only known migrations, else a newer RunClinic made it   2 room for three times the file
3 all pages whole   4 a copy in backups/before-<from>-<to>, opened and counted
5 the migrations, triggers and search index   6 no row lost, no signature changed   7 a row of the audit
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from runclinic.records import disk, driver, schema
from runclinic.refused import Refused

_RESTORE = "Nothing was changed; restore the last backup, or ask for help with this file."
_COPIES = 3
_OURS = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    " AND name NOT LIKE 'client_fts%' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name"
)


def known_migrations() -> list[str]:
    """The names of all migrations of this RunClinic, in order."""
    return [migration.name for migration in schema.migrations._migrations]  # noqa: SLF001  it has no public list


def applied_migrations(connection: driver.Connection) -> list[str]:
    """The names of those that a file has, in order."""
    return [migration.name for migration in schema.migrations.applied(connection)]


def unsound(connection: driver.Connection) -> list[str]:
    """What quick_check and the foreign keys have against the file; empty if nothing."""
    said = [row[0] for row in connection.execute("PRAGMA quick_check(10)").fetchall()]
    lost = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [line for line in said if line != "ok"] + [f"{row[0]} {row[1]}" for row in lost]


def counted(connection: driver.Connection) -> dict[str, int]:
    """How many rows each of our tables has."""
    names = [row[0] for row in connection.execute(_OURS).fetchall()]
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  out of the schema
        for name in names
    }


def all_at_once(connection: driver.Connection) -> None:
    """All pending migrations and the triggers in one transaction: killed in the middle, nothing happened."""
    with connection.atomic():
        schema.migrations.apply(connection)
        schema.put_triggers(connection)


def bring_up_to_date(
    connection: driver.Connection, path: Path, key: bytes, tell: Callable[[str, str], None]
) -> None:
    """What is above; `tell` (from, to) adds the row of the audit, in the same transaction.

    Refused, with the file as it was, if it is not a clinic's, is newer, is damaged, finds no room, or a
    migration fails or loses something.
    """
    applied, known = applied_migrations(connection), known_migrations()
    if not applied:
        raise Refused(f"The record file {path} holds no records of a clinic.", _RESTORE)
    if not set(applied) <= set(known):
        raise Refused(
            "These records were made by a newer RunClinic.",
            "Install the newest RunClinic; nothing was changed.",
        )
    if not schema.migrations.pending(connection):
        return
    _refuse_unsound(connection)
    before = counted(connection)
    copied = _copy_before(connection, path, applied[-1], known[-1])
    _refuse_other_copy(copied / path.name, key, before)
    signed = _signed(connection)
    try:
        with connection.atomic():
            all_at_once(connection)
            _refuse_lost(connection, before, signed)
            _refuse_unsound(connection)
            tell(applied[-1], known[-1])
    except (driver.Error, _Lost) as trouble:
        raise Refused(
            "The records could not be brought up to date.", f"They stand as they were in {copied}."
        ) from trouble


class _Lost(Exception):
    """A migration lost rows or changed what was signed."""


def _signed(connection: driver.Connection) -> dict[str, bytes]:
    rows = connection.execute("SELECT id, content_hash FROM visit WHERE content_hash IS NOT NULL").fetchall()
    return dict(rows)


def _refuse_lost(connection: driver.Connection, before: dict[str, int], signed: dict[str, bytes]) -> None:
    after = counted(connection)
    fewer = [table for table, rows in before.items() if table in after and after[table] != rows]
    if fewer or _signed(connection) != signed:
        raise _Lost(", ".join(fewer) or "signatures")


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
    except OSError as trouble:
        shutil.rmtree(folder, ignore_errors=True)
        raise Refused(
            "The records could not be copied before bringing them up to date.",
            "Free three times the size of the record file; nothing was changed.",
        ) from trouble
    _forget_old_copies(backups, folder)
    return folder


def _forget_old_copies(backups: Path, newest: Path) -> None:
    former = [folder for folder in backups.glob("before-*") if folder.is_dir() and folder != newest]
    for old in sorted(former, key=lambda folder: folder.stat().st_mtime)[: max(0, len(former) - _COPIES + 1)]:
        shutil.rmtree(old, ignore_errors=True)


def _refuse_other_copy(copy: Path, key: bytes, before: dict[str, int]) -> None:
    """Refused unless the copy opens and holds as many rows."""
    try:
        opened = driver.connect(copy, key)
        try:
            same = counted(opened) == before
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            opened.conn.close()
    except driver.Error:
        same = False
    if not same:
        raise Refused(
            "The copy made before bringing the records up to date is not whole.",
            "Check the disk; nothing was changed.",
        )
