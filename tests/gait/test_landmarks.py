"""Body points: names of other programs, what counts as found, and what cannot be."""

import numpy as np
import pytest

from runclinic.demo.runner import POINTS
from runclinic.gait import LandmarkTrack
from runclinic.gait.landmarks import canonical
from runclinic.refused import Refused


@pytest.mark.parametrize(
    "given, one",
    [
        ("left_foot_index", "left_foot_index"),
        ("RBigToe", "right_foot_index"),
        ("toe_right", "right_foot_index"),
        ("LHeel", "left_heel"),
        ("l_heel", "left_heel"),
        ("R_Hip", "right_hip"),
        ("PSIS_L", "left_psis"),
        ("HC_top_R", "right_hc_top"),
        ("C7", "c7"),
        ("Neck", "neck"),
        ("heel", "heel"),
        ("toe", "foot_index"),
        ("left_big_toe", "left_foot_index"),
        ("LHEEL", "left_heel"),
        ("RTOE", "right_foot_index"),
        ("L.Heel", "left_heel"),
        ("left heel", "left_heel"),
        ("Left Big Toe", "left_foot_index"),
        ("heel_l", "left_heel"),
        ("heelR", "right_heel"),
        ("leftHeel", "left_heel"),
        ("HeelLeft", "left_heel"),
        ("Runner03:LHEE", "left_heel"),
        ("RANK", "right_ankle"),
        ("LKNE", "left_knee"),
        ("LASI", "left_asis"),
        ("r_calcn", "right_heel"),
        ("RCAL", "right_heel"),
        ("hallux_r", "right_foot_index"),
        ("LeftToeBase", "left_foot_index"),
        ("LFE", "knee"),
        ("LSmallToe", "left_small_toe"),
        ("left_index", "left_index"),
    ],
)
def test_names(given, one):
    assert canonical(given) == one


def a_track(**other):
    xy = np.arange(40, dtype=float).reshape(10, 2, 2)
    parts = {
        "times_s": np.arange(10) / 60,
        "names": ("LHeel", "LBigToe"),
        "xy": xy,
        "confidence": np.ones((10, 2)),
    }
    return LandmarkTrack(**{**parts, **other})


def test_a_point_by_any_name_and_its_holes():
    sure = np.ones((10, 2))
    sure[3, 1] = 0.29
    xy = np.arange(40, dtype=float).reshape(10, 2, 2)
    xy[5, 1, 0] = np.nan
    track = a_track(confidence=sure, xy=xy)
    toe = track.point("left_foot_index")
    assert list(np.flatnonzero(np.isnan(toe[:, 0]))) == [3, 5]
    assert np.isfinite(track.point("left_toe", least=0.0)[3]).all()
    assert track.feet == ("left",)
    assert (len(track), track.fps) == (10, pytest.approx(60))
    assert not track.has("left_heel", "right_heel")


@pytest.mark.parametrize(
    "other, said",
    [
        ({"times_s": np.arange(9) / 60}, "do not fit"),
        ({"confidence": np.ones((10, 3))}, "do not fit"),
        ({"times_s": np.zeros(10)}, "do not run forward"),
        ({"names": ("a", "a")}, "a is there twice"),
    ],
)
def test_what_cannot_be_is_refused(other, said):
    with pytest.raises(Refused, match=said):
        a_track(**other)


def test_an_unknown_point_is_refused_by_name():
    with pytest.raises(Refused, match="right_knee"):
        a_track().point("right_knee")


def test_every_point_of_the_network_keeps_its_name():
    assert [canonical(name) for name in POINTS if not name.startswith("mouth")] == [
        name for name in POINTS if not name.startswith("mouth")
    ]
