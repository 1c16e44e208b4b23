"""A film of guessed points that goes wrong: what is put right, what is left out, and what must be said."""

from dataclasses import replace

import numpy as np
import pytest
from guessed import guessed

from runclinic.demo.runner import POINTS
from runclinic.gait import LandmarkTrack, find_contacts, look_for_contacts
from runclinic.gait.analyse import analysis
from runclinic.gait.contacts import KINDS, SIDES, raw_step_rate
from runclinic.gait.film_doubts import Landings
from runclinic.gait.film_points import HEAD
from runclinic.gait.film_trust import contact_of, source_of
from runclinic.gait.filming import ClipFacts, Filming
from runclinic.gait.which_side import exchanged_sides
from runclinic.refused import Refused

LEG = ("knee", "ankle", "heel", "foot_index")


@pytest.fixture(scope="module")
def film():
    return guessed(60, seconds=8, swaps=False)[0]


@pytest.fixture(scope="module")
def right(film):
    return look_for_contacts(film)


def legs_exchanged(track, frames):
    xy = track.xy.copy()
    for part in LEG:
        pair = [POINTS.index(f"{side}_{part}") for side in SIDES]
        xy[np.ix_(frames, pair)] = xy[np.ix_(frames, pair[::-1])]
    return replace(track, xy=xy)


def same_contacts(found, expected, within_s=0.012):
    """Every expected event is there once, and no other."""
    assert len(found) == len(expected)
    for kind in KINDS:
        for side in SIDES:
            times = [
                [e.time_s for e in events if (e.kind, e.side) == (kind, side)] for events in (found, expected)
            ]
            assert times[0] == pytest.approx(times[1], abs=within_s)


def said(found, words):
    return any(words in one for one in found.warnings)


# ---- put right ----


@pytest.mark.parametrize("start, end", [(200, 220), (200, 245), (200, 290), (0, 100), (400, 480)])
def test_legs_exchanged_for_long_are_put_right_and_counted(film, right, start, end):
    found = look_for_contacts(legs_exchanged(film, np.arange(start, end)))
    same_contacts(found.events, right.events)
    counted = next(one for one in found.warnings if "exchanged" in one)
    assert int(counted.split(" in ")[1].split()[0]) == pytest.approx(end - start, abs=4)


def test_a_quarter_of_all_frames_exchanged_at_random_is_put_right(film, right):
    frames = np.flatnonzero(np.random.default_rng(3).random(len(film)) < 0.25)
    same_contacts(look_for_contacts(legs_exchanged(film, frames)).events, right.events)


@pytest.mark.parametrize("faster", [1.0, 0.0])
def test_a_step_that_comes_late_is_found_late(film, right, faster):
    """One stride is 30 ms longer: the phase follows slowly, the single stride's own shift makes up for it."""
    times = film.times_s.copy()
    slow = (times > 4.0) & (times < 4.7)
    gaps = np.diff(times, prepend=times[0]) * np.where(slow, 1 + 0.03 / 0.7, 1.0)
    found = look_for_contacts(LandmarkTrack(np.cumsum(gaps), film.names, film.xy, film.confidence))
    moved = np.interp([e.time_s for e in right.events], times, np.cumsum(gaps))
    same = sorted(zip(moved, [e.time_s for e in found.events], strict=True))
    assert max(abs(a - b) for a, b in same) < 0.012


# ---- left out ----


@pytest.mark.parametrize("runs", [slice(0, 280), slice(200, 480)])
def test_nobody_lands_while_she_stands(film, right, runs):
    xy = film.xy.copy()
    still = np.ones(len(film), dtype=bool)
    still[runs] = False
    xy[still] = xy[runs.stop - 1 if runs.start == 0 else runs.start]
    found = look_for_contacts(replace(film, xy=xy))
    assert said(found, "She runs only from")
    times = film.times_s
    assert all(times[runs.start] - 0.2 <= e.time_s <= times[runs.stop - 1] + 0.2 for e in found.events)
    assert raw_step_rate(found.events) == pytest.approx(170, rel=0.01)
    inside = [e for e in right.events if times[runs.start] + 0.2 < e.time_s < times[runs.stop - 1] - 0.2]
    for event in inside:
        assert any(
            (e.kind, e.side) == (event.kind, event.side) and abs(e.time_s - event.time_s) < 0.02
            for e in found.events
        )


