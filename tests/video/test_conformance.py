"""Both backends, every kind of clip: frame k is frame k at its own time, or the kind is refused by name."""

import io
import random
import time

import numpy as np
import pytest

from runclinic.demo import stamp
from runclinic.refused import Refused
from runclinic.video import Clip, source
from runclinic.video.backend import BACKENDS
from tests.video.zoo import KINDS, LARGE, in_memory, written

BOTH = [(name, backend) for name in KINDS for backend in BACKENDS]


def wrong(clip, kind, order):
    """Frames whose picture is another one's."""
    return [k for k in order if stamp.read(clip.frame(k)) != kind.numbers[k]]


def opened(kind, backend, **options):
    """The clip; None where the OpenCV backend must refuse it, and did so by name."""
    if backend == "cv2" and kind.cv2_refuses:
        with pytest.raises(Refused, match=f"OpenCV does not show .*{kind.cv2_refuses}"):
            Clip.open(kind.path, backend=backend)
        return None
    return Clip.open(kind.path, backend=backend, **options)


def test_the_zoo_is_large():
    assert len(KINDS) + len(LARGE) >= 30


@pytest.mark.parametrize("name, backend", BOTH)
def test_every_frame_is_the_one_that_was_asked_for(kinds, name, backend):
    kind = kinds(name)
    count = len(kind.numbers)
    clip = opened(kind, backend)
    if clip is None:
        return
    with clip:
        assert clip.frame_count == count
        assert clip.times_s == pytest.approx(kind.times_s, abs=1e-9)
        assert clip.size == kind.size
        assert clip.frame(0).shape == (kind.size[1], kind.size[0], 3)
        assert clip.warnings == () or count == 1
        assert clip.codec == kind.codec
        if backend == "pyav":
            assert clip.rotation == kind.rotation
            assert clip.mirrored is (name == "front camera")
        forward = list(range(count))
        jumps = [random.Random(5).randrange(count) for _ in range(12)]
        for order in (forward, forward[::-1], jumps):
            assert wrong(clip, kind, order) == []


@pytest.mark.parametrize("name, backend", BOTH)
def test_the_same_without_any_cache(kinds, name, backend):
    """Each frame is then decoded for itself: from a key packet, or after a proven seek."""
    kind = kinds(name)
    clip = opened(kind, backend, cache_bytes=1)
    if clip is None:
        return
    with clip:
        clip.frames.cache.least = 0
        order = random.Random(6).choices(range(len(kind.numbers)), k=6)
        assert wrong(clip, kind, order) == []


@pytest.mark.parametrize("name", ["30 fps, B-frames", "HEVC, open groups", "VP9 WebM", "variable rate"])
def test_both_backends_show_the_same_picture(kinds, name):
    path = kinds(name).path
    with Clip.open(path) as usual, Clip.open(path, backend="cv2") as other:
        assert usual.times_s == pytest.approx(other.times_s, abs=1e-9)
        for k in (0, 7, 31):
            assert np.abs(usual.frame(k).astype(np.int16) - other.frame(k)).mean() < 4


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_open_clip_may_be_read_for_longer_than_opening_may_take(monkeypatch, backend):
    monkeypatch.setattr(source, "OPENS_WITHIN_S", 2.0)
    with Clip.open(in_memory(), backend=backend, cache_bytes=1) as clip:
        clip.frames.cache.least = 0
        time.sleep(2.1)
        for k in (30, 3, 21, 0):
            assert stamp.read(clip.frame(k)) == k


class Stick(io.BytesIO):
    """A memory stick that can be pulled out."""

    out = False

    def read(self, size=-1):
        if self.out:
            raise OSError("no such device")
        return super().read(size)

    def seek(self, offset, whence=io.SEEK_SET):
        if self.out:
            raise OSError("no such device")
        return super().seek(offset, whence)


def test_a_reader_that_fails_under_opencv_is_told_of():
    """OpenCV would end the process if the reader raised."""
    stick = Stick(written(duration_s=2.0))
    with Clip.open(stick, backend="cv2", cache_bytes=1) as clip:
        clip.frames.cache.least = 0
        assert stamp.read(clip.frame(60)) == 60
        stick.out = True
        with pytest.raises(Refused, match="no such device"):
            [clip.frame(k) for k in (110, 5, 90)]


@pytest.mark.storm
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", LARGE)
def test_large_pictures_are_as_exact(tmp_path, name, backend):
    kind = LARGE[name](tmp_path)
    with opened(kind, backend) as clip:
        assert clip.size == kind.size
        assert clip.times_s == pytest.approx(kind.times_s, abs=1e-9)
        assert wrong(clip, kind, [*range(len(kind.numbers))][::-1]) == []


@pytest.mark.storm
@pytest.mark.parametrize("name, backend", BOTH)
def test_two_hundred_each_way_and_two_hundred_at_random(kinds, name, backend):
    kind = kinds(name)
    clip = opened(kind, backend, cache_bytes=2_000_000)
    if clip is None:
        return
    count = len(kind.numbers)
    with clip:
        there = [k % count for k in range(200)]
        chance = random.Random(8)
        for order in (there, there[::-1], [chance.randrange(count) for _ in range(200)]):
            assert wrong(clip, kind, order) == []
