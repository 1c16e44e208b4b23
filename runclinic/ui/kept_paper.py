"""A paper that was given out, as it was: its pages, and giving the very same file out again."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from runclinic.records import Store
from runclinic.records.documents import Listed
from runclinic.refused import Refused
from runclinic.ui.job import Job
from runclinic.ui.latest import Latest
from runclinic.ui.paper_preview import PRINT_SCALE, SCREEN_SCALE, Sheet, all_pictures, paint, pictures
from runclinic.ui.pieces import Button, ground, in_a_row, text
from runclinic.ui.protect import Protect
from runclinic.ui.saving import save_pdf
from runclinic.ui.say import say
from runclinic.ui.status_line import StatusLine


class KeptPaper(QWidget):
    """`pdf` is the file as it was kept. `left` leads back to the list, `visit_wanted` to her visit."""

    guide = "paper"
    left = Signal()
    visit_wanted = Signal()
    ready = Signal()

    def __init__(self, store: Store, kept: Listed, pdf: bytes, status: StatusLine) -> None:
        super().__init__()
        self._store = store
        self.kept = kept
        self.pdf = pdf
        self._status = status
        self.pages: tuple[QImage, ...] = ()
        self._page = 0
        self._printing: Job | None = None
        self._latest: Latest[bytes, tuple[QImage, ...]] = Latest(_pages, self)
        self._latest.ready.connect(lambda _pdf, pages: self._show(pages))
        self._latest.failed.connect(lambda _pdf, error: self._failed(error))
        self._sheet = Sheet()
        self._wrong = text("", "wrong")
        self._wrong.hide()
        self._said = text("", "second")
        self._said.hide()
        self.protected = Protect(tuple(kept.client.split()))
        self.protected.saved.connect(self._saved_protected)
        self._buttons()
        self._lay()
        self._show_page()
        self._latest.want(pdf)

    def _buttons(self) -> None:
        self.before = Button(say("paper.page_before"), kind="icon", icon="chevron-left", token="text")
        self.before.on_key("PgUp")
        self.before.clicked.connect(lambda: self._turn(-1))
        self.after = Button(say("paper.page_after"), kind="icon", icon="chevron-right", token="text")
        self.after.on_key("PgDown")
        self.after.clicked.connect(lambda: self._turn(1))
        self._number = text("", wrap=False)
        self.visit = Button(
            say("documents.visit", n=self.kept.visit_number), kind="flat", icon="clipboard-text-outline"
        )
        self.visit.clicked.connect(self.visit_wanted)
        self.save = Button(say("paper.save"), icon="file-pdf-box", tall=True, tip=say("paper.save_tip"))
        self.save.on_key("Ctrl+S")
        self.save.clicked.connect(self.save_file)
        self.protect = Button(
            say("protect.open"), kind="flat", icon="file-lock-outline", tall=True, tip=say("protect.open_tip")
        )
        self.protect.clicked.connect(self._ask_protected)
        self.print = Button(
            say("paper.print"), kind="primary", icon="printer", tall=True, tip=say("paper.print_tip")
        )
        self.print.on_key("Ctrl+P")
        self.print.clicked.connect(self.print_file)

    def _lay(self) -> None:
        bar = ground("surface")
        bar.setFixedHeight(48)
        row = in_a_row(self.before, self._number, self.after, None, self.visit)
        row.setContentsMargins(12, 0, 12, 0)
        bar.setLayout(row)
        foot = ground("surface")
        rows_of_foot = QVBoxLayout(foot)
        rows_of_foot.setContentsMargins(12, 8, 12, 10)
        rows_of_foot.setSpacing(6)
        rows_of_foot.addWidget(self.protected)
        rows_of_foot.addWidget(self._wrong)
        rows_of_foot.addWidget(self._said)
        rows_of_foot.addLayout(in_a_row(self.save, self.protect, None, self.print))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(bar)
        rows.addWidget(self._sheet, 1)
        rows.addWidget(foot)

    def start(self) -> None:
        """Printing it again is next."""
        self.print.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- pages

    def _show(self, pages: tuple[QImage, ...]) -> None:
        self.pages = pages
        self._show_page()
        self.ready.emit()

    def _failed(self, error: Exception) -> None:
        self._tell_wrong(str(error) if isinstance(error, Refused) else say("documents.no_picture"))

    def _show_page(self) -> None:
        pages = self.pages
        self._sheet.show_image(pages[self._page] if pages else None)
        self._number.setText(say("paper.page", n=self._page + 1, all=len(pages)) if pages else "")
        self.before.setEnabled(self._page > 0)
        self.after.setEnabled(self._page + 1 < len(pages))
        if pages:
            self.print.become(say("paper.print_pages", n=len(pages)))

    def _turn(self, by: int) -> None:
        self._page += by
        self._show_page()

    # -- giving out again

    def save_file(self) -> None:
        """Ask where, and write the same file again."""
        try:
            path = save_pdf(self, self.kept.document.name, self.pdf)
        except Refused as refused:
            self._tell_wrong(str(refused))
            return
        if path is not None:
            self._note()
            self._tell(say("documents.saved", path=str(path)))

    def _ask_protected(self) -> None:
        self._said.hide()
        self.protected.ask(self.kept.document.name, lambda: self.pdf)

    def _saved_protected(self, path: Path) -> None:
        self._store.documents.protected(self.kept.document.id)
        self._tell(say("protect.saved", path=str(path)))

    def print_file(self) -> None:
        """Exactly these pages once more."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setFullPage(True)
        if QPrintDialog(printer, self).exec() != QPrintDialog.DialogCode.Accepted:
            return
        self._printing = Job(say("paper.printing"), pictures(self.pdf, PRINT_SCALE))
        self._printing.done.connect(lambda pages: self._printed(printer, pages))
        self._printing.failed.connect(self._failed)
        self._status.watch(self._printing)
        self._printing.start()

    def _printed(self, printer: QPrinter, pages: tuple[QImage, ...]) -> None:
        if not paint(printer, pages):
            self._tell_wrong(say("paper.no_printer"))
            return
        self._note()
        self._tell(say("documents.printed", n=len(pages)))

    def _note(self) -> None:
        """The trail tells that it went out once more."""
        document = self.kept.document
        self._store.access.printed(document.id, document.client_id)

    def _tell(self, words: str) -> None:
        self._wrong.hide()
        self._said.setText(words)
        self._said.show()

    def _tell_wrong(self, words: str) -> None:
        self._said.hide()
        self._wrong.setText(words)
        self._wrong.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc: no copy after all, else back to the list."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.protected.isVisible():
            self.protected.put_away()
            self.start()
        else:
            self.left.emit()

    def shut(self) -> None:
        """The thread that makes the pictures ends."""
        self._latest.close()


def _pages(pdf: bytes) -> tuple[QImage, ...]:
    return all_pictures(pdf, SCREEN_SCALE)
