"""Strength and load tests: a card a test, the one in hand open with its counter, the others a line each."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from runclinic.forms.form import Form, Question
from runclinic.readiness.load_test import LoadTest
from runclinic.ui import look
from runclinic.ui.control import Control, spoken
from runclinic.ui.fields import NumberControl
from runclinic.ui.form_page import FormPage
from runclinic.ui.metronome import Metronome
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.parts.counter import Counter, target_of
from runclinic.ui.pieces import Card, Icon, text
from runclinic.ui.question_row import QuestionRow
from runclinic.ui.questions import SIDES, LeftRightControl
from runclinic.ui.say import say
from runclinic.visit.entry import Json

NAME_WIDTH = 190
HEADER = 44


class LoadTestHeader(QPushButton):
    """The line of a test: its name, what is to be reached, what was found, and how it counts."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._name = question.short or question.text
        self.setProperty("kind", "test")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(HEADER)
        self._chevron = Icon("chevron-right", "text2", 20)
        name = text(self._name, "strong", wrap=False)
        name.setMinimumWidth(NAME_WIDTH)
        target = text(target_of(question), "second")
        self._found = text("")
        self._found.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._icon, self._word = Icon("circle-outline", "text2", 20), text("", "second", wrap=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 12, 4)
        row.setSpacing(10)
        for widget in (self._chevron, name, target, self._found, self._icon, self._word):
            row.addWidget(widget)
        row.setStretch(2, 1)
        row.setStretch(3, 1)
        for widget in self.findChildren(QWidget):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """Qt: as high as its words need at this width."""
        row = self.layout()
        high = row.heightForWidth(self.width()) if row is not None else 0
        return QSize(super().sizeHint().width(), max(HEADER, high))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: narrower may be higher."""
        super().resizeEvent(event)
        self.updateGeometry()

    def put(self, found: str, state: tuple[str, str, str]) -> None:
        """What was found in words, and the state as (icon, token, word)."""
        icon, token, word = state
        self._found.setText(found)
        self._icon.become(icon, token, word)
        self._word.setText(word)
        self.updateGeometry()
        self.setAccessibleName(", ".join(each for each in (self._name, found, word) if each))

    def show_open(self, *, is_open: bool) -> None:
        """The chevron, and what is told to a screen reader."""
        self.setChecked(is_open)
        self._chevron.become("chevron-down" if is_open else "chevron-right", "text2")


class LoadTestCard(Card):
    """A test: its line, and below it, while it is in hand, how it is done, its counter and its questions."""

    def __init__(self, question: Question) -> None:
        super().__init__(margins=(4, 4, 4, 4))
        self.rows.setSpacing(0)
        self.header = LoadTestHeader(question)
        self.rows.addWidget(self.header)
        self.counter = Counter(question) if _counts(question) or question.beat else None
        self.questions = QVBoxLayout()
        self.questions.setSpacing(0)
        self._body = QWidget()
        inside = QVBoxLayout(self._body)
        inside.setContentsMargins(4, 0, 4, 6)
        inside.setSpacing(4)
        how = " ".join(each for each in (question.protocol, question.source) if each)
        if how:
            said = text(how, "second")
            said.setContentsMargins(36, 0, 12, 4)
            inside.addWidget(said)
        if self.counter is not None:
            inside.addWidget(self.counter)
        inside.addLayout(self.questions)
        self.rows.addWidget(self._body)
        self._body.hide()

    @property
    def is_open(self) -> bool:
        """Whether its questions are shown."""
        return not self._body.isHidden()

    def show_open(self, *, is_open: bool) -> None:
        """Show or fold away its questions."""
        if self.is_open != is_open:
            self._body.setVisible(is_open)
            self.header.show_open(is_open=is_open)
            look.mark(self, "card", "active" if is_open else "plain")
            if not is_open and self.counter is not None:
                self.counter.stop()


class LoadTestsPage(FormPage):
    """A form of tests, or some of its tests; the test that the focus is in is open."""

    def __init__(self, open_visit: OpenVisit, form: Form, cards: tuple[str, ...] = ()) -> None:
        self._tests: dict[str, LoadTestCard] = {}
        self._headings: list[tuple[QWidget, str]] = []  # of sections, each with the tests below it
        self._opened = open_visit
        self._metronome = Metronome()
        super().__init__(open_visit, form, standing=True, cards=cards)
        self._metronome.setParent(self)
        self._metronome.beat.connect(self._flash)
        self.complete()

    # -- building

    def _fit(self) -> None:
        super()._fit()
        for test in self._tests.values():
            if test.counter is not None:
                test.counter.fit(self._width())

    def _make_cards(self) -> dict[str, str]:
        of_question: dict[str, str] = {}
        for question in self.form.question:
            test = question.card or question.id
            of_question[question.id] = test
            if question.section and self._belongs(question):
                heading = text(question.section, "heading")
                self._page.addWidget(heading)
                self._headings.append((heading, test))
            if test not in self._tests:
                card = LoadTestCard(question)
                card.hide()
                card.header.clicked.connect(lambda _on=False, test=test: self._pressed(test))
                if card.counter is not None:
                    card.counter.beat_wanted.connect(self._beat)
                self._tests[test] = card
                self._cards[test] = (card, card.questions)
                self._page.addWidget(card)
        return of_question

    def put_row(self, row: QuestionRow) -> None:
        """In the card of its test; a field that is counted into hears Space."""
        super().put_row(row)
        counter = self._tests[self._sections[row.question.id]].counter
        if counter is None:
            return
        for side, field in counted(row.control):
            words = _which(row.question, side)
            field.tapped.connect(lambda c=counter, f=field, w=words: (c.follow(f, w), c.tap()))
            field.halted.connect(counter.stop)
            field.line.textChanged.connect(counter.show_field)

    def _stops(self) -> Iterable[QWidget]:
        rows: dict[str, list[QuestionRow]] = {}
        for row in self._in_order():
            rows.setdefault(self._sections[row.question.id], []).append(row)
        for test, card in self._tests.items():
            yield card.header
            for row in rows.get(test, ()):
                yield from self._stops_of(row)

    def _show_states(self) -> None:
        super()._show_states()
        found = self._opened.assessment().facts.tests
        for test, card in self._tests.items():
            card.header.put(self._found(test), _state(found.get(test), self._answered_at_all(test)))
        for heading, test in self._headings:
            heading.setVisible(not self._tests[test].isHidden())

    def _answered_at_all(self, test: str) -> bool:
        return any(self._value(each) is not None for each, of in self._sections.items() if of == test)

    def _found(self, test: str) -> str:
        question = self.form.find(test)
        if question is None:
            return ""
        first, again = _count_words(question, self._value(test)), self._value(f"{test}_retest")
        with_cue = _count_words(question, again)
        return f"{first}; {say('tests.with_cue', found=with_cue)}" if with_cue else first

    # -- opening and counting

    def _pressed(self, test: str) -> None:
        if self._tests[test].is_open:
            self._open("")
            return
        self._open(test)
        first = next((each for each in self._applies if self._sections[each] == test), "")
        needed = next((each for each in self._needed if self._sections[each] == test), first)
        self.go_to(needed)

    def _open(self, test: str) -> None:
        for name, card in self._tests.items():
            card.show_open(is_open=name == test)
        self._metronome.stop()
        self._show_beat()

    def _go(self, row: QuestionRow) -> None:
        self._open(self._sections[row.question.id])
        super()._go(row)
        QTimer.singleShot(0, row, lambda: self._scroll.ensureWidgetVisible(row, 0, 60))

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        super()._focus_moved(old, new)
        row = self._row_of(new)
        counter = self._tests[self._sections[row.question.id]].counter if row is not None else None
        if row is None or counter is None:
            return
        for side, field in counted(row.control):
            if new is field or (new is not None and field.isAncestorOf(new)):
                counter.follow(field, _which(row.question, side))

    def _beat(self, per_minute: int) -> None:
        if per_minute:
            self._metronome.start(per_minute)
        else:
            self._metronome.stop()
        self._show_beat()

    def _show_beat(self) -> None:
        for card in self._tests.values():
            if card.counter is not None:
                card.counter.beats(self._metronome)

    def _flash(self) -> None:
        for card in self._tests.values():
            if card.is_open and card.counter is not None:
                card.counter.flash()

    def settle(self) -> None:
        """Hand over what is typed or counted; the beat ends."""
        for card in self._tests.values():
            if card.counter is not None:
                card.counter.stop()
        self._metronome.stop()
        self._show_beat()
        super().settle()


def counted(control: Control) -> tuple[tuple[str, NumberControl], ...]:
    """The fields of a control that are counted into: ("left" or "right", or ""; the field)."""
    parts: dict[str, Control] = {"": control}
    if isinstance(control, LeftRightControl):
        parts = {str(place[0]): part for place, part in control.parts.items()}
    return tuple(
        (side, part)
        for side, part in parts.items()
        if isinstance(part, NumberControl) and _counts(part.question)
    )


def _counts(question: Question) -> bool:
    asked = question.each or question
    return asked.kind == "number" and asked.whole


def _which(question: Question, side: str) -> str:
    tried = say("tests.second" if question.id.endswith("_retest") else "tests.first")
    return f"{tried}, {say(f'form.{side}')}" if side else tried


def _count_words(question: Question, value: Json) -> str:
    """Such as "10 | 11 hops" (left, right) or "60 s"; "" for nothing."""
    if value is None:
        return ""
    if value == "declined":
        return say("form.declined")
    sides = [value.get(side) for side in SIDES] if isinstance(value, dict) else [value]
    numbers = " | ".join(spoken(each) if isinstance(each, int | float) else "–" for each in sides)
    return f"{numbers} {(question.each or question).unit}".strip()


def _state(test: LoadTest | None, answered: bool) -> tuple[str, str, str]:
    """Icon, colour and word of a test; one that is for information alone is done or not."""
    if test is None or not test.tried:
        answered = answered and test is None
        done = ("check", "green", say("tests.done"))
        return done if answered else ("circle-outline", "text2", say("result.not_tested"))
    if test.state == "met":
        return ("check-circle", "green", say("result.met"))
    if test.retest_state == "met":
        return ("check-circle-outline", "amber", say("result.with_cue"))
    if test.state == "not_met":
        return ("close-circle-outline", "text", say("result.not_met"))
    return ("circle-half-full", "text2", say("tests.begun"))
