"""Made-up things for tests, real all the same: a clip is a file whose contacts are known to the frame."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from runclinic.demo.clips import Coding, Shot, write
from runclinic.demo.runner import RUNNERS


@dataclass(frozen=True, slots=True)
class AClip:
    """A drawn clip on disk, and the shot that knows the truth about it."""

    path: Path
    shot: Shot


def a_clip(
    folder: Path,
    *,
    fps: float = 60,
    cadence: float = 170.0,
    seconds: float = 2.0,
    name: str = "clip.mp4",
    size: tuple[int, int] = (320, 180),
    coding: Coding | None = None,
    **shot: Any,
) -> AClip:
    """Draws a runner and writes her to `folder / name`.

    `shot` takes every other field of `Shot`: facing, stored_fps, uneven, start_s, runner ...
    """
    runner = replace(shot.pop("runner", RUNNERS[0]), cadence_spm=cadence)
    drawn = Shot(runner=runner, capture_fps=fps, duration_s=seconds, size=size, **shot)
    path = folder / name
    write(path, drawn, coding)
    return AClip(path, drawn)
