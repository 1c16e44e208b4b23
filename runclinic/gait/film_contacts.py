"""Contacts from points that a network guessed on film: read on the folded cycle, laid on each stride.

Landing: the foot reaches half the belt's speed. Toe-off: from the bounce of the head, by the symmetry of
landing and take-off of a spring and mass, with the longer push known from Cavagna (2006).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from runclinic.gait.contacts import SIDES, Kind, Side
from runclinic.gait.film_doubts import Landings, believable_contact, doubts_of
from runclinic.gait.film_points import Filmed, filmed
from runclinic.gait.film_trust import SOURCES, contact_of, source_of
from runclinic.gait.filming import FloatArray
from runclinic.gait.filtering import BoolArray
from runclinic.gait.folded_cycle import Legs, ankle_error, fold
from runclinic.gait.foot_motion import Reading
from runclinic.gait.frame_of_reference import SideFrame
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.gait.stride_shift import shift_s, templates

PLACES = 400
FOOT_POINTS = slice(1, 4)  # ankle, heel, toe
SURE, DOUBTED = 0.9, 0.5

# Phases in strides, from each foot's own cycle, in which it is foremost near 0.25.
FOREMOST_BETWEEN = (0.15, 0.36)
BELT_OVER, BELT_BETWEEN = 0.2, (0.2, 0.5)
LANDED_AT = 0.5  # a speed step that was smoothed is half-way at the step, whatever the smoothing
USUAL_LANDING, LANDING_WITHIN = 0.283, 0.030
CLEAR_WITHIN, CLEAR_FEET, CLEAR_ANKLES = 0.060, 0.020, 0.035  # good points are believed further (choice)
OWN_SHARE, OWN_WITHIN = 0.5, 0.01
PUSH_S = 0.0445

LEAST_APART = 0.3
EDGE_STRIDES = 0.5
NOT_TOLD = (
    "How long a foot is on the belt cannot be told within {ms:.0f} ms from these points: no toe-off is "
    "given. Mark them by hand."
)
HEAD_WAVES, HEAD_ROUNDS, HEAD_DOUBTED = (1, 2, 3, 4), 4, 2.0


@dataclass(frozen=True, eq=False)
class FilmReading:
    """The contacts of a film, what speaks against them in words, and the frames with exchanged legs."""

    readings: tuple[Reading, ...]
    warnings: tuple[str, ...]
    stride_s: float
    exchanged: BoolArray


def film_contacts(track: LandmarkTrack, frame: SideFrame) -> FilmReading:
    """Every landing and toe-off of both feet. Refused if there is no running to be seen."""
    film = filmed(track, frame.body, LEAST_APART)
    landing = _landings(film.legs)
    bounce = toe_off_phase(film, landing.pooled) - landing.pooled
    guess = contact_of(landing, bounce, film.legs.stride_s)
    doubts = [*doubts_of(film, landing, bounce, agreed=guess.agreed)]
    source = source_of(guess.off_s, doubted=bool(doubts))
    share = guess.share if source and believable_contact(bounce) else None
    if source is None:
        doubts.append(NOT_TOLD.format(ms=1000 * guess.off_s))
    phases = phases_of(landing.used, landing.pooled, share)
    sure = SURE if source == SOURCES[0] else DOUBTED
    readings = tuple(laid_on_each_stride(film, phases, sure, source or SOURCES[-1]))
    return FilmReading(readings, (*doubts, *film.said), film.legs.stride_s, film.exchanged())


def phases_of(
    landings: Mapping[Side, float], pooled: float, contact: float | None
) -> dict[Side, dict[Kind, float]]:
    """The phases to be laid on each stride; without toe-offs if no contact (share of the stride) is known."""
    phases: dict[Side, dict[Kind, float]] = {side: {"initial_contact": landings[side]} for side in SIDES}
    if contact is not None and believable_contact(contact):
        for side in SIDES:
            phases[side]["toe_off"] = pooled + contact
    return phases


# ---- landing ----


def _landings(found: Legs) -> Landings:
    """Each foot's landing on the fold, drawn half-way to that of both together."""
    along = found.xy[:, :, FOOT_POINTS, 0].mean(axis=2)
    own: dict[Side, float] = {}
    scaled: list[FloatArray] = []
    for leg, side in enumerate(SIDES):
        curve = found.folded(side, along[:, leg : leg + 1], PLACES)[:, 0]
        belt = _belt(curve)
        own[side] = _half_belt(curve, belt)
        scaled.append(((along[:, leg] - curve.mean()) / max(belt, 1e-9))[found.seen])
    cycles = np.concatenate([found.phase.of(side)[found.seen] for side in SIDES])
    curve = fold(cycles, np.concatenate(scaled)[:, None], found.smoothing, PLACES)[:, 0]
    belt = _belt(curve)
    seen = _half_belt(curve, belt)
    clear = abs(own["left"] - own["right"]) <= CLEAR_FEET and ankle_error(found) <= CLEAR_ANKLES
    prior = not abs(seen - USUAL_LANDING) <= (CLEAR_WITHIN if clear else LANDING_WITHIN)
    pooled = USUAL_LANDING if prior else seen
    used: dict[Side, float] = {
        side: pooled + min(OWN_WITHIN, max(-OWN_WITHIN, OWN_SHARE * (own[side] - pooled)))
        if math.isfinite(own[side])
        else pooled
        for side in SIDES
    }
    carried = float(np.mean(_speed(curve) < -LANDED_AT * belt))
    return Landings(own, seen, pooled, used, prior, carried)


