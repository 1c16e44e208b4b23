"""What the hips do: their bounce over each step, and whether the runner drifts along the belt."""

import math
from statistics import fmean

import numpy as np

from runclinic.gait import filtering
from runclinic.gait.angles import BodyCurves, Precision, Reading, Value, metric_of
from runclinic.gait.calibration import leg_px, scale_of_leg
from runclinic.gait.contacts import included
from runclinic.gait.filming import FloatArray
from runclinic.gait.means import Metric
from runclinic.gait.side_view import SideView, during

DRIFT_MS = 0.05
BOUNCE_DEG = 0.1  # so that noise widens no span: the hip moves slowly and may be smoothed more


def hip_height(view: SideView, curves: BodyCurves) -> FloatArray | None:
    """The height of the hips' middle, float[n]; None if no hip is tracked."""
    return curves.points(view.hips).mean(axis=1)[:, 1] if view.hips and curves.has(view.hips) else None


def oscillation(view: SideView) -> Metric | None:
    """Greatest - least height of the hips' middle from each landing to the next, mm; None without a scale.

    The hip stands for the centre of mass. Low-passed at 6 Hz where the points are noisy.
    """
    scale = view.scale or scale_of_leg(
        view.track, view.near, leg_m=view.filming.leg_length_m, height_m=view.filming.height_m
    )
    curves = BodyCurves(view.track, view.frame.body, BOUNCE_DEG, filtering.HIP_HEIGHT_HZ)
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
    return metric_of(reading, Precision(0.0, 0.0), 0.0)


def drift_ms(view: SideView) -> float | None:
    """How fast the runner moves forward (+) on the belt, m/s: the slope of the hips over whole strides.

    None without a calibration, hips, or a whole stride.
    """
    curves = BodyCurves(view.track, view.frame.body)
    landings = view.feet.landings
    if view.scale is None or not view.hips or not curves.has(view.hips) or len(landings) < 3:
        return None
    along: FloatArray = curves.points(view.hips).mean(axis=1)[:, 0]
    start, end = landings[0].time_s, landings[(len(landings) - 1) // 2 * 2].time_s
    inside = (curves.times_s >= start) & (curves.times_s <= end) & np.isfinite(along)
    if int(inside.sum()) < filtering.SPIKE_FRAMES:
        return None
    since = curves.times_s[inside] - float(np.mean(curves.times_s[inside]))
    slope = float(np.sum(since * along[inside]) / np.sum(since**2))
    return view.scale.mm(slope) / 1000


def belt_ms_without_drift(belt_ms: float, drift: float | None) -> float:
    """The speed that step length is made of: the belt's and the runner's own, if she clearly moves on it."""
    return belt_ms if drift is None or abs(drift) < DRIFT_MS else belt_ms + drift
