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
from runclinic.video.backend import BACKENDS
from runclinic.video.picture import Converter, Orientation
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


def in_order(clip):
    """Every frame by one decoding from start to end, as the decoder gives it: packet -> pixels."""
    pixels, converter = {}, clip.converter()
    run_out(clip.frames.everything(lambda packet, picture: pixels.update({packet: converter.bgr(picture)})))
    return [pixels[packet] for packet in clip.frames.index.packets]


BOTH = [(name, backend) for name in KINDS for backend in BACKENDS]


@pytest.mark.parametrize("name, backend", BOTH)
def test_a_jump_gives_the_same_pixels_as_decoding_from_start_to_end(kinds, name, backend):
    """Plain jumps, and quick ones that leave out what nothing depends on, also after one left half-way."""
    kind = kinds(name)
    if backend == "cv2" and kind.cv2_refuses:
        pytest.skip(f"refused by OpenCV's backend by name: {kind.cv2_refuses}")
    with Clip.open(kind.path, backend=backend, cache_bytes=1) as clip:
        clip.frames.cache.least = 0
        true, converter = in_order(clip), clip.converter()
        last, chance = clip.frame_count - 1, random.Random(4)
        for k in chance.choices(range(clip.frame_count), k=6):
            assert np.array_equal(clip.frame(k), true[k])
            half = clip.frames.reaching(last, last)
            next(half, None)
            half.close()
            assert np.array_equal(converter.bgr(run_out(clip.frames.reaching(k, k))), true[k])
            on = min(k + chance.randrange(1, 9), last)
            assert np.array_equal(converter.bgr(run_out(clip.frames.reaching(on, on))), true[on])


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


@pytest.mark.parametrize("pixels", ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "yuv420p10le"])
@pytest.mark.parametrize("width", range(176, 186))
def test_a_picture_is_converted_to_its_last_column(pixels, width):
    """swscale leaves the last columns of some widths as they were in memory: here, of another colour."""
    converter = Converter((width, 64), Orientation())
    for _ in range(4):
        converter.bgra(flat(235, width, 64, pixels))
        whole = converter.bgra(flat(90, width, 64, pixels))
        assert spread(whole[..., :3]) <= 2
    half = Converter((2 * width, 2 * 64), Orientation())
    for _ in range(4):
        half.small(flat(235, 2 * width, 2 * 64, pixels), 2)
        assert spread(half.small(flat(90, 2 * width, 2 * 64, pixels), 2)) <= 2


def flat(level, width, height, pixels):
    """A picture of one grey, plane by plane: swscale itself would spoil some widths on the way there."""
    deep = pixels.endswith("10le")
    picture = av.VideoFrame(width, height, pixels)
    for number, plane in enumerate(picture.planes):
        samples = np.frombuffer(plane, dtype=np.uint16 if deep else np.uint8)
        samples[:] = (128 if number else level) * (4 if deep else 1)
    return picture


def spread(picture):
    """How far the pixels of a picture of one colour are apart, in the worst of its channels."""
    return np.ptp(picture.reshape(-1, picture.shape[-1]).astype(int), axis=0).max()
