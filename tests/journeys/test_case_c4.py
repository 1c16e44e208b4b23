"""Case C4 with a hand on the mouse and a hand on the keys: from unlocking to a signed and printed plan.

Every click and every key press is counted, but the letters of free text.
"""

import logging
from dataclasses import replace
from datetime import date, timedelta

import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit

from runclinic import case, paths, records
from runclinic.forms import catalogue
from runclinic.records.keys import FLOOR
from runclinic.ui import look
from runclinic.ui.body_chart import BodyChartControl
from runclinic.ui.control import LineControl
from runclinic.ui.fields import TextControl
from runclinic.ui.picks import SeveralControl
from runclinic.ui.questions import Many, RecordsControl
from runclinic.ui.window import Window
from runclinic.visit.assess import assess
from tests.journeys.dialogs import when_asked

PASSWORD = "orchard violin sixty tide"
CLINIC = {"name": "Riverside Pelvic Health", "phone": "555 0142", "emergency_number": "112"}
MOST = 350
FORMS = {
    "safety": ("safety",),
    "history": ("history",),
    "questionnaires": ("phq_4",),
    "pelvic_floor": ("consent", "pelvic_floor", "pop_q", "abdominal_wall"),
    "strength": ("load_tests", "strength"),
    "impact": ("load_tests",),
}


class Hands:
    """Clicks and key presses, counted."""

    def __init__(self):
        self.count = 0

    def click(self, widget):
        QTest.qWait(0)  # what has just changed its words has its new place before a hand can be there
        assert widget.isVisible(), widget.accessibleName()
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.count += 1

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(QApplication.focusWidget(), key, modifier)
        self.count += 1

    def type(self, words, *, free=False):
        QTest.keyClicks(QApplication.focusWidget(), words)
        self.count += 0 if free else len(words)


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def c4():
    """The case, as of today: twenty weeks after the birth."""
    given = case.read(paths.resources() / "examples" / "c4.toml")
    birth = (date.today() - timedelta(weeks=20)).isoformat()
    return replace(given, visit_date=date.today(), answers={**given.answers, "history/H06": birth})


@pytest.fixture
def window(qtbot, tmp_path):
    look.dress("light")
    home = tmp_path / "clinic"
    records.create(home, CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR).close()
    made = Window(home)
    qtbot.addWidget(made)
    made.resize(1366, 740)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


@pytest.mark.qt_log_ignore("grabbing the keyboard")  # the completer of the file dialog, offscreen
def test_from_unlocking_to_a_signed_and_printed_plan(window, hands, c4, qtbot, tmp_path):
    unlock(window, hands, qtbot)
    page = begin_a_visit(window.workplace, hands, c4)
    for part, forms in FORMS.items():
        go_to(page, hands, part)
        for form_id in forms:
            fill_in(page, hands, form_id, c4)
    expected = assess(c4)
    found = page.visit.assessment()
    assert found.proposed_outcome == expected.outcome == "O4"
    confirm(page, hands)
    same_plan(page.visit.plan().plan, expected.plan)
    target = tmp_path / "plan.pdf"
    print_it(page, hands, qtbot, target)
    store, visit = page.visit.store, page.visit.visit.id
    sign(page, hands, qtbot)
    assert store.visits.get(visit).state == "signed"
    assert store.signing.of(visit).computed["outcome"] == "O4"
    printed = "".join(each.extract_text() for each in pypdf.PdfReader(target).pages)
    for exercise in expected.plan.exercises[:2]:
        assert "".join(exercise.name.split()) in "".join(printed.split())
    window.close()
    logging.getLogger("journey").info("%s key presses and clicks", hands.count)
    assert hands.count < MOST


def unlock(window, hands, qtbot):
    hands.type(PASSWORD)
    hands.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.workplace is not None)


def begin_a_visit(work, hands, c4):
    hands.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    for words in (c4.client.given_name, c4.client.family_name, "1.3.1992"):
        hands.type(words, free=words != "1.3.1992")
        hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_Return)
    assert work.visit_page is not None
    return work.visit_page


