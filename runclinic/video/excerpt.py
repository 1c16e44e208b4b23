"""Some seconds of a film that is too long or too large to be stepped as a whole, copied frame by frame."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError

from runclinic.refused import Refused
from runclinic.video.cv import opencv
from runclinic.video.packets import FORMATS, picture_stream
from runclinic.video.picture import Converter, orientation, stored_size
from runclinic.video.source import COPY_AGAIN, NOT_A_VIDEO, opened
from runclinic.video.working_copy import FRAGMENTS, Forward, Sink

# Above either the window asks for a range (VIDEO.md 6).
LONGEST_S, LARGEST_BYTES = 30 * 60.0, 2_000_000_000
MICROSECONDS = 1_000_000
STILL_WIDTH = 640
INTER_AREA = 3  # of OpenCV
Bgr = npt.NDArray[np.uint8]
# MPEG-TS is sought by bytes and may land behind: then so far before it.
SEEK_BACK_S = (0.0, 2.0, 10.0)


@dataclass(frozen=True, slots=True)
class Length:
    """Seconds and bytes of a file, by its header; whether that is too much to be stepped as a whole."""

    seconds: float
    bytes: int

    @property
    def too_much(self) -> bool:
        """Longer than half an hour, or larger than 2 GB."""
        return self.seconds > LONGEST_S or self.bytes > LARGEST_BYTES


def length(path: Path) -> Length:
    """How long and large a film is; seconds 0.0 where its header does not say. Raises `Refused`."""
    reader, _ = opened(path)
    with reader:
        size = path.stat().st_size
        try:
            with _container(reader) as container:
                return Length((container.duration or 0) / MICROSECONDS, size)
        except Refused:
            if size > LARGEST_BYTES:
                raise
            return Length(0.0, size)  # what is wrong with it is said when it is opened


def picture_at(path: Path, at_s: float, width: int = STILL_WIDTH) -> Bgr:
    """The key picture last before this second, upright and `width` pixels wide: uint8[h, w, 3], blue first.

    To choose seconds by; for exact frames a film is taken in first. Raises `Refused` where there is none.
    """
    reader, _ = opened(path)
    with reader, _container(reader) as container:
        stream: Any = picture_stream(container)
        try:
            key = next(_from_key(container, stream, at_s), None)
            if key is not None:
                codec = stream.codec_context
                for frame in (*codec.decode(key), *codec.decode(None)):
                    return _still(frame, width)
        except FFmpegError as error:
            raise Refused(f"The picture at {at_s:.0f} s cannot be shown ({error.strerror}).") from error
    raise Refused("There is no picture at this place.", "Choose another one.")


def _still(frame: Any, width: int) -> Bgr:
    size = stored_size(frame)
    picture = Converter(size, orientation(frame)).bgr(frame)
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    return np.asarray(opencv().resize(picture, (width, height), interpolation=INTER_AREA), dtype=np.uint8)


def cutting(path: Path, sink: Sink, from_s: float, to_s: float) -> Generator[float, None, None]:
    """Copies the pictures from `from_s` (or the key frame before it) to `to_s` into an MP4 file, as they are.

    A long job: yields progress. Nothing is coded anew, so frames and the time between them stay exact; the
    sound is left out. Raises `Refused` for what is no film, and for a range without a picture.
    """
    reader, _ = opened(path)
    with reader, _container(reader) as container:
        stream: Any = picture_stream(container)
        base, start = stream.time_base, stream.start_time or 0
        with av.open(Forward(sink), "w", format="mp4", options=FRAGMENTS) as target:
            copy: Any = target.add_stream_from_template(stream)
            first: int | None = None
            for packet in _whole(_from_key(container, stream, from_s), start + to_s / base):
                first = packet.dts if first is None else first
                done = float((packet.dts - start) * base - from_s) / max(to_s - from_s, 1e-6)
                packet.pts, packet.dts, packet.stream = packet.pts - first, packet.dts - first, copy
                target.mux(packet)
                yield min(max(done, 0.0), 0.99)
            if first is None:
                raise Refused("There is no picture in these seconds.", "Choose others.")
    yield 1.0


def _whole(packets: Iterator[Any], to: float) -> Iterator[Any]:
    """Those up to a tick of decoding time, then those shown before the last of them.

    Pictures shown before the first key need the group before it, which is not copied.
    """
    key: int | None = None
    last = 0
    for packet in packets:
        key = packet.pts if key is None else key
        if packet.dts > to and packet.dts > last:
            return
        if packet.pts >= key and (packet.dts <= to or packet.pts < last):
            last = max(last, packet.pts)
            yield packet


def _from_key(container: Any, stream: Any, from_s: float) -> Iterator[Any]:
    """Packets from the last key packet not after `from_s` that a seek finds, or from the start."""
    start = stream.start_time or 0
    for back_s in SEEK_BACK_S:
        container.seek(int(start + (from_s - back_s) / stream.time_base), stream=stream)
        packets = (packet for packet in container.demux(stream) if packet.pts is not None and packet.size)
        ahead = dropwhile(lambda packet: not packet.is_keyframe, packets)
        key = next(ahead, None)
        if key is not None and (key.pts - start) * stream.time_base <= from_s:
            yield key
            yield from ahead
            return
    container.seek(start, stream=stream)
    whole = (packet for packet in container.demux(stream) if packet.pts is not None and packet.size)
    yield from dropwhile(lambda packet: not packet.is_keyframe, whole)


def _container(reader: Any) -> Any:
    try:
        return av.open(reader, mode="r", options={"format_whitelist": FORMATS}, metadata_errors="replace")
    except (FFmpegError, OSError, ValueError):
        raise Refused(NOT_A_VIDEO, COPY_AGAIN) from None
