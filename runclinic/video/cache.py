"""Decoded frames kept within a number of bytes, those nearest to the last one asked for."""

from typing import Generic, TypeVar

Frame = TypeVar("Frame")
AWAY = 4


class FrameCache(Generic[Frame]):
    """k -> frame, at most `budget_bytes`, but never fewer than `least` frames.

    Frames that lie against the direction of travel count as farther away and go first.
    """

    def __init__(self, budget_bytes: int, least: int = 8) -> None:
        self._budget_bytes = budget_bytes
        self._least = least
        self._frames: dict[int, tuple[Frame, int]] = {}
        self._bytes = 0
        self._near = 0
        self._backward = False

    def get(self, k: int) -> Frame | None:
        """Frame k if it is kept."""
        kept = self._frames.get(k)
        return None if kept is None else kept[0]

    def travel(self, k: int) -> None:
        """Frame k is what is wanted now."""
        if k != self._near:
            self._backward = k < self._near
        self._near = k

    def put(self, k: int, frame: Frame, size_bytes: int) -> None:
        """Keeps a frame, and lets the farthest ones go."""
        self._bytes -= self._frames.pop(k, (None, 0))[1]
        self._frames[k] = (frame, size_bytes)
        self._bytes += size_bytes
        while self._bytes > self._budget_bytes and len(self._frames) > self._least:
            farthest = max(self._frames, key=self._distance)
            self._bytes -= self._frames.pop(farthest)[1]

    def clear(self) -> None:
        self._frames.clear()
        self._bytes = 0

    def _distance(self, k: int) -> int:
        ahead = k - self._near
        against = ahead > 0 if self._backward else ahead < 0
        return abs(ahead) * (AWAY if against else 1)

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def size_bytes(self) -> int:
        """Bytes of picture held now."""
        return self._bytes
