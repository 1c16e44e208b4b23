"""The film once more with what was measured drawn in: skeleton, contacts, angles, at the true times."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import av
import numpy as np
from av.error import FFmpegError

from runclinic.gait.filming import FloatArray
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.refused import Refused
from runclinic.video.clip import Clip
from runclinic.video.cv import opencv
from runclinic.video.picture import Bgr

CODEC = "libx264"
QUALITY = {"crf": "20", "preset": "veryfast"}
SIDES = ("left", "right")
SEEN, SURE = 0.05, 0.3
SHIFT = 4
# Blue, green, red: told apart by lightness too, and edged in black so that they stand on any picture.
LEFT, RIGHT, MIDDLE = (60, 190, 255), (255, 170, 70), (235, 235, 235)
INK, LIGHT = (20, 20, 20), (245, 245, 245)
Spans: TypeAlias = Sequence[tuple[int, int]]
COLOURS = {"left": LEFT, "right": RIGHT}
LIMBS = (
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("shoulder", "hip"),
    ("hip", "knee"),
    ("knee", "ankle"),
    ("ankle", "heel"),
    ("heel", "foot_index"),
    ("ankle", "foot_index"),
)
ACROSS = (("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"))


@dataclass(frozen=True, slots=True)
class Mark:
    """An event to be shown: the frame in which it is, "left" or "right", and its word."""

    frame: int
    side: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An angle that is written beside a point: its name, the point's, and degrees in each frame, float[n]."""

    name: str
    point: str
    degrees: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Drawing:
    """All that is drawn over a clip. `contacts` are first and last frame of a foot on the belt, by side.

    `times_s` are the true times of its frames, where slow motion hides them; `by_hand(picture, frame)` is the
    picture with what a hand drew on that frame.
    """

    track: LandmarkTrack | None = None
    marks: Sequence[Mark] = ()
    angles: Sequence[Shown] = ()
    contacts: Mapping[str, Spans] = field(default_factory=dict[str, Spans])
    heading: str = ""
    times_s: FloatArray | None = None
    by_hand: Callable[[Bgr, int], Bgr] | None = None


def refuse_suffix(out: Path) -> None:
    """Refused if a film cannot be written under this name; asked before long work begins."""
    if out.suffix.lower() != ".mp4":
        raise Refused(
            f"The film would be written as MP4, not as “{out.suffix}”.", "Let its name end in .mp4."
        )


def write(
    clip: Clip, out: Path, drawing: Drawing, frames: range | None = None
) -> Generator[float, None, Path]:
    """Write the clip (or these of its frames) with the drawing as MP4, yielding progress 0 to 1.

    Every frame keeps the file's own time stamp, counted from the first that is written. The film is written
    beside `out` and renamed when it is whole; closing the generator leaves nothing behind. Returns the path.
    Refused if it cannot be written.
    """
    refuse_suffix(out)
    unfinished = out.with_name(f"{out.stem}.part.mp4")
    try:
        yield from _written(clip, unfinished, drawing, range(clip.frame_count) if frames is None else frames)
        unfinished.replace(out)
    except (OSError, FFmpegError) as trouble:
        raise Refused(f"“{out}” cannot be written.", "Is there such a folder, and room on it?") from trouble
    finally:
        unfinished.unlink(missing_ok=True)
    return out


def _written(clip: Clip, path: Path, drawing: Drawing, frames: range) -> Generator[float, None, None]:
    width, height = (side - side % 2 for side in clip.size)
    first = clip.ticks[frames[0]]
    times_s = clip.times_s if drawing.times_s is None else drawing.times_s
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as film:
        stream: Any = film.add_stream(CODEC, options=QUALITY)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = clip.time_base
        if clip.pixel_aspect != 1:
            aspect = Fraction(clip.pixel_aspect).limit_denominator(1000)
            stream.codec_context.sample_aspect_ratio = aspect
        last_tick = -1
        for done, k in enumerate(frames, 1):
            picture = painted(clip.frame(k), drawing, k, float(times_s[k]))
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]), format="bgr24")
            tick = max(last_tick + 1, clip.ticks[k] - first)  # some files give two frames one time
            frame.pts, frame.time_base, last_tick = tick, clip.time_base, tick
            film.mux(stream.encode(frame))
            yield done / len(frames)
        film.mux(stream.encode(None))


# ---- one picture ----


def painted(picture: Bgr, drawing: Drawing, k: int, time_s: float) -> Bgr:
    """Frame k uint8[h, w, 3] BGR with everything that belongs to it; the picture itself may be drawn on."""
    pen = _Pen(picture)
    if drawing.track is not None:
        _skeleton(pen, drawing.track, k)
        _angles(pen, drawing, k)
    _contacts(pen, drawing, k, time_s)
    return picture if drawing.by_hand is None else drawing.by_hand(picture, k)


