"""From points and what was told about the film to contacts and angles, by view."""

from dataclasses import replace

import numpy as np
import pytest

from runclinic.bench.drawn import RUNNERS, drawn
from runclinic.gait import frame_of_reference
from runclinic.gait.analyse import analysis
from runclinic.gait.contacts import stepping
from runclinic.gait.filming import ClipFacts, Filming, Rod
from runclinic.gait.from_points import angles_of, contacts_of
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.refused import Refused

RUN = drawn(RUNNERS[0], 120, seconds=4, facing=-1)
TOLD = Filming("side_left", height_m=1.76)


def test_contacts_then_measures_then_angles():
    found = contacts_of(RUN.track, TOLD)
    done = analysis(ClipFacts(RUN.track.times_s, 120), TOLD, found.events)
    assert done.timing.get("cadence").both.value == pytest.approx(170, abs=0.4)
    assert done.timing.get("contact_time").both.value == pytest.approx(260, abs=15)
    angles = angles_of(RUN.track, done.feet, TOLD)
    assert angles.get("foot_ic").left.value == pytest.approx(12, abs=0.5)
    assert angles.get("trunk_mean").left.value == pytest.approx(6, abs=0.1)


def test_a_plumb_line_takes_the_roll_out():
    roll = np.radians(1.5)
    tilted = LandmarkTrack(
        RUN.track.times_s,
        RUN.track.names,
        frame_of_reference.turned(RUN.track.xy, -roll),
        RUN.track.confidence,
    )
    feet = stepping(contacts_of(RUN.track, TOLD).events)
    plumb = frame_of_reference.turned(np.array([[300.0, 100.0], [300.0, 900.0]]), -roll)
    straight, seen = angles_of(RUN.track, feet, TOLD), angles_of(tilted, feet, TOLD)
    upright = angles_of(tilted, feet, replace(TOLD, plumb=(tuple(plumb[0]), tuple(plumb[1]))))
    lean = "trunk_mean"
    assert abs(seen.get(lean).both.value - straight.get(lean).both.value) == pytest.approx(1.5, abs=1e-6)
    assert upright.get(lean).both.value == pytest.approx(straight.get(lean).both.value)
    assert upright.get(lean).both.plus_minus > straight.get(lean).both.plus_minus
    assert any("Roll" in said for said in seen.warnings)
    assert not any("Roll" in said for said in upright.warnings)


def test_a_side_view_called_a_rear_one_is_refused_and_has_frontal_angles_alone():
    with pytest.raises(Refused, match="view from the side"):
        contacts_of(RUN.track, Filming("rear"))
    feet = stepping(contacts_of(RUN.track, TOLD).events)
    assert {one.id for one in angles_of(RUN.track, feet, Filming("rear")).angles} <= {
        "cpd",
        "hip_add",
        "fem_add",
        "lat_trunk",
        "base",
    }


def test_a_rod_of_known_length_is_the_scale():
    feet = stepping(contacts_of(RUN.track, TOLD).events)
    bare, metre = Filming("side_left"), Rod((100.0, 900.0), (520.0, 900.0), 1000.0, in_body_plane=True)
    assert angles_of(RUN.track, feet, bare).get("vertical_oscillation") is None
    with_rod = angles_of(RUN.track, feet, replace(bare, rod=metre)).get("vertical_oscillation").both
    assert with_rod.value == pytest.approx(70, abs=6)
    twice = replace(bare, rod=replace(metre, length_mm=2000.0))
    assert angles_of(RUN.track, feet, twice).get("vertical_oscillation").both.value == pytest.approx(
        2 * with_rod.value
    )
    with pytest.raises(Refused, match="rod of 3 mm"):
        replace(bare, rod=replace(metre, length_mm=3.0))


def test_points_in_metres_are_their_own_scale_and_stand_upright():
    metres = RUN.track.xy * [1, -1] / 420
    track = LandmarkTrack(RUN.track.times_s, RUN.track.names, metres, RUN.track.confidence)
    assert track.in_metres
    assert not RUN.track.in_metres
    feet = stepping(contacts_of(track, TOLD).events)
    crooked = replace(TOLD, plumb=((100.0, 100.0), (130.0, 900.0)))
    found, in_pixels = angles_of(track, feet, crooked), angles_of(RUN.track, feet, TOLD)
    bounce = found.get("vertical_oscillation").both
    assert bounce.value == pytest.approx(in_pixels.get("vertical_oscillation").both.value, rel=0.05)
    assert bounce.plus_minus < 5
    assert found.get("trunk_mean").both.value == pytest.approx(6, abs=0.1)
    assert not any("Roll" in said for said in found.warnings)
