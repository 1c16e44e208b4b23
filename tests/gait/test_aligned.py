"""Two films on one clock: met by true time whatever their rates, stepped by frames of the finer one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.gait.aligned import Aligned, nearest

SLOW = np.arange(90) / 30
FAST = np.arange(480) / 240


def test_at_the_contact_both_show_it_and_a_step_on_is_one_of_the_finer_film():
    both = Aligned((SLOW, FAST), (1.0, 0.5))
    assert (both.frame(0, 0.0), both.frame(1, 0.0)) == (30, 120)
    assert both.finer == 1
    at = both.stepped(0.0, 1)
    assert at == pytest.approx(1 / 240)
    assert (both.frame(0, at), both.frame(1, at)) == (30, 121)
    at = both.stepped(at, 7)
    assert (both.frame(0, at), both.frame(1, at)) == (31, 128)


@pytest.mark.parametrize(
    ("at", "frames", "then"),
    [
        (0.0, -200, (15, 0)),  # the fast film begins 0.5 s before
        (1.5, 1, (75 + 1, 479)),  # it is over: the other one goes on
        (-1.0, -1, (0, 0)),
    ],
)
def test_where_one_film_ends_the_other_goes_on(at, frames, then):
    both = Aligned((SLOW, FAST), (1.0, 0.5))
    moved = both.stepped(at, frames)
    assert (both.frame(0, moved), both.frame(1, moved)) == then


def test_two_frames_put_upon_one_another():
    both = Aligned((SLOW, FAST), (0.0, 0.0)).put_upon((45, 60))
    assert both.origins_s == (1.5, 0.25)
    assert (both.frame(0, 0.0), both.frame(1, 0.0)) == (45, 60)


@given(
    st.sampled_from([(30, 240), (59.94, 120), (240, 30), (60, 60)]),
    st.integers(0, 50),
    st.integers(0, 50),
    st.integers(1, 40),
)
def test_steps_on_and_back_end_where_they_began(rates, first, second, steps):
    times = tuple(np.arange(200) / rate for rate in rates)
    both = Aligned(times, (float(times[0][first + 60]), float(times[1][second + 60])))
    at = 0.0
    for _ in range(steps):
        at = both.stepped(at, 1)
    for _ in range(steps):
        at = both.stepped(at, -1)
    assert at == pytest.approx(0.0, abs=1e-9)
    assert [both.frame(film, at) for film in (0, 1)] == [first + 60, second + 60]


def test_of_two_equally_near_frames_the_earlier_one_is_shown():
    assert nearest(np.asarray([0.0, 1.0, 2.0]), 0.5) == 0
    assert nearest(np.asarray([0.0, 1.0, 2.0]), 9.0) == 2
    assert nearest(np.asarray([0.0, 1.0, 2.0]), -9.0) == 0
