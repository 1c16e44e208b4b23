import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.forms.flags import OpenFlag
from runclinic.forms.pop_q import Stage
from runclinic.plan import Plan, build
from runclinic.plan.build import review_weeks
from runclinic.plan.content import content
from runclinic.plan.dose import say
from runclinic.plan.exercise import exercise
from runclinic.plan.run import Run
from runclinic.readiness.load_test import Symmetry
from tests.laws import LAW
from tests.plan.known import VISIT, a_rule, facts, rules

C4_FINDINGS = ("F-LEAK-S", "F-LEAK-R", "F-COORD", "F-HIP", "F-CALF", "F-ASYM")
NO_BASE = a_rule("R31", "not_met", "info", "O4")
C4 = facts(
    rules(
        a_rule("R08", "met", "caution", grade="with_cue"),
        a_rule("R16", "not_met", "caution", "O4", "room"),
        a_rule("R17", "not_met", "caution", "O4"),
        a_rule("R21", "not_met", "caution"),
        NO_BASE,
    ),
    answers={
        "strength/ST01": {"left": 15, "right": 19},
        "pelvic_floor/endurance": 6,
        "pelvic_floor/repetitions": 9,
        "pelvic_floor/fast": 8,
        "history/H18": ["jump_hop"],
        "history/H17": "weekly",
    },
    weeks_pp=20,
    symmetry={"ST01": Symmetry(78.9, "left"), "ST03": Symmetry(85.7, "left"), "ST04": Symmetry(100, None)},
)


def days_ago(days):
    return (VISIT - timedelta(days)).isoformat()


def test_c4_as_a_whole(words):
    plan = build("O4", C4_FINDINGS, C4)
    cards = "BR10 HG01 BR03 IM03 BR07 SL09 IM05 CF02 SL01 HG05 RD04 MO05"
    assert [each.id for each in plan.exercises] == cards.split()
    assert (plan.phase, plan.step, plan.review_weeks) == (4, 4, 1)  # four cautions: one week earlier
    assert plan.cues == ("Q01", "Q03", "Q05")
    assert plan.run == Run("ladder", 1, why=("managed_or_with_cue",))
    assert plan.ladder_level == 1
    assert plan.weak_side == "left"
    assert [each.id for each in plan.exercises if each.extra_set == "left"] == ["SL09", "CF02", "HG05"]
    assert [(each.id, each.session) for each in plan.exercises[:4]] == [
        ("BR10", "B"),
        ("HG01", "S"),
        ("BR03", "B"),
        ("IM03", "S"),
    ]
    assert plan.exercises[0].finding == "F-LEAK-S"
    assert plan.exercises[-1].finding == ""
    assert say(plan.exercises[1].dose, words) == "3 × 10 to 15"
    assert plan.minutes_a_day == 44
    assert plan.course_months == 3
    assert [each.text for each in plan.cue_cards()][:1] == ["Take quicker, shorter steps: follow the beat"]
    assert [day.sessions for day in plan.week][:3] == [("R",), ("S",), ("R",)]
    assert plan.exercises[1].exercise is exercise("HG01")


def test_c7_as_a_whole():
    c7 = facts(
        rules(a_rule("R29", "not_met", "info"), a_rule("R30", "not_met", "info")),
        answers={"history/H13": "S3"},
    )
    plan = build("O5", ("F-MENO",), c7)
    cards = "ME06 BR04 CF02 ME01 ME02 ME05 ME04 IM05 BR03 RD04 MO05"
    assert [each.id for each in plan.exercises] == cards.split()
    assert (plan.phase, plan.step, plan.review_weeks, plan.run) == (5, 4, 6, Run("build"))
    assert sum("S heavy" in day.sessions for day in plan.week) == 2
    assert plan.cues == ("Q10",)


def test_c8_has_doses_30_percent_lower(words):
    c8 = facts(
        rules(*(a_rule(rule, "not_met", "caution") for rule in ("R21", "R22", "R24", "R25"))),
        answers={
            "abdominal_wall/doming": "yes",
            "abdominal_wall/doming_controlled": "no",
            "strength/ST01": {"left": 9, "right": 16},
        },
    )
    findings = ("F-WEAK", "F-HEAVY", "F-DRA", "F-HIP", "F-SLCTRL", "F-CALF", "F-ASYM", "F-ENERGY")
    plan = build("O2", findings, c8)
    cards = "BR03 HG01 BR11 SL04 CO01 HG05 SL01 CF01 BR04 MO05"
    assert " ".join(each.id for each in plan.exercises) == cards
    assert plan.codes == ("X1", "X2", "X3")
    doses = {each.id: say(each.dose, words) for each in plan.exercises}
    assert doses["HG01"] == "3 × 7 to 10"
    assert doses["BR03"] == "10 times"  # breath work is no load
    notes = {each.id: each.notes for each in plan.exercises}
    assert notes["SL04"] == ("low", "lowered")
    assert notes["BR03"] == ()
    assert plan.run == Run("none")
    assert plan.cues == ()


