"""Frame k is frame k: on every kind of clip, forward, backward and at random, with the file's own times."""

import json
import random
import shutil
import subprocess

import av
import numpy as np
import pytest
from av.stream import Disposition

from runclinic.demo import stamp
from runclinic.video import Clip
from tests.video.zoo import KINDS

FFPROBE = shutil.which("ffprobe")
# AVI has no times of its own; FFmpeg's guess at them is wrong where there are B-frames.
TIMED = [name for name in KINDS if name != "AVI with B-frames"]


@pytest.mark.parametrize("name", TIMED)
def test_times_and_pictures_equal_those_of_a_plain_decoder_from_start_to_end(kinds, name):
    """PyAV decoding everything in order, without threads and without any seek, is the second opinion."""
    kind = kinds(name)
    with av.open(str(kind.path)) as container, Clip.open(kind.path) as clip:
        stream = next(s for s in container.streams.video if not s.disposition & Disposition.attached_pic)
        stream.codec_context.thread_type = "NONE"
        shown = list(container.decode(stream))
        assert [frame.pts for frame in shown] == list(clip.ticks)
        if name.startswith("HDR"):  # their colours are another matter
            return
        for k in random.Random(2).sample(range(len(shown)), min(6, len(shown))):
            upright = np.rot90(shown[k].to_ndarray(format="bgr24"), -kind.rotation // 90)
            upright = upright[:, ::-1] if clip.mirrored else upright
            assert stamp.read(upright) == kind.numbers[k]
            assert np.abs(clip.frame(k).astype(np.int16) - upright).mean() < 3


@pytest.mark.parametrize("program", [FFPROBE] if FFPROBE else [])
@pytest.mark.parametrize("name", TIMED)
def test_ffprobe_counts_and_times_the_same(kinds, name, program):
    kind = kinds(name)
    asked = "-v quiet -select_streams v:0 -show_entries frame=best_effort_timestamp -of json -i"
    said = subprocess.run([program, *asked.split(), str(kind.path)], capture_output=True, check=True)
    ticks = [int(frame["best_effort_timestamp"]) for frame in json.loads(said.stdout)["frames"]]
    with Clip.open(kind.path) as clip:
        assert [tick - clip.ticks[0] for tick in clip.ticks] == [tick - ticks[0] for tick in ticks]


@pytest.mark.parametrize("name", KINDS)
def test_a_look_at_every_frame_changes_nothing_on_a_sound_clip(kinds, name):
    with Clip.open(kinds(name).path) as clip:
        before = (clip.frame_count, clip.ticks)
        progress = list(clip.verify())
        assert clip.verified
        assert (clip.frame_count, clip.ticks) == before
        assert clip.damaged == ()
        assert progress == sorted(progress)


@pytest.mark.parametrize(
    "name", ["30 fps, B-frames", "open groups", "HEVC, open groups", "edit list", "MPEG-TS"]
)
def test_a_jump_gives_the_same_pixels_as_stepping_there(kinds, name):
    path = kinds(name).path
    with Clip.open(path) as stepped, Clip.open(path, cache_bytes=1) as jumped:
        in_order = [stepped.frame(k) for k in range(stepped.frame_count)]
        for k in random.Random(3).sample(range(stepped.frame_count), 12):
            assert np.array_equal(jumped.frame(k), in_order[k])


@pytest.mark.parametrize(
    "name",
    [
        "30 fps, B-frames",
        "60 fps, one group",
        "open groups",
        "HEVC, open groups",
        "edit list",
        "VP9 WebM",
        "MPEG-TS",
    ],
)
def test_a_quick_jump_leaves_out_only_what_nothing_depends_on(kinds, name):
    """Also where a jump is left half-way for another one."""
    path = kinds(name).path
    with Clip.open(path) as stepped, Clip.open(path, cache_bytes=1) as jumped:
        in_order = [stepped.frame(k) for k in range(stepped.frame_count)]
        jumped.frames.cache.least = 0
        for k in random.Random(4).choices(range(stepped.frame_count), k=12):
            half = jumped.frames.reaching(stepped.frame_count - 1, stepped.frame_count - 1)
            next(half, None)
            half.close()
            found = run_out(jumped.frames.reaching(k, k))
            assert np.array_equal(jumped.converter().bgr(found), in_order[k])


def run_out(work):
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize(
    "name, uneven, fps",
    [
        ("30 fps, B-frames", False, 30.0),
        ("29.97 fps", False, 29.97),
        ("240 fps", False, 240.0),
        ("slow motion stored at 30", False, 30.0),
        ("Matroska 240 fps", False, 240.0),
        ("MJPEG AVI", False, 30.0),
        ("variable rate", True, 60.0),
    ],
)
def test_the_rate_is_what_the_stamps_say(kinds, name, uneven, fps):
    with Clip.open(kinds(name).path) as clip:
        assert clip.variable_rate is uneven
        assert clip.nominal_fps == pytest.approx(fps, rel=0.05 if uneven else 0.002)
