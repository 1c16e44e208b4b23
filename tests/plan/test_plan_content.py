"""Every id of the plan's content, once: what is missing, and what nobody names, is found here."""

import pytest

from runclinic.plan import texts
from runclinic.plan.content import content
from runclinic.plan.cue import cue, cues
from runclinic.plan.exercise import exercises
from runclinic.plan.ladder import ladders
from runclinic.refused import Refused

CUES = [f"Q{number:02d}" for number in range(1, 17)]
TEXTS = """
    T-INTRO T-TIMING T-TIGHT T-HEAVY T-STEPS T-MENO T-FOUND T-GREEN T-AMBER T-RED T-CALL T-EMERG T-TODAY
    T-BLEED T-DIARY T-PF T-KNACK T-EX T-RUN T-FOOD T-SLEEP T-BUGGY T-FEED T-BLADDER T-BOWEL T-PESSARY
    T-REVIEW T-NOTYET T-SIGN
""".split()  # noqa: SIM905 (a list of ids reads best so)
BLANKS = {
    "T-STEPS": {"n": 4},
    "T-FOUND": {"found": "a", "strong": "b"},
    "T-CALL": {"clinic_phone": "555 0142"},
    "T-EMERG": {"emergency_number": "112"},
    "T-REVIEW": {"date": "Tuesday"},
    "T-NOTYET": {"reason": "rest"},
    "T-SIGN": {"name": "Ann", "therapist": "Bea", "date": "Tuesday"},
}
FINDINGS = """
    F-LEAK-S F-LEAK-R F-LEAK-U F-COORD F-WEAK F-ENDUR F-TIGHT F-HEAVY F-BOWEL F-BREATH F-DRA F-HIP F-SLCTRL
    F-CALF F-ASYM F-PGP F-IMPACT F-STRIDE F-FEAR F-MENO F-BONE F-SCAR F-ENERGY F-SLEEP
""".split()  # noqa: SIM905 (the same)


def test_every_cue_with_its_reason_and_evidence():
    assert list(cues()) == CUES
    for each in cues().values():
        assert all((each.text, each.reason, each.metric, each.evidence))


@pytest.mark.parametrize("cadence, beat", [(164, 172), (172, 181), (170, 179), (195, 200), (163.3, 171)])
def test_the_metronome_is_5_percent_faster_and_never_above_200(cadence, beat):
    assert cue("Q01").metronome(cadence) == beat
    assert cue("Q02").metronome(cadence) is None


def test_ten_percent_is_the_most():
    assert round(164 * cue("Q01").beat_most) == 180


def test_a_cue_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="no running cue Q17"):
        cue("Q17")


def test_every_text_stands_and_is_said_by_a_plan(words):
    assert {each for each in texts.TEXTS if each[0] == "T"} == set(TEXTS)
    for each in texts.TEXTS:
        said = words.say(f"text.{each}", **BLANKS.get(each, {}))
        assert "{" not in said
        assert said.endswith(".")


def test_findings_stand_in_the_order_of_the_table():
    assert list(dict.fromkeys(code for row in content().row for code in row.findings)) == FINDINGS


