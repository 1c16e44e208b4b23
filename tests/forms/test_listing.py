"""The list of forms and fields, as `runclinic forms` prints it for whoever writes a case file."""

import pytest

from runclinic.forms import catalogue
from runclinic.forms.listing import allowed, described, lines, listed
from runclinic.refused import Refused


def field(key):
    return catalogue.question(key)


@pytest.mark.parametrize(
    "key, words",
    [
        ("safety/RF01", "yes, no"),
        ("safety/RF05_sub", "at_rest, effort, flutter, cleared"),
        ("history/H01", "text"),
        ("history/H06", "date"),
        ("history/H04", "0 to 15"),
        ("history/H28_fluid_ml", "0 to 8000 ml"),
        ("history/H53_days", "several of mon, tue, wed, thu, fri, sat, sun"),
        ("history/H22_now", "0 to 10"),
        ("history/H25_gas", "never, under_monthly, monthly, weekly, daily"),
        ("strength/ST01", "left, right: 0 to 50 reps"),
        ("load_tests/LT03_trunk", "left, right: yes, no"),
        ("pelvic_floor/tone", "left, right: low, normal, raised"),
        ("history/H09_epidural", "a list, one for each birth: yes, no"),
        ("history/H33", "records: type, date"),
        ("history/H30", "grid: now, worst, impact"),
        ("pop_q/Aa", "-15 to 15 cm"),
    ],
)
def test_what_may_be_written(key, words):
    assert allowed(field(key)) == words


def test_every_field_says_what_may_be_written():
    for form in catalogue.forms().values():
        for each in form.question:
            assert allowed(each), f"{form.id}/{each.id}"


def test_every_form_is_listed_with_its_fields():
    found = {each["id"]: each for each in listed()}
    assert list(found) == list(catalogue.forms())
    assert found["epds"]["mode"] == "ITEM"
    assert found["epds"]["fields"] == [*(f"i{number}" for number in range(1, 11)), "total", "item_10"]


def test_one_form_is_described_field_by_field():
    said = {each["id"]: each for each in described("history")["fields"]}
    assert said["H28_fluid_ml"]["range"] == [0, 8000]
    assert said["H28_fluid_ml"]["unit"] == "ml"
    assert said["H13"]["options"] == ["S1", "S2", "S3", "S4", "S5", "S6", "S7"]
    assert said["H13"]["required"] is True
    assert "required" not in said["H05"]
    assert said["H08"]["each"]["options"][-1] == "unknown"
    assert [column["id"] for column in said["H33"]["columns"]] == ["type", "date"]


def test_a_person_at_a_shell_reads_a_line_for_each():
    every = list(lines())
    assert len(every) == len(catalogue.forms())
    assert any(line.startswith("epds ") and line.endswith("(12 fields)") for line in every)
    first, *fields = lines("external")
    assert first.startswith("external: ")
    assert [line.split()[0] for line in fields] == [each.id for each in catalogue.form("external").question]
    assert "lifts, no_movement, goes_down" in fields[0]


def test_an_unknown_form_is_refused_with_the_nearest():
    with pytest.raises(Refused) as refused:
        list(lines("hystory"))
    assert "hystory" in str(refused.value)
    assert "history" in refused.value.do
    with pytest.raises(Refused):
        described("hystory")
