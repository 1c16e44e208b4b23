"""Whether the ± of an angle holds the truth: the drawn runner filmed many times, with misplaced points.

Truth at a landing is the angle in its first frame, which may lie anywhere up to one frame after it: the mean
over all such places. Of a greatest bend it is that of the formula. The phase of the first frame is chance in
each run, as are foot angle and lean, the noise of every coordinate, and a shift of every point that is the
same in all frames: a marker taped, or a joint guessed, a centimetre off. Some of the four runners land in
step with the frames, so that no averaging takes the frames' share away.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from runclinic.bench.angles import FINE_S, by_formula, measured, true_stepping
from runclinic.bench.drawn import NOISES_PX, RATES, drawn
from runclinic.bench.result import Figure
from runclinic.demo.runner import RUNNERS, Floats, Runner
from runclinic.gait.angles import Angles

RUNS = 25
BAR = 0.94
SECONDS = 5.0
ROUNDING = 1e-6
PLACES = 50
PLACE_PX = 4.2  # a centimetre at 420 px/m
SIDE = "right"
NAMES = (
    *(f"right_{part}" for part in ("hip", "knee", "ankle", "heel", "foot_index", "shoulder")),
    *("left_hip", "left_ankle", "left_shoulder"),
)
AT_LANDING = {
    "foot_ic": "foot",
    "tibia_ic": "shank",
    "knee_ic": "knee",
    "ankle_ic": "ankle",
    "trunk_ic": "trunk",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of film of one runner; `placed` = the points are also misplaced by a centimetre or so."""

    runner: Runner
    fps: float
    noise_px: float
    placed: bool = True


def truth(runner: Runner, fps: float) -> dict[str, float]:
    """The angles of the near leg at their moments, from the formulas, deg."""
    landing = runner.landing_of(SIDE)
    toe_off = landing + runner.contact_of(SIDE)
    after = (np.arange(PLACES, dtype=np.float64) + 0.5) / (PLACES * fps)
    at = by_formula(runner, landing + after)
    stance = by_formula(runner, np.arange(landing, toe_off, FINE_S))
    middle = int(np.argmax(stance["knee"]))
    push = by_formula(runner, np.arange((landing + toe_off) / 2, toe_off + 0.060, FINE_S))
    found = {name: float(at[curve].mean()) for name, curve in AT_LANDING.items()}
    return {
        **found,
        "knee_peak": float(stance["knee"][middle]),
        "knee_exc": float(stance["knee"][middle]) - found["knee_ic"],
        "hip_ext": -float(push["thigh"].min()),
        "ankle_ms": float(stance["ankle"][middle]),
        "trunk_ms": float(stance["trunk"][middle]),
    }


def one_run(cell: Cell, chance: np.random.Generator) -> tuple[dict[str, float], Angles]:
    """The true angles of one invented runner, and what was measured of her."""
    lean, foot = chance.uniform(-2, 2, 2)
    runner = replace(
        cell.runner, foot_deg=cell.runner.foot_deg + float(foot), lean_deg=cell.runner.lean_deg + float(lean)
    )
    run = drawn(
        runner,
        cell.fps,
        noise_px=cell.noise_px,
        seed=int(chance.integers(1 << 31)),
        names=NAMES,
        seconds=SECONDS,
    )
    feet = true_stepping(run)
    if not cell.placed:
        return truth(runner, cell.fps), measured(run, feet, place_px=0.0)
    shift: Floats = chance.normal(0.0, PLACE_PX, (len(NAMES), 2))
    moved = replace(run, track=replace(run.track, xy=run.track.xy + shift))
    return truth(runner, cell.fps), measured(moved, feet, place_px=PLACE_PX)


@dataclass(frozen=True, eq=False, slots=True)
class Held:
    """Of each angle: in which share of runs its ± held the truth, and the ± over the error that it met.

    `wide` is the median ± over the 95th percentile of the errors: 1 = no wider than it must be.
    """

    share: dict[str, float]
    wide: dict[str, float]


def many_runs(cell: Cell, runs: int, seed: int = 30) -> Held:
    """Many films of one kind."""
    chance = np.random.default_rng(seed)
    errors: dict[str, list[float]] = {}
    limits: dict[str, list[float]] = {}
    for _ in range(runs):
        true, found = one_run(cell, chance)
        for name, value in true.items():
            metric = found.get(name)
            if metric is not None:
                errors.setdefault(name, []).append(abs(metric.both.value - value))
                limits.setdefault(name, []).append(metric.both.plus_minus)
    return Held(
        {
            name: float(np.mean(np.array(off) <= np.array(limits[name]) + ROUNDING))
            for name, off in errors.items()
        },
        {
            name: float(np.median(limits[name]) / max(np.percentile(off, 95), 1e-9))
            for name, off in errors.items()
        },
    )


def figures() -> Iterator[Figure]:
    """Runs with the truth outside the ± of an angle, %: each runner of each kind of film, all angles."""
    for fps, noise in product(RATES, NOISES_PX):
        name = f"angles, {fps} frames/s, {noise} px"
        outside: list[float] = []
        wide: list[float] = []
        for runner, placed in product(RUNNERS, (True, False)):
            held = many_runs(Cell(runner, fps, noise, placed), RUNS)
            outside.append(100 * (1 - float(np.mean(list(held.share.values())))))
            wide += held.wide.values() if placed else ()
        yield Figure(f"{name}: outside", "%", tuple(outside), at_most=100 * (1 - BAR))
        yield Figure(f"{name}: ± over the error met", "", tuple(wide))
