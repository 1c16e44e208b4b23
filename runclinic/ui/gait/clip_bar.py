"""Above the picture: the films of the visit, one more, and how this one was filmed."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from runclinic.ui.pieces import Button, empty_out, ground, room_in_bold, text
from runclinic.ui.say import say

HEIGHT = 48
TAB = """
QPushButton { border-radius: 0; border: 0; border-bottom: 3px solid transparent; }
QPushButton:checked { border-bottom: 3px solid palette(highlight); background: transparent; font-weight: bold;
    color: palette(highlight); }
QPushButton:focus { border: 2px solid palette(highlight); border-radius: 6px; }
"""


@dataclass(frozen=True, slots=True)
class Tab:
    """A film by its id, what it is called, and its file's name."""

    film_id: str
    words: str
    name: str


class ClipBar(QWidget):
    """One button a film; the one on the screen is pressed in."""

    chosen = Signal(str)
    add_wanted = Signal()
    record_wanted = Signal()
    compare_wanted = Signal()
    filming_wanted = Signal()
    panel_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tabs: dict[str, Button] = {}
        self._shown: tuple[Tab, ...] = ()
        self._one = QButtonGroup(self)
        self._tabs_row = QHBoxLayout()
        self._tabs_row.setSpacing(4)
        self.add = Button(say("gait.add_clip"), kind="flat", icon="plus", tip=say("gait.add_clip_tip"))
        self.add.clicked.connect(self.add_wanted)
        self.record = Button(
            say("gait.record"), kind="flat", icon="record-circle-outline", tip=say("gait.record_tip")
        )
        self.record.clicked.connect(self.record_wanted)
        self.compare = Button(say("gait.compare"), kind="flat", icon="compare", tip=say("gait.compare_tip"))
        self.compare.clicked.connect(self.compare_wanted)
        self.compare.hide()
        self.told = text("", "second", wrap=False)
        self.filming = Button(say("gait.told_by"), kind="flat", icon="pencil", tip=say("gait.told_tip"))
        self.filming.clicked.connect(self.filming_wanted)
        self.panel = Button("", icon="chevron-left", tip=say("gait.panel_tip"))
        self.panel.clicked.connect(self.panel_wanted)
        self.panel.hide()
        inside = ground("header")
        row = QHBoxLayout(inside)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        row.addLayout(self._tabs_row)
        row.addWidget(self.add)
        row.addWidget(self.record)
        row.addWidget(self.compare)
        row.addStretch(1)
        for widget in (self.told, self.filming, self.panel):
            row.addWidget(widget)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(inside)
        self.setFixedHeight(HEIGHT)

    def squeeze(self, *, narrow: bool) -> None:
        """Where there is little room the signs speak for themselves; films and their sides stay in words."""
        self.told.setVisible(not narrow)
        for button, words in (
            (self.add, say("gait.add_clip")),
            (self.record, say("gait.record")),
            (self.compare, say("gait.compare")),
        ):
            button.setText("" if narrow else words)

    def put(self, tabs: Sequence[Tab], now: str) -> None:
        """The films, and the one on the screen."""
        if tuple(tabs) == self._shown:
            if now in self.tabs:
                self.tabs[now].setChecked(True)
            return
        self._shown = tuple(tabs)
        had = next((film_id for film_id, tab in self.tabs.items() if tab.hasFocus()), "")
        empty_out(self._tabs_row)
        self.tabs = {}
        for tab in tabs:
            button = Button(tab.words, kind="flat", icon="filmstrip", tip=tab.name, tall=True)
            button.setStyleSheet(TAB)
            button.setMinimumWidth(room_in_bold(button, padding=54))
            button.setCheckable(True)
            button.setChecked(tab.film_id == now)
            button.clicked.connect(lambda _=False, film_id=tab.film_id: self.chosen.emit(film_id))
            self._one.addButton(button)
            self._tabs_row.addWidget(button)
            self.tabs[tab.film_id] = button
        if had in self.tabs:
            self.tabs[had].setFocus()
