import re

import pytest

from runclinic.forms import catalogue
from runclinic.plan.content import content
from runclinic.plan.exercise import exercise, exercises
from runclinic.refused import Refused

IDS = {
    "BR": 11, "HG": 10, "SL": 10, "CO": 9, "CF": 5, "MO": 6, "IM": 11, "RD": 5, "ME": 10
}  # fmt: skip
VIEW = re.compile(
    r"[SFVOQZ]( (mat|chair|chairback|seat|wall|wallb|bench|bench=a|backbench|step|edge|box|door"
    r"|towel|ball|bandknee|bandside|db|kb|kb1|bell2|goblet|rope|line|foot|two|alt|base=nf|@(nf|ff|hip|nk|fk|fe)"
    r"|>(no|(na|fa|nh|fh|nk|fk|nheel|sho|hip)(:0)?)))*"
)
TOKEN = re.compile(
    r"(T|L|H|AB|K|A|RO|PO|S|SA|SR|E|W|RT|SP|N|UP|DX|RB|PF|PR|M|AD|DM|TK|BT|GO)-?\d+(\.\d+)?(/-?\d+(\.\d+)?)?"
)


def test_the_library_has_all_77_cards_and_no_other():
    wanted = [f"{category}{number:02d}" for category, count in IDS.items() for number in range(1, count + 1)]
    assert sorted(exercises()) == sorted(wanted)
    assert len(exercises()) == 77


@pytest.mark.parametrize("its", exercises().values(), ids=lambda its: its.id)
def test_a_card_says_everything(its):
    assert its.category == its.id[:2]
    assert its.name
    assert len(its.steps) == 3
    assert all(step[0].isupper() or step[0].isdigit() for step in its.steps)
    assert its.breath
    assert its.source
    assert its.dose.text


@pytest.mark.parametrize("its", exercises().values(), ids=lambda its: its.id)
def test_a_figure_is_written_in_the_notation(its):
    assert VIEW.fullmatch(its.figure.view), its.figure.view
    for pose in (its.figure.start, its.figure.end):
        assert pose
        assert all(TOKEN.fullmatch(token) for token in pose.split()), pose


@pytest.mark.parametrize("its", exercises().values(), ids=lambda its: its.id)
def test_a_card_names_only_what_there_is(its):
    for other in filter(None, (its.easier, its.harder)):
        assert other in exercises()
        assert other != its.id
    assert set(its.not_if) <= {code.id for code in content().code}
    asked = {option.value for option in catalogue.question("history/H53_equipment").options}
    assert set(its.equipment) <= asked


@pytest.mark.parametrize("its", exercises().values(), ids=lambda its: its.id)
def test_the_easier_ones_end(its):
    seen = [its.id]
    while its.easier:
        its = exercise(its.easier)
        assert its.id not in seen
        seen.append(its.id)


@pytest.mark.parametrize(
    "thing, cards",
    [
        ("step", "HG07 SL04 SL05 ME05 ME06"),
        ("band", "HG06 CO08"),
        ("ball", "HG10"),
        ("weights", "CO09 ME01 ME02 ME03 ME04 ME05 ME08"),
        ("rope", "IM11"),
        ("treadmill", ""),
    ],
)
def test_what_she_needs_at_home(thing, cards):
    assert sorted(each.id for each in exercises().values() if thing in each.equipment) == sorted(
        cards.split()
    )


@pytest.mark.parametrize(
    "code, cards",
    [
        ("X1", "IM03 IM04 IM05 IM06 IM07 IM08 IM09 IM10 IM11 RD03 RD04 RD05 ME06"),
        ("X2", "CO09 MO06 IM02 IM05 IM06 IM07 IM08 IM09 IM10 IM11 RD03 RD05 ME02 ME06 ME08"),
        ("X3", "CO02 CO03 CO05 CO06 CO07 ME07"),
        ("X4", "HG01 HG09 MO01 ME09"),
        ("X5", "BR03 BR04 BR05 BR06 BR07 BR10 HG10"),
        ("X6", "IM03 IM05 IM06 IM07 IM08 IM09 IM10 IM11 ME06"),
        ("X7", "ME06"),
        ("X8", "SL05 SL06 SL07 CF02 ME05"),
        ("X9", "MO02 MO03 ME01 ME02 ME04"),
        ("X10", "IM08 IM09 RD05"),
        ("X11", "SL01 SL02 SL08 SL09"),
        ("X12", "HG02 HG03 HG07 SL03 SL10 IM09 ME10"),
        ("X13", "BR08 CO04 MO03 ME07"),
        ("X14", "ME01 ME02 ME03 ME08"),
    ],
)
def test_which_cards_a_code_keeps_away(code, cards):
    assert sorted(each.id for each in exercises().values() if code in each.not_if) == sorted(cards.split())


def test_a_card_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="no exercise BR99"):
        exercise("BR99")
