"""What stands about on a card, and what she holds: sized in body heights, placed by her own points."""

from collections.abc import Callable
from math import copysign

import numpy as np

from runclinic.plan.figures.body import Vector, X, Y
from runclinic.plan.figures.pen import HALO_MM, Ink, Pen, Point, hull, smooth
from runclinic.plan.figures.scene import Figure, Scene

BACK = frozenset(
    (
        *("mat", "chair", "chairback", "seat", "wall", "wallb", "bench", "backbench", "step", "box", "door"),
        *("towel", "line"),
    )
)
HELD = frozenset(["db", "kb", "kb1", "bell2", "goblet", "bandknee"])  # in both poses
ONCE = frozenset(["ball", "bandside", "rope"])  # with the end pose alone
WALL_HIGH, DOOR_HIGH, SEAT_HIGH = 1.02, 1.0, 0.262


def behind(pen: Pen, scene: Scene) -> None:
    """What the bodies stand, sit or lie on, or lean against."""
    for name in scene.view.props or {}:
        if name in BACK:
            BEHIND[name](pen, scene, _placing(scene, name))


def held(pen: Pen, scene: Scene, figure: Figure, *, as_start: bool = False) -> None:
    """What a figure holds; once only what would tangle if it were drawn twice."""
    for name in scene.view.props or {}:
        if name in HELD or (name in ONCE and not as_start):
            IN_HAND[name](pen, scene, figure, as_start)


def _placing(scene: Scene, name: str) -> Figure:
    by = (scene.view.props or {}).get(name) or ("a" if name in ("chair", "step", "box") else "b")
    return scene.start if by == "a" else scene.end


# -- behind


def _mat(pen: Pen, scene: Scene, _: Figure) -> None:
    letter = scene.view.letter
    points = np.concatenate(
        [
            piece[:, :3]
            for figure in (scene.start, scene.end)
            for name, pieces in figure.parts.items()
            for piece in pieces
            if letter != "V" or not name.endswith("arm")
        ]
    )
    if letter in ("S", "F"):
        flat = points[:, 0 if letter == "S" else 1]
        low, high = float(flat.min()) - 0.07, float(flat.max()) + 0.07
        pen.prop((low, 0), (high, 0), (high, -0.022), (low, -0.022), part="mat")
        return
    low, high = points.min(axis=0) - 0.09, points.max(axis=0) + 0.09
    _box(pen, scene, (low[0], low[1], -0.012), (high[0], high[1], 0.0), "mat")


def _box(pen: Pen, scene: Scene, low: tuple[float, ...], high: tuple[float, ...], part: str) -> None:
    """The faces of a box that the camera sees."""
    for axis in range(3):
        towards = float(scene.camera[2][axis])
        if abs(towards) < 1e-6:
            continue
        first, second = (each for each in range(3) if each != axis)
        corners: list[Point] = []
        for one, other in ((0, 0), (1, 0), (1, 1), (0, 1)):
            corner = np.zeros(3)
            corner[axis] = high[axis] if towards > 0 else low[axis]
            corner[first], corner[second] = (low, high)[one][first], (low, high)[other][second]
            corners.append(scene.seen(corner))
        pen.prop(*hull(corners), part=part)


def _chair_at(pen: Pen, hip_x: float, seat: float) -> None:
    x = hip_x
    pen.prop(
        (x - 0.13, seat), (x + 0.15, seat), (x + 0.15, seat - 0.03), (x - 0.13, seat - 0.03), part="chair"
    )
    back = ((x - 0.155, seat + 0.30), (x - 0.125, seat + 0.30), (x - 0.12, 0), (x - 0.15, 0))
    pen.prop(*back, part="chair")
    leg = ((x + 0.115, seat - 0.03), (x + 0.14, seat - 0.03), (x + 0.14, 0), (x + 0.115, 0))
    pen.prop(*leg, part="chair")


def _chair(pen: Pen, scene: Scene, figure: Figure) -> None:
    hip = figure.body.hip_centre
    _chair_at(pen, float(hip[0]), float(hip[2]) - 0.058)


def _chair_behind(pen: Pen, scene: Scene, _: Figure) -> None:
    _chair_at(pen, float(scene.end.body.near_leg.ankle[0]) - 0.24, SEAT_HIGH)


def _seat(pen: Pen, scene: Scene, figure: Figure) -> None:
    leg = figure.body.near_leg
    top, left = min(float(leg.knee[2]), float(leg.ankle[2])) - 0.044, float(leg.knee[0]) + 0.055
    right = left + 0.285
    pen.prop((left, top), (right, top), (right, top - 0.035), (left, top - 0.035), part="chair")
    front = ((left + 0.012, top - 0.035), (left + 0.04, top - 0.035), (left + 0.04, 0), (left + 0.012, 0))
    pen.prop(*front, part="chair")
    back = ((right - 0.03, top + 0.28), (right, top + 0.28), (right, 0), (right - 0.03, 0))
    pen.prop(*back, part="chair")


