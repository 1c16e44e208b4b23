"""All strides laid on one common stride: a clean curve of each point, and legs that were exchanged put right.

A network's points are rough in any one frame, but a runner repeats herself: read on the folded cycle, an
event needs no clean frame. Exchanged legs are found by the stride's own rhythm, never by the frame before,
where one wrong decision would carry on.
"""

from dataclasses import dataclass, replace

import numpy as np

from runclinic.gait import filtering
from runclinic.gait.contacts import SIDES
from runclinic.gait.filming import FloatArray
from runclinic.gait.filtering import BoolArray
from runclinic.gait.stride_phase import StridePhase, stride_phase, stride_rate

LEG = ("knee", "ankle", "heel", "foot_index")
ANKLE = LEG.index("ankle")
SLOW = 0.4  # of the stride rate: what is slower is the body's drift, not its stride
SMOOTH_S = 0.020
WIDE = 2.5
ROUNDS = 3
DOUBTED = 1.5
RHYTHM_ROUNDS, TEMPLATE_ROUNDS = 3, 4
CLEAR_OF_CROSSING, AGAINST, FAR_APART = 0.4, 0.25, 0.7
SWAP_COSTS_LESS, COST_AT_MOST = 0.5, 0.3  # of the leg's length
TEMPLATE_PLACES = 100


@dataclass(frozen=True, eq=False)
class Legs:
    """Both legs relative to the slow path of the hips: float[n, 2 legs, 4 points, 2], forward and up.

    `length` is the median from hip to ankle, `exchanged` the frames in which the legs were put right.
    """

    xy: FloatArray
    fs: float
    length: float
    phase: StridePhase
    exchanged: BoolArray

    @property
    def apart(self) -> FloatArray:
        """Left ankle ahead of the right one."""
        return self.xy[:, 0, ANKLE, 0] - self.xy[:, 1, ANKLE, 0]

    @property
    def stride_s(self) -> float:
        return 1 / (self.phase.per_frame * self.fs)

    @property
    def smoothing(self) -> float:
        """The width of the fold's window, in strides."""
        return max(SMOOTH_S / self.stride_s, 0.5 * self.phase.per_frame)


def legs(hips: FloatArray, left: FloatArray, right: FloatArray, fs: float) -> Legs:
    """Both legs with exchanged frames put right, from hips float[n, 2] and legs float[n, 4, 2], no holes."""
    both = np.stack([left, right], axis=1)
    length = float(np.median(np.hypot(*(hips[:, None] - both[:, :, ANKLE]).reshape(-1, 2).T)))
    apart = both[:, 0, ANKLE, 0] - both[:, 1, ANKLE, 0]
    rate = stride_rate(apart, fs)
    hip_path = filtering.low_pass(hips, SLOW * rate, fs)
    found = Legs(
        both - hip_path[:, None, None],
        fs,
        length,
        stride_phase(apart, fs, rate),
        np.zeros(len(both), dtype=np.bool_),
    )
    for _ in range(RHYTHM_ROUNDS):
        wrong = _against_the_rhythm(found)
        if not wrong.any():
            break
        found = _put_right(found, wrong)
    for _ in range(TEMPLATE_ROUNDS):
        wrong = _against_the_template(found)
        if not wrong.any():
            break
        found = _put_right(found, wrong)
    return found


def _put_right(found: Legs, wrong: BoolArray) -> Legs:
    xy = found.xy.copy()
    xy[wrong] = xy[wrong][:, ::-1]
    turned = replace(found, xy=xy, exchanged=found.exchanged ^ wrong)
    rate = found.phase.per_frame * found.fs
    return replace(turned, phase=stride_phase(turned.apart, found.fs, rate))


def _against_the_rhythm(found: Legs) -> BoolArray:
    """Frames in which the feet are clearly apart the wrong way round for this moment of the stride."""
    wave = np.cos(2 * np.pi * (found.phase.cycles - 0.25))
    apart = found.apart
    usual = float(np.median(np.abs(apart)[np.abs(wave) > FAR_APART]))
    against = apart * wave < -AGAINST * usual * np.abs(wave)
    return against & (np.abs(wave) > CLEAR_OF_CROSSING)


