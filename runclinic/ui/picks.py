"""Controls in which something is chosen: one, several, yes or no, a step of a scale."""

import dataclasses

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from runclinic.forms.form import Question
from runclinic.ui.control import Asked, Control, spoken
from runclinic.ui.fields import TextLine
from runclinic.ui.pieces import Choice, Choices, Flow, room_in_bold, text
from runclinic.ui.say import say
from runclinic.visit.entry import Json

SEGMENTS_AT_MOST = 9
SEGMENT_LETTERS = 52
FLOW_WORD = 26
NUMBERS_AT_MOST = 11
ENDS_NEED = 100
OTHER = "other: "


def choices_of(question: Question) -> tuple[Choice, ...]:
    """What can be chosen, each with the key that chooses it: its own, its number, or its place."""
    made: list[Choice] = []
    for place, option in enumerate(question.options, start=1):
        number = isinstance(option.value, int)
        shown = (
            f"{option.value} {option.text}" if number and option.text != str(option.value) else option.text
        )
        key = option.key.lower() or (str(option.value) if number else str(place) if place <= 9 else "")
        made.append(Choice(option.value, shown, key))
    return tuple(made)


class ChoiceControl(Control):
    """One option of several: segments when they are short, else a list with the keys shown."""

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        offered = choices_of(question)
        self.choices = Choices(
            offered,
            _shape(offered, compact=asked.compact),
            about=question.short or question.text,
            tall=asked.standing,
            tight=_numbers(offered),
        )
        self.wide = _shape(offered) != "row" or _letters(offered) > SEGMENT_LETTERS // 2
        self.choices.chosen.connect(lambda value: self.answered.emit(value, False))
        self.choices.moved_on.connect(self.moved_on)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.choices)
        self.setFocusProxy(self.choices)

    def display(self, value: Json) -> None:
        """Show what stands."""
        self.choices.show_value(value)


def _letters(offered: tuple[Choice, ...]) -> int:
    return sum(len(each.words) + 3 for each in offered)


def _shape(offered: tuple[Choice, ...], *, compact: bool = False) -> str:
    if _numbers(offered) or (len(offered) <= SEGMENTS_AT_MOST and _letters(offered) <= SEGMENT_LETTERS):
        return "row"
    return "list" if max(len(each.words) for each in offered) > FLOW_WORD and not compact else "flow"


def _numbers(offered: tuple[Choice, ...]) -> bool:
    """Bare numbers stand as close as those of a scale."""
    return len(offered) <= NUMBERS_AT_MOST and all(len(each.words) <= 2 for each in offered)


class YesNoControl(Control):
    """Yes, no, or asked and declined; nothing is chosen until she answers."""

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        offered = (
            Choice("yes", say("form.yes"), "1"),
            Choice("no", say("form.no"), "2"),
            Choice("declined", say("form.declined"), "3"),
        )
        self.choices = Choices(offered, about=question.short or question.text, tall=asked.standing)
        self.choices.chosen.connect(lambda value: self.answered.emit(value, False))
        self.choices.moved_on.connect(self.moved_on)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.choices)
        self.setFocusProxy(self.choices)

    def display(self, value: Json) -> None:
        """Show what stands."""
        self.choices.show_value(value)


