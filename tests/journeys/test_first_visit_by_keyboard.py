"""A first visit without a mouse: from an empty laptop to a plan on paper, and back through the lock."""

import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from runclinic.ui import look
from runclinic.ui.client import ClientPage
from runclinic.ui.first_start import FirstStart
from runclinic.ui.question_row import QuestionRow
from runclinic.ui.sheet_step import SheetStep
from runclinic.ui.unlock import Unlock
from runclinic.ui.window import Window
from tests.journeys.dialogs import when_asked

PASSWORD = "orchard violin sixty tide"
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab


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


@pytest.mark.qt_log_ignore("grabbing the keyboard")  # the completer of the file dialog, offscreen
def test_from_an_empty_laptop_to_a_plan_on_paper(window, keys, qtbot, tmp_path):
    make_the_clinic(window, keys, qtbot)
    make_a_client_and_begin(window.workplace, keys)
    page = window.workplace.visit_page
    answer_the_safety_screen(window.workplace, keys)
    write_and_take_back(page.visit, keys)
    decide_otherwise(page, keys)
    target = tmp_path / "plan for Hanna.pdf"
    save_the_plan(page, keys, qtbot, target)
    read_the_plan(page.visit, target)
    window.activateWindow()  # offscreen there is no window manager to do it when a dialog closes
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    lock_and_come_back(window, keys, qtbot)
    again = window.workplace.visit_page.visit
    assert again.now()["history/H01"] == "It drips when I run downhill."
    assert again.assessment().outcome == "O4"
    window.close()


def make_the_clinic(window, keys, qtbot):
    assert isinstance(window.centralWidget(), FirstStart)
    keys.fill("Riverside Pelvic Health", "555 0142", "112", "Marta Okafor", PASSWORD, PASSWORD)
    qtbot.waitUntil(lambda: isinstance(window.centralWidget(), SheetStep))
    prove_the_sheet(window.centralWidget(), keys, qtbot)
    assert window.workplace is not None


def prove_the_sheet(step, keys, qtbot):
    """No printer here: she writes the key down, and types two of its groups back from her paper."""
    qtbot.waitUntil(step.print.hasFocus)
    keys.tab_to("Write it down")
    keys.press(Qt.Key.Key_Space)
    written = [label.text() for label in step._shown.findChildren(QLabel)]
    on_paper = dict(zip(written[::2], written[1::2], strict=True))
    assert len(on_paper) == 9
    keys.press(Qt.Key.Key_Space)
    assert not step._shown.isVisible()
    first, second = (str(number + 1) for number in step._asked)
    keys.fill(on_paper[first], "0000")
    assert "another one" in step.form._why[f"g{step._asked[1]}"].text()
    keys.press(Qt.Key.Key_A, CONTROL)
    keys.fill(on_paper[second])


def make_a_client_and_begin(work, keys):
    keys.press(Qt.Key.Key_N, CONTROL)
    keys.fill("Hanna", "Lindqvist", "2.5.1992", "555 0199")
    assert isinstance(work.stack.currentWidget(), ClientPage)
    keys.press(ENTER)  # begin a visit


def answer_the_safety_screen(work, keys):
    """One key for a question; a private one is shown first, and the one that is asked alone is passed by."""
    visit = work.visit_page.visit
    while (row := keys.question()) is not None:
        if row.question.private and row._words.isHidden():
            keys.press(TAB if row.question.id == "RF26" else ENTER)
            continue
        keys.press(ENTER) if row.question.kind == "number" else keys.write("2")
    assert len([key for key in visit.now() if key.startswith("safety/")]) == 29
    assert "safety/RF26" not in visit.now()
    assert next(state for state in visit.part_states() if state.id == "safety").state == "complete"
    assert work.status.saved.text().startswith("Saved ")
    keys.press(ENTER)  # the button that leads to the next part


def write_and_take_back(visit, keys):
    keys.fill("It drips when I run downhill.", "Run 5 km with my sister.")
    assert visit.now()["history/H02"] == "Run 5 km with my sister."
    keys.press(Qt.Key.Key_Z, CONTROL)
    assert "history/H02" not in visit.now()
    keys.press(Qt.Key.Key_Y, CONTROL)
    assert visit.now()["history/H02"] == "Run 5 km with my sister."


def decide_otherwise(page, keys):
    while page.part != "readiness":
        keys.press(Qt.Key.Key_PageDown, CONTROL)
    assert page.visit.assessment().proposed_outcome == "O2"
    keys.press(Qt.Key.Key_Down)  # I decide otherwise
    keys.tab_to("Another outcome")
    keys.write("Walk")
    keys.tab_to("Reason")
    keys.write("short")
    keys.tab_to("Confirm")
    keys.press(ENTER)
    assert "10 letters or more" in page._made["readiness"].panel._wrong.text()
    assert "decision/outcome" not in page.visit.now()
    keys.tab_to("Reason")
    keys.write(" of time today, runs well in her group")
    keys.tab_to("Confirm")
    keys.press(ENTER)
    assert (page.visit.assessment().outcome, page.part) == ("O4", "plan")


def save_the_plan(page, keys, qtbot, target):
    qtbot.waitUntil(page._made["plan"].paper.save.hasFocus)
    when_asked(target)
    keys.press(ENTER)


def read_the_plan(visit, target):
    text = "".join(page.extract_text() for page in pypdf.PdfReader(target).pages)
    assert "Hanna Lindqvist" in text
    assert "112" in text
    assert "Walk-run" in text
    kept = visit.store.documents.of(visit.visit.id)
    assert visit.store.documents.read(kept[0].id) == target.read_bytes()


def lock_and_come_back(window, keys, qtbot):
    page = window.workplace.visit_page
    keys.press(Qt.Key.Key_L, CONTROL)
    assert window.cover is not None
    keys.press(Qt.Key.Key_A)  # lifts it, and is heard by nothing else
    assert window.cover is None
    assert window.workplace.visit_page is page
    keys.press(Qt.Key.Key_L, CONTROL)
    keys.press(Qt.Key.Key_L, CONTROL)
    unlock = window.centralWidget()
    assert isinstance(unlock, Unlock)
    keys.fill("orchard violin sixty tile")
    qtbot.waitUntil(unlock.form._wrong_row.isVisible)
    assert "password" in unlock.form._wrong.text().lower()
    assert window.workplace is None
    keys.fill(PASSWORD)
    qtbot.waitUntil(lambda: window.workplace is not None)
    assert window.workplace.visit_page.part == page.part  # where she was
    assert "1 wrong password was typed for your name" in window.workplace.status.saved.text()
