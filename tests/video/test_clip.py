"""An open clip: readers, colours, pixel aspect, mirrored files, memory, and what it refuses."""

import io
import re
from fractions import Fraction

import av
import numpy as np
import pytest

from runclinic.demo import stamp
from runclinic.demo.clips import Coding
from runclinic.refused import Refused
from runclinic.video import Clip
from tests.video.zoo import X264, a_file, faststart, in_memory, written


def test_a_reader_serves_as_well_as_a_path_and_stays_open():
    reader = in_memory()
    with Clip.open(reader) as clip:
        assert [stamp.read(clip.frame(k)) for k in range(clip.frame_count)] == list(range(36))
    assert not reader.closed


def test_a_path_may_be_a_string(tmp_path):
    path = a_file(tmp_path, "clip.mp4", written())
    with Clip.open(str(path)) as clip:
        assert clip.frame_count == 36


def test_two_clips_open_side_by_side_do_not_disturb_each_other():
    with Clip.open(in_memory()) as one, Clip.open(in_memory(start_s=0.5)) as other:
        for k in (3, 30, 12, 35, 0):
            assert stamp.read(one.frame(k)) == k == stamp.read(other.frame(k))
    for _ in range(4):
        with Clip.open(in_memory()) as again:
            assert again.frame_count == 36


def test_a_frame_is_the_callers_own():
    with Clip.open(in_memory()) as clip:
        frame = clip.frame(4)
        assert frame.dtype == np.uint8
        assert frame.flags.c_contiguous
        frame[:] = 0
        assert stamp.read(clip.frame(4)) == 4


def test_times_cannot_be_written_to():
    with Clip.open(in_memory()) as clip, pytest.raises(ValueError, match="read-only"):
        clip.times_s[0] = 1.0


@pytest.mark.parametrize("k", [-1, 36, 1000])
def test_a_frame_outside_is_refused_with_the_range(k):
    with Clip.open(in_memory()) as clip, pytest.raises(Refused, match=rf"no frame {k}: .*frames 0 to 35"):
        clip.frame(k)


def test_a_closed_clip_gives_nothing():
    clip = Clip.open(in_memory())
    clip.close()
    clip.close()
    with pytest.raises(ValueError, match="closed"):
        clip.frame(0)


def test_one_frame_says_so():
    with Clip.open(in_memory(duration_s=0.01)) as clip:
        assert clip.frame_count == 1
        assert not clip.variable_rate
        assert clip.warnings == ("This clip is one frame long: stepping and contacts need more.",)
        with pytest.raises(Refused, match="one frame, number 0"):
            clip.frame(1)


@pytest.mark.parametrize("turned, aspect", [(0, 4 / 3), (90, 3 / 4), (180, 4 / 3)])
def test_pixel_aspect_follows_the_turn(turned, aspect):
    coding = Coding(pixel_aspect=Fraction(4, 3), clockwise_deg=turned)
    with Clip.open(in_memory(coding, duration_s=0.1)) as clip:
        assert clip.pixel_aspect == pytest.approx(aspect)


def one_picture(picture, change, *, matrix=5, full=False):
    """A clip of one picture, its colours coded by `matrix`, its stream marked by `change(stream)`."""
    data = io.BytesIO()
    with av.open(data, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=30, options={"crf": "5"})
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt = "yuv420p"
        change(stream)
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(
            format="yuv420p", dst_colorspace=matrix, dst_color_range=2 if full else 1
        )
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    data.seek(0)
    return data


UNTAGGED, BT709, BT601, BT2020 = 2, 1, 5, 9
TELEVISION, FULL = 1, 2