class ScaleControl(Control):
    """A row of numbers with words at its ends; or the named steps of a short scale."""

    wide = True

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        self._ends: QLabel | None = None
        low, high = question.range or (0, 10)
        numbers = tuple(Choice(number, str(number), str(number)) for number in range(int(low), int(high) + 1))
        offered = choices_of(question) or numbers
        self.choices = Choices(
            offered,
            about=question.short or question.text,
            tall=asked.standing,
            tight=not question.options,
        )
        self.choices.chosen.connect(lambda value: self.answered.emit(value, False))
        self.choices.moved_on.connect(self.moved_on)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.choices)
        if question.ends and not question.options:
            said = say(
                "form.ends",
                low=spoken(low),
                low_words=question.ends[0],
                high=spoken(high),
                high_words=question.ends[1],
            )
            self._ends = text(said, "caption")
            self._ends.setMinimumWidth(0)
            row.addWidget(self._ends, 1)
            self.setToolTip(said)
        self.setFocusProxy(self.choices)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where there is no room beside the numbers, their ends are told by the tool tip."""
        super().resizeEvent(event)
        if self._ends is not None:
            self._ends.setVisible(self.width() - self.choices.sizeHint().width() > ENDS_NEED)

    def display(self, value: Json) -> None:
        """Show what stands."""
        self.choices.show_value(value)


class SeveralControl(Control):
    """Any number of options; "none of these" is an answer of its own."""

    wide = True

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        self._value: list[Json] = []
        self._options = choices_of(question)
        self._buttons = [self._toggle(option) for option in self._options]
        self._none = self._button(say("form.none_of_these"), key="0")
        self._none.clicked.connect(lambda: self._say([]))
        self._other = _OtherLine(question, asked) if question.other else None
        flow = Flow()
        self.setLayout(flow)
        for button in (*self._buttons, self._none):
            flow.addWidget(button)
        if self._other is not None:
            flow.addWidget(self._other)
            self._other.answered.connect(self._other_typed)
            self._other.moved_on.connect(self.moved_on)
        self.setFocusProxy(self._buttons[0] if self._buttons else self._none)

    def _button(self, words_: str, key: str) -> QPushButton:
        button = QPushButton(words_)
        button.setMinimumWidth(room_in_bold(button))
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setProperty("kind", "choice")
        button.setProperty("tall", self.asked.standing)
        button.setAccessibleName(words_)
        button.setAccessibleDescription(self.question.text)
        if key:
            button.setToolTip(f"{words_} ({key})")
        button.installEventFilter(self)
        return button

    def _toggle(self, option: Choice) -> QPushButton:
        button = self._button(option.words, option.key)
        button.clicked.connect(lambda: self._flip(option.value))
        return button

    def _flip(self, value: str | int) -> None:
        order = [option.value for option in self._options]
        chosen = [each for each in self._value if each in order]
        chosen.remove(value) if value in chosen else chosen.append(value)
        others = [each for each in self._value if each not in order]
        self._say([*(each for each in order if each in chosen), *others])

    def _other_typed(self, value: Json, typing: bool) -> None:
        order = [option.value for option in self._options]
        kept: list[Json] = [each for each in self._value if each in order]
        self._value = [*kept, f"{OTHER}{value}"] if value else kept
        self.answered.emit(self._value or None, typing)

    def _say(self, value: list[Json]) -> None:
        self.display(value)
        self.answered.emit(value, False)

    def display(self, value: Json) -> None:
        """Show what stands."""
        self._value = list(value) if isinstance(value, list) else []
        for option, button in zip(self._options, self._buttons, strict=True):
            button.setChecked(option.value in self._value)
        self._none.setChecked(value == [])
        if self._other is not None:
            others = [str(each) for each in self._value if str(each).startswith(OTHER)]
            self._other.display(others[0].removeprefix(OTHER) if others else None)

    def settle(self) -> None:
        """Hand over the words of "other"."""
        if self._other is not None:
            self._other.settle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Number keys toggle, arrows move, Enter moves on."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.moved_on.emit()
            return True
        everything = [*self._buttons, self._none]
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(
            Qt.Key(event.key())
        )
        if step and watched in everything:
            at = everything.index(watched)  # pyright: ignore[reportArgumentType] -- it is one of them
            everything[(at + step) % len(everything)].setFocus()
            return True
        if event.text() == "0":
            self._say([])
            return True
        for option, button in zip(self._options, self._buttons, strict=True):
            if event.text() and event.text().lower() == option.key:
                button.setFocus()
                self._flip(option.value)
                return True
        return False


class _OtherLine(TextLine):
    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, dataclasses.replace(asked, check=lambda _question, _value: None))
        self.line.setAccessibleName(say("form.other"))
        self.line.setMinimumWidth(220)

    def hint(self) -> str:
        return say("form.other")
