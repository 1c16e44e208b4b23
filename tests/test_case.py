"""Case files: read, and refused by name where they are wrong."""

from datetime import date
from pathlib import Path

import pytest

from runclinic import case
from runclinic.readiness.decision import Decision
from runclinic.refused import Refused

EXAMPLES = sorted((Path(__file__).parents[1] / "resources" / "examples").glob("*.toml"))
DAY = date(2026, 11, 20)


def table(**more):
    return {"client": {"given_name": "Ada", "born": date(1992, 3, 1)}, "visit": {"date": DAY}} | more


def answers(**forms):
    return table(answers=forms)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_read(path):
    read = case.read(path)
    assert read.client.given_name
    assert read.therapist == "Marta Okafor"
    assert read.answers


def test_what_a_case_holds():
    read = case.of_table(
        table(
            visit={"date": "2026-11-20", "therapist": "T. Therapist"},
            answers={"history": {"H04": 1, "H06": date(2026, 3, 1), "H25_gas": "never"}},
            gait={"cadence": 168, "flags": ["drop"], "view": "rear", "belt_speed": "9 km/h", "clip": "a.mp4"},
            decision={"outcome": "O3", "reason": "she wishes to wait", "clearance_date": DAY},
        )
    )
    assert read.visit_date == DAY
    assert read.answers == {"history/H04": 1, "history/H06": "2026-03-01", "history/H25_gas": "never"}
    assert read.gait["flags"] == ["drop"]
    assert read.decision == Decision("O3", "she wishes to wait", "", DAY, "", "", "T. Therapist")


def test_who_signs_may_be_another():
    assert case.of_table(table(decision={"by": "S. Else"})).decision.by == "S. Else"


def test_dates_inside_lists_become_text():
    read = case.of_table(answers(history={"H33": [{"type": "mesh", "date": date(2020, 1, 2)}]}))
    assert read.answers["history/H33"] == [{"type": "mesh", "date": "2020-01-02"}]


REFUSED = [
    (table(clients={}), "There is no table “clients”", "client"),
    (table(client={"given_nam": "Ada"}), "“given_nam” in client", "given_name"),
    (table(client={"born": "someday"}), "client/born: a date", "2026-11-20"),
    (table(client={"born": 1992}), "client/born: a date", "2026-11-20"),
    (table(client={"height_m": 168}), "client/height_m: “168” is out of range", "from 1 to 2.3"),
    (table(client={"given_name": 3}), "client/given_name: a text", "quotes"),
    (table(client="Ada"), "[client] must be a table", "[client]"),
    (table(visit={}), "no date of the visit", "date ="),
    (table(visit={"date": DAY, "theapist": "T"}), "“theapist” in visit", "therapist"),
    (answers(safty={}), "“safty”", "safety"),
    (table(answers={"safety": 3}), "answers.safety must be a table", "[answers.safety]"),
    (answers(safety={"RF0": "no"}), "“RF0” in safety", "RF0"),
    (answers(safety={"RF01": True}), "safety/RF01", "yes, no or declined"),
    (answers(safety={"RF05_sub": "at_resst"}), "at_resst", "at_rest"),
    (answers(history={"H13": "S8"}), "history/H13", ""),
    (answers(history={"H55_leak": 4}), "history/H55_leak", "0 to 3"),
    (answers(history={"H04": 1, "H06": date(2026, 12, 1)}), "history/H06", "date"),
    (answers(history={"H04": 2, "H05": 1}), "history/H05", ""),
    (answers(pop_q={"Aa": 0.3}), "pop_q/Aa", ""),
    (answers(strength={"ST01": {"left": 20, "rihgt": 20}}), "rihgt", "right"),
    (
        answers(safety={"RF01": "yes", "RF01_closed": DAY, "RF01_closed_reason": "ok"}),
        "RF01",
        "later visit",
    ),
    (table(gait={"cadense": 170}), "“cadense” in gait", "cadence"),
    (table(gait={"cadence": "fast"}), "gait/cadence", ""),
    (table(gait={"view": "side"}), "view “side”", "side_left"),
    (table(gait={"belt_speed": "9 knots"}), "9 knots", "km/h"),
    (table(gait={"capture_fps": 0}), "gait/capture_fps", ""),
    (table(gait={"flags": ["overstrid"]}), "“overstrid”", "overstride"),
    (table(gait={"flags": "drop"}), "gait/flags: a list", "[]"),
    (table(decision={"outcom": "O1"}), "“outcom” in decision", "outcome"),
    (table(decision={"outcome": "O7"}), "“O7”", ""),
    (table(decision={"clearance_date": "soon"}), "decision/clearance_date", ""),
]


@pytest.mark.parametrize(("wrong", "what", "do"), REFUSED)
def test_what_is_wrong_is_refused_by_name(wrong, what, do):
    with pytest.raises(Refused) as refused:
        case.of_table(wrong)
    assert what in str(refused.value)
    assert do in str(refused.value)


def test_a_time_is_no_date(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text("[visit]\ndate = 2026-11-20T10:00:00\n", encoding="utf-8")
    with pytest.raises(Refused, match="visit/date"):
        case.read(path)
    path.write_text(
        "[visit]\ndate = 2026-11-20\n[answers.history]\nH06 = 2026-11-20T10:00:00\n", encoding="utf-8"
    )
    with pytest.raises(Refused, match="history/H06"):
        case.read(path)


def test_a_file_that_is_not_there_or_no_toml_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be read"):
        case.read(tmp_path / "nothing.toml")
    for name, content in {"a.toml": b"\xff\xfe\x00", "b.toml": b"[visit\n"}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Refused, match=r"a\.toml|b\.toml"):
            case.read(tmp_path / name)
    with pytest.raises(Refused):
        case.read(tmp_path)


def test_an_exercise_that_is_not_in_the_library_is_refused_by_name():
    table = {"visit": {"date": date(2026, 11, 20)}, "answers": {"previous": {"exercises": ["BR1"]}}}
    with pytest.raises(Refused, match=r"There is no exercise “BR1”.*Did you mean “BR1\d”"):
        case.of_table(table)
