"""From points and what was told about the film to contacts and angles, by view."""

import numpy as np
import pytest

from runclinic.bench.drawn import RUNNERS, drawn
from runclinic.gait import frame_of_reference
from runclinic.gait.analyse import analysis
from runclinic.gait.contacts import stepping
from runclinic.gait.filming import ClipFacts, Filming
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
    upright = angles_of(tilted, feet, TOLD, plumb=(tuple(plumb[0]), tuple(plumb[1])))
    lean = "trunk_mean"
    assert abs(seen.get(lean).both.value - straight.get(lean).both.value) == pytest.approx(1.5, abs=1e-6)
    assert upright.get(lean).both.value == pytest.approx(straight.get(lean).both.value)
    assert upright.get(lean).both.plus_minus > straight.get(lean).both.plus_minus
    assert any("Roll" in said for said in seen.warnings)
    assert not any("Roll" in said for said in upright.warnings)


def test_from_behind_contacts_are_not_guessed():
    with pytest.raises(Refused, match="side views only"):
        contacts_of(RUN.track, Filming("rear"))
    feet = stepping(contacts_of(RUN.track, TOLD).events)
    assert {one.id for one in angles_of(RUN.track, feet, Filming("rear")).angles} <= {
        "cpd",
        "hip_add",
        "fem_add",
        "lat_trunk",
        "base",
    }
