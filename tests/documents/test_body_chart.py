"""The body chart in the report: there when she named a site, as lines that no magnifying blurs."""

import io
from dataclasses import replace

from pypdf import PdfReader

from runclinic import case, paths
from runclinic.documents.body_chart import pain_sites
from runclinic.documents.clinical import Visit
from runclinic.documents.report import report
from runclinic.visit.assess import assess
from runclinic.words import Words

KNEE = {
    "history/H29": ["knee", "low_back", "other: little toe"],
    "history/H29_sides": {"knee": "both", "low_back": "declined"},
    "history/H30": {"knee": {"now": 3, "worst": 6, "impact": 7}, "low_back": {"now": "declined"}},
}


def made(answers):
    read = case.read(paths.resources() / "examples" / "c4.toml")
    read = replace(read, answers={**read.answers, **answers})
    asked = Visit(assess(read), read.answers, read.client, {}, read.visit_date, "Marta Okafor")
    return PdfReader(io.BytesIO(report(asked)))


def said(pdf):
    return " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)


def test_the_numbers_of_each_site_stand_below_the_chart():
    words = said(made(KNEE))
    assert "Where it hurts" in words
    assert "knee left and right 3 6 7" in words
    assert "low back – – – –" in words
    assert "little toe" in words


def test_without_a_site_there_is_no_chart():
    assert "Where it hurts" not in said(made({"history/H29": []}))
    assert "Where it hurts" not in said(made({"history/H29": "declined"}))


def test_the_chart_is_drawn_and_not_a_picture():
    plain, marked = made({"history/H29": []}), made(KNEE)
    assert sum(len(page.images) for page in marked.pages) == sum(len(page.images) for page in plain.pages)
    drawn = [[page.get_contents() for page in pdf.pages] for pdf in (plain, marked)]
    size = [sum(len(each.get_data()) for each in pages if each is not None) for pages in drawn]
    assert size[1] > size[0] + 8000


def test_a_declined_number_is_not_a_zero():
    found = {each.id: each for each in pain_sites(KNEE, Words("en"))}
    assert (found["low_back"].side, found["low_back"].now) == ("–", "–")
    assert found["other: little toe"].marked == ()
    assert found["knee"].marked == ("left", "right")
