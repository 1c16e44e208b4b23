"""Body points that a hand put right, from entries, and what they do to a track."""

import numpy as np

from runclinic.gait import LandmarkTrack
from runclinic.visit.points_by_hand import PointByHand, point_key, recorded


def test_what_was_recorded_is_read_in_order_and_of_one_film_alone():
    points = [PointByHand(12, "left_knee", 3.5, 4.25), PointByHand(3, "right_hip", 1.0, 2.0)]
    entries = {point_key("f1", each.frame, each.name): each.value for each in points}
    entries[point_key("f2", 1, "nose")] = {"x": 1, "y": 1}
    assert recorded(entries, "f1") == (points[1], points[0])


def test_what_cannot_be_a_point_is_passed_over():
    start = point_key("f", 1, "nose").removesuffix("1/nose")
    odd = {f"{start}x/nose": {"x": 1, "y": 1}, f"{start}1/": {"x": 1, "y": 1}, f"{start}2/nose": {"x": "1"}}
    assert recorded({**odd, f"{start}3/nose": None}, "f") == ()


def test_a_track_takes_them_and_remembers_where():
    nowhere = LandmarkTrack(np.arange(4.0), ("left_knee", "nose"), np.zeros((4, 2, 2)), np.zeros((4, 2)))
    track = nowhere.put_right([(2, "left_knee", 5.0, 6.0), (9, "nose", 1.0, 1.0), (1, "tail", 1.0, 1.0)])
    assert track.frames_by_hand("left_knee") == [2]
    assert track.frames_by_hand("nose") == []
    assert track.point("left_knee")[2].tolist() == [5.0, 6.0]
    assert np.isnan(nowhere.point("left_knee")).all()
    assert track.named(("right_knee", "nose")).frames_by_hand("right_knee") == [2]
