"""How much earlier or later a single stride came than the mean cycle says.

Each event is moved by the shift that best lays all points of both legs, near the event, onto the folded
cycle; and only as far as that shift is certain, for a network's points wander (FILM-EVENTS 2.6).
"""

from dataclasses import dataclass

import numpy as np

from runclinic.gait.contacts import SIDES
from runclinic.gait.filming import FloatArray
from runclinic.gait.folded_cycle import TEMPLATE_PLACES, Legs, at_cycles

REACH_STRIDES = 0.16
TRUE_SCATTER_S = 0.010  # of a runner's step time (choice): shifts are drawn towards none accordingly
DOUBTED = 1.5
ROUNDS = 5
POINTS_AS_ONE = 8  # errors of the points of one leg in one frame are not independent of one another
FEWEST_FRAMES = 3


@dataclass(frozen=True, eq=False)
class Templates:
    """Every leg point's distance from its mean cycle, and that cycle's slope, in units of its own scatter.

    float[n, 16] each; `away` over scatter, `slope` a stride over scatter.
    """

    legs: Legs
    away: FloatArray
    slope: FloatArray


def templates(found: Legs) -> Templates:
    """The mean cycle of every point of both legs, laid beside the film."""
    n = len(found.xy)
    away: list[FloatArray] = []
    slopes: list[FloatArray] = []
    for leg, side in enumerate(SIDES):
        points = found.xy[:, leg].reshape(n, -1)
        curve = found.folded(side, points, TEMPLATE_PLACES)
        slope = (np.roll(curve, -1, axis=0) - np.roll(curve, 1, axis=0)) * TEMPLATE_PLACES / 2
        off = points - at_cycles(curve, found.phase.of(side))
        scatter = 1.4826 * np.median(np.abs(off[found.seen]), axis=0) + 1e-9 * found.length
        away.append(off / scatter)
        slopes.append(at_cycles(slope, found.phase.of(side)) / scatter)
    return Templates(found, np.concatenate(away, axis=1), np.concatenate(slopes, axis=1))


def shift_s(laid: Templates, frame: float) -> float:
    """By how much an event at this place between frames came later than the mean cycle says, s."""
    found = laid.legs
    k = np.arange(len(found.xy))
    near = (np.abs(k - frame) * found.phase.per_frame <= REACH_STRIDES) & found.seen
    if int(near.sum()) < FEWEST_FRAMES:
        return 0.0
    away, slope = laid.away[near].ravel(), laid.slope[near].ravel()
    weight = np.ones(len(away))
    ahead = 0.0
    for _ in range(ROUNDS):
        information = float(np.sum(weight * slope**2))
        if information <= 0:
            return 0.0
        ahead = float(np.sum(weight * away * slope)) / information
        off = np.abs(away - ahead * slope)
        weight = 1 / np.maximum(1.0, off / DOUBTED)
    spread = max(1.0, 1.4826 * float(np.median(np.abs(away - ahead * slope))))
    error_s = found.stride_s * spread * (POINTS_AS_ONE / float(np.sum(weight * slope**2))) ** 0.5
    believed = TRUE_SCATTER_S**2 / (TRUE_SCATTER_S**2 + error_s**2)
    return -ahead * believed * found.stride_s
