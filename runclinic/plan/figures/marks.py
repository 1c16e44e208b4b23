"""The signs beside a body: breath, pelvic floor, squeeze, thud, beat, flight, the way she goes."""

from collections.abc import Sequence

import numpy as np

from runclinic.plan.figures.body import X, Z
from runclinic.plan.figures.pen import HALO_MM, Pen, Point, smooth
from runclinic.plan.figures.scene import Figure, Scene

BUBBLE = 0.135
SMALL_HEAD, BUBBLE_HEAD, WAY_HEAD = 0.8, 1.25, 2.0


def marks(pen: Pen, scene: Scene, figure: Figure) -> None:
    """Every sign that the pose of this figure asks for."""
    said = figure.marks
    if said.mouth:
        _mouth(pen, scene, figure, said.mouth)
    if said.ribs:
        _ribs(pen, scene, figure)
    if said.squeeze:
        _squeeze(pen, scene, figure)
    if said.thud:
        _thud(pen, scene, figure)
    if said.beat:
        _beat(pen, scene, figure)
    if said.goes:
        _way(pen, scene, figure, said.goes)
    if scene.start.body.pose.pelvis_tilt or scene.end.body.pose.pelvis_tilt:
        _pelvis_line(pen, scene, figure)
    if figure.body.pose.support_height and not _stands_on_something(scene):
        _flight(pen, scene, figure)
    if said.lift:
        _bubble(pen, scene, figure)


def _stands_on_something(scene: Scene) -> bool:
    return scene.view.near_carries or scene.view.has("step", "box", "line")


def _mouth(pen: Pen, scene: Scene, figure: Figure, said: float) -> None:
    skull = figure.body.skull
    at = np.array(scene.seen(figure.body.head + skull @ (0.058 * X - 0.028 * Z)))
    out, up = np.array(scene.seen(skull @ X)), np.array(scene.seen(skull @ Z))

    def spot(away: float, above: float) -> Point:
        right, high = (at + away * out + above * up).tolist()
        return (right, high)

    if said == 3:
        _speech(pen, spot(0.13, 0.0))
    elif said == 2:
        for side in (-1.1, -0.4, 0.4, 1.1):
            pen.line([spot(0.03, 0.02 * side), spot(0.13, 0.08 * side)], "mark", 0.35, part="cough")
    else:
        for side in (-1, 0, 1):
            near, far = spot(0.032, 0.013 * side), spot(0.14 if side else 0.155, 0.05 * side)
            start, end = (far, near) if said > 0 else (near, far)
            pen.arrow(start, end, width_mm=0.24, head_mm=SMALL_HEAD, part="breath")


def _speech(pen: Pen, mouth: Point) -> None:
    x, z = mouth[0] + 0.03, mouth[1] + 0.05
    corners = [(-0.075, 0.045), (0.075, 0.045), (0.075, -0.035), (-0.03, -0.035), (-0.075, -0.075)]
    outline = [(x + right, z + up) for right, up in [*corners, (-0.055, -0.035), (-0.075, -0.035)]]
    pen.area([outline], "paper", "mark", 0.3, part="speech")
    for dot in (-0.035, 0.0, 0.035):
        pen.circle((x + dot, z + 0.005), 0.010, "mark", part="speech")


def _ribs(pen: Pen, scene: Scene, figure: Figure) -> None:
    body = figure.body
    ahead = body.trunk @ X
    short = max(0.45, float(np.hypot(*scene.seen(ahead))))
    for at, long in ((0.12, 0.06), (0.32, 0.08), (0.55, 0.06)):
        from_, to = (body.spine(at) + away * ahead for away in (0.095, 0.095 + long / short))
        pen.arrow(scene.seen(from_), scene.seen(to), width_mm=0.36, head_mm=1.2, part="ribs")


def _squeeze(pen: Pen, scene: Scene, figure: Figure) -> None:
    x, z = scene.seen((figure.body.near_leg.knee + figure.body.far_leg.knee) / 2)
    for side in (-1, 1):
        pen.arrow((x + side * 0.20, z), (x + side * 0.085, z), width_mm=0.45, part="squeeze")


def _thud(pen: Pen, scene: Scene, figure: Figure) -> None:
    x, z = scene.seen(figure.body.near_leg.heel)
    z = max(z, 0.0)
    for near, far in (
        ((-0.035, 0.006), (-0.10, 0.012)),
        ((-0.03, 0.03), (-0.085, 0.06)),
        ((-0.016, 0.052), (-0.045, 0.10)),
    ):
        pen.line([(x + near[0], z + near[1]), (x + far[0], z + far[1])], "mark", 0.36, part="thud")


def _beat(pen: Pen, scene: Scene, figure: Figure) -> None:
    x, z = scene.seen(figure.body.head)
    for right, up in ((0.16, 0.0), (0.27, 0.03)):
        pen.circle((x + right, z + up - 0.05), 0.022, "mark", part="beat")
        pen.line(
            [(x + right + 0.019, z + up - 0.05), (x + right + 0.019, z + up + 0.05)],
            "mark",
            0.27,
            part="beat",
        )
    pen.line([(x + 0.179, z + 0.05), (x + 0.289, z + 0.08)], "mark", 0.48, part="beat")


