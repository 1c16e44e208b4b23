"""The line at the top: back, who or what this page is about, and what must not be overlooked."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from runclinic.ui import look
from runclinic.ui.pieces import Button, Chip, OneLine, empty_out
from runclinic.ui.say import say


@dataclass(frozen=True, slots=True)
class Heading:
    """What the header says: a title, a second part, and alerts as (words, icon, chip kind)."""

    title: str
    detail: str = ""
    alerts: tuple[tuple[str, str, str], ...] = ()
    back: bool = False


class Header(QFrame):
    """`back` is the arrow at the left, `command` the box at the right."""

    back = Signal()
    command = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "header")
        self.setFixedHeight(look.HEADER_HEIGHT)
        self._back = Button(
            say("header.back"), kind="icon", icon="chevron-left", token="text", tip=say("header.back_tip")
        )
        self._back.on_key("Alt+Left")
        self._back.clicked.connect(self.back)
        self._title = OneLine("", "heading")
        self._detail = OneLine("", "quiet")
        self._alerts = QHBoxLayout()
        self._alerts.setSpacing(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(self._back)
        row.addWidget(self._title)
        row.addWidget(self._detail)
        row.addLayout(self._alerts)
        row.addStretch(1)
        self.box = Button(say("command.button"), kind="flat", icon="magnify", tip=say("command.tip"))
        self.box.on_key("Ctrl+K")
        self.box.clicked.connect(self.command)
        row.addWidget(self.box)

    def show_heading(self, heading: Heading) -> None:
        """Say what the page is about."""
        self._back.setVisible(heading.back)
        self._title.setText(heading.title)
        self._detail.setText(heading.detail)
        empty_out(self._alerts)
        for words, icon, kind in heading.alerts:
            self._alerts.addWidget(Chip(words, icon, kind, token=kind if kind != "plain" else "text2"))
