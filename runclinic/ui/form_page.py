"""Any form on the screen: its questions in sections, each with the control of its kind."""

import re
from itertools import pairwise

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from runclinic.forms.answers import missing, shown, wording
from runclinic.forms.conditions import Facts
from runclinic.forms.form import Condition, Form, Question
from runclinic.ui import look
from runclinic.ui.control import Asked
from runclinic.ui.pieces import Button, Card, Icon, Scroll, text
from runclinic.ui.questions import make
from runclinic.ui.recording import Recorded, check
from runclinic.ui.say import say
from runclinic.visit.entry import Json

CONTROL_WIDTH = 300
SHORT_WIDTH = 128
STACKED_BELOW = 560
WIDEST = 940
BUILD_AT_ONCE = 10
BUILD_AFTERWARDS = 3


class QuestionRow(QFrame):
    """A question: its words, its control, why an entry is not stored, and what else can be done with it."""

    answered = Signal(str, object, bool)
    moved_on = Signal(str)

    def __init__(
        self, question: Question, words: str, asked: Asked, *, follows: bool, short: bool = False
    ) -> None:
        super().__init__()
        self.question = question
        self._short = short  # a test's answer: its name in few words, the control beside it
        self._follows = follows
        self._private = question.private
        self._open = not question.private
        self._value: Json = None
        self.setProperty("question", "follow" if follows else "plain")
        self.control = make(question, asked)
        self.control.answered.connect(lambda value, typing: self.answered.emit(question.id, value, typing))
        self.control.told.connect(self._told)
        self.control.moved_on.connect(lambda: self.moved_on.emit(question.id))
        self._state = Icon("", size=16)
        self._words = text(words)
        self._hidden = self._cover() if question.private else None
        self._why = text("", "wrong")
        self._why.hide()
        self._more = Button(
            say("form.more"), kind="icon", icon="dots-vertical", token="text3", tip=say("form.more_tip")
        )
        self._more.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._more.clicked.connect(lambda: self._menu(self._more.mapToGlobal(self._more.rect().bottomLeft())))
        self._lay()
        self._actions()
        self.setAccessibleName(words if self._open else say("form.private"))

    def _lay(self) -> None:
        outside = QHBoxLayout(self)
        outside.setContentsMargins(28 if self._follows else 9, 6, 4, 6)
        outside.setSpacing(10)
        outside.addWidget(self._state)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setSpacing(8)
        if self._hidden is not None:
            self._body.addWidget(self._hidden, 1)
        self._body.addWidget(self._words, 1)
        self._body.addWidget(self.control, 0 if not self.control.wide else 1)
        rows = QVBoxLayout()
        rows.setSpacing(4)
        rows.addLayout(self._body)
        rows.addWidget(self._why)
        outside.addLayout(rows, 1)
        outside.addWidget(self._more)
        self._outside = outside
        self._cover_or_not()

    def _cover(self) -> QWidget:
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        self._cover_words = text(say("form.private"), "quiet")
        row.addWidget(self._cover_words, 1)
        self._ask = Button(say("form.ask_now"), icon="eye-outline", tip=say("form.ask_now_tip"))
        self._ask.clicked.connect(self.uncover)
        row.addWidget(self._ask)
        return held

    def uncover(self) -> None:
        """Show a private question, until the focus leaves it."""
        self._open = True
        self._cover_or_not()
        self.control.setFocus()

    def cover(self) -> None:
        """Hide a private question again."""
        if self._private and self._open:
            self._open = False
            self._cover_or_not()

    def _cover_or_not(self) -> None:
        self._words.setVisible(self._open)
        self.control.setVisible(self._open)
        if self._hidden is not None:
            self._hidden.setVisible(not self._open)
            answered = self._value is not None
            self._cover_words.setText(say("form.private_answered" if answered else "form.private"))

    def _actions(self) -> None:
        for words, keys, what in (
            (say("form.decline"), "Ctrl+D", lambda: self._say("declined")),
            (say("form.take_back"), "Ctrl+Backspace", lambda: self._say(None)),
        ):
            action = QAction(words, self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(what)
            self.addAction(action)

    def _say(self, value: Json) -> None:
        self.control.settle()
        self.control.display(value)
        self.answered.emit(self.question.id, value, False)

    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.addActions(self.actions())
        menu.exec(place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt: the menu key or the right button."""
        self._menu(event.globalPos())

    def display(self, value: Json) -> None:
        """Show what stands."""
        self._value = value
        self.control.display(value)
        if self._hidden is not None:
            self._cover_or_not()

    def show_state(self, *, open_and_needed: bool) -> None:
        """An empty ring where an answer is needed, a tick where there is one."""
        if open_and_needed:
            self._state.become("circle-outline", "text3", say("form.unanswered"))
        elif self._value is not None:
            declined = self._value == "declined"
            self._state.become(
                "minus-circle-outline" if declined else "check",
                "text3" if declined else "green",
                say("form.declined" if declined else "form.answered"),
            )
        else:
            self._state.become("", "text3")

    def show_focus(self, *, here: bool) -> None:
        """A bar at the left while she is in this question."""
        wrong = bool(self._why.text())
        look.mark(
            self,
            "question",
            "wrong" if wrong else "focus" if here else "follow" if self._follows else "plain",
        )
        if not here:
            self.cover()

    def _told(self, why: str) -> None:
        self._why.setText(why)
        self._why.setVisible(bool(why))
        look.mark(self, "question", "wrong" if why else "plain")

    def fit(self, width: int) -> None:
        """Words and control beside one another, or below when there is no room."""
        stacked = width < STACKED_BELOW or (self.control.wide and not self._short)
        self._body.setDirection(
            QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        )
        place = Qt.AlignmentFlag.AlignTop if stacked else Qt.AlignmentFlag.AlignVCenter
        self._outside.setAlignment(self._state, place)
        self._outside.setAlignment(self._more, place)
        if self._short:
            self._words.setFixedWidth(SHORT_WIDTH)
        elif not self.control.wide:
            self.control.setFixedWidth(min(CONTROL_WIDTH, max(width - 80, 180)))


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
        self._asked = Asked(form.id, self._value, form.find, self._check, open_visit.day, standing)
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
        follows = _follows(question, self.form)
        short = (
            self.form.layout == "tests" and bool(question.short) and question.card not in ("", question.id)
        )
        row = QuestionRow(
            question, question.short if short else words, self._asked, follows=follows, short=short
        )
        row.answered.connect(self._answered)
        row.moved_on.connect(self._move_on)
        self._rows[question.id] = row
        _, rows = self._cards[self._sections[question.id]]
        row.display(self._value(question.id))
        row.show_state(open_and_needed=question.id in self._needed)
        row.fit(self._width())
        rows.insertWidget(self._place(question), row)
        row.show()
        self._cards[self._sections[question.id]][0].show()

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
        stops = [
            widget
            for row in self._in_order()
            for widget in row.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.ClickFocus and widget.focusProxy() is None
        ]
        for first, second in pairwise(stops):
            QWidget.setTabOrder(first, second)

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
