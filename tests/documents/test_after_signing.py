"""Papers after signing: changes struck through, a certificate of what is gone, the head in the foot."""

import io
from dataclasses import replace
from datetime import UTC, date

import pypdf
import pytest

from runclinic import case, paths
from runclinic.documents.certificate import Certificate, certificate
from runclinic.documents.plan import TakeHome, take_home
from runclinic.documents.visit_record import SignedVisit, visit_record
from runclinic.plan.edits import Edits, apply
from runclinic.records.erasure import GROUNDS
from runclinic.visit import signed
from runclinic.visit.amended import amended, day_of, latest
from runclinic.visit.assess import assess

CLINIC = {"name": "Riverside Pelvic Health", "phone": "555 0142", "emergency_number": "112"}
HEAD = "1234:0123456789abcdef"
GOAL = amended(
    "history/H02", ("run 5 km", "10 km <b>fast</b>"), "she corrected herself", "Marta Okafor", "27 Nov 2026"
)
PRIVATE = amended(
    "safety/RF25", ("no", "yes"), "said later, alone", "Marta Okafor", "27 Nov 2026", private=True
)
VOID = amended("", (None, None), "of another client", "Marta Okafor", "27 Nov 2026", void=True)


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture(scope="module")
def given():
    read = case.read(paths.resources() / "examples" / "c4.toml")
    return read, assess(read)


@pytest.fixture(scope="module")
def record(given) -> SignedVisit:
    read, assessment = given
    edited = apply(assessment.plan, Edits())
    answers = {**read.answers, "safety/RF25": "no"}
    stood = signed.Stood(answers, assessment, edited, ())
    computed = signed.of(stood, ("History (2 left)",), content_version="abc123abc123", program_version="1")
    return SignedVisit(
        client=read.client,
        clinic="Riverside Pelvic Health",
        number=2,
        day=read.visit_date,
        by="Marta Okafor",
        signed_on="17 Nov 2026",
        computed=computed,
        content_hash="ab" * 32,
        anchor=HEAD,
    )


def plan_pdf(given, **more) -> bytes:
    read, assessment = given
    edited = apply(assessment.plan, Edits())
    return take_home(
        TakeHome(assessment, edited, read.client, CLINIC, read.visit_date, "Marta Okafor", **more)
    )


def test_a_plan_shows_old_and_new_value_with_the_reason(given):
    said = text_of(plan_pdf(given, amendments=(GOAL,)))
    assert "Changed after this visit was signed" in said
    assert "run 5 km 10 km <b>fast</b>" in said
    assert "she corrected herself (Marta Okafor, 27 Nov 2026)" in said


def test_what_is_private_stays_off_paper(given, record):
    assert plan_pdf(given, amendments=(PRIVATE,)) == plan_pdf(given)
    said = text_of(visit_record(replace(record, amendments=(PRIVATE,))))
    assert "said later, alone" not in said
    assert PRIVATE.asked not in said


def test_the_head_of_the_audit_stands_in_the_foot_of_every_page(given, record):
    for pdf in (plan_pdf(given, anchor=HEAD), visit_record(record)):
        pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
        assert all(HEAD in page.extract_text() for page in pages)
    assert HEAD not in text_of(plan_pdf(given))


def test_the_record_holds_outcome_answers_and_its_hash(record):
    said = text_of(visit_record(record))
    outcome = (
        "Record of visit 2",
        "Signed by Marta Okafor on 17 Nov 2026",
        "Walk-run",
        "leaks when she runs",
    )
    for words in (*outcome, "Left open: History (2 left)", "abababab", "abc123abc123"):
        assert words in said


def test_the_record_strikes_what_was_amended_where_it_stands(record):
    said = text_of(visit_record(replace(record, amendments=(GOAL,))))
    assert said.count("run 5 km 10 km <b>fast</b>") == 2


def test_a_void_says_so(record):
    said = text_of(visit_record(replace(record, amendments=(VOID,))))
    assert "This visit does not count any more." in said
    assert "of another client" in said


def test_the_same_input_gives_the_same_bytes(given, record):
    assert visit_record(record) == visit_record(record)
    assert plan_pdf(given, amendments=(GOAL,), anchor=HEAD) == plan_pdf(
        given, amendments=(GOAL,), anchor=HEAD
    )


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("copies", [date(2027, 12, 27), None])
def test_a_certificate_says_what_is_gone_and_where_copies_may_be(ground, copies):
    asked = Certificate(
        reference="E-1A2B3C4D",
        issued_to="Zoë Vandersloot",
        clinic="Riverside",
        address="12 River Road",
        day=date(2026, 11, 27),
        by="Marta Okafor",
        ground=ground,
        counts={"visits": 4, "entries": 812, "films": 3, "documents": 6},
        copies_until=copies,
        anchor=HEAD,
    )
    pdf = certificate(asked)
    said = text_of(pdf)
    for words in ("E-1A2B3C4D", "Zoë Vandersloot", "27 November 2026", "812", "Marta Okafor", HEAD):
        assert words in said
    assert ("27 December 2027" in said) == (copies is not None)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    assert certificate(asked) == pdf


def test_the_last_change_of_a_key_stands_beside_what_was_signed():
    again = amended("history/H02", ("10 km", "5 km after all"), "and again", "Marta Okafor", "28 Nov 2026")
    (stands,) = latest((GOAL, again, VOID)).values()
    assert (stands.old, stands.new, stands.reason) == ("run 5 km", "5 km after all", "and again")


def test_a_moment_is_read_as_a_day_here():
    assert day_of("2026-11-27T23:30:00.000Z", UTC) == "27 Nov 2026"
