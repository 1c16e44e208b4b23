"""Frame n, exactly that one: index, decoder and cache put together."""

from collections.abc import Callable, Generator
from typing import Any

from runclinic.refused import Refused
from runclinic.video.backend import size_bytes
from runclinic.video.cache import FrameCache
from runclinic.video.decoder import Decoded, Decoder
from runclinic.video.index import FrameIndex
from runclinic.video.source import PROTECTED

# A decoder may put a picture out a little late after damage; past this many later ones it will not come.
STILL_WAITED_FOR = 16
# More failing packets than this share, and the file is protected or of no use (VIDEO.md's table).
MOST_FAILING = 0.2
FEW_PACKETS = 5


class Frames:
    """Decoded frames of one clip by number; one thread at a time."""

    def __init__(
        self,
        decoder: Decoder,
        index: FrameIndex,
        cache: FrameCache[Any],
        apart: Callable[[], Decoder],
    ) -> None:
        """`apart` opens a second decoder of the same file, for a look at the whole."""
        self._decoder = decoder
        self._apart = apart
        self.cache = cache
        self._run: int | None = None
        self._last = -1
        self._left_out = 0  # pictures of packets before this one may be missing from the run
        self.index = index

    def reindex(self, index: FrameIndex) -> None:
        """Go on with a better index of the same packets."""
        if index.packets != self.index.packets:
            self.cache.renumber(
                {k: index.frame_of.get(packet) for k, packet in enumerate(self.index.packets)}
            )
        self._run = None
        self.index = index

    def close(self) -> None:
        """Let go of all pictures and of the decoder."""
        self.cache.clear()
        self._run = None
        self._decoder.close()

    def at(self, k: int) -> Any:
        """Frame k. Raises `Refused` where the file is too damaged to show it."""
        self.cache.travel(k)
        kept = self.cache.get(k)
        if kept is not None:
            return kept
        reaching = self.reaching(k)
        while True:
            try:
                next(reaching)
            except StopIteration as end:
                if end.value is None:
                    raise unshowable(k) from None
                return end.value

    def reaching(self, k: int, since: int | None = None) -> Generator[int, None, Any]:
        """Decodes up to frame k, caching on the way; yields what came, returns frame k or None.

        With `since` it begins early enough for that frame to pass too; where that is k itself, frames on the
        way on which no other depends may be left out. It may be left at any yield. The
        nearest key packet is enough in a sound file; a stream that refreshes its picture bit by bit, or one
        with a damaged key picture, may need an earlier one.
        """
        first = k if since is None else since
        start = self.index.start(first)
        quick = k if since == k and not self.index.damaged_packets else None
        for begin in dict.fromkeys((start, self.index.start_before(start), 0)):
            found = yield from self._decoded_from(begin, k, first, quick)
            first, quick = k, None
            if found is not None:
                return found
        return None

    def decodes_before(self, k: int) -> int:
        """How many packets must be decoded until frame k is there."""
        start, packet = self.index.start(k), self.index.packets[k]
        return max(1, packet + 1 - (self._decoder.position if self._on_the_way(start, k) else start))

    def _on_the_way(self, start: int, k: int) -> bool:
        """Whether frame k is still to come where the decoder stands."""
        to_come = self._last < k and self.index.packets[k] >= self._left_out
        return self._run is not None and to_come and start <= self._decoder.position

    def _decoded_from(self, start: int, k: int, first: int, quick: int | None) -> Generator[int, None, Any]:
        self._begin(start, first, quick)
        while (decoded := self._decoder.next()) is not None:
            shown = self._keep(decoded)
            if shown == k:
                return decoded.picture
            if shown > k + STILL_WAITED_FOR:
                break
            try:
                yield shown
            except GeneratorExit:
                if quick is not None:  # frames were left out: the next run must not carry on here
                    self._run = None
                raise
        self._run = None
        return None

    def _begin(self, start: int, k: int, quick: int | None = None) -> None:
        """Carries on where the decoder stands if it is on its way to frame k, else begins anew."""
        only = None if quick is None else self.index.packets[quick]
        if self._on_the_way(start, k) and (self._run or 0) >= self.index.start_before(start):
            self._decoder.hurry(only)
            self._left_out = max(self._left_out, only or 0)
            return
        self._decoder.start(start, only)
        self._run, self._last, self._left_out = start, -1, only or 0

    def _keep(self, decoded: Decoded) -> int:
        """Caches a picture if it is one to be shown and sound at this distance from the key packet."""
        k = self.index.frame_of.get(decoded.packet, -1)
        if k >= 0 and self.index.ticks[k] >= self.index.trusted_from(self._run or 0):
            self.cache.put(k, decoded.picture, size_bytes(decoded.picture))
            self._last = max(self._last, k)
            return k
        return -1

    def first(self) -> Decoded:
        """The first picture to be shown. Raises `Refused` for a protected or useless file."""
        self._decoder.start(0)
        self._run, self._last, self._left_out = 0, -1, 0
        while (decoded := self._decoder.next()) is not None:
            if self._keep(decoded) >= 0:
                break
        if decoded is None or self._too_many_failures(self._decoder.failures):
            raise Refused(PROTECTED, "Ask for the original clip, or film again.")
        return decoded

    def _too_many_failures(self, failures: int) -> bool:
        return failures > max(FEW_PACKETS, MOST_FAILING * len(self.index.stamps))

    def before_first(self, first: Decoded) -> set[int]:
        """Packets to be shown before the first picture that came: their key picture is not in the file."""
        tick = self.index.ticks[self.index.frame_of[first.packet]]
        return {packet for t, packet in zip(self.index.ticks, self.index.packets, strict=True) if t < tick}

    def tail(self) -> tuple[set[int], set[int]]:
        """Packets of the last group(s) that give no picture, and those that give a damaged one."""
        start = self.index.start(len(self.index) - 1)
        while True:
            seen = dict(self._everything_from(start))
            if start == 0 or any(packet in self.index.frame_of for packet in seen):
                break
            start = self.index.start_before(start)
        trusted = self.index.trusted_from(start)
        expected = {
            packet
            for tick, packet in zip(self.index.ticks, self.index.packets, strict=True)
            if tick >= trusted
        }
        damaged = {packet for packet in expected if seen.get(packet)}
        return expected - set(seen), damaged

    def everything(
        self, look: Callable[[int, Any], None] | None = None
    ) -> Generator[float, None, list[tuple[int, bool]]]:
        """Decodes the whole clip in order with a decoder of its own, so that stepping may go on meanwhile.

        Yields progress 0 to 1 after each picture, calls `look(packet, picture)` with it, and returns
        (packet, damaged) by output. Raises `Refused` where too many packets fail.
        """
        seen: list[tuple[int, bool]] = []
        decoder = self._apart()
        try:
            decoder.start(0)
            while (decoded := decoder.next()) is not None:
                seen.append((decoded.packet, decoded.damaged))
                if look is not None:
                    look(decoded.packet, decoded.picture)
                yield min(1.0, len(seen) / len(self.index.stamps))
            if self._too_many_failures(decoder.failures):
                raise Refused(PROTECTED, "Ask for the original clip, or film again.")
        finally:
            decoder.close()
        yield 1.0
        return seen

    def _everything_from(self, start: int) -> Generator[tuple[int, bool], None, None]:
        self._run = None
        self._decoder.start(start)
        while (decoded := self._decoder.next()) is not None:
            yield decoded.packet, decoded.damaged


def unshowable(k: int) -> Refused:
    """What is said of a frame that no decoding gives."""
    return Refused(f"Frame {k} cannot be shown: the file is damaged there.", "Use the frames beside it.")
