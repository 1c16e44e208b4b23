"""A backup put back: choose the file, its password or the recovery key, and wait until it is proven."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QProgressBar, QWidget

from runclinic.forms.form import Question
from runclinic.records import restore
from runclinic.records.archive import ENDING
from runclinic.records.restore import Restored
from runclinic.refused import Refused
from runclinic.ui.job import Job
from runclinic.ui.pieces import Button, Card, Icon, in_a_row, put_in_the_middle, text
from runclinic.ui.say import say
from runclinic.ui.small_form import SmallForm

WIDTH = 640
LETTERS = 1000


class Restoring(QWidget):
    """`restored` when the records stand; `left` when she goes back. Cancelled, all is as it was."""

    guide = "backup"
    restored = Signal()
    left = Signal()
    failed = Signal(object)

    def __init__(self, home: Path) -> None:
        super().__init__()
        self._home = home
        self.path: Path | None = None
        self._job: Job | None = None
        card = Card(margins=(28, 24, 28, 24))
        card.rows.setSpacing(16)
        card.setFixedWidth(WIDTH)
        card.rows.addLayout(
            in_a_row(Icon("backup-restore", "accent", 24), text(say("restoring.title"), "title"), spacing=12)
        )
        card.rows.addWidget(text(say("restoring.why"), "quiet"))
        self.choose = Button(say("restoring.choose"), icon="folder-open-outline", tall=True)
        self.choose.clicked.connect(self._choose)
        self._name = text("", "strong")
        line = in_a_row(self.choose, self._name, spacing=12)
        line.setStretch(1, 1)
        card.rows.addLayout(line)
        secret = Question(
            id="secret", kind="text", text=say("restoring.secret"), required=True, max_length=LETTERS
        )
        self.form = SmallForm((secret,), say("restoring.do"), today=date.today(), secret=("secret",))
        self.form.sent.connect(lambda values: self.restore(str(values["secret"])))
        self.back = Button(say("unlock.back"), kind="flat", tall=True)
        self.back.clicked.connect(self._back)
        self.form.foot.insertWidget(1, self.back)
        card.rows.addWidget(self.form)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.hide()
        card.rows.addWidget(self.bar)
        self.told = text("")
        self.told.hide()
        card.rows.addWidget(self.told)
        self.go_on = Button(say("restoring.go_on"), kind="primary", tall=True)
        self.go_on.clicked.connect(self.restored)
        self.go_on.hide()
        card.rows.addLayout(in_a_row(self.go_on, None))
        put_in_the_middle(self, card)

    def start(self) -> None:
        """Go to the choice of a file."""
        self.choose.setFocus(Qt.FocusReason.TabFocusReason)

    def _choose(self) -> None:
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        chosen, _ = QFileDialog.getOpenFileName(
            self, say("restoring.choose"), start, f"RunClinic (*{ENDING})"
        )
        if chosen:
            self.choose_file(Path(chosen))

    def choose_file(self, path: Path) -> None:
        """The backup; its password is asked for next."""
        self.path = path
        self._name.setText(path.name)
        self.form.refuse("")
        self.form.start()

    def restore(self, secret: str) -> None:
        """Take it out beside the records, prove it, and only then put it in their place."""
        if self.path is None:
            self.form.refuse(say("restoring.choose_first"))
            return
        self.form.wait(say("restoring.doing"))
        self.choose.setEnabled(False)
        self.bar.setValue(0)
        self.bar.show()
        self._job = Job(say("restoring.doing"), restore.restore(self.path, self._home, secret))
        self._job.progress.connect(lambda share: self.bar.setValue(round(1000 * share)))
        self._job.done.connect(self._done)
        self._job.failed.connect(self._failed)
        for ended in (self._job.done, self._job.failed, self._job.cancelled):
            ended.connect(lambda *_: self._over())
        self._job.start()

    def _back(self) -> None:
        """While it works: stop it, and all is as it was."""
        if self._job is not None:
            self._job.cancel()
        else:
            self.left.emit()

    def _done(self, done: object) -> None:
        if not isinstance(done, Restored):
            return
        kept = [say("restoring.kept", folder=str(done.kept))] if done.kept else []
        self.told.setText(" ".join([say("restoring.done", day=done.at[:10]), *done.warnings, *kept]))
        self.told.show()
        self.form.hide()
        self.choose.hide()
        self.go_on.show()
        self.go_on.setFocus(Qt.FocusReason.TabFocusReason)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self.form.refuse(str(error))
        else:
            self.failed.emit(error)

    def _over(self) -> None:
        self._job = None
        self.bar.hide()
        self.choose.setEnabled(True)
        self.form.go_on(say("restoring.do"))
