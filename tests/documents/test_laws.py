"""Laws of paper (CLINICAL 11.1, item 6): safety on page 1 or 2, numbers filled, nothing private anywhere."""

import io
import re
from functools import cache

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runclinic.documents.clinical import Visit
from runclinic.documents.gait_sheet import gait_sheet
from runclinic.documents.handout import exercise_handout, symptom_diary
from runclinic.documents.letter import RECIPIENTS, letter
from runclinic.documents.plan import TakeHome, take_home
from runclinic.documents.report import report
from runclinic.documents.visit_record import SignedVisit, visit_record
from runclinic.forms import catalogue, flags
from runclinic.forms.scoring import instruments
from runclinic.plan.edits import Edits, apply
from runclinic.plan.texts import TEXTS
from runclinic.readiness.rules import rules
from runclinic.refused import Refused
from runclinic.visit import signed as sealed
from runclinic.visit.assess import assess
from runclinic.words import Words
from tests.documents import every_paper
from tests.documents.conftest import CLINIC, example
from tests.readiness.test_laws import INPUTS, visits
from tests.whole_visit import a_case, weeks_ago

SECRET = "zebrafish"  # typed wherever something private can be written
EXAMPLES = 12  # a page takes 0.1 s, and every example here is a whole document
WORDS = Words("en")

# What opens S1, or says something of mood: any of it may stand in a visit, none of it on paper.
PRIVATE = {
    "safety/RF24": "yes",
    "safety/RF26": "yes",
    "safety/S1_danger": "no",
    "epds/item_10": 3,
    "epds/total": 21,
    "phq_4/gad_2": 5,
    "phq_4/phq_2": 5,
    **{f"safety/{flag}_closed_reason": f"{SECRET} at home" for flag in ("RF24", "RF25", "RF26")},
}


def private_words(*, of_mood=True):
    """Every sentence of ours that only she and her therapist may know; or those told when she is alone."""
    asked = [each for each in catalogue.form("safety").question if each.private]
    asked += [each for each in catalogue.form("epds").question if each.private]
    mood = [catalogue.form(name).title for name in ("epds", "phq_4")]
    mood += [rules()["R25"].reason, rules()["R25"].limit]
    action = flags.actions()["S1"]
    notes = [effect.note for effect in rules()["R01"].findings.values() if not effect.printed]
    texts = [
        *(each.text for each in asked),
        *(each.note for each in asked),
        *(mood if of_mood else []),
        action.name,
        action.banner,
    ]
    texts += [*notes, flags.content().item_10.text, SECRET]
    return [plain(each) for each in texts if each]


def plain(text):
    return " ".join(text.lower().split())


