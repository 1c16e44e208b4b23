"""How sure a time, a distance or an angle is: frames, marks, landmarks and the camera.

Times and their errors are in seconds unless a name says otherwise; SD is one standard deviation, U95 a
95 % half-width. T is a frame's duration.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from runclinic.refused import Refused

NORMAL_95 = 1.96
DITHER_LIMIT = 0.55  # stride SD below this many T: the strides are locked to the frames (choice)
LOCKED_FPS = 60.0  # below it a locked interval is held to a whole frame (choice)
DEFAULT_RATER_FRAMES = 0.5  # until the clinic has marked 20 events twice (choice)
DEFAULT_BIAS_FRAMES = 0.3  # a hand that calls toe-off late or early (choice)

# ---- frames ----


def event_sd(frame_s: float) -> float:
    """The SD of an event seen as "first frame of", late by anything up to one frame: T / sqrt(12)."""
    return frame_s / math.sqrt(12)


def interval_sd(frame_s: float) -> float:
    """The SD of one interval between two independent events: T / sqrt(6), a triangle on (-T, T)."""
    return frame_s / math.sqrt(6)


def exact_half_width(frame_s: float) -> float:
    """The exact 95 % half-width of that triangle, 0.776 T."""
    return frame_s * (1 - math.sqrt(0.05))


def chain_sd(frame_s: float, steps: int, runs: int = 1) -> float:
    """The SD of the mean step time over a chain of steps: only the ends of its unbroken runs count."""
    return interval_sd(frame_s) * math.sqrt(runs) / steps


def sd_without_frames(sd: float, frame_s: float) -> float:
    """The runner's own variation: what is left of an SD when the frames' share is taken out in quadrature."""
    return math.sqrt(max(0.0, sd**2 - frame_s**2 / 6))


def marked_event_sd(frame_s: float, rater_s: float | None = None) -> float:
    """The SD of one marked event; `rater_s` None = half a frame until the clinic has measured its own."""
    rater = DEFAULT_RATER_FRAMES * frame_s if rater_s is None else rater_s
    return math.hypot(event_sd(frame_s), rater)


# ---- means ----


@cache
def t_quantile(df: int) -> float:
    """Student's t at 0.975 for whole degrees of freedom, to the three decimals that tables print."""
    if df < 1:
        raise Refused("One value has no scatter.", "Measure more steps.")
    low, high = 1.0, 13.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_inside(middle, df) < 0.95 else (low, middle)
    return round((low + high) / 2, 3)


def _t_inside(t: float, df: int) -> float:
    """P(|T| < t) for whole df (Abramowitz & Stegun 1964, 26.7.3 and 26.7.4)."""
    theta = math.atan(t / math.sqrt(df))
    sine, cosine = math.sin(theta), math.cos(theta)
    odd = df % 2 == 1
    term = cosine if odd else 1.0
    total = term if df > 1 else 0.0
    for k in range(2 if odd else 1, df - 1, 2):
        term *= cosine**2 * k / (k + 1)
        total += term
    return (2 / math.pi) * (theta + sine * total) if odd else sine * total


