"""A second copy of a long-group clip in which every frame stands alone, so that any jump is short.

Measurements stay on the original: the copy's frame k has the time stamp of the original's frame k.
"""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Protocol

import av
import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame

from runclinic.refused import Refused
from runclinic.video.clip import Clip
from runclinic.video.index import FrameIndex

NAME = "working-copy-1"  # of the file beside the film; another coding gets another number
# A jump decodes half a group on average and a whole one at worst; above this it is felt (VIDEO.md 7).
FELT_MS = 150.0
# Measured on two slow cores: decoding H.264 or HEVC, 2 to 8 ms a frame of 2 megapixels (VIDEO.md 4).
MS_A_MEGAPIXEL = 2.5
# Measured with these settings on filmed and drawn clips: 0.15 to 1.3 bits a pixel.
BITS_A_PIXEL = 1.2
# A copy is read whole when it is opened: 3 to 4 ms a megabyte (measured on two slow cores).
MOST_BYTES = 400_000_000
CODING = {"preset": "ultrafast", "tune": "fastdecode", "crf": "16", "g": "1"}
FRAGMENTS = {"movflags": "empty_moov+default_base_moof", "frag_duration": "1000000"}
EIGHT_BIT, TEN_BIT = "yuv420p", "yuv420p10le"


class Sink(Protocol):
    """Where the copy goes, in order, to a file or through a cipher: `write` alone is used."""

    def write(self, data: bytes, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Worth:
    """Whether a copy is worth its room: what a jump costs at worst now, and about how large it would be."""

    jump_ms: float
    copy_bytes: int

    @property
    def yes(self) -> bool:
        """A felt wait, and a copy of bearable size."""
        return self.jump_ms > FELT_MS and self.copy_bytes <= MOST_BYTES


def longest_group(index: FrameIndex) -> int:
    """Packets from one key packet to the next, at most."""
    keys = [place for place, stamp in enumerate(index.stamps) if stamp.key]
    ends = [*keys, len(index.stamps)]
    return max((later - earlier for earlier, later in pairwise(ends)), default=0)


def worth(clip: Clip) -> Worth:
    """By the clip's longest group and its size."""
    width, height = clip.size
    megapixels = width * height / 1e6
    return Worth(
        longest_group(clip.frames.index) * megapixels * MS_A_MEGAPIXEL,
        int(clip.frame_count * megapixels * 1e6 * BITS_A_PIXEL / 8),
    )


def making(clip: Clip, sink: Sink) -> Generator[float, None, int]:
    """Writes the copy (H.264, every frame a key, fragmented MP4), yielding progress; returns its frames.

    A long job: closed at a yield it ends, and what was written is of no use. A frame that cannot be shown is
    a grey one, so that numbers stay the same. Raises `Refused` where the sink does (a full disk).
    """
    count, base = clip.frame_count, clip.time_base
    first = clip.ticks[0]
    target = Forward(sink)
    container: Any = av.open(target, "w", format="mp4", options=FRAGMENTS)
    stream: Any = None
    try:
        for k in range(count):
            frame = _frame(clip, k)
            if stream is None:
                stream = _stream(container, frame, base, clip)
            frame.time_base, frame.pts = base, clip.ticks[k] - first
            container.mux(stream.encode(frame))
            yield (k + 1) / count * 0.99
        container.mux(stream.encode())
    except FFmpegError as error:
        target.raise_what_failed()
        raise Refused(f"The working copy could not be made ({error.strerror}).") from error
    finally:
        with suppress(FFmpegError):  # a sink that is full takes no ending either
            container.close()
    target.raise_what_failed()
    yield 1.0
    return count


class Forward:
    """A sink as FFmpeg wants it: only forward."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._failure: Exception | None = None

    def write(self, data: bytes) -> int:
        try:
            self._sink.write(bytes(data))
        except Exception as failure:
            self._failure = self._failure or failure
            raise
        return len(data)

    def raise_what_failed(self) -> None:
        """Raises what a write failed with, if any did: FFmpeg does not always pass it on."""
        if self._failure is not None:
            raise self._failure


def _frame(clip: Clip, k: int) -> VideoFrame:
    """Frame k as stored, 4:2:0 with its tags; grey where it cannot be shown."""
    try:
        picture = clip.frames.at(k)
    except Refused:
        width, height = clip.stored_size
        return VideoFrame.from_ndarray(np.full((height, width, 3), 128, dtype=np.uint8), format="bgr24")
    if isinstance(picture, np.ndarray):
        return VideoFrame.from_ndarray(picture, format="bgr24")
    depth = max(component.bits for component in picture.format.components)
    return picture.reformat(format=TEN_BIT if depth > 8 else EIGHT_BIT)


def _stream(container: Any, frame: VideoFrame, base: Fraction, clip: Clip) -> Any:
    stream = container.add_stream("libx264", options=CODING)
    width, height = clip.stored_size
    stream.width, stream.height = width // 2 * 2, height // 2 * 2
    stream.pix_fmt = TEN_BIT if frame.format.name == TEN_BIT else EIGHT_BIT
    context = stream.codec_context
    context.time_base = stream.time_base = base
    context.colorspace, context.color_range = frame.colorspace, frame.color_range
    context.color_trc, context.color_primaries = frame.color_trc, frame.color_primaries
    aspect = Fraction(clip.stored_pixel_aspect).limit_denominator(1000)
    if aspect != 1:
        context.sample_aspect_ratio = aspect
    if clip.rotation or clip.mirrored:
        turned = clip.rotation if clip.mirrored else -clip.rotation  # it is mirrored after the turn here
        stream.set_display_rotation(turned % 360, hflip=clip.mirrored)
    return stream


def same_frames(copy: Clip, original: Clip) -> bool:
    """Whether each frame of the copy is that of the original, by time; else the copy is thrown away."""
    if copy.frame_count != original.frame_count:
        return False
    tick_s = max(float(copy.time_base), float(original.time_base))
    return bool(np.all(np.abs(copy.times_s - original.times_s) <= tick_s))
