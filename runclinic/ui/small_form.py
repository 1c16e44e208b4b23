"""A few fields that are sent together: a new client, the first start, a password."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from runclinic.forms.form import Question
from runclinic.refused import Refused
from runclinic.ui import look
from runclinic.ui.control import Asked, Control, LineControl
from runclinic.ui.fields import TextLine
from runclinic.ui.pieces import Button, Icon, text
from runclinic.ui.questions import make
from runclinic.ui.recording import check_alone
from runclinic.ui.say import say
from runclinic.visit.entry import Json

LABEL_WIDTH = 168


class SmallForm(QWidget):
    """Fields below one another and one button; nothing is kept until the button is pressed.

    `sent(values)` holds only complete and possible values. What is refused is said under its field,
    what goes wrong afterwards is said with `refuse`.
    """

    sent = Signal(dict)

    def __init__(
        self,
        questions: Sequence[Question],
        action: str,
        *,
        today: date,
        secret: Sequence[str] = (),
        also: Callable[[dict[str, Json]], None] = lambda _values: None,
    ) -> None:
        super().__init__()
        self._questions = {question.id: question for question in questions}
        self._also = also
        self._values: dict[str, Json] = {}
        asked = Asked("", self._values.get, self._questions.get, check_alone, today)
        self._controls: dict[str, Control] = {}
        self._why: dict[str, QLabel] = {}
        self._refused: set[str] = set()  # fields of which it was said after sending that they are wrong
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        for number, question in enumerate(questions):
            self._row(grid, number * 3, question, asked, secret=question.id in secret)
        self._wrong = text("", "wrong")
        self._wrong_row = QWidget()
        wrong = QHBoxLayout(self._wrong_row)
        wrong.setContentsMargins(0, 0, 0, 0)
        wrong.addWidget(Icon("alert-circle-outline", "red", 16))
        wrong.addWidget(self._wrong, 1)
        self._wrong_row.hide()
        self.button = Button(action, kind="primary", tall=True)
        self.button.clicked.connect(self.send)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.addWidget(self.button)
        self.foot.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addLayout(grid)
        rows.addWidget(self._wrong_row)
        rows.addLayout(self.foot)

    def _row(self, grid: QGridLayout, at: int, question: Question, asked: Asked, *, secret: bool) -> None:
        label = text(question.text)
        control = TextLine(question, asked) if question.kind == "text" else make(question, asked)
        self._controls[question.id] = control
        control.answered.connect(lambda value, _typing: self._values.__setitem__(question.id, value))
        control.moved_on.connect(lambda: self._move_on(question.id))
        why = text("", "wrong")
        why.hide()
        self._why[question.id] = why
        control.told.connect(lambda said: self._tell(question.id, said))
        if secret and isinstance(control, LineControl):
            control.line.setEchoMode(QLineEdit.EchoMode.Password)
            control.verbatim = True
        grid.addWidget(label, at, 0)
        grid.addWidget(control, at, 1)
        if question.note:
            grid.addWidget(text(question.note, "caption"), at + 1, 1)
        grid.addWidget(why, at + 2, 1)

    def field(self, question_id: str) -> Control:
        """The control of a field."""
        return self._controls[question_id]

    def start(self) -> None:
        """Go to the first field that is still empty."""
        empty = [each for each in self._controls if self._values.get(each) is None]
        self._controls[(empty or list(self._controls))[0]].setFocus(Qt.FocusReason.TabFocusReason)

    def empty(self) -> None:
        """Forget what was typed."""
        self.refuse("")
        for question_id, control in self._controls.items():
            self._tell(question_id, "")
            if isinstance(control, LineControl):
                look.mark(control.line, "bad", value=False)
            control.display(None)
        self._values.clear()

    def refuse(self, why: str) -> None:
        """Say above the button what went wrong; "" takes it away."""
        self._wrong.setText(why)
        self._wrong_row.setVisible(bool(why))

    def refuse_at(self, question_id: str, why: str) -> None:
        """Say under a field what is wrong with it, and go there."""
        self._tell(question_id, why)
        self._refused.add(question_id)
        self._controls[question_id].setFocus(Qt.FocusReason.OtherFocusReason)

    def wait(self, words: str) -> None:
        """The button says that it is working."""
        self.button.setEnabled(False)
        self.button.setText(words)

    def go_on(self, words: str) -> None:
        """The button can be pressed again."""
        self.button.setEnabled(True)
        self.button.setText(words)

    def send(self) -> None:
        """Hand the values over, if all that is needed is there and can be true."""
        if not self.button.isEnabled():
            return
        self.refuse("")
        for control in self._controls.values():
            control.settle()
        for question_id, why in self._why.items():
            if why.text() == say("form.needed") or question_id in self._refused:
                self._tell(question_id, "")
        self._refused.clear()
        if any(why.text() for why in self._why.values()):
            return
        open_now = [
            each.id for each in self._questions.values() if each.required and not self._values.get(each.id)
        ]
        for question_id in open_now:
            self._tell(question_id, say("form.needed"))
        if open_now:
            self._controls[open_now[0]].setFocus()
            return
        try:
            self._also(dict(self._values))
        except Refused as refused:
            self.refuse(str(refused))
            return
        self.sent.emit(dict(self._values))

    def _tell(self, question_id: str, why: str) -> None:
        label = self._why[question_id]
        label.setText(why)
        label.setVisible(bool(why))

    def _move_on(self, question_id: str) -> None:
        order = list(self._controls)
        later = order[order.index(question_id) + 1 :]
        if later:
            self._controls[later[0]].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.send()
