"""What the hand did on a frame whose exact picture is still on its way: done once that picture is there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Act: TypeAlias = Callable[[int], object]


@dataclass(slots=True)
class Awaited:
    """Acts in the order of the hand. While one waits, its frame comes first and further steps come after."""

    _acts: list[tuple[int, Act]] = field(default_factory=list[tuple[int, Act]])

    def add(self, frame: int, act: Act) -> None:
        """Do this, told the frame, when its exact picture is there."""
        self._acts.append((frame, act))

    @property
    def frame(self) -> int | None:
        """The frame that is waited for."""
        return self._acts[0][0] if self._acts else None

    def came(self, frame: int) -> bool:
        """The exact picture of a frame is there: does what waited for it. Whether anything did."""
        due: list[Act] = []
        while self._acts and self._acts[0][0] == frame:
            due.append(self._acts.pop(0)[1])
        for act in due:
            act(frame)
        return bool(due)

    def lost(self, frame: int) -> bool:
        """This frame cannot be shown: what waited for it is not done. Whether anything did."""
        before = len(self._acts)
        while self._acts and self._acts[0][0] == frame:
            self._acts.pop(0)
        return len(self._acts) < before

    def renumber(self, now: Mapping[int, int | None]) -> None:
        """Frame k is frame `now[k]`; what waited for one that is gone is not done."""
        moved = ((now.get(frame, frame), act) for frame, act in self._acts)
        self._acts = [(frame, act) for frame, act in moved if frame is not None]

    def clear(self) -> None:
        """Another film."""
        self._acts.clear()
