"""A protected copy of a paper: a password typed twice, then a file that only it opens."""

from collections.abc import Callable, Generator, Sequence
from datetime import date
from pathlib import PurePath

from PySide6.QtCore import Signal

from runclinic.forms.form import Question
from runclinic.records.passwords import refuse_weak
from runclinic.refused import Refused
from runclinic.ui.forgotten import refuse_unlike
from runclinic.ui.job import Job
from runclinic.ui.pieces import Button, Card, text
from runclinic.ui.saving import save_pdf
from runclinic.ui.say import say
from runclinic.ui.small_form import SmallForm
from runclinic.visit.entry import Json

LETTERS = 60


class Protect(Card):
    """Hidden until a copy is asked for. `saved(path)` after it was written; the password is kept nowhere.

    `names` are those that a password must not hold.
    """

    saved = Signal(object)

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__("active")
        self._names = tuple(names)
        self._name = ""
        self._read: Callable[[], bytes] = bytes
        self._job: Job | None = None
        self.form = SmallForm(
            (_secret("new", "protect.password"), _secret("again", "protect.again")),
            say("protect.do"),
            today=date.today(),
            secret=("new", "again"),
            also=self._refuse,
        )
        self.form.sent.connect(self._encrypt)
        self.leave = Button(say("protect.leave"), kind="flat", tall=True)
        self.leave.clicked.connect(self.put_away)
        self.form.foot.insertWidget(1, self.leave)
        self.rows.addWidget(text(say("protect.title"), "heading"))
        self.rows.addWidget(text(say("protect.about"), "quiet"))
        self.rows.addWidget(self.form)
        self.hide()

    def ask(self, name: str, read: Callable[[], bytes]) -> None:
        """For a copy of the file of this name; `read` gives its bytes."""
        self._name, self._read = name, read
        self.form.empty()
        self.show()
        self.form.start()

    def put_away(self) -> None:
        """No copy after all."""
        self.form.empty()
        self.hide()

    def _refuse(self, values: dict[str, Json]) -> None:
        refuse_unlike(values)
        refuse_weak(str(values["new"]), self._names)

    def _encrypt(self, values: dict[str, Json]) -> None:
        password = str(values["new"])
        self.form.empty()
        try:
            pdf = self._read()
        except Refused as refused:
            self.form.refuse(str(refused))
            return
        self.form.wait(say("protect.doing"))

        def work() -> Generator[float, None, object]:
            from runclinic.documents.protected import protected

            yield 0.0
            return protected(pdf, password)

        self._job = Job(say("protect.doing"), work)
        self._job.done.connect(self._save)
        self._job.failed.connect(self._failed)
        self._job.start()

    def _save(self, pdf: bytes) -> None:
        self._job = None
        self.form.go_on(say("protect.do"))
        name = say("protect.file_name", name=PurePath(self._name).stem)
        try:
            path = save_pdf(self, name, pdf)
        except Refused as refused:
            self.form.refuse(str(refused))
            return
        if path is not None:
            self.hide()
            self.saved.emit(path)

    def _failed(self, error: Exception) -> None:
        self._job = None
        self.form.go_on(say("protect.do"))
        if not isinstance(error, Refused):
            raise error
        self.form.refuse(str(error))


def _secret(field_id: str, words: str) -> Question:
    return Question(id=field_id, kind="text", text=say(words), required=True, max_length=LETTERS)
