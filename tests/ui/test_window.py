"""The one window: a page that is there hears its keys."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from runclinic import records
from runclinic.demo.clinic import CLINIC
from runclinic.records.database import NotSaved
from runclinic.records.keys import FLOOR
from runclinic.ui import look
from runclinic.ui import window as windows
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


@pytest.fixture
def waiting(window, monkeypatch):
    """In a visit, with an answer that the full disk did not take."""
    window.open(records.create(window.home, CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR))
    work = window.workplace
    client = work.store.clients.add(given_name="Hanna", family_name="Lindqvist")
    work.show_visit(client, work.store.visits.start(client.id, date(2026, 11, 17)))
    whole = work.store.visits.append

    def full(*_entry, **_more):
        raise NotSaved("This was not saved: the disk is full.", "Free some space; then it is saved.")

    monkeypatch.setattr(work.store.visits, "append", full)
    monkeypatch.setattr(windows, "SAVE_WITHIN_S", 0.2)
    monkeypatch.setattr(windows, "SAVE_EVERY_S", 0.1)
    work.visit_page.visit.record("safety/RF01", "no")
    yield window, lambda: monkeypatch.setattr(work.store.visits, "append", whole)
    monkeypatch.setattr(QMessageBox, "question", lambda *_asked: QMessageBox.StandardButton.Yes)
    window.close()


def test_closing_asks_before_an_unsaved_answer_is_lost(waiting, monkeypatch):
    window, _free = waiting
    asked = []

    def no(_parent, _title, words):
        asked.append(words)
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", no)
    window.close()
    assert window.isVisible()
    assert "1 answer is not on the disk" in asked[0]


def test_closing_waits_and_says_nothing_once_there_is_room(waiting, monkeypatch):
    window, free = waiting
    monkeypatch.setattr(QMessageBox, "question", lambda *_asked: pytest.fail("nothing is to be asked"))
    free()
    window.close()
    assert not window.isVisible()


def test_locking_covers_instead_while_an_answer_would_be_lost(waiting):
    window, free = waiting
    window.lock()
    assert window.workplace is not None
    assert window.cover is not None
    free()
    window.lock()
    assert window.workplace is None
