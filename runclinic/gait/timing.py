"""Cadence, contact, flight, duty factor, lengths: per foot and together, each with its ±."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, median

from runclinic.gait import reference, uncertainty
from runclinic.gait.contacts import SIDES, STEPS_PER_SIDE, Interval, Stepping, included, raw_step_rate
from runclinic.gait.filming import Filming, FrameClock, doubtful_rate
from runclinic.gait.means import BOTH_FEET, Metric, Sample, Scene, in_ms, of_samples, with_difference
from runclinic.gait.sine_wave import SineWave, leg_length_m, sine_wave
from runclinic.measured import FEWEST_TO_COMPARE, Measured, of_parts

STEPS_FOR_VARIABILITY = 10
THIRDS = 3
WITHOUT_TIME = {"duty_factor"}
RATE_IN_DOUBT = "no runner has this step rate: tell the film's true rate first"


@dataclass(frozen=True, slots=True)
class Absent:
    """A measure that could not be made, and why, in words."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Timing:
    """Every measure that the events allow, in the order of the panel, and those that they do not."""

    metrics: tuple[Metric, ...]
    absent: tuple[Absent, ...]

    def get(self, metric_id: str) -> Metric | None:
        return next((metric for metric in self.metrics if metric.id == metric_id), None)


def measure(feet: Stepping, clock: FrameClock, filming: Filming) -> Timing:
    """All measures that need only events, belt speed, mass and height; the rest is named with its reason."""
    scene = Scene(feet, clock, filming)
    found: dict[str, Metric] = {}
    for metric_id, make in _MADE_BY.items():
        made = make(scene)
        if made is not None:
            found[metric_id] = made
    found.update(_lengths(scene, found))
    found.update(_model(scene, found))
    if doubted_rate(feet) is not None:
        found = {name: metric for name, metric in found.items() if name in WITHOUT_TIME}
    locked = not scene.chain_averages(clock.frame_s)
    finished = tuple(
        _flagged(found[name], scene, locked=locked) for name in reference.metrics() if name in found
    )
    absent = tuple(
        Absent(name, _why_absent(name, scene, found)) for name in reference.metrics() if name not in found
    )
    return Timing(finished, absent)


def doubted_rate(feet: Stepping) -> float | None:
    """A step rate that no runner has, so that the film's own rate is in doubt; None if it can be true.

    Landings that were not marked, or a part of the clip without any, make no such rate by themselves: the
    usual time from one landing to the next must be odd too.
    """
    rate = raw_step_rate(feet.events)
    if rate is None or not doubtful_rate(rate):
        return None
    usual_s = median(then.time_s - first.time_s for first, then in pairwise(feet.landings))
    each = 2 if feet.one_foot else 1
    return rate if usual_s <= 0 or doubtful_rate(60 * each / usual_s) else None


def lengths(feet: Stepping, clock: FrameClock, filming: Filming, drift_ms: float) -> tuple[Metric, ...]:
    """Step and stride length of one who moves along the belt, + = forward; empty without a belt speed."""
    belt = filming.belt_speed
    if belt is None or doubted_rate(feet) is not None:
        return ()
    moved = replace(filming, belt_speed=replace(belt, metres_per_s=belt.metres_per_s + drift_ms))
    scene = Scene(feet, clock, moved)
    times = {"step_time": _step_time(scene), "stride_time": _stride_time(scene)}
    found = {name: metric for name, metric in times.items() if metric is not None}
    note = f"her drift of {drift_ms:+.2f} m/s on the belt is taken out"
    locked = not scene.chain_averages(clock.frame_s)
    return tuple(
        _flagged(replace(metric, note=note), scene, locked=locked)
        for metric in _lengths(scene, found).values()
    )


# ---- each measure ----


def _contact_time(scene: Scene) -> Metric | None:
    return of_samples("contact_time", scene, in_ms(included(scene.feet.contacts)))


def _flight_time(scene: Scene) -> Metric | None:
    return of_samples("flight_time", scene, in_ms(included(scene.feet.flights)))


def _step_time(scene: Scene) -> Metric | None:
    """Both feet's mean step is a chain: only the ends of its unbroken runs err.

    With a step more of one foot the mean of side means leans on the landings between as well: at most
    twice as much where the frames lock them, by one part in n where they do not.
    """
    metric = of_samples("step_time", scene, in_ms(included(scene.feet.steps)))
    runs = scene.feet.unbroken_runs()
    if metric is None or metric.left is None or metric.right is None:
        return metric
    frame_s = scene.frame_s([event for run in runs for event in (run[0].start, run[-1].end)])
    averages = scene.chain_averages(frame_s)
    even = metric.left.n == metric.right.n
    lean = 1.0 if even else 1 + 1 / min(metric.left.n, metric.right.n) if averages else 2.0
    u95 = uncertainty.chain_u95(
        frame_s, metric.both.n, len(runs), averages=averages, rater_s=scene.rater_s(frame_s)
    )
    return replace(metric, both=_narrowed(metric, 1000 * lean * u95, _uneven(scene)))


