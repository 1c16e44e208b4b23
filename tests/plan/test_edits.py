import pytest

from runclinic.plan import build, edits
from runclinic.plan.dose import say
from runclinic.plan.run import Run
from runclinic.refused import Refused
from tests.plan.known import a_rule, facts, rules

NO_BASE = rules(a_rule("R31", "not_met", "info", "O4"))
PLAN = build("O4", ("F-HIP",), facts(NO_BASE))
IDS = [each.id for each in PLAN.exercises]


def edited(**entries):
    return edits.apply(
        PLAN, edits.read({f"plan/{key.replace('__', '/')}": value for key, value in entries.items()})
    )


def test_nothing_changed_is_the_proposal():
    found = edits.apply(PLAN, edits.read({"safety/RF01": "no", "plan/level": None}))
    assert found.plan == PLAN
    assert found.proposed is PLAN
    assert found.changes == ()


def test_exercises_taken_out_and_added():
    mine = [*IDS[1:], "CO02"]
    found = edited(exercises=mine)
    assert [each.id for each in found.plan.exercises] == mine
    assert [each.id for each in found.proposed.exercises] == IDS
    assert [(each.proposed, each.now, each.code) for each in found.changes] == [
        (IDS[0], None, ""),
        (None, "CO02", ""),
    ]
    added = found.plan.exercises[-1]
    assert (added.row, added.session, added.finding) == (edits.HERS, "S", "")
    assert any("CO02" in day.cards for day in found.plan.week)
    assert found.plan.minutes_a_day != PLAN.minutes_a_day or len(mine) == len(IDS)


def test_a_card_of_another_clinic_is_left_out_and_named():
    found = edited(exercises=[*IDS, "HG4711"], cues=["Q4711"], dose__HG4711={"sets": 2})
    assert [each.id for each in found.plan.exercises] == IDS
    assert found.foreign == ("HG4711", "Q4711")
    with pytest.raises(Refused, match="no exercise HG49"):
        edited(exercises=["HG49"])  # no number of a clinic's own


def test_another_order_is_one_change():
    found = edited(exercises=IDS[::-1])
    assert [each.key for each in found.changes] == ["plan/exercises"]
    assert found.changes[0].now == tuple(IDS[::-1])


def test_an_added_exercise_that_a_code_speaks_against_says_so():
    heavy = build("O2", ("F-HEAVY",), facts(answers={"load_tests/LT02": {"left": 2, "right": 2}}))
    ids = [each.id for each in heavy.exercises]
    found = edits.apply(heavy, edits.read({"plan/exercises": [*ids, "IM05", "SL08"]}))
    assert [(each.now, each.code) for each in found.changes] == [("IM05", "X1"), ("SL08", "")]


def test_a_dose_of_her_own(words):
    card = next(each.id for each in PLAN.exercises if each.dose.sets and each.dose.reps)
    found = edited(**{f"dose__{card}": {"sets": 2, "reps": [6, 8]}})
    its = next(each for each in found.plan.exercises if each.id == card)
    assert say(its.dose, words).startswith("2 × 6 to 8")
    assert [each.key for each in found.changes] == [f"plan/dose/{card}"]


def test_fast_lifts_of_her_own(words):
    meno = build("O5", ("F-MENO",), facts())
    found = edits.apply(meno, edits.read({"plan/dose/BR04": {"fast": 5}}))
    its = next(each for each in found.plan.exercises if each.id == "BR04")
    assert say(its.dose, words) == "8 holds of 6 s, rest as long, then 5 fast"


def test_cues_level_week_and_review():
    found = edited(
        cues=["Q04"], level=3, week__mon=["B"], week__tue=["R", "W20"], review_weeks=4, note__HG01="slowly"
    )
    assert found.plan.cues == ("Q04",)
    assert found.plan.ladder_level == 3
    assert found.plan.week[0].sessions == ("B",)
    assert found.plan.week[1].sessions == ("R", "W20")
    assert "RD04" in found.plan.week[1].cards
    assert found.plan.review_weeks == 4
    assert found.own_notes == {"HG01": "slowly"}
    assert [each.key for each in found.changes] == [
        "plan/note/HG01",
        "plan/cues",
        "plan/level",
        "plan/week/mon",
        "plan/week/tue",
        "plan/review_weeks",
    ]


def test_runs_instead_of_a_level():
    found = edited(runs={"per_week": 2, "minutes": 15})
    assert found.plan.run == Run("runs", per_week=2, minutes=15, why=(edits.HERS,))
    assert found.plan.ladder_level is None


def test_level_0_is_a_level():
    assert edited(level=0).plan.ladder_level == 0


def test_a_plan_that_is_not_printed_cannot_be_changed():
    none = build("O0", (), facts())
    assert edits.apply(none, edits.read({"plan/level": 3})).plan == none


@pytest.mark.parametrize(
    "key, value, said",
    [
        ("plan/exercises", ["HG1"], "no exercise HG1. Did you mean HG1"),
        ("plan/exercises", ["zzzz"], "no exercise zzzz"),
        ("plan/cues", ["Q49"], "no cue Q49"),
        ("plan/level", 13, "no level 13"),
        ("plan/level", -1, "cannot be -1"),
        ("plan/level", "3", "cannot be 3"),
        ("plan/review_weeks", 0, "cannot be 0"),
        ("plan/dose/XX01", {"sets": 3}, "no exercise XX01"),
        ("plan/dose/HG01", 3, "cannot be read"),
        ("plan/dose/HG01", {"sets": 0}, "cannot be 0"),
        ("plan/dose/HG01", {"sets": [3, 2]}, r"cannot be \[3, 2\]"),
        ("plan/dose/HG01", {"reps": []}, r"cannot be \[\]"),
        ("plan/runs", {"per_week": 3}, "both"),
        ("plan/week/monday", ["R"], "no day monday"),
        ("plan/week/mon", ["swim"], "no session swim"),
    ],
)
def test_what_a_plan_cannot_hold_is_refused(key, value, said):
    with pytest.raises(Refused, match=said):
        edits.read({key: value})
