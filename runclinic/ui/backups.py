"""Backups: where they go, how old the last one is, and one now; one is made by itself when it is due."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from runclinic.records import Store
from runclinic.records.backup import Made
from runclinic.records.backup_log import Status, Told
from runclinic.refused import Refused
from runclinic.ui.job import Job
from runclinic.ui.pieces import Button, Card, Icon, empty_out, in_a_row, text
from runclinic.ui.say import say, words
from runclinic.ui.status_line import StatusLine

SHOWN = 5
LOOK_EVERY_MS = 60_000
MEGABYTE = 1_000_000


class BackupsCard(Card):
    """What is kept and how old it is; a folder is chosen, a backup made."""

    def __init__(self, store: Store, status: StatusLine) -> None:
        super().__init__(margins=(20, 14, 20, 16))
        self._store, self._status = store, status
        self._job: Job | None = None
        head = in_a_row(
            Icon("backup-restore", "accent", 22), text(say("backups.title"), "heading"), spacing=10
        )
        head.setStretch(1, 1)
        self.rows.addLayout(head)
        self.rows.addWidget(text(say("backups.about"), "quiet"))
        self.stale = QWidget()
        warning = in_a_row(
            Icon("alert-outline", "amber", 18), text(say("backups.stale"), "strong", tone="amber")
        )
        warning.setStretch(1, 1)
        self.stale.setLayout(warning)
        self.rows.addWidget(self.stale)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self.rows.addLayout(self._lines)
        self.now = Button(say("backups.now"), kind="primary", icon="content-save-outline", tall=True)
        self.now.clicked.connect(self.make)
        self.choose = Button(say("backups.choose"), icon="folder-open-outline", tall=True)
        self.choose.clicked.connect(self._choose)
        self.rows.addLayout(in_a_row(self.now, self.choose, None))
        self.told = text("", "quiet")
        self.told.hide()
        self.rows.addWidget(self.told)
        self.refresh()

    def refresh(self) -> None:
        """As it stands now."""
        status = self._store.backups.status()
        self.stale.setVisible(status.stale)
        empty_out(self._lines)
        for line in _lines(status):
            self._lines.addWidget(text(line))
        for each in self._store.backups.log(limit=SHOWN):
            self._lines.addWidget(text(_line(each), "second", tone="red" if each.state == "failed" else ""))

    def _choose(self) -> None:
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        chosen = QFileDialog.getExistingDirectory(self, say("backups.choose"), start)
        if chosen:
            self.choose_folder(Path(chosen))

    def choose_folder(self, folder: Path) -> None:
        """Backups go there from now on."""
        try:
            self._store.backups.choose(folder)
        except Refused as refused:
            self._tell(str(refused))
            return
        self._tell("")
        self.refresh()
        self.now.setFocus(Qt.FocusReason.TabFocusReason)

    def make(self) -> Job:
        """A backup now, read back before it counts."""
        self.now.setEnabled(False)
        self._tell("")
        job = Job(say("backups.making"), self._store.backups.make("asked"))
        job.done.connect(self._made)
        job.failed.connect(self._failed)
        for ended in (job.done, job.failed, job.cancelled):
            ended.connect(lambda *_: self._over())
        self._status.watch(job)
        self._job = job
        return job.start()

    def _made(self, made: object) -> None:
        if isinstance(made, Made):
            said = say("backups.made_outside" if made.outside else "backups.made", file=str(made.file))
            self._tell(" ".join([said, *made.warnings]))

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self._tell(str(error))

    def _over(self) -> None:
        self.now.setEnabled(True)
        self.refresh()

    def _tell(self, said: str) -> None:
        self.told.setText(said)
        self.told.setVisible(bool(said))


class BySelf(QObject):
    """Makes a backup when one is due: something changed, and the last is half an hour old or more."""

    def __init__(
        self,
        store: Store,
        status: StatusLine,
        parent: QObject | None = None,
        *,
        every_ms: int = LOOK_EVERY_MS,
    ) -> None:
        super().__init__(parent)
        self._store, self._status = store, status
        self.job: Job | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Make one, if it is time and none is being made; locked by another way, it ends."""
        if not self._store.is_open:
            self._timer.stop()
            return
        if self.job is not None or not self._store.backups.due():
            return
        self.job = Job(say("backups.making"), self._store.backups.make("due"))
        self.job.failed.connect(self._failed)
        for ended in (self.job.done, self.job.failed, self.job.cancelled):
            ended.connect(lambda *_: self._over())
        self._status.watch(self.job)
        self.job.start()

    def stop(self) -> None:
        """The records are being locked."""
        self._timer.stop()
        if self.job is not None:
            self.job.cancel()

    def _over(self) -> None:
        self.job = None

    def _failed(self, error: Exception) -> None:
        """It stands in the log, with its reason; a fault of ours is told at once."""
        if isinstance(error, Refused):
            self._status.tell((str(error),))
        else:
            raise error


def _lines(status: Status) -> list[str]:
    if status.chosen is None:
        place = say("backups.nowhere")
    elif status.reachable:
        place = say("backups.goes_to", folder=str(status.chosen))
    else:
        place = say("backups.away", folder=str(status.chosen))
    last = say("backups.none") if status.last is None else say("backups.last", when=_when(status.last))
    outside = status.last_outside
    far = say("backups.none_outside") if outside is None else say("backups.outside", when=_when(outside))
    return [place, last, far]


def _when(told: Told) -> str:
    at = datetime.fromisoformat(told.at).astimezone()
    return f"{words().date(at.date())} {at:%H:%M}"


def _line(told: Told) -> str:
    if told.state == "failed":
        return say("backups.failed", when=_when(told), why=told.why)
    size = f"{max(0.1, told.bytes / MEGABYTE):.1f}"
    return say("backups.kept", when=_when(told), name=told.file.name, mb=size)
