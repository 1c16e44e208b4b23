"""The mean stride of any curve: every stride stretched to 101 points, their mean and scatter."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from runclinic.gait.contacts import Interval
from runclinic.gait.filming import FloatArray
from runclinic.gait.filtering import BoolArray
from runclinic.gait.uncertainty import NORMAL_95

PLACES = 101
FEWEST_STRIDES = 7
FEWEST_ROWS = 3
AROUND_PEAK_S = 0.050
CUBIC_POINTS, CUBIC_SPREAD = 5, 2.5  # a cubic's top has about 2.5 / sqrt(m) of the noise of m points
PARABOLA_SHARE = 0.1  # of a peak's second difference between frames: what its parabola may be off (choice)
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


@dataclass(frozen=True, slots=True)
class Top:
    """The peak of a mean step and its SD, in the curve's unit; `value` None = not needed, or not known."""

    value: float | None
    sd: float


def top_of_mean(
    curves: tuple[FloatArray, FloatArray],
    times_s: FloatArray,
    landings_s: Sequence[float],
    window_s: tuple[float, float],
) -> Top:
    """The peak of the mean of all steps, where single steps are too noisy to be looked for their own.

    `curves` are the one as it was found and the smoothed one (the same one: nothing is noisy), `window_s`
    where the peak lies after each landing. Noise is small on the mean step; what smoothing cuts off its peak
    is the difference of two cubics around it, which do not seek noise.
    """
    frame_s = float(np.median(np.diff(times_s)))
    since = np.arange(math.floor(window_s[0] / frame_s), math.ceil(window_s[1] / frame_s) + 1)
    places = np.searchsorted(times_s, np.asarray(landings_s) - 1e-9)[:, None] + since
    places = places[np.all((places >= 0) & (places < len(times_s)), axis=1)]
    as_is, smoothed = (curve[places] for curve in curves)
    whole = np.all(np.isfinite(as_is) & np.isfinite(smoothed), axis=1)
    as_is, smoothed = as_is[whole], smoothed[whole]
    if len(as_is) < FEWEST_ROWS or len(since) < FEWEST_ROWS:
        return Top(None, 0.0)
    middle = smoothed.mean(axis=0)
    top = 1 + int(np.argmax(middle[1:-1]))
    of_parabola = PARABOLA_SHARE * abs(float(middle[top - 1] - 2 * middle[top] + middle[top + 1]))
    near = np.abs(since - since[top]) * frame_s <= AROUND_PEAK_S
    if int(near.sum()) < CUBIC_POINTS or np.array_equal(as_is, smoothed):
        return Top(None, of_parabola)
    at = (since[near] - since[top]) * frame_s / AROUND_PEAK_S
    tops = [_cubic_top(at, rows[:, near].mean(axis=0)) for rows in (as_is, smoothed)]
    value = _parabola_top(middle, top)[1] + tops[0] - tops[1]
    noise = float(np.std(as_is[:, near] - smoothed[:, near] - (as_is - smoothed)[:, near].mean(axis=0)))
    of_noise = CUBIC_SPREAD * noise / math.sqrt(len(as_is) * int(near.sum()))
    return Top(value, math.hypot(of_parabola, of_noise))


def _cubic_top(at: FloatArray, values: FloatArray) -> float:
    """The greatest value of a cubic through values float[n] at places -1 to 1."""
    return float(np.polyval(np.polyfit(at, values, 3), np.linspace(-1, 1, 201)).max())


def peak(curve: FloatArray, times_s: FloatArray, start_s: float, end_s: float) -> tuple[float, float] | None:
    """Time and value of the greatest value in a window, refined by a parabola through three points.

    None if the window holds fewer than three frames or a hole.
    """
    inside = np.flatnonzero((times_s >= start_s - 1e-9) & (times_s <= end_s + 1e-9))
    if len(inside) < 3 or not np.all(np.isfinite(curve[inside])):
        return None
    k = int(inside[int(np.argmax(curve[inside]))])
    if k in {inside[0], inside[-1]}:
        return float(times_s[k]), float(curve[k])
    shift, value = _parabola_top(curve, k)
    step = (float(times_s[k + 1]) - float(times_s[k - 1])) / 2
    return float(times_s[k]) + shift * step, value


def _parabola_top(curve: FloatArray, k: int) -> tuple[float, float]:
    """The top of the parabola through three points around k: its place from k in frames, and its value."""
    before, value, after = (float(curve[place]) for place in (k - 1, k, k + 1))
    bend = before - 2 * value + after
    if not bend < 0 or not math.isfinite(bend):
        return 0.0, value
    shift = 0.5 * (before - after) / bend
    return shift, value - 0.25 * (before - after) * shift


def at(curve: FloatArray, times_s: FloatArray, time_s: float) -> float:
    """The curve's value at a time, by a cubic through the four frames around it; NaN in a hole or outside.

    Next to a hole or an end of the clip a straight line between two frames stands in for the cubic.
    """
    line = float(np.interp(time_s, times_s, curve, left=math.nan, right=math.nan))
    k = int(np.searchsorted(times_s, time_s))
    if not math.isfinite(line) or k < 2 or k + 2 > len(curve) or times_s[k] == time_s:
        return line
    near, around = times_s[k - 2 : k + 2], curve[k - 2 : k + 2]
    if not np.all(np.isfinite(around)):
        return line
    away, apart = time_s - near, near[:, None] - near
    np.fill_diagonal(apart, 1.0)
    others = np.where(np.eye(4, dtype=np.bool_), 1.0, away / apart)
    return float(around @ np.prod(others, axis=1))
