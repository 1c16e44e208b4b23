"""The 33 points of one body in a picture: the square around it, and what the network says of that square."""

import math
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """A frame uint8[h, w, 3] BGR, perhaps made smaller; `size` is the film's own width and height in px."""

    pixels: Bgr
    size: tuple[int, int]

    @classmethod
    def whole(cls, pixels: Bgr) -> "Picture":
        """A frame as it is."""
        return cls(pixels, (pixels.shape[1], pixels.shape[0]))

    @property
    def scale(self) -> Floats:
        """Film pixels a pixel of this picture, across and down."""
        height, width = self.pixels.shape[:2]
        return np.array([self.size[0] / width, self.size[1] / height], dtype=np.float32)

    def smaller(self, region: Region) -> Region:
        """A square of the film in the pixels of this picture; pixel centres lie at whole numbers in both."""
        across, down = (float(each) for each in self.scale)
        side = region.side / (0.5 * (across + down))
        return Region((region.x + 0.5) / across - 0.5, (region.y + 0.5) / down - 0.5, side, region.turn)

    def larger(self, region: Region) -> Region:
        """The way back."""
        across, down = (float(each) for each in self.scale)
        side = region.side * 0.5 * (across + down)
        return Region((region.x + 0.5) * across - 0.5, (region.y + 0.5) * down - 0.5, side, region.turn)


class Finder(Protocol):
    """Finds people in a whole picture, and the points of one body in a square of it."""

    def people(self, picture: Any) -> tuple[Person, ...]: ...
    def points(self, picture: Any, region: Region) -> Seen: ...


class BlazePose:
    """Both networks, for one thread at a time."""

    def __init__(self, weights: Weights, *, threads: int = 1) -> None:
        self._detector = Detector(weights.detector)
        self._landmarks = Network(weights.landmarks, threads=threads)

    def people(self, picture: Picture) -> tuple[Person, ...]:
        """Everybody whom the detector sees, the surest first."""
        seen = self._detector.people(picture.pixels)
        return tuple(replace(person, region=picture.larger(person.region)) for person in seen)

    def points(self, picture: Picture, region: Region) -> Seen:
        """The body in that square of the film."""
        square, placed = cut_out(picture, region)
        answers = self._landmarks.run(square)
        numbers = answers[1, (len(POINTS) + 6) * NUMBERS].reshape(-1, NUMBERS)
        return seen(numbers, float(answers[1, 1][0, 0]), placed)


def cut_out(picture: Picture, region: Region) -> tuple[Floats, Floats]:
    """The square, upright, float32[1, 256, 256, 3] RGB 0 to 1; and float32[2, 3] from it to the film."""
    cv2 = opencv()
    here = picture.smaller(region)
    cos, sin = math.cos(here.turn), math.sin(here.turn)
    turned = np.array([[cos, -sin], [sin, cos]]) * (here.side / SIDE)
    corner = np.array([here.x, here.y]) - turned @ np.array([SIDE / 2, SIDE / 2])
    placed = np.column_stack([turned, corner]).astype(np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    square = cv2.warpAffine(picture.pixels, placed, (SIDE, SIDE), flags=flags)
    square = cv2.cvtColor(square, cv2.COLOR_BGR2RGB)
    placed[:, 2] += 0.5
    placed *= picture.scale[:, np.newaxis]
    placed[:, 2] -= 0.5
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
