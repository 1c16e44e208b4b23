"""Seen from behind or in front: pelvis, hip, thigh, knees, heels and trunk at each midstance."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean

import numpy as np

from runclinic.gait import curves as stride_curves
from runclinic.gait import reference, segments
from runclinic.gait.angles import (
    AT_PEAK_DEG,
    Angles,
    BodyCurves,
    Precision,
    Quantity,
    Reading,
    Value,
    in_contact,
    joined,
    metric_of,
    precision_of,
    read_at,
    said_of_angles,
    tops_of,
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
AT_MIDDLE_DEG = 1.5  # noise that may stay in midstance, where frontal angles hardly change (choice)
ROUGH = (
    "A network found the body points: frontal angles from them are rough, whatever the steps agree on. "
    "Mark tape on the spines of the pelvis, the knees and the heels by hand."
)
BY_HAND = ("left_psis", "left_asis", "c7", "left_hc_bot", "left_mkl")
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
    place_px: float | None = None

    def upright(self, points: FloatArray) -> FloatArray:
        """Pixels with the camera's roll taken out."""
        return turned(points, self.roll, self.centre)

    def precision(self, curves: BodyCurves) -> Precision:
        """How exact these points are: told, or the usual figures for a clothed runner of this size."""
        told = precision_of(curves, self.scale, self.roll_sd_deg, self.click_px, self.place_px)
        return replace(told, guessed=self.guessed)

    @property
    def guessed(self) -> bool:
        """Whether a network made the points: it knows no spines or heel counters, as a hand marks them."""
        return not any(self.track.has(name) for name in BY_HAND)

    def medial(self, side: Side) -> int:
        view = "rear" if self.filming.view == "rear" else "front"
        return medial(side, view=view, mirrored=self.filming.mirrored)


def measure_rear(view: RearView) -> Angles:
    """Every frontal angle that the points and events allow; the rest is named with its reason."""
    curves = BodyCurves(view.track, view.upright, AT_MIDDLE_DEG)
    smoother = curves.other(AT_PEAK_DEG)
    precision = view.precision(curves)
    steps, rules = _middles(view, smoother)
    readings = [
        *_at_midstance(view, curves, steps),
        *_eversion(view, curves.as_found),
        *_knee_window(view, curves.as_found, precision),
        *_base(view, curves, steps, precision),
    ]
    made = {one.id: metric_of(one, precision, view.track.frame_s) for one in joined(readings)}
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
        tops = tops_of(curves.curve(quantity), curves.times_s, included(view.feet.contacts, side), in_contact)
        if not tops.values:
            continue
        landed = [value.contact.start.time_s for value in tops.values]
        delay = 1000 * (fmean(tops.times_s) - fmean(landed))
        usual = usual_points(curves, quantity, tops.times_s)
        note = f"{side}: greatest {delay:.0f} ms after landing; raters differ much in this angle"
        yield Reading(
            "evers", tops.values, quantity, usual, common_sd=tops.sd, flags=("amber",), notes=(note,)
        )


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


def _of_width(precision: Precision, width: float) -> float:
    """The SD, in % of the pelvis' width, of a distance between two points that are misplaced."""
    return 100 * math.sqrt(2) * precision.place_px / width


def _knee_window(view: RearView, curves: BodyCurves, precision: Precision) -> Iterable[Reading]:
    """The least gap between the knees in each stride: the peak of the gap turned over."""
    names, width = ("left_mkl", "right_mkl"), _pelvis_width(view, curves)
    if width is None or not curves.has(names):
        return
    across = 100 * view.medial("left") / width
    left, right = curves.points(names)[..., 0].T
    tops = tops_of(across * (left - right), curves.times_s, included(view.feet.strides), in_contact)
    if tops.values:
        values = tuple(replace(value, value=-value.value) for value in tops.values)
        said = window_class(fmean(value.value for value in values))
        common = math.hypot(_of_width(precision, width), tops.sd)
        yield Reading("knee_win", values, common_sd=common, notes=(said,))


def window_class(gap_percent: float) -> str:
    """Open, touching or closed, from the least gap between the knees in % of the pelvis' width."""
    if abs(gap_percent) <= TOUCHING:
        return "touching"
    return "open" if gap_percent > 0 else "closed"


def _base(
    view: RearView, curves: BodyCurves, steps: Sequence[_Middle], precision: Precision
) -> Iterable[Reading]:
    """The right heel against the left one, each at its own midstance, of steps that follow one another."""
    names, width = ("left_hc_bot", "right_hc_bot"), _pelvis_width(view, curves)
    if not curves.has(names):
        names = ("left_heel", "right_heel")
    if width is None or not curves.has(names):
        return
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
    if values:
        crossed = ("crossover",) if fmean(value.value for value in values) <= 0 else ()
        yield Reading("base", tuple(values), common_sd=_of_width(precision, width), notes=crossed)


def _warnings(view: RearView, found: Mapping[str, Metric]) -> Iterable[str]:
    yield from said_of_angles(found, view.feet, view.roll_sd_deg, (REAR_IDS, ABSOLUTE), "body points")
    if view.guessed and found:
        yield ROUGH
    if included(view.feet.contacts):
        yield "Pelvic rotation seen from behind couples into the pelvic drop; it cannot be taken out."
