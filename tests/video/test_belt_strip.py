"""Contacts in the picture just above the belt, on the drawn film, without any network."""

import numpy as np
import pytest

from runclinic.demo.drawing import BELT_DOWN
from runclinic.gait.contacts import KINDS
from runclinic.gait.picture_contacts import contacts_of_area, in_turn
from runclinic.refused import Refused
from runclinic.video import Clip
from runclinic.video.belt_strip import carried
from tests.make import a_clip

SIZE = (640, 360)
ALONG = ((30.0, SIZE[1] * BELT_DOWN), (610.0, SIZE[1] * BELT_DOWN))


def walked(work):
    told = []
    while True:
        try:
            told.append(next(work))
        except StopIteration as end:
            assert told == sorted(told)
            assert told[-1] == 1.0
            return end.value


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return a_clip(tmp_path_factory.mktemp("strip"), fps=60, seconds=4.0, size=SIZE, stamped=False)


@pytest.fixture(scope="module")
def strip(drawn):
    with Clip.open(drawn.path) as clip:
        return walked(carried(clip, ALONG, 1))


def test_the_belt_goes_as_fast_as_drawn(drawn, strip):
    per_m = SIZE[1] / 2.42
    assert strip.belt_px == pytest.approx(drawn.shot.runner.belt_ms * per_m / 60, rel=0.05)
    assert len(strip.area_px) == len(drawn.shot.times_s)


@pytest.mark.parametrize("kind, most", [(KINDS[0], 1), (KINDS[1], 3)])
def test_contacts_are_those_of_the_runner(drawn, strip, kind, most):
    found = contacts_of_area(strip.area_px, drawn.shot.times_s, "left")
    first = next(one for one in found if one.kind == KINDS[0])
    foot = min(drawn.shot.events(), key=lambda one: abs(one.frame - first.frame)).side
    events, said = in_turn(found, drawn.shot.times_s, 60 / 170, first_foot=foot, near="right")
    assert said == ""
    true = [one for one in drawn.shot.events() if one.kind == kind and first.frame < one.frame < 225]
    for one in true:
        near = [e.frame - one.frame for e in events if (e.kind, e.side) == (kind, one.side)]
        assert min(map(abs, near)) <= most, (one, near)
    assert len([e for e in events if e.kind == kind]) - len(true) in {0, 1, 2}


def test_a_belt_that_goes_the_other_way_carries_nothing_in_that_rhythm(drawn):
    """The swinging feet alone go forward."""
    with Clip.open(drawn.path) as clip:
        other = walked(carried(clip, ALONG, -1))
    with pytest.raises(Refused):
        in_turn(
            contacts_of_area(other.area_px, drawn.shot.times_s, "left"),
            drawn.shot.times_s,
            60 / 170,
            first_foot="left",
            near="right",
        )


@pytest.mark.parametrize(
    "line, words",
    [
        (((10.0, 300.0), (20.0, 300.0)), "no line along a belt"),
        (((10.0, 30.0), (100.0, 300.0)), "no line along a belt"),
        (((10.0, -90.0), (600.0, -90.0)), "outside the picture"),
        (((30.0, 60.0), (610.0, 60.0)), "moves with the belt"),
    ],
)
def test_a_line_that_is_no_belt_is_refused(drawn, line, words):
    with Clip.open(drawn.path) as clip, pytest.raises(Refused, match=words):
        walked(carried(clip, line, 1))


def test_one_foot_alone_is_called_the_near_one():
    times = np.arange(600) / 60
    area = np.zeros(600)
    for start in range(20, 560, 42):
        area[start : start + 16] = 100.0
    area[20 + 21 : 20 + 27] = 60.0  # something of the far foot, once
    found = contacts_of_area(area, times, "left")
    events, said = in_turn(found, times, 21 / 60, first_foot="left", near="right")
    assert {event.side for event in events} == {"right"}
    assert "Only the contacts of the right foot" in said
    landings = [event.frame for event in events if event.kind == KINDS[0]]
    assert set(np.diff(landings)) == {42}
    with pytest.raises(Refused, match="rhythm"):
        in_turn(found, times, 0.55, first_foot="left", near="right")
