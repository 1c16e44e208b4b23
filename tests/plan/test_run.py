from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.plan import run
from runclinic.plan.run import Background, Felt, Run, Session
from tests.laws import LAW

TODAY = date(2026, 11, 20)


def a_diary(*done, days_ago=1, apart=2):
    """Sessions ("L3 green") two days apart, the last one `days_ago`."""
    count = len(done)
    return [
        Session(TODAY - timedelta(days_ago + apart * (count - 1 - at)), int(level[1:]), colour)
        for at, (level, colour) in enumerate(each.split() for each in done)
    ]


# ------------------------------------------------------------------------------------ start level
@pytest.mark.parametrize(
    "background, level",
    [
        (Background(weeks_pp=20, managed_or_with_cue=True), 1),  # C4
        (Background(12, 56, symptom_free_min=10), 3),
        (Background(25, 21, low_strength=True, symptom_free_min=4), 4),
        (Background(20, 14, weeks_pp=40, short_of_sleep=True), 4),
        (Background(), 1),  # new
        (Background(20, 42), 5),
        (Background(20, 43), 3),
        (Background(19, 42), 3),
        (Background(10, 84), 3),
        (Background(10, 85), 1),
        (Background(9, 5), 1),
        (Background(20, None), 1),
        (Background(20, 7, weeks_pp=25), 1),
        (Background(20, 7, weeks_pp=26), 5),
        (Background(20, 7, cautions=2), 5),
        (Background(20, 7, cautions=3), 4),
        (Background(20, 7, impact_pain_mild=True), 4),
        (Background(20, 7, wide_hiatus=True), 4),
        (Background(20, 7, cautions=5, short_of_sleep=True, low_strength=True), 2),
        (Background(20, 7, 60, 5, True, True, True, True), 1),  # never below 1
        (Background(20, 7, symptom_free_min=0), 1),
        (Background(20, 7, symptom_free_min=5), 4),
        (Background(20, 7, symptom_free_min=60), 5),
        (Background(20, 7, managed_or_with_cue=True, symptom_free_min=60), 1),
    ],
)
def test_where_she_starts(background, level):
    assert run.start_level(background) == level


def test_the_start_says_what_set_it():
    lowered = run.start(Background(20, 7, cautions=3, short_of_sleep=True, symptom_free_min=2))
    assert lowered == Run("ladder", 3, why=("cautions", "sleep"))
    assert run.start(Background(20, 7, symptom_free_min=4)).why == ("symptom_free",)
    assert run.start(Background(managed_or_with_cue=True)).why == ("managed_or_with_cue",)


backgrounds = st.builds(
    Background,
    longest_min=st.none() | st.integers(0, 120),
    longest_days_ago=st.none() | st.integers(0, 400),
    weeks_pp=st.none() | st.integers(0, 104),
    cautions=st.integers(0, 32),
    short_of_sleep=st.booleans(),
    low_strength=st.booleans(),
    impact_pain_mild=st.booleans(),
    wide_hiatus=st.booleans(),
    managed_or_with_cue=st.booleans(),
    symptom_free_min=st.none() | st.integers(0, 120),
)


@given(backgrounds)
@LAW
def test_the_start_is_1_to_7_and_within_her_symptom_free_time(background):
    level = run.start_level(background)
    assert 1 <= level <= 7
    free = background.symptom_free_min
    if free is not None and level > 1:
        assert run.levels()[level].run <= free / 2


@pytest.mark.parametrize(
    "runs_a_week, minutes, offered",
    [
        (3, 25, (3, 20)),
        (4, 20, (3, 16)),
        (3, 33, (3, 26)),
        (2, 25, None),
        (3, 19, None),
        (None, 25, None),
        (3, None, None),
    ],
)
def test_a_present_runner_is_offered_80_percent(runs_a_week, minutes, offered):
    found = run.present_runner(runs_a_week, minutes)
    assert (found and (found.per_week, found.minutes)) == offered


@pytest.mark.parametrize(
    "minutes, colours, next_minutes",
    [
        (20, ["green"], 20),
        (20, ["green", "green"], 22),
        (20, ["amber"], 20),
        (20, ["amber", "amber"], 16),
        (20, ["green", "red"], 16),
        (20, ["amber", "green"], 20),
        (25, ["red"], 20),
        (20, [], 20),
    ],
)
def test_her_minutes_after_her_sessions(minutes, colours, next_minutes):
    assert run.next_minutes(minutes, *colours) == next_minutes


