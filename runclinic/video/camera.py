"""Filming with a camera at the computer: which there are, what they see, at which rate they truly film."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError

from runclinic.refused import Refused
from runclinic.video.clip import Clip
from runclinic.video.cv import opencv
from runclinic.video.working_copy import Forward, Sink

Bgr = npt.NDArray[np.uint8]

CLOCK = Fraction(1, 90_000)
# Fast enough to film by the side of a running preview, and a key frame every half second for stepping.
CODING = {"preset": "ultrafast", "tune": "zerolatency", "crf": "18", "g": "15"}
# What a crash costs: the fragment that is being filled, and what its keeper has not yet written.
FRAGMENTS = {"movflags": "empty_moov+default_base_moof", "frag_duration": "500000"}
RATE_OVER_S = 2.0
GAP = 1.5  # an interval of 1.5 medians stands for a dropped frame, as in gait.filming (choice)
FEWEST_FOR_A_RATE = 8
HONEST_SHARE = 0.95
NO_CAMERA = Refused(
    "No camera is connected.", "Plug one in, or film with a phone and drag the clip into the window."
)


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera of this computer: its name, and the numbers by which OpenCV opens it."""

    name: str
    index: int
    backend: int


@dataclass(frozen=True, slots=True)
class Rate:
    """How a camera truly films: frames a second by arrival, scatter of intervals, frames missing."""

    fps: float
    scatter_ms: float
    dropped: int

    def said(self, asked_fps: float) -> str:
        """In words, beside what was asked for."""
        words = f"{self.fps:.1f} frames a second"
        if self.dropped:
            words += f", {self.dropped} left out"
        short = asked_fps and self.fps < HONEST_SHARE * asked_fps
        return f"{words}; the camera was asked for {asked_fps:.0f}" if short else words


@dataclass(frozen=True, slots=True, eq=False)
class Arrived:
    """A picture uint8[h, w, 3] (blue first) and when it arrived, in seconds of a steady clock."""

    at_s: float
    picture: Bgr


class Source(Protocol):
    """A camera, or a file in its place: pictures one by one as they arrive, None when there are no more."""

    def read(self) -> Arrived | None: ...
    def close(self) -> None: ...


def cameras() -> tuple[Camera, ...]:
    """The cameras of this computer, each once. Raises `Refused` where there is none."""
    opencv()  # before the list of cameras loads it: its Qt stays out of the environment
    from cv2_enumerate_cameras import enumerate_cameras, supported_backends

    for backend in supported_backends:
        found = [Camera(each.name, each.index, each.backend) for each in enumerate_cameras(backend)]
        if found:
            return tuple(found)
    raise NO_CAMERA


class Live:
    """An open camera. Raises `Refused` where it does not open or gives no picture."""

    def __init__(self, camera: Camera, asked_fps: float = 60.0, size: tuple[int, int] = (1280, 720)) -> None:
        cv2 = opencv()
        self._name = camera.name
        self._capture: Any = cv2.VideoCapture(camera.index, camera.backend)
        if not self._capture.isOpened():
            raise Refused(
                f"The camera {camera.name} does not open.", "Close other programs that use it, and try again."
            )
        # Motion JPEG: over USB, raw pictures of this size come at a few frames a second.
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
        self._capture.set(cv2.CAP_PROP_FPS, asked_fps)
        if self.read() is None:
            self.close()
            raise Refused(f"The camera {camera.name} gives no picture.", "Plug it out and in again.")

    def read(self) -> Arrived | None:
        """The next picture, stamped as it arrives and before it is unpacked."""
        if not self._capture.grab():
            return None
        at_s = time.monotonic()
        done, picture = self._capture.retrieve()
        return Arrived(at_s, picture) if done else None

    def close(self) -> None:
        self._capture.release()


