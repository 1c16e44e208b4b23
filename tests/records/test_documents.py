"""Papers that were given out are kept as they were."""

import time
from datetime import date, timedelta

import pytest

from runclinic.records.documents import Sought
from runclinic.records.keys import Cost
from runclinic.refused import Refused

CHEAP = Cost(8, 1, 1)
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 5000


def test_a_paper_comes_back_as_it_was(clinic, store, visit):
    kept = store.documents.keep(visit.id, "plan", "Take-home plan.pdf", PDF)
    assert (kept.kind, kept.name, kept.bytes, kept.client_id) == (
        "plan", "Take-home plan.pdf", len(PDF), visit.client_id,
    )  # fmt: skip
    assert store.documents.read(kept.id) == PDF
    store.close()
    again = clinic.unlock()
    assert again.documents.of(visit.id) == (kept,)
    assert again.documents.read(kept.id) == PDF


def test_papers_are_listed_in_the_order_made(store, visit):
    for kind in ("plan", "report", "letter"):
        store.documents.keep(visit.id, kind, f"{kind}.pdf", PDF)
    assert [paper.kind for paper in store.documents.of(visit.id)] == ["plan", "report", "letter"]


def test_the_audit_tells_of_it_and_its_anchor_stands(store, visit):
    kept = store.documents.keep(visit.id, "plan", "plan.pdf", PDF)
    row = store.access.of(visit.client_id)[0]
    assert (row.action, row.entity_id, row.detail) == ("document", kept.id, {"kind": "plan"})
    assert kept.anchor_seq == row.seq - 1


def test_it_does_not_lie_there_in_plain(store, visit):
    store.documents.keep(visit.id, "plan", "plan.pdf", PDF)
    files = [path for path in store.home.rglob("*") if path.is_file()]
    assert not any(b"%PDF" in path.read_bytes() for path in files)
    assert list(store.home.glob("incoming/*")) == []


def test_what_is_no_pdf_is_an_error(store, visit):
    with pytest.raises(ValueError, match="only a PDF"):
        store.documents.keep(visit.id, "plan", "plan.pdf", b"plain text")


def test_an_unknown_visit_or_paper_is_refused(store):
    with pytest.raises(Refused, match="not in the records"):
        store.documents.keep("nowhere", "plan", "plan.pdf", PDF)
    with pytest.raises(Refused, match="not in the records"):
        store.documents.read("nothing")


def test_a_damaged_or_missing_paper_is_refused(store, visit):
    kept = store.documents.keep(visit.id, "plan", "plan.pdf", PDF)
    path = store.documents._file(kept.id)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Refused, match="damaged"):
        store.documents.read(kept.id)
    path.unlink()
    with pytest.raises(Refused, match="missing"):
        store.documents.read(kept.id)


def test_a_failed_row_leaves_no_file(store, visit, monkeypatch):
    def _fails(*_, **__):
        raise Refused("This was not saved.", "Try again.")

    monkeypatch.setattr(store.documents._access, "note", _fails)
    with pytest.raises(Refused, match="not saved"):
        store.documents.keep(visit.id, "plan", "plan.pdf", PDF)
    assert [path for path in store.home.glob("media/**/*") if path.is_file()] == []
    assert store.documents.of(visit.id) == ()


KINDS = {"plan": "Take-home plan", "report": "Clinical report", "letter": "Letter", "gait": "Gait sheet"}


@pytest.fixture
def papers(store, visit, clinic):
    """Three papers of two clients, an hour and a day apart."""
    other = store.clients.add(given_name="Anaïs", family_name="Leclerc", phone="0412 777 000")
    hers = store.visits.start(other.id, date(2026, 11, 20))
    store.documents.keep(visit.id, "plan", "plan.pdf", PDF)
    clinic.clock.on(hours=1)
    store.documents.keep(hers.id, "letter", "letter gp.pdf", PDF)
    clinic.clock.on(days=1)
    store.documents.keep(visit.id, "report", "report.pdf", PDF)
    return store.documents


