"""Seen from behind or in front: pelvis, hip, thigh, knees, heels and trunk at each midstance."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

import numpy as np

from runclinic.gait import curves as stride_curves
from runclinic.gait import reference, segments, uncertainty
from runclinic.gait.angles import (
    CLICK_SHARE,
    PLACE_MM,
    PLACE_OF_LEG,
    Angles,
    BodyCurves,
    Precision,
    Quantity,
    Reading,
    Value,
    joined,
    metric_of,
    read_at,
    usual_points,
)
from runclinic.gait.calibration import Scale
from runclinic.gait.contacts import SIDES, Interval, Side, Stepping, included
from runclinic.gait.filming import Filming, FloatArray
from runclinic.gait.frame_of_reference import medial, turned
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.gait.means import Metric
from runclinic.gait.midstance import midstance

ABSOLUTE = {"cpd", "fem_add", "lat_trunk"}
REAR_IDS = ("cpd", "hip_add", "fem_add", "knee_win", "base", "evers", "lat_trunk")
TOUCHING = 2.0  # % of the pelvis' width either way (choice)


@dataclass(frozen=True, eq=False)
class RearView:
    """A view from behind or in front: points, events, the camera's roll (rad), what is left of it (deg)."""

    track: LandmarkTrack
    feet: Stepping
    filming: Filming
    roll: float = 0.0
    roll_sd_deg: float | None = None
    centre: tuple[float, float] = (0.0, 0.0)
    scale: Scale | None = None
    click_px: float | None = None

    def medial(self, side: Side) -> int:
        view = "rear" if self.filming.view == "rear" else "front"
        return medial(side, view=view, mirrored=self.filming.mirrored)


def measure_rear(view: RearView) -> Angles:
    """Every frontal angle that the points and events allow; the rest is named with its reason."""
    curves = BodyCurves(view.track, lambda points: turned(points, view.roll, view.centre))
    click = CLICK_SHARE * 2 * curves.leg if view.click_px is None else view.click_px
    place = PLACE_OF_LEG * curves.leg if view.scale is None else PLACE_MM / view.scale.mm_per_px
    precision = Precision(click, place, uncertainty.NORMAL_95 * (view.roll_sd_deg or 0.0))
    event_s = uncertainty.event_sd(view.track.frame_s)
    steps, rules = _middles(view, curves)
    readings = [*_at_midstance(view, curves, steps), *_eversion(view, curves), *_knee_window(view, curves)]
    base = _base(view, curves, steps)
    readings += [] if base is None else [base]
    made = {one.id: metric_of(one, precision, event_s) for one in joined(readings)}
    found = {name: metric for name, metric in made.items() if metric is not None}
    ordered = tuple(found[name] for name in reference.angles() if name in found)
    return Angles(ordered, (), {}, ", ".join(sorted(rules)), tuple(_warnings(view, found)))


@dataclass(frozen=True, slots=True)
class _Middle:
    contact: Interval
    time_s: float


def _middles(view: RearView, curves: BodyCurves) -> tuple[list[_Middle], set[str]]:
    """Midstance of every contact: the lowest middle of hips or spines."""
    height: FloatArray | None = None
    for names in (("left_psis", "right_psis"), ("left_asis", "right_asis"), ("left_hip", "right_hip")):
        if curves.has(names):
            height = -curves.points(names).mean(axis=1)[:, 1]
            break
    steps: list[_Middle] = []
    rules: set[str] = set()
    for contact in included(view.feet.contacts):
        time, rule = midstance(contact, curves.times_s, None, height)
        steps.append(_Middle(contact, time))
        rules.add(rule)
    return steps, rules


def _pelvis(curves: BodyCurves, filming: Filming) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The part that stands for the pelvis' ends; hip points stand in where no spine is marked."""
    spine = "psis" if filming.view == "rear" else "asis"
    if curves.has((f"left_{spine}", f"right_{spine}")):
        return spine, (), ()
    return "hip", ("approximated",), ("the hip points stand in for the pelvis' spines",)


def _trunk(curves: BodyCurves) -> tuple[str, ...]:
    return ("c7",) if curves.has(("c7",)) else ("left_shoulder", "right_shoulder")


def quantities(curves: BodyCurves, filming: Filming, side: Side, inward: int) -> dict[str, Quantity]:
    """The frontal angles of one stance leg; `inward` +1 if the other leg is at image right."""
    other: Side = "right" if side == "left" else "left"
    end = _pelvis(curves, filming)[0]
    stance, swing, hip, knee = f"{side}_{end}", f"{other}_{end}", f"{side}_hip", f"{side}_knee"
    top = _trunk(curves)
    return {
        "cpd": Quantity((stance, swing), lambda p: segments.pelvic_drop(p[..., 0, :], p[..., 1, :])),
        "hip_add": Quantity(
            (stance, swing, hip, knee),
            lambda p: segments.hip_adduction(p[..., 0, :], p[..., 1, :], p[..., 2, :], p[..., 3, :]),
        ),
        "fem_add": Quantity(
            (hip, knee), lambda p: segments.femoral_adduction(p[..., 0, :], p[..., 1, :], inward)
        ),
        "lat_trunk": Quantity(
            (stance, swing, *top),
            lambda p: segments.side_lean(p[..., :2, :].mean(axis=-2), p[..., 2:, :].mean(axis=-2), inward),
        ),
    }


