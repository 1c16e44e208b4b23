"""Angles of the side view: the worked example, the drawn runner's own angles, ±, flags and what is absent."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runclinic.bench import angles as bench
from runclinic.bench.drawn import FEET, RUNNERS, drawn
from runclinic.gait import LandmarkTrack, calibration, reference, segments, uncertainty
from runclinic.gait.analyse import analyse, analysis, rows
from runclinic.gait.angles import FINEST, BodyCurves, Precision, Reading, Value, metric_of, outliers
from runclinic.gait.contacts import Event, Interval, stepping
from runclinic.gait.filming import ClipFacts, Filming, belt_speed
from runclinic.gait.frame_of_reference import SideFrame
from runclinic.gait.hip_path import drift_ms
from runclinic.gait.side_angles import SIDE_IDS, ahead_of_hip, loading_delay_s, measure_side, strike_class
from runclinic.gait.side_view import SideView, frame_for, quantities

EXAMPLE = {
    "c7": (660, 210),
    "right_hip": (640, 470),
    "right_knee": (690, 640),
    "right_ankle": (700, 815),
    "right_heel": (680, 842),
    "right_foot_index": (778, 818),
}


def example(facing=1):
    xy = np.array(list(EXAMPLE.values()), dtype=float)
    if facing < 0:
        xy[:, 0] = 1280 - xy[:, 0]
    still = np.broadcast_to(xy, (12, *xy.shape)).copy()
    return LandmarkTrack(np.arange(12) / 60, tuple(EXAMPLE), still, np.ones(still.shape[:2]))


@pytest.mark.parametrize("facing", [1, -1])
def test_the_worked_example_and_its_mirror(facing):
    track, frame = example(facing), SideFrame(facing)
    known = quantities(track, "right", frame)
    found = {name: float(one.of(frame.body(track.points(one.points)))[0]) for name, one in known.items()}
    assert found["trunk"] == pytest.approx(4.399, abs=5e-4)
    assert -found["trailing"] == pytest.approx(16.390, abs=5e-4)
    assert found["shank"] == pytest.approx(3.270, abs=5e-4)
    assert found["knee"] == pytest.approx(13.119, abs=1e-3)
    assert found["foot"] == pytest.approx(13.761, abs=5e-4)
    hip, knee, ankle = (frame.body(track.point(f"right_{part}"))[0] for part in ("hip", "knee", "ankle"))
    assert found["knee"] == pytest.approx(180 - segments.included(hip, knee, ankle))


@pytest.mark.parametrize(
    "foot, mm, percent", [("right_heel", 96.000, 10.909), ("right_ankle", 144.000, 16.364)]
)
def test_overstride_of_the_worked_example(foot, mm, percent):
    track, frame = example(), SideFrame()
    share = ahead_of_hip(foot, ("right_hip",), 880 / 2.4)
    found = float(share.of(frame.body(track.points(share.points)))[0])
    assert found == pytest.approx(percent, abs=5e-4)
    assert calibration.Scale(2.4, 100).mm(found / 100 * 880 / 2.4) == pytest.approx(mm, abs=5e-4)


def test_a_knee_that_bends_backward_keeps_its_sign():
    hip, knee, ankle = np.array([0.0, 2.0]), np.array([-0.1, 1.0]), np.array([0.1, 0.0])
    assert segments.knee_flexion(hip, knee, ankle) < 0


@pytest.mark.parametrize("length, sd", [(150, 1.080)])
def test_the_jacobian_gives_the_closed_form(length, sd):
    points = np.array([[0.0, 0.0], [0.0, float(length)]])
    found = uncertainty.landmark_sd(lambda p: float(segments.lean(p[0], p[1])), points, [2, 2])
    assert found == pytest.approx(sd, abs=1e-3)


def test_the_jacobian_of_a_joint():
    theta = np.radians(140)
    points = np.array([[200 * np.cos(theta), 200 * np.sin(theta)], [0, 0], [180, 0.0]])
    found = uncertainty.landmark_sd(lambda p: float(segments.included(p[0], p[1], p[2])), points, [2, 2, 2])
    assert found == pytest.approx(1.423, abs=2e-3)


@pytest.mark.parametrize("fps", [60, 120, 240])
@pytest.mark.parametrize("seed, runner", list(enumerate(RUNNERS, 1)))
def test_exact_points_give_exact_angles(fps, seed, runner):
    run = drawn(runner, fps, seed=seed, seconds=5)
    off = bench.errors(run, bench.true_stepping(run))
    assert set(off) == {
        *("foot_ic", "tibia_ic", "knee_ic", "ankle_ic", "trunk_ic", "knee_peak", "knee_exc"),
        *("hip_ext", "ankle_ms", "trunk_ms"),
    }
    assert max(map(abs, off.values())) < 0.3


@pytest.fixture(scope="module")
def run():
    return drawn(RUNNERS[0], 120, noise_px=1, seconds=6)


def a_view(run, filming=None, track=None, **more):
    told = filming or Filming("side_right", height_m=1.76)
    points = track or run.track
    return SideView(points, frame_for(points, told), bench.true_stepping(run), told, **more)


def test_every_angle_of_the_side_view_with_its_facts(run):
    found = measure_side(a_view(run))
    assert [one.id for one in found.angles] == [name for name in reference.angles() if name in SIDE_IDS]
    assert {one.id for one in found.metrics} == {"vertical_oscillation"}
    assert found.midstance_rule == "deepest knee"
    for one in (*found.angles, *found.metrics):
        facts = reference.metric(one.id)
        assert one.unit == facts.unit
        assert one.both.plus_minus > 0
        assert one.asi is None
    assert found.get("trunk_mean").both.value == pytest.approx(6, abs=0.2)
    assert found.get("vertical_oscillation").both.value == pytest.approx(70, abs=3)
    assert found.get("knee_ic").left is None
    assert "the wrist" not in found.get("arm_swing").note
    assert all(row.both for row in rows((*found.angles, *found.metrics)))


def test_the_far_leg_only_on_request(run):
    found = measure_side(a_view(run, both_legs=True))
    knee = found.get("knee_ic")
    assert knee.left.value == pytest.approx(knee.right.value, abs=1.5)
    assert knee.difference.value == pytest.approx(knee.left.value - knee.right.value)
    assert "occluded side" in knee.flags
    assert knee.both.value == pytest.approx((knee.left.value + knee.right.value) / 2)


@given(st.floats(0.2, 8), st.floats(-500, 500))
@settings(max_examples=3)
def test_a_mirror_a_scale_and_a_shift_change_no_angle(run, scale, shift):
    other = replace(run.track, xy=run.track.xy * [-scale, scale] + [shift, -shift])
    told = Filming("side_right", mirrored=True, height_m=1.76)
    first, second = measure_side(a_view(run)), measure_side(a_view(run, told, other))
    for one in first.angles:
        again = second.get(one.id)
        assert again.both.value == pytest.approx(one.both.value, abs=1e-6)
        assert again.both.plus_minus == pytest.approx(one.both.plus_minus, rel=1e-3)


def test_the_plus_minus_is_the_steps_and_the_placing(run):
    rod = calibration.scale_of((0, 0), (420, 0), 1000, in_body_plane=True)
    found = measure_side(a_view(run, scale=rod)).get("tibia_ic").both
    expected = uncertainty.t_quantile(found.n - 1) * found.sd / found.n**0.5
    assert found.random == pytest.approx(expected)
    behind = measure_side(a_view(run, scale=rod)).get("hip_ext").both
    placed = uncertainty.segment_sd_deg(4.2, 0.42 * 420)  # both ends of the thigh a centimetre off
    assert behind.systematic_part / 1.96 == pytest.approx(placed, rel=0.02)
    exact = measure_side(a_view(run, place_px=0.0)).get("tibia_ic").both
    assert exact.systematic_part < found.systematic_part
    assert found.plus_minus == pytest.approx(np.hypot(found.random, found.systematic_part))
    tilted = measure_side(a_view(run, scale=rod, roll_sd_deg=0.5)).get("tibia_ic").both
    assert tilted.plus_minus == pytest.approx(found.plus_minus + 1.96 * 0.5, rel=0.05)
    joint = measure_side(a_view(run, roll_sd_deg=0.5)).get("knee_ic").both
    assert joint.plus_minus == pytest.approx(measure_side(a_view(run)).get("knee_ic").both.plus_minus)


def test_the_slope_of_the_belt_counts_for_the_foot_alone(run):
    uphill = measure_side(a_view(run, Filming("side_right", height_m=1.76, incline_percent=10)))
    level = measure_side(a_view(run))
    assert level.get("foot_ic").both.value - uphill.get("foot_ic").both.value == pytest.approx(
        5.711, abs=1e-3
    )
    assert level.get("tibia_ic").both.value == pytest.approx(uphill.get("tibia_ic").both.value)


def test_standing_values_and_strike(run):
    level = measure_side(a_view(run))
    stood = measure_side(a_view(run, standing={"foot": 2.0, "ankle": 1.0}))
    assert level.strike == {}
    assert stood.get("foot_ic").both.value == pytest.approx(level.get("foot_ic").both.value - 2)
    assert stood.get("ankle_ms").both.value == pytest.approx(level.get("ankle_ms").both.value - 1)
    assert "standing" in stood.get("foot_ic").note
    assert stood.strike in ({}, {"right": "rearfoot"})


@pytest.mark.parametrize(
    "angle, kind",
    [(8.1, "rearfoot"), (8.0, "midfoot"), (-1.6, "midfoot"), (-1.7, "forefoot"), (0, "midfoot")],
)
def test_strike_classes(angle, kind):
    assert strike_class(angle) == kind


@pytest.mark.parametrize("fps, delay", [(30, 1 / 30), (60, 1 / 60), (120, 0.02), (240, 0.02)])
def test_loading(fps, delay):
    assert loading_delay_s(fps) == pytest.approx(delay)


def values(numbers, side="right", frames=None, source="hand", **rates):
    made = []
    for k, number in enumerate(numbers):
        at = 40 * k if frames is None else frames[k]
        start = Event(at, at / 60, side, "initial_contact", source)
        end = Event(at + 15, (at + 15) / 60, side, "toe_off", source)
        made.append(Value(Interval(start, end), number, **rates))
    return tuple(made)


WANDERING = (0, 40, 81, 120, 162, 200, 241)


@pytest.mark.parametrize(
    "frames, source, moment, sd",
    [
        (None, "hand", "event", 300 / 60 / math.sqrt(12)),  # strides in step with the frames
        (WANDERING, "hand", "event", 0.0),
        (WANDERING, "pose", "event", 300 * 0.012),
        (None, "pose", "event", math.hypot(300 / 60 / math.sqrt(12), 300 * 0.012)),
        (None, "pose", "", 0.0),
        (None, "hand", "turning point", 300 * 0.1 / 60),
    ],
)
def test_what_the_moment_of_an_event_does_to_a_mean(frames, source, moment, sd):
    """Not averaged away: the frames' share of locked strides, and what an automatic method is off."""
    turning = values([10.0] * 7, frames=frames, source=source, per_s=300.0, before_per_s=300.0)
    metric = metric_of(Reading("foot_ic", turning, moment=moment), Precision(0, 0), 1 / 60)
    assert metric.both.systematic_part / 1.96 == pytest.approx(math.hypot(sd, FINEST))


