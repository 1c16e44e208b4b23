"""Who works today: choose a name, type the password."""

from collections.abc import Generator
from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from runclinic import records
from runclinic.forms.form import Question
from runclinic.refused import Refused
from runclinic.ui.job import Job
from runclinic.ui.pieces import Card, Choice, Choices, Icon, in_a_row, text
from runclinic.ui.say import say
from runclinic.ui.small_form import SmallForm

WIDTH = 460
PASSWORD_LETTERS = 1000


class Unlock(QWidget):
    """The first page of the day. `unlocked(store)` when the password was right."""

    unlocked = Signal(object)
    failed = Signal(object)

    def __init__(self, home: Path) -> None:
        super().__init__()
        self._home = home
        self._job: Job | None = None
        self._people = records.therapists(home)
        question = Question(
            id="password",
            kind="text",
            text=say("unlock.password"),
            required=True,
            max_length=PASSWORD_LETTERS,
        )
        self.form = SmallForm((question,), say("unlock.unlock"), today=date.today(), secret=("password",))
        self.form.sent.connect(lambda values: self._open(str(values["password"])))
        card = Card(margins=(28, 24, 28, 24))
        card.rows.setSpacing(16)
        card.setFixedWidth(WIDTH)
        card.rows.addLayout(
            in_a_row(Icon("lock-outline", "accent", 24), text(say("unlock.title"), "title"), spacing=12)
        )
        self.names = self._names()
        card.rows.addWidget(self.names)
        card.rows.addWidget(self.form)
        card.rows.addWidget(text(say("unlock.stays_here"), "caption"))
        page = QVBoxLayout(self)
        page.addStretch(2)
        page.addLayout(in_a_row(None, card, None))
        page.addStretch(3)

    def _names(self) -> Choices:
        people = tuple(Choice(therapist_id, name) for therapist_id, name in self._people)
        names = Choices(people, "list", about=say("unlock.who"), tall=True)
        if len(people) == 1:
            names.show_value(people[0].value)
        names.chosen.connect(lambda _value: self.form.start())
        names.moved_on.connect(self.form.start)
        return names

    def start(self) -> None:
        """Empty the password, and go to it (or to the names, if there are several)."""
        self.form.empty()
        self.form.start() if self.names.value is not None else self.names.setFocus()

    def _open(self, password: str) -> None:
        who = self.names.value
        if who is None:
            self.form.refuse(say("unlock.choose_name"))
            return
        self.form.wait(say("unlock.opening"))

        def work() -> Generator[float, None, object]:
            yield 0.0
            return records.unlock(self._home, str(who), password)

        self._job = Job(say("unlock.opening"), work)
        self._job.done.connect(self._done)
        self._job.failed.connect(self._refused)
        self._job.start()

    def _done(self, store: object) -> None:
        self.form.go_on(say("unlock.unlock"))
        self.form.empty()
        self.unlocked.emit(store)

    def _refused(self, error: Exception) -> None:
        self.form.go_on(say("unlock.unlock"))
        if isinstance(error, Refused):
            self.form.empty()
            self.form.refuse(str(error))
        else:
            self.failed.emit(error)
        self.form.start()
