"""The points of a film made ready to be folded: forward and up, even in time, only where somebody runs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from runclinic.gait import filtering
from runclinic.gait.contacts import SIDES, Side
from runclinic.gait.filming import FloatArray
from runclinic.gait.filtering import BoolArray
from runclinic.gait.folded_cycle import ANKLE, LEG, Legs
from runclinic.gait.folded_cycle import legs as folded_legs
from runclinic.gait.foot_motion import gaps
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.gait.running_part import left_out, running_part
from runclinic.gait.stride_phase import stride_rate
from runclinic.refused import Refused

HEAD = ("nose", "left_ear", "right_ear")
# What bounces with the body, the best first: on film the head was 27 ms nearer to the truth than the trunk.
BOUNCES = (HEAD, ("head",), ("neck",), ("c7",), ("left_shoulder", "right_shoulder"))
FOOT = ("ankle", "heel", "foot_index")
SURE_ENOUGH = 0.05  # the far foot is guessed with little confidence all the time, and folds well
FOUND_AT_LEAST = 0.5  # of the frames
TO_AND_FRO = 0.5  # of the leg: from behind the feet hardly pass one another sideways (choice)
NO_RUNNING = Refused(
    "The feet hardly pass one another: standing, or seen from another side than was told.",
    "Check the view, or mark the contacts by hand.",
)
FROM_THE_SIDE = Refused(
    "The feet go far to and fro across the picture: this is a view from the side.",
    "Choose side_left or side_right as the view.",
)


@dataclass(frozen=True, eq=False)
class Filmed:
    """A film's strides: even times (s), the legs on their cycle, the head's height float[n], in body axes.

    `lost` says per foot where it was hidden for longer than may be filled; `said` what must be told of the
    clip so far. `of_track` float[frames of the track]: the row of each, `inside` whether she runs there.
    """

    times_s: FloatArray
    legs: Legs
    head: FloatArray
    lost: dict[Side, BoolArray]
    said: tuple[str, ...]
    rows: FloatArray
    inside: BoolArray

    def exchanged(self) -> BoolArray:
        """The frames of the track in which the legs were taken for one another."""
        row = np.clip(self.rows.astype(np.intp), 0, len(self.times_s) - 1)
        return self.legs.exchanged[row] & self.inside

    def hidden(self, side: Side, time_s: float) -> bool:
        """Whether that foot was not seen at a time."""
        row = int(np.searchsorted(self.times_s, time_s))
        return bool(self.lost[side][min(row, len(self.times_s) - 1)])


def needed() -> tuple[str, ...]:
    """The points without which a film cannot be folded; and one that `bounces`."""
    return tuple(f"{side}_{part}" for side in SIDES for part in ("hip", *LEG))


def bounces(track: LandmarkTrack) -> tuple[str, ...]:
    """The points whose height tells the bounce: those of the head that are tracked, or the next best."""
    for names in BOUNCES:
        tracked = tuple(name for name in names if track.has(name))
        if tracked and (names == HEAD or len(tracked) == len(names)):
            return tracked
    return ()


def can_be_folded(track: LandmarkTrack) -> bool:
    """Whether hips, legs and something that bounces with the body are all tracked."""
    return track.has(*needed()) and bool(bounces(track))


def filmed(
    track: LandmarkTrack,
    body: Callable[[FloatArray], FloatArray],
    least_apart: float,
    *,
    upright: bool = False,
) -> Filmed:
    """The strides in a film; `upright` = from behind or in front, where the feet take turns up and down.

    Refused if the feet come apart by less than this share of the leg (standing, or another view), or if a
    point is missing in most frames.
    """
    times, points, lost = _even_points(track, body)
    fs = 1 / float(np.median(np.diff(times)))
    order = [1, 0] if upright else [0, 1]
    hips = ((points["left_hip"] + points["right_hip"]) / 2)[:, order]
    left, right = (np.stack([points[f"{side}_{part}"] for part in LEG], axis=1)[..., order] for side in SIDES)
    seen = ~(lost["left"] | lost["right"])
    apart = left[:, ANKLE, 0] - right[:, ANKLE, 0]
    leg = _leg(hips, left, right)
    if not seen.any() or _range(apart[seen]) < 2 * least_apart * leg:
        raise NO_RUNNING
    if upright and _range((left - right)[seen][:, ANKLE, 1]) > TO_AND_FRO * leg:
        raise FROM_THE_SIDE
    part = running_part(apart, seen, fs / stride_rate(apart, fs))
    said = [*left_out(part, times), *(text for side in SIDES for text in gaps(side, times, lost[side]))]
    legs = folded_legs(hips[part], left[part], right[part], fs, seen[part])
    head = np.mean([points[name][:, 1] for name in bounces(track)], axis=0)
    rows = np.searchsorted(times[part], track.times_s - 1e-9).astype(np.float64)
    inside = (track.times_s >= times[part.start] - 1e-9) & (track.times_s <= times[part.stop - 1] + 1e-9)
    return Filmed(
        times[part], legs, head[part], {side: lost[side][part] for side in SIDES}, tuple(said), rows, inside
    )


def _even_points(
    track: LandmarkTrack, body: Callable[[FloatArray], FloatArray]
) -> tuple[FloatArray, dict[str, FloatArray], dict[Side, BoolArray]]:
    """Each point in body axes, without holes, over even time; and where a foot was lost."""
    even = filtering.even_times(track.times_s)
    near = np.clip(np.searchsorted(track.times_s, even), 0, len(track) - 1)
    points: dict[str, FloatArray] = {}
    lost: dict[Side, BoolArray] = {side: np.zeros(len(even), dtype=np.bool_) for side in SIDES}
    for name in (*needed(), *bounces(track)):
        found = track.point(name, SURE_ENOUGH)
        _refuse_what_is_missing(name, found)
        filled = filtering.fill(track.times_s, found)
        curve = filled.curve
        if even is not track.times_s:
            curve = filtering.cubic_spline(track.times_s, curve, even)
        points[name] = body(curve)
        for side in SIDES:
            if name in {f"{side}_{part}" for part in FOOT}:
                lost[side] |= filled.lost[near]
    return even, points, lost


def _refuse_what_is_missing(name: str, found: FloatArray) -> None:
    frames = int(np.isfinite(found[:, 0]).sum())
    if frames < FOUND_AT_LEAST * len(found):
        raise Refused(
            f"The {name.replace('_', ' ')} was found in only {frames} of {len(found)} frames.",
            "Mark the contacts by hand, or film again with the whole runner in view.",
        )


def _range(values: FloatArray) -> float:
    """From the 5th to the 95th percentile."""
    low, high = np.percentile(values, [5, 95])
    return float(high - low)


def _leg(hips: FloatArray, left: FloatArray, right: FloatArray) -> float:
    """The median distance from the hips to an ankle."""
    both = np.concatenate([hips - left[:, ANKLE], hips - right[:, ANKLE]])
    return float(np.median(np.hypot(both[:, 0], both[:, 1])))
