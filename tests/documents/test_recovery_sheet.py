"""The recovery sheet: one page, with a key that people and scanners read."""

import io
from dataclasses import replace
from datetime import date

import cv2
import numpy as np
import pypdf
import pypdfium2
import pytest

from runclinic.documents.recovery_sheet import RecoverySheet, recovery_sheet

GROUPS = ("0A1B", "2C3D", "4E5F", "6G7H", "8J9K", "MNPQ", "RSTV", "WXYZ", "0123")
ASKED = RecoverySheet(
    clinic="Riverside Pelvic Health",
    whose="MO",
    by="Marta Okafor",
    groups=GROUPS,
    store="3B0F6A52",
    day=date(2026, 11, 20),
    anchor="12:0123456789abcdef",
)


def _text(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("clinic", ["Riverside Pelvic Health", "A clinic of a very long name " * 4])
def test_one_page_holds_all_of_it(paper, clinic):
    text = _text(recovery_sheet(replace(ASKED, clinic=clinic, by="Dr. " + "Okafor " * 8), paper=paper))
    for group in GROUPS:
        assert group in text
    for each in ("3B0F6A52", "20 November 2026", "12:0123456789abcdef", "Forgotten password?"):
        assert each in text


def test_the_code_says_the_key():
    page = pypdfium2.PdfDocument(recovery_sheet(ASKED))[0].render(scale=200 / 72)
    picture = cv2.cvtColor(np.asarray(page.to_numpy()), cv2.COLOR_BGR2GRAY)
    said, *_ = cv2.QRCodeDetector().detectAndDecode(picture)
    assert said == "-".join(GROUPS)


def test_the_same_sheet_is_the_same_file():
    assert recovery_sheet(ASKED) == recovery_sheet(ASKED)
