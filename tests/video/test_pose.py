"""The search for body points as long work: progress, cancel, going on, and what is stored."""

import hashlib
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runclinic.demo import clips, drawing, stamp
from runclinic.demo.clips import Shot
from runclinic.demo.runner import RUNNERS
from runclinic.refused import Refused
from runclinic.video.cv import opencv
from runclinic.video.pose import Click, Wanted, find_pose, opened, search
from runclinic.video.pose_body import Picture, Seen, cut_out, seen
from runclinic.video.pose_detector import Person, Region
from runclinic.video.pose_network import POINTS, Model, Weights
from runclinic.video.pose_store import MARK, from_bytes, mark_of, to_bytes
from tests.make import a_clip

MODEL = Model("full", (("a.tflite", "0" * 64), ("b.tflite", "1" * 64)), 1)
WEIGHTS = Weights(MODEL, b"", b"")


class KnowsTheTruth:
    """Reads a drawn frame's own number, and answers with the points that were drawn."""

    def __init__(self, shot, *, asked=None):
        self.truth = shot.points().astype(np.float32)
        self.height = shot.size[1]
        self.asked = asked if asked is not None else []

    def number(self, picture):
        return stamp.read(picture.pixels, self.height)

    def region(self, k):
        hips = self.truth[k, [POINTS.index("left_hip"), POINTS.index("right_hip")]].mean(axis=0)
        return Region(float(hips[0]), float(hips[1]), 150.0)

    def people(self, picture):
        k = self.number(picture)
        return (Person(self.region(k), (0, 0, 1, 1), 0.9),)

    def points(self, picture, region):
        k = self.number(picture)
        self.asked.append(k)
        points = np.full((33, 5), 0.8, np.float32)
        points[:, :2] = self.truth[k]
        return Seen(points, self.region(k), 0.99)


@pytest.fixture
def drawn(tmp_path):
    return a_clip(tmp_path, fps=30, seconds=2.0)


def found_in(drawn, *, steps=None, asked=None, **more):
    """The result, or with `steps` what is done when the work is cancelled after so many yields."""
    with opened(drawn.path) as clip:
        work = search(
            clip,
            WEIGHTS,
            Wanted(),
            finders=lambda: tuple(KnowsTheTruth(drawn.shot, asked=asked) for _ in range(2)),
            **more,
        )
        told = []
        while steps is None or len(told) < steps:
            try:
                told.append(next(work))
            except StopIteration as end:
                assert told == sorted(told)
                assert told[-1] == 1.0
                return end.value
        work.close()
    return None


def test_every_frame_has_its_own_points(drawn):
    pose = found_in(drawn).pose()
    assert pose.found.all()
    assert np.array_equal(pose.points[..., :2], drawn.shot.points().astype(np.float32))
    assert np.allclose(pose.times_s, drawn.shot.times_s, atol=1e-4)
    track = pose.track()
    assert track.names == POINTS
    assert np.allclose(track.confidence, 0.8)


def test_a_cancelled_search_goes_on_where_it_was_left(drawn):
    kept, asked = [], []
    found_in(drawn, steps=25, keep=kept.append)
    assert from_bytes(kept[-1]).table.done in range(24, 28)
    with pytest.raises(Refused, match="not all found yet"):
        from_bytes(kept[-1]).pose()
    resumed = found_in(drawn, so_far=kept[-1], asked=asked)
    assert min(asked) >= from_bytes(kept[-1]).table.done
    whole = found_in(drawn)
    assert to_bytes(resumed) == to_bytes(whole)


def test_a_cancelled_search_leaves_no_thread_behind(drawn):
    before = threading.active_count()
    found_in(drawn, steps=5)
    assert threading.active_count() == before


def test_a_finished_result_is_not_searched_again(drawn):
    asked = []
    stored = to_bytes(found_in(drawn))
    again = found_in(drawn, so_far=stored, asked=asked)
    assert asked == []
    assert to_bytes(again) == stored


@pytest.mark.parametrize("other", ["model", "clip", "damage"])
def test_what_belongs_to_other_networks_or_another_clip_is_not_gone_on_with(drawn, tmp_path, other):
    stored = to_bytes(found_in(drawn))
    asked = []
    clip = drawn
    if other == "model":
        stored = stored_with_version(stored, 2)
    elif other == "clip":
        (tmp_path / "more").mkdir()
        clip = a_clip(tmp_path / "more", fps=30, seconds=1.0)
    else:
        stored = stored[:-3] + b"xyz"
    found_in(clip, so_far=stored, asked=asked)
    assert min(asked) == 0


