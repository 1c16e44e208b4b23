"""Curves made smooth without being moved: low-pass, gaps, spikes, even time, exchanged legs."""

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runclinic.gait.filming import FloatArray
from runclinic.refused import Refused

BoolArray = NDArray[np.bool_]

# Choices; running is usually filtered at 6 to 20 Hz.
ANGLES_HZ = 8.0
HIP_HEIGHT_HZ = 6.0
FOOT_HZ = 15.0
FOOT_FROM_FPS = 120.0
NEVER_ABOVE = 1 / 5  # of the frame rate
FOOT_BELOW_IT = 1 / 6  # of the frame rate, where there are fewer than 120 frames/s

SPLINE_UP_TO_S, LINE_UP_TO_S = 0.050, 0.100
KNOTS_EACH_SIDE = 4
SPIKE_FRAMES, SPIKE_MADS = 7, 4.0
MAD_TO_SD = 1.4826
BLOCK = 32
_ROUNDING = 1e-9


# ---- low-pass ----


@dataclass(frozen=True, slots=True)
class Coefficients:
    """A 2nd-order Butterworth filter, for use forward and back: b0 = b2, a0 = 1."""

    k: float
    b0: float
    b1: float
    a1: float
    a2: float


def coefficients(cutoff_hz: float, fs: float) -> Coefficients:
    """The filter whose two passes together have -3 dB at `cutoff_hz`.

    The tangent is divided by (sqrt 2 - 1)^(1/4), not the frequency, so the cut-off is exact.
    """
    k = math.tan(math.pi * cutoff_hz / fs) / (math.sqrt(2) - 1) ** 0.25
    n = 1 / (1 + math.sqrt(2) * k + k * k)
    return Coefficients(k, k * k * n, 2 * k * k * n, 2 * (k * k - 1) * n, (1 - math.sqrt(2) * k + k * k) * n)


def low_pass(curves: FloatArray, cutoff_hz: float, fs: float) -> FloatArray:
    """Curves float[n] or float[n, ...] without what is faster than the cut-off, and without a lag.

    Odd reflection at both ends, dropped afterwards; each pass starts in the steady state of its first value.
    """
    curves = np.asarray(curves, dtype=np.float64)
    if not 0 < cutoff_hz < fs / 2:
        raise Refused(f"No filter cuts at {cutoff_hz:g} Hz in {fs:g} frames/s.", "Film faster.")
    flat = curves.reshape(len(curves), -1)
    ends = min(len(flat) - 1, math.ceil(3 * fs / cutoff_hz))
    head = 2 * flat[0] - flat[ends:0:-1]
    tail = 2 * flat[-1] - flat[-2 : -ends - 2 : -1]
    filt = coefficients(cutoff_hz, fs)
    there = _one_way(np.concatenate([head, flat, tail]), filt)
    back = _one_way(there[::-1], filt)[::-1]
    return back[ends : ends + len(flat)].reshape(curves.shape)


def _one_way(curves: FloatArray, filt: Coefficients) -> FloatArray:
    """One pass, transposed direct form II, float[n, k]; in blocks, for a loop over frames is slow."""
    out = np.empty_like(curves)
    state = np.stack([(1 - filt.b0) * curves[0], (filt.b0 - filt.a2) * curves[0]])
    block = _block(filt)
    for start in range(0, len(curves), BLOCK):
        values = curves[start : start + BLOCK]
        n = len(values)
        out[start : start + n] = block.of_state[:n] @ state + block.of_values[:n, :n] @ values
        if n == BLOCK:
            state = block.kept @ state + block.gained @ values
    return out


@dataclass(frozen=True, eq=False)
class _Block:
    """A block of frames as matrices: output from the two kept sums and the values, and the sums after it."""

    of_state: FloatArray
    of_values: FloatArray
    kept: FloatArray
    gained: FloatArray


