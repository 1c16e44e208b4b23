"""All packets of a clip's picture stream, read once and kept: random access without the container."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from runclinic.refused import Refused
from runclinic.video.index import Stamp
from runclinic.video.source import (
    CHOOSE_VIDEO,
    COPY_AGAIN,
    NO_PICTURE,
    NOT_A_VIDEO,
    PROTECTED,
    Watched,
    is_short,
)

# What a clinic can bring. Playlists and other formats that open further files or the network are not
# among them: a text file named .mp4 must not make the program go and fetch something.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,mxf,dv,nut,ogg,ivf,wav,flac,h264,hevc"
)
COUNTED_FORMATS = frozenset({"mov", "avi"})
EXPORT = "Export it from the phone as H.264 (MP4)."


class Place:
    """A packet's place in decoding order, handed through the decoder to the picture it gives.

    One object a packet: PyAV keeps these by identity, and equal small integers would be one.
    """

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


@dataclass(frozen=True)
class PacketStore:
    """Packets in decoding order, each carrying its own `Place` as `opaque`.

    `stamps[d]` is what the container says of packet d; `expected` how many shown frames the container's
    own index promises (0: it has none); `cut_off` that reading ended in an error or a broken packet.
    """

    reader: Watched
    container: InputContainer
    stream: VideoStream
    packets: tuple[Any, ...]
    stamps: tuple[Stamp, ...]
    expected: int
    cut_off: bool

    def plain(self) -> tuple[InputContainer, Any]:
        """The same file opened once more, and a decoder of its picture stream that uses no threads."""
        self.reader.seek(0)
        container = _container(self.reader)
        context = container.streams[self.stream.index].codec_context
        context.thread_type = "NONE"
        return container, context

    def close(self) -> None:
        """Lets go of the file."""
        self.container.close()


def read(seekable: BinaryIO) -> PacketStore:
    """Reads the picture stream of a seekable reader. Raises `Refused` where there is none to read."""
    reader = Watched(seekable)
    container = _container(reader)
    try:
        stream = _picture_stream(container)
        packets, broken = _demux(container, stream)
        reader.raise_what_failed()
        return _store(reader, container, stream, packets, broken=broken)
    except BaseException:
        container.close()
        raise


def _container(reader: Watched) -> InputContainer:
    try:
        return av.open(reader, mode="r", options={"format_whitelist": FORMATS}, metadata_errors="replace")
    except Refused:
        raise
    except (FFmpegError, OSError, ValueError, OverflowError, MemoryError):
        reader.raise_what_failed()
        raise Refused(NOT_A_VIDEO, COPY_AGAIN) from None


def _picture_stream(container: InputContainer) -> VideoStream:
    """The first picture stream that is no cover picture; one marked as default comes first."""
    pictures = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not pictures:
        raise Refused(NO_PICTURE, CHOOSE_VIDEO)
    pictures.sort(key=lambda s: not s.disposition & Disposition.default)
    stream = pictures[0]
    if getattr(stream, "codec_context", None) is None:
        raise Refused("This clip is coded in a way that cannot be read here.", EXPORT)
    return stream


def _demux(container: InputContainer, stream: VideoStream) -> tuple[list[Any], bool]:
    packets: list[Any] = []
    try:
        packets.extend(packet for packet in container.demux(stream) if packet.size)
    except (FFmpegError, OSError):
        return packets, True
    return packets, bool(packets and packets[-1].is_corrupt)


def _store(
    reader: Watched, container: InputContainer, stream: VideoStream, packets: list[Any], *, broken: bool
) -> PacketStore:
    if not packets:
        raise Refused(NO_PICTURE, COPY_AGAIN)
    # AVI holds no presentation times; what FFmpeg puts there is a guess that B-frames belie.
    guessed = container.format.name == "avi"
    if any(packet.dts is None and (guessed or packet.pts is None) for packet in packets):
        raise Refused("This file holds pictures without their times.", EXPORT)
    if packets[0].has_sidedata("encryption_info"):
        raise Refused(PROTECTED, "Ask for a copy without protection, or film again.")
    for place, packet in enumerate(packets):
        packet.opaque = Place(place)
    return PacketStore(
        reader,
        container,
        stream,
        tuple(packets),
        tuple(Stamp(None if guessed else p.pts, p.dts, p.is_keyframe, p.is_discard) for p in packets),
        _promised(container, stream),
        broken or is_short(reader, container.format.name),
    )


def _promised(container: InputContainer, stream: VideoStream) -> int:
    """Shown frames by the container's own index, where it lists every packet (MP4, MOV, AVI)."""
    if not COUNTED_FORMATS & set(container.format.name.split(",")):
        return 0
    return sum(1 for entry in _entries(stream) if not entry.is_discard)


def _entries(stream: VideoStream) -> Iterator[Any]:
    entries = stream.index_entries
    for place in range(len(entries)):
        yield entries[place]
