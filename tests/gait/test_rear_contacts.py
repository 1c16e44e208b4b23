"""Contacts from behind: the drawn runner's heights, with her two sides beside one another."""

from dataclasses import replace

import numpy as np
import pytest

from runclinic.bench.drawn import RUNNERS, drawn
from runclinic.demo.runner import POINTS
from runclinic.gait.analyse import analysis
from runclinic.gait.contacts import KINDS, SIDES, raw_step_rate, stepping
from runclinic.gait.filming import ClipFacts, Filming
from runclinic.gait.find_contacts import look_from_behind
from runclinic.gait.which_side import exchanged_sides
from runclinic.refused import Refused

HIP_PX = 45.0


def from_behind(runner=RUNNERS[0], fps=60, seed=1, noise_px=2.0, seconds=8.0):
    """The side view turned: what was forward is lost, left lies at image left."""
    run = drawn(runner, fps, seed=seed, seconds=seconds)
    xy = run.track.xy.copy()
    for k, name in enumerate(POINTS):
        beside = 0.0 if name == "nose" else HIP_PX * (-1 if "left" in name else 1)
        xy[:, k, 0] = 640 + beside
    xy += np.random.default_rng(seed).normal(0, noise_px, xy.shape)
    return replace(run.track, xy=xy, confidence=np.full(xy.shape[:2], 0.9)), run


@pytest.mark.parametrize("fps", [30, 60, 120])
@pytest.mark.parametrize("runner", RUNNERS[:3])
def test_every_landing_is_found_once_and_the_step_rate_is_right(runner, fps):
    track, run = from_behind(runner, fps)
    found = look_from_behind(track)
    assert raw_step_rate(found.events) == pytest.approx(runner.cadence_spm, rel=0.005)
    for side in SIDES:
        true = [e.time_s for e in run.truth if (e.kind, e.side) == (KINDS[0], side) and 0.2 < e.time_s < 7.8]
        seen = [e.time_s for e in found.events if (e.kind, e.side) == (KINDS[0], side)]
        off = [min((at - time for at in seen), key=abs) for time in true]
        assert max(map(abs, off)) < 0.08, off  # the drawn foot falls fastest long before it lands
        assert len(seen) - len(true) in {0, 1, 2}
    assert not [
        one for one in stepping(found.events).complaints if one.rule in {"alternation", "missed event"}
    ]


def test_no_contact_from_behind_is_sure_and_it_is_said():
    found = look_from_behind(from_behind()[0])
    assert max(e.confidence for e in found.events) <= 0.5
    assert {e.source for e in found.events} == {"pose_rear"}
    assert any("side view" in one for one in found.warnings)


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_contact_from_behind_is_never_surer_than_it_can_be(runner):
    track, _ = from_behind(runner)
    found = look_from_behind(track)
    contact = analysis(ClipFacts(track.times_s, 60), Filming("rear"), found.events).timing.get("contact_time")
    assert abs(contact.both.value - 1000 * runner.contact_s) < contact.both.plus_minus
    assert "check its contacts by hand" in contact.note


def test_a_side_view_or_standing_is_refused():
    run = drawn(RUNNERS[0], 60, seconds=5)
    with pytest.raises(Refused, match="view from the side"):
        look_from_behind(run.track)
    track, _ = from_behind(seconds=5)
    with pytest.raises(Refused, match="hardly pass"):
        look_from_behind(replace(track, xy=np.repeat(track.xy[:1], len(track), axis=0)))


def test_what_is_missing_is_named():
    track, _ = from_behind(seconds=4)
    names = [name.replace("right_knee", "right_patella") for name in track.names]
    with pytest.raises(Refused, match="right knee"):
        look_from_behind(track.named(names))


@pytest.mark.parametrize(
    "view, mirrored, asked", [("rear", False, False), ("front", False, True), ("rear", True, True)]
)
def test_the_left_hip_lies_where_it_must(view, mirrored, asked):
    track, _ = from_behind(seconds=3)
    assert bool(list(exchanged_sides(track, Filming(view, mirrored=mirrored)))) == asked
