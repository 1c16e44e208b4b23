"""F1 before anybody has unlocked: the guide at the page that fits, and back to what was typed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from runclinic import records
from runclinic.demo.clinic import CLINIC
from runclinic.records.keys import FLOOR
from runclinic.ui.first_start import FirstStart
from runclinic.ui.help import ABOUT, KEYS, HelpAlone
from runclinic.ui.sheet_step import SheetStep
from runclinic.ui.unlock import Unlock
from runclinic.ui.window import Window
from tests.ui.test_accessible import nameless

F1, ENTER = Qt.Key.Key_F1, Qt.Key.Key_Return
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
PASSWORD = "orchard violin sixty tide"


def press(key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


@pytest.fixture
def window(qtbot, tmp_path):
    def opened():
        made = Window(tmp_path / "clinic")
        qtbot.addWidget(made)
        made.resize(1366, 728)
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        return made

    return opened


def test_at_the_first_start_it_is_how_to_begin_and_what_is_typed_stays(window):
    made = window()
    first = made.centralWidget()
    assert isinstance(first, FirstStart)
    field = QApplication.focusWidget()
    QTest.keyClicks(field, "Riverside")
    press(F1)
    alone = made.centralWidget()
    assert isinstance(alone, HelpAlone)
    assert alone.page.shown == "first-start"
    assert nameless(alone) == []
    press(F1, SHIFT)
    assert alone.page.shown == KEYS
    press(F1)
    assert alone.page.shown == "first-start"
    press(Qt.Key.Key_Left, ALT)
    assert made.centralWidget() is first
    assert QApplication.focusWidget() is field
    assert field.text() == "Riverside"


def test_at_the_password_it_is_what_to_do_when_something_goes_wrong(window, tmp_path, qtbot):
    records.create(tmp_path / "clinic", CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR).close()
    made = window()
    assert isinstance(made.centralWidget(), Unlock)
    QTest.keyClicks(QApplication.focusWidget(), PASSWORD[:10])
    press(F1)
    assert made.centralWidget().page.shown == "trouble"
    made.centralWidget().page.show_page(ABOUT)
    made.centralWidget().page.follow("licence:0")
    press(Qt.Key.Key_Left, ALT)
    assert made.centralWidget().page.licence is None
    press(Qt.Key.Key_Left, ALT)
    QTest.keyClicks(QApplication.focusWidget(), PASSWORD[10:])
    press(ENTER)
    qtbot.waitUntil(lambda: made.workplace is not None)
    made._new_sheet()
    sheet = made.centralWidget()
    assert isinstance(sheet, SheetStep)
    QTest.keyClick(made, F1)
    assert made.centralWidget().page.shown == "first-start"
    press(Qt.Key.Key_Left, ALT)
    assert made.centralWidget() is sheet
    assert made._behind is not None
    made.close()


def test_where_a_backup_is_put_back_it_is_about_backups(window):
    made = window()
    made.restore()
    page = made.centralWidget()
    QTest.keyClick(QApplication.focusWidget() or page, F1)
    assert made.centralWidget().page.shown == "backup"
    press(Qt.Key.Key_Left, ALT)
    assert made.centralWidget() is page


def test_a_clinic_that_opens_meanwhile_is_shown(window, tmp_path):
    store = records.create(tmp_path / "clinic", CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR)
    made = window()
    press(F1)
    made._work(store)
    assert made.centralWidget() is made.workplace
    assert made._under_help is None
    made.close()
