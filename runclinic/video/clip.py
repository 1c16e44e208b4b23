"""A clip that is open: how many frames it truly has, when each is shown, and frame k, exactly that one."""

from collections.abc import Callable, Generator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
import numpy.typing as npt

from runclinic.refused import Refused
from runclinic.video import index_file, source
from runclinic.video.backend import BACKENDS, USUAL, Backend, Name
from runclinic.video.cache import FrameCache
from runclinic.video.decoder import Decoded, Store
from runclinic.video.index import FrameIndex
from runclinic.video.picture import Bgr, Converter, is_interlaced, orientation, stored_size
from runclinic.video.read import Frames

CACHE_BYTES = 300_000_000
LARGE_PIXELS = 16_000_000
NAMED_RANGES = 4


class Clip:
    """An open clip; a context manager.

    For one thread at a time: open it, ask it and close it on the same worker. Frames are counted from 0
    in the order in which they are shown; times count from the first frame. The file's own count and
    duration are never used.
    """

    def __init__(
        self, backend: Backend, store: Store, reader: BinaryIO | None, cache: FrameCache[Any]
    ) -> None:
        self._store = store
        self._reader = reader
        self._closed = False
        self._promised = FrameIndex.from_container(store.stamps, store.time_base)
        if not len(self._promised):
            raise Refused(source.NO_PICTURE, source.COPY_AGAIN)
        self._frames = Frames(
            backend.decoder(store), self._promised, cache, lambda: backend.decoder(store, apart=True)
        )
        first = self._frames.first()
        self._upright = orientation(first.picture)
        self._stored_size = stored_size(first.picture)
        self._converter = self.converter()
        self._settle(first)

    @classmethod
    def open(
        cls,
        clip: str | Path | BinaryIO,
        *,
        cache_bytes: int = CACHE_BYTES,
        cache: FrameCache[Any] | None = None,
        backend: Name = USUAL,
    ) -> Self:
        """Opens a path, or a seekable binary reader (which stays the caller's to close).

        Raises `Refused`, in one plain sentence, for what is no clip: nothing there, a folder, no right to
        read, an empty file, text, noise, sound without a picture, a photo, a protected clip; and after
        10 s. With the backend cv2 also, by name, for a kind that it does not show exactly.
        """
        reader, ours = source.opened(clip)
        try:
            store = BACKENDS[backend].read(reader)
            try:
                kept = cache if cache is not None else FrameCache(cache_bytes)
                return cls(BACKENDS[backend], store, reader if ours else None, kept)
            except BaseException:
                store.close()
                raise
        except BaseException:
            if ours:
                reader.close()
            raise

    def _settle(self, first: Decoded) -> None:
        """Takes out of the index what the container promises and the decoder does not give.

        A look at the first picture and at the last group is enough unless the order of showing is not
        in the file (AVI with B-frames) or two packets may share a picture (interlaced): then all.
        """
        stamps = self._store.stamps
        unordered = self._store.reordered and any(stamp.pts is None for stamp in stamps)
        if is_interlaced(first.picture) or unordered:
            for _ in self.verify():
                pass
            return
        self._frames.reindex(self._frames.index.without(self._frames.before_first(first)))
        if self._store.cut_off or self._store.expected != len(self._promised):
            lost, damaged = self._frames.tail()
            self._frames.reindex(self._frames.index.without(lost, damaged))

    def verify(self, look: Callable[[int, Any], None] | None = None) -> Generator[float, None, None]:
        """Decodes the whole clip once, yielding progress 0 to 1; afterwards count and damage are certain.

        It has a decoder of its own: frames may be asked for between two yields. `look(packet, picture)`
        is given each picture as it comes. Frames that cannot be decoded leave the index, so numbers after
        them move: keep marks by time. Raises `Refused` where more than a fifth of the packets cannot be
        decoded.
        """
        if self._frames.index.verified:
            return
        seen = yield from self._frames.everything(look)
        index = self._promised.seen(seen)
        if not len(index):
            raise Refused(source.PROTECTED, source.COPY_AGAIN)
        self._frames.reindex(index)

    def remembered(self, fingerprint: source.Fingerprint) -> bytes:
        """The verified index, to be kept beside the clip; `fingerprint` is that of the file."""
        return index_file.packed(self._frames.index, fingerprint)

    def recall(self, kept: bytes, fingerprint: source.Fingerprint) -> bool:
        """Takes up a kept index, so that no look at the whole is needed; False if it is another file's."""
        index = index_file.unpacked(kept, fingerprint, self._store.stamps)
        if index is not None:
            self._frames.reindex(index)
        return index is not None

    def converter(self) -> Converter:
        """Another converter of this clip's pictures: one for each thread."""
        return Converter(self._stored_size, self._upright)

    @property
    def frames(self) -> Frames:
        """The decoded frames, for the engine that decodes ahead."""
        return self._frames

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file and of all pictures."""
        if self._closed:
            return
        self._closed = True
        self._frames.close()
        self._store.close()
        if self._reader is not None:
            self._reader.close()

    def frame(self, k: int) -> Bgr:
        """Frame k as uint8[height, width, 3], blue first, upright; a copy that is the caller's own.

        Raises `Refused` for a number outside the clip, and for a frame that is too damaged to show.
        """
        if self._closed:
            raise ValueError("the clip is closed")
        self.refuse_outside(k)
        return self._converter.bgr(self._frames.at(k))

    def refuse_outside(self, k: int) -> None:
        """Raises `Refused` unless k is a frame of the clip."""
        if not 0 <= k < self.frame_count:
            only = f"frames 0 to {self.frame_count - 1}" if self.frame_count > 1 else "one frame, number 0"
            raise Refused(f"There is no frame {k}: this clip has {only}.", "Choose one of these.")

    @property
    def frame_count(self) -> int:
        """How many frames can be shown."""
        return len(self._frames.index)

    @property
    def times_s(self) -> npt.NDArray[np.float64]:
        """Seconds of each frame by the file's own time stamps, first frame 0: float64[n], read only."""
        return self._frames.index.times_s

    @property
    def ticks(self) -> tuple[int, ...]:
        """Presentation time of each frame in ticks of `time_base`, as they stand in the file."""
        return self._frames.index.ticks

    @property
    def time_base(self) -> Fraction:
        """Seconds a tick."""
        return self._frames.index.time_base

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, upright."""
        width, height = self._stored_size
        return (height, width) if self._upright.swaps_sides else (width, height)

    @property
    def stored_size(self) -> tuple[int, int]:
        """Width and height in pixels, as decoded: not yet turned."""
        return self._stored_size

    @property
    def stored_pixel_aspect(self) -> float:
        """Width of a pixel by its height, not yet turned."""
        return self._store.pixel_aspect

    @property
    def pixel_aspect(self) -> float:
        """Width of a pixel by its height, upright; 1.0 for square ones and where the file is silent."""
        aspect = self._store.pixel_aspect
        return 1 / aspect if self._upright.swaps_sides else aspect

    @property
    def rotation(self) -> int:
        """Degrees clockwise by which the stored picture is turned for showing: 0, 90, 180 or 270."""
        return self._upright.clockwise_deg

    @property
    def mirrored(self) -> bool:
        """Whether the file asks for its picture to be mirrored left to right (before it is turned)."""
        return self._upright.mirrored

    @property
    def codec(self) -> str:
        """Name of the picture's coding: h264, hevc, vp9, av1, mjpeg ..."""
        return self._store.codec

    @property
    def variable_rate(self) -> bool:
        """Whether the time from frame to frame varies."""
        return self._frames.index.variable_rate

    @property
    def nominal_fps(self) -> float:
        """Frames a second as stored, for labels only: times come from `times_s`. 0.0 if not known."""
        return self._frames.index.nominal_fps or self._store.average_fps

    @property
    def verified(self) -> bool:
        """Whether every frame has been decoded once."""
        return self._frames.index.verified

    @property
    def damaged(self) -> tuple[int, ...]:
        """The frames known to be damaged: all of them once verified."""
        return self._frames.index.damaged

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a therapist must know of this file, in sentences; empty for a sound one."""
        return tuple(self._said())

    def _said(self) -> Generator[str, None, None]:
        yield from self._said_of_missing()
        if self.damaged:
            yield f"{_frames(len(self.damaged))} damaged: {_ranges(self.damaged)}."
        if self.frame_count == 1:
            yield "This clip is one frame long: stepping and contacts need more."
        if shared := self._frames.index.shared_times:
            yield f"{_frames(shared)} not told apart by time: the file gives the time of the frame before."
        if self._stored_size[0] * self._stored_size[1] > LARGE_PIXELS:
            yield "The picture is large, so stepping is slower."

    def _said_of_missing(self) -> Generator[str, None, None]:
        expected, read, shown = self._store.expected, len(self._promised), self.frame_count
        promised = max(expected, read)
        if expected > read or (self._store.cut_off and expected > shown):
            yield f"The end is missing: {shown} of {promised} frames."
        elif short := self._shortfall_s():
            there = float(self.times_s[-1])
            yield f"The end is missing: {there:.1f} of {there + short:.1f} seconds."
        elif self._store.cut_off:
            yield "The end is missing: the file was cut off while copying."
        elif promised > shown:
            yield f"{promised - shown} of {promised} frames cannot be decoded and are left out."

    def _shortfall_s(self) -> float:
        """Seconds by which the pictures end before a Matroska header says that the clip does, else 0.0."""
        short = self._store.promised_s - float(self.times_s[-1])
        frame_s = 1 / self.nominal_fps if self.nominal_fps else 0.0
        return short if self._store.cut_off and short > 3 * frame_s else 0.0


def _frames(count: int) -> str:
    return "1 frame is" if count == 1 else f"{count} frames are"


def _ranges(numbers: tuple[int, ...]) -> str:
    """4, 7 to 9 and so on; the first few ranges only."""
    ranges: list[tuple[int, int]] = []
    for k in numbers:
        if ranges and ranges[-1][1] == k - 1:
            ranges[-1] = (ranges[-1][0], k)
        else:
            ranges.append((k, k))
    said = [str(a) if a == b else f"{a} to {b}" for a, b in ranges[:NAMED_RANGES]]
    return ", ".join(said) + (" and more" if len(ranges) > NAMED_RANGES else "")
