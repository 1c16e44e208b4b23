"""The pen of every drawing for paper and screen: polygons, lines and letters in millimetres, and their inks.

Whoever paints walks `Drawing.shapes` in their order, each first with its halo, then its edge, then its fill.
Points are (right, up) from the lower left corner.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import acos, atan2, ceil, cos, hypot, pi, sin
from typing import Literal, TypeAlias

Point: TypeAlias = tuple[float, float]
Polygon: TypeAlias = tuple[Point, ...]
Ink: TypeAlias = Literal[
    "near", "trunk", "far", "face", "hair", "shoe", "edge", "start", "start_edge", "prop", "prop_edge",
    "load", "floor", "quiet", "mark", "paper", "chosen", "green", "amber", "red",
]  # fmt: skip
PAPER_INKS: dict[Ink, str] = {  # no shade is alone: every light part has a dark edge
    "near": "#263238",
    "trunk": "#54666F",
    "far": "#BAC4C9",
    "face": "#F0F2F3",
    "hair": "#181E22",
    "shoe": "#FFFFFF",
    "edge": "#263238",
    "start": "#EEF0F1",
    "start_edge": "#687075",
    "prop": "#E1E5E7",
    "prop_edge": "#3C444A",
    "load": "#464E54",
    "floor": "#78828A",
    "quiet": "#8A9298",
    "mark": "#000000",
    "paper": "#FFFFFF",
    "chosen": "#8A9298",
    "green": "#FFFFFF",
    "amber": "#E6E6E6",
    "red": "#000000",
}
EDGE_MM, START_EDGE_MM, HALO_MM, PROP_EDGE_MM, ARROW_MM, HEAD_MM = 0.32, 0.25, 0.35, 0.3, 0.42, 1.6
CORNERS = 24  # of a circle


@dataclass(frozen=True, slots=True)
class Area:
    """Closed polygons painted as one: `edge_mm` of edge and then `halo_mm` of paper lie outside them."""

    polygons: tuple[Polygon, ...]
    fill: Ink | None
    edge: Ink | None = None
    edge_mm: float = 0.0
    halo_mm: float = 0.0
    part: str = ""  # what it is: a limb, a prop, a region that can be chosen


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline with round ends and joints; `dash_mm` is the length of dash and gap, 0 for none."""

    points: Polygon
    ink: Ink
    width_mm: float
    halo_mm: float = 0.0
    dash_mm: float = 0.0
    part: str = ""


@dataclass(frozen=True, slots=True)
class Letters:
    """Words on a drawing: base line at `at`, `height_mm` of type; `anchor` 0 left, 0.5 middle, 1 right."""

    at: Point
    text: str
    height_mm: float
    anchor: float = 0.5
    bold: bool = False
    ink: Ink = "mark"
    part: str = ""


