"""The side view: foot, shank, knee, ankle, hip, trunk, head and arms, each at its event of every step."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

import numpy as np

from runclinic.gait import reference, uncertainty
from runclinic.gait.angles import (
    AT_PEAK_DEG,
    Angles,
    BodyCurves,
    Quantity,
    Reading,
    Value,
    joined,
    metric_of,
    read_at,
    usual_points,
)
from runclinic.gait.calibration import leg_px
from runclinic.gait.contacts import Interval, Side, included
from runclinic.gait.curves import peak
from runclinic.gait.filming import FloatArray
from runclinic.gait.hip_path import DRIFT_MS, drift_ms, hip_height, oscillation
from runclinic.gait.means import Metric
from runclinic.gait.midstance import midstance
from runclinic.gait.side_view import SideView, during, quantities

LOADING_S = 0.020
LOADING_FRAME_AT = 60.0
PUSH_FROM, PUSH_AFTER_S = 0.5, 0.060
REARFOOT_ABOVE, FOREFOOT_BELOW = 8.0, -1.6  # Altman & Davis 2012, read in secondary texts
ABSOLUTE = {"foot_ic", "tibia_ic", "tibia_lr", "hip_ext", "trunk_ic", "trunk_ms", "trunk_mean"}
AT_EVENTS: tuple[tuple[str, str, str], ...] = (
    ("foot_ic", "foot", "landing"),
    ("tibia_ic", "shank", "landing"),
    ("tibia_lr", "shank", "loading"),
    ("knee_ic", "knee", "landing"),
    ("ankle_ic", "ankle", "landing"),
    ("ankle_ms", "ankle", "midstance"),
    ("trunk_ic", "trunk", "landing"),
    ("trunk_ms", "trunk", "midstance"),
    ("head", "head", "midstance"),
)
_Window = Callable[[float, float, float], tuple[float, float]]
SIDE_IDS = (
    *(name for name, _, _ in AT_EVENTS),
    *("overstride_hip", "knee_peak", "knee_exc", "hip_ext", "trunk_mean", "elbow", "arm_swing"),
)


def measure_side(view: SideView) -> Angles:
    """Every angle that the points and events allow; the rest is named with its reason."""
    curves = BodyCurves(view.track, view.frame.body)
    peaks = BodyCurves(view.track, view.frame.body, AT_PEAK_DEG)
    legs = [_Leg(view, curves, peaks, side) for side in view.legs]
    readings = joined(reading for leg in legs if leg.steps for reading in leg.readings())
    event_s = uncertainty.event_sd(view.track.frame_s)
    made = (metric_of(one, view.precision(curves), event_s) for one in readings)
    found = {metric.id: metric for metric in made if metric is not None}
    bounce = oscillation(view)
    return Angles(
        tuple(found[name] for name in reference.angles() if name in found),
        () if bounce is None else (bounce,),
        {side: kind for side in view.legs if (kind := _strike(view, found.get("foot_ic"), side))},
        ", ".join(sorted({step.rule for leg in legs for step in leg.steps})),
        tuple(_warnings(view, found, bounce)),
    )


# ---- one leg ----


@dataclass(frozen=True, slots=True)
class _Step:
    """One contact with the times that its angles are read at, s, and the rule of its midstance."""

    contact: Interval
    landing_s: float
    loading_s: float
    midstance_s: float
    rule: str

    def at(self, moment: str) -> float:
        return {"landing": self.landing_s, "loading": self.loading_s}.get(moment, self.midstance_s)


def loading_delay_s(fps: float) -> float:
    """From landing to loading response: 20 ms, or one frame of a film of 60 frames/s or fewer."""
    return LOADING_S if fps > LOADING_FRAME_AT * 1.01 else 1 / fps


@dataclass(frozen=True, eq=False)
class _Leg:
    """One leg of a side view: its angle curves over the clip, and the steps at which they are read."""

    view: SideView
    curves: BodyCurves
    smoother: BodyCurves
    side: Side

    @cached_property
    def known(self) -> dict[str, Quantity]:
        every = quantities(self.view.track, self.side, self.view.frame)
        return {name: one for name, one in every.items() if self.curves.has(one.points)}

    @cached_property
    def lines(self) -> dict[str, FloatArray]:
        return {name: self.curves.curve(one) for name, one in self.known.items()}

    @cached_property
    def smooth_lines(self) -> dict[str, FloatArray]:
        """The same curves with less noise, for peaks."""
        return {name: self.smoother.curve(one) for name, one in self.known.items()}

    @cached_property
    def steps(self) -> tuple[_Step, ...]:
        hips = hip_height(self.view, self.curves)
        delay = loading_delay_s(self.view.track.fps)
        found: list[_Step] = []
        for contact in included(self.view.feet.contacts, self.side):
            middle, rule = midstance(contact, self.curves.times_s, self.smooth_lines.get("knee"), hips)
            landing = contact.start.time_s
            found.append(_Step(contact, landing, landing + delay, middle, rule))
        return tuple(found)

    def readings(self) -> Iterable[Reading]:
        """Every measure of this leg."""
        yield from self._at_events()
        yield from self._in_stance()
        yield from self._over_strides()
        yield from self._ahead_of_hip()

    def _reading(
        self, name: str, curve: str, values: Sequence[Value], times: Sequence[float], *notes: str
    ) -> Reading:
        quantity = self.known.get(curve)
        usual = None if quantity is None else usual_points(self.curves, quantity, times)
        hidden = self.side != self.view.near
        return Reading(
            name,
            tuple(values),
            quantity,
            usual,
            name in ABSOLUTE,
            flags=("occluded side",) if hidden else (),
            notes=(*(("the far leg is hidden by the near one",) if hidden else ()), *notes),
        )

    def _at_events(self) -> Iterable[Reading]:
        for name, curve, moment in AT_EVENTS:
            if curve not in self.lines:
                continue
            rest = self.view.standing.get(curve)
            values = [
                Value(one.contact, one.value - (rest or 0.0), one.per_s)
                for step in self.steps
                if (one := read_at(self.curves, self.lines[curve], step.contact, step.at(moment))) is not None
            ]
            notes = () if rest is None else ("the standing value was subtracted",)
            yield self._reading(name, curve, values, [step.at(moment) for step in self.steps], *notes)

    def _in_stance(self) -> Iterable[Reading]:
        """Greatest knee flexion in stance, its excursion since landing, and the furthest trailing thigh."""
        bent = self._peaks("knee", lambda start, _, end: (start, end))
        behind = self._peaks(
            "trailing", lambda start, length, end: (start + PUSH_FROM * length, end + PUSH_AFTER_S)
        )
        excursion = [
            Value(value.contact, value.value - landed.value, landed.per_s)
            for value, _ in bent
            if (landed := self._landed("knee", value.contact)) is not None
        ]
        for name, curve, found in (("knee_peak", "knee", bent), ("hip_ext", "trailing", behind)):
            if found:
                yield self._reading(name, curve, [value for value, _ in found], [time for _, time in found])
        if excursion:
            yield self._reading("knee_exc", "knee", excursion, [time for _, time in bent])

    def _landed(self, curve: str, contact: Interval) -> Value | None:
        return read_at(self.curves, self.lines[curve], contact, contact.start.time_s)

    def _peaks(self, curve: str, window: _Window) -> list[tuple[Value, float]]:
        """The greatest value of a curve in a window of each step, with its time."""
        if curve not in self.smooth_lines:
            return []
        found: list[tuple[Value, float]] = []
        for step in self.steps:
            start, end = window(step.landing_s, step.contact.seconds, step.contact.end.time_s)
            top = peak(self.smooth_lines[curve], self.curves.times_s, start, end)
            if top is not None:
                found.append((Value(step.contact, top[1]), top[0]))
        return found

    def _over_strides(self) -> Iterable[Reading]:
        """Means over whole strides (trunk, elbow), and how far the wrist swings."""
        strides = included(self.view.feet.strides, self.side)
        middles = [(one.start.time_s + one.end.time_s) / 2 for one in strides]
        for name, curve in (("trunk_mean", "trunk"), ("elbow", "elbow")):
            if curve in self.lines and strides:
                parts = [(one, during(self.curves, self.lines[curve], one)) for one in strides]
                values = [Value(one, float(np.mean(part))) for one, part in parts if part is not None]
                yield self._reading(name, curve, values, middles)
        wrist, shoulder = f"{self.side}_wrist", f"{self.side}_shoulder"
        length = leg_px(self.view.track, self.side)
        if length is not None and self.curves.has((wrist, shoulder)):
            ahead = self.curves.point(wrist)[:, 0] - self.curves.point(shoulder)[:, 0]
            parts = [(one, during(self.curves, ahead, one)) for one in strides]
            swings = [
                Value(one, 100 * float(np.ptp(part)) / length) for one, part in parts if part is not None
            ]
            yield self._reading("arm_swing", "", swings, [])

    def _ahead_of_hip(self) -> Iterable[Reading]:
        """How far the heel lands ahead of the hips, in % of the leg's length."""
        length, heel, hips = leg_px(self.view.track, self.side), f"{self.side}_heel", self.view.hips
        if not hips or length is None or not self.curves.has((heel, *hips)):
            return
        ahead = ahead_of_hip(heel, hips, length)
        line = self.curves.curve(ahead)
        found = [read_at(self.curves, line, step.contact, step.landing_s) for step in self.steps]
        values = [one for one in found if one is not None]
        notes = ()
        if self.view.scale is not None and values:
            mm = self.view.scale.mm(fmean(one.value for one in values) * length / 100)
            notes = (f"{mm:.0f} mm",)
        reading = self._reading("overstride_hip", "", values, [], *notes)
        usual = usual_points(self.curves, ahead, [step.landing_s for step in self.steps])
        yield Reading(reading.id, reading.values, ahead, usual, flags=reading.flags, notes=reading.notes)


