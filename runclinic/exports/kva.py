"""What was drawn and marked on a film as a Kinovea analysis (.kva, form 2.0), as Kinovea's source reads it.

Kinovea counts time in ticks of the film and places in pixels from the picture's upper left corner; ours are
counted from the middle of the first pixel. What Kinovea has no place for stands in elements of our own, which
it passes over. No name of the film or the runner is written.
"""

import math
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

from runclinic.gait.contacts import Kind, Side
from runclinic.gait.filming import FloatArray
from runclinic.visit.drawings import RGB, USUAL_COLOUR, Colour, Drawing, Point
from runclinic.visit.stride import Mark

ENDING = ".kva"
ROOT, FORM, PRODUCER = "KinoveaVideoAnalysis", "2.0", "RunClinic"
OWN = "RunClinic"  # elements of our own: Kinovea passes over what it does not know
TICKS = 3000  # a frame of mean length: older Kinoveas read a whole number, and hold 700,000 frames of so many
CORNER = 0.5  # from the middle of a pixel to its corner
PIXELS, DIGITS = 3, 6
SAME_RATE = 0.01  # a share: nearer than this, the film was not slowed down
IDS = uuid.UUID("7f0b7f2e-4d38-5d0e-9a53-3c6a1f0c9f5b")
TO_VERTICAL = "b0d88f59-fa46-4b8a-a2b3-f28a66fe2163"  # Kinovea's tool "Angle to vertical"
EVENTS: Mapping[Kind, str] = {"initial_contact": "initial contact", "toe_off": "toe-off"}
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
OPAQUE, LINE_SIZE, LETTER_SIZE = 255, "3", "14"
Node: TypeAlias = "str | tuple[str, Mapping[str, str], Sequence[Node]]"


@dataclass(frozen=True, slots=True)
class Picture:
    """The film that it lies on: upright size in pixels, seconds of each frame by the file, float[n].

    `pixel_aspect` is a pixel's width by its height; `turned` by how many degrees clockwise the file asks to
    turn its pictures, so that they are upright; `mirrored` whether it asks to mirror them, which Kinovea does
    not do: it sees every place from the other edge.
    """

    size: tuple[int, int]
    times_s: FloatArray
    pixel_aspect: float = 1.0
    turned: int = 0
    mirrored: bool = False

    def as_kinovea_sees(self, work: "Work") -> "Work":
        """Drawings as they lie in the picture that Kinovea shows; done twice they are ours again."""
        if not self.mirrored:
            return work
        last = self.size[0] - 1

        def other_way(drawing: Drawing) -> Drawing:
            return replace(drawing, points=tuple((round(last - x, PIXELS), y) for x, y in drawing.points))

        return replace(work, drawings=tuple(other_way(each) for each in work.drawings))

    @property
    def frame_s(self) -> float:
        """The mean time between frames by the file; a 25th of a second where there is one frame."""
        count = len(self.times_s)
        return float(self.times_s[-1] - self.times_s[0]) / (count - 1) if count > 1 else 0.04


@dataclass(frozen=True, slots=True)
class Work:
    """Drawings, marks, frames chosen for paper with their sentence, and the true rate where it was told."""

    drawings: tuple[Drawing, ...] = ()
    marks: tuple[Mark, ...] = ()
    chosen: tuple[tuple[int, str], ...] = ()
    capture_fps: float | None = None

    def frames(self) -> tuple[int, ...]:
        """Every frame on which there is anything, in order."""
        those = {each.frame for each in self.drawings} | {each.frame for each in self.marks}
        return tuple(sorted(those | {frame for frame, _ in self.chosen}))


@dataclass(frozen=True, slots=True)
class Taken:
    """What was read; and by Kinovea's names how many drawings there is no tool for.

    `outside` were on frames that the film does not have, `turned_over` are angles above 180 degrees, which
    are measured from their other side.
    """

    work: Work
    left_out: Mapping[str, int] = field(default_factory=dict[str, int])
    outside: int = 0
    turned_over: int = 0


def event_words(side: Side, kind: Kind) -> str:
    """A mark as the title of a key frame: "Left initial contact"."""
    return f"{side.capitalize()} {EVENTS[kind]}"


def write(work: Work, picture: Picture) -> bytes:
    """The file: UTF-8, the same for the same work. Frames that the film does not have are left out.

    An empty list of key frames would make Kinovea stumble, so there is none.
    """
    work = picture.as_kinovea_sees(work)
    count = len(picture.times_s)
    frames = [frame for frame in work.frames() if 0 <= frame < count]
    scales = [each for each in work.drawings if each.tool == "scale" and each.frame in frames]
    root: Node = (
        ROOT,
        {},
        [
            *_about(work, picture),
            *([_calibration(scales[-1])] if scales else []),
            *([("Keyframes", {}, [_key_frame(work, picture, each) for each in frames])] if frames else []),
        ],
    )
    return ('<?xml version="1.0" encoding="utf-8"?>\n' + "\n".join(_lines(root, "")) + "\n").encode()


