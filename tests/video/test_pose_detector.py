"""Who is in the picture, and who of them is meant."""

import math

import numpy as np
import pytest

from runclinic.video.pose_detector import (
    SIDE,
    Person,
    Region,
    anchors,
    letterboxed,
    most_likely,
    one_each,
    people,
)

SIZE = (640, 360)


def a_person(x, y=180.0, side=200.0, sure=0.9):
    return Person(Region(x, y, side), (x - 10, y - 80, x + 10, y - 60), sure)


def test_the_anchors_are_the_cells_of_three_grids():
    found = anchors()
    assert found.shape == (2254, 2)
    assert found[0] == pytest.approx((0.5 / 28, 0.5 / 28))
    assert found[2] == pytest.approx((1.5 / 28, 0.5 / 28))  # two a cell, then to the right
    assert found[28 * 28 * 2] == pytest.approx((0.5 / 14, 0.5 / 14))
    assert found[-1] == pytest.approx((6.5 / 7, 6.5 / 7))


@pytest.mark.parametrize(
    ("hip", "rim", "turn"),
    [
        ((100, 200), (100, 120), 0.0),  # upright
        ((100, 200), (180, 200), math.pi / 2),  # head to the right
        ((100, 200), (20, 200), -math.pi / 2),
    ],
)
def test_a_body_lies_in_a_square_turned_with_it(hip, rim, turn):
    region = Region.around(hip, rim)
    assert (region.x, region.y, region.side) == pytest.approx((100, 200, 200))
    assert math.remainder(region.turn - turn, 2 * math.pi) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("shape", "corner"), [((360, 640, 3), (0, 49)), ((640, 360, 3), (49, 0))])
def test_a_picture_is_set_into_a_square_between_minus_one_and_one(shape, corner):
    square, scale, found = letterboxed(np.full(shape, 255, np.uint8))
    assert square.shape == (1, SIDE, SIDE, 3)
    assert found == corner
    assert scale == SIDE / 640
    assert (square.min(), square.max()) == (0.0, pytest.approx(1.0))


def test_red_comes_first_for_the_network():
    picture = np.zeros((224, 224, 3), np.uint8)
    picture[..., 2] = 255  # red in BGR
    assert letterboxed(picture)[0][0, 100, 100] == pytest.approx((1, -1, -1))


def test_an_answer_is_read_from_its_anchor():
    numbers, logits = np.zeros((2254, 12), np.float32), np.full(2254, -9.0, np.float32)
    place = 2 * (14 * 28 + 10)  # middle of the cell: (84, 116) in the square
    logits[place] = 3.0
    numbers[place, :8] = (0, -40, 20, 20, 4, 0, 4, -50)
    (person,) = people(numbers, logits, 0.5, (0.0, 49.0))
    assert (person.region.x, person.region.y) == pytest.approx((176, 134))
    assert person.region.side == pytest.approx(2.5 * 50 / 0.5)
    assert person.face == pytest.approx((148, 34, 188, 74))
    assert person.sure == pytest.approx(1 / (1 + math.exp(-3)))


def test_a_body_that_was_answered_twice_is_one_person():
    twice = [a_person(100, sure=0.9), a_person(104, sure=0.8), a_person(400, sure=0.7)]
    assert [person.region.x for person in one_each(twice)] == [100, 400]


def test_of_several_the_largest_and_most_central_is_meant():
    left, middle, large_behind = a_person(40), a_person(320), a_person(610, side=230.0)
    assert most_likely([left, middle, large_behind], SIZE) is middle
    assert most_likely([left, a_person(330, side=90.0)], SIZE) is left
    assert most_likely([], SIZE) is None


def test_whoever_was_clicked_is_meant():
    left, middle = a_person(40), a_person(320)
    assert most_likely([left, middle], SIZE, (60, 170)) is left
