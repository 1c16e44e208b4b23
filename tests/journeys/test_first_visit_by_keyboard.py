"""A first visit without a mouse: from an empty laptop to a plan on paper, and back through the lock."""

from io import BytesIO

import pypdf
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from runclinic.ui import look
from runclinic.ui.client import ClientPage
from runclinic.ui.first_start import FirstStart
from runclinic.ui.form_page import QuestionRow
from runclinic.ui.unlock import Unlock
from runclinic.ui.window import Window

PASSWORD = "orchard violin sixty tide"
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab
PATIENCE_MS = 20_000


class Keyboard:
    """All that this therapist has: keys, and eyes for where the focus is."""

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(self.focus, key, modifier)

    def write(self, words):
        QTest.keyClicks(self.focus, words)

    def fill(self, *fields):
        """Each field, and Enter to the next."""
        for words in fields:
            self.write(words)
            self.press(ENTER)

    @property
    def focus(self):
        held = QApplication.focusWidget()
        assert held is not None, "the focus is nowhere"
        return held

    def question(self):
        """The question that the focus is in; None outside a form."""
        widget: QWidget | None = self.focus
        while widget is not None and not isinstance(widget, QuestionRow):
            widget = widget.parentWidget()
        return widget

    def tab_to(self, name):
        """Tab until the focus is on what a screen reader calls so."""
        for _ in range(40):
            if self.focus.accessibleName().startswith(name):
                return
            self.press(TAB)
        raise AssertionError(f"Tab does not reach {name}")


@pytest.fixture
def keys():
    return Keyboard()


@pytest.fixture
def window(qtbot, tmp_path):
    look.dress("light")
    made = Window(tmp_path / "clinic")
    qtbot.addWidget(made)
    made.resize(1366, 740)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def answer_no_to_all(keys):
    """Two keys for a question; a private one is shown first, and the one that is asked alone is passed by."""
    for _ in range(60):
        row = keys.question()
        if row is None:
            return
        if row.question.private and row._words.isHidden():
            keys.press(TAB if row.question.id == "RF26" else ENTER)
            continue
        keys.write("2")
        keys.press(ENTER)


@pytest.mark.qt_log_ignore("grabbing the keyboard")  # the completer of the file dialog, offscreen
def test_from_an_empty_laptop_to_a_plan_on_paper(window, keys, qtbot, tmp_path):
    assert isinstance(window.centralWidget(), FirstStart)
    keys.fill("Riverside Pelvic Health", "555 0142", "112", "Marta Okafor", PASSWORD, PASSWORD)
    qtbot.waitUntil(lambda: window.workplace is not None, timeout=PATIENCE_MS)
    work = window.workplace

    keys.press(Qt.Key.Key_N, CONTROL)
    keys.fill("Hanna", "Lindqvist", "2.5.1992", "555 0199")
    assert isinstance(work.stack.currentWidget(), ClientPage)
    keys.press(ENTER)  # begin a visit

    visit = work.visit_page.visit
    answer_no_to_all(keys)
    answered = [key for key in visit.now() if key.startswith("safety/")]
    assert len(answered) == 29
    assert "safety/RF26" not in visit.now()
    assert next(state for state in visit.part_states() if state.id == "safety").state == "complete"
    assert work.status.saved.text().startswith("Saved ")

    keys.press(ENTER)  # the button that leads to the next part
    keys.fill("It drips when I run downhill.", "Run 5 km with my sister.")
    assert visit.now()["history/H02"] == "Run 5 km with my sister."
    keys.press(Qt.Key.Key_Z, CONTROL)
    assert "history/H02" not in visit.now()
    keys.press(Qt.Key.Key_Y, CONTROL)

    while work.visit_page.part != "readiness":
        keys.press(Qt.Key.Key_PageDown, CONTROL)
    assert visit.assessment().proposed_outcome == "O2"
    keys.press(Qt.Key.Key_Down)  # I decide otherwise
    keys.tab_to("Another outcome")
    keys.write("Walk")
    keys.tab_to("Reason")
    keys.write("short")
    keys.tab_to("Confirm")
    keys.press(ENTER)
    assert "10 letters or more" in work.visit_page._made["readiness"].panel._wrong.text()
    assert "decision/outcome" not in visit.now()
    keys.tab_to("Reason")
    keys.write(" of time today, runs well in her group")
    keys.tab_to("Confirm")
    keys.press(ENTER)
    assert (visit.assessment().outcome, work.visit_page.part) == ("O4", "plan")

    paper = work.visit_page._made["plan"].paper
    qtbot.waitUntil(lambda: paper.save.hasFocus(), timeout=PATIENCE_MS)
    target = tmp_path / "plan for Hanna.pdf"
    QTimer.singleShot(200, lambda: type_into_dialog(target))
    keys.press(ENTER)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(target).pages)
    assert "Hanna Lindqvist" in text
    assert "112" in text
    kept = visit.store.documents.of(visit.visit.id)
    assert visit.store.documents.read(kept[0].id) == target.read_bytes()
    assert "Walk-run" in pypdf.PdfReader(BytesIO(target.read_bytes())).pages[0].extract_text()

    window.activateWindow()  # offscreen there is no window manager to do it when a dialog closes
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    keys.press(Qt.Key.Key_L, CONTROL)
    unlock = window.centralWidget()
    assert isinstance(unlock, Unlock)
    keys.fill("orchard violin sixty tile")
    qtbot.waitUntil(lambda: unlock.form._wrong_row.isVisible(), timeout=PATIENCE_MS)
    assert "password" in unlock.form._wrong.text().lower()
    assert window.workplace is None
    keys.fill(PASSWORD)
    qtbot.waitUntil(lambda: window.workplace is not None, timeout=PATIENCE_MS)
    keys.write("lindq")
    keys.press(ENTER)
    keys.press(ENTER)  # continue
    assert window.workplace.visit_page.visit.now()["history/H01"] == "It drips when I run downhill."
    window.close()


def type_into_dialog(target):
    """The dialog for a file's name: type the whole path, Enter."""
    dialog = next(
        each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog) and each.isVisible()
    )
    line = dialog.findChild(QLineEdit)
    line.clear()
    QTest.keyClicks(line, str(target))
    QTest.keyClick(line, ENTER)
