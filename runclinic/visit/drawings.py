"""What a hand drew on the frames of a film, from its entries; and what each drawing measures, with its ±."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, get_args

from runclinic.gait.uncertainty import NORMAL_95, joint_sd_deg, segment_sd_deg
from runclinic.measured import Measured
from runclinic.visit.entry import Json
from runclinic.visit.stride import ROOM

Tool = Literal[
    "line", "arrow", "vertical", "angle", "distance", "scale", "circle", "plumb", "text", "freehand"
]
Colour = Literal["yellow", "orange", "green", "blue"]
Point = tuple[float, float]
TOOLS: tuple[Tool, ...] = get_args(Tool)
COLOURS: tuple[Colour, ...] = get_args(Colour)
USUAL_COLOUR: Colour = "yellow"
RGB: dict[Colour, tuple[int, int, int]] = {  # each readable on a mid-grey film, and on dark ground
    "yellow": (255, 212, 71),
    "orange": (255, 162, 77),
    "green": (124, 245, 176),
    "blue": (111, 217, 255),
}
POINTS: dict[Tool, int] = {each: 3 if each == "angle" else 1 if each == "text" else 2 for each in TOOLS}
MOST_POINTS, MOST_PLACES = 400, 1500  # of a freehand stroke: as it is kept, and as the hand makes it
MOST_LETTERS = 200
MOST_FRAMES = 100_000
NOTHING_MEASURED: tuple[Tool, ...] = ("arrow", "plumb", "scale", "text", "freehand")
CLICK_PX, CLICK_LINES = 4.0, 1080  # SD of a click on a clothed runner in a picture of so many lines (choice)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing: its points in pixels of the frame (pixel centres at whole numbers), in the order clicked.

    `number` is the last part of its key and never used again. An angle has its vertex in the middle;
    a circle its middle first, then a place on its rim; a plumb line hangs upright in the picture; a
    freehand stroke has as many points as it takes. `known_cm` is the length of a scale, `words` are those
    of a text. `zoom` is how close the picture was while it was clicked. It shows on so many `frames`.
    """

    number: int
    tool: Tool
    frame: int
    points: tuple[Point, ...]
    known_cm: float = 0.0
    zoom: float = 1.0
    words: str = ""
    colour: Colour = USUAL_COLOUR
    frames: int = 1

    @property
    def value(self) -> dict[str, Json]:
        """As it is recorded."""
        made: dict[str, Json] = {
            "tool": self.tool,
            "frame": self.frame,
            "points": [[round(x, 3), round(y, 3)] for x, y in self.points],
            "zoom": round(self.zoom, 3),
        }
        if self.tool == "scale":
            made["known_cm"] = self.known_cm
        if self.tool == "text":
            made["words"] = self.words
        if self.colour != USUAL_COLOUR:
            made["colour"] = self.colour
        if self.frames > 1:
            made["frames"] = self.frames
        return made

    def shows_on(self, frame: int) -> bool:
        """Its own frames; a known length shows on all."""
        return self.tool == "scale" or self.frame <= frame < self.frame + self.frames


def colour_named(name: Json) -> Colour:
    """One of ours, else the usual."""
    known: dict[str, Colour] = {each: each for each in COLOURS}
    return known.get(name, USUAL_COLOUR) if isinstance(name, str) else USUAL_COLOUR


def fits(tool: Tool, count: int) -> bool:
    """Whether a drawing of this kind can have so many points."""
    return POINTS[tool] <= count <= (MOST_POINTS if tool == "freehand" else POINTS[tool])


def shifted(drawing: Drawing, right: float, down: float) -> Drawing:
    """All of it so far away."""
    return replace(drawing, points=tuple((x + right, y + down) for x, y in drawing.points))


def moved(drawing: Drawing, which: int, place: Point) -> Drawing:
    """With one of its points elsewhere; a plumb line stays upright, and goes to that side as a whole."""
    points = [place if at == which else each for at, each in enumerate(drawing.points)]
    if drawing.tool == "plumb":
        points = [(place[0], y) for _x, y in points]
    return replace(drawing, points=tuple(points))


