"""The tour beside the window: a step to a page, what to do and what there is to see."""

from collections.abc import Iterator
from itertools import count

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from runclinic.ui.pieces import Button, in_a_row, text
from runclinic.ui.say import say, words

WIDTH, MARGIN = 380, 24


def steps(password: str) -> Iterator[tuple[str, str, str]]:
    """Title, what to do, and what there is to see, step by step."""
    for number in count(1):
        step = f"tour_step_{number}"
        if not words().has(f"{step}.title"):
            return
        blanks = {"password": password} if number == 1 else {}
        yield say(f"{step}.title"), say(f"{step}.do", **blanks), say(f"{step}.see")


def lines(password: str) -> Iterator[str]:
    """The same for a terminal."""
    for number, (title, do, see) in enumerate(steps(password), 1):
        yield f"{number}. {title}. {do}"
        yield f"   {see}"


class Notes(QWidget):
    """A small window of its own that stays above the program's."""

    def __init__(self, window: QWidget, password: str) -> None:
        super().__init__(window, Qt.WindowType.Tool)
        self._password = password
        self._steps = tuple(steps(password))
        self.number = 0
        self.setFixedWidth(WIDTH)
        self._title = text("", "title")
        self._do = text("", "strong")
        self._see = text("", "second")
        self.copy = Button(say("tour.copy"), kind="flat", icon="content-copy")
        self.copy.clicked.connect(self._copy)
        self.before = Button(say("tour.before"))
        self.before.clicked.connect(lambda: self.turn(-1))
        self.after = Button(say("tour.after"), kind="primary")
        self.after.clicked.connect(lambda: self.turn(1))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 16, 20, 16)
        rows.setSpacing(10)
        for label in (self._title, self._do, self._see):
            rows.addWidget(label)
        rows.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addLayout(in_a_row(self.before, None, self.after))
        self.turn(0)

    def turn(self, by: int) -> None:
        """Another step; after the last one the notes go."""
        self.number += by
        if self.number >= len(self._steps):
            self.close()
            return
        title, do, see = self._steps[self.number]
        self.setWindowTitle(say("tour.title", n=self.number + 1, all=len(self._steps)))
        self._title.setText(title)
        self._do.setText(do)
        self._see.setText(see)
        self.copy.setVisible(self.number == 0)
        self.before.setEnabled(self.number > 0)
        last = self.number + 1 == len(self._steps)
        self.after.become(say("tour.close") if last else say("tour.after"))
        self.adjustSize()

    def in_the_corner(self) -> None:
        """At the bottom right of the screen, where least of the program lies below."""
        room = QGuiApplication.primaryScreen().availableGeometry()
        self.adjustSize()
        self.move(room.right() - self.width() - MARGIN, room.bottom() - self.height() - 2 * MARGIN)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._password)
        self.copy.become(say("tour.copied"), icon="check")
