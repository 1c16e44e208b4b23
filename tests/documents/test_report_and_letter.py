"""Report and letter: what must be on them, what never, and how urgent a letter is."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from runclinic import case, paths
from runclinic.documents import of_case
from runclinic.documents.clinical import Visit
from runclinic.documents.letter import RECIPIENTS, SHARED, letter
from runclinic.documents.report import report
from runclinic.forms import catalogue
from runclinic.refused import Refused
from runclinic.visit.assess import assess
from runclinic.words import Words, texts

EXAMPLES = sorted((paths.resources() / "examples").glob("*.toml"))
CLINIC = {"name": "Riverside Pelvic Health", "phone": "555 0142", "address": "2 Mill Lane"}
PRIVATE = [each for each in catalogue.form("safety").question if each.private]


def visit(path: Path | str, **answers) -> Visit:
    read = case.read(paths.resources() / "examples" / f"{path}.toml" if isinstance(path, str) else path)
    read = replace(
        read, answers={**read.answers, SHARED: "yes", **{k.replace("__", "/"): v for k, v in answers.items()}}
    )
    return Visit(assess(read), read.answers, read.client, CLINIC, read.visit_date, read.therapist)


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    return " ".join(pages(pdf))


def squeezed(words: str) -> str:
    return "".join(words.split())


# ---- the report


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_outcome_criterion_and_exercise_of_an_example_stands_in_its_report(path):
    asked = visit(path)
    said = squeezed(text(report(asked)))
    assert squeezed(asked.client.name) in said
    for each in asked.criteria():
        assert each.id in said
        assert squeezed(each.name) in said
    for exercise in asked.plan.exercises if asked.plan.phase is not None else ():
        assert squeezed(exercise.name) in said


def test_c4_is_reported_with_its_examination_and_its_tests():
    said = squeezed(text(report(visit("c4"))))
    for words in (
        "Walk-run", "Stage II, front wall", "Leading edge −1.0 cm, not beyond the hymen.",
        "Hop in place", "10 | 10 hops", "leak 1 of 3", "10 | 10 hops; nothing", "15 | 19 reps",
        "Pelvic floor contracts late.", "R16 · Goom 2019", "leaks when she runs",
    ):  # fmt: skip
        assert squeezed(words) in said


def test_an_override_stands_beside_what_the_criteria_say():
    read = case.read(paths.resources() / "examples" / "c2.toml")
    decided = replace(read.decision, outcome="O1", reason="wants to wait for her scan")
    read = replace(read, decision=decided)
    asked = Visit(assess(read), read.answers, read.client, CLINIC, read.visit_date, read.therapist)
    said = text(report(asked))
    assert "Decided otherwise, because: wants to wait for her scan" in said
    assert "By the criteria:" in said


def test_it_speaks_to_a_clinician_and_not_to_her():
    said = text(report(visit("c6")))
    before_answers = said.partition("All answers")[0].partition("Readiness criteria")[0]
    assert "leg strength at the criterion" in before_answers
    assert " you " not in f" {before_answers.lower()} ".replace("your", "you")


def test_every_finding_and_strength_has_its_clinical_words():
    words = Words("en")
    for code in [*_keys("finding."), *_keys("strong.")]:
        assert words.has(f"clinical_{code}") or code == "finding.F-STRIDE", code


def _keys(start):
    return [key for key in texts("en") if key.startswith(start)]


def test_large_print_and_letter_paper_and_the_same_bytes():
    asked = visit("c4")
    assert report(asked) == report(asked)
    assert len(pages(report(asked, large=True))) > len(pages(report(asked)))
    box = PdfReader(io.BytesIO(report(asked, paper="letter"))).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (612, 792)


@pytest.mark.parametrize("name", ["Ann" * 20, "ليلى", "李小龍", "Zoë Ó"])
def test_any_name_can_be_reported_and_written_about(name):
    asked = visit("c4")
    asked = replace(asked, client=replace(asked.client, given_name=name, family_name=name))
    assert len(pages(letter(asked))) == 1
    assert pages(report(asked))


@pytest.mark.parametrize("made", [report, letter])
def test_a_sign_that_no_font_has_is_named_before_anything_is_printed(made):
    asked = visit("c4")
    with pytest.raises(Refused, match="🏃"):
        made(replace(asked, client=replace(asked.client, given_name="Zoë 🏃")))


# ---- what is between her and the therapist


@settings(max_examples=6)
@given(
    chosen=st.sets(st.sampled_from([each.id for each in PRIVATE if each.kind == "yes_no"]), min_size=1),
    example=st.sampled_from(["c3", "c4", "c8"]),
)
def test_what_is_asked_when_she_is_alone_is_on_neither(chosen, example):
    asked = visit(example, **{f"safety__{each}": "yes" for each in chosen}, epds__i10=3)
    assert any(flag.action == "S1" for flag in asked.assessment.flags) or "RF26" in chosen
    urgent = chosen & {"RF25", "S1_danger"}  # then no letter to a clinician is made: the next test
    letters = ("insurer",) if urgent else ("gp", "insurer")
    for made in (report(asked), *(letter(asked, to) for to in letters)):
        said = squeezed(text(made))
        for each in PRIVATE:
            assert squeezed(each.text) not in said
            if each.short:
                assert squeezed(each.short) not in said
        assert not [each for each in ("S1", "Safeguarding", "RF24", "RF25", "RF26") if each in said]


@pytest.mark.parametrize(
    "answers",
    [
        {"safety__RF25": "yes"},
        {"safety__RF24": "yes", "safety__S1_danger": "yes"},
        {"safety__RF26": "yes", "safety__S1_danger": "yes", "safety__RF13": "yes"},
    ],
)
def test_an_emergency_that_is_private_is_never_written_down_as_less(answers):
    asked = visit("c4", **answers)
    with pytest.raises(Refused, match="told in private"):
        letter(asked)
    assert "Nothing is asked" not in text(letter(asked, "insurer"))
    named = visit("c4", **answers, safety__RF01="yes")
    assert "this is an emergency" in text(letter(named))


def test_a_private_worry_without_danger_leaves_no_trace_in_a_letter():
    said = text(letter(visit("c4", safety__RF24="yes", safety__S1_danger="no")))
    assert "Nothing is asked of you" not in said
    assert "emergency" not in said


def test_no_gap_in_the_criteria_tells_that_something_is_hidden():
    usual, hidden = visit("c4"), visit("c4", safety__RF24="yes", safety__S1_danger="no")
    assert [each.id for each in hidden.criteria()] == [each.id for each in usual.criteria()]
    both = visit("c4", safety__RF24="yes", safety__S1_danger="no", safety__RF07="yes")
    assert next(each for each in both.criteria() if each.id == "R01").hers == "open: RF07"


def test_low_energy_is_asked_of_her_gp_in_words_that_a_doctor_acts_on():
    said = text(letter(visit("c8")))
    assert "Please consider: • Energy (" in said
    assert "LEAF-Q 9): assess low energy availability (REDs CAT2: cycle, bone, blood)." in said
    assert "Nothing is asked of you" not in said
    assert "Energy" in text(letter(replace(visit("c8"), with_mood=True)))
    assert "Energy" not in text(letter(visit("c4")))
    red = text(letter(visit("c4", reds_cat2__colour="red", reds_cat2__assessor="Dr Roe")))
    assert "Energy (REDs CAT2 red): refer: REDs needs a doctor before she trains." in red


def test_an_insurer_reads_nothing_of_her_energy():
    assert "energy" not in text(letter(visit("c8"), "insurer")).lower()


def test_what_is_asked_of_a_doctor_keeps_its_capitals():
    said = text(letter(visit("c4", history__H49_fatigue=9)))
    assert "iron and thyroid." in said
    assert "gP" not in said


def test_the_pop_q_drawing_says_what_is_solid_and_what_is_dashed():
    said = text(report(visit("c4")))
    assert "measured today" in said
    assert "full support" in said


def test_mood_is_on_paper_only_where_she_agreed():
    mood = ("EPDS", "Mood", "mood")
    asked = visit("c8", history__H16_mood=7)
    for made in (report(asked), letter(asked)):
        assert not [words for words in mood if words in text(made).replace("R25 (mood)", "")]
    assert "Nothing is asked of you" not in text(letter(asked))
    agreed = replace(asked, with_mood=True)
    said = text(report(agreed))
    assert "14 of 30, likely" in said
    assert squeezed("R25 · Cox 1987") in squeezed(said)
    assert "Mood (EPDS 14): please see her about it" in text(letter(agreed))


def test_each_score_stands_with_its_range_its_band_and_its_source():
    said = squeezed(text(report(visit("c8"))))
    assert squeezed("LEAF-Q 9, at risk first score Melin 2014") in said


def test_why_an_exercise_was_chosen_is_said_to_a_clinician():
    said = text(report(visit("c4"))).partition("All answers")[0].partition("Because")[2]
    chosen = said.partition("Running cues")[0]
    assert "Pelvic floor contracts late" in chosen
    assert "your" not in chosen  # what a muscle of hers does is not said to her here


# ---- the letter


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({"safety__RF01": "yes"}, "Please see her now: this is an emergency."),
        ({"safety__RF13": "yes"}, "Please see her within two weeks."),
        ({}, "Nothing is asked of you."),
    ],
)
def test_the_most_urgent_flag_says_how_soon(answers, asked):
    made = pages(letter(visit("c4", **answers)))
    assert len(made) == 1
    assert asked in made[0]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("to", RECIPIENTS)
def test_every_letter_is_one_page_and_names_who_it_is_about(path, to):
    asked = visit(path)
    made = pages(letter(asked, to, "Dr Amara Diallo"))
    assert len(made) == 1
    assert asked.client.name in made[0]
    assert "Dr Amara Diallo" in made[0]


def test_an_insurer_reads_of_no_symptom():
    said = text(letter(visit("c4"), "insurer"))
    assert "Walk-run" in said
    assert not [words for words in ("leak", "Pelvic floor contracts", "Heaviness", "hops") if words in said]


def test_a_doctor_reads_what_the_rules_say_to_think_of():
    assert "Prolapse (lowest point +2 cm, bulge): refer; pessary talk." in text(letter(visit("c6")))


def test_without_her_leave_there_is_none_but_in_an_emergency():
    with pytest.raises(Refused, match="not to be shared"):
        letter(visit("c4", **{SHARED.replace("/", "__"): "no"}))
    urgent = visit("c4", **{SHARED.replace("/", "__"): "no", "safety__RF01": "yes"})
    assert "emergency" in text(letter(urgent))


def test_an_unknown_recipient_is_refused():
    with pytest.raises(Refused, match="nobody"):
        letter(visit("c4"), "nobody")


# ---- a case file


@pytest.mark.parametrize(
    ("example", "kinds", "missing"),
    [
        (
            "c4",
            ["plan", "exercises", "diary", "report"],
            ["No gait sheet: the case names no clip", "No letter: She said"],
        ),
        ("c1", ["report", "letter"], ["No plan, exercises or diary:", "No gait sheet:"]),
    ],
)
def test_a_case_is_written_whole_and_what_is_not_there_is_said(example, kinds, missing, tmp_path):
    read = case.read(paths.resources() / "examples" / f"{example}.toml")
    written = of_case.write(read, assess(read), tmp_path)
    assert [path.name.split()[1] for path in written.paths] == kinds
    assert [why.startswith(start) for why, start in zip(written.missing, missing, strict=True)] == [
        True,
        True,
    ]
    assert not any("\n" in why for why in written.missing)
    assert all(path.stat().st_size > 5000 for path in written.paths)
