"""One thing recorded; what stands now; what stood when it was signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
State = Literal["value", "cleared"]
Source = Literal["typed", "runner", "carried", "imported", "measured"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact that a person (or an import) recorded; appended, never changed.

    `visit` is the visit's id, or "" for a setting of the clinic. `key` is a path such as
    "safety/RF01" (form/question), "gait/<clip>/event/<n>" or "decision/outcome". `value` is plain
    JSON, dates as "2026-11-20". State "cleared" takes an answer back: the key is then open again.
    `when` is UTC, "YYYY-MM-DDThh:mm:ss.sssZ"; `who` the therapist's id.
    """

    visit: str
    key: str
    value: Json
    who: str
    when: str
    state: State = "value"
    source: Source = "typed"


def day_of(entry: Entry) -> date:
    """The day on which it was recorded, here."""
    return datetime.fromisoformat(entry.when).astimezone().date()


def standing(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The last entry of each key, in the order recorded; a key that was cleared is absent."""
    last = {entry.key: entry for entry in entries}
    return {key: entry for key, entry in last.items() if entry.state == "value"}