def _about(work: Work, picture: Picture) -> Iterable[Node]:
    """The empty name of the film makes Kinovea count from its own film's start, whatever it is called."""
    fps = 1 / picture.frame_s
    width, height = picture.size
    yield "FormatVersion", {}, [FORM]
    yield "Producer", {}, [PRODUCER]
    yield "OriginalFilename", {}, []
    yield "ImageSize", {}, [f"{width};{height}"]
    yield "AverageTimeStampsPerFrame", {}, [str(TICKS)]
    yield "CaptureFramerate", {}, [_number(work.capture_fps or fps, DIGITS)]
    yield "VideoFramerate", {}, [_number(fps, DIGITS)]
    yield "FirstTimeStamp", {}, ["0"]
    yield "SelectionStart", {}, ["0"]
    yield "SelectionEnd", {}, [str(_ticks(picture, len(picture.times_s) - 1))]
    yield "TimeOrigin", {}, ["0"]


def _ticks(picture: Picture, frame: int) -> int:
    return round(TICKS * float(picture.times_s[frame] - picture.times_s[0]) / picture.frame_s)


def _calibration(scale: Drawing) -> Node:
    """Kinovea's calibration by a line: the newest known length of the clip."""
    segment: Node = ("Segment", {}, [_place("A", scale.points[0]), _place("B", scale.points[1])])
    length: Node = ("Length", {}, [_number(scale.known_cm, DIGITS)])
    more: list[Node] = [("Origin", {}, ["0;0"]), ("Offset", {}, ["0;0"]), ("Axis", {}, ["ImageAxes"])]
    return (
        "Calibration",
        {},
        [
            ("CalibrationLine", {}, [length, segment, *more]),
            ("CalibrationDrawingId", {}, [_id(scale)]),
            ("Unit", {"Abbreviation": "cm"}, ["Centimeters"]),
        ],
    )


# ---- key frames ----


def _key_frame(work: Work, picture: Picture, frame: int) -> Node:
    marks = [each for each in work.marks if each.frame == frame]
    chosen = [words for at, words in work.chosen if at == frame]
    drawings = [each for each in work.drawings if each.frame == frame]
    inside: list[Node] = [("Position", {}, [str(_ticks(picture, frame))])]
    if marks:
        inside.append(("Title", {}, ["; ".join(event_words(each.side, each.kind) for each in marks)]))
    if any(chosen):
        inside.append(("Comment", {}, [next(words for words in chosen if words)]))
    if drawings:
        inside.append(("Drawings", {}, [_drawing(each) for each in drawings]))
    own: list[Node] = [("Mark", _mark(each), []) for each in marks]
    own += [("Chosen", {"words": words}, []) for words in chosen]
    inside.append((OWN, {"frame": str(frame)}, own))
    return "Keyframe", {"id": str(uuid.uuid5(IDS, f"frame {frame}"))}, inside


def _mark(mark: Mark) -> Mapping[str, str]:
    said = {"side": mark.side, "kind": mark.kind, "source": mark.source}
    return said | {"confidence": repr(float(mark.confidence))}


def _drawing(drawing: Drawing) -> Node:
    own = {"tool": drawing.tool, "zoom": _number(drawing.zoom, PIXELS)}
    if drawing.tool == "scale":
        own["known_cm"] = repr(float(drawing.known_cm))
    if drawing.tool == "circle":
        own["rim"] = _at(drawing.points[1])
    if drawing.colour != USUAL_COLOUR:
        own["colour"] = drawing.colour
    name, title, points = _shape(drawing)
    style: list[Node] = [] if name == "GenericPosture" else [_style(drawing)]
    return name, {"id": _id(drawing), "name": title}, [*points, *style, *_fading(drawing), (OWN, own, [])]


def _fading(drawing: Drawing) -> Iterable[Node]:
    """How long it is seen, where it is not as Kinovea is set: always, or whole on so many frames."""
    if drawing.tool == "scale":
        yield "InfosFading", {}, [("Enabled", {}, ["true"]), ("AlwaysVisible", {}, ["true"])]
    elif drawing.frames > 1:
        told = {"Enabled": "true", "UseDefault": "false", "AlwaysVisible": "false", "MasterFactor": "1"}
        told |= {"OpaqueFrames": str(drawing.frames), "Frames": "1"}
        yield "InfosFading", {}, [(name, {}, [value]) for name, value in told.items()]


