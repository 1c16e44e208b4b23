"""Contacts seen from behind or in front: the feet take turns up and down instead of to and fro.

Landing: a foot comes down fastest just before it is stopped by the belt. Toe-off: from the bounce of the
head, as in a side view. The step rate is as good as from the side; a contact is not, and every one says so.
"""

import numpy as np

from runclinic.gait.contacts import SIDES, Side
from runclinic.gait.film_contacts import (
    DOUBTED,
    FOOT_POINTS,
    PLACES,
    FilmReading,
    laid_on_each_stride,
    phases_of,
    toe_off_phase,
)
from runclinic.gait.film_doubts import ROUGH_FEET, rate_doubts
from runclinic.gait.film_points import Filmed, filmed
from runclinic.gait.filming import FloatArray
from runclinic.gait.folded_cycle import Legs, ankle_error, fold
from runclinic.gait.frame_of_reference import SideFrame, upward
from runclinic.gait.landmarks import LandmarkTrack

SOURCE = "pose_rear"
USUAL_CONTACT, CONTACT_BETWEEN = 0.38, (0.25, 0.50)  # of the stride, what runners with a flight have (choice)
LEAST_APART = 0.10  # of the leg: how much higher one foot is than the other, at times
STOPPED_S = 0.012  # so much later than the first touch is the fastest way down, on one film marked by eye
# Strides after the foot's highest place: the heel falls once before, in swing.
DOWN_BETWEEN = (0.28, 0.55)
OWN_WITHIN = 0.02
FEET_WITHIN, FEET_AGREE = 0.06, 0.06
ANKLES_FIT = 0.05
NOT_SEEN = (
    "How long the feet are on the belt was not clear from here: the usual share of the stride was taken, "
    "about the body's lowest point."
)
ROUGHER = (
    "From behind or in front the step rate is sure, but contacts are rougher: take contact time from a "
    "side view."
)


def rear_contacts(track: LandmarkTrack) -> FilmReading:
    """Every landing and toe-off of both feet, none surer than 0.5. Refused if nobody runs."""
    film = filmed(track, SideFrame(1, up=upward(track)).body, LEAST_APART, upright=True)
    found = film.legs
    own, pooled = _landings(found)
    landing: dict[Side, float] = {side: pooled + _held(own[side] - pooled) for side in SIDES}
    contact = (toe_off_phase(film, pooled) - pooled) % 1
    doubts = [*rate_doubts(film)]
    if ankle_error(found) > ANKLES_FIT or abs(own["left"] - own["right"]) > FEET_AGREE:
        doubts.append(ROUGH_FEET)
    if not CONTACT_BETWEEN[0] <= contact <= CONTACT_BETWEEN[1]:
        doubts.append(NOT_SEEN)
        contact = USUAL_CONTACT
        usual = _landing_round_the_lowest(film, contact, pooled)
        landing = {side: phase + usual - pooled for side, phase in landing.items()}
        pooled = usual
    phases = phases_of(landing, pooled, contact)
    sure = DOUBTED / 2 if doubts else DOUBTED
    readings = tuple(laid_on_each_stride(film, phases, sure, SOURCE))
    return FilmReading(readings, (*doubts, *film.said, ROUGHER), found.stride_s, film.exchanged())


def _landing_round_the_lowest(film: Filmed, contact: float, near: float) -> float:
    """The landing from which such a contact (share of the stride) lies about the body's lowest point."""
    landing = (toe_off_phase(film, 0.0) - contact) / 2
    return landing + round(2 * (near - landing)) / 2  # the body sinks twice a stride


def _landings(found: Legs) -> tuple[dict[Side, float], float]:
    """The phase at which each foot, and both laid together, come down fastest, a moment earlier."""
    height = found.xy[:, :, FOOT_POINTS, 0].mean(axis=2)
    height = height - height[found.seen].mean(axis=0)
    cycles = np.concatenate([found.phase.of(side)[found.seen] for side in SIDES])
    together = fold(cycles, height[found.seen].T.reshape(-1, 1), found.smoothing, PLACES)[:, 0]
    first, last = (int(np.argmax(together)) + round(share * PLACES) for share in DOWN_BETWEEN)
    pooled = _fastest_down(together, first, last)
    near = round(pooled * PLACES)
    reach = round(FEET_WITHIN * PLACES)
    own: dict[Side, float] = {}
    for leg, side in enumerate(SIDES):
        curve = found.folded(side, height[:, leg : leg + 1], PLACES)[:, 0]
        own[side] = _fastest_down(curve, near - reach, near + reach + 1)
    early = STOPPED_S / found.stride_s
    return {side: phase - early for side, phase in own.items()}, pooled - early


def _fastest_down(curve: FloatArray, first: int, last: int) -> float:
    speed = (np.roll(curve, -1) - np.roll(curve, 1)) * PLACES / 2
    return (first + _refined(speed[np.arange(first, last) % PLACES])) / PLACES


def _refined(speed: FloatArray) -> float:
    """The place of the least value, between places by a parabola."""
    k = int(np.argmin(speed))
    if not 0 < k < len(speed) - 1:
        return float(k)
    bend = speed[k - 1] - 2 * speed[k] + speed[k + 1]
    return k + (0.5 * float(speed[k - 1] - speed[k + 1]) / float(bend) if bend > 0 else 0.0)


def _held(off: float) -> float:
    """Half of a foot's difference from both together, as in a side view."""
    return max(-OWN_WITHIN, min(OWN_WITHIN, 0.5 * off))
