"""The film with what was measured drawn in: its frames, its times, and what a frame shows."""

import numpy as np
import pytest

from runclinic.gait import LandmarkTrack
from runclinic.refused import Refused
from runclinic.video import Clip, overlay
from runclinic.video.overlay import LEFT, RIGHT, Drawing, Mark, Shown, painted
from runclinic.video.pose_network import POINTS
from tests.make import a_clip


def truth(shot):
    points = shot.points()
    return LandmarkTrack(shot.times_s, POINTS, points, np.ones(points.shape[:2]))


def a_drawing(shot):
    events = [Mark(one.frame, one.side, "contact") for one in shot.events()]
    degrees = np.linspace(0, 40, len(shot.times_s))
    return Drawing(
        truth(shot), events, (Shown("knee", "right_knee", degrees),), {"left": [(3, 9)], "right": [(12, 20)]}
    )


@pytest.mark.parametrize(("uneven", "size"), [(False, (320, 180)), (True, (320, 180)), (False, (322, 181))])
def test_every_frame_is_there_at_its_true_time(tmp_path, uneven, size):
    even_size = (size[0] // 2 * 2, size[1] // 2 * 2)
    drawn = a_clip(tmp_path, fps=30, seconds=1.0, uneven=uneven, size=even_size)
    out = tmp_path / "out.mp4"
    with Clip.open(drawn.path) as clip:
        told = list(overlay.write(clip, out, a_drawing(drawn.shot)))
        times, count = clip.times_s.copy(), clip.frame_count
    assert told == sorted(told)
    assert told[-1] == 1.0
    with Clip.open(out) as film:
        assert film.frame_count == count
        assert np.allclose(film.times_s, times, atol=1e-4)
        assert film.size == even_size
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "out.mp4"]


def test_some_frames_are_written_alone_with_what_the_hand_drew_on_them(tmp_path):
    drawn = a_clip(tmp_path, fps=30, seconds=1.0)
    asked = []

    def by_hand(picture, k):
        asked.append(k)
        white = picture.copy()
        white[:] = 250
        return white

    out = tmp_path / "out.mp4"
    with Clip.open(drawn.path) as clip:
        told = list(overlay.write(clip, out, Drawing(by_hand=by_hand), range(5, 14)))
        times = clip.times_s[5:14] - clip.times_s[5]
    assert asked == [*range(5, 14)]
    assert told[-1] == 1.0
    with Clip.open(out) as film:
        assert np.allclose(film.times_s, times, atol=1e-4)
        assert film.frame(0).mean() > 240


def test_slow_motion_shows_its_true_time(monkeypatch):
    said = []
    monkeypatch.setattr(overlay._Pen, "word", lambda _pen, text, *_where: said.append(text))
    painted(blank(), Drawing(), 3, 0.025)
    assert said == ["frame 3  0.025 s"]


@pytest.mark.parametrize("when", [0, 4])
def test_a_full_disk_leaves_nothing_behind_and_is_told(tmp_path, monkeypatch, when):
    drawn = a_clip(tmp_path, fps=30, seconds=1.0)
    out = tmp_path / "out.mp4"
    out.write_bytes(b"earlier")
    with Clip.open(drawn.path) as clip:
        work = overlay.write(clip, out, Drawing())

        def full(*_what):
            raise OSError(28, "No space left on device")

        for _ in range(when):
            next(work)
        monkeypatch.setattr(overlay, "painted", full)
        with pytest.raises(Refused, match="cannot be written"):
            list(work)
    assert out.read_bytes() == b"earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "out.mp4"]


def test_a_cancelled_film_leaves_nothing_behind(tmp_path):
    drawn = a_clip(tmp_path, fps=30, seconds=1.0)
    with Clip.open(drawn.path) as clip:
        work = overlay.write(clip, tmp_path / "out.mp4", Drawing())
        next(work)
        work.close()
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_an_earlier_film_stays_until_the_new_one_is_whole(tmp_path):
    drawn = a_clip(tmp_path, fps=30, seconds=1.0)
    out = tmp_path / "out.mp4"
    out.write_bytes(b"earlier")
    with Clip.open(drawn.path) as clip:
        work = overlay.write(clip, out, Drawing())
        next(work)
        assert out.read_bytes() == b"earlier"
        for _ in work:
            pass
    assert out.stat().st_size > 1000


@pytest.mark.parametrize("where", ["out.avi", "none/out.mp4"])
def test_a_place_or_kind_that_cannot_be_written_is_refused(tmp_path, where):
    drawn = a_clip(tmp_path, fps=30, seconds=0.5)
    with Clip.open(drawn.path) as clip, pytest.raises(Refused, match="written"):
        list(overlay.write(clip, tmp_path / where, Drawing()))


# ---- one picture ----

GREY = (90, 90, 90)


def blank():
    return np.full((360, 640, 3), GREY, np.uint8)


def standing(**moved):
    xy = np.full((2, len(POINTS), 2), 300.0)
    for name, at in {"left_hip": (200, 100), "left_knee": (200, 200), "left_ankle": (200, 300)}.items():
        xy[:, POINTS.index(name)] = at
    sure = np.zeros((2, len(POINTS)))
    for name in ("left_hip", "left_knee", "left_ankle"):
        sure[:, POINTS.index(name)] = moved.get("sure", 1.0)
    return LandmarkTrack(np.array([0.0, 0.1]), POINTS, xy, sure)


def test_a_limb_lies_on_its_points():
    picture = painted(blank(), Drawing(standing()), 0, 0.0)
    assert tuple(picture[150, 200]) == LEFT
    assert tuple(picture[250, 200]) == LEFT
    assert tuple(picture[150, 260]) == GREY


def test_points_that_were_not_found_are_not_drawn():
    picture = painted(blank(), Drawing(standing(sure=0.0)), 0, 0.0)
    assert tuple(picture[150, 200]) == GREY


def test_an_event_shows_in_its_own_frame_alone():
    drawing = Drawing(standing(), [Mark(1, "left", "toe-off")])
    quiet, loud = (painted(blank(), drawing, k, 0.0) for k in (0, 1))
    below = np.s_[290:330, 280:420]  # beside the left toe
    assert np.all(quiet[below] == GREY)
    assert np.any(np.all(loud[below] == LEFT, axis=2))


def test_the_lane_shows_which_foot_is_on_the_belt():
    drawing = Drawing(contacts={"left": [(5, 15)], "right": [(20, 30)]})
    picture = painted(blank(), drawing, 10, 0.3)
    middle, later = 320, 320 + round(15 * 640 / 100)
    lanes = picture[-32:]
    assert np.any(np.all(lanes[:, middle - 6] == LEFT, axis=1))
    assert not np.any(np.all(lanes[:, middle - 6] == RIGHT, axis=1))
    assert np.any(np.all(lanes[:, later] == RIGHT, axis=1))


def test_an_angle_is_written_beside_its_point():
    angle = Shown("knee", "left_knee", np.array([12.0, np.nan]))
    written = painted(blank(), Drawing(standing(), angles=(angle,)), 0, 0.0)
    unknown = painted(blank(), Drawing(standing(), angles=(angle,)), 1, 0.0)
    beside = np.s_[180:205, 215:330]
    assert not np.all(written[beside] == GREY)
    assert np.all(unknown[beside] == GREY)
