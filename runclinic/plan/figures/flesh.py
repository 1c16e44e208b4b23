"""The flesh round the points of a body: convex pieces in body heights, and the floor that they rest on."""

from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from runclinic.plan.figures.body import (
    BALL,
    DOWN,
    SHANK,
    TOE,
    Arm,
    Body,
    Leg,
    Vector,
    X,
    Y,
    Z,
    posed,
)
from runclinic.plan.figures.pose import Pose

Piece: TypeAlias = NDArray[np.float64]  # [balls, 4]: x, y, z, radius; their hull is one piece
RINGS = (  # from hip 0 to shoulder 1: where, half width, half depth, forward
    (-0.20, 0.060, 0.050, -0.004),
    (0.00, 0.086, 0.068, -0.010),
    (0.18, 0.080, 0.060, -0.004),
    (0.45, 0.064, 0.048, 0.004),
    (0.75, 0.080, 0.060, 0.008),
    (0.92, 0.092, 0.052, 0.000),
    (1.06, 0.060, 0.036, -0.004),
)
PELVIS_BELOW, CHEST_ABOVE, BREATHING = 0.3, 0.5, (0.18, 0.45)
ROUND = np.radians(np.arange(0, 360, 18))
CIRCLE = np.stack([np.cos(ROUND), np.sin(ROUND), np.zeros_like(ROUND)], axis=1)
HEEL_UP, BALL_NEAR, TOES_DOWN = 0.012, 0.03, 0.004


def _piece(*balls: tuple[Vector, float]) -> Piece:
    found = np.empty((len(balls), 4))
    for at, (centre, radius) in enumerate(balls):
        found[at, :3], found[at, 3] = centre, radius
    return found


def flesh(body: Body) -> dict[str, tuple[Piece, ...]]:
    """Every part of the body by name: leg, shoe and arm of "near" and "far", trunk, head, bun, cap."""
    parts: dict[str, tuple[Piece, ...]] = {}
    for side, leg in body.legs():
        parts[f"{side}_leg"], parts[f"{side}_shoe"] = _leg(leg), _shoe(leg)
    for side, arm in body.arms():
        parts[f"{side}_arm"] = _arm(arm)
    return parts | {"trunk": _trunk(body), "head": _head(body), "bun": _bun(body), "cap": _cap(body)}


def _leg(leg: Leg) -> tuple[Piece, ...]:
    """Thigh, calf and lower shank."""
    calf = leg.knee + leg.shank @ (0.30 * SHANK * DOWN - 0.008 * X)
    return (
        _piece((leg.hip, 0.054), (leg.knee, 0.036)),
        _piece((leg.knee, 0.036), (calf, 0.037)),
        _piece((calf, 0.037), (leg.ankle, 0.022)),
    )


def _shoe(leg: Leg) -> tuple[Piece, ...]:
    """Heel to ball with the ankle, and the toes; all of it inside the sole."""
    up, ahead = leg.foot @ Z, leg.foot @ X
    ball = (leg.ball + 0.015 * up, 0.015)
    toes = leg.toe_end - leg.ball
    toe = leg.toe_end + 0.011 * up - 0.011 * toes / np.linalg.norm(toes)
    return (
        _piece((leg.heel + 0.018 * up + 0.016 * ahead, 0.018), ball, (leg.ankle + 0.004 * ahead, 0.024)),
        _piece(ball, (toe, 0.011)),
    )


def _arm(arm: Arm) -> tuple[Piece, ...]:
    """Upper arm, forearm, palm, fingers, thumb."""
    down, ahead = arm.hand @ DOWN, arm.hand @ X
    palm = (arm.wrist + 0.045 * down, 0.017)
    return (
        _piece((arm.shoulder, 0.029), (arm.elbow, 0.022)),
        _piece((arm.elbow, 0.022), (arm.wrist, 0.016)),
        _piece((arm.wrist, 0.016), palm),
        _piece(palm, (arm.tip, 0.009)),
        _piece((arm.wrist + 0.015 * down, 0.008), (arm.wrist + 0.055 * down + 0.026 * ahead, 0.007)),
    )


