"""The paper beside what it is made of: exactly the pages that will be saved or printed."""

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pypdfium2
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from runclinic.client_file import stride_of
from runclinic.documents.clinical import ChosenFrame, Visit
from runclinic.documents.cue_words import CueTried
from runclinic.documents.paper import file_name
from runclinic.gait.analyse import Analysis
from runclinic.gait.means import Metric
from runclinic.records.documents import Document
from runclinic.refused import Refused
from runclinic.ui import look
from runclinic.ui.amended_words import changes
from runclinic.ui.gait.cadence import cadence_of
from runclinic.ui.job import Job
from runclinic.ui.latest import Latest
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.papers import FILMED, GAIT, HERS, PLAN, REPORT, Wanted, clinic_of, pdf_of
from runclinic.ui.pieces import Button, Choice, Choices, ground, in_a_row, text
from runclinic.ui.protect import Protect
from runclinic.ui.saving import save_pdf
from runclinic.ui.say import say
from runclinic.ui.status_line import StatusLine
from runclinic.words import SCREEN_LANGUAGE, closest

SCREEN_SCALE = 2.0  # pixels for each point of paper: sharp at twice the size it is shown
PRINT_SCALE = 300 / 72
BESIDE = 60  # pixels that three buttons need beside their own in one line
_one_at_a_time = threading.Lock()  # PDFium is not made for two threads


@dataclass(frozen=True, slots=True)
class Made:
    """Which paper it is, the file, and its pages as pictures."""

    kind: str
    pdf: bytes
    pages: tuple[QImage, ...]


def pictures(pdf: bytes, scale: float) -> Generator[float, None, tuple[QImage, ...]]:
    """The pages of a PDF, `scale` pixels for each point; yields its progress."""
    made: list[QImage] = []
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            for number in range(len(document)):
                bitmap = document[number].render(scale=scale)  # pyright: ignore[reportArgumentType] -- any number will do
                rows = bitmap.to_numpy()
                image = QImage(
                    rows.tobytes(), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_BGR888
                )
                made.append(image.copy())
                yield (number + 1) / len(document)
        finally:
            document.close()
    return tuple(made)


def all_pictures(pdf: bytes, scale: float) -> tuple[QImage, ...]:
    """The same without progress."""
    work = pictures(pdf, scale)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def paint(printer: QPrinter, pages: Sequence[QImage]) -> bool:
    """Each picture on a page of its own; False if the printer does not answer."""
    painter = QPainter()
    if not painter.begin(printer):
        return False
    for number, image in enumerate(pages):
        if number:
            printer.newPage()
        painter.drawImage(painter.viewport(), image)
    painter.end()
    return True


