"""The Print part: which document, what it says, and that what is given out is kept with the visit."""

from datetime import date
from io import BytesIO

import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from runclinic import case, paths
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.papers import KINDS
from runclinic.ui.parts.printing import PrintPage
from runclinic.ui.status_line import StatusLine
from runclinic.words import languages

SHARED = "history/H54_share"
PASSWORD = "teal gannet over nine"


@pytest.fixture
def page(store, qtbot):
    given = case.read(paths.resources() / "examples" / "c4.toml")
    client = store.clients.add(given_name="Hanna", family_name="Lindqvist", born=date(1992, 5, 2))
    visit = OpenVisit(store, client, store.visits.start(client.id, given.visit_date))
    visit.record_together({key: value for key, value in given.answers.items() if "previous/" not in key})
    visit.record(SHARED, "yes")
    made = PrintPage(visit, StatusLine("Marta Okafor"))
    qtbot.addWidget(made)
    made.resize(1090, 640)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.refresh()
    yield made
    made.shut()


def choose(page, qtbot, kind):
    button = page.which.buttons[KINDS.index(kind)]
    with qtbot.waitSignal(page.paper.ready):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def saved(page, tmp_path, monkeypatch, qtbot):
    target = tmp_path / "given.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_told: (str(target), ""))
    qtbot.waitUntil(page.paper.save.isEnabled)
    QTest.mouseClick(page.paper.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(target.is_file)
    return target.read_bytes()


@pytest.mark.parametrize(
    ("kind", "pages"),
    [
        ("exercises", range(2, 5)),
        ("diary", [2]),
        ("report", range(4, 12)),
        ("letter_gp", [1]),
        ("letter_insurer", [1]),
    ],
)
def test_each_document_is_shown_saved_and_kept(page, qtbot, tmp_path, monkeypatch, kind, pages):
    qtbot.waitUntil(page.paper.save.isEnabled)
    choose(page, qtbot, kind)
    assert len(page.paper.made.pages) in pages
    given = saved(page, tmp_path, monkeypatch, qtbot)
    kept = page._visit.store.documents.of(page._visit.visit.id)
    assert [(each.kind, each.name.split()[1]) for each in kept] == [(kind.partition("_")[0],) * 2]
    assert page._visit.store.documents.read(kept[0].id) == given
    assert page._visit.stands("plan/confirmed") is None  # that is said of the plan alone


def words_of(pdf):
    return " ".join(each.extract_text() for each in pypdf.PdfReader(BytesIO(pdf)).pages)


def test_right_after_a_change_it_is_the_changed_paper_that_is_given_out(page, qtbot, tmp_path, monkeypatch):
    qtbot.waitUntil(page.paper.save.isEnabled)
    former = page.paper.made.pdf
    assert "Walk-run level 1" in words_of(former)
    page._visit.record("plan/level", 4)
    assert page.paper.waiting
    assert page.paper.made.pdf == former  # it is still on the screen
    given = saved(page, tmp_path, monkeypatch, qtbot)
    assert "Walk-run level 4" in words_of(given)
    assert "Walk-run level 1:" not in words_of(given)
    (kept,) = page._visit.store.documents.of(page._visit.visit.id)
    assert page._visit.store.documents.read(kept.id) == given


def test_what_is_kept_is_what_was_saved_whatever_is_shown_by_then(page, qtbot, tmp_path, monkeypatch):
    qtbot.waitUntil(page.paper.save.isEnabled)
    target = tmp_path / "given.pdf"

    def meanwhile(*_told):
        choose(page, qtbot, "diary")  # as when the dialog stands open for long
        return str(target), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", meanwhile)
    QTest.mouseClick(page.paper.save, Qt.MouseButton.LeftButton)
    (kept,) = page._visit.store.documents.of(page._visit.visit.id)
    assert kept.kind == "plan"
    assert page._visit.store.documents.read(kept.id) == target.read_bytes()
    assert page._visit.now()["plan/confirmed"] == kept.id


def test_without_a_stride_there_is_no_gait_sheet_and_the_reason_is_said(page, qtbot):
    qtbot.waitUntil(page.paper.save.isEnabled)
    QTest.mouseClick(page.which.buttons[KINDS.index("gait")], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.paper._wrong.isVisible)
    assert "no stride was measured" in page.paper._wrong.text()


def test_a_letter_names_who_it_is_to(page, qtbot):
    qtbot.waitUntil(page.paper.save.isEnabled)
    choose(page, qtbot, "letter_surgeon")
    assert page.to.isVisible()
    page.to.setFocus()
    QTest.keyClicks(page.to, "Mr Olu Bankole")
    with qtbot.waitSignal(page.paper.ready):
        QTest.keyClick(page.to, Qt.Key.Key_Return)
    assert page.paper.to == "Mr Olu Bankole"
    choose(page, qtbot, "plan")
    assert not page.to.isVisible()


def test_the_plan_is_in_the_language_that_is_chosen_and_can_be_kept_as_hers(
    page, qtbot, tmp_path, monkeypatch
):
    qtbot.waitUntil(page.paper.save.isEnabled)
    assert page.language.value == "en"
    assert not page.keep_language.isVisible()
    with qtbot.waitSignal(page.paper.ready):
        QTest.mouseClick(page.language.buttons[languages().index("de")], Qt.MouseButton.LeftButton)
    assert "No clinician has reviewed" in page.not_hers.text()
    printed = " ".join(
        pypdf.PdfReader(BytesIO(saved(page, tmp_path, monkeypatch, qtbot))).pages[0].extract_text().split()
    )
    assert "Rufen Sie sofort" in printed
    QTest.mouseClick(page.keep_language, Qt.MouseButton.LeftButton)
    client = page._visit.client
    assert client.language == page._visit.store.clients.get(client.id).language == "de"
    assert not page.keep_language.isVisible()


def test_only_what_she_takes_home_is_in_her_language(page, qtbot):
    qtbot.waitUntil(page.paper.save.isEnabled)
    assert page.language.isVisible()
    choose(page, qtbot, "report")
    assert not page.language.isVisible()


def test_a_language_that_we_lack_is_said_and_the_plan_is_in_english(store, qtbot):
    client = store.clients.add(given_name="Fenna", family_name="Bakker", language="nl")
    made = PrintPage(
        OpenVisit(store, client, store.visits.start(client.id, date(2026, 11, 17))), StatusLine("M")
    )
    qtbot.addWidget(made)
    made.show()
    assert made.paper.language == made.language.value == "en"
    assert "no texts in her language (“nl”)" in made.not_hers.text()
    made.shut()


def test_without_her_leave_no_letter_and_the_reason_is_said(page, qtbot):
    qtbot.waitUntil(page.paper.save.isEnabled)
    page._visit.record(SHARED, "no")
    QTest.mouseClick(page.which.buttons[KINDS.index("letter_gp")], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.paper._wrong.isVisible)
    assert "not to be shared" in page.paper._wrong.text()
    assert not page.paper.save.isEnabled()


def said(pdf, password=None):
    reader = pypdf.PdfReader(BytesIO(pdf), password=password)
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_only_the_exercises_that_are_ticked_are_on_the_handout(page, qtbot, tmp_path, monkeypatch):
    qtbot.waitUntil(page.paper.save.isEnabled)
    choose(page, qtbot, "exercises")
    assert page.language.isVisible()
    first, second, *others = page.exercises.values()
    assert first.isVisible()
    for tick in others:
        with qtbot.waitSignal(page.paper.ready):
            tick.click()
    printed = said(saved(page, tmp_path, monkeypatch, qtbot))
    assert f"1. {first.text()}" in printed
    assert f"2. {second.text()}" in printed
    assert not any(tick.text() in printed.replace("Easier", "").split("Breath:")[0] for tick in others)
    assert printed.count("Breath:") == 2
    with qtbot.waitSignal(page.paper.ready):
        first.click()
    second.click()
    qtbot.waitUntil(page.paper._wrong.isVisible)
    assert "No exercise is chosen" in page.paper._wrong.text()
    choose(page, qtbot, "diary")
    assert not second.isVisible()


def fill(protect, first, again):
    for field, typed in (("new", first), ("again", again)):
        line = protect.form.field(field).line
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, typed)
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_a_protected_copy_is_saved_told_and_the_original_is_kept_as_it_is(page, qtbot, tmp_path, monkeypatch):
    target = tmp_path / "mail.pdf"
    offered = []
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *told: (offered.append(told[2]), (str(target), ""))[1]
    )
    qtbot.waitUntil(page.paper.protect.isEnabled)
    shown = page.paper.made.pdf
    QTest.mouseClick(page.paper.protect, Qt.MouseButton.LeftButton)
    protect = page.paper.protected
    fill(protect, PASSWORD, PASSWORD[:-1])
    assert "not the same" in protect.form._wrong.text()
    fill(protect, "Lindqvist 2026 plan", "Lindqvist 2026 plan")
    assert "contains the name" in protect.form._wrong.text()
    assert not target.exists()
    fill(protect, PASSWORD, PASSWORD)
    qtbot.waitUntil(target.exists)
    qtbot.waitUntil(protect.isHidden)
    assert offered[0].endswith("plan LINDQVIST-H protected.pdf")
    assert said(target.read_bytes(), PASSWORD) == said(shown)
    assert b"Lindqvist" not in target.read_bytes()
    store = page._visit.store
    (kept,) = store.documents.of(page._visit.visit.id)
    assert store.documents.read(kept.id) == shown
    told = [each for each in store.access.of(page._visit.client.id) if each.action == "protect"]
    assert [(each.entity_id, each.detail) for each in told] == [(kept.id, {"kind": "plan"})]
    assert protect.form.field("new").line.text() == ""
    database = store._session.database
    for row in database.rows("SELECT detail FROM audit", ()):
        assert PASSWORD not in row["detail"]


