"""A Kinovea analysis (.kva, forms 1.3 to 2.1) as drawings, marks and chosen frames of one film.

Read by what Kinovea's own source writes and accepts. Its places are scaled to the film as it does that, and
turned where it looked at the pictures in another orientation. It mirrors only what it shows.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np

from runclinic.exports import plain_xml, rtf
from runclinic.exports.kva import (
    CORNER,
    OWN,
    PIXELS,
    ROOT,
    SAME_RATE,
    TO_VERTICAL,
    Picture,
    Taken,
    Work,
    colour_words,
    counter_clockwise,
    event_words,
)
from runclinic.exports.plain_xml import Element
from runclinic.gait.contacts import HAND, KINDS, SIDES, Kind, Side
from runclinic.refused import Refused
from runclinic.visit.drawings import (
    COLOURS,
    MOST_FRAMES,
    MOST_LETTERS,
    POINTS,
    TOOLS,
    USUAL_COLOUR,
    Colour,
    Drawing,
    Point,
    Tool,
    colour_named,
    fits,
    plain,
)
from runclinic.visit.stride import Mark

OLDEST_FORM = 1.3
FARTHEST_PX = 1_000_000.0
LONGEST_CM = 10_000.0
SAME_TIME_S = 1e-6
STROKE_WITHIN = 0.5  # pixels that a stroke of very many points may be off
SAME_SHAPE = 0.03  # a share of width by height: Kinovea rounds sizes
TRUE_RATE = 0.02  # a share: else Kinovea was told to play the film at another rate
NOT_READ = ("Tracks", "Trackability", "CameraMotion", "VideoFilters", "KinogramParameters", "Bitmap", "SVG")
GONIOMETER = "02ea93f9-ba00-424b-8c87-07e156e0252f"
CM = {"Millimeters": 0.1, "Centimeters": 1.0, "Meters": 100.0, "Inches": 2.54, "Feet": 30.48, "Yards": 91.44}
CM_BY_NUMBER = {"0": 1.0, "1": 100.0, "2": 2.54, "3": 30.48, "4": 91.44}  # forms before 2.0
OLD_SHAPES = {
    "DrawingLine2D": "Line",
    "DrawingAngle2D": "Angle",
    "DrawingCross2D": "CrossMark",
    "DrawingText": "Label",
    "DrawingCircle": "Circle",
    "DrawingPencil": "Pencil",
}
TURNS = {"Rotate0": 0, "Rotate90": 90, "Rotate180": 180, "Rotate270": 270}
TIMECODE = re.compile(r"[-+]?[\d:.,;\s]*(\(\d+\))?(ms|s|μs|µs)?")
YES = "true"
Shape = tuple[Tool | None, tuple[Point, ...]]
TITLES: dict[str, tuple[Side, Kind]] = {
    event_words(side, kind): (side, kind) for side in SIDES for kind in KINDS
}


def read(content: bytes, picture: Picture) -> Taken:
    """What there is on this film. Refused if it is no analysis of Kinovea, or belongs to another picture."""
    root = plain_xml.read(content, NOT_READ)
    if root.name != ROOT:
        raise Refused("This is no analysis of Kinovea.", "Choose a file that Kinovea saved, ending in .kva.")
    form = _float(root.words("FormatVersion"))
    if form is not None and form < OLDEST_FORM:
        raise Refused(
            f"This file is of an old Kinovea (form {form:g}).",
            "Open it in a newer Kinovea, and save it again.",
        )
    taken = _Reading(root, picture).all()
    return replace(taken, work=picture.as_kinovea_sees(taken.work))


@dataclass
class _Reading:
    root: Element
    picture: Picture
    left_out: Counter[str] = field(default_factory=Counter[str])
    outside: int = 0
    turned_over: int = 0

    def __post_init__(self) -> None:
        self.places = _places(self.root, self.picture)
        self.clock = _clock(self.root, self.picture)
        self.calibration = _calibration(self.root)

    def all(self) -> Taken:
        drawings: list[Drawing] = []
        marks: list[Mark] = []
        chosen: list[tuple[int, str]] = []
        for each in self._key_frames():
            frame = self._frame(each)
            if frame is None:
                self.outside += 1
                continue
            for shape in _shapes(each):
                drawn = self._drawing(shape, frame, len(drawings) + 1)
                if drawn is not None:
                    drawings.append(drawn)
            marks += _marks(each, frame, len(marks))
            chosen += _chosen(each, frame)
        drawings += self._scale_without_line(drawings)
        self._count_the_rest()
        work = Work(tuple(drawings), tuple(marks), tuple(chosen), self._capture_fps())
        return Taken(work, dict(self.left_out), self.outside, self.turned_over)

    def _key_frames(self) -> Iterable[Element]:
        found = self.root.first("Keyframes")
        return () if found is None else found.all("Keyframe")

    def _frame(self, key_frame: Element) -> int | None:
        at = key_frame.first("Position", "Timestamp")
        if at is None:
            raise Refused(f"Line {key_frame.line}: a key frame has no time.", plain_xml.ONLY_ELEMENTS)
        frame = self.clock.frame(_sure_number(at))
        own = key_frame.first(OWN)
        told = -1 if own is None else _whole(own.attributes.get("frame"))
        times = self.picture.times_s
        if frame is not None and 0 <= told < len(times) and abs(times[told] - times[frame]) < SAME_TIME_S:
            return told  # two frames of one time
        return frame

    def _capture_fps(self) -> float | None:
        told, video = _float(self.root.words("CaptureFramerate")), 1 / self.picture.frame_s
        if told is None or not 1 <= told <= 2000 or abs(told / video - 1) <= SAME_RATE:
            return None
        own = self.clock.fps
        return None if own is not None and abs(told / own - 1) <= SAME_RATE else told

    def _count_the_rest(self) -> None:
        for name in ("Tracks", "Chronos", "Spotlights", "NumberSequence", "AutoNumbers"):
            if (found := self.root.first(name)) is not None and (found.inside or name in NOT_READ):
                self.left_out[name] += 1

    # -- drawings

    def _drawing(self, shape: Element, frame: int, number: int) -> Drawing | None:
        name = OLD_SHAPES.get(shape.attributes.get("Type", ""), shape.name)
        tool, points, known_cm = self._shape(name, shape)
        if tool is None:
            self.left_out[name] += 1
            return None
        own = shape.first(OWN)
        said = {} if own is None else own.attributes
        if said.get("tool") in TOOLS and fits(_tool(said["tool"]), len(points)):
            tool = _tool(said["tool"])
        if tool == "scale":
            known_cm = _float(said.get("known_cm", "")) or known_cm
            if not 0 < known_cm <= LONGEST_CM:
                tool, known_cm = "distance", 0.0
        zoom = max(1.0, _float(said.get("zoom", "")) or 1.0)
        if tool != "scale":
            known_cm = 0.0
        words = _words(shape) if tool == "text" else ""
        frames = 1 if tool == "scale" else _frames(shape)
        return Drawing(number, tool, frame, points, known_cm, zoom, words, _colour(shape), frames)

    def _shape(self, name: str, shape: Element) -> tuple[Tool | None, tuple[Point, ...], float]:
        if name == "Line":
            ends = self.places.named(shape, ("Start", "m_StartPoint"), ("End", "m_EndPoint"))
            if shape.attributes.get("id", "").lower() == self.calibration.line and self.calibration.cm > 0:
                return "scale", ends, self.calibration.cm
            tool, turned = _line(shape)
            return tool, ends[::-1] if turned else ends, 0.0
        if name == "Label" and _words(shape):
            return "text", self.places.named(shape, ("Position",)), 0.0
        reads = {
            "Angle": self._angle,
            "Circle": self._circle,
            "GenericPosture": self._posture,
            "Pencil": self._stroke,
        }
        tool, points = reads[name](shape) if name in reads else (None, ())
        return tool, points, 0.0

    def _angle(self, shape: Element) -> Shape:
        """What Kinovea shows, also where it shows the angle beside the one that was drawn."""
        middle, first, last = self.places.named(shape, ("PointO",), ("PointA",), ("PointB",))
        if shape.words("Supplementary").lower() == YES:
            opposite = (2 * middle[0] - first[0], 2 * middle[1] - first[1])
            first, last = last, _rounded(opposite)
        signed, against = shape.words("Signed").lower(), shape.words("CCW").lower()
        if against and signed != YES and (against == YES) != counter_clockwise(first, middle, last):
            self.turned_over += 1
        return "angle", (first, middle, last)

    def _circle(self, shape: Element) -> Shape:
        """Its middle and a place on its rim: ours where we wrote it, else to the right of the middle."""
        middle, radius, own = shape.first("Origin"), shape.first("Radius"), shape.first(OWN)
        if middle is None or radius is None:
            raise Refused(
                f"Line {shape.line}: a circle lacks its middle or its width.", plain_xml.ONLY_ELEMENTS
            )
        x, y = _pair(middle)
        rim = [_float(each) for each in (own.attributes.get("rim", "") if own is not None else "").split(";")]
        right, down = rim if len(rim) == 2 else (None, None)
        if right is None or down is None or max(abs(right), abs(down)) > FARTHEST_PX:
            right, down = x + min(abs(_sure_number(radius)), FARTHEST_PX), y
        return "circle", (self.places.moved((x, y)), self.places.moved((right, down)))

    def _stroke(self, shape: Element) -> Shape:
        """Of very many places it keeps fewer; one of a single place is none."""
        listed = shape.first("PointList")
        stroke = () if listed is None else tuple(self.places.place(each) for each in listed.all("Point"))
        if len(stroke) < POINTS["freehand"]:
            return None, ()
        return "freehand", stroke if fits("freehand", len(stroke)) else plain(stroke, STROKE_WITHIN)

    def _posture(self, shape: Element) -> Shape:
        """Two of Kinovea's own tools are ours: the angle to the vertical, and the goniometer."""
        listed, tool = shape.first("Positions"), shape.words("ToolId").lower()
        if listed is None or tool not in (TO_VERTICAL, GONIOMETER):
            return None, ()
        points = [self.places.place(each) for each in listed.all("Point")]
        if len(points) != 4:
            return None, ()
        return (
            ("vertical", (points[1], points[3]))
            if tool == TO_VERTICAL
            else ("angle", (points[2], points[1], points[3]))
        )

    def _scale_without_line(self, drawings: Iterable[Drawing]) -> list[Drawing]:
        """A calibration whose line is not drawn; of old files, which tell only the length of a pixel."""
        if any(each.tool == "scale" for each in drawings):
            return []
        number = 1 + max((each.number for each in drawings), default=0)
        found, (width, height) = self.calibration, self.places.size
        ends, cm = found.ends, found.cm
        if found.cm_per_pixel > 0:
            ends = ((width * 0.25, height * 0.9), (width * 0.75, height * 0.9))
            cm = found.cm_per_pixel * width / 2
        if len(ends) == 2 and 0 < cm <= LONGEST_CM:
            return [Drawing(number, "scale", 0, tuple(self.places.moved(each) for each in ends), cm)]
        if found.unused:
            self.left_out[found.unused] += 1
        return []


