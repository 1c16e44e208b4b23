"""Print: the take-home plan as it will lie on the table, and what was given out at this visit."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from runclinic.records.documents import Document
from runclinic.refused import Refused
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.paper_preview import PaperPreview
from runclinic.ui.part_words import part_title
from runclinic.ui.pieces import Button, Card, Icon, Scroll, empty_out, ground, in_a_row, rule, text
from runclinic.ui.saving import save_pdf
from runclinic.ui.say import say
from runclinic.ui.status_line import StatusLine

LEFT_WIDTH = 400


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
        rows.addWidget(self._about_card())
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

    def _about_card(self) -> Card:
        card = Card("active")
        line = in_a_row(
            Icon("file-document-outline", "accent", 22), text(say("print_page.plan"), "heading"), spacing=10
        )
        line.setStretch(1, 1)
        card.rows.addLayout(line)
        card.rows.addWidget(text(say("print_page.plan_about"), "quiet"))
        return card

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