def _against_the_template(found: Legs) -> BoolArray:
    """Frames that fit the folded legs at half the cost when the legs are exchanged."""
    as_is, turned = _distances(found)
    return np.asarray(turned < SWAP_COSTS_LESS * as_is)


def _distances(found: Legs) -> tuple[FloatArray, FloatArray]:
    """The squared distance of each frame's leg points from the folded ones, each capped: as is, exchanged."""
    n = len(found.xy)
    as_is, turned = np.zeros(n), np.zeros(n)
    for leg, side in enumerate(SIDES):
        cycles = found.phase.of(side)
        curve = fold(cycles, found.xy[:, leg].reshape(n, -1), found.smoothing, TEMPLATE_PLACES)
        expected = at_cycles(curve, cycles).reshape(n, len(LEG), 2)
        as_is += _capped(found.xy[:, leg] - expected, COST_AT_MOST * found.length)
        turned += _capped(found.xy[:, 1 - leg] - expected, COST_AT_MOST * found.length)
    return as_is, turned


def _capped(away: FloatArray, most: float) -> FloatArray:
    """The squared distances of all points, float[n] from float[n, m, 2]; none counts more than `most`."""
    return np.sum(np.minimum(np.sum(away**2, axis=2), most**2), axis=1)


def ankle_error(found: Legs) -> float:
    """The median distance of the ankles from their template, over the leg's length."""
    away: list[FloatArray] = []
    for leg, side in enumerate(SIDES):
        cycles, ankle = found.phase.of(side), found.xy[:, leg, ANKLE]
        expected = at_cycles(fold(cycles, ankle, found.smoothing, TEMPLATE_PLACES), cycles)
        away.append(np.hypot(*(ankle - expected).T))
    return float(np.median(np.concatenate(away))) / found.length


def at_cycles(curve: FloatArray, cycles: FloatArray) -> FloatArray:
    """A folded curve float[places, k] read at any cycles: float[n, k]."""
    whole = np.concatenate([curve, curve[:1]])
    at = np.arange(len(whole)) / len(curve)
    return np.stack([np.interp(cycles % 1, at, whole[:, k]) for k in range(whole.shape[1])], axis=1)


def fold(cycles: FloatArray, values: FloatArray, smoothing: float, places: int) -> FloatArray:
    """The mean stride of curves float[n, k]: float[places, k], by a periodic, robust local parabola."""
    order = np.argsort(cycles % 1)
    at, sorted_values = (cycles % 1)[order], values[order]
    at = np.concatenate([at - 1, at, at + 1])
    sorted_values = np.concatenate([sorted_values] * 3)
    grid = np.arange(places) / places
    low = np.searchsorted(at, grid - WIDE * smoothing)
    high = np.searchsorted(at, grid + WIDE * smoothing)
    return np.stack(
        [
            _parabola((at[a:b] - u) / smoothing, sorted_values[a:b])
            for u, a, b in zip(grid, low, high, strict=True)
        ]
    )


def _parabola(away: FloatArray, values: FloatArray) -> FloatArray:
    """The middle of a weighted parabola through values float[m, k] at float[m], outliers counting less."""
    near = np.exp(-0.5 * away**2)[:, None]
    powers = away[:, None] ** np.arange(3)
    square = away[:, None] ** np.array([0, 1, 2, 1, 2, 3, 2, 3, 4])
    weight = np.broadcast_to(near, values.shape)
    fit = np.zeros((values.shape[1], 3))
    for _ in range(ROUNDS):
        normal = (weight.T @ square).reshape(-1, 3, 3) + 1e-9 * np.eye(3)
        fit = _solved(normal, (weight * values).T @ powers)
        off = np.abs(values - powers @ fit.T)
        spread = 1.4826 * np.median(off, axis=0) + 1e-12
        weight = near / np.maximum(1.0, off / (DOUBTED * spread)) ** 2
    return fit[:, 0]


def _solved(normal: FloatArray, right: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.solve(normal, right[..., None])[..., 0], dtype=np.float64)