def stored_with_version(stored, version):
    progress = from_bytes(stored)
    return to_bytes(replace(progress, model=replace(progress.model, version=version)))


def test_what_is_stored_names_its_networks(drawn):
    stored = to_bytes(found_in(drawn))
    assert from_bytes(stored).model == MODEL
    assert len(stored) < 700 * drawn.shot.times_s.size


@pytest.mark.parametrize(
    "bytes_", [b"", b"something else", MARK, MARK + b"x" * 40, MARK + hashlib.sha256(b"??").digest() + b"??"]
)
def test_other_bytes_are_refused(bytes_):
    with pytest.raises(Refused, match="no stored body points"):
        from_bytes(bytes_)


def test_a_clip_is_known_by_its_times_and_size():
    times = np.array([0.0, 0.04, 0.08])
    assert mark_of(times, (640, 360)) != mark_of(times, (360, 640))
    assert mark_of(times, (640, 360)) != mark_of(times + 1e-6 * np.arange(3), (640, 360))


def test_a_click_outside_the_clip_is_refused(drawn):
    truth = (KnowsTheTruth(drawn.shot), KnowsTheTruth(drawn.shot))
    with opened(drawn.path) as clip:
        work = search(clip, WEIGHTS, Wanted(clicked=Click(99, 1, 1)), finders=lambda: truth)
        with pytest.raises(Refused, match="no frame 99"):
            next(work)


def test_without_weights_it_is_said_once_and_in_words(drawn, tmp_path):
    with opened(drawn.path) as clip, pytest.raises(Refused, match="is not there"):
        next(find_pose(clip, Wanted(folder=tmp_path)))


@pytest.mark.parametrize("smaller", [1, 2, 4])
@pytest.mark.parametrize("turn", [0.0, 0.4, -1.2])
def test_a_point_of_the_square_is_put_back_where_it_was_cut_out(turn, smaller):
    film = np.zeros((400, 600, 3), np.uint8)
    film[112:128, 292:308, 2] = 255  # a red spot round (299.5, 119.5)
    pixels = film.reshape(400 // smaller, smaller, 600 // smaller, smaller, 3).mean(axis=(1, 3))
    picture = Picture(pixels.astype(np.uint8), (600, 400))
    square, placed = cut_out(picture, Region(310, 140, 256, turn))
    assert square.shape == (1, 256, 256, 3)
    weights = square[0, :, :, 0]
    middle = [(weights * grid).sum() / weights.sum() for grid in np.mgrid[:256, :256][::-1]]
    numbers = np.zeros((39, 5), np.float32)
    numbers[:, :2] = middle
    found = seen(numbers, 0.9, placed)
    assert found.points[0, :2] == pytest.approx((299.5, 119.5), abs=0.3)
    assert found.points[0, 3:] == pytest.approx((0.5, 0.5))


def test_a_square_goes_to_a_smaller_picture_and_back():
    picture = Picture(np.zeros((90, 160, 3), np.uint8), (640, 360))
    region = Region(311.5, 87.5, 240.0, 0.3)
    there = picture.smaller(region)
    assert (there.x, there.y, there.side) == (77.5, 21.5, 60.0)
    assert picture.larger(there) == region


# ---- with the real networks ----

WITHOUT_NETWORK = """
import socket, sys
def closed(*_, **__): raise AssertionError("the network was asked for")
socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = closed
from pathlib import Path
from runclinic.video.pose import Wanted, find_pose, opened
kept = []
with opened(Path(sys.argv[1])) as clip:
    for _ in find_pose(clip, Wanted("full"), keep=kept.append): pass
from runclinic.video.pose_store import from_bytes
print(int(from_bytes(kept[-1]).pose().found.sum()))
"""


@pytest.mark.slow
@pytest.mark.parametrize("facing", [1, -1])
def test_the_networks_find_the_drawn_runner(tmp_path, facing):
    drawn = a_clip(tmp_path, fps=30, seconds=2.0, size=(960, 720), facing=facing, stamped=False)
    with opened(drawn.path) as clip:
        work = find_pose(clip, Wanted("full"))
        pose = walked(work)
    metres = np.hypot(*np.moveaxis(pose.points[..., :2] - drawn.shot.points(), 2, 0))
    metres /= drawn.shot.camera.px_per_m
    near = "right" if facing > 0 else "left"
    assert pose.found.all()
    for part, most in (("hip", 0.06), ("knee", 0.08), ("ankle", 0.08), ("heel", 0.08), ("shoulder", 0.06)):
        assert np.median(metres[:, POINTS.index(f"{near}_{part}")]) < most, part


def walked(work):
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


@pytest.mark.slow
def test_two_threads_find_the_very_points_of_one(tmp_path):
    drawn = a_clip(tmp_path, fps=30, seconds=0.5, size=(640, 480), stamped=False)
    results = []
    for threads in (1, 2, 4):
        with opened(drawn.path) as clip:
            results.append(walked(find_pose(clip, Wanted("full", threads=threads))).points)
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])


