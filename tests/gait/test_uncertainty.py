"""Errors of frames, marks, landmarks and camera, against the worked examples."""

import math

import numpy as np
import pytest
from scipy import stats

from runclinic.gait import uncertainty as u
from runclinic.refused import Refused

HALF_UNIT = 5e-4  # three printed decimals


@pytest.mark.parametrize(
    "fps, frame, event, interval, ninety_five, exact",
    [
        (30, 33.333, 9.623, 13.608, 26.672, 25.880),
        (60, 16.667, 4.811, 6.804, 13.336, 12.940),
        (120, 8.333, 2.406, 3.402, 6.668, 6.470),
        (240, 4.167, 1.203, 1.701, 3.334, 3.235),
    ],
)
def test_frame_quantisation(fps, frame, event, interval, ninety_five, exact):
    frame_ms = 1000 / fps
    assert frame_ms == pytest.approx(frame, abs=HALF_UNIT)
    assert u.event_sd(frame_ms) == pytest.approx(event, abs=HALF_UNIT)
    assert u.interval_sd(frame_ms) == pytest.approx(interval, abs=HALF_UNIT)
    assert u.NORMAL_95 * u.interval_sd(frame_ms) == pytest.approx(ninety_five, abs=HALF_UNIT)
    assert u.exact_half_width(frame_ms) == pytest.approx(exact, abs=HALF_UNIT)


@pytest.mark.parametrize(
    "n, t",
    [
        (3, 4.303),
        (4, 3.182),
        (5, 2.776),
        (6, 2.571),
        (7, 2.447),
        (8, 2.365),
        (9, 2.306),
        (10, 2.262),
        (12, 2.201),
        (15, 2.145),
        (20, 2.093),
        (30, 2.045),
    ],
)
def test_students_t(n, t):
    assert u.t_quantile(n - 1) == pytest.approx(t, abs=HALF_UNIT)


@pytest.mark.parametrize("df", [1, 2, 3, 4, 5, 11, 50, 201, 1000])
def test_students_t_agrees_with_scipy(df):
    assert u.t_quantile(df) == pytest.approx(float(stats.t.ppf(0.975, df)), abs=HALF_UNIT)


def test_one_value_has_no_students_t():
    with pytest.raises(Refused):
        u.t_quantile(0)


def test_one_contact_by_the_default_rater():
    frame_ms = 1000 / 60
    assert math.sqrt(2) * u.marked_event_sd(frame_ms) == pytest.approx(13.608, abs=HALF_UNIT)
    assert u.mean_error([250.0], frame_ms, averages=False).u95 == pytest.approx(26.672, abs=HALF_UNIT)
    assert u.mean_error([250.0], frame_ms, averages=False, rater=0.0).u95 == pytest.approx(
        13.336, abs=HALF_UNIT
    )


def test_two_values_without_averaging_are_no_surer_than_one_interval():
    error = u.mean_error([250.0, 251.0], 1000 / 60, averages=False, rater=0.0)
    assert error.u95 == pytest.approx(13.336, abs=HALF_UNIT)


def test_scatter_beyond_the_frames_is_never_hidden_by_the_dither_rule():
    wild = [200.0, 250.0, 300.0, 260.0]
    assert (
        u.mean_error(wild, 1000 / 60, averages=False).u95
        == u.mean_error(wild, 1000 / 60, averages=True).u95
        > 60
    )


@pytest.mark.parametrize(
    "strides_frames, allowed",
    [
        ([41, 41, 41], False),
        ([41, 42, 41, 42], True),
        ([41, 41, 42, 41, 41, 41, 41], False),
        ([41], False),
        ([], False),
    ],
)
def test_the_dither_rule(strides_frames, allowed):
    assert u.averaging_allowed([frames / 60 for frames in strides_frames], 1 / 60) is allowed


