"""A mean of many intervals with its ±: of one foot, of both, and the difference between them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from runclinic.gait import reference, uncertainty
from runclinic.gait.contacts import SIDES, Event, Interval, Side, Stepping, included
from runclinic.gait.filming import Filming, FrameClock
from runclinic.measured import Measured, of_parts

SAME_RATE = 0.99  # 29.97 frames/s count as 30
STEPS = "step_time"
SINGLE_OF_ALL = 0.5  # of what all events may be off together: a single one against the others (choice)
BOTH_FEET, BY_HAND = "mean of both feet", "a mean of both feet: mark by hand to compare left with right"


@dataclass(frozen=True, slots=True)
class Metric:
    """One measure of a clip: both feet, each foot, their difference, and the intervals behind it.

    `both` is the mean of the two side means, so that a missing step does not tilt it; its `sd` is that of
    all steps together. `asi` is 100 (L - R) / mean in %, + = left larger. `own_sd` is the SD without the
    frames' share. A measure without sides (cadence) has left, right, difference and asi None.
    """

    id: str
    both: Measured
    left: Measured | None = None
    right: Measured | None = None
    difference: Measured | None = None
    asi: Measured | None = None
    own_sd: float | None = None
    flags: tuple[str, ...] = ()
    note: str = ""
    intervals: tuple[Interval, ...] = ()

    @property
    def unit(self) -> str:
        return self.both.unit

    def of(self, side: Side) -> Measured | None:
        return self.left if side == "left" else self.right


def _methods(events: Sequence[Event]) -> tuple[reference.Method, ...]:
    return tuple(reference.method_of(source) for source in dict.fromkeys(event.source for event in events))


@dataclass(frozen=True, slots=True)
class Scene:
    """What every measure of one clip is made from."""

    feet: Stepping
    clock: FrameClock
    filming: Filming

    def frame_s(self, events: Sequence[Event]) -> float:
        """The frame duration that these events were seen with (root mean square of their own)."""
        return math.sqrt(fmean(self.clock.width_s(event.frame) ** 2 for event in events))

    def averages(self, side: Side, frame_s: float) -> bool:
        """Whether this foot's strides wander enough across frame borders for a mean to gain by them."""
        strides = [stride.seconds for stride in included(self.feet.strides, side)]
        return uncertainty.averaging_allowed(strides, frame_s)

    def chain_averages(self, frame_s: float) -> bool:
        sides: list[Side] = [side for side in SIDES if included(self.feet.strides, side)]
        return bool(sides) and all(self.averages(side, frame_s) for side in sides)

    def rater_s(self, frame_s: float) -> float | None:
        """The SD of a single mark: as the clinic measured it, or wider where a method doubts its own."""
        frames = self.filming.rater_sd_frames
        known = [] if frames is None else [frames * frame_s]
        known += [SINGLE_OF_ALL * method.bias_s(frame_s) for method in self.doubted]
        return max(known) if known else None

    @property
    def doubted(self) -> tuple[reference.Method, ...]:
        """The methods behind this clip's events that were in doubt about them."""
        return tuple(method for method in _methods(self.feet.events) if method.flag)

    def bias_s(self, intervals: Sequence[Interval], frame_s: float) -> float:
        """The largest systematic SD among the ways in which these events were found."""
        return max(method.bias_s(frame_s) for method in self.methods(intervals))

    def pooled(self, intervals: Sequence[Interval]) -> bool:
        """Whether both feet were read together, so that one says little about the other."""
        return any(method.pooled for method in self.methods(intervals))

    def methods(self, intervals: Sequence[Interval]) -> tuple[reference.Method, ...]:
        """The ways in which the events of these intervals were found, each once."""
        return _methods([event for interval in intervals for event in (interval.start, interval.end)])

    def fast_enough(self, metric_id: str) -> bool:
        return self.clock.fps >= SAME_RATE * reference.metric(metric_id).at_least_fps

    @property
    def slow_film(self) -> bool:
        return self.clock.fps < uncertainty.LOCKED_FPS * SAME_RATE


@dataclass(frozen=True, slots=True)
class Sample:
    """One interval as a value, and how much of the value's unit a second of error is worth."""

    interval: Interval
    value: float
    per_s: float


def in_ms(intervals: Sequence[Interval]) -> list[Sample]:
    """Durations as they stand, in ms."""
    return [Sample(interval, 1000 * interval.seconds, 1000.0) for interval in intervals]


