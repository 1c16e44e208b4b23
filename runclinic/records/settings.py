"""Settings of the clinic: entries of no visit, so they too have a trail."""

from typing import TypeVar

from runclinic.records.access import AccessLog
from runclinic.records.visits import Entries
from runclinic.visit.entry import Entry, Json, standing

T = TypeVar("T")


class Settings:
    """What the clinic has chosen, under keys such as "clinic/name"."""

    def __init__(self, entries: Entries, access: AccessLog | None = None) -> None:
        self._entries = entries
        self._access = access
        self._known: dict[str, Json] | None = None

    def get(self, key: str, default: T | None = None) -> Json | T:
        return self._all().get(key, default)

    def set(self, key: str, value: Json) -> None:
        """One setting, on the disk when this returns; nothing is written if it stands so already."""
        if key in self._all() and self._all()[key] == value:
            return
        with self._entries.writing():
            self._entries.append("", key, value, "value", "typed")
            if self._access is not None:
                self._access.note("settings", "setting", key)
        self._all()[key] = value

    def all(self) -> dict[str, Json]:
        return dict(self._all())

    def entries(self) -> tuple[Entry, ...]:
        """Every setting ever made, in order."""
        return self._entries.of("")

    def _all(self) -> dict[str, Json]:
        if self._known is None:
            self._known = {key: entry.value for key, entry in standing(self.entries()).items()}
        return self._known
