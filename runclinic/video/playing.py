"""Playing by true time: which frame is due, at any speed, in a loop, by shuttle or under the mouse."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.float64]

SPEEDS = (0.1, 0.25, 0.5, 1.0)
# The pedals of a shuttle: presses of the same key go on to the next one, the other key comes back.
SHUTTLE = (-1.0, -0.5, -0.25, -0.1, 0.0, 0.1, 0.25, 0.5, 1.0)
STILL_SHARE = 0.06
SLOWEST, FASTEST = 0.1, 1.0


@dataclass(frozen=True, slots=True)
class Loop:
    """From the first to the last frame, both shown."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Playing:
    """Started at `from_s` of the clip; `speed` 1 is true time, below 0 is backward."""

    from_s: float
    speed: float = 1.0
    loop: Loop | None = None

    def frame(self, times_s: Times, elapsed_s: float) -> int:
        """The frame that is due so long after the start; frames in between are left out, never late."""
        return at(times_s, self.clip_s(times_s, elapsed_s))

    def clip_s(self, times_s: Times, elapsed_s: float) -> float:
        """The clip's time that is due; within the loop, or held at either end of the clip."""
        now = self.from_s + self.speed * elapsed_s
        first, last = (self.loop.first, self.loop.last) if self.loop else (0, len(times_s) - 1)
        begins, ends = float(times_s[first]), float(times_s[last]) + lasts_s(times_s, last)
        if self.loop is None or ends <= begins:
            return min(max(now, begins), float(times_s[last]))
        return begins + (now - begins) % (ends - begins)

    def ended(self, times_s: Times, elapsed_s: float) -> bool:
        """Whether the end (or, backward, the start) is reached; a loop never ends."""
        now = self.from_s + self.speed * elapsed_s
        return self.loop is None and (now < 0.0 if self.speed < 0 else now >= float(times_s[-1]))

    def at_speed(self, times_s: Times, elapsed_s: float, speed: float) -> "Playing":
        """The same from here on at another speed: nothing jumps."""
        return Playing(self.clip_s(times_s, elapsed_s), speed, self.loop)


def at(times_s: Times, clip_s: float) -> int:
    """The frame on the screen at this time: the last one that is not later."""
    return min(len(times_s) - 1, max(0, int(np.searchsorted(times_s, clip_s + 1e-9, side="right")) - 1))


def lasts_s(times_s: Times, k: int) -> float:
    """How long frame k stays: until the next one; the last one as long as frames do as a rule."""
    if k + 1 < len(times_s):
        return float(times_s[k + 1] - times_s[k])
    return float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0


def loop_of(one: int, other: int, count: int) -> Loop:
    """Between two frames, whichever comes first, within the clip."""
    first, last = sorted((min(max(one, 0), count - 1), min(max(other, 0), count - 1)))
    return Loop(first, last)


def jump(from_frame: int, frames: int, count: int) -> int:
    """So many frames on or back, held at the ends."""
    return min(max(from_frame + frames, 0), count - 1)


def under(times_s: Times, share: float) -> int:
    """The frame under the mouse on a strip of the whole clip, 0 at its left end and 1 at its right."""
    whole_s = float(times_s[-1]) + lasts_s(times_s, len(times_s) - 1)
    return at(times_s, min(max(share, 0.0), 1.0) * whole_s)


def shuttled(speed: float, direction: int) -> float:
    """The next pedal of the shuttle towards that direction (+1 or -1)."""
    if direction > 0:
        return SHUTTLE[min(bisect_right(SHUTTLE, speed + 1e-9), len(SHUTTLE) - 1)]
    backward: Sequence[float] = [-each for each in reversed(SHUTTLE)]
    return -backward[min(bisect_right(backward, -speed + 1e-9), len(SHUTTLE) - 1)]


def dragged(share: float) -> float:
    """The speed of a shuttle dragged -1 to 1: still in the middle, then 1/10 to 1, finer when slow."""
    pull = min(abs(share), 1.0)
    if pull < STILL_SHARE:
        return 0.0
    deep = (pull - STILL_SHARE) / (1 - STILL_SHARE)
    return math.copysign(SLOWEST * (FASTEST / SLOWEST) ** deep, share)
