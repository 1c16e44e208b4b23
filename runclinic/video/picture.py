"""A decoded picture as the eye should see it: colours by its tags, turned and mirrored by its tag."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from runclinic.video.cv import opencv

Picture = npt.NDArray[np.uint8]

UNTAGGED = 2  # AVCOL_SPC_UNSPECIFIED
HIGH_DEFINITION_LINES = 720


@dataclass(frozen=True, slots=True)
class Orientation:
    """How a stored picture becomes upright: mirrored left to right first, then turned clockwise."""

    mirrored: bool = False
    clockwise_deg: int = 0

    @property
    def swaps_sides(self) -> bool:
        """Whether width and height change places."""
        return self.clockwise_deg in (90, 270)

    def applied(self, picture: Picture) -> Picture:
        """The upright picture, contiguous and its own memory."""
        cv2 = opencv()
        if self.mirrored:
            picture = cv2.flip(picture, 1)
        turns = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
        if self.clockwise_deg in turns:
            picture = cv2.rotate(picture, turns[self.clockwise_deg])
        return np.ascontiguousarray(picture)


def orientation(picture: VideoFrame) -> Orientation:
    """From the display matrix that came with the stream; upright where there is none."""
    attached: Any = picture.side_data
    matrix = attached.get(Type.DISPLAYMATRIX)
    return Orientation() if matrix is None else from_matrix(np.frombuffer(bytes(matrix), dtype=np.int32))


def from_matrix(matrix: npt.NDArray[np.int32]) -> Orientation:
    """The nearest quarter turn of a display matrix int32[9] in 16.16 fixed point.

    x' = a x + c y, y' = b x + d y, with a, b, c, d at places 0, 1, 3, 4 (ISO/IEC 14496-12, 8.3.2).
    """
    a, b, c, d = (float(matrix[place]) for place in (0, 1, 3, 4))
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    clockwise = np.degrees(np.arctan2(b, a)) if (a or b) else 0.0
    return Orientation(mirrored, round(float(clockwise) / 90.0) % 4 * 90)


class Converter:
    """Turns decoded pictures of one clip into upright BGR arrays of one size."""

    def __init__(self, stored_size: tuple[int, int], upright: Orientation) -> None:
        self._size = stored_size
        self._upright = upright
        self._reformatter = VideoReformatter()

    def bgr(self, picture: VideoFrame) -> Picture:
        """uint8[height, width, 3], blue first, upright; its own memory."""
        width, height = self._size
        # BGRA first: swscale's path to it is five times as fast as the one to BGR.
        converted = self._reformatter.reformat(
            picture,
            width=width,
            height=height,
            format="bgra",
            src_colorspace=matrix_of(picture),
            dst_color_range=ColorRange.JPEG,
            threads=1,
        )
        plane: Any = converted.planes[0]
        rows = np.frombuffer(plane, dtype=np.uint8).reshape(-1, plane.line_size)
        bgra = rows[:height, : width * 4].reshape(height, width, 4)
        cv2 = opencv()
        return self._upright.applied(cv2.cvtColor(bgra, cv2.COLOR_BGRA2BGR))


def matrix_of(picture: VideoFrame) -> int | None:
    """The colour matrix: as tagged, else BT.709 from 720 lines up and BT.601 below."""
    if picture.colorspace != UNTAGGED:
        return None
    return Colorspace.ITU709 if picture.height >= HIGH_DEFINITION_LINES else Colorspace.ITU601
