"""When each frame of a film is shown: exact, on the file's own clock, and kept in few bytes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import groupby, pairwise

import msgspec
import numpy as np

from runclinic.gait.filming import ClipFacts, FloatArray
from runclinic.refused import Refused

NAME = "frame-times-1"  # of the file beside the film; another layout gets another number
Run = tuple[int, int]


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """The layout: the clock's fraction of a second, the nominal rate, and runs of (frames, ticks)."""

    base: tuple[int, int]
    nominal_fps: float
    runs: tuple[Run, ...]


@dataclass(frozen=True, eq=False)
class FrameTimes:
    """Ticks of each frame counted from the first, how long a tick is (s), and the file's nominal rate."""

    ticks: tuple[int, ...]
    time_base: Fraction
    nominal_fps: float

    @classmethod
    def of(cls, ticks: Sequence[int], time_base: Fraction, nominal_fps: float) -> "FrameTimes":
        """From presentation times as they stand in the file."""
        return cls(tuple(tick - ticks[0] for tick in ticks), time_base, nominal_fps)

    def __len__(self) -> int:
        return len(self.ticks)

    @cached_property
    def times_s(self) -> FloatArray:
        """Seconds of each frame from the first one, by the file: float64[n]."""
        counted = np.asarray(self.ticks, dtype=np.int64)
        return counted * self.time_base.numerator / self.time_base.denominator

    @property
    def facts(self) -> ClipFacts:
        """The same as the measures of the stride take it."""
        return ClipFacts(self.times_s, self.nominal_fps)

    def pack(self) -> bytes:
        """Few bytes where the rate is even (half an hour at 240 frames/s: under 100), else a few a frame."""
        base = self.time_base.numerator, self.time_base.denominator
        return msgspec.msgpack.encode(_Kept(base, self.nominal_fps, tuple(_runs(self.ticks))))

    @classmethod
    def unpack(cls, kept: bytes) -> "FrameTimes":
        """What `pack` made. Refused if it is anything else."""
        try:
            read = msgspec.msgpack.decode(kept, type=_Kept)
            base = Fraction(*read.base)
        except (msgspec.DecodeError, ZeroDivisionError) as problem:
            raise Refused("The kept frame times cannot be read.", "Import the film again.") from problem
        steps = np.repeat([step for _, step in read.runs], [frames for frames, _ in read.runs])
        ticks: list[int] = np.concatenate([[0], np.cumsum(steps)]).astype(np.int64).tolist()
        return cls(tuple(ticks), base, read.nominal_fps)


def _runs(ticks: Sequence[int]) -> Iterable[Run]:
    for step, same in groupby(after - before for before, after in pairwise(ticks)):
        yield len(tuple(same)), step