def test_another_person_of_another_size_is_left_out(film):
    xy = film.xy.copy()
    middle = xy[200:240].mean(axis=1, keepdims=True)
    xy[200:240] = middle + 0.5 * (xy[200:240] - middle)
    found = look_for_contacts(replace(film, xy=xy))
    assert said(found, "somebody else or away from the runner in frames 200 to 239")
    assert not any(201 < e.frame < 239 for e in found.events)


def test_a_toe_off_that_no_gait_has_is_left_out(film):
    """A head that is highest in midstance, as in walking."""
    xy = film.xy.copy()
    head = [POINTS.index(name) for name in HEAD]
    xy[:, head, 1] = 2 * xy[:, head, 1].mean(axis=0) - xy[:, head, 1]
    found = look_for_contacts(replace(film, xy=xy))
    assert {e.kind for e in found.events} == {"initial_contact"}
    assert said(found, "Toe-off cannot be read")
    assert all(e.confidence <= 0.5 for e in found.events)


# ---- said ----


def test_a_mean_of_both_feet_says_so(right):
    assert said(right, "a mean of both feet")
    assert max(e.confidence for e in right.events) > 0.8


def test_too_few_frames_a_second_are_said(film):
    slow = LandmarkTrack(film.times_s[::4], film.names, film.xy[::4], film.confidence[::4])
    found = look_for_contacts(slow)
    assert said(found, "15 frames/s are too few")
    assert raw_step_rate(found.events) == pytest.approx(170, rel=0.01)
    assert all(e.confidence <= 0.5 for e in found.events)


def test_a_step_rate_that_changes_is_said(film):
    gaps = np.diff(film.times_s, prepend=0.0) * np.where(film.times_s < 4, 1.3, 1.0)
    found = look_for_contacts(LandmarkTrack(np.cumsum(gaps), film.names, film.xy, film.confidence))
    assert said(found, "step rate changes")


def test_walking_is_said(film):
    """Each foot is carried for two thirds of the stride."""
    period, times = 1.1, film.times_s
    xy = film.xy.copy()
    for side, later in zip(SIDES, (0.0, 0.5), strict=True):
        share = (times / period + later) % 1
        forward = np.where(share < 0.65, 120 - 240 * share / 0.65, 0.0)
        swing = (share - 0.65) / 0.35
        forward = np.where(share < 0.65, forward, -120 * np.cos(np.pi * swing))
        for part, ahead in (("ankle", 0), ("heel", -20), ("foot_index", 80)):
            k = POINTS.index(f"{side}_{part}")
            xy[:, k, 0] = 640 + forward + ahead
            xy[:, k, 1] = 600 - 40 * np.where(share < 0.65, 0.0, np.sin(np.pi * swing))
    found = look_for_contacts(replace(film, xy=xy))
    assert said(found, "walking, or running without flight")
    assert all(e.confidence <= 0.5 for e in found.events)


def test_a_film_that_runs_backwards_is_refused(film):
    with pytest.raises(Refused, match="runs backwards"):
        find_contacts(replace(film, xy=film.xy[::-1].copy()))


def test_a_point_that_is_hardly_ever_seen_is_named(film):
    sure = film.confidence.copy()
    sure[100:, POINTS.index("right_knee")] = 0.0
    with pytest.raises(Refused, match="right knee was found in only 100 of 480"):
        find_contacts(replace(film, confidence=sure))


@pytest.mark.parametrize("empty", ["nan", "unsure"])
def test_a_track_without_anybody_is_refused(film, empty):
    track = (
        replace(film, xy=np.full_like(film.xy, np.nan))
        if empty == "nan"
        else replace(film, confidence=np.zeros_like(film.confidence))
    )
    with pytest.raises(Refused, match="found in only 0 of 480"):
        find_contacts(track)


