"""The clinician's pages: up to date, whole, and written so that every table stands."""

import re
from pathlib import Path

import pytest

from runclinic.documents import clinical_content
from runclinic.documents.condition_words import in_words
from runclinic.forms import catalogue
from runclinic.forms.form import Condition
from runclinic.plan import cue
from runclinic.plan.content import content
from runclinic.plan.exercise import exercises
from runclinic.plan.texts import TEXTS
from runclinic.readiness import rules

PAGE = Path(__file__).resolve().parents[2] / "docs" / "clinical-content.md"
HOW = "run: python -m runclinic.documents.clinical_content docs/clinical-content.md"


@pytest.fixture(scope="module")
def page():
    return clinical_content.written()


def test_the_committed_page_is_the_one_that_the_resources_make(page):
    assert PAGE.read_text(encoding="utf-8") == page, HOW


def test_it_is_written_to_the_path_that_is_given_or_printed(page, tmp_path, capsys):
    clinical_content.main([str(tmp_path / "page.md")])
    clinical_content.main([])
    assert (tmp_path / "page.md").read_bytes() == page.encode()
    assert capsys.readouterr().out == page


def test_every_form_rule_exercise_and_cue_has_a_table_of_its_own(page):
    headings = re.findall(r"^### (.+)$", page, re.MULTILINE)
    forms = {f"{form.title} (`{form.id}`)" for form in catalogue.forms().values()}
    named = {f"{rule.id} {rule.name}" for rule in rules.content().rule}
    cards = {f"{card.id} {card.name}" for card in exercises().values()}
    wanted = forms | named | cards | set(cue.cues())
    assert wanted <= set(headings)
    for heading in wanted:
        below = page.partition(f"\n### {heading}\n\n")[2]
        assert below.startswith("| what | stands |"), heading


def test_every_field_code_and_text_stands_in_a_table(page):
    fields = {
        each.id
        for form in catalogue.forms().values()
        for each in form.question
        if not clinical_content._from_template(each, form)
    }
    assert {field for field in fields if f"| `{field}` | " not in page} == set()
    rows = [*(code.id for code in content().code), *(row.id for row in content().row), *TEXTS]
    assert {each for each in rows if f"\n| {each} | " not in page} == set()


def test_every_instrument_says_its_mode_licence_and_source(page):
    for form in catalogue.forms().values():
        its = page.partition(f"(`{form.id}`)\n")[2].partition("\n### ")[0]
        assert f"| mode | {form.mode} |" in its
        assert f"| source | {form.source} |" in its
        if form.mode in {"ITEM", "TOTAL"}:
            assert f"| licence | {form.licence} |" in its


def test_every_table_has_as_many_cells_as_its_head(page):
    columns = 0
    for line in page.splitlines():
        if not line.startswith("|"):
            columns = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line)) - 1
        columns = columns or cells
        assert cells == columns > 1, line


def test_every_chapter_has_a_line_to_sign(page):
    assert page.count(clinical_content.SIGN) == len(re.findall(r"^## ", page, re.MULTILINE)) == 10


def test_what_a_clinic_must_confirm_is_listed(page):
    last = page.partition("## 10. To be confirmed by the clinic")[2]
    for unsure in ("`R17`", "`X13`", "`safety/RF05`", "`iciq_vs`", "`epds`", "`Q13`", "`ladder`"):
        assert f"| {unsure} |" in last
    assert "| `R13` |" not in last


@pytest.mark.parametrize(
    "condition, words",
    [
        (None, ""),
        (Condition(question="RF05", equals="yes"), "RF05 is yes"),
        (
            Condition(fact="weeks_pp", at_most=12, or_unknown=True),
            "weeks since birth at most 12, or not known",
        ),
        (Condition(question="H04", at_least=1), "H04 at least 1"),
        (Condition(question="H03", unequal="none"), "H03 is not none"),
        (Condition(question="H13", one_of=("S1", "S2")), "H13 is S1 or S2"),
        (Condition(question="H18", has=("running",)), "H18 holds running"),
        (Condition(question="H18", has=("running", "urge")), "H18 holds any of running, urge"),
        (Condition(question="H02", known=True), "H02 is answered"),
        (Condition(question="H02", known=False), "H02 is open"),
        (Condition(fact="first_visit", equals=True), "first visit is true"),
        (Condition(fact="postmenopausal"), "after menopause holds"),
        (
            Condition(any=(Condition(question="a", equals=1), Condition(question="b", equals=2))),
            "(a is 1 or b is 2)",
        ),
        (
            Condition(
                all=(Condition(question="a", equals=1), Condition(question="b", at_least=0, at_most=2))
            ),
            "a is 1 and b at least 0 and at most 2",
        ),
    ],
)
def test_a_condition_in_words(condition, words):
    assert in_words(condition) == words


def test_every_fact_of_a_condition_has_plain_words():
    from runclinic.documents.condition_words import FACTS

    assert set(FACTS) == set(catalogue.FACTS)
