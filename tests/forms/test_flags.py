"""Every red flag: what a yes does, by sub-answers, weeks since birth, age and what else is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.forms import catalogue, flags
from runclinic.refused import Refused

TODAY = "2026-11-20"
FACTS = {
    "weeks_pp": None,
    "age": 41,
    "postmenopausal": None,
    "visit_date": TODAY,
    "first_visit": True,
}
SAFETY = catalogue.form("safety")


def opened(given_answers, **facts):
    keyed = {key if "/" in key else f"safety/{key}": value for key, value in given_answers.items()}
    return [(each.id, each.action) for each in flags.open_flags(keyed, FACTS | facts)]


ROWS = [
    ("RF01", {}, ["A1"]),
    ("RF02", {}, ["A1"]),
    ("RF03", {}, ["A1"]),
    ("RF04", {}, ["A1"]),
    ("RF05", {}, ["A1"]),
    ("RF05", {"RF05_sub": "at_rest"}, ["A1"]),
    ("RF05", {"RF05_sub": "effort"}, ["A2"]),
    ("RF05", {"RF05_sub": "flutter"}, ["A3"]),
    ("RF05", {"RF05_sub": "cleared"}, ["A5"]),
    ("RF05", {"RF05_sub": "declined"}, ["A1"]),
    ("RF06", {}, ["A1"]),
    ("RF07", {}, ["A2"]),
    ("RF07", {"RF06": "no"}, ["A2"]),
    ("RF08", {}, ["A2"]),
    ("RF08", {"RF08_sepsis": "no"}, ["A2"]),
    ("RF08", {"RF08_sepsis": "declined"}, ["A2"]),
    ("RF08", {"RF08_sepsis": "yes"}, ["A1"]),
    ("RF09", {}, ["A1"]),
    ("RF09", {"RF09_sub": "now"}, ["A1"]),
    ("RF09", {"RF09_sub": "periods"}, ["A4"]),
    ("RF10", {}, ["A1"]),
    ("RF11", {}, ["A3h"]),
    ("RF11", {"RF11_sub": "after_run_or_birth"}, ["A3h"]),
    ("RF11", {"RF11_sub": "other"}, ["A3"]),
    ("RF12", {}, ["A3"]),
    ("RF13", {}, ["A3"]),
    ("RF14", {}, ["A3"]),
    ("RF14", {"RF14_tarry": "no"}, ["A3"]),
    ("RF14", {"RF14_tarry": "yes"}, ["A2"]),
    ("RF15", {}, ["A2"]),
    ("RF15", {"RF15_sub": "reducible"}, ["A3h"]),
    ("RF15", {"RF15_sub": "not_reducible"}, ["A2"]),
    ("RF16", {}, ["A2"]),
    ("RF16", {"RF16_sub": "groin_hip_sacrum"}, ["A2"]),
    ("RF16", {"RF16_sub": "elsewhere"}, ["A3h"]),
    ("RF17", {}, ["A3h"]),
    ("RF17", {"RF17_fever": "yes"}, ["A2"]),
    ("RF18", {}, ["A3h"]),
    ("RF19", {}, ["A3h"]),
    ("RF19", {"RF19_urgent": "no"}, ["A3h"]),
    ("RF19", {"RF19_urgent": "yes"}, ["A1"]),
    ("RF20", {}, ["A3h"]),
    ("RF20", {"RF20_fever": "yes"}, ["A2"]),
    ("RF21", {}, ["A3h"]),
    ("RF22", {}, ["A3"]),
    ("RF23", {}, ["A3"]),
    ("RF24", {}, ["S1"]),
    ("RF25", {}, ["A1", "S1"]),
    ("RF26", {}, ["S1"]),
    ("RF27", {}, ["A3"]),
    ("RF28", {}, ["A2"]),
    ("RF28", {"RF28_sub": "with_fever"}, ["A2"]),
    ("RF28", {"RF28_sub": "burning_only"}, ["A4"]),
    ("RF29", {}, ["A3h"]),
    ("RF30", {}, ["A3"]),
    ("RF31", {}, ["A4"]),
    ("RF31", {"RF31_unstable": "no"}, ["A4"]),
    ("RF31", {"RF31_unstable": "yes"}, ["A2"]),
]


@pytest.mark.parametrize("question, sub_answers, actions", ROWS)
def test_what_a_yes_does(question, sub_answers, actions):
    assert opened({question: "yes"} | sub_answers) == [(question, action) for action in actions]


def test_every_asked_flag_has_a_row():
    asked = {each.id for each in SAFETY.question if each.flag and each.kind == "yes_no"}
    assert asked == {row[0] for row in ROWS} == {f"RF{number:02}" for number in range(1, 32)}


@pytest.mark.parametrize("answer", ["no", "declined", None])
def test_nothing_but_a_yes_opens_a_flag(answer):
    assert opened({each.id: answer for each in SAFETY.question if each.flag}) == []


def test_a_swollen_leg_with_sudden_breathlessness_is_an_emergency():
    assert opened({"RF07": "yes", "RF06": "yes"}) == [("RF06", "A1"), ("RF07", "A1")]


@pytest.mark.parametrize(
    "question, facts",
    [
        ("RF08", {"weeks_pp": 13}),
        ("RF10", {"weeks_pp": 7}),
        ("RF11", {"postmenopausal": True}),
        ("RF12", {"postmenopausal": False}),
        ("RF19", {"postmenopausal": True}),
        ("RF20", {"weeks_pp": 27}),
        ("RF22", {"postmenopausal": True}),
        ("RF25", {"weeks_pp": "n/a"}),
        ("RF30", {"age": 39}),
    ],
)
def test_a_yes_to_a_question_that_is_not_shown_opens_nothing(question, facts):
    assert opened({question: "yes"}, **facts) == []


def test_a_sub_answer_of_a_hidden_question_opens_nothing():
    assert opened({"RF08": "yes", "RF08_sepsis": "yes"}, weeks_pp=20) == []


@pytest.mark.parametrize(
    "vital_signs, weeks_pp, action",
    [
        ({"RF32_temp": 37.9}, None, None),
        ({"RF32_temp": 38.0}, None, "A2"),
        ({"RF32_pulse": 120}, None, None),
        ({"RF32_pulse": 121}, None, "A2"),
        ({"RF32_systolic": 179, "RF32_diastolic": 109}, None, None),
        ({"RF32_systolic": 180}, None, "A2"),
        ({"RF32_diastolic": 110}, None, "A2"),
        ({"RF32_systolic": 160}, 6, "A1"),
        ({"RF32_systolic": 160}, 7, None),
        ({"RF32_systolic": 160}, None, None),
        ({"RF32_systolic": 160}, "n/a", None),
        ({"RF32_diastolic": 110}, 6, "A1"),
        ({"RF32_systolic": 159, "RF32_diastolic": 99}, 6, "A2"),
        ({"RF32_systolic": 149, "RF32_diastolic": 100}, 0, "A2"),
        ({"RF32_systolic": 149, "RF32_diastolic": 99}, 0, None),
        ({"RF32_temp": 39, "RF32_systolic": 170}, 3, "A1"),
        ({"RF32_temp": "declined"}, 3, None),
    ],
)
def test_vital_signs(vital_signs, weeks_pp, action):
    expected = [("RF32", action)] if action else []
    assert opened(vital_signs, weeks_pp=weeks_pp) == expected


@pytest.mark.parametrize(
    "epds, is_open",
    [
        ({"i10": 4}, False),
        ({"i10": 3}, True),
        ({"i10": 1}, True),
        ({"item_10": 0}, False),
        ({"item_10": 1}, True),
        ({"total": 25}, False),
        ({"i1": 2, "item_10": 3}, False),
        ({"i1": "declined", "item_10": 3}, True),
        ({"i10": "declined"}, False),
    ],
)
def test_item_10_of_the_mood_questionnaire(epds, is_open):
    assert opened({f"epds/{key}": value for key, value in epds.items()}) == [("RF24", "S1")] * is_open


def test_item_10_and_the_question_make_one_flag():
    assert opened({"RF24": "yes", "epds/i10": 1}) == [("RF24", "S1")]


@pytest.mark.parametrize(
    "injury, is_open",
    [
        ({"H50_bone_injury": "yes"}, True),
        ({"H50_bone_injury": "no"}, False),
        ({"H50_bone_injury": "yes", "H50_bone_injury_date": "2026-05-22"}, True),  # 182 days
        ({"H50_bone_injury": "yes", "H50_bone_injury_date": "2026-05-21"}, False),
        ({"H50_bone_injury": "yes", "H50_bone_injury_date": "declined"}, True),
        ({"H50_bone_injury_date": "2026-11-01"}, True),
        ({"H50_bone_injury": "yes", "H50_bone_clearance": "yes"}, False),
        ({"H50_bone_injury": "yes", "H50_bone_clearance": "no"}, True),
        ({"H50_bone_injury": "yes", "H50_bone_clearance": "declined"}, True),
        ({"H50_bone_injury": "declined"}, False),
    ],
)
def test_a_bone_injury_that_was_not_cleared(injury, is_open):
    given_answers = {f"history/{key}": value for key, value in injury.items()}
    assert opened(given_answers) == [("RF16", "A3h")] * is_open
    closed = {"RF16_closed": "2026-11-01", "RF16_closed_reason": "cleared by her surgeon"}
    assert opened(given_answers | closed) == []


def test_a_bone_injury_stands_beside_a_more_severe_spot():
    given_answers = {"history/H50_bone_injury": "yes", "RF16": "yes"}
    assert opened(given_answers) == [("RF16", "A2"), ("RF16", "A3h")]
    assert opened(given_answers | {"RF16_sub": "elsewhere"}) == [("RF16", "A3h")]


def test_closing_needs_date_and_reason():
    flagged = {"RF21": "yes"}
    assert opened(flagged | {"RF21_closed": TODAY}) == [("RF21", "A3h")]
    assert opened(flagged | {"RF21_closed_reason": "cleared"}) == [("RF21", "A3h")]
    assert opened(flagged | {"RF21_closed": TODAY, "RF21_closed_reason": "  "}) == [("RF21", "A3h")]
    assert opened(flagged | {"RF21_closed": "declined", "RF21_closed_reason": "x"}) == [("RF21", "A3h")]
    assert opened(flagged | {"RF21_closed": TODAY, "RF21_closed_reason": "cleared by Dr A"}) == []


def test_a_closed_flag_is_still_on_record():
    keyed = {
        "safety/RF13": "yes",
        "safety/RF13_referral": "2026-11-01",
        "safety/RF13_closed": TODAY,
        "safety/RF13_closed_reason": "no blood found",
    }
    (flag,) = flags.all_flags(keyed, FACTS)
    assert (flag.referral, flag.closed, flag.closed_reason) == ("2026-11-01", TODAY, "no blood found")
    assert flags.open_flags(keyed, FACTS) == ()


def test_an_emergency_cannot_be_closed_in_its_own_visit():
    closing = {"safety/RF01": "yes", "safety/RF01_closed": TODAY, "safety/RF01_closed_reason": "seen"}
    assert [each.id for each in flags.open_flags(closing, FACTS)] == ["RF01"]
    with pytest.raises(Refused, match="RF01 is an emergency"):
        flags.refuse_closing(closing, FACTS)
    earlier = closing | {"safety/RF01_closed": "2026-11-19"}
    assert flags.open_flags(earlier, FACTS) == ()
    flags.refuse_closing(earlier, FACTS)
    flags.refuse_closing({"safety/RF21": "yes", "safety/RF21_closed": TODAY}, FACTS)


def test_an_open_flag_carries_the_referral():
    keyed = {"safety/RF13": "yes", "safety/RF13_referral": "2026-11-01"}
    assert flags.open_flags(keyed, FACTS)[0].referral == "2026-11-01"
    assert flags.open_flags({"safety/RF13": "yes"}, FACTS)[0].referral is None


@pytest.mark.parametrize(
    "question, age, words",
    [
        ("RF12", 55, "She is 55: refer."),
        ("RF12", 54, "She is 54: under 55, consider referral."),
        ("RF12", None, "Age not recorded"),
        ("RF13", 45, "suspected-cancer route"),
        ("RF13", 44, "under 45"),
        ("RF30", 50, "how often in a month"),
        ("RF30", 49, "under 50"),
    ],
)
def test_the_note_speaks_of_her_age(question, age, words):
    (flag,) = flags.open_flags({f"safety/{question}": "yes"}, FACTS | {"age": age})
    assert words in flag.note
    assert "NICE NG12" in flag.note


def test_flags_are_sorted_by_id_then_action():
    assert opened({"RF31": "yes", "RF25": "yes", "RF01": "yes"}) == [
        ("RF01", "A1"),
        ("RF25", "A1"),
        ("RF25", "S1"),
        ("RF31", "A4"),
    ]


@pytest.mark.parametrize(
    "answers, ruling, locked",
    [
        ({}, None, {}),
        ({"RF31": "yes"}, "A4", {}),
        ({"RF24": "yes"}, None, {}),
        ({"RF13": "yes", "RF31": "yes"}, "A3", {}),
        ({"RF21": "yes", "RF13": "yes"}, "A3h", {"impact": "A3h", "treadmill": "A3h"}),
        ({"RF07": "yes", "RF21": "yes"}, "A2", {"strength": "A2", "impact": "A2", "treadmill": "A2"}),
        (
            {"RF01": "yes", "RF07": "yes"},
            "A1",
            {"strength": "A1", "impact": "A1", "treadmill": "A1", "plan": "A1"},
        ),
    ],
)
def test_the_most_severe_action_rules_and_locks(answers, ruling, locked):
    found = flags.open_flags({f"safety/{key}": value for key, value in answers.items()}, FACTS)
    action = flags.ruling(found)
    assert (action.id if action else None) == ruling
    assert {name: each.id for name, each in flags.locks(found).items()} == locked


def test_who_may_lift_a_lock():
    overrides = {each.id: each.override for each in flags.actions().values()}
    assert list(overrides) == ["A1", "A2", "A3h", "A3", "A4", "A5", "S1"]
    assert overrides["A1"] == ""
    assert overrides["A2"] == "reason_and_name"
    assert overrides["A3h"] == "reason_and_clearance"


@pytest.mark.parametrize(
    "question, actions",
    [
        ("RF01", {"A1"}),
        ("RF05", {"A1", "A2", "A3", "A5"}),
        ("RF07", {"A1", "A2"}),
        ("RF11", {"A3h", "A3"}),
        ("RF14", {"A2", "A3"}),
        ("RF19", {"A1", "A3h"}),
        ("RF25", {"A1", "S1"}),
        ("RF32_temp", {"A1", "A2"}),
        ("RF05_sub", set()),
    ],
)
def test_what_a_question_can_lead_to(question, actions):
    asked = SAFETY.find(question)
    assert asked
    assert flags.leads_to(asked) == actions


def test_safeguarding_is_open_until_it_is_closed():
    keyed = {"safety/RF26": "yes"}
    assert flags.s1_open(keyed, FACTS)
    assert not flags.s1_open(
        keyed | {"safety/RF26_closed": TODAY, "safety/RF26_closed_reason": "safe at her sister's"}, FACTS
    )


YES_OR_NO = st.dictionaries(
    st.sampled_from([each.id for each in SAFETY.question if each.kind == "yes_no"]),
    st.sampled_from(["yes", "no", "declined"]),
)


@given(YES_OR_NO, YES_OR_NO)
def test_one_more_yes_never_takes_a_flag_away(first, more):
    yes_only = {key: value for key, value in more.items() if value == "yes" and first.get(key) != "yes"}
    before = {flag_id for flag_id, _ in opened(first)}
    after = {flag_id for flag_id, _ in opened(first | yes_only)}
    assert before <= after


def test_without_the_day_of_the_visit_an_old_injury_cannot_be_judged():
    given_answers = {"history/H50_bone_injury": "yes", "history/H50_bone_injury_date": "2026-11-01"}
    assert opened(given_answers, visit_date=None) == []
