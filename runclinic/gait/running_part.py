"""Which part of a clip is running: a start, a stop or a pause is no stride, and must not be read as one."""

from collections.abc import Iterator

import numpy as np

from runclinic.gait import filtering
from runclinic.gait.filming import FloatArray
from runclinic.gait.filtering import BoolArray

STILL_BELOW = 0.3  # of the usual to and fro of the feet; legs exchanged in half of each stride leave 0.43
BLURRED = 0.4  # strides: so far into a pause the window of one stride still holds enough of running
SHORT_PAUSE = 1.0  # strides: a dip that is shorter is one odd step, not a pause
USUAL = 75.0
SAID_FROM_S = 0.3


def running_part(apart: FloatArray, seen: BoolArray, stride_frames: float) -> slice:
    """The frames of the longest stretch in which the feet keep passing one another.

    `apart` float[n] is how far the left foot is ahead of the right one; exchanged legs hardly matter, only
    how much it varies counts. Frames that were not `seen` never end a stretch.
    """
    stride = max(2, round(stride_frames))
    level = _mean_around(np.where(seen, apart, np.nan), stride)
    power = _mean_around(np.where(seen, apart**2, np.nan), stride)
    size = np.sqrt(np.maximum(power - level**2, 0.0))
    known = size[np.isfinite(size)]
    if known.size == 0:
        return slice(0, len(apart))
    runs = ~(size < STILL_BELOW * float(np.percentile(known, USUAL)))
    for start, end in list(filtering.runs(~runs)):
        if start > 0 and end < len(runs) and end - start < SHORT_PAUSE * stride_frames:
            runs[start:end] = True
    stretches = list(filtering.runs(runs))
    start, end = max(stretches, key=lambda one: one[1] - one[0]) if stretches else (0, len(apart))
    reach = round(BLURRED * stride)
    start, end = start + reach * (start > 0), end - reach * (end < len(apart))
    return slice(start, end) if end - start > stride else slice(0, len(apart))


def _mean_around(values: FloatArray, width: int) -> FloatArray:
    """The mean of the known values within half a width each way; NaN where there are none."""
    known = np.isfinite(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(known)])
    k = np.arange(len(values))
    low, high = np.maximum(k - width // 2, 0), np.minimum(k + (width + 1) // 2, len(values))
    number = counts[high] - counts[low]
    return np.where(number > 0, (sums[high] - sums[low]) / np.maximum(number, 1), np.nan)


def left_out(part: slice, times_s: FloatArray) -> Iterator[str]:
    """What to say of the rest of the clip, in which nobody runs."""
    before = float(times_s[part.start] - times_s[0])
    after = float(times_s[-1] - times_s[part.stop - 1])
    if max(before, after) > SAID_FROM_S:
        yield (
            f"She runs only from {times_s[part.start]:.1f} to {times_s[part.stop - 1]:.1f} s: "
            "no contact is given in the rest of the clip."
        )
