"""Papers that were given out are kept as they were."""

import pytest

from runclinic.refused import Refused

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
