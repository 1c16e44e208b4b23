"""The bounce of a body without a network: on the drawn film, and where nobody moves."""

import numpy as np
import pytest

from runclinic.gait.cadence_from_picture import cadence_from_bounce
from runclinic.gait.picture_contacts import camera_moved
from runclinic.refused import Refused
from runclinic.video import Clip
from runclinic.video.bounce import bounce
from tests.make import a_clip


def seen(path):
    told = []
    with Clip.open(path) as clip:
        work = bounce(clip)
        while True:
            try:
                told.append(next(work))
            except StopIteration as end:
                assert told == sorted(told)
                assert told[-1] == pytest.approx(1)
                return end.value


@pytest.mark.parametrize("fps, size", [(30, (320, 180)), (60, (640, 480))])
def test_the_step_rate_of_the_drawn_film(tmp_path, fps, size):
    drawn = a_clip(tmp_path, fps=fps, seconds=5.0, size=size, stamped=False)
    found = seen(drawn.path)
    assert len(found.times_s) == len(found.sinking) == 5 * fps - 1
    cadence = cadence_from_bounce(found.sinking, found.times_s).cadence
    assert cadence.value == pytest.approx(170, abs=2)
    assert camera_moved(found.shifts_px) == ""


def test_a_fast_film_is_read_at_about_fifty_frames_a_second(tmp_path):
    drawn = a_clip(tmp_path, fps=120, seconds=3.0, size=(320, 180), stamped=False)
    assert len(seen(drawn.path).times_s) == 3 * 60 - 1


def test_a_still_picture_is_refused(tmp_path):
    drawn = a_clip(tmp_path, fps=30, seconds=1.0, size=(320, 180), stamped=False)

    class Still:
        """One frame again and again."""

        def __init__(self, clip):
            self._clip = clip
            self.frame_count, self.nominal_fps, self.size = 20, 30.0, clip.size
            self.times_s = np.arange(20) / 30
            self.frames = self

        def at(self, k):
            return self._clip.frame(0)

        def converter(self):
            return self._clip.converter()

    with Clip.open(drawn.path) as clip, pytest.raises(Refused, match="Nothing moves"):
        for _ in bounce(Still(clip)):
            pass
