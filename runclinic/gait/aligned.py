"""Two films on one clock: a moment of each is put upon the other, and both are stepped by true time."""

from dataclasses import dataclass

import numpy as np

from runclinic.gait.analyse import Analysis
from runclinic.gait.contacts import Side
from runclinic.gait.filming import FloatArray

USUAL_S = 1 / 60  # of a film of one frame, which has no rate of its own


@dataclass(frozen=True, eq=False, slots=True)
class Aligned:
    """Films of different rates meet by time, never by frame number.

    `times_s` are the true times of each film's frames (s, float[n], rising); `origins_s` the moment of each,
    on its own clock, that is 0 s here.
    """

    times_s: tuple[FloatArray, FloatArray]
    origins_s: tuple[float, float]

    @property
    def finer(self) -> int:
        """The film (0 or 1) with more frames in a second of true time; the first of equals."""
        apart = [_frame_s(times) for times in self.times_s]
        return 1 if apart[1] < apart[0] else 0

    @property
    def span_s(self) -> tuple[float, float]:
        """From when to when at least one of the films has a picture."""
        ends = [
            (float(t[0]) - o, float(t[-1]) - o) for t, o in zip(self.times_s, self.origins_s, strict=True)
        ]
        return min(start for start, _ in ends), max(end for _, end in ends)

    def frame(self, film: int, at_s: float) -> int:
        """The frame of one film that is nearest to a moment; its first or last one where it has none."""
        return nearest(self.times_s[film], at_s + self.origins_s[film])

    def at(self, film: int, frame: int) -> float:
        """The moment of a frame, in s from where both are aligned."""
        return float(self.times_s[film][frame]) - self.origins_s[film]

    def stepped(self, at_s: float, frames: int) -> float:
        """The moment so many frames on (or back) in the finer film; where that one ends, in the other."""
        for film in (self.finer, 1 - self.finer):
            here = self.frame(film, at_s)
            there = min(max(here + frames, 0), len(self.times_s[film]) - 1)
            if there != here:
                return self.at(film, there)
        return at_s

    def put_upon(self, frames: tuple[int, int]) -> "Aligned":
        """The same films with these two frames upon one another."""
        first, second = (float(times[k]) for times, k in zip(self.times_s, frames, strict=True))
        return Aligned(self.times_s, (first, second))


def nearest(times_s: FloatArray, at_s: float) -> int:
    """The frame nearest to a time on the film's own clock; the earlier of two equally near."""
    later = int(np.searchsorted(times_s, at_s))
    if later >= len(times_s):
        return len(times_s) - 1
    if later and at_s - times_s[later - 1] <= times_s[later] - at_s:
        return later - 1
    return later


def landings(found: Analysis | None, side: Side) -> tuple[int, ...]:
    """The frames of initial contact of one foot, in order."""
    events = found.feet.events if found is not None else ()
    return tuple(
        sorted(event.frame for event in events if event.side == side and event.kind == "initial_contact")
    )


def near_to(frames: tuple[int, ...], frame: int) -> int | None:
    """Of these frames the one nearest to another; None where there are none."""
    return min(frames, key=lambda each: abs(each - frame), default=None)


def _frame_s(times_s: FloatArray) -> float:
    return float(np.median(np.diff(times_s))) if len(times_s) > 1 else USUAL_S
