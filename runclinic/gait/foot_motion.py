"""One foot's heel and toe over even time, along and above the belt, ready to read contacts from."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from runclinic.gait import filtering
from runclinic.gait.contacts import Kind, Side
from runclinic.gait.filming import FloatArray
from runclinic.gait.filtering import BoolArray
from runclinic.gait.frame_of_reference import SideFrame
from runclinic.gait.landmarks import MISSING_BELOW, LandmarkTrack

JOIN_FRAMES = 3  # over so many frames a copied stride is laid onto the end of the clip


@dataclass(frozen=True, slots=True)
class Reading:
    """One event as the methods read it: its time, each method's own opinion (s), and what speaks for it."""

    side: Side
    kind: Kind
    time_s: float
    opinions: tuple[float, ...]
    source: str
    confidence: float = 1.0

    @property
    def disagreement_s(self) -> float:
        """From the earliest to the latest opinion."""
        return max(self.opinions) - min(self.opinions)


@dataclass(frozen=True, eq=False)
class Foot:
    """Heel and toe as float[n, 2] (along the belt, above it), even in time; `lost` frames were made up."""

    side: Side
    times_s: FloatArray
    heel: FloatArray
    toe: FloatArray
    lost: BoolArray

    @cached_property
    def fs(self) -> float:
        return 1 / float(np.median(np.diff(self.times_s)))

    @cached_property
    def smooth(self) -> "Foot":
        """The same foot without what is faster than a foot moves."""
        both = np.concatenate([self.heel, self.toe], axis=1)
        slow = filtering.low_pass(both, filtering.foot_hz(self.fs), self.fs)
        return replace(self, heel=slow[:, :2], toe=slow[:, 2:])

    @cached_property
    def middle(self) -> FloatArray:
        """Halfway between heel and toe."""
        return (self.heel + self.toe) / 2

    def frames(self, seconds: float) -> int:
        return max(1, round(seconds * self.fs))

    def second(self, place: float) -> float:
        """The time of a place between frames, s."""
        return float(self.times_s[0]) + place / self.fs

    def longer(self, stride_s: float) -> "Foot":
        """The foot with a stride copied to before and after the clip, so that its ends are in mid-motion.

        Running repeats itself; an event beside the clip's edge is then seen as whole as any other.
        """
        lag = round(stride_s * self.fs)
        if not JOIN_FRAMES < lag <= len(self.times_s) // 2:
            return self
        both = np.concatenate([self.heel, self.toe], axis=1)
        k = np.arange(JOIN_FRAMES)
        head = both[:lag] + np.mean(both[k] - both[k + lag], axis=0)
        tail = both[-lag:] + np.mean(both[-1 - k] - both[-1 - k - lag], axis=0)
        whole = np.concatenate([head, both, tail])
        step = 1 / self.fs
        times = self.times_s[0] + step * (np.arange(len(whole)) - lag)
        unseen = np.zeros(lag, dtype=np.bool_)
        lost = np.concatenate([unseen, self.lost, unseen])
        return Foot(self.side, times, whole[:, :2], whole[:, 2:], lost)


def feet_of(track: LandmarkTrack, frame: SideFrame, least: float = MISSING_BELOW) -> tuple[Foot, ...]:
    """Every foot whose heel and toe are tracked: spikes out, gaps filled, resampled to an even rate."""
    return tuple(_foot(track, side, frame, least) for side in track.feet)


def _foot(track: LandmarkTrack, side: Side, frame: SideFrame, least: float) -> Foot:
    points = track.points((f"{side}_heel", f"{side}_foot_index"), least)
    cleaned = [filtering.without_spikes(points[:, k]) for k in (0, 1)]
    filled = [filtering.fill(track.times_s, curve) for curve in cleaned]
    lost = filled[0].lost | filled[1].lost
    even = filtering.even_times(track.times_s)
    curves = np.stack([one.curve for one in filled], axis=1)
    if even is not track.times_s:
        curves = filtering.cubic_spline(track.times_s, curves, even)
        near = np.clip(np.searchsorted(track.times_s, even), 0, len(lost) - 1)
        lost = lost[near]
    on_belt = frame.belt(curves)
    return Foot(side, even, on_belt[:, 0], on_belt[:, 1], lost)


def rigidity(foot: Foot) -> float:
    """How much the foot's length wanders: its 10th to 90th percentile over its median.

    A shoe is rigid. Dots on it, and drawn feet, stay below about 0.1; points that a network guessed do not.
    """
    cutoff = filtering.NEVER_ABOVE * foot.fs  # not in Hz: the film's rate may be wrong
    slow = filtering.low_pass(foot.toe - foot.heel, cutoff, foot.fs)[~foot.lost]
    length = np.hypot(slow[:, 0], slow[:, 1])
    low, middle, high = np.percentile(length, [10, 50, 90])
    return math.inf if middle <= 0 else float((high - low) / middle)


def gaps(side: Side, times_s: FloatArray, lost: BoolArray) -> Iterator[str]:
    """What to say of each time in which a foot was not seen for longer than may be filled."""
    step = float(np.median(np.diff(times_s)))
    for start, end in filtering.runs(lost):
        seconds = (end - start) * step
        if seconds > filtering.LINE_UP_TO_S:
            yield (
                f"The {side} foot is not seen for {seconds:.2f} s from {times_s[start]:.2f} s on; "
                "no contact is given there."
            )