Shape: TypeAlias = Area | Line | Letters


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished drawing, and what it shows in words for who cannot see it."""

    width_mm: float
    height_mm: float
    shapes: tuple[Shape, ...]
    says: str = ""

    def mirrored(self) -> "Drawing":
        """Left and right changed, the words still readable."""
        return replace(self, shapes=tuple(_flipped(each, self.width_mm) for each in self.shapes))


def _flipped(shape: Shape, width: float) -> Shape:
    if isinstance(shape, Area):
        flipped = tuple(tuple((width - x, y) for x, y in each) for each in shape.polygons)
        return replace(shape, polygons=flipped)
    if isinstance(shape, Line):
        return replace(shape, points=tuple((width - x, y) for x, y in shape.points))
    return replace(shape, at=(width - shape.at[0], shape.at[1]), anchor=1 - shape.anchor)


class Pen:
    """Draws in units of its own, `mm_per_unit` each; widths are millimetres whatever the scale."""

    def __init__(self, mm_per_unit: float, shift: Point = (0.0, 0.0)) -> None:
        self.mm_per_unit = mm_per_unit
        self.shift = shift  # in units
        self.shapes: list[Shape] = []

    def _mm(self, point: Sequence[float]) -> Point:
        scale, (right, up) = self.mm_per_unit, self.shift
        return (round((point[0] + right) * scale, 4), round((point[1] + up) * scale, 4))

    def area(
        self,
        polygons: Iterable[Sequence[Sequence[float]]],
        fill: Ink | None,
        edge: Ink | None = None,
        edge_mm: float = 0.0,
        *,
        halo_mm: float = 0.0,
        part: str = "",
    ) -> None:
        """Polygons painted as one."""
        mm = tuple(tuple(map(self._mm, each)) for each in polygons)
        self.shapes.append(Area(mm, fill, edge, edge_mm if edge else 0.0, halo_mm, part))

    def prop(self, *corners: Point, fill: Ink = "prop", part: str = "") -> None:
        """A thing of flat sides."""
        self.area([corners], fill, "prop_edge", PROP_EDGE_MM, part=part)

    def line(
        self,
        points: Iterable[Sequence[float]],
        ink: Ink,
        width_mm: float,
        *,
        halo_mm: float = 0.0,
        dash_mm: float = 0.0,
        part: str = "",
    ) -> None:
        """A line through points."""
        self.shapes.append(Line(tuple(map(self._mm, points)), ink, width_mm, halo_mm, dash_mm, part))

    def circle(
        self,
        centre: Point,
        radius: float,
        fill: Ink | None,
        edge: Ink | None = None,
        edge_mm: float = 0.0,
        *,
        halo_mm: float = 0.0,
        part: str = "",
    ) -> None:
        """A disc."""
        self.area([round_(centre, radius)], fill, edge, edge_mm, halo_mm=halo_mm, part=part)

    def letters(
        self,
        at: Point,
        text: str,
        height_mm: float,
        *,
        anchor: float = 0.5,
        bold: bool = False,
        part: str = "",
    ) -> None:
        """Words, set level."""
        self.shapes.append(Letters(self._mm(at), text, height_mm, anchor, bold, part=part))

    def arrow(
        self,
        start: Point,
        end: Point,
        *,
        bow: float = 0.0,
        away_from: Point | None = None,
        width_mm: float = ARROW_MM,
        head_mm: float = HEAD_MM,
        part: str = "arrow",
    ) -> None:
        """A quadratic curve whose control point lies `bow` of its length beside the chord, with a head.

        The curve bulges away from `away_from`, else to the left of its direction.
        """
        path = _curve(start, end, bow, away_from)
        length = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(path))
        head = min(head_mm / self.mm_per_unit, 0.6 * length) if length else 0.0
        if not head:
            return
        neck = _point_before_end(path, head)
        tip, along = path[-1], (path[-1][0] - neck[0], path[-1][1] - neck[1])
        reach = hypot(*along) or 1.0
        side = (-along[1] / reach * head * 0.42, along[0] / reach * head * 0.42)
        shaft = [each for each in path if _before(each, tip, head)]
        shaft.append((neck[0] + 0.2 * along[0], neck[1] + 0.2 * along[1]))
        barbs = [(neck[0] + sign * side[0], neck[1] + sign * side[1]) for sign in (1, -1)]
        self.line(shaft, "mark", width_mm, halo_mm=HALO_MM, part=part)
        self.area([[tip, *barbs]], "mark", halo_mm=HALO_MM, part=f"{part} head")
        self.line(shaft[-2:], "mark", width_mm, part=part)  # the halo of the head cut into it

    def placed(self, width_mm: float, height_mm: float, says: str = "") -> Drawing:
        """What was drawn, as a finished drawing."""
        return Drawing(width_mm, height_mm, tuple(self.shapes), says)


def _before(point: Point, tip: Point, head: float) -> bool:
    return hypot(point[0] - tip[0], point[1] - tip[1]) > head


def _curve(start: Point, end: Point, bow: float, away_from: Point | None) -> list[Point]:
    along = (end[0] - start[0], end[1] - start[1])
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    side = (-along[1], along[0])
    if away_from is not None and (
        side[0] * (middle[0] - away_from[0]) + side[1] * (middle[1] - away_from[1]) < 0
    ):
        side = (-side[0], -side[1])
    over = (middle[0] + bow * side[0], middle[1] + bow * side[1])
    steps = 20 if bow else 1
    return [
        (
            (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * over[0] + t * t * end[0],
            (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * over[1] + t * t * end[1],
        )
        for t in (step / steps for step in range(steps + 1))
    ]


def _point_before_end(path: Sequence[Point], back: float) -> Point:
    """The point of the path whose distance from its end is `back`."""
    tip = path[-1]
    outside = path[0]
    inside = tip
    for earlier in reversed(path[:-1]):
        if _before(earlier, tip, back):
            outside = earlier
            break
        inside = earlier
    far, near = (hypot(each[0] - tip[0], each[1] - tip[1]) for each in (outside, inside))
    share = (back - near) / (far - near) if far > near else 0.0
    return (inside[0] + share * (outside[0] - inside[0]), inside[1] + share * (outside[1] - inside[1]))


# -- shapes


def round_(centre: Point, radius: float, corners: int = 0) -> list[Point]:
    """A circle as a polygon."""
    corners = corners or (CORNERS if radius < 0.1 else 2 * CORNERS)
    turns = (2 * pi * each / corners for each in range(corners))
    return [(centre[0] + radius * cos(a), centre[1] + radius * sin(a)) for a in turns]


def capsule(one: Point, radius: float, other: Point, other_radius: float) -> list[Point]:
    """The hull of two discs, counter-clockwise."""
    apart = hypot(other[0] - one[0], other[1] - one[1])
    if apart <= abs(radius - other_radius) + 1e-9:
        return round_(*max(((one, radius), (other, other_radius)), key=lambda disc: disc[1]))
    ahead = atan2(other[1] - one[1], other[0] - one[0])
    tangent = acos((radius - other_radius) / apart)
    return [
        *_arc(one, radius, ahead + tangent, ahead - tangent + 2 * pi),
        *_arc(other, other_radius, ahead - tangent, ahead + tangent),
    ]


def _arc(centre: Point, radius: float, start: float, end: float) -> list[Point]:
    steps = max(1, ceil((end - start) / (2 * pi / CORNERS)))
    turns = (start + (end - start) * each / steps for each in range(steps + 1))
    return [(centre[0] + radius * cos(a), centre[1] + radius * sin(a)) for a in turns]


def hull(points: Iterable[Point]) -> list[Point]:
    """The convex hull, counter-clockwise (Andrew 1979)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return lower[:-1] + upper[:-1]


