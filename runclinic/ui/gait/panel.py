"""Beside the picture: the measures, or how the clip was filmed; one primary action below either."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from runclinic.ui.gait.clip_bar import HEIGHT
from runclinic.ui.gait.filming import FilmingForm
from runclinic.ui.gait.measures import Measures
from runclinic.ui.pieces import Button, ground, rule, text
from runclinic.ui.say import say
from runclinic.visit.parts import parts

PART = "gait"


class Panel(QWidget):
    """`next_wanted` leaves the part, `form_done` goes back to the film."""

    next_wanted = Signal()
    form_done = Signal()

    def __init__(self, day: date) -> None:
        super().__init__()
        self.measures = Measures()
        self.form = FilmingForm(day)
        self.title = text("", "heading", wrap=False)
        self.next = Button(_next_words(), kind="primary", tall=True)
        self.next.clicked.connect(self.next_wanted)
        self.done = Button(say("gait.done"), kind="primary", tall=True)
        self.done.clicked.connect(self.form_done)
        self._stack = QStackedWidget()
        for content, action in ((self.measures, self.next), (self.form, self.done)):
            self._stack.addWidget(_page(content, action))
        frame = ground("panel")
        rows = QVBoxLayout(frame)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self.title.setFixedHeight(HEIGHT - 1)
        self.title.setContentsMargins(16, 0, 16, 0)
        rows.addWidget(self.title)
        rows.addWidget(rule())
        rows.addWidget(self._stack, 1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(frame)
        self.show_form(shown=False)

    @property
    def asking(self) -> bool:
        """Whether it asks how the clip was filmed."""
        return self._stack.currentIndex() == 1

    def show_form(self, *, shown: bool) -> None:
        """The questions, or the measures."""
        self._stack.setCurrentIndex(1 if shown else 0)
        self.title.setText(say("gait.panel_filming" if shown else "gait.panel_measures"))
        if shown:
            self.form.start()


def _page(content: QWidget, action: Button) -> QWidget:
    page = QWidget()
    rows = QVBoxLayout(page)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(0)
    rows.addWidget(content, 1)
    foot = QVBoxLayout()
    foot.setContentsMargins(16, 8, 16, 12)
    foot.addWidget(action)
    rows.addLayout(foot)
    return page


def _next_words() -> str:
    ids = [part.id for part in parts()]
    later = parts()[ids.index(PART) + 1 :]
    return say("gait.next", part=later[0].title) if later else say("gait.last_part")
