"""Points that a network guessed: their ± holds its own error, the foot is read against its flat place."""

from dataclasses import replace

import numpy as np
import pytest

from runclinic.bench.angles import exact, true_stepping
from runclinic.bench.drawn import RUNNERS, drawn
from runclinic.gait import guessed_points, reference
from runclinic.gait.contacts import stepping
from runclinic.gait.filming import Filming
from runclinic.gait.rear_angles import RearView, measure_rear
from runclinic.gait.side_angles import measure_side
from runclinic.gait.side_view import SideView, frame_for

TOLD = Filming("side_right", height_m=1.76)
HEEL_UP_PX, KNEE_BACK_PX = 25.0, 12.0


@pytest.fixture(scope="module")
def run():
    return drawn(RUNNERS[0], 60, noise_px=1, seconds=6)


def as_guessed(run):
    """The same points as a network shows them: heel above the sole, knee off, contacts read from pose."""
    xy = run.track.xy.copy()
    names = run.track.names
    foot = xy[:, names.index("right_foot_index")] - xy[:, names.index("right_heel")]
    up = np.stack([foot[:, 1], -foot[:, 0]], axis=1) / np.hypot(*foot.T)[:, None]
    xy[:, names.index("right_heel")] += HEEL_UP_PX * up
    xy[:, names.index("right_knee"), 0] -= KNEE_BACK_PX
    feet = stepping(replace(event, source="pose") for event in true_stepping(run).events)
    return replace(run.track, xy=xy), feet


def side(track, feet, **more):
    return measure_side(SideView(track, frame_for(track, TOLD), feet, TOLD, **more))


def test_the_foot_is_read_against_its_flat_place(run):
    track, feet = as_guessed(run)
    true = exact(run, true_stepping(run))
    found = side(track, feet).get("foot_ic")
    assert found.both.value == pytest.approx(true["foot_ic"], abs=1)
    assert guessed_points.ZERO in found.note
    stood = side(track, feet, standing={"foot": 0.0}).get("foot_ic")
    assert (
        abs(stood.both.value - true["foot_ic"]) > 10
    )  # without it the heel's place would be the foot's angle
    assert "standing" in stood.note


def test_the_plus_minus_holds_what_all_steps_share(run):
    track, feet = as_guessed(run)
    found, true = side(track, feet), exact(run, true_stepping(run))
    for name in ("foot_ic", "tibia_ic", "knee_ic", "knee_peak", "ankle_ms", "hip_ext", "trunk_ms"):
        one = found.get(name).both
        assert abs(one.value - true[name]) <= one.plus_minus
        assert one.plus_minus >= 1.96 * reference.metric(name).guessed_sd
        assert one.mean_sd < one.plus_minus / 4  # two films alike still compare by their steps
    by_hand = side(run.track, true_stepping(run))
    assert by_hand.get("knee_peak").both.plus_minus < found.get("knee_peak").both.plus_minus / 2


def test_it_is_said_once_and_only_of_guessed_points(run):
    track, feet = as_guessed(run)
    said = [text for text in side(track, feet).warnings if "network" in text]
    assert len(said) == 1
    assert "knee flexion in stance ±15 deg" in said[0]
    assert not any("network" in text for text in side(run.track, true_stepping(run)).warnings)


def test_marks_by_hand_over_points_whose_feet_change_length_are_guessed_too(run):
    feet, frame = true_stepping(run), frame_for(run.track, TOLD)
    assert not guessed_points.guessed(run.track, frame, feet)
    xy = run.track.xy.copy()
    toes = run.track.names.index("right_foot_index")
    xy[:, toes, 0] += 40 * np.sin(np.arange(len(xy)))
    assert guessed_points.guessed(replace(run.track, xy=xy), frame, feet)


def test_midstance_is_the_usual_one(run):
    """One step in which the knee was lost to the far leg moves no other angle."""
    track, feet = as_guessed(run)
    xy = track.xy.copy()
    landing = feet.contacts[6].start.frame
    knee = track.names.index("right_knee")
    xy[landing + 1 : landing + 4, knee, 0] += 60
    clean, hurt = side(track, feet), side(replace(track, xy=xy), feet)
    assert hurt.get("trunk_ms").both.value == pytest.approx(clean.get("trunk_ms").both.value, abs=0.1)


def test_too_few_flat_frames_leave_the_foot_to_the_belt(run):
    line, times = np.full(100, 3.0), np.arange(100) / 60
    assert guessed_points.flat_foot_deg(line, times, stepping(()), "left") is None
    assert guessed_points.flat_foot_deg(line, run.track.times_s[:100], true_stepping(run), "right") == 3.0


def test_from_behind_hips_alone_are_a_networks(run):
    names = ("left_hip", "right_hip", "left_knee", "right_knee", "left_shoulder", "right_shoulder")
    places = [run.track.names.index(name) for name in names]
    xy = run.track.xy[:, places] + np.array([-40.0, 0.0]) * np.array([[1], [-1]] * 3)
    track = type(run.track)(run.track.times_s, names, xy, run.track.confidence[:, places])
    found = measure_rear(RearView(track, true_stepping(run), Filming("rear")))
    assert found.get("cpd").both.plus_minus >= 1.96 * reference.metric("cpd").guessed_sd
    assert any("network" in text for text in found.warnings)


def test_every_angle_knows_how_wrong_a_network_may_be():
    """Eversion alone has none: no network knows the heel counter."""
    assert {name for name, facts in reference.angles().items() if not facts.guessed_sd} == {"evers"}