@pytest.mark.parametrize(
    "tag, matrix, lines, full",
    [
        (BT709, BT709, 180, False),
        (BT601, BT601, 180, False),
        (BT2020, BT2020, 180, False),
        (BT601, BT601, 720, False),
        (BT709, BT709, 180, True),
        (UNTAGGED, BT601, 180, False),
        (UNTAGGED, BT709, 720, False),
    ],
)
def test_colours_follow_the_tags_and_the_number_of_lines_where_there_are_none(tag, matrix, lines, full):
    """191, 78, 18 is the colour that comes out as 181, 70, 21 by the wrong matrix."""
    picture = np.full((lines, lines * 16 // 9, 3), (18, 78, 191), dtype=np.uint8)

    def mark(stream):
        stream.codec_context.colorspace = tag
        stream.codec_context.color_range = FULL if full else TELEVISION

    with Clip.open(one_picture(picture, mark, matrix=matrix, full=full)) as clip:
        assert clip.frame(0)[lines // 2, lines // 2].tolist() == pytest.approx([18, 78, 191], abs=3)


@pytest.mark.parametrize("mirror", [{"hflip": True}, {"vflip": True}, {"hflip": True, "vflip": True}])
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_mirrored_files_are_shown_as_their_matrix_says(mirror, degrees):
    stored = np.zeros((64, 96, 3), dtype=np.uint8)
    stored[:32, :48], stored[:32, 48:], stored[32:, :48] = 250, 170, 90

    def mark(stream):
        stream.set_display_rotation(degrees, **mirror)

    # The matrix turns counter-clockwise, then flips what is shown.
    expected = np.rot90(stored[..., 1], degrees // 90)
    expected = expected[:, ::-1] if mirror.get("hflip") else expected
    expected = expected[::-1] if mirror.get("vflip") else expected
    with Clip.open(one_picture(stored, mark)) as clip:
        assert clip.mirrored is (len(mirror) == 1)
        assert quarters(clip.frame(0)[..., 1]) == pytest.approx(quarters(expected), abs=6)


def quarters(grey):
    """The middle of each quarter of a picture."""
    height, width = grey.shape
    return [int(grey[y, x]) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]


def test_damage_that_loses_frames_is_found_by_a_full_look_and_said():
    data = bytearray(faststart())
    chance = np.random.default_rng(11)
    for place in chance.integers(len(data) // 3, len(data) - 300, 10):
        data[place : place + 200] = chance.bytes(200)
    with Clip.open(io.BytesIO(bytes(data))) as clip:
        list(clip.verify())
        lost = 120 - clip.frame_count
        assert 0 < lost < 60
        assert f"{lost} of 120 frames cannot be decoded and are left out." in clip.warnings
        for k in range(clip.frame_count):
            assert clip.frame(k).shape == (180, 320, 3)


@pytest.mark.parametrize("kept", [0.35, 0.5, 0.62, 0.8])
def test_a_clip_cut_off_opens_up_to_the_break_and_says_how_much_is_missing(kept):
    data = faststart()
    with Clip.open(io.BytesIO(data[: int(len(data) * kept)])) as clip:
        count = clip.frame_count
        assert 0 < count < 120
        assert clip.warnings == (f"The end is missing: {count} of 120 frames.",)
        # The last group may miss a picture that is stored behind later ones (B-frames).
        shown = [stamp.read(clip.frame(k)) for k in range(count)]
        assert shown[: count - 4] == list(range(count - 4))
        assert [round(time * 60) for time in clip.times_s] == shown == sorted(shown)
        list(clip.verify())
        assert clip.frame_count == count


@pytest.mark.parametrize(
    "container, sentence",
    [
        ("matroska", r"The end is missing: 0\.\d of 1\.5 seconds\."),
        ("mpegts", "The end is missing: the file was cut off"),
        ("avi", "The end is missing: the file was cut off"),
    ],
)
def test_other_containers_cut_off_say_so_too(container, sentence):
    clock = Fraction(1, 60 if container == "avi" else 1000)
    coding = Coding(container, codec_options=X264, time_base=clock)
    data = written(coding, duration_s=1.5)
    with Clip.open(io.BytesIO(data[: len(data) * 6 // 10 // 188 * 188 + 50])) as clip:
        assert 0 < clip.frame_count < 90
        assert re.match(sentence, clip.warnings[0])


def test_a_cache_of_no_size_is_only_slower():
    with Clip.open(in_memory(), cache_bytes=1) as clip:
        assert [stamp.read(clip.frame(k)) for k in reversed(range(36))] == list(reversed(range(36)))
