"""Print: plan, report and letters as they will lie on the table, and what was given out at this visit."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from runclinic.documents.letter import RECIPIENTS
from runclinic.records.documents import Document
from runclinic.refused import Refused
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.paper_preview import GAIT, LETTER, PLAN, REPORT, PaperPreview
from runclinic.ui.part_words import part_title
from runclinic.ui.pieces import (
    Button,
    Card,
    Choice,
    Choices,
    Icon,
    Scroll,
    empty_out,
    ground,
    in_a_row,
    rule,
    text,
)
from runclinic.ui.saving import save_pdf
from runclinic.ui.say import say
from runclinic.ui.status_line import StatusLine
from runclinic.words import Words, closest, languages

LEFT_WIDTH = 400
NAME_LETTERS = 60
KINDS = (PLAN, REPORT, GAIT, *(f"{LETTER}{each}" for each in RECIPIENTS))


class PrintPage(QWidget):
    """Documents at the left, the paper at the right."""

    own_title = True
    whole_width = True
    part_finished = Signal()

    def __init__(self, visit: OpenVisit, status: StatusLine) -> None:
        super().__init__()
        self._visit = visit
        self.paper = PaperPreview(visit, status)
        self.paper.kept.connect(lambda _document: self._show_kept())
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 12, 16, 16)
        rows.setSpacing(12)
        rows.addWidget(text(part_title("print"), "title"))
        rows.addWidget(self._choice())
        self._kept = Card()
        rows.addWidget(self._kept)
        rows.addStretch(1)
        left = Scroll(inside)
        left.setFixedWidth(LEFT_WIDTH)
        right = ground("panel")
        paper = QVBoxLayout(right)
        paper.setContentsMargins(0, 0, 0, 0)
        paper.addWidget(self.paper)
        outside = QHBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.setSpacing(0)
        outside.addWidget(left)
        outside.addWidget(right, 1)

    def _choice(self) -> Card:
        """Which document: one of a list, and who a letter is to."""
        card = Card("active")
        card.rows.addWidget(text(say("print_page.which"), "heading"))
        offered = tuple(Choice(kind, say(f"print_page.{kind}"), str(n)) for n, kind in enumerate(KINDS, 1))
        self.which = Choices(offered, "list", about=say("print_page.which"))
        self.which.show_value(PLAN)
        self.which.chosen.connect(lambda kind: self._show_kind(str(kind)))
        card.rows.addWidget(self.which)
        self.to = QLineEdit()
        self.to.setPlaceholderText(say("print_page.to"))
        self.to.setAccessibleName(say("print_page.to"))
        self.to.setMaxLength(NAME_LETTERS)
        self.to.editingFinished.connect(lambda: self._show_kind(self.paper.kind))
        self.to.hide()
        card.rows.addWidget(self.to)
        self._about = text(say("print_page.plan_about"), "quiet")
        card.rows.addWidget(self._about)
        self._spoken = self._language()
        card.rows.addWidget(self._spoken)
        return card

    def _language(self) -> QWidget:
        """The language of what she takes home: hers if RunClinic has it; another one can be kept as hers."""
        box = QWidget()
        rows = QVBoxLayout(box)
        rows.setContentsMargins(0, 4, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(text(say("print_page.language"), "strong"))
        offered = tuple(Choice(code, Words(code).locale.name) for code in languages())
        self.language = Choices(offered, "flow", about=say("print_page.language"))
        self.language.show_value(self.paper.language)
        self.language.chosen.connect(lambda code: self._show_language(str(code)))
        rows.addWidget(self.language)
        self.not_hers = text("", "second")
        rows.addWidget(self.not_hers)
        self.keep_language = Button("", kind="flat", icon="account")
        self.keep_language.clicked.connect(self._keep_language)
        rows.addWidget(self.keep_language, 0, Qt.AlignmentFlag.AlignLeft)
        self._tell_language()
        return box

    def _show_language(self, code: str) -> None:
        self.paper.show_language(code)
        self._tell_language()

    def _tell_language(self) -> None:
        """That a language is missing, or not reviewed; and the way to make the chosen one hers."""
        hers, chosen = self._visit.client.language, self.paper.language
        locale = Words(chosen).locale
        told: list[str] = []
        if hers and closest(hers) is None:
            told.append(say("print_page.no_language", language=hers))
        if not locale.reviewed:
            told.append(say("print_page.not_reviewed"))
        self.not_hers.setText(" ".join(told))
        self.not_hers.setVisible(bool(told))
        self.keep_language.become(say("print_page.keep_language", language=locale.name))
        self.keep_language.setVisible(closest(hers) != chosen)

    def _keep_language(self) -> None:
        hers = replace(self._visit.client, language=self.paper.language)
        try:
            self._visit.client = self._visit.store.clients.change(hers)
        except Refused as refused:
            self.not_hers.setText(str(refused))
            self.not_hers.show()
            return
        self._tell_language()
        self.language.setFocus()

    def _show_kind(self, kind: str) -> None:
        is_letter = kind.startswith(LETTER)
        if (kind, self.to.text().strip()) == (self.paper.kind, self.paper.to):
            return
        self.to.setVisible(is_letter)
        self._spoken.setVisible(kind == PLAN)
        about = "letter" if is_letter else kind
        self._about.setText(say(f"print_page.{about}_about"))
        self.paper.show_kind(kind, self.to.text().strip() if is_letter else "")

    def refresh(self) -> None:
        """The paper and the list as they stand."""
        self.paper.refresh()
        self._show_kept()

    def start(self) -> None:
        """Printing is next."""
        self.paper.focus_when_ready(self.paper.print)

    def shut(self) -> None:
        """The thread of the paper ends."""
        self.paper.shut()

    def _show_kept(self) -> None:
        empty_out(self._kept.rows)
        self._kept.rows.addWidget(text(say("print_page.kept"), "heading"))
        documents = self._visit.store.documents.of(self._visit.visit.id)
        if not documents:
            self._kept.rows.addWidget(text(say("print_page.none_kept"), "quiet"))
        for number, document in enumerate(reversed(documents)):
            if number:
                self._kept.rows.addWidget(rule())
            again = Button(
                say("print_page.again", name=document.name), kind="icon", icon="content-save-outline"
            )
            again.clicked.connect(lambda _=False, document=document: self._save_again(document))
            name = text(document.name)
            line = in_a_row(Icon("file-pdf-box", "text2", 18), name, again, spacing=8)
            line.setStretch(1, 1)
            line.setAlignment(name, Qt.AlignmentFlag.AlignVCenter)
            self._kept.rows.addLayout(line)

    def _save_again(self, document: Document) -> None:
        try:
            save_pdf(self, document.name, self._visit.store.documents.read(document.id))
        except Refused as refused:
            self._kept.rows.addWidget(text(str(refused), "wrong"))