def test_without_a_head_the_shoulders_tell_the_bounce(film, right):
    kept = [k for k, name in enumerate(POINTS) if name not in HEAD]
    found = look_for_contacts(
        LandmarkTrack(
            film.times_s, tuple(POINTS[k] for k in kept), film.xy[:, kept], film.confidence[:, kept]
        )
    )
    assert found.method == "folded cycle"
    landings = [[e.time_s for e in one.events if e.kind == KINDS[0]] for one in (found, right)]
    assert landings[0] == pytest.approx(landings[1], abs=0.002)


def test_rigid_feet_of_a_network_are_still_a_network(film):
    from runclinic.bench.drawn import RUNNERS, drawn

    run = drawn(RUNNERS[0], 60, seconds=4)
    assert look_for_contacts(run.track).method == "belt lock"
    unsure = replace(run.track, confidence=np.full(run.track.confidence.shape, 0.8))
    assert look_for_contacts(unsure).method == "folded cycle"


# ---- how far off ----


def landings(*, own=(0.28, 0.28), seen=0.28, pooled=0.28, carried=0.38):
    feet = dict(zip(SIDES, own, strict=True))
    return Landings(feet, seen, pooled, dict.fromkeys(SIDES, pooled), seen != pooled, carried)


@pytest.mark.parametrize(
    "given, bounce, share, off_ms, source",
    [
        (landings(), 0.38, 0.38, 23.5, "pose"),
        (landings(), 0.41, 0.41, 23.5, "pose"),  # 21 ms apart at 0.7 s
        (landings(), 0.42, 0.42, 37.5, "pose_doubted"),  # 28 ms apart: the bounce, less surely
        (landings(), 0.48, 0.43, 58.5, "pose_rough"),  # 70 ms apart: the middle
        (landings(seen=0.33), 0.38, 0.33, 58.5, "pose_rough"),  # with the landing as seen: 0.28
        (landings(own=(0.25, 0.31)), 0.38, 0.38, 31.5, "pose_doubted"),
        (landings(carried=0.70), 0.30, 0.50, 163.5, None),
        (landings(carried=0.90), 0.38, 0.38, 23.5, "pose"),  # no gait: no opinion
    ],
)
def test_the_error_reaches_to_both_opinions(given, bounce, share, off_ms, source):
    guess = contact_of(given, bounce, 0.7)
    assert guess.share == pytest.approx(share)
    assert 1000 * guess.off_s == pytest.approx(off_ms, abs=0.5)
    assert source_of(guess.off_s, doubted=False) == source
    assert source_of(guess.off_s, doubted=True) == ("pose_doubted" if source == "pose" else source)


@pytest.mark.parametrize("early_ms", [-60, -40, 40, 60])
def test_a_head_that_bounces_late_or_early_never_gives_a_sure_contact(film, early_ms):
    """The error holds what the same film says with its head as it was, or no toe-off is given."""
    xy = film.xy.copy()
    for name in HEAD:
        k = POINTS.index(name)
        xy[:, k, 1] = np.interp(film.times_s + early_ms / 1000, film.times_s, film.xy[:, k, 1])
    found = look_for_contacts(replace(film, xy=xy))
    assert said(found, "Feet and bounce of the body disagree")
    assert all(event.confidence <= 0.5 for event in found.events)
    contact = analysis(ClipFacts(film.times_s, 60), Filming("side_right"), found.events).timing.get(
        "contact_time"
    )
    assert contact is None or abs(contact.both.value - 260) < contact.both.plus_minus


# ---- left or right ----


def test_the_near_leg_is_the_one_that_is_seen(film):
    seen = film.confidence.copy()
    for part in ("knee", "ankle", "elbow", "wrist"):
        seen[:, POINTS.index(f"left_{part}")] = 0.3
        seen[:, POINTS.index(f"right_{part}")] = 0.95
    track = replace(film, confidence=seen)
    assert not list(exchanged_sides(track, Filming("side_right")))
    assert "Left and right exchanged?" in next(exchanged_sides(track, Filming("side_left")))
    assert not list(exchanged_sides(film, Filming("side_left")))
