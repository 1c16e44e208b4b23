"""Whether the ± holds the truth: invented runners filmed with every kind of lock between strides and frames.

A runner's true landings and toe-offs are known; each is seen in the first frame at or after it. The phase
of the first frame is chance, and so are her exact step rate (within 1 %) and contact times (within a
frame). What must lie inside the ± is the mean of the true times over the same steps. The ideal width is
that of frames and her own variation alone, known beforehand and averaged over all contacts.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from runclinic.bench import angle_coverage
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.demo.runner import Floats
from runclinic.gait.analyse import analysis
from runclinic.gait.contacts import KINDS, SIDES, Event
from runclinic.gait.filming import ClipFacts, Filming
from runclinic.gait.timing import Timing

RUNS = 200
BAR = 0.94
WIDTH_AT_MOST = 1.3


@dataclass(frozen=True, slots=True)
class Runner:
    """An invented runner and her film; `wander` is the SD of a step time, `click` of a rater, in frames."""

    fps: float
    cadence: float
    wander: float
    contact_s: tuple[float, float] = (0.2583, 0.2620)
    contact_sd_s: float = 0.0015
    spread: float = 0.01
    click: float = 0.0
    seconds: float = 8.0


PHASES = (
    Runner(30, 180, 0.0, spread=0.0),  # ten frames a step exactly: the trap
    Runner(30, 180, 0.1, spread=0.0),
    Runner(30, 180, 0.0),
    Runner(30, 150, 0.1),
    Runner(30, 164, 0.3),
    Runner(30, 172, 0.8),
    Runner(60, 180, 0.0, spread=0.0),
    Runner(60, 180, 0.1),
    Runner(60, 171.43, 0.3),
    Runner(60, 166, 0.8),
    Runner(120, 180, 0.0),
    Runner(120, 171.43, 0.3),
    Runner(120, 168, 1.0),
    Runner(240, 180, 0.2),
    Runner(240, 170, 2.0),
)


@dataclass(frozen=True, eq=False)
class Run:
    """One filmed run: true landings and toe-offs, s; each one's foot, 0 left; and what was measured."""

    landings: Floats
    toe_offs: Floats
    feet: Floats
    timing: Timing


def one_run(runner: Runner, chance: np.random.Generator) -> Run:
    """A run at a phase, step rate and contact times of its own, measured from its frames alone."""
    frame_s = 1 / runner.fps
    step_s = 60 / (runner.cadence * (1 + runner.spread * chance.uniform(-1, 1)))
    n = int((runner.seconds - 0.9) / step_s)
    steps = step_s + chance.normal(0, runner.wander * frame_s, n - 1)
    landings = 0.1 + chance.uniform(0, frame_s) + np.concatenate([[0.0], np.cumsum(steps)])
    feet = np.arange(n) % 2
    contact_s = np.asarray(runner.contact_s) + chance.uniform(-0.5, 0.5, 2) * frame_s
    toe_offs = landings + contact_s[feet] + chance.normal(0, runner.contact_sd_s, n)
    marks = [
        Event(frame, 0.0, SIDES[foot], kind)
        for kind, times in zip(KINDS, (landings, toe_offs), strict=True)
        for frame, foot in zip(_seen(runner, times, chance), feet.tolist(), strict=True)
    ]
    film = ClipFacts(np.arange(int(runner.seconds * runner.fps)) / runner.fps, runner.fps)
    told = Filming("side_left", rater_sd_frames=runner.click or None)
    return Run(landings, toe_offs, feet.astype(np.float64), analysis(film, told, marks).timing)


def _seen(runner: Runner, true_s: Floats, chance: np.random.Generator) -> list[int]:
    """The first frame at or after each moment, as this rater's eye has it."""
    late = chance.normal(0, runner.click / runner.fps, len(true_s)) if runner.click else 0.0
    frames: list[int] = np.ceil((true_s + late) * runner.fps - 1e-9).astype(int).tolist()
    return frames


def held(run: Run) -> dict[str, bool]:
    """Whether each measure's ± holds the mean of the true times."""
    n = len(run.landings)
    truth = {
        "contact_time": _of_sides(run.toe_offs - run.landings, run.feet),
        "flight_time": _of_sides(run.landings[1:] - run.toe_offs[:-1], run.feet[:-1]),
        "step_time": _of_sides(np.diff(run.landings), run.feet[:-1]),
        "stride_time": _of_sides(run.landings[2:] - run.landings[:-2], run.feet[:-2]),
    }
    found: dict[str, bool] = {}
    cadence = run.timing.get("cadence")
    if cadence is not None:
        true = 60 * (n - 1) / float(run.landings[-1] - run.landings[0])
        found["cadence"] = abs(cadence.both.value - true) <= cadence.both.plus_minus
    for name, (left, right) in truth.items():
        metric = run.timing.get(name)
        if metric is None or metric.left is None or metric.right is None or metric.difference is None:
            continue
        for place, value, true in (
            ("left", metric.left, left),
            ("both", metric.both, (left + right) / 2),
            ("difference", metric.difference, left - right),
        ):
            found[f"{name} {place}"] = abs(value.value - true) <= value.plus_minus + 1e-9
        found[f"{name} left, random part"] = abs(metric.left.value - left) <= metric.left.random + 1e-9
    return found


def _of_sides(values_s: Floats, feet: Floats) -> tuple[float, float]:
    left, right = (1000 * float(values_s[feet == foot].mean()) for foot in (0, 1))
    return left, right


def width(runner: Runner, run: Run) -> float:
    """The random ± of left contact time over the least that frames and her own variation allow."""
    contact = run.timing.get("contact_time")
    if contact is None or contact.left is None:
        return math.inf
    ideal_ms = 1000 * math.hypot(1 / runner.fps / math.sqrt(6), runner.contact_sd_s)
    return contact.left.random / (1.96 * ideal_ms / math.sqrt(contact.left.n))


def many_runs(runner: Runner, runs: int, seed: int = 20) -> tuple[dict[str, float], float]:
    """The share of runs in which each ± held the truth, and the median width."""
    chance = np.random.default_rng(seed)
    done = [one_run(runner, chance) for _ in range(runs)]
    holds = [held(one) for one in done]
    shares = {name: float(np.mean([one[name] for one in holds])) for name in holds[0]}
    return shares, float(np.median([width(runner, one) for one in done]))


def bench() -> Result:
    """The worst measure of every phase: runs with the truth outside its ±, %; the width; then the angles."""
    return Result("coverage", (*_figures(), *angle_coverage.figures()), {}, peak_mb())


def _figures() -> Iterator[Figure]:
    for runner in PHASES:
        shares, wide = many_runs(runner, RUNS)
        name = f"{runner.fps:g} frames/s, {runner.cadence:g}, wander {runner.wander:g}, {runner.spread:g}"
        outside = 100 * (1 - min(shares.values()))
        yield Figure(f"{name}: outside", "%", (outside,), at_most=100 * (1 - BAR))
        if runner.fps == 120 and runner.wander >= 1:
            yield Figure(f"{name}: width over ideal", "", (wide,), at_most=WIDTH_AT_MOST)
