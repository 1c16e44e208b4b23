"""The pages look and read as they did when they were last looked at; and what differs is found."""

from dataclasses import replace
from functools import cache

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from runclinic.documents import rules
from runclinic.documents.plan import take_home
from tests.documents import golden_pages
from tests.documents.every_paper import Paper, papers, take_home_of

SAMPLE = (
    "plan-short",
    "diary-short",
    "letter-gp-long",
    "gait-short",
    "report-empty",
    "form-pop-q",
    "referral-A2",
)
PAPERS = papers()
PLAN = next(each for each in PAPERS if each.name == "plan-short")
HOW = "look at the pictures; if they are as they should be: python -m tests.documents.golden_pages --renew"


def unchanged(paper, tmp_path):
    said = golden_pages.differences(paper, golden_pages.rows(paper), tmp_path)
    assert not said, "\n".join([*said, HOW])


@pytest.mark.parametrize(
    "paper", [each for each in PAPERS if each.name in SAMPLE], ids=lambda each: each.name
)
def test_a_sample_looks_as_it_did(paper, tmp_path):
    unchanged(paper, tmp_path)


@pytest.mark.storm
@pytest.mark.parametrize(
    "paper", [each for each in PAPERS if each.name not in SAMPLE], ids=lambda each: each.name
)
def test_every_other_page_looks_as_it_did(paper, tmp_path):
    unchanged(paper, tmp_path)


def test_every_paper_is_kept_and_nothing_else():
    kept = {file.stem for file in golden_pages.KEPT.glob("*.png")}
    assert kept == {paper.name for paper in PAPERS}
    words = {(name, row) for name, row, _ in golden_pages.kept_words()}
    assert words == {(each.name, golden_pages.said(how)) for each in PAPERS for how in each.variants()}


def test_the_kept_pictures_are_small():
    assert sum(file.stat().st_size for file in golden_pages.KEPT.iterdir()) < 3e6
    assert set(SAMPLE) <= {paper.name for paper in PAPERS}


# -- the comparing itself


@cache
def plan_now():
    """The short plan, drawn once."""
    return golden_pages.rows(PLAN)


def plan_with(**changes):
    """The short plan with something changed, in one variant."""
    asked = replace(take_home_of("short"), **changes)
    return Paper("plan", "short", lambda **how: take_home(asked, **how), large=True)


def test_a_changed_word_is_found_and_where(tmp_path):
    other = plan_with(therapist="Maria Okafor")
    said = golden_pages.differences(PLAN, golden_pages.rows(other), tmp_path)
    assert any(
        "plan-short, a4, page 1: reads otherwise at “for Amara Quist, made with Maria" in each
        for each in said
    )
    assert (tmp_path / "plan-short.png").exists()
    assert not any("looks otherwise" in each for each in said)  # a letter is too small for the picture


def test_a_changed_digit_is_found(tmp_path):
    clinic = {**take_home_of("short").clinic, "phone": "555 0143"}
    said = golden_pages.differences(PLAN, golden_pages.rows(plan_with(clinic=clinic)), tmp_path)
    assert [each for each in said if "a4, page 1: reads otherwise" in each]


def test_a_line_that_moved_is_seen_and_where(tmp_path, monkeypatch):
    usual = rules.Spacer
    monkeypatch.setattr(rules, "Spacer", lambda wide, high: usual(wide, high + 1))  # a third of a millimetre
    said = golden_pages.differences(PLAN, golden_pages.rows(PLAN), tmp_path)
    moved = [each for each in said if "page 1: looks otherwise" in each]
    assert len(moved) == 4
    assert not any("reads otherwise" in each for each in said)
    assert all("page 1" in each or "side by side" in each for each in said)
    first = int(moved[0].partition("otherwise at ")[2].split(",")[0])
    assert 170 <= first <= 205  # the frames with when to stop stand there


def test_a_page_more_is_found(tmp_path):
    rows = plan_now()
    longer = [replace(rows[0], pages=(*rows[0].pages, rows[0].pages[0])), *rows[1:]]
    said = golden_pages.differences(PLAN, longer, tmp_path)
    assert any("a4, page 4" in each for each in said)


def test_old_and_new_stand_side_by_side(tmp_path):
    one, other = Image.new("L", (20, 10), 10), Image.new("L", (30, 15), 200)
    with Image.open(golden_pages.beside(one, other, tmp_path / "new" / "both.png")) as both:
        assert both.size == (62, 15)
        assert (both.getpixel((0, 0)), both.getpixel((61, 14))) == (10, 200)


@pytest.mark.parametrize("how", ["bolder", "lighter", "smaller steps", "no smoothing"])
def test_letters_drawn_by_another_hand_are_the_same_page(how):
    wide = golden_pages.WIDE
    with pypdfium2.PdfDocument(PLAN.make(paper="a4")) as document:
        for page, kept in zip(document, plan_now()[0].pages, strict=True):
            times = 4 if how == "smaller steps" else 3
            scale = times * wide / page.get_size()[0]
            drawn = page.render(scale=scale, grayscale=True, no_smoothtext=how == "no smoothing").to_numpy()
            ink = np.asarray(drawn[..., 0] if drawn.ndim == 3 else drawn, float) / 255
            ink **= {"bolder": 1.25, "lighter": 0.8}.get(how, 1.0)
            small = Image.fromarray((255 * ink).astype(np.uint8)).resize(
                kept.picture.size, Image.Resampling.BOX
            )
            assert golden_pages.changed(kept.picture, golden_pages.few_greys(small)) == []


def test_the_command_renews_and_writes_readable_pages(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(golden_pages, "KEPT", tmp_path / "kept")
    monkeypatch.setattr("sys.argv", ["golden_pages", "--renew", "recovery-short"])
    assert golden_pages.main() == 0
    paper = next(each for each in PAPERS if each.name == "recovery-short")
    assert golden_pages.differences(paper, golden_pages.rows(paper), tmp_path) == []
    monkeypatch.setattr("sys.argv", ["golden_pages", "--out", str(tmp_path / "out"), "recovery-short"])
    assert golden_pages.main() == 0
    written = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert written == ["recovery-short a4.png", "recovery-short letter.png"]
    assert str(tmp_path / "out") in capsys.readouterr().out