# ---- marks and sentences ----


def _marks(key_frame: Element, frame: int, before: int) -> list[Mark]:
    own = key_frame.first(OWN)
    if own is not None:
        told = [each.attributes for each in own.all("Mark")]
        known = [each for each in told if each.get("side") in SIDES and each.get("kind") in KINDS]
        return [_mark(each, frame, before + k) for k, each in enumerate(known, 1)]
    titles = [TITLES[part] for part in _title(key_frame) if part in TITLES]
    return [Mark(before + k, side, kind, frame) for k, (side, kind) in enumerate(titles, 1)]


def _mark(said: Mapping[str, str], frame: int, number: int) -> Mark:
    side, kind = (
        SIDES[SIDES.index(cast("Side", said["side"]))],
        KINDS[KINDS.index(cast("Kind", said["kind"]))],
    )
    sure = _float(said.get("confidence", ""))
    confidence = 1.0 if sure is None else min(1.0, max(0.0, sure))
    return Mark(number, side, kind, frame, said.get("source") or HAND, confidence)


def _title(key_frame: Element) -> list[str]:
    return [part.strip() for part in key_frame.words("Title", "Name").split(";")]


def _chosen(key_frame: Element, frame: int) -> list[tuple[int, str]]:
    """Kinovea has a key frame wherever something is drawn: one that is chosen says something."""
    own = key_frame.first(OWN)
    if own is not None:
        return [(frame, each.attributes.get("words", "")) for each in own.all("Chosen")]
    title = "; ".join(part for part in _title(key_frame) if part not in TITLES)
    comment = rtf.words(key_frame.words("Comment"))
    said = [part for part in (title, comment) if part and not TIMECODE.fullmatch(part)]
    return [(frame, " ".join(": ".join(said).split()))] if said else []


