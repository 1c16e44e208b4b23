"""Files that belong to no film and no paper: put aside, listed to the owner, gone after 30 days."""

import os
import shutil
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from runclinic.records import disk

KEPT_FOR = timedelta(days=30)
_FOLDER = "orphans"


def sweep(home: Path, known: AbstractSet[str], now: datetime) -> tuple[str, ...]:
    """Half-made files away, files of no known id aside, old ones gone; the names of what went aside.

    A disk that is full or may not be written to is no reason to keep anyone out.
    """
    incoming, media = home / "incoming", home / "media"
    aside: list[str] = []
    with suppress(OSError):
        for part in incoming.glob("*.part"):
            part.unlink(missing_ok=True)
        for copy in incoming.glob("backup-*"):
            shutil.rmtree(copy, ignore_errors=True)
        for stray in media.glob("[0-9a-f][0-9a-f]/*"):
            if stray.name[:36] not in known:
                kept = disk.make_folder(media / _FOLDER) / stray.name
                disk.move(stray, kept)
                os.utime(kept, (now.timestamp(), now.timestamp()))
                aside.append(stray.name)
        for kept in (media / _FOLDER).glob("*"):
            if now.timestamp() - kept.stat().st_mtime > KEPT_FOR.total_seconds():
                kept.unlink(missing_ok=True)
    return tuple(aside)


def listed(home: Path) -> tuple[tuple[str, int], ...]:
    """What lies aside, with its bytes."""
    return tuple((file.name, file.stat().st_size) for file in sorted((home / "media" / _FOLDER).glob("*")))
