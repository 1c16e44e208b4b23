"""Who was erased after a backup was made is erased again in what is restored from it."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from runclinic.records import archive, database, driver
from runclinic.records.access import AccessLog
from runclinic.records.archive import Archive
from runclinic.records.clock import Clock
from runclinic.records.database import Database, Row
from runclinic.records.erasure import Erased, Erasure, erased
from runclinic.records.films import Films
from runclinic.records.keys import Unlocked
from runclinic.records.retention import Retention
from runclinic.records.session import Session
from runclinic.records.settings import Settings
from runclinic.records.therapist import everyone
from runclinic.records.visits import Entries
from runclinic.records.wiping import fleeting
from runclinic.refused import Refused


def known(opened: Archive, home: Path, unlocked: Unlocked, scratch: Path) -> tuple[Erased, ...]:
    """Every erasure that the records lying there, or newer backups beside this one, know of."""
    found: dict[str, Erased] = {}
    for row in (*_there(home, opened.head.store_id, unlocked), *_newer(opened, unlocked, scratch)):
        found.setdefault(row["client_id"], erased(row))
    return tuple(found.values())


def erase_again(live: Database, home: Path, unlocked: Unlocked, clock: Clock, who: tuple[Erased, ...]) -> int:
    """Erase them in what is restored, by whoever restores it; how many there were."""
    people = everyone(live)
    by = next((each for each in people if each.id == unlocked.slot.id), None)
    by = by or next((each for each in people if each.role == "owner"), None)  # the recovery key is nobody's
    if not who or by is None:
        return 0
    session = Session(home, live, by, secrets.token_hex(8), clock)
    access, entries = AccessLog(session), Entries(session)
    retention = Retention(session, access, Settings(entries))
    return len(Erasure(session, access, entries, Films(session, access), retention).replay(who))


def _there(home: Path, store_id: str, unlocked: Unlocked) -> list[Row]:
    """The list of the records that are about to be replaced, if this key opens them and they are sound."""
    path = home / database.NAME
    left_open = any(path.with_name(path.name + end).exists() for end in ("-wal", "-shm"))
    if not path.is_file() or left_open:
        return []
    return _listed(path, store_id, unlocked)


def _newer(opened: Archive, unlocked: Unlocked, scratch: Path) -> Iterator[Row]:
    """The list of the newest backup beside this one."""
    others = archive.archives_in(opened.path.parent, opened.head.store_id)
    for path, head in reversed(others):
        if head.at <= opened.head.at:
            return
        copy = scratch / "newer" / database.NAME
        copy.parent.mkdir(mode=0o700)
        try:
            with suppress(Refused, OSError), fleeting(unlocked.backup) as key, Archive(path, key) as newer:
                for _ in newer.taken_out(newer.member(database.NAME), copy):
                    pass
                yield from _listed(copy, head.store_id, unlocked)
                return
        finally:
            shutil.rmtree(copy.parent, ignore_errors=True)


def _listed(path: Path, store_id: str, unlocked: Unlocked) -> list[Row]:
    with suppress(Refused, driver.Error), fleeting(unlocked.database) as key:
        opened = database.open_as_it_is(path, key)
        try:
            owner = opened.one("SELECT value FROM meta WHERE key = 'store_id'")
            if owner is not None and owner["value"] == store_id:
                return opened.rows("SELECT * FROM erasure ORDER BY at, id")
        finally:
            opened.close()
    return []
