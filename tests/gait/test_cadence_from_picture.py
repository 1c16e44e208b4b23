"""Step rate from the bounce of the body in the picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.gait.cadence_from_picture import cadence_from_bounce, refined_lag
from runclinic.refused import Refused


def bounce(cadence, fps=30.0, seconds=12.0, noise=0.0, limp=0.0, phase=0.3):
    times = np.arange(int(seconds * fps)) / fps
    turns = 2 * np.pi * cadence / 60 * times + phase
    wave = 20 * np.cos(turns) + limp * np.cos(turns / 2) + 3 * np.cos(2 * turns)
    wave += 0.8 * times + noise * np.random.default_rng(7).normal(size=times.size)
    return wave, times


def test_the_top_of_the_parabola():
    assert refined_lag(0.61, 0.74, 0.66, 20) == pytest.approx(20.119, abs=5e-4)
    assert refined_lag(0.5, 0.5, 0.5, 20) == 20


@given(st.floats(140, 200), st.sampled_from([30.0, 60.0, 120.0]), st.floats(0, 6))
def test_the_step_rate_is_found_within_its_error(cadence, fps, phase):
    found = cadence_from_bounce(*bounce(cadence, fps, noise=1.0, phase=phase))
    assert found.cadence.value == pytest.approx(cadence, rel=0.02)
    assert abs(found.cadence.value - cadence) < max(found.cadence.plus_minus, 0.01 * cadence)
    assert found.other_reading is None
    assert found.strength > 0.8
    assert found.cadence.plus_minus > 0


def test_a_limp_shows_both_readings():
    found = cadence_from_bounce(*bounce(172, limp=9))
    assert found.cadence.value == pytest.approx(172, rel=0.03)
    assert found.other_reading == pytest.approx(found.cadence.value / 2)


def test_no_bounce_no_answer():
    times = np.arange(360) / 30
    assert cadence_from_bounce(np.random.default_rng(3).normal(size=360), times) is None
    assert cadence_from_bounce(np.zeros(360), times) is None


def test_too_short_a_clip_gives_no_answer():
    assert cadence_from_bounce(*bounce(172, seconds=1.0)) is None


def test_uneven_frames_are_read_by_their_own_times():
    wave, times = bounce(168, fps=60)
    keep = np.random.default_rng(5).random(times.size) > 0.15
    found = cadence_from_bounce(wave[keep], times[keep])
    assert found.cadence.value == pytest.approx(168, rel=0.01)


def test_times_that_do_not_fit_are_refused():
    with pytest.raises(Refused):
        cadence_from_bounce(np.zeros(20), np.arange(19) / 30)
