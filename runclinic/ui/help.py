"""Help (F1): every key by place, and about the program with what it is made of."""

import re
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from runclinic.ui.pieces import Card, Scroll, text
from runclinic.ui.say import say

PLACES = ("everywhere", "visit", "answers", "tests", "gait")
KEY_WIDTH = 210


class HelpPage(QWidget):
    """The keys, and about."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 12, 16, 16)
        rows.setSpacing(12)
        for place in PLACES:
            rows.addWidget(_keys(place))
        rows.addWidget(_about(log))
        rows.addStretch(1)
        inside.setMaximumWidth(940)
        self._scroll = Scroll(inside)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setAccessibleName(say("help.title"))
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._scroll)

    def start(self) -> None:
        """The arrow keys scroll."""
        self._scroll.setFocus(Qt.FocusReason.OtherFocusReason)


def _keys(place: str) -> Card:
    """Lines of "key: what it does", as they stand in the words."""
    card = Card()
    card.rows.addWidget(text(say(f"help.{place}"), "heading"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnMinimumWidth(0, KEY_WIDTH)
    grid.setColumnStretch(1, 1)
    for row, line in enumerate(say(f"help.{place}_keys").splitlines()):
        keys, _, does = line.partition(": ")
        grid.addWidget(text(keys, "strong", wrap=False), row, 0)
        grid.addWidget(text(does), row, 1)
    card.rows.addLayout(grid)
    return card


def _about(log: Path) -> Card:
    card = Card()
    card.rows.addWidget(text(say("help.about"), "heading"))
    card.rows.addWidget(text(say("help.version", version=metadata.version("runclinic"))))
    card.rows.addWidget(text(say("help.licence"), "second"))
    card.rows.addWidget(text(say("help.no_network"), "second"))
    where = text(say("help.log", path=str(log)), "second")
    where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    card.rows.addWidget(where)
    card.rows.addWidget(text(say("help.made_of"), "strong"))
    card.rows.addWidget(text(_made_of(), "second"))
    return card


def _made_of() -> str:
    """The packages that the program needs and has, each with its version."""
    return ", ".join(sorted(_needed(), key=str.casefold)) or say("help.made_of_folder")


def _needed() -> Iterable[str]:
    for need in metadata.requires("runclinic") or ():
        name = re.split(r"[^\w.-]", need, maxsplit=1)[0]
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:  # for another system, or another Python
            continue
