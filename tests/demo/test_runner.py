"""The runner of formulas: what GAIT.md I says of her holds at every moment."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.demo.runner import (
    FOOT_M,
    POINTS,
    RUNNERS,
    SHANK_M,
    SIDES,
    THIGH_M,
    Runner,
    ankle,
    body,
    events,
    foot,
    hip,
    knee,
    smooth,
)

MOMENTS = np.linspace(0.0, 3.0, 3001)
each_runner = pytest.mark.parametrize("runner", RUNNERS)
each_side = pytest.mark.parametrize("side", SIDES)


def standing(runner, side):
    since = (MOMENTS - runner.landing_of(side)) % runner.stride_s
    return since < runner.contact_of(side)


@each_runner
@each_side
def test_the_shoe_touches_the_belt_in_contact_and_only_then(runner, side):
    heel, toe, _ = foot(runner, side, MOMENTS)
    lowest = np.minimum(heel[:, 1], toe[:, 1])
    on_belt = standing(runner, side)
    assert np.abs(lowest[on_belt]).max() < 1e-9
    assert lowest[~on_belt].min() > -1e-12
    assert (lowest[~on_belt] > 1e-4).mean() > 0.95


@each_runner
@each_side
def test_what_touches_the_belt_moves_with_it(runner, side):
    heel, toe, angle = foot(runner, side, MOMENTS)
    on_belt = standing(runner, side)
    within = on_belt[1:] & on_belt[:-1]
    touching = np.where((heel[:, 1] < 1e-12)[:, None], heel, toe)
    same_point = (heel[1:, 1] < 1e-12) == (heel[:-1, 1] < 1e-12)
    speed = np.diff(touching[:, 0]) / np.diff(MOMENTS)
    assert speed[within & same_point] == pytest.approx(-runner.belt_ms, abs=1e-6)
    assert np.hypot(*(toe - heel).T) == pytest.approx(FOOT_M)
    assert np.degrees(angle).max() < 60


@each_runner
@each_side
def test_nothing_jumps(runner, side):
    heel, toe, _ = foot(runner, side, MOMENTS)
    for point in (heel, toe):
        assert np.abs(np.diff(point, axis=0)).max() < 12.0 * (MOMENTS[1] - MOMENTS[0])


@each_runner
def test_she_lands_on_the_part_of_the_foot_that_she_should(runner):
    heel, toe, angle = foot(runner, "left", np.array([0.0]))
    assert np.degrees(angle[0]) == pytest.approx(runner.foot_deg)
    if runner.foot_deg > 0:
        assert heel[0].tolist() == pytest.approx([runner.landing_x_m, 0.0])
        assert toe[0, 1] > 0
    if runner.foot_deg < 0:
        assert toe[0, 1] == pytest.approx(0.0)
        assert heel[0, 1] > 0


@each_runner
@each_side
def test_the_leg_keeps_its_lengths_and_bends_forward(runner, side):
    heel, _, angle = foot(runner, side, MOMENTS)
    hip_m, ankle_m = hip(runner, MOMENTS), ankle(heel, angle)
    knee_m = knee(hip_m, ankle_m)
    thigh, shank = knee_m - hip_m, ankle_m - knee_m
    assert np.hypot(*thigh.T) == pytest.approx(THIGH_M, abs=1e-6)
    assert np.hypot(*shank.T) == pytest.approx(SHANK_M, abs=1e-6)
    assert (thigh[:, 0] * shank[:, 1] - thigh[:, 1] * shank[:, 0]).max() <= 1e-9


@pytest.mark.parametrize("runner, cadence, contact", [(r, r.cadence_spm, r.contact_s) for r in RUNNERS])
def test_the_events_carry_cadence_and_contact(runner, cadence, contact):
    found = events(runner, np.arange(960) / 120, start_s=0.137)
    landings = [event.time_s for event in found if event.kind == "initial_contact"]
    assert 60 / np.diff(landings) == pytest.approx(cadence)
    for side in SIDES:
        own = [event for event in found if event.side == side]
        assert [event.kind for event in own[1:]] != [event.kind for event in own[:-1]]
        for first, second in itertools.pairwise(own):
            if first.kind == "initial_contact":
                assert second.time_s - first.time_s == pytest.approx(contact)


def test_a_foot_may_differ_from_the_other():
    runner = replace(RUNNERS[0], right_contact_s=0.24)
    found = events(runner, np.arange(400) / 100)
    for side, contact in (("left", 0.26), ("right", 0.24)):
        own = [event for event in found if event.side == side]
        pairs = itertools.pairwise(own)
        lasted = [b.time_s - a.time_s for a, b in pairs if a.kind == "initial_contact"]
        assert lasted == pytest.approx([contact] * len(lasted))


@given(
    st.floats(150, 190),
    st.floats(0.2, 0.29),
    st.floats(0.0, 2.0),
    st.lists(st.floats(0.002, 0.05), min_size=2, max_size=80),
)
def test_an_events_frame_is_the_first_that_is_not_before_it(cadence, contact, start, intervals):
    times = np.cumsum([0.0, *intervals])
    found = events(Runner(cadence_spm=cadence, contact_s=contact), times, start)
    assert list(found) == sorted(found, key=lambda event: event.time_s)
    for event in found:
        assert times[event.frame] >= event.time_s - 1e-9
        assert event.frame == 0 or times[event.frame - 1] < event.time_s


@given(st.integers(0, 3), st.floats(0.0, 3.0))
def test_the_frame_of_a_landing_is_the_first_with_the_foot_on_the_belt(which, start):
    runner = RUNNERS[which]
    times = np.arange(240) / 120
    for event in events(runner, times, start):
        heel, toe, _ = foot(runner, event.side, times[event.frame - 1 : event.frame + 1] + start)
        height = np.minimum(heel[:, 1], toe[:, 1])
        on_belt = height < 1e-9
        clear = (
            event.frame and event.time_s - times[event.frame - 1] > 1e-3 < times[event.frame] - event.time_s
        )
        if clear:
            landed = event.kind == "initial_contact"
            assert on_belt.tolist() == [not landed, landed]


def test_all_points_of_blazepose_are_there_and_stand_upright():
    assert len(POINTS) == len(set(POINTS)) == 33
    at = dict(zip(POINTS, body(RUNNERS[0], MOMENTS).mean(axis=0), strict=True))
    heights = [
        at[name][1] for name in ("nose", "left_shoulder", "left_hip", "left_knee", "left_ankle", "left_heel")
    ]
    assert heights == sorted(heights, reverse=True)
    assert at["nose"][0] > at["left_ear"][0] > at["left_hip"][0]


def test_each_arm_swings_with_the_other_leg():
    points = body(RUNNERS[0], MOMENTS)
    wrist = points[:, POINTS.index("right_wrist"), 0]
    same, other = (points[:, POINTS.index(f"{side}_knee"), 0] for side in ("right", "left"))
    assert np.corrcoef(wrist, other)[0, 1] > 0.6
    assert np.corrcoef(wrist, same)[0, 1] < -0.6


def test_smooth_starts_and_ends_at_rest():
    z = np.linspace(-0.5, 1.5, 2001)
    path = smooth(z)
    assert (path[0], path[-1]) == (0.0, 1.0)
    assert np.all(np.diff(path) >= 0)
    assert smooth(np.array([0.5]))[0] == pytest.approx(0.5)
    assert np.gradient(path, z)[np.argmin(np.abs(z))] == pytest.approx(0.0, abs=1e-4)
