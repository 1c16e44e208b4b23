"""Body points to a file and back, and from the tables of other programs."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runclinic.gait import LandmarkTrack
from runclinic.refused import Refused
from runclinic.video import landmark_files as files

NAMES = ("left_heel", "left_foot_index", "nose")


def a_track(frames=5, names=NAMES):
    chance = np.random.default_rng(3)
    xy = chance.uniform(0, 1000, (frames, len(names), 2)).round(2)
    xy[1, 0] = np.nan
    sure = chance.random((frames, len(names))).round(3)
    sure[1, 0] = 0.0
    return LandmarkTrack(np.arange(frames) / 120, names, xy, sure)


@pytest.mark.parametrize("name", ["points.json", "points.csv", "POINTS.CSV"])
def test_what_was_written_is_read_back(tmp_path, name):
    track = a_track()
    files.write(tmp_path / name, track)
    again = files.read(tmp_path / name)
    assert again.names == track.names
    assert np.allclose(again.times_s, track.times_s, atol=1e-6)
    assert np.allclose(again.xy, track.xy, equal_nan=True)
    assert np.allclose(again.confidence, track.confidence)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@settings(max_examples=30, deadline=None)
@given(
    points=st.lists(
        st.tuples(st.floats(-1e4, 1e4) | st.just(float("nan")), st.floats(-1e4, 1e4)), min_size=3, max_size=3
    )
)
def test_any_points_come_back_to_a_hundredth_of_a_pixel(points):
    xy = np.array([points, points], dtype=float)
    xy[np.isnan(xy).any(axis=2)] = np.nan
    track = LandmarkTrack(np.array([0.0, 0.5]), NAMES, xy, np.ones((2, 3)))
    for written in (files.from_json(files.as_json(track)), files.from_csv(files.as_csv(track))):
        assert np.allclose(written.xy, track.xy, atol=0.00501, equal_nan=True)


def test_the_networks_are_named_in_the_file(tmp_path):
    files.write(tmp_path / "p.json", a_track(), made_by={"model": "BlazePose heavy"})
    assert json.loads((tmp_path / "p.json").read_text())["made_by"] == {"model": "BlazePose heavy"}


TRC = """PathFileType\t4\t(X/Y/Z)\tdemo.trc
DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames
100\t100\t3\t2\t{units}\t100\t1\t3
Frame#\tTime\tRHeel\t\t\tRBigToe\t\t\t
\t\tX1\tY1\tZ1\tX2\tY2\tZ2
1\t2.00\t{a}\t0.10\t0.0\t0.50\t0.12\t0.0
2\t2.01\t\t\t\t0.49\t0.12\t0.0

3\t2.02\t0.28\t0.10\t0.0\t0.48\t0.12\t0.0
"""


@pytest.mark.parametrize(("units", "scale"), [("m", 1.0), ("mm", 0.001), ("px", 1.0)])
def test_a_trc_table_is_read(units, scale):
    track = files.from_trc(TRC.format(units=units, a="0.30"))
    assert track.names == ("RHeel", "RBigToe")
    assert track.feet == ("right",)
    assert track.times_s == pytest.approx([0.0, 0.01, 0.02])
    assert track.xy[0, 0] == pytest.approx((0.30 * scale, 0.10 * scale))
    assert np.isnan(track.xy[1, 0]).all()
    assert track.xy[2, 1] == pytest.approx((0.48 * scale, 0.12 * scale))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("p.txt", "", "no known kind"),
        ("p.json", "{", "no body points as JSON"),
        ("p.json", '{"times_s": [0], "names": ["nose"]}', "xy"),
        ("p.json", '{"times_s": [0], "names": ["a", "b"], "xy": [[[1, 2]]]}', "1 points, but 2 are named"),
        ("p.json", '{"times_s": [], "names": [], "xy": []}', "no body points in this file"),
        ("p.csv", "time_s,nose_x\n0,1\n", "no column nose_y"),
        ("p.csv", "a,b\n0,1\n", "no column time_s"),
        ("p.csv", "time_s,nose_x,nose_y\n0,1,oh\n", "Line 2: “oh” is not a number"),
        ("p.csv", "time_s,nose_x,nose_y\n", "no body points in this file"),
        ("p.trc", "nothing", "no TRC file"),
        ("p.trc", TRC.format(units="m", a="oh"), "Line 6 of the TRC file: “oh” is not a number"),
    ],
)
def test_a_file_that_holds_no_points_is_refused_in_words(tmp_path, name, text, said):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=said):
        files.read(tmp_path / name)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be read"):
        files.read(tmp_path / "none.json")


def test_trc_is_read_back_and_stands_upright_in_other_programs(tmp_path):
    track = a_track()
    files.write(tmp_path / "p.trc", track)
    again = files.read(tmp_path / "p.trc")
    assert again.names == track.names
    assert np.allclose(again.times_s, track.times_s, atol=1e-6)
    assert np.allclose(again.xy, track.xy, equal_nan=True)
    lines = (tmp_path / "p.trc").read_text().splitlines()
    facts = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=True))
    assert facts["Units"] == "px"
    assert (facts["DataRate"], facts["NumFrames"], facts["NumMarkers"]) == ("120", "5", "3")
    assert lines[3].split("\t")[2::3] == list(NAMES)
    assert lines[4].split("\t")[2:5] == ["X1", "Y1", "Z1"]
    cells = lines[5].split("\t")
    assert len(cells) == 2 + 3 * len(NAMES)
    assert [float(each) for each in cells[2:5]] == pytest.approx([*(track.xy[0, 0] * (1, -1)), 0])
    assert lines[6].split("\t")[2:5] == ["", "", ""]


def test_trc_in_metres_by_a_known_length_or_as_it_came():
    track = a_track()
    by_length = files.from_trc(files.as_trc(track, metres_a_pixel=0.002))
    assert by_length.in_metres
    assert np.allclose(by_length.xy, track.xy * (0.002, -0.002), atol=1e-5, equal_nan=True)
    again = files.from_trc(files.as_trc(by_length))
    assert np.allclose(again.xy, by_length.xy, atol=1e-5, equal_nan=True)


def test_trc_of_one_frame_or_none_that_was_found_is_read_back():
    one = LandmarkTrack(np.zeros(1), NAMES, np.full((1, 3, 2), np.nan), np.zeros((1, 3)))
    assert np.isnan(files.from_trc(files.as_trc(one)).xy).all()


@pytest.mark.parametrize("name", ["p.mot", "p"])
def test_other_kinds_are_not_written(tmp_path, name):
    with pytest.raises(Refused, match="cannot be written"):
        files.write(tmp_path / name, a_track())


def test_a_folder_that_is_not_there_is_refused_and_nothing_is_left(tmp_path):
    with pytest.raises(Refused, match="cannot be written"):
        files.write(tmp_path / "none" / "p.csv", a_track())
    assert list(tmp_path.iterdir()) == []
