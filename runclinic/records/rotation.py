"""Which backups stay: all of two days, then one a day, a week, a month; films that none holds go with them.

Anki's defaults (ankitects/anki, rslib): all of 2 days, 12 daily, 10 weekly, 9 monthly. The last two that
were read back and found whole always stay, and everything while a legal hold stands.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from runclinic.records import archive, parts
from runclinic.records.archive import POOL, Archive
from runclinic.records.clock import moment
from runclinic.refused import Refused

ALL_OF = timedelta(days=2)
DAILY, WEEKLY, MONTHLY = 12, 10, 9
VERIFIED = 2


@dataclass(frozen=True, slots=True)
class Backup:
    """One archive of a folder; `at` is when it was made."""

    name: str
    at: datetime
    verified: bool


def leaving(backups: Iterable[Backup], now: datetime) -> tuple[str, ...]:
    """The names of those that may go, oldest first."""
    newest_first = sorted(backups, key=lambda backup: (backup.at, backup.name), reverse=True)
    stay = {backup.name for backup in newest_first if now - backup.at < ALL_OF}
    stay |= {backup.name for backup in [each for each in newest_first if each.verified][:VERIFIED]}
    stay |= {backup.name for backup in newest_first[:VERIFIED]}
    older = [backup for backup in newest_first if now - backup.at >= ALL_OF]
    stay |= _one_each(older, lambda at: at.strftime("%Y-%m-%d"), DAILY)
    stay |= _one_each(older, lambda at: at.strftime("%G-%V"), WEEKLY)
    stay |= _one_each(older, lambda at: at.strftime("%Y-%m"), MONTHLY)
    return tuple(backup.name for backup in reversed(newest_first) if backup.name not in stay)


def _one_each(newest_first: Sequence[Backup], of: Callable[[datetime], str], many: int) -> set[str]:
    """The newest of each day, week or month, for so many of them."""
    last: dict[str, str] = {}
    for backup in newest_first:
        last.setdefault(of(backup.at), backup.name)
    return set(list(last.values())[:many])


def rotate(
    folder: Path, store_id: str, verified: Iterable[str], key: bytes, now: datetime
) -> tuple[str, ...]:
    """Remove the archives of a clinic that may go, and pooled films of none; the names of what went."""
    known = set(verified)
    there = {path.name: head for path, head in archive.archives_in(folder, store_id)}
    backups = [Backup(name, moment(head.at), name in known) for name, head in there.items()]
    gone = leaving(backups, now)
    for name in gone:
        parts.remove(folder / name)
    if gone:
        sweep_pool(folder, store_id, key)
    return gone


def sweep_pool(folder: Path, store_id: str, key: bytes) -> tuple[str, ...]:
    """Remove pooled films that no archive there holds; nothing while one of them cannot be read."""
    needed: set[str] = set()
    try:
        others = [path for path in folder.glob(f"*{archive.ENDING}") if archive.head_of(path).store_id]
        for path in others:
            with Archive(path, key) as opened:
                needed |= {member.sha256.hex() for member in opened.manifest.members if member.offset < 0}
    except (Refused, OSError):
        return ()
    if not archive.archives_in(folder, store_id):
        return ()
    unneeded = [film for film in (folder / POOL).glob("[0-9a-f][0-9a-f]/*.rcm") if film.stem not in needed]
    for film in unneeded:
        with suppress(OSError):
            parts.remove(film)
    return tuple(film.name for film in unneeded)
