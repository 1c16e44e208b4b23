"""The low-pass to its printed figures; gaps, spikes, even time and exchanged legs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import CubicSpline
from scipy.signal import lfilter

from runclinic.gait import filtering
from runclinic.refused import Refused


@pytest.mark.parametrize(
    "cutoff, fs, k, b0, b1, a1, a2",
    [
        (6, 60, 0.405014, 0.094447, 0.188893, -0.962641, 0.340428),
        (10, 120, 0.334000, 0.070431, 0.140862, -1.121841, 0.403566),
        (8, 240, 0.131013, 0.014275, 0.028549, -1.634729, 0.691827),
    ],
)
def test_coefficients(cutoff, fs, k, b0, b1, a1, a2):
    found = filtering.coefficients(cutoff, fs)
    assert (found.k, found.b0, found.b1, found.a1, found.a2) == pytest.approx((k, b0, b1, a1, a2), abs=5e-7)


def test_the_printed_row():
    row = np.array([0, 1, 4, 9, 16, 25, 16, 9, 4, 1, 0.0])
    wanted = "-0.0055 3.2539 7.0809 11.3505 14.9726 16.4266 14.9721 11.3480 7.0738 3.2403 -0.0235"
    assert " ".join(f"{value:.4f}" for value in filtering.low_pass(row, 6, 60)) == wanted


def test_a_constant_and_a_ramp_come_back():
    assert np.abs(filtering.low_pass(np.full(50, 3.3), 6, 60) - 3.3).max() < 1e-12
    ramp = 2 * np.arange(200) / 60 + 1
    assert np.abs(filtering.low_pass(ramp, 6, 60) - ramp).max() < 1e-8


@pytest.mark.parametrize("cutoff, fs", [(6, 60), (10, 120), (8, 240), (12, 60)])
def test_a_sine_at_the_cut_off_comes_back_at_0_7071_without_lag(cutoff, fs):
    times = np.arange(40 * fs) / fs
    sine = np.sin(2 * np.pi * cutoff * times)
    middle = slice(10 * fs, 30 * fs)
    found = filtering.low_pass(sine, cutoff, fs)[middle]
    assert np.allclose(found, sine[middle] * np.sqrt(0.5), atol=1e-4)


def test_one_pass_is_scipys():
    found = filtering.coefficients(8, 240)
    noise = np.random.default_rng(1).normal(size=300)
    noise[:1] = 0.0  # both begin at rest
    b, a = (found.b0, found.b1, found.b0), (1, found.a1, found.a2)
    assert np.allclose(filtering._one_way(noise[:, None], found)[:, 0], lfilter(b, a, noise))


@given(st.floats(-50, 50), st.floats(0.1, 20), st.integers(20, 120))
def test_it_is_linear(shift, gain, n):
    curve = np.random.default_rng(n).normal(size=n)
    low = filtering.low_pass(curve, 6, 60)
    assert np.allclose(filtering.low_pass(gain * curve + shift, 6, 60), gain * low + shift, atol=1e-8)


def test_a_cut_off_the_rate_cannot_carry_is_refused():
    with pytest.raises(Refused, match="40 Hz"):
        filtering.low_pass(np.zeros(50), 40, 60)


@pytest.mark.parametrize("fs, hz", [(30, 5), (60, 10), (120, 15), (240, 15), (50, 50 / 6)])
def test_the_cut_off_for_feet(fs, hz):
    assert filtering.foot_hz(fs) == pytest.approx(hz)
    assert filtering.allowed_hz(8, 30) == 6


def test_the_spline_is_scipys():
    rng = np.random.default_rng(3)
    at, values = np.sort(rng.random(40)), rng.normal(size=(40, 2, 2))
    wanted = np.linspace(at[0], at[-1], 200)
    natural = CubicSpline(at, values, bc_type="natural")(wanted)
    assert np.allclose(filtering.cubic_spline(at, values, wanted), natural)
    assert np.allclose(filtering.cubic_spline(at[:2], values[:2], at[:2]), values[:2])


def test_even_times_stay_the_same_and_uneven_ones_become_even():
    even = np.arange(100) / 60
    assert filtering.even_times(even) is even
    dropped = np.delete(even, [20, 21, 50])
    made = filtering.even_times(dropped)
    assert np.allclose(np.diff(made), 1 / 60)
    assert made[-1] <= even[-1] + 1e-9


def curve_with_gap(fps, start, frames):
    times = np.arange(2 * fps) / fps
    curve = np.stack([np.sin(5 * times), np.cos(5 * times)], axis=1)
    holed = curve.copy()
    holed[start : start + frames] = np.nan
    return times, curve, holed


@pytest.mark.parametrize(
    "frames, lost, within", [(2, 0, 1e-4), (6, 0, 1e-3), (9, 0, 0.05), (12, 0, 0.05), (13, 13, 1)]
)
def test_gaps_by_their_length(frames, lost, within):
    times, curve, holed = curve_with_gap(120, 100, frames)
    filled = filtering.fill(times, holed)
    assert int(filled.filled.sum()) == frames
    assert int(filled.lost.sum()) == lost
    assert np.abs(filled.curve - curve).max() < within
    assert np.all(np.isfinite(filled.curve))


def test_the_ends_are_lost_and_an_empty_curve_is_refused():
    times, _, holed = curve_with_gap(60, 0, 3)
    filled = filtering.fill(times, holed)
    assert list(np.flatnonzero(filled.lost)) == [0, 1, 2]
    with pytest.raises(Refused, match="fewer than two"):
        filtering.fill(times, np.full_like(holed, np.nan))


def test_spikes_go_and_fast_motion_stays():
    times = np.arange(240) / 60
    curve = np.stack([200 * np.sin(2 * np.pi * 1.5 * times), 40 * np.cos(6 * np.pi * times)], axis=1)
    assert np.all(np.isfinite(filtering.without_spikes(curve)))
    spiked = curve.copy()
    spiked[[50, 120]] += 300
    cleaned = filtering.without_spikes(spiked)
    assert list(np.flatnonzero(np.isnan(cleaned[:, 0]))) == [50, 120]


def test_exchanged_legs_are_found_for_as_long_as_they_are():
    times = np.arange(200) / 60
    left = np.stack(
        [np.stack([100 * np.sin(9 * times), 10 * k + 0 * times], axis=1) for k in range(3)], axis=1
    )
    right = np.stack(
        [np.stack([-100 * np.sin(9 * times), 10 * k + 0 * times], axis=1) for k in range(3)], axis=1
    )
    assert not filtering.exchanged(left, right).any()
    swapped = (left.copy(), right.copy())
    swapped[0][60:75], swapped[1][60:75] = right[60:75], left[60:75]
    assert list(np.flatnonzero(filtering.exchanged(*swapped))) == list(range(60, 75))