def _shape(drawing: Drawing) -> tuple[str, str, list[Node]]:
    """Kinovea's name of the shape, what the drawing is called there, and where its points lie."""
    points = drawing.points
    if drawing.tool == "angle":
        first, middle, last = points
        at = [_place("PointO", middle), _place("PointA", first), _place("PointB", last)]
        turn = "true" if counter_clockwise(first, middle, last) else "false"
        how: list[Node] = [("Signed", {}, ["false"]), ("CCW", {}, [turn]), ("Supplementary", {}, ["false"])]
        return "Angle", "Angle", [*at, *how]
    if drawing.tool == "vertical":
        return "GenericPosture", "Angle to vertical", _to_vertical(points[0], points[1])
    if drawing.tool == "circle":
        round_it: list[Node] = [("Radius", {}, [str(max(1, round(math.dist(*points))))])]
        return "Circle", "Circle", [_place("Origin", points[0]), *round_it, ("ExtraData", {}, ["None"])]
    if drawing.tool == "text":
        return "Label", "Label", [("Text", {}, [drawing.words]), _place("Position", points[0])]
    if drawing.tool == "freehand":
        places = [_place("Point", each) for each in points]
        return "Pencil", "Pencil", [("PointList", {"Count": str(len(places))}, places)]
    measured = "TravelDistance" if drawing.tool in ("distance", "scale") else "None"
    ends = [_place("Start", points[0]), _place("End", points[1])]
    title = f"{drawing.known_cm:g} cm" if drawing.tool == "scale" else drawing.tool.capitalize()
    return "Line", title, [*ends, ("ExtraData", {}, [measured])]


def counter_clockwise(first: Point, middle: Point, last: Point) -> bool:
    """Whether the smaller way from the first arm to the last one is against the clock, as it is seen."""
    one = (first[0] - middle[0], first[1] - middle[1])
    other = (last[0] - middle[0], last[1] - middle[1])
    return one[0] * other[1] - one[1] * other[0] <= 0


def _to_vertical(corner: Point, arm: Point) -> list[Node]:
    """Four points of Kinovea's tool: it measures at the second, from the third to the fourth."""
    long = max(50.0, math.dist(corner, arm) / 2)
    same_side = -long if arm[1] <= corner[1] else long
    places = [(corner[0], corner[1] - same_side), corner, (corner[0], corner[1] + same_side), arm]
    return [
        ("ToolId", {}, [TO_VERTICAL]),
        ("Positions", {}, [_place("Point", each) for each in places]),
    ]


def _style(drawing: Drawing) -> Node:
    colour = colour_words(drawing.colour)
    if drawing.tool == "angle":
        return "DrawingStyle", {}, [_look("Color", "line color", colour)]
    if drawing.tool == "text":
        looks = [_look("Color", "back color", colour), _look("FontSize", "font size", LETTER_SIZE)]
        return "DrawingStyle", {}, looks
    if drawing.tool in ("circle", "freehand"):
        looks = [_look("Color", "color", colour), _look("PenSize", "pen size", LINE_SIZE)]
        return "DrawingStyle", {}, looks
    shape = "Dash" if drawing.tool in ("distance", "scale") else "Solid"
    arrows = "EndArrow" if drawing.tool == "arrow" else "None"
    looks = [_look("Color", "color", colour), _look("LineSize", "line size", LINE_SIZE)]
    looks += [_look("LineShape", "line shape", shape), _look("Arrows", "arrows", arrows)]
    return "DrawingStyle", {}, looks


def colour_words(colour: Colour) -> str:
    """Opaque, red, green, blue."""
    return ";".join(str(each) for each in (OPAQUE, *RGB[colour]))


def _look(name: str, key: str, value: str) -> Node:
    return name, {"Key": key}, [("Value", {}, [value])]


def _id(drawing: Drawing) -> str:
    """The same for the same drawing, so that Kinovea takes it in once."""
    return str(uuid.uuid5(IDS, f"{drawing.number} {drawing.value}"))


def _place(name: str, point: Point) -> Node:
    return name, {}, [_at(point)]


def _at(point: Point) -> str:
    return ";".join(_number(each + CORNER, PIXELS) for each in point)


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


# ---- text ----


def _lines(node: Node, indent: str) -> Iterable[str]:
    if isinstance(node, str):
        return
    name, attributes, inside = node
    start = indent + "<" + name + "".join(f" {key}={_quoted(value)}" for key, value in attributes.items())
    words = "".join(each for each in inside if isinstance(each, str))
    if words:
        yield f"{start}>{escape(_clean(words), {chr(13): '&#13;'})}</{name}>"
    elif not inside:
        yield f"{start} />"
    else:
        yield f"{start}>"
        for each in inside:
            yield from _lines(each, f"{indent}  ")
        yield f"{indent}</{name}>"


def _quoted(value: str) -> str:
    return quoteattr(_clean(value), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _clean(words: str) -> str:
    """Without the letters that XML has no place for."""
    return NOT_IN_XML.sub("", words)
