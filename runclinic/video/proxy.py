"""A small picture of every frame, in memory: thumbnails, and an answer to any jump at once."""

from typing import Any

import numpy as np

from runclinic.video.cv import opencv
from runclinic.video.picture import Bgr, Bgra, Converter

BUDGET_BYTES = 256_000_000
HALF, QUARTER = 2, 4
QUALITY = 80
# Above so many pixels a half would still be large (8K).
LARGE_PIXELS = 16_000_000


class ProxyStore:
    """packet -> JPEG of its upright picture at half size, or a quarter where all would not fit.

    The thread that decodes puts, any thread reads.
    """

    def __init__(
        self, converter: Converter, pixels: int, count: int, budget_bytes: int = BUDGET_BYTES
    ) -> None:
        self._converter = converter
        self._count = count
        self._budget_bytes = budget_bytes
        self._divisor = QUARTER if pixels > LARGE_PIXELS else HALF
        self._jpegs: dict[int, bytes] = {}
        self.size_bytes = 0

    def put(self, packet: int, picture: Any) -> None:
        """Keeps a small copy of a picture, while there is room."""
        if packet in self._jpegs or self.size_bytes > self._budget_bytes:
            return
        data = self._coded(picture)
        if not self._jpegs and len(data) * self._count > self._budget_bytes:
            self._divisor = QUARTER
            data = self._coded(picture)
        self._jpegs[packet] = data
        self.size_bytes += len(data)

    def _coded(self, picture: Any) -> bytes:
        cv2 = opencv()
        small = self._converter.small(picture, self._divisor)
        return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()

    def jpeg(self, packet: int) -> bytes | None:
        """The JPEG file of a frame, for a strip of small pictures."""
        return self._jpegs.get(packet)

    def bgra(self, packet: int) -> Bgra | None:
        """uint8[h, w, 4], upright, at half or a quarter of the size."""
        data = self._jpegs.get(packet)
        return None if data is None else opencv().cvtColor(_decoded(data), opencv().COLOR_BGR2BGRA)

    def clear(self) -> None:
        self._jpegs.clear()
        self.size_bytes = 0

    def __contains__(self, packet: int) -> bool:
        return packet in self._jpegs

    def __len__(self) -> int:
        return len(self._jpegs)


def _decoded(data: bytes) -> Bgr:
    cv2 = opencv()
    return cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
