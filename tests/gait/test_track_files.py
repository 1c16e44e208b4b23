"""Body points to text and back: JSON, CSV, TRC; and what cannot be read, by line or field."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runclinic.bench.drawn import FEET, RUNNERS, drawn
from runclinic.gait import LandmarkTrack, find_contacts, track_files
from runclinic.refused import Refused


def a_track(seed=1, n=12):
    rng = np.random.default_rng(seed)
    xy = rng.normal(500, 200, (n, 3, 2))
    xy[3, 1] = np.nan
    names = ("left_heel", "left_foot_index", "nose")
    sure = np.round(rng.random((n, 3)), 3)
    sure[3, 1] = 0.0
    return LandmarkTrack(np.round(np.cumsum(rng.uniform(0.01, 0.03, n)), 6), names, xy, sure)


@pytest.mark.parametrize("to_text", [track_files.to_json, track_files.to_csv])
@given(st.integers(0, 1000))
@settings(max_examples=10)
def test_there_and_back(to_text, seed):
    track = a_track(seed)
    back = track_files.read(to_text(track))
    assert back.names == track.names
    assert back.times_s == pytest.approx(track.times_s, abs=1e-6)
    assert np.allclose(back.xy, track.xy, atol=1e-4, equal_nan=True)
    assert np.allclose(back.confidence, track.confidence, atol=1e-3)


def test_json_says_where_the_points_come_from():
    said = json.loads(track_files.to_json(a_track(), {"model": "heavy", "sha256": "59e4"}))
    assert (said["version"], said["about"]["model"]) == (1, "heavy")
    assert said["xy"][3][1] is None


def test_trc_there_and_back():
    track = a_track()
    back = track_files.read(track_files.to_trc(track))
    assert back.names == track.names
    assert np.allclose(back.xy, track.xy, atol=1e-5, equal_nan=True)
    assert back.times_s == pytest.approx(track.times_s - track.times_s[0], abs=1e-5)
    assert back.confidence[3, 1] == 0


SPORTS2D = (
    "PathFileType\t4\t(X/Y/Z)\tdemo.trc\n"
    "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n"
    "60\t60\t2\t2\t{unit}\t60\t1\t2\n"
    "Frame#\tTime\tRHeel\t\t\tRBigToe\t\t\n"
    "\t\tX1\tY1\tZ1\tX2\tY2\tZ2\n"
    "\n"
    "1\t0.5\t1.0\t0.5\t0\t1.2\t0.25\t0\t\n"
    "2\t0.516667\t1.1\t0.5\t0\tnan\t\t0\t\n"
)


@pytest.mark.parametrize("unit, factor", [("m", 1), ("mm", 0.001)])
def test_trc_of_sports2d(unit, factor):
    track = track_files.read(SPORTS2D.format(unit=unit))
    assert track.feet == ("right",)
    assert track.times_s == pytest.approx([0, 0.016667])
    assert track.xy[0] == pytest.approx(np.array([[1.0, -0.5], [1.2, -0.25]]) * factor)
    assert np.isnan(track.point("right_foot_index")[1]).all()


def test_a_table_of_markers():
    text = (
        "time_s,heel_lateral_m,heel_forward_m,heel_up_m,toe_forward_m,toe_up_m\n0,9,1,2,3,4\n0.005,9,1,2,,4\n"
    )
    track = track_files.read(text)
    assert track.names == ("heel", "toe")
    assert track.xy[0].tolist() == [[1, 2], [3, 4]]
    assert track.confidence.tolist() == [[1, 1], [1, 0]]


def test_contacts_are_the_same_after_any_of_them():
    track = drawn(RUNNERS[0], 60, names=FEET, seconds=3).track
    frames = [(one.frame, one.kind) for one in find_contacts(track)]
    for text in (track_files.to_json(track), track_files.to_csv(track), track_files.to_trc(track)):
        assert [(one.frame, one.kind) for one in find_contacts(track_files.read(text))] == frames


GOOD = {"names": ["a"], "times_s": [0, 1], "xy": [[[1, 2]], [[3, 4]]]}


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "neither JSON, CSV nor TRC"),
        ("hello", "neither JSON, CSV nor TRC"),
        ("{", "not JSON"),
        (json.dumps({**GOOD, "names": 3}), "not written as lists"),
        (json.dumps({key: value for key, value in GOOD.items() if key != "xy"}), "have no xy"),
        (json.dumps({**GOOD, "xy": [[[1, 2]], [[3, 4], [5, 6]]]}), "2 points"),
        (json.dumps({**GOOD, "xy": [[[1, 2]], [[3]]]}), "1 numbers"),
        (json.dumps({**GOOD, "times_s": [0, "x"]}), "times_s: “x”"),
        (json.dumps({**GOOD, "times_s": [1, 0]}), "do not run forward"),
        ("time_s,a\n0,1\n", "no two columns"),
        ("time_s,a_x,a_y\n", "no frames"),
        ("time_s,a_x,a_y\n0,1\n", "Line 2 has 2 cells"),
        ("time_s,a_x,a_y\n0,1,b\n", "Line 2: “b”"),
        ("PathFileType\t4\n", "no frames"),
        (SPORTS2D.format(unit="m") + "3\t1\t2\n", "Line 9 has 3 cells"),
    ],
)
def test_what_cannot_be_read_is_refused(text, said):
    with pytest.raises(Refused, match=said):
        track_files.read(text)
