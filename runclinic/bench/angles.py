"""How true the angles are: the drawn runner's measured angles beside those of her exact points."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from runclinic.bench.drawn import NOISES_PX, RATES, Drawn, drawn
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.demo.runner import POINTS, RUNNERS, Floats, Runner, body
from runclinic.gait.angles import Angles
from runclinic.gait.contacts import Event, Stepping, included, stepping
from runclinic.gait.filming import Filming
from runclinic.gait.find_contacts import find_contacts
from runclinic.gait.side_angles import measure_side
from runclinic.gait.side_view import SideView, frame_for

WITHIN_DEG = 0.3
FINE_S = 0.0005


def true_stepping(run: Drawn) -> Stepping:
    """The contacts as they truly were, each at its first whole frame."""
    return stepping(Event(one.frame, one.frame / run.fps, one.side, one.kind, "hand") for one in run.truth)


def measured(run: Drawn, feet: Stepping, *, place_px: float | None = None) -> Angles:
    """The angles of the near leg, which is the right one of a runner who faces image right."""
    filming = Filming("side_right", height_m=1.76)
    frame = frame_for(run.track, filming)
    return measure_side(SideView(run.track, frame, feet, filming, place_px=place_px))


def exact(run: Drawn, feet: Stepping) -> dict[str, float]:
    """The same angles from the formulas themselves, at the times of the same events, deg."""
    contacts = included(feet.contacts, "right")
    landings = np.array([one.start.time_s for one in contacts])
    at = _angles(run, landings)
    found = {name: float(np.mean(at[curve])) for name, curve in _AT_LANDING.items()}
    deepest, middles, trailing = [], [], []
    for one in contacts:
        start, end = one.start.time_s, one.end.time_s
        stance = np.arange(start, end, FINE_S)
        knee = _angles(run, stance)["knee"]
        deepest.append(float(knee.max()))
        middles.append(float(stance[int(knee.argmax())]))
        push = np.arange((start + end) / 2, min(end + 0.060, float(run.track.times_s[-1])), FINE_S)
        trailing.append(float(-_angles(run, push)["thigh"].min()))
    at_middle = _angles(run, np.array(middles))
    return {
        **found,
        "knee_peak": float(np.mean(deepest)),
        "knee_exc": float(np.mean(deepest)) - found["knee_ic"],
        "hip_ext": float(np.mean(trailing)),
        "ankle_ms": float(np.mean(at_middle["ankle"])),
        "trunk_ms": float(np.mean(at_middle["trunk"])),
    }


_AT_LANDING = {
    "foot_ic": "foot",
    "tibia_ic": "shank",
    "knee_ic": "knee",
    "ankle_ic": "ankle",
    "trunk_ic": "trunk",
}


def _angles(run: Drawn, times_s: Floats) -> dict[str, Floats]:
    return by_formula(run.runner, times_s + run.start_s)


def by_formula(runner: Runner, times_s: Floats) -> dict[str, Floats]:
    """The right leg segment by segment, written out once more so that no error of the product is copied."""
    points = body(runner, times_s)
    at = {name: points[:, k] for k, name in enumerate(POINTS)}
    hip, knee, ankle, heel, toe, top = (
        at[f"right_{part}"] for part in ("hip", "knee", "ankle", "heel", "foot_index", "shoulder")
    )

    def angle(across: Floats, along: Floats) -> Floats:
        return np.degrees(np.arctan2(across, along))

    thigh = angle(knee[:, 0] - hip[:, 0], hip[:, 1] - knee[:, 1])
    shank = angle(ankle[:, 0] - knee[:, 0], knee[:, 1] - ankle[:, 1])
    foot = angle(toe[:, 1] - heel[:, 1], toe[:, 0] - heel[:, 0])
    return {
        "foot": foot,
        "thigh": thigh,
        "shank": shank,
        "knee": thigh - shank,
        "ankle": foot - shank,
        "trunk": angle(top[:, 0] - hip[:, 0], top[:, 1] - hip[:, 1]),
    }


def errors(run: Drawn, feet: Stepping) -> dict[str, float]:
    """Measured - exact, deg, of every angle that has a formula."""
    found, true = measured(run, feet), exact(run, feet)
    off: dict[str, float] = {}
    for name, value in true.items():
        metric = found.get(name)
        if metric is not None:
            off[name] = metric.both.value - value
    return off


def bench() -> Result:
    """Given and found events, every rate and noise; the bar holds for exact points and given events."""
    figures = list(_figures())
    return Result("angles", tuple(figures), {}, peak_mb())


def _figures() -> Iterator[Figure]:
    for fps, noise in product(RATES, NOISES_PX):
        given: dict[str, list[float]] = {}
        found: dict[str, list[float]] = {}
        for seed, runner in enumerate(RUNNERS, 1):
            run = drawn(runner, fps, noise_px=noise, seed=seed)
            for kept, feet in ((given, true_stepping(run)), (found, _found(run))):
                for name, off in errors(run, feet).items():
                    kept.setdefault(name, []).append(abs(off))
        for said, kept, bar in (("given", given, WITHIN_DEG if noise == 0 else None), ("found", found, None)):
            worst = tuple(max(each[k] for each in kept.values()) for k in range(len(RUNNERS)))
            yield Figure(f"{fps} frames/s, {noise} px, contacts {said}: worst angle", "deg", worst, bar)


def _found(run: Drawn) -> Stepping:
    return stepping(find_contacts(run.track))
