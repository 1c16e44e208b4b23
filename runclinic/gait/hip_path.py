"""What the hips do: their bounce over each step, and whether the runner drifts along the belt."""

import math
from statistics import fmean

import numpy as np

from runclinic.gait import filtering
from runclinic.gait.angles import BodyCurves, Precision, Reading, Value, metric_of
from runclinic.gait.calibration import Scale, leg_px, scale_of_leg
from runclinic.gait.contacts import included
from runclinic.gait.filming import FloatArray, FrameClock
from runclinic.gait.means import Metric
from runclinic.gait.side_view import SideView, during
from runclinic.gait.timing import lengths

DRIFT_MS = 0.05
BOUNCE_DEG = 0.1  # so that noise widens no span: the hip moves slowly and may be smoothed more


def hip_height(view: SideView, curves: BodyCurves) -> FloatArray | None:
    """The height of the hips' middle, float[n]; None if no hip is tracked."""
    return curves.points(view.hips).mean(axis=1)[:, 1] if view.hips and curves.has(view.hips) else None


def _scale(view: SideView) -> Scale | None:
    told = view.filming
    return view.scale or scale_of_leg(view.track, view.near, leg_m=told.leg_length_m, height_m=told.height_m)


def oscillation(view: SideView, points: BodyCurves, *, guessed: bool = False) -> Metric | None:
    """Greatest - least height of the hips' middle from each landing to the next, mm; None without a scale.

    The hip stands for the centre of mass. Low-passed at 6 Hz where the points are noisy; `guessed` = a
    network made them.
    """
    scale = _scale(view)
    curves = points.other(BOUNCE_DEG, filtering.HIP_HEIGHT_HZ)
    height = hip_height(view, curves)
    if scale is None or height is None:
        return None
    pairs = [(step, during(curves, height, step)) for step in included(view.feet.steps)]
    values = tuple(Value(step, scale.mm(float(np.ptp(part)))) for step, part in pairs if part is not None)
    if not values:
        return None
    mean_mm = fmean(value.value for value in values)
    notes = [scale.note] if scale.note else []
    length = leg_px(view.track, view.near)
    if length is not None:
        notes.append(f"{100 * mean_mm / scale.mm(length):.1f} % of leg length")
    share = math.hypot(math.sqrt(2) * scale.sigma_px / scale.length_px, scale.depth_share)
    reading = Reading("vertical_oscillation", values, common_sd=share * mean_mm, notes=tuple(notes))
    return metric_of(reading, Precision(0.0, 0.0, guessed=guessed), view.track.frame_s)


def drift_ms(view: SideView, curves: BodyCurves) -> float | None:
    """How fast the runner moves forward (+) on the belt, m/s: the slope of the hips over whole strides.

    None without hips, a whole stride, or any scale (calibration, else leg length or height).
    """
    landings, scale = view.feet.landings, _scale(view)
    if scale is None or not view.hips or not curves.has(view.hips) or len(landings) < 3:
        return None
    along: FloatArray = curves.points(view.hips).mean(axis=1)[:, 0]
    start, end = landings[0].time_s, landings[(len(landings) - 1) // 2 * 2].time_s
    inside = (curves.times_s >= start) & (curves.times_s <= end) & np.isfinite(along)
    if int(inside.sum()) < filtering.SPIKE_FRAMES:
        return None
    since = curves.times_s[inside] - float(np.mean(curves.times_s[inside]))
    slope = float(np.sum(since * along[inside]) / np.sum(since**2))
    return scale.mm(slope) / 1000


def lengths_without_drift(view: SideView, drift: float | None) -> tuple[Metric, ...]:
    """Step and stride length anew if she clearly moves on the belt; empty if she keeps her place."""
    if drift is None or abs(drift) < DRIFT_MS:
        return ()
    return lengths(view.feet, FrameClock(view.track.times_s), view.filming, drift)
