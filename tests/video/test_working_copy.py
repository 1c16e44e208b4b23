"""The copy in which every frame stands alone: same frames, same times, and only where it is worth it."""

import io
from fractions import Fraction

import numpy as np
import pytest

from runclinic.demo import stamp
from runclinic.demo.clips import Coding
from runclinic.refused import Refused
from runclinic.video import Clip
from runclinic.video.working_copy import Worth, longest_group, making, same_frames, worth
from tests.video.zoo import KINDS, X264, in_memory


def copied(clip):
    sink = io.BytesIO()
    work = making(clip, sink)
    progress = []
    while True:
        try:
            progress.append(next(work))
        except StopIteration as end:
            assert progress == sorted(progress)
            assert progress[-1] == 1.0
            return io.BytesIO(sink.getvalue()), end.value


@pytest.mark.parametrize(
    "name",
    [
        "60 fps, one group",
        "variable rate",
        "rotated 90",
        "edit list",
        "Matroska 240 fps",
        "HEVC, 10 bit",
        "front camera",
        "pixels 4:3",
        "HDR, HLG",
    ],
)
def test_each_frame_of_the_copy_is_the_originals(kinds, name):
    with Clip.open(kinds(name).path) as clip:
        data, count = copied(clip)
        assert count == clip.frame_count
        with Clip.open(data) as copy:
            assert same_frames(copy, clip)
            assert longest_group(copy.frames.index) == 1
            assert (copy.size, copy.rotation, copy.mirrored) == (clip.size, clip.rotation, clip.mirrored)
            assert copy.pixel_aspect == pytest.approx(clip.pixel_aspect, rel=1e-3)
            for k in range(0, count, 7):
                assert stamp.read(copy.frame(k)) == stamp.read(clip.frame(k)) == kinds(name).numbers[k]
            assert np.abs(copy.frame(9).astype(np.int16) - clip.frame(9)).mean() < 3


def test_its_writer_only_ever_goes_forward():
    class Stream:
        def __init__(self):
            self.data = b""

        def write(self, data):
            self.data += data

    with Clip.open(in_memory()) as clip:
        sink = Stream()
        list(making(clip, sink))
        with Clip.open(io.BytesIO(sink.data)) as copy:
            assert same_frames(copy, clip)


def test_a_cancelled_copy_stops():
    with Clip.open(in_memory()) as clip:
        work = making(clip, io.BytesIO())
        next(work)
        work.close()
        assert stamp.read(clip.frame(20)) == 20


def test_a_sink_that_is_full_is_heard():
    class Full:
        def write(self, _data):
            raise Refused("The disk is full.", "Make room.")

    with Clip.open(in_memory()) as clip, pytest.raises(Refused, match=r"disk is full|could not be made"):
        list(making(clip, Full()))


def test_another_clips_copy_is_seen():
    with Clip.open(in_memory()) as clip, Clip.open(in_memory(duration_s=0.5)) as other:
        assert not same_frames(other, clip)
    with Clip.open(in_memory()) as clip, Clip.open(in_memory(uneven=True, seed=3)) as other:
        assert not same_frames(other, clip)


@pytest.mark.parametrize(
    "jump_ms, copy_bytes, yes",
    [(151, 1, True), (149, 1, False), (900, 400_000_001, False), (900, 4 * 10**8, True)],
)
def test_it_is_worth_a_felt_wait_and_not_any_room(jump_ms, copy_bytes, yes):
    assert Worth(jump_ms, copy_bytes).yes is yes


def test_the_groups_of_the_clip_decide():
    with Clip.open(in_memory(Coding(codec_options={**X264, "g": "12"}))) as short:
        assert longest_group(short.frames.index) == 12
    with Clip.open(in_memory(Coding(codec_options={**X264, "g": "250"}))) as long:
        assert longest_group(long.frames.index) == long.frame_count
        assert worth(long).jump_ms == pytest.approx(36 * 0.0576 * 2.5, rel=0.01)


def test_an_mjpeg_clip_needs_none(kinds):
    assert "MJPEG AVI" in KINDS
    with Clip.open(kinds("MJPEG AVI").path) as clip:
        assert not worth(clip).yes
        assert clip.time_base == Fraction(1, 30)
