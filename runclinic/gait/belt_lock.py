"""Contacts of one foot from its own motion: a shoe on the belt moves with it, in the air it does not.

No scale is needed: all thresholds are shares of the belt's speed, which the foot itself shows. Heel and toe
of one foot are enough, and so is a single stance.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import numpy as np

from runclinic.gait import filtering
from runclinic.gait.filming import FloatArray
from runclinic.gait.foot_motion import Foot

# FILM-EVENTS: the steepest tenth of a second of a foot's way back is the belt.
BELT_WINDOW_S = 0.1
TOP_SHARE = 97.0
CARRIED, CARRIED_AT_ALL, SWUNG = 0.5, 0.6, 0.15
LANDED_AT = 0.7  # of belt speed: in fast running the foot moves back already before it lands
LEFT_AT = 0.8
SHORTEST_S, LONGEST_S = 0.1, 0.6
VERTICAL_FROM_FPS = 190.0
VERTICAL_HZ = 40.0
VERTICAL_WITHIN_S = 0.025
BEFORE_S = 0.060
CLEAR = 3.0


@dataclass(frozen=True, slots=True)
class Stance:
    """One way back of the foot: landing and toe-off in s (NaN = cut off), each method's opinions."""

    landings_s: tuple[float, ...]
    toe_offs_s: tuple[float, ...]
    middle_s: float
    belt_speed: float


def belt_speed(foot: Foot) -> float | None:
    """The belt's speed, in the points' unit a second: the median over stances of each one's steepest 0.1 s.

    None if the foot is never carried back.
    """
    stances = list(_carried(foot.smooth))
    return median(each.speed for each in stances) if stances else None


@dataclass(frozen=True, slots=True)
class _Carried:
    """Frames from the foremost place of the foot to its hindmost, and the steepest tenth of a second."""

    start: int
    steepest: int
    end: int
    speed: float


def _carried(foot: Foot) -> Iterator[_Carried]:
    """Every way back: from where the swing ends to where the next one begins."""
    along = foot.middle[:, 0]
    window = min(foot.frames(BELT_WINDOW_S), len(along) - 1)
    slope = -(along[window:] - along[:-window]) * foot.fs / window
    top = float(np.percentile(slope, TOP_SHARE))
    if top <= 0:
        return
    speed = -filtering.rate_of_change(along, foot.fs)
    for start, end in _ways_back(speed / top):
        inside = slope[start : max(start + 1, end - window)]
        if inside.size and inside.max() > CARRIED_AT_ALL * top:
            steepest = start + int(np.argmax(inside)) + window // 2
            yield _Carried(start, steepest, end, float(inside.max()))


def _ways_back(share: FloatArray) -> Iterator[tuple[int, int]]:
    """From swing to swing: begins where the foot last moved forward, ends where it does so clearly again."""
    back = False
    start = 0
    for k, value in enumerate(share):
        if back and value < -SWUNG:
            yield start, k
            back = False
        if not back:
            if value <= 0:
                start = k
            elif value > CARRIED:
                back = True
    if back:
        yield start, len(share)


def stances(foot: Foot, belt: float) -> tuple[Stance, ...]:
    """Each contact of the foot, with the opinions on its landing and toe-off."""
    slow = foot.smooth
    jerk = _vertical_jerk(foot) if foot.fs >= VERTICAL_FROM_FPS else None
    back = -filtering.rate_of_change(slow.middle[:, 0], foot.fs)
    toe_back = -filtering.rate_of_change(slow.toe[:, 0], foot.fs)
    found: list[Stance] = []
    for way in _carried(slow):
        landing = _rises(back, way.start, way.steepest, LANDED_AT * belt)
        toe_off = _falls(toe_back, way.steepest, way.end, LEFT_AT * belt)
        landings = [] if landing is None else [landing]
        if landing is not None and jerk is not None:
            landings += _struck(jerk, landing, foot.frames(VERTICAL_WITHIN_S), foot.frames(BEFORE_S))
        found.append(
            Stance(
                tuple(foot.second(place) for place in landings),
                () if toe_off is None else (foot.second(toe_off),),
                foot.second(way.steepest),
                way.speed,
            )
        )
    return tuple(found)


def _rises(curve: FloatArray, start: int, end: int, level: float) -> float | None:
    """Where the curve first comes above the level; None if it was above from the start, or never is."""
    above = np.flatnonzero(curve[start : end + 1] > level)
    return None if above.size == 0 or above[0] == 0 else _crossing(curve, start + int(above[0]), level)


def _falls(curve: FloatArray, start: int, end: int, level: float) -> float | None:
    """Where the curve is above the level for the last time; None if it still is at the end."""
    above = np.flatnonzero(curve[start:end] > level)
    last = start + int(above[-1]) if above.size else start
    return None if last + 1 >= end else _crossing(curve, last + 1, level)


def _crossing(curve: FloatArray, k: int, level: float) -> float:
    """Between frames k - 1 and k, on a straight line."""
    return k - float((curve[k] - level) / (curve[k] - curve[k - 1]))


def _vertical_jerk(foot: Foot) -> FloatArray:
    both = filtering.low_pass((foot.heel + foot.toe)[:, 1], VERTICAL_HZ, foot.fs)
    for _ in range(3):
        both = filtering.rate_of_change(both, foot.fs)
    return both


def _struck(jerk: FloatArray, landing: float, reach: int, before: int) -> list[float]:
    """The sharpest upward jerk near the landing; nothing if the swing just before was not much smoother."""
    low, high = max(1, round(landing) - reach), min(len(jerk) - 1, round(landing) + reach + 1)
    if high - low < 3 or low < before:
        return []
    k = low + int(np.argmax(jerk[low:high]))
    in_the_air = float(np.max(np.abs(jerk[low + reach // 2 - before : low + reach // 2])))
    if k in {low, high - 1} or jerk[k] < CLEAR * in_the_air:
        return []
    bend = float(jerk[k - 1] - 2 * jerk[k] + jerk[k + 1])
    return [k + (0.5 * float(jerk[k - 1] - jerk[k + 1]) / bend if bend < 0 else 0.0)]