def pages(pdf):
    return [plain(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def printed(case, assessment, **options):
    asked = TakeHome(
        assessment, apply(assessment.plan, Edits()), case.client, CLINIC, case.visit_date, case.therapist
    )
    return pages(take_home(asked, **options))


SAFETY = {
    "T-CALL": WORDS.say("text.T-CALL", clinic_phone=CLINIC["phone"]),
    "T-TODAY": WORDS.say("text.T-TODAY"),
    "T-EMERG": WORDS.say("text.T-EMERG", emergency_number=CLINIC["emergency_number"]),
}


@settings(max_examples=EXAMPLES)
@given(visits(), st.sampled_from(["a4", "letter"]), st.booleans())
def test_whatever_was_found_a_plan_keeps_her_safe_and_her_secrets(visit, paper, large):
    changes, signed = visit
    case = a_case(changes | PRIVATE, **signed)
    assessment = assess(case)
    assert any(flag["action"] == "S1" for flag in assessment.as_json()["flags"])
    if assessment.outcome == "O0":
        with pytest.raises(Refused, match="needs a doctor first"):
            printed(case, assessment)
        return
    found = printed(case, assessment, paper=paper, large=large)
    first_two, whole = " ".join(found[:2]), " ".join(found)
    for name, text in SAFETY.items():
        assert plain(text) in first_two, name
    assert re.findall(r"\{\w*\}|none none|\bnull\b", whole) == []
    assert [words for words in private_words() if words in whole] == []


@settings(max_examples=4)  # two documents each, the report of eight pages
@given(visits())
def test_whatever_was_found_report_and_letter_keep_her_secrets(visit):
    changes, signed = visit
    case = a_case(changes | PRIVATE | {"history/H54_share": "yes"}, **signed)
    asked = Visit(assess(case), case.answers, case.client, CLINIC, case.visit_date, case.therapist)
    whole = " ".join([*pages(report(asked)), *pages(letter(asked))])
    assert [words for words in private_words() if words in whole] == []
    assert re.findall(r"\brf2[456]\b|\bs1\b|safeguard", whole) == []


@settings(max_examples=3)  # eight documents each
@given(visits())
def test_whatever_was_found_no_other_paper_tells_her_secrets(visit):
    changes, signed = visit
    case = a_case(changes | PRIVATE | {"history/H54_share": "yes"}, **signed)
    assessment = assess(case)
    edited = apply(assessment.plan, Edits()) if assessment.plan.phase is not None else None
    asked = Visit(
        assessment,
        case.answers,
        case.client,
        CLINIC,
        case.visit_date,
        case.therapist,
        edited,
        stride=every_paper.film(),
    )
    made = [gait_sheet(asked), *(letter(asked, to) for to in RECIPIENTS)]
    if edited is not None:
        hers = TakeHome(assessment, edited, case.client, CLINIC, case.visit_date, case.therapist)
        made += [exercise_handout(hers), symptom_diary(hers)]
    whole = " ".join(each for pdf in made for each in pages(pdf))
    assert [words for words in private_words() if words in whole] == []
    record = " ".join(
        pages(the_record(case, assessment, edited))
    )  # the clinic's own: it holds what was signed
    assert [words for words in private_words(of_mood=False) if words in record] == []
    assert re.findall(r"\brf2[456]\b|\bs1\b|safeguard", f"{whole} {record}") == []


def the_record(case, assessment, edited):
    """The record of the visit once it is signed."""
    stood = sealed.Stood(case.answers, assessment, edited, ())
    computed = sealed.of(stood, (), content_version="a", program_version="1")
    day, by = case.visit_date, case.therapist
    return visit_record(SignedVisit(case.client, "Clinic", 1, day, by, "20 Nov 2026", computed, "ab" * 32))


def test_the_secrets_are_really_in_the_visit():
    """Else the law above would hold of anything."""
    case = a_case(PRIVATE)
    assert SECRET in str(case.answers)
    assessment = assess(case)
    found = {each.id: each for each in assessment.criteria}
    assert found["R25"].state == "not_met"
    assert found["R01"].grade == "safeguarding"
    assert set(PRIVATE) - set(INPUTS) - {"epds/item_10"}
    assert {"epds", "phq_4"} <= set(instruments())
    assert len(private_words()) > 10


# -- every text of a plan is printed by some visit
BEFORE = {f"history/H25_{kind}": "weekly" for kind in ("gas", "liquid", "solid")}
SPECIAL = {
    "bowel, urge, pessary": BEFORE
    | {"history/H17": "weekly", "history/H18": ["urge"], "history/H34": "ring", "history/H34_running": "yes"},
    "tight, scar, feeding, fear": {
        "pelvic_floor/tender_coccyx": 5,
        "abdominal_wall/scar_perineum_movement": 3,
        "history/H12": "mixed",
        "history/H51": 2,
        "history/H06": weeks_ago(30),
    },
}
TO_READ = ("c2", "c3b", "c4", "c5", "c6", "c8")


AS_HEADINGS = {"T-FOUND": ["what we found", "already strong"]}


@cache
def said(text_id):
    """The fixed pieces of a text: between its blanks, sentence by sentence."""
    if text_id in AS_HEADINGS:
        return AS_HEADINGS[text_id]
    pieces = re.split(r"\{\w+\}|(?<=[.:;?])\s", str(WORDS._texts[f"text.{text_id}"]))
    return [plain(piece).strip(" .:;") for piece in pieces if len(piece.split()) > 1]


def test_every_text_is_printed_by_some_plan():
    left = set(TEXTS)
    special = [a_case(changes) for changes in SPECIAL.values()]
    read = [example(name) for name in TO_READ] + [(case, assess(case)) for case in special]
    for case, assessment in read:
        holds = left & set(assessment.plan.texts)
        whole = " ".join(printed(case, assessment)) if holds else ""
        left -= {text_id for text_id in holds if all(piece in whole for piece in said(text_id))}
    assert left == set()
