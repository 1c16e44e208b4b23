"""Large buttons and text in the visit, for who stands: by a key, the command box and the settings."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QWidget

from runclinic.ui import look
from runclinic.ui.workplace import Workplace
from tests.ui import screens

LAPTOP = (1366, 696)


@pytest.fixture
def usual():
    yield
    look.choose_big_targets(big=False)


@pytest.fixture
def work(qtbot, visit, usual):
    made = Workplace(visit.store)
    qtbot.addWidget(made)
    made.resize(*LAPTOP)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.show_visit(visit.client, visit.visit)
    yield made
    made.put_away()


def focus():
    held = QApplication.focusWidget()
    assert held is not None, "the focus is nowhere"
    return held


def press(key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(focus(), key, modifier)


def low(page):
    """What is pressed or typed into on the parts of a visit in front, and is less than 48 high."""
    kinds = (QPushButton, QLineEdit, QComboBox)
    shown = [each for each in page.findChildren(QWidget) if isinstance(each, kinds) and each.isVisible()]
    assert shown
    return [
        (type(each).__name__, each.accessibleName(), each.height()) for each in shown if each.height() < 48
    ]


def test_every_part_of_the_visit_fits_the_laptop_in_large_and_nothing_is_lower_than_48(
    qtbot, tmp_path, usual
):
    look.choose_big_targets(big=True)
    cut, small = {}, {}
    with screens.clinic(tmp_path / "clinic") as store:
        for screen in screens.screens(store, LAPTOP, papers=False):
            page = getattr(screen.widget, "visit_page", None)
            if page is not None and page.isVisible():
                cut[screen.name] = screens.cut_off(screen, LAPTOP)
                small[screen.name] = low(page) if page.part != "gait" else []
    assert {name: said for name, said in cut.items() if said} == {}
    assert {name: said for name, said in small.items() if said} == {}
    assert len(cut) > 25


def test_a_key_makes_all_large_and_usual_again_and_undo_goes_on(work):
    page = work.visit_page
    page.go_to("safety")
    QTest.keyClicks(focus(), "2")
    assert low(page)
    press(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    screens.rest()
    assert low(page) == []
    assert page.fontInfo().pixelSize() == look.TEXT
    assert page._made["safety"].fontInfo().pixelSize() == look.BIG_TEXT
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.visit.now() == {}
    press(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    screens.rest()
    assert low(page)
    assert page._made["safety"].fontInfo().pixelSize() == look.TEXT


def test_the_command_box_offers_the_other_size(work):
    press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(focus(), "large")
    press(Qt.Key.Key_Return)
    assert look.big_targets()
    press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(focus(), "usual")
    press(Qt.Key.Key_Return)
    assert not look.big_targets()


def test_the_settings_keep_it_for_the_visits_to_come(work):
    work.show_settings()
    work.settings_page.targets.setFocus()
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    assert look.big_targets()
    visit = work.visit_page.visit
    work.show_visit(visit.client, visit.visit)
    screens.rest()
    assert low(work.visit_page) == []
    press(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    work.show_settings()
    assert work.settings_page.targets.value == "usual"
