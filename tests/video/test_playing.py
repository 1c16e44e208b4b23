"""Which frame is due: true time at every speed, even or uneven, in a loop, by shuttle, under the mouse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.video.playing import (
    SPEEDS,
    Loop,
    Playing,
    at,
    dragged,
    jump,
    lasts_s,
    loop_of,
    shuttled,
    under,
)

EVEN = np.arange(120) / 60
UNEVEN = np.array([0.0, 0.015, 0.052, 0.066, 0.120, 0.200])
times = st.lists(st.floats(0.001, 0.1), min_size=1, max_size=60).map(lambda gaps: np.cumsum([0.0, *gaps]))


@pytest.mark.parametrize(
    "clip_s, frame", [(-1, 0), (0, 0), (0.0149, 0), (0.015, 1), (0.06, 2), (0.119, 3), (0.2, 5), (9, 5)]
)
def test_the_frame_on_the_screen_is_the_last_that_is_not_later(clip_s, frame):
    assert at(UNEVEN, clip_s) == frame


@given(times)
def test_every_frame_is_on_the_screen_at_its_own_time(times_s):
    assert [at(times_s, float(t)) for t in times_s] == list(range(len(times_s)))


@pytest.mark.parametrize("speed", SPEEDS)
def test_each_speed_takes_its_true_time(speed):
    play = Playing(0.5, speed)
    for elapsed in (0.0, 0.1, 0.4, 1.0):
        assert play.frame(EVEN, elapsed) == at(EVEN, 0.5 + speed * elapsed)


def test_a_slow_screen_leaves_frames_out_and_is_never_late():
    play = Playing(0.0, 1.0)
    shown = [play.frame(EVEN, refresh / 20) for refresh in range(20)]
    assert shown == [refresh * 3 for refresh in range(20)]


def test_it_stops_at_the_last_frame_and_backward_at_the_first():
    assert Playing(1.9).frame(EVEN, 5.0) == 119
    assert Playing(1.9).ended(EVEN, 5.0)
    assert not Playing(1.9).ended(EVEN, 0.05)
    back = Playing(0.5, -0.5)
    assert back.frame(EVEN, 0.5) == at(EVEN, 0.25)
    assert back.frame(EVEN, 3.0) == 0
    assert back.ended(EVEN, 3.0)


def test_a_loop_shows_both_its_ends_and_each_frame_as_long_as_the_others():
    play = Playing(float(EVEN[30]), 1.0, Loop(30, 33))
    shown = [play.frame(EVEN, (step + 0.5) / 60) for step in range(9)]
    assert shown == [30, 31, 32, 33, 30, 31, 32, 33, 30]
    assert not play.ended(EVEN, 100.0)


@given(times, st.data())
def test_a_loop_never_leaves_its_range(times_s, data):
    loop = loop_of(data.draw(st.integers(-5, 70)), data.draw(st.integers(-5, 70)), len(times_s))
    speed = data.draw(st.sampled_from([-1.0, -0.1, 0.1, 0.5, 1.0]))
    play = Playing(float(times_s[loop.first]), speed, loop)
    for elapsed in data.draw(st.lists(st.floats(0, 20), max_size=8)):
        assert loop.first <= play.frame(times_s, elapsed) <= loop.last


def test_a_loop_of_one_frame_stands_still():
    assert Playing(0.0, 1.0, Loop(7, 7)).frame(EVEN, 3.0) == 7
    assert Playing(0.0).frame(np.zeros(1), 3.0) == 0


@given(st.floats(0, 1.5), st.floats(0, 2), st.sampled_from([-1.0, 0.1, 0.25, 1.0]))
def test_another_speed_changes_nothing_at_once(from_s, elapsed, speed):
    play = Playing(from_s, 0.5)
    changed = play.at_speed(EVEN, elapsed, speed)
    assert changed.clip_s(EVEN, 0.0) == pytest.approx(play.clip_s(EVEN, elapsed))


@pytest.mark.parametrize("start, frames, end", [(5, 10, 15), (5, -10, 0), (115, 10, 119), (0, 0, 0)])
def test_a_jump_is_held_at_the_ends(start, frames, end):
    assert jump(start, frames, 120) == end


@pytest.mark.parametrize(
    "share, frame", [(-0.1, 0), (0.0, 0), (0.5, 60), (0.999, 119), (1.0, 119), (2.0, 119)]
)
def test_the_frame_under_the_mouse(share, frame):
    assert under(EVEN, share) == frame


def test_on_an_uneven_clip_the_mouse_follows_time_and_not_numbers():
    whole = 0.2 + lasts_s(UNEVEN, 5)
    assert under(UNEVEN, 0.100 / whole) == 3


@pytest.mark.parametrize(
    "speed, direction, then",
    [
        (0.0, 1, 0.1),
        (0.1, 1, 0.25),
        (1.0, 1, 1.0),
        (0.1, -1, 0.0),
        (0.0, -1, -0.1),
        (-1.0, -1, -1.0),
        (0.3, 1, 0.5),
    ],
)
def test_the_shuttle_goes_pedal_by_pedal(speed, direction, then):
    assert shuttled(speed, direction) == then


@given(st.floats(-1.5, 1.5))
def test_a_dragged_shuttle_is_even_in_both_directions_and_within_its_speeds(share):
    speed = dragged(share)
    assert dragged(-share) == -speed
    assert speed == 0.0 or (0.1 - 1e-9 <= abs(speed) <= 1.0 + 1e-9 and (speed > 0) == (share > 0))
    assert abs(dragged(share * 1.1)) >= abs(speed) - 1e-12