def _bench(pen: Pen, scene: Scene, figure: Figure) -> None:
    arm = figure.body.near_arm
    top, x = min(float(arm.wrist[2]) - 0.016, float(arm.tip[2]) - 0.009), float(arm.wrist[0]) - 0.01
    _box(pen, scene, (x - 0.06, -0.2, 0), (x + 0.26, 0.2, top), "bench")


def _bench_behind(pen: Pen, scene: Scene, figure: Figure) -> None:
    at = figure.body.spine(0.82)
    top, x = float((at - 0.055 * figure.body.trunk @ X)[2]), float(at[0])
    pen.prop((x - 0.20, top), (x + 0.05, top), (x + 0.05, 0), (x - 0.20, 0), part="bench")


def _wall(pen: Pen, scene: Scene, figure: Figure) -> None:
    _hatched(pen, scene.extent(figure)[1] + 0.004, 1)


def _wall_behind(pen: Pen, scene: Scene, figure: Figure) -> None:
    back = min(x for piece in figure.parts["trunk"] for x, _ in scene.outline(piece))
    _hatched(pen, back - 0.004, -1)


def _hatched(pen: Pen, x: float, side: int) -> None:
    pen.line([(x, 0), (x, WALL_HIGH)], "prop_edge", 0.38, part="wall")
    for step in range(18):
        z = 0.03 + 0.055 * step
        pen.line([(x, z), (x + side * 0.035, z - 0.03)], "prop_edge", 0.16, part="wall")


def _step(pen: Pen, scene: Scene, figure: Figure) -> None:
    leg = figure.body.near_leg
    top = min(float(each[2]) for each in (leg.heel, leg.ball, leg.toe))
    x, y = float(leg.ankle[0]), float(leg.ankle[1])
    if scene.view.letter == "S":
        end = x + (0.135 if scene.view.has("edge") else 0.22)
        pen.prop((x - 0.075, top), (end, top), (end, 0), (x - 0.075, 0), part="step")
    else:
        _box(pen, scene, (x - 0.1, y - 0.16, 0), (x + 0.2, y + 0.055, top), "step")


def _door(pen: Pen, scene: Scene, figure: Figure) -> None:
    x = float(figure.body.near_arm.tip[0]) - 0.02
    pen.prop((x, DOOR_HIGH), (x + 0.05, DOOR_HIGH), (x + 0.05, 0), (x, 0), part="door")


def _towel(pen: Pen, scene: Scene, figure: Figure) -> None:
    hip = figure.body.hip_centre
    left, right, top = float(hip[0]) - 0.10, float(hip[0]) + 0.06, float(hip[2]) - 0.068
    pen.prop((left, top), (right, top), (right, 0), (left, 0), fill="paper", part="towel")
    for share in (0.33, 0.66):
        pen.line([(left, top * share), (right, top * share)], "prop_edge", 0.16, part="towel")


def _line(pen: Pen, scene: Scene, _: Figure) -> None:
    """A line on the floor that runs towards the reader."""
    middle = scene.seen((scene.start.body.hip_centre + scene.end.body.hip_centre) / 2)[0]
    corners = [
        (middle - 0.012, -0.012),
        (middle + 0.012, -0.012),
        (middle + 0.03, -0.085),
        (middle - 0.03, -0.085),
    ]
    pen.area([corners], "mark", part="line")


BEHIND: dict[str, Callable[[Pen, Scene, Figure], None]] = {
    "mat": _mat,
    "chair": _chair,
    "chairback": _chair_behind,
    "seat": _seat,
    "bench": _bench,
    "backbench": _bench_behind,
    "wall": _wall,
    "wallb": _wall_behind,
    "step": _step,
    "box": _step,
    "door": _door,
    "towel": _towel,
    "line": _line,
}


# -- in hand


def _tone(as_start: bool) -> tuple[Ink, Ink]:
    return ("start", "start_edge") if as_start else ("load", "mark")


def _dumbbell(pen: Pen, at: Point, *, as_start: bool, upright: bool = False, half: float = 0.055) -> None:
    fill, ink = _tone(as_start)
    edge: Ink = "start_edge" if as_start else "paper"

    def turned(along: float, across: float) -> Point:
        return (at[0] + across, at[1] + along) if upright else (at[0] + along, at[1] + across)

    pen.line([turned(-half, 0), turned(half, 0)], ink, 0.5, part="weight")
    for end in (-half, half):
        corners = [
            turned(end + a, b)
            for a, b in ((-0.018, -0.036), (0.018, -0.036), (0.018, 0.036), (-0.018, 0.036))
        ]
        pen.area([corners], fill, edge, 0.22, part="weight")


def _kettlebell(pen: Pen, at: Point, *, as_start: bool) -> None:
    fill, ink = _tone(as_start)
    x, z = at
    handle = [(x - 0.024, z - 0.035), (x - 0.018, z), (x + 0.018, z), (x + 0.024, z - 0.035)]
    pen.line(handle, ink, 0.4, part="weight")
    pen.circle((x, z - 0.066), 0.044, fill, ink, 0.22, halo_mm=0.0 if as_start else 0.2, part="weight")


