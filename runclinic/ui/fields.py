"""Controls that are typed into: text, number, seconds, date."""

from datetime import date, timedelta

from PySide6.QtCore import QDate, QElapsedTimer, QEvent, QMimeData, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QCalendarWidget, QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from runclinic.forms.form import Question
from runclinic.refused import Refused
from runclinic.ui import look
from runclinic.ui.control import Asked, Control, LineControl, Typing, spoken
from runclinic.ui.pieces import Button, text
from runclinic.ui.say import say
from runclinic.visit.entry import Json

SHORT_TEXT = 120
TOO_MUCH = 1000  # characters over the limit that stay on the screen, to be shortened there
NUMBER_WIDTH = 132
NUMBER_NARROW = 104


class TextLine(LineControl):
    """A short text in one line."""

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        if question.max_length:
            self.line.setMaxLength(
                question.max_length + TOO_MUCH
            )  # never cut silently: what is too long is said
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line)


class Box(QPlainTextEdit):
    """Words in several lines; a text that is far longer than there is room for is not even laid out."""

    too_much = Signal(int)  # how many characters were pasted or dropped

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Qt: pasted or dropped."""
        count = len(source.text())
        if self._most and count > self._most + TOO_MUCH:
            self.too_much.emit(count)
        else:
            super().insertFromMimeData(source)


class TextControl(Control):
    """Her words or the therapist's: grows with the text; Shift+Enter begins a new line."""

    wide = True

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        self.box = Box(question.max_length)
        self.box.too_much.connect(self._refuse_pasted)
        self.box.setTabChangesFocus(True)
        self.box.setAccessibleName(question.short or question.text)
        if question.max_length:
            self.box.setPlaceholderText(say("form.at_most_letters", n=question.max_length))
        self.box.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.typing = Typing(self.box)
        self.typing.settled.connect(self._settled)
        self.typing.entered.connect(self.moved_on)
        self.box.textChanged.connect(self._changed)
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        self.setFocusProxy(self.box)
        self._standing: Json = None
        self._by_program = False
        self._grow()

    def _grow(self) -> None:
        lines = min(max(self.box.document().size().height(), 1), 12)
        self.box.setFixedHeight(int(lines * self.box.fontMetrics().lineSpacing()) + 16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: a narrower box needs more lines."""
        super().resizeEvent(event)
        self._grow()

    def _changed(self) -> None:
        self._grow()
        if not self._by_program:
            look.mark(self.box, "declined", value=False)
            self.typing.touched()

    def display(self, value: Json) -> None:
        """Show what stands."""
        self._standing = value
        if value is None and self.box.property("bad") is True:
            return
        declined = value == "declined"
        shown = say("form.declined") if declined else str(value or "")
        if shown == self.box.toPlainText().strip() or (self.box.hasFocus() and self.typing.pending):
            return
        self._by_program = True
        self.box.setPlainText(shown)
        self._by_program = False
        look.mark(self.box, "declined", declined)
        self.typing.forget()
        self._told("")

    def settle(self) -> None:
        """Hand over what was typed."""
        self.typing.settle(left=True)

    def _settled(self, left: bool) -> None:
        if self.box.property("declined") is True:
            return
        value = self.box.toPlainText().strip() or None
        try:
            if value is not None:
                self.asked.check(self.question, value)
        except Refused as problem:
            self._told(problem.what)
            value = None
        else:
            self._told("")
        if value != self._standing:
            self._standing = value
            self.answered.emit(value, not left)

    def _refuse_pasted(self, count: int) -> None:
        look.mark(self.box, "bad", value=True)
        self.told.emit(say("form.not_pasted", n=count, most=self.question.max_length))

    def _told(self, why: str) -> None:
        if why or self.box.property("bad") is True:
            look.mark(self.box, "bad", bool(why))
            self.told.emit(say("form.not_stored", why=why) if why else "")


def text_control(question: Question, asked: Asked) -> Control:
    """One line for a short text, a growing box for a longer one."""
    short = 0 < question.max_length <= SHORT_TEXT
    return TextLine(question, asked) if short else TextControl(question, asked)


class NumberControl(LineControl):
    """A number with its unit; starts empty, with the range in grey; arrows step by the clinical step.

    Beside the treadmill Space is `tapped` and S is `halted`: a counter or a watch hears them.
    """

    tapped = Signal()
    halted = Signal()

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.line.setFixedWidth(NUMBER_NARROW if asked.compact else NUMBER_WIDTH)
        self.line.installEventFilter(self)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        self.row.addWidget(self.line)
        if question.unit and asked.unit_shown:
            self.row.addWidget(text(question.unit, "second", wrap=False))
        self.row.addStretch(1)

    def hint(self) -> str:
        """The range."""
        if self.question.range is None:
            return ""
        low, high = self.question.range
        return say("form.range", low=spoken(low), high=spoken(high))

    def read(self, typed: str) -> Json:
        """A number in either way of writing it: 4.5 or 4,5."""
        try:
            value = float(typed.replace(",", ".").replace("−", "-"))
        except ValueError:
            raise Refused(say("form.not_a_number")) from None
        if value != value or abs(value) > 1e12:  # noqa: PLR0124 -- nan, and what no clinic measures
            raise Refused(say("form.not_a_number"))
        return int(value) if value.is_integer() else value

    def written(self, value: Json) -> str:
        """The number, short."""
        return spoken(value) if isinstance(value, int | float) else str(value)

    def unfinished(self, typed: str) -> bool:
        """A 1 may become 15; 150 can never come back below 60."""
        try:
            value = self.read(typed)
        except Refused:
            return typed in ("-", "+", ".", ",", "-.", "−")
        low, _high = self.question.range or (None, None)
        return low is not None and isinstance(value, int | float) and 0 <= value < low

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down step; Space and S go to who counts."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            heard = {Qt.Key.Key_Space: self.tapped, Qt.Key.Key_S: self.halted}.get(Qt.Key(event.key()))
            if heard is not None and self.asked.standing and not event.isAutoRepeat():
                heard.emit()
                return True
            direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
            if direction:
                self._step(direction)
                return True
        return False

    def put(self, value: float) -> None:
        """A number that was counted or timed, as if it were typed."""
        self.line.setText(spoken(value))
        self._edited()

    def _step(self, direction: int) -> None:
        low, high = self.question.range or (float("-inf"), float("inf"))
        step = self.question.step or (1 if self.question.whole or high - low > 20 else 0.5)
        try:
            now = self._value()
        except Refused:
            return
        start = now if isinstance(now, int | float) else None
        value = (max(low, 0.0) if low <= 0 <= high else low) if start is None else start + direction * step
        if low <= value <= high:
            self.put(round(value, 6))


class SecondsControl(NumberControl):
    """Seconds, typed or timed: the button (or Space on it) starts and stops the watch."""

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        self._clock = QElapsedTimer()
        self._tick = QTimer(self)
        self._tick.setInterval(100)
        self._tick.timeout.connect(self._show_time)
        self._button = Button(say("form.start_watch"), icon="play", tall=asked.standing)
        self._button.clicked.connect(self._flip)
        self.tapped.connect(self._flip)
        self.halted.connect(lambda: self._tick.isActive() and self._flip())
        self.row.insertWidget(2 if question.unit else 1, self._button)

    def _flip(self) -> None:
        if self._tick.isActive():
            self._tick.stop()
            self._button.become(say("form.start_watch"), "play")
            self._show_time()
            self._edited()
            self.typing.settle(left=True)
        else:
            self._clock.start()
            self._tick.start()
            self._button.become(say("form.stop_watch"), "stop")

    def _show_time(self) -> None:
        seconds = self._clock.elapsed() / 1000
        self.line.setText(str(round(seconds)) if self.question.whole else f"{seconds:.1f}")


class DateControl(LineControl):
    """A date, typed or picked; how long ago it is stands beside it."""

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        self.line.setFixedWidth(132)
        self._pick = Button(say("form.pick_date"), kind="icon", icon="calendar-month-outline")
        self._pick.clicked.connect(self._open)
        self._away = text("", "second", wrap=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line)
        row.addWidget(self._pick)
        row.addWidget(self._away)
        row.addStretch(1)

    def hint(self) -> str:
        """The order in which a date is typed."""
        return say("form.date_hint")

    def read(self, typed: str) -> Json:
        """Day, month, year in any of the usual marks, or the year first."""
        parts = [
            part for part in typed.replace("/", ".").replace("-", ".").replace(" ", ".").split(".") if part
        ]
        try:
            numbers = [int(part) for part in parts]
            first, second, third = numbers
            day = date(first, second, third) if len(parts[0]) == 4 else date(_year(third), second, first)
        except ValueError:
            raise Refused(say("form.not_a_date")) from None
        return day.isoformat()

    def written(self, value: Json) -> str:
        """Day.month.year."""
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            return str(value)
        return f"{day.day:02}.{day.month:02}.{day.year}"

    def unfinished(self, typed: str) -> bool:
        """A date is judged when she has left it, or all its ten signs are there."""
        return len(typed) < 10

    def display(self, value: Json) -> None:
        """Show what stands, and how far away it is."""
        super().display(value)
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self._away.setText("")
            return
        self._away.setText(_distance((day - self.asked.today).days))

    def _open(self) -> None:
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setProperty("card", "plain")
        calendar = QCalendarWidget()
        calendar.setSelectedDate(QDate(self.asked.today.year, self.asked.today.month, self.asked.today.day))
        calendar.activated.connect(lambda day: self._picked(day, popup))
        calendar.clicked.connect(lambda day: self._picked(day, popup))
        rows = QVBoxLayout(popup)
        rows.setContentsMargins(4, 4, 4, 4)
        rows.addWidget(calendar)
        popup.move(self.line.mapToGlobal(self.line.rect().bottomLeft()))
        popup.show()
        calendar.setFocus()

    def _picked(self, day: QDate, popup: QWidget) -> None:
        popup.close()
        self.line.setText(f"{day.day():02}.{day.month():02}.{day.year()}")
        self._edited()
        self.typing.settle(left=True)
        self.line.setFocus()


def _year(number: int) -> int:
    """Two digits are this century up to ten years ahead, else the last one."""
    if number >= 100:
        return number
    ahead = (date.today() + timedelta(days=3650)).year % 100
    return number + (2000 if number <= ahead else 1900)


def _distance(days: int) -> str:
    weeks = abs(days) // 7
    if days == 0:
        return say("form.today")
    if weeks == 0:
        return say("form.days_ago", n=-days) if days < 0 else say("form.in_days", n=days)
    return say("form.weeks_ago", n=weeks) if days < 0 else say("form.in_weeks", n=weeks)