def _trunk(body: Body) -> tuple[Piece, ...]:
    """Six pieces, each between two rings of the spine."""
    rings = [_ring(body, *ring) for ring in RINGS]
    return tuple(np.concatenate(pair) for pair in pairwise(rings))


def _ring(body: Body, at: float, half_width: float, half_depth: float, ahead: float) -> Piece:
    turn = body.pelvis if at < PELVIS_BELOW else body.chest if at > CHEST_ABOVE else body.trunk
    if at in BREATHING:
        ahead, half_depth = ahead + 0.030 * body.pose.marks.ribs, half_depth + 0.008 * body.pose.marks.ribs
    ring = np.zeros((len(CIRCLE), 4))
    ring[:, :3] = body.spine(at) + turn @ (ahead * X) + (CIRCLE * [half_depth, half_width, 0]) @ turn.T
    return ring


def _head(body: Body) -> tuple[Piece, ...]:
    """Neck, skull with chin, nose."""
    turn, centre = body.skull, body.head
    return (
        _piece((body.mid_shoulder + 0.01 * turn @ Z, 0.026), (centre - 0.03 * turn @ Z, 0.022)),
        _piece((centre + 0.012 * turn @ Z, 0.052), (centre + turn @ np.array([0.022, 0, -0.032]), 0.030)),
        _piece((centre + turn @ np.array([0.050, 0, -0.002]), 0.010)),
    )


def _bun(body: Body) -> tuple[Piece, ...]:
    """The bun, and the hair at the back of the skull."""
    turn, centre = body.skull, body.head
    return (
        _piece((centre + turn @ np.array([-0.040, 0, 0.066]), 0.028)),
        _piece(
            (centre + turn @ np.array([-0.012, 0, 0.020]), 0.050),
            (centre + turn @ np.array([-0.030, 0, 0]), 0.032),
        ),
    )


def _cap(body: Body) -> tuple[Piece, ...]:
    """The hair over the top of the skull."""
    turn, centre = body.skull, body.head
    return (
        _piece(
            (centre + turn @ np.array([-0.004, 0.014, 0.038]), 0.034),
            (centre + turn @ np.array([-0.004, -0.014, 0.038]), 0.034),
            (centre + turn @ np.array([-0.020, 0, 0.022]), 0.042),
        ),
    )


def lowest(body: Body, *, near_foot_only: bool = False) -> float:
    """The height of the lowest surface; toes that point down do not carry."""
    parts = {"near_shoe": _shoe(body.near_leg)} if near_foot_only else flesh(body)
    for side, leg in body.legs():
        shoe = f"{side}_shoe"
        if shoe in parts and leg.toe_end[2] < leg.ball[2] - TOES_DOWN:
            parts[shoe] = parts[shoe][:1]
    balls = np.concatenate([piece for pieces in parts.values() for piece in pieces])
    return float((balls[:, 2] - balls[:, 3]).min())


def standing(pose: Pose, *, near_foot_only: bool = False) -> Body:
    """The body with its lowest surface at its support height, toes bent where the ball of the foot carries.

    `near_foot_only`: the near foot carries, whatever hangs lower.
    """
    body = posed(pose)
    floor = lowest(body, near_foot_only=near_foot_only)
    legs = {f"{side}_leg": _toes_bent(leg, floor) for side, leg in body.legs()}
    if any(legs[f"{side}_leg"] is not leg for side, leg in body.legs()):
        body = replace(body, near_leg=legs["near_leg"], far_leg=legs["far_leg"])
        floor = lowest(body, near_foot_only=near_foot_only)
    return body.moved((pose.support_height / 100 - floor) * Z)


def _toes_bent(leg: Leg, floor: float) -> Leg:
    """A raised heel stands on the ball: the piece from ball to toe lies level."""
    raised = leg.heel[2] - leg.ball[2] > HEEL_UP and abs(leg.ball[2] - floor) < BALL_NEAR
    along = (leg.toe - leg.ball) * (X + Y)
    length = float(np.linalg.norm(along))
    if not raised or leg.toe[2] >= leg.ball[2] or length < 1e-6:
        return leg
    return replace(leg, toe_end=leg.ball + along / length * (TOE - BALL))
