"""The runner from behind: her angles are those asked for, both sides alike, and a network finds her."""

import numpy as np
import pytest

from runclinic.demo import behind
from runclinic.demo.behind import POINTS, Behind, body, true_angles
from runclinic.demo.clips import Shot
from runclinic.demo.runner import RUNNERS, SIDES
from runclinic.video import pose_network
from runclinic.video.pose_body import BlazePose, Picture
from runclinic.video.pose_tracking import VERSION


def at_midstance(who, side):
    points = body(who, np.array([who.midstance_of(side)]))[0]
    return {name: points[k] for k, name in enumerate(POINTS)}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("runner", RUNNERS)
def test_the_angles_asked_for_are_those_of_the_points(runner, side):
    who = Behind(runner, drop_deg=5, thigh_deg=8, trunk_deg=2, eversion_deg=7, base_m=0.04)
    at, other = at_midstance(who, side), "right" if side == "left" else "left"
    inward = 1 if side == "left" else -1
    pelvis, thigh = at[f"{other}_psis"] - at[f"{side}_psis"], at[f"{side}_knee"] - at[f"{side}_hip"]
    trunk = at["c7"] - (at["left_psis"] + at["right_psis"]) / 2
    assert np.degrees(np.arctan2(-pelvis[1], abs(pelvis[0]))) == pytest.approx(5)
    assert np.degrees(np.arctan2(inward * thigh[0], -thigh[1])) == pytest.approx(8)
    assert np.degrees(np.arctan2(-inward * trunk[0], trunk[1])) == pytest.approx(2)
    assert at["right_hc_bot"][0] - at["left_hc_bot"][0] == pytest.approx(0.04, abs=0.013)
    assert true_angles(who, side)["evers"] == pytest.approx(7, abs=1e-4)


def test_her_hips_are_lowest_in_midstance():
    who = Behind()
    times = np.linspace(0, who.runner.stride_s, 2000, endpoint=False)
    points = body(who, times)
    height = points[:, [POINTS.index("left_hip"), POINTS.index("right_hip")], 1].mean(axis=1)
    lowest = times[np.argmin(height)] % who.runner.step_s
    assert lowest == pytest.approx(who.midstance_of("left"), abs=1e-3)


def test_one_side_is_the_mirror_of_the_other():
    who = Behind()
    times = np.linspace(0, who.runner.stride_s, 60)
    left, right = body(who, times), body(who, times + who.runner.step_s)
    for name in ("psis", "hip", "knee", "ankle", "hc_top", "sh_top", "elbow", "wrist"):
        one, two = left[:, POINTS.index(f"left_{name}")], right[:, POINTS.index(f"right_{name}")]
        assert np.allclose(one * [-1, 1], two, atol=1e-9)


def test_a_shot_from_behind_knows_its_points_and_events():
    shot = Shot(from_behind=Behind(RUNNERS[2]), duration_s=1.0, size=(320, 360), stamped=False)
    assert shot.names == behind.POINTS
    assert shot.points().shape == (60, len(behind.POINTS), 2)
    step = np.diff([one.time_s for one in shot.events() if one.kind == "initial_contact"])
    assert np.allclose(step, 60 / 160)
    pictures = list(shot.pictures())
    assert len(pictures) == 60
    heel = shot.point("left_hc_bot")
    assert all(0 <= u < 320 and 0 <= v < 360 for u, v in heel)
    assert np.abs(pictures[0].astype(int) - pictures[10]).max() > 50


@pytest.mark.slow
def test_a_network_finds_hips_and_heels_of_the_picture():
    """Drawn well enough: within a tenth of her leg in the usual frame, left on her left."""
    shot = Shot(from_behind=Behind(), capture_fps=10, duration_s=1.0, size=(720, 720), stamped=False)
    finder = BlazePose(pose_network.weights("full", version=VERSION))
    true = shot.points()
    leg = 0.85 * shot.camera.px_per_m
    away = []
    for k, pixels in enumerate(shot.pictures()):
        picture = Picture.whole(pixels)
        people = finder.people(picture)
        assert people
        found = finder.points(picture, people[0].region).points[:, :2]
        for side in SIDES:
            for part in ("hip", "heel", "shoulder"):
                name = f"{side}_{part}"
                at = true[k, behind.POINTS.index(name)]
                away.append(np.hypot(*(found[pose_network.POINTS.index(name)] - at)) / leg)
    assert np.median(away) < 0.1
