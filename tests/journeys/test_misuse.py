"""What hands do that a form never hoped for: not yet born, four metres tall, a book pasted, pictures, Arabic.

Each is either refused in words that say what to do, or kept as it was given, and then stands on paper.
"""

import io
import unicodedata
from datetime import date, timedelta

import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from runclinic import records
from runclinic.records.keys import FLOOR
from runclinic.ui import look
from runclinic.ui.client import ClientPage
from runclinic.ui.papers import KINDS, REPORT
from runclinic.ui.window import Window

PASSWORD = "orchard violin sixty tide"
CLINIC = {"name": "Riverside Pelvic Health", "phone": "555 0142", "emergency_number": "112"}
ENTER, CONTROL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
A_BOOK = "It hurts when I run. " * 50_000


def focus():
    held = QApplication.focusWidget()
    assert held is not None, "the focus is nowhere"
    return held


def press(key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(focus(), key, modifier)


def write(words):
    """Over what stands in the field, and Enter."""
    press(Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(focus(), words)
    press(ENTER)


def paste(words):
    QGuiApplication.clipboard().setText(words)
    press(Qt.Key.Key_A, CONTROL)
    press(Qt.Key.Key_V, CONTROL)


@pytest.fixture
def work(qtbot, tmp_path):
    look.dress("light")
    home = tmp_path / "clinic"
    records.create(home, CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR).close()
    window = Window(home)
    qtbot.addWidget(window)
    window.resize(1366, 740)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    write(PASSWORD)
    qtbot.waitUntil(lambda: window.workplace is not None)
    press(Qt.Key.Key_N, CONTROL)
    yield window.workplace
    window.close()


def begin(work, given="Hanna", family="Lindqvist"):
    """Her page, and a visit on it."""
    for words in (given, family):
        paste(words)
        press(ENTER)
    for words in ("2.5.1992", "555 0199"):
        write(words)
    assert isinstance(work.stack.currentWidget(), ClientPage), work.clients.form._wrong.text()
    press(ENTER)
    return work.visit_page


def question(page, question_id, part="history"):
    page.go_to(part)
    form = page._stack.currentWidget()._stack.currentWidget()
    row = form._made(question_id)
    row.control.setFocus()
    return row


def refused(work):
    """What the sheet of a new client says, and that nobody was made."""
    assert work.store.clients.recent(5) == []
    assert work.clients.form.isVisible()
    return work.clients.form._wrong.text()


def paper(page, qtbot):
    """The plan as it would be printed now."""
    page.go_to("plan")
    preview = page._made["plan"].paper
    qtbot.waitUntil(preview.save.isEnabled)
    return read(preview)


def read(preview):
    """The words of the made pages, joined letters as they were typed."""
    pages = pypdf.PdfReader(io.BytesIO(preview._made.pdf)).pages
    words = " ".join(" ".join(each.extract_text() for each in pages).split())
    return unicodedata.normalize("NFKC", words)


def test_born_in_the_future_is_refused_and_can_be_put_right(work):
    later = date.today() + timedelta(days=400)
    for words in ("Hanna", "Lindqvist", f"{later.day}.{later.month}.{later.year}", "555 0199"):
        write(words)
    assert refused(work) == "The date of birth lies in the future."
    born = work.clients.form.field("born").line
    assert born.text() == f"{later.day}.{later.month}.{later.year}"  # still there, to be put right
    born.setFocus()
    write("2.5.1992")
    press(ENTER)
    assert work.client_page.client.born == date(1992, 5, 2)


def test_four_metres_are_not_stored_and_the_range_is_said(work):
    page = begin(work)
    row = question(page, "H38_height_cm")
    write("400")
    assert row.control.line.text() == "400"
    assert "120 to 210" in row._why.text()
    assert row._why.text().endswith("Not stored.")
    assert "history/H38_height_cm" not in page.visit.now()
    row.control.setFocus()
    write("168")
    assert row._why.isHidden()
    assert page.visit.now()["history/H38_height_cm"] == 168


def test_a_pasted_book_is_refused_unread_and_what_stood_stays(work):
    page = begin(work)
    row = question(page, "H01")
    write("It hurts when I run.")
    row.control.setFocus()
    paste(A_BOOK)
    assert "1,050,000" in row._why.text() or "1050000" in row._why.text()
    assert "room for 500. Nothing was pasted." in row._why.text()
    assert row.control.box.toPlainText() == "It hurts when I run."
    paste("ä" * 1_000_000)  # one word: to break it into lines took minutes
    assert row.control.box.toPlainText() == "It hurts when I run."
    press(ENTER)
    assert page.visit.now()["history/H01"] == "It hurts when I run."


def test_a_little_too_much_stays_to_be_shortened(work):
    page = begin(work)
    row = question(page, "H01")
    paste("e" * 501)
    press(ENTER)
    assert "501 characters are too many. There is room for 500. Not stored." in row._why.text()
    assert len(row.control.box.toPlainText()) == 501
    assert "history/H01" not in page.visit.now()
    row.control.setFocus()
    press(Qt.Key.Key_End, CONTROL)
    press(Qt.Key.Key_Backspace)
    press(ENTER)
    assert page.visit.now()["history/H01"] == "e" * 500


def test_a_book_as_a_name_is_refused_and_not_cut_silently(work):
    paste(A_BOOK)
    press(ENTER)
    for words in ("Lindqvist", "2.5.1992", "555 0199"):
        write(words)
    assert refused(work) == ""
    assert "There is room for 60" in work.clients.form._why["given_name"].text()


def test_a_book_in_the_search_finds_nobody(work):
    press(Qt.Key.Key_Escape)
    work.clients.search.setFocus()
    paste(A_BOOK)
    assert len(work.clients.search.text()) <= 120
    assert work.clients._none.text().startswith("Nobody found")


def test_a_picture_in_a_name_is_refused_for_it_cannot_be_printed(work):
    paste("🏃‍♀️ Hanna")
    press(ENTER)
    for words in ("Lindqvist", "2.5.1992", "555 0199"):
        write(words)
    assert refused(work) == "“🏃” is not a letter and cannot be printed. Write the name in letters."


def test_a_picture_in_her_words_is_kept_and_the_paper_says_what_to_take_out(work, qtbot):
    page = begin(work)
    question(page, "H02")
    paste("Run 10 km with my sister 🏃‍♀️🎉")
    press(ENTER)
    assert page.visit.now()["history/H02"] == "Run 10 km with my sister 🏃‍♀️🎉"
    assert "Hanna Lindqvist" in paper(page, qtbot)  # the plan does not quote her
    page.go_to("print")
    prints = page._made["print"]
    prints.which.buttons[KINDS.index(REPORT)].click()
    qtbot.waitUntil(lambda: "No font on this computer can print: 🏃" in prints.paper._wrong.text())
    assert "Take these characters out" in prints.paper._wrong.text()
    assert not prints.paper.save.isEnabled()
    question(page, "H02")
    write("Run 10 km with my sister")
    page.go_to("print")
    qtbot.waitUntil(prints.paper.save.isEnabled)
    assert "Run 10 km with my sister" in read(prints.paper)


def test_a_name_from_right_to_left_and_one_of_120_letters_stand_on_screen_and_paper(work, qtbot):
    page = begin(work, "عائشة", "بنت محمد الهاشمي")
    assert work.header._title.text() == "عائشة بنت محمد الهاشمي"
    printed = paper(page, qtbot)
    assert all(name in printed for name in ("عائشة", "محمد", "الهاشمي"))
    work.show_clients()
    press(Qt.Key.Key_N, CONTROL)
    longest = ("Wilhelmine-Annegret " * 3).strip()[:60], ("von und zu Hohenlohe " * 3).strip()[:60]
    page = begin(work, *longest)
    assert " ".join(longest) in paper(page, qtbot)
    assert work.window().width() == 1366
    assert work.header.box.isVisible()
    assert work.header.geometry().contains(work.header.box.geometry())
    assert work.header._title.toolTip() == " ".join(longest)
