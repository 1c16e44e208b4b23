# ruff: noqa: E501 (a table of mistakes reads best one to a line)
import shutil

import pytest

from runclinic import library, paths
from runclinic.refused import Refused
from tests.content import forget

SECOND_RULE = """[[rule]]
id = "R77"
name = "x"
reason = "x"
source = "x"
limit = "x"
not_tested = { cap = "O5" }

"""


@pytest.fixture
def bad(tmp_path, monkeypatch):
    """The real content with one thing changed: `bad(file, old, new)`, or a new file."""
    folder = tmp_path / "resources"
    shutil.copytree(paths.resources(), folder)
    monkeypatch.setattr(paths, "resources", lambda: folder)
    forget()

    def change(name, old, new):
        path = folder / name
        written = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in written
        path.write_text(written.replace(old, new, 1), encoding="utf-8")

    yield change
    monkeypatch.undo()
    forget()


def test_the_content_that_we_ship_is_whole():
    forget()
    library.check()


def test_the_copy_is_whole_too(bad):
    library.check()


@pytest.mark.parametrize(
    "name, old, new, said",
    [
        ("exercises/BR01.toml", 'easier = "BR02"', 'easier = "BR99"', r"BR01.toml, line 4: there is no exercise BR99"),
        ("exercises/BR01.toml", 'harder = "BR03"', 'harder = "BR99"', r"BR01.toml, line 5: there is no exercise BR99"),
        ("exercises/BR01.toml", 'easier = "BR02"', 'easier = "BR01"', r"BR01.toml, line 4: BR01 names itself"),
        ("exercises/BR02.toml", 'easier = ""', 'easier = "BR03"', r"BR01.toml, line 4: the easier exercises of BR01 come"),
        ("exercises/BR01.toml", 'id = "BR01"', 'id = "BR03"', r"exercises/BR01.toml, line 1: the file is BR01"),
        ("exercises/BR01.toml", "not_if = []", 'not_if = ["X99"]', r"BR01.toml, line 12: there is no contra"),
        ("exercises/BR01.toml", "equipment = []", 'equipment = ["sofa"]', r"nobody is asked whether she has a “sofa”"),
        ("exercises/BR01.toml", 'category = "BR"', 'category = "HG"', r"BR01.toml, line 3: BR01 belongs to category BR"),
        ("exercises/BR01.toml", "breaths = [10, 10]", "", r"BR01 does not say how much"),
        ("exercises/BR01.toml", "breaths = [10, 10]", "breaths = [10, 5]", r"BR01 has a dose of 10 to 5"),
        ("words/de/paper.toml", 'T-KNACK = "Husten, Niesen, Springen: erst anheben, dann los."', "", r"text.T-KNACK is missing"),
        ("words/de/paper.toml", 'or_rest = "oder Ruhe"', "", r"words/de/paper.toml, line \d+: the text take_home.or_rest is miss"),
        ("words/fr/paper.toml", 'or_rest = "ou repos"', 'or_rest = "ou repos"\nor_sleep = "x"', r"nothing asks for the text take_home.or_sl"),
        ("words/es/paper.toml", "{emergency_number} si:", "112 si:", r"text.T-EMERG does not have the blanks of the English"),
        ("words/es/paper.toml", 'or_rest = "o descanso"', 'or_rest = { one = "o", other = "o" }', r"or_rest must have the plurals"),
        ("words/es/exercises.toml", 'name = "Puente"', "", r"exercises.toml, line \d+: the text exercise.HG01.name is missing"),
        ("words/fr/paper.toml", "Q06 =", "Q66 =", r"the text cue.Q06 is missing"),
        ("exercises/BR07.toml", 'note = "sit_then_stand"', 'note = "upside_down"', r"no text dose_note.upside_down"),
        ("exercises/BR01.toml", "breaths = [10, 10]", 'breaths = "ten"', r"BR01.toml, line \d+"),
        ("cues.toml", 'id = "Q02"', 'id = "Q01"', r"cues.toml, line \d+: the cue Q01 stands twice"),
        ("cues.toml", 'add = "CF02"', 'add = "CF99"', r"cues.toml, line \d+: there is no exercise CF99"),
        ("cues.toml", 'evidence = "clinic rule"', 'evidence = ""', r"names no evidence"),
        ("plan.toml", 'one = ["BR03", "BR07", "BR05"]', 'one = ["BR77"]', r"plan.toml, line \d+: row “leak on effort”: there is no exercise BR77"),
        ("plan.toml", 'cues = ["Q12"]', 'cues = ["Q77"]', r"there is no cue Q77"),
        ("plan.toml", 'said = ["T-BOWEL"]', 'said = ["T-BOWLS"]', r"there is no text T-BOWLS"),
        ("plan.toml", 'notes = { BR05 = "urge" }', 'notes = { BR05 = "haste" }', r"there is no text note haste"),
        ("plan.toml", 'findings = ["F-BOWEL"]', 'findings = ["F-BOWLS"]', r"there is no finding F-BOWLS"),
        ("plan.toml", 'flag = "drop"', 'flag = "dropp"', r"there is no flag dropp"),
        ("plan.toml", 'id = "urge"', 'id = "coordination"', r"the row coordination stands twice"),
        ("plan.toml", 'findings = ["F-BOWEL"]', "findings = []", r"exactly one row serves"),
        ("plan.toml", '[[code]]\nid = "X2"', '[[code]]\nid = "X1"\nactive_when = "-"\nsource = "-"\n[[code]]\nid = "X2"', r"the code X1 stands twice"),
        ("plan.toml", '[[code]]\nid = "X2"', '[[code]]\nid = "X99"\nactive_when = "-"\nsource = "-"\n[[code]]\nid = "X2"', r"no exercise has the code X99"),
        ("plan.toml", 'exercises = ["CF02"]', 'exercises = ["CF01"]', r"CF01 does not have the code X8"),
        ("plan.toml", 'tests = ["ST01"]', 'tests = ["ST99"]', r"there is no test ST99"),
        ("plan.toml", 'note = "hold_wall"', 'note = "hold_hands"', r"there is no text note.hold_hands"),
        ("plan.toml", 'green_twice = "IM03"', 'green_twice = "IM99"', r"the entry test of IM05 names no exercise"),
        ("plan.toml", 'both_sides = "ST01"', 'both_sides = "ST99"', r"there is no test ST99"),
        ("plan.toml", "[outcome.O5]", "[outcome.O6]", r"the outcomes must be O1 to O5"),
        ("plan.toml", "MO = 1, RD = 0", "XX = 1, RD = 0", r"O1 needs a quota for"),
        ("plan.toml", 'mobility_for_all = "MO05"', 'mobility_for_all = "MO55"', r"there is no exercise MO55"),
        ("plan.toml", 'strength = ["HG", ', 'strength = ["HQ", ', r"there is no category HQ"),
        ("plan.toml", 'warm_up = ["RD01"]', "warm_up = []", r"RD01 belongs to no session"),
        ("plan.toml", '["B"], ["W10-20"], ["B"], ', '["B"], ["W10-20"], ', r"the week O1 must have seven days"),
        ("plan.toml", '["W10-20"]', '["Z"]', r"there is no session Z"),
        ("plan.toml", "[selection]", "[selection]\nextra = 1", r"plan.toml, line \d+"),
        ("ladders.toml", "number = 3", "number = 4", r"ladders.toml, line \d+: the levels must be"),
        ("words/en/paper.toml", "T-KNACK = ", "T-KNICK = ", r"the text text.T-KNACK is missing"),
        ("words/en/paper.toml", "T-KNACK = ", 'T-NEW = "New."\nT-KNACK = ', r"no plan says the text text.T-NEW"),
        ("words/en/paper.toml", "R08_with_cue = ", "R08_with_clue = ", r"the text strong.R08_with_cue is missing"),
        ("words/en/paper.toml", "F-COORD = ", "F-COURT = ", r"there is no finding F-COORD"),
        ("exercises/BR01.toml", 'source = "clinic rule"', 'source = ""', r"BR01.toml, line \d+: BR01 names no source"),
        ("criteria.toml", 'id = "R02"', 'id = "R01"', r"criteria.toml, line \d+: the rule R01 stands twice"),
        ("criteria.toml", 'id = "R32"', 'id = "R33"', r"criteria.toml, line \d+: the rule R32 is missing"),
        ("criteria.toml", '[[rule]]\nid = "R32"', SECOND_RULE + '[[rule]]\nid = "R32"', r"criteria.toml, line \d+: nothing judges a rule R77"),
        ("criteria.toml", 'source = "Qu 2021"', 'source = " "', r"criteria.toml, line \d+: the rule R22 has no source"),
        ("criteria.toml", 'reason = "Timing is late: the lift must come just before the landing."', 'reason = ""', r"the rule R21 has no reason"),
        ("criteria.toml", "{ weeks = 26 }", "{ months = 6 }", r"criteria.toml, line \d+: the rule R06 has no limit “weeks”"),
        ("criteria.toml", "{ full = 12, least = 6 }", "{ full = 12, least = 6, most = 9 }", r"criteria.toml, line \d+: the rule R05 knows no limit “most”"),
        ("criteria.toml", "preparing = {", "preparation = {", r"criteria.toml, line \d+: the rule R05 has no finding “preparing”"),
        ("criteria.toml", "preparing = {", 'extra = { cap = "O3" }\npreparing = {', r"criteria.toml, line \d+: the rule R05 knows no finding “extra”"),
        ("criteria.toml", 'preparing = { cap = "O3"', 'preparing = { cap = "O6"', r"criteria.toml, line \d+, field rule"),
        ("criteria.toml", 'preparing = { cap = "O3", severity = "block"', 'preparing = { cap = "O4", severity = "block"', r"R05, preparing: what allows O4 does not block"),
        ("criteria.toml", "criterion = 60", "criterion = 50", r"criteria.toml, line \d+: LT04 asks for 50 here, and for 60 in its form"),
        ("criteria.toml", "[test.ST04]", "[test.ST05]", r"criteria.toml, line \d+: no form asks the test ST05"),
        ("criteria.toml", 'counted = "minutes"', 'counted = "minutes"\nsides = true', r"LT01 has two sides here or in its form"),
        ("forms/strength.toml", "criterion = 20", "criterion = 20\nfast = 1", r"strength.toml, line \d+, field"),
        ("forms/safety.toml", 'fact = "weeks_pp"', 'fact = "weeks"', r"safety.toml, line \d+: RF08: the fact “weeks” is not known"),
        ("forms/safety.toml", 'id = "RF02"', 'id = "RF01"', r"safety.toml, line \d+: the id “RF01” stands twice"),
        ("forms/safety.toml", 'flag = { action = "A1" }', 'flag = { action = "A9" }', r"safety.toml, line \d+: RF01: there is no action A9"),
        ("forms/safety.toml", 'source = "GIRFT pathway 2023; Greenhalgh 2018 Musculoskelet Sci Pract"', 'source = ""', r"safety.toml, line \d+: RF01 opens a flag and names no source"),
        ("forms/safety.toml", 'by = { question = "RF05_sub", actions', 'by = { question = "RF05_subs", actions', r"RF05: the question “RF05_subs” is not there"),
        ("forms/safety.toml", "actions = { at_rest = ", "actions = { at_home = ", r"RF05_sub has no option “at_home”"),
        ("forms/history.toml", 'at_least_of = "H04"', 'at_least_of = "H94"', r"history.toml, line \d+: H05: the question “H94” is not there"),
        ("forms/epds.toml", 'method = "positions"', 'method = "position"', r"epds.toml, line \d+: there is no scoring method “position”"),
        ("forms/epds.toml", 'totals = ["total", "item_10"]', 'totals = ["total", "item_11"]', r"epds.toml, line \d+: the score names “item_11”"),
        ("forms/epds.toml", 'reversed = ["i3"', 'reversed = ["j3"', r"epds.toml, line \d+: the score turns “j3”, which is not asked"),
        ("forms/epds.toml", '[10, "possible"]', '[14, "possible"]', r"epds.toml, line \d+: the bands must rise"),
        ("forms/epds.toml", 'change_source = "unverified"', "", r"epds.toml, line \d+: the change that counts has no source"),
        ("forms/iciq_vs.toml", 'licence = "Copyright of the ICIQ group. Item weights could not be checked: three scores are keyed."', "", r"iciq_vs.toml, line \d+: iciq_vs does not say under which licence"),
        ("forms/iciq_vs.toml", 'source = "Price 2006 (ranges unverified)"', 'source = ""', r"iciq_vs.toml, line \d+: iciq_vs has no source"),
        ("forms/leaf_q.toml", 'question = "history/H12"', 'question = "history/H92"', r"leaf_q.toml, line \d+: the question “history/H92” is not there"),
        ("flags.toml", 'id = "A4"', 'id = "A3"', r"flags.toml, line \d+: the action A3 stands twice"),
        ("flags.toml", 'locks = ["impact", "treadmill"]', 'locks = ["impact", "mill"]', r"flags.toml, line \d+: there is no lock “mill”"),
        ("flags.toml", 'flag = "RF24"\naction = "S1"', 'flag = "RF24"\naction = "S2"', r"flags.toml, line \d+: there is no action S2"),
        ("flags.toml", 'flag = "RF16"', 'flag = "RF66"', r"flags.toml, line \d+: there is no flag RF66"),
        ("visit.toml", 'forms = ["diary"]', 'forms = ["diaries"]', r"visit.toml, line \d+: there is no form “diaries”"),
        ("visit.toml", 'lock = "plan"', 'lock = "plans"', r"visit.toml, line \d+: there is no lock “plans”"),
        ("visit.toml", '"OT01", "OT02"', '"OT01", "OT22"', r"visit.toml, line \d+: load_tests has no card OT22"),
        ("visit.toml", 'id = "sign"', 'id = "plan"', r"visit.toml, line \d+: the part plan stands twice"),
    ],
)  # fmt: skip
def test_content_that_contradicts_itself_is_refused_by_file_and_line(bad, name, old, new, said):
    bad(name, old, new)
    with pytest.raises(Refused, match=said):
        library.check()


def test_a_second_file_for_an_exercise_is_refused(bad):
    written = (paths.resources() / "exercises" / "BR01.toml").read_text(encoding="utf-8")
    bad("exercises/ZZ01.toml", "", written)
    with pytest.raises(Refused, match=r"ZZ01.toml, line 1: the file is ZZ01, the exercise in it BR01"):
        library.check()
