"""A visit judged as a whole, and the JSON that `assess` prints (CLINICAL 12.5)."""

import json

import pytest

from runclinic.readiness.criterion import OUTCOMES
from tests.whole_visit import assessed


def document(changes=None, **more):
    return json.loads(json.dumps(assessed(changes, **more).as_json()))


def test_the_document_holds_what_others_read():
    found = document()
    assert set(found) >= {
        "scores",
        "flags",
        "findings",
        "criteria",
        "proposed_outcome",
        "outcome",
        "plan",
    }
    assert set(found["plan"]) >= {"phase", "exercises", "cues", "run", "ladder_level", "review_weeks"}
    assert [each["id"] for each in found["criteria"]] == [f"R{number:02}" for number in range(1, 33)]
    assert all(set(each) >= {"state", "severity", "cap", "reason", "source"} for each in found["criteria"])
    assert {each["cap"] for each in found["criteria"]} <= set(OUTCOMES)


def test_a_score_with_its_parts_and_its_change():
    found = document({"iciq_ui_sf/i1": 3, "iciq_ui_sf/i2": 2, "iciq_ui_sf/i3": 5, "previous/iciq_ui_sf": 14})
    assert found["scores"]["iciq_ui_sf"] == {
        "value": 10,
        "band": "moderate",
        "missing": 0,
        "parts": {},
        "change": {"delta": -4, "verdict": "better"},
    }


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ({"mrs/i1": 2}, "first score"),
        ({"mrs/i1": 2, "previous/mrs": 10}, None),
        ({"three_iq/i1": "no"}, "first score"),
    ],
)
def test_without_a_score_now_there_is_no_verdict_unless_it_is_the_first(answers, verdict):
    instrument = next(iter(answers)).partition("/")[0]
    assert document(answers)["scores"][instrument]["change"] == {"delta": None, "verdict": verdict}


def test_an_instrument_that_was_not_asked_lacks_every_item():
    found = document({"previous/uwri": 20})["scores"]
    assert found["epds"]["missing"] == 10
    assert found["epds"]["change"] == {"delta": None, "verdict": "first score"}
    assert found["uwri"]["change"] == {"delta": None, "verdict": None}
    assert "epds" not in assessed().scores


def test_leaf_q_says_whether_it_is_valid():
    assert document({"leaf_q/total": 9})["scores"]["leaf_q"]["valid"] is True
    assert document({"leaf_q/total": 9}, age=45)["scores"]["leaf_q"]["valid"] is False


def test_pop_q_and_symmetry():
    scores = document({"strength/ST01": {"left": 18, "right": 24}})["scores"]
    assert scores["pop_q"] == {
        "stage": "I",
        "lead": -2,
        "compartments": ["anterior"],
        "beyond_hymen": False,
        "errors": [],
        "warnings": [],
    }
    assert scores["lsi"]["ST01"] == {"value": 75, "weaker": "left", "capped": False}
    assert set(scores["lsi"]) == {"LT02", "LT03", "LT06", "LT07", "ST01", "ST02", "ST03", "ST04"}


def test_dynamometry_prints_its_torque():
    measured = {"strength/OT03_newton": {"left": 142, "right": 118}, "strength/OT03_lever_m": 0.78}
    found = document(measured | {"history/H38_mass_kg": 64})["scores"]["lsi"]["OT03"]
    assert found["value"] == pytest.approx(83.098, abs=0.001)
    assert found["torque_nm_per_kg"] == {
        "left": pytest.approx(1.730625),
        "right": pytest.approx(1.438125),
    }


def test_flags_of_every_action_are_listed_by_id_and_action():
    flags = document({"safety/RF31": "yes", "safety/RF31_unstable": "no", "safety/RF13": "yes"})["flags"]
    assert flags == [{"id": "RF13", "action": "A3"}, {"id": "RF31", "action": "A4"}]


def test_an_examination_without_consent_is_kept_and_said_but_not_used():
    found = assessed({"consent/internal": "declined"})
    assert len(found.warnings) == 2
    assert all("consent" in warning for warning in found.warnings)
    assert found.facts.pop_q.stage is None


def test_an_override_is_signed_and_planned():
    found = assessed({"history/H56": "no"}, outcome="O2", reason="she prefers to wait a while")
    assert (found.proposed_outcome, found.outcome, found.plan.outcome) == ("O4", "O2", "O2")
    assert "Signed:   Foundation (O2): she prefers to wait a while" in found.lines()


def test_a_person_at_a_shell_reads_names_and_never_a_safeguarding_flag():
    said = "\n".join(
        assessed(
            {"safety/RF24": "yes", "safety/RF13": "yes", "epds/i1": 2, "three_iq/i1": "no", "phq_4/i1": 1}
        ).lines()
    )
    assert "Proposed: Not yet: clear first (O1)" in said
    assert "Flag RF13: A3" in said
    assert "RF24" not in said
    assert "EPDS: incomplete (9 missing)" in said
    assert "3IQ: no leak" in said
    assert "PHQ-4: 1, none" in said


def test_flags_that_no_list_of_gait_holds_are_none():
    assert assessed(gait=("bounce", "overstride")).facts.gait_flags == ("overstride", "bounce")
