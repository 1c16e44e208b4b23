"""The worked cases of CLINICAL 6.4 and 7.9, from their case files to the plan, value by value."""

from functools import cache

import pytest

from runclinic import case, paths
from runclinic.measured import shown
from runclinic.visit.assess import assess

CASES = ("c1", "c2", "c3", "c3b", "c4", "c5", "c5b", "c6", "c7", "c8")


@cache
def of(name):
    return assess(case.read(paths.resources() / "examples" / f"{name}.toml"))


def rule(name, rule_id):
    found = of(name).facts.criterion(rule_id)
    return found.state, found.severity, found.cap


# ------------------------------------------------------------------------------------------------- 6.4
@pytest.mark.parametrize(
    "name, proposed, outcome",
    [
        ("c1", "O0", "O0"),
        ("c2", "O2", "O2"),
        ("c3", "O3", "O3"),
        ("c3b", "O4", "O4"),
        ("c4", "O4", "O4"),
        ("c5", "O1", "O1"),
        ("c5b", "O4", "O4"),
        ("c6", "O1", "O1"),
        ("c7", "O5", "O5"),
        ("c8", "O2", "O2"),
    ],
)
def test_the_outcome_is_proposed_and_stands(name, proposed, outcome):
    assert (of(name).proposed_outcome, of(name).outcome) == (proposed, outcome)


@pytest.mark.parametrize(
    "name, rule_id, found",
    [
        ("c1", "R01", ("not_met", "block", "O0")),
        ("c1", "R02", ("not_tested", "block", "O2")),
        ("c2", "R05", ("not_met", "block", "O2")),
        ("c2", "R16", ("not_tested", "caution", "O4")),
        ("c2", "R28", ("n/a", None, "O5")),
        ("c2", "R29", ("n/a", None, "O5")),
        ("c2", "R30", ("n/a", None, "O5")),
        ("c2", "R31", ("not_met", "info", "O4")),
        ("c3", "R05", ("not_met", "block", "O3")),
        ("c3", "R16", ("not_met", "caution", "O4")),
        ("c3", "R17", ("not_met", "info", "O5")),
        ("c3", "R26", ("not_met", "caution", "O5")),
        ("c3b", "R05", ("not_met", "caution", "O4")),
        ("c4", "R08", ("met", "caution", "O5")),
        ("c4", "R10", ("met", None, "O5")),
        ("c4", "R17", ("not_met", "caution", "O4")),
        ("c4", "R21", ("not_met", "caution", "O5")),
        ("c4", "R23", ("not_met", "info", "O5")),
        ("c5", "R03", ("not_met", "block", "O1")),
        ("c5b", "R03", ("not_met", "caution", "O4")),
        ("c5", "R05", ("n/a", None, "O5")),
        ("c5", "R06", ("n/a", None, "O5")),
        ("c5", "R29", ("not_met", "info", "O5")),
        ("c5", "R30", ("not_met", "info", "O5")),
        ("c5", "R31", ("met", None, "O5")),
        ("c6", "R06", ("n/a", None, "O5")),
        ("c6", "R07", ("not_met", "block", "O2")),
        ("c6", "R10", ("not_met", "block", "O1")),
        ("c6", "R18", ("not_met", "caution", "O4")),
        ("c6", "R21", ("not_tested", "info", "O5")),
        ("c6", "R23", ("not_met", "caution", "O5")),
        ("c7", "R05", ("n/a", None, "O5")),
        ("c7", "R06", ("n/a", None, "O5")),
        ("c7", "R17", ("met", None, "O5")),
        ("c7", "R29", ("not_met", "info", "O5")),
        ("c7", "R30", ("not_met", "info", "O5")),
        ("c8", "R06", ("n/a", None, "O5")),
        ("c8", "R14", ("not_met", "block", "O2")),
        ("c8", "R16", ("not_met", "caution", "O4")),
        ("c8", "R24", ("not_met", "caution", "O4")),
        ("c8", "R25", ("not_met", "caution", "O5")),
    ],
)
def test_a_rule_of_a_worked_case(name, rule_id, found):
    assert rule(name, rule_id) == found


@pytest.mark.parametrize("name, lowest", [("c3", "88.9"), ("c4", "78.9"), ("c7", "91.7"), ("c8", "56.3")])
def test_the_lowest_symmetry_as_it_is_shown(name, lowest):
    values = [each["value"] for each in of(name).as_json()["scores"]["lsi"].values()]
    assert shown(min(value for value in values if value is not None), 1) == lowest


