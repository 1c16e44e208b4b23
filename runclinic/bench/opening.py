"""Opening a clip: to the list of its frames, and to its first exact picture."""

import time
from collections.abc import Callable
from pathlib import Path

from runclinic.bench.filmed import GOP_30, GOP_250, clip
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.video import Clip, packets
from runclinic.video.cv import opencv

FIRST_WITHIN_MS, INDEX_WITHIN_MS, INDEX_MB = 300.0, 100.0, 15.0
REPEATS = 9


def bench() -> Result:
    """Both kinds of clip by the engine's own opening, and by plain OpenCV to its first picture."""
    figures: list[Figure] = []
    ratios: dict[str, float] = {}
    for kind in (GOP_30, GOP_250):
        path = clip(kind)
        megabytes = path.stat().st_size / 1e6
        first = Figure(f"{kind.name}: to the first exact frame", "ms", _timed(_first, path), FIRST_WITHIN_MS)
        plain = Figure(f"{kind.name}: to the first frame, plain OpenCV", "ms", _timed(_plain, path))
        allowed = INDEX_WITHIN_MS * max(1.0, megabytes / INDEX_MB)
        listed = Figure(
            f"{kind.name}: list of frames, {megabytes:.0f} MB", "ms", _timed(_listed, path), allowed
        )
        figures += [first, plain, listed]
        ratios[f"{kind.name}: first frame / plain OpenCV"] = first.median / plain.median
    return Result("open", tuple(figures), ratios, peak_mb())


def _timed(work: Callable[[Path], None], path: Path) -> tuple[float, ...]:
    took = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work(path)
        took.append((time.perf_counter() - began) * 1000)
    return tuple(took)


def _first(path: Path) -> None:
    with Clip.open(path) as clip:
        clip.frame(0)


def _plain(path: Path) -> None:
    opencv().VideoCapture(str(path)).read()


def _listed(path: Path) -> None:
    with path.open("rb") as reader:
        packets.read(reader).close()
