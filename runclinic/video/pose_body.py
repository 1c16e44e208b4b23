"""The 33 points of one body in a picture: the square around it, and what the network says of that square."""

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from runclinic.video.cv import opencv
from runclinic.video.picture import Bgr
from runclinic.video.pose_detector import Detector, Person, Region
from runclinic.video.pose_network import POINTS, Floats, Network, Weights

SIDE = 256
NUMBERS = 5  # of a point: x, y, depth, visibility, presence
HIP, RIM = 33, 34  # what the network adds to the 33 points: the middle of the body's circle, and its rim


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """What was found in one square: `points` float32[33, 5] (x, y, depth in px; visibility, presence 0 to 1).

    `region` is the square in which the next picture's body lies, `sure` 0 to 1 that there is a body at all.
    """

    points: Floats
    region: Region
    sure: float


class Finder(Protocol):
    """Finds people in a whole picture, and the points of one body in a square of it."""

    def people(self, picture: Any) -> tuple[Person, ...]: ...
    def points(self, picture: Any, region: Region) -> Seen: ...


class BlazePose:
    """Both networks, for one thread at a time."""

    def __init__(self, weights: Weights, *, threads: int = 1) -> None:
        self._detector = Detector(weights.detector)
        self._landmarks = Network(weights.landmarks, threads=threads)

    def people(self, picture: Bgr) -> tuple[Person, ...]:
        """Everybody whom the detector sees, the surest first."""
        return self._detector.people(picture)

    def points(self, picture: Bgr, region: Region) -> Seen:
        """The body in that square of a picture uint8[h, w, 3] BGR."""
        square, placed = cut_out(picture, region)
        answers = self._landmarks.run(square)
        numbers = answers[1, (len(POINTS) + 6) * NUMBERS].reshape(-1, NUMBERS)
        return seen(numbers, float(answers[1, 1][0, 0]), placed)


def cut_out(picture: Bgr, region: Region) -> tuple[Floats, Floats]:
    """The square, upright, float32[1, 256, 256, 3] RGB 0 to 1; and float32[2, 3] from it to the picture."""
    cv2 = opencv()
    cos, sin = math.cos(region.turn), math.sin(region.turn)
    turned = np.array([[cos, -sin], [sin, cos]]) * (region.side / SIDE)
    corner = np.array([region.x, region.y]) - turned @ np.array([SIDE / 2, SIDE / 2])
    placed = np.column_stack([turned, corner]).astype(np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    square = cv2.warpAffine(picture, placed, (SIDE, SIDE), flags=flags)
    square = cv2.cvtColor(square, cv2.COLOR_BGR2RGB)
    return (square * np.float32(1 / 255))[np.newaxis], placed


def seen(numbers: Floats, sure: float, placed: Floats) -> Seen:
    """The network's answer float32[39, 5] for a square, back in the picture."""
    xy = numbers[:, :2] @ placed[:, :2].T + placed[:, 2]
    scale = math.hypot(float(placed[0, 0]), float(placed[1, 0]))
    points = np.empty((len(POINTS), NUMBERS), dtype=np.float32)
    points[:, :2] = xy[: len(POINTS)]
    points[:, 2] = numbers[: len(POINTS), 2] * scale
    points[:, 3:] = 1 / (1 + np.exp(-np.clip(numbers[: len(POINTS), 3:], -50, 50)))
    hip, rim = ((float(xy[place, 0]), float(xy[place, 1])) for place in (HIP, RIM))
    return Seen(points, Region.around(hip, rim), sure)
