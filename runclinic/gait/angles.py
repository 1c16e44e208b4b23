"""Angles read at the events of each step, then their mean, scatter and ±, per foot."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from statistics import fmean, median
from typing import Literal

import numpy as np

from runclinic.gait import filtering, reference, uncertainty
from runclinic.gait.calibration import Scale
from runclinic.gait.contacts import HAND, SIDES, STEPS_PER_SIDE, Interval, Side, Stepping, included
from runclinic.gait.curves import at, peak, top_of_mean
from runclinic.gait.filming import FloatArray
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.gait.means import SAME_RATE, Metric, with_difference
from runclinic.measured import FEWEST_TO_COMPARE, Measured

PLACE_MM = 10.0  # a marker taped, or a joint guessed, a centimetre off (choice)
CLICK_SHARE = 0.004  # 4 px of a clothed landmark at 1080 lines (choice), as a share of the runner's height
PLACE_OF_LEG = 0.0114  # the same centimetre where no scale is known: of a leg of 0.88 m
AT_EVENT_DEG, AT_PEAK_DEG = 4.0, 0.5  # noise that may stay: steps average it, but a peak seeks it (choice)
QUIET = 0.15  # in a peak's own unit: less noise than this is not sought out (choice)
SEGMENT, NEARLY_ALL = 0.3, 0.5  # of the leg: the shortest segment, the foot; share of noise that may stay
OUTLIER_MADS, OUTLIER_DEG, OUTLIER_SHARE = 3.0, 4.0, 0.1
LEAST_STEPS = 2

MISSED_STRIDE = 1.5
SAID_FROM_DEG = 1.0  # lateness of the first frame that is worth a note (choice)
BEND_SHARE = 1 / 8  # of the second difference: how far a bent curve lies off its chord
TOP_FRAMES = 0.1  # how far the time of a curve's turning point may be off (choice)
FINEST = 0.05  # in a measure's own unit: no reading is finer than its printed decimal

Moment = Literal["", "event", "turning point"]
Window = Callable[[float, float], tuple[float, float]]
Function = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that can be read from body points: `of` takes float[..., m, 2] and gives float[...]."""

    points: tuple[str, ...]
    of: Function


@dataclass(frozen=True, slots=True)
class Value:
    """One step's value, in the unit of its measure, and how fast it was changing (unit / s).

    `before_per_s` is the change over the frame before, `per_s` over the one after: at a landing they differ.
    """

    contact: Interval
    value: float
    per_s: float = 0.0
    before_per_s: float = 0.0

    def less(self, other: float) -> "Value":
        """The same step's value without something that is constant."""
        return replace(self, value=self.value - other)


@dataclass(frozen=True, slots=True)
class Precision:
    """How exact the points are, px: a single click or guess, what is wrong by the same in every step.

    `geometry_deg` is what the camera adds to absolute angles, linearly; `guessed` = a network made them.
    """

    click_px: float
    place_px: float
    geometry_deg: float = 0.0
    guessed: bool = False


def precision_of(
    curves: "BodyCurves",
    scale: Scale | None,
    roll_sd_deg: float | None,
    click_px: float | None,
    place_px: float | None,
) -> Precision:
    """How exact points are: as told, or the usual figures for a clothed runner of this size (None)."""
    click = CLICK_SHARE * 2 * curves.leg if click_px is None else click_px
    usual = PLACE_OF_LEG * curves.leg if scale is None else PLACE_MM / scale.mm_per_px
    place = usual if place_px is None else place_px
    return Precision(click, place, uncertainty.NORMAL_95 * (roll_sd_deg or 0.0))


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
    _clean: dict[str, filtering.Filled] = field(default_factory=dict[str, filtering.Filled])
    _noises: list[float] = field(default_factory=list[float])

    def other(self, allowed_deg: float, least_hz: float = filtering.ANGLES_HZ) -> "BodyCurves":
        """The same points with another smoothing; what is common to both is worked out once."""
        return replace(self, allowed_deg=allowed_deg, least_hz=least_hz, _kept={})

    @property
    def as_found(self) -> "BodyCurves":
        """The same points not smoothed at all, for what looks after its own noise."""
        return self.other(math.inf)

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
        if not self._noises:
            self._noises.extend(noise(self.track.point(name)) for name in self.track.names)
        known = [one for one in self._noises if math.isfinite(one)]
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
        if name not in self._clean:
            self._clean[name] = filtering.fill(times, filtering.without_spikes(self.track.point(name)))
        filled = self._clean[name]
        curve = filled.curve
        cutoff = self.low_pass_hz
        if cutoff is not None:
            even = filtering.even_times(times)
            on_even = curve if even is times else filtering.cubic_spline(times, curve, even)
            slow = filtering.low_pass(on_even, cutoff, self.track.fps)
            curve = slow if even is times else filtering.cubic_spline(even, slow, times)
        curve = curve.copy()
        curve[filled.lost] = np.nan
        by_hand = self.track.frames_by_hand(name)
        curve[by_hand] = self.track.point(name)[by_hand]
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
    """A curve's value at a time of one step, and its rate on either side; None in a hole."""
    value = at(curve, curves.times_s, time_s)
    if not math.isfinite(value):
        return None
    step = curves.track.frame_s
    after = (at(curve, curves.times_s, time_s + step) - value) / step
    before = (value - at(curve, curves.times_s, time_s - step)) / step
    return Value(
        contact,
        value,
        after if math.isfinite(after) else 0.0,
        before if math.isfinite(before) else 0.0,
    )


