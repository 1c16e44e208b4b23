"""Who is in the picture: the people that the detector sees, and the circle in which each body lies."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from runclinic.video.cv import opencv
from runclinic.video.picture import Bgr
from runclinic.video.pose_network import Floats, Network

Point: TypeAlias = tuple[float, float]
SIDE = 224
CELLS = ((8, 2), (16, 2), (32, 6))  # stride of a grid in pixels, anchors in each of its cells
LEAST_SURE = 0.4
SAME_PERSON = 0.3  # faces that overlap so much, or hips so near in body sizes, are one person's
BODY_BY_RADIUS = 2.5  # side of the square in which the points are looked for, by hip-to-rim distance
OFF_CENTRE = 0.5  # at the picture's corner a person counts half as much as the same one in the middle


@dataclass(frozen=True, slots=True)
class Region:
    """The square in which one body lies: its middle in pixels, its side, and its turn (rad, upright = 0)."""

    x: float
    y: float
    side: float
    turn: float = 0.0

    @classmethod
    def around(cls, hip: Point, rim: Point) -> "Region":
        """From the middle of the hips and a point above it on the circle around the body."""
        across, down = rim[0] - hip[0], rim[1] - hip[1]
        side = BODY_BY_RADIUS * math.hypot(across, down)
        return cls(hip[0], hip[1], side, math.atan2(down, across) + math.pi / 2)

    def away(self, other: "Region") -> float:
        """How far the middles lie apart, in sides of the other one."""
        return math.hypot(self.x - other.x, self.y - other.y) / max(other.side, 1.0)

    def like(self, other: "Region", within: float, size_ratio: float) -> bool:
        """About the same place and size."""
        ratio = max(self.side, 1.0) / max(other.side, 1.0)
        return self.away(other) <= within and 1 / size_ratio <= ratio <= size_ratio


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the detector sees: region, box of the face (left, top, right, bottom), how surely."""

    region: Region
    face: tuple[float, float, float, float]
    sure: float


@cache
def anchors() -> Floats:
    """The middle of the cell to which each answer belongs, float32[2254, 2], 0 to 1 across the square."""
    made: list[npt.NDArray[np.float64]] = []
    for stride, each in CELLS:
        count = SIDE // stride
        middles = (np.arange(count) + 0.5) / count
        down, across = np.meshgrid(middles, middles, indexing="ij")
        made.append(np.repeat(np.stack([across.ravel(), down.ravel()], axis=1), each, axis=0))
    return np.concatenate(made).astype(np.float32)


class Detector:
    """Finds everybody in a picture; for one thread at a time."""

    def __init__(self, content: bytes) -> None:
        self._network = Network(content)

    def people(self, picture: Bgr) -> tuple[Person, ...]:
        """Everybody in a picture uint8[h, w, 3] BGR, the surest first; positions in its pixels."""
        square, scale, corner = letterboxed(picture)
        answers = self._network.run(square)
        numbers = next(value for shape, value in answers.items() if shape[-1] == 12)[0]
        logits = next(value for shape, value in answers.items() if shape[-1] == 1)[0, :, 0]
        return tuple(one_each(people(numbers, logits, scale, corner)))


def letterboxed(picture: Bgr) -> tuple[Floats, float, Point]:
    """The picture in a square float32[1, 224, 224, 3] RGB, -1 to 1; its scale, and where its corner lies."""
    cv2 = opencv()
    height, width = picture.shape[:2]
    scale = SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    left, top = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    square = np.zeros((1, SIDE, SIDE, 3), dtype=np.float32)
    square[0, top : top + size[1], left : left + size[0]] = small[..., ::-1] / np.float32(127.5) - 1
    return square, scale, (float(left), float(top))


def people(numbers: Floats, logits: Floats, scale: float, corner: Point) -> Iterable[Person]:
    """The detector's answers float32[n, 12] and float32[n] as people, the surest first.

    Of the 12 numbers four are the face's box (middle and size), then four points: the middle of the hips
    and a point on the circle around the body come first.
    """
    sure = 1 / (1 + np.exp(-np.clip(logits, -50, 50)))
    for place in np.argsort(-sure, kind="stable"):
        if sure[place] < LEAST_SURE:
            return
        anchor = anchors()[place] * SIDE
        hip, rim = ((numbers[place, 4:8].reshape(2, 2) + anchor) - corner) / scale
        middle = (numbers[place, :2] + anchor - corner) / scale
        half = numbers[place, 2:4] / (2 * scale)
        region = Region.around((float(hip[0]), float(hip[1])), (float(rim[0]), float(rim[1])))
        face = (*(float(each) for each in middle - half), *(float(each) for each in middle + half))
        yield Person(region, (face[0], face[1], face[2], face[3]), float(sure[place]))


def one_each(seen: Iterable[Person]) -> Iterable[Person]:
    """Every person once: of several answers for one body the surest."""
    kept: list[Person] = []
    for person in seen:
        if not any(_same(person, other) for other in kept):
            kept.append(person)
            yield person


def _same(one: Person, other: Person) -> bool:
    return one.region.like(other.region, SAME_PERSON / 2, 1.5) or _overlap(one.face, other.face) > SAME_PERSON


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    """Shared area by joint area."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0.0, across) * max(0.0, down)
    areas = [max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1]) for box in (one, other)]
    return shared / (sum(areas) - shared) if shared > 0 else 0.0


def most_likely(seen: Sequence[Person], size: tuple[int, int], clicked: Point | None = None) -> Person | None:
    """The runner among several: whoever was clicked, else the largest and most central."""
    if not seen:
        return None
    if clicked is not None:
        at = Region(clicked[0], clicked[1], 1.0)
        return min(seen, key=lambda person: at.away(person.region))
    return max(seen, key=lambda person: weight(person.region, size))


def weight(region: Region, size: tuple[int, int]) -> float:
    """How much a body counts: its size, less towards the picture's corners."""
    across, down = (2 * region.x / size[0] - 1, 2 * region.y / size[1] - 1)
    off = min(1.0, math.hypot(across, down) / math.sqrt(2))
    return region.side * (1 - OFF_CENTRE * off)
