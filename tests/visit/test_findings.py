"""Findings: every code with what sets it and what does not (CLINICAL section 0 and 12.3)."""

import pytest

from runclinic.plan.content import content
from runclinic.visit.findings import FINDINGS
from tests.whole_visit import assessed


def sides(left, right):
    return {"left": left, "right": right}


def found(changes, **more):
    return assessed(changes, **more).findings


SETS = [
    ("F-LEAK-S", {"history/H17": "weekly", "history/H18": ["jump_hop"]}),
    ("F-LEAK-S", {"history/H17": "weekly", "history/H18": ["jump_hop", "urge"]}),
    ("F-LEAK-S", {"history/H17": "weekly", "history/H18": ["urge"], "history/H19": "stress"}),
    ("F-LEAK-S", {"abdominal_wall/cough_leak": 1}),
    ("F-LEAK-S", {"external/cough_leak": 1}),
    ("F-LEAK-R", {"history/H17": "weekly", "history/H18": ["running"]}),
    ("F-LEAK-R", {"load_tests/LT05_leak": 1}),
    ("F-LEAK-U", {"history/H17": "weekly", "history/H18": ["night"]}),
    ("F-LEAK-U", {"history/H17": "weekly", "history/H18": ["walking", "night"]}),
    ("F-COORD", {"abdominal_wall/cough_pf": "late"}),
    ("F-COORD", {"pelvic_floor/descends": "yes"}),
    ("F-COORD", {"external/perineum": "goes_down"}),
    ("F-COORD", {"abdominal_wall/strategy_lift": "bears_down"}),
    ("F-COORD", {"abdominal_wall/cough_leak": 3, "abdominal_wall/knack_leak": 2}),
    ("F-WEAK", {"pelvic_floor/grade_overall": "2+"}),
    ("F-WEAK", {"pelvic_floor/grade_overall": "0"}),
    ("F-ENDUR", {"pelvic_floor/stand_fast": 9}),
    ("F-TIGHT", {"pelvic_floor/tone": sides("raised", "low"), "pelvic_floor/relaxation": "delayed"}),
    ("F-TIGHT", {"pelvic_floor/tender_puborectalis": sides(0, 4)}),
    ("F-HEAVY", {"history/H22_worst": 1}),
    ("F-HEAVY", {"history/H55_heaviness": 1}),
    ("F-HEAVY", {"load_tests/LT05_heaviness": 1}),
    ("F-HEAVY", {"strength/ST02_heaviness": 3, "strength/ST02_heaviness_before": 2}),
    ("F-BOWEL", {"history/H25_gas": "monthly"}),
    ("F-BREATH", {"abdominal_wall/strategy_squat": "hold"}),
    ("F-BREATH", {"abdominal_wall/strategy_hop": "bears_down"}),
    ("F-DRA", {"abdominal_wall/tension": "poor"}),
    ("F-DRA", {"abdominal_wall/doming": "yes", "abdominal_wall/doming_controlled": "no"}),
    ("F-HIP", {"strength/ST02": sides(19, 22)}),
    ("F-HIP", {"strength/ST04": {"left": 12}}),
    ("F-HIP", {"load_tests/LT03_pelvis": "no"}),
    ("F-HIP", {"load_tests/LT03_pelvis": sides("yes", "no")}),
    ("F-SLCTRL", {"load_tests/LT03_trunk": "no", "load_tests/LT03_knee": sides("no", "yes")}),
    ("F-SLCTRL", {"load_tests/LT02": sides(9, 12)}),
    ("F-SLCTRL", {"load_tests/LT07_leak": 1}),
    ("F-CALF", {"strength/ST01": sides(22, 19)}),
    ("F-ASYM", {"strength/ST03": sides(22, 26)}),
    ("F-PGP", {"history/H29": ["pelvic_girdle"], "history/H30": {"pelvic_girdle": {"now": 0, "impact": 3}}}),
    ("F-PGP", {"pgq/total": 25}),
    ("F-IMPACT", {"load_tests/LT05": 9}),
    ("F-IMPACT", {"load_tests/LT05_msk_pain": 3}),
    (
        "F-IMPACT",
        {
            "load_tests/LT05_leak": 1,
            "load_tests/LT05_retest": 10,
            "load_tests/LT05_retest_symptoms": "none",
            "load_tests/LT05_retest_msk_pain": 3,
        },
    ),
    ("F-FEAR", {"history/H51": 4}),
    ("F-MENO", {"history/H13": "S2"}),
    ("F-MENO", {"history/H13": "S7"}),
    ("F-BONE", {"history/H36": ["fracture"]}),
    ("F-SCAR", {"abdominal_wall/scar_perineum_movement": 2}),
    ("F-SCAR", {"abdominal_wall/scar_csection_pain": 4}),
    ("F-ENERGY", {"reds_cat2/colour": "yellow"}),
    ("F-SLEEP", {"history/H48_broken": 5}),
]
DOES_NOT = [
    ("F-LEAK-S", {"history/H17": "never", "history/H18": ["jump_hop"]}),
    ("F-LEAK-R", {"load_tests/LT05_leak": 1, "load_tests/LT01_leak": 1}),
    ("F-LEAK-R", {"load_tests/LT05_leak": 1, "abdominal_wall/cough_leak": 1}),
    ("F-COORD", {"abdominal_wall/cough_pf": "late", "pelvic_floor/grade_overall": "2"}),
    ("F-COORD", {"abdominal_wall/cough_leak": 3, "abdominal_wall/knack_leak": 0}),
    ("F-COORD", {"abdominal_wall/cough_leak": 2, "abdominal_wall/knack_leak": 2}),
    ("F-WEAK", {"pelvic_floor/grade_overall": None}),
    ("F-ENDUR", {"pelvic_floor/stand_fast": None}),
    ("F-ENDUR", {"pelvic_floor/stand_fast": 9, "pelvic_floor/grade_overall": "2"}),
    ("F-TIGHT", {"pelvic_floor/tone": sides("raised", "low")}),
    ("F-HEAVY", {"load_tests/LT05_heaviness": 2, "load_tests/LT05_heaviness_before": 2}),
    ("F-HEAVY", {"load_tests/OT01_heaviness": 5}),
    ("F-HEAVY", {"load_tests/LT05_retest": 10, "load_tests/LT05_retest_heaviness": 5}),
    ("F-BOWEL", {"history/H25_gas": "under_monthly"}),
    ("F-DRA", {"abdominal_wall/doming": "yes", "abdominal_wall/doming_controlled": "yes"}),
    ("F-HIP", {"strength/ST02": sides(19, 22), "strength/ST02_stopped": "time"}),
    ("F-HIP", {"strength/ST02": None}),
    ("F-SLCTRL", {"load_tests/LT03_trunk": "no", "load_tests/LT03_knee": "declined"}),
    ("F-SLCTRL", {"load_tests/LT02": sides(9, 12), "load_tests/LT02_stopped": "space"}),
    ("F-SLCTRL", {"load_tests/LT02": None}),
    ("F-CALF", {"strength/ST01": sides(22, 19), "strength/ST01_stopped": "space"}),
    ("F-ASYM", {"strength/ST03": sides(18, 20)}),
    ("F-ASYM", {"load_tests/LT02": sides(10, 40)}),
    ("F-PGP", {"history/H30": {"pelvic_girdle": {"now": 9, "worst": 9, "impact": 9}}}),
    (
        "F-IMPACT",
        {"load_tests/LT05_leak": 1, "load_tests/LT05_retest": 10, "load_tests/LT05_retest_symptoms": "none"},
    ),
    ("F-IMPACT", {"load_tests/LT05": None}),
    ("F-MENO", {"history/H13": "S6"}),
    ("F-MENO", {"history/H13": None}),
    ("F-SCAR", {"abdominal_wall/scar_perineum_movement": 1, "abdominal_wall/scar_csection_pain": 3}),
]


def test_the_good_visit_has_no_finding():
    assert found({}) == ()


@pytest.mark.parametrize(("code", "changes"), SETS)
def test_a_finding_is_set(code, changes):
    assert code in found(changes)


@pytest.mark.parametrize(("code", "changes"), DOES_NOT)
def test_a_finding_is_not_set(code, changes):
    assert code not in found(changes)


def test_stride_comes_from_the_therapists_ticks():
    assert found({}, gait=("drop",)) == ("F-STRIDE",)


def test_every_code_is_set_by_a_row():
    assert {code for code, _ in SETS} | {"F-STRIDE"} == set(FINDINGS)


def test_the_order_is_that_of_the_plans_table():
    table = dict.fromkeys(code for row in content().row for code in row.findings)
    assert list(table) == list(FINDINGS)


def test_the_therapist_may_add_or_dismiss_a_finding():
    assert found({"finding/F-CALF": "added"}) == ("F-CALF",)
    assert found({"history/H51": 4, "finding/F-FEAR": "dismissed"}) == ()
