"""Contacts without body points: from how much of the picture just above the belt moves with the belt.

The caller, who holds the pictures, gives for each frame the area of moving foreground in that strip whose
flow is within 25 % of the belt's. One person's two feet take turns; which is first, only she can say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np

from runclinic.gait import reference
from runclinic.gait.contacts import CONTACT, SIDES, Event, Side
from runclinic.gait.filming import FloatArray
from runclinic.refused import Refused

SOURCE = "pixel"
SMOOTH_FRAMES = 3
TOP = 90.0
COMES_ABOVE, FALLS_BELOW = 0.5, 0.3
STEADY_PX = 1.0
BELT_WITHIN = 0.25
SURE, AT_THE_BOUNDS = 0.6, 0.3
SAME_RHYTHM = 0.25  # of a step
ONE_FOOT = "Only the contacts of the {foot} foot, the near one, were seen above the line."


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


def in_turn(
    found: Sequence[Event], times_s: FloatArray, step_s: float, *, first_foot: Side, near: Side
) -> tuple[tuple[Event, ...], str]:
    """These contacts, each under the foot whose turn it was by the bounce's step time; and what to say of it.

    A contact that was not seen keeps its turn. If they come once a stride, the line lies under one foot: the
    near one, and what is seen of the other in between is left out. What the method reads late or early is
    taken out. Refused if they keep no such rhythm.
    """
    landings = [event.time_s for event in found if event.kind == "initial_contact"]
    gaps = [after - before for before, after in pairwise(landings)]
    steps = median(gaps) / step_s if gaps else 0.0
    alone = abs(steps - 2) <= 2 * SAME_RHYTHM
    if not alone and abs(steps - 1) > SAME_RHYTHM:
        raise Refused(
            "What moves with the belt does not keep the rhythm of the body's bounce.",
            "Draw the line along the belt, right under the shoes.",
        )
    turns = dict(zip(landings, np.cumsum([0, *(max(1, round(gap / step_s)) for gap in gaps)]), strict=True))
    hers = round(median(int(turn) % 2 for turn in turns.values()))
    made: list[Event] = []
    turn = 0
    for event in found:
        turn = int(turns[event.time_s]) if event.kind == "initial_contact" else turn
        if alone and turn % 2 != hers:
            continue
        made += _without_offset(replace(event, side=near if alone else _turn(first_foot, turn)), times_s)
    return tuple(made), ONE_FOOT.format(foot=near) if alone else ""


def _without_offset(event: Event, times_s: FloatArray) -> Iterator[Event]:
    """The event where it truly is; none if that is outside the clip."""
    fps = 1 / float(np.median(np.diff(times_s)))
    time = event.time_s - reference.offset_s(SOURCE, event.kind, fps)
    frame = int(np.searchsorted(times_s, time - 1e-9))
    if time >= 0 and frame < len(times_s):
        yield replace(event, frame=frame, time_s=time)


def _turn(first_foot: Side, turn: int) -> Side:
    return SIDES[(SIDES.index(first_foot) + turn) % 2]


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