# ---------------------------------------------------------------------------------- traffic light
@pytest.mark.parametrize(
    "felt, colour",
    [
        ({}, "green"),
        ({"leak": 1}, "amber"),
        ({"leak": 1, "agreed_leak": 1}, "green"),
        ({"leak": 2}, "red"),
        ({"leak": 2, "agreed_leak": 2}, "green"),
        ({"leak": 3, "agreed_leak": 2}, "red"),
        ({"stool": True}, "red"),
        ({"heaviness_above": 1}, "amber"),
        ({"heaviness_above": 3}, "amber"),
        ({"heaviness_above": 4}, "red"),
        ({"heaviness_above": 1, "settled_in_24_h": False}, "red"),
        ({"bulge": True}, "red"),
        ({"pain": 2}, "green"),
        ({"pain": 1, "settled_in_24_h": False}, "amber"),
        ({"pain": 3}, "amber"),
        ({"pain": 4}, "amber"),
        ({"pain": 5}, "red"),
        ({"pain": 1, "limp_night_or_sharp": True}, "red"),
        ({"pain": 2, "worse_next_day": True}, "red"),
        ({"bleeding": True}, "red"),
        ({"very_tired_next_day": True}, "amber"),
        ({"unwell": True}, "red"),
    ],
)
def test_the_colour_of_a_session(felt, colour):
    assert Felt(**felt).colour == colour


# ------------------------------------------------------------------------------- after a session
@pytest.mark.parametrize(
    "done, days_ago, level",
    [
        (["L3 green", "L3 green"], 1, 4),
        (["L4 amber"], 1, 4),
        (["L4 amber", "L4 amber"], 1, 3),
        (["L4 amber", "L4 amber", "L3 green", "L3 green"], 1, 4),
        (["L5 red"], 2, 3),
        (["L1 red"], 2, 0),
        (["L6 green"], 16, 3),
        (["L3 green"], 1, 3),
        (["L12 green", "L12 green"], 1, 12),
        (["L0 amber", "L0 amber"], 1, 0),
        (["L2 green", "L3 green"], 1, 3),  # first at this level
        (["L3 green", "L4 amber", "L4 green"], 1, 4),  # "previous" is the session just before
        (["L5 green", "L5 green"], 6, 6),
        (["L5 green", "L5 green"], 7, 4),
        (["L5 green", "L5 green"], 13, 4),
        (["L5 green", "L5 green"], 14, 2),
        (["L5 green", "L5 green"], 27, 2),
        (["L1 green"], 20, 1),  # a missed fortnight goes down to 1 at most
        (["L0 green"], 8, 0),
        (["L6 red"], 14, 3),  # the lower of colour and missed days
        (["L6 red"], 7, 4),
    ],
)
def test_the_next_level(done, days_ago, level):
    assert run.after(a_diary(*done, days_ago=days_ago), TODAY, calm=True) == Run("ladder", level)


@pytest.mark.parametrize(
    "done, days_ago, told, kind",
    [
        ([], 0, {}, "none"),
        ([], 0, {"hold": True}, "hold"),
        (["L3 green"], 40, {"hold": True}, "hold"),
        (["L3 green"], 28, {}, "reassess"),
        (["L3 red", "L1 red"], 28, {"calm": True}, "reassess"),
        (["L3 red"], 1, {}, "hold"),  # not calm yet
        (["L3 red"], 2, {"calm": True}, "ladder"),
        (["L5 red", "L3 green", "L3 red"], 1, {"calm": True}, "call"),  # two within 14 days
        (["L5 red", "L3 red"], 1, {"calm": True}, "call"),  # red after a red step-back
        (["L5 red", "L3 green"], 1, {}, "ladder"),  # the last one decides
    ],
)
def test_when_there_is_no_level(done, days_ago, told, kind):
    assert run.after(a_diary(*done, days_ago=days_ago), TODAY, **told).kind == kind


def test_two_reds_count_within_14_days():
    far = [
        Session(TODAY - timedelta(16), 5, "red"),
        Session(TODAY - timedelta(10), 3, "green"),
        Session(TODAY - timedelta(1), 3, "red"),
    ]
    assert run.after(far, TODAY, calm=True) == Run("ladder", 1)
    near = [Session(TODAY - timedelta(15), 5, "red"), *far[1:]]
    assert run.after(near, TODAY, calm=True).kind == "call"


