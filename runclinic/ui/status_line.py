"""The line at the bottom: what is saved, long work with its cancel, who works."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QProgressBar

from runclinic.ui import look
from runclinic.ui.job import Job
from runclinic.ui.pieces import Button, Icon, ground, in_a_row, text
from runclinic.ui.say import say


class StatusLine:
    """`frame` is the widget; "Saved" stands in it only after a commit."""

    def __init__(self, therapist: str) -> None:
        self.frame = ground("status")
        self.frame.setFixedHeight(look.STATUS_HEIGHT)
        self._icon = Icon("", size=16)
        self.saved = text("", "second", wrap=False)
        self._hint = text("", "second", wrap=False)
        self._work = text("", "second", wrap=False)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(140, 14)
        self._cancel = Button(say("status.cancel"), kind="flat")
        self._cancel.setProperty("bare", "true")
        self._cancel.clicked.connect(self._stop)
        self._job: Job | None = None
        row: QHBoxLayout = in_a_row(
            self._icon, self.saved, 12, self._hint, None, self._work, self._bar, self._cancel, 12,
            Icon("database-lock-outline", "text2", 16), text(say("status.encrypted"), "second", wrap=False),
            12, Icon("account-outline", "text2", 16), text(therapist, "second", wrap=False),
        )  # fmt: skip
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(6)
        self.frame.setLayout(row)
        self._show_job(visible=False)

    def show_saved(self, when: datetime) -> None:
        """After the commit, with its time."""
        self._icon.become("check-circle", "green", say("status.saved_icon"))
        self.saved.setText(say("status.saved", time=f"{when:%H:%M:%S}"))

    def show_not_saved(self, why: str) -> None:
        """The last answer is not on the disk, and why."""
        self._icon.become("content-save-alert-outline", "red", say("status.not_saved_icon"))
        self.saved.setText(say("status.not_saved", why=why))

    def tell(self, notices: Sequence[str]) -> None:
        """What she must know once, in place of the last time of saving; "" for nothing."""
        if notices:
            self._icon.become("alert-outline", "amber", say("status.notice"))
            self.saved.setText(" ".join(notices))

    def hint(self, words: str) -> None:
        """A quiet word on what can be done here."""
        self._hint.setText(words)

    def watch(self, job: Job) -> None:
        """Show long work until it ends."""
        self._job = job
        self._work.setText(job.title)
        self._bar.setValue(0)
        self._show_job(visible=True)
        job.progress.connect(lambda share: self._bar.setValue(round(1000 * share)))
        for ended in (job.done, job.failed, job.cancelled):
            ended.connect(lambda *_: self._show_job(visible=False))

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _show_job(self, *, visible: bool) -> None:
        for widget in (self._work, self._bar, self._cancel):
            widget.setVisible(visible)
