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

from runclinic.video.index import Stamp
from runclinic.video.packets import PacketStore, Place

MOST_THREADS = 4


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
    def next(self) -> Decoded | None: ...
    def close(self) -> None: ...


class PyAVDecoder:
    """FFmpeg's decoders through PyAV, fed from a packet store.

    Pictures are told apart by the packet they came from, never by their time.
    """

    def __init__(self, store: PacketStore, *, apart: bool = False) -> None:
        """With `apart`, a decoder of its own beside the store's first one."""
        self._store = store
        self._opened: list[InputContainer] = []
        self._plain = False
        self._context: Any = store.stream.codec_context
        if apart:
            container, self._context = store.another()
            self._opened.append(container)
        self._context.copy_opaque = True
        self._context.thread_type = "AUTO"
        self._context.thread_count = min(MOST_THREADS, os.cpu_count() or 1)
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
        self._only = only
        self._context.skip_frame = "DEFAULT" if only is None else "NONREF"
        self._context.flush_buffers()
        self._ready.clear()
        self._given.clear()
        self._begun = self.position = packet
        self.failures = 0
        self._drained = False

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
        """Lets go of what was opened here."""
        self._ready.clear()
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
            self._drained = True
        except FFmpegError:
            self._drained = self._plain
            if not self._drained:
                self._go_plain()

    def _take(self, pictures: Iterable[VideoFrame]) -> None:
        for picture in pictures:
            place = picture.opaque
            if isinstance(place, Place) and place.number not in self._given:
                self._ready.append(Decoded(place.number, picture, picture.is_corrupt))

    def _go_plain(self) -> None:
        """Once more from the start of this run, without threads.

        Threads report a broken last packet only while they are emptied, and PyAV then gives none of the
        sound pictures behind it. Without threads every packet fails on its own.
        """
        container, self._context = self._store.another()
        self._opened.append(container)
        self._plain = True
        self._context.thread_type = "NONE"
        self._context.copy_opaque = True
        self.position = self._begun
        self.failures = 0
