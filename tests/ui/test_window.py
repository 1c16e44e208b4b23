"""The one window: a page that is there hears its keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from runclinic import records
from runclinic.demo.clinic import CLINIC
from runclinic.records.keys import FLOOR
from runclinic.ui import look
from runclinic.ui.window import Window

PASSWORD = "orchard violin sixty tide"


@pytest.fixture
def window(qtbot, tmp_path):
    look.dress("light")
    made = Window(tmp_path / "clinic")
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_a_key_is_heard_in_the_same_turn_in_which_the_clinic_opens(window):
    """A fast typist, a busy laptop: Ctrl+N follows the password before Qt has drawn anything."""
    window.open(records.create(window.home, CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR))
    focus = QApplication.focusWidget()
    assert focus is window.workplace.clients.search
    QTest.keyClick(focus, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert window.workplace.clients.form.isVisible()
    assert not window.workplace.clients.search.isVisible()
    window.close()
