"""The password is forgotten: an owner takes a new one with the recovery key; others are told who helps."""

from collections.abc import Generator
from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from runclinic import records
from runclinic.forms.form import Question
from runclinic.records.passwords import WeakPassword
from runclinic.refused import Refused
from runclinic.ui.job import Job
from runclinic.ui.pieces import Button, in_a_row, text
from runclinic.ui.say import say
from runclinic.ui.small_form import SmallForm
from runclinic.visit.entry import Json

LETTERS = 1000


class Forgotten(QWidget):
    """For one therapist. `opened(store)` when the key was right, `left` when she goes back."""

    opened = Signal(object)
    left = Signal()
    failed = Signal(object)

    def __init__(self, home: Path, therapist_id: str) -> None:
        super().__init__()
        self._home, self._who = home, therapist_id
        self._job: Job | None = None
        self.back = Button(say("unlock.back"), kind="flat", tall=True)
        self.back.clicked.connect(self.left)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(text(say("unlock.forgotten_title"), "heading"))
        owners = dict(records.owners(home))
        self.form: SmallForm | None = None
        if therapist_id not in owners:
            rows.addWidget(text(say("unlock.forgotten_other", owners=", ".join(owners.values()))))
            rows.addLayout(in_a_row(self.back, None))
            return
        rows.addWidget(text(say("unlock.forgotten_owner")))
        self.form = SmallForm(
            (
                Question(id="key", kind="text", text=say("unlock.key"), required=True, max_length=LETTERS),
                _secret("new", say("unlock.new_password")),
                _secret("again", say("unlock.again")),
            ),
            say("unlock.take"),
            today=date.today(),
            secret=("new", "again"),
            also=refuse_unlike,
        )
        self.form.sent.connect(self._take)
        self.form.foot.insertWidget(1, self.back)
        rows.addWidget(self.form)

    def start(self) -> None:
        """Go to the key, or to the way back."""
        if self.form is not None:
            self.form.start()
        else:
            self.back.setFocus()

    def _take(self, values: dict[str, Json]) -> None:
        if self.form is None:
            return
        self.form.wait(say("unlock.taking"))
        key, new = str(values["key"]), str(values["new"])

        def work() -> Generator[float, None, object]:
            yield 0.0
            return records.recover(self._home, self._who, key, new)

        self._job = Job(say("unlock.taking"), work)
        self._job.done.connect(self._done)
        self._job.failed.connect(self._refused)
        self._job.start()

    def _done(self, store: object) -> None:
        if self.form is not None:
            self.form.empty()
        self.opened.emit(store)

    def _refused(self, error: Exception) -> None:
        if self.form is None or not isinstance(error, Refused):
            self.failed.emit(error)
            return
        self.form.go_on(say("unlock.take"))
        if isinstance(error, WeakPassword):
            self.form.refuse_at("new", str(error))
        else:
            self.form.refuse(str(error))


def refuse_unlike(values: dict[str, Json]) -> None:
    """Refused if the new password was not typed twice alike."""
    if values["new"] != values["again"]:
        raise Refused(say("start.password_differs"))


def _secret(field_id: str, words: str) -> Question:
    return Question(id=field_id, kind="text", text=words, required=True, max_length=LETTERS)
