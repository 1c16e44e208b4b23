"""The take-home plan: what page 1 must say, what no page may say, and what happens with odd data."""

import io
import re
from dataclasses import replace

import pypdf
import pytest

from runclinic.documents.paper import file_name
from runclinic.refused import Refused
from runclinic.words import Words
from tests.documents.conftest import CADENCE, CLINIC, example

PRINTED = ("c2", "c3", "c3b", "c4", "c5", "c5b", "c6", "c7", "c8")
LONG = "Wilhelmina-Anneliese Maximiliane von der Brueckenstein-Larsson"


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("name", PRINTED)
def test_page_one_keeps_her_safe(name, plan_of):
    first = pages(plan_of(name))[0]
    assert "What we found" in first
    assert "This week" in first
    assert "Stop running and call us on 555 0142 if: two reds in two weeks" in first
    assert "Ring 112 now if: numb between your legs" in first
    assert "See a doctor today if:" in first
    assert "We meet on" in first


@pytest.mark.parametrize("name", PRINTED)
def test_the_three_rules_stand_whole(name, plan_of):
    text = " ".join(pages(plan_of(name)))
    for words in (
        "After two green sessions move up one level.",
        "A few drops, a bit heavy, or pain 3 to 4, gone by the next morning.",
        "Two reds in two weeks: call us.",
        "Take the worst of: during, after, next morning.",
    ):
        assert words in text


@pytest.mark.parametrize("name", PRINTED)
def test_every_text_that_holds_is_printed(name, plan_of):
    text = " ".join(pages(plan_of(name)))
    _, assessment = example(name)
    for text_id in assessment.plan.texts:
        words = Words("en").say(f"text.{text_id}") if text_id in FIXED else OPENINGS[text_id]
        assert words in text, text_id


FIXED = frozenset(
    {"T-TIMING", "T-TIGHT", "T-HEAVY", "T-MENO", "T-BLEED", "T-DIARY", "T-PF", "T-KNACK", "T-EX", "T-RUN"}
    | {
        "T-FOOD",
        "T-SLEEP",
        "T-BUGGY",
        "T-FEED",
        "T-BLADDER",
        "T-BOWEL",
        "T-PESSARY",
        "T-TODAY",
        "P-PROOF",
        "P-SCAR",
    }
)
OPENINGS = {
    "T-INTRO": "shows us how your body handles load, breath, strength and stride.",
    "T-STEPS": "The way back has four steps",
    "T-FOUND": "What we found",
    "T-GREEN": "No leak",
    "T-AMBER": "A few drops",
    "T-RED": "Damp or wet, any stool",
    "T-CALL": "Stop running and call us on 555 0142 if:",
    "T-EMERG": "Ring 112 now if:",
    "T-REVIEW": "We meet on",
    "T-NOTYET": "Not yet does not mean no. It means: first",
    "T-SIGN": "It is for you only. Unsure? Ask before you try.",
}


def test_an_o2_plan_without_an_examination_is_two_pages_and_a_diary(plan_of):
    *plan, diary = pages(plan_of("c2"))
    assert len(plan) == 2
    assert "Good to know" in plan[1]
    assert diary.split()[:2] == ["Your", "diary"]


@pytest.mark.parametrize("case", ["c2", "c3", "c3b", "c4", "c5", "c5b", "c6", "c7", "c8"])
def test_every_plan_has_two_to_four_pages_and_none_for_a_last_line_alone(plan_of, case):
    made = pages(plan_of(case))
    assert 2 <= len(made) <= 4
    assert "Your diary" in made[-1]
    assert "It is for you only. Unsure? Ask before you try." in made[-1]


def test_her_start_level_and_cues_are_on_page_one(plan_of):
    first = pages(plan_of("c4", cadence=CADENCE, belt_speed="8 km/h"))[0]
    assert "Walk-run level 1: walk 5 minutes. Then 8 times: run 30 seconds, walk 2 minutes." in first
    assert "follow the beat, 172 steps a minute" in first
    assert "You took 164.2 ± 1.2 steps a minute on the treadmill at 8 km/h." in first


def test_no_plan_while_something_needs_a_doctor_first(plan_of):
    with pytest.raises(Refused, match="needs a doctor first"):
        plan_of("c1")


@pytest.mark.parametrize("lost", ["name", "phone", "emergency_number"])
def test_a_missing_number_of_the_clinic_is_refused_with_where_to_set_it(lost, plan_of):
    with pytest.raises(Refused, match="Settings"):
        plan_of("c2", clinic={**CLINIC, lost: " "})


def test_mood_and_safeguarding_are_never_printed(plan_of):
    text = " ".join(pages(plan_of("c8"))).lower()  # EPDS 14
    for word in ("mood", "epds", "safeguard", "hurting", "unsafe"):
        assert word not in text


def test_the_same_visit_gives_the_same_bytes(plan_of):
    assert plan_of("c4") == plan_of("c4", large=False)


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("large", [False, True])
def test_every_font_is_embedded(paper, large, plan_of):
    reader = pypdf.PdfReader(io.BytesIO(plan_of("c4", paper=paper, large=large)))
    width = float(reader.pages[0].mediabox.width)
    assert round(width) == (595 if paper == "a4" else 612)
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            found = font.get_object()
            assert "/FontFile2" in found["/FontDescriptor"], found["/BaseFont"]


def test_the_file_says_what_it_is(plan_of):
    reader = pypdf.PdfReader(io.BytesIO(plan_of("c4")))
    assert reader.metadata.title == "Your way back to running"
    assert reader.metadata.author == "Riverside Pelvic Health"
    assert reader.root_object["/Lang"] == "en"
    assert [entry.title for entry in reader.outline][:2] == ["What we found", "This week"]


def test_each_page_carries_her_initials_the_date_and_its_number(plan_of):
    found = pages(plan_of("c4"))
    for number, text in enumerate(found, 1):
        assert f"page {number} of {len(found)}" in text
        assert re.search(r"[A-Z]\. [A-Z]\. · 17 Nov 2026", text)


@pytest.mark.parametrize(
    "given, family",
    [(LONG, LONG), ("محمد", "عبد الله"), ("Łucja", "Ōé-Ñandú"), ("A<b>&", 'O\'Neil "x"')],
)
def test_odd_names_are_printed(given, family, plan_of):
    read, _ = example("c4")
    text = " ".join(pages(plan_of("c4", client=replace(read.client, given_name=given, family_name=family))))
    if given.isascii():
        assert " ".join(family.split()) in text
    assert len(text) > 2000


def test_a_character_that_no_font_has_is_refused_not_boxed(plan_of):
    read, _ = example("c4")
    with pytest.raises(Refused, match="No font on this computer can print: 🏃"):
        plan_of("c4", client=replace(read.client, given_name="Ann 🏃"))


def test_the_file_name_says_little():
    day = example("c4")[0].visit_date
    assert file_name(day, "plan", "von Stein/..", "anna") == "2026-11-17 plan VON STEIN-A.pdf"


def test_the_mean_sentence_is_short(plan_of):
    """CLINICAL 10: a mean of at most 12 words a sentence."""
    for name in PRINTED:
        text = " ".join(pages(plan_of(name)))
        sentences = [each for each in re.split(r"[.!?:;·]\s", text) if len(each.split()) > 1]
        assert sum(len(each.split()) for each in sentences) / len(sentences) <= 12, name