def told(documents, text="", limit=10, **sought):
    found = documents.listed(Sought(text, kinds=KINDS, **sought), limit)
    return [(each.client.split()[-1], each.document.kind) for each in found]


def test_the_list_of_all_is_newest_first_and_says_whose_and_by_whom(papers, store, visit):
    first, *_ = papers.listed(Sought(), 10)
    assert told(papers) == [("Vandersloot", "report"), ("Leclerc", "letter"), ("Vandersloot", "plan")]
    assert (first.document, first.client, first.visit_number, first.by) == (
        papers.of(visit.id)[-1], "Zoë Vandersloot", 1, "Mira Testwell",
    )  # fmt: skip
    assert told(papers, limit=2) == [("Vandersloot", "report"), ("Leclerc", "letter")]
    assert papers.kinds() == ("letter", "plan", "report")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("zoe", ["report", "plan"]),
        ("VANDER pla", ["plan"]),
        ("lecl", ["letter"]),
        ("le", ["letter"]),  # her name, and the kind
        ("clinical", ["report"]),
        ("take", ["plan"]),
        ("take lecl", []),
        ("anais letter", ["letter"]),
        ("0412 777", ["letter"]),
        ("!!", []),
        ("nobody", []),
        ('"*', []),
        ("  ", ["report", "letter", "plan"]),
    ],
)
def test_a_paper_is_found_by_her_name_and_its_kind(papers, typed, found):
    assert [kind for _, kind in told(papers, typed)] == found


def test_a_kind_and_a_span_narrow_the_list(papers, clinic):
    assert told(papers, kind="plan") == [("Vandersloot", "plan")]
    assert told(papers, since=clinic.clock.now - timedelta(hours=1)) == [("Vandersloot", "report")]
    assert told(papers, since=clinic.clock.now - timedelta(hours=24)) == told(papers)[:2]
    assert told(papers, "zoe", kind="letter") == []


def test_papers_of_an_erased_client_are_not_listed(papers, store, zoe):
    store.erasure.erase(zoe.id, "asked", "purple tractor lemon sky", floor=CHEAP)
    assert told(papers) == [("Leclerc", "letter")]


def test_the_list_opens_no_pdf_and_tells_the_audit_of_none(papers, store):
    for path in store.home.glob("media/**/*.rcm"):
        path.unlink()
    before = store.access.head()
    assert len(told(papers)) == 3
    assert store.access.head() == before


def test_who_may_only_read_sees_the_list_and_the_papers(papers, store, visit):
    store.to_read_alone(lambda: None)
    first, *_ = papers.listed(Sought(), 10)
    assert papers.read(first.document.id) == PDF
    assert store.access.of(visit.client_id)[0].action == "view"


def test_ten_years_of_papers_are_listed_at_once(store, visit):
    store.documents.keep(visit.id, "plan", "plan.pdf", PDF)
    with store._session.database.writing():
        store._session.database.run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
            " INSERT INTO document SELECT 'id' || i, client_id, visit_id, kind, name, sha256, bytes,"
            " anchor_seq, strftime('%Y-%m-%dT%H:%M:%fZ', at, '-' || (i * 7 % 90000) || ' minutes'), who"
            " FROM document, n"
        )
    begun = time.perf_counter()
    found = store.documents.listed(Sought("zoe plan", kinds=KINDS), 500)
    took = time.perf_counter() - begun
    moments = [each.document.at for each in found]
    assert len(found) == 500
    assert moments == sorted(moments, reverse=True)
    assert took < 0.5


def test_a_whole_file_that_is_not_the_one_given_out_is_refused(store, visit):
    kept = store.documents.keep(visit.id, "plan", "plan.pdf", PDF)
    path = store.documents._file(kept.id)
    path.unlink()
    store.documents._write(path, PDF + b"more", kept.id, visit.client_id)
    with pytest.raises(Refused, match="not the one that was given out"):
        store.documents.read(kept.id)
