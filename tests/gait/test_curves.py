"""The mean stride, peaks between frames, and midstance by its rules."""

from itertools import pairwise

import numpy as np
import pytest

from runclinic.gait import curves
from runclinic.gait.contacts import Event, Interval
from runclinic.gait.midstance import midstance

TIMES = np.arange(601) / 60


def strides(n=8, length=0.7, start=0.5):
    edges = [Event(0, start + length * k, "left", "initial_contact") for k in range(n + 1)]
    return [Interval(first, then) for first, then in pairwise(edges)]


def test_a_wave_comes_back_at_101_places():
    wave = np.sin(2 * np.pi * (TIMES - 0.5) / 0.7)
    contacts = [
        Interval(one.start, Event(0, one.start.time_s + 0.28, "left", "toe_off")) for one in strides()
    ]
    found = curves.ensemble(wave, TIMES, strides(), contacts)
    assert found.mean == pytest.approx(np.sin(2 * np.pi * np.linspace(0, 1, 101)), abs=0.01)
    assert found.sd.max() < 0.01
    assert (found.n, found.enough) == (8, True)
    assert found.toe_off_percent == pytest.approx(40)


def test_scatter_and_band():
    steps = np.floor((TIMES - 0.5) / 0.7 + 1e-9) % 2
    found = curves.ensemble(np.where(TIMES < 0.5, 0.0, steps), TIMES, strides())
    assert found.sd[50] == pytest.approx(np.std([0, 1] * 4, ddof=1))
    assert found.band(day=1.0)[50] == pytest.approx(1.96 * np.sqrt(found.sd[50] ** 2 / 8 + 1))


def test_strides_with_holes_or_much_made_up_are_left_out():
    wave = np.cos(TIMES)
    holed = wave.copy()
    holed[70] = np.nan
    assert curves.ensemble(holed, TIMES, strides()).n == 7
    filled = np.zeros(len(TIMES), dtype=bool)
    filled[120:126] = True  # 6 of about 44 frames
    assert curves.ensemble(wave, TIMES, strides(), filled=filled).n == 7
    assert not curves.ensemble(wave, TIMES, strides(4)).enough
    assert curves.ensemble(wave, TIMES, strides(1)) is None
    assert curves.ensemble(wave, TIMES, []) is None


def test_a_peak_between_frames():
    time, value = curves.peak(5 - 100 * (TIMES - 1.005) ** 2, TIMES, 0.8, 1.2)
    assert (time, value) == (pytest.approx(1.005), pytest.approx(5))
    assert curves.peak(TIMES, TIMES, 1.0, 1.2)[1] == pytest.approx(1.2)
    assert curves.peak(TIMES, TIMES, 1.0, 1.01) is None
    holed = np.where(TIMES[63] == TIMES, np.nan, TIMES)
    assert curves.peak(holed, TIMES, 1.0, 1.2) is None


def test_a_value_between_frames_and_beside_a_hole():
    assert curves.at(TIMES, TIMES, 1.2345) == pytest.approx(1.2345)
    assert np.isnan(curves.at(TIMES, TIMES, -1))


CONTACT = Interval(Event(60, 1.0, "left", "initial_contact"), Event(75, 1.25, "left", "toe_off"))
KNEE, HIPS = 40 - 500 * (TIMES - 1.1) ** 2, (TIMES - 1.15) ** 2


@pytest.mark.parametrize(
    "knee, hips, time, rule",
    [
        (KNEE, HIPS, 1.1, "deepest knee"),
        (None, HIPS, 1.15, "lowest hips"),
        (np.full(len(TIMES), np.nan), HIPS, 1.15, "lowest hips"),
        (None, None, 1.125, "middle of contact"),
    ],
)
def test_midstance(knee, hips, time, rule):
    assert midstance(CONTACT, TIMES, knee, hips) == (pytest.approx(time), rule)
