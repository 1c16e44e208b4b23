"""Filming with a camera: listed, its true rate by arrival, written with the times at which frames came."""

import io
from dataclasses import dataclass, field

import cv2_enumerate_cameras
import numpy as np
import pytest

from runclinic.demo import stamp
from runclinic.refused import Refused
from runclinic.video import Clip, camera
from runclinic.video.camera import Arrived, Camera, Filmed, Live, preview, rate, recording
from tests.make import a_clip


@dataclass
class Paced:
    """Stamped pictures that arrive at the given times."""

    arrivals_s: list[float]
    given: int = 0
    closed: bool = field(default=False)

    def read(self):
        if self.given >= len(self.arrivals_s):
            return None
        picture = np.full((180, 320, 3), 90, dtype=np.uint8)
        stamp.burn(picture, self.given)
        self.given += 1
        return Arrived(self.arrivals_s[self.given - 1], picture)

    def close(self):
        self.closed = True


def filmed(source, stopped=lambda: False):
    sink = io.BytesIO()
    work = recording(source, sink, stopped)
    shown = 0
    while True:
        try:
            next(work)
            shown += 1
        except StopIteration as end:
            return sink.getvalue(), end.value, shown


UNEVEN = [
    1000.0 + each
    for each in np.cumsum([0, 0.017, 0.016, 0.050, 0.0165, 0.018, 0.016, 0.0171, 0.0333, 0.0168])
]


def test_a_film_has_the_times_at_which_its_frames_arrived():
    data, recorded, shown = filmed(Paced(UNEVEN))
    assert recorded.frames == shown == len(UNEVEN)
    with Clip.open(io.BytesIO(data)) as clip:
        assert clip.times_s == pytest.approx(np.array(UNEVEN) - UNEVEN[0], abs=1 / 90_000)
        assert [stamp.read(clip.frame(k)) for k in range(clip.frame_count)] == list(range(len(UNEVEN)))
        assert clip.variable_rate
        assert clip.warnings == ()


def test_a_clip_in_a_cameras_place_comes_out_as_it_went_in(tmp_path):
    clip = a_clip(tmp_path, fps=60, seconds=0.6, uneven=True)
    source = Filmed(clip.path, starts_at_s=77.0)
    data, recorded, _ = filmed(source)
    source.close()
    assert recorded.lasts_s == pytest.approx(clip.shot.times_s[-1], abs=1e-4)
    with Clip.open(io.BytesIO(data)) as film:
        assert film.times_s == pytest.approx(clip.shot.times_s, abs=2 / 90_000)
        assert [stamp.read(film.frame(k)) for k in (0, 11, film.frame_count - 1)] == [
            0,
            11,
            film.frame_count - 1,
        ]


def test_two_frames_at_one_moment_keep_their_order():
    data, _, _ = filmed(Paced([5.0, 5.0, 5.0, 5.1]))
    with Clip.open(io.BytesIO(data)) as clip:
        assert [stamp.read(clip.frame(k)) for k in range(4)] == [0, 1, 2, 3]
        assert np.all(np.diff(clip.times_s) > 0)


def test_what_was_filmed_before_a_power_cut_can_be_opened():
    sink = io.BytesIO()
    work = recording(Paced([each / 30 for each in range(200)]), sink, lambda: False)
    for _ in range(150):
        next(work)
    written = sink.getvalue()
    with Clip.open(io.BytesIO(written)) as clip:
        assert clip.frame_count >= 60
        assert stamp.read(clip.frame(clip.frame_count - 1)) == clip.frame_count - 1


def test_it_stops_when_told():
    source = Paced([each / 60 for each in range(100)])
    _, recorded, _ = filmed(source, stopped=lambda: source.given >= 20)
    assert recorded.frames == 20


def test_a_camera_that_gives_nothing_is_said():
    with pytest.raises(Refused, match="gave no picture"):
        filmed(Paced([]))


def test_a_full_disk_is_heard():
    class Full(io.BytesIO):
        def write(self, data):
            raise Refused("The disk is full.", "Make room.")

    with pytest.raises(Refused, match=r"disk is full|could not be written"):
        list(recording(Paced([each / 60 for each in range(100)]), Full(), lambda: False))


@pytest.mark.parametrize(
    "arrivals, fps, dropped",
    [
        ([each / 30 for each in range(61)], 30.0, 0),
        ([each / 60 for each in range(61) if each % 10 != 5], 54.0, 6),
        ([each / 60 for each in range(30)] + [0.5 + each / 60 for each in range(30, 61)], 60 / 1.5, 30),
    ],
)
def test_the_rate_is_what_arrives(arrivals, fps, dropped):
    found = rate(arrivals)
    assert found is not None
    assert found.fps == pytest.approx(fps, rel=0.02)
    assert found.dropped == dropped


def test_a_camera_that_is_slower_than_asked_is_said_so():
    found = rate([each / 27.3 for each in range(60)])
    assert found is not None
    assert found.said(60) == "27.3 frames a second; the camera was asked for 60"
    assert found.said(27) == "27.3 frames a second"


@pytest.mark.parametrize("arrivals", [[], [0.0], [1.0] * 20, [0.0, 0.1, 0.2]])
def test_too_little_is_no_rate(arrivals):
    assert rate(arrivals) is None


def test_the_preview_shows_the_rate_of_the_last_two_seconds():
    slow_then_quick = [each / 10 for each in range(41)] + [4.0 + each / 50 for each in range(1, 151)]
    seen = list(preview(Paced(slow_then_quick)))
    assert len(seen) == len(slow_then_quick)
    assert seen[3][1] is None
    assert seen[40][1].fps == pytest.approx(10, rel=0.02)
    assert seen[-1][1].fps == pytest.approx(50, rel=0.02)


def test_without_a_camera_one_clear_line(monkeypatch):
    monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", lambda _backend: [])
    with pytest.raises(Refused, match=r"No camera is connected\. Plug one in"):
        camera.cameras()


def test_cameras_are_listed_once_and_by_name(monkeypatch):
    found = cv2_enumerate_cameras.CameraInfo(2, "Logi C920", "/dev/video2", 0, 0, 200)
    monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", lambda _backend: [found])
    assert [each.name for each in camera.cameras()] == ["Logi C920"]


def test_a_camera_that_does_not_open_is_named():
    with pytest.raises(Refused, match="camera Ghost does not open"):
        Live(Camera("Ghost", 97, 0))
