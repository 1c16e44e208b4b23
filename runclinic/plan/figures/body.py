"""From the angles of a pose to points of the body in space, in body heights.

Axes: x forward, y to her left, z up. Segment lengths: Drillis & Contini 1966, as printed in Winter 2009,
figure 4.1; the widths are ours. A side is "near" (her right) or "far".
"""

from dataclasses import dataclass, replace
from math import cos, hypot, radians, sin, tan
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from runclinic.plan.figures.pose import Pose, Side

Vector: TypeAlias = NDArray[np.float64]  # [3], or [3, 3] for a turn

THIGH, SHANK, ANKLE_UP, HEEL, BALL, TOE = 0.245, 0.246, 0.039, 0.040, 0.070, 0.112
TRUNK, UPPER_ARM, FOREARM, HAND = 0.288, 0.186, 0.146, 0.086
HALF_HIPS, HALF_SHOULDERS, NECK = 0.050, 0.100, 0.117
UPRIGHT_LEAN, UPRIGHT_PITCH, FLAT_AHEAD = 45.0, 60.0, 0.15

X, Y, Z = (np.array(axis, dtype=np.float64) for axis in ((1, 0, 0), (0, 1, 0), (0, 0, 1)))
DOWN = -Z


def about_x(degrees: float) -> Vector:
    """The right-handed turn about x."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def about_y(degrees: float) -> Vector:
    """The right-handed turn about y: z goes to (sin, 0, cos)."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def about_z(degrees: float) -> Vector:
    """The right-handed turn about z."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def about(axis: Vector, degrees: float) -> Vector:
    """The right-handed turn about any axis (Rodrigues 1840)."""
    x, y, z = axis / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + sin(radians(degrees)) * cross + (1 - cos(radians(degrees))) * cross @ cross


@dataclass(frozen=True, slots=True)
class Leg:
    """Points [3] and turns [3, 3] of a leg; `toe_end` is where the toe lies once the toes bend."""

    hip: Vector
    knee: Vector
    ankle: Vector
    heel: Vector
    ball: Vector
    toe: Vector
    toe_end: Vector
    thigh: Vector
    shank: Vector
    foot: Vector


@dataclass(frozen=True, slots=True)
class Arm:
    """Points [3] of an arm, and the turn [3, 3] of its hand."""

    shoulder: Vector
    elbow: Vector
    wrist: Vector
    tip: Vector
    hand: Vector

    @property
    def grip(self) -> Vector:
        """The middle of what the hand holds."""
        return self.wrist + 0.055 * self.hand @ DOWN


@dataclass(frozen=True, slots=True)
class Body:
    """A pose in space. `trunk`, `pelvis`, `chest` and `skull` are turns [3, 3], the rest points [3]."""

    pose: Pose
    hip_centre: Vector
    mid_shoulder: Vector
    head: Vector
    trunk: Vector
    pelvis: Vector
    chest: Vector
    skull: Vector
    near_leg: Leg
    far_leg: Leg
    near_arm: Arm
    far_arm: Arm

    def spine(self, at: float) -> Vector:
        """A point of the spine, from the hips 0 to the shoulders 1; a curved one bends between its ends."""
        bow = TRUNK / 2 * tan(radians(self.pose.spine_curve / 4)) * 4 * at * (1 - at) if 0 < at < 1 else 0.0
        return self.hip_centre + self.trunk @ (Z * TRUNK * at + X * bow)

    def legs(self) -> tuple[tuple[str, Leg], ...]:
        return (("near", self.near_leg), ("far", self.far_leg))

    def arms(self) -> tuple[tuple[str, Arm], ...]:
        return (("near", self.near_arm), ("far", self.far_arm))

    def moved(self, by: Vector) -> "Body":
        """The same body elsewhere."""
        return replace(
            self,
            hip_centre=self.hip_centre + by,
            mid_shoulder=self.mid_shoulder + by,
            head=self.head + by,
            near_leg=_leg_moved(self.near_leg, by),
            far_leg=_leg_moved(self.far_leg, by),
            near_arm=_arm_moved(self.near_arm, by),
            far_arm=_arm_moved(self.far_arm, by),
        )


def _leg_moved(leg: Leg, by: Vector) -> Leg:
    return replace(
        leg,
        hip=leg.hip + by,
        knee=leg.knee + by,
        ankle=leg.ankle + by,
        heel=leg.heel + by,
        ball=leg.ball + by,
        toe=leg.toe + by,
        toe_end=leg.toe_end + by,
    )


def _arm_moved(arm: Arm, by: Vector) -> Arm:
    return replace(
        arm, shoulder=arm.shoulder + by, elbow=arm.elbow + by, wrist=arm.wrist + by, tip=arm.tip + by
    )


def posed(pose: Pose) -> Body:
    """The body with its hip centre at the origin, floating."""
    trunk = about_x(-pose.lean) @ about_y(pose.trunk_pitch)
    pelvis = trunk @ about_x(pose.pelvis_tilt)
    chest = trunk @ about_z(-pose.chest_turn)
    mid_shoulder = trunk @ (Z * TRUNK)
    skull = chest @ about_y(pose.chin_in - pose.spine_curve / 2)
    upright = abs(pose.lean) < UPRIGHT_LEAN and abs(pose.trunk_pitch) < UPRIGHT_PITCH
    sides = ((pose.near, -1.0), (pose.far, 1.0))
    near_leg, far_leg = (_leg(its, sign, trunk, pelvis, upright=upright) for its, sign in sides)
    near_arm, far_arm = (_arm(its, sign, mid_shoulder, chest) for its, sign in sides)
    return Body(
        pose,
        np.zeros(3),
        mid_shoulder,
        mid_shoulder + skull @ (0.008 * X + NECK * Z),
        trunk,
        pelvis,
        chest,
        skull,
        near_leg,
        far_leg,
        near_arm,
        far_arm,
    )


def _leg(its: Side, sign: float, trunk: Vector, pelvis: Vector, *, upright: bool) -> Leg:
    hip = pelvis @ (HALF_HIPS * sign * Y)
    thigh = trunk @ about_y(-its.hip_flexion) @ about_x(sign * its.hip_abduction)
    knee = hip + THIGH * thigh @ DOWN
    shank = thigh @ about_y(its.knee_flexion)
    ankle = knee + SHANK * shank @ DOWN
    if its.knee_out:
        turn = _knee_out(its.knee_out, knee - hip, ankle - hip, trunk @ (sign * Y))
        knee, thigh, shank = hip + turn @ (knee - hip), turn @ thigh, turn @ shank
    foot = shank @ about_y(-its.dorsiflexion)
    if upright and (its.hip_abduction or its.knee_out):
        foot = _level(foot)
    heel, ball, toe = (ankle + foot @ np.array([ahead, 0, -ANKLE_UP]) for ahead in (-HEEL, BALL, TOE))
    return Leg(hip, knee, ankle, heel, ball, toe, toe, thigh, shank, foot)


def _knee_out(degrees: float, knee: Vector, ankle: Vector, outwards: Vector) -> Vector:
    """The turn about the line from hip to ankle that takes the knee outwards."""
    turns = (about(ankle, degrees), about(ankle, -degrees))
    return max(turns, key=lambda turn: float((turn @ knee) @ outwards))


def _level(foot: Vector) -> Vector:
    """The sole level from side to side: the ankle takes up what the spread leg tilts."""
    ahead = foot @ X
    if hypot(ahead[0], ahead[1]) <= FLAT_AHEAD:
        return foot
    side = np.array([-ahead[1], ahead[0], 0.0]) / hypot(ahead[0], ahead[1])
    side = side if side @ (foot @ Y) >= 0 else -side
    return np.array([ahead, side, np.cross(ahead, side)]).T


def _arm(its: Side, sign: float, mid_shoulder: Vector, chest: Vector) -> Arm:
    shoulder = mid_shoulder + chest @ (HALF_SHOULDERS * sign * Y)
    upper = chest @ about_y(-its.shoulder_flexion) @ about_x(sign * its.shoulder_abduction)
    elbow = shoulder + UPPER_ARM * upper @ DOWN
    fore = upper @ about(DOWN, sign * its.forearm_in) @ about_y(-its.elbow_flexion)
    wrist = elbow + FOREARM * fore @ DOWN
    hand = fore @ about_y(-its.wrist_extension)
    return Arm(shoulder, elbow, wrist, wrist + HAND * hand @ DOWN, hand)
