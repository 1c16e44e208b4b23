"""The clinic's thresholds: in force in judgement and words, refused where untrue, gone with the layer."""

import pytest

from runclinic import clinic, layer, resources
from runclinic.clinic import thresholds
from runclinic.forms import scoring
from runclinic.plan import content as plan_content
from runclinic.plan import ladder
from runclinic.readiness import rules
from runclinic.refused import Refused
from runclinic.visit.assess import assess
from tests.content import forget
from tests.whole_visit import a_case, weeks_ago


@pytest.fixture(autouse=True)
def as_shipped():
    yield
    forget()


def test_each_has_a_shipped_number_in_its_range_and_a_source():
    for its in thresholds.thresholds().values():
        least, most = its.range
        assert least <= thresholds.shipped(its) <= most, its.id
        assert thresholds.source(its), its.id
    assert thresholds.layer({}) == {}


def test_each_can_be_set_to_either_end_where_no_other_forbids_it():
    for its in thresholds.thresholds().values():
        taken = 0
        for end in its.range:
            try:
                clinic.refuse_untrue({its.key: end})
            except Refused as refusal:
                assert "cannot be below" in str(refusal)  # noqa: PT017 (else it is another refusal)
                continue
            assert clinic.put_in_place({its.key: end}) is None
            taken += 1
            path, where = its.places[-1]
            assert layer.value_at(resources.table(path), where) == end
        assert taken, its.id


def test_a_window_counts_in_the_judgement_and_in_its_words():
    visit = a_case({"history/H06": weeks_ago(13)})
    before = _criterion(visit, "R05")
    assert before.state == "met"
    assert "12 weeks" in before.limit
    version = resources.version()
    assert clinic.put_in_place({"thresholds/birth_full": 16}) is None
    now = _criterion(visit, "R05")
    assert now.state == "not_met"
    assert "16 weeks" in rules.rules()["R05"].limit
    assert plan_content.content().limits.birth_weeks == 16
    assert resources.version() != version
    layer.lay({})
    assert _criterion(visit, "R05") == before
    assert resources.version() == version


def _criterion(visit, rule):
    return next(each for each in assess(visit).criteria if each.id == rule)


def test_changes_that_count_and_levels_follow():
    clinic.put_in_place({"thresholds/change_epds": 5, "thresholds/start_recent": 4})
    assert scoring.scoring_of("epds").change == 5
    assert ladder.ladders().start.base[0].level == 4


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"thresholds/birth_full": 7, "thresholds/birth_least": 8}, "cannot be below"),
        ({"thresholds/birth_full": 400}, "from 6 to 52"),
        ({"thresholds/birth_full": 12.5}, "a whole number"),
        ({"thresholds/birth_full": "soon"}, "must be a number"),
        ({"thresholds/birth_full": True}, "must be a number"),
        ({"thresholds/side_gap": 95}, "cannot be below"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(settings, said):
    clinic.put_in_place({"thresholds/epds": 12})
    with pytest.raises(Refused, match=said):
        clinic.refuse_untrue(settings)
    assert rules.limit("R25", "epds") == 12


def test_settings_that_another_version_made_leave_what_is_shipped_and_say_so():
    refusal = clinic.put_in_place({"thresholds/birth_full": 400, "thresholds/epds": 12})
    assert refusal is not None
    assert "from 6 to 52" in str(refusal)
    assert rules.limit("R25", "epds") == 13


def test_a_card_that_cannot_be_read_leaves_the_thresholds_in_force():
    refusal = clinic.put_in_place({"thresholds/epds": 12, "library/cues/Q01": "from another version"})
    assert "library/cues/Q01 cannot be read" in str(refusal)
    assert rules.limit("R25", "epds") == 12


def test_an_unknown_one_is_no_threshold():
    assert clinic.layer_of({"thresholds/moon": 3, "clinic/name": "Riverside"}) == {}


def test_the_form_says_what_is_shipped():
    made = thresholds.form(
        "Thresholds", lambda number, source: f"{number}; {source}", "{what}: {number}".format
    )
    asked = made.find("birth_full")
    assert asked.note == "12 weeks; R05, Goom 2019; Christopher 2024"
    assert asked.text == "Weeks before running without an individual decision: 12"
