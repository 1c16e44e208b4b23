"""The moment of a record: UTC, to the millisecond."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def utc() -> datetime:
    """The clock of the product."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """A moment as records hold it: "2026-11-20T09:30:00.000Z"."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(stamped: str) -> datetime:
    """A moment out of a record."""
    return datetime.fromisoformat(stamped)
