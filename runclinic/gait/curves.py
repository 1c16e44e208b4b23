"""The mean stride of any curve: every stride stretched to 101 points, their mean and scatter."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from runclinic.gait.contacts import Interval
from runclinic.gait.filming import FloatArray
from runclinic.gait.filtering import BoolArray
from runclinic.gait.uncertainty import NORMAL_95

PLACES = 101
FEWEST_STRIDES = 7
FILLED_AT_MOST = 0.10


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Mean and SD (n - 1) at 0 to 100 % of the stride, float[101]; toe-off at its mean %, if marked."""

    mean: FloatArray
    sd: FloatArray
    n: int
    toe_off_percent: float | None

    @property
    def enough(self) -> bool:
        """Whether there are the seven strides that a stable mean needs."""
        return self.n >= FEWEST_STRIDES

    def band(self, day: float = 0.0) -> FloatArray:
        """The half-width of the 95 % band of the mean: scatter between strides and between days."""
        return NORMAL_95 * np.sqrt(self.sd**2 / self.n + day**2)


def ensemble(
    curve: FloatArray,
    times_s: FloatArray,
    strides: Iterable[Interval],
    contacts: Iterable[Interval] = (),
    filled: BoolArray | None = None,
) -> Ensemble | None:
    """The mean stride of a filtered curve float[n], landing to the same foot's next landing.

    A stride with a hole, or with more than 10 % made up (`filled`), is left out; None if fewer than two stay.
    """
    kept = [one for one in strides if one.included and _whole(one, curve, times_s, filled)]
    if len(kept) < 2:
        return None
    share = np.linspace(0.0, 1.0, PLACES)
    table = np.stack([np.interp(one.start.time_s + share * one.seconds, times_s, curve) for one in kept])
    lasted = {contact.start: contact.seconds for contact in contacts if contact.included}
    left = [100 * lasted[one.start] / one.seconds for one in kept if one.start in lasted]
    return Ensemble(table.mean(axis=0), table.std(axis=0, ddof=1), len(kept), fmean(left) if left else None)


def _whole(stride: Interval, curve: FloatArray, times_s: FloatArray, filled: BoolArray | None) -> bool:
    low = int(np.searchsorted(times_s, stride.start.time_s, side="right")) - 1
    high = int(np.searchsorted(times_s, stride.end.time_s)) + 1
    inside = curve[max(0, low) : high]
    if len(inside) < 2 or not np.all(np.isfinite(inside)):
        return False
    return filled is None or float(np.mean(filled[max(0, low) : high])) <= FILLED_AT_MOST


def peak(curve: FloatArray, times_s: FloatArray, start_s: float, end_s: float) -> tuple[float, float] | None:
    """Time and value of the greatest value in a window, refined by a parabola through three points.

    None if the window holds fewer than three frames or a hole.
    """
    inside = np.flatnonzero((times_s >= start_s - 1e-9) & (times_s <= end_s + 1e-9))
    if len(inside) < 3 or not np.all(np.isfinite(curve[inside])):
        return None
    k = int(inside[int(np.argmax(curve[inside]))])
    value, time = float(curve[k]), float(times_s[k])
    if k in {inside[0], inside[-1]}:
        return time, value
    before, after = float(curve[k - 1]), float(curve[k + 1])
    bend = before - 2 * value + after
    if not bend < 0 or not math.isfinite(bend):
        return time, value
    shift = 0.5 * (before - after) / bend
    step = (float(times_s[k + 1]) - float(times_s[k - 1])) / 2
    return time + shift * step, value - 0.25 * (before - after) * shift


def at(curve: FloatArray, times_s: FloatArray, time_s: float) -> float:
    """The curve's value at a time, on a straight line between frames; NaN beside a hole or outside."""
    return float(np.interp(time_s, times_s, curve, left=math.nan, right=math.nan))