def sd(values: Sequence[float]) -> float | None:
    """The standard deviation (n - 1); None for fewer than two values."""
    if len(values) < 2:
        return None
    mean = fmean(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def averaging_allowed(strides_s: Sequence[float], frame_s: float) -> bool:
    """The dither rule: only strides that wander across frame borders let a mean be better than one interval.

    `strides_s` are stride times of one foot. Fewer than two cannot show it, so the answer is then no.
    """
    scatter = sd(strides_s)
    return scatter is not None and scatter >= DITHER_LIMIT * frame_s


@dataclass(frozen=True, slots=True)
class MeanError:
    """The error of a mean: its U95 without the systematic part, and the SD of the mean for comparisons."""

    u95: float
    mean_sd: float


def mean_error(
    values: Sequence[float],
    frame: float,
    *,
    averages: bool,
    rater: float | None = None,
    held: float = 0.0,
) -> MeanError:
    """The error of the mean of n separate intervals of one foot; `frame` and `rater` in the values' unit.

    From three values on the scatter holds the marking error: t s_eff / sqrt(n) with
    s_eff = max(s, T / sqrt 6). Without averaging (dither rule) it is never below 1.96 T / sqrt 6, nor below
    `held` frames, nor below what the scatter says. One or two values: from the error of each event.
    """
    n = len(values)
    scatter = sd(values)
    if n >= 3 and scatter is not None:
        s_eff = max(scatter, interval_sd(frame))
        mean_sd = s_eff / math.sqrt(n)
        u95 = t_quantile(n - 1) * mean_sd
    else:
        mean_sd = math.sqrt(2) * marked_event_sd(frame, rater) / math.sqrt(n)
        u95 = NORMAL_95 * mean_sd
    if averages:
        return MeanError(u95, mean_sd)
    floor = max(NORMAL_95 * interval_sd(frame), held * frame)
    return MeanError(max(u95, floor), max(mean_sd, interval_sd(frame)))


def both_u95(left: float, right: float, *, independent: bool) -> float:
    """The U95 of the mean of two side means; locked to the frames, both may err the same way, so they add."""
    return (math.hypot(left, right) if independent else left + right) / 2


def chain_u95(
    frame_s: float, steps: int, runs: int = 1, *, averages: bool, rater_s: float | None = None
) -> float:
    """The U95 of the mean step time of a chain, from its ends alone.

    Below 60 frames/s strides locked to the frames keep one fixed share of a frame at each end, so the
    triangle is no chance any more: a whole frame is given, and several runs then add up. `rater_s`, once
    the clinic has measured it, widens both ends.
    """
    locked = not averages
    spread = runs if locked else math.sqrt(runs)
    low_rate = 1 / frame_s < LOCKED_FPS * 0.99
    frames = frame_s if locked and low_rate else NORMAL_95 * interval_sd(frame_s)
    return math.hypot(frames, NORMAL_95 * math.sqrt(2) * (rater_s or 0.0)) * spread / steps


def printed_u95(u95: float, bias: float) -> float:
    """The ± as printed: the systematic part does not average away, so it is added in quadrature."""
    return math.hypot(u95, NORMAL_95 * bias)


# ---- landmarks ----


def segment_sd_deg(sigma_px: float, length_px: float) -> float:
    """The SD of a segment's angle to the vertical, from clicks of SD `sigma_px` on both its ends."""
    return math.degrees(math.sqrt(2) * sigma_px / length_px)


def joint_sd_deg(sigma_px: float, first_px: float, second_px: float, angle_deg: float) -> float:
    """The SD of an angle between two arms that share a clicked vertex."""
    variance = 2 / first_px**2 + 2 / second_px**2
    variance -= 2 * math.cos(math.radians(angle_deg)) / (first_px * second_px)
    return math.degrees(sigma_px * math.sqrt(variance))


def lines_sd_deg(
    sigma_px: float, first_px: float, second_px: float, shared_angle_deg: float | None = None
) -> float:
    """The SD of the angle between two lines; give the angle between them only if they share a point."""
    if shared_angle_deg is not None:
        return joint_sd_deg(sigma_px, first_px, second_px, shared_angle_deg)
    return math.hypot(segment_sd_deg(sigma_px, first_px), segment_sd_deg(sigma_px, second_px))


def scale_mm_per_px(length_mm: float, length_px: float) -> float:
    """Millimetres for each pixel, from a thing of known length."""
    if length_px <= 0 or length_mm <= 0:
        raise Refused("The calibration has no length.", "Click both ends of a thing whose length you know.")
    return length_mm / length_px


def distance_sd_mm(
    distance_px: float, sigma_px: float, mm_per_px: float, calibration_px: float, calibration_sigma_px: float
) -> float:
    """The SD of a calibrated distance: its own two clicks, and those of the calibration."""
    clicks = math.sqrt(2) * sigma_px * mm_per_px
    calibration = distance_px * mm_per_px * math.sqrt(2) * calibration_sigma_px / calibration_px
    return math.hypot(clicks, calibration)


def landmark_sd(
    quantity: Callable[[NDArray[np.float64]], float],
    points_px: NDArray[np.float64],
    sigmas_px: Sequence[float],
) -> float:
    """The SD of any quantity of clicked points, by moving each by half a pixel either way in u and v.

    `points_px` is float[m, 2], `sigmas_px` the click SD of each; the result has the quantity's unit.
    """
    variance = 0.0
    for point, sigma in enumerate(sigmas_px):
        for axis in (0, 1):
            ahead, behind = points_px.copy(), points_px.copy()
            ahead[point, axis] += 0.5
            behind[point, axis] -= 0.5
            variance += ((quantity(ahead) - quantity(behind)) * sigma) ** 2
    return math.sqrt(variance)


def moving_angle_sd_deg(deg_per_s: float, event_sd_s: float) -> float:
    """The SD that an event's error gives an angle which turns while it is read."""
    return abs(deg_per_s) * event_sd_s


def angle_u95_deg(values_deg: Sequence[float], place_sd_deg: float, single_sd_deg: float) -> float:
    """The printed ± of a mean angle: scatter between steps, and what is the same in all steps (placing).

    Fewer than three steps: `single_sd_deg` (clicks and event error of one frame) stands for the scatter.
    """
    n = len(values_deg)
    scatter = sd(values_deg)
    if n >= 3 and scatter is not None:
        random = t_quantile(n - 1) * scatter / math.sqrt(n)
    else:
        random = NORMAL_95 * single_sd_deg / math.sqrt(n)
    return math.hypot(random, NORMAL_95 * place_sd_deg)


# ---- camera ----


def read_at_wrong_depth(true_mm: float, true_m: float, scale_m: float) -> float:
    """What a length reads when its scale was taken at another distance from the camera."""
    return true_mm * scale_m / true_m


def corrected_for_depth(read_mm: float, true_m: float, scale_m: float) -> float:
    """The true length of one read with a scale taken at another distance."""
    return read_mm * true_m / scale_m


def seen_with_yaw_deg(true_deg: float, yaw_deg: float) -> float:
    """How an angle to the vertical looks from a camera turned away from the square view."""
    seen = math.tan(math.radians(true_deg)) * math.cos(math.radians(yaw_deg))
    return math.degrees(math.atan(seen))
