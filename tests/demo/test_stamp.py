"""The burnt-in number comes back from the picture, and from nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.demo import stamp


def stamped(number, size=(320, 180)):
    image = np.full((size[1], size[0], 3), 90, dtype=np.uint8)
    stamp.burn(image, number)
    return image


SIZES = [(320, 180), (321, 181), (640, 360), (1280, 720), (360, 640)]


@given(st.integers(0, 2**16 - 1), st.sampled_from(SIZES))
def test_a_number_comes_back(number, size):
    assert stamp.read(stamped(number, size)) == number


@given(st.integers(0, 2**16 - 1))
def test_a_turned_or_mirrored_picture_has_no_number(number):
    image = stamped(number)
    for turned in (image[:, ::-1], image[::-1], np.rot90(image), np.rot90(image, 2), np.rot90(image, 3)):
        assert stamp.read(turned, 180) is None


@pytest.mark.parametrize("spoil", [0, 127, 255])
def test_a_spoilt_code_is_no_number(spoil):
    image = stamped(1234)
    image[4:8, 20:24] = spoil
    image[8:12, 20:24] = spoil
    assert stamp.read(image) is None


def test_no_stamp_is_no_number():
    assert stamp.read(np.full((180, 320, 3), 60, dtype=np.uint8)) is None
    assert stamp.read(np.zeros((4, 4, 3), dtype=np.uint8)) is None


def test_noise_as_of_a_camera_does_no_harm():
    image = stamped(43690).astype(float) + np.random.default_rng(1).normal(0, 25, (180, 320, 3))
    assert stamp.read(np.clip(image, 0, 255).astype(np.uint8)) == 43690