def test_a_locked_chain_below_sixty_frames_is_held_to_a_whole_frame():
    assert u.chain_u95(1 / 30, 10, averages=False) == pytest.approx(1 / 300)
    assert u.chain_u95(1 / 30, 10, averages=True) == pytest.approx(1.96 / math.sqrt(6) / 300)
    assert u.chain_u95(1 / 60, 10, averages=False) == pytest.approx(1.96 / math.sqrt(6) / 600)
    assert u.chain_u95(1 / 30, 10, runs=2, averages=False) == pytest.approx(2 / 300)
    wide = u.chain_u95(1 / 120, 10, averages=True, rater_s=0.5 / 120)
    assert wide == pytest.approx(1.96 * math.sqrt(1 / 6 + 0.5) / 1200)


@pytest.mark.parametrize("sigma, length, degrees", [(2, 150, 1.080)])
def test_a_segment(sigma, length, degrees):
    assert u.segment_sd_deg(sigma, length) == pytest.approx(degrees, abs=HALF_UNIT)


def test_a_joint():
    assert u.joint_sd_deg(2, 200, 180, 140) == pytest.approx(1.423, abs=HALF_UNIT)
    assert u.lines_sd_deg(2, 200, 180, 140) == u.joint_sd_deg(2, 200, 180, 140)
    assert u.lines_sd_deg(2, 150, 150) == pytest.approx(math.sqrt(2) * u.segment_sd_deg(2, 150))


def _lean(points):
    (u0, v0), (u1, v1) = points
    return math.degrees(math.atan2(u1 - u0, v0 - v1))


def _included(points):
    first, second = points[0] - points[1], points[2] - points[1]
    cosine = float(first @ second) / (np.linalg.norm(first) * np.linalg.norm(second))
    return math.degrees(math.acos(cosine))


def test_moving_the_points_agrees_with_the_closed_forms():
    segment = np.array([[0.0, 0.0], [30.0, -math.sqrt(150**2 - 30**2)]])
    assert u.landmark_sd(_lean, segment, (2, 2)) == pytest.approx(1.080, abs=HALF_UNIT)
    angle = math.radians(140)
    joint = np.array([[200.0, 0.0], [0.0, 0.0], [180 * math.cos(angle), 180 * math.sin(angle)]])
    assert u.landmark_sd(_included, joint, (2, 2, 2)) == pytest.approx(1.423, abs=HALF_UNIT)


def test_a_calibrated_distance():
    scale = u.scale_mm_per_px(1000, 420)
    assert scale == pytest.approx(2.381, abs=HALF_UNIT)
    assert 36 * scale == pytest.approx(85.714, abs=HALF_UNIT)
    assert u.distance_sd_mm(36, 2, scale, 420, 1.5) == pytest.approx(6.748, abs=HALF_UNIT)
    with pytest.raises(Refused):
        u.scale_mm_per_px(1000, 0)


def test_an_event_error_on_a_turning_foot():
    assert u.moving_angle_sd_deg(400, 0.004811) == pytest.approx(1.924, abs=HALF_UNIT)


def test_the_error_of_a_mean_angle_keeps_what_all_steps_share():
    angles = [10.0, 12.0, 11.0, 13.0]
    random = 3.182 * float(np.std(angles, ddof=1)) / 2
    assert u.angle_u95_deg(angles, 1.0, 9.9) == pytest.approx(math.hypot(random, 1.96), abs=1e-3)
    assert u.angle_u95_deg([10.0], 0.0, 2.0) == pytest.approx(3.92)


def test_depth():
    assert u.read_at_wrong_depth(80, 4.45, 4.00) == pytest.approx(71.910, abs=HALF_UNIT)
    assert u.corrected_for_depth(71.910112, 4.45, 4.00) == pytest.approx(80.000, abs=HALF_UNIT)


@pytest.mark.parametrize("true, yaw, seen", [(20, 15, 19.370), (40, 10, 39.569), (10, 20, 9.408)])
def test_yaw(true, yaw, seen):
    assert u.seen_with_yaw_deg(true, yaw) == pytest.approx(seen, abs=HALF_UNIT)
