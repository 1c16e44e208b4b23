"""The outcome: lowest cap, reasons in order, and what the therapist may and may not override."""

from pathlib import Path

import pytest

from runclinic import case
from runclinic.readiness import decision
from runclinic.readiness.criterion import OUTCOMES
from runclinic.refused import Refused
from runclinic.visit.assess import assess
from tests.whole_visit import DAY, assessed, weeks_ago

EXAMPLES = Path(__file__).parents[2] / "resources" / "examples"
REASON = "she is well and asks for it"

# Worked cases of CLINICAL 6.4: outcome, then every rule that is neither met nor n/a, with its cap.
NT = "not_tested"
WORKED = {
    "c1": ("O0", None),
    "c2": (
        "O2",
        {
            "R05": ("not_met", "O2"),
            "R08": (NT, "O3"),
            "R10": (NT, "O5"),
            "R12": (NT, "O3"),
            "R15": (NT, "O3"),
            "R16": (NT, "O4"),
            "R17": (NT, "O5"),
            "R23": (NT, "O5"),
            "R31": ("not_met", "O4"),
        },
    ),
    "c3": (
        "O3",
        {
            "R05": ("not_met", "O3"),
            "R16": ("not_met", "O4"),
            "R17": ("not_met", "O5"),
            "R26": ("not_met", "O5"),
            "R31": ("not_met", "O4"),
        },
    ),
    "c3b": (
        "O4",
        {
            "R05": ("not_met", "O4"),
            "R16": ("not_met", "O4"),
            "R17": ("not_met", "O5"),
            "R26": ("not_met", "O5"),
            "R31": ("not_met", "O4"),
        },
    ),
    "c4": (
        "O4",
        {
            "R16": ("not_met", "O4"),
            "R17": ("not_met", "O4"),
            "R21": ("not_met", "O5"),
            "R23": ("not_met", "O5"),
            "R31": ("not_met", "O4"),
        },
    ),
    "c5": (
        "O1",
        {"R03": ("not_met", "O1"), "R29": ("not_met", "O5"), "R30": ("not_met", "O5")},
    ),
    "c5b": (
        "O4",
        {"R03": ("not_met", "O4"), "R29": ("not_met", "O5"), "R30": ("not_met", "O5")},
    ),
    "c6": (
        "O1",
        {
            "R07": ("not_met", "O2"),
            "R08": (NT, "O3"),
            "R10": ("not_met", "O1"),
            "R12": (NT, "O3"),
            "R15": (NT, "O3"),
            "R18": ("not_met", "O4"),
            "R21": (NT, "O5"),
            "R23": ("not_met", "O5"),
            "R31": ("not_met", "O4"),
        },
    ),
    "c7": ("O5", {"R29": ("not_met", "O5"), "R30": ("not_met", "O5")}),
    "c8": (
        "O2",
        {
            "R07": ("not_met", "O2"),
            "R08": (NT, "O3"),
            "R12": (NT, "O3"),
            "R14": ("not_met", "O2"),
            "R15": (NT, "O3"),
            "R16": ("not_met", "O4"),
            "R17": ("not_met", "O4"),
            "R18": ("not_met", "O4"),
            "R21": ("not_met", "O5"),
            "R22": ("not_met", "O5"),
            "R24": ("not_met", "O4"),
            "R25": ("not_met", "O5"),
            "R31": ("not_met", "O4"),
        },
    ),
}


def example(name):
    return assess(case.read(EXAMPLES / f"{name}.toml"))


@pytest.mark.parametrize("name", WORKED)
def test_worked_case(name):
    outcome, expected = WORKED[name]
    found = example(name)
    assert found.outcome == outcome
    if expected is not None:
        odd = {each.id: (each.state, each.cap) for each in found.criteria if each.state not in ("met", "n/a")}
        assert odd == expected


def test_every_example_file_is_a_worked_case():
    assert {path.stem for path in EXAMPLES.glob("*.toml")} == set(WORKED)


def test_c1_leaves_everything_else_untested_and_prints_no_plan():
    found = example("c1")
    caps = {each.id: (each.state, each.cap) for each in found.criteria}
    assert caps["R01"] == ("not_met", "O0")
    assert caps["R02"] == (NT, "O2")
    assert {state for rule, (state, _) in caps.items() if rule != "R01"} <= {NT, "n/a"}
    assert found.plan.phase is None


