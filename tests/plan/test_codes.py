from datetime import timedelta

import pytest

from runclinic.forms.flags import OpenFlag
from runclinic.plan import codes
from runclinic.plan.exercise import exercise
from tests.plan.known import VISIT, a_rule, a_test, facts, rules

BONE = rules(a_rule("R28", "not_met", "caution"))


def a_flag(flag_id, action):
    return (OpenFlag(flag_id, action, "", ""),)


def days_ago(days):
    return (VISIT - timedelta(days)).isoformat()


def active(known, outcome="O4", findings=()):
    return codes.active(outcome, findings, known)


@pytest.mark.parametrize(
    "code, holds, known, outcome, findings",
    [
        ("X1", True, {}, "O2", ()),
        ("X1", False, {}, "O3", ()),
        ("X1", True, {"flags": a_flag("RF16", "A3h")}, "O4", ()),
        ("X1", True, {"flags": a_flag("RF07", "A2")}, "O4", ()),
        ("X1", False, {"flags": a_flag("RF13", "A3")}, "O4", ()),
        ("X2", True, {}, "O4", ("F-HEAVY",)),
        ("X2", True, {"answers": {"history/H23": "sometimes"}}, "O4", ()),
        ("X2", False, {"answers": {"history/H23": "no"}}, "O4", ()),
        ("X2", False, {"answers": {"history/H23": "declined"}}, "O4", ()),
        (
            "X2",
            False,
            {"answers": {"history/H23": "always", "history/H34": "ring", "history/H34_running": "yes"}},
            "O4",
            (),
        ),
        (
            "X2",
            True,
            {"answers": {"history/H23": "always", "history/H34": "ring", "history/H34_running": "no"}},
            "O4",
            (),
        ),
        (
            "X2",
            True,
            {"answers": {"history/H34": "ring", "history/H34_running": "yes"}},
            "O4",
            ("F-HEAVY",),
        ),
        (
            "X3",
            True,
            {"answers": {"abdominal_wall/doming": "yes", "abdominal_wall/doming_controlled": "no"}},
            "O4",
            (),
        ),
        (
            "X3",
            False,
            {"answers": {"abdominal_wall/doming": "yes", "abdominal_wall/doming_controlled": "yes"}},
            "O4",
            (),
        ),
        ("X4", True, {"flags": a_flag("RF20", "A3h")}, "O4", ()),
        (
            "X4",
            True,
            {"weeks_pp": 5, "answers": {"history/H07": ["ventouse", "planned_caesarean"]}},
            "O3",
            (),
        ),
        ("X4", False, {"weeks_pp": 6, "answers": {"history/H07": ["planned_caesarean"]}}, "O3", ()),
        (
            "X4",
            False,
            {"weeks_pp": 5, "answers": {"history/H07": ["emergency_caesarean", "ventouse"]}},
            "O3",
            (),
        ),
        ("X4", False, {"weeks_pp": None, "answers": {"history/H07": ["planned_caesarean"]}}, "O3", ()),
        ("X4", True, {"answers": {"history/H33": [{"type": "hernia", "date": days_ago(41)}]}}, "O4", ()),
        ("X4", False, {"answers": {"history/H33": [{"type": "hernia", "date": days_ago(42)}]}}, "O4", ()),
        ("X4", False, {"answers": {"history/H33": [{"type": "sling", "date": days_ago(5)}]}}, "O4", ()),
        ("X4", False, {"answers": {"history/H33": [{"type": "hernia", "date": "declined"}]}}, "O4", ()),
        (
            "X4",
            True,
            {"answers": {"history/H33": [{"type": "hysterectomy_total", "date": days_ago(5)}]}},
            "O4",
            (),
        ),
        ("X5", True, {}, "O4", ("F-TIGHT",)),
        ("X6", True, {"flags": a_flag("RF16", "A2")}, "O4", ()),
        ("X6", True, {"answers": {"history/H50_bone_injury_date": days_ago(182)}}, "O4", ()),
        ("X6", False, {"answers": {"history/H50_bone_injury_date": days_ago(183)}}, "O4", ()),
        (
            "X6",
            False,
            {"answers": {"history/H50_bone_injury_date": days_ago(9), "history/H50_bone_clearance": "yes"}},
            "O4",
            (),
        ),
        ("X7", True, {"criteria": BONE, "answers": {"history/H36": ["fracture"]}}, "O4", ()),
        ("X7", True, {"criteria": BONE, "answers": {"history/H37_tscore": -2.5}}, "O4", ()),
        (
            "X7",
            False,
            {"criteria": BONE, "answers": {"history/H37_tscore": -3.0, "history/H37_clearance": "yes"}},
            "O4",
            (),
        ),
        ("X7", False, {"answers": {"history/H37_tscore": -3.0}}, "O4", ()),  # R28 does not speak of it
        ("X8", True, {"tests": {"ST01": a_test("ST01", 20, 20, pain=3)}}, "O4", ()),
        ("X8", False, {"tests": {"ST01": a_test("ST01", 20, 20, pain=2)}}, "O4", ()),
        ("X9", True, {"flags": a_flag("RF18", "A3h")}, "O4", ()),
        (
            "X9",
            True,
            {"criteria": BONE, "answers": {"history/H36": ["fracture"], "history/H36_fractures": "several"}},
            "O4",
            (),
        ),
        (
            "X9",
            False,
            {"criteria": BONE, "answers": {"history/H36": ["fracture"], "history/H36_fractures": "one"}},
            "O4",
            (),
        ),
        ("X10", True, {"weeks_pp": 11}, "O4", ()),
        ("X10", False, {"weeks_pp": 12}, "O4", ()),
        ("X10", False, {"weeks_pp": "n/a"}, "O4", ()),
        (
            "X10",
            False,
            {"weeks_pp": 8, "criteria": rules(a_rule("R05", "not_met", "caution", "O4", "individual"))},
            "O4",
            (),
        ),
        ("X11", True, {"answers": {"load_tests/LT02": {"left": 4, "right": 20}}}, "O4", ()),
        ("X11", False, {"answers": {"load_tests/LT02": {"left": 5, "right": 20}}}, "O4", ()),
        ("X11", False, {"answers": {"load_tests/LT02": {"left": 5}}}, "O4", ()),
        ("X12", True, {"tests": {"ST02": a_test("ST02", 20, 20, pain=4)}}, "O4", ("F-PGP",)),
        ("X12", False, {"tests": {"ST02": a_test("ST02", 20, 20, pain=4)}}, "O4", ()),
        ("X12", False, {"tests": {"ST03": a_test("ST03", 20, 20, pain=4)}}, "O4", ("F-PGP",)),
        (
            "X13",
            True,
            {"answers": {"history/H29": ["wrist"], "history/H30": {"wrist": {"now": 1, "worst": 3}}}},
            "O4",
            (),
        ),
        ("X13", True, {"answers": {"history/H29": ["knee"], "history/H30": {"knee": {"now": 3}}}}, "O4", ()),
        (
            "X13",
            False,
            {"answers": {"history/H29": ["knee"], "history/H30": {"knee": {"impact": 9, "now": 2}}}},
            "O4",
            (),
        ),
        ("X13", False, {"answers": {"history/H29": ["shin"], "history/H30": {"shin": {"now": 9}}}}, "O4", ()),
        ("X14", True, {"flags": a_flag("RF05", "A2")}, "O1", ()),
        ("X14", True, {"flags": a_flag("RF31", "A2")}, "O1", ()),
        ("X14", False, {"flags": a_flag("RF31", "A4")}, "O4", ()),
        ("X14", False, {"flags": a_flag("RF05", "A3")}, "O4", ()),
        ("X14", True, {"answers": {"safety/RF32_systolic": 180}}, "O4", ()),
        ("X14", True, {"answers": {"safety/RF32_diastolic": 110}}, "O4", ()),
        ("X14", False, {"answers": {"safety/RF32_systolic": 179, "safety/RF32_diastolic": 109}}, "O4", ()),
        ("X14", True, {"weeks_pp": 6, "answers": {"safety/RF32_systolic": 150}}, "O4", ()),
        ("X14", False, {"weeks_pp": 7, "answers": {"safety/RF32_systolic": 150}}, "O4", ()),
        ("X14", False, {"answers": {"safety/RF32_pulse": 150}}, "O4", ()),
    ],
)
def test_when_a_code_is_active(code, holds, known, outcome, findings):
    assert (code in active(facts(**known), outcome, findings)) == holds


def test_nothing_known_is_no_code():
    assert active(facts()) == frozenset()


def test_pain_keeps_away_the_cards_that_load_what_hurts():
    calf = facts(tests={"ST01": a_test("ST01", 20, 20, pain=3)})
    assert codes.kept_away(active(calf), calf) == {"CF02"}
    squat = facts(tests={"LT03": a_test("LT03", 10, 10, pain=5)})
    assert codes.kept_away(active(squat), squat) == {"SL05", "SL06", "SL07", "ME05"}


def test_poor_balance_says_hold_a_wall_and_keeps_nothing_away():
    shaky = facts(answers={"load_tests/LT02": {"left": 2, "right": 2}})
    found = active(shaky)
    assert found == {"X11"}
    assert codes.kept_away(found, shaky) == frozenset()
    assert codes.notes(found, exercise("SL01")) == ("hold_wall",)
    assert codes.notes(found, exercise("HG01")) == ()


def test_a_tight_pelvic_floor_keeps_every_lift_away():
    found = codes.kept_away({"X5"}, facts())
    assert found == {"BR03", "BR04", "BR05", "BR06", "BR07", "BR10", "HG10"}
