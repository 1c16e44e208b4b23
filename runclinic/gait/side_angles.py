"""The side view: foot, shank, knee, ankle, hip, trunk, head and arms, each at its event of every step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean, median

import numpy as np

from runclinic.gait import guessed_points, reference
from runclinic.gait.angles import (
    AT_PEAK_DEG,
    NO_TOPS,
    Angles,
    BodyCurves,
    Moment,
    Quantity,
    Reading,
    Tops,
    Value,
    Window,
    in_contact,
    joined,
    metric_of,
    read_at,
    said_of_angles,
    tops_of,
    usual_points,
)
from runclinic.gait.calibration import leg_px
from runclinic.gait.contacts import Interval, Side, included
from runclinic.gait.filming import FloatArray
from runclinic.gait.hip_path import DRIFT_MS, drift_ms, hip_height, lengths_without_drift, oscillation
from runclinic.gait.means import Metric
from runclinic.gait.midstance import midstance
from runclinic.gait.side_view import SideView, during, quantities

STANDING = "the standing value was subtracted"
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
SIDE_IDS = (
    *(name for name, _, _ in AT_EVENTS),
    *("overstride_hip", "knee_peak", "knee_exc", "hip_ext", "trunk_mean", "elbow", "arm_swing"),
)


def measure_side(view: SideView) -> Angles:
    """Every angle that the points and events allow; the rest is named with its reason."""
    curves = BodyCurves(view.track, view.frame.body)
    peaks = curves.other(AT_PEAK_DEG)
    rough = guessed_points.guessed(view.track, view.frame, view.feet)
    legs = [_Leg(view, curves, peaks, side, rough) for side in view.legs]
    readings = joined(reading for leg in legs if leg.steps for reading in leg.readings())
    precision = replace(view.precision(curves), guessed=rough)
    made = (metric_of(one, precision, view.track.frame_s) for one in readings)
    found = {metric.id: metric for metric in made if metric is not None}
    bounce, drift = oscillation(view, curves, guessed=rough), drift_ms(view, curves)
    return Angles(
        tuple(found[name] for name in reference.angles() if name in found),
        (*(() if bounce is None else (bounce,)), *lengths_without_drift(view, drift)),
        {side: kind for side in view.legs if (kind := _strike(view, found.get("foot_ic"), side))},
        ", ".join(sorted({step.rule for leg in legs for step in leg.steps})),
        tuple(_warnings(view, found, bounce, drift, rough=rough)),
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


def _with_usual_middle(steps: Sequence[_Step]) -> tuple[_Step, ...]:
    """The same steps, midstance in each as long after landing as in the usual one: single ones are rough."""
    if not steps:
        return ()
    delay = median(step.midstance_s - step.landing_s for step in steps)
    return tuple(replace(step, midstance_s=step.landing_s + delay) for step in steps)


def _around_push_off(start_s: float, end_s: float) -> tuple[float, float]:
    return start_s + PUSH_FROM * (end_s - start_s), end_s + PUSH_AFTER_S


def loading_delay_s(fps: float) -> float:
    """From landing to loading response: 20 ms, or one frame of a film of 60 frames/s or fewer."""
    return LOADING_S if fps > LOADING_FRAME_AT * 1.01 else 1 / fps


@dataclass(frozen=True, eq=False)
class _Leg:
    """One leg of a side view: its angle curves over the clip, and the steps at which they are read.

    `guessed` = a network made the points.
    """

    view: SideView
    curves: BodyCurves
    smoother: BodyCurves
    side: Side
    guessed: bool = False

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
        hips = hip_height(self.view, self.smoother)
        delay = loading_delay_s(self.view.track.fps)
        found: list[_Step] = []
        for contact in included(self.view.feet.contacts, self.side):
            middle, rule = midstance(contact, self.curves.times_s, self.smooth_lines.get("knee"), hips)
            landing = contact.start.time_s
            found.append(_Step(contact, landing, landing + delay, middle, rule))
        return _with_usual_middle(found) if self.guessed else tuple(found)

    @cached_property
    def zeros(self) -> dict[str, tuple[float, str]]:
        """What is subtracted from a curve, deg, and in which words: a standing value, else the flat foot."""
        known = {name: (value, STANDING) for name, value in self.view.standing.items()}
        if self.guessed and "foot" in self.lines:
            flat = guessed_points.flat_foot_deg(
                self.lines["foot"], self.curves.times_s, self.view.feet, self.side
            )
            if flat is not None:
                for name in ("foot", "ankle"):
                    known.setdefault(name, (flat, guessed_points.ZERO))
        return known

    def readings(self) -> Iterable[Reading]:
        """Every measure of this leg."""
        yield from self._at_events()
        yield from self._in_stance()
        yield from self._over_strides()
        yield from self._ahead_of_hip()

    def _reading(
        self,
        name: str,
        curve: str,
        values: Sequence[Value],
        times: Sequence[float],
        *notes: str,
        moment: Moment = "",
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
            moment=moment,
        )

    def _at_events(self) -> Iterable[Reading]:
        for name, curve, moment in AT_EVENTS:
            if curve not in self.lines:
                continue
            zero, said = self.zeros.get(curve, (0.0, ""))
            values = [
                one.less(zero)
                for step in self.steps
                if (one := read_at(self.curves, self.lines[curve], step.contact, step.at(moment))) is not None
            ]
            notes = (said,) if said else ()
            times = [step.at(moment) for step in self.steps]
            yield self._reading(name, curve, values, times, *notes, moment=self._taken_from(moment))

    def _taken_from(self, moment: str) -> Moment:
        by_curve = moment == "midstance" and any(step.rule != "middle of contact" for step in self.steps)
        return "turning point" if by_curve else "event"

    def _in_stance(self) -> Iterable[Reading]:
        """Greatest knee flexion in stance, its excursion since landing, and the furthest trailing thigh."""
        bent, behind = self._peaks("knee", in_contact), self._peaks("trailing", _around_push_off)
        excursion = [
            replace(landed, value=value.value - landed.value)
            for value in bent.values
            if (landed := self._landed("knee", value.contact)) is not None
        ]
        for name, curve, found in (("knee_peak", "knee", bent), ("hip_ext", "trailing", behind)):
            if found.values:
                reading = self._reading(name, curve, found.values, found.times_s)
                yield replace(reading, common_sd=found.sd)
        if excursion:
            reading = self._reading("knee_exc", "knee", excursion, bent.times_s, moment="event")
            yield replace(reading, common_sd=bent.sd)

    def _landed(self, curve: str, contact: Interval) -> Value | None:
        return read_at(self.curves, self.lines[curve], contact, contact.start.time_s)

    def _peaks(self, curve: str, window: Window) -> Tops:
        if curve not in self.lines:
            return NO_TOPS
        contacts = [step.contact for step in self.steps]
        line = self.curves.as_found.curve(self.known[curve])
        return tops_of(line, self.curves.times_s, contacts, window)

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
            ahead = self.smoother.point(wrist)[:, 0] - self.smoother.point(shoulder)[:, 0]
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
        yield replace(reading, quantity=ahead, usual=usual, moment="event")


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


def _warnings(
    view: SideView, found: Mapping[str, Metric], bounce: Metric | None, drift: float | None, *, rough: bool
) -> Iterable[str]:
    wanting = "body points or whole strides"
    yield from said_of_angles(found, view.feet, view.roll_sd_deg, (SIDE_IDS, ABSOLUTE), wanting)
    if not included(view.feet.contacts):
        return
    if rough and (said := guessed_points.said(found)):
        yield said
    if bounce is None:
        name = reference.angles()["vertical_oscillation"].name
        yield f"{name}: not measured, it needs the hips, and a calibration, leg length or height."
    if drift is not None and abs(drift) >= DRIFT_MS:
        way = "forward" if drift > 0 else "back"
        done = (
            "it is taken out of step and stride length" if view.filming.belt_ms else "mind it in step length"
        )
        yield f"The runner drifts {way} by {abs(drift):.2f} m/s on the belt: {done}."
