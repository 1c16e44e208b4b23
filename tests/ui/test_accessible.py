"""A walk through every page with the eyes of a screen reader: whatever can be used has a name and a role."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from runclinic import case, paths
from runclinic.ui.workplace import Workplace
from runclinic.visit import parts

USED = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QAbstractItemView)
NO_ROLE = (QAccessible.Role.NoRole, QAccessible.Role.Client)


@pytest.fixture(scope="module")
def visit_row(store):
    given = case.read(paths.resources() / "examples" / "c4.toml")
    client = store.clients.add(given_name="Hanna", family_name="Lindqvist", born=date(1992, 5, 2))
    row = store.visits.start(client.id, given.visit_date)
    for key, value in given.answers.items():
        store.visits.append(row.id, key, value)
    return client, row


@pytest.fixture
def work(store, qtbot):
    made = Workplace(store)
    made.backing_up.stop()
    qtbot.addWidget(made)
    made.resize(1366, 728)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    if made.visit_page is not None:
        made.visit_page.shut()


def inner(widget):
    """A part of another control, such as the line of a spin box: its owner is what is named."""
    return isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox) or widget.objectName().startswith(
        "qt_"
    )


def nameless(page: QWidget) -> list[str]:
    found = []
    for widget in page.findChildren(QWidget):
        if not isinstance(widget, USED) or not widget.isVisible() or inner(widget):
            continue
        told = QAccessible.queryAccessibleInterface(widget)
        name = told.text(QAccessible.Text.Name) if told is not None else ""
        if not name.strip() or told.role() in NO_ROLE:
            found.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    return found


def unreachable(page: QWidget) -> list[str]:
    """Buttons and fields that no key can reach, by Tab or by a shortcut that is told in their tip."""
    return [
        widget.accessibleName() or type(widget).__name__
        for widget in page.findChildren(QWidget)
        if isinstance(widget, QLineEdit | QPlainTextEdit | QComboBox)
        and widget.isVisible()
        and widget.isEnabled()
        and not inner(widget)
        and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


@pytest.mark.parametrize("part", [each.id for each in parts.parts()])
def test_every_part_of_a_visit_can_be_heard(work, visit_row, part, qtbot):
    work.show_visit(*visit_row)
    work.visit_page.go_to(part)
    page = work.visit_page._made[part]
    for form in getattr(page, "_pages", {}).values():
        form.complete()
    qtbot.wait(10)
    assert nameless(work) == []
    assert unreachable(work) == []


@pytest.mark.parametrize(
    "place",
    ["clients", "library", "documents", "records", "settings", "people", "help", "client", "command"],
)
def test_every_other_page_can_be_heard(work, visit_row, place, qtbot):
    shows = {
        "clients": work.show_clients,
        "library": work.show_library,
        "documents": work.show_documents,
        "records": work.show_records,
        "settings": work.show_settings,
        "people": work.show_people,
        "help": work.show_help,
        "client": lambda: work.show_client(visit_row[0]),
        "command": work.ask_command,
    }
    shows[place]()
    qtbot.wait(10)
    assert nameless(work) == []
    assert unreachable(work) == []


def test_a_widget_without_a_name_would_be_found(work, qtbot):
    work.show_clients()
    bare = QLineEdit(work.clients)
    bare.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    bare.show()
    assert nameless(work.clients) == ["QLineEdit in Clients"]
    assert unreachable(work.clients) == ["QLineEdit"]
