"""Clips to measure on: 1080p with a camera's noise, each frame stamped, in short and in long groups.

25 kB a frame (12 Mbit/s at 60 frames/s), with what a phone's coder uses (CABAC, loop filter): a frame costs
2 to 5 ms to decode on two cores, as one of a phone's does.
"""

import functools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from runclinic.demo import stamp
from runclinic.demo.clips import CLOCK, Coding, Shot, encoding
from runclinic.video.cv import opencv

SIZE = (1920, 1080)
DRAWN = (480, 270)
STRIDE_S = 0.7
NOISE = 5.0
NOISES = 8
BITS_A_FRAME = 200_000


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of clip: frames a second, how many, and packets from key to key."""

    name: str
    fps: int
    frames: int
    group: int


GOP_250 = Kind("GOP 250", 30, 510, 250)
GOP_30 = Kind("GOP 30", 60, 330, 30)
FAST = Kind("240 fps, GOP 240", 240, 500, 240)


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


@functools.cache
def clip(kind: Kind) -> Path:
    """The path of a clip of this kind, which is written at first and gone when the program ends."""
    path = Path(_folder().name) / f"{kind.group}.mp4"
    tick = round(1 / (kind.fps * CLOCK))
    options = {"preset": "superfast", "bf": "2", "g": str(kind.group), "sc_threshold": "0"}
    options["keyint_min"] = options["g"]
    options["b"] = options["maxrate"] = options["bufsize"] = str(BITS_A_FRAME * kind.fps)
    ticks = [k * tick for k in range(kind.frames)]
    for _ in encoding(path, _pictures(kind), ticks, Coding(codec_options=options)):
        pass
    return path


def _pictures(kind: Kind) -> Iterator[npt.NDArray[np.uint8]]:
    """One drawn stride again and again, enlarged, with noise that changes from frame to frame."""
    cv2 = opencv()
    shot = Shot(capture_fps=min(kind.fps, 60), duration_s=STRIDE_S, size=DRAWN, stamped=False)
    stride = [cv2.resize(each, SIZE) for each in shot.pictures()]
    chance = np.random.default_rng(1)
    shape = (SIZE[1], SIZE[0], 3)
    noises = [chance.normal(0, NOISE, shape).astype(np.int8) for _ in range(NOISES)]
    for k in range(kind.frames):
        picture = cv2.add(stride[k % len(stride)], noises[k % NOISES], dtype=cv2.CV_8U)
        stamp.burn(picture, k)
        yield picture
