"""Entries of a film to a stride: what was told, marked and taken back."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.gait.filming import ClipFacts
from runclinic.refused import Refused
from runclinic.visit import stride
from runclinic.visit.client import Client
from runclinic.visit.frame_times import FrameTimes
from runclinic.visit.stride import Mark

STEP, CONTACT = 20, 15  # frames at 60 a second: 180 steps/min, 250 ms


def facts(frames=600, fps=60.0):
    return ClipFacts(np.arange(frames) / fps, fps)


def marked(film="f1", steps=9, first="left", **told):
    entries = {f"gait/{film}/filming": dict(told)} if told else {}
    sides = ("left", "right") if first == "left" else ("right", "left")
    for n in range(steps + 1):
        side, frame = sides[n % 2], 5 + n * STEP
        entries[f"gait/{film}/event/{2 * n}"] = {"side": side, "kind": "initial_contact", "frame": frame}
        off = {"side": side, "kind": "toe_off", "frame": frame + CONTACT}
        entries[f"gait/{film}/event/{2 * n + 1}"] = off
    return entries


def test_the_cadence_of_the_marks():
    value, speed = stride.cadence(marked(belt_speed="9 km/h"), {"f1": facts()})
    assert value.value == pytest.approx(180)
    assert value.plus_minus > 0
    assert speed == "9 km/h"


@pytest.mark.parametrize("entries", [{}, {"gait/flags": ["x"]}, marked(steps=0)])
def test_no_step_rate_without_two_steps(entries):
    assert stride.cadence(entries, {"f1": facts()}) == (None, "")


def test_a_film_whose_frame_times_are_not_known_has_no_stride():
    assert stride.stride(marked(), {}) is None


def test_the_true_capture_rate_counts():
    slow = ClipFacts(np.arange(600) / 30, 30.0)
    value, _ = stride.cadence(marked(capture_fps=60), {"f1": slow})
    assert value.value == pytest.approx(180)


def test_the_film_with_the_most_steps_speaks_for_the_visit():
    entries = marked("f1", steps=6) | marked("f2", steps=11, belt_speed="8 km/h") | marked("f3", steps=4)
    found = stride.stride(entries, {each: facts() for each in ("f1", "f2", "f3")})
    assert found.filming.belt_speed.typed == "8 km/h"


def test_of_two_films_with_as_many_steps_the_later_one():
    entries = marked("f1", belt_speed="8 km/h") | marked("f2", belt_speed="9 km/h")
    assert stride.cadence(entries, {"f1": facts(), "f2": facts()})[1] == "9 km/h"


def test_a_film_that_cannot_be_measured_is_passed_over():
    entries = marked("f1") | marked("f2", steps=11)
    assert stride.stride(entries, {"f1": facts(), "f2": facts(frames=50)}).feet.events[0].frame == 5
    assert stride.cadence(marked(belt_speed="fast"), {"f1": facts()}) == (None, "")


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        {"side": "middle", "kind": "toe_off", "frame": 3},
        {"side": "left", "kind": "jump", "frame": 3},
        {"side": "left", "kind": "toe_off", "frame": "3"},
        {"side": "left", "kind": "toe_off", "frame": True},
        {"side": "left", "kind": "toe_off"},
    ],
)
def test_what_is_no_mark_is_none(value):
    assert stride.recorded({"gait/f1/event/1": value}, "f1").marks == ()


def test_marks_stand_in_the_order_of_their_frames_and_of_their_film_alone():
    entries = {
        "gait/f1/event/4": {"side": "left", "kind": "toe_off", "frame": 9},
        "gait/f1/event/2": {"side": "right", "kind": "toe_off", "frame": 11},
        "gait/f1/event/10": {"side": "left", "kind": "initial_contact", "frame": 2},
        "gait/f11/event/1": {"side": "left", "kind": "initial_contact", "frame": 1},
    }
    marks = stride.recorded(entries, "f1").marks
    assert [mark.number for mark in marks] == [10, 4, 2]
    assert marks[1] == Mark(4, "left", "toe_off", 9)
    assert entries["gait/f1/event/4"] == marks[1].value


def test_what_was_told_cannot_be_false():
    with pytest.raises(Refused, match="capture rate"):
        stride.filming({"capture_fps": 99999})


# ---- frame times


@given(
    steps=st.lists(st.integers(1, 10_000), max_size=60),
    start=st.integers(-(10**6), 10**9),
    base=st.sampled_from([Fraction(1, 90_000), Fraction(1, 1000), Fraction(1001, 30_000)]),
)
def test_kept_frame_times_come_back_exactly(steps, start, base):
    ticks = [start + sum(steps[:n]) for n in range(len(steps) + 1)]
    times = FrameTimes.of(ticks, base, 29.97)
    again = FrameTimes.unpack(times.pack())
    assert again.ticks == tuple(tick - start for tick in ticks)
    assert (again.time_base, again.nominal_fps) == (base, 29.97)
    assert again.times_s.tolist() == times.times_s.tolist()


def test_half_an_hour_at_240_is_a_few_bytes():
    assert len(FrameTimes.of(range(0, 375 * 30 * 60 * 240, 375), Fraction(1, 90_000), 240.0).pack()) < 100


def test_uneven_times_are_a_few_bytes_a_frame():
    ticks = np.cumsum(np.random.default_rng(3).integers(300, 450, 2000)).tolist()
    assert len(FrameTimes.of(ticks, Fraction(1, 90_000), 240.0).pack()) < 8 * 2000


@pytest.mark.parametrize("kept", [b"", b"text", b"\x93\x92\x01\x00\xca\x00\x00\x00\x00\x90"])
def test_what_are_no_frame_times_is_refused(kept):
    with pytest.raises(Refused):
        FrameTimes.unpack(kept)


def test_her_height_and_mass_are_of_her_card_else_of_the_visit():
    said = {"history/H38_height_cm": 166, "history/H38_mass_kg": 62.5}
    assert stride.Body.of(Client(), said) == stride.Body(1.66, 62.5)
    assert stride.Body.of(Client(height_m=1.7, mass_kg=60.0), said) == stride.Body(1.7, 60.0)
    assert stride.Body.of(Client(), {}) == stride.Body(None, None)
