"""Print: plan, report and letters as they will lie on the table, and what was given out at this visit."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from runclinic.documents.clinical import MOOD_ANSWERS, MOOD_SCORES
from runclinic.plan.build import PlannedExercise
from runclinic.records.documents import Document
from runclinic.refused import Refused
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.paper_preview import PaperPreview
from runclinic.ui.papers import EXERCISES, HERS, KINDS, LETTER, NO_MOOD, PLAN
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
from runclinic.ui.protect import Protect
from runclinic.ui.saving import save_pdf
from runclinic.ui.say import say
from runclinic.ui.status_line import StatusLine
from runclinic.words import Words, closest, languages

LEFT_WIDTH = 400
NAME_LETTERS = 60
GIVEN_OUT = ("plan/confirmed", "print/done")  # said when a paper was given out; no paper shows it


class PrintPage(QWidget):
    """Documents at the left, the paper at the right."""

    guide = "paper"
    own_title = True
    whole_width = True
    part_finished = Signal()

    def __init__(self, visit: OpenVisit, status: StatusLine) -> None:
        super().__init__()
        self._visit = visit
        self.paper = PaperPreview(visit, status)
        self.paper.kept.connect(lambda _document: self._show_kept())
        visit.changed.connect(self._changed)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 12, 16, 16)
        rows.setSpacing(12)
        rows.addWidget(text(part_title("print"), "title"))
        rows.addWidget(self._choice())
        self._kept = Card()
        rows.addWidget(self._kept)
        self.protected = Protect((visit.client.family_name, visit.client.given_name))
        self.protected.saved.connect(self._saved_protected)
        self._protecting = ""  # the id of the document of which a protected copy is made
        self._told = text("", "second")
        self._told.hide()
        rows.addWidget(self.protected)
        rows.addWidget(self._told)
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
        self.exercises: dict[str, QCheckBox] = {}
        self._which_exercises = QWidget()
        self._which_exercises.setLayout(QVBoxLayout())
        self._which_exercises.hide()
        card.rows.addWidget(self._which_exercises)
        self.mood = QCheckBox(say("print_page.with_mood"))
        self.mood.toggled.connect(lambda agreed: self.paper.show_mood(agreed=agreed))
        self.mood.hide()
        card.rows.addWidget(self.mood)
        self._spoken = self._language()
        card.rows.addWidget(self._spoken)
        return card

    def _offer_exercises(self) -> None:
        """A tick for each exercise of the plan; what was unticked before stays so."""
        rows = self._which_exercises.layout()
        if not isinstance(rows, QVBoxLayout):
            return
        left_out = {each for each, tick in self.exercises.items() if not tick.isChecked()}
        empty_out(rows)
        rows.setContentsMargins(0, 4, 0, 0)
        rows.addWidget(text(say("print_page.exercises_which"), "strong"))
        self.exercises = {}
        for each in self._planned():
            tick = QCheckBox(each.name)
            tick.setChecked(each.id not in left_out)
            tick.toggled.connect(lambda _on: self.paper.show_chosen(self._ticked()))
            self.exercises[each.id] = tick
            rows.addWidget(tick)
        self.paper.chosen = self._ticked() if left_out else None

    def _planned(self) -> tuple[PlannedExercise, ...]:
        try:
            return self._visit.plan().plan.exercises
        except Refused:  # which the paper says
            return ()

    def _ticked(self) -> tuple[str, ...]:
        return tuple(each for each, tick in self.exercises.items() if tick.isChecked())

    def _knows_of_mood(self) -> bool:
        """Whether anything was answered that stands on paper only if she agrees."""
        scored = any(
            (score := self._visit.assessment().scores.get(each)) is not None and score.value is not None
            for each in MOOD_SCORES
        )
        return scored or any(self._visit.answers().get(each) is not None for each in MOOD_ANSWERS)

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
        self._spoken.setVisible(kind in HERS)
        self._which_exercises.setVisible(kind == EXERCISES)
        if kind == EXERCISES:
            self._offer_exercises()
        self._offer_mood(kind)
        about = "letter" if is_letter else kind
        self._about.setText(say(f"print_page.{about}_about"))
        self.paper.show_kind(kind, self.to.text().strip() if is_letter else "")

    def _offer_mood(self, kind: str) -> None:
        """Off at first on each document: she agrees to this paper, not to all of them."""
        if kind != self.paper.kind:
            blocked = self.mood.blockSignals(True)
            self.mood.setChecked(False)
            self.mood.blockSignals(blocked)
        self.mood.setVisible(kind not in NO_MOOD and self._knows_of_mood())

    def _changed(self, keys: Sequence[str]) -> None:
        """Anything but that a paper was given out may change what stands on it."""
        if self.isVisible() and not all(key in GIVEN_OUT for key in keys):
            self.refresh()

    def refresh(self) -> None:
        """The paper and the list as they stand."""
        if self.paper.kind == EXERCISES:
            self._offer_exercises()
        self._offer_mood(self.paper.kind)
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
            locked = Button(say("protect.kept", name=document.name), kind="icon", icon="file-lock-outline")
            locked.clicked.connect(lambda _=False, document=document: self._protect(document))
            name = text(document.name)
            line = in_a_row(Icon("file-pdf-box", "text2", 18), name, again, locked, spacing=8)
            line.setStretch(1, 1)
            line.setAlignment(name, Qt.AlignmentFlag.AlignVCenter)
            self._kept.rows.addLayout(line)

    def _save_again(self, document: Document) -> None:
        try:
            save_pdf(self, document.name, self._visit.store.documents.read(document.id))
        except Refused as refused:
            self._kept.rows.addWidget(text(str(refused), "wrong"))

    def _protect(self, document: Document) -> None:
        """A password for a copy of what was given out."""
        self._told.hide()
        self._protecting = document.id
        self.protected.ask(document.name, lambda: self._visit.store.documents.read(document.id))

    def _saved_protected(self, path: Path) -> None:
        self._visit.store.documents.protected(self._protecting)
        self._told.setText(say("protect.saved", path=str(path)))
        self._told.show()