def _way(pen: Pen, scene: Scene, figure: Figure, fast: float) -> None:
    """A straight arrow in front at hip height, along the way she faces; three lines behind when fast."""
    ahead = np.array(scene.seen(X))
    ahead /= np.hypot(*ahead)
    hip = np.array(scene.seen(figure.body.hip_centre))
    right = scene.extent(figure)[1]
    start = hip + (right + 0.04 - hip[0]) / ahead[0] * ahead
    end = start + 0.12 * fast * ahead
    pen.arrow(
        (float(start[0]), float(start[1])),
        (float(end[0]), float(end[1])),
        width_mm=0.55,
        head_mm=WAY_HEAD,
        part="way",
    )
    if fast > 1:
        x, z = float(hip[0]), float(hip[1])
        for up, long in ((0.10, 0.10), (0.20, 0.14), (0.30, 0.09)):
            pen.line([(x - 0.16 - long, z + up), (x - 0.14, z + up)], "quiet", 0.3, part="speed")


def _pelvis_line(pen: Pen, scene: Scene, figure: Figure) -> None:
    near, far = (np.array(scene.seen(leg.hip)) for _, leg in figure.body.legs())
    along = (far - near) / np.hypot(*(far - near))
    ends: list[Point] = [
        (float(each[0]), float(each[1])) for each in (near - 0.11 * along, far + 0.11 * along)
    ]
    pen.line(ends, "mark", 0.4, halo_mm=HALO_MM, part="pelvis")
    for end in ends:
        pen.circle(end, 0.014, "mark", part="pelvis")


def _flight(pen: Pen, scene: Scene, figure: Figure) -> None:
    """Dashes under feet that are off the floor."""
    x = scene.seen(figure.body.hip_centre)[0]
    for right in (-0.09, 0.0, 0.09):
        pen.line([(x + right - 0.03, -0.045), (x + right + 0.03, -0.045)], "prop_edge", 0.26, part="flight")


# -- the pelvic floor, in a bubble


def _bubble(pen: Pen, scene: Scene, figure: Figure) -> None:
    """A bowl of two bones and the floor between them: lifted, or let go."""
    body, said = figure.body, figure.marks
    from_ = scene.seen(body.hip_centre - 0.02 * body.trunk @ Z)
    x, z = (from_[0] - 0.06, from_[1] + 0.36) if figure.lies else (from_[0] - 0.27, from_[1] + 0.10)
    pen.line([from_, (x, z)], "quiet", 0.22, halo_mm=0.2, part="bubble")
    pen.circle((x, z), BUBBLE, "paper", "edge", 0.34, halo_mm=0.2, part="bubble")
    for side in (-1, 1):
        bone = [(0.085, 0.07), (0.095, 0.02), (0.07, -0.025)]
        pen.line(smooth([(x + side * right, z + up) for right, up in bone]), "trunk", 0.7, part="bubble")
    pen.line(_floor(x, z, 0.0), "quiet", 0.24, dash_mm=0.5, part="bubble")
    pen.line(_floor(x, z, said.lift if said.lift > 0 else 0.45 * said.lift), "mark", 0.5, part="bubble")
    if said.lift > 0:
        start, end = (x, z - 0.112), (x, z - 0.055 + 0.10 * said.lift - 0.018)
    else:
        start, end = (x, z + 0.06), (x, z - 0.02 + 0.02 * said.lift)
    pen.arrow(start, end, width_mm=0.38, head_mm=BUBBLE_HEAD, part="lift")
    if said.rhythm:
        _rhythm(pen, x, z - BUBBLE - 0.075, said.rhythm)


def _floor(x: float, z: float, up: float) -> list[Point]:
    points = [(-0.068, -0.03), (-0.035, -0.05 + 0.085 * up), (0.0, -0.055 + 0.10 * up)]
    half = [(x + right, z + high) for right, high in points]
    return smooth([*half, *[(2 * x - right, high) for right, high in reversed(half[:-1])]])


def _rhythm(pen: Pen, x: float, z: float, said: float) -> None:
    if said == 1:
        beats = [
            (-0.13 + 0.055 * each + right, up)
            for each in range(5)
            for right, up in ((0, 0), (0.015, 0.055), (0.03, 0))
        ]
        trace: Sequence[Point] = [(-0.15, 0), *beats, (0.15, 0)]
    else:
        high = 0.05 if said == 2 else 0.022
        trace = [(-0.15, 0), (-0.12, 0), (-0.10, high), (0.10, high), (0.12, 0), (0.15, 0)]
    pen.line([(x - 0.15, z), (x + 0.15, z)], "quiet", 0.14, part="rhythm")
    pen.line([(x + right, z + up) for right, up in trace], "mark", 0.34, part="rhythm")
