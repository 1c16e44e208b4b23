"""What a follow-up may start from: by section, with what follows from it, and never what is private."""

from datetime import date

import pytest

from runclinic.forms import catalogue
from runclinic.visit import carried, parts
from runclinic.visit.trends import Visited
from tests.whole_visit import DAY, good_answers

HISTORY = catalogue.form("history")
BEFORE = {key: value for key, value in good_answers().items() if key.startswith("history/")}
FACTS = {"weeks_pp": "n/a", "first_visit": False, "age": 34}


def offered(now=()):
    return carried.offered(HISTORY, dict(now), BEFORE, FACTS, parts.carried()["history"])


def test_every_carried_section_is_a_section_of_its_form():
    assert parts.carried()["history"]
    known = {each.section for each in HISTORY.question if each.section}
    assert set(parts.carried()["history"]) < known


def test_consent_and_the_last_days_are_asked_anew():
    assert not {"Consent", "The last 7 days, in daily life and easy walking"} & set(offered())


def test_what_follows_from_a_carried_answer_comes_with_it():
    births = offered()["Pregnancies and births"]
    assert births["history/H04"] == BEFORE["history/H04"]
    behind = [key for key in BEFORE if key.split("/")[1] in ("H06", "H07", "H08") and key in births]
    assert bool(behind) == (BEFORE["history/H04"] > 0)


def test_an_answer_of_today_is_never_offered_again():
    assert "history/H01" in offered()["What brings you"]
    assert "history/H01" not in offered({"history/H01": "knee"}.items()).get("What brings you", {})


def test_all_of_today_leaves_nothing():
    assert offered(BEFORE.items()) == {}


def test_nothing_private_is_carried():
    safety = catalogue.form("safety")
    found = carried.offered(safety, {}, {"safety/RF26": "yes", "safety/RF01": "no"}, FACTS)
    assert [*found.values()] == [{"safety/RF01": "no"}]
    assert carried.offered(safety, {}, {"safety/RF01": "no"}, FACTS, ()) == {}


def test_scores_and_plan_are_handed_on():
    answers = {"phq_4/i1": 1, "phq_4/i2": 2, "phq_4/i3": 1, "phq_4/i4": 0, "psfs/i1": 4}
    found = carried.handed(Visited(DAY, answers), ("BR03", "HG01"))
    assert found["previous/phq_4"] == 4
    assert found["previous/psfs_items"][0] == 4
    assert found["previous/exercises"] == ["BR03", "HG01"]
    assert "previous/exercises" not in carried.handed(Visited(DAY, answers), ())


@pytest.mark.parametrize(
    ("last", "is_due"), [(date(2026, 10, 20), True), (date(2026, 10, 19), True), (date(2026, 10, 21), False)]
)
def test_due_again_after_four_weeks(last, is_due):
    assert bool(carried.due({"phq_4": last}, date(2026, 11, 17))) == is_due


def test_the_longest_ago_comes_first():
    days = {"mrs": date(2026, 9, 1), "phq_4": date(2026, 8, 1)}
    assert [each for each, _ in carried.due(days, date(2026, 11, 17))] == ["phq_4", "mrs"]


@pytest.mark.parametrize(("key", "found"), [("phq_4/i1", "phq_4"), ("history/H01", None), ("gait/x", None)])
def test_which_instrument_an_answer_belongs_to(key, found):
    assert carried.instrument_of(key) == found


def test_what_she_answered_herself_has_the_keys_of_the_forms():
    stands = {"runner/history/H01": "knee", "history/H02": "run", "runner/phq_4/i1": 1}
    assert carried.by_her(stands) == {"history/H01": "knee", "phq_4/i1": 1}
