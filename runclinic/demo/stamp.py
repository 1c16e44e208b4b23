"""A frame's own number, burnt into its corner: figures for the eye, and a code that a program reads back.

Sixteen blocks, white for one and black for nought, highest bit first; below them the same inverted. What is
read counts only where each pair differs, so a turned or mirrored picture has no number.
"""

import numpy as np
import numpy.typing as npt

from runclinic.video.cv import opencv

Picture = npt.NDArray[np.uint8]

BITS = 16
MARGIN = 4
CONTRAST = 70
LINES_A_BLOCK = 90
LEAST_BLOCK = 4


def block_px(height: int) -> int:
    """The side of a block in a picture so high; a multiple of two, for the colour planes."""
    return max(LEAST_BLOCK, height // LINES_A_BLOCK // 2 * 2)


def burn(picture: Picture, number: int) -> None:
    """Writes the number into the upper left corner of uint8[h, w, 3]."""
    side = block_px(picture.shape[0])
    bits = (number >> np.arange(BITS - 1, -1, -1)) & 1
    code = np.stack([bits, 1 - bits]).astype(np.uint8) * 255
    blocks = np.kron(code, np.ones((side, side), dtype=np.uint8))
    height, width = blocks.shape
    picture[: height + 2 * MARGIN, : width + 2 * MARGIN] = 24
    picture[MARGIN : MARGIN + height, MARGIN : MARGIN + width] = blocks[..., None]
    _write(picture, number, (width + 3 * MARGIN, MARGIN + height))


def _write(picture: Picture, number: int, lower_left: tuple[int, int]) -> None:
    cv2 = opencv()
    size = block_px(picture.shape[0]) * 2 / 24
    cv2.putText(
        picture, str(number), lower_left, cv2.FONT_HERSHEY_SIMPLEX, size, (225, 225, 225), 1, cv2.LINE_AA
    )


def read(picture: Picture, frame_height: int | None = None) -> int | None:
    """The number burnt into a picture, or None where there is none to be read with certainty.

    `frame_height` is the height it was drawn at, where the picture has another one.
    """
    side = block_px(frame_height or picture.shape[0])
    area = picture[MARGIN : MARGIN + 2 * side, MARGIN : MARGIN + BITS * side]
    if area.shape[:2] != (2 * side, BITS * side):
        return None
    grey = area.mean(axis=2).reshape(2, side, BITS, side)[:, 1:-1, :, 1:-1].mean(axis=(1, 3))
    difference = grey[0] - grey[1]
    if np.min(np.abs(difference)) < CONTRAST:
        return None
    return int(np.sum((difference > 0) << np.arange(BITS - 1, -1, -1)))
