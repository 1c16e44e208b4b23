"""Frame k of a clip: which packet holds it, when it is shown, and where decoding must begin."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

SAME_INTERVAL_TICKS = 2


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the container says of one packet; times in ticks of the stream's time base."""

    pts: int | None
    dts: int | None
    key: bool = False
    discard: bool = False

    @property
    def tick(self) -> int:
        """When it is shown: the presentation time, or the decoding time where there is no other (AVI)."""
        tick = self.pts if self.pts is not None else self.dts
        if tick is None:
            raise ValueError("a packet without any time")
        return tick


@dataclass(frozen=True)
class FrameIndex:
    """Frames in the order in which they are shown.

    `ticks[k]` is the time of frame k, `packets[k]` the place of its packet in decoding order, `stamps`
    those of all packets in decoding order. `verified` once every frame has been decoded,
    `damaged_packets` those whose pictures the decoder called corrupt. Never changed: a later look makes
    a new index.
    """

    stamps: tuple[Stamp, ...]
    time_base: Fraction
    ticks: tuple[int, ...]
    packets: tuple[int, ...]
    verified: bool = False
    damaged_packets: frozenset[int] = frozenset()

    @classmethod
    def from_container(cls, stamps: Sequence[Stamp], time_base: Fraction) -> Self:
        """Every packet that is to be shown, by time; equal times keep the order of decoding."""
        order = sorted(
            (place for place, stamp in enumerate(stamps) if not stamp.discard),
            key=lambda place: (stamps[place].tick, place),
        )
        return cls(tuple(stamps), time_base, tuple(stamps[place].tick for place in order), tuple(order))

    def seen(self, decoded: Iterable[tuple[int, bool]]) -> Self:
        """The verified index after one decoding of everything: (packet, damaged) in order of output.

        Packets that gave no picture are gone. Where the container has no presentation times, the order
        of output is the order of showing, and the times are the decoding times in that order.
        """
        output = {packet: damaged for packet, damaged in decoded if not self.stamps[packet].discard}
        order = list(output)
        if all(self.stamps[packet].pts is not None for packet in output):
            order.sort(key=lambda packet: (self.stamps[packet].tick, packet))
        return replace(
            self,
            ticks=tuple(sorted(self.stamps[packet].tick for packet in output)),
            packets=tuple(order),
            verified=True,
            damaged_packets=frozenset(packet for packet, damaged in output.items() if damaged),
        )

    def without(self, lost: Iterable[int], damaged: Iterable[int] = ()) -> Self:
        """The same without the frames of the lost packets, and with these known to be damaged."""
        gone = set(lost)
        kept = [pair for pair in zip(self.ticks, self.packets, strict=True) if pair[1] not in gone]
        return replace(
            self,
            ticks=tuple(tick for tick, _ in kept),
            packets=tuple(packet for _, packet in kept),
            damaged_packets=self.damaged_packets | frozenset(damaged),
        )

    def __len__(self) -> int:
        return len(self.ticks)

    @cached_property
    def frame_of(self) -> dict[int, int]:
        """Packet to frame."""
        return {packet: k for k, packet in enumerate(self.packets)}

    @property
    def damaged(self) -> tuple[int, ...]:
        """The frames that are known to be damaged."""
        return tuple(k for k, packet in enumerate(self.packets) if packet in self.damaged_packets)

    @cached_property
    def times_s(self) -> npt.NDArray[np.float64]:
        """Seconds of each frame, counted from the first: float64[n], cannot be written to."""
        steps = np.asarray(self.ticks, dtype=np.int64)
        counted = steps - steps[0] if len(steps) else steps
        times = counted * self.time_base.numerator / self.time_base.denominator
        times.flags.writeable = False
        return times

    @cached_property
    def _keys(self) -> list[int]:
        return [place for place, stamp in enumerate(self.stamps) if stamp.key]

    def start(self, k: int) -> int:
        """The packet from which decoding must begin to show frame k.

        It is the last key packet that comes no later than the frame in decoding order and in order of
        showing: pictures before an open group's key picture need the group before it.
        """
        place = bisect_right(self._keys, self.packets[k]) - 1
        while place >= 0 and self.stamps[self._keys[place]].tick > self.ticks[k]:
            place -= 1
        return self._keys[place] if place >= 0 else 0

    def start_before(self, packet: int) -> int:
        """The key packet before this one, or the very first packet."""
        place = bisect_right(self._keys, packet - 1) - 1
        return self._keys[place] if place >= 0 else 0

    def trusted_from(self, start: int) -> int:
        """The earliest tick that a decoder begun at this packet shows as it should."""
        return self.stamps[start].tick if start else min(stamp.tick for stamp in self.stamps)

    @cached_property
    def variable_rate(self) -> bool:
        """Whether any interval is off the median by more than two ticks (or by half of it)."""
        if len(self.ticks) < 3:
            return False
        intervals = np.diff(np.asarray(self.ticks, dtype=np.int64))
        middle = float(np.median(intervals))
        allowed = min(SAME_INTERVAL_TICKS, middle / 2)
        return bool(np.any(np.abs(intervals - middle) > allowed))

    @cached_property
    def nominal_fps(self) -> float:
        """Frames a second, 0.0 where there is no interval.

        At constant rate of the mean interval, because a coarse clock rounds each one; else of the median.
        """
        if len(self.ticks) < 2 or self.ticks[-1] == self.ticks[0]:
            return 0.0
        intervals = np.diff(self.times_s)
        interval = float(np.median(intervals) if self.variable_rate else np.mean(intervals))
        return 1.0 / interval if interval > 0 else 0.0

    @property
    def shared_times(self) -> int:
        """How many frames have the same time as the frame before."""
        return sum(first == second for first, second in zip(self.ticks, self.ticks[1:], strict=False))
