"""The command box and the help, with real keys: from anywhere to a client, a part of the visit, an action."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from runclinic.ui.command_box import Command, fitting
from runclinic.ui.workplace import Workplace

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def work(store, qtbot):
    made = Workplace(store)
    made.backing_up.stop()
    qtbot.addWidget(made)
    made.resize(1366, 728)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def key(which, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), which, modifier)


def ask(typed):
    key(Qt.Key.Key_K, CONTROL)
    QTest.keyClicks(QApplication.focusWidget(), typed)


def offered(work):
    return [work.commands.list.item(row).text().split("   ")[0] for row in range(work.commands.list.count())]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["Impact tests", "Zoë Müller"]),
        ("imp", ["Impact tests"]),
        ("te im", ["Impact tests"]),
        ("zoe mul", ["Zoë Müller"]),
        ("pact", []),
        ("MÜLLER", ["Zoë Müller"]),
    ],
)
def test_every_typed_word_begins_a_word(typed, found):
    names = ("Impact tests", "Zoë Müller")
    assert [each.name for each in fitting(typed, [Command(name, "", "", print) for name in names])] == found


def test_to_a_client_by_the_beginning_of_her_name(work, client):
    ask("lindq")
    assert "Hanna Lindqvist" in offered(work)
    key(Qt.Key.Key_Return)
    assert work.stack.currentWidget() is work.client_page
    assert work.client_page.client.family_name == "Lindqvist"
    assert work.commands.isHidden()


def test_to_a_part_of_the_visit_and_back(work, store, client):
    visit = store.visits.start(client.id, date(2026, 11, 17))
    work.show_visit(client, visit)
    ask("impact")
    assert offered(work) == ["Impact tests"]
    key(Qt.Key.Key_Return)
    assert work.visit_page.part == "impact"
    work.visit_page.shut()


def test_parts_are_not_offered_outside_a_visit(work):
    ask("impact")
    assert offered(work) == []
    assert work.commands.none.isVisible()


def test_arrows_choose_and_esc_goes_back_to_where_she_was(work):
    before = QApplication.focusWidget()
    ask("")
    assert offered(work)[0] == "New client"
    key(Qt.Key.Key_Down)
    assert work.commands.list.currentRow() == 1
    key(Qt.Key.Key_Escape)
    assert work.commands.isHidden()
    assert QApplication.focusWidget() is before


def test_a_click_elsewhere_closes_it(work):
    ask("")
    work.clients.search.setFocus()
    assert work.commands.isHidden()


def test_pages_of_the_guide_are_offered_by_their_title(work):
    ask("something goes")
    assert offered(work) == ["When something goes wrong"]
    assert work.commands.list.item(0).text().endswith("guide")
    key(Qt.Key.Key_Return)
    assert work.stack.currentWidget() is work.help_page
    assert work.help_page.shown == "trouble"


@pytest.mark.parametrize(("typed", "page"), [("keys", "keys"), ("licences", "about")])
def test_the_keys_and_the_licences_are_offered_too(work, typed, page):
    ask(typed)
    key(Qt.Key.Key_Return)
    assert work.help_page.shown == page