# ---- peaks ----


@dataclass(frozen=True, slots=True)
class Tops:
    """The peaks of all steps with their times, s, and the SD of what is wrong with all of them alike."""

    values: tuple[Value, ...]
    times_s: tuple[float, ...]
    sd: float


NO_TOPS = Tops((), (), 0.0)


def in_contact(start_s: float, end_s: float) -> tuple[float, float]:
    """The window of a peak that lies anywhere between landing and toe-off."""
    return start_s, end_s


def tops_of(line: FloatArray, times_s: FloatArray, contacts: Sequence[Interval], window: Window) -> Tops:
    """The greatest value of a curve float[n] in a window of each contact.

    A noisy curve is smoothed first; the peaks are then moved together to where the mean step's peak lies.
    """
    smooth = quiet(line, times_s)
    found: list[tuple[Value, float]] = []
    for contact in contacts:
        start, end = window(contact.start.time_s, contact.end.time_s)
        top = peak(smooth, times_s, start, end)
        if top is not None:
            found.append((Value(contact, top[1]), top[0]))
    if not found:
        return NO_TOPS
    usual_s = median(contact.seconds for contact in contacts)
    landings = [contact.start.time_s for contact in contacts]
    mean = top_of_mean((line, smooth), times_s, landings, window(0.0, usual_s))
    moved = 0.0 if mean.value is None else mean.value - fmean(value.value for value, _ in found)
    values = tuple(value.less(-moved) for value, _ in found)
    return Tops(values, tuple(time for _, time in found), mean.sd)


def quiet(line: FloatArray, times_s: FloatArray) -> FloatArray:
    """A curve float[n] low-passed as far as its noise asks for (not below 8 Hz); itself if it has none."""
    shaking = noise(line[:, None])
    fs = 1 / float(np.median(np.diff(times_s)))
    if not shaking > QUIET:
        return line
    filled = filtering.fill(times_s, line[:, None])
    hz = max(filtering.ANGLES_HZ, (AT_PEAK_DEG / shaking) ** 2 * fs / 2)
    slow = filtering.low_pass(filled.curve[:, 0], filtering.allowed_hz(hz, fs), fs)
    return np.where(filled.lost, np.nan, slow)


# ---- from values to a measure ----


@dataclass(frozen=True, slots=True)
class Reading:
    """All steps' values of one measure, and the points of a usual step that its error is worked out from.

    `common_sd` is a further error that is the same in all steps (a scale's); `absolute` angles lean on the
    camera's level; `moment` says what its time was taken from ("" = from the curve itself, or from none).
    """

    id: str
    values: tuple[Value, ...]
    quantity: Quantity | None = None
    usual: FloatArray | None = None
    absolute: bool = False
    common_sd: float = 0.0
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    moment: Moment = ""


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


def metric_of(reading: Reading, precision: Precision, frame_s: float) -> Metric | None:
    """The mean of each foot with its ±, both, and left - right in the angle's own unit; None without values.

    `frame_s` is the duration of a frame, for what a turning segment does between an event and its frame.
    """
    if not reading.values:
        return None
    sides = {side: _side(reading, side, precision, frame_s) for side in SIDES}
    left, right = sides["left"], sides["right"]
    both = _both(left, right, reading, guessed=precision.guessed)
    flags, notes = [*reading.flags], [*reading.notes]
    fewest = min(side.n for side in (left, right) if side is not None)
    facts = reference.metric(reading.id)
    fps = 1 / frame_s if frame_s else math.inf
    if fps < SAME_RATE * facts.at_least_fps:
        flags.append("low fps")
        notes.append(f"low fps: {fps:.0f} frames/s, {facts.at_least_fps:.0f} advised")
    late = _late_deg(reading.values, frame_s) if reading.moment == "event" else 0.0
    if abs(late) >= SAID_FROM_DEG:
        notes.append(
            f"read in the first frame of contact: there {late:+.1f} {facts.unit} since the moment itself"
        )
    if fewest < STEPS_PER_SIDE:
        flags.append("few steps")
        compared = "" if fewest >= FEWEST_TO_COMPARE else ", too few to compare"
        notes.append(f"few steps: {fewest} a side{compared}")
    odd = outliers(reading.values, in_degrees=facts.unit == "deg")
    if odd:
        flags.append("outlier")
        notes.append(f"far from the others: the step of frame {_listed(odd)}; still counted")
    metric = Metric(reading.id, both, left, right, flags=tuple(flags), note="; ".join(notes))
    metric = replace(metric, intervals=tuple(value.contact for value in reading.values))
    return replace(with_difference(metric, shared_events=False), asi=None)