def _two_dumbbells(pen: Pen, scene: Scene, figure: Figure, as_start: bool) -> None:
    for _, arm in reversed(figure.body.arms()):
        _dumbbell(pen, scene.seen(arm.grip), as_start=as_start)


def _kettlebell_in_both(pen: Pen, scene: Scene, figure: Figure, as_start: bool) -> None:
    body = figure.body
    _kettlebell(pen, scene.seen((body.near_arm.grip + body.far_arm.grip) / 2), as_start=as_start)


def _kettlebell_in_one(pen: Pen, scene: Scene, figure: Figure, as_start: bool) -> None:
    _kettlebell(pen, scene.seen(figure.body.near_arm.grip), as_start=as_start)


def _two_kettlebells(pen: Pen, scene: Scene, figure: Figure, as_start: bool) -> None:
    for _, arm in reversed(figure.body.arms()):
        _kettlebell(pen, scene.seen(arm.grip), as_start=as_start)


def _goblet(pen: Pen, scene: Scene, figure: Figure, as_start: bool) -> None:
    body = figure.body
    middle = scene.seen((body.near_arm.grip + body.far_arm.grip) / 2 + 0.02 * X)
    _dumbbell(pen, middle, as_start=as_start, upright=True, half=0.06)


def _band_round_knees(pen: Pen, scene: Scene, figure: Figure, as_start: bool) -> None:
    near, far = (scene.seen(leg.hip + 0.82 * (leg.knee - leg.hip)) for _, leg in figure.body.legs())
    out = copysign(0.05, far[0] - near[0])
    left, right = (near[0] - out, near[1]), (far[0] + out, far[1])
    edge: Ink = "start_edge" if as_start else "mark"
    corners = [(x, z + up) for (x, z), up in ((left, 0.018), (right, 0.018), (right, -0.018), (left, -0.018))]
    pen.area([corners], "paper", edge, 0.3, part="band")
    for share in (each / 10 for each in range(1, 10)):
        x, z = (left[at] + share * (right[at] - left[at]) for at in (0, 1))
        pen.line([(x - 0.007, z - 0.014), (x + 0.007, z + 0.014)], edge, 0.14, part="band")


def _ball(pen: Pen, scene: Scene, figure: Figure, as_start: bool) -> None:
    body = figure.body
    x, z = scene.seen((body.near_leg.knee + body.far_leg.knee) / 2)
    pen.circle((x, z), 0.062, "paper", "mark", 0.34, halo_mm=HALO_MM, part="ball")
    for up in (-0.026, 0.026):
        pen.line([(x - 0.05, z + up), (x + 0.05, z + up)], "mark", 0.18, part="ball")


def _band_to_post(pen: Pen, scene: Scene, figure: Figure, as_start: bool) -> None:
    body = figure.body
    hands = scene.seen((body.near_arm.grip + body.far_arm.grip) / 2)
    post = hands[0] - 0.62
    pen.line([hands, (post, hands[1])], "mark", 0.45, halo_mm=0.2, part="band")
    pen.line([(post, hands[1] - 0.25), (post, hands[1] + 0.25)], "prop_edge", 0.9, part="post")


def _rope(pen: Pen, scene: Scene, figure: Figure, as_start: bool) -> None:
    """From hand to hand under the shoes, seen from the front."""
    left, right = (scene.seen(arm.grip) for _, arm in figure.body.arms())
    for (x, z), out in ((left, -1), (right, 1)):
        pen.line([(x - out * 0.02, z), (x + out * 0.045, z - 0.004)], "mark", 0.6, part="rope")
    low, (start, z), (end, other) = 0.022, (left[0] - 0.045, left[1]), (right[0] + 0.045, right[1])
    points = [
        (start, z),
        (start - 0.05, z - 0.22),
        (start + 0.10, 0.07),
        ((start + end) / 2, low),
        (end - 0.10, 0.07),
        (end + 0.05, other - 0.22),
        (end, other),
    ]
    pen.line(smooth(points), "mark", 0.3, part="rope")


IN_HAND: dict[str, Callable[[Pen, Scene, Figure, bool], None]] = {
    "db": _two_dumbbells,
    "kb": _kettlebell_in_both,
    "kb1": _kettlebell_in_one,
    "bell2": _two_kettlebells,
    "goblet": _goblet,
    "bandknee": _band_round_knees,
    "ball": _ball,
    "bandside": _band_to_post,
    "rope": _rope,
}


def ground(pen: Pen, scene: Scene) -> None:
    """A pale patch under the feet, where a slanting view has no floor line."""
    body: Vector = (scene.end.body.near_leg.ball + scene.end.body.far_leg.ball) / 2 * (X + Y)
    x, z = scene.seen(body)
    flat = abs(float(scene.camera[2][2]))
    circle = np.radians(np.arange(0, 360, 10))
    points = [(x + 0.22 * float(np.cos(a)), z + 0.22 * flat * float(np.sin(a))) for a in circle]
    pen.area([points], "prop", "quiet", 0.15, part="floor")