# ---- drawings ----


def _shapes(key_frame: Element) -> list[Element]:
    found = key_frame.first("Drawings")
    return [] if found is None else found.inside


def _words(shape: Element) -> str:
    return " ".join(shape.words("Text").split())[:MOST_LETTERS]


def _colour(shape: Element) -> Colour:
    """Ours where we wrote it, and where Kinovea has the very same one; else the usual."""
    own, style = shape.first(OWN), shape.first("DrawingStyle")
    if own is not None and "colour" in own.attributes:
        return colour_named(own.attributes["colour"])
    seen = "" if style is None else next((each.words("Value") for each in style.all("Color")), "")
    known: dict[str, Colour] = {colour_words(each): each for each in COLOURS}
    return known.get(seen, USUAL_COLOUR)


def _frames(shape: Element) -> int:
    """On how many frames it is whole, where it is not as Kinovea is set."""
    fading = shape.first("InfosFading")
    if fading is None or fading.words("UseDefault").lower() == YES:
        return 1
    return min(MOST_FRAMES, max(1, _whole(fading.words("OpaqueFrames"))))


def _line(shape: Element) -> tuple[Tool, bool]:
    """Which of our tools a line is, and whether its arrow points to its start."""
    measured = shape.words("ExtraData") not in ("", "None", "Name")
    shown = shape.words("MeasureIsVisible", "MeasureVisible").lower() == YES
    if measured or shown:
        return "distance", False
    style, old = shape.first("DrawingStyle"), shape.first("LineStyle")
    arrows = next((each.words("Value") for each in style.all("Arrows")), "") if style is not None else ""
    arrows = old.words("LineShape") if old is not None else arrows
    if arrows == "StartArrow":
        return "arrow", True
    return ("arrow" if arrows in ("EndArrow", "DoubleArrow") else "line"), False


