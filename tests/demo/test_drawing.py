"""The runner as a picture: the body lies where the landmarks say, and the belt moves."""

import numpy as np
import pytest

from runclinic.demo.drawing import SHOE, SKIN, SOLE, Camera, picture
from runclinic.demo.runner import POINTS, RUNNERS, body

SIZE = (640, 360)


def drawn(time_s=0.1, facing=1, runner=RUNNERS[0]):
    camera = Camera(*SIZE, facing)
    return picture(runner, time_s, camera), camera.pixels(body(runner, np.array([time_s])))[0]


def near(image, at, colours, reach=4):
    x, y = np.round(at).astype(int)
    area = image[max(0, y - reach) : y + reach + 1, x - reach : x + reach + 1].reshape(-1, 3).astype(int)
    return min(int(np.abs(area - np.array(colour)).sum(axis=1).min()) for colour in colours) < 12


@pytest.mark.parametrize("facing, side", [(1, "right"), (-1, "left")])
@pytest.mark.parametrize("time_s", [0.0, 0.09, 0.21, 0.3, 0.44, 0.6])
def test_the_near_leg_is_drawn_where_its_landmarks_are(facing, side, time_s):
    image, points = drawn(time_s, facing)
    at = dict(zip(POINTS, points, strict=True))
    assert near(image, at[f"{side}_knee"], [SKIN])
    for name in ("heel", "foot_index"):
        assert near(image, at[f"{side}_{name}"], [SOLE, SHOE])


def test_facing_left_is_the_mirror_of_facing_right():
    _, right = drawn(facing=1)
    _, left = drawn(facing=-1)
    assert left[:, 0] == pytest.approx(SIZE[0] - right[:, 0])
    assert left[:, 1] == pytest.approx(right[:, 1])
    assert right[POINTS.index("nose"), 0] > right[POINTS.index("left_ear"), 0]


def test_she_fits_into_the_picture_and_fills_it():
    camera = Camera(*SIZE)
    points = camera.pixels(body(RUNNERS[0], np.linspace(0, 1.5, 60)))
    assert points[..., 0].min() > 0
    assert points[..., 0].max() < SIZE[0]
    height = np.ptp(points[..., 1], axis=1).mean() / SIZE[1]
    assert 0.6 < height < 0.8


def test_the_belt_moves_backward_at_belt_speed():
    runner, camera, step_s = RUNNERS[0], Camera(*SIZE), 1 / 240
    row = round(float(camera.pixels(np.array([0.0, -0.015]))[1]))
    rows = [picture(runner, k * step_s, camera)[row, :, 0].astype(float) for k in range(13)]
    reach = range(25)
    moved = [
        min(reach, key=lambda d: np.abs(first[60 + d : 420] - then[60 : 420 - d]).mean())
        for first, then in ((rows[0], rows[8]), (rows[4], rows[12]))
    ]
    assert moved == pytest.approx([runner.belt_ms * 8 * step_s * camera.px_per_m] * 2, abs=1.0)


def test_every_frame_is_its_own_picture():
    first, again, later = drawn(0.1)[0], drawn(0.1)[0], drawn(0.2)[0]
    assert np.array_equal(first, again)
    assert not np.array_equal(first, later)
