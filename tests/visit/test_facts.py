"""What is known today: weeks since birth, age, what is shown and counts, tests and symmetry."""

from datetime import date

import pytest

from runclinic.readiness.facts import Facts
from runclinic.visit.client import Client
from runclinic.visit.facts import basic, facts, load_tests, weeks_since_birth, worse_side
from tests.whole_visit import DAY, assessed, born_at, weeks_ago


def of(answers, **client):
    return facts(Client(**client), DAY, answers)


@pytest.mark.parametrize(
    ("answers", "weeks"),
    [
        ({"history/H04": 0}, "n/a"),
        ({"history/H04": 0, "history/H06": weeks_ago(3)}, "n/a"),
        ({"history/H04": 1, "history/H06": weeks_ago(3, 6)}, 3),
        ({"history/H04": 1, "history/H06": DAY.isoformat()}, 0),
        ({"history/H04": 1, "history/H06": weeks_ago(104, 6)}, 104),
        ({"history/H04": 1, "history/H06": weeks_ago(105)}, "n/a"),
        ({"history/H04": 1}, None),
        ({"history/H04": 1, "history/H06": "declined"}, None),
        ({"history/H04": "declined", "history/H06": weeks_ago(3)}, None),
        ({}, None),
    ],
)
def test_weeks_since_birth(answers, weeks):
    assert weeks_since_birth(answers, DAY) == weeks


@pytest.mark.parametrize(
    ("born", "age"),
    [(date(1990, 11, 20), 36), (date(1990, 11, 21), 35), (date(2000, 2, 29), 26), (None, None)],
)
def test_age_in_whole_years(born, age):
    assert Client(born=born).age_on(DAY) == age


@pytest.mark.parametrize(
    ("stage", "after"),
    [("S1", False), ("S3", False), ("S4", True), ("S5", True), ("S7", True), ("S6", None), (None, None)],
)
def test_postmenopausal(stage, after):
    answers = {"history/H13": stage} if stage else {}
    assert basic(Client(), DAY, answers)["postmenopausal"] is after


def test_a_clients_name_is_said_in_full():
    assert Client(given_name="Ada", family_name="Example").name == "Ada Example"


def test_an_answer_to_a_question_that_is_not_shown_is_not_used():
    hidden = {"history/H17": "never", "history/H18": ["running"]}
    assert of(hidden).leak_type is None
    assert of(hidden | {"history/H17": "daily"}).leak_type == "running_only"


def test_the_examination_counts_only_with_consent():
    found = {"pelvic_floor/grade_overall": "4", "pop_q/GH": 3, "pop_q/PB": 3}
    assert of(found).grade is None
    assert of(found | {"consent/internal": "yes"}).lifts is True
    assert of(found | {"consent/internal": "no"}).hiatus_cm is None


def test_declined_is_not_known():
    declined = of({"history/H51": "declined", "strength/ST01": {"left": 20, "right": "declined"}})
    assert declined.number("history/H51") is None
    assert declined.side_numbers("strength/ST01") == (20, None)


@pytest.mark.parametrize(
    ("when", "kind"),
    [
        (["running"], "running_only"),
        (["running", "jump_hop"], "stress"),
        (["cough_sneeze"], "stress"),
        (["urge", "night"], "urge"),
        (["running", "night"], "mixed"),
        (["running", "urge", "sex"], "mixed"),
        (["running", "no_reason"], "other"),
        (["urge", "after_urine"], "other"),
        (["other: at work"], "other"),
        ([], None),
        (None, None),
    ],
)
def test_leak_type_from_when_it_leaks(when, kind):
    answers = {"history/H17": "weekly"} | ({} if when is None else {"history/H18": when})
    assert of(answers).leak_type == kind


def test_a_leak_type_that_was_typed_stands():
    assert (
        of({"history/H17": "weekly", "history/H18": ["running"], "history/H19": "mixed"}).leak_type == "mixed"
    )


def test_symptom_free_minutes_are_the_smaller_of_what_she_says_and_what_was_seen():
    said = {"history/H43": 12}
    seen = {"load_tests/OT02": 7, "load_tests/OT02_symptom": "yes"}
    assert of({}).symptom_free_min is None
    assert of(said).symptom_free_min == 12
    assert of(said | seen).symptom_free_min == 7
    assert of(seen | {"load_tests/OT02_symptom": "no"}).symptom_free_min is None


def test_pain_counts_at_sites_that_she_named():
    pain = {"history/H30": {"knee": {"now": 4, "worst": 6, "impact": "declined"}}}
    assert of(pain).pain("knee", "now") is None
    named = of(pain | {"history/H29": ["knee"]})
    assert [named.pain("knee", moment) for moment in ("now", "worst", "impact")] == [4, 6, None]
    assert named.pain("foot", "now") is None


