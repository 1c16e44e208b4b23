"""Getting a film: the place to drop it while there is none, and the dialog that asks for files."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QVBoxLayout, QWidget

from runclinic.ui.gait.work_line import WorkLine
from runclinic.ui.pieces import Button, Icon, in_a_row, text
from runclinic.ui.say import say

WIDTH = 620
DROP = """
QFrame#drop { border: 2px dashed palette(mid); border-radius: 6px; background: palette(base); }
"""


class EmptyPage(QWidget):
    """No film yet: what to do, one primary action, and how to film so that the measures are good."""

    choose_wanted = Signal()
    record_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choose = Button(say("gait.choose"), kind="primary", icon="filmstrip", tall=True)
        self.choose.clicked.connect(self.choose_wanted)
        self.record = Button(say("gait.record_here"), icon="record-circle-outline", tall=True)
        self.record.setToolTip(say("gait.record_tip"))
        self.record.clicked.connect(self.record_wanted)
        drop = QFrame()
        drop.setObjectName("drop")
        drop.setStyleSheet(DROP)
        drop.setMaximumWidth(WIDTH)
        inside = QVBoxLayout(drop)
        inside.setContentsMargins(32, 28, 32, 28)
        inside.setSpacing(12)
        inside.addLayout(in_a_row(None, Icon("filmstrip", "accent", 40), None))
        for words, role in ((say("gait.empty_title"), "heading"), (say("gait.empty_how"), "quiet")):
            label = text(words, role)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inside.addWidget(label)
        inside.addLayout(in_a_row(None, self.choose, self.record, None, spacing=12))
        self._below = QVBoxLayout()
        advice = QWidget()
        advice.setMaximumWidth(WIDTH)
        lines = QVBoxLayout(advice)
        lines.setContentsMargins(4, 8, 4, 0)
        lines.setSpacing(6)
        lines.addWidget(text(say("gait.advice"), "strong"))
        for number in range(1, 5):
            row = in_a_row(Icon("check", "text3", 16), text(say(f"gait.advice_{number}"), "quiet"), spacing=8)
            row.setStretch(1, 1)
            lines.addLayout(row)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 24, 24, 24)
        rows.addStretch(1)
        middle = QVBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(drop)
        middle.addLayout(self._below)
        middle.addWidget(advice)
        rows.addLayout(in_a_row(None, _held(middle), None))
        rows.addStretch(2)

    def hold(self, line: WorkLine) -> None:
        """The line that says how far a film is stands beside the place where it was dropped."""
        self._below.addWidget(line)


def _held(layout: QVBoxLayout) -> QWidget:
    held = QWidget()
    held.setFixedWidth(WIDTH)
    layout.setContentsMargins(0, 0, 0, 0)
    held.setLayout(layout)
    return held


def dropped_files(dropped: QMimeData) -> tuple[Path, ...]:
    """The files of this computer among what was dropped."""
    return tuple(Path(url.toLocalFile()) for url in dropped.urls() if url.isLocalFile())


def ask_for_files(parent: QWidget) -> Sequence[Path]:
    """The system's own dialog; nothing if it was closed."""
    films = say("gait.film_files") + " (*.mp4 *.mov *.m4v *.mkv *.avi *.webm *.ts *.mts *.3gp)"
    everything = say("gait.all_files") + " (*)"
    chosen, _ = QFileDialog.getOpenFileNames(parent, say("gait.choose"), "", f"{films};;{everything}")
    return tuple(Path(each) for each in chosen)
