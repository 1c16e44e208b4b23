"""Who walks past the runner, told by the picture itself: columns that are not as they usually are.

The detector often sees one body where two overlap, so the picture is asked as well. It is kept very small
for the last two seconds; their median is the usual picture, and a walker stands out of it column by column.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from runclinic.video.cv import opencv
from runclinic.video.pose_detector import Region

Small = npt.NDArray[np.uint8]

# All of the following are choices. Lengths are in sides of the body's square (about 1.8 m).
COLUMNS = 96  # of the small picture
EVERY_S, KEPT, FEWEST = 0.25, 8, 3
CHANGED, SCATTERS = 24, 3.0  # grey levels, and how often the usual scatter of that place
CLOSE, BEFORE = 0.9, 0.33
TALL, WIDE = 0.5, 0.05  # her own limbs change at most 0.36 of a column (one real clip, drawn ones)
STIRRED, EVERYWHERE = (
    0.2,
    0.6,
)  # of so many columns so much: the camera or the light changed


class Came(IntEnum):
    """Somebody else, as the picture tells: nobody, near her, or where she runs."""

    NOBODY = 0
    BESIDE = 1
    ACROSS = 2


@dataclass(slots=True)
class Beside:
    """The usual picture, from every `step`-th frame of the last two seconds; frames come in order."""

    fps: float
    _kept: "deque[Small]" = field(default_factory=lambda: deque(maxlen=KEPT))
    _usual: npt.NDArray[np.float32] | None = None
    _limit: npt.NDArray[np.float32] | None = None

    @property
    def step(self) -> int:
        return max(1, round(EVERY_S * self.fps))

    @property
    def reach(self) -> int:
        """How many frames back the usual picture goes."""
        return KEPT * self.step

    def somebody(self, k: int, pixels: Small, size: tuple[int, int], spot: Region | None) -> Came:
        """Who stands near that spot (in the film's px, `size`) in frame k, uint8[h, w, 3].

        NOBODY while fewer than three pictures are kept, and where nobody runs on a spot.
        """
        small = _small(pixels)
        came = Came.NOBODY if spot is None else self._came(small, COLUMNS / size[0], spot)
        if k % self.step == 0:
            self._keep(small)
        return came

    def see(self, k: int, pixels: Small) -> None:
        """A frame that was judged before: only what is usual is learnt from it."""
        if k % self.step == 0:
            self._keep(_small(pixels))

    def _keep(self, small: Small) -> None:
        self._kept.append(small)
        if len(self._kept) >= FEWEST:
            kept = np.stack(self._kept).astype(np.float32)
            self._usual = np.median(kept, axis=0).astype(np.float32)
            scatter = np.median(np.abs(kept - self._usual), axis=0).astype(np.float32)
            self._limit = CHANGED + SCATTERS * scatter

    def _came(self, small: Small, scale: float, spot: Region) -> Came:
        if self._usual is None or self._limit is None:
            return Came.NOBODY
        changed = (np.abs(small - self._usual) > self._limit).any(axis=2)
        side = spot.side * scale
        heights = changed.sum(axis=0) / side
        if (heights >= STIRRED).mean() > EVERYWHERE:
            return Came.NOBODY
        tall = heights >= TALL
        away = np.abs(np.arange(COLUMNS) + 0.5 - spot.x * scale) / side
        fewest = max(2.0, WIDE * side)
        if (tall & (away < BEFORE)).sum() >= fewest:
            return Came.ACROSS
        return Came.BESIDE if (tall & (away < CLOSE)).sum() >= fewest else Came.NOBODY


def _small(pixels: Small) -> Small:
    cv2 = opencv()
    height, width = pixels.shape[:2]
    size = (COLUMNS, max(1, round(height * COLUMNS / width)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
