"""Decoded frames kept within a number of bytes, those nearest to the last one asked for."""

import threading
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

Frame = TypeVar("Frame")
AWAY = 4
FAR = 1_000_000
EVERYTHING = range(1 << 62)


class FrameCache(Generic[Frame]):
    """k -> frame, at most `budget_bytes`, but never fewer than `least` frames; for any thread.

    Frames that lie against the direction of travel count as farther away and go first; those outside
    `keep` are not taken in at all; those `pinned` go last.
    """

    def __init__(self, budget_bytes: int, least: int = 8) -> None:
        self._budget_bytes = budget_bytes
        self.least = least
        self._frames: dict[int, tuple[Frame, int]] = {}
        self._bytes = 0
        self._near = 0
        self._backward = False
        self._pinned: frozenset[int] = frozenset()
        self._keep: range = EVERYTHING
        self._lock = threading.Lock()

    def get(self, k: int) -> Frame | None:
        """Frame k if it is kept."""
        with self._lock:
            kept = self._frames.get(k)
        return None if kept is None else kept[0]

    def travel(self, k: int) -> None:
        """Frame k is what is wanted now."""
        with self._lock:
            if k != self._near:
                self._backward = k < self._near
            self._near = k

    def only(self, keep: range) -> None:
        """From now on frames outside this range are not taken in; those that are here may stay."""
        with self._lock:
            self._keep = keep

    def pin(self, frames: Iterable[int]) -> None:
        """These are where the hand returns: they go last."""
        with self._lock:
            self._pinned = frozenset(frames)

    def allow(self, budget_bytes: int) -> None:
        """Another budget; what is too much goes at the next frame that comes."""
        with self._lock:
            self._budget_bytes = budget_bytes

    def put(self, k: int, frame: Frame, size_bytes: int) -> None:
        """Keeps a frame, and lets the farthest ones go."""
        gone: list[Frame] = []
        with self._lock:
            if k not in self._keep and k != self._near and k not in self._pinned:
                return
            self._bytes -= self._frames.pop(k, (None, 0))[1]
            self._frames[k] = (frame, size_bytes)
            self._bytes += size_bytes
            while self._bytes > self._budget_bytes and len(self._frames) > self.least:
                farthest, bytes_of_it = self._frames.pop(max(self._frames, key=self._distance))
                self._bytes -= bytes_of_it
                gone.append(farthest)
        gone.clear()  # their memory is given back here, by the thread that decodes, without the lock

    def renumber(self, now: Mapping[int, int | None]) -> None:
        """After a better index: frame k is frame `now[k]`, or is none any more."""
        with self._lock:
            moved = {now.get(k): kept for k, kept in self._frames.items()}
            self._frames = {k: kept for k, kept in moved.items() if k is not None}
            self._bytes = sum(size for _, size in self._frames.values())

    def run(self, k: int, step: int) -> int:
        """How many frames in a row are kept from k on, k not counted, in steps of +1 or -1."""
        with self._lock:
            count = 0
            while k + step * (count + 1) in self._frames:
                count += 1
            return count

    def clear(self) -> None:
        with self._lock:
            self._frames.clear()
            self._bytes = 0

    def _distance(self, k: int) -> int:
        ahead = k - self._near
        against = ahead > 0 if self._backward else ahead < 0
        far = FAR if k not in self._keep else 0
        if k in self._pinned:
            return -FAR if k != self._near else -2 * FAR
        return abs(ahead) * (AWAY if against else 1) + far

    def __contains__(self, k: int) -> bool:
        return k in self._frames

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def size_bytes(self) -> int:
        """Bytes of picture held now."""
        return self._bytes