def ahead_of_hip(foot: str, hips: tuple[str, ...], leg: float) -> Quantity:
    """100 (foot - middle of the hips) / leg length, + = ahead; all in one unit."""
    return Quantity((foot, *hips), lambda p: 100 * (p[..., 0, 0] - p[..., 1:, 0].mean(axis=-1)) / leg)


# ---- foot strike ----


def strike_class(foot_deg: float) -> str:
    """Rearfoot, midfoot or forefoot from the foot's angle at landing, its standing value subtracted."""
    if foot_deg > REARFOOT_ABOVE:
        return "rearfoot"
    return "forefoot" if foot_deg < FOREFOOT_BELOW else "midfoot"


def _strike(view: SideView, foot: Metric | None, side: Side) -> str:
    """The class of a foot; empty without a standing frame (then by eye) or if its ± spans two classes."""
    own = None if foot is None else foot.of(side)
    if own is None or "foot" not in view.standing:
        return ""
    classes = {strike_class(own.value - own.plus_minus), strike_class(own.value + own.plus_minus)}
    return classes.pop() if len(classes) == 1 else ""


# ---- what must be said ----


def _warnings(view: SideView, found: Mapping[str, Metric], bounce: Metric | None) -> Iterable[str]:
    if view.roll_sd_deg is None and any(name in ABSOLUTE for name in found):
        yield "Roll not corrected: without a plumb line, angles to the vertical hold the camera's tilt."
    if not included(view.feet.contacts):
        yield "Angles: not measured, no contact has both its events."
        return
    absent = [reference.angles()[name].name for name in SIDE_IDS if name not in found]
    if absent:
        yield f"{', '.join(absent)}: not measured, body points or whole strides are missing."
    if bounce is None:
        name = reference.angles()["vertical_oscillation"].name
        yield f"{name}: not measured, it needs the hips, and a calibration, leg length or height."
    drift = drift_ms(view)
    if drift is not None and abs(drift) >= DRIFT_MS:
        way = "forward" if drift > 0 else "back"
        yield f"The runner drifts {way} by {abs(drift):.2f} m/s on the belt: step length errs by as much."