class Sheet(QWidget):
    """One page of paper, as large as fits."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.setMinimumSize(200, 240)
        self.setAccessibleName(say("paper.page_picture"))

    def show_image(self, image: QImage | None) -> None:
        """Another page."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: an A4 page."""
        return QSize(420, 594)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the page in the middle, with a thin edge."""
        if self._image is None or self._image.isNull():
            return
        room = self.rect().adjusted(12, 10, -12, -10)
        size = self._image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(
            room.left() + (room.width() - size.width()) // 2, room.top(), size.width(), size.height()
        )
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        shown = self._image.scaled(
            size * ratio, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        shown.setDevicePixelRatio(ratio)
        painter.drawImage(place.topLeft(), shown)
        painter.setPen(QColor(look.colours().border))
        painter.drawRect(place.adjusted(0, 0, -1, -1))
        painter.end()


class PaperPreview(QWidget):
    """Pages, size of type, save and print. `kept(document)` after it was given out."""

    kept = Signal(object)
    ready = Signal()

    def __init__(self, visit: OpenVisit, status: StatusLine) -> None:
        super().__init__()
        self._visit = visit
        self._status = status
        self.kind, self.to = PLAN, ""
        self.chosen: tuple[str, ...] | None = None  # exercises of a hand-out: None = all
        self.with_mood = False
        self._language = ""
        self._made: Made | None = None
        self._protecting: Made | None = None  # what the password was asked for
        self._wanted: Wanted | None = None
        self.waiting = False  # for the answer to what was asked for last
        self._then: Callable[[], None] | None = None  # what is done as soon as that is there
        self.refusal = ""  # why there is no paper
        self._page = 0
        self._printing: Job | None = None
        self._next: Button | None = None
        self._latest: Latest[Wanted, Made] = Latest(make, self)
        self._latest.ready.connect(self._show)
        self._latest.failed.connect(self._failed)
        self._sheet = Sheet()
        self._wrong = text("", "quiet")
        self._wrong.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._bar()
        self.save = Button(say("paper.save"), icon="file-pdf-box", tall=True, tip=say("paper.save_tip"))
        self.save.on_key("Ctrl+S")
        self.save.clicked.connect(self.save_file)
        self.print = Button(
            say("paper.print"), kind="primary", icon="printer", tall=True, tip=say("paper.print_tip")
        )
        self.print.on_key("Ctrl+P")
        self.print.clicked.connect(self.print_file)
        self.protect = Button(
            say("protect.open"), kind="flat", icon="file-lock-outline", tall=True, tip=say("protect.open_tip")
        )
        self.protect.clicked.connect(self._ask_protected)
        client = visit.client
        self.protected = Protect((client.family_name, client.given_name))
        self.protected.saved.connect(self._saved_protected)
        self._said = text("", "second")
        self._lay()
        self._show_page()

    def _bar(self) -> None:
        self.before = Button(say("paper.page_before"), kind="icon", icon="chevron-left", token="text")
        self.before.clicked.connect(lambda: self._turn(-1))
        self.after = Button(say("paper.page_after"), kind="icon", icon="chevron-right", token="text")
        self.after.clicked.connect(lambda: self._turn(1))
        self._number = text("", wrap=False)
        self.letters = Choices(
            (Choice("normal", say("paper.normal"), "1"), Choice("large", say("paper.large"), "2")),
            about=say("paper.size"),
        )
        self.letters.show_value("normal")
        self.letters.chosen.connect(lambda _value: self.refresh())

    def _lay(self) -> None:
        bar = ground("surface")
        bar.setFixedHeight(48)
        row = in_a_row(self.before, self._number, self.after, None, self.letters)
        row.setContentsMargins(12, 0, 12, 0)
        bar.setLayout(row)
        foot = ground("surface")
        self._actions = QGridLayout()
        self._actions.setHorizontalSpacing(8)
        self._actions.setVerticalSpacing(6)
        self._actions.addWidget(self.save, 0, 0)
        self._actions.addWidget(self.protect, 0, 1)
        self._actions.setColumnStretch(2, 1)
        self._fit_actions()
        rows_of_foot = QVBoxLayout(foot)
        rows_of_foot.setContentsMargins(12, 8, 12, 10)
        rows_of_foot.setSpacing(6)
        rows_of_foot.addWidget(self.protected)
        rows_of_foot.addWidget(self._said)
        rows_of_foot.addLayout(self._actions)
        self._said.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(bar)
        rows.addWidget(self._wrong)
        rows.addWidget(self._sheet, 1)
        rows.addWidget(foot)

    def _fit_actions(self) -> None:
        """To print stands at the right of the others; below them where there is no room for it."""
        buttons = (self.save, self.protect, self.print)
        if self.width() < sum(each.sizeHint().width() for each in buttons) + BESIDE:
            self._actions.addWidget(self.print, 1, 0, 1, 4)
        else:
            self._actions.addWidget(self.print, 0, 3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another room."""
        super().resizeEvent(event)
        self._fit_actions()

    # -- making

    def refresh(self) -> None:
        """Make the paper anew, on a thread of its own; only the newest is made."""
        edited = None
        self.waiting = True
        try:
            edited = self._visit.plan()
        except Refused as refused:
            if self.kind in HERS:
                self._failed(None, refused)
                return
        cadence, belt_speed = cadence_of(self._visit)
        store, now = self._visit.store, self._visit.now()
        filmed = self.kind in FILMED
        visit = Visit(
            self._visit.assessment(),
            self._visit.answers(),
            self._visit.client,
            clinic_of(self._visit),
            self._visit.day,
            store.therapist.display_name,
            edited,
            number=self._visit.visit.number,
            stride=stride_of(store, now, self._visit.client) if filmed else None,
            frames=self._frames() if filmed else (),
            amendments=changes(store, self._visit.visit.id),
            anchor=str(store.access.head()),
            with_mood=self.with_mood,
        )
        self._wanted = Wanted(
            self.kind,
            visit,
            self.letters.value == "large",
            cadence,
            belt_speed,
            self.to,
            before=self._before() if self.kind == GAIT else None,
            language=self.language,
            chosen=self.chosen,
        )
        if filmed:
            self._wanted = replace(self._wanted, angles=self._by_points(visit.stride), cues=self._cues())
        self._latest.want(self._wanted)

    def _frames(self) -> tuple[ChosenFrame, ...]:
        """The frames that were chosen for paper."""
        from runclinic.ui.gait.key_frames import pictures  # what shows films waits until wanted

        return pictures(self._visit.store, self._visit.now())

    def _by_points(self, of: Analysis | None) -> Callable[[], Sequence[Metric]]:
        """What body points give, to be worked out while the paper is made."""
        from runclinic.ui.gait.on_paper import FilmsOf

        films = FilmsOf(self._visit.store, self._visit.now(), self._visit.client)
        return lambda: films.angles(of)

    def _cues(self) -> Callable[[], Sequence[CueTried]]:
        """The cues that were tried, to be measured while the paper is made."""
        from runclinic.ui.gait.cue_tried import of_visit

        visit = self._visit
        return of_visit(visit.store, visit.client, visit.now(), (visit.visit.id, visit.day))

    def _before(self) -> tuple[date, Analysis] | None:
        """The stride of the last visit before that has one."""
        from runclinic.ui.follow_up import stride_before

        day, stride = stride_before(self._visit)
        return None if day is None or stride is None else (day, stride)

    def show_kind(self, kind: str, to: str = "") -> None:
        """Another document; `to` is who a letter is to. That mood may stand in it is asked for each anew."""
        if kind != self.kind:
            self.with_mood = False
            self.protected.put_away()
        self.kind, self.to, self._page = kind, to, 0
        self.letters.setVisible(kind in (*HERS, REPORT))
        self.refresh()

    def show_chosen(self, exercises: Iterable[str]) -> None:
        """Other exercises on the hand-out, by id."""
        self.chosen = tuple(exercises)
        self.refresh()

    def show_mood(self, *, agreed: bool) -> None:
        """Whether she agrees that scores of mood are on this paper."""
        self.with_mood = agreed
        self.refresh()

    def show_language(self, language: str) -> None:
        """What the runner holds, in another language than hers."""
        self._language = language
        self.refresh()

    @property
    def language(self) -> str:
        """Of what the runner holds: as chosen, else hers, else English."""
        return self._language or closest(self._visit.client.language) or SCREEN_LANGUAGE

    def _show(self, request: Wanted, made: Made) -> None:
        if request is not self._wanted:
            return
        if self._made is None or self._made.pdf != made.pdf:
            self.protected.put_away()  # a copy is of what is shown
        self._made, self.waiting, self.refusal = made, False, ""
        self._wrong.hide()
        self._page = min(self._page, len(made.pages) - 1)
        self._show_page()
        if self._sheet.hasFocus() and self._next is not None:
            self._next.setFocus()
        self.ready.emit()
        then, self._then = self._then, None
        if then is not None:
            then()

    def _failed(self, _request: object, error: Exception) -> None:
        self._made, self.waiting, self._then = None, False, None
        self._show_page()
        if not isinstance(error, Refused):
            raise error
        self.refusal = str(error)
        self._wrong.setText(self.refusal)
        self._wrong.show()

    def _show_page(self) -> None:
        pages = self._made.pages if self._made else ()
        self._sheet.show_image(pages[self._page] if pages else None)
        self._number.setText(say("paper.page", n=self._page + 1, all=len(pages)) if pages else "")
        self.before.setEnabled(self._page > 0)
        self.after.setEnabled(self._page + 1 < len(pages))
        for button in (self.save, self.protect, self.print):
            button.setEnabled(bool(pages))
        self.print.become(say("paper.print_pages", n=len(pages)) if pages else say("paper.print"))
        self._fit_actions()

    def _turn(self, by: int) -> None:
        self._page += by
        self._show_page()

    def focus_when_ready(self, button: Button) -> None:
        """A button is next; it has the focus as soon as there is something to give out."""
        self._next = button
        (button if button.isEnabled() else self._sheet).setFocus()

    # -- giving out

    def save_file(self) -> None:
        """Ask where, write the file, and keep a copy with the visit."""
        made = self._of_now(self.save_file)
        if made is None:
            return
        name = self.file_name
        try:
            path = save_pdf(self, name, made.pdf)
        except Refused as refused:
            self._tell(str(refused))
            return
        if path is not None:
            self._keep(name, made)
            self._tell(say("paper.saved_as", path=str(path)))

    def _of_now(self, then: Callable[[], None]) -> Made | None:
        """The paper of what stands now; while it is being made None, and `then` is done once it is there.

        What is still on the screen meanwhile is the paper before the last change: it is never given out.
        """
        if self.waiting:
            self._then = then
            return None
        return self._made

    def _ask_protected(self) -> None:
        """A password for a copy of what is shown."""
        made = self._of_now(self._ask_protected)
        if made is not None:
            self._protecting = made
            self._said.hide()
            self.protected.ask(self.file_name, lambda: made.pdf)

    def _saved_protected(self, path: Path) -> None:
        made = self._protecting
        if made is not None:
            document = self._keep(self.file_name, made)
            self._visit.store.documents.protected(document.id)
        self._tell(say("protect.saved", path=str(path)))

    def print_file(self) -> None:
        """Print exactly the pages of the preview, and keep a copy with the visit."""
        made = self._of_now(self.print_file)
        if made is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setFullPage(True)
        if QPrintDialog(printer, self).exec() != QPrintDialog.DialogCode.Accepted:
            return
        name = self.file_name
        self._printing = Job(say("paper.printing"), pictures(made.pdf, PRINT_SCALE))
        self._printing.done.connect(lambda pages: self._printed(printer, pages, name, made))
        self._printing.failed.connect(lambda error: self._failed(None, error))
        self._status.watch(self._printing)
        self._printing.start()

    def _printed(self, printer: QPrinter, pages: tuple[QImage, ...], name: str, made: Made) -> None:
        if not paint(printer, pages):
            self._tell(say("paper.no_printer"))
            return
        self._keep(name, made)
        self._tell(say("paper.printed", n=len(pages)))

    @property
    def made(self) -> Made | None:
        """The file as it is shown; None while it is being made, or cannot be."""
        return self._made

    @property
    def file_name(self) -> str:
        """What the file is called, with no more of her than that needs."""
        client = self._visit.client
        kind, _, recipient = self.kind.partition("_")
        named = f"{say(f'paper.kind_{kind}')} {recipient}".strip()
        return file_name(self._visit.day, named, client.family_name, client.given_name)

    def _keep(self, name: str, made: Made) -> Document:
        """A copy of the very paper that was given out, whatever is shown by now."""
        kind = made.kind.partition("_")[0]
        document = self._visit.store.documents.keep(self._visit.visit.id, kind, name, made.pdf)
        if self._visit.visit.state == "draft" and made.kind == PLAN:
            self._visit.record("plan/confirmed", document.id)
            self._visit.record("print/done", document.id)
        self.kept.emit(document)
        return document

    def _tell(self, words: str) -> None:
        self._said.setText(words)
        self._said.show()

    def shut(self) -> None:
        """End the thread that makes the pages."""
        self._latest.close()


def make(wanted: Wanted) -> Made:
    """The file and its pages; Refused if something is missing that the paper needs."""
    pdf = pdf_of(wanted)
    return Made(wanted.kind, pdf, all_pictures(pdf, SCREEN_SCALE))