def _side(reading: Reading, side: Side, precision: Precision, frame_s: float) -> Measured | None:
    own = [value for value in reading.values if value.contact.side == side]
    if not own:
        return None
    values = [value.value for value in own]
    facts = reference.metric(reading.id)
    click, place = _point_errors(reading, precision)
    turning = uncertainty.moving_angle_sd_deg(
        fmean(abs(value.per_s) for value in own), uncertainty.event_sd(frame_s)
    )
    single = math.hypot(click, turning)
    scatter = uncertainty.sd(values)
    random = uncertainty.angle_u95_deg(values, 0.0, single)
    late = _late_sd(own, frame_s, reading.moment) if reading.moment else 0.0
    guessed = facts.guessed_sd if precision.guessed else 0.0
    systematic = uncertainty.NORMAL_95 * math.hypot(max(place, guessed), reading.common_sd, late, FINEST)
    plus_minus = math.hypot(random, systematic) + (precision.geometry_deg if reading.absolute else 0.0)
    enough = len(values) >= FEWEST_TO_COMPARE and scatter is not None
    mean_sd = (scatter if enough and scatter is not None else single) / math.sqrt(len(values))
    return Measured(fmean(values), plus_minus, facts.unit, len(values), scatter, random, systematic, mean_sd)


def _late_sd(own: Sequence[Value], frame_s: float, moment: Moment) -> float:
    """The SD of a mean angle from its events' moments, which is the same in all steps.

    Where strides and frames are in step (dither rule) every event lies at one place of its frame, so the
    frames' share does not average; what an automatic method is off comes on top; a hand's frame is the event
    by definition. A turning point of a curve is found between frames. All times the mean rate of change, the
    faster of before and after.
    """
    after, before = fmean(value.per_s for value in own), fmean(value.before_per_s for value in own)
    rate = max(abs(after), abs(before))
    if moment == "turning point":
        return rate * TOP_FRAMES * frame_s
    of_frames = 0.0
    if len(own) >= FEWEST_TO_COMPARE and not uncertainty.averaging_allowed(_strides_s(own), frame_s):
        bend = BEND_SHARE * abs(after - before) * frame_s
        of_frames = math.hypot(rate * uncertainty.event_sd(frame_s), bend)
    sources = {value.contact.start.source for value in own} - {HAND}
    bias_s = max((reference.method_of(one).bias_s(frame_s) for one in sources), default=0.0)
    return math.hypot(of_frames, rate * bias_s)


def _late_deg(values: Sequence[Value], frame_s: float) -> float:
    """How far an angle has turned, on average, from an event to the first frame after it: half a frame."""
    return fmean(value.per_s for value in values) * frame_s / 2


def _strides_s(own: Sequence[Value]) -> list[float]:
    """The stride times of one foot between steps that follow one another, s."""
    landings = sorted(value.contact.start.time_s for value in own)
    gaps = [then - first for first, then in pairwise(landings)]
    usual = median(gaps) if gaps else 0.0
    return [gap for gap in gaps if gap < MISSED_STRIDE * usual]


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


def _both(left: Measured | None, right: Measured | None, reading: Reading, *, guessed: bool) -> Measured:
    """The mean of both feet; a network errs alike in both, so its share stays whole."""
    if left is None or right is None:
        return left or right or Measured(math.nan, 0.0, "")
    random = uncertainty.both_u95(left.random, right.random, independent=True)
    systematic = uncertainty.both_u95(left.systematic_part, right.systematic_part, independent=not guessed)
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


def said_of_angles(
    found: Mapping[str, Metric],
    feet: Stepping,
    roll_sd_deg: float | None,
    names: tuple[Sequence[str], Iterable[str]],
    wanting: str,
) -> Iterable[str]:
    """What speaks against the angles of either view, and which of them could not be measured.

    `names` are the ids that the view can give, and those that lean on the camera's level.
    """
    every, absolute = names
    if roll_sd_deg is None and any(name in found for name in absolute):
        yield "Roll not corrected: without a plumb line, angles to the vertical hold the camera's tilt."
    if not included(feet.contacts):
        yield "Angles: not measured, no contact has both its events."
        return
    absent = [reference.angles()[name].name for name in every if name not in found]
    if absent:
        yield f"{', '.join(absent)}: not measured, {wanting} are missing."
