"""The first start: the clinic, the numbers that the paper needs, the first therapist."""

from collections.abc import Generator
from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from runclinic import records
from runclinic.forms.form import Question
from runclinic.records.passwords import WeakPassword
from runclinic.refused import Refused
from runclinic.ui.job import Job
from runclinic.ui.pieces import Button, Card, put_in_the_middle, text
from runclinic.ui.say import say
from runclinic.ui.small_form import SmallForm
from runclinic.visit.entry import Json

WIDTH = 640
LETTERS = 120
CLINIC = ("name", "phone", "emergency_number")


class FirstStart(QWidget):
    """Asked once on a new laptop. `made(store)` when the clinic stands."""

    guide = "first-start"
    made = Signal(object)
    restore_wanted = Signal()
    failed = Signal(object)

    def __init__(self, home: Path) -> None:
        super().__init__()
        self._home = home
        self._job: Job | None = None
        self.form = SmallForm(
            _questions(),
            say("start.make"),
            today=date.today(),
            secret=("password", "again"),
            also=_check_password,
        )
        self.form.sent.connect(self._make)
        self.restore = Button(say("restoring.open"), kind="flat", tall=True)
        self.restore.clicked.connect(self.restore_wanted)
        self.form.foot.insertWidget(1, self.restore)
        card = Card(margins=(28, 24, 28, 24))
        card.rows.setSpacing(16)
        card.setFixedWidth(WIDTH)
        card.rows.addWidget(text(say("start.title"), "title"))
        card.rows.addWidget(text(say("start.why"), "quiet"))
        card.rows.addWidget(self.form)
        put_in_the_middle(self, card)

    def start(self) -> None:
        """Go to the first field."""
        self.form.start()

    def _make(self, values: dict[str, Json]) -> None:
        self.form.wait(say("start.making"))
        clinic = {key: str(values[f"clinic_{key}"]) for key in CLINIC}
        name = str(values["therapist"])
        password = str(values["password"])

        def work() -> Generator[float, None, object]:
            yield 0.0
            return records.create(self._home, clinic, name, initials(name), password)

        self._job = Job(say("start.making"), work)
        self._job.done.connect(self._done)
        self._job.failed.connect(self._refused)
        self._job.start()

    def _done(self, store: object) -> None:
        self.form.empty()
        self.made.emit(store)

    def _refused(self, error: Exception) -> None:
        self.form.go_on(say("start.make"))
        if isinstance(error, WeakPassword):
            self.form.refuse_at("password", str(error))
        elif isinstance(error, Refused):
            self.form.refuse(str(error))
        else:
            self.failed.emit(error)


def initials(name: str) -> str:
    """The first letters of a name's parts: "Marta Okafor" is MO."""
    return "".join(part[0] for part in name.split() if part[0].isalpha())[:4].upper() or name[:2].upper()


def _questions() -> tuple[Question, ...]:
    return (
        _field("clinic_name", say("start.clinic_name")),
        _field("clinic_phone", say("start.clinic_phone"), note=say("start.clinic_phone_why"), letters=40),
        _field(
            "clinic_emergency_number", say("start.emergency"), note=say("start.emergency_why"), letters=20
        ),
        _field("therapist", say("start.therapist"), note=say("start.therapist_why")),
        _field("password", say("start.password"), note=say("start.password_why")),
        _field("again", say("start.again")),
    )


def _field(field_id: str, words: str, *, note: str = "", letters: int = LETTERS) -> Question:
    return Question(id=field_id, kind="text", text=words, note=note, required=True, max_length=letters)


def _check_password(values: dict[str, Json]) -> None:
    """Refused if the two do not agree; what is too weak, the records refuse."""
    if values["password"] != values["again"]:
        raise Refused(say("start.password_differs"))