def _chain(ordered: Sequence[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in ordered:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
            kept.pop()
        kept.append(point)
    return kept


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def smooth(points: Sequence[Point], steps: int = 8) -> list[Point]:
    """A curve through points (Catmull & Rom 1974), `steps` pieces between two of them."""
    first, second, before, last = points[0], points[1], points[-2], points[-1]
    held = [
        (2 * first[0] - second[0], 2 * first[1] - second[1]),
        *points,
        (2 * last[0] - before[0], 2 * last[1] - before[1]),
    ]
    found = [
        (_catmull([each[0] for each in four], t), _catmull([each[1] for each in four], t))
        for four in (held[at : at + 4] for at in range(len(points) - 1))
        for t in (step / steps for step in range(steps))
    ]
    return [*found, last]


def _catmull(four: Sequence[float], t: float) -> float:
    a, b, c, d = four
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def bounds(shapes: Iterable[Shape]) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of all ink in mm, lines with their width; letters by their place alone."""
    boxes = [_box(each) for each in shapes]
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def _box(shape: Shape) -> tuple[float, float, float, float]:
    if isinstance(shape, Area):
        points, out = [each for polygon in shape.polygons for each in polygon], shape.edge_mm
    elif isinstance(shape, Line):
        points, out = list(shape.points), shape.width_mm / 2
    else:
        points, out = [shape.at], 0.0
    right, up = [each[0] for each in points], [each[1] for each in points]
    return min(right) - out, min(up) - out, max(right) + out, max(up) + out
