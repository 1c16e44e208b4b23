"""Contacts from points that a network guessed on film: read on the folded cycle, laid on each stride.

Landing: the foot reaches half the belt's speed. Toe-off: from the bounce of the head, by the symmetry of
landing and take-off of a spring and mass, with the longer push known from Cavagna (2006).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from runclinic.gait import filtering
from runclinic.gait.contacts import SIDES, Kind, Side
from runclinic.gait.filming import FloatArray
from runclinic.gait.folded_cycle import LEG, SLOW, Legs, ankle_error, fold
from runclinic.gait.folded_cycle import legs as folded_legs
from runclinic.gait.foot_motion import Reading, gaps
from runclinic.gait.frame_of_reference import SideFrame
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.gait.stride_phase import FASTEST, SLOWEST
from runclinic.refused import Refused

SOURCE = "pose"
PLACES = 400
FOOT_POINTS = slice(1, 4)  # ankle, heel, toe
HEAD = ("nose", "left_ear", "right_ear")
SURE, DOUBTED = 0.9, 0.5
SURE_ENOUGH = 0.05  # the far foot is guessed with little confidence all the time, and folds well

# Phases in strides, from each foot's own cycle, in which it is foremost near 0.25.
FOREMOST_BETWEEN = (0.15, 0.36)
BELT_OVER, BELT_BETWEEN = 0.2, (0.2, 0.5)
LANDED_AT = 0.5  # a speed step that was smoothed is half-way at the step, whatever the smoothing
USUAL_LANDING, LANDING_WITHIN = 0.283, 0.030
CLEAR_WITHIN, CLEAR_FEET, CLEAR_ANKLES = 0.060, 0.020, 0.035  # good points are believed further (choice)
OWN_SHARE, OWN_WITHIN = 0.5, 0.01
PUSH_S = 0.0445

FEET_AGREE, ANKLES_FIT, FEWEST_STRIDES = 0.04, 0.05, 4.0
STEADY = 0.10
LEAST_APART = 0.3
EDGE_STRIDES = 0.5


@dataclass(frozen=True, eq=False)
class FilmReading:
    """The contacts of a film, what speaks against them in words, and the frames with exchanged legs."""

    readings: tuple[Reading, ...]
    warnings: tuple[str, ...]
    stride_s: float
    exchanged: filtering.BoolArray


def needed() -> tuple[str, ...]:
    """The points without which a film cannot be folded."""
    return (*(f"{side}_{part}" for side in SIDES for part in ("hip", *LEG)), *HEAD)


def film_contacts(track: LandmarkTrack, frame: SideFrame) -> FilmReading:
    """Every landing and toe-off of both feet. Refused if there is no running to be seen."""
    times, points, lost = _points(track, frame)
    fs = 1 / float(np.median(np.diff(times)))
    hips = (points["left_hip"] + points["right_hip"]) / 2
    left, right = (np.stack([points[f"{side}_{part}"] for part in LEG], axis=1) for side in SIDES)
    found = folded_legs(hips, left, right, fs)
    _refuse_what_is_no_running(found)
    near = np.clip(np.searchsorted(times, track.times_s - 1e-9), 0, len(times) - 1)
    landing = _landings(found)
    lowest = _lowest_head(np.mean([points[name][:, 1] for name in HEAD], axis=0), found)
    toe_off = 2 * lowest - landing.pooled + PUSH_S / found.stride_s
    doubts = tuple(_doubts(found, landing, (toe_off - landing.pooled) * found.stride_s))
    unseen = [text for side in SIDES for text in gaps(side, times, lost[side])]
    sure = SURE if not doubts else DOUBTED
    readings = [
        Reading(side, kind, time, (time,), SOURCE, sure if inside else sure / 2)
        for side in SIDES
        for kind, phase in _phases(landing.used[side], toe_off)
        for time, inside in _passes(found, side, phase, times)
        if not _in(lost[side], times, time)
    ]
    readings.sort(key=lambda one: one.time_s)
    return FilmReading(tuple(readings), (*doubts, *unseen), found.stride_s, found.exchanged[near])


def _phases(landing: float, toe_off: float) -> tuple[tuple[Kind, float], tuple[Kind, float]]:
    return ("initial_contact", landing), ("toe_off", toe_off)


def _points(
    track: LandmarkTrack, frame: SideFrame
) -> tuple[FloatArray, dict[str, FloatArray], dict[Side, filtering.BoolArray]]:
    """Each point forward and up, without holes, over even time; and where a foot was lost."""
    even = filtering.even_times(track.times_s)
    points: dict[str, FloatArray] = {}
    lost: dict[Side, filtering.BoolArray] = {side: np.zeros(len(even), dtype=np.bool_) for side in SIDES}
    near = np.clip(np.searchsorted(track.times_s, even), 0, len(track) - 1)
    for name in needed():
        filled = filtering.fill(track.times_s, track.point(name, SURE_ENOUGH))
        curve = filled.curve
        if even is not track.times_s:
            curve = filtering.cubic_spline(track.times_s, curve, even)
        points[name] = frame.body(curve)
        for side in SIDES:
            if name in {f"{side}_heel", f"{side}_foot_index", f"{side}_ankle"}:
                lost[side] |= filled.lost[near]
    return even, points, lost


def _in(lost: filtering.BoolArray, times: FloatArray, time: float) -> bool:
    if not times[0] <= time <= times[-1]:
        return False
    return bool(lost[min(int(np.searchsorted(times, time)), len(lost) - 1)])


def _refuse_what_is_no_running(found: Legs) -> None:
    swing = np.percentile(np.abs(found.apart), 90)
    if swing < LEAST_APART * found.length:
        raise Refused(
            "The feet hardly pass one another: standing, or seen from behind or in front.",
            "Contacts are found in side views of running only.",
        )


# ---- landing ----


@dataclass(frozen=True, slots=True)
class _Landings:
    """Phases of landing: each foot's own, both pooled, what is used; `prior` = the usual one was taken."""

    own: dict[Side, float]
    pooled: float
    used: dict[Side, float]
    prior: bool