def _at_midstance(view: RearView, curves: BodyCurves, steps: Sequence[_Middle]) -> Iterable[Reading]:
    _, flags, notes = _pelvis(curves, view.filming)
    for side in SIDES:
        own = [step for step in steps if step.contact.side == side]
        for name, quantity in quantities(curves, view.filming, side, view.medial(side)).items():
            if not own or not curves.has(quantity.points):
                continue
            line = curves.curve(quantity)
            found = [read_at(curves, line, step.contact, step.time_s) for step in own]
            values = tuple(one for one in found if one is not None)
            usual = usual_points(curves, quantity, [step.time_s for step in own])
            stands_in = name != "fem_add"
            yield Reading(
                name,
                values,
                quantity,
                usual,
                name in ABSOLUTE,
                flags=flags if stands_in else (),
                notes=notes if stands_in else (),
            )


def _eversion(view: RearView, curves: BodyCurves) -> Iterable[Reading]:
    """The greatest eversion of each stance, and how long after landing it came."""
    for side in SIDES:
        names = tuple(f"{side}_{part}" for part in ("hc_top", "hc_bot", "sh_top", "sh_bot"))
        if not curves.has(names):
            continue
        quantity = Quantity(names, _eversion_of(view.medial(side)))
        line = curves.curve(quantity)
        peaks = [
            (contact, found)
            for contact in included(view.feet.contacts, side)
            if (found := stride_curves.peak(line, curves.times_s, contact.start.time_s, contact.end.time_s))
        ]
        values = tuple(Value(contact, value) for contact, (_, value) in peaks)
        if not values:
            continue
        delay = 1000 * fmean(time - contact.start.time_s for contact, (time, _) in peaks)
        usual = usual_points(curves, quantity, [time for _, (time, _) in peaks])
        note = f"{side}: greatest {delay:.0f} ms after landing; raters differ much in this angle"
        yield Reading("evers", values, quantity, usual, flags=("amber",), notes=(note,))


def _eversion_of(inward: int) -> Callable[[FloatArray], FloatArray]:
    return lambda p: segments.eversion(p[..., 0, :], p[..., 1, :], p[..., 2, :], p[..., 3, :], inward)


def _pelvis_width(view: RearView, curves: BodyCurves) -> float | None:
    """The median distance of the pelvis' ends along the picture, px."""
    end = _pelvis(curves, view.filming)[0]
    names = (f"left_{end}", f"right_{end}")
    if not curves.has(names):
        return None
    points = curves.points(names)
    width = float(np.nanmedian(np.abs(points[:, 1, 0] - points[:, 0, 0])))
    return width if math.isfinite(width) and width > 0 else None


def _knee_window(view: RearView, curves: BodyCurves) -> Iterable[Reading]:
    names, width = ("left_mkl", "right_mkl"), _pelvis_width(view, curves)
    if width is None or not curves.has(names):
        return
    across = view.medial("left")
    points = curves.points(names)
    gap = 100 * across * (points[:, 1, 0] - points[:, 0, 0]) / width
    values: list[Value] = []
    for stride in included(view.feet.strides):
        inside = (curves.times_s >= stride.start.time_s) & (curves.times_s < stride.end.time_s)
        if inside.sum() > 2 and np.all(np.isfinite(gap[inside])):
            values.append(Value(stride, float(gap[inside].min())))
    if values:
        said = window_class(fmean(value.value for value in values))
        yield Reading("knee_win", tuple(values), notes=(said,))


def window_class(gap_percent: float) -> str:
    """Open, touching or closed, from the least gap between the knees in % of the pelvis' width."""
    if abs(gap_percent) <= TOUCHING:
        return "touching"
    return "open" if gap_percent > 0 else "closed"


def _base(view: RearView, curves: BodyCurves, steps: Sequence[_Middle]) -> Reading | None:
    """The right heel against the left one, each at its own midstance, of steps that follow one another."""
    names, width = ("left_hc_bot", "right_hc_bot"), _pelvis_width(view, curves)
    if not curves.has(names):
        names = ("left_heel", "right_heel")
    if width is None or not curves.has(names):
        return None
    across = view.medial("left")
    places = {side: curves.point(name)[:, 0] for side, name in zip(SIDES, names, strict=True)}
    values: list[Value] = []
    for first, then in pairwise(steps):
        if first.contact.side == then.contact.side:
            continue
        at = {
            one.contact.side: stride_curves.at(places[one.contact.side], curves.times_s, one.time_s)
            for one in (first, then)
        }
        gap = 100 * across * (at["right"] - at["left"]) / width
        if math.isfinite(gap):
            values.append(Value(first.contact, gap))
    if not values:
        return None
    crossed = "crossover" if fmean(value.value for value in values) <= 0 else ""
    return Reading("base", tuple(values), notes=(crossed,) if crossed else ())


def _warnings(view: RearView, found: Mapping[str, Metric]) -> Iterable[str]:
    if view.roll_sd_deg is None and any(name in ABSOLUTE for name in found):
        yield "Roll not corrected: without a plumb line, angles to the vertical hold the camera's tilt."
    if not included(view.feet.contacts):
        yield "Angles: not measured, no contact has both its events."
        return
    absent = [reference.angles()[name].name for name in REAR_IDS if name not in found]
    if absent:
        yield f"{', '.join(absent)}: not measured, body points are missing."
    yield "Pelvic rotation seen from behind couples into the pelvic drop; it cannot be taken out."
