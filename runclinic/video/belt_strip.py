"""How much of the picture just above the belt moves with it: contacts show there without any network."""

import math
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runclinic.gait.filming import Pixel
from runclinic.gait.picture_contacts import moving_with_belt
from runclinic.refused import Refused
from runclinic.video.clip import Clip
from runclinic.video.cv import opencv

Floats = npt.NDArray[np.float64]
Grey = npt.NDArray[np.uint8]
Where = npt.NDArray[np.bool_]

STRIP_SHARE = 0.04  # of the picture's height: about 80 mm where the runner fills it
CONTEXT = 3  # strips above, so that the flow sees the whole foot
LEAST_ROWS = 100  # a small picture is enlarged: the flow works on patches, and fails on a narrow band
BACKGROUNDS = 60
MOVED_GREY = 25
LEAST_PX = 0.5  # a frame; slower is no belt
BINS_PX = 0.25
FEWEST_PIXELS = 200
DECODING, LOOKING = 0.6, 0.4  # of the work
SHORTEST_LINE = 0.15  # of the picture's width: a foot needs some way to be carried
LEVEL_DEG = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """The area that moves with the belt, pixels, float[n], one for each frame; and the belt, px a frame."""

    area_px: Floats
    belt_px: float


def carried(clip: Clip, line: tuple[Pixel, Pixel], forward: int) -> Generator[float, None, Carried]:
    """The strip above a line along the top of the belt, in every frame; yields progress 0 to 1.

    `forward` +1 = the runner faces image right, so that the belt moves left. Refused if the line cannot be
    one, frames cannot be shown, or nothing is carried along.
    """
    (rows, columns), inside = _strip(line, clip.size)
    larger = max(1, math.ceil(LEAST_ROWS / len(inside)))
    inside = np.kron(inside, np.ones((larger, larger), dtype=np.bool_))
    pictures: list[Grey] = []
    cv2, converter = opencv(), clip.converter()
    for k in range(clip.frame_count):
        picture = cv2.cvtColor(converter.bgr(clip.frames.at(k))[rows, columns], cv2.COLOR_BGR2GRAY)
        pictures.append(cv2.resize(picture, inside.shape[::-1], interpolation=cv2.INTER_LINEAR))
        yield DECODING * (k + 1) / clip.frame_count
    stack = np.stack(pictures)
    spread = stack[np.unique(np.linspace(0, len(stack) - 1, BACKGROUNDS).astype(np.intp))]
    background = np.median(spread, axis=0).astype(np.uint8)
    flows: list[tuple[Floats, Where]] = []
    seen = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    for k in range(1, len(stack)):
        flow = seen.calc(stack[k - 1], stack[k], None)
        there = (cv2.absdiff(stack[k], background) > MOVED_GREY) & inside
        flows.append((-forward / larger * flow[..., 0][there].astype(np.float64), there[there]))
        yield DECODING + LOOKING * k / len(stack)
    belt = _belt_px([flow for flow, _ in flows])
    area = [moving_with_belt(flow, there / larger**2, belt) for flow, there in flows]
    yield 1.0
    return Carried(np.array([area[0], *area]), belt)


def _strip(line: tuple[Pixel, Pixel], size: tuple[int, int]) -> tuple[tuple[slice, slice], Where]:
    """The part of the picture that is looked at, and within it what lies less than a strip above the line."""
    (u1, v1), (u2, v2) = sorted(line)
    width, height = size
    shortest = SHORTEST_LINE * width
    slope_deg = math.degrees(math.atan2(v2 - v1, u2 - u1))
    if u2 - u1 < shortest or abs(slope_deg) > LEVEL_DEG:
        raise Refused("The line is no line along a belt.", "Draw it along the top of the belt, end to end.")
    tall = max(4.0, STRIP_SHARE * height)
    top = max(0, int(min(v1, v2) - CONTEXT * tall))
    bottom, left, right = (
        min(height, math.ceil(max(v1, v2))),
        max(0, int(u1)),
        min(width, math.ceil(u2)),
    )
    if bottom - top < tall or right - left < shortest:
        raise Refused("The line lies outside the picture.", "Draw it along the top of the belt.")
    u, v = np.meshgrid(np.arange(left, right), np.arange(top, bottom))
    above = v1 + (u - u1) * (v2 - v1) / (u2 - u1) - v
    return (slice(top, bottom), slice(left, right)), (above >= 0) & (above <= tall)


def _belt_px(flows: list[Floats]) -> float:
    """How far the belt goes in a frame: the commonest backward motion of what stands in the strip."""
    backward = np.concatenate(flows)
    backward = backward[backward > LEAST_PX]
    if len(backward) < FEWEST_PIXELS:
        raise Refused("Nothing in the strip moves with the belt.", "Draw the line along the top of the belt.")
    counts, edges = np.histogram(backward, bins=np.arange(0, backward.max() + 2 * BINS_PX, BINS_PX))
    smooth = np.convolve(counts, [0.25, 0.5, 0.25], mode="same")
    k = int(np.argmax(smooth))
    near = backward[(backward > edges[k] - 2 * BINS_PX) & (backward < edges[k + 1] + 2 * BINS_PX)]
    return float(np.median(near))
