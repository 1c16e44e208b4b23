"""The laptop in the runner's hands: one question at a time, and no way anywhere else without the password."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from runclinic.forms import catalogue
from runclinic.forms.answers import shown, wording
from runclinic.forms.conditions import Facts
from runclinic.forms.form import Form, Question
from runclinic.ui.control import Asked, Control
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.pieces import Button, Card, empty_out, in_a_row, put_in_the_middle, text
from runclinic.ui.questions import make
from runclinic.ui.recording import Recorded, check
from runclinic.ui.say import say
from runclinic.visit.carried import HERS, by_her
from runclinic.visit.entry import Json, Source

WIDTH = 720
ASKED_BY_HER = ("text", "choice", "several", "yes_no", "number", "scale", "date", "births", "grid", "records")


class HerAnswers(Recorded):
    """What she answers: kept with the visit as hers; it counts nowhere before the therapist looked at it."""

    def __init__(self, visit: OpenVisit) -> None:
        super().__init__()
        self._visit = visit
        self._given = by_her(visit.now())

    @property
    def day(self) -> date:
        """The date of the visit."""
        return self._visit.day

    def answers(self) -> dict[str, Json]:
        """Hers alone: nobody else's answer shows on her screen."""
        return dict(self._given)

    def facts(self) -> Facts:
        """What conditions ask for besides answers."""
        return self._visit.facts()

    def commit(self, key: str, value: Json, source: Source) -> None:
        """One answer, on the disk when this returns."""
        del source  # it is hers
        self._visit.commit(f"{HERS}/{key}", value, "runner")
        self._given.pop(key, None)
        if value is not None:
            self._given[key] = value


class RunnerMode(QWidget):
    """Shows the questions of some forms one by one; `given_back` when she is done, or gives up."""

    given_back = Signal()

    def __init__(self, visit: OpenVisit, forms: Sequence[str]) -> None:
        super().__init__()
        self._recorded = HerAnswers(visit)
        self._forms = tuple(catalogue.form(each) for each in forms)
        self._at = ("", "")  # form, question
        self._control: Control | None = None
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(6)
        self._count = text("", "second", wrap=False)
        self._asked = text("", "title")
        self._place = QVBoxLayout()
        self._why = text("", "wrong")
        self.before = Button(say("runner.before"), icon="chevron-left", tall=True)
        self.before.clicked.connect(lambda: self._step(-1))
        self.on = Button(say("runner.on"), kind="primary", icon="chevron-right", tall=True)
        self.on.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.on.clicked.connect(lambda: self._step(1))
        self.give_back = Button(say("runner.give_back"), kind="flat", icon="account-arrow-left-outline")
        self.give_back.clicked.connect(self._hand_back)
        card = Card(margins=(32, 28, 32, 24))
        card.setFixedWidth(WIDTH)
        card.rows.setSpacing(16)
        for part in (in_a_row(self._count, None, self.give_back), in_a_row(self.before, None, self.on)):
            card.rows.addLayout(part)
        card.rows.insertWidget(1, self._progress)
        card.rows.insertWidget(2, self._asked)
        card.rows.insertLayout(3, self._place)
        card.rows.insertWidget(4, self._why)
        put_in_the_middle(self, card)

    def start(self) -> None:
        """The first question that she has not answered."""
        order = self._order()
        answers = self._recorded.answers()
        first = next((each for each in order if answers.get("/".join(each)) is None), None)
        self._go(first or (order[0] if order else None))

    # -- which question

    def _order(self) -> list[tuple[str, str]]:
        """The questions that apply to what she answered so far, as (form, question)."""
        answers, facts = self._recorded.answers(), self._recorded.facts()
        return [
            (form.id, each.id)
            for form in self._forms
            for each in shown(form, answers, facts)
            if not each.private and each.kind in ASKED_BY_HER and each.id not in form.totals
        ]

    def _step(self, by: int) -> None:
        if self._control is not None:
            self._control.settle()
        order = self._order()
        place = order.index(self._at) + by if self._at in order else len(order)
        self._go(order[place] if 0 <= place < len(order) else None if place > 0 else self._at)

    def _go(self, place: tuple[str, str] | None) -> None:
        empty_out(self._place)
        self._control = None
        self._why.setText("")
        order = self._order()
        self._progress.setRange(0, max(1, len(order)))
        done = place is None
        self._progress.setValue(len(order) if place is None else order.index(place))
        self.on.setVisible(not done)
        if place is None:
            self._count.setText("")
            self._asked.setText(say("runner.done"))
            self.give_back.setFocus()
            return
        self._at = place
        self._count.setText(say("runner.count", n=order.index(place) + 1, all=len(order)))
        form = next(each for each in self._forms if each.id == place[0])
        question = form.find(place[1])
        if question is not None:
            self._ask(form, question)

    def _ask(self, form: Form, question: Question) -> None:
        recorded = self._recorded
        self._asked.setText(wording(question, recorded.facts()))
        asked = Asked(
            form.id,
            lambda each: recorded.answers().get(f"{form.id}/{each}"),
            form.find,
            lambda each, value: check(recorded, form, each, value),
            recorded.day,
            standing=True,
        )
        control = make(question, asked)
        control.display(recorded.answers().get(f"{form.id}/{question.id}"))
        control.answered.connect(
            lambda value, typing: recorded.record(f"{form.id}/{question.id}", value, typing=typing)
        )
        control.told.connect(self._why.setText)
        control.moved_on.connect(lambda: QTimer.singleShot(0, self, lambda: self._moved_on(control)))
        self._control = control
        self._place.addWidget(control)
        control.show()
        control.setFocus(Qt.FocusReason.TabFocusReason)

    def _moved_on(self, control: Control) -> None:
        if control is self._control:
            self._step(1)

    def _hand_back(self) -> None:
        if self._control is not None:
            self._control.settle()
        self.given_back.emit()
