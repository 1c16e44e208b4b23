"""How well contacts are found: on the drawn runner, on marker files with a force plate's truth, on film."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from statistics import median

import numpy as np

from runclinic.bench.drawn import NOISES_PX, RATES, Drawn, all_runs
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.gait import LandmarkTrack, find_contacts
from runclinic.gait.contacts import KINDS, SIDES, Event, stepping
from runclinic.refused import Refused

SAME_S = 0.080
EDGE_FRAMES = 2
LANDING_MS, TOE_OFF_MS = 5.0, 8.0
PER_CENT_OFF = {"initial_contact": 1.0, "toe_off": 5.0}
NAMED = {"initial_contact": "landing", "toe_off": "toe-off"}
TRUTH = "force_plate_events.csv"


@dataclass(slots=True)
class Score:
    """Errors by kind of event, in frames and ms; what was missed or invented; errors of the step rate."""

    frames: dict[str, list[int]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    ms: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    missed: int = 0
    invented: int = 0
    cadence_off: list[float] = field(default_factory=list[float])

    def beyond(self, kind: str, frames: int) -> float:
        """The share of events that are more than so many frames off, %."""
        off = self.frames[kind]
        return 100 * sum(abs(each) > frames for each in off) / max(1, len(off))


def allowed_frames(fps: float, noise_px: float) -> int:
    """One frame; two at 240 frames/s with 3 px of noise."""
    return 2 if fps >= 240 and noise_px >= 3 else 1


def add(score: Score, run: Drawn) -> None:
    """One run compared with its truth. An event within two frames of an end of the clip may go either way."""
    found = find_contacts(run.track)
    last = len(run.track) - 1
    for side, kind in product(SIDES, KINDS):
        true = [each for each in run.truth if (each.side, each.kind) == (side, kind)]
        seen = [each for each in found if (each.side, each.kind) == (side, kind)]
        left = list(seen)
        for event in true:
            near = min(left, key=lambda one: abs(one.time_s - event.time_s), default=None)
            if near is None or abs(near.time_s - event.time_s) > SAME_S:
                score.missed += EDGE_FRAMES <= event.frame <= last - EDGE_FRAMES
                continue
            left.remove(near)
            score.frames[kind].append(near.frame - event.frame)
            score.ms[kind].append(1000 * (near.time_s - event.time_s))
        score.invented += sum(EDGE_FRAMES <= one.frame <= last - EDGE_FRAMES for one in left)
    rate = step_rate(found, run.fps)
    score.cadence_off.append(100 * abs(rate / run.runner.cadence_spm - 1))


def step_rate(events: Sequence[Event], fps: float) -> float:
    """Steps a minute from whole frames, as the therapist's panel counts them."""
    landings = stepping(events).landings
    return 60 * fps * (len(landings) - 1) / (landings[-1].frame - landings[0].frame)


def on_the_drawn_runner(fps: float, noise_px: float) -> Score:
    """Four runners, three seeds, heel and toe alone."""
    score = Score()
    for run in all_runs(fps, noise_px):
        add(score, run)
    return score


# ---- markers ----


def marker_runs(folder: Path) -> Iterator[tuple[str, LandmarkTrack, float, float]]:
    """Each stance file: name, heel and toe as a track, true landing and toe-off in s.

    Refused if the folder has no force_plate_events.csv.
    """
    truth = folder / TRUTH
    if not truth.is_file():
        raise Refused(f"There is no {TRUTH} in {folder}.", "Name the folder of the marker files.")
    with truth.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        name = f"trial{row['trial']}_{row['side']}"
        table = np.genfromtxt(folder / f"{name}.csv", delimiter=",", names=True)
        xy = np.stack(
            [
                np.stack([table[f"{part}_forward_m"], table[f"{part}_up_m"]], axis=1)
                for part in ("heel", "toe")
            ],
            axis=1,
        )
        names = (f"{row['side']}_heel", f"{row['side']}_toe")
        track = LandmarkTrack(table["time_s"], names, xy, np.ones(xy.shape[:2]))
        yield name, track, float(row["initial_contact_s"]), float(row["toe_off_s"])


def on_markers(folder: Path) -> Score:
    """Errors against the force plate; an event without one within 80 ms counts as missed."""
    score = Score()
    for _, track, landing, toe_off in marker_runs(folder):
        found = find_contacts(track)
        for kind, true in zip(KINDS, (landing, toe_off), strict=True):
            near = [1000 * (one.time_s - true) for one in found if one.kind == kind]
            off = min(near, key=abs, default=1e9)
            if abs(off) > 1000 * SAME_S:
                score.missed += 1
            else:
                score.ms[kind].append(off)
        score.invented += max(0, len(found) - 2)
    return score


# ---- bench ----


def bench(markers: Path | None = None, film: tuple[Path, Path] | None = None) -> Result:
    """Every rate and noise of the drawn runner; marker files, and a film with its marks, where given."""
    figures: list[Figure] = []
    for fps, noise in product(RATES, NOISES_PX):
        score = on_the_drawn_runner(fps, noise)
        name, frames = f"{fps} frames/s, {noise} px", allowed_frames(fps, noise)
        figures += [
            Figure(
                f"{name}: {NAMED[kind]} beyond {frames} frame(s)", "%", (score.beyond(kind, frames),), at_most
            )
            for kind, at_most in PER_CENT_OFF.items()
        ]
        figures.append(Figure(f"{name}: missed or invented", "", (score.missed + score.invented,), 0))
        figures.append(
            Figure(f"{name}: step rate off", "%", tuple(score.cadence_off), 0.4 if fps <= 60 else 0.2)
        )
    if markers is not None:
        figures += _of_markers(on_markers(markers))
    if film is not None:
        from runclinic.bench.marked_film import against_marks

        figures += against_marks(*film)
    return Result("events", tuple(figures), {}, peak_mb())


def _of_markers(score: Score) -> Iterator[Figure]:
    for kind, at_most in zip(KINDS, (LANDING_MS, TOE_OFF_MS), strict=True):
        off = score.ms[kind]
        yield Figure(
            f"markers: {NAMED[kind]}, absolute error", "ms", tuple(abs(each) for each in off), at_most
        )
        yield Figure(f"markers: {NAMED[kind]}, median bias", "ms", (median(off) if off else 0.0,))
    yield Figure("markers: missed or invented", "", (score.missed + score.invented,), 0)
