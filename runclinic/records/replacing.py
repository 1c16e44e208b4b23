"""Restored records take the place of those that lie there: all of them, or none; the former are kept 30 days.

restoring/                what is restored, until it is whole and proven
restoring/ready           from this file on it takes its place, if need be at the next start
before-restore/<time>/    what lay there before

First everything there goes out, then everything restored goes in, the key file last. Cut off anywhere,
it is completed from there.
"""

import json
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from runclinic.records import disk, keys

RESTORING, READY, KEPT = "restoring", "ready", "before-restore"
KEPT_FOR = timedelta(days=30)
_ITEMS = (
    disk.DATABASE,
    disk.DATABASE + "-wal",
    disk.DATABASE + "-shm",
    "media",
    keys.FORMER,
    keys.NAME,
)
_NAMED = "%Y%m%dT%H%M%SZ"


def unfinished(home: Path) -> bool:
    """Whether restored records are on their way to their place."""
    return (home / RESTORING / READY).exists()


def begin(home: Path) -> Path:
    """An empty folder for what is restored."""
    shutil.rmtree(home / RESTORING, ignore_errors=True)
    return disk.make_folder(home / RESTORING)


def drop(home: Path) -> None:
    """What was restored is not wanted, or not whole."""
    if not unfinished(home):
        shutil.rmtree(home / RESTORING, ignore_errors=True)


def commit(home: Path, now: datetime) -> Path | None:
    """What is in restoring/ is whole: put it in place; where the former records are, if any lay there."""
    kept = home / KEPT / now.strftime(_NAMED)
    while kept.exists():
        kept = kept.with_name(kept.name + "-2")
    _mark(home, kept.name, "out")
    finish(home)
    with suppress(OSError):  # only if nothing lay there
        kept.rmdir()
    return kept if kept.exists() else None


def finish(home: Path) -> None:
    """Complete what was decided, undo what was not; under the lock, with the database closed."""
    restoring = home / RESTORING
    if not unfinished(home):
        shutil.rmtree(restoring, ignore_errors=True)
        return
    mark = json.loads((restoring / READY).read_text(encoding="utf-8"))
    kept = disk.make_folder(home / KEPT / mark["kept"])
    if mark["phase"] == "out":
        for item in _ITEMS:
            if (home / item).exists():
                disk.move(home / item, kept / item)
        _mark(home, kept.name, "in")
    for item in _ITEMS:
        if (restoring / item).exists():
            disk.move(restoring / item, home / item)
    (restoring / READY).unlink()
    shutil.rmtree(restoring, ignore_errors=True)
    disk.sync_folder(home)


def forget_old(home: Path, now: datetime) -> None:
    """Former records away once they are 30 days old."""
    for kept in (home / KEPT).glob("*T*Z*"):
        with suppress(ValueError):
            since = datetime.strptime(kept.name[:16], _NAMED).replace(tzinfo=now.tzinfo)
            if now - since > KEPT_FOR:
                shutil.rmtree(kept, ignore_errors=True)
    with suppress(OSError):
        (home / KEPT).rmdir()  # only if nothing is left in it


def _mark(home: Path, kept: str, phase: str) -> None:
    text = json.dumps({"kept": kept, "phase": phase})
    disk.write_whole(home / RESTORING / READY, text.encode())