@pytest.mark.parametrize(
    ("conditions", "more", "fractures"),
    [
        (None, {}, None),
        ([], {}, "none"),
        (["fracture"], {}, "one"),
        (["fracture"], {"history/H36_fractures": "several"}, "several"),
        (["thin_bones"], {"history/H36_fractures": "several"}, "none"),
    ],
)
def test_fractures(conditions, more, fractures):
    answers = more | ({} if conditions is None else {"history/H36": conditions})
    assert of(answers).fractures == fractures


def test_mass_comes_from_the_history_if_the_client_card_has_none():
    asked = {"history/H38_mass_kg": 64}
    assert of(asked).mass_kg == 64
    assert of(asked, mass_kg=62).mass_kg == 62


def test_dynamometry_as_torque_by_body_mass():
    measured = {"strength/OT03_newton": {"left": 142, "right": 118}, "strength/OT03_lever_m": 0.78}
    assert of(measured, mass_kg=64).torque_nm_per_kg == pytest.approx((1.730625, 1.438125))
    assert of(measured).torque_nm_per_kg == (None, None)
    assert of({"strength/OT03_newton": {"left": 142}}, mass_kg=64).torque_nm_per_kg == (None, None)


def test_a_test_holds_its_attempt_and_its_retest_on_the_same_baseline():
    recorded = {
        "load_tests/LT06": {"left": 9, "right": 10},
        "load_tests/LT06_symptoms": "none",
        "load_tests/LT06_heaviness": 3,
        "load_tests/LT06_heaviness_before": 2,
        "load_tests/LT06_stopped": "symptom",
        "load_tests/LT06_settled_hours": 2,
        "load_tests/LT06_retest": {"left": 10, "right": 10},
        "load_tests/LT06_retest_symptoms": "none",
        "load_tests/LT06_retest_heaviness": 2,
    }
    hop = load_tests(recorded)["LT06"]
    assert hop.first.counts == (9, 10)
    assert (hop.first.leak, hop.first.new_heaviness, hop.first.limp) == (0, 3, False)
    assert (hop.stopped, hop.settled_hours) == ("symptom", 2)
    assert hop.retest.counts == (10, 10)
    assert hop.retest.new_heaviness == 0
    assert hop.retest_state == "met"


def test_a_single_answer_wins_over_none_even_if_it_was_declined():
    recorded = {
        "load_tests/LT01": 30,
        "load_tests/LT01_symptoms": "none",
        "load_tests/LT01_leak": "declined",
    }
    walk = load_tests(recorded)["LT01"]
    assert (walk.first.leak, walk.first.heaviness) == (None, 0)


def test_what_was_not_recorded_is_no_test():
    assert load_tests({}) == {}
    assert of({}).tests == {}


def test_a_clinic_that_wants_tests_free_of_pain():
    recorded = {"load_tests/LT01": 30, "load_tests/LT01_symptoms": "none", "load_tests/LT01_msk_pain": 1}
    assert load_tests(recorded)["LT01"].state == "met"
    assert load_tests(recorded, strict_pain=True)["LT01"].state == "not_met"


@pytest.mark.parametrize(
    ("value", "worse"),
    [
        ("yes", True),
        ("no", False),
        (None, None),
        ("declined", None),
        ({"left": "yes", "right": "no"}, False),
        ({"left": "yes", "right": "yes"}, True),
        ({"left": "yes"}, None),
        ({"left": "no"}, False),
    ],
)
def test_the_worse_side_counts(value, worse):
    assert worse_side(value) is worse


def test_dynamometry_has_a_symmetry_too():
    found = of({"strength/OT03_newton": {"left": 142, "right": 118}}).symmetry["OT03"]
    assert (found.value, found.weaker) == (pytest.approx(83.1, abs=0.05), "right")


def test_facts_by_hand_state_only_what_a_test_needs():
    bare = Facts(DAY, {"history/H33": [{"type": "mesh"}], "history/H45": True})
    assert bare.state("R01") == "not_tested"
    assert bare.grade_of("R16") == ""
    assert bare.cautions == 0
    assert bare.several("history/H33") == ()
    assert bare.number("history/H45") is None
    assert bare.day("history/H06") is None
    assert (bare.score("epds"), bare.part("phq_4", "gad_2")) == (None, None)


def test_cautions_are_counted_whatever_their_state():
    found = assessed(
        {
            "history/H48_hours": 5,
            "load_tests/LT06_leak": 1,
            "load_tests/LT06_retest": {"left": 10, "right": 10},
            "load_tests/LT06_retest_symptoms": "none",
            "strength/ST01": None,
        }
    ).facts
    assert found.cautions == 3
    assert found.age == (DAY.year - born_at(34).year)
