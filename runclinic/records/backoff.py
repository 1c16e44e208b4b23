"""Wrong passwords make the next try wait, name by name, over restarts; nothing is ever wiped.

It keeps a passer-by from trying at this window. Against a thief with a copy only the password helps.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from runclinic.records import disk
from runclinic.records.clock import moment, stamp
from runclinic.refused import Refused

NAME = "attempts.json"
FREE = 3
LONGEST_S = 60
_LARGEST_FILE = 64 * 1024


class Failed(msgspec.Struct, frozen=True):
    """Wrong passwords in a row for one name: how many, when the last, and how many the audit knows of."""

    count: int
    last: str
    logged: int = 0


class TooSoon(Refused):
    """The next try must wait `wait_s` seconds."""

    def __init__(self, count: int, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__(
            f"{count} wrong passwords in a row. The next one can be tried in {max(1, round(wait_s))} s.",
            "The recovery key works at once.",
        )


def delay_s(count: int) -> int:
    """How long the next try waits after so many wrong ones: 0, 0, 0, then 2, 4, 8 ... 60 s."""
    return 0 if count < FREE else min(LONGEST_S, 2 ** min(count - FREE + 1, 10))


def all_failed(home: Path) -> dict[str, Failed]:
    """Wrong passwords in a row, by therapist; a damaged list is an empty one, for nobody is locked out."""
    with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError), (home / NAME).open("rb") as opened:
        return msgspec.json.decode(opened.read(_LARGEST_FILE), type=dict[str, Failed])
    return {}


def wait_s(home: Path, therapist_id: str, now: datetime) -> float:
    """Seconds until her next try."""
    failed = all_failed(home).get(therapist_id)
    if failed is None:
        return 0.0
    due = delay_s(failed.count)
    try:
        passed = (now - moment(failed.last)) / timedelta(seconds=1)
    except (ValueError, TypeError):
        return 0.0
    if passed < 0:  # the clock was set back: she waits from now on, not until it has caught up
        _write(home, therapist_id, Failed(failed.count, stamp(now), failed.logged))
        passed = 0.0
    return max(0.0, due - passed)


def refuse_too_soon(home: Path, therapist_id: str, now: datetime) -> None:
    """TooSoon while her next try must wait."""
    left = wait_s(home, therapist_id, now)
    if left > 0:
        raise TooSoon(all_failed(home)[therapist_id].count, left)


def failed(home: Path, therapist_id: str, now: datetime) -> None:
    """One more wrong password."""
    before = all_failed(home).get(therapist_id, Failed(0, ""))
    _write(home, therapist_id, Failed(before.count + 1, stamp(now), before.logged))


def forget(home: Path, therapist_id: str) -> None:
    """The password was right: she starts at nothing again."""
    if therapist_id in all_failed(home):
        _write(home, therapist_id, None)


def logged(home: Path) -> None:
    """The audit knows of all of them now."""
    everyone = all_failed(home)
    if any(each.logged < each.count for each in everyone.values()):
        _put(home, {name: Failed(each.count, each.last, each.count) for name, each in everyone.items()})


def _write(home: Path, therapist_id: str, now: Failed | None) -> None:
    everyone = {name: each for name, each in all_failed(home).items() if name != therapist_id}
    _put(home, everyone if now is None else {**everyone, therapist_id: now})


def _put(home: Path, everyone: Mapping[str, Failed]) -> None:
    if everyone:
        with suppress(OSError):  # a full disk must not hide that the password was wrong
            disk.write_whole(home / NAME, msgspec.json.encode(everyone))
    else:
        (home / NAME).unlink(missing_ok=True)
