"""Events to contacts, steps and strides: the rules, and what they say."""

from itertools import pairwise

import pytest
from gait_examples import AT_60, AT_120, events
from hypothesis import given
from hypothesis import strategies as st

from runclinic.gait.contacts import Event, included, raw_step_rate, stepping


def feet(left=(), right=(), left_off=(), right_off=(), fps=100):
    return events({"left": (left, left_off), "right": (right, right_off)}, fps)


def rules(found, grade=None):
    return {complaint.rule for complaint in found.complaints if grade in {None, complaint.grade}}


def test_a_clean_sequence_is_counted_whole():
    found = stepping(events(AT_60, 60))
    assert (len(found.contacts), len(found.steps), len(found.strides), len(found.flights)) == (10, 10, 9, 10)
    assert all(one.included for one in (*found.contacts, *found.steps, *found.strides, *found.flights))
    assert rules(found) == {"few steps"}
    assert [step.side for step in found.steps[:3]] == ["left", "right", "left"]


@given(st.permutations(events(AT_120, 120)))
def test_shuffled_marks_give_the_same_stride(shuffled):
    assert stepping(shuffled) == stepping(events(AT_120, 120))


@given(st.data())
def test_whatever_is_marked_no_event_is_lost_and_sides_alternate_in_what_counts(data):
    marks = data.draw(
        st.lists(
            st.tuples(
                st.integers(0, 400),
                st.sampled_from(["left", "right"]),
                st.sampled_from(["initial_contact", "toe_off"]),
            ),
            max_size=30,
        )
    )
    found = stepping(Event(frame, frame / 60, side, kind) for frame, side, kind in marks)
    assert {(e.frame, e.side, e.kind) for e in found.events} == set(marks)
    for step in included(found.steps):
        assert step.start.side != step.end.side
        assert 0.229 < step.seconds < 0.601
    for contact in included(found.contacts):
        assert contact.start.side == contact.end.side
        assert 0.099 < contact.seconds < 0.601
    for run in found.unbroken_runs():
        assert all(first.end == then.start for first, then in pairwise(run))
    assert all(one.why_not for one in (*found.steps, *found.contacts, *found.flights) if not one.included)


def test_a_missed_landing_breaks_the_chain_and_is_offered():
    marks = feet(
        left=(0, 70, 140, 210, 280), right=(35, 105, 245, 315)
    )  # the right landing at 175 is missing
    found = stepping(marks)
    missed = next(c for c in found.complaints if c.rule == "missed event")
    assert missed.grade == "hard"
    assert missed.frames == (140, 210)
    assert (missed.offer.action, missed.offer.side, missed.offer.kind) == (
        "insert",
        "right",
        "initial_contact",
    )
    assert missed.offer.time_s == pytest.approx(1.75)
    assert [len(run) for run in found.unbroken_runs()] == [4, 3]
    assert max(step.seconds for step in included(found.steps)) == pytest.approx(0.35)
    assert all(stride.frames != (140, 210) for stride in included(found.strides))


def test_an_extra_landing_ends_no_step_and_is_offered_to_be_dropped():
    marks = [
        *feet(left=(0, 70, 140, 210), right=(35, 105, 175, 245)),
        Event(115, 1.15, "right", "initial_contact", "hand", 0.4),
    ]
    found = stepping(marks)
    extra = next(c for c in found.complaints if c.rule == "extra event")
    assert (extra.offer.action, extra.offer.side, extra.offer.time_s) == ("drop", "right", 1.15)
    assert all(115 not in step.frames for step in included(found.steps))
    assert (70, 105) in {step.frames for step in included(found.steps)}


@pytest.mark.parametrize(
    "contact_ms, grade",
    [
        (99, "hard"),
        (100, "soft"),
        (159, "soft"),
        (160, None),
        (400, None),
        (401, "soft"),
        (600, "soft"),
        (601, "hard"),
    ],
)
def test_contact_time_bounds(contact_ms, grade):
    found = stepping(feet(left=(1000,), left_off=(1000 + contact_ms,), fps=1000))
    grades = [c.grade for c in found.complaints if c.rule == "contact time"]
    assert grades == ([grade] if grade else [])
    assert found.contacts[0].included == (grade != "hard")


