"""Clips of every kind that a clinic brings, each frame stamped with its number; written by PyAV alone."""

import functools
import io
import struct
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.stream import Disposition

from runclinic.demo.clips import Coding, Shot, write
from tests.make import a_clip

X264 = {"crf": "20", "preset": "veryfast", "g": "12", "bf": "3"}
SECOND = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: where it lies, the numbers burnt into its frames, and when each is shown (s)."""

    path: Path
    numbers: list[int]
    times_s: list[float]
    size: tuple[int, int]
    rotation: int = 0
    codec: str = "h264"


def drawn(name: str, codec: str = "h264", coding: Coding | None = None, **shot) -> Callable[[Path], Kind]:
    """A kind that is written as it is."""

    def make(folder: Path) -> Kind:
        used = coding or Coding(codec_options=X264)
        clip = a_clip(folder, name=name, coding=used, **{"fps": 30, "seconds": 1.4, **shot})
        ticks = clip.shot.stored_ticks
        clock = used.time_base
        times = [float(round(tick * Fraction(1, 90_000) / clock) * clock) for tick in ticks]
        return Kind(clip.path, list(range(len(ticks))), times, clip.shot.size, used.clockwise_deg, codec)

    return make


def edit_list(folder: Path) -> Kind:
    """A phone's trim: the file begins within a group of pictures and says so in its edit list."""
    skipped = 17
    kind = drawn("trimmed.mp4")(folder)
    data = bytearray(kind.path.read_bytes())
    place = data.index(b"elst") + 4
    _, entries, lasts_ms, media_time = struct.unpack_from(">IIIi", data, place)
    assert entries == 1
    struct.pack_into(">Ii", data, place + 8, lasts_ms - skipped * 1000 // 30, media_time + skipped * 3000)
    kind.path.write_bytes(bytes(data))
    times = [time - kind.times_s[skipped] for time in kind.times_s[skipped:]]
    return Kind(kind.path, kind.numbers[skipped:], times, kind.size)


def cover_art(folder: Path) -> Kind:
    """A cover picture as a picture stream of its own, before the clip's."""
    kind = drawn("plain.mp4")(folder)
    path = folder / "cover.mp4"
    with av.open(str(kind.path)) as source, av.open(str(path), "w") as target:
        cover = target.add_stream("mjpeg", width=64, height=64, pix_fmt="yuvj420p")
        cover.disposition = Disposition.attached_pic
        clip = target.add_stream_from_template(source.streams.video[0])
        grey = np.full((64, 64, 3), 128, dtype=np.uint8)
        target.mux(cover.encode(av.VideoFrame.from_ndarray(grey, format="bgr24")))
        target.mux(cover.encode())
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = clip
                target.mux(packet)
    return Kind(path, kind.numbers, kind.times_s, kind.size)


def one_frame(folder: Path) -> Kind:
    return drawn("one.mp4", seconds=0.01)(folder)


KINDS: dict[str, Callable[[Path], Kind]] = {
    "30 fps, B-frames": drawn("b30.mp4"),
    "60 fps, one group": drawn("g60.mp4", fps=60, coding=Coding(codec_options={**X264, "g": "250"})),
    "120 fps": drawn("f120.mp4", fps=120, seconds=0.6),
    "240 fps": drawn("f240.mp4", fps=240, seconds=0.4),
    "29.97 fps": drawn("ntsc.mp4", fps=30_000 / 1001),
    "variable rate": drawn("uneven.mp4", fps=60, uneven=True),
    "slow motion stored at 30": drawn("slow.mp4", fps=240, seconds=0.25, stored_fps=30),
    "open groups": drawn(
        "open.mp4", fps=60, coding=Coding(codec_options={**X264, "x264-params": "open-gop=1"})
    ),
    "rotated 90": drawn("r90.mp4", coding=Coding(codec_options=X264, clockwise_deg=90)),
    "rotated 180": drawn("r180.mp4", coding=Coding(codec_options=X264, clockwise_deg=180)),
    "rotated 270": drawn("r270.mp4", coding=Coding(codec_options=X264, clockwise_deg=270)),
    "edit list": edit_list,
    "cover art": cover_art,
    "starts at 5 s": drawn("late.mp4", coding=Coding(codec_options=X264, first_tick=450_000)),
    "odd size": drawn("odd.mp4", size=(321, 181), coding=Coding(codec_options=X264, pixels="yuv444p")),
    "name in other letters": drawn("Läuferin 走る №1 – ходьба.mp4"),
    "QuickTime": drawn("clip.mov", coding=Coding(container="mov", codec_options=X264)),
    "Matroska 240 fps": drawn(
        "f240.mkv", fps=240, seconds=0.4, coding=Coding("matroska", codec_options=X264, time_base=SECOND)
    ),
    "VP9 WebM": drawn(
        "clip.webm",
        "vp9",
        Coding(
            "webm", "libvpx-vp9", codec_options={"deadline": "realtime", "cpu-used": "8"}, time_base=SECOND
        ),
    ),
    "MPEG-TS": drawn("clip.ts", coding=Coding("mpegts", codec_options=X264)),
    "refreshed bit by bit": drawn(
        "refresh.ts",
        coding=Coding("mpegts", codec_options={"preset": "fast", "x264-params": "intra-refresh=1:keyint=20"}),
    ),
    "MJPEG AVI": drawn(
        "clip.avi", "mjpeg", Coding("avi", "mjpeg", "yuvj420p", {"q:v": "4"}, time_base=Fraction(1, 30))
    ),
    "AVI with B-frames": drawn("b.avi", coding=Coding("avi", codec_options=X264, time_base=Fraction(1, 30))),
    "fragmented": drawn(
        "frag.mp4", coding=Coding(codec_options=X264, muxer={"movflags": "frag_keyframe+empty_moov"})
    ),
    "HEVC, open groups": drawn(
        "hevc.mp4",
        "hevc",
        Coding(
            codec="libx265",
            codec_options={
                "preset": "ultrafast",
                "x265-params": "keyint=12:bframes=3:open-gop=1:log-level=none",
            },
        ),
    ),
    "HEVC, 10 bit": drawn(
        "ten.mp4",
        "hevc",
        Coding(
            codec="libx265",
            pixels="yuv420p10le",
            codec_options={"preset": "ultrafast", "x265-params": "keyint=12:log-level=none"},
        ),
    ),
    "interlaced": drawn(
        "inter.ts", coding=Coding("mpegts", codec_options={**X264, "x264-params": "interlaced=1"})
    ),
    "one frame": one_frame,
}


def a_file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@functools.cache
def faststart() -> bytes:
    """A clip of 120 frames whose index stands before its pictures, so that its beginning is of use."""
    coding = Coding(codec_options=X264, muxer={"movflags": "faststart"})
    with tempfile.TemporaryDirectory() as folder:
        return a_clip(Path(folder), coding=coding, fps=60).path.read_bytes()


MADE: dict[str, bytes] = {}


def written(coding: Coding | None = None, **shot) -> bytes:
    """The bytes of a clip of 36 frames at 60 frames a second, or of another shot; each is drawn once."""
    wanted = repr((coding, shot))
    if wanted not in MADE:
        data = io.BytesIO()
        write(data, Shot(**{"size": (320, 180), "duration_s": 0.6, **shot}), coding)
        MADE[wanted] = data.getvalue()
    return MADE[wanted]


def in_memory(coding: Coding | None = None, **shot) -> io.BytesIO:
    """The same as a reader."""
    return io.BytesIO(written(coding, **shot))
