"""Who works today: choose a name, type the password."""

from collections.abc import Generator
from datetime import UTC, date, datetime
from math import ceil
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from runclinic import records
from runclinic.forms.form import Question
from runclinic.records import backoff, disk
from runclinic.refused import Refused
from runclinic.ui.forgotten import Forgotten
from runclinic.ui.job import Job
from runclinic.ui.pieces import Button, Card, Choice, Choices, Icon, in_a_row, put_in_the_middle, text
from runclinic.ui.say import say
from runclinic.ui.small_form import SmallForm

WIDTH = 460
PASSWORD_LETTERS = 1000
SECOND_MS = 1000


def opened(home: Path, who: str, password: str) -> object:
    """The records; where nothing can be written to them, to be read alone."""
    try:
        return records.unlock(home, who, password)
    except disk.NotWritable:
        from runclinic.records.looking import look  # loads the database, which this page need not

        return look(home, who, password)


class Unlock(QWidget):
    """The first page of the day. `unlocked(store)` when the password was right."""

    guide = "trouble"
    unlocked = Signal(object)
    restore_wanted = Signal()
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
        self.forgot = Button(say("unlock.forgotten"), kind="flat", tall=True)
        self.forgot.clicked.connect(self.ask_key)
        self.form.foot.insertWidget(1, self.forgot)
        self.forgotten: Forgotten | None = None
        self._waiting = QTimer(self)
        self._waiting.setInterval(SECOND_MS)
        self._waiting.timeout.connect(self._show_wait)
        card = Card(margins=(28, 24, 28, 24))
        card.rows.setSpacing(16)
        card.setFixedWidth(WIDTH)
        card.rows.addLayout(
            in_a_row(Icon("lock-outline", "accent", 24), text(say("unlock.title"), "title"), spacing=12)
        )
        self.names = self._names()
        card.rows.addWidget(self.names)
        card.rows.addWidget(self.form)
        self._card = card
        self.restore = Button(say("restoring.open"), kind="flat")
        self.restore.clicked.connect(self.restore_wanted)
        foot = in_a_row(text(say("unlock.stays_here"), "caption"), self.restore)
        foot.setStretch(0, 1)
        card.rows.addLayout(foot)
        put_in_the_middle(self, card)

    def _names(self) -> Choices:
        people = tuple(Choice(therapist_id, name) for therapist_id, name in self._people)
        names = Choices(people, "list", about=say("unlock.who"), tall=True)
        if len(people) == 1:
            names.show_value(people[0].value)
        names.chosen.connect(lambda _value: self._name_chosen())
        names.moved_on.connect(self.form.start)
        return names

    def _name_chosen(self) -> None:
        self.form.refuse("")
        self._leave_key()
        self._show_wait()
        self.form.start()

    def ask_key(self) -> None:
        """She does not know her password any more."""
        who = self.names.value
        if who is None:
            self.form.refuse(say("unlock.choose_name"))
            return
        self._leave_key()
        self.forgotten = Forgotten(self._home, str(who))
        self.forgotten.opened.connect(self._done)
        self.forgotten.failed.connect(self.failed)
        self.forgotten.left.connect(self._back_to_password)
        self.form.hide()
        self._card.rows.insertWidget(self._card.rows.indexOf(self.form), self.forgotten)
        self.forgotten.show()
        self.forgotten.start()

    def _back_to_password(self) -> None:
        self._leave_key()
        self.form.start()

    def _leave_key(self) -> None:
        asked, self.forgotten = self.forgotten, None
        if asked is not None:
            asked.hide()
            asked.deleteLater()
        self.form.show()

    def _show_wait(self) -> None:
        """While the next try must wait, the button counts the seconds down."""
        who = str(self.names.value or "")
        left = backoff.wait_s(self._home, who, datetime.now(UTC)) if who else 0.0
        if left > 0:
            count = backoff.all_failed(self._home)[who].count
            self.form.button.setEnabled(False)
            self.form.refuse(say("unlock.wait", n=count, s=ceil(left)))
            self._waiting.start()
        elif self._waiting.isActive():
            self._waiting.stop()
            self.form.refuse("")
            self.form.go_on(say("unlock.unlock"))

    def start(self) -> None:
        """Empty the password, and go to it (or to the names, if there are several)."""
        self.form.empty()
        self._show_wait()
        self.form.start() if self.names.value is not None else self.names.setFocus()

    def _open(self, password: str) -> None:
        who = self.names.value
        if who is None:
            self.form.refuse(say("unlock.choose_name"))
            return
        self.form.wait(say("unlock.opening"))

        def work() -> Generator[float, None, object]:
            yield 0.0
            return opened(self._home, str(who), password)

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
            self._show_wait()
        else:
            self.failed.emit(error)
        self.form.start()