def _stride_time(scene: Scene) -> Metric | None:
    """Each foot's strides are a chain of their own; the mean of both errs by the ends of the two."""
    strides = included(scene.feet.strides)
    metric = of_samples("stride_time", scene, in_ms(strides))
    if metric is None or metric.left is None or metric.right is None:
        return metric
    frame_s = scene.frame_s([event for one in strides for event in (one.start, one.end)])
    averages = scene.chain_averages(frame_s)
    ends: list[float] = []
    for side in SIDES:
        own = included(strides, side)
        runs = len(_rows(own))
        ends.append(
            uncertainty.chain_u95(frame_s, len(own), runs, averages=averages, rater_s=scene.rater_s(frame_s))
        )
    u95 = 1000 * uncertainty.both_u95(ends[0], ends[1], independent=averages)
    return replace(metric, both=_narrowed(metric, u95, _uneven(scene)))


def _narrowed(metric: Metric, u95: float, uneven: float) -> Measured:
    """The mean of both feet with the ± of its ends; comparisons still see how much the runner wanders."""
    both = metric.both
    own = (metric.own_sd or 0.0) / math.sqrt(both.n)
    mean_sd = math.hypot(u95 / uncertainty.NORMAL_95, own)
    return of_parts(both.value, u95, uneven * both.value, both.unit, both.n, both.sd, mean_sd)