def go_to(page, hands, part):
    for _ in range(20):
        if page.part == part:
            return
        hands.press(Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    raise AssertionError(f"{part} is not reached")


def fill_in(page, hands, form_id, c4):
    """One form, its answers in their order; the wheel scrolls to what is next."""
    forms = page._made[page.part]
    if form_id not in forms._pages or forms._stack.currentWidget() is not forms._pages[form_id]:
        names = [catalogue.form(each).title for each in forms._forms]
        hands.click(forms._tabs.buttons[names.index(catalogue.form(form_id).title)])
    form = forms._pages[form_id]
    form.complete()
    for question in in_hand_order(form.form.question):
        value = c4.answers.get(f"{form_id}/{question.id}")
        if value is None or not form._belongs(question):
            continue
        row = form._made(question.id)
        if row is None:  # it is not asked of her: no run in the last weeks has no length
            continue
        if hasattr(form, "_tests") and not form._tests[form._sections[question.id]].is_open:
            hands.click(form._tests[form._sections[question.id]].header)
        if row.question.private and row._words.isHidden():
            hands.click(row._ask)
        form._scroll.ensureWidgetVisible(row, 0, 60)
        QApplication.processEvents()
        answer(row.control, hands, value)
        form.settle()
        assert page.visit.answers()[f"{form_id}/{question.id}"] is not None, question.id


def in_hand_order(questions):
    """What she felt in a test comes before "no symptom" for the rest of it, which folds the rest away."""
    late = {each.id for each in questions if each.id.endswith("_symptoms") and "retest" not in each.id}
    tests = {}
    for each in questions:
        tests.setdefault(each.card or each.id, []).append(each)
    return [
        each
        for group in tests.values()
        for each in sorted(group, key=lambda one: (one.id in late, "retest" in one.id and one.id in late))
    ]


def answer(control, hands, value):
    """By what a hand does with this kind of control."""
    if isinstance(control, BodyChartControl):
        control = control.sites
    if isinstance(control, Many):
        many(control, hands, value)
    elif isinstance(control, SeveralControl):
        for each in value:
            number = [option.value for option in control._options].index(each)
            hands.click(control._buttons[number])
        if not value:
            hands.click(control._none)
    elif isinstance(control, LineControl | TextControl):
        field(control, hands, value)
    else:
        chosen(control.choices, hands, value)


def many(control, hands, value):
    if isinstance(control, RecordsControl):
        assert value == []
        hands.click(control._none)
        return
    for place, part in control.parts.items():
        own = value
        if isinstance(value, dict):
            own = value.get(place[0])
        elif isinstance(value, list):
            own = value[place[0]]
        answer(part, hands, own)


def field(control, hands, value):
    line = control.findChild(QLineEdit) or control.findChild(QPlainTextEdit)
    if not line.hasFocus():
        hands.click(line)
    if value == "declined":
        hands.press(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
        return
    written = value if isinstance(value, str) else f"{value:g}"
    if control.question.kind == "date":
        written = date.fromisoformat(value).strftime("%d.%m.%Y")
    hands.type(written, free=control.question.kind == "text")
    hands.press(Qt.Key.Key_Return)


def chosen(choices, hands, value):
    values = [choice.value for choice in choices._choices]
    hands.click(choices.buttons[values.index(value)])


def confirm(page, hands):
    go_to(page, hands, "readiness")
    button = page._made["readiness"].panel.findChildren(QAbstractButton)
    hands.click(next(each for each in button if each.accessibleName().startswith("Confirm")))
    assert page.visit.assessment().outcome == "O4"


def same_plan(found, expected):
    assert [each.id for each in found.exercises] == [each.id for each in expected.exercises]
    assert (found.phase, found.ladder_level, found.review_weeks, found.cues) == (
        expected.phase,
        expected.ladder_level,
        expected.review_weeks,
        expected.cues,
    )


def print_it(page, hands, qtbot, target):
    go_to(page, hands, "print")
    paper = page._made["print"].paper
    qtbot.waitUntil(lambda: not paper.waiting and paper.save.isEnabled())
    when_asked(target)
    hands.count += 1
    hands.click(paper.save)
    assert target.exists(), paper._said.text() or "no file was asked for"


def sign(page, hands, qtbot):
    page.window().activateWindow()  # offscreen there is no window manager to do it when a dialog closes
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    go_to(page, hands, "sign")
    qtbot.waitUntil(page._made["sign"].sign.isVisible)
    hands.click(page._made["sign"].sign)