def of_samples(metric_id: str, scene: Scene, samples: Sequence[Sample]) -> Metric | None:
    """Side means, their mean, and the difference; None without a single sample."""
    left, right = (_side_mean(metric_id, scene, side, samples) for side in SIDES)
    both = left or right if left is None or right is None else _both(scene, samples, left, right)
    if both is None:
        return None
    metric = Metric(metric_id, both, left, right)
    frame = _frame_in_unit(scene, samples)
    own_sd = None if metric.both.sd is None else uncertainty.sd_without_frames(metric.both.sd, frame)
    intervals = tuple(sample.interval for sample in samples)
    metric = replace(metric, own_sd=own_sd, intervals=intervals)
    if reference.metric(metric_id).systematic and scene.pooled(intervals):
        return replace(metric, flags=(BOTH_FEET,), note=BY_HAND)
    return with_difference(metric, shared_events=metric_id == STEPS)


def _side_mean(metric_id: str, scene: Scene, side: Side, of_both: Sequence[Sample]) -> Measured | None:
    """One foot's mean with its ±; None if it has no sample."""
    samples = [sample for sample in of_both if sample.interval.side == side]
    if not samples:
        return None
    facts = reference.metric(metric_id)
    intervals = [sample.interval for sample in samples]
    frame_s = scene.frame_s([event for one in intervals for event in (one.start, one.end)])
    per_s = fmean(sample.per_s for sample in samples)
    values = [sample.value for sample in samples]
    rater_s = scene.rater_s(frame_s)
    error = uncertainty.mean_error(
        values,
        frame_s * per_s,
        averages=scene.averages(side, frame_s),
        rater=None if rater_s is None else rater_s * per_s,
        held=1.0 if scene.slow_film and not facts.systematic else 0.0,
    )
    leans = facts.systematic or (metric_id == STEPS and scene.pooled(intervals))
    bias = scene.bias_s(intervals, frame_s) * per_s if leans else 0.0
    return of_parts(
        fmean(values),
        error.u95,
        uncertainty.NORMAL_95 * bias,
        facts.unit,
        len(values),
        uncertainty.sd(values),
        error.mean_sd,
    )


def _both(scene: Scene, samples: Sequence[Sample], left: Measured, right: Measured) -> Measured:
    """The mean of two side means; a bias is the same in both feet and stays whole."""
    spread = uncertainty.sd([sample.value for sample in samples])
    frame_s = _frame_in_unit(scene, samples) / fmean(sample.per_s for sample in samples)
    independent = scene.averages("left", frame_s) and scene.averages("right", frame_s)
    return of_parts(
        (left.value + right.value) / 2,
        uncertainty.both_u95(left.random, right.random, independent=independent),
        max(left.systematic_part, right.systematic_part),
        left.unit,
        left.n + right.n,
        spread,
        uncertainty.both_u95(left.mean_sd or 0.0, right.mean_sd or 0.0, independent=independent),
    )


def _frame_in_unit(scene: Scene, samples: Sequence[Sample]) -> float:
    events = [event for sample in samples for event in (sample.interval.start, sample.interval.end)]
    return scene.frame_s(events) * fmean(sample.per_s for sample in samples)


def with_difference(metric: Metric, *, shared_events: bool) -> Metric:
    """Left - right and the asymmetry index. A bias common to both feet cancels, so it is left out.

    A left and a right step share their landings with opposite signs, so their errors add up; so do those of
    feet that were read together, where a foot's own landing is only half believed.
    """
    left, right = metric.left, metric.right
    if left is None or right is None:
        return metric
    of_left, of_right = (one.plus_minus if shared_events else one.random for one in (left, right))
    u95 = _joined(of_left, of_right, add=shared_events)
    n = min(left.n, right.n)
    difference = Measured(left.value - right.value, u95, left.unit, n)
    total = left.value + right.value
    if total == 0 or left.value * right.value <= 0:
        return replace(metric, difference=difference)
    of_asi = _joined(right.value * of_left, left.value * of_right, add=shared_events)
    asi = Measured(asymmetry_index(left.value, right.value), 400 * of_asi / total**2, "%", n)
    return replace(metric, difference=difference, asi=asi)


def _joined(first: float, second: float, *, add: bool) -> float:
    return abs(first) + abs(second) if add else math.hypot(first, second)


def asymmetry_index(left: float, right: float) -> float:
    """100 (L - R) / ((L + R) / 2), %; + = left larger."""
    return 100 * (left - right) / ((left + right) / 2)


def symmetry_angle(left: float, right: float) -> float:
    """100 (45 - atan(L / R)) / 90 with the angle in degrees, %; - = left larger (Zifchock 2008)."""
    return 100 * (45 - math.degrees(math.atan(left / right))) / 90
