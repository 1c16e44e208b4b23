"""Copies of a clip that are cut off or have bytes changed, and what opening them gives."""

import io
import sys
import time

import numpy as np

from runclinic.demo.clips import Coding
from runclinic.refused import Refused
from runclinic.video import Clip
from tests.video.zoo import SECOND, X264, faststart, written


def originals():
    return [written(), faststart(), written(Coding("matroska", codec_options=X264, time_base=SECOND))]


def spoilt(seed: int, whole: list[bytes]) -> bytes:
    """By turns a beginning, a beginning with flipped bits, and a whole with flipped bits."""
    data = bytearray(whole[seed // 3 % len(whole)])
    chance = np.random.default_rng(seed)
    if seed % 3 < 2:
        del data[int(chance.integers(1, len(data))) :]
    if seed % 3:
        for place in chance.integers(0, len(data), 1 + seed % 40):
            data[place] ^= 1 << int(chance.integers(0, 8))
    return bytes(data)


def outcome(data: bytes, backend: str) -> str:
    """'shown' or 'refused'; anything else breaks."""
    began = time.monotonic()
    try:
        with Clip.open(io.BytesIO(data), backend=backend) as clip:
            if backend == "pyav":
                list(clip.verify())
            for k in {0, clip.frame_count // 2, clip.frame_count - 1}:
                clip.frame(k)
        said = "shown"
    except Refused as refused:
        said = "refused" if "\n" not in str(refused) else "refused in many lines"
    assert time.monotonic() - began < 10
    return said


def main() -> None:
    backend, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    whole = originals()
    for seed in range(first, last):
        sys.stdout.write(f"{seed} {outcome(spoilt(seed, whole), backend)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
