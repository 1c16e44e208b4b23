# ruff: noqa: E501 (a table of mistakes reads best one to a line)
import shutil

import pytest

from runclinic import library, paths, resources, words
from runclinic.forms import catalogue, flags
from runclinic.plan import content, cue, exercise, ladder
from runclinic.readiness import rules
from runclinic.refused import Refused

CACHES = (
    resources.text, resources.table, resources.folder, words.texts, words.languages, content.content,
    exercise.exercises, ladder.ladders, rules.content, rules.rules, flags.content, flags.actions,
    catalogue.ids, catalogue.forms, catalogue._files, catalogue._read, catalogue._by_id, library.check,
)  # fmt: skip


def _forget():
    for each in CACHES:
        each.cache_clear()
    cue.cues.cache_clear()


@pytest.fixture
def bad(tmp_path, monkeypatch):
    """The real content with one thing changed: `bad(file, old, new)`, or a new file."""
    folder = tmp_path / "resources"
    shutil.copytree(paths.resources(), folder)
    monkeypatch.setattr(paths, "resources", lambda: folder)
    _forget()

    def change(name, old, new):
        path = folder / name
        written = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in written
        path.write_text(written.replace(old, new, 1), encoding="utf-8")

    yield change
    monkeypatch.undo()
    _forget()


def test_the_content_that_we_ship_is_whole():
    library.check.cache_clear()
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
        ("criteria.toml", 'id = "R02"', 'id = "R01"', r"criteria.toml, line \d+: the rule R01 stands twice"),
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
