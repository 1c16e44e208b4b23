"""The marks of the sample clip say that they are known from the drawing, and no hand is named for them."""

from runclinic.ui.gait import wording
from runclinic.visit import stride


def test_a_drawn_mark_is_recorded_as_drawn_and_read_back():
    mark = stride.Mark(3, "left", "initial_contact", 41, stride.DRAWN)
    entries = {stride.mark_key("f", 3): mark.value}
    assert stride.recorded(entries, "f").marks == (mark,)
    assert mark.by_hand


def test_who_marked_is_said_as_it_is():
    drawn = stride.Mark(1, "left", "initial_contact", 4, stride.DRAWN)
    hand, found = stride.Mark(2, "left", "toe_off", 20), stride.Mark(3, "right", "toe_off", 30, "pose", 0.8)
    assert wording.who_marked([drawn, drawn]) == "known from the drawing"
    assert wording.who_marked([drawn, hand]) == "marked by hand"
    assert wording.who_marked([found]) == "found by the program"
    assert wording.who_marked([found, hand]) == "found by the program, 1 mark set by hand"
    assert "as drawn" in wording.by_whom("Left contact", drawn)
