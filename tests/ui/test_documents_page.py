"""The papers of all clients in a real window: found, opened as they were, given out again; damage is told."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from reportlab.pdfgen.canvas import Canvas

from runclinic.records.documents import Sought
from runclinic.ui import documents, kept_paper
from runclinic.ui.documents import ROW_HEIGHT, SHOWN
from runclinic.ui.workplace import Workplace

CONTROL = Qt.KeyboardModifier.ControlModifier
PASSWORD = "teal gannet over nine"


def a_pdf(*pages: str) -> bytes:
    made = BytesIO()
    canvas = Canvas(made, pagesize=(300, 420))
    for words in pages:
        canvas.drawString(40, 380, words)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


PLAN, LETTER = a_pdf("Her week", "Her exercises"), a_pdf("Dear colleague")


@pytest.fixture
def work(store, qtbot):
    made = Workplace(store)
    made.backing_up.stop()
    qtbot.addWidget(made)
    made.resize(1366, 728)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    made.put_away()


@pytest.fixture
def kept(store):
    """A plan and then a letter, of two clients; those of former tests are gone."""
    clear(store)
    made = []
    for given, family, kind, pdf in (
        ("Hanna", "Lindqvist", "plan", PLAN),
        ("Ada", "Brandt", "letter", LETTER),
    ):
        client = store.clients.add(given_name=given, family_name=family, born=date(1992, 5, 2))
        visit = store.visits.start(client.id, date(2026, 11, 17))
        made.append(store.documents.keep(visit.id, kind, f"2026-11-17 {kind} {family}.pdf", pdf))
    return made


def clear(store):
    database = store._session.database
    with database.writing():
        database.run("DROP TRIGGER IF EXISTS document_no_delete")
        database.run("DELETE FROM document")


def key(which, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), which, modifier)


def lines(work):
    table = work.documents_page.table
    if not table.isVisible():
        return []
    model = table.model()
    return [
        " | ".join(str(model.data(model.index(row, column))) for column in (1, 2, 3))
        for row in range(model.rowCount())
    ]


def opened(work, qtbot, row=0):
    work.show_documents()
    work.documents_page.table.selectRow(row)
    key(Qt.Key.Key_Return)
    page = work.kept_page
    qtbot.waitUntil(lambda: bool(page.pages))
    return page


def saying(monkeypatch, target):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_told: (str(target), ""))


def done_with(store, document):
    return [each.action for each in store.access.of(document.client_id) if each.entity_id == document.id]


def test_before_the_first_paper_one_sentence_says_what_will_stand_here(work, store):
    clear(store)
    work.show_documents()
    assert lines(work) == []
    assert work.documents_page._told.text().startswith("A copy of every paper that you print or save")


def test_the_third_place_of_the_rail_shows_the_newest_paper_first(work, kept):
    key(Qt.Key.Key_3, CONTROL)
    assert work.stack.currentWidget() is work.documents_page
    assert work.rail["documents"].isChecked()
    assert lines(work) == [
        "Ada Brandt | Letter | Marta Okafor",
        "Hanna Lindqvist | Take-home plan | Marta Okafor",
    ]
    assert QApplication.focusWidget() is work.documents_page.search


def test_the_command_box_goes_there(work, kept):
    key(Qt.Key.Key_K, CONTROL)
    QTest.keyClicks(QApplication.focusWidget(), "docum")
    key(Qt.Key.Key_Return)
    assert work.stack.currentWidget() is work.documents_page


@pytest.mark.parametrize(
    ("typed", "found"), [("lind", ["Hanna"]), ("letter", ["Ada"]), ("HANNA take", ["Hanna"]), ("x", [])]
)
def test_the_search_finds_by_name_and_by_kind(work, kept, typed, found):
    work.show_documents()
    QTest.keyClicks(QApplication.focusWidget(), typed)
    assert [line.split()[0] for line in lines(work)] == found
    assert ("No paper of that name" in work.documents_page._told.text()) == (not found)


def test_kind_and_span_narrow_the_list(work, kept, store, monkeypatch):
    page = work.documents_page or (work.show_documents(), work.documents_page)[1]
    page.kind.setCurrentIndex(page.kind.findData("plan"))
    assert len(lines(work)) == 1
    page.kind.setCurrentIndex(0)
    QTest.mouseClick(page.span.buttons[2], Qt.MouseButton.LeftButton)
    assert len(lines(work)) == 2

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(days=3)

    monkeypatch.setattr(documents, "datetime", Later)
    page.refresh()
    assert lines(work) == []
    QTest.mouseClick(page.span.buttons[1], Qt.MouseButton.LeftButton)
    assert len(lines(work)) == 2


def test_the_very_pdf_is_opened_and_the_way_back_leads_to_its_row(work, kept, store, qtbot):
    plan, _ = kept
    work.show_documents()
    key(Qt.Key.Key_Down)
    assert QApplication.focusWidget() is work.documents_page.table
    key(Qt.Key.Key_Down)
    key(Qt.Key.Key_Return)
    page = work.kept_page
    assert work.stack.currentWidget() is page
    assert page.pdf == PLAN
    assert store.access.of(plan.client_id)[0].action == "view"
    assert work.header._title.text() == "Hanna Lindqvist"
    assert "Take-home plan" in work.header._detail.text()
    qtbot.waitUntil(lambda: len(page.pages) == 2)
    assert page._number.text() == "page 1 of 2"
    key(Qt.Key.Key_PageDown)
    assert page._number.text() == "page 2 of 2"
    key(Qt.Key.Key_Escape)
    assert work.stack.currentWidget() is work.documents_page
    assert QApplication.focusWidget() is work.documents_page.table
    assert work.documents_page.chosen().document.id == plan.id
    key(Qt.Key.Key_Up)
    key(Qt.Key.Key_Up)
    assert QApplication.focusWidget() is work.documents_page.search


def test_a_double_click_opens_and_the_arrow_leads_back(work, kept):
    work.show_documents()
    table = work.documents_page.table
    place = table.visualRect(table.model().index(1, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert work.kept_page.pdf == PLAN
    work.back()
    assert work.documents_page.chosen().client == "Hanna Lindqvist"


def test_it_is_saved_again_byte_for_byte_and_the_trail_tells(work, kept, store, qtbot, tmp_path, monkeypatch):
    page = opened(work, qtbot, row=1)
    target = tmp_path / "again.pdf"
    saying(monkeypatch, target)
    key(Qt.Key.Key_S, CONTROL)
    assert target.read_bytes() == PLAN
    assert str(target) in page._said.text()
    assert done_with(store, kept[0]) == ["print", "document"]
    assert len(store.documents.of(kept[0].visit_id)) == 1


def test_it_is_printed_again_and_the_trail_tells(work, kept, store, qtbot, tmp_path, monkeypatch):
    page = opened(work, qtbot, row=1)
    paper = tmp_path / "printed.pdf"

    def accepted(dialog):
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(paper))
        return QPrintDialog.DialogCode.Accepted

    monkeypatch.setattr(kept_paper.QPrintDialog, "exec", accepted)
    key(Qt.Key.Key_P, CONTROL)
    qtbot.waitUntil(page._said.isVisible)
    assert "2 pages" in page._said.text()
    assert len(pypdf.PdfReader(paper).pages) == 2
    assert done_with(store, kept[0]) == ["print", "document"]


def test_a_copy_is_protected_by_a_password(work, kept, store, qtbot, tmp_path, monkeypatch):
    page = opened(work, qtbot, row=1)
    target = tmp_path / "mail.pdf"
    saying(monkeypatch, target)
    page.protect.click()
    key(Qt.Key.Key_Escape)  # leaves the field, as everywhere
    key(Qt.Key.Key_Escape)
    assert page.protected.isHidden()
    assert work.stack.currentWidget() is page
    page.protect.click()
    for field in ("new", "again"):
        QTest.keyClicks(page.protected.form.field(field).line, PASSWORD)
    QTest.keyClick(page.protected.form.field("again").line, Qt.Key.Key_Return)
    qtbot.waitUntil(page.protected.isHidden)
    reader = pypdf.PdfReader(target, password=PASSWORD)
    assert "Her exercises" in reader.pages[1].extract_text()
    assert done_with(store, kept[0]) == ["protect", "document"]


def test_it_leads_to_its_visit(work, kept, qtbot):
    page = opened(work, qtbot, row=1)
    page.visit.click()
    assert work.stack.currentWidget() is work.visit_page
    assert work.visit_page.visit.visit.id == kept[0].visit_id


def test_a_damaged_paper_says_so_and_the_list_stays(work, kept, store):
    path = store.documents._file(kept[1].id)
    path.write_bytes(path.read_bytes()[:-1])
    work.show_documents()
    key(Qt.Key.Key_Return)
    page = work.documents_page
    assert work.stack.currentWidget() is page
    assert "damaged" in page._wrong.text()
    assert page._wrong.isVisible()
    assert len(lines(work)) == 2
    key(Qt.Key.Key_Down)
    key(Qt.Key.Key_Down)
    key(Qt.Key.Key_Return)
    assert work.kept_page.pdf == PLAN
    work.back()
    assert not page._wrong.isVisible()


def test_thousands_of_papers_stand_at_once_and_only_the_newest_are_asked_for(work, kept, store):
    database = store._session.database
    with database.writing():
        database.run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
            " INSERT INTO document SELECT 'id' || i, client_id, visit_id, kind, name, sha256, bytes,"
            " anchor_seq, strftime('%Y-%m-%dT%H:%M:%fZ', at, '-' || i || ' hours'), who FROM document, n"
            " WHERE kind = 'plan'"
        )
    begun = datetime.now(UTC)
    work.show_documents()
    QApplication.processEvents()
    assert (datetime.now(UTC) - begun).total_seconds() < 1
    page = work.documents_page
    assert page.table.model().rowCount() == SHOWN
    assert "newest 500" in page._told.text()
    assert page.table.verticalHeader().sectionSize(0) == ROW_HEIGHT


def test_records_that_are_only_read_show_and_save_their_papers(
    work, kept, store, qtbot, tmp_path, monkeypatch
):
    monkeypatch.setattr(store, "read_alone", True)
    store._session.database.read_only(but=("audit", "anchor", "backup_log"))
    try:
        opened(work, qtbot, row=1)
        saying(monkeypatch, tmp_path / "read.pdf")
        key(Qt.Key.Key_S, CONTROL)
        assert (tmp_path / "read.pdf").read_bytes() == PLAN
    finally:
        store._session.database.connection.conn.set_authorizer(None)


def test_locking_ends_the_thread_that_makes_the_pictures(work, kept, qtbot):
    page = opened(work, qtbot)
    thread = page._latest._thread
    work.put_away()
    assert not thread.is_alive()
    assert work.store.documents.listed(Sought(), 1)[0].document.id == page.kept.document.id
