"""What a clinic changes, through the whole window: thresholds set, refused, undone; locked and unlocked."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit

from runclinic import layer, records
from runclinic.demo.clinic import CLINIC
from runclinic.readiness import rules
from runclinic.records.keys import FLOOR
from runclinic.ui.library_fields import Box
from runclinic.ui.thresholds import ThresholdsPage
from runclinic.ui.unlock import Unlock
from runclinic.ui.window import Window
from tests.content import forget

PASSWORD = "orchard violin sixty tide"


@pytest.fixture
def window(qtbot, tmp_path):
    records.create(tmp_path / "clinic", CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR).close()
    shown = Window(tmp_path / "clinic")
    qtbot.addWidget(shown)
    shown.resize(1366, 768)
    shown.show()
    qtbot.waitUntil(lambda: isinstance(shown.centralWidget(), Unlock))
    _unlock(qtbot, shown)
    yield shown
    if shown.workplace is not None:
        shown.lock()
    forget()


def _unlock(qtbot, window):
    window.centralWidget().findChildren(QLineEdit)[0].setFocus()
    qtbot.waitUntil(lambda: window.focusWidget() is not None)
    QTest.keyClicks(window.focusWidget(), PASSWORD)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.workplace is not None, timeout=20000)


def _open(qtbot, window):
    window.workplace.rail["settings"].click()
    window.workplace.settings_page.thresholds.click()
    page = window.workplace.thresholds_page
    assert isinstance(page, ThresholdsPage)
    qtbot.waitUntil(lambda: page._form._made("birth_full") is not None)
    return page


def _type(page, question, typed):
    field = page._form._made(question).findChild(QLineEdit)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, typed) if typed else QTest.keyClick(field, Qt.Key.Key_Delete)
    page.settle()


def _words(page):
    return " ".join(each.text() for each in page.findChildren(QLabel))


def test_a_number_counts_at_once_and_stands_with_who_and_when(qtbot, window):
    page = _open(qtbot, window)
    assert "all numbers are as shipped" in _words(page)
    assert "without an individual decision (shipped: 12)" in _words(page)
    _type(page, "birth_full", "16")
    assert rules.limit("R05", "full") == 16
    assert "16, shipped 12 (changed by Marta Okafor," in _words(page)
    QTest.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert rules.limit("R05", "full") == 12


def test_one_that_contradicts_another_is_refused_beside_its_field(qtbot, window):
    page = _open(qtbot, window)
    _type(page, "birth_least", "20")
    assert rules.limit("R05", "least") == 6
    assert "cannot be below" in _words(page)


def test_locked_it_is_as_shipped_and_unlocked_the_clinic_s_again(qtbot, window):
    page = _open(qtbot, window)
    _type(page, "epds", "12")
    window.lock()
    assert layer.laid() == {}
    assert rules.limit("R25", "epds") == 13
    _unlock(qtbot, window)
    assert rules.limit("R25", "epds") == 12
    assert "changed by Marta Okafor" in _words(_open(qtbot, window))


@pytest.mark.parametrize("card", ["HG01", "text.T-CALL", ""])
def test_a_sheet_of_the_library_that_was_not_saved_is_there_again_after_a_lock(qtbot, window, card):
    window.workplace.rail["library"].click()
    page = window.workplace.library_page
    if card:
        page.go_to(card)
        page.edit()
    else:
        page.new_exercise.click()
    name = next(
        each for each, field in page.sheet.fields.widgets.items() if isinstance(field, QLineEdit | Box)
    )
    field = page.sheet.fields.widgets[name]
    field.selectAll()
    QTest.keyClicks(field, "Half a sentence")
    if card != "text.T-CALL":
        page.sheet.fields.widgets["a_week"].setText("5")
        page.sheet.fields.widgets["not_if"].findChildren(QCheckBox)[1].setChecked(True)
        page.sheet.fields.widgets["easier"].setCurrentIndex(4)
    held = page.sheet.fields.filled()
    assert held[name] == "Half a sentence"
    window.lock()
    _unlock(qtbot, window)
    page = window.workplace.library_page
    assert window.workplace.stack.currentWidget() is page
    assert page.sheet.fields.filled() == held
    assert (page.item.id if card else page.sheet.card) == card
    page.sheet.left.emit()
    window.lock()
    _unlock(qtbot, window)
    assert window.workplace.library_page is None
