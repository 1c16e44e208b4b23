"""Beside the picture: the measures, how the clip was filmed, or a cue; one primary action below each."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from runclinic.ui.gait.clip_bar import HEIGHT
from runclinic.ui.gait.filming import FilmingForm
from runclinic.ui.gait.measures import Measures
from runclinic.ui.gait.one_primary import become_primary
from runclinic.ui.pieces import Button, ground, in_a_row, rule, text
from runclinic.ui.say import say
from runclinic.visit.parts import parts

PART = "gait"
CUES = 2  # its place in the stack
BESIDE_FROM = 380  # narrower the two buttons stand one above the other


@dataclass(frozen=True, slots=True)
class Offer:
    """The search for contacts: whether it is possible, on its way, was done before; whether marks stand."""

    possible: bool = False
    busy: bool = False
    again: bool = False
    marked: bool = False


class Panel(QWidget):
    """`next_wanted` leaves the part, `form_done` goes back to the film, `find_wanted` looks for contacts.

    `cue_wanted` asks for the page of cues, which `hold_cues` takes in.
    """

    next_wanted = Signal()
    form_done = Signal()
    find_wanted = Signal()
    cue_wanted = Signal()

    def __init__(self, day: date) -> None:
        super().__init__()
        self.measures = Measures()
        self.form = FilmingForm(day)
        self.title = text("", "heading", wrap=False)
        self.next = Button(_next_words(), kind="primary", tall=True)
        self.next.clicked.connect(self.next_wanted)
        self.look = Button(say("gait.find"), kind="", icon="creation", tall=True, tip=say("gait.find_tip"))
        self.look.clicked.connect(self.find_wanted)
        self.cue = Button(
            say("cue_trial.button"), icon="metronome", tall=True, tip=say("cue_trial.button_tip")
        )
        self.cue.clicked.connect(self.cue_wanted)
        self.done = Button(say("gait.done"), kind="primary", tall=True)
        self.done.clicked.connect(self.form_done)
        self._foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._stack = QStackedWidget()
        self._stack.addWidget(_page(self.measures, self._foot, self.look, self.next))
        self._stack.addWidget(_page(self.form, QVBoxLayout(), self.done))
        frame = ground("panel")
        rows = QVBoxLayout(frame)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self.title.setFixedHeight(HEIGHT - 1)
        head = in_a_row(self.title, None, self.cue)
        head.setContentsMargins(16, 0, 12, 0)
        rows.addLayout(head)
        rows.addWidget(rule())
        rows.addWidget(self._stack, 1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(frame)
        self.show_form(shown=False)

    def hold_cues(self, page: QWidget, *actions: Button) -> None:
        """The page of cues, with what is done below it."""
        self._stack.addWidget(_page(page, QBoxLayout(QBoxLayout.Direction.LeftToRight), *actions))

    def show_cues(self) -> None:
        """The page of cues, until the measures or the questions are wanted."""
        self._stack.setCurrentIndex(CUES)
        self.cue.hide()
        self.title.setText(say("cue_trial.title"))

    @property
    def asking(self) -> bool:
        """Whether it asks how the clip was filmed."""
        return self._stack.currentIndex() == 1

    def show_form(self, *, shown: bool) -> None:
        """The questions, or the measures."""
        self._stack.setCurrentIndex(1 if shown else 0)
        self.cue.setVisible(not shown)
        self.title.setText(say("gait.panel_filming" if shown else "gait.panel_measures"))
        if shown:
            self.form.start()

    def offer(self, finding: Offer) -> None:
        """Whether contacts can be looked for, and which of the buttons is what is next."""
        self.look.setVisible(finding.possible)
        self.look.setEnabled(not finding.busy)
        self.look.become(say("gait.find_again" if finding.again else "gait.find"))
        finding_is_next = finding.possible and not (finding.busy or finding.marked)
        asked = self.measures.asks_rate
        become_primary(self.look, primary=finding_is_next and not asked)
        become_primary(self.next, primary=not finding_is_next and not asked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: one above the other where it is narrow."""
        super().resizeEvent(event)
        wide = self.width() >= BESIDE_FROM
        self._foot.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )


def _page(content: QWidget, foot: QBoxLayout, *actions: Button) -> QWidget:
    page = QWidget()
    rows = QVBoxLayout(page)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(0)
    rows.addWidget(content, 1)
    foot.setContentsMargins(16, 8, 16, 12)
    foot.setSpacing(8)
    for action in actions:
        foot.addWidget(action)
    rows.addLayout(foot)
    return page


def _next_words() -> str:
    ids = [part.id for part in parts()]
    later = parts()[ids.index(PART) + 1 :]
    return say("gait.next", part=later[0].title) if later else say("gait.last_part")
