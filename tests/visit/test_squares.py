"""The grid over a picture: whole centimetres where a length is known, with its ±."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.visit.drawings import Drawing, measured
from runclinic.visit.squares import STEPS_CM, squares

HD = (1920.0, 1080.0)


def scale(pixels: float, cm: float) -> Drawing:
    return Drawing(1, "scale", 0, ((0.0, 0.0), (pixels, 0.0)), cm)


def test_without_a_known_length_a_tenth_of_the_height():
    found = squares(HD)
    assert (found.wide, found.high, found.side) == (108, 108, None)
    assert squares(HD, aspect=2.0).wide == 54


def test_by_a_known_length_whole_centimetres_as_unsure_as_that_is():
    known = scale(400, 100)
    found = squares(HD, 1.0, known)
    assert found.side.value == 50  # 270 cm of height: 27 squares of 10 would be too many, 14 of 20 too
    assert found.wide == found.high == pytest.approx(200)
    as_drawn = measured(Drawing(1, "distance", 0, known.points), HD)
    assert found.side.plus_minus / 50 == pytest.approx(as_drawn.plus_minus / as_drawn.value)


@given(st.floats(30, 1800), st.floats(1, 1000))
def test_there_are_never_too_many(pixels, cm):
    found = squares(HD, 1.0, scale(pixels, cm))
    assert found.side.value in STEPS_CM
    assert found.high == pytest.approx(found.side.value * pixels / cm)
    assert HD[1] / found.high <= 12.001 or found.side.value == STEPS_CM[-1]
