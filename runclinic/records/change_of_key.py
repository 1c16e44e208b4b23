"""Another store key: whoever knew the old one, or has an old key file, opens these records no more.

A copy of the database is made under the new key, checked, and put in place together with its key file
(swap.py). The store key is sealed anew to every slot whose public key the records know; passwords, the
recovery key and signatures stay what they are. Keys of clients stay too, so films are not written anew.
"""

import os
import secrets
import shutil
from collections.abc import Generator
from pathlib import Path

import msgspec

from runclinic.records import chain, database, disk, driver, keys, swap
from runclinic.records.access import AccessLog
from runclinic.records.clock import stamp
from runclinic.records.database import Database
from runclinic.records.keys import KeyFile, Unlocked
from runclinic.records.session import Session
from runclinic.records.therapist import end_therapist, refuse_foreign_keys
from runclinic.records.wiping import fleeting
from runclinic.refused import Refused

_TIMES_THE_FILE = 2


def changing(session: Session, unlocked: Unlocked, without: str = "") -> Generator[float]:
    """Change the store key, without one therapist if asked; yields its progress.

    The database of the session is closed and the lock held: nobody writes meanwhile. Refused, or
    closed at a yield: nothing was changed. Afterwards the records are unlocked with the same passwords.
    """
    home = session.home
    file = keys.read(home / keys.NAME)
    keys.refuse_forged(file, unlocked)
    size = (home / disk.DATABASE).stat().st_size
    disk.refuse_little_room(home, _TIMES_THE_FILE * size)
    yield 0.05
    store_key = secrets.token_bytes(32)
    making = swap.begin(home)
    try:
        with fleeting(store_key), fleeting(keys.derive(store_key, b"runclinic/db/1")) as new:
            with fleeting(unlocked.database) as old:
                _copy(home / disk.DATABASE, making / disk.DATABASE, old, new)
            yield 0.5
            coming = _coming(making, file, session, store_key, new, without)
            yield 0.7
            _refuse_unlike(home / disk.DATABASE, making / disk.DATABASE, unlocked, new)
            with fleeting(keys.derive(store_key, b"runclinic/keyfile/1")) as key:
                keys.write(making / keys.NAME, coming, key)
        yield 0.95
        swap.commit(home)
    except (OSError, driver.Error) as trouble:
        raise Refused(
            "The key could not be changed: the disk is full or fails.",
            "Nothing was changed; free some space.",
        ) from trouble
    finally:
        shutil.rmtree(making, ignore_errors=True)
    yield 1.0


def _copy(source: Path, target: Path, old: bytes, new: bytes) -> None:
    """All pages of a database, encrypted anew under another key."""
    given = driver.connect(source, old)
    try:
        os.close(disk.create(target))
        made = driver.connect(target, new)
        try:
            given.execute("BEGIN")
            given.execute("SELECT count(*) FROM sqlite_master").fetchone()
            given.conn.backup(made.conn)
            given.execute("COMMIT")
        finally:
            made.conn.close()
    finally:
        given.conn.close()


def _coming(
    making: Path, file: KeyFile, session: Session, store_key: bytes, new: bytes, without: str
) -> KeyFile:
    """The rows that change with the key, written into the copy; and the key file that belongs to it."""
    made = database.open_as_it_is(making / disk.DATABASE, new)
    try:
        remaining = file.without(without) if without else file
        refuse_foreign_keys(made, remaining)
        there = Session(session.home, made, session.therapist, session.id, session.clock)
        access = AccessLog(there)
        with made.writing():
            if without:
                end_therapist(made, without, stamp(session.clock()))
                access.note("people", "therapist", without, what="removed")
            access.note("people", "clinic", what="store key changed")
    finally:
        made.close()
    slots = tuple(
        msgspec.structs.replace(
            slot, sealed_store_key=keys.seal(store_key, slot.x25519_pub, file.store_id, slot.id)
        )
        for slot in remaining.slots
    )
    return msgspec.structs.replace(remaining, slots=slots)


def _refuse_unlike(source: Path, target: Path, unlocked: Unlocked, new: bytes) -> None:
    """Refused unless the copy is sound and every table has as many rows as the original (the audit more)."""
    with fleeting(unlocked.database) as old:
        given = database.open_as_it_is(source, old)
    try:
        made = database.open_as_it_is(target, new)
        try:
            damaged = made.connection.execute("PRAGMA cipher_integrity_check").fetchall()
            before, after = _counts(given), _counts(made)
            more = after.pop("audit") - before.pop("audit")
            if damaged or database.unsound(made.connection) or chain.recent_faults(made):
                raise Refused("The copy under the new key is not sound.", "Nothing was changed; try again.")
            if before != after or more < 1:
                raise Refused(
                    "The copy under the new key is not complete.", "Nothing was changed; try again."
                )
        finally:
            made.close()
    finally:
        given.close()


def _counts(opened: Database) -> dict[str, int]:
    tables = [
        row["name"]
        for row in opened.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'client_fts%'"
        )
    ]
    return {
        name: opened.rows(f'SELECT count(*) AS n FROM "{name}"')[0]["n"]  # noqa: S608  names out of our schema
        for name in tables
    }
