"""Roll, facing, up, mirror and belt slope; the calibrations."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.bench.drawn import FEET, RUNNERS, drawn
from runclinic.gait import LandmarkTrack, calibration
from runclinic.gait import frame_of_reference as frames
from runclinic.refused import Refused


def test_roll_of_the_worked_example():
    roll = frames.roll_rad((400, 100), (412, 900))
    assert math.degrees(roll) == pytest.approx(0.859, abs=5e-4)
    assert frames.turned(np.array([12.0, 800.0]), roll) == pytest.approx([0, 800.090], abs=5e-4)


@given(st.floats(-0.3, 0.3), st.tuples(st.floats(-500, 500), st.floats(-500, 500)))
def test_a_turned_plumb_line_is_upright(roll, centre):
    plumb = frames.turned(np.array([[100.0, 50.0], [100.0, 750.0]]), -roll, centre)
    seen = frames.roll_rad(tuple(plumb[0]), tuple(plumb[1]))
    assert seen == pytest.approx(roll, abs=1e-9)
    up = frames.turned(plumb, seen, centre)
    assert up[0, 0] == pytest.approx(up[1, 0], abs=1e-6)


def test_a_plumb_line_that_lies_is_refused():
    with pytest.raises(Refused, match="upright"):
        frames.roll_rad((0, 0), (100, 20))


def test_the_belt_runs_along_its_own_slope():
    frame = frames.SideFrame(incline_deg=math.degrees(math.atan(0.1)))
    uphill = frame.belt(np.array([[0.0, 0.0], [100.0, -10.0]]))
    assert uphill[1, 1] == pytest.approx(uphill[0, 1])
    assert uphill[1, 0] > 100
    with pytest.raises(Refused, match="face 0"):
        frames.SideFrame(0)


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("facing", [1, -1])
@pytest.mark.parametrize("names", [FEET, ("left_heel", "left_foot_index")])
def test_facing_and_up_are_seen(runner, facing, names):
    run = drawn(runner, 60, noise_px=3, names=names, facing=facing, seconds=4)
    assert frames.facing_seen(run.track) == facing
    assert frames.upward(run.track) == -1
    metres = run.track.xy * [1, -1] / 420
    assert frames.upward(LandmarkTrack(run.track.times_s, names, metres, run.track.confidence)) == 1
    frames.check_facing(run.track, facing)
    with pytest.raises(Refused, match="mirrored"):
        frames.check_facing(run.track, -facing)


def test_feet_that_go_the_wrong_way_are_refused():
    run = drawn(RUNNERS[0], 60, noise_px=3, seconds=4)
    frames.check_direction(run.track, frames.SideFrame())
    backwards = LandmarkTrack(
        run.track.times_s, run.track.names, run.track.xy[::-1].copy(), run.track.confidence
    )
    with pytest.raises(Refused, match="backwards"):
        frames.check_direction(backwards, frames.SideFrame())


@pytest.mark.parametrize(
    "side, view, mirrored, inward",
    [
        ("left", "rear", False, 1),
        ("right", "rear", False, -1),
        ("left", "front", False, -1),
        ("left", "rear", True, -1),
    ],
)
def test_medial(side, view, mirrored, inward):
    assert frames.medial(side, view=view, mirrored=mirrored) == inward


# ---- calibration ----


def test_the_rod_of_the_worked_example():
    scale = calibration.scale_of((100, 500), (520, 500), 1000, in_body_plane=True)
    assert scale.mm_per_px == pytest.approx(2.381, abs=5e-4)
    assert scale.mm(36) == pytest.approx(85.714, abs=5e-4)
    assert scale.sd_mm(36, 2) == pytest.approx(6.748, abs=5e-4)


def test_a_scale_is_carried_to_the_body():
    near = calibration.scale_of((0, 0), (400, 0), 1000, plane_m=4.0, body_m=4.45)
    plain = calibration.scale_of((0, 0), (400, 0), 1000)
    assert near.mm(10) == pytest.approx(plain.mm(10) * 4.45 / 4)
    assert (near.depth_share, plain.depth_share) == (0, 0.025)
    assert "nearer to the camera" in plain.note
    for wrong in ({"length_mm": 0}, {"length_mm": 1000, "plane_m": 0, "body_m": 4}):
        with pytest.raises(Refused):
            calibration.scale_of((0, 0), (400, 0), **wrong)


def test_the_leg_as_a_scale():
    track = drawn(RUNNERS[0], 60, seconds=2).track
    length = calibration.leg_px(track, "right")
    assert length == pytest.approx(420 * (0.42 + 0.43 + 0.085), rel=1e-6)
    scale = calibration.scale_of_leg(track, "right", leg_m=0.935, height_m=None)
    assert scale.mm_per_px == pytest.approx(1000 / 420, rel=1e-6)
    assert calibration.scale_of_leg(track, "right", leg_m=None, height_m=None) is None
    assert "0.53" in calibration.scale_of_leg(track, "right", leg_m=None, height_m=1.7).note
    assert calibration.leg_px(drawn(RUNNERS[0], 60, names=FEET, seconds=2).track, "right") is None
