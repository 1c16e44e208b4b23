"""A card's two bodies, placed in one world and looked at through one camera."""

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np

from runclinic.plan.figures.body import Body, Vector, X, Y
from runclinic.plan.figures.flesh import Piece, flesh, standing
from runclinic.plan.figures.pen import EDGE_MM, HALO_MM, START_EDGE_MM, Ink, Pen, Point, capsule, hull, round_
from runclinic.plan.figures.pose import Letter, Marks, View, pose, same_body, view

FLESH: dict[str, tuple[Ink, Ink | None]] = {  # fill and edge of each part; dark ones need no edge
    "near_leg": ("near", None),
    "near_arm": ("near", None),
    "far_leg": ("far", "edge"),
    "far_arm": ("far", "edge"),
    "near_shoe": ("shoe", "edge"),
    "far_shoe": ("shoe", "edge"),
    "trunk": ("trunk", None),
    "head": ("face", "edge"),
    "bun": ("hair", None),
    "cap": ("hair", None),
}
SIDE_ORDER = (
    "far_arm", "far_leg", "far_shoe", "head", "cap", "bun", "trunk", "near_leg", "near_shoe", "near_arm"
)  # fmt: skip
LYING_PITCH = 60.0


def _three_quarter(round_degrees: float, up_degrees: float) -> Vector:
    a, e = radians(round_degrees), radians(up_degrees)
    towards = np.array([cos(e) * sin(a), -cos(e) * cos(a), sin(e)])
    right = np.cross([0, 0, 1], towards)
    right /= np.linalg.norm(right)
    return np.array([right, np.cross(towards, right), towards])


CAMERAS: dict[Letter, Vector] = {  # rows: to the right, up, towards the reader
    "S": np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], dtype=np.float64),
    "F": np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]], dtype=np.float64),
    "V": np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1]], dtype=np.float64),
    "O": np.array(
        [
            [0, 1, 0],
            [-sin(radians(30)), 0, cos(radians(30))],
            [cos(radians(30)), 0, sin(radians(30))],
        ]
    ),
    "Q": _three_quarter(50, 18),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A body with its flesh."""

    body: Body
    parts: dict[str, tuple[Piece, ...]]

    @property
    def marks(self) -> Marks:
        return self.body.pose.marks

    @property
    def lies(self) -> bool:
        return abs(self.body.pose.trunk_pitch) >= LYING_PITCH


@dataclass(frozen=True, slots=True)
class Scene:
    """Both figures in one world (x forward, y left, z up, floor at 0), as the view asks."""

    view: View
    camera: Vector
    start: Figure
    end: Figure
    same: bool  # the body does not move

    def seen(self, point: Vector) -> Point:
        """Right and up of a point, in body heights."""
        right, up, _ = (self.camera @ point).tolist()
        return (right, up)

    def outline(self, piece: Piece) -> list[Point]:
        """A convex piece as the camera sees it."""
        flat: list[list[float]] = (piece[:, :3] @ self.camera[:2].T).tolist()
        radii: list[float] = piece[:, 3].tolist()
        if len(flat) == 1:
            return round_((flat[0][0], flat[0][1]), radii[0])
        if len(flat) == 2:
            return capsule((flat[0][0], flat[0][1]), radii[0], (flat[1][0], flat[1][1]), radii[1])
        points = [
            each
            for (right, up), radius in zip(flat, radii, strict=True)
            for each in (round_((right, up), radius) if radius else [(right, up)])
        ]
        return hull(points)

    def outlines(self, figure: Figure) -> dict[str, list[list[Point]]]:
        return {name: [self.outline(each) for each in pieces] for name, pieces in figure.parts.items()}

    def extent(self, figure: Figure) -> tuple[float, float]:
        """Leftmost and rightmost point of a figure, in body heights."""
        flat = [x for each in self.outlines(figure).values() for polygon in each for x, _ in polygon]
        return min(flat), max(flat)

    def draw(self, pen: Pen, figure: Figure, *, as_start: bool = False) -> None:
        """The body, far parts first; a start pose is pale."""
        found = self.outlines(figure)
        for name in self._order(figure):
            fill, edge = ("start", "start_edge") if as_start else FLESH[name]
            edge_mm = START_EDGE_MM if as_start else EDGE_MM
            halo = 0.0 if as_start or name in ("cap", "bun") else HALO_MM
            part = f"start {name}" if as_start else name
            pen.area(found[name], fill, edge, edge_mm, halo_mm=halo, part=part)

    def _order(self, figure: Figure) -> list[str]:
        if self.view.letter == "S":
            return list(SIDE_ORDER)
        towards = self.camera[2]
        depth = {
            name: float(np.concatenate(pieces)[:, :3].mean(axis=0) @ towards)
            for name, pieces in figure.parts.items()
        }
        faces_us = float(towards @ (figure.body.skull @ X)) >= 0.2
        depth["bun"] = depth["head"] + (-0.03 if faces_us else 0.02)
        depth["cap"] = depth["head"] + 0.001
        for side in ("near", "far"):
            depth[f"{side}_shoe"] = max(depth[f"{side}_shoe"], depth[f"{side}_leg"] + 0.001)
        return sorted(depth, key=lambda name: depth[name])


def scene(view_cell: str, start_cell: str, end_cell: str) -> Scene:
    """Both poses on the floor, sharing the view's fixed point, the end moved on by its `DX`."""
    its, begin, finish = view(view_cell), pose(start_cell), pose(end_cell)
    bodies = [_fixed(standing(each, near_foot_only=its.near_carries), its.fixed) for each in (begin, finish)]
    on = finish.moved_on / 100
    ended = bodies[1].moved(on * X if its.letter in ("S", "Q") else -on * Y)
    start, end = (Figure(each, flesh(each)) for each in (bodies[0], ended))
    return Scene(its, CAMERAS[its.letter], start, end, same_body(begin, finish))


def _fixed(body: Body, name: str) -> Body:
    at = point(body, name)
    return body.moved(-at * (X + Y))


def point(body: Body, name: str) -> Vector:
    """A named point: nf ff feet, na fa ankles, nk fk knees, nh fh hands, fe far elbow, nheel, hip, sho."""
    points = {
        "nf": body.near_leg.ball,
        "ff": body.far_leg.ball,
        "na": body.near_leg.ankle,
        "fa": body.far_leg.ankle,
        "nk": body.near_leg.knee,
        "fk": body.far_leg.knee,
        "nh": body.near_arm.wrist,
        "fh": body.far_arm.wrist,
        "fe": body.far_arm.elbow,
        "nheel": body.near_leg.heel,
        "hip": body.hip_centre,
        "sho": body.mid_shoulder,
        "head": body.head,
    }
    return points[name]
