"""Where letters and ink stand on a page: inside the margins, clear of the footer, none over another."""

import ctypes
from dataclasses import dataclass

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from runclinic.documents.paper import BOTTOM, MARGIN
from tests.documents.every_paper import papers
from tests.documents.golden_pages import said

PAPERS = papers()
SAMPLE = ("plan-long", "report-long", "gait-long", "letter-gp-long", "recovery-long", "form-pelvic-floor")
FOOT_LINE = 41.2  # points from below: the rule above the footer
LITTLE = 2.0  # points that a glyph may reach over its line
VARIANTS = [(paper, how) for paper in PAPERS for how in paper.variants()]
FAST = [(paper, how) for paper, how in VARIANTS if paper.name in SAMPLE and how == {"paper": "letter"}]
SLOW = [each for each in VARIANTS if each not in FAST]


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter and the box of its ink, in points from the lower left corner."""

    letter: str
    left: float
    right: float
    low: float
    high: float

    def lies_on(self, other: "Glyph") -> bool:
        """Whether its middle lies in the other's ink."""
        x, y = (self.left + self.right) / 2, (self.low + self.high) / 2
        return other.left < x < other.right and other.low < y < other.high


def glyphs(page):
    """Every letter of a page that leaves ink."""
    text = page.get_textpage()
    left, right, low, high = (ctypes.c_double() for _ in range(4))
    for at in range(text.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text, at))
        if letter.isspace() or pdfium.FPDFText_IsGenerated(text, at):
            continue
        pdfium.FPDFText_GetCharBox(text, at, left, right, low, high)
        yield Glyph(letter, left.value, right.value, low.value, high.value)


def overlapping(found):
    """Letters whose middle lies in another; looked for among those of nearly the same place."""
    near = {}
    for each in found:
        near.setdefault((int(each.left // 12), int(each.low // 12)), []).append(each)
    for (x, y), here in near.items():
        around = [g for dx in (-1, 0, 1) for dy in (-1, 0, 1) for g in near.get((x + dx, y + dy), ())]
        for one in here:
            yield from (
                (one.letter, other.letter) for other in around if other is not one and one.lies_on(other)
            )


def outside(pdf):
    """What stands where nothing may stand, in words."""
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, 1):
            wide, high = page.get_size()
            found = [*glyphs(page)]
            for each in found:
                if not MARGIN - LITTLE < each.left <= each.right < wide - MARGIN + LITTLE:
                    yield f"page {number}: {each} is in a margin"
                if each.high > high - 20 or each.low < 14:
                    yield f"page {number}: {each} is too near the edge"
                if each.low < BOTTOM - LITTLE and each.high > FOOT_LINE:
                    yield f"page {number}: {each} stands on the footer"
            yield from (f"page {number}: {one} and {other} overlap" for one, other in overlapping(found))
            yield from (f"page {number}: ink {where}" for where in _ink(page))


def _ink(page):
    """Drawings and pictures too keep clear of the margins and of the strip above the footer."""
    drawn = page.render(scale=1, grayscale=True).to_numpy()
    dark = (drawn[..., 0] if drawn.ndim == 3 else drawn) < 200
    edge, high = int(MARGIN - 3), dark.shape[0]
    if dark[:, :edge].any() or dark[:, -edge:].any():
        yield "in a margin"
    strip = dark[high - int(BOTTOM) + 2 : high - int(FOOT_LINE) - 3]
    if strip.any():
        yield f"above the footer, at {np.argwhere(strip)[0]}"


@pytest.mark.parametrize("paper, how", FAST, ids=lambda each: getattr(each, "name", ""))
def test_letters_stand_where_they_may(paper, how):
    assert [*outside(paper.make(**how))] == []


@pytest.mark.storm
@pytest.mark.parametrize("paper, how", SLOW, ids=lambda each: getattr(each, "name", None) or said(each))
def test_letters_stand_where_they_may_on_every_paper(paper, how):
    assert [*outside(paper.make(**how))] == []


# -- the checks themselves


def test_a_footer_that_is_not_shortened_is_seen(monkeypatch):
    long = next(each for each in PAPERS if each.name == "letter-gp-long")
    monkeypatch.setattr(
        "runclinic.documents.paper._foot_words", lambda clinic, number, _room: clinic + number
    )
    assert any("overlap" in each for each in outside(long.make(paper="a4")))


def test_what_hangs_into_the_footer_or_a_margin_is_seen(monkeypatch):
    short = next(each for each in PAPERS if each.name == "diary-short")
    monkeypatch.setattr("runclinic.documents.paper.BOTTOM", BOTTOM - 14)
    found = [*outside(short.make(paper="a4"))]
    assert any("ink above the footer" in each or "stands on the footer" in each for each in found)
    monkeypatch.undo()
    monkeypatch.setattr("runclinic.documents.paper.MARGIN", MARGIN - 8)
    found = [*outside(short.make(paper="a4"))]
    assert any("is in a margin" in each for each in found)
    assert any("ink in a margin" in each for each in found)


def test_letters_side_by_side_do_not_overlap():
    one, other = Glyph("a", 10, 20, 10, 20), Glyph("b", 12, 22, 9, 21)
    assert [*overlapping([one, other])] == [("a", "b"), ("b", "a")]
    assert [*overlapping([one, Glyph("b", 20.5, 30, 10, 20)])] == []