@pytest.mark.parametrize(
    "name,rule,hers,grade",
    [
        ("c3", "R17", "stand 89 %, left weaker", "watch"),
        ("c4", "R17", "calf 79 %, left weaker", "gap"),
        ("c7", "R17", "calf 92 %, left weaker", ""),
        ("c8", "R17", "calf 56 %, left weaker", "gap"),
        ("c8", "R16", "calf 9 | 16, bridge 14 | 18, stand 6 | 10, abduction 15 | 20", "low"),
        ("c4", "R23", "7.5 cm", "wide"),
        ("c6", "R23", "9.5 cm", "marked"),
    ],
)
def test_worked_values(name, rule, hers, grade):
    found = example(name).facts.criterion(rule)
    assert (found.hers, found.grade) == (hers, grade)


def test_c4_is_met_with_her_cue():
    found = example("c4").facts.criterion("R08")
    assert (found.state, found.severity, found.cap) == ("met", "caution", "O5")


def test_reasons_are_what_sets_the_outcome_then_cautions_then_what_was_not_tested():
    found = example("c2")
    assert [each.id for each in found.reasons] == [
        "R05",
        "R16",
        "R08",
        "R10",
        "R12",
        "R15",
        "R17",
        "R23",
    ]


def test_without_rules_nothing_limits():
    assert decision.propose(()) == "O5"


def decided(changes=None, **signed):
    return assessed(changes, **signed).outcome


def test_the_proposed_outcome_stands_without_a_decision():
    assert decided() == "O5"
    assert decided(outcome="O5") == "O5"


def test_downward_with_a_reason():
    assert decided(outcome="O2", reason=REASON) == "O2"


@pytest.mark.parametrize("reason", ["", "too short", "         x        "])
def test_an_override_needs_ten_letters(reason):
    with pytest.raises(Refused, match="reason of 10"):
        decided(outcome="O2", reason=reason)


def test_upward_with_a_reason():
    assert decided({"history/H56": "no"}, outcome="O5", reason=REASON) == "O5"


def test_no_way_up_from_o0():
    with pytest.raises(Refused, match="no way up"):
        decided({"safety/RF01": "yes"}, outcome="O1", reason=REASON)


def test_no_way_up_while_a_safety_question_is_open():
    with pytest.raises(Refused, match="safety question"):
        decided({"safety/RF13": None}, outcome="O3", reason=REASON)


def test_no_way_up_in_pregnancy_but_a_declined_answer_is_no_pregnancy():
    cleared = {"clearance_from": "Dr Example", "clearance_date": DAY}
    pregnant = {"safety/RF19": "yes", "safety/RF19_urgent": "no"}
    with pytest.raises(Refused, match="pregnancy"):
        decided(pregnant, outcome="O2", reason=REASON, **cleared)
    assert decided({"safety/RF19": "declined"}, outcome="O3", reason=REASON) == "O3"


def test_upward_from_o1_needs_who_cleared_her_and_when():
    flagged = {"safety/RF13": "yes"}
    for partly in ({}, {"clearance_from": "Dr Example"}, {"clearance_date": DAY}):
        with pytest.raises(Refused, match="needs a clearance"):
            decided(flagged, outcome="O3", reason=REASON, **partly)
    cleared = {"clearance_from": "Dr Example", "clearance_date": DAY}
    assert decided(flagged, outcome="O3", reason=REASON, **cleared) == "O3"


def test_a_signed_managed_that_cannot_be_used_is_said():
    assert any("Managed" in warning for warning in assessed(managed_reason="mild").warnings)


def test_an_individual_decision_outside_its_weeks_is_said():
    assert any("weeks 6 to 11" in warning for warning in assessed(individual_reason="strong").warnings)


def test_an_individual_decision_within_its_weeks_needs_the_rest_to_be_met():
    early = {"history/H06": weeks_ago(8), "history/H55_leak": 2}
    said = assessed(early, individual_reason="strong").warnings
    assert any("R01 to R04 and R06 to R15 must be met first" in warning for warning in said)


@pytest.mark.parametrize("felt, hers", [({}, "none"), ({"history/H55_leak": 2}, "daily: damp")])
def test_what_was_felt_is_named_and_nothing_is_none(felt, hers):
    assert assessed(felt).facts.criterion("R07").hers == hers


def test_every_outcome_has_a_name_and_says_what_it_allows():
    assert all(decision.named(each).name and decision.named(each).allows for each in OUTCOMES)
