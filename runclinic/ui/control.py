"""What every answering control has in common, and the fields that are typed into."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from runclinic.forms.form import Question
from runclinic.refused import Refused
from runclinic.ui import look
from runclinic.ui.say import say
from runclinic.visit.entry import Json

SETTLE_MS = 400
SETTLE_AT_MOST_MS = 2000
_POPUP = Qt.FocusReason.PopupFocusReason
_UNDO_KEYS = (Qt.Key.Key_Z, Qt.Key.Key_Y)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question where it stands: its form, the answers beside it, and whether it is true enough to keep.

    `check(question, value)` raises Refused; `today` is the date of the visit.
    """

    form_id: str
    value_of: Callable[[str], Json]
    question_of: Callable[[str], Question | None]
    check: Callable[[Question, Json], None]
    today: date
    standing: bool = False  # asked beside the treadmill: targets of 40
    compact: bool = False  # one of many in a table
    unit_shown: bool = True  # false where the unit stands once for all
    together: Callable[[Mapping[str, Json]], object] | None = None  # answers of the form, as one step of undo


class Control(QWidget):
    """One question's control. Starts empty; says what was answered, and never answers by itself.

    `answered(value, typing)`: None takes the answer back, `typing` is true while she is still in a field.
    `told(sentence)`: why an entry is not stored; "" when it is fine again.
    """

    answered = Signal(object, bool)
    told = Signal(str)
    moved_on = Signal()
    wide = False  # stands below its words, not beside them

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__()
        self.question = question
        self.asked = asked
        self.setAccessibleName(question.short or question.text)

    def display(self, value: Json) -> None:
        """Show what stands: None is unanswered, "declined" is an answer."""
        raise TypeError(type(self).__name__)

    def settle(self) -> None:
        """Hand over what was typed and not yet handed over."""

    def surroundings_changed(self) -> None:
        """Another answer of the form changed."""


def spoken(number: float) -> str:
    """A number without idle zeros."""
    return f"{number:g}" if abs(number) < 1_000_000 else str(int(number))


class Typing(QObject):
    """Watches a field: what was typed is settled 400 ms after the last key, at most 2 s, and on leaving."""

    settled = Signal(bool)  # true: she left the field
    entered = Signal()

    def __init__(self, field: "QLineEdit | QPlainTextEdit") -> None:
        super().__init__(field)
        self._field = field
        self.pending = False
        self._soon = self._timer(SETTLE_MS)
        self._latest = self._timer(SETTLE_AT_MOST_MS)
        field.installEventFilter(self)

    def _timer(self, after_ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(lambda: self.settle(left=False))
        return timer

    def touched(self) -> None:
        """A key changed the text."""
        self.pending = True
        self._soon.start()
        if not self._latest.isActive():
            self._latest.start()

    def forget(self) -> None:
        """The text was set by the program: nothing is pending."""
        self.pending = False
        self._soon.stop()
        self._latest.stop()

    def settle(self, *, left: bool) -> None:
        """Hand over now, if there is anything."""
        pending = self.pending
        self.forget()
        if pending or left:
            self.settled.emit(left)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter, Esc, undo and leaving the field."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_undo(event):
            self.settle(left=False)
            event.ignore()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() != _POPUP:
            self.settle(left=True)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                return False
            self.settle(left=True)
            self.entered.emit()
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.settle(left=True)
            around = self._field.parentWidget()
            while around is not None and around.focusProxy() is not None:
                around = around.parentWidget()
            if around is not None:
                around.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return False


def _is_undo(event: QKeyEvent) -> bool:
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    return control and event.key() in _UNDO_KEYS


class LineControl(Control):
    """A control with one line that is typed into; says what its text means."""

    verbatim = False  # a password: blanks at its ends belong to it

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        self.line = QLineEdit()
        self.line.setProperty("tall", asked.standing)
        self.line.setAccessibleName(question.short or question.text)
        self.line.setPlaceholderText(self.hint())
        self.typing = Typing(self.line)
        self.line.textEdited.connect(self._edited)
        self.typing.settled.connect(self._settled)
        self.typing.entered.connect(self.moved_on)
        self.setFocusProxy(self.line)
        self._standing: Json = None

    def hint(self) -> str:
        """What may be typed, shown while the field is empty."""
        return ""

    def read(self, typed: str) -> Json:
        """The value of the text; Refused if it is none."""
        return typed

    def written(self, value: Json) -> str:
        """The text of a value."""
        return str(value)

    def unfinished(self, typed: str) -> bool:
        """True while more keys could still make it right, so that nobody is told off too early."""
        return bool(typed)

    def display(self, value: Json) -> None:
        """Show what stands; a field that is being typed into is left alone."""
        self._standing = value
        if self.line.property("bad") is True and value is None:
            return  # the entry that was not stored stays visible
        declined = value == "declined"
        look.mark(self.line, "declined", declined)
        words = say("form.declined") if declined else "" if value is None else self.written(value)
        if not (self.line.hasFocus() and (self.typing.pending or self._means(value))):
            self.line.setText(words)
            self.typing.forget()
            self._mark_bad("")

    def _means(self, value: Json) -> bool:
        try:
            return self._value() == value
        except Refused:
            return False

    def _value(self) -> Json:
        typed = self.line.text() if self.verbatim else self.line.text().strip()
        return self.read(typed) if typed else None

    def settle(self) -> None:
        """Hand over what was typed."""
        self.typing.settle(left=True)

    def _edited(self) -> None:
        look.mark(self.line, "declined", value=False)
        self.typing.touched()
        self.edited()

    def edited(self) -> None:
        """A key changed the text."""

    def _settled(self, left: bool) -> None:
        if self.line.property("declined") is True:
            return
        try:
            value = self._value()
            if value is not None:
                self.asked.check(self.question, value)
        except Refused as problem:
            if left or not self.unfinished(self.line.text().strip()):
                self._refuse(problem.what)
            return
        self._mark_bad("")
        if value != self._standing:
            self._standing = value
            self.answered.emit(value, not left)

    def _refuse(self, why: str) -> None:
        self._mark_bad(why)
        if self._standing is not None:
            self._standing = None
            self.answered.emit(None, False)

    def _mark_bad(self, why: str) -> None:
        if why or self.line.property("bad") is True:
            look.mark(self.line, "bad", bool(why))
            self.line.setAccessibleDescription(why)
            self.told.emit(say("form.not_stored", why=why) if why else "")
