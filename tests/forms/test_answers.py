"""What is shown, what is missing, what cannot be an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.forms import answers, catalogue
from runclinic.forms.answers import holds, missing, refuse_at_odds, refuse_wrong, shown, used, wording
from runclinic.forms.form import Condition, Form, Question
from runclinic.refused import Refused

TODAY = "2026-11-20"
FACTS = {
    "weeks_pp": "n/a",
    "age": 35,
    "postmenopausal": False,
    "visit_date": TODAY,
    "first_visit": True,
}


def names(questions):
    return {each.id for each in questions}


def shown_in(form_id, given=None, **facts):
    return names(shown(catalogue.form(form_id), given or {}, FACTS | facts))


def missing_in(form_id, given=None, **facts):
    return names(missing(catalogue.form(form_id), given or {}, FACTS | facts))


@pytest.mark.parametrize(
    "question, fact, value, is_shown",
    [
        ("RF08", "weeks_pp", 12, True),
        ("RF08", "weeks_pp", 13, False),
        ("RF08", "weeks_pp", None, True),
        ("RF08", "weeks_pp", "n/a", False),
        ("RF10", "weeks_pp", 6, True),
        ("RF10", "weeks_pp", 7, False),
        ("RF10", "weeks_pp", None, True),
        ("RF20", "weeks_pp", 26, True),
        ("RF20", "weeks_pp", 27, False),
        ("RF20", "weeks_pp", None, True),
        ("RF25", "weeks_pp", 26, True),
        ("RF25", "weeks_pp", 27, False),
        ("RF25", "weeks_pp", None, True),
        ("RF11", "postmenopausal", False, True),
        ("RF11", "postmenopausal", True, False),
        ("RF11", "postmenopausal", None, True),
        ("RF12", "postmenopausal", False, False),
        ("RF12", "postmenopausal", True, True),
        ("RF12", "postmenopausal", None, True),
        ("RF19", "postmenopausal", True, False),
        ("RF19", "postmenopausal", None, True),
        ("RF22", "postmenopausal", True, False),
        ("RF22", "postmenopausal", None, True),
        ("RF30", "age", 39, False),
        ("RF30", "age", 40, True),
        ("RF30", "age", None, True),
    ],
)
def test_when_a_safety_question_is_shown(question, fact, value, is_shown):
    assert (question in shown_in("safety", **{fact: value})) is is_shown


@pytest.mark.parametrize(
    "question, fact, value, is_shown",
    [
        ("H11", "weeks_pp", 52, True),
        ("H11", "weeks_pp", 53, False),
        ("H11", "weeks_pp", None, True),
        ("H12", "weeks_pp", 104, True),
        ("H12", "weeks_pp", "n/a", False),
        ("H47_bra", "weeks_pp", None, True),
        ("H47_buggy", "weeks_pp", "n/a", False),
    ],
)
def test_when_a_history_question_is_shown(question, fact, value, is_shown):
    assert (question in shown_in("history", **{fact: value})) is is_shown


@pytest.mark.parametrize(
    "given, question, is_shown",
    [
        ({"H04": 0}, "H06", False),
        ({"H04": 1}, "H06", True),
        ({}, "H06", False),
        ({"H04": "declined"}, "H06", False),
        ({"H04": 1, "H07": ["planned_caesarean"]}, "H08", False),
        ({"H04": 2, "H07": ["planned_caesarean", "forceps"]}, "H08", True),
        ({"H13": "S3"}, "H14_cycle", True),
        ({"H13": "S4"}, "H14_cycle", False),
        ({"H13": "S1"}, "H16_dryness", False),
        ({"H13": "S2"}, "H16_dryness", True),
        ({"H13": "S7"}, "H16_dryness", True),
        ({"H17": "never"}, "H18", False),
        ({"H17": "weekly"}, "H18", True),
        ({}, "H18", False),
        ({"H17": "weekly", "H18": ["running"]}, "H20_amount", True),
        ({"H17": "weekly", "H18": ["walking"]}, "H20_amount", False),
        ({"H17": "never", "H18": ["running"]}, "H20_amount", False),
        ({"H29": []}, "H30", False),
        ({"H29": ["knee"]}, "H30", True),
        ({"H13": "S3"}, "H37_tscore", True),
        ({"H13": "S2"}, "H37_tscore", False),
        ({"H13": "S1", "H36": ["thin_bones"]}, "H37_tscore", True),
        ({"H36": ["fracture"]}, "H36_fractures", True),
        ({"H36": ["thyroid"]}, "H36_fractures", False),
        ({"H04": 1}, "H40_ran", True),
        ({"H04": 0}, "H40_ran", False),
        ({"H17": "never"}, "H43", False),
        ({"H17": "daily"}, "H43", True),
        ({"H43": 12}, "H43", True),
        ({"H50_bone_injury": "no"}, "H50_bone_injury_date", False),
        ({"H50_bone_injury": "yes"}, "H50_bone_injury_date", True),
    ],
)
def test_when_an_answer_shows_another_question(given, question, is_shown):
    given = {f"history/{key}": value for key, value in given.items()}
    assert (question in shown_in("history", given)) is is_shown


def test_a_recent_operation_shows_the_wound_question():
    assert "RF20" in shown_in("safety", {"safety/RF21": "yes"})
    assert "RF20" not in shown_in("safety", {"safety/RF21": "no"})


def test_danger_is_asked_while_a_safeguarding_flag_is_open():
    assert "S1_danger" not in shown_in("safety")
    assert "S1_danger" in missing_in("safety", {"safety/RF26": "yes"})
    assert "S1_danger" in missing_in("safety", {"epds/i10": 3})
    closed = {"safety/RF24": "yes", "safety/RF24_closed": TODAY, "safety/RF24_closed_reason": "seen by GP"}
    assert "S1_danger" not in missing_in("safety", closed)


def test_every_shown_safety_question_is_missing_until_it_is_answered():
    expected = {f"RF{number:02}" for number in range(1, 32)} - {
        "RF08",
        "RF10",
        "RF12",
        "RF20",
        "RF25",
        "RF26",
    }
    assert missing_in("safety", age=40) == expected
    everything = {f"safety/{name}": "no" for name in expected}
    assert missing_in("safety", everything | {"safety/RF09": "declined"}, age=40) == set()


def test_the_sub_answer_of_a_yes_is_missing_too():
    assert "RF05_sub" in missing_in("safety", {"safety/RF05": "yes"})
    assert "RF05_sub" not in missing_in("safety", {"safety/RF05": "yes", "safety/RF05_sub": "declined"})
    assert "RF05_sub" not in missing_in("safety", {"safety/RF05": "no"})
    assert "RF08_sepsis" in missing_in("safety", {"safety/RF08": "yes"}, weeks_pp=3)
    assert "RF08_sepsis" not in missing_in("safety", {"safety/RF08": "yes"}, weeks_pp=20)


def test_a_carried_disease_is_asked_as_a_change_from_the_second_visit_on():
    question = catalogue.question("safety/RF31")
    assert question
    assert wording(question, {"first_visit": True}) == question.text
    assert wording(question, {}) == question.text
    assert wording(question, {"first_visit": False}) == question.again != question.text


def test_a_test_that_was_done_needs_its_symptoms():
    done = {"load_tests/LT04": 60}
    open_now = {"LT04_leak", "LT04_heaviness", "LT04_pelvic_pain", "LT04_msk_pain", "LT04_limp"}
    assert open_now <= missing_in("load_tests", done)
    assert not open_now & missing_in("load_tests", done | {"load_tests/LT04_symptoms": "none"})
    assert not open_now & missing_in("load_tests", {})


def test_one_side_of_a_test_is_not_yet_the_test():
    assert "LT06" in missing_in("load_tests", {"load_tests/LT06": {"left": 10}})
    assert "LT06" not in missing_in("load_tests", {"load_tests/LT06": {"left": 10, "right": "declined"}})
    assert "LT06" not in missing_in("load_tests", {"load_tests/LT06": "declined"})


def test_pain_is_missing_until_every_cell_is_filled():
    given = {"history/H29": ["knee", "shin"], "history/H30": {"knee": {"now": 1, "worst": 2, "impact": 3}}}
    assert "H30" in missing_in("history", given)
    given["history/H30"]["shin"] = {"now": 0, "worst": 0}
    assert "H30" in missing_in("history", given)
    given["history/H30"]["shin"] = "declined"
    assert "H30" not in missing_in("history", given)


def test_an_examination_opens_with_consent_only():
    assert shown_in("pelvic_floor") == set()
    assert shown_in("pop_q", {"consent/internal": "no"}) == set()
    assert "grade_overall" in shown_in("pelvic_floor", {"consent/internal": "yes"})


def test_answers_to_questions_that_are_not_shown_are_not_used():
    given = {
        "safety/RF08": "yes",
        "safety/RF08_sepsis": "yes",
        "history/H04": 0,
        "history/H06": "2026-01-01",
        "history/H43": 12,
        "history/H50_bone_injury": "no",
        "history/H50_bone_injury_date": "2026-10-01",
        "pelvic_floor/grade_overall": "4",
        "gait/flags": ["drop"],
    }
    kept = used(given, FACTS | {"weeks_pp": 20})
    assert set(kept) == {
        "history/H04",
        "history/H43",
        "history/H50_bone_injury",
        "history/H50_bone_injury_date",
        "gait/flags",
    }
    assert "safety/RF08_sepsis" in used(given, FACTS | {"weeks_pp": None})


def test_null_satisfies_nothing_unless_unknown_is_meant():
    for condition in (
        Condition(fact="weeks_pp", at_most=12),
        Condition(fact="weeks_pp", at_least=0),
        Condition(fact="weeks_pp", unequal="n/a"),
        Condition(fact="weeks_pp", known=True),
    ):
        assert not holds(condition, {}, {"weeks_pp": None}, "safety")
    assert holds(Condition(fact="weeks_pp", at_most=12, or_unknown=True), {}, {}, "safety")
    assert holds(Condition(fact="weeks_pp", known=False), {}, {}, "safety")
    assert not holds(
        Condition(fact="weeks_pp", at_most=12, or_unknown=True), {}, {"weeks_pp": "n/a"}, "safety"
    )


def test_conditions_combine():
    low = Condition(fact="age", at_most=40)
    high = Condition(fact="age", at_least=30)
    assert holds(Condition(all=(low, high)), {}, {"age": 35}, "safety")
    assert not holds(Condition(all=(low, high)), {}, {"age": 50}, "safety")
    assert holds(Condition(any=(low, high)), {}, {"age": 50}, "safety")
    assert not holds(Condition(any=(Condition(fact="age", equals=1),)), {}, {"age": 50}, "safety")


@pytest.mark.parametrize(
    "key, value, words",
    [
        ("safety/RF01", True, "Write yes, no or declined"),
        ("safety/RF01", "ja", "“ja” is not an answer"),
        ("safety/RF05_sub", "at_res", "Did you mean “at_rest”"),
        ("safety/RF05_sub", 3, "“3” is not one of the answers"),
        ("safety/RF32_temp", 29.9, "It goes from 30 to 45 °C"),
        ("safety/RF32_temp", 45.1, "45.1 is out of range"),
        ("safety/RF32_temp", "38", "a number is needed"),
        ("safety/RF01_referral", "20.11.2026", "is not a date"),
        ("safety/RF01_referral", "2026-02-30", "is not a date"),
        ("safety/RF01_referral", 20261120, "is not a date"),
        ("safety/RF01_closed_reason", 5, "words are needed"),
        ("history/H01", "x" * 501, "There is room for 500"),
        ("history/H04", 16, "It goes from 0 to 15"),
        ("history/H04", 1.5, "a whole number is needed"),
        ("history/H04", True, "a number is needed"),
        ("history/H04", float("nan"), "a number is needed"),
        ("history/H22_now", 2.5, "a whole number is needed"),
        ("history/H07", "forceps", "a list is needed"),
        (
            "history/H07",
            ["forceps", "forcep"],
            "number 2: “forcep” is not one of the answers. Did you mean “forceps”",
        ),
        ("history/H10", [["blood_los"]], "Did you mean “blood_loss”"),
        ("history/H18", "running", "a list of answers is needed"),
        ("history/H18", ["runing"], "Did you mean “running”"),
        ("history/H18", ["other:"], "not one of the answers"),
        ("history/H29_sides", {"knee": "lef"}, "H29_sides, knee: “lef” is not one of the answers"),
        ("history/H30", {"kne": {"now": 1}}, "Did you mean “knee”"),
        ("history/H30", {"knee": {"know": 1}}, "Did you mean “now”"),
        ("history/H30", {"knee": {"now": 11}}, "H30, knee, now: 11 is out of range"),
        ("history/H30", {"knee": 3}, "a table is needed"),
        ("history/H30", 3, "a table is needed"),
        ("history/H33", [{"type": "slng"}], "Did you mean “sling”"),
        ("history/H33", {"type": "sling"}, "a list is needed"),
        ("strength/ST01", 20, "left and right are needed"),
        ("strength/ST01", {"lefft": 20}, "there is no side “lefft”"),
        ("strength/ST01", {"left": 51}, "ST01, left: 51 is out of range"),
        ("load_tests/LT03_knee", "maybe", "is not an answer"),
        ("load_tests/LT02_stopped", "tired", "is not one of the answers"),
        ("pop_q/Aa", -2.7, "is not a step of 0.5"),
        ("pelvic_floor/grade_overall", 4, "is not one of the answers"),
        ("diary/sessions", [{"date": "2026-11-01", "level": 13}], "out of range"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_in_plain_words(key, value, words):
    question = catalogue.question(key)
    assert question
    with pytest.raises(Refused) as refusal:
        refuse_wrong(question, value, key)
    assert words in str(refusal.value)
    assert str(refusal.value).startswith(key)


@pytest.mark.parametrize(
    "key, value",
    [
        ("safety/RF32_temp", 38),
        ("history/H04", 2.0),
        ("history/H10", [["blood_loss"], [], ["other: long stay"]]),
        ("history/H18", []),
        ("history/H18", ["running", "other: on a trampoline"]),
        ("history/H30", {"knee": {"now": 1}, "shin": "declined"}),
        ("history/H33", [{"type": "sling", "date": "2019-05-01"}, {"type": "mesh"}]),
        ("strength/ST01", {"left": 20}),
        ("strength/ST01", {"left": 20, "right": "declined"}),
        ("load_tests/LT03_knee", "yes"),
        ("load_tests/LT03_knee", {"left": "yes", "right": "no"}),
        ("pop_q/Aa", -2.5),
        ("pop_q/Aa", -15),
        ("previous/exercises", ["BR01", "SL03"]),
    ],
)
def test_what_can_be_an_answer_passes(key, value):
    question = catalogue.question(key)
    assert question
    refuse_wrong(question, value, key)


def test_declined_is_an_answer_to_everything():
    for form in catalogue.forms().values():
        for question in form.question:
            refuse_wrong(question, "declined", question.id)


def test_every_option_and_both_ends_of_every_range_are_answers():
    for form in catalogue.forms().values():
        for question in form.question:
            for value in possible(question):
                refuse_wrong(question, value, f"{form.id}/{question.id}")


def possible(question: Question):
    """Answers that a question must take: each option, the ends of a range, tables of them."""
    if question.each:
        return tables_of(question, list(possible(question.each)))
    options = [option.value for option in question.options]
    return {
        "choice": options,
        "several": [options, []],
        "yes_no": ["yes", "no"],
        "number": question.range,
        "scale": question.range,
        "seconds": question.range,
        "grid": [dict.fromkeys(options, columns_of(question))],
        "records": [[columns_of(question)], []],
        "text": ["words"],
        "date": [TODAY],
    }[question.kind]


def tables_of(question, values):
    if question.kind == "left_right":
        return [{"left": value, "right": value} for value in values]
    if question.kind == "births":
        return [values, []]
    return [{option.value: value for option in question.options} for value in values]


def columns_of(question):
    return {column.id: possible(column)[0] for column in question.columns}


def test_two_answers_that_cannot_both_be_true_are_refused():
    history = catalogue.form("history")
    with pytest.raises(Refused, match=r"H05: 1 is less than H04 \(2\)"):
        refuse_at_odds(history, {"history/H04": 2, "history/H05": 1}, FACTS)
    with pytest.raises(Refused, match="H06: 2026-11-21 lies after the visit"):
        refuse_at_odds(history, {"history/H04": 1, "history/H06": "2026-11-21"}, FACTS)
    refuse_at_odds(history, {"history/H04": 2, "history/H05": 2, "history/H06": TODAY}, FACTS)
    refuse_at_odds(history, {"history/H04": 2, "history/H05": "declined", "history/H06": "declined"}, FACTS)


def test_a_retired_question_is_not_shown():
    gone = Question(id="a", kind="yes_no", text="?", required=True, retired="2027-01")
    form = Form(id="sample", title="x", source="x", question=(gone,))
    assert shown(form, {}, FACTS) == ()
    assert answers.answered(form, gone, {"sample/a": "yes"})


SAFETY = catalogue.form("safety")
ASKED = tuple(each for each in SAFETY.question if each.flag and each.kind == "yes_no")


@given(
    st.dictionaries(st.sampled_from([each.id for each in ASKED]), st.sampled_from(["yes", "no", "declined"]))
)
def test_answering_only_takes_the_answered_question_off_the_list(given_answers):
    """An answer may add sub-questions; it never hides another required one, but RF20 hangs on RF21."""
    before = names(missing(SAFETY, {}, FACTS | {"weeks_pp": None, "age": None, "postmenopausal": None}))
    keyed = {f"safety/{name}": value for name, value in given_answers.items()}
    facts = FACTS | {"weeks_pp": None, "age": None, "postmenopausal": None}
    after = names(missing(SAFETY, keyed, facts))
    assert before - set(given_answers) <= after
    assert not after & set(given_answers)


@given(st.sampled_from([each for each in SAFETY.question if each.range]), st.floats(-1000, 1000))
def test_a_number_is_refused_exactly_outside_its_range(question, value):
    low, high = question.range
    if low <= value <= high:
        refuse_wrong(question, value, question.id)
    else:
        with pytest.raises(Refused):
            refuse_wrong(question, value, question.id)