def test_nothing_at_o0():
    plan = build("O0", ("F-HEAVY", "F-LEAK-S"), facts())
    assert plan == Plan("O0", None, findings=("F-LEAK-S", "F-HEAVY"))
    assert plan.step is None
    assert plan.as_json() == {
        "phase": None,
        "exercises": [],
        "cues": [],
        "run": {"kind": "none"},
        "ladder_level": None,
        "review_weeks": None,
        "week": [],
        "texts": [],
    }


def test_the_rules_are_judged_where_they_were_not():
    unjudged = replace(C4, criteria=())
    assert build("O3", (), unjudged).review_weeks is not None


def test_the_first_weeks_after_birth_open_phase_1_only():
    plan = build("O4", ("F-LEAK-S",), replace(C4, weeks_pp=2))
    assert (plan.phase, plan.step, plan.run, plan.cues) == (1, 1, Run("none"), ())
    assert {each.id[:2] for each in plan.exercises} <= {"BR", "MO"}
    assert build("O4", (), replace(C4, weeks_pp=3)).phase == 4


@pytest.mark.parametrize(
    "outcome, cautions, weeks",
    [
        ("O0", 0, None),
        ("O1", 0, 2),
        ("O1", 3, 1),
        ("O2", 2, 3),
        ("O2", 3, 2),
        ("O3", 0, 2),
        ("O3", 9, 1),
        ("O4", 0, 2),
        ("O5", 0, 6),
        ("O5", 3, 5),
    ],
)
def test_when_she_comes_again(outcome, cautions, weeks):
    assert review_weeks(outcome, cautions) == weeks


@pytest.mark.parametrize(
    "outcome, answers, criteria, run",
    [
        ("O3", {}, (), Run("none")),
        ("O5", {}, (), Run("build")),
        ("O4", {}, (), Run("present_runs")),  # a) R31 met
        ("O4", {"history/H41_runs": 3, "history/H43": 25}, (NO_BASE,), Run("runs", per_week=3, minutes=20)),
        (
            "O4",
            {
                "history/H41_runs": 3,
                "history/H43": 25,
                "load_tests/OT02": 4,
                "load_tests/OT02_symptom": "yes",
            },
            (NO_BASE,),
            Run("ladder", 1),
        ),
        ("O4", {}, (NO_BASE,), Run("ladder", 1)),
        (
            "O4",
            {"history/H42_longest_min": 12, "history/H42_longest_date": days_ago(56), "history/H43": 10},
            (NO_BASE,),
            Run("ladder", 3),
        ),
        (
            "O4",
            {"history/H42_longest_min": 25, "history/H42_longest_date": days_ago(21), "history/H43": 4},
            (NO_BASE, a_rule("R16", "not_met", "caution", "O4", "low")),
            Run("ladder", 4, why=("low_strength",)),
        ),
        (
            "O4",
            {"history/H42_longest_min": 25, "history/H42_longest_date": days_ago(21)},
            (NO_BASE, a_rule("R12", "not_met", "caution", "O4", "mild")),
            Run("ladder", 4, why=("impact_pain",)),
        ),
        (
            "O4",
            {
                "history/H42_longest_min": 25,
                "history/H42_longest_date": days_ago(21),
                "pop_q/GH": 5,
                "pop_q/PB": 4,
            },
            (NO_BASE,),
            Run("ladder", 4, why=("wide_hiatus",)),
        ),
        ("O4", {"diary/hold": "yes"}, (), Run("hold")),
        (
            "O4",
            {"diary/sessions": [{"date": days_ago(1), "level": 5, "colour": "red"}]},
            (),
            Run("hold"),
        ),
        (
            "O4",
            {"diary/sessions": [{"date": days_ago(1), "level": 5, "colour": "red"}], "diary/calm": "yes"},
            (),
            Run("ladder", 3),
        ),
        (
            "O4",
            {"diary/sessions": [{"date": days_ago(30), "level": 5, "colour": "green"}]},
            (),
            Run("reassess"),
        ),
        (  # a line that says nothing is no session
            "O4",
            {"diary/sessions": [{"date": days_ago(1), "level": 5}, {"level": 5, "colour": "red"}]},
            (NO_BASE,),
            Run("ladder", 1),
        ),
        ("O5", {"diary/hold": "yes"}, (), Run("build")),
    ],
)
def test_the_running(outcome, answers, criteria, run):
    assert build(outcome, (), facts(rules(*criteria), answers=answers)).run == run


def test_running_on_hold_is_taken_out_of_the_week():
    plan = build("O4", (), facts(answers={"diary/hold": "yes"}))
    assert not any("R" in day.sessions for day in plan.week)


def test_her_days_and_equipment_shape_the_plan():
    plan = build(
        "O4",
        ("F-MENO",),
        facts(
            answers={
                "history/H53_days": ["mon", "wed", "fri", "other: evenings"],
                "history/H53_equipment": [],
                "history/H52_minutes": 20,
            }
        ),
    )
    assert all(not exercise(each.id).equipment for each in plan.exercises)
    assert {day.day for day in plan.week if "R" in day.sessions} == {"mon", "wed", "fri"}


