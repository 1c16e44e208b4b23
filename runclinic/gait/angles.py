"""Angles read at the events of each step, then their mean, scatter and ±, per foot."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from statistics import fmean, median

import numpy as np

from runclinic.gait import filtering, reference, uncertainty
from runclinic.gait.contacts import SIDES, STEPS_PER_SIDE, Interval, Side
from runclinic.gait.curves import at
from runclinic.gait.filming import FloatArray
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.gait.means import Metric, with_difference
from runclinic.measured import FEWEST_TO_COMPARE, Measured

PLACE_MM = 10.0  # a marker taped, or a joint guessed, a centimetre off (choice)
CLICK_SHARE = 0.004  # 4 px of a clothed landmark at 1080 lines (choice), as a share of the runner's height
PLACE_OF_LEG = 0.0114  # the same centimetre where no scale is known: of a leg of 0.88 m
AT_EVENT_DEG, AT_PEAK_DEG = (
    1.5,
    0.5,
)  # noise that may stay: seven steps average it, but a peak seeks it (choice)
SEGMENT, NEARLY_ALL = 0.3, 0.5  # of the leg: the shortest segment, the foot; share of noise that may stay
OUTLIER_MADS, OUTLIER_DEG, OUTLIER_SHARE = 3.0, 4.0, 0.1
LEAST_STEPS = 2

Function = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that can be read from body points: `of` takes float[..., m, 2] and gives float[...]."""

    points: tuple[str, ...]
    of: Function


@dataclass(frozen=True, slots=True)
class Value:
    """One step's value, in the unit of its measure, and how fast it was changing (unit / s)."""

    contact: Interval
    value: float
    per_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Precision:
    """How exact the points are, px: a single click or guess, what is wrong by the same in every step.

    `geometry_deg` is what the camera adds to absolute angles, linearly.
    """

    click_px: float
    place_px: float
    geometry_deg: float = 0.0


@dataclass(frozen=True, eq=False)
class BodyCurves:
    """The points of a clip without spikes and short gaps, low-passed where they are noisy, in given axes.

    A longer gap is NaN. `axes` turns pixels into the axes in which angles are read.
    """

    track: LandmarkTrack
    axes: Callable[[FloatArray], FloatArray]
    allowed_deg: float = AT_EVENT_DEG
    least_hz: float = filtering.ANGLES_HZ
    _kept: dict[str, FloatArray] = field(default_factory=dict[str, FloatArray])

    @property
    def times_s(self) -> FloatArray:
        return self.track.times_s

    @cached_property
    def leg(self) -> float:
        """The size that tolerances are shares of: hip to ankle, else half the height of all points."""
        for side in SIDES:
            if self.track.has(f"{side}_hip", f"{side}_ankle"):
                along = self.track.point(f"{side}_hip") - self.track.point(f"{side}_ankle")
                length = float(np.nanmedian(np.hypot(along[:, 0], along[:, 1])))
                if math.isfinite(length) and length > 0:
                    return length
        spread = np.nanmax(self.track.xy[..., 1], axis=1) - np.nanmin(self.track.xy[..., 1], axis=1)
        return max(float(np.nanmedian(spread)) / 2, 1e-9)

    @cached_property
    def low_pass_hz(self) -> float | None:
        """The cut-off that brings the noise of a segment's angle down to `allowed_deg`; None = none needed.

        Decided once for the whole clip. Smoothing more than the noise asks for would round off the landing:
        8 Hz alone moves the knee at landing by up to 6 degrees.
        """
        noises = [noise(self.track.point(name)) for name in self.track.names]
        known = [one for one in noises if math.isfinite(one)]
        fs = self.track.fps
        least = filtering.allowed_hz(self.least_hz, fs)
        if not known:
            return least
        segment = SEGMENT * self.leg
        share = math.radians(self.allowed_deg) * segment / (math.sqrt(2) * max(median(known), 1e-9))
        if share**2 >= NEARLY_ALL:
            return None
        return max(least, filtering.allowed_hz(share**2 * fs / 2, fs))

    def has(self, names: Iterable[str]) -> bool:
        """Whether each point is tracked and was found in more than a handful of frames."""
        wanted = tuple(names)
        if not self.track.has(*wanted):
            return False
        return bool(np.all(self.track.seen(wanted).sum(axis=0) >= filtering.SPIKE_FRAMES))

    def point(self, name: str) -> FloatArray:
        """One point in its axes, float[n, 2]."""
        if name not in self._kept:
            self._kept[name] = self._made(name)
        return self._kept[name]

    def _made(self, name: str) -> FloatArray:
        times = self.track.times_s
        filled = filtering.fill(times, filtering.without_spikes(self.track.point(name)))
        curve = filled.curve
        cutoff = self.low_pass_hz
        if cutoff is not None:
            even = filtering.even_times(times)
            on_even = curve if even is times else filtering.cubic_spline(times, curve, even)
            slow = filtering.low_pass(on_even, cutoff, self.track.fps)
            curve = slow if even is times else filtering.cubic_spline(even, slow, times)
        curve = curve.copy()
        curve[filled.lost] = np.nan
        return self.axes(curve)

    def points(self, names: Sequence[str]) -> FloatArray:
        """Several points, float[n, m, 2]."""
        return np.stack([self.point(name) for name in names], axis=1)

    def curve(self, quantity: Quantity) -> FloatArray:
        """The quantity in every frame, float[n]."""
        return quantity.of(self.points(quantity.points))