def test_a_red_after_a_red_step_back_calls_however_far_apart():
    apart = [Session(TODAY - timedelta(21), 5, "red"), Session(TODAY - timedelta(1), 3, "red")]
    assert run.after(apart, TODAY, calm=True).kind == "call"


COLOURS = ("green", "amber", "red")


def _diary_of(numbers):
    """Sessions from plain numbers: days ago, level and colour in one."""
    done = [Session(TODAY - timedelta(n // 39), n // 3 % 13, COLOURS[n % 3]) for n in numbers]
    return sorted(done, key=lambda each: each.day)


sessions = st.lists(st.integers(0, 61 * 39 - 1), min_size=1, max_size=8).map(_diary_of)


@given(sessions, st.booleans())
@LAW
def test_a_level_stays_on_the_ladder_and_rises_after_green_only(done, calm):
    found = run.after(done, TODAY, calm=calm)
    last = done[-1]
    assert found.kind in {"ladder", "hold", "call", "reassess"}
    assert (found.level is None) == (found.kind != "ladder")
    if found.level is not None:
        assert 0 <= found.level <= 12
        assert found.level <= last.level + (last.colour == "green")
        if last.colour == "red":
            assert found.level < last.level or last.level == 0
    late = (TODAY - last.day).days >= 28
    assert (found.kind == "reassess") == late
    assert run.after(done, last.day + timedelta(28), calm=calm).kind == "reassess"


@given(st.lists(st.sampled_from(("green", "amber", "red")), min_size=1, max_size=40), st.integers(0, 12))
@LAW
def test_no_path_leaves_the_ladder(colours, level):
    day, done = TODAY - timedelta(120), []
    for colour in colours:
        done.append(Session(day, level, colour))
        found = run.after(done, day + timedelta(2), calm=True)
        if found.level is None:
            assert found.kind == "call"
            break
        assert 0 <= found.level <= 12
        assert found.level <= level or colour == "green"
        level, day = found.level, day + timedelta(2)


# --------------------------------------------------------------------------------------- run build
@pytest.mark.parametrize(
    "longest, unit, allowed",
    [(8, "km", 8.8), (5.5, "km", 6.0), (10, "km", 11.0), (30, "min", 33), (25, "min", 27), (45, "min", 49)],
)
def test_the_longest_run_grows_by_a_tenth(longest, unit, allowed):
    assert run.longest_next(longest, unit) == allowed


@given(st.integers(10, 600))
@LAW
def test_the_longest_run_never_grows_by_more_than_a_tenth(tenths):
    assert run.longest_next(tenths / 10, "km") * 100 <= tenths * 11 + 1e-6
    assert run.longest_next(tenths, "min") <= tenths * 1.1


@pytest.mark.parametrize(
    "now, target, weeks",
    [(5, 8, 7), (8, 8, 0), (10, 8, 0), (10, 11, 2), (10, 12.1, 3), (8, 16, 11), (3, 21.1, 28)],
)
def test_weeks_to_a_long_run(now, target, weeks):
    assert run.weeks_to(now, target) == weeks


def test_whether_the_race_day_is_in_reach():
    assert run.in_time(5, 8, TODAY, TODAY + timedelta(49))
    assert not run.in_time(5, 8, TODAY, TODAY + timedelta(48))


def test_weeks_and_tapers():
    assert run.week_next(90) == 99
    assert run.week_is_amber(100, 90)
    assert not run.week_is_amber(99, 90)
    assert run.taper_minutes(91) == 45
    assert run.easy_minutes(30) == 20
    assert run.easy_minutes(60) == 24


@pytest.mark.parametrize(
    "number, long, green_weeks, runs",
    [
        (1, 30, 0, [("R easy", 20), ("R easy", 20), ("R long", 30)]),
        (3, 60, 2, [("R easy", 24), ("R strides", 24), ("R long", 60)]),
        (4, 60, 3, [("R easy", 16), ("R strides", 16), ("R long", 42)]),
        (5, 60, 4, [("R easy", 24), ("R strides", 24), ("R easy", 24), ("R long", 60)]),
    ],
)
def test_a_week_of_the_build(number, long, green_weeks, runs):
    its = run.build_week(number, long, green_weeks)
    assert its.runs == tuple(runs)
    assert its.minutes == sum(minutes for _, minutes in runs)
    assert its.easier == (number % 4 == 0)
    assert its.strength_share == (0.5 if number % 4 == 0 else 1)
    assert its.speed_allowed == (green_weeks >= 4)
    assert its.strides == ((4, 6) if number >= 3 else None)
