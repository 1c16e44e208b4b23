"""A jump anywhere: to the first picture, to the exact one; and the look at the whole that makes it quick."""

import time
from pathlib import Path

import numpy as np

from runclinic.bench.filmed import FAST, GOP_30, GOP_250, Kind, clip
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.bench.stepping import Desk, naive, p95
from runclinic.video import Clip

FIRST_WITHIN_MS, EXACT_WITHIN_MS, OF_NAIVE = 40.0, 150.0, 0.9
JUMPS = 24
LOOK_TIMES, LOOK_MORE_MS = 2.0, 4.0
# Far less than the clip, so that a jump finds nothing decoded.
SMALL_BUDGET = 80_000_000


def bench() -> Result:
    """Jumps to the same frames by the engine and by plain OpenCV, one after the other."""
    figures: list[Figure] = []
    for kind in (GOP_30, GOP_250, FAST):
        figures += _looked(kind, clip(kind))
        figures += _jumps(kind, clip(kind))
    return Result("seek", tuple(figures), {}, peak_mb())


def _jumps(kind: Kind, path: Path) -> list[Figure]:
    frames = np.random.default_rng(3).integers(0, kind.frames, JUMPS).tolist()
    desk = Desk(path, SMALL_BUDGET)
    desk.verified()
    first = [desk.first(k) for k in frames]
    exact, _ = desk.walk(frames)
    desk.close()
    plain = naive(path, frames)
    figures = [
        Figure(f"{kind.name}: jump to the exact frame", "ms", tuple(exact)),
        Figure(f"{kind.name}: the same, plain OpenCV", "ms", tuple(plain)),
        Figure(f"{kind.name}: jump to the first picture, p95", "ms", (p95(first),), FIRST_WITHIN_MS),
    ]
    if kind.group <= GOP_30.group:
        bar = Figure(f"{kind.name}: jump to the exact frame, p95", "ms", (p95(exact),), EXACT_WITHIN_MS)
    else:
        share = p95(exact) / p95(plain)
        bar = Figure(f"{kind.name}: jump p95 / OpenCV p95", "x", (share,), OF_NAIVE)
    return [*figures, bar]


def _looked(kind: Kind, path: Path) -> list[Figure]:
    """The look at the whole beside decoding alone: it may take twice the time, or 4 ms a frame more."""
    with Clip.open(path) as clip:
        began = time.perf_counter()
        for _ in clip.frames.everything():
            pass
        alone = (time.perf_counter() - began) * 1000 / kind.frames
    began = time.perf_counter()
    desk = Desk(path, SMALL_BUDGET)
    desk.verified()
    looked = (time.perf_counter() - began) * 1000 / kind.frames
    desk.close()
    allowed = max(LOOK_TIMES * alone, alone + LOOK_MORE_MS)
    return [
        Figure(f"{kind.name}: decoding alone, a frame", "ms", (alone,)),
        Figure(f"{kind.name}: look with small pictures, a frame", "ms", (looked,)),
        Figure(f"{kind.name}: look / what it may take", "x", (looked / allowed,), 1.0),
    ]
