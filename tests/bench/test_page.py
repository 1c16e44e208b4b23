"""The page of measurements: bars kept and missed, one part renewed, another machine begins anew."""

from datetime import date

import pytest

from runclinic import cli
from runclinic.bench import page
from runclinic.bench.result import Figure, Result
from runclinic.refused import Refused

DAY, LATER = date(2026, 11, 20), date(2026, 12, 1)
SAVE = Result(
    "save",
    (Figure("an answer", "ms", (3.0, 4.0, 9.0), 10.0), Figure("too slow | by far", "ms", (20.0,), 10.0)),
    {"encrypted / plain": 1.04},
    123.4,
)
JUDGE = Result("judge", (Figure("a visit", "ms", (7.0,)),), {}, 50)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "docs" / "performance.md"


def test_a_figure_stands_with_its_bar_and_whether_it_is_kept(file):
    page.write(file, [SAVE, JUDGE], DAY)
    text = file.read_text()
    assert "| an answer | 4.00 ms | 9.00 | 3 | 10 ms | kept |" in text
    assert "| too slow \\| by far | 20.00 ms | 20.00 | 1 | 10 ms | **missed** |" in text
    assert "| a visit | 7.00 ms | 7.00 | 1 |  |  |" in text
    assert "- encrypted / plain: **1.04**" in text
    assert "Peak memory 123 MB. 2026-11-20" in text
    assert page.MACHINE + page.machine() in text


def test_one_part_is_renewed_and_the_others_stay(file):
    page.write(file, [SAVE, JUDGE], DAY)
    page.write(file, [Result("judge", (Figure("a visit", "ms", (8.0,)),), {}, 50)], LATER)
    text = file.read_text()
    assert "8.00 ms" in text
    assert "7.00 ms" not in text
    assert text.count("## ") == 2
    assert text.index("## save") < text.index("## judge")
    assert "Peak memory 123 MB. 2026-11-20" in text
    once = text
    page.write(file, [], LATER)
    assert file.read_text() == once


def test_what_another_machine_measured_goes(file, monkeypatch):
    page.write(file, [SAVE, JUDGE], DAY)
    monkeypatch.setattr(page, "machine", lambda: "a slower one")
    page.write(file, [JUDGE], LATER)
    text = file.read_text()
    assert "## save" not in text
    assert "Measured on: a slower one" in text


def test_a_page_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be written"):
        page.write(tmp_path, [JUDGE], DAY)


def test_the_machine_is_described():
    said = page.machine()
    assert "cores" in said
    assert "Python 3." in said


def test_the_command_prints_and_writes(file, monkeypatch, capsys):
    monkeypatch.setattr("runclinic.bench.run", lambda *_, **__: [JUDGE])
    assert cli.main(["bench", "judge", "--write", str(file)]) == 0
    assert "## judge" in file.read_text()
    assert "a visit" in capsys.readouterr().out