def cut_off():
    """What runs a command without any network at all, where the system allows it to a user."""
    try:
        allowed = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        allowed = False
    return ["unshare", "-rn"] if allowed else []


@pytest.mark.slow
def test_nothing_asks_for_the_network(tmp_path):
    drawn = a_clip(tmp_path, fps=30, seconds=0.5, size=(640, 480), stamped=False)
    done = subprocess.run(
        [*cut_off(), sys.executable, "-c", WITHOUT_NETWORK, str(drawn.path)],
        capture_output=True, text=True, timeout=120, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == 15


def with_a_passer(folder, seconds, *, speed=1.3, coding=None):
    """The drawn runner, and from 0.5 s on another one, larger and in other colours, walking by in front.

    `speed` in m/s; a negative one walks by from the right.
    """
    her = Shot(capture_fps=30, duration_s=seconds, size=(960, 720), stamped=False)
    other = replace(her, runner=RUNNERS[2], start_s=0.4)
    room, path = drawing._room(her.camera), folder / "two.mp4"
    cv2 = opencv()

    def pictures():
        for k, (picture, passer) in enumerate(zip(her.pictures(), other.pictures(), strict=True)):
            body = np.abs(passer.astype(int) - room.astype(int)).sum(axis=2) > 12
            body[int(720 * drawing.BELT_DOWN) :] = False  # not the belt that moves below her
            from_px = -520 if speed > 0 else 520
            there = np.float32([[1.1, 0, from_px + speed * her.camera.px_per_m * k / 30], [0, 1.1, -60]])
            mask = cv2.warpAffine(body.astype(np.uint8), there, her.size) > 0
            picture[mask] = cv2.warpAffine(np.ascontiguousarray(passer[..., ::-1]), there, her.size)[mask]
            yield picture

    for _ in clips.encoding(path, pictures(), her.stored_ticks, coding or clips.Coding()):
        pass
    return path, her


@pytest.mark.slow
@pytest.mark.parametrize(
    ("speed", "crf"),
    [
        (1.3, "20"),
        (-1.6, "20"),
        *(pytest.param(*each, marks=pytest.mark.storm) for each in [(1.3, "28"), (0.9, "20")]),
    ],
)
def test_who_walks_by_in_front_is_said_and_never_measured(tmp_path, speed, crf):
    coding = clips.Coding(codec_options={"crf": crf, "preset": "veryfast"})
    path, her = with_a_passer(tmp_path, 3.5 if speed > 1 else 4.5, speed=speed, coding=coding)
    with opened(path) as clip:
        pose = walked(find_pose(clip, Wanted("full")))
    trunk = [POINTS.index(f"{side}_{part}") for side in ("left", "right") for part in ("hip", "shoulder")]
    off = np.hypot(*np.moveaxis(pose.points[:, trunk, :2] - her.points()[:, trunk], 2, 0))
    metres = off.max(axis=1) / her.camera.px_per_m
    assert np.nanmax(metres) < 0.25
    assert np.nanpercentile(metres, 95) < 0.12
    assert 0.6 < pose.found.mean() < 0.95
    assert np.isfinite(metres[-20:]).all()
    assert any("not found in frames" in said for said in pose.warnings)
    assert any("Somebody passes close" in said for said in pose.warnings)