@pytest.mark.parametrize(
    "flight_ms, grade",
    [
        (-81, "hard"),
        (-80, "soft"),
        (-1, "soft"),
        (0, None),
        (200, None),
        (201, "soft"),
        (300, "soft"),
        (301, "hard"),
    ],
)
def test_flight_time_bounds(flight_ms, grade):
    landing = 450
    found = stepping(feet(left=(0,), left_off=(landing - flight_ms,), right=(landing,), fps=1000))
    grades = [c.grade for c in found.complaints if c.rule == "flight time"]
    assert grades == ([grade] if grade else [])
    assert found.flights[0].included == (grade != "hard")
    if grade == "soft" and flight_ms < 0:
        assert "grounded" in next(c.text for c in found.complaints if c.rule == "flight time")


@pytest.mark.parametrize(
    "step_ms, grade",
    [
        (229, "hard"),
        (230, "soft"),
        (269, "soft"),
        (270, None),
        (460, None),
        (461, "soft"),
        (600, "soft"),
        (601, "hard"),
    ],
)
def test_step_time_bounds(step_ms, grade):
    found = stepping(feet(left=(0,), right=(step_ms,), fps=1000))
    grades = [c.grade for c in found.complaints if c.rule == "step time"]
    assert grades == ([grade] if grade else [])
    assert found.steps[0].included == (grade != "hard")


def test_an_uneven_step_is_said_but_counted():
    found = stepping(feet(left=(0, 70, 140, 210), right=(35, 105, 184, 245)))
    assert "uneven step" in rules(found, "soft")
    assert all(step.included for step in found.steps)


def test_order_within_a_foot():
    no_landing = stepping(feet(left=(0, 70), left_off=(25, 60, 95)))
    assert "order" in rules(no_landing, "hard")
    assert [contact.frames for contact in no_landing.contacts] == [(0, 25), (70, 95)]
    no_toe_off = stepping(feet(left=(0, 70, 140), left_off=(25, 165)))
    unfinished = next(c for c in no_toe_off.complaints if c.rule == "order")
    assert (unfinished.offer.action, unfinished.offer.kind, unfinished.frames) == (
        "insert",
        "toe_off",
        (0 + 70, 140),
    )
    toe_off_first = stepping(feet(left=(70,), left_off=(25, 95)))
    assert rules(toe_off_first) == set()


def test_landings_alone_are_no_fault():
    assert rules(stepping(feet(left=range(0, 700, 70), right=range(35, 700, 70)))) == set()


def test_the_same_foot_twice_is_hard():
    found = stepping(feet(left=(0, 45), right=(80,)))
    assert "alternation" in rules(found, "hard")
    assert [step.included for step in found.steps] == [False, True]


def test_the_same_mark_twice_counts_once_and_a_hand_goes_before_a_machine():
    marks = feet(left=(0,), right=(35,))
    machine = Event(0, 0.0, "left", "initial_contact", "pose", 0.9)
    found = stepping([machine, *marks])
    assert "marked twice" in rules(found)
    assert [event.source for event in found.landings] == ["hand", "hand"]


def test_one_foot_alone_gives_strides_and_no_complaint_of_alternation():
    found = stepping(feet(left=(0, 70, 141, 210)))
    assert found.one_foot
    assert [round(stride.seconds, 2) for stride in found.strides] == [0.70, 0.71, 0.69]
    assert found.steps == ()
    assert rules(found) == set()


def test_few_steps_of_a_foot_are_said():
    grades = {c.text: c.grade for c in stepping(feet(left=(0, 70), right=(35, 105))).complaints}
    assert any("2 of the left" in text and grade == "soft" for text, grade in grades.items())
    assert any("1 of the right" in text and grade == "hard" for text, grade in grades.items())


@pytest.mark.parametrize(
    "left, right, rate",
    [
        ((0, 70), (35, 105), 171.43),
        ((0, 560), (280, 840), 21.43),
        ((0, 70, 140), (), 171.43),
        ((0,), (35,), None),
    ],
)
def test_the_step_rate_before_any_rule(left, right, rate):
    found = raw_step_rate(feet(left=left, right=right))
    assert found == (pytest.approx(rate, abs=0.01) if rate else None)