def test_a_paper_that_was_given_out_can_be_protected_later(page, qtbot, tmp_path, monkeypatch):
    qtbot.waitUntil(page.paper.save.isEnabled)
    given = saved(page, tmp_path, monkeypatch, qtbot)
    (document,) = page._visit.store.documents.of(page._visit.visit.id)
    target = tmp_path / "later.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_told: (str(target), ""))
    (button,) = (
        each for each in page.findChildren(QPushButton) if each.accessibleName().endswith("by a password")
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    fill(page.protected, PASSWORD, PASSWORD)
    qtbot.waitUntil(page.protected.isHidden)
    assert said(target.read_bytes(), PASSWORD) == said(given)
    told = [each for each in page._visit.store.access.of(page._visit.client.id) if each.action == "protect"]
    assert [each.entity_id for each in told] == [document.id]
    assert len(page._visit.store.documents.of(page._visit.visit.id)) == 1


def test_mood_stands_in_a_report_only_with_her_tick_and_the_tick_is_for_one_paper(page, qtbot):
    qtbot.waitUntil(page.paper.save.isEnabled)
    page._visit.record_together({f"phq_4/i{n}": None for n in range(1, 5)})
    choose(page, qtbot, "report")
    assert not page.mood.isVisible()  # nothing of it was asked
    page._visit.record_together({f"phq_4/i{n}": 2 for n in range(1, 5)})
    with qtbot.waitSignal(page.paper.ready):
        page.refresh()
    assert page.mood.isVisible()
    assert not page.mood.isChecked()
    assert "PHQ-4" not in said(page.paper.made.pdf)
    with qtbot.waitSignal(page.paper.ready):
        page.mood.click()
    assert "PHQ-4" in said(page.paper.made.pdf)
    choose(page, qtbot, "letter_gp")
    assert page.mood.isVisible()
    assert not page.mood.isChecked()
    assert "Mood" not in said(page.paper.made.pdf)
    with qtbot.waitSignal(page.paper.ready):
        page.mood.click()
    assert "Mood" in said(page.paper.made.pdf)
    choose(page, qtbot, "letter_insurer")
    assert not page.mood.isVisible()
    choose(page, qtbot, "plan")
    assert not page.mood.isVisible()
    assert not page.paper.with_mood
