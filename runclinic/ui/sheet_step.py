"""The recovery sheet: printed, saved or written down, and then two of its groups typed back."""

import secrets
from collections.abc import Generator
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from runclinic.forms.form import Question
from runclinic.records import Store, recovery
from runclinic.refused import Refused
from runclinic.ui.job import Job
from runclinic.ui.pieces import Button, Card, Icon, in_a_row, put_in_the_middle, text
from runclinic.ui.say import say
from runclinic.ui.small_form import SmallForm
from runclinic.visit.entry import Json

WIDTH = 640
ASKED_BACK = 2


class SheetStep(QWidget):
    """Makes a new recovery key as soon as it is shown. `proven` when the sheet was typed back."""

    guide = "first-start"
    proven = Signal()
    failed = Signal(object)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._key = ""
        self._pdf = b""
        self._job: Job | None = None
        self._asked = sorted(secrets.SystemRandom().sample(range(recovery.GROUPS), ASKED_BACK))
        self.print = Button(say("sheet.print"), kind="primary", icon="printer", tall=True)
        self.save = Button(say("sheet.save"), icon="file-pdf-box", tall=True)
        self.show_it = Button(say("sheet.show"), icon="pencil-outline", tall=True)
        for button, does in (
            (self.print, self._print),
            (self.save, self._save),
            (self.show_it, self._show_key),
        ):
            button.clicked.connect(does)
            button.setEnabled(False)
        self._said = text("", "second")
        self._said.hide()
        self._shown = QWidget()
        self._shown.hide()
        self.form = SmallForm(
            tuple(
                Question(
                    id=f"g{number}",
                    kind="text",
                    text=say("sheet.group", n=number + 1),
                    required=True,
                    max_length=12,
                )
                for number in self._asked
            ),
            say("sheet.go_on"),
            today=date.today(),
        )
        self.form.sent.connect(self._typed_back)
        self._lay()

    def _lay(self) -> None:
        card = Card(margins=(28, 24, 28, 24))
        card.rows.setSpacing(16)
        card.setFixedWidth(WIDTH)
        card.rows.addLayout(
            in_a_row(Icon("key-variant", "accent", 24), text(say("sheet.title"), "title"), spacing=12)
        )
        card.rows.addWidget(text(say("sheet.why"), "quiet"))
        card.rows.addLayout(in_a_row(self.print, self.save, self.show_it, None))
        card.rows.addWidget(self._said)
        card.rows.addWidget(self._shown)
        self._back = QWidget()
        rows = QVBoxLayout(self._back)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(text(say("sheet.type_back")))
        rows.addWidget(self.form)
        self._back.hide()
        card.rows.addWidget(self._back)
        put_in_the_middle(self, card)

    def start(self) -> None:
        """Make the key and its sheet; a former key opens nothing from now on."""
        if self._job is not None:
            return
        store = self._store

        def work() -> Generator[float, None, object]:
            yield 0.0
            from runclinic.documents.recovery_sheet import RecoverySheet, recovery_sheet

            key = store.people.new_recovery_key()
            asked = RecoverySheet(
                clinic=str(store.settings.get("clinic/name") or ""),
                whose=store.therapist.initials,
                by=store.therapist.display_name,
                groups=recovery.groups(key),
                store=store.people.store_short_id,
                day=date.today(),
                anchor=str(store.access.head()),
            )
            letter = store.settings.get("clinic/paper") == "letter"
            return key, recovery_sheet(asked, paper="letter" if letter else "a4")

        self._job = Job(say("sheet.title"), work)
        self._job.done.connect(self._made)
        self._job.failed.connect(self._refused)
        self._job.start()

    def _made(self, made: tuple[str, bytes]) -> None:
        self._key, self._pdf = made
        for button in (self.print, self.save, self.show_it):
            button.setEnabled(True)
        self.print.setFocus(Qt.FocusReason.TabFocusReason)

    def _refused(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self._tell(str(error))
        else:
            self.failed.emit(error)

    # -- three ways to paper

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setFullPage(True)
        if QPrintDialog(printer, self).exec() != QPrintDialog.DialogCode.Accepted:
            return
        from runclinic.ui.paper_preview import PRINT_SCALE, pictures

        self._job = Job(say("paper.printing"), pictures(self._pdf, PRINT_SCALE))
        self._job.done.connect(lambda pages: self._printed(printer, pages))
        self._job.failed.connect(self._refused)
        self._job.start()

    def _printed(self, printer: QPrinter, pages: tuple[QImage, ...]) -> None:
        painter = QPainter()
        if not painter.begin(printer):
            self._tell(say("paper.no_printer"))
            return
        painter.drawImage(painter.viewport(), pages[0])
        painter.end()
        self._on_paper(say("sheet.printed"))

    def _save(self) -> None:
        from runclinic.ui.saving import save_pdf

        name = say("sheet.file_name", store=self._store.people.store_short_id)
        try:
            path = save_pdf(self, name, self._pdf)
        except Refused as refused:
            self._tell(str(refused))
            return
        if path is not None:
            self._on_paper(say("sheet.saved", path=str(path)))

    def _show_key(self) -> None:
        if self._shown.layout() is None:
            grid = QGridLayout(self._shown)
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setHorizontalSpacing(16)
            for number, group in enumerate(recovery.groups(self._key)):
                row, column = divmod(number, 3)
                grid.addWidget(text(str(number + 1), "caption", wrap=False), row, 2 * column)
                grid.addWidget(text(group, "number", wrap=False), row, 2 * column + 1)
            grid.setColumnStretch(6, 1)
        hidden = self._shown.isHidden()
        self._shown.setVisible(hidden)
        self.show_it.become(say("sheet.hide" if hidden else "sheet.show"))
        if hidden:
            self._tell(say("sheet.write_down", store=self._store.people.store_short_id))
        else:
            self._on_paper("")

    def _on_paper(self, said: str) -> None:
        """The sheet is out: two of its groups are asked back, with nothing to copy from on the screen."""
        self._tell(said)
        self._shown.hide()
        self.show_it.become(say("sheet.show"))
        self._back.show()
        self.form.start()

    def _tell(self, words: str) -> None:
        self._said.setText(words)
        self._said.setVisible(bool(words))

    def _typed_back(self, values: dict[str, Json]) -> None:
        groups = recovery.groups(self._key)
        wrong = [n for n in self._asked if not recovery.same_group(str(values[f"g{n}"]), groups[n])]
        for number in reversed(wrong):  # the first of them keeps the focus
            self.form.refuse_at(f"g{number}", say("sheet.not_this", n=number + 1))
        if wrong:
            return
        try:
            self._store.people.confirm_recovery()
        except Refused as refused:
            self.form.refuse(str(refused))
            return
        self._key, self._pdf = "", b""
        self.form.empty()
        self.proven.emit()
