from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.plan import week
from runclinic.plan.exercise import exercise
from runclinic.plan.week import DAYS, kind, lay_out, pattern_for, session_of, with_cards
from tests.laws import LAW


def row(outcome, findings=(), free=(), **told):
    days = lay_out(pattern_for(outcome, findings, phase_limit=told.pop("phase_limit", False)), free, **told)
    return [" + ".join(day.sessions) for day in days]


@pytest.mark.parametrize(
    "outcome, findings, days",
    [
        ("O1", (), ["B", "W10-20", "B", "W10-20", "B", "W10-20", "B"]),
        ("O2", (), ["S + B", "W20-30 + B", "S + B", "W20-30 + B", "S + B", "W30 + B", "B"]),
        ("O3", (), ["S + I", "W30", "S", "I + W20", "rest + B", "S + I", "W30"]),
        ("O4", (), ["R", "S", "R", "B + W", "S", "R", "rest + B"]),
        ("O5", (), ["S", "R easy", "S light", "R strides", "rest + B", "R long", "W + rest"]),
        ("O4", ("F-MENO",), ["S heavy", "R", "S heavy", "R", "rest + B", "R", "S light + rest"]),
        ("O5", ("F-MENO",), ["S heavy", "R", "S heavy", "R", "rest + B", "R", "S light + rest"]),
        ("O3", ("F-MENO",), ["S + I", "W30", "S", "I + W20", "rest + B", "S + I", "W30"]),
    ],
)
def test_the_week_of_an_outcome(outcome, findings, days):
    assert row(outcome, findings) == days
    assert row(outcome, findings, DAYS) == days


def test_there_is_no_week_without_a_plan():
    assert lay_out(pattern_for("O0", (), phase_limit=False)) == ()


def test_the_first_weeks_after_birth_are_those_of_rest():
    assert row("O4", phase_limit=True) == row("O1")


@pytest.mark.parametrize(
    "outcome, findings, free, days",
    [
        ("O4", (), "mon wed fri", ["R + S", "B", "R", "B", "R + S", "B", "rest + B"]),
        ("O4", (), "tue wed thu sat", ["B", "R", "S", "R", "B", "R + S", "rest + B"]),
        ("O4", (), "sat sun", ["B", "B", "B", "B", "rest + B", "R", "S"]),
        ("O5", (), "mon tue wed thu fri", ["R easy", "S", "R strides", "S light", "R long", "B", "rest + B"]),
        ("O5", (), "tue thu", ["B", "R easy + S", "B", "R long", "rest + B", "B", "B"]),
        ("O5", (), "sat", ["B", "B", "B", "B", "rest + B", "R easy + S", "B"]),
        ("O2", (), "mon thu sat sun", ["S + B", "B", "B", "S + B", "B", "S + B", "W20-30 + B"]),
        ("O3", (), "mon tue wed thu", ["S + I", "W30", "S", "I", "rest + B", "B", "B"]),
        ("O5", ("F-MENO",), "sat sun", ["B", "B", "S heavy", "B", "rest + B", "R", "S heavy"]),
    ],
)
def test_her_free_days_win_over_the_pattern(outcome, findings, free, days):
    assert row(outcome, findings, free.split()) == days


def test_a_heavy_strength_day_outside_her_days_says_so():
    days = lay_out(pattern_for("O4", ("F-MENO",), phase_limit=False), ("sat", "sun"))
    assert [day.day for day in days if not day.free] == ["wed"]


def test_runs_on_hold_leave_the_week():
    assert row("O4", runs=False) == ["B", "S", "B", "B + W", "S", "B", "rest + B"]
    assert not any("R" in day for day in row("O5", free=["tue"], runs=False))


@given(
    st.sampled_from(("O1", "O2", "O3", "O4", "O5")),
    st.booleans(),
    st.sets(st.sampled_from(DAYS)),
    st.booleans(),
)
@LAW
def test_a_week_keeps_its_distances(outcome, meno, free, runs):
    days = lay_out(
        pattern_for(outcome, ("F-MENO",) if meno else (), phase_limit=False), sorted(free), runs=runs
    )
    kinds = [{kind(session) for session in day.sessions} for day in days]
    assert len(days) == 7
    assert all(day.sessions for day in days)

    def on(which):
        return [at for at, there in enumerate(kinds) if which in there]

    def strong():
        return [at for at, day in enumerate(days) if {"S", "S heavy"} & set(day.sessions)]

    for placed in (on("R"), strong(), on("I")):
        assert all(min(b - a, 7 - b + a) >= 2 for a, b in combinations(placed, 2))
    assert sum(bool(there & {"S", "I", "R"}) for there in kinds) <= 6
    if meno and outcome in {"O4", "O5"}:
        assert len(strong()) == 2
    if not runs:
        assert not on("R")
    if free:
        outside = [
            day.sessions
            for day in days
            if day.day not in free and set(map(kind, day.sessions)) - {"B", "rest"}
        ]
        optional = [each for each in outside if each != ("B", "W")]
        assert all(
            each == ("S heavy",) or set(each) <= {"W", "rest"} or each == ("S light", "rest")
            for each in optional
        )
    for day in days:  # the run comes first
        order = [kind(each) for each in day.sessions]
        if "R" in order and "S" in order:
            assert order.index("R") < order.index("S")


@pytest.mark.parametrize(
    "outcome, card, session",
    [
        ("O4", "BR03", "B"),
        ("O4", "MO05", "B"),
        ("O4", "CF04", "B"),
        ("O4", "HG01", "S"),
        ("O4", "CF02", "S"),
        ("O4", "ME06", "S"),
        ("O4", "IM05", "S"),  # within the strength session
        ("O4", "RD02", "S"),
        ("O3", "IM05", "I"),
        ("O3", "RD03", "I"),
        ("O2", "IM01", "S"),
        ("O4", "RD04", "R"),
        ("O4", "RD01", "warm_up"),
        ("O1", "SL01", "B"),
        ("O1", "RD04", "B"),
    ],
)
def test_which_session_a_card_belongs_to(outcome, card, session):
    days = lay_out(pattern_for(outcome, (), phase_limit=False))
    assert session_of(exercise(card), days) == session


def test_the_cards_of_a_day():
    cards = [exercise(each) for each in ("BR03", "HG01", "IM05", "RD01", "RD04", "ME02")]
    days = with_cards(lay_out(pattern_for("O4", (), phase_limit=False)), cards)
    assert [" ".join(day.cards) for day in days] == [
        "BR03 RD01 RD04",
        "BR03 HG01 IM05 ME02",
        "BR03 RD01 RD04",
        "BR03 RD01",
        "BR03 HG01 IM05 ME02",
        "BR03 RD01 RD04",
        "BR03",
    ]


def test_a_dose_is_an_upper_limit_of_days():
    twice = [exercise("ME02"), exercise("HG01")]
    days = with_cards(lay_out(pattern_for("O2", (), phase_limit=False)), twice)
    assert [day.day for day in days if "HG01" in day.cards] == ["mon", "wed", "fri"]
    assert [day.day for day in days if "ME02" in day.cards] == ["mon", "fri"]
    assert week.MOST_DAYS == 6