def noise(curve: FloatArray) -> float:
    """The SD of what changes between frames without a pattern, from fourth differences; NaN if unknown."""
    fourth = np.diff(curve, 4, axis=0)
    known = fourth[np.all(np.isfinite(fourth), axis=1)]
    if len(known) < filtering.SPIKE_FRAMES:
        return math.nan
    return filtering.MAD_TO_SD * float(np.median(np.abs(known))) / math.sqrt(70)


def read_at(curves: BodyCurves, curve: FloatArray, contact: Interval, time_s: float) -> Value | None:
    """A curve's value at a time of one step, and its rate there; None in a hole."""
    value = at(curve, curves.times_s, time_s)
    if not math.isfinite(value):
        return None
    step = curves.track.frame_s
    around = [at(curve, curves.times_s, time_s + shift) for shift in (-step, step)]
    rate = (around[1] - around[0]) / (2 * step)
    return Value(contact, value, rate if math.isfinite(rate) else 0.0)


# ---- from values to a measure ----


@dataclass(frozen=True, slots=True)
class Reading:
    """All steps' values of one measure, and the points of a usual step that its error is worked out from.

    `common_sd` is a further error that is the same in all steps (a scale's); `absolute` angles lean on the
    camera's level.
    """

    id: str
    values: tuple[Value, ...]
    quantity: Quantity | None = None
    usual: FloatArray | None = None
    absolute: bool = False
    common_sd: float = 0.0
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def joined(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Both legs' readings of one measure as one."""
    kept: dict[str, Reading] = {}
    for one in readings:
        before = kept.get(one.id)
        kept[one.id] = one if before is None else _together(before, one)
    return tuple(kept.values())


def _together(first: Reading, second: Reading) -> Reading:
    return replace(
        first,
        values=first.values + second.values,
        usual=second.usual if first.usual is None else first.usual,
        flags=tuple(dict.fromkeys(first.flags + second.flags)),
        notes=tuple(dict.fromkeys(first.notes + second.notes)),
    )


def metric_of(reading: Reading, precision: Precision, event_s: float) -> Metric | None:
    """The mean of each foot with its ±, both, and left - right in the angle's own unit; None without values.

    `event_s` is the SD of the events' times.
    """
    if not reading.values:
        return None
    sides = {side: _side(reading, side, precision, event_s) for side in SIDES}
    left, right = sides["left"], sides["right"]
    both = _both(left, right, reading)
    flags, notes = [*reading.flags], [*reading.notes]
    fewest = min(side.n for side in (left, right) if side is not None)
    if fewest < STEPS_PER_SIDE:
        flags.append("few steps")
        compared = "" if fewest >= FEWEST_TO_COMPARE else ", too few to compare"
        notes.append(f"few steps: {fewest} a side{compared}")
    odd = outliers(reading.values, in_degrees=reference.metric(reading.id).unit == "deg")
    if odd:
        flags.append("outlier")
        notes.append(f"far from the others: the step of frame {_listed(odd)}; still counted")
    metric = Metric(reading.id, both, left, right, flags=tuple(flags), note="; ".join(notes))
    metric = replace(metric, intervals=tuple(value.contact for value in reading.values))
    return replace(with_difference(metric, shared_events=False), asi=None)


def _side(reading: Reading, side: Side, precision: Precision, event_s: float) -> Measured | None:
    own = [value for value in reading.values if value.contact.side == side]
    if not own:
        return None
    values = [value.value for value in own]
    click, place = _point_errors(reading, precision)
    turning = uncertainty.moving_angle_sd_deg(fmean(abs(value.per_s) for value in own), event_s)
    single = math.hypot(click, turning)
    scatter = uncertainty.sd(values)
    random = uncertainty.angle_u95_deg(values, 0.0, single)
    systematic = uncertainty.NORMAL_95 * math.hypot(place, reading.common_sd)
    plus_minus = math.hypot(random, systematic) + (precision.geometry_deg if reading.absolute else 0.0)
    enough = len(values) >= FEWEST_TO_COMPARE and scatter is not None
    mean_sd = (scatter if enough and scatter is not None else single) / math.sqrt(len(values))
    unit = reference.metric(reading.id).unit
    return Measured(fmean(values), plus_minus, unit, len(values), scatter, random, systematic, mean_sd)


def _point_errors(reading: Reading, precision: Precision) -> tuple[float, float]:
    """What a click's error and a misplaced point do to this quantity, by moving each point a little."""
    if reading.quantity is None or reading.usual is None:
        return 0.0, 0.0
    of = reading.quantity.of

    def number(points: FloatArray) -> float:
        return float(of(points))

    count = len(reading.quantity.points)
    one = uncertainty.landmark_sd(number, reading.usual, [1.0] * count)
    return one * precision.click_px, one * precision.place_px


def _both(left: Measured | None, right: Measured | None, reading: Reading) -> Measured:
    if left is None or right is None:
        return left or right or Measured(math.nan, 0.0, "")
    random = uncertainty.both_u95(left.random, right.random, independent=True)
    systematic = uncertainty.both_u95(left.systematic_part, right.systematic_part, independent=True)
    linear = fmean(one.plus_minus - math.hypot(one.random, one.systematic_part) for one in (left, right))
    return Measured(
        (left.value + right.value) / 2,
        math.hypot(random, systematic) + max(0.0, linear),
        left.unit,
        left.n + right.n,
        uncertainty.sd([value.value for value in reading.values]),
        random,
        systematic,
        math.hypot(left.mean_sd or 0.0, right.mean_sd or 0.0) / 2,
    )


def outliers(values: Sequence[Value], *, in_degrees: bool = True) -> tuple[int, ...]:
    """The landing frames of steps that lie more than 3 scaled MAD and more than 4 degrees from their median.

    They are flagged, never removed. Each foot is judged by itself.
    """
    odd: list[int] = []
    for side in SIDES:
        own = [value for value in values if value.contact.side == side]
        if len(own) < FEWEST_TO_COMPARE:
            continue
        middle = median(value.value for value in own)
        spread = filtering.MAD_TO_SD * median(abs(value.value - middle) for value in own)
        least = OUTLIER_DEG if in_degrees else OUTLIER_SHARE * abs(middle)
        limit = max(OUTLIER_MADS * spread, least)
        odd += [one.contact.start.frame for one in own if abs(one.value - middle) > limit]
    return tuple(sorted(odd))


def usual_points(curves: BodyCurves, quantity: Quantity, times_s: Sequence[float]) -> FloatArray | None:
    """The median of each point at these times, float[m, 2]; None if a point is not known there."""
    points = curves.points(quantity.points)
    places = np.clip(np.searchsorted(curves.times_s, np.asarray(times_s) - 1e-9), 0, len(points) - 1)
    known = points[places][np.all(np.isfinite(points[places]), axis=(1, 2))]
    return np.median(known, axis=0) if len(known) else None


def _listed(frames: Sequence[int]) -> str:
    said = ", ".join(str(frame) for frame in frames[:4])
    return said if len(frames) <= 4 else f"{said} and {len(frames) - 4} more"


@dataclass(frozen=True, slots=True)
class Angles:
    """What was measured from the points of a clip, what could not be and why, and what must be said."""

    angles: tuple[Metric, ...]
    metrics: tuple[Metric, ...] = ()
    strike: Mapping[Side, str] = field(default_factory=dict[Side, str])
    midstance_rule: str = ""
    warnings: tuple[str, ...] = ()

    def get(self, angle_id: str) -> Metric | None:
        return next((one for one in (*self.angles, *self.metrics) if one.id == angle_id), None)
