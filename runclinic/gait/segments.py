"""Angles of body segments, in degrees, from points in the runner's axes (forward, up) or as seen behind.

Every function takes points float[..., 2] and gives float[...]; joint angles are made from segment angles, so
that a knee that bends backward keeps its sign.
"""

import numpy as np

from runclinic.gait.filming import FloatArray

STRAIGHT, RIGHT_ANGLE = 180.0, 90.0


def wrapped(degrees: FloatArray) -> FloatArray:
    """The same angles within -180 to 180."""
    return (degrees + STRAIGHT) % (2 * STRAIGHT) - STRAIGHT


def lean(low: FloatArray, high: FloatArray) -> FloatArray:
    """A segment from gravity's vertical, + = its top forward."""
    along = high - low
    return np.degrees(np.arctan2(along[..., 0], along[..., 1]))


def hanging(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """A segment from gravity's vertical, + = its lower end ahead (thigh, shank)."""
    along = bottom - top
    return np.degrees(np.arctan2(along[..., 0], -along[..., 1]))


def slope(back: FloatArray, front: FloatArray) -> FloatArray:
    """A segment from the horizontal, + = its front end up (foot)."""
    along = front - back
    return np.degrees(np.arctan2(along[..., 1], along[..., 0]))


def knee_flexion(hip: FloatArray, knee: FloatArray, ankle: FloatArray) -> FloatArray:
    """Thigh - shank; + = flexed."""
    return wrapped(hanging(hip, knee) - hanging(knee, ankle))


def dorsiflexion(knee: FloatArray, ankle: FloatArray, heel: FloatArray, toe: FloatArray) -> FloatArray:
    """90 - the angle from the foot (forward) to the shank (up); + = dorsiflexed."""
    return wrapped(RIGHT_ANGLE - (slope(ankle, knee) - slope(heel, toe)))


def included(first: FloatArray, vertex: FloatArray, second: FloatArray) -> FloatArray:
    """The angle between two arms of a joint, 0 to 180."""
    return np.abs(wrapped(slope(vertex, first) - slope(vertex, second)))


# ---- seen from behind or in front: u right, v down; `medial` +1 if the other leg lies at image right ----


def pelvic_drop(stance: FloatArray, swing: FloatArray) -> FloatArray:
    """+ = the swing side of the pelvis is lower."""
    along = swing - stance
    return np.degrees(np.arctan2(along[..., 1], np.abs(along[..., 0])))


def hip_adduction(stance: FloatArray, swing: FloatArray, hip: FloatArray, knee: FloatArray) -> FloatArray:
    """90 - the angle between the pelvis line (stance to swing) and the thigh; + = adducted."""
    pelvis, thigh = swing - stance, knee - hip
    across = pelvis[..., 0] * thigh[..., 1] - pelvis[..., 1] * thigh[..., 0]
    along = pelvis[..., 0] * thigh[..., 0] + pelvis[..., 1] * thigh[..., 1]
    return RIGHT_ANGLE - np.degrees(np.arctan2(np.abs(across), along))


def femoral_adduction(hip: FloatArray, knee: FloatArray, medial: int) -> FloatArray:
    """+ = the knee is medial of the hip."""
    along = knee - hip
    return np.degrees(np.arctan2(medial * along[..., 0], along[..., 1]))


def side_lean(low: FloatArray, high: FloatArray, medial: int) -> FloatArray:
    """+ = the top leans towards the stance leg."""
    along = high - low
    return np.degrees(np.arctan2(-medial * along[..., 0], -along[..., 1]))


def eversion(
    heel_top: FloatArray,
    heel_bottom: FloatArray,
    shank_top: FloatArray,
    shank_bottom: FloatArray,
    medial: int,
) -> FloatArray:
    """The heel's line against the shank's; + = everted, the top of the heel tilted to the other leg."""
    return side_lean(shank_bottom, shank_top, medial) - side_lean(heel_bottom, heel_top, medial)
