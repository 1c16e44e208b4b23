"""Clips of the drawn runner as real files: any rate, even or uneven, turned, slow motion, in any coding."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
import numpy.typing as npt
from av.container import OutputContainer
from av.video.stream import VideoStream

from runclinic.demo import behind, drawing_behind, stamp
from runclinic.demo.behind import Behind
from runclinic.demo.drawing import Camera, pictures
from runclinic.demo.runner import POINTS, RUNNERS, Floats, Runner, TrueEvent, body, events

Picture = npt.NDArray[np.uint8]

CLOCK = Fraction(1, 90_000)
DROPPED = 0.2
JITTER_S = 0.003
MOST_JITTER = 0.35
PROGRESS_EVERY = 8


@dataclass(frozen=True, slots=True)
class Coding:
    """How pictures become a file; every field but the first few is for the odd ones.

    `clockwise_deg` is the turn that the file asks for at showing (the stored picture lies the other way),
    `pixel_aspect` a pixel's width by its height, `first_tick` the time stamp of the first frame on the
    clock `time_base`, `muxer` options of the container, `codec_options` of the encoder.
    """

    container: str = "mp4"
    codec: str = "libx264"
    pixels: str = "yuv420p"
    codec_options: dict[str, str] = field(default_factory=lambda: {"crf": "20", "preset": "veryfast"})
    muxer: dict[str, str] = field(default_factory=dict[str, str])
    time_base: Fraction = CLOCK
    clockwise_deg: int = 0
    pixel_aspect: Fraction = Fraction(1)
    first_tick: int = 0


@dataclass(frozen=True, slots=True)
class Shot:
    """What is filmed: the runner, from which side, for how long, and how the camera counts time.

    `capture_fps` is the camera's true rate, `stored_fps` the rate at which a slow-motion file plays (None:
    as captured), `uneven` drops a fifth of the frames and shifts the others by up to 3 ms, `start_s` is the
    runner's clock at the first frame (0: her left foot is just landing), `stamped` burns in frame numbers.
    `from_behind` films her there (its own runner is then the one who runs).
    """

    runner: Runner = RUNNERS[0]
    capture_fps: float = 60.0
    duration_s: float = 4.0
    size: tuple[int, int] = (640, 360)
    facing: int = 1
    stored_fps: float | None = None
    uneven: bool = False
    start_s: float = 0.137
    seed: int = 7
    stamped: bool = True
    from_behind: Behind | None = None

    @property
    def camera(self) -> Camera:
        """The view."""
        return Camera(*self.size, self.facing)

    @property
    def ticks(self) -> tuple[int, ...]:
        """When each frame was taken, in ticks of 1/90 000 s from the first one."""
        count = max(1, round(self.duration_s * self.capture_fps))
        taken = np.arange(count) / self.capture_fps
        if self.uneven:
            chance = np.random.default_rng(self.seed)
            kept = chance.random(count) >= DROPPED
            kept[0] = True
            most = min(JITTER_S, MOST_JITTER / self.capture_fps)
            shifted = taken + chance.uniform(-most, most, count) * (np.arange(count) > 0)
            taken = shifted[kept]
        return tuple(int(tick) for tick in np.round(taken / float(CLOCK)))

    @property
    def times_s(self) -> Floats:
        """True seconds of each frame from the first one: float64[n]."""
        return np.array(self.ticks, dtype=np.float64) * float(CLOCK)

    @property
    def slowing(self) -> Fraction:
        """File time by true time: 8 for 240 frames a second stored at 30."""
        if self.stored_fps is None:
            return Fraction(1)
        return Fraction(self.capture_fps).limit_denominator() / Fraction(self.stored_fps).limit_denominator()

    @property
    def stored_ticks(self) -> tuple[int, ...]:
        """The same times as they stand in the file."""
        return tuple(round(tick * self.slowing) for tick in self.ticks)

    def events(self) -> tuple[TrueEvent, ...]:
        """Every landing and toe-off: true frame, true time from the first frame, side, kind."""
        runner = self.runner if self.from_behind is None else self.from_behind.runner
        return events(runner, self.times_s, self.start_s)

    @property
    def names(self) -> tuple[str, ...]:
        """The points of this view: those of `runner.POINTS`, or of `behind.POINTS`."""
        return POINTS if self.from_behind is None else behind.POINTS

    def points(self) -> Floats:
        """The body points (`names`) in pixels, float64[n, m, 2]."""
        clock = self.times_s + self.start_s
        if self.from_behind is not None:
            return self.camera.pixels(behind.body(self.from_behind, clock))
        return self.camera.pixels(body(self.runner, clock))

    def point(self, name: str) -> Floats:
        """One body point in pixels, float64[n, 2]."""
        return self.points()[:, self.names.index(name)]

    def pictures(self) -> Iterator[Picture]:
        """Every frame, upright, uint8[height, width, 3] BGR."""
        clock = self.times_s + self.start_s
        if self.from_behind is not None:
            frames = drawing_behind.pictures(self.from_behind, clock, self.camera)
        else:
            frames = pictures(self.runner, clock, self.camera)
        for k, frame in enumerate(frames):
            if self.stamped:
                stamp.burn(frame, k)
            yield frame


def write(target: Path | BinaryIO, shot: Shot, coding: Coding | None = None) -> Shot:
    """Draws the shot and writes it to a path or a binary writer. Returns the shot, which knows the truth."""
    for _ in writing(target, shot, coding):
        pass
    return shot


def writing(
    target: Path | BinaryIO, shot: Shot, coding: Coding | None = None
) -> Generator[float, None, Shot]:
    """The same as a long job: yields progress 0 to 1, returns the shot."""
    ticks = shot.stored_ticks
    for done, _ in enumerate(encoding(target, shot.pictures(), ticks, coding or Coding()), start=1):
        if done % PROGRESS_EVERY == 0:
            yield done / len(ticks)
    yield 1.0
    return shot


def encoding(
    target: Path | BinaryIO, pictures: Iterable[Picture], ticks: Iterable[int], coding: Coding
) -> Iterator[None]:
    """Writes upright BGR pictures shown at `ticks` (1/90 000 s) as the coding says; yields once a picture."""
    where = str(target) if isinstance(target, Path) else target
    with av.open(where, mode="w", format=coding.container, options=coding.muxer) as container:
        stream: VideoStream | None = None
        for upright, tick in zip(pictures, ticks, strict=True):
            stored = np.ascontiguousarray(np.rot90(upright, coding.clockwise_deg // 90))
            if stream is None:
                stream = _stream(container, stored, coding)
            frame = av.VideoFrame.from_ndarray(stored, format="bgr24")
            frame.time_base = coding.time_base
            frame.pts = round(tick * CLOCK / coding.time_base) + coding.first_tick
            container.mux(stream.encode(frame))
            yield
        if stream is not None:
            container.mux(stream.encode())


def _stream(container: OutputContainer, stored: Picture, coding: Coding) -> VideoStream:
    stream: Any = container.add_stream(coding.codec, options=coding.codec_options)
    stream.height, stream.width = stored.shape[:2]
    stream.pix_fmt = coding.pixels
    stream.codec_context.time_base = coding.time_base
    stream.time_base = coding.time_base
    if coding.pixel_aspect != 1:
        stream.codec_context.sample_aspect_ratio = coding.pixel_aspect
    if coding.clockwise_deg:
        stream.set_display_rotation(-coding.clockwise_deg)
    return stream
