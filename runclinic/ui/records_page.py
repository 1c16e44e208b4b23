"""The records as a whole: a client of another clinic, whose time of keeping is over, the clinic's trail."""

from collections.abc import Generator
from datetime import date
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from runclinic.forms.form import Question
from runclinic.records import Store
from runclinic.records.bundle import ENDING
from runclinic.records.transfer import Arrival
from runclinic.refused import Refused
from runclinic.ui.backups import BackupsCard
from runclinic.ui.client_file import kept_words
from runclinic.ui.job import Job
from runclinic.ui.pieces import Button, Card, Icon, Scroll, empty_out, in_a_row, rule, text
from runclinic.ui.say import say
from runclinic.ui.small_form import SmallForm
from runclinic.ui.status_line import StatusLine

WIDEST = 860
MOST_SHOWN = 50


class RecordsPage(QWidget):
    """`client_wanted(client)`: who was taken in, or whose time is over; `trail_wanted` for an owner."""

    guide = "backup"
    client_wanted = Signal(object)
    trail_wanted = Signal()

    def __init__(self, store: Store, status: StatusLine) -> None:
        super().__init__()
        self._store = store
        self._status = status
        self._job: Job | None = None
        self.arrival: Arrival | None = None
        self.path: Path | None = None
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(16, 16, 16, 16)
        self._rows.setSpacing(12)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(Scroll(inside))
        self.backups = BackupsCard(store, status)
        self._rows.addWidget(self.backups)
        self._rows.addWidget(self._take_in_card())
        self._over = Card(margins=(20, 14, 20, 16))
        self._rows.addWidget(self._over)
        if store.therapist.role == "owner":
            self._rows.addWidget(self._trail_card())
        self._rows.addStretch(1)

    def start(self) -> None:
        """The list as it stands today."""
        self._show_over()
        self.backups.refresh()
        self.choose.setFocus(Qt.FocusReason.TabFocusReason)

    # -- a client of another clinic

    def _take_in_card(self) -> Card:
        card = Card(margins=(20, 14, 20, 16))
        card.rows.addLayout(_heading("account-arrow-left-outline", say("records_page.take_in")))
        card.rows.addWidget(text(say("records_page.take_in_about")))
        self.choose = Button(say("records_page.choose"), icon="folder-open-outline", tall=True)
        self.choose.clicked.connect(self._choose)
        self._name = text("", "strong")
        line = in_a_row(self.choose, self._name, spacing=12)
        line.setStretch(1, 1)
        card.rows.addLayout(line)
        words_ = Question(
            id="words", kind="text", text=say("records_page.words"), required=True, max_length=120
        )
        self.words = SmallForm((words_,), say("records_page.look"), today=date.today())
        self.words.sent.connect(lambda values: self.examine(str(values["words"])))
        self.words.hide()
        card.rows.addWidget(self.words)
        self._difference = QVBoxLayout()
        self._difference.setSpacing(6)
        card.rows.addLayout(self._difference)
        return card

    def _choose(self) -> None:
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        chosen, _ = QFileDialog.getOpenFileName(
            self, say("records_page.choose"), start, f"RunClinic (*{ENDING})"
        )
        if chosen:
            self.choose_file(Path(chosen))

    def choose_file(self, path: Path) -> None:
        """A transfer file; its words are asked for next."""
        self._drop()
        self.path = path
        self._name.setText(path.name)
        self.words.show()
        self.words.start()

    def examine(self, typed: str) -> Job | None:
        """Open the file and show what it would change."""
        path = self.path
        if path is None:
            return None

        def work() -> Generator[float, None, object]:
            yield 0.0
            return self._store.transfer.examine(path, typed)

        self._drop()
        self.words.wait(say("records_page.looking"))
        self._job = Job(say("records_page.looking"), work)
        self._job.done.connect(self._examined)
        self._job.failed.connect(self._failed)
        for ended in (self._job.done, self._job.failed, self._job.cancelled):
            ended.connect(lambda *_: self.words.go_on(say("records_page.look")))
        return self._job.start()

    def _examined(self, arrival: object) -> None:
        if not isinstance(arrival, Arrival):
            return
        self.arrival = arrival
        for line in arrival.difference.lines():
            self._difference.addWidget(text(line))
        if arrival.difference.empty:
            return
        self.accept = Button(say("records_page.accept"), kind="primary", icon="check", tall=True)
        self.accept.clicked.connect(self.take_in)
        leave = Button(say("records_page.leave"), kind="flat")
        leave.clicked.connect(self._drop)
        self._difference.addLayout(in_a_row(self.accept, leave, None))
        self.accept.setFocus(Qt.FocusReason.TabFocusReason)

    def take_in(self) -> Job | None:
        """Take in what was shown."""
        if self.arrival is None:
            return None
        self.accept.setEnabled(False)
        self._job = Job(say("records_page.taking_in"), self._store.transfer.accept(self.arrival))
        self._job.done.connect(self._taken_in)
        self._job.failed.connect(self._failed)
        self._job.cancelled.connect(self._drop)
        self._status.watch(self._job)
        return self._job.start()

    def _taken_in(self, client_id: object) -> None:
        self._drop()
        self.words.empty()
        self.words.hide()
        self._name.setText("")
        self.client_wanted.emit(self._store.clients.get(str(client_id)))

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self._drop()
        self.words.refuse(str(error))

    def _drop(self) -> None:
        """Close the file that was looked at."""
        arrival, self.arrival = self.arrival, None
        if arrival is not None:
            arrival.close()
        empty_out(self._difference)

    def shut(self) -> None:
        """The page is left for good."""
        self._drop()

    # -- keeping, and the trail

    def _show_over(self) -> None:
        rows = self._over.rows
        empty_out(rows)
        rows.addLayout(_heading("archive-clock-outline", say("records_page.over")))
        rows.addWidget(text(say("records_page.over_about"), "quiet"))
        over = self._store.retention.over()
        if not over:
            rows.addWidget(text(say("records_page.none_over")))
        for number, kept in enumerate(over[:MOST_SHOWN]):
            if number:
                rows.addWidget(rule())
            show = Button(say("client.open"), name=say("client_file.open_name", name=kept.name))
            show.clicked.connect(
                lambda _=False, its_id=kept.client_id: self.client_wanted.emit(
                    self._store.clients.get(its_id)
                )
            )
            line = in_a_row(
                text(f"{kept.name}, {kept.clinic_no}", "strong", wrap=False),
                text(kept_words(kept), "second"),
                show,
            )
            line.setStretch(1, 1)
            rows.addLayout(line)
        if len(over) > MOST_SHOWN:
            rows.addWidget(text(say("trail.more", n=len(over) - MOST_SHOWN), "second"))

    def _trail_card(self) -> Card:
        card = Card(margins=(20, 14, 20, 16))
        card.rows.addLayout(_heading("format-list-bulleted", say("records_page.trail")))
        card.rows.addWidget(text(say("records_page.trail_about")))
        show = Button(say("records_page.trail_show"), tall=True)
        show.clicked.connect(self.trail_wanted)
        card.rows.addLayout(in_a_row(show, None))
        return card


def _heading(icon: str, words_: str):  # noqa: ANN202 -- a layout of Qt
    line = in_a_row(Icon(icon, "accent", 22), text(words_, "heading"), spacing=10)
    line.setStretch(1, 1)
    return line