def test_the_first_frame_after_a_fast_landing_is_said():
    slow, fast = (values([10.0] * 7, per_s=rate) for rate in (-60.0, -240.0))
    said = [
        metric_of(Reading("foot_ic", each, moment="event"), Precision(0, 0), 1 / 60) for each in (slow, fast)
    ]
    assert "first frame" not in said[0].note
    assert "there -2.0 deg since the moment itself" in said[1].note
    assert "low fps" in metric_of(Reading("foot_ic", slow, moment="event"), Precision(0, 0), 1 / 30).flags


def test_outliers_are_flagged_and_counted():
    numbers = [10, 10.5, 9.5, 10.2, 9.8, 10.1, 17]
    assert outliers(values(numbers)) == (240,)
    assert outliers(values([10, 10.1, 9.9, 10, 13.9])) == ()  # not more than 4 degrees
    metric = metric_of(Reading("knee_ic", values(numbers)), Precision(1, 1), 0.001)
    assert metric.both.value == pytest.approx(np.mean(numbers))
    assert "outlier" in metric.flags
    assert "240" in metric.note


@pytest.mark.parametrize("n, said", [(7, ""), (6, "few steps: 6 a side"), (2, "too few to compare")])
def test_few_steps(n, said):
    metric = metric_of(Reading("knee_ic", values(np.linspace(10, 11, n))), Precision(1, 1), 0.001)
    assert said in metric.note
    assert ("few steps" in metric.flags) == bool(said)