def _tool(name: str) -> Tool:
    return next(each for each in TOOLS if each == name)


# ---- places ----


@dataclass(frozen=True, slots=True)
class _Places:
    """From Kinovea's picture (`size`, width and height) to ours: turned clockwise by `turn`, then scaled."""

    size: tuple[float, float]
    turn: int
    scale: tuple[float, float]

    def named(self, shape: Element, *names: tuple[str, ...]) -> tuple[Point, ...]:
        found = [shape.first(*each) for each in names]
        if any(each is None for each in found):
            raise Refused(f"Line {shape.line}: a drawing lacks a point.", plain_xml.ONLY_ELEMENTS)
        return tuple(self.place(each) for each in found if each is not None)

    def place(self, element: Element) -> Point:
        return self.moved(_pair(element))

    def moved(self, place: Point) -> Point:
        (x, y), (width, height) = place, self.size
        if self.turn == 90:
            x, y = height - y, x
        elif self.turn == 180:
            x, y = width - x, height - y
        elif self.turn == 270:
            x, y = y, width - x
        return _rounded((x * self.scale[0] - CORNER, y * self.scale[1] - CORNER))


def _rounded(place: Point) -> Point:
    return round(place[0], PIXELS) + 0.0, round(place[1], PIXELS) + 0.0


def _places(root: Element, picture: Picture) -> _Places:
    ours = (float(picture.size[0]), float(picture.size[1]))
    told = root.first("ImageSize")
    size = ours if told is None else _pair(told)
    if min(size) < 1:
        size = ours
    theirs = TURNS.get(root.words("Rotation"))
    if theirs is None:  # before Kinovea turned pictures: as they lie in the file, or as they are seen
        theirs = picture.turned if _alike(size, ours, picture.pixel_aspect) else 0
    turn = (picture.turned - theirs) % 360
    seen = size if turn in (0, 180) else (size[1], size[0])
    if not _alike(seen, ours, picture.pixel_aspect):
        raise Refused(
            f"It was drawn on a picture of {size[0]:g} × {size[1]:g} pixels, and this film has "
            f"{ours[0]:g} × {ours[1]:g}: it belongs to another film.",
            "Choose the film that it was drawn on.",
        )
    return _Places(size, turn, (ours[0] / seen[0], ours[1] / seen[1]))


