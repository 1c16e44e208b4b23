"""Clips of every kind that a clinic brings, each frame stamped with its number; written by PyAV alone."""

import functools
import io
import struct
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.stream import Disposition

from runclinic.demo.clips import CLOCK, Coding, Shot, encoding

X264 = {"crf": "20", "preset": "veryfast", "g": "12", "bf": "3"}
SECOND = Fraction(1, 1000)


INTERLACED = "interlaced or unusual"
NO_TIMES = "without presentation times"
TRANSPORT = "MPEG-TS"
TEN_BIT = "10-bit"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: where it lies, the numbers burnt into its frames, and when each is shown (s).

    `cv2_refuses` is by what name the OpenCV backend refuses it, empty where it shows it exactly.
    """

    path: Path
    numbers: list[int]
    times_s: list[float]
    size: tuple[int, int]
    rotation: int = 0
    codec: str = "h264"
    cv2_refuses: str = ""


@functools.cache
def pictures(shot: Shot) -> list[np.ndarray]:
    """The frames of a shot; each shot is drawn once a session."""
    return list(shot.pictures())


def save(target: Path | io.BytesIO, shot: Shot, coding: Coding) -> None:
    for _ in encoding(target, pictures(shot), shot.stored_ticks, coding):
        pass


def drawn(
    name: str, codec: str = "h264", coding: Coding | None = None, cv2_refuses: str = "", **shot
) -> Callable[[Path], Kind]:
    """A kind that is written as it is."""

    def make(folder: Path) -> Kind:
        used = coding or Coding(codec_options=X264)
        filmed = {"capture_fps": 30, "duration_s": 1.4, "size": (320, 180)}
        film = Shot(**(filmed | {FIELDS.get(key, key): value for key, value in shot.items()}))
        save(folder / name, film, used)
        clock = used.time_base
        times = [float(round(tick * CLOCK / clock) * clock) for tick in film.stored_ticks]
        numbers = list(range(len(times)))
        return Kind(folder / name, numbers, times, film.size, used.clockwise_deg, codec, cv2_refuses)

    return make


FIELDS = {"fps": "capture_fps", "seconds": "duration_s"}


def x265(parameters: str, pixels: str = "yuv420p", container: str = "mp4", clock: Fraction = CLOCK) -> Coding:
    options = {"preset": "ultrafast", "x265-params": f"keyint=12:log-level=none:{parameters}"}
    return Coding(container, "libx265", pixels, options, time_base=clock)


def remuxed(name: str, change: Callable, **options) -> Callable[[Path], Kind]:
    """The plain clip in another file; `change(target)` adds a stream and returns what fills it."""

    def make(folder: Path) -> Kind:
        kind = drawn("plain.mp4")(folder)
        with av.open(str(kind.path)) as source, av.open(str(folder / name), "w", **options) as target:
            write = change(target)
            clip = target.add_stream_from_template(source.streams.video[0])
            write()
            for packet in source.demux(video=0):
                if packet.size:
                    packet.stream = clip
                    target.mux(packet)
        return replace(kind, path=folder / name)

    return make


def with_sound(target) -> Callable[[], None]:
    sound = target.add_stream("aac", rate=44_100)

    def write():
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 60_000), dtype=np.float32), format="fltp", layout="mono"
        )
        frame.rate = 44_100
        target.mux(sound.encode(frame))
        target.mux(sound.encode())

    return write


def with_cover(target) -> Callable[[], None]:
    cover = target.add_stream("mjpeg", width=64, height=64, pix_fmt="yuvj420p")
    cover.disposition = Disposition.attached_pic

    def write():
        grey = np.full((64, 64, 3), 128, dtype=np.uint8)
        target.mux(cover.encode(av.VideoFrame.from_ndarray(grey, format="bgr24")))
        target.mux(cover.encode())

    return write


def mirrored(folder: Path) -> Kind:
    """A front camera: the file holds the picture mirrored, and asks for it to be mirrored back."""
    path = folder / "front.mp4"
    film = Shot(capture_fps=30, duration_s=1.0, size=(320, 180))
    with av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=30, options=X264)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.time_base = stream.time_base = CLOCK
        stream.set_display_rotation(0, hflip=True)
        for upright, tick in zip(pictures(film), film.stored_ticks, strict=True):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(upright[:, ::-1]), format="bgr24")
            frame.time_base, frame.pts = CLOCK, tick
            target.mux(stream.encode(frame))
        target.mux(stream.encode())
    times = [float(tick * CLOCK) for tick in film.stored_ticks]
    return Kind(path, list(range(len(times))), times, film.size, cv2_refuses="mirrored")


def hdr(name: str, transfer: int) -> Callable[[Path], Kind]:
    words = {16: "smpte2084", 18: "arib-std-b67"}
    tags = f"colorprim=bt2020:transfer={words[transfer]}:colormatrix=bt2020nc"
    return drawn(name, "hevc", x265(tags, "yuv420p10le"), TEN_BIT)


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
    "cover art": remuxed("cover.mp4", with_cover),
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
    "MPEG-TS": drawn("clip.ts", coding=Coding("mpegts", codec_options=X264), cv2_refuses=TRANSPORT),
    "refreshed bit by bit": drawn(
        "refresh.ts",
        coding=Coding("mpegts", codec_options={"preset": "fast", "x264-params": "intra-refresh=1:keyint=20"}),
        cv2_refuses=TRANSPORT,
    ),
    "MJPEG AVI": drawn(
        "clip.avi", "mjpeg", Coding("avi", "mjpeg", "yuvj420p", {"q:v": "4"}, time_base=Fraction(1, 30))
    ),
    "AVI with B-frames": drawn(
        "b.avi", coding=Coding("avi", codec_options=X264, time_base=Fraction(1, 30)), cv2_refuses=NO_TIMES
    ),
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
        cv2_refuses=TEN_BIT,
    ),
    "interlaced": drawn(
        "inter.ts",
        coding=Coding("mpegts", codec_options={**X264, "x264-params": "interlaced=1"}),
        cv2_refuses=TRANSPORT,
    ),
    "interlaced MP4": drawn(
        "inter.mp4",
        coding=Coding(codec_options={**X264, "x264-params": "interlaced=1"}),
        cv2_refuses=INTERLACED,
    ),
    "one frame": one_frame,
    "HDR, HLG": hdr("hlg.mp4", 18),
    "HDR, PQ": hdr("pq.mp4", 16),
    "H.264, 10 bit": drawn("ten264.mp4", coding=Coding(pixels="yuv420p10le", codec_options=X264)),
    "AV1 WebM": drawn(
        "av1.webm",
        "av1",
        Coding("webm", "libsvtav1", codec_options={"preset": "9", "crf": "8"}, time_base=SECOND),
    ),
    "AV1 MP4": drawn("av1.mp4", "av1", Coding(codec="libsvtav1", codec_options={"preset": "9", "crf": "8"})),
    "VP8 WebM": drawn(
        "vp8.webm",
        "vp8",
        Coding("webm", "libvpx", codec_options={"deadline": "realtime", "cpu-used": "8"}, time_base=SECOND),
    ),
    "VP9, uneven": drawn(
        "uneven.webm",
        "vp9",
        Coding(
            "webm", "libvpx-vp9", codec_options={"deadline": "realtime", "cpu-used": "8"}, time_base=SECOND
        ),
        fps=60,
        seconds=0.8,
        uneven=True,
    ),
    "ProRes": drawn(
        "prores.mov", "prores", Coding("mov", "prores_ks", "yuv422p10le", {}, time_base=Fraction(1, 30))
    ),
    "MPEG-4 Part 2": drawn(
        "part2.mp4",
        "mpeg4",
        Coding(codec="mpeg4", codec_options={"g": "12", "bf": "2"}, time_base=Fraction(1, 30)),
    ),
    "MPEG-2 in TS": drawn(
        "two.ts",
        "mpeg2video",
        Coding(
            "mpegts",
            "mpeg2video",
            codec_options={"g": "12", "bf": "2", "q:v": "4"},
            time_base=Fraction(1, 30),
        ),
        TRANSPORT,
    ),
    "HEVC Matroska": drawn(
        "hevc.mkv", "hevc", x265("bframes=2", container="matroska", clock=SECOND), fps=60, seconds=0.6
    ),
    "HEVC, 240 fps": drawn("hevc240.mp4", "hevc", x265("bframes=2"), fps=240, seconds=0.3),
    "uneven and rotated": drawn(
        "unevenr.mp4", coding=Coding(codec_options=X264, clockwise_deg=90), fps=60, uneven=True, seconds=0.8
    ),
    "fragmented, uneven": drawn(
        "fragu.mp4",
        coding=Coding(codec_options=X264, muxer={"movflags": "frag_keyframe+empty_moov"}),
        fps=60,
        uneven=True,
        seconds=0.8,
    ),
    "pixels 4:3": drawn("wide.mp4", coding=Coding(codec_options=X264, pixel_aspect=Fraction(4, 3))),
    "every frame a key": drawn("intra.mp4", coding=Coding(codec_options={**X264, "g": "1"})),
    "sound beside it": remuxed("sound.mp4", with_sound),
    "front camera": mirrored,
    "4K": drawn(
        "large.mp4",
        fps=30,
        seconds=0.14,
        size=(3840, 2160),
        coding=Coding(codec_options={**X264, "preset": "ultrafast"}),
    ),
    "portrait 9:16": drawn("tall.mp4", size=(180, 320), seconds=0.6),
}
# Eight thousand pixels wide: as exact as the others, and too slow for every run.
LARGE: dict[str, Callable[[Path], Kind]] = {
    "8K": drawn(
        "eight.mp4",
        "hevc",
        x265("bframes=0"),
        fps=30,
        seconds=0.1,
        size=(7680, 4320),
    )
}


def a_file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@functools.cache
def faststart() -> bytes:
    """A clip of 120 frames whose index stands before its pictures, so that its beginning is of use."""
    coding = Coding(codec_options=X264, muxer={"movflags": "faststart"})
    with tempfile.TemporaryDirectory() as folder:  # the index is moved within a file
        path = Path(folder) / "clip.mp4"
        save(path, Shot(size=(320, 180), duration_s=2.0), coding)
        return path.read_bytes()


MADE: dict[str, bytes] = {}


def written(coding: Coding | None = None, **shot) -> bytes:
    """The bytes of a clip of 36 frames at 60 frames a second, or of another shot; each is drawn once."""
    wanted = repr((coding, shot))
    if wanted not in MADE:
        data = io.BytesIO()
        save(data, Shot(**{"size": (320, 180), "duration_s": 0.6, **shot}), coding or Coding())
        MADE[wanted] = data.getvalue()
    return MADE[wanted]


def in_memory(coding: Coding | None = None, **shot) -> io.BytesIO:
    """The same as a reader."""
    return io.BytesIO(written(coding, **shot))
