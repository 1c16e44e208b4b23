"""A decoded picture as the eye should see it: colours by its tags, turned and mirrored by its tag."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from runclinic.video import tone
from runclinic.video.cv import opencv

Bgr = npt.NDArray[np.uint8]
Bgra = npt.NDArray[np.uint8]

UNTAGGED = 2  # AVCOL_SPC_UNSPECIFIED
# What swscale converts unscaled by eights of pixels. Where a row of its target has no room for the last
# eight, it leaves up to four columns as they were in memory (FFmpeg 8.1; seen at widths such as 180 and 540).
BY_EIGHTS = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuva420p"})
EIGHT, HALF_OF_IT = 8, 4
# What is made smaller plane by plane, and what holds one sample of it.
PLANAR = {
    **dict.fromkeys(("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p"), np.uint8),
    **dict.fromkeys(("yuv420p10le", "yuv422p10le", "yuv444p10le"), np.uint16),
}
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

    def applied(self, picture: Bgr) -> Bgr:
        """The upright picture, contiguous and its own memory."""
        cv2 = opencv()
        if self.mirrored:
            picture = cv2.flip(picture, 1)
        turns = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
        if self.clockwise_deg in turns:
            picture = cv2.rotate(picture, turns[self.clockwise_deg])
        return np.ascontiguousarray(picture)


def orientation(picture: Any) -> Orientation:
    """From the display matrix that came with the stream; upright where there is none, and from OpenCV."""
    if isinstance(picture, np.ndarray):
        return Orientation()
    attached: Any = picture.side_data
    matrix = attached.get(Type.DISPLAYMATRIX)
    return Orientation() if matrix is None else from_matrix(np.frombuffer(bytes(matrix), dtype=np.int32))


def stored_size(picture: Any) -> tuple[int, int]:
    """Width and height as decoded."""
    if isinstance(picture, np.ndarray):
        return picture.shape[1], picture.shape[0]
    return picture.width, picture.height


def is_interlaced(picture: Any) -> bool:
    """Whether it was taken in two fields: two packets may then be one picture."""
    return bool(getattr(picture, "interlaced_frame", False))


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
    """Turns decoded pictures of one clip into upright arrays of one size; for one thread."""

    def __init__(self, stored_size: tuple[int, int], upright: Orientation) -> None:
        self._size = stored_size
        self._upright = upright
        self._reformatter = VideoReformatter()

    def bgr(self, picture: Any) -> Bgr:
        """uint8[height, width, 3], blue first, upright; its own memory."""
        cv2 = opencv()
        if isinstance(picture, np.ndarray):
            return picture.copy()
        bgra = self._bgra(picture, self._size)
        return self._upright.applied(cv2.cvtColor(bgra, cv2.COLOR_BGRA2BGR))

    def bgra(self, picture: Any) -> Bgra:
        """uint8[height, width, 4], upright, as a painter's RGB32 wants it; rows may be padded."""
        cv2 = opencv()
        if isinstance(picture, np.ndarray):
            return cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA)
        bgra = self._bgra(picture, self._size)
        return bgra if self._upright == Orientation() else self._upright.applied(bgra)

    def small(self, picture: Any, divisor: int) -> Bgr:
        """The upright picture at a half, a quarter ... of its size, uint8[h / divisor, w / divisor, 3]."""
        cv2 = opencv()
        width, height = (max(2, side // divisor) for side in self._size)
        if isinstance(picture, np.ndarray):
            return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        less = _halved(picture, (width, height))
        bgra = self._bgra(less, (width, height))
        return self._upright.applied(cv2.cvtColor(bgra, cv2.COLOR_BGRA2BGR))

    def _bgra(self, picture: VideoFrame, size: tuple[int, int]) -> Bgra:
        """BGRA even for BGR: swscale's path to it is five times as fast."""
        width, height = size
        whole = _widened(picture, width)
        converted = self._reformatter.reformat(
            whole,
            width=width if whole is picture else whole.width,
            height=height,
            format="bgra",
            src_colorspace=matrix_of(picture),
            dst_color_range=ColorRange.JPEG,
            threads=1,
        )
        plane: Any = converted.planes[0]
        rows = np.frombuffer(plane, dtype=np.uint8).reshape(-1, plane.line_size)
        bgra = rows[:height, : width * 4].reshape(height, width, 4)
        curve = tone.of(int(picture.color_trc))
        return bgra if curve is None else tone.mapped(bgra, curve)


def _halved(picture: VideoFrame, size: tuple[int, int]) -> VideoFrame:
    """A smaller picture by areas of its planes: a tenth of the time that swscale takes; other kinds as is."""
    depth = PLANAR.get(picture.format.name)
    if depth is None:
        return picture
    width, height = size[0] // 2 * 2, size[1] // 2 * 2
    cv2 = opencv()
    less = VideoFrame(width, height, picture.format.name)
    pairs: Any = zip(picture.planes, less.planes, strict=True)
    for plane, target in pairs:
        source = _samples(plane, depth)[: plane.height, : plane.width]
        sides = (target.width, target.height)
        _samples(target, depth)[: sides[1], : sides[0]] = cv2.resize(
            source, sides, interpolation=cv2.INTER_AREA
        )
    less.colorspace = matrix_of(picture) or picture.colorspace
    less.color_range = picture.color_range
    return less


def _samples(plane: Any, depth: type[np.uint8] | type[np.uint16]) -> npt.NDArray[Any]:
    """The rows of a plane, padding and all; its own memory, not a copy."""
    return np.frombuffer(plane, dtype=depth).reshape(-1, plane.line_size // np.dtype(depth).itemsize)


def _widened(picture: VideoFrame, width: int) -> VideoFrame:
    """The same with room at its right edge where swscale would not convert its last columns; else itself."""
    rest = width % EIGHT
    if not 0 < rest <= HALF_OF_IT or picture.width != width or picture.format.name not in BY_EIGHTS:
        return picture
    wide = VideoFrame(width - rest + 2 * EIGHT, picture.height, picture.format.name)
    pairs: Any = zip(picture.planes, wide.planes, strict=True)
    for plane, target in pairs:
        source = _samples(plane, np.uint8)[: plane.height, : plane.width]
        _samples(target, np.uint8)[: plane.height, : plane.width] = source
    wide.colorspace, wide.color_range = picture.colorspace, picture.color_range
    return wide


def matrix_of(picture: VideoFrame) -> int | None:
    """The colour matrix: as tagged, else BT.709 from 720 lines up and BT.601 below."""
    if picture.colorspace != UNTAGGED:
        return None
    return Colorspace.ITU709 if picture.height >= HIGH_DEFINITION_LINES else Colorspace.ITU601