def test_one_or_two_steps_take_the_error_of_the_event():
    turning = tuple(replace(one, per_s=400.0) for one in values([10.0]))
    metric = metric_of(Reading("foot_ic", turning), Precision(0, 0), 1 / 60)
    assert metric.both.plus_minus == pytest.approx(1.96 * math.hypot(1.924, FINEST), abs=2e-3)
    assert metric_of(Reading("foot_ic", ()), Precision(0, 0), 0) is None


def test_what_is_missing_is_named(run):
    alone = drawn(RUNNERS[0], 120, names=FEET, seconds=4)
    found = measure_side(a_view(alone))
    assert [one.id for one in found.angles] == ["foot_ic"]
    said = " ".join(found.warnings)
    assert reference.angles()["knee_ic"].name in said
    assert reference.angles()["vertical_oscillation"].name in said
    nothing = replace(a_view(run), feet=stepping(()))
    assert measure_side(nothing).angles == ()
    assert any("no contact" in warning for warning in measure_side(nothing).warnings)
    assert found.midstance_rule == "middle of contact"


def test_a_gap_is_no_place_to_read(run):
    sure = run.track.confidence.copy()
    sure[200:320] = 0.0
    found = measure_side(a_view(run, track=replace(run.track, confidence=sure)))
    whole = measure_side(a_view(run))
    assert found.get("knee_ic").both.n < whole.get("knee_ic").both.n
    assert found.get("knee_ic").both.value == pytest.approx(whole.get("knee_ic").both.value, abs=1)