class Filmed:
    """A clip in a camera's place: its pictures arrive at its own times, as fast as they are asked for.

    With `in_time` they take the time that they took, by the same clock as a camera's; with `again` the clip
    begins anew at its end.
    """

    def __init__(
        self, path: Path, starts_at_s: float = 0.0, *, in_time: bool = False, again: bool = False
    ) -> None:
        self._clip = Clip.open(path)
        self._next = 0
        self._starts_at_s = time.monotonic() if in_time else starts_at_s
        self._in_time, self._again = in_time, again

    def read(self) -> Arrived | None:
        """The next frame with its time in the file as its arrival."""
        if self._next >= self._clip.frame_count:
            if not self._again:
                return None
            self._next, self._starts_at_s = 0, self._starts_at_s + self._lasts_s()
        k, self._next = self._next, self._next + 1
        at_s = self._starts_at_s + float(self._clip.times_s[k])
        if self._in_time:
            time.sleep(max(0.0, at_s - time.monotonic()))
        return Arrived(at_s, self._clip.frame(k))

    def _lasts_s(self) -> float:
        return float(self._clip.times_s[-1]) + 1 / (self._clip.nominal_fps or 30.0)

    def close(self) -> None:
        self._clip.close()


def rate(arrivals_s: npt.ArrayLike) -> Rate | None:
    """By arrival times alone; None while there are too few. What a camera says of itself is not asked."""
    arrivals = np.asarray(arrivals_s, dtype=np.float64)
    if len(arrivals) < FEWEST_FOR_A_RATE:
        return None
    intervals = np.diff(arrivals)
    middle = float(np.median(intervals))
    lasted = float(arrivals[-1] - arrivals[0])
    if middle <= 0 or lasted <= 0:
        return None
    missing = np.rint(intervals[intervals > GAP * middle] / middle) - 1
    scatter_ms = float(np.std(intervals[intervals <= GAP * middle])) * 1000
    return Rate((len(arrivals) - 1) / lasted, scatter_ms, int(missing.sum()))


def preview(source: Source) -> Iterator[tuple[Arrived, Rate | None]]:
    """Pictures as they arrive, with the rate over the last 2 s; ends when the camera does."""
    recent: list[float] = []
    while (arrived := source.read()) is not None:
        recent.append(arrived.at_s)
        while recent[-1] - recent[0] > RATE_OVER_S:
            recent.pop(0)
        yield arrived, rate(recent)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was filmed: frames, seconds from the first to the last, and the true rate (None: too few)."""

    frames: int
    lasts_s: float
    rate: Rate | None


def recording(source: Source, sink: Sink, stopped: Callable[[], bool]) -> Generator[Arrived, None, Recorded]:
    """Films into a sink (H.264, fragmented MP4) until `stopped()` or the camera ends; yields each picture.

    Every frame has the time at which it arrived, so a camera that slows down or drops frames is not taken for
    an even one. What was written before a failure or a crash can be opened. Raises `Refused` where nothing
    was filmed, and where the sink refuses.
    """
    arrivals: list[float] = []
    film: _Film | None = None
    try:
        while not stopped() and (arrived := source.read()) is not None:
            if film is None:
                film = _Film(sink, arrived)
            film.add(arrived)
            arrivals.append(arrived.at_s)
            yield arrived
        if film is None:
            raise Refused("The camera gave no picture.", "Plug it out and in again.")
        film.finish()
    except FFmpegError as error:
        if film is not None:
            film.raise_what_failed()
        raise Refused(f"The film could not be written ({error.strerror}).") from error
    finally:
        if film is not None:
            film.close()
            film.raise_what_failed()
    return Recorded(len(arrivals), arrivals[-1] - arrivals[0], rate(arrivals))


class _Film:
    """The file that is being written."""

    def __init__(self, sink: Sink, first: Arrived) -> None:
        self._sink = Forward(sink)
        self._container: Any = av.open(self._sink, "w", format="mp4", options=FRAGMENTS)
        self._first_s = first.at_s
        self._tick = -1
        height, width = (side // 2 * 2 for side in first.picture.shape[:2])
        stream: Any = self._container.add_stream("libx264", options=CODING)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = stream.time_base = CLOCK
        self._stream = stream

    def add(self, arrived: Arrived) -> None:
        """A frame at its arrival; two within one tick of the clock keep their order."""
        height, width = self._stream.height, self._stream.width
        frame = av.VideoFrame.from_ndarray(
            np.ascontiguousarray(arrived.picture[:height, :width]), format="bgr24"
        )
        self._tick = max(self._tick + 1, round((arrived.at_s - self._first_s) / float(CLOCK)))
        frame.time_base, frame.pts = CLOCK, self._tick
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        self._container.mux(self._stream.encode())

    def raise_what_failed(self) -> None:
        """Raises what the sink refused with, if it did."""
        self._sink.raise_what_failed()

    def close(self) -> None:
        with suppress(FFmpegError):  # a sink that is full takes no ending either
            self._container.close()