def plain(stroke: Sequence[Point], within: float) -> tuple[Point, ...]:
    """A stroke with no more points than it takes to stay within so many pixels (Douglas and Peucker 1973).

    Of more places than a hand can mean some are passed over.
    """
    every = -(-len(stroke) // MOST_PLACES)
    stroke = [*stroke[:-1:every], stroke[-1]]
    while len(kept := _bends(list(stroke), within)) > MOST_POINTS:
        within *= 2
    return tuple(kept)


def _bends(stroke: list[Point], within: float) -> list[Point]:
    keep, spans = {0, len(stroke) - 1}, [(0, len(stroke) - 1)]
    while spans:
        first, last = spans.pop()
        away = [beside(stroke[at], stroke[first], stroke[last]) for at in range(first + 1, last)]
        if away and max(away) > within:
            bend = first + 1 + away.index(max(away))
            keep.add(bend)
            spans += [(first, bend), (bend, last)]
    return [stroke[at] for at in sorted(keep)]


def beside(place: Point, one: Point, other: Point) -> float:
    """How far a place is from the line between two others."""
    long = (other[0] - one[0], other[1] - one[1])
    square = long[0] ** 2 + long[1] ** 2
    along = 0.0
    if square > 0:
        along = ((place[0] - one[0]) * long[0] + (place[1] - one[1]) * long[1]) / square
    along = min(1.0, max(0.0, along))
    return math.dist(place, (one[0] + along * long[0], one[1] + along * long[1]))


def gone_with(drawing: Drawing, now: Mapping[int, int | None]) -> Drawing | None:
    """Where frame k is frame `now[k]` (None: gone) it is on the same pictures; None if none is left."""
    span = range(drawing.frame, drawing.frame + drawing.frames)
    there = [frame for frame in (now.get(each, each) for each in span) if frame is not None]
    if not there:
        return None
    return replace(drawing, frame=min(there), frames=max(there) - min(there) + 1)


def drawing_key(film_id: str, number: int) -> str:
    """The key of one drawing."""
    return f"{ROOM}/{film_id}/drawing/{number}"


def recorded(entries: Mapping[str, Json], film_id: str) -> tuple[Drawing, ...]:
    """The drawings that stand on a film, by number; what cannot be one is passed over."""
    start = drawing_key(film_id, 0).removesuffix("0")
    own = {key.removeprefix(start): value for key, value in entries.items() if key.startswith(start)}
    found = (_drawing(number, value) for number, value in own.items())
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.number))


def measured(
    drawing: Drawing, size: tuple[float, float], aspect: float = 1.0, scale: Drawing | None = None
) -> Measured | None:
    """What a drawing measures; None for what only shows something, a scale, or points on one another.

    A line and a goniometer read the angle to the vertical in degrees, + = its upper end to the right; an
    angle the opening at its middle point; a distance pixels, or cm by a scale; a circle its width in the
    same way. `size` of the frame in pixels, `aspect` a pixel's width by its height. The ± is that of the
    clicks, which are finer the closer the picture was (GAIT E3); of what is in cm also that of the scale.
    """
    if drawing.tool in NOTHING_MEASURED:
        return None
    points = [(x * aspect, y) for x, y in drawing.points]
    sigma = _click_px(drawing, size)
    arms = [math.dist(one, other) for one, other in pairwise(points)]
    if min(arms, default=0.0) < 1:
        return None
    if drawing.tool == "angle":
        degrees = _opening(points)
        return _once(degrees, joint_sd_deg(sigma, arms[0], arms[1], degrees), "deg")
    if drawing.tool == "distance":
        return _distance(arms[0], sigma, scale, size, aspect)
    if drawing.tool == "circle":
        return _distance(2 * arms[0], 2 * sigma, scale, size, aspect)
    return _once(_to_vertical(points), segment_sd_deg(sigma, arms[0]), "deg")


def _distance(
    length: float, sigma: float, scale: Drawing | None, size: tuple[float, float], aspect: float
) -> Measured:
    sd = math.sqrt(2) * sigma
    known = 0.0 if scale is None else math.dist(*[(x * aspect, y) for x, y in scale.points])
    if scale is None or known < 1 or scale.known_cm <= 0:
        return _once(length, sd, "px")
    cm = scale.known_cm / known
    of_scale = length * math.sqrt(2) * _click_px(scale, size) / known
    return _once(length * cm, math.hypot(sd, of_scale) * cm, "cm")


def _click_px(drawing: Drawing, size: tuple[float, float]) -> float:
    return CLICK_PX * size[1] / CLICK_LINES / math.sqrt(max(1.0, drawing.zoom))


def _once(value: float, sd: float, unit: str) -> Measured:
    return Measured(value, NORMAL_95 * sd, unit, n=1)


def _opening(points: Sequence[Point]) -> float:
    first, middle, last = points
    one = math.atan2(first[1] - middle[1], first[0] - middle[0])
    other = math.atan2(last[1] - middle[1], last[0] - middle[0])
    turned = abs(math.degrees(one - other)) % 360
    return min(turned, 360 - turned)


def _to_vertical(points: Sequence[Point]) -> float:
    """From -90 to 90: how far the upper end leans to the right."""
    low, high = sorted(points[:2], key=lambda point: -point[1])
    return math.degrees(math.atan2(high[0] - low[0], low[1] - high[1]))


def _drawing(number: str, value: Json) -> Drawing | None:
    if not isinstance(value, dict) or not number.isdecimal():
        return None
    tool, frame, points = value.get("tool"), value.get("frame"), value.get("points")
    if tool not in TOOLS or not isinstance(frame, int) or isinstance(frame, bool):
        return None
    kind = tool
    places = _points(points)
    if not fits(kind, len(places)):
        return None
    known, zoom = _number(value.get("known_cm")), _number(value.get("zoom"))
    words, colour = value.get("words"), colour_named(value.get("colour"))
    said = words if kind == "text" and isinstance(words, str) else ""
    frames = int(min(MOST_FRAMES, max(1.0, _number(value.get("frames")))))
    return Drawing(int(number), kind, frame, places, known, max(1.0, zoom), said, colour, frames)


def _points(value: Json) -> tuple[Point, ...]:
    if not isinstance(value, list):
        return ()
    pairs = [each for each in value if isinstance(each, list) and len(each) == 2]
    return tuple((_number(each[0]), _number(each[1])) for each in pairs)


def _number(value: Json) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
