"""All packets of a clip's picture stream, read once and kept: random access without the container."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, BinaryIO, overload

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
    TAKE_A_RANGE,
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
# So much of a clip's packets is kept in memory (VIDEO.md 6); of the rest the place in the file, where the
# container tells it. Where it does not (MPEG-TS), all are kept up to the larger limit.
KEPT_BYTES = 256_000_000
MOST_BYTES = 1_000_000_000
# A container's own header before a packet's bytes (Matroska block, AVI chunk) is shorter than this.
HEADER_BYTES = 64
RECOGNISED_BYTES = 32


class Place:
    """A packet's place in decoding order, handed through the decoder to the picture it gives.

    One object a packet: PyAV keeps these by identity, and equal small integers would be one.
    """

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


@dataclass(frozen=True, slots=True)
class Spot:
    """A packet left in the file: where its bytes lie, how many, and their CRC-32."""

    offset: int
    size: int
    crc: int


class Packets(Sequence[Any]):
    """Packets in decoding order, each with its `Place` as `opaque`; those beyond a limit are read anew."""

    def __init__(self, reader: Watched, time_base: Fraction, kept_bytes: int = KEPT_BYTES) -> None:
        self._reader = reader
        self._time_base = time_base
        self._room = kept_bytes
        self._bytes = 0
        self._packets: list[Any] = []
        self.stamps: list[Stamp] = []

    def add(self, packet: Any) -> None:
        """Keeps a packet, or its place in the file. Raises `Refused` where neither is possible."""
        self.stamps.append(Stamp(packet.pts, packet.dts, packet.is_keyframe, packet.is_discard))
        self._bytes += packet.size
        spot = self._spot(packet) if self._bytes > self._room else None
        if spot is None and self._bytes > MOST_BYTES:
            raise Refused("This clip is too large to be stepped as a whole.", TAKE_A_RANGE)
        if spot is None:
            packet.opaque = Place(len(self._packets))
        self._packets.append(spot or packet)

    def _spot(self, packet: Any) -> Spot | None:
        if packet.pos is None or packet.pos < 0:
            return None
        data = bytes(packet)
        self._reader.seek(packet.pos)
        ahead = self._reader.read(HEADER_BYTES + RECOGNISED_BYTES)
        found = ahead.find(data[:RECOGNISED_BYTES])
        if found < 0:
            return None
        self._reader.seek(packet.pos + found)
        same = self._reader.read(len(data)) == data
        return Spot(packet.pos + found, len(data), zlib.crc32(data)) if same else None

    def in_time(self) -> None:
        """The clip is open: from here on reading may take its time."""
        self._reader.in_time()

    @property
    def held_bytes(self) -> int:
        """Bytes of the packets that are in memory."""
        return sum(packet.size for packet in self._packets if not isinstance(packet, Spot))

    def __len__(self) -> int:
        return len(self._packets)

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> list[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        packet = self._packets[place]
        return self._fetched(place, packet) if isinstance(packet, Spot) else packet

    def _fetched(self, place: int, spot: Spot) -> Any:
        self._reader.seek(spot.offset)
        data = self._reader.read(spot.size)
        if zlib.crc32(data) != spot.crc:
            raise Refused("The clip's file was changed or taken away.", COPY_AGAIN)
        stamp = self.stamps[place]
        packet: Any = av.Packet(data)
        packet.pts, packet.dts, packet.time_base = stamp.pts, stamp.dts, self._time_base
        packet.is_keyframe = stamp.key
        packet.opaque = Place(place)
        return packet


@dataclass(frozen=True)
class PacketStore:
    """Packets in decoding order, each carrying its own `Place` as `opaque`.

    `stamps[d]` is what the container says of packet d; `expected` how many shown frames the container's
    own index promises (0: it has none); `cut_off` that reading ended in an error or a broken packet.
    """

    reader: Watched
    container: InputContainer
    stream: VideoStream
    packets: Packets
    stamps: tuple[Stamp, ...]
    expected: int
    cut_off: bool

    @property
    def time_base(self) -> Fraction:
        return Fraction(self.stream.time_base or 1)

    @property
    def codec(self) -> str:
        return self.stream.codec_context.codec.canonical_name

    @property
    def pixel_aspect(self) -> float:
        return float(self.stream.sample_aspect_ratio or 1) or 1.0

    @property
    def average_fps(self) -> float:
        return float(self.stream.average_rate or 0)

    @property
    def reordered(self) -> bool:
        """Whether pictures may come in another order than that of their packets."""
        return bool(self.stream.codec_context.has_b_frames)

    @property
    def promised_s(self) -> float:
        """How long a Matroska header says that the clip lasts; 0.0 for others, which list their packets."""
        matroska = "matroska" in self.container.format.name
        return (self.container.duration or 0) / 1e6 if matroska else 0.0

    def another(self) -> tuple[InputContainer, Any]:
        """The same file opened once more, and another decoder of its picture stream."""
        reader = self.reader.again()
        container = _container(reader)
        reader.in_time()
        return container, container.streams[self.stream.index].codec_context

    def close(self) -> None:
        """Lets go of the file."""
        self.container.close()


def read(seekable: BinaryIO, kept_bytes: int = KEPT_BYTES) -> PacketStore:
    """Reads the picture stream of a seekable reader. Raises `Refused` where there is none to read."""
    reader = Watched(seekable)
    container = _container(reader)
    try:
        stream = picture_stream(container)
        packets = Packets(reader.again(), Fraction(stream.time_base or 1), kept_bytes)
        broken = _demux(container, stream, packets, reader)
        reader.raise_what_failed()
        store = _store(reader, container, stream, packets, broken=broken)
        reader.in_time()
        packets.in_time()
        return store
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


def picture_stream(container: InputContainer) -> VideoStream:
    """The first picture stream that is no cover picture; one marked as default comes first."""
    pictures = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not pictures:
        raise Refused(NO_PICTURE, CHOOSE_VIDEO)
    pictures.sort(key=lambda s: not s.disposition & Disposition.default)
    stream = pictures[0]
    if getattr(stream, "codec_context", None) is None:
        raise Refused("This clip is coded in a way that cannot be read here.", EXPORT)
    return stream


def _demux(container: InputContainer, stream: VideoStream, packets: Packets, reader: Watched) -> bool:
    """Fills the store; returns whether the file ended before it should."""
    last: Any = None
    try:
        for packet in container.demux(stream):
            if packet.size:
                packets.add(packet)
                last = packet
                reader.refuse_late()
    except (FFmpegError, OSError):
        return True
    return bool(last is not None and last.is_corrupt)


def _store(
    reader: Watched, container: InputContainer, stream: VideoStream, packets: Packets, *, broken: bool
) -> PacketStore:
    if not len(packets):
        raise Refused(NO_PICTURE, COPY_AGAIN)
    # AVI holds no presentation times; what FFmpeg puts there is a guess that B-frames belie.
    guessed = container.format.name == "avi"
    if any(stamp.dts is None and (guessed or stamp.pts is None) for stamp in packets.stamps):
        raise Refused("This file holds pictures without their times.", EXPORT)
    if packets[0].has_sidedata("encryption_info"):
        raise Refused(PROTECTED, "Ask for a copy without protection, or film again.")
    return PacketStore(
        reader,
        container,
        stream,
        packets,
        tuple(replace(stamp, pts=None) if guessed else stamp for stamp in packets.stamps),
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