@functools.cache
def _block(filt: Coefficients) -> _Block:
    step = np.array([[-filt.a1, 1.0], [-filt.a2, 0.0]])
    enters = np.array([filt.b1 - filt.a1 * filt.b0, filt.b0 - filt.a2 * filt.b0])
    powers = [np.eye(2)]
    for _ in range(BLOCK):
        powers.append(step @ powers[-1])
    answer = np.array([filt.b0, *(float((power @ enters)[0]) for power in powers[: BLOCK - 1])])
    lag = np.subtract.outer(np.arange(BLOCK), np.arange(BLOCK))
    return _Block(
        np.stack([power[0] for power in powers[:BLOCK]]),
        np.where(lag >= 0, answer[np.maximum(lag, 0)], 0.0),
        powers[BLOCK],
        np.stack([power @ enters for power in powers[BLOCK - 1 :: -1]], axis=1),
    )


def allowed_hz(cutoff_hz: float, fs: float) -> float:
    """A cut-off held to what the frame rate can carry."""
    return min(cutoff_hz, NEVER_ABOVE * fs)


def foot_hz(fs: float) -> float:
    """The cut-off for points of the foot from which events are read."""
    wanted = FOOT_HZ if fs >= FOOT_FROM_FPS - _ROUNDING else FOOT_BELOW_IT * fs
    return allowed_hz(wanted, fs)


def rate_of_change(curves: FloatArray, fs: float) -> FloatArray:
    """Central differences a second, along the first axis."""
    return np.gradient(np.asarray(curves, dtype=np.float64), 1 / fs, axis=0)


# ---- even time ----


def cubic_spline(at: FloatArray, values: FloatArray, wanted: FloatArray) -> FloatArray:
    """The natural cubic spline through values float[n] or float[n, ...], at other places; n >= 2."""
    shape = values.shape[1:]
    y = values.reshape(len(values), -1)
    gap = np.diff(at)[:, None]
    slope = np.diff(y, axis=0) / gap
    bend = _bends(gap, slope)
    k = np.clip(np.searchsorted(at, wanted) - 1, 0, len(at) - 2)
    left, width = (wanted - at[k])[:, None], gap[k]
    right = width - left
    found = (bend[k] * right**3 + bend[k + 1] * left**3) / (6 * width)
    found += (y[k] / width - bend[k] * width / 6) * right + (
        y[k + 1] / width - bend[k + 1] * width / 6
    ) * left
    return found.reshape(len(wanted), *shape)


def _bends(gap: FloatArray, slope: FloatArray) -> FloatArray:
    """Second derivatives at the knots, zero at both ends (Thomas's way through three diagonals)."""
    n = len(gap) + 1
    bend = np.zeros((n, slope.shape[1]))
    if n < 3:
        return bend
    diagonal = np.zeros((n, 1))
    right = np.zeros((n, slope.shape[1]))
    diagonal[1] = 2 * (gap[0] + gap[1])
    right[1] = 6 * (slope[1] - slope[0])
    for k in range(2, n - 1):
        share = gap[k - 1] / diagonal[k - 1]
        diagonal[k] = 2 * (gap[k - 1] + gap[k]) - share * gap[k - 1]
        right[k] = 6 * (slope[k] - slope[k - 1]) - share * right[k - 1]
    for k in range(n - 2, 0, -1):
        bend[k] = (right[k] - gap[k] * bend[k + 1]) / diagonal[k]
    return bend


def even_times(times_s: FloatArray) -> FloatArray:
    """Times at the median rate over the same span; the very same times if they are even already."""
    gaps = np.diff(times_s)
    usual = float(np.median(gaps))
    if float(np.max(np.abs(gaps - usual))) < 0.02 * usual:
        return times_s
    return times_s[0] + usual * np.arange(int((times_s[-1] - times_s[0]) / usual + _ROUNDING) + 1)


# ---- gaps ----


@dataclass(frozen=True, eq=False)
class Filled:
    """A curve without holes, and where it was made up: `filled` for any, `lost` for gaps too long to fill."""

    curve: FloatArray
    filled: BoolArray
    lost: BoolArray


