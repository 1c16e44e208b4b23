"""Who walks past the runner, in pictures made of noise and boxes."""

import numpy as np
import pytest

from runclinic.video.beside import Beside, Came
from runclinic.video.pose_detector import Region

SIZE, FPS = (640, 360), 30.0
SPOT = Region(320.0, 180.0, 300.0)


def pictures(count, passer=None, *, seed=1, camera=0.0):
    """A room with a runner whose limbs swing; `passer(k)` gives the left edge of a tall thing, or None."""
    rng = np.random.default_rng(seed)
    room = rng.integers(60, 140, (360, 640, 3)).astype(np.int16)
    room = np.repeat(np.repeat(room[::12, ::12], 12, 0), 12, 1)[:360, :640]
    grain = rng.integers(-5, 6, (4, *room.shape), dtype=np.int16)
    for k in range(count):
        picture = np.roll(room, round(camera * k), axis=1) + grain[k % 4]
        picture[90:230, 300:340] = 200
        leg = round(320 + 80 * np.sin(k * 0.7))
        picture[230:310, leg - 10 : leg + 10] = 30
        if passer is not None and (left := passer(k)) is not None and left < 640:
            picture[60:300, max(0, left) : max(0, left + 60)] = 20
        yield np.clip(picture, 0, 255).astype(np.uint8)


def told(frames, spot=SPOT):
    beside = Beside(FPS)
    return [beside.somebody(k, pixels, SIZE, spot) for k, pixels in enumerate(frames)]


def test_a_runner_alone_is_alone():
    assert set(told(pictures(120))) == {Came.NOBODY}


@pytest.mark.parametrize("speed", [4, 8, 16])
def test_who_walks_past_is_beside_her_then_across_then_beside_her(speed):
    came = told(pictures(240, lambda k: (k - 30) * speed if k >= 30 else None))
    across = [k for k, each in enumerate(came) if each is Came.ACROSS]
    middle = 30 + (320 - 30) / speed
    assert across[0] < middle < across[-1]
    assert came[across[0] - 1] is Came.BESIDE
    assert came[across[-1] + 1] is Came.BESIDE
    # whatever covers a part of her own square's inner two thirds
    assert all(came[k] is Came.ACROSS for k in range(across[0], across[-1]))


def test_who_stands_there_all_the_while_belongs_to_the_picture():
    came = told(pictures(90, lambda _: 500))
    assert set(came) == {Came.NOBODY}


@pytest.mark.parametrize("camera", [2.0, 9.0])
def test_a_camera_that_moves_is_nobody(camera):
    assert Came.ACROSS not in told(pictures(90, camera=camera))


def test_without_a_spot_or_a_usual_picture_nobody_is_told():
    assert set(told(pictures(60, lambda k: 10 * k), spot=None)) == {Came.NOBODY}
    assert told(pictures(9, lambda k: 40 * k))[:9] == [Came.NOBODY] * 9


def test_what_was_seen_before_serves_as_if_it_had_been_judged():
    frames = list(pictures(120, lambda k: (k - 60) * 8 if k >= 60 else None))
    whole = told(frames)
    later = Beside(FPS)
    for k in range(90 - later.reach, 90):
        later.see(k, frames[k])
    assert [later.somebody(k, frames[k], SIZE, SPOT) for k in range(90, 120)] == whole[90:]
