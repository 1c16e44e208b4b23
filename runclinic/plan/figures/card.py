"""The card of an exercise as a drawing: start pale, end solid, an arrow between, what stands about.

The recipe: poses become bodies (body, flesh), both stand in one scene (scene), and the pen
draws them with their props and signs. Screen and paper paint the same list of shapes.
"""

from dataclasses import dataclass, replace
from functools import cache
from math import hypot

from runclinic.plan.exercise import Exercise
from runclinic.plan.figures import foot
from runclinic.plan.figures.marks import marks
from runclinic.plan.figures.pen import (
    Area,
    Drawing,
    Line,
    Pen,
    Point,
    Shape,
    bounds,
)
from runclinic.plan.figures.props import behind, ground, held
from runclinic.plan.figures.scene import Figure, Scene, point, scene

WIDE_MM, HIGH_MM, MARGIN_MM = 42.0, 34.0, 1.6
UPRIGHT_MM, LOW_MM = 27.0, 36.0  # a body height on the card, at most: standing, and near the floor
GAP, LYING_GAP, TALL, LOW = 0.20, 0.06, 0.55, 0.62
BOW, JUMP_BOW, SHORT, LENGTHENED, OUT = 0.36, 0.50, 0.12, 0.13, 0.055
THUD_CLEAR = 0.12
FOLLOWED = ("nh", "fh", "nk", "fk", "na", "fa", "head", "hip")


@cache
def _drawn(view: str, start: str, end: str) -> Drawing:
    if view.startswith("Z"):
        return foot.foot_dome(WIDE_MM, HIGH_MM)
    found = scene(view, start, end)
    paint = _two_pictures if found.view.two else _one_picture
    scale = UPRIGHT_MM
    shapes = paint(found, scale)
    most = LOW_MM if bounds(shapes)[3] < LOW * scale and not found.view.two else UPRIGHT_MM
    for _ in range(3):
        wanted = min(most, _fitting(found, shapes, scale))
        if abs(wanted - scale) < 0.01:
            break
        scale = wanted
        shapes = paint(found, scale)
    return Drawing(WIDE_MM, HIGH_MM, tuple(_centred(found, shapes)))


def figure(its: Exercise, *, left: bool = False) -> Drawing:
    """The card of an exercise, 42 x 34 mm; `left` shows the left side as the working one.

    Refused when its notation cannot be read.
    """
    drawn = _drawn(its.figure.view, its.figure.start, its.figure.end)
    drawn = replace(drawn, says=f"{its.name}: {'; '.join(its.steps)}")
    return drawn.mirrored() if left else drawn


def _fitting(found: Scene, shapes: list[Shape], scale: float) -> float:
    """The scale at which the ink fills the card, from how far it reaches at this one."""
    left, bottom, right, top = _ink(found, shapes)
    share = min((WIDE_MM - 2 * MARGIN_MM) / (right - left), (HIGH_MM - 2 * MARGIN_MM) / (top - bottom))
    return scale * share * 0.998


def _ink(found: Scene, shapes: list[Shape]) -> tuple[float, float, float, float]:
    left, bottom, right, top = bounds(shapes)
    return (left, min(bottom, -0.5) if _on_a_line(found) else bottom, right, top)


def _on_a_line(found: Scene) -> bool:
    return found.view.letter in ("S", "F")


def _centred(found: Scene, shapes: list[Shape]) -> list[Shape]:
    left, bottom, right, top = _ink(found, shapes)
    x = (WIDE_MM - left - right) / 2
    y = MARGIN_MM - bottom if _on_a_line(found) else (HIGH_MM - bottom - top) / 2
    return [moved(each, x, y) for each in shapes]


def moved(shape: Shape, right: float, up: float) -> Shape:
    """The shape elsewhere, in mm."""
    if isinstance(shape, Area):
        there = tuple(tuple((x + right, y + up) for x, y in each) for each in shape.polygons)
        return replace(shape, polygons=there)
    if isinstance(shape, Line):
        return replace(shape, points=tuple((x + right, y + up) for x, y in shape.points))
    return replace(shape, at=(shape.at[0] + right, shape.at[1] + up))


def _with_floor(found: Scene, shapes: list[Shape], scale: float) -> list[Shape]:
    if not _on_a_line(found):
        return shapes
    left, _, right, _ = bounds(shapes)
    up = -0.030 if found.view.has("mat") else -0.011
    return [Line(((left, up * scale), (right, up * scale)), "floor", 0.3, part="floor"), *shapes]


# -- one picture


def _one_picture(found: Scene, scale: float) -> list[Shape]:
    """Start pale below end, an arrow along what moves."""
    pen = Pen(scale)
    behind(pen, found)
    if not _on_a_line(found) and not found.view.has("mat"):
        ground(pen, found)
    shown = not found.same and not (found.end.marks.goes and found.view.followed is None)
    if shown:
        found.draw(pen, found.start, as_start=True)
        held(pen, found, found.start, as_start=True)
    found.draw(pen, found.end)
    held(pen, found, found.end)
    marks(pen, found, found.end)
    if shown:
        _arrows(pen, found)
    return _with_floor(found, pen.shapes, scale)


