"""The drawn runner as body points with the truth beside them, for the benches of the stride."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from runclinic.demo.runner import POINTS, RUNNERS, Runner, TrueEvent, body, events
from runclinic.gait.landmarks import LandmarkTrack

PX_PER_M = 420.0
MIDDLE_PX = (640.0, 600.0)
FEET = ("left_heel", "right_heel", "left_foot_index", "right_foot_index")
RATES, NOISES_PX, SEEDS = (60, 120, 240), (0, 1, 3), (1, 2, 3)
SECONDS = 8.0


@dataclass(frozen=True, eq=False)
class Drawn:
    """One filmed run: its points in pixels, and every contact that truly falls into its frames."""

    runner: Runner
    fps: float
    noise_px: float
    track: LandmarkTrack
    truth: tuple[TrueEvent, ...]
    start_s: float


def drawn(
    runner: Runner,
    fps: float,
    *,
    noise_px: float = 0.0,
    seed: int = 1,
    names: tuple[str, ...] = POINTS,
    facing: int = 1,
    seconds: float = SECONDS,
) -> Drawn:
    """A runner at 420 px/m with a random phase of the first frame and Gaussian noise on every coordinate."""
    chance = np.random.default_rng(seed)
    times = np.arange(round(seconds * fps)) / fps
    start = float(chance.uniform(0, 2))
    metres = body(runner, times + start)[:, [POINTS.index(name) for name in names]]
    pixels = metres * np.array([facing * PX_PER_M, -PX_PER_M]) + np.array(MIDDLE_PX)
    pixels += chance.normal(0.0, 1.0, pixels.shape) * noise_px
    track = LandmarkTrack(times, names, pixels, np.ones(pixels.shape[:2]))
    return Drawn(runner, fps, noise_px, track, events(runner, times, start), start)


def all_runs(fps: float, noise_px: float, names: tuple[str, ...] = FEET) -> Iterator[Drawn]:
    """The four runners with three seeds each."""
    for runner, seed in product(RUNNERS, SEEDS):
        yield drawn(runner, fps, noise_px=noise_px, seed=seed, names=names)