def _belt(curve: FloatArray) -> float:
    """Belt speed a stride: the steepest fifth of the foot's way back."""
    over = round(BELT_OVER * len(curve))
    slope = -(np.roll(curve, -over) - curve) / BELT_OVER
    low, high = (round(share * len(curve)) for share in BELT_BETWEEN)
    return float(slope[low:high].max())


def _speed(curve: FloatArray) -> FloatArray:
    """How fast a folded curve moves forward, a stride."""
    return (np.roll(curve, -1) - np.roll(curve, 1)) * len(curve) / 2


def _half_belt(curve: FloatArray, belt: float) -> float:
    """The phase at which the foot, after its foremost place, reaches half the belt's speed; NaN if never."""
    places = len(curve)
    speed = _speed(curve)
    low, high = (round(share * places) for share in FOREMOST_BETWEEN)
    start = low + int(np.argmax(curve[low:high]))
    level = -LANDED_AT * belt
    for k in range(start, start + places // 4):
        if speed[k % places] < level:
            before, now = speed[(k - 1) % places], speed[k % places]
            return float(k - 1 + (before - level) / (before - now)) / places if before > level else k / places
    return math.nan


# ---- toe-off ----


def toe_off_phase(film: Filmed, landing: float) -> float:
    """As long after the body's lowest point as the landing was before it, and the push longer."""
    return 2 * _lowest_head(film) - landing + PUSH_S / film.legs.stride_s


def _lowest_head(film: Filmed) -> float:
    """The phase, 0.2 to 0.7, at which the bounce of the head is lowest: its part of two waves a stride."""
    seen = film.legs.seen
    cycles, height = film.legs.phase.cycles[seen], film.head[seen]
    drift = np.linspace(-1, 1, len(film.head))[seen][:, None] ** np.arange(3)
    angles = 2 * math.pi * cycles[:, None] * np.array(HEAD_WAVES)
    basis = np.concatenate([drift, np.cos(angles), np.sin(angles)], axis=1)
    weight = np.ones(len(height))
    fit = np.zeros(basis.shape[1])
    for _ in range(HEAD_ROUNDS):
        fit = np.linalg.lstsq(basis * weight[:, None], height * weight, rcond=None)[0]
        off = np.abs(height - basis @ fit)
        spread = 1.4826 * float(np.median(off)) + 1e-12
        weight = 1 / np.sqrt(np.maximum(1.0, off / (HEAD_DOUBTED * spread)))
    twice = 3 + HEAD_WAVES.index(2)
    lowest = (math.atan2(fit[twice + len(HEAD_WAVES)], fit[twice]) + math.pi) / (4 * math.pi)
    return 0.2 + (lowest - 0.2) % 0.5


# ---- each stride ----


def laid_on_each_stride(
    film: Filmed, phases: Mapping[Side, Mapping[Kind, float]], sure: float, source: str
) -> Iterator[Reading]:
    """Every event of every stride, in order: the phase's own time, moved as far as that stride differs."""
    laid = templates(film.legs)
    times, step = film.times_s, 1 / film.legs.fs
    found: list[Reading] = []
    for side in SIDES:
        for kind, phase in phases[side].items():
            for place in _passes(film.legs, side, phase):
                time = float(times[0]) + step * place + shift_s(laid, place)
                if not times[0] <= time <= times[-1] or film.hidden(side, time):
                    continue
                edge = min(time - times[0], times[-1] - time) < film.legs.stride_s / 4
                found.append(Reading(side, kind, time, (time,), source, sure / 2 if edge else sure))
    yield from sorted(found, key=lambda one: one.time_s)


def _passes(found: Legs, side: Side, phase: float) -> Iterator[float]:
    """The places between frames at which a foot passes a phase, half a stride beyond both ends too."""
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
    for turn in range(math.ceil(float(whole[0]) - phase), math.floor(float(whole[-1]) - phase) + 1):
        yield float(np.interp(turn + phase, whole, k))
