"""An engine without a window, and plain OpenCV doing the same: what the benches share."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np

from runclinic.demo import stamp
from runclinic.refused import Refused
from runclinic.video.cv import opencv
from runclinic.video.engine import Failed, Opened, Picture, StepEngine, Told, Verified

PATIENCE_S = 120.0


class Desk:
    """One engine and what it tells; `wrong` counts pictures whose burnt-in number is another one."""

    def __init__(self, path: Path, budget_bytes: int = 400_000_000, *, look: bool = True) -> None:
        self.told: Queue[Told] = Queue()
        self.engine = StepEngine.on(path, self.told.put, budget_bytes=budget_bytes, look=look)
        self.wrong = 0
        self.count = self._until(Opened).clip.frame_count

    def _until(self, kind: type[Any]) -> Any:
        while True:
            told = self.told.get(timeout=PATIENCE_S)
            if isinstance(told, Failed):
                raise told.why
            if isinstance(told, kind):
                return told

    def verified(self) -> None:
        """Waits for the end of the look at the whole."""
        self._until(Verified)

    def exact(self, k: int) -> tuple[float, bool]:
        """Milliseconds from asking for frame k to its exact image, and whether it was there at once."""
        began = time.perf_counter()
        picture = self.engine.request(k)
        hit = picture is not None and picture.exact
        while picture is None or not picture.exact or picture.k != k:
            picture = self._until(Picture)
        took_ms = (time.perf_counter() - began) * 1000
        self.wrong += stamp.read(np.ascontiguousarray(picture.image[:, :, :3])) != k
        return took_ms, hit

    def first(self, k: int) -> float:
        """Milliseconds from asking for frame k to any picture of it, small or exact."""
        began = time.perf_counter()
        picture = self.engine.request(k) or self.engine.small(k)
        while picture is None or picture.k != k:
            picture = self._until(Picture)
        return (time.perf_counter() - began) * 1000

    def walk(self, frames: Iterable[int], hz: float | None = None) -> tuple[list[float], int]:
        """Milliseconds of each, at most so many a second; and how many were there at once."""
        took, hits = [], 0
        due = time.perf_counter()
        for k in frames:
            if hz is not None:
                due = max(due + 1 / hz, time.perf_counter())
                time.sleep(max(0.0, due - time.perf_counter()))
            ms, hit = self.exact(k)
            took.append(ms)
            hits += hit
        return took, hits

    def close(self) -> None:
        self.engine.close()
        if self.wrong:
            raise Refused(f"{self.wrong} frames were not the ones asked for.", "This is a fault: report it.")


def naive(path: Path, frames: Sequence[int]) -> list[float]:
    """Milliseconds of each frame by plain OpenCV: set the frame number, read."""
    cv2 = opencv()
    capture = cv2.VideoCapture(str(path))
    took = []
    for k in frames:
        began = time.perf_counter()
        capture.set(cv2.CAP_PROP_POS_FRAMES, k)
        capture.read()
        took.append((time.perf_counter() - began) * 1000)
    capture.release()
    return took


def in_order(path: Path) -> list[float]:
    """Milliseconds of each frame by plain OpenCV reading from start to end."""
    cv2 = opencv()
    capture = cv2.VideoCapture(str(path))
    took = []
    while True:
        began = time.perf_counter()
        if not capture.read()[0]:
            break
        took.append((time.perf_counter() - began) * 1000)
    capture.release()
    return took


def p95(values: Iterable[float]) -> float:
    """The 95th percentile."""
    return float(np.percentile(list(values), 95))
