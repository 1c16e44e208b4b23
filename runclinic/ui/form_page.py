"""Any form on the screen: its questions in sections, each with the control of its kind."""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from runclinic.forms.answers import missing, shown, wording
from runclinic.forms.conditions import Facts
from runclinic.forms.form import Condition, Form, Question
from runclinic.ui.control import Asked
from runclinic.ui.pieces import Button, Card, Scroll, text
from runclinic.ui.question_row import QuestionRow
from runclinic.ui.recording import Recorded, check
from runclinic.visit.entry import Json

WIDEST = 940
BUILD_AT_ONCE = 10
BUILD_AFTERWARDS = 3


class FormPage(QWidget):
    """One form. Every answer is recorded at once; questions appear as their conditions come true.

    `looked_at(question id)` follows the focus, `finished` is Enter on the last question.
    """

    looked_at = Signal(str)
    finished = Signal()

    def __init__(
        self, open_visit: Recorded, form: Form, *, standing: bool = False, cards: tuple[str, ...] = ()
    ) -> None:
        super().__init__()
        self.form = form
        self._cards_wanted = frozenset(cards)  # () = the whole form
        self._visit = open_visit
        self._asked = Asked(
            form.id,
            self._value,
            form.find,
            self._check,
            open_visit.day,
            standing,
            together=self._answered_together,
        )
        self._rows: dict[str, QuestionRow] = {}
        self._cards: dict[str, tuple[Card, QVBoxLayout]] = {}
        self._focused: QuestionRow | None = None
        inside = QWidget()
        self._page = QVBoxLayout(inside)
        self._page.setContentsMargins(16, 12, 16, 16)
        self._page.setSpacing(12)
        if form.intro:
            self._page.addWidget(text(form.intro, "second"))
        self._sections = self._make_cards()
        self.furnish()
        self._page.addStretch(1)
        inside.setMaximumWidth(WIDEST)
        self._scroll = Scroll(inside)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._scroll)
        self._waiting: list[Question] = []
        self._applies: list[str] = []  # ids of the questions that are asked now, in order
        self._needed: list[str] = []  # those of them that are required and open
        self._builder = QTimer(self)
        self._builder.setInterval(0)
        self._builder.timeout.connect(lambda: self._build(BUILD_AFTERWARDS))
        open_visit.changed.connect(self._changed)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)
        self.refresh()

    # -- what stands

    def _value(self, question_id: str) -> Json:
        return self._visit.answers().get(f"{self.form.id}/{question_id}")

    def _check(self, question: Question, value: Json) -> None:
        check(self._visit, self.form, question, value)

    def facts(self) -> Facts:
        """What conditions ask for."""
        return self._visit.facts()

    # -- building

    def _make_cards(self) -> dict[str, str]:
        """Which section each question stands in; a card is made for each section."""
        section, of_question = "", {}
        for question in self.form.question:
            section = question.section or section
            of_question[question.id] = section
            if section not in self._cards:
                card = Card(margins=(8, 8, 8, 8))
                card.rows.setSpacing(0)
                if section:
                    heading = text(section, "heading")
                    heading.setContentsMargins(12, 6, 12, 6)
                    card.rows.addWidget(heading)
                rows = QVBoxLayout()
                rows.setSpacing(0)
                card.rows.addLayout(rows)
                card.hide()
                self._cards[section] = (card, rows)
                self._page.addWidget(card)
        return of_question

    def furnish(self) -> None:
        """What a form has besides its questions is put below their cards."""

    def refresh(self) -> None:
        """Show what now applies: new questions are made, others hidden, states drawn."""
        answers, facts = self._visit.answers(), self.facts()
        applies = [each for each in shown(self.form, answers, facts) if self._belongs(each)]
        self._applies = [question.id for question in applies]
        wanted = set(self._applies)
        for question_id, row in self._rows.items():
            if row.isHidden() == (question_id in wanted):
                row.setVisible(question_id in wanted)
        self._needed = self._missing()
        self._waiting = [question for question in applies if question.id not in self._rows]
        self._build(BUILD_AT_ONCE)
        self._show_states()

    def _belongs(self, question: Question) -> bool:
        return not self._cards_wanted or bool({question.id, question.card} & self._cards_wanted)

    def put_first(self, widget: QWidget) -> None:
        """Something that stands above the questions."""
        self._page.insertWidget(0, widget)

    def _build(self, count: int) -> None:
        now, self._waiting = self._waiting[:count], self._waiting[count:]
        for question in now:
            self._make_row(question)
        if self._waiting:
            self._builder.start()
        else:
            self._builder.stop()
        if now:
            self._order_tabs()

    def complete(self) -> None:
        """Make all that is still waiting to be made, now."""
        self._build(len(self._waiting))

    def _made(self, question_id: str) -> QuestionRow | None:
        """The row of a question that applies; it is made now if it is still waiting."""
        waiting = [question.id for question in self._waiting]
        if question_id in waiting:
            self._build(waiting.index(question_id) + 1)
        return self._rows.get(question_id)

    def _make_row(self, question: Question) -> None:
        words = wording(question, self.facts())
        row = self.row_of(question, words, self._asked, follows=_follows(question, self.form))
        row.answered.connect(self._answered)
        row.moved_on.connect(self._move_on)
        self._rows[question.id] = row
        row.display(self._value(question.id))
        row.show_state(open_and_needed=question.id in self._needed)
        row.fit(self._width())
        self.put_row(row)
        row.show()

    def row_of(self, question: Question, words: str, asked: Asked, *, follows: bool) -> QuestionRow:
        """The row of a question; what follows a test stands under its name in few words."""
        short = (
            self.form.layout == "tests" and bool(question.short) and question.card not in ("", question.id)
        )
        return QuestionRow(question, question.short if short else words, asked, follows=follows, short=short)

    def put_row(self, row: QuestionRow) -> None:
        """Its place: in the card of its section, in the order of the form."""
        card, rows = self._cards[self._sections[row.question.id]]
        rows.insertWidget(self._place(row.question), row)
        card.show()

    def _place(self, question: Question) -> int:
        section = self._sections[question.id]
        before = 0
        for each in self.form.question:
            if each.id == question.id:
                break
            if self._sections[each.id] == section and each.id in self._rows:
                before += 1
        return before

    def _order_tabs(self) -> None:
        for first, second in pairwise(self._stops()):
            QWidget.setTabOrder(first, second)

    def _stops(self) -> Iterable[QWidget]:
        """What Tab goes through, in order."""
        for row in self._in_order():
            yield from self._stops_of(row)

    def _stops_of(self, row: QuestionRow) -> Iterable[QWidget]:
        """Those in the row itself: a calendar that was opened is a window of its own."""
        for widget in row.findChildren(QWidget):
            stops = widget.focusPolicy() & Qt.FocusPolicy.ClickFocus and widget.focusProxy() is None
            if stops and widget.window() is row.window():
                yield widget

    def _in_order(self) -> list[QuestionRow]:
        return [self._rows[question.id] for question in self.form.question if question.id in self._rows]

    def _show_states(self) -> None:
        needed, used = set(self._needed), set()
        for question_id, row in self._rows.items():
            row.show_state(open_and_needed=question_id in needed)
            if not row.isHidden():
                used.add(self._sections[question_id])
        for section, (card, _) in self._cards.items():
            card.setVisible(section in used)

    def _missing(self) -> list[str]:
        left = missing(self.form, self._visit.answers(), self.facts())
        return [question.id for question in left if self._belongs(question)]

    # -- answering

    def _answered(self, question_id: str, value: Json, typing: bool) -> None:
        self._visit.record(f"{self.form.id}/{question_id}", value, typing=typing)

    def _answered_together(self, values: Mapping[str, Json]) -> None:
        self._visit.record_together({f"{self.form.id}/{each}": value for each, value in values.items()})

    def _changed(self, keys: list[str]) -> None:
        own = [key.split("/", 1)[1] for key in keys if key.startswith(f"{self.form.id}/")]
        for question_id in own:
            if question_id in self._rows:
                self._rows[question_id].display(self._value(question_id))
        for row in self._rows.values():
            row.control.surroundings_changed()
        self.refresh()

    def settle(self) -> None:
        """Hand over everything that is typed and not yet recorded."""
        for row in list(self._rows.values()):  # an answer may bring new questions
            row.control.settle()

    # -- moving

    def _move_on(self, question_id: str) -> None:
        later = self._applies[self._applies.index(question_id) + 1 :] if question_id in self._applies else []
        row = self._made(later[0]) if later else None
        if row is not None:
            self._go(row)
        else:
            self.finished.emit()

    def start(self) -> None:
        """Go to the first question that is not answered, else to the first."""
        row = self._made((self._needed or self._applies or [""])[0])
        if row is not None:
            self._go(row)

    def go_to(self, question_id: str) -> None:
        """Show a question and put the focus on it."""
        row = self._made(question_id)
        if row is not None:
            row.uncover() if row.question.private else self._go(row)

    def _go(self, row: QuestionRow) -> None:
        target: QWidget = row.control if not row.control.isHidden() else row
        if target is row:
            target = next((each for each in row.findChildren(Button) if not each.isHidden()), row)
        target.setFocus(Qt.FocusReason.TabFocusReason)
        self._scroll.ensureWidgetVisible(row, 0, 60)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        row = self._row_of(new)
        if row is self._focused:
            return
        if self._focused is not None:
            self._focused.show_focus(here=False)
            self._visit.pause()
        self._focused = row
        if row is not None:
            row.show_focus(here=True)
            self._scroll.ensureWidgetVisible(row, 0, 60)
            self.looked_at.emit(row.question.id)

    def _row_of(self, widget: QObject | None) -> QuestionRow | None:
        while widget is not None and widget is not self:
            if isinstance(widget, QuestionRow) and self.isAncestorOf(widget):
                return widget
            widget = widget.parent()
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: words and controls are laid out for the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for row in self._rows.values():
            row.fit(self._width())

    def _width(self) -> int:
        return min(self.width(), WIDEST) - 32


def _follows(question: Question, form: Form) -> bool:
    """Whether it is a detail of the question before it, and stands indented below."""
    for condition in (question.shown_when, question.drawn_when):
        if condition is not None and _names(condition, question, form):
            return True
    return False


def _names(condition: Condition, question: Question, form: Form) -> bool:
    asked = condition.question or ""
    stem = re.split(r"[_]", question.id)[0]
    if asked and "/" not in asked and form.find(asked) is not None and asked.split("_")[0] == stem:
        return True
    return any(_names(each, question, form) for each in (*(condition.any or ()), *(condition.all or ())))