@dataclass(frozen=True, slots=True)
class _Way:
    """What an arrow follows, from its place in the start pose to its place in the end pose."""

    name: str
    start: Point
    end: Point

    @property
    def length(self) -> float:
        return hypot(self.end[0] - self.start[0], self.end[1] - self.start[1])


def _way(found: Scene, name: str) -> _Way:
    return _Way(name, *(found.seen(point(each.body, name)) for each in (found.start, found.end)))


def _most_moved(found: Scene) -> str:
    def weight(name: str) -> float:
        return _way(found, name).length * (1.15 if name in ("head", "hip") else 1)

    return max(FOLLOWED, key=weight)


def _arrows(pen: Pen, found: Scene) -> None:
    followed = found.view.followed or ((_most_moved(found), False),)
    for name, straight in followed:
        if name != "no":
            _arrow(pen, found, _way(found, name), straight=straight)


def _arrow(pen: Pen, found: Scene, way: _Way, *, straight: bool) -> None:
    """The first rule that fits: sideways jump, jump on the spot, short way, long way."""
    body = found.end.body
    middle = found.seen((body.hip_centre + body.mid_shoulder) / 2)
    heights = [each.body.pose.support_height for each in (found.start, found.end)]
    jump = any(heights) and not found.view.has("step", "edge")
    if jump and abs(way.end[0] - way.start[0]) > 0.08:
        below = ((way.start[0] + way.end[0]) / 2, (way.start[1] + way.end[1]) / 2 - 1.0)
        pen.arrow(way.start, way.end, bow=JUMP_BOW, away_from=below)
    elif jump and way.name == "hip":
        x = min(found.extent(each)[0] for each in (found.start, found.end)) - 0.03
        for up in (0.10, -0.10):
            pen.arrow((x, middle[1]), (x, middle[1] + up))
    elif 0.004 < way.length < SHORT:
        pen.arrow(*_lengthened(found, way, middle))
    else:
        pen.arrow(way.start, way.end, bow=0.0 if straight else BOW, away_from=middle)


def _lengthened(found: Scene, way: _Way, trunk: Point) -> tuple[Point, Point]:
    """A short way made long enough to see, beside the body and above the floor."""
    along = ((way.end[0] - way.start[0]) / way.length, (way.end[1] - way.start[1]) / way.length)
    x, y = (way.start[0] + way.end[0]) / 2, (way.start[1] + way.end[1]) / 2
    out = (x - trunk[0], y - trunk[1])
    beside = out[0] * along[0] + out[1] * along[1]
    out = (out[0] - beside * along[0], out[1] - beside * along[1])
    if way.name == "nheel":
        out = (-1.0, 0.0)
    far = hypot(*out) or 1.0
    if way.name != "head":
        x, y = x + OUT * out[0] / far, y + OUT * out[1] / far
    half = LENGTHENED / 2
    ends = [(x + sign * half * along[0], y + sign * half * along[1]) for sign in (-1, 1)]
    low = min(each[1] for each in ends)
    clear = THUD_CLEAR if found.end.marks.thud else 0.03
    up = max(0.0, clear - low) if _on_a_line(found) else 0.0
    return (ends[0][0], ends[0][1] + up), (ends[1][0], ends[1][1] + up)


# -- two pictures


def _two_pictures(found: Scene, scale: float) -> list[Shape]:
    """Both poses side by side, an arrow between; a double one where the sides change in turn."""
    pictures = [_alone(found, each, scale) for each in (found.start, found.end)]
    first, second = (bounds(each) for each in pictures)
    top = max(first[3], second[3]) / scale
    tall = top > TALL
    off = first[2] - second[0] + scale * (GAP if tall else LYING_GAP)
    shapes = [*pictures[0], *(moved(each, off, 0.0) for each in pictures[1])]
    x = ((first[2] + off + second[0]) / 2) / scale
    if tall:
        heads = [found.seen(each.body.head)[0] for each in (found.start, found.end)]
        x = (heads[0] + heads[1] + off / scale) / 2
    pen, y = Pen(scale), top * (0.93 if tall else 0.88)
    ends = ((-0.015, -0.09), (0.015, 0.09)) if found.view.alternate else ((-0.07, 0.07),)
    for start, end in ends:
        pen.arrow((x + start, y), (x + end, y), width_mm=0.55, head_mm=2.0, part="then")
    return _with_floor(found, [*shapes, *pen.shapes], scale)


def _alone(found: Scene, figure: Figure, scale: float) -> list[Shape]:
    pen = Pen(scale)
    behind(pen, found)
    found.draw(pen, figure)
    held(pen, found, figure)
    marks(pen, found, figure)
    return pen.shapes
