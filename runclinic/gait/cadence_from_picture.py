"""Step rate from the body's bounce in the picture alone, when no foot can be seen."""

import math
from dataclasses import dataclass

import numpy as np

from runclinic.gait.filming import FloatArray
from runclinic.gait.uncertainty import NORMAL_95, interval_sd, t_quantile
from runclinic.measured import Measured
from runclinic.refused import Refused

STEP_LAGS_S = (0.25, 0.55)
WEAKEST_PEAK = 0.4
LIMP = 1.15
PIECE_S = 3.0


@dataclass(frozen=True, slots=True)
class PictureCadence:
    """The step rate that the bounce repeats at, how strongly (0-1), and a second reading if in doubt."""

    cadence: Measured
    strength: float
    other_reading: float | None = None


def refined_lag(before: float, peak: float, after: float, lag: float) -> float:
    """The lag of the top of a parabola through three neighbouring values of the autocorrelation."""
    curve = before - 2 * peak + after
    return lag if curve == 0 else lag + (before - after) / (2 * curve)


def autocorrelation(series: FloatArray, most_lags: int) -> FloatArray:
    """Autocorrelation r at lags 0 to `most_lags`, each over its overlap; a straight trend is removed."""
    position = np.arange(series.size, dtype=np.float64)
    level = series - np.polyval(np.polyfit(position, series, 1), position)
    r = np.zeros(most_lags + 1)
    for lag in range(most_lags + 1):
        early, late = level[: series.size - lag], level[lag:]
        power = math.sqrt(float(early @ early) * float(late @ late))
        r[lag] = float(early @ late) / power if power > 0 else 0.0
    return r


def cadence_from_bounce(centroid_px: FloatArray, times_s: FloatArray) -> PictureCadence | None:
    """Step rate from the vertical centroid of the body, one value a frame at true times.

    The first peak of the autocorrelation between 0.25 and 0.55 s is the step; a peak below 0.4 gives None.
    When twice the lag fits more than 15 % better, the peak may be half a step or a limp: the other reading
    is given too. The ± comes from pieces of the clip of 3 s or more, and never below the error of the frames.
    """
    if centroid_px.size != times_s.size:
        raise Refused("The bounce and its times differ in length.", "Read the clip again.")
    if times_s.size < 8 or float(times_s[-1] - times_s[0]) < 4 * STEP_LAGS_S[1]:
        return None
    frame_s = float(np.median(np.diff(times_s)))
    even = np.arange(float(times_s[0]), float(times_s[-1]) + frame_s / 2, frame_s)
    series = np.interp(even, times_s, centroid_px)
    found = _step_lag(series, frame_s)
    if found is None:
        return None
    lag, strength, limping = found
    step_s = lag * frame_s
    cadence = 60 / step_s
    u95 = cadence * _step_u95(series, frame_s, step_s) / step_s
    measured = Measured(cadence, u95, "steps/min", int((even[-1] - even[0]) / step_s))
    return PictureCadence(measured, strength, cadence / 2 if limping else None)


def _step_lag(series: FloatArray, frame_s: float) -> tuple[float, float, bool] | None:
    """The lag of a step in frames, its r, and whether twice the lag fits clearly better."""
    first, last = (round(limit / frame_s) for limit in STEP_LAGS_S)
    first = max(first, 1)
    if last + 1 >= series.size // 2:
        return None
    r = autocorrelation(series, min(2 * last + 1, series.size // 2))
    for lag in range(first, last + 1):
        if r[lag] >= WEAKEST_PEAK and r[lag] >= r[lag - 1] and r[lag] > r[lag + 1]:
            better = 2 * lag < r.size and float(r[2 * lag]) > LIMP * float(r[lag])
            top = refined_lag(float(r[lag - 1]), float(r[lag]), float(r[lag + 1]), lag)
            return top, float(r[lag]), better
    return None


def _step_u95(series: FloatArray, frame_s: float, step_s: float) -> float:
    """The U95 of the step time from the scatter between pieces; half a frame with fewer than three."""
    pieces = int(series.size * frame_s / PIECE_S)
    readings = [_step_lag(piece, frame_s) for piece in np.array_split(series, max(1, pieces))]
    lags = [reading[0] for reading in readings if reading is not None]
    if pieces < 3 or len(lags) < 3:
        return frame_s / 2
    scatter = frame_s * float(np.std(lags, ddof=1))
    floor = NORMAL_95 * interval_sd(frame_s) / (series.size * frame_s / step_s)
    return max(floor, t_quantile(len(lags) - 1) * scatter / math.sqrt(len(lags)))
