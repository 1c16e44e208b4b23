"""Two files that change together, the database and its key file: both new ones are in place, or neither.

changing/   the new pair while it is made; away at the next start
changed/    the new pair, whole and flushed: from that rename on it is put in place, at the latest at a start
former/     the old pair, until the new one has been opened once

Renaming changing/ to changed/ is the one moment that decides. What follows can be cut off anywhere and
is completed from there.
"""

import shutil
from pathlib import Path

from runclinic.records import disk, keys

CHANGING, CHANGED, FORMER = "changing", "changed", "former"
_LOGS = ("-wal", "-shm")


def unfinished(home: Path) -> bool:
    """Whether a pair was left half made or half in place."""
    return (home / CHANGING).exists() or (home / CHANGED).exists()


def begin(home: Path) -> Path:
    """An empty folder for the new pair."""
    shutil.rmtree(home / CHANGING, ignore_errors=True)
    return disk.make_folder(home / CHANGING)


def commit(home: Path) -> None:
    """The pair in changing/ is whole: it is the one from now on, and put in place."""
    shutil.rmtree(home / FORMER, ignore_errors=True)
    disk.sync_folder(home / CHANGING)
    disk.move(home / CHANGING, home / CHANGED)
    finish(home)


def finish(home: Path) -> None:
    """Complete what was decided, undo what was not; under the lock, with the database closed."""
    shutil.rmtree(home / CHANGING, ignore_errors=True)
    changed, former = home / CHANGED, home / FORMER
    if not changed.exists():
        return
    new_keys, new_database = changed / keys.NAME, changed / disk.DATABASE
    disk.make_folder(former)
    if new_keys.exists() and new_database.exists() and not (former / keys.NAME).exists():
        disk.write_whole(former / keys.NAME, (home / keys.NAME).read_bytes())
    if new_database.exists():
        if (home / disk.DATABASE).exists():
            disk.move(home / disk.DATABASE, former / disk.DATABASE)
        for end in _LOGS:  # of the old file: beside the new one they would destroy it
            (home / (disk.DATABASE + end)).unlink(missing_ok=True)
        disk.move(new_database, home / disk.DATABASE)
    if new_keys.exists():
        disk.write_whole(home / keys.FORMER, new_keys.read_bytes())
        disk.move(new_keys, home / keys.NAME)
    shutil.rmtree(changed)
    disk.sync_folder(home)


def settled(home: Path) -> None:
    """The new pair has been opened: the old one is not needed any more."""
    shutil.rmtree(home / FORMER, ignore_errors=True)