def _alike(size: Point, ours: Point, aspect: float) -> bool:
    shape = size[0] / size[1]
    return any(abs(shape / (ours[0] * each / ours[1]) - 1) <= SAME_SHAPE for each in (1.0, aspect))


# ---- time ----


@dataclass(frozen=True, slots=True)
class _Clock:
    """Kinovea's ticks: how many a frame, the first one, and frames a second where they were told."""

    per_frame: float
    first: float
    fps: float | None
    picture: Picture

    def frame(self, ticks: float) -> int | None:
        """The frame that is shown then; None where the film has none."""
        frame_s = self.picture.frame_s
        told = self.fps is not None and abs(self.fps * frame_s - 1) <= TRUE_RATE
        one_s = 1 / self.fps if told and self.fps else frame_s
        at = (ticks - self.first) / self.per_frame * one_s
        times = self.picture.times_s - self.picture.times_s[0]
        if not -frame_s / 2 <= at <= float(times[-1]) + frame_s / 2:
            return None
        return int(np.argmin(np.abs(times - at)))


def _clock(root: Element, picture: Picture) -> _Clock:
    per_frame = _float(root.words("AverageTimeStampsPerFrame"))
    if per_frame is None or not per_frame > 0:
        raise Refused("The file does not say how its time is counted.", plain_xml.ONLY_ELEMENTS)
    first = root.first("FirstTimeStamp")
    fps = _float(root.words("VideoFramerate"))
    return _Clock(per_frame, 0.0 if first is None else _sure_number(first), fps or None, picture)


# ---- known lengths ----


@dataclass(frozen=True, slots=True)
class _Known:
    """A known length: between two ends, or of a pixel; `line` is the drawing that shows it."""

    cm: float = 0.0
    ends: tuple[Point, ...] = ()
    line: str = ""
    cm_per_pixel: float = 0.0
    unused: str = ""


def _calibration(root: Element) -> _Known:
    found = root.first("Calibration")
    if found is None:
        old = root.first("CalibrationHelp")
        per_pixel = None if old is None else _float(old.words("PixelToUnit"))
        unit = "" if old is None else old.words("LengthUnit")
        return _Known(cm_per_pixel=(per_pixel or 0.0) * (CM_BY_NUMBER.get(unit) or CM.get(unit, 0.0)))
    cm, line = CM.get(found.words("Unit"), 0.0), found.first("CalibrationLine")
    if line is None:
        return _Known(unused="CalibrationPlane" if found.first("CalibrationPlane") is not None else "")
    if (per_pixel := line.first("Scale")) is not None:
        return _Known(cm_per_pixel=cm * _sure_number(per_pixel))
    length, segment = line.first("Length"), line.first("Segment")
    if length is None or segment is None:
        return _Known()
    ends = [segment.first(name) for name in ("A", "B")]
    places = tuple(_pair(each) for each in ends if each is not None)
    return _Known(cm * _sure_number(length), places, found.words("CalibrationDrawingId").lower())


# ---- numbers ----


def _pair(element: Element) -> Point:
    x, _, y = element.text.partition(";")
    pair = _float(x), _float(y)
    if pair[0] is None or pair[1] is None or max(abs(pair[0]), abs(pair[1])) > FARTHEST_PX:
        raise Refused(f"Line {element.line}: “{_short(element)}” is no place.", plain_xml.ONLY_ELEMENTS)
    return pair[0], pair[1]


def _sure_number(element: Element) -> float:
    found = _float(element.text)
    if found is None:
        raise Refused(f"Line {element.line}: “{_short(element)}” is no number.", plain_xml.ONLY_ELEMENTS)
    return found


def _short(element: Element) -> str:
    return " ".join(element.text.split())[:40]


def _float(text: str) -> float | None:
    """A number with a point or, from a computer that writes so, a comma; None if it is none."""
    plain = text.strip()
    plain = plain.replace(",", "" if "." in plain else ".")
    try:
        found = float(plain)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _whole(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else -1