def _uneven(scene: Scene) -> float:
    """How far the steps of one third of a doubted clip are from another's, as a share of the mean.

    Somebody else's steps may be among them. Nothing is added where the events were not doubted: her own
    step rate may change.
    """
    steps = [step.seconds for step in included(scene.feet.steps)]
    if not scene.doubted or len(steps) < THIRDS * 2:
        return 0.0
    thirds = [fmean(steps[k * len(steps) // THIRDS : (k + 1) * len(steps) // THIRDS]) for k in range(THIRDS)]
    return (max(thirds) - min(thirds)) / fmean(steps)


def _cadence(scene: Scene) -> Metric | None:
    """Steps over the time that they took, from unbroken runs; from strides if one foot alone was marked."""
    each = 2 if scene.feet.one_foot else 1
    runs = _rows(scene.feet.strides) if each == 2 else scene.feet.unbroken_runs()
    intervals = [interval for run in runs for interval in run]
    if len(intervals) * each < 2:
        return None
    seconds = sum(run[-1].end.time_s - run[0].start.time_s for run in runs)
    n = len(intervals)
    mean_s = seconds / n
    cadence = 60 * each / mean_s
    frame_s = scene.frame_s([event for run in runs for event in (run[0].start, run[-1].end)])
    u95 = uncertainty.chain_u95(
        frame_s, n, len(runs), averages=scene.chain_averages(frame_s), rater_s=scene.rater_s(frame_s)
    )
    spread = uncertainty.sd([interval.seconds for interval in intervals])
    own = uncertainty.sd_without_frames(spread or 0.0, frame_s) / math.sqrt(n)
    mean_sd = math.hypot(uncertainty.chain_sd(frame_s, n, len(runs)), own)
    per_s = cadence / mean_s
    note = f"one frame at either end moves it by {cadence * frame_s / (n * mean_s):.1f}"
    if each == 2:
        note = f"from the strides of one foot; {note}"
    both = of_parts(
        cadence,
        u95 * per_s,
        cadence * _uneven(scene),
        "steps/min",
        n * each,
        spread and spread * per_s,
        mean_sd * per_s,
    )
    return Metric("cadence", both, note=note, intervals=tuple(intervals))


def _rows(strides: Sequence[Interval]) -> tuple[tuple[Interval, ...], ...]:
    """One foot's included strides in rows where each begins at the landing that ends the one before."""
    rows: list[list[Interval]] = []
    for stride in included(strides):
        if rows and rows[-1][-1].end == stride.start:
            rows[-1].append(stride)
        else:
            rows.append([stride])
    return tuple(tuple(row) for row in rows)


def _duty_factor(scene: Scene) -> Metric | None:
    """Contact over the stride that begins with it; over two mean steps for a foot without a whole stride."""
    strides = {stride.start: stride.seconds for stride in included(scene.feet.strides)}
    contacts = included(scene.feet.contacts)
    steps = [step.seconds for step in included(scene.feet.steps)]
    samples: list[Sample] = []
    rough = False
    for side in SIDES:
        own = [contact for contact in contacts if contact.side == side]
        whole = [contact for contact in own if contact.start in strides]
        samples += [_share(contact, strides[contact.start]) for contact in whole]
        if not whole and own and steps:
            samples += [_share(contact, 2 * fmean(steps)) for contact in own]
            rough = True
    metric = of_samples("duty_factor", scene, samples)
    if metric is None or not rough:
        return metric
    return replace(metric, flags=("approximated",), note="approximate: from two mean steps")


def _share(contact: Interval, stride_s: float) -> Sample:
    return Sample(contact, 100 * contact.seconds / stride_s, 100 / stride_s)


_MADE_BY: dict[str, Callable[[Scene], Metric | None]] = {
    "cadence": _cadence,
    "contact_time": _contact_time,
    "flight_time": _flight_time,
    "duty_factor": _duty_factor,
    "step_time": _step_time,
    "stride_time": _stride_time,
}

# ---- belt speed ----


def _lengths(scene: Scene, found: dict[str, Metric]) -> dict[str, Metric]:
    """Step and stride length: belt speed times time, if the runner keeps her place on the belt."""
    speed = scene.filming.belt_ms
    pairs = (("step_length", "step_time"), ("stride_length", "stride_time"))
    return {
        length: _scaled(found[time], length, speed / 1000)
        for length, time in pairs
        if speed is not None and time in found
    }


def _scaled(metric: Metric, metric_id: str, factor: float) -> Metric:
    unit = reference.metric(metric_id).unit

    def times(measured: Measured) -> Measured:
        return of_parts(
            measured.value * factor,
            measured.random * factor,
            measured.systematic_part * factor,
            unit,
            measured.n,
            measured.sd and measured.sd * factor,
            measured.mean_sd and measured.mean_sd * factor,
        )

    return replace(
        metric,
        id=metric_id,
        both=times(metric.both),
        left=metric.left and times(metric.left),
        right=metric.right and times(metric.right),
        difference=metric.difference and times(metric.difference),
        own_sd=metric.own_sd and metric.own_sd * factor,
        note="belt speed taken as given",
    )


# ---- model ----

_MODEL: dict[str, Callable[[SineWave], float | None]] = {
    "peak_force": lambda wave: wave.peak_bw,
    "vertical_displacement": lambda wave: 1000 * wave.displacement_m,
    "vertical_stiffness": lambda wave: wave.vertical_stiffness_kn_m,
    "leg_compression": lambda wave: None if wave.compression_m is None else 1000 * wave.compression_m,
    "leg_stiffness": lambda wave: wave.leg_stiffness_kn_m,
}


def _model(scene: Scene, found: dict[str, Metric]) -> dict[str, Metric]:
    """The sine-wave block: at 120 frames/s or more and with a flight phase only."""
    contact, flight, step = (found.get(name) for name in ("contact_time", "flight_time", "step_time"))
    if contact is None or flight is None or step is None or not scene.fast_enough("peak_force"):
        return {}
    made: dict[str, Metric] = {}
    for name, read in _MODEL.items():
        both = _estimate(name, read, scene, (contact.both, flight.both, step.both))
        if both is None:
            continue
        sides = [
            _estimate(name, read, scene, (contact.of(side), flight.of(side), step.of(side))) for side in SIDES
        ]
        metric = Metric(name, both, sides[0], sides[1], flags=("model estimate",), note="model estimate")
        pooled = BOTH_FEET in contact.flags
        made[name] = metric if pooled else with_difference(metric, shared_events=False)
    if "peak_force" in made and (cadence := found.get("cadence")) is not None:
        made["loading"] = _loading(made["peak_force"].both, cadence.both)
    return made


def _estimate(
    name: str,
    read: Callable[[SineWave], float | None],
    scene: Scene,
    times: tuple[Measured | None, Measured | None, Measured | None],
) -> Measured | None:
    """One model value with what contact and step time (not flight, which errs against contact) do to it."""
    contact, flight, step = times
    if contact is None or flight is None or step is None or flight.value <= 0:
        return None
    filming = scene.filming

    def at(contact_ms: float, step_ms: float) -> float | None:
        return read(
            sine_wave(
                contact_ms / 1000,
                (step_ms - contact_ms) / 1000,
                mass_kg=filming.mass_kg,
                leg_m=leg_length_m(filming.height_m, filming.leg_length_m),
                speed_ms=filming.belt_ms,
            )
        )

    total = contact.value + flight.value
    value = at(contact.value, total)
    by_contact = _slope(lambda nudge: at(contact.value + nudge, total))
    by_step = _slope(lambda nudge: at(contact.value, total + nudge))
    if value is None or by_contact is None or by_step is None:
        return None
    random = math.hypot(by_contact * contact.random, by_step * step.random)
    systematic = abs(by_contact) * contact.systematic_part
    n = min(contact.n, flight.n)
    mean_sd = math.hypot(by_contact * (contact.mean_sd or 0.0), by_step * (step.mean_sd or 0.0))
    return of_parts(value, random, systematic, reference.metric(name).unit, n, None, mean_sd)


def _slope(curve: Callable[[float], float | None], nudge_ms: float = 0.01) -> float | None:
    ahead, behind = curve(nudge_ms), curve(-nudge_ms)
    return None if ahead is None or behind is None else (ahead - behind) / (2 * nudge_ms)


def _loading(peak: Measured, cadence: Measured) -> Metric:
    both = of_parts(
        peak.value * cadence.value,
        math.hypot(peak.random * cadence.value, cadence.random * peak.value),
        peak.systematic_part * cadence.value,
        "BW/min",
        peak.n,
        None,
        math.hypot((peak.mean_sd or 0.0) * cadence.value, (cadence.mean_sd or 0.0) * peak.value),
    )
    note = "model estimate; read it only as a change against another condition of the same clip"
    return Metric("loading", both, flags=("model estimate",), note=note)


# ---- flags and reasons ----


def _flagged(metric: Metric, scene: Scene, *, locked: bool) -> Metric:
    """The same measure with what speaks against leaning on it, as flags and as a note."""
    flags, notes = list(metric.flags), [metric.note] if metric.note else []
    if not scene.fast_enough(metric.id):
        flags.append("low fps")
        wanted = reference.metric(metric.id).at_least_fps
        notes.append(f"low fps: {scene.clock.fps:.0f} frames/s, {wanted:.0f} advised")
    sides = [measured for measured in (metric.left, metric.right) if measured is not None]
    fewest = min([side.n for side in sides] or [metric.both.n // 2])
    if fewest < STEPS_PER_SIDE:
        flags.append("few steps")
        compared = "" if fewest >= FEWEST_TO_COMPARE else ", too few to compare"
        notes.append(f"few steps: {fewest} a side{compared}")
    if fewest < STEPS_FOR_VARIABILITY:
        flags.append("few steps for variability")
    if len(sides) == 1:
        flags.append("one foot")
        notes.append("left foot only" if metric.left is not None else "right foot only")
    if locked:
        flags.append("locked to the frames")
    doubted = [method.flag for method in scene.methods(metric.intervals) if method.flag]
    if doubted and reference.metric(metric.id).systematic:
        flags += doubted
        notes.append("rough: check its contacts by hand")
    return replace(metric, flags=tuple(flags), note="; ".join(notes))


def _why_absent(metric_id: str, scene: Scene, found: dict[str, Metric]) -> str:
    if doubted_rate(scene.feet) is not None and metric_id not in WITHOUT_TIME:
        return RATE_IN_DOUBT
    facts = reference.metric(metric_id)
    have = {
        "belt speed": scene.filming.belt_ms is not None,
        "mass": scene.filming.mass_kg is not None,
        "leg length or height": leg_length_m(scene.filming.height_m, scene.filming.leg_length_m) is not None,
    }
    if facts.model and not scene.fast_enough(metric_id):
        return f"a model estimate needs {facts.at_least_fps:.0f} frames/s or more"
    if facts.model and (flight := found.get("flight_time")) is not None and flight.both.value <= 0:
        return "the model needs a flight phase"
    missing = [need for need in facts.needs if not have[need]]
    if missing:
        return f"{' and '.join(missing)} not given"
    return _NEEDED_EVENTS.get(metric_id, "no contact with both its events, followed by a landing")


_NEEDED_EVENTS = {
    "cadence": "it needs two steps in a row",
    "contact_time": "no landing has its toe-off marked",
    "flight_time": "no toe-off is followed by the other foot's landing",
    "duty_factor": "no stride has its contact marked",
    "step_time": "no two landings of different feet follow one another",
    "stride_time": "no whole stride is marked",
    "step_length": "no whole step is marked",
    "stride_length": "no whole stride is marked",
}
