"""All strides laid on one common stride: a clean curve of each point, and legs that were exchanged put right.

A network's points are rough in any one frame, but a runner repeats herself: read on the folded cycle, an
event needs no clean frame. Exchanged legs are found by the stride's own rhythm, never by the frame before,
where one wrong decision would carry on.
"""

from dataclasses import dataclass, replace

import numpy as np

from runclinic.gait import filtering
from runclinic.gait.contacts import SIDES, Side
from runclinic.gait.filming import FloatArray
from runclinic.gait.filtering import BoolArray
from runclinic.gait.stride_phase import StridePhase, stride_phase, stride_rate

LEG = ("knee", "ankle", "heel", "foot_index")
ANKLE = LEG.index("ankle")
SLOW = 0.4  # of the stride rate: what is slower is the body's drift, not its stride
SMOOTH_S = 0.020
WIDE = 2.5
FEWEST_NEAR = 2  # on either side
ROUNDS = 3
DOUBTED = 1.5
RHYTHM_ROUNDS, TEMPLATE_ROUNDS = 3, 4
JUMP_WITHIN, JUMP_FROM = 0.5, 0.3  # strides (choice)
CLEAR_OF_CROSSING, AGAINST, FAR_APART = 0.4, 0.25, 0.7
SWAP_COSTS_LESS, COST_AT_MOST = 0.5, 0.3  # of the leg's length
TEMPLATE_PLACES = 100


@dataclass(frozen=True, eq=False)
class Legs:
    """Both legs relative to the slow path of the hips: float[n, 2 legs, 4 points, 2].

    The first of the two numbers is that in which the feet take turns: forward (then up) in a side view, up
    (then across) from behind. `length` is the median from hip to ankle, `exchanged` the frames in which the
    legs were put right, `seen` those that count, bool[n].
    """

    xy: FloatArray
    fs: float
    length: float
    phase: StridePhase
    exchanged: BoolArray
    seen: BoolArray

    @property
    def apart(self) -> FloatArray:
        """Left ankle ahead of (from behind: above) the right one."""
        return self.xy[:, 0, ANKLE, 0] - self.xy[:, 1, ANKLE, 0]

    @property
    def stride_s(self) -> float:
        return 1 / (self.phase.per_frame * self.fs)

    @property
    def smoothing(self) -> float:
        """The width of the fold's window, in strides."""
        return max(SMOOTH_S / self.stride_s, 0.5 * self.phase.per_frame)

    def folded(self, side: Side, values: FloatArray, places: int) -> FloatArray:
        """The mean stride of curves float[n, k] on that foot's own cycle: float[places, k]."""
        return fold(self.phase.of(side)[self.seen], values[self.seen], self.smoothing, places)


def legs(
    hips: FloatArray, left: FloatArray, right: FloatArray, fs: float, seen: BoolArray | None = None
) -> Legs:
    """Both legs with exchanged frames put right, from hips float[n, 2] and legs float[n, 4, 2], no holes.

    Frames that were made up, not `seen`, count nowhere.
    """
    known = np.ones(len(hips), dtype=np.bool_) if seen is None else seen
    both = np.stack([left, right], axis=1)
    length = float(np.median(np.hypot(*(hips[:, None] - both[:, :, ANKLE])[known].reshape(-1, 2).T)))
    apart = both[:, 0, ANKLE, 0] - both[:, 1, ANKLE, 0]
    rate = stride_rate(apart, fs)
    hip_path = filtering.low_pass(hips, SLOW * rate, fs)
    found = Legs(
        both - hip_path[:, None, None],
        fs,
        length,
        stride_phase(apart, fs, rate, known),
        np.zeros(len(both), dtype=np.bool_),
        known,
    )
    wrong = _half_a_stride_off(found)
    if wrong.any():
        found = _put_right(found, wrong)
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
    return replace(turned, phase=stride_phase(turned.apart, found.fs, rate, found.seen))


def _half_a_stride_off(found: Legs) -> BoolArray:
    """Stretches whose rhythm is half a stride away from the rest of the clip: legs exchanged for long.

    No runner shifts her rhythm by half a stride within half a stride; where it jumps, the legs were taken for
    one another from there on, or up to there. The shorter part of the clip is the exchanged one.
    """
    cycles = found.phase.cycles
    n, reach = len(cycles), max(1, round(JUMP_WITHIN / 2 / found.phase.per_frame))
    off = np.zeros(n, dtype=np.bool_)
    if n <= 2 * reach + 1:
        return off
    moved = cycles[2 * reach :] - cycles[: -2 * reach]
    jumped = np.abs(moved - np.median(moved))
    for start, end in filtering.runs(np.asarray(jumped > JUMP_FROM)):
        place = reach + start + int(np.argmax(jumped[start:end]))
        off[place:] ^= True
    return ~off if off[found.seen].mean() > 0.5 else off


def _against_the_rhythm(found: Legs) -> BoolArray:
    """Frames in which the feet are clearly apart the wrong way round for this moment of the stride."""
    wave = np.cos(2 * np.pi * (found.phase.cycles - 0.25))
    apart = found.apart
    far = np.abs(apart)[(np.abs(wave) > FAR_APART) & found.seen]
    if far.size == 0:
        return np.zeros(len(apart), dtype=np.bool_)
    against = apart * wave < -AGAINST * float(np.median(far)) * np.abs(wave)
    return against & (np.abs(wave) > CLEAR_OF_CROSSING) & found.seen


def _against_the_template(found: Legs) -> BoolArray:
    """Frames that fit the folded legs at half the cost when the legs are exchanged."""
    as_is, turned = _distances(found)
    return np.asarray((turned < SWAP_COSTS_LESS * as_is) & found.seen)


def _distances(found: Legs) -> tuple[FloatArray, FloatArray]:
    """The squared distance of each frame's leg points from the folded ones, each capped: as is, exchanged."""
    n = len(found.xy)
    as_is, turned = np.zeros(n), np.zeros(n)
    for leg, side in enumerate(SIDES):
        curve = found.folded(side, found.xy[:, leg].reshape(n, -1), TEMPLATE_PLACES)
        expected = at_cycles(curve, found.phase.of(side)).reshape(n, len(LEG), 2)
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
        ankle = found.xy[:, leg, ANKLE]
        expected = at_cycles(found.folded(side, ankle, TEMPLATE_PLACES), found.phase.of(side))
        away.append(np.hypot(*(ankle - expected)[found.seen].T))
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
    here = np.searchsorted(at, grid)  # a few values at least, also where a short clip has a hole
    low = np.minimum(np.searchsorted(at, grid - WIDE * smoothing), np.maximum(here - FEWEST_NEAR, 0))
    high = np.maximum(np.searchsorted(at, grid + WIDE * smoothing), here + FEWEST_NEAR)
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
