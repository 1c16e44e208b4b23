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

Tool = Literal["line", "arrow", "vertical", "angle", "distance", "scale", "circle", "plumb"]
Point = tuple[float, float]
TOOLS: tuple[Tool, ...] = get_args(Tool)
POINTS: dict[Tool, int] = {each: 3 if each == "angle" else 2 for each in TOOLS}
CLICK_PX, CLICK_LINES = 4.0, 1080  # SD of a click on a clothed runner in a picture of so many lines (choice)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing: its points in pixels of the frame (pixel centres at whole numbers), in the order clicked.

    `number` is the last part of its key and never used again. An angle has its vertex in the middle;
    a circle its middle first, then a place on its rim; a plumb line hangs upright in the picture.
    `known_cm` is the length of a scale. `zoom` is how close the picture was while it was clicked.
    """

    number: int
    tool: Tool
    frame: int
    points: tuple[Point, ...]
    known_cm: float = 0.0
    zoom: float = 1.0

    @property
    def value(self) -> dict[str, Json]:
        """As it is recorded."""
        made: dict[str, Json] = {
            "tool": self.tool,
            "frame": self.frame,
            "points": [[round(x, 3), round(y, 3)] for x, y in self.points],
            "zoom": round(self.zoom, 3),
        }
        return made | {"known_cm": self.known_cm} if self.tool == "scale" else made


def moved(drawing: Drawing, which: int, place: Point) -> Drawing:
    """With one of its points elsewhere; a plumb line stays upright, and goes to that side as a whole."""
    points = [place if at == which else each for at, each in enumerate(drawing.points)]
    if drawing.tool == "plumb":
        points = [(place[0], y) for _x, y in points]
    return replace(drawing, points=tuple(points))


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
    """What a drawing measures; None for an arrow, a plumb line, a scale, or points on one another.

    A line and a goniometer read the angle to the vertical in degrees, + = its upper end to the right; an
    angle the opening at its middle point; a distance pixels, or cm by a scale; a circle its width in the
    same way. `size` of the frame in pixels, `aspect` a pixel's width by its height. The ± is that of the
    clicks, which are finer the closer the picture was (GAIT E3); of what is in cm also that of the scale.
    """
    points = [(x * aspect, y) for x, y in drawing.points]
    sigma = _click_px(drawing, size)
    arms = [math.dist(one, other) for one, other in pairwise(points)]
    if drawing.tool in ("arrow", "plumb", "scale") or min(arms, default=0.0) < 1:
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
    if len(places) != POINTS[kind]:
        return None
    known, zoom = _number(value.get("known_cm")), _number(value.get("zoom"))
    return Drawing(int(number), kind, frame, places, known, max(1.0, zoom))


def _points(value: Json) -> tuple[Point, ...]:
    if not isinstance(value, list):
        return ()
    pairs = [each for each in value if isinstance(each, list) and len(each) == 2]
    return tuple((_number(each[0]), _number(each[1])) for each in pairs)


def _number(value: Json) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