def _landings(found: Legs) -> _Landings:
    """Each foot's landing on the fold, drawn half-way to that of both together."""
    along = found.xy[:, :, FOOT_POINTS, 0].mean(axis=2)
    own: dict[Side, float] = {}
    scaled: list[FloatArray] = []
    for leg, side in enumerate(SIDES):
        curve = fold(found.phase.of(side), along[:, leg : leg + 1], found.smoothing, PLACES)[:, 0]
        belt = _belt(curve)
        own[side] = _half_belt(curve, belt)
        scaled.append((along[:, leg] - curve.mean()) / max(belt, 1e-9))
    cycles = np.concatenate([found.phase.of(side) for side in SIDES])
    curve = fold(cycles, np.concatenate(scaled)[:, None], found.smoothing, PLACES)[:, 0]
    seen = _half_belt(curve, _belt(curve))
    clear = abs(own["left"] - own["right"]) <= CLEAR_FEET and ankle_error(found) <= CLEAR_ANKLES
    prior = not abs(seen - USUAL_LANDING) <= (CLEAR_WITHIN if clear else LANDING_WITHIN)
    pooled = USUAL_LANDING if prior else seen
    used: dict[Side, float] = {
        side: pooled + min(OWN_WITHIN, max(-OWN_WITHIN, OWN_SHARE * (own[side] - pooled)))
        if math.isfinite(own[side])
        else pooled
        for side in SIDES
    }
    return _Landings(own, pooled, used, prior)


def _belt(curve: FloatArray) -> float:
    """Belt speed a stride: the steepest fifth of the foot's way back."""
    over = round(BELT_OVER * len(curve))
    slope = -(np.roll(curve, -over) - curve) / BELT_OVER
    low, high = (round(share * len(curve)) for share in BELT_BETWEEN)
    return float(slope[low:high].max())


def _half_belt(curve: FloatArray, belt: float) -> float:
    """The phase at which the foot, after its foremost place, reaches half the belt's speed; NaN if never."""
    places = len(curve)
    speed = (np.roll(curve, -1) - np.roll(curve, 1)) * places / 2
    low, high = (round(share * places) for share in FOREMOST_BETWEEN)
    start = low + int(np.argmax(curve[low:high]))
    level = -LANDED_AT * belt
    for k in range(start, start + places // 4):
        if speed[k % places] < level:
            before, now = speed[(k - 1) % places], speed[k % places]
            return float(k - 1 + (before - level) / (before - now)) / places if before > level else k / places
    return math.nan


# ---- toe-off ----


def _lowest_head(height: FloatArray, found: Legs) -> float:
    """The phase, 0.2 to 0.7, at which the bounce of the head is lowest: its part of two waves a stride."""
    cycles = found.phase.cycles
    slow = filtering.low_pass(height, SLOW / found.stride_s, found.fs)
    whole = math.floor(found.phase.strides)
    spare = (found.phase.strides - whole) / 2
    inside = (cycles >= cycles[0] + spare) & (cycles <= cycles[-1] - spare)
    turning = np.exp(-4j * math.pi * cycles[inside])
    strength = np.sum((height - slow)[inside] * turning)
    lowest = (-float(np.angle(strength)) + math.pi) / (4 * math.pi)
    return 0.2 + (lowest - 0.2) % 0.5


# ---- each stride ----


def _passes(found: Legs, side: Side, phase: float, times: FloatArray) -> Iterator[tuple[float, bool]]:
    """The times at which a foot passes a phase, and whether that lies well inside the clip."""
    cycles = found.phase.of(side)
    reach = round(EDGE_STRIDES / found.phase.per_frame)
    k = np.arange(-reach, len(cycles) + reach)
    whole = np.concatenate(
        [
            cycles[0] + found.phase.per_frame * np.arange(-reach, 0),
            cycles,
            cycles[-1] + found.phase.per_frame * np.arange(1, reach + 1),
        ]
    )
    step = 1 / found.fs
    for turn in range(math.ceil(float(whole[0]) - phase), math.floor(float(whole[-1]) - phase) + 1):
        time = float(times[0] + step * np.interp(turn + phase, whole, k))
        if times[0] <= time <= times[-1]:
            yield time, times[0] + found.stride_s / 4 <= time <= times[-1] - found.stride_s / 4


# ---- doubts ----


def _doubts(found: Legs, landing: _Landings, contact_s: float) -> Iterator[str]:
    """What such readings fail by, each as a sentence."""
    if not 1 / FASTEST <= found.stride_s <= 1 / SLOWEST:
        rate = 120 / found.stride_s
        yield f"{rate:.0f} steps/min is no step rate of running: is it slow motion, or the film's rate wrong?"
    if found.phase.strides < FEWEST_STRIDES:
        yield f"Only {found.phase.strides:.1f} strides: contacts are less certain, film longer."
    apart = abs(landing.own["left"] - landing.own["right"])
    if not apart <= FEET_AGREE:
        yield "The two feet were found to land very differently: check the contacts by hand."
    if ankle_error(found) > ANKLES_FIT:
        yield "The body points of the feet are rough: check the contacts by hand."
    if landing.prior:
        yield "The landing was not clear in the feet's motion, the usual moment was taken: check it by hand."
    if found.phase.wander > STEADY:
        yield "The step rate changes within the clip: measure a steady part."
    if not 0.160 <= contact_s <= 0.400:
        yield f"A contact of {1000 * contact_s:.0f} ms is unusual: mark three toe-offs by hand to check."
