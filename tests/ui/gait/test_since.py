"""What the panel says of the visit before: changed, nothing changed, or why it cannot be compared."""

from dataclasses import replace
from datetime import date

import pytest

from runclinic.gait.filming import belt_speed
from tests.ui.gait.test_angles import aside, on_film

DAY = date(2026, 10, 13)
__all__ = ["aside"]


@pytest.mark.parametrize(
    ("quicker", "speed", "said"),
    [
        (8, "9 km/h", "Since 13 October 2026 changed by more than the error: Cadence"),
        (0, "9 km/h", "Since 13 October 2026 nothing changed by more than the error."),
        (8, None, "Not to be compared with 13 October 2026: belt speed not known."),
    ],
)
def test_the_visit_before_is_compared_in_one_line(room, aside, quicker, speed, said):
    measures = on_film(room, aside, "side_right")
    room.page._tell("belt_speed", "9 km/h", typing=False)
    room.press("c")
    room.settled()
    now = room.page.analysis
    told = replace(now.filming, belt_speed=belt_speed(speed) if speed else None)
    cadence = now.timing.get("cadence")
    slower = replace(cadence, both=replace(cadence.both, value=cadence.both.value - quicker))
    others = tuple(each for each in now.timing.metrics if each.id != "cadence")
    timing = replace(now.timing, metrics=(slower, *others))
    room.page._before = (DAY, replace(now, filming=told, timing=timing))
    room.page._put_panel()
    assert measures.since.isVisible()
    assert said in measures.since.text()


def test_without_an_earlier_film_nothing_is_said(room, aside):
    measures = on_film(room, aside, "side_right")
    room.press("c")
    room.settled()
    assert room.page._before == (None, None)
    assert not measures.since.isVisible()
