"""Contacts found: the bars on the drawn runner, single stances, and everything that must be said."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from guessed import guessed
from hypothesis import given, settings
from hypothesis import strategies as st

from runclinic.bench import events as bench
from runclinic.bench.drawn import FEET, RUNNERS, drawn
from runclinic.demo.runner import Runner
from runclinic.gait import LandmarkTrack, find_contacts, look_for_contacts, reference
from runclinic.gait.contacts import KINDS, SIDES, raw_step_rate, stepping
from runclinic.gait.find_contacts import without_other_people
from runclinic.refused import Refused


def check(score, fps, noise, runs):
    frames = bench.allowed_frames(fps, noise)
    assert (score.missed, score.invented) == (0, 0)
    assert score.beyond("initial_contact", frames) <= 1
    assert score.beyond("toe_off", frames) <= 5
    assert len(score.cadence_off) == runs
    assert max(score.cadence_off) <= (0.4 if fps <= 60 else 0.2)


@pytest.mark.parametrize("fps, noise", [(60, 0), (60, 3), (120, 1), (120, 3), (240, 0)])
def test_the_bars_on_one_seed(fps, noise):
    score = bench.Score()
    for seed, runner in enumerate(RUNNERS, 1):
        bench.add(score, drawn(runner, fps, noise_px=noise, seed=seed, names=FEET, seconds=6))
    frames = bench.allowed_frames(fps, noise)
    assert (score.missed, score.invented) == (0, 0)
    assert score.beyond("initial_contact", frames) <= 1
    assert score.beyond("toe_off", frames) <= 5
    assert max(score.cadence_off) <= 0.4


@pytest.mark.storm
@pytest.mark.parametrize("fps, noise", list(product((60, 120, 240), (0, 1, 3))))
def test_the_bars_whole(fps, noise):
    check(bench.on_the_drawn_runner(fps, noise), fps, noise, 12)


@pytest.mark.storm
@pytest.mark.parametrize("fps", [50, 100, 200, 300])
@pytest.mark.parametrize(
    "runner",
    [
        Runner(12, 0.38, 150, 1.67, landing_x_m=0.25),
        Runner(20, 0.40, 140, 1.67, landing_x_m=0.25),
        Runner(-4, 0.18, 190, 5.5, landing_x_m=0.30),
        Runner(5, 0.19, 185, 5.0, landing_x_m=0.30),
    ],
)
def test_slow_grounded_and_fast_runners_at_any_rate(runner, fps):
    score = bench.Score()
    bench.add(score, drawn(runner, fps, noise_px=1, names=FEET))
    assert (score.missed, score.invented) == (0, 0)
    assert max(map(abs, score.ms["initial_contact"])) < 20
    assert np.percentile(np.abs(score.ms["toe_off"]), 95) < 20


def a_stance(runner=RUNNERS[0], fps=200, noise_m=0.0003, side="left"):
    """One foot in metres, up running up, from before one landing to after its toe-off."""
    run = drawn(runner, fps, names=(f"{side}_heel", f"{side}_foot_index"), seconds=3)
    landing = next(one for one in run.truth if (one.kind, one.side) == (KINDS[0], side) and one.frame > 60)
    start = landing.frame - 55
    metres = run.track.xy[start : start + 145] * [1, -1] / 420
    metres += np.random.default_rng(5).normal(0, noise_m, metres.shape)
    times = run.track.times_s[start : start + 145] - run.track.times_s[start]
    track = LandmarkTrack(times, (f"{side}_heel", f"{side}_toe"), metres, np.ones(metres.shape[:2]))
    return track, landing.time_s - run.track.times_s[start], runner.contact_s


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("side", SIDES)
def test_a_single_stance_from_heel_and_toe(runner, side):
    track, landing, contact = a_stance(runner, side=side)
    found = find_contacts(track)
    assert [(one.side, one.kind) for one in found] == [(side, kind) for kind in KINDS]
    assert found[0].time_s == pytest.approx(landing, abs=0.005)
    assert found[1].time_s == pytest.approx(landing + contact, abs=0.008)
    assert all(one.confidence > 0.9 and one.source == "belt_lock" for one in found)
    assert found[0].frame == int(np.searchsorted(track.times_s, found[0].time_s))


def test_points_without_a_side_are_the_near_foot():
    track, *_ = a_stance()
    assert {one.side for one in find_contacts(track.named(("heel", "toe")))} == {"right"}


@pytest.fixture(scope="module")
def run():
    return drawn(RUNNERS[0], 120, noise_px=1, names=FEET, seconds=4)


def same(first, second, within=1e-9):
    assert [(a.frame, a.side, a.kind) for a in first] == [(b.frame, b.side, b.kind) for b in second]
    assert [a.time_s for a in first] == pytest.approx([b.time_s for b in second], abs=within)


@given(st.floats(0.05, 20), st.floats(-2000, 2000), st.floats(-2000, 2000))
@settings(max_examples=4)
def test_scale_and_place_change_nothing(run, scale, u, v):
    moved = replace(run.track, xy=run.track.xy * scale + [u, v])
    same(find_contacts(run.track), find_contacts(moved))


def test_a_mirror_and_the_other_facing_change_nothing(run):
    mirrored = replace(run.track, xy=run.track.xy * [-1, 1] + [1280, 0])
    same(find_contacts(run.track), find_contacts(mirrored, facing=-1))
    with pytest.raises(Refused, match="mirrored"):
        find_contacts(mirrored)


def test_upside_down_metres_and_a_turned_belt_change_nothing(run):
    same(find_contacts(run.track), find_contacts(replace(run.track, xy=run.track.xy * [1, -1] / 420)))
    slope = np.radians(4)
    cos, sin = np.cos(slope), np.sin(slope)
    uphill = run.track.xy @ np.array([[cos, -sin], [sin, cos]])
    same(find_contacts(run.track), find_contacts(replace(run.track, xy=uphill), incline_deg=4), within=5e-4)


def test_half_a_second_of_missing_feet_is_said_and_left_empty(run):
    sure = run.track.confidence.copy()
    sure[240:300] = 0.1
    found = look_for_contacts(replace(run.track, confidence=sure))
    assert not any(238 < one.frame < 302 for one in found.events)
    assert sum("not seen for 0.50 s from 2.00 s" in said for said in found.warnings) == 2
    kept = [one for one in look_for_contacts(run.track).events if not 230 < one.frame < 310]
    for one in kept:
        assert any(
            (a.side, a.kind) == (one.side, one.kind) and abs(a.frame - one.frame) <= 1 for a in found.events
        )
    assert any("missed" in one.rule for one in stepping(found.events).complaints)


def test_exchanged_legs_are_put_right_and_said(run):
    xy = run.track.xy.copy()
    columns = [run.track.names.index(name) for name in FEET]
    xy[200:260] = xy[200:260][:, [columns[1], columns[0], columns[3], columns[2]]]
    found = look_for_contacts(replace(run.track, xy=xy))
    assert any("exchanged in 60 frames" in said for said in found.warnings)
    assert np.array_equal(found.track.xy, run.track.xy)
    same(look_for_contacts(run.track).events, found.events)


def test_second_person_and_wrong_rate_are_said():
    full = drawn(RUNNERS[0], 120, noise_px=1, seconds=4)
    xy = full.track.xy.copy()
    xy[200:260, :, 0] += 600
    other, said = without_other_people(replace(full.track, xy=xy))
    assert "frames 200 to 259" in said[0]
    assert not other.seen(("left_heel",))[200:260].any()
    found = look_for_contacts(replace(full.track, xy=xy))
    assert not any(200 < one.frame < 260 for one in found.events)
    slow = replace(full.track, times_s=full.track.times_s * 4)
    found = look_for_contacts(slow)
    assert raw_step_rate(found.events) < 100
    assert any("slow motion" in said for said in found.warnings)
    assert all(one.confidence <= 0.5 for one in found.events)


@pytest.mark.parametrize(
    "names, said", [(("left_heel", "right_toe"), "No foot"), (("left_knee",), "No foot")]
)
def test_without_a_foot_it_is_refused(names, said):
    with pytest.raises(Refused, match=said):
        find_contacts(
            LandmarkTrack(np.arange(50) / 60, names, np.zeros((50, len(names), 2)), np.ones((50, len(names))))
        )


def test_standing_is_refused():
    still = np.tile(np.array([[0.0, 0.0], [100.0, 5.0]]), (120, 1, 1))
    still += np.random.default_rng(1).normal(0, 0.01, still.shape)
    track = LandmarkTrack(np.arange(120) / 60, ("left_heel", "left_toe"), still, np.ones((120, 2)))
    with pytest.raises(Refused):
        find_contacts(track.named(("left_heel", "left_toe")))


def test_uneven_frames_give_true_times():
    run = drawn(RUNNERS[1], 120, names=FEET, seconds=4)
    kept = np.sort(np.random.default_rng(2).permutation(len(run.track))[: int(0.9 * len(run.track))])
    uneven = LandmarkTrack(run.track.times_s[kept], FEET, run.track.xy[kept], run.track.confidence[kept])
    whole = [one.time_s for one in find_contacts(run.track)]
    found = find_contacts(uneven)
    assert len(found) == pytest.approx(len(whole), abs=1)
    assert np.median([min(abs(one.time_s - true) for true in whole) for one in found]) < 0.002
    assert all(uneven.times_s[one.frame] >= one.time_s - 1e-9 for one in found)


def test_edges_and_disagreement_are_to_be_looked_at():
    found = look_for_contacts(drawn(RUNNERS[0], 60, names=FEET, seconds=4).track)
    last = found.events[-1].time_s
    for event in found.to_look_at:
        assert event.time_s < 0.08 or event.time_s > 4 - 1 / 60 - 0.08 or last
    assert len(found.disagreement_s) == len(found.events)
    assert all(apart >= 0 for apart in found.disagreement_s)


def test_offsets_are_a_table():
    assert reference.offset_s("belt_lock", "toe_off", 120) == pytest.approx(0.008)
    assert reference.offset_s("belt_lock", "toe_off", 60) == pytest.approx(0.006)
    assert reference.offset_s("vertical_jerk", "initial_contact", 120) == 0
    assert reference.method_of("belt_lock").bias_ms == 4


# ---- guessed points: the folded cycle ----


@pytest.mark.parametrize("fps", [30, 60])
def test_guessed_points_are_read_on_the_fold(fps):
    track, run, exchanged = guessed(fps)
    found = look_for_contacts(track)
    assert found.method == "folded cycle"
    assert "change their length" in found.why
    assert exchanged.sum() > 5
    assert any("exchanged" in said for said in found.warnings)
    right = guessed(fps, swaps=False)[0].point("right_ankle")
    apart = [np.abs(one.point("right_ankle") - right).sum(axis=1)[exchanged] for one in (track, found.track)]
    assert np.mean(apart[1] < 40) > 0.9 > np.mean(apart[0] < 40)
    for kind, side in product(KINDS, SIDES):
        true = [one for one in run.truth if (one.kind, one.side) == (kind, side)]
        true = [one for one in true if 2 < one.frame < len(track) - 3]
        seen = [one.frame for one in found.events if (one.kind, one.side) == (kind, side)]
        off = [min((frame - one.frame for frame in seen), key=abs) for one in true]
        # half the belt's speed comes early and the toe-off with it late: the drawn foot pulls back in the air
        assert max(map(abs, off)) <= (1 if fps == 30 else 2), (kind, side, off)
    steps = stepping(found.events)
    assert len({one.side for one in steps.landings[::2]}) == 1
    assert raw_step_rate(found.events) == pytest.approx(run.runner.cadence_spm, rel=0.01)


def test_a_fold_is_the_same_in_a_mirror():
    track, *_ = guessed(30, seconds=5)
    mirrored = replace(track, xy=track.xy * [-2, 2] + [1280, 0])
    same(find_contacts(track), find_contacts(mirrored, facing=-1))


def test_the_same_film_in_slow_motion_is_said():
    track, *_ = guessed(60, seconds=5)
    slow = replace(track, times_s=track.times_s * 8)
    found = look_for_contacts(slow)
    assert any("slow motion" in said for said in found.warnings)
    assert all(one.confidence <= 0.5 for one in found.events)


def test_feet_missing_on_film_are_said():
    track, *_ = guessed(60, seconds=6)
    xy = track.xy.copy()
    xy[150:180, 25:] = np.nan
    found = look_for_contacts(replace(track, xy=xy))
    assert found.method == "folded cycle"
    assert any("left foot is not seen for 0.50 s" in said for said in found.warnings)
    assert not any(150 < one.frame < 180 for one in found.events)


def test_guessed_feet_alone_are_read_but_doubted():
    track, *_ = guessed(60, seconds=5, swaps=False)
    feet = [track.names.index(name) for name in FEET]
    alone = LandmarkTrack(track.times_s, FEET, track.xy[:, feet], track.confidence[:, feet])
    found = look_for_contacts(alone)
    assert found.method == "belt lock"
    assert all(one.confidence <= 0.3 for one in found.events)
    assert any("rough" in said for said in found.warnings)


# ---- what other tools give ----


def test_single_precision_changes_nothing(run):
    track = LandmarkTrack(run.track.times_s, FEET, run.track.xy.astype(np.float32), run.track.confidence)
    same(find_contacts(run.track), find_contacts(track), within=1e-4)


@pytest.mark.parametrize(
    "names", [("LHEE", "RHEE", "LTOE", "RTOE"), ("L.Heel", "R.Heel", "left_big_toe", "right big toe")]
)
def test_other_names_change_nothing(run, names):
    same(find_contacts(run.track), find_contacts(run.track.named(names)))


def test_names_that_are_not_known_are_refused_by_name(run):
    with pytest.raises(Refused, match="which are p1, p2, p3, p4"):
        find_contacts(run.track.named(("p1", "p2", "p3", "p4")))


def test_uneven_times_change_little(run):
    kept = np.random.default_rng(1).random(len(run.track)) > 0.15
    track = LandmarkTrack(run.track.times_s[kept], FEET, run.track.xy[kept], run.track.confidence[kept])
    found, expected = find_contacts(track), find_contacts(run.track)
    times = [sorted((e.side, e.kind, e.time_s) for e in one) for one in (found, expected)]
    assert [one[:2] for one in times[0]] == [one[:2] for one in times[1]]
    off = [abs(a[2] - b[2]) for a, b in zip(*times, strict=True)]
    assert np.median(off) < 0.003
    assert max(off) < 0.015


def test_times_that_do_not_run_forward_are_refused(run):
    times = run.track.times_s.copy()
    times[[5, 6]] = times[[6, 5]]
    with pytest.raises(Refused, match="do not run forward"):
        LandmarkTrack(times, FEET, run.track.xy, run.track.confidence)


@pytest.mark.parametrize("frames", [0, 5])
def test_an_empty_or_very_short_track_is_refused(frames):
    track = LandmarkTrack(np.arange(frames) / 60, FEET, np.zeros((frames, 4, 2)), np.ones((frames, 4)))
    with pytest.raises(Refused, match=f"{frames} frames are too few"):
        find_contacts(track)


@pytest.mark.parametrize("fps", [100, 200])
@pytest.mark.parametrize("hole_s", [0.1, 0.3, 0.5])
def test_drop_outs_of_markers_lose_only_what_was_hidden(fps, hole_s):
    run = drawn(RUNNERS[1], fps, noise_px=0.5, names=FEET, seconds=5)
    start, end = 2 * fps, round((2 + hole_s) * fps)
    xy = run.track.xy.copy()
    xy[start:end, :2] = np.nan  # both heels
    found = find_contacts(replace(run.track, xy=xy))
    away = 0.06
    for true in run.truth:
        if 0.1 < true.time_s < 4.9 and not 2 - away < true.time_s < 2 + hole_s + away:
            near = [e.time_s - true.time_s for e in found if (e.side, e.kind) == (true.side, true.kind)]
            assert min(map(abs, near)) < 0.012
    for event in found:
        near = [t.time_s for t in run.truth if (t.side, t.kind) == (event.side, event.kind)]
        assert min(abs(at - event.time_s) for at in near) < 0.03