def test_oscillation_takes_the_best_scale(run):
    rod = calibration.scale_of((0, 0), (420, 0), 1000, in_body_plane=True)
    scaled = measure_side(a_view(run, scale=rod)).get("vertical_oscillation")
    assert scaled.both.value == pytest.approx(70, abs=2.5)
    assert "% of leg length" in scaled.note
    assert measure_side(a_view(run, Filming("side_right"))).get("vertical_oscillation") is None
    assert "mm" in measure_side(a_view(run, scale=rod)).get("overstride_hip").note


def drift_of(view):
    return drift_ms(view, BodyCurves(view.track, view.frame.body))


def test_drift_on_the_belt(run):
    rod = calibration.scale_of((0, 0), (420, 0), 1000, in_body_plane=True)
    assert drift_of(a_view(run, scale=rod)) == pytest.approx(0, abs=0.01)
    moving = run.track.xy + run.track.times_s[:, None, None] * [0.12 * 420, 0]
    view = a_view(run, track=replace(run.track, xy=moving), scale=rod)
    assert drift_of(view) == pytest.approx(0.12, abs=0.01)
    assert any("drifts forward by 0.12 m/s" in said for said in measure_side(view).warnings)
    assert measure_side(view).get("step_length") is None  # no belt speed


@pytest.mark.parametrize("drift", [0.12, -0.08, 0.02])
def test_step_length_without_the_drift(run, drift):
    """She moves at belt speed and her own: a length is that sum times the time, from a scale of any kind."""
    told = Filming("side_right", height_m=1.604, belt_speed=belt_speed("2.5 m/s"))  # 0.85 m of leg
    moving = replace(run.track, xy=run.track.xy + run.track.times_s[:, None, None] * [drift * 420, 0])
    view = a_view(run, told, moving)
    clip = ClipFacts(moving.times_s, 120)
    marks = [Event(one.frame, one.time_s, one.side, one.kind) for one in run.truth]
    found = measure_side(view)
    said = analyse(clip, told, marks, angles=found.angles, from_landmarks=found.metrics)["metrics"]
    speed = 2.5 + (drift if abs(drift) >= 0.05 else 0)
    for length, time in (("step_length", "step_time"), ("stride_length", "stride_time")):
        assert said[length]["value"] == pytest.approx(speed * said[time]["value"] / 1000, abs=0.01)
        assert ("taken out" in said[length]["note"]) == (abs(drift) >= 0.05)
        assert said[length]["unit"] == "m"


def test_all_of_it_joins_the_answer(run):
    told = Filming("side_right", height_m=1.76, belt_speed=belt_speed("9 km/h"))
    clip = ClipFacts(run.track.times_s, 120)
    marks = [Event(one.frame, one.time_s, one.side, one.kind) for one in run.truth]
    feet = analysis(clip, told, marks).feet
    found = measure_side(SideView(run.track, frame_for(run.track, told), feet, told))
    said = analyse(clip, told, marks, angles=found.angles, from_landmarks=found.metrics)
    assert set(said["angles"]) == set(SIDE_IDS)
    assert said["metrics"]["vertical_oscillation"]["unit"] == "mm"
    assert said["angles"]["knee_ic"]["right"]["n"] >= 7
    assert not any("body points" in warning for warning in said["warnings"])
