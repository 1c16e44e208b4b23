"""How the upper body of who moves in a film goes up and down: her bounce, without any network."""

from collections.abc import Generator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from runclinic.refused import Refused
from runclinic.video.clip import Clip
from runclinic.video.cv import opencv
from runclinic.video.picture import Converter

Floats = npt.NDArray[np.float64]
Grey = npt.NDArray[np.uint8]

LEAST_ROWS = 240  # the flow of hundreds of pixels is averaged: more rows tell no more
DIVISORS = (8, 4, 2, 1)
WHOLE_COLUMNS = 8  # a small picture's last columns may be unset below a multiple of this
RATE_WANTED = 50.0
LONGEST_S = 60.0
BACKGROUNDS = 60
SHIFTS = 8
MOVED_GREY = 20
BETWEEN = (0.02, 0.98)  # of all that moves: where the runner is
UPPER = 0.5
FEWEST_PIXELS = 20
DECODING = 0.7  # of the work


@dataclass(frozen=True, slots=True, eq=False)
class Bounce:
    """How fast the upper body sinks, px/s of the clip's own clock, float[n], at `times_s` (s).

    `shifts_px` is how far the background moved at a few moments.
    """

    times_s: Floats
    sinking: Floats
    shifts_px: Floats


def bounce(clip: Clip) -> Generator[float, None, Bounce]:
    """The bounce in an open clip, up to its first minute; yields progress 0 to 1, closing it cancels.

    Refused if too few frames can be shown, or nothing moves.
    """
    times: list[float] = []
    small: list[Grey] = []
    step = max(1, int(clip.nominal_fps / RATE_WANTED))
    wanted = [k for k in range(0, clip.frame_count, step) if clip.times_s[k] <= LONGEST_S]
    divisor = next(each for each in DIVISORS if each == 1 or clip.size[1] // each >= LEAST_ROWS)
    converter = clip.converter()
    for place, k in enumerate(wanted):
        picture = _grey(clip, converter, k, divisor)
        if picture is not None:
            times.append(float(clip.times_s[k]))
            small.append(picture)
        yield DECODING * (place + 1) / len(wanted)
    if len(small) < 2:
        raise Refused("Too few frames of this clip can be shown.", "Ask for the original clip.")
    stack, at = np.stack(small), np.array(times)
    spread = stack[np.unique(np.linspace(0, len(stack) - 1, BACKGROUNDS).astype(np.intp))]
    background = np.median(spread, axis=0).astype(np.uint8)
    flow = np.zeros(len(stack) - 1)
    rows, columns = _where_she_is(stack, background)
    for k, pixels in enumerate(_sinking(stack[:, rows, columns], background[rows, columns])):
        flow[k] = pixels
        yield DECODING + (1 - DECODING) * (k + 1) / len(flow)
    shifts = _shifts(stack, background) * divisor
    return Bounce((at[1:] + at[:-1]) / 2, divisor * flow / np.diff(at), shifts)


def _grey(clip: Clip, converter: Converter, k: int, divisor: int) -> Grey | None:
    """A frame made small, without colour; None if it cannot be shown."""
    cv2 = opencv()
    try:
        decoded = clip.frames.at(k)
    except Refused:
        return None
    picture = converter.bgr(decoded) if divisor == 1 else converter.small(decoded, divisor)
    whole = picture.shape[1] // WHOLE_COLUMNS * WHOLE_COLUMNS
    return np.ascontiguousarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)[:, :whole])


def _moves(pictures: Grey, background: Grey) -> npt.NDArray[np.bool_]:
    return np.asarray(opencv().absdiff(pictures, background) > MOVED_GREY)


def _where_she_is(stack: Grey, background: Grey) -> tuple[slice, slice]:
    """Rows of the upper body and columns of the whole, by where the picture changes over the clip."""
    changes = np.zeros(background.shape)
    for picture in stack:
        changes += _moves(picture, background)
    if changes.sum() < FEWEST_PIXELS * len(stack):
        raise Refused("Nothing moves in this clip.", "Choose a clip in which somebody runs.")
    (top, bottom), (left, right) = (_between(changes.sum(axis=axis)) for axis in (1, 0))
    middle = top + max(2, round(UPPER * (bottom - top)))
    return slice(max(0, top - (bottom - top) // 10), middle), slice(left, right + 1)


def _between(changes: Floats) -> tuple[int, int]:
    share = np.cumsum(changes) / changes.sum()
    return int(np.searchsorted(share, BETWEEN[0])), int(np.searchsorted(share, BETWEEN[1]))


def _sinking(pictures: Grey, background: Grey) -> Generator[float, None, None]:
    """The median flow downward of what moves, px of the small picture, from each frame to the next."""
    cv2 = opencv()
    seen = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    for before, now in pairwise(pictures):
        flow = seen.calc(np.ascontiguousarray(before), np.ascontiguousarray(now), None)
        moves = _moves(now, background)
        yield float(np.median(flow[..., 1][moves])) if int(moves.sum()) >= FEWEST_PIXELS else 0.0


def _shifts(stack: Grey, background: Grey) -> Floats:
    """How far the whole picture, without who moves in it, lies from the background at a few moments."""
    cv2 = opencv()
    still = background.astype(np.float32)
    window = cv2.createHanningWindow(background.shape[::-1], cv2.CV_32F)
    found: list[float] = []
    for k in np.unique(np.linspace(0, len(stack) - 1, SHIFTS).astype(np.intp)):
        picture = np.where(_moves(stack[k], background), background, stack[k]).astype(np.float32)
        found.append(float(np.hypot(*cv2.phaseCorrelate(still, picture, window)[0])))
    return np.array(found)
