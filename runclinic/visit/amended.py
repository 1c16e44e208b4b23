"""A change after signing, in words: what screen and paper show, old and new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from runclinic.visit.entry import Json
from runclinic.visit.said import asked, said


@dataclass(frozen=True, slots=True)
class Amended:
    """One change: what was asked, the old and the new answer, why, by whom, when (as a date is read).

    `void` is of a visit that counts no more: then only reason, author and day are told. `private` answers
    stay off paper.
    """

    key: str
    asked: str
    old: str
    new: str
    reason: str
    by: str
    at: str
    void: bool = False
    private: bool = False


def amended(
    key: str,
    values: tuple[Json, Json],
    reason: str,
    by: str,
    at: str,
    *,
    void: bool = False,
    private: bool = False,
) -> Amended:
    """A change under a key; `values` are the old and the new one."""
    old, new = values
    return Amended(
        key, "" if void else asked(key), said(key, old), said(key, new), reason, by, at, void, private
    )


def latest(changes: Sequence[Amended]) -> dict[str, Amended]:
    """The last change of each key, with the value that was signed as its old one."""
    found: dict[str, Amended] = {}
    for each in changes:
        if each.void:
            continue
        first = found.get(each.key)
        old = first.old if first else each.old
        found[each.key] = Amended(
            each.key, each.asked, old, each.new, each.reason, each.by, each.at, private=each.private
        )
    return found


def day_of(stamp: str, zone: tzinfo | None = None) -> str:
    """A moment of a record as a day is read here: "20 Nov 2026"."""
    moment = datetime.fromisoformat(stamp).astimezone(zone)
    return f"{moment.day} {moment:%b %Y}"