class _Pen:
    """Lines and words in one picture, as thick as its size asks for."""

    def __init__(self, picture: Bgr) -> None:
        self.picture = picture
        self.height, self.width = picture.shape[:2]
        self.unit = max(self.height, self.width) / 720
        self._cv2 = opencv()

    def line(self, start: FloatArray, end: FloatArray, colour: tuple[int, int, int], thick: float) -> None:
        a, b = (tuple(int(each) for each in np.round(point * (1 << SHIFT))) for point in (start, end))
        for shade, width in ((INK, thick + 2), (colour, thick)):
            weight = max(1, round(width * self.unit))
            self._cv2.line(self.picture, a, b, shade, weight, self._cv2.LINE_AA, SHIFT)

    def dot(self, at: FloatArray, colour: tuple[int, int, int], radius: float) -> None:
        middle = (int(at[0]), int(at[1]))
        for shade, more in ((INK, 1.5), (colour, 0.0)):
            size = max(1, round((radius + more) * self.unit))
            self._cv2.circle(self.picture, middle, size, shade, -1, self._cv2.LINE_AA)

    def word(self, text: str, x: float, y: float, colour: tuple[int, int, int], size: float = 0.5) -> None:
        """Written from (x, y), its lower left corner, kept inside the picture."""
        font, scale = self._cv2.FONT_HERSHEY_SIMPLEX, size * self.unit
        (wide, _), _ = self._cv2.getTextSize(text, font, scale, 1)
        left = min(max(2.0, x), max(2.0, self.width - wide - 2.0))
        low = min(max(14 * self.unit, y), self.height - 4.0)
        at = (int(left), int(low))
        for shade, weight in ((INK, 4.0), (colour, 1.4)):
            thick = max(1, round(weight * self.unit))
            self._cv2.putText(self.picture, text, at, font, scale, shade, thick, self._cv2.LINE_AA)

    def bar(self, left: float, right: float, top: float, bottom: float, colour: tuple[int, int, int]) -> None:
        corners = ((round(left), round(top)), (round(right), round(bottom)))
        self._cv2.rectangle(self.picture, *corners, colour, -1)


def _skeleton(pen: _Pen, track: LandmarkTrack, k: int) -> None:
    """The surer leg last, on top; what is only guessed is thin."""
    for side in _farther_first(track, k):
        for start, end in LIMBS:
            _limb(pen, track, k, (f"{side}_{start}", f"{side}_{end}"), COLOURS[side])
    for pair in ACROSS:
        _limb(pen, track, k, pair, MIDDLE)


def _farther_first(track: LandmarkTrack, k: int) -> Iterable[str]:
    def sure(side: str) -> float:
        return float(track.confidence[k, track.place(f"{side}_knee")]) if track.has(f"{side}_knee") else 0.0

    return sorted(SIDES, key=sure)


def _limb(
    pen: _Pen, track: LandmarkTrack, k: int, names: tuple[str, str], colour: tuple[int, int, int]
) -> None:
    if not track.has(*names):
        return
    places = [track.place(name) for name in names]
    start, end = track.xy[k, places]
    sure = float(np.min(np.nan_to_num(track.confidence[k, places])))
    if sure < SEEN or not np.all(np.isfinite((start, end))):
        return
    pen.line(start, end, colour, 3.0 if sure >= SURE else 1.0)
    pen.dot(end, colour, 3.0 if sure >= SURE else 1.5)


def _angles(pen: _Pen, drawing: Drawing, k: int) -> None:
    track = drawing.track
    for angle in drawing.angles:
        if track is None or not track.has(angle.point) or not np.isfinite(angle.degrees[k]):
            continue
        x, y = track.xy[k, track.place(angle.point)]
        if np.isfinite(x):
            pen.word(f"{angle.name} {angle.degrees[k]:.0f} deg", x + 12 * pen.unit, y, LIGHT)


def _contacts(pen: _Pen, drawing: Drawing, k: int, time_s: float) -> None:
    """A heading, a lane a foot along the bottom with its contacts, and a word where an event is."""
    heading = f"{drawing.heading}  " if drawing.heading else ""
    pen.word(f"{heading}frame {k}  {time_s:.3f} s", 8 * pen.unit, 22 * pen.unit, LIGHT)
    lane, gap = 10 * pen.unit, 4 * pen.unit
    for place, side in enumerate(SIDES):
        spans = drawing.contacts.get(side, ())
        if not spans:
            continue
        top = pen.height - (len(SIDES) - place) * (lane + gap)
        _lane(pen, spans, k, (top, top + lane), COLOURS[side])
        if any(first <= k < last for first, last in spans):
            x = (8 if side == "left" else 190) * pen.unit
            pen.word(f"{side} foot on the belt", x, 44 * pen.unit, COLOURS[side])
    for mark in drawing.marks:
        if mark.frame == k:
            _flash(pen, drawing.track, k, mark)


def _lane(
    pen: _Pen,
    spans: Spans,
    k: int,
    between: tuple[float, float],
    colour: tuple[int, int, int],
) -> None:
    """The contacts of about a hundred frames round this one, which is in the middle."""
    per_frame = pen.width / 100
    middle = pen.width / 2
    pen.bar(0, pen.width, *between, INK)
    for first, last in spans:
        left, right = middle + (first - k) * per_frame, middle + (last - k) * per_frame
        if right > 0 and left < pen.width:
            pen.bar(max(0.0, left), min(float(pen.width), right), *between, colour)
    pen.bar(middle - pen.unit, middle + pen.unit, *between, LIGHT)


def _flash(pen: _Pen, track: LandmarkTrack | None, k: int, mark: Mark) -> None:
    colour = COLOURS.get(mark.side, MIDDLE)
    name = f"{mark.side}_heel" if mark.text != "toe-off" else f"{mark.side}_foot_index"
    x, y = pen.width / 2, pen.height * 0.8
    if track is not None and track.has(name):
        at = track.xy[k, track.place(name)]
        if np.all(np.isfinite(at)):
            x, y = float(at[0]), float(at[1])
            pen.dot(at, colour, 7.0)
    pen.word(f"{mark.side} {mark.text}", x + 10 * pen.unit, y + 22 * pen.unit, colour, 0.7)
