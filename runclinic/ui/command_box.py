"""The command box (Ctrl+K): clients, parts of the visit and actions, found by the beginnings of words."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from runclinic.ui import look
from runclinic.ui.pieces import text
from runclinic.ui.say import say

WIDTH, TOP, ROW_HEIGHT = 560, 56, 40
AT_MOST, ICON = 9, 20
MOST_TYPED = 120  # characters


@dataclass(frozen=True, slots=True)
class Command:
    """What can be done: its name, what it is, its icon, and the doing of it."""

    name: str
    kind: str
    icon: str
    does: Callable[[], object]


def _icon(name: str) -> QIcon:
    """The same when it is chosen: Qt would tint it."""
    shown = look.icon(name, "text2")
    shown.addPixmap(shown.pixmap(ICON, ICON), QIcon.Mode.Selected)
    return shown


def fitting(typed: str, offered: Iterable[Command]) -> list[Command]:
    """Those of which every typed word begins a word; accents and case do not count."""
    sought = _words(typed)
    return [
        each
        for each in offered
        if all(any(word.startswith(begin) for word in _words(each.name)) for begin in sought)
    ]


def _words(said: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", said.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).split()


class CommandBox(QFrame):
    """Lies over the page while it is open. `offer(typed)` says what there is, the best first."""

    def __init__(self, over: QWidget, offer: Callable[[str], list[Command]]) -> None:
        super().__init__(over)
        self._over, self._offer = over, offer
        self._offered: list[Command] = []
        self._former: QWidget | None = None
        self.setProperty("card", "active")
        self.line = QLineEdit()
        self.line.setPlaceholderText(say("command.ask"))
        self.line.setAccessibleName(say("command.ask"))
        self.line.setMaxLength(MOST_TYPED)
        self.line.setMinimumHeight(36)
        self.line.textChanged.connect(self._look)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setProperty("kind", "commands")
        self.list.setAccessibleName(say("command.found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda _item: self._do())
        self.none = text(say("command.none"), "second")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 12, 12, 12)
        rows.setSpacing(8)
        for widget in (self.line, self.list, self.none):
            rows.addWidget(widget)
        self.hide()

    def open(self) -> None:
        """Come to the front, empty."""
        self._former = self._over.window().focusWidget()
        self.line.clear()
        self._look()
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_again(self) -> None:
        """Away; the focus is back where it was."""
        if self.isHidden():
            return
        self.hide()
        if self._former is not None and self._former.isVisible():
            self._former.setFocus(Qt.FocusReason.OtherFocusReason)

    def _look(self) -> None:
        self._offered = self._offer(self.line.text())[:AT_MOST]
        self.list.clear()
        for each in self._offered:
            item = QListWidgetItem(_icon(each.icon), f"{each.name}   {each.kind}")
            item.setSizeHint(QSize(10, ROW_HEIGHT))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(self._offered))
        self.none.setVisible(not self._offered)
        self.list.setFixedHeight(max(1, len(self._offered)) * ROW_HEIGHT + 4)
        self._place()

    def _place(self) -> None:
        width = min(WIDTH, self._over.width() - 32)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((self._over.width() - width) // 2, TOP)

    def _do(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._offered):
            self.close_again()
            self._offered[row].does()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Up and Down choose, Enter does it, Esc and leaving the line close."""
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step and self._offered:
            self.list.setCurrentRow((self.list.currentRow() + step) % len(self._offered))
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._do()
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.close_again()
            return True
        return False
