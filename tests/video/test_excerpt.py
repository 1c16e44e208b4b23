"""Some seconds of a long film: the same frames, the same time between them, nothing coded anew."""

import io

import numpy as np
import pytest

from runclinic.demo import stamp
from runclinic.refused import Refused
from runclinic.video import Clip, excerpt


def cut(path, from_s, to_s):
    sink = io.BytesIO()
    progress = list(excerpt.cutting(path, sink, from_s, to_s))
    assert progress == sorted(progress)
    assert progress[-1] == 1.0
    return io.BytesIO(sink.getvalue())


@pytest.mark.parametrize(
    "name", ["30 fps, B-frames", "variable rate", "starts at 5 s", "MPEG-TS", "HEVC, open groups", "VP9 WebM"]
)
def test_frames_and_intervals_stay(kinds, name):
    kind = kinds(name)
    with Clip.open(cut(kind.path, 0.5, 1.0)) as part:
        numbers = [stamp.read(part.frame(k)) for k in range(part.frame_count)]
        assert part.warnings == ()
        times = np.array(kind.times_s)[numbers]
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        assert times[0] <= 0.5
        assert 1.0 - 0.05 <= times[-1] <= 1.2
        assert part.times_s == pytest.approx(times - times[0], abs=0.0006)


def test_a_turned_film_stays_turned(kinds):
    with Clip.open(cut(kinds("rotated 90").path, 0.3, 0.9)) as part:
        assert part.rotation == 90
        assert stamp.read(part.frame(3)) is not None


def test_seconds_without_a_picture(kinds):
    with pytest.raises(Refused, match="no picture in these seconds"):
        cut(kinds("30 fps, B-frames").path, 5.0, -1.0)


def test_what_is_no_film(tmp_path):
    path = tmp_path / "text.mp4"
    path.write_bytes(b"Dear colleague")
    with pytest.raises(Refused, match="not a video"):
        cut(path, 0, 1)


def test_what_is_too_much(kinds, monkeypatch):
    path = kinds("30 fps, B-frames").path
    whole = excerpt.length(path)
    assert not whole.too_much
    assert whole.bytes == path.stat().st_size
    with Clip.open(path) as clip:
        assert whole.seconds == pytest.approx(float(clip.times_s[-1]), abs=0.1)
    monkeypatch.setattr(excerpt, "LONGEST_S", 1.0)
    assert excerpt.length(path).too_much
    monkeypatch.setattr(excerpt, "LONGEST_S", 9.0)
    monkeypatch.setattr(excerpt, "LARGEST_BYTES", 100)
    assert excerpt.length(path).too_much