def runs(where: BoolArray) -> Iterator[tuple[int, int]]:
    """Start and end (exclusive) of each row of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], where, [False]]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def fill(times_s: FloatArray, curve: FloatArray) -> Filled:
    """A curve float[n, k] with its NaN frames filled: up to 50 ms by a spline, up to 100 ms by a line.

    A longer gap also gets a line, so that filters can run, but is `lost`: nothing may be read there. At the
    ends of the clip the nearest value stands, and is lost. Refused if fewer than two frames are known.
    """
    known = np.all(np.isfinite(curve), axis=1)
    if int(known.sum()) < 2:
        raise Refused("A body point was found in fewer than two frames.", "Mark the contacts by hand.")
    whole, lost = curve.copy(), np.zeros(len(curve), dtype=np.bool_)
    places = np.flatnonzero(known)
    for axis in range(curve.shape[1]):
        whole[~known, axis] = np.interp(times_s[~known], times_s[known], curve[known, axis])
    usual = float(np.median(np.diff(times_s)))
    for start, end in runs(~known):
        inside = start > 0 and end < len(curve)
        length_s = times_s[end] - times_s[start - 1] - usual if inside else math.inf
        if length_s > LINE_UP_TO_S + _ROUNDING:
            lost[start:end] = True
        elif length_s <= SPLINE_UP_TO_S + _ROUNDING:
            middle = int(np.searchsorted(places, start))
            near = places[max(0, middle - KNOTS_EACH_SIDE) : middle + KNOTS_EACH_SIDE]
            whole[start:end] = cubic_spline(times_s[near], curve[near], times_s[start:end])
    return Filled(whole, ~known, lost)


def without_spikes(curve: FloatArray) -> FloatArray:
    """The curve float[n, k] with NaN where it jumps away from its neighbours and back.

    A jump lies more than 4 scaled MAD from the median of the 7 frames round it: of those frames, or of all
    such distances in the clip if that is more, so that neither a fast foot nor plain noise is a spike.
    """
    half = SPIKE_FRAMES // 2
    if len(curve) < SPIKE_FRAMES or int(np.isfinite(curve).all(axis=1).sum()) < SPIKE_FRAMES:
        return curve.copy()
    windows = np.full((len(curve), curve.shape[1], SPIKE_FRAMES), np.nan)  # at the ends nothing comes "back"
    windows[half:-half] = np.lib.stride_tricks.sliding_window_view(curve, SPIKE_FRAMES, axis=0)
    middle, near = np.full(curve.shape, np.nan), np.full(curve.shape, np.nan)
    enough = np.isfinite(windows).sum(axis=2) > half
    middle[enough] = np.nanmedian(windows[enough], axis=1)
    near[enough] = np.nanmedian(np.abs(windows[enough] - middle[enough][:, None]), axis=1)
    away = np.abs(curve - middle)
    usual = np.nanmedian(away, axis=0)
    jumped = away > SPIKE_MADS * MAD_TO_SD * np.maximum(near, usual) + _ROUNDING
    cleaned = curve.copy()
    cleaned[np.any(jumped, axis=1)] = np.nan
    return cleaned


# ---- exchanged legs ----

SWAP_SAVES = 0.5  # exchanging both legs must halve the jump from the frame before
SWAP_JUMPS = 4.0  # and that jump must be this many times the usual one (choice)


def exchanged(left: FloatArray, right: FloatArray) -> BoolArray:
    """The frames in which the legs were taken for one another: bool[n], from points float[n, k, 2] of each.

    For markers, whose points do not wander: each frame is compared with the one before it, as repaired.
    Where the legs pass one another and neither way is clearly better, all stays as it was.
    """
    swapped = np.zeros(len(left), dtype=np.bool_)
    legs = np.concatenate([left, right], axis=1).reshape(len(left), -1)
    turned = np.concatenate([right, left], axis=1).reshape(len(left), -1)
    usual = float(np.nanmedian(_jump(legs[1:], legs[:-1]))) if len(left) > 1 else 0.0
    before: FloatArray = legs[0]
    clear = SWAP_JUMPS * usual
    for k in range(1, len(legs)):
        as_is, other = float(_jump(legs[k], before)), float(_jump(turned[k], before))
        swapped[k] = swapped[k - 1]
        if as_is > clear and other < SWAP_SAVES * as_is:
            swapped[k] = True
        elif other > clear and as_is < SWAP_SAVES * other:
            swapped[k] = False
        now = turned[k] if swapped[k] else legs[k]
        before = np.asarray(np.where(np.isfinite(now), now, before), dtype=np.float64)
    return swapped


def _jump(now: FloatArray, before: FloatArray) -> FloatArray:
    return np.asarray(np.nansum(np.abs(now - before), axis=-1))
