"""Contacts from the moving picture above the belt alone."""

import numpy as np
import pytest

from runclinic.gait import picture_contacts as picture
from runclinic.gait.contacts import stepping
from runclinic.refused import Refused

FPS, STEP, CONTACT = 60, 21, 15


def areas(noise=0.0, steps=20):
    area = np.zeros(STEP * (steps + 1))
    for k in range(steps):
        start = 10 + STEP * k
        area[start : start + CONTACT] = 1000 * np.sin(np.linspace(0.35, np.pi - 0.35, CONTACT)) ** 0.5
    area += np.abs(np.random.default_rng(1).normal(0, noise, len(area)))
    return area, np.arange(len(area)) / FPS


@pytest.mark.parametrize("noise", [0, 60])
@pytest.mark.parametrize("first", ["left", "right"])
def test_contacts_alternate_from_the_first_foot(noise, first):
    found = picture.contacts_of_area(*areas(noise), first)
    assert len(found) == 40
    assert found[0].side == first
    steps = stepping(found)
    assert len(steps.contacts) == 20
    assert all(abs(one.start.frame - (10 + STEP * k)) <= 2 for k, one in enumerate(steps.contacts))
    assert all(abs(one.end.frame - (10 + STEP * k + CONTACT)) <= 2 for k, one in enumerate(steps.contacts))
    assert {one.source for one in found} == {"pixel"}
    assert not any(one.rule == "alternation" for one in steps.complaints)


def test_a_contact_cut_off_and_a_flicker_are_left_out():
    area, times = areas()
    area[:5] = 1000
    area[-3:] = 1000
    area[30:31] = 0
    assert len(picture.contacts_of_area(area, times, "left")) == 40
    area, times = areas()
    area[-6:-3] = 3000
    assert len(picture.contacts_of_area(area, times, "left")) == 40


@pytest.mark.parametrize(
    "area, said",
    [(np.zeros(50), "Nothing in the strip"), (np.zeros(2), "too few"), (np.zeros(49), "do not fit")],
)
def test_nothing_to_see_is_refused(area, said):
    times = np.arange(50 if len(area) != 2 else 2) / 60
    with pytest.raises(Refused, match=said):
        picture.contacts_of_area(area, times, "left")


def test_what_moves_with_the_belt_counts():
    flow = np.array([[-10.0, -12.4, -12.6], [-7.6, 0.0, 10.0]])
    assert picture.moving_with_belt(flow, np.ones((2, 3)), -10.0) == 3
    assert picture.moving_with_belt(flow, np.zeros((2, 3)), -10.0) == 0


@pytest.mark.parametrize("shifts, said", [([0, 0.9, -1], ""), ([0, 1.2], "moved by 1.2 pixels"), ([], "")])
def test_the_camera(shifts, said):
    assert said in picture.camera_moved(shifts)
    assert bool(said) == bool(picture.camera_moved(shifts))
