"""From the picture to the runner: camera roll, the way she faces, up, and the slope of the belt."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from runclinic.gait.filming import FloatArray
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.refused import Refused

STRAIGHT_TOES = 0.25  # of the foot: toes that point less far ahead do not tell the facing (choice)
FEWEST_TO_TELL = 10  # frames
BACKWARDS = -0.2  # correlation of a foot's height with its way forward; 0.4 to 0.97 in running (choice)


def roll_rad(top: tuple[float, float], bottom: tuple[float, float]) -> float:
    """The camera's roll from two pixels (u, v) of a thing known to be vertical; 0 = level.

    Refused if they are one point, or lie so that the "vertical" runs across the picture.
    """
    across, down = bottom[0] - top[0], bottom[1] - top[1]
    if down <= abs(across):
        raise Refused("That plumb line is not upright.", "Click its upper end first, then its lower end.")
    return math.atan2(across, down)


def turned(xy: FloatArray, roll: float, centre: tuple[float, float] = (0.0, 0.0)) -> FloatArray:
    """Pixels [..., 2] turned by +roll (rad) about the picture's centre, so that a plumb line is vertical."""
    middle = np.asarray(centre, dtype=np.float64)
    u, v = np.moveaxis(np.asarray(xy, dtype=np.float64) - middle, -1, 0)
    cos, sin = math.cos(roll), math.sin(roll)
    return np.stack([u * cos - v * sin, u * sin + v * cos], axis=-1) + middle


@dataclass(frozen=True, slots=True)
class SideFrame:
    """How pixels of a side view become the runner's own axes.

    `facing` +1 = image right, -1 = image left, one for the whole clip; `roll` rad, positive as `roll_rad`
    gives it; `incline_deg` belt against the horizontal, nose up positive; `up` -1 in a picture (v runs
    down), +1 for points whose second number runs up, as of markers in metres.
    """

    facing: int = 1
    roll: float = 0.0
    centre: tuple[float, float] = (0.0, 0.0)
    incline_deg: float = 0.0
    up: int = -1

    def __post_init__(self) -> None:
        if self.facing not in {1, -1}:
            raise Refused(f"The runner cannot face {self.facing}.", "+1 is image right, -1 image left.")

    def body(self, xy: FloatArray) -> FloatArray:
        """Points [..., 2] as forward and up against gravity, in the unit of the points."""
        level = turned(xy, self.roll, self.centre) if self.roll else np.asarray(xy, dtype=np.float64)
        return level * np.array([self.facing, self.up], dtype=np.float64)

    def belt(self, xy: FloatArray) -> FloatArray:
        """Points [..., 2] as along the belt (forward positive) and above it."""
        x, y = np.moveaxis(self.body(xy), -1, 0)
        slope = math.radians(self.incline_deg)
        cos, sin = math.cos(slope), math.sin(slope)
        return np.stack([x * cos + y * sin, y * cos - x * sin], axis=-1)


def upward(track: LandmarkTrack) -> int:
    """-1 if the second number of the points runs down (a picture), +1 if it runs up (markers in metres).

    Physics tells: a foot is higher while it swings forward than while the belt carries it back. From hips
    and ankles where both are tracked, else from the feet alone.
    """
    for side in ("left", "right"):
        if track.has(f"{side}_hip", f"{side}_ankle"):
            hip_to_ankle = (track.point(f"{side}_ankle") - track.point(f"{side}_hip"))[:, 1]
            if np.isfinite(hip_to_ankle).any():
                return -1 if np.nanmedian(hip_to_ankle) > 0 else 1
    return 1 if sum(_higher_when_forward(track, side) for side in track.feet) > 0 else -1


def _higher_when_forward(track: LandmarkTrack, side: str) -> float:
    """How the foot's second number goes with its way forward, as the toes point: correlation, -1 to 1."""
    heel, toe = track.point(f"{side}_heel"), track.point(f"{side}_foot_index")
    foot = (heel + toe) / 2
    known = np.isfinite(foot[:, 0]) & np.isfinite(np.gradient(foot[:, 0], track.times_s))
    if int(known.sum()) < FEWEST_TO_TELL:
        return 0.0
    ahead = float(np.sign(np.median((toe - heel)[known, 0])))
    forward = ahead * np.gradient(foot[:, 0], track.times_s)[known]
    height = foot[known, 1]
    forward, height = forward - forward.mean(), height - height.mean()
    size = float(np.sqrt((forward @ forward) * (height @ height)))
    return float(forward @ height) / size if size > 0 else 0.0


def check_direction(track: LandmarkTrack, frame: SideFrame) -> None:
    """Refused if the feet go forward while they are low: a film that runs backwards.

    Only where hip and ankle say which way is up.
    """
    if not any(track.has(f"{side}_hip", f"{side}_ankle") for side in track.feet):
        return
    if all(frame.up * _higher_when_forward(track, side) < BACKWARDS for side in track.feet):
        raise Refused(
            "The feet go forward while they are on the belt and back in the air: the film runs backwards.",
            "Choose the original film.",
        )


def facing_seen(track: LandmarkTrack) -> int | None:
    """Which way the toes point, +1 image right or -1 left; None if the feet do not tell (rear, front).

    Over all frames together: it is never judged frame by frame.
    """
    ahead: list[FloatArray] = []
    for side in track.feet:
        foot = track.point(f"{side}_foot_index") - track.point(f"{side}_heel")
        foot = foot[np.isfinite(foot[:, 0])]
        length = float(np.median(np.hypot(foot[:, 0], foot[:, 1]))) if len(foot) else 0.0
        if length > 0:
            ahead.append(foot[:, 0] / length)
    if not ahead:
        return None
    typical = float(np.median(np.concatenate(ahead)))
    return None if abs(typical) < STRAIGHT_TOES else (1 if typical > 0 else -1)


def check_facing(track: LandmarkTrack, facing: int) -> None:
    """Refused if the toes point the other way all through: a mirrored film, or the wrong side named."""
    seen = facing_seen(track)
    if seen is not None and seen != facing:
        raise Refused(
            f"The toes point to image {_side_of(seen)}, but the view says that the runner faces "
            f"{_side_of(facing)}.",
            "Is the film mirrored (a selfie camera), or was it taken from the other side?",
        )


def _side_of(facing: int) -> str:
    return "right" if facing > 0 else "left"


def medial(side: str, *, view: str = "rear", mirrored: bool = False) -> int:
    """+1 if the other leg lies at image right of this one, else -1.

    Seen from behind the runner's left is at image left, from in front at image right; a mirror turns both.
    """
    leftward = (view == "rear") != mirrored
    return 1 if (side == "left") == leftward else -1


def middle_of(points: Sequence[FloatArray]) -> FloatArray:
    """The point halfway between others, float[n, 2]."""
    return np.mean(np.stack(list(points)), axis=0)
