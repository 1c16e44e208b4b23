import pytest

from runclinic.plan.dose import from_examination, lowered, say
from runclinic.plan.exercise import Dose, exercise, exercises


@pytest.mark.parametrize(
    "card, text",
    [
        ("BR01", "10 slow breaths"),
        ("BR03", "10 times"),
        ("BR04", "8 holds of 6 s, rest as long, then 8 fast"),
        ("BR05", "10 fast ones"),
        ("BR06", "60 seconds"),
        ("BR07", "10 times, sitting, then standing"),
        ("BR10", "3 × 30 seconds"),
        ("BR11", "10 minutes, after runs or in the evening"),
        ("HG01", "3 × 10 to 15"),
        ("HG06", "3 × 10 each way"),
        ("HG09", "3 × 8 to 12, with a weight"),
        ("HG10", "10 × 5 s"),
        ("SL01", "3 × 30 seconds each side"),
        ("CO09", "3 × 20 to 40 m each side"),
        ("CF04", "2 × 10 × 5 s"),
        ("CF05", "3 × 20 m"),
        ("MO02", "8 times each side"),
        ("MO06", "3 × 5 slow breaths"),
        ("RD01", "5 minutes, in the warm-up"),
        ("RD04", "5 × 1 minute, in a run"),
        ("ME01", "3 × 8 to 12, later 5 × 5, heavier"),
        ("ME06", "5 × 10, with rests, up to 50 a day"),
        ("ME08", "3 to 4 × 20 to 40 m"),
    ],
)
def test_a_dose_in_words(card, text, words):
    assert say(exercise(card).dose, words) == text


@pytest.mark.parametrize("its", exercises().values(), ids=lambda its: its.id)
def test_every_dose_reads(its, words):
    said = say(its.dose, words)
    assert said[0].isdigit()
    assert "None" not in said


@pytest.mark.parametrize(
    "hold, repetitions, fast, text",
    [
        (6, 9, 8, "9 holds of 6 s, rest as long, then 8 fast"),
        (6, 5, 8, "8 holds of 6 s, rest as long, then 8 fast"),  # at least 8 (NICE NG123)
        (10, 10, 10, "10 holds of 10 s, rest as long, then 10 fast"),
        (0, 0, 0, "8 holds of 1 s, rest as long, then 1 fast"),
        (None, None, None, "8 holds of 6 s, rest as long, then 8 fast"),  # no examination
        (4, None, None, "8 holds of 4 s, rest as long, then 8 fast"),
        (15, 12, 15, "10 holds of 10 s, rest as long, then 10 fast"),
    ],
)
def test_holds_follow_the_examination(hold, repetitions, fast, text, words):
    assert say(from_examination(exercise("BR04").dose, hold, repetitions, fast), words) == text


@pytest.mark.parametrize(
    "card, text",
    [
        ("HG01", "3 × 7 to 10"),
        ("HG05", "3 × 8 to 14 each side"),
        ("SL01", "3 × 21 seconds each side"),
        ("IM01", "3 × 42 seconds"),
        ("CO09", "3 × 14 to 28 m each side"),
        ("RD04", "3 × 1 minute, in a run"),
        ("ME08", "3 to 4 × 14 to 28 m"),
    ],
)
def test_a_dose_30_percent_lower(card, text, words):
    assert say(lowered(exercise(card).dose, 0.7), words) == text


def test_a_dose_of_one_is_as_low_as_it_goes():
    once = Dose(text="1", reps=(1, 1))
    assert lowered(once, 0.7) == once


def test_lowering_never_gives_more():
    for its in exercises().values():
        less = lowered(its.dose, 0.7)
        for name in ("sets", "reps", "breaths", "seconds", "metres"):
            now, was = getattr(less, name), getattr(its.dose, name)
            assert (now is None) == (was is None)
            assert was is None or (0 < now[0] <= was[0] and now[0] <= now[1] <= was[1])
