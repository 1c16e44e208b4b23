"""The editor of an amendment: the question with what stands, and the reason without which nothing changes."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Qt, Signal

from runclinic.forms import catalogue
from runclinic.forms.form import Question
from runclinic.ui.control import Asked, Control
from runclinic.ui.fields import TextLine
from runclinic.ui.pieces import Button, Card, Icon, in_a_row, text
from runclinic.ui.questions import make
from runclinic.ui.recording import check_alone
from runclinic.ui.say import say
from runclinic.visit.entry import Json

LEAST_REASON = 5


class AmendCard(Card):
    """`sent(value, reason)` with a possible value; `left` if she changed her mind. No key: a void."""

    sent = Signal(object, str)
    left = Signal()

    def __init__(self, key: str, stands: Mapping[str, Json], day: date) -> None:
        super().__init__("caution", margins=(20, 14, 20, 16))
        self._key = key
        self._value = stands.get(key)
        self._wrong_value = ""
        form_id = key.partition("/")[0]
        question = catalogue.question(key) if key else None
        title = say("amend.title" if key else "amend.void_title")
        self.rows.addLayout(
            in_a_row(Icon("pencil-outline", "text", 20), text(title, "heading", wrap=False), None, spacing=10)
        )
        self.control: Control | None = None
        if question is not None:
            asked = Asked(
                form_id,
                lambda name: stands.get(f"{form_id}/{name}"),
                catalogue.form(form_id).find,
                check_alone,
                day,
            )
            self.rows.addWidget(text(question.text))
            self.control = make(question, asked)
            self.control.display(self._value)
            self.control.answered.connect(self._answered)
            self.control.told.connect(self._told)
            self.rows.addWidget(self.control)
        self._reason = ""
        reason = Question(
            id="reason", kind="text", text=say("amend.reason", n=LEAST_REASON), required=True, max_length=1000
        )
        self.reason = TextLine(reason, Asked("", lambda _name: None, lambda _name: None, check_alone, day))
        self.reason.answered.connect(self._typed)
        self.reason.moved_on.connect(self.send)
        self.rows.addWidget(text(reason.text, "second"))
        self.rows.addWidget(self.reason)
        self._wrong = text("", "wrong")
        self._wrong.hide()
        self.rows.addWidget(self._wrong)
        self.button = Button(say("amend.send" if key else "amend.void"), kind="primary", tall=True)
        self.button.clicked.connect(self.send)
        leave = Button(say("amend.leave"), kind="flat")
        leave.clicked.connect(self.left)
        self.rows.addLayout(in_a_row(self.button, leave, None))

    def start(self) -> None:
        """The answer has the focus."""
        (self.control or self.reason).setFocus(Qt.FocusReason.TabFocusReason)

    def refuse(self, why: str) -> None:
        """Say why it was not amended."""
        self._wrong.setText(why)
        self._wrong.setVisible(bool(why))

    def send(self) -> None:
        """Hand the value and the reason over."""
        if self.control is not None:
            self.control.settle()
        self.reason.settle()
        if self._wrong_value:
            self.refuse(self._wrong_value)
            return
        self.refuse("")
        self.sent.emit(self._value, self._reason)

    def _answered(self, value: Json, _typing: bool) -> None:
        self._value = value

    def _told(self, why: str) -> None:
        self._wrong_value = why
        self.refuse(why)

    def _typed(self, value: Json, _typing: bool) -> None:
        self._reason = str(value or "")
