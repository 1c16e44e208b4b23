"""Contacts without body points: from how much of the picture just above the belt moves with the belt.

The caller, who holds the pictures, gives for each frame the area of moving foreground in that strip whose
flow is within 25 % of the belt's. One person's two feet take turns; which is first, only she can say.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from runclinic.gait.contacts import CONTACT, Event, Side
from runclinic.gait.filming import FloatArray
from runclinic.refused import Refused

SOURCE = "pixel"
SMOOTH_FRAMES = 3
TOP = 90.0
COMES_ABOVE, FALLS_BELOW = 0.5, 0.3
STEADY_PX = 1.0
BELT_WITHIN = 0.25
SURE, AT_THE_BOUNDS = 0.6, 0.3


def moving_with_belt(flow_px: FloatArray, foreground: FloatArray, belt_px: float) -> float:
    """The area, in pixels, of foreground whose flow along the belt is within 25 % of the belt's (px a frame).

    `flow_px` float[h, w] is the flow along the belt, `foreground` float[h, w] is 1 where something moves in.
    """
    carried = np.abs(flow_px - belt_px) <= BELT_WITHIN * abs(belt_px)
    return float(np.sum(foreground * carried))


def camera_moved(shifts_px: Sequence[float] | FloatArray) -> str:
    """What to warn of if the background shifted by more than a pixel; empty for a steady camera."""
    most = float(np.max(np.abs(np.asarray(shifts_px, dtype=np.float64)), initial=0.0))
    return "" if most <= STEADY_PX else f"The camera moved by {most:.1f} pixels: contacts are less certain."


def contacts_of_area(area_px: FloatArray, times_s: FloatArray, first_foot: Side) -> tuple[Event, ...]:
    """Landings and toe-offs from that area in each frame, float[n]: smoothed, then two thresholds.

    A contact begins where the area comes above half of its 90th percentile and ends where it falls below
    0.3 of it. Contacts that no runner has are left out, and with them their turn. Refused if nothing moves
    with the belt.
    """
    area = np.asarray(area_px, dtype=np.float64)
    if len(area) != len(times_s):
        raise Refused(f"{len(area)} areas do not fit {len(times_s)} frames.", "Measure the strip anew.")
    if len(area) < SMOOTH_FRAMES:
        raise Refused("There are too few frames to find contacts in.", "Film a few strides.")
    padded = np.pad(area, SMOOTH_FRAMES // 2, mode="edge")
    smooth = np.convolve(padded, np.ones(SMOOTH_FRAMES) / SMOOTH_FRAMES, mode="valid")
    top = float(np.percentile(smooth, TOP))
    if top <= 0:
        raise Refused("Nothing in the strip moves with the belt.", "Draw the line along the top of the belt.")
    found: list[Event] = []
    foot: Side = first_foot
    for start, end in _above(smooth / top):
        grade = CONTACT.grade(float(times_s[end] - times_s[start]))
        if grade == "hard":
            continue
        sure = SURE if grade is None else AT_THE_BOUNDS
        found.append(Event(start, float(times_s[start]), foot, "initial_contact", SOURCE, sure))
        found.append(Event(end, float(times_s[end]), foot, "toe_off", SOURCE, sure))
        foot = "right" if foot == "left" else "left"
    return tuple(found)


def _above(share: FloatArray) -> Iterator[tuple[int, int]]:
    """First frame of each contact and the first one after it; one cut off by the clip's end is left out."""
    start: int | None = None
    ready = False
    for k, value in enumerate(share):
        if value < FALLS_BELOW:
            if start is not None:
                yield start, k
            start, ready = None, True
        elif value > COMES_ABOVE and start is None and ready:
            start = k
