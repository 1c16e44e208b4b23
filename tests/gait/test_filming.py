"""How a clip was filmed: belt speed, view, and true time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.gait.filming import (
    ClipFacts,
    Filming,
    belt_speed,
    belt_speed_from_turns,
    clock,
    doubtful_rate,
    filming_of,
    incline_deg,
    slow_motion_offers,
    time_ratio,
)
from runclinic.refused import Refused


@pytest.mark.parametrize(
    "typed, metres_per_s",
    [
        ("9 km/h", 2.500),
        ("5.6 mph", 2.503),
        ("6:30 min/km", 2.564),
        ("2.5 m/s", 2.500),
        ("9,5 km/h", 2.639),
        ("10:00 min/mile", 2.682),
        ("6.5 min/km", 2.564),
        ("9KM/H", 2.500),
    ],
)
def test_belt_speed_as_people_write_it(typed, metres_per_s):
    speed = belt_speed(typed)
    assert speed.metres_per_s == pytest.approx(metres_per_s, abs=5e-4)
    assert speed.typed == typed


def test_belt_speed_from_a_tape_mark():
    assert belt_speed_from_turns(20, 3.05, 24.0).metres_per_s == pytest.approx(2.542, abs=5e-4)
    with pytest.raises(Refused, match="too few"):
        belt_speed_from_turns(19, 3.05, 24.0)


@pytest.mark.parametrize(
    "typed", ["", "9", "fast", "9 furlongs/h", "-9 km/h", "0 km/h", "90 km/h", "0:00 min/km"]
)
def test_a_speed_that_cannot_be_is_refused(typed):
    with pytest.raises(Refused):
        belt_speed(typed)


def test_incline():
    assert incline_deg(1) == pytest.approx(0.573, abs=5e-4)


@pytest.mark.parametrize(
    "view, mirrored, facing",
    [
        ("side_right", False, 1),
        ("side_left", False, -1),
        ("side_right", True, -1),
        ("side_left", True, 1),
        ("rear", False, None),
        ("front", True, None),
    ],
)
def test_the_way_she_faces(view, mirrored, facing):
    assert Filming(view, mirrored=mirrored).facing == facing


@pytest.mark.parametrize(
    "told",
    [{"view": "above"}, {"capture_fps": 0}, {"height_m": 168}, {"mass_kg": 5}, {"incline_percent": 90}],
)
def test_a_fact_that_cannot_be_is_refused(told):
    with pytest.raises(Refused):
        Filming(**{"view": "rear", **told})


def test_a_recorded_filming_comes_back_as_values():
    told = {"view": "side_left", "capture_fps": 240, "belt_speed": "9 km/h", "mirrored": True, "later": 1}
    filming = filming_of(told)
    assert (filming.view, filming.capture_fps, filming.belt_ms, filming.mirrored) == (
        "side_left",
        240.0,
        2.5,
        True,
    )
    assert filming_of({"view": "rear"}) == Filming("rear")
    assert filming_of({**told, "belt_speed_source": "measured"}).belt_speed.source == "measured"


@pytest.mark.parametrize(
    "told, said",
    [
        ({}, "view"),
        ({"view": "above"}, "above"),
        ({"view": 3}, "view"),
        ({"view": "rear", "capture_fps": "fast"}, "capture_fps"),
        ({"view": "rear", "mass_kg": True}, "mass_kg"),
        ({"view": "rear", "belt_speed": "9"}, "belt speed"),
        ({"view": "rear", "belt_speed": 9}, "belt_speed"),
    ],
)
def test_a_filming_that_cannot_be_read_is_refused_by_name(told, said):
    with pytest.raises(Refused, match=said):
        filming_of(told)


def test_slow_motion_stored_to_play_at_thirty():
    film = ClipFacts([k / 30 for k in range(400)], 30)
    face_value, true = clock(film, Filming("side_left")), clock(film, Filming("side_left", capture_fps=240))
    assert 1000 * (face_value.at(9) - face_value.at(0)) == pytest.approx(300.000, abs=5e-4)
    assert 1000 * (true.at(9) - true.at(0)) == pytest.approx(37.500, abs=5e-4)
    assert (12.50 - 2.25) * time_ratio(30, 240) == pytest.approx(1.281, abs=5e-4)
    assert true.fps == pytest.approx(240)


def test_a_round_rate_on_the_camera_does_not_overrule_the_time_stamps():
    assert time_ratio(239.76, 240) == 1.0
    assert time_ratio(29.97, 240) == pytest.approx(0.124875)


@pytest.mark.parametrize(
    "cadence, offers",
    [
        (170, ()),
        (100, ()),
        (260, ()),
        (85, (1 / 2,)),
        (42, (1 / 4,)),
        (21, (1 / 8,)),
        (95, (1 / 2,)),
        (10, ()),
        (300, ()),
    ],
)
def test_slow_motion_is_offered_when_it_makes_a_running_step_rate(cadence, offers):
    assert slow_motion_offers(cadence) == offers
    assert doubtful_rate(cadence) == (cadence < 100 or cadence > 260)


def test_a_dropped_frame_is_seen_and_widens_the_events_beside_it():
    stamps = [k / 60 for k in range(20) if k != 10]
    true = clock(ClipFacts(stamps, 60), Filming("side_left"))
    assert true.dropped == (9,)
    assert true.width_s(5) == pytest.approx(1 / 60)
    assert true.width_s(9) == pytest.approx(2 / 60)
    assert true.width_s(10) == pytest.approx(2 / 60)
    assert true.width_s(0) == pytest.approx(1 / 60)
    assert true.width_s(18) == pytest.approx(1 / 60)


@pytest.mark.parametrize("stamps", [[], [0.0], [0, 1, 1], [0, 2, 1], [0, float("nan"), 1]])
def test_times_that_do_not_run_forward_are_refused(stamps):
    with pytest.raises(Refused):
        clock(ClipFacts(stamps, 30), Filming("side_left"))


@given(
    st.lists(st.floats(0.002, 0.1), min_size=1, max_size=40),
    st.sampled_from([None, 30.0, 120.0, 240.0]),
    st.floats(-5, 5),
)
def test_true_times_start_at_zero_and_keep_their_proportions(gaps, capture, start):
    stamps = start + np.concatenate([[0.0], np.cumsum(gaps)])
    true = clock(ClipFacts(stamps, 30), Filming("side_left", capture_fps=capture))
    assert true.at(0) == 0
    assert np.allclose(true.gaps_s, np.asarray(gaps) * time_ratio(30, capture), atol=1e-9)