@pytest.mark.parametrize(
    "row, one, two, three, cued",
    [
        ("leak on effort", "BR03 BR07 BR05", "HG01 SL01", "BR10 IM03>IM05", "Q01 Q02 Q03"),
        ("urge", "BR05 BR01", "", "", "Q12"),
        ("coordination", "BR03 BR07 BR09", "", "IM03 IM04", "Q03 Q07"),
        ("weak", "BR03 BR04", "HG01", "", ""),
        ("endurance", "BR06 BR04", "", "BR10", ""),
        ("tight", "BR08 MO06 BR01", "HG04 MO02", "IM01", "Q07"),
        ("heaviness", "BR11 BR03", "HG01 SL04", "IM01", "Q02 Q09"),
        ("bowel", "BR04 BR03", "HG01", "", ""),
        ("breath", "BR01 BR09", "CO01 SL03", "IM04", "Q04"),
        ("belly wall", "BR03 CO01", "CO02 CO04 CO08", "CO03", "Q04"),
        ("hip", "", "HG05 HG07 SL05", "SL09", "Q05 Q06"),
        ("single leg", "SL01", "SL02 SL04 SL05", "SL09 IM05>IM09", "Q05"),
        ("calf", "", "CF01>CF02 CF03 CF04", "IM03 IM05", "Q01"),
        ("one side", "", "", "", ""),
        ("pelvic girdle", "BR03 HG10", "HG01 SL04", "IM01", "Q08"),
        ("impact", "BR10", "CF02 SL09", "IM01 IM02 IM03 IM05 IM06 IM07 IM09", "Q03"),
        ("long steps", "", "MO05 RD02", "RD04", "Q01"),
        ("hip drop", "", "HG07 SL05", "RD04", "Q06"),
        ("bounce", "", "CF02 BR10", "RD04", "Q02"),
        ("fear", "BR01", "", "", "Q11"),
        ("menopause", "BR04/BR08", "ME01 ME02 ME05 ME04 ME03", "ME06 CF02", "Q10"),
        ("bone", "ME09", "ME02 ME08", "ME06", ""),
        ("scar", "BR01", "", "", ""),
        ("energy, sleep", "", "", "", ""),
        ("none", "BR03", "HG01 SL03 CF02 CO04", "IM05 RD04", "Q01"),
    ],
)
def test_the_selection_table(row, one, two, three, cued):
    its = next(each for each in content().row if each.id == row)

    def cell(column):
        return " ".join(
            item.id + (f">{item.then}" if item.then else "") + (f"/{item.instead}" if item.instead else "")
            for item in its.cell(column)
        )

    assert (cell("one"), cell("two"), cell("three"), " ".join(its.cues)) == (one, two, three, cued)


@pytest.mark.parametrize(
    "outcome, phase, quota, weeks",
    [
        ("O1", 1, (3, 0, 0, 1, 0), (2, 2)),
        ("O2", 2, (3, 6, 1, 1, 0), (3, 4)),
        ("O3", 3, (3, 5, 3, 1, 0), (2, 3)),
        ("O4", 4, (3, 5, 2, 1, 1), (2, 4)),
        ("O5", 5, (3, 4, 1, 1, 1), (6, 6)),
    ],
)
def test_quotas_and_reviews(outcome, phase, quota, weeks):
    its = content().outcome[outcome]
    assert its.phase == phase
    assert tuple(its.quota[kind] for kind in ("BR", "strength", "IM", "MO", "RD")) == quota
    assert its.review_weeks == weeks


def test_codes_phases_and_sources():
    assert [code.id for code in content().code] == [f"X{number}" for number in range(1, 15)]
    assert [phase.id for phase in content().phase] == ["P1", "P2", "P3", "P4", "P5", "PM"]
    assert all(code.source and code.active_when for code in content().code)
    assert all(each.source for each in content().dosage)
    assert ladders().source
    assert {gate.race for gate in ladders().build.gate} == {"5k", "10k", "half"}


def test_every_exercise_can_reach_a_plan_or_stands_beside_one_that_does():
    """By the table, or as the easier or harder version of a card that the table names."""
    named = {item for row in content().row for column in ("one", "two", "three") for each in row.cell(column)
             for item in (each.id, each.then, each.instead) if item}  # fmt: skip
    reached = set(named)
    while True:
        beside = {
            other
            for each in reached
            for other in (exercises()[each].easier, exercises()[each].harder)
            if other
        }
        if beside <= reached:
            break
        reached |= beside
    by_hand = set(exercises()) - reached
    assert by_hand <= {"MO01", "MO03", "MO04", "RD01", "RD03", "CF05", "HG02", "HG08", "IM10", "IM11", "ME10"}
