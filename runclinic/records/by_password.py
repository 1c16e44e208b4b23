"""Records opened by whatever password fits, without a name: in a shell, and from a backup."""

from pathlib import Path

from runclinic.records import key_copies, keys, recovery
from runclinic.records.keys import FLOOR, Cost, KeyFile, Unlocked
from runclinic.refused import Refused


def open_by(file: KeyFile, secret: str, floor: Cost = FLOOR) -> Unlocked:
    """The keys by any password that a key file takes, or by its recovery key, as typed.

    WrongPassword if none fits. Each name costs one try of the password.
    """
    if file.recovery() is not None and _looks_like_a_key(secret):
        return recovery.open_slot(file, secret)
    for slot in file.therapists():
        try:
            return keys.open_slot(file, slot.id, secret, floor)
        except keys.WrongPassword:
            continue
    raise keys.WrongPassword(
        "This password opens none of the names in it.",
        "Type a password that was used on that day, or the recovery key of the sheet.",
    )


def whose(home: Path, secret: str, floor: Cost = FLOOR) -> str:
    """The id of the therapist whose password this is; with one therapist alone, hers, whatever is typed."""
    people = key_copies.current(home).file
    if len(people.therapists()) == 1:
        return people.therapists()[0].id
    unlocked = open_by(people, secret, floor)
    try:
        return unlocked.slot.id
    finally:
        unlocked.close()


def _looks_like_a_key(secret: str) -> bool:
    try:
        recovery.read(secret)
    except Refused:
        return False
    return True
