"""Parts of a visit: empty, begun, complete, flagged, and how many answers are left."""

import pytest

from runclinic.refused import Refused
from runclinic.visit import parts
from runclinic.visit.client import Client
from runclinic.visit.facts import basic
from tests.whole_visit import DAY, born_at, good_answers


def states(answers, recorded=()):
    known = basic(Client(born=born_at(34)), DAY, answers)
    return {each.id: each for each in parts.states(answers, known, recorded)}


def test_an_empty_visit():
    found = states({})
    assert {each.state for each in found.values()} == {"empty"}
    assert found["safety"].left > 20


def test_the_parts_stand_in_the_order_of_the_visit():
    assert list(states({})) == [each.id for each in parts.parts()]
    assert next(iter(states({}))) == "safety"


def test_a_whole_visit():
    found = states(good_answers())
    assert {
        name: each.state for name, each in found.items() if name in ("safety", "history", "strength")
    } == {
        "safety": "complete",
        "history": "complete",
        "strength": "complete",
    }
    assert found["safety"].left == 0


def test_begun_until_the_last_required_answer():
    answers = good_answers()
    del answers["safety/RF13"]
    found = states(answers)["safety"]
    assert (found.state, found.left) == ("begun", 1)


@pytest.mark.parametrize("flag", ["RF01", "RF13", "RF18", "RF24"])
def test_an_open_flag_shows_on_the_safety_part(flag):
    assert states(good_answers() | {f"safety/{flag}": "yes"})["safety"].state == "flagged"


def test_a_note_for_the_gp_is_no_flag():
    noted = good_answers() | {"safety/RF31": "yes", "safety/RF31_unstable": "no"}
    assert states(noted)["safety"].state == "complete"


def test_easy_and_impact_tests_are_parts_of_their_own():
    answers = {"load_tests/LT04": 60, "load_tests/LT04_symptoms": "none"}
    found = states(answers)
    assert found["strength"].state == "empty"
    assert found["impact"].state == "begun"


def test_questionnaires_are_complete_when_those_begun_have_a_score():
    assert states({"epds/i1": 2})["questionnaires"].left == 9
    assert states({"epds/i1": 2})["questionnaires"].state == "begun"
    assert states({"pgi_i/i1": 2, "three_iq/i1": "no"})["questionnaires"].state == "complete"


@pytest.mark.parametrize(
    ("part", "recorded", "state"),
    [
        ("gait", ("gait/f1/event/1",), "begun"),
        ("readiness", ("decision/reason",), "begun"),
        ("readiness", ("decision/reason", "decision/confirmed"), "complete"),
        ("plan", ("plan/exercise/HG01",), "begun"),
        ("sign", (), "empty"),
    ],
)
def test_parts_without_a_form_look_at_their_own_entries(part, recorded, state):
    assert states({}, recorded)[part].state == state


def test_the_diary_begins_the_plan():
    assert states({"diary/calm": "yes"})["plan"].state == "begun"


def test_a_form_belongs_to_the_first_part_that_asks_it():
    assert parts.part_of_form("pop_q") == "pelvic_floor"
    assert parts.part_of_form("load_tests") == "strength"
    assert parts.part_of_form("settings") == "settings"
    assert states({})["safety"].forms == ("safety",)


def test_a_part_with_an_unknown_form_is_refused(monkeypatch):
    wrong = parts.Content((parts.Part("safety", "Safety", ("safty",)),))
    monkeypatch.setattr(parts.resources, "decode", lambda *_: wrong)
    parts.parts.cache_clear()
    try:
        with pytest.raises(Refused, match="safty"):
            parts.parts()
    finally:
        monkeypatch.undo()
        parts.parts.cache_clear()