def test_what_opened_the_flags_of_the_cases():
    assert of("c1").as_json()["flags"] == [{"id": "RF01", "action": "A1"}]
    assert of("c5").as_json()["flags"] == of("c5b").as_json()["flags"] == [{"id": "RF12", "action": "A3"}]
    others = set(CASES) - {"c1", "c5", "c5b"}
    assert {name for name in others if of(name).as_json()["flags"]} == set()


def test_the_scores_that_c8_names():
    scores = of("c8").as_json()["scores"]
    assert (scores["leaf_q"]["value"], scores["leaf_q"]["valid"]) == (9, True)
    assert (scores["epds"]["value"], scores["epds"]["band"]) == (14, "likely")
    assert scores["epds"]["parts"]["item_10"] == 0


# ------------------------------------------------------------------------------------------------- 6.3
@pytest.mark.parametrize(
    "name, cautions, weeks",
    [
        ("c1", None, None),
        ("c2", 1, 3),  # R16
        ("c3", 2, 2),  # R16, R26
        ("c3b", 3, 1),  # R05, R16, R26
        ("c4", 4, 1),  # R08, R16, R17, R21
        ("c5", 0, 2),
        ("c5b", 1, 2),  # R03
        ("c6", 2, 2),  # R18, R23
        ("c7", 0, 6),
        ("c8", 7, 2),  # R16, R17, R18, R21, R22, R24, R25
    ],
)
def test_weeks_to_the_review(name, cautions, weeks):
    assert of(name).plan.review_weeks == weeks
    if cautions is not None:
        assert of(name).facts.cautions == cautions


# ------------------------------------------------------------------------------------------------- 7.9
@pytest.mark.parametrize(
    "name, findings, exercises, cues",
    [
        ("c2", "", "BR03 HG01 SL03 CF02 CO04 MO05", ""),
        (
            "c4",
            "F-LEAK-S F-LEAK-R F-COORD F-HIP F-CALF F-ASYM",
            "BR10 HG01 BR03 IM03 BR07 SL09 IM05 CF02 SL01 HG05 RD04 MO05",
            "Q01 Q03 Q05",
        ),
        ("c7", "F-MENO", "ME06 BR04 CF02 ME01 ME02 ME05 ME04 IM05 BR03 RD04 MO05", "Q10"),
        (
            "c8",
            "F-WEAK F-HEAVY F-DRA F-HIP F-SLCTRL F-CALF F-ASYM F-ENERGY",
            "BR03 HG01 BR11 SL04 CO01 HG05 SL01 CF01 BR04 MO05",
            "",
        ),
    ],
)
def test_a_worked_selection(name, findings, exercises, cues):
    plan = of(name).plan
    assert list(of(name).findings) == findings.split()
    assert [each.id for each in plan.exercises] == exercises.split()
    assert list(plan.cues) == cues.split()


@pytest.mark.parametrize(
    "name, phase, kind, level",
    [
        ("c1", None, "none", None),
        ("c2", 2, "none", None),
        ("c3", 3, "none", None),
        ("c4", 4, "ladder", 1),  # 7.5: with cue
        ("c5", 1, "none", None),
        ("c5b", 4, "present_runs", None),  # 7.5 a: no increase
        ("c6", 1, "none", None),
        ("c7", 5, "build", None),
        ("c8", 2, "none", None),
    ],
)
def test_phase_and_running_of_a_worked_case(name, phase, kind, level):
    plan = of(name).plan
    assert (plan.phase, plan.run.kind, plan.ladder_level) == (phase, kind, level)


def test_the_codes_that_c8_names_are_active():
    assert {"X1", "X2", "X3"} <= set(of("c8").plan.codes)


def test_the_doses_of_c8_are_30_percent_lower():
    """Those of a load; what is breathed, let go or stretched stays."""
    lowered = {each.id for each in of("c8").plan.exercises if "lowered" in each.notes}
    assert lowered == {"HG01", "SL04", "CO01", "HG05", "SL01", "CF01"}
    bridge = next(each for each in of("c8").plan.exercises if each.id == "HG01")
    assert (bridge.exercise.dose.reps, bridge.dose.reps) == ((10, 15), (7, 10))


def test_the_weak_side_of_c4_goes_first_with_one_extra_set():
    plan = of("c4").plan
    assert plan.weak_side == "left"
    assert {each.extra_set for each in plan.exercises} == {"", "left"}


def test_c7_has_two_heavy_days_and_no_third():
    sessions = [session for day in of("c7").plan.week for session in day.sessions]
    assert sessions.count("S heavy") == 2
