"""The laptop in her hands: her questions alone, no way out without the password, a look before it counts."""

from datetime import date

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from runclinic import records
from runclinic.demo.clinic import CLINIC
from runclinic.records.keys import FLOOR
from runclinic.ui import look
from runclinic.ui.runner_mode import RunnerMode
from runclinic.ui.unlock import Unlock
from runclinic.ui.window import Window

PASSWORD = "orchard violin sixty tide"
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
ENTER = Qt.Key.Key_Return


@pytest.fixture
def window(qtbot, tmp_path):
    look.dress("light")
    home = tmp_path / "clinic"
    with records.create(home, CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR) as store:
        client = store.clients.add(given_name="Hanna", family_name="Lindqvist", born=date(1992, 5, 2))
        store.clients.add(given_name="Ines", family_name="Brandt")
        store.visits.start(client.id, date.today())
    made = Window(home)
    qtbot.addWidget(made)
    made.resize(1366, 728)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    made._handed_over = False
    made.close()


def press(key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


def unlock(window, qtbot):
    QTest.keyClicks(QApplication.focusWidget(), PASSWORD)
    press(ENTER)
    qtbot.waitUntil(lambda: window.workplace is not None)


def visit_of(window):
    return window.workplace.visit_page.visit


def hand_over(window, qtbot, part="history"):
    """Unlocked, in a part of the visit, and the button pressed."""
    if window.workplace is None:
        unlock(window, qtbot)
    work = window.workplace
    client = work.store.clients.recent(1)[0]
    client = next(each for each in work.store.clients.search("Lindqvist"))
    work.show_client(client)
    press(ENTER)
    work.visit_page.go_to(part)
    buttons = work.visit_page._made[part].findChildren(QAbstractButton)
    QTest.mouseClick(
        next(each for each in buttons if each.text() == "Let her answer"), Qt.MouseButton.LeftButton
    )
    page = window.centralWidget()
    assert isinstance(page, RunnerMode)
    return page


def words_in(widget):
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_one_question_at_a_time_and_hers_are_marked_as_hers(window, qtbot):
    page = hand_over(window, qtbot)
    assert "What is the main problem" in words_in(page)
    assert "What would you like" not in words_in(page)
    QTest.keyClicks(QApplication.focusWidget(), "I leak when I jump")
    press(ENTER)
    qtbot.waitUntil(lambda: "What would you like" in words_in(page))
    QTest.mouseClick(page.before, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget().toPlainText() == "I leak when I jump"
    QTest.mouseClick(page.give_back, Qt.MouseButton.LeftButton)
    assert isinstance(window.centralWidget(), Unlock)
    unlock(window, qtbot)
    visit = visit_of(window)
    assert visit.now()["runner/history/H01"] == "I leak when I jump"
    assert "history/H01" not in visit.answers()  # it does not count before it was looked at
    form = window.workplace.visit_page._made["history"]._pages["history"]
    strip = form._strips["What brings you"]
    assert "I leak when I jump" in strip._words.text()
    QTest.mouseClick(strip.still, Qt.MouseButton.LeftButton)
    assert visit.answers()["history/H01"] == "I leak when I jump"
    entries = [each for each in visit.store.visits.entries(visit.visit.id) if each.key == "history/H01"]
    assert [each.source for each in entries] == ["runner"]


def test_what_the_therapist_answered_is_not_shown_to_her(window, qtbot):
    unlock(window, qtbot)
    work = window.workplace
    client = next(iter(work.store.clients.search("Lindqvist")))
    row = work.store.visits.of(client.id)[0]
    work.store.visits.append(row.id, "history/H01", "the therapist's own words")
    page = hand_over(window, qtbot)
    assert QApplication.focusWidget().toPlainText() == ""
    assert "therapist" not in words_in(page)


def test_the_next_time_she_goes_on_where_she_was(window, qtbot):
    page = hand_over(window, qtbot)
    QTest.keyClicks(QApplication.focusWidget(), "heaviness")
    QTest.mouseClick(page.give_back, Qt.MouseButton.LeftButton)
    unlock(window, qtbot)
    again = hand_over(window, qtbot)
    assert "What would you like" in words_in(again)


WITH_CONTROL = "K L Q N 1 2 3 P S"
KEYS = [
    *((getattr(Qt.Key, f"Key_{name}"), CONTROL) for name in [*WITH_CONTROL.split(), "PageDown"]),
    *((key, ALT) for key in (Qt.Key.Key_Left, Qt.Key.Key_F4, Qt.Key.Key_1, Qt.Key.Key_5)),
    (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier),
    (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
]


def test_no_key_leads_anywhere_else(window, qtbot):
    page = hand_over(window, qtbot)
    for key, modifier in KEYS:
        QTest.keyClick(QApplication.focusWidget() or page, key, modifier)
        assert window.centralWidget() is page, key
        assert window.isVisible()
        assert "Brandt" not in words_in(window)
    assert window.workplace is None


def test_where_only_the_password_leads_on_there_is_no_help_either(window, qtbot):
    page = hand_over(window, qtbot)
    QTest.mouseClick(page.give_back, Qt.MouseButton.LeftButton)
    asks = window.centralWidget()
    assert isinstance(asks, Unlock)
    for modifier in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
        press(Qt.Key.Key_F1, modifier)
        assert window.centralWidget() is asks


def test_it_cannot_be_closed_before_the_password(window, qtbot):
    page = hand_over(window, qtbot)
    window.close()
    assert window.isVisible()
    QTest.mouseClick(page.give_back, Qt.MouseButton.LeftButton)
    window.close()
    assert window.isVisible()
    unlock(window, qtbot)
    window.close()
    assert not window.isVisible()


def test_a_dropped_file_does_nothing(window, qtbot, tmp_path):
    page = hand_over(window, qtbot)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "clip.mp4"))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(page, drop)
    assert window.centralWidget() is page
    assert drop.type() == QEvent.Type.Drop
    assert not drop.isAccepted()


def test_another_program_in_front_locks_it(window, qtbot):
    hand_over(window, qtbot)
    window._state_changed(Qt.ApplicationState.ApplicationInactive)
    assert isinstance(window.centralWidget(), Unlock)
    assert window._behind is None


def test_a_wrong_password_leads_nowhere(window, qtbot):
    page = hand_over(window, qtbot)
    QTest.mouseClick(page.give_back, Qt.MouseButton.LeftButton)
    QTest.keyClicks(QApplication.focusWidget(), "orchard violin sixty tile")
    press(ENTER)
    qtbot.waitUntil(window.centralWidget().form._wrong_row.isVisible)
    assert window.workplace is None
    assert isinstance(window.centralWidget(), Unlock)


def test_nothing_private_is_asked_of_her(window, qtbot):
    page = hand_over(window, qtbot, "questionnaires")
    assert all(
        not form.find(each).private for form in page._forms for _, each in page._order() if form.find(each)
    )
    assert page._forms[0].id == "iciq_ui_sf"