def test_balance_below_5_seconds_prints_hold_a_wall():
    plan = build("O2", ("F-SLCTRL",), facts(answers={"load_tests/LT02": {"left": 3, "right": 9}}))
    assert {each.id: each.notes for each in plan.exercises}["SL01"] == ("hold_wall",)


def test_notes_of_fear_and_of_loose_joints():
    plan = build("O2", ("F-FEAR",), facts(answers={"history/H36": ["hypermobility"]}))
    notes = {each.id: each.notes for each in plan.exercises}
    assert notes["SL03"] == ("easy_first",)
    assert notes["BR03"] == ()
    assert notes["MO05"] == ("short_of_end",)


def test_an_urge_adds_five_quick_lifts():
    plan = build("O2", ("F-LEAK-U",), facts())
    assert {each.id: each.notes for each in plan.exercises}["BR05"] == ("urge",)


@pytest.mark.parametrize(
    "symmetry, side",
    [
        ({}, ""),
        ({"ST01": Symmetry(80, "right"), "ST02": Symmetry(70, "left")}, "left"),
        ({"LT02": Symmetry(10, "left"), "OT03": Symmetry(66, "right")}, "right"),
        ({"ST01": Symmetry(None, None), "ST02": Symmetry(100, None)}, ""),
    ],
)
def test_the_weak_side(symmetry, side):
    assert build("O2", ("F-ASYM",), facts(symmetry=symmetry)).weak_side == side


@pytest.mark.parametrize(
    "known, months",
    [
        ({"answers": {"history/H19": "stress"}}, 3),
        ({"answers": {"history/H19": "urge"}}, None),
        ({"answers": {"history/H19": "mixed", "history/H23": "always"}}, 4),
        ({"pop_q": Stage("II", -1)}, 4),
        ({"pop_q": Stage("I", -1.5)}, None),
    ],
)
def test_how_long_the_pelvic_floor_work_goes_on(known, months):
    assert build("O2", (), facts(**known)).course_months == months


def test_no_course_without_a_lift():
    assert build("O2", ("F-TIGHT",), facts(answers={"history/H19": "stress"})).course_months is None


def test_the_plan_as_json():
    runner = facts(rules(NO_BASE), answers={"history/H41_runs": 4, "history/H43": 30})
    written = json.loads(json.dumps(build("O4", ("F-ASYM",), runner).as_json()))
    assert written["run"] == {"kind": "runs", "per_week": 3, "minutes": 24}
    assert written["ladder_level"] is None
    card = written["exercises"][0]
    assert card == {
        "id": "IM05",
        "name": "Small two-foot hops",
        "dose": {"text": "3x20, w2-3", "sets": [3, 3], "reps": [20, 20], "a_week": [2, 3]},
        "session": "S",
        "finding": None,
        "notes": [],
        "extra_set": None,
    }
    assert written["week"][0] == {"day": "mon", "sessions": ["R"], "cards": ["BR03", "RD04", "MO05"]}


FINDINGS = tuple(dict.fromkeys(code for row in content().row for code in row.findings))
visits = st.builds(
    lambda flags, bulge, doming, pain, balance, weeks, fractures: facts(
        rules(a_rule("R28", "not_met", "caution")) if fractures else rules(),
        flags=tuple(OpenFlag(*flag, "", "") for flag in flags),
        weeks_pp=weeks,
        answers={
            "history/H23": bulge,
            "abdominal_wall/doming": doming,
            "abdominal_wall/doming_controlled": "no",
            "history/H29": ["knee"],
            "history/H30": {"knee": {"now": pain}},
            "load_tests/LT02": {"left": balance, "right": balance},
            "history/H36": ["fracture"] if fractures else [],
            "history/H36_fractures": fractures,
        },
    ),
    st.lists(
        st.sampled_from((("RF16", "A3h"), ("RF18", "A3h"), ("RF20", "A3h"), ("RF31", "A2"))), max_size=2
    ),
    st.sampled_from((None, "no", "always")),
    st.sampled_from((None, "no", "yes")),
    st.integers(0, 5),
    st.integers(0, 20),
    st.sampled_from(("n/a", None, 1, 5, 11, 20)),
    st.sampled_from((None, "one", "vertebral")),
)


@given(st.sampled_from(("O1", "O2", "O3", "O4", "O5")), st.integers(0, 2 ** len(FINDINGS) - 1), visits)
@LAW
def test_no_exercise_whose_code_is_active(outcome, bits, known):
    findings = tuple(code for at, code in enumerate(FINDINGS) if bits >> at & 1)
    plan = build(outcome, findings, known)
    all_or_nothing = set(plan.codes) - {"X8", "X11"}
    for card in plan.exercises:
        assert not all_or_nothing & set(card.exercise.not_if)
    if "F-TIGHT" in findings:
        assert not any("X5" in card.exercise.not_if for card in plan.exercises)
    placed = {each for day in plan.week for each in day.cards}
    assert placed >= {card.id for card in plan.exercises if card.session != "R"}
