"""From packets to pictures: a decoder that can begin at any key packet."""

import os
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame

from runclinic.video import budget
from runclinic.video.index import Stamp
from runclinic.video.packets import PacketStore, Place

# Twice as many as there are cores: none of them waits while a picture is handed on (a jump of 240 frames on
# two cores took 0.63 s with four, 0.80 s with two).
MOST_THREADS = 8


@dataclass(frozen=True, slots=True)
class Decoded:
    """One picture (`picture.py` knows its kinds), the packet it came from, and whether it is corrupt."""

    packet: int
    picture: Any
    damaged: bool


class Store(Protocol):
    """A file's picture stream: what it says of each packet, and what it is."""

    @property
    def stamps(self) -> tuple[Stamp, ...]: ...
    @property
    def time_base(self) -> Fraction: ...
    @property
    def expected(self) -> int: ...
    @property
    def cut_off(self) -> bool: ...
    @property
    def codec(self) -> str: ...
    @property
    def pixel_aspect(self) -> float: ...
    @property
    def average_fps(self) -> float: ...
    @property
    def reordered(self) -> bool: ...
    @property
    def promised_s(self) -> float: ...
    def close(self) -> None: ...


class Decoder(Protocol):
    """What a backend offers: begin at a key packet, then one picture after the other in order of showing.

    `position` is the packet that is fed next, `failures` how many packets could not be decoded since the
    start.
    """

    position: int
    failures: int

    def start(self, packet: int, only: int | None = None) -> None: ...
    def hurry(self, only: int | None) -> None: ...
    def next(self) -> Decoded | None: ...
    def close(self) -> None: ...


class PyAVDecoder:
    """FFmpeg's decoders through PyAV, fed from a packet store.

    Pictures are told apart by the packet they came from, never by their time.
    """

    def __init__(self, store: PacketStore, *, apart: bool = False) -> None:
        """With `apart`, one of its own beside the store's first. Its threads give way to the window's."""
        self._store = store
        self._opened: list[InputContainer] = []
        self._plain = False
        self._context: Any = store.stream.codec_context
        if apart:
            container, self._context = store.another()
            self._opened.append(container)
        self._context.copy_opaque = True
        self._context.thread_type = "AUTO"
        self._context.thread_count = min(MOST_THREADS, 2 * (os.cpu_count() or 1))
        budget.less_urgently(lambda: self._context.open(strict=False))
        self._ready: deque[Decoded] = deque()
        self._given: set[int] = set()
        self._begun = 0
        self._only: int | None = None
        self._drained = False
        self.position = 0
        self.failures = 0

    def start(self, packet: int, only: int | None = None) -> None:
        """Forget what went before and begin at this packet.

        With `only`, pictures before that packet on which no other depends are left out: a quarter to two
        fifths less to decode (VIDEO.md 3).
        """
        self.hurry(only)
        self._context.flush_buffers()
        self._ready.clear()
        self._given.clear()
        self._begun = self.position = packet
        self.failures = 0
        self._drained = False

    def hurry(self, only: int | None) -> None:
        """From where it stands, leave such pictures out up to that packet; None: no longer any."""
        self._only = only
        self._context.skip_frame = "DEFAULT" if only is None else "NONREF"

    def next(self) -> Decoded | None:
        """The next picture in order of showing, or None after the last."""
        while not self._ready:
            if self._drained:
                return None
            if self.position < len(self._store.packets):
                self._feed()
            else:
                self._drain()
        decoded = self._ready.popleft()
        self._given.add(decoded.packet)
        return decoded

    def close(self) -> None:
        """Lets go of what was opened here.

        It is emptied first: there PyAV waits for what its threads still decode without the interpreter's
        lock; when the decoder goes, it holds it.
        """
        self._ready.clear()
        self._context.flush_buffers()
        for container in self._opened:
            container.close()
        self._opened.clear()

    def _feed(self) -> None:
        if self._only is not None and self.position >= self._only:
            self._only = None
            self._context.skip_frame = "DEFAULT"
        packet = self._store.packets[self.position]
        self.position += 1
        try:
            self._take(self._context.decode(packet))
        except FFmpegError:
            self.failures += 1

    def _drain(self) -> None:
        try:
            self._take(self._context.decode(None))
            self._drained = self._plain or not self._end_is_missing()
        except FFmpegError:
            self._drained = self._plain
        if not self._drained:
            self._go_plain()

    def _end_is_missing(self) -> bool:
        """Whether a file that was cut off gave fewer pictures at its end than there are packets."""
        last = range(max(self._begun, len(self._store.packets) - 2 * MOST_THREADS), len(self._store.packets))
        here = self._given | {decoded.packet for decoded in self._ready}
        return self._store.cut_off and not here.issuperset(last)

    def _take(self, pictures: Iterable[VideoFrame]) -> None:
        for picture in pictures:
            place = picture.opaque
            if isinstance(place, Place) and place.number not in self._given:
                self._ready.append(Decoded(place.number, picture, picture.is_corrupt))

    def _go_plain(self) -> None:
        """Once more from the start of this run, without threads.

        Threads report a broken last packet only while they are emptied, or not at all, and some of the sound
        pictures beside it are lost. Without threads every packet fails on its own.
        """
        container, self._context = self._store.another()
        self._opened.append(container)
        self._plain = True
        self._context.thread_type = "NONE"
        self._context.copy_opaque = True
        self.position = self._begun
        self.failures = 0
