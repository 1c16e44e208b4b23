"""Drawn clips: their times, events and points are those of the pictures in the file."""

import io
import itertools

import numpy as np
import pytest

from runclinic.demo import stamp
from runclinic.demo.clips import Coding, Shot, write, writing
from runclinic.demo.runner import RUNNERS
from runclinic.video import Clip
from tests.make import a_clip


@pytest.mark.parametrize("fps", [30, 60, 120, 240, 30_000 / 1001])
def test_even_shots_count_by_their_rate(fps):
    shot = Shot(capture_fps=fps, duration_s=2.0)
    assert len(shot.ticks) == round(2 * fps)
    assert shot.times_s == pytest.approx(np.arange(len(shot.ticks)) / fps, abs=1e-5)
    assert shot.stored_ticks == shot.ticks


def test_uneven_shots_drop_a_fifth_and_shift_the_others():
    shot = Shot(capture_fps=60, duration_s=10, uneven=True)
    assert 0.7 < len(shot.ticks) / 600 < 0.9
    assert shot.ticks[0] == 0
    intervals = np.diff(shot.times_s)
    assert intervals.min() > 0.009
    assert intervals.max() > 0.03
    assert shot.ticks == Shot(capture_fps=60, duration_s=10, uneven=True).ticks
    assert shot.ticks != Shot(capture_fps=60, duration_s=10, uneven=True, seed=8).ticks


def test_slow_motion_keeps_true_events_and_stretches_the_file():
    shot = Shot(capture_fps=240, duration_s=1.0, stored_fps=30)
    assert shot.stored_ticks[-1] == 8 * shot.ticks[-1]
    assert shot.events() == Shot(capture_fps=240, duration_s=1.0).events()


def test_events_count_from_the_first_frame():
    shot = Shot(capture_fps=120, duration_s=3.0, start_s=0.3)
    first = shot.events()[0]
    assert (first.side, first.kind) == ("right", "initial_contact")
    assert first.time_s == pytest.approx(RUNNERS[0].step_s - 0.3)
    assert first.frame == np.ceil(first.time_s * 120)


def test_points_are_those_of_the_frames():
    shot = Shot(capture_fps=60, duration_s=0.5, size=(320, 180))
    assert shot.points().shape == (30, 33, 2)
    landing = next(e for e in shot.events() if e.kind == "initial_contact")
    heel = shot.point(f"{landing.side}_heel")[landing.frame]
    assert heel[1] == pytest.approx(180 * 0.865, abs=2.5)


def test_a_clip_on_disk_is_its_shot(tmp_path):
    clip = a_clip(tmp_path, fps=60, cadence=172, seconds=1.0)
    landings = [e.time_s for e in clip.shot.events() if e.kind == "initial_contact"]
    assert 60 / np.diff(landings) == pytest.approx(172)
    with Clip.open(clip.path) as opened:
        assert opened.times_s == pytest.approx(clip.shot.times_s)
        for k, drawn in itertools.islice(enumerate(clip.shot.pictures()), 0, 60, 12):
            assert stamp.read(opened.frame(k)) == k
            assert np.abs(opened.frame(k).astype(int) - drawn).mean() < 4


def test_without_a_stamp_the_picture_is_clear():
    shot = Shot(duration_s=0.01, size=(320, 180), stamped=False)
    assert stamp.read(next(iter(shot.pictures()))) is None


def test_a_long_write_tells_how_far_it_is_and_can_be_left():
    data = io.BytesIO()
    work = writing(data, Shot(capture_fps=60, duration_s=1.0, size=(160, 90)))
    said = list(work)
    assert said == sorted(said)
    assert said[-1] == 1.0
    assert len(said) == 8
    left = writing(io.BytesIO(), Shot(capture_fps=60, duration_s=1.0, size=(160, 90)))
    next(left)
    left.close()


def test_a_reader_gets_the_same_bytes_as_a_file(tmp_path):
    shot = Shot(duration_s=0.2, size=(160, 90))
    data = io.BytesIO()
    assert write(data, shot, Coding(container="matroska")) is shot
    write(tmp_path / "clip.mkv", shot, Coding(container="matroska"))
    with Clip.open(io.BytesIO(data.getvalue())) as one, Clip.open(tmp_path / "clip.mkv") as other:
        assert np.array_equal(one.frame(5), other.frame(5))
