"""Staying on the runner: bodies that move by formula, and a finder that sees them as the networks would."""

from dataclasses import dataclass

import numpy as np
import pytest

from runclinic.video.pose_body import Seen
from runclinic.video.pose_detector import Person, Region
from runclinic.video.pose_tracking import HIDDEN, LAG, OTHERS, OTHERS_NEAR, Table, Tracker, scouted

FPS, SIZE, FRAMES = 30.0, (1280, 720), 150
SIDE = 500.0


@dataclass
class Body:
    """Where somebody is in each frame (None: not in the picture), and how large."""

    x: object
    side: float = SIDE

    def region(self, k):
        x = self.x(k)
        return (
            None if x is None else Region(float(x), 360.0 + 12 * np.sin(2.2 * k / FPS * 2 * np.pi), self.side)
        )


class Eyes:
    """Sees the bodies; those in front come first and hide who is behind them."""

    def __init__(self, *bodies, blind=()):
        self.bodies, self.blind = bodies, set(blind)

    def people(self, k):
        shown = []
        for body in self.bodies:
            region = body.region(k)
            if region is not None and k not in self.blind and all(region.away(one) > 0.2 for one in shown):
                shown.append(region)
        return tuple(Person(one, (one.x, 0.0, one.x + 20, 20.0), 0.9) for one in shown)

    def points(self, k, region):
        near = [body.region(k) for body in self.bodies if body.region(k) is not None]
        near = [one for one in near if one.away(region) < 0.45] if k not in self.blind else []
        if not near:
            return Seen(np.zeros((33, 5), np.float32), region, 0.1)
        seen = near[0] if near[0].away(region) < 0.25 else min(near, key=lambda one: one.away(region))
        points = np.full((33, 5), 0.9, np.float32)
        points[:, :2] = seen.x, seen.y
        return Seen(points, seen, 0.98)


def followed(eyes, frames=FRAMES, **known):
    tracker = Tracker(Table.empty(frames), FPS, SIZE, **known)
    flying = []
    for k in range(frames):
        if len(flying) == LAG:
            tracker.take(*flying.pop(0), eyes)
        region = tracker.where(k)
        flying.append((k, k, None if region is None else eyes.points(k, region)))
    for one in flying:
        tracker.take(*one, eyes)
    return tracker


def on_her(tracker, body):
    """The frames that were found, and whether each is hers."""
    table = tracker.table
    found = np.flatnonzero(np.isfinite(table.bodies[:, 0]))
    return found, [abs(table.points[k, 0, 0] - body.region(k).x) < 0.03 * SIDE for k in found]


def runner(k):
    return 640 + 20 * np.sin(2 * np.pi * k / 200)


def test_a_runner_alone_is_found_in_every_frame():
    her = Body(runner)
    tracker = followed(Eyes(her))
    found, hers = on_her(tracker, her)
    assert len(found) == FRAMES
    assert all(hers)
    assert tracker.home is not None
    assert tracker.home.x == pytest.approx(640, abs=30)
    assert not np.any(tracker.table.company >= OTHERS)


@pytest.mark.parametrize("from_frame", [10, 60])
@pytest.mark.parametrize("larger", [1.05, 1.3])
@pytest.mark.parametrize("px_a_frame", [8, 14, -11])
def test_who_walks_by_in_front_is_never_taken_for_her(from_frame, larger, px_a_frame):
    her = Body(runner)

    def walks(k):
        start = -100 if px_a_frame > 0 else 1380
        x = start + px_a_frame * (k - from_frame)
        return x if -200 < x < 1480 else None

    tracker = followed(Eyes(Body(walks, larger * SIDE), her), frames=260)
    found, hers = on_her(tracker, her)
    assert all(hers)
    assert len(found) >= 0.65 * 260
    assert np.all(np.isfinite(tracker.table.bodies[-40:, 0]))  # and she is found again
    assert np.any(tracker.table.company >= OTHERS_NEAR)
    assert np.any(tracker.table.company == HIDDEN)


def test_who_stands_beside_the_treadmill_costs_no_frame():
    her = Body(runner)
    tracker = followed(Eyes(her, Body(lambda _: 1150)))
    found, hers = on_her(tracker, her)
    assert len(found) == FRAMES
    assert all(hers)
    assert np.any(tracker.table.company == OTHERS)


def test_lost_for_a_second_she_is_found_where_she_was():
    her = Body(runner)
    tracker = followed(Eyes(her, blind=range(60, 90)))
    found, hers = on_her(tracker, her)
    assert set(range(FRAMES)) - set(found) == set(range(60, 90))
    assert all(hers)


def test_when_she_steps_off_nobody_else_takes_her_place():
    her = Body(lambda k: runner(k) if k < 70 else None)
    other = Body(lambda k: 1150 if k < 200 else None)
    tracker = followed(Eyes(her, other), frames=200)
    found, hers = on_her(tracker, her)
    assert found.max() < 70
    assert all(hers)


def test_who_runs_past_is_followed_through_the_picture():
    her = Body(lambda k: 100 + 16 * k if k < 70 else None)
    tracker = followed(Eyes(her), frames=90)
    found, hers = on_her(tracker, her)
    assert list(found) == list(range(70))
    assert all(hers)
    assert tracker.home is None


def test_whoever_was_clicked_is_followed():
    small = Body(lambda _: 1000, 0.8 * SIDE)
    tracker = followed(Eyes(Body(runner), small), clicked=(990.0, 350.0))
    found, hers = on_her(tracker, small)
    assert len(found) == FRAMES
    assert all(hers)


def test_somebody_who_was_hardly_there_is_given_up_for_the_runner():
    ghost = Body(lambda k: 640 if k % 15 < 3 and k < 60 else None)
    her = Body(lambda k: 200 + runner(k) - 640 if k >= 20 else None)
    tracker = followed(Eyes(ghost, her), frames=220)
    found, hers = on_her(tracker, her)
    assert all(hers)
    assert len(found) >= 100


def test_a_frame_that_cannot_be_shown_is_missing_alone():
    her, eyes = Body(runner), Eyes(Body(runner))
    tracker = Tracker(Table.empty(5), FPS, SIZE)
    for k in range(5):
        region = tracker.where(k)
        if k == 3:
            tracker.skip(k)
        else:
            tracker.take(k, k, None if region is None else eyes.points(k, region), eyes)
    assert list(on_her(tracker, her)[0]) == [0, 1, 2, 4]


def looks_of(*frames):
    return [tuple(Person(region, (0, 0, 1, 1), 0.9) for region in look) for look in frames]


def test_who_is_there_in_every_look_is_meant_not_who_passes_once():
    her, passer = Region(500, 360, 400), Region(640, 360, 520)
    where, stays = scouted(looks_of([her, passer], [her], [her], [her]), SIZE)
    assert where is not None
    assert (where.x, where.side, stays) == (500, 400, True)


def test_two_looks_are_too_few_to_say_that_she_stays():
    her = Region(500, 360, 400)
    assert scouted(looks_of([her], [her]), SIZE)[1] is False
    assert scouted([(), ()], SIZE) == (None, False)
