"""The counter of a test: Space at each repetition, a clock beside it, and a beat if the protocol has one."""

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QWidget

from runclinic.forms.form import Question
from runclinic.ui.control import spoken
from runclinic.ui.fields import NumberControl
from runclinic.ui.metronome import Metronome
from runclinic.ui.pieces import Button, Icon, in_a_row, text
from runclinic.ui.say import say

FLASH_MS = 120
ICONS_BELOW = 700  # pixels of the form
DARK, LIT = ("circle-medium", "text3"), ("circle", "accent")


class Counter(QFrame):
    """Counts into the field that it follows; the number in the field is the count, there is no other.

    `beat_wanted(per minute)`: 0 is silence.
    """

    beat_wanted = Signal(int)

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._field: NumberControl | None = None
        self._question = question
        self._counts = (question.each or question).kind == "number"
        self._clock, self._tick = QElapsedTimer(), QTimer(self)
        self._tick.setInterval(100)
        self._tick.timeout.connect(self._show)
        self.setProperty("ground", "sunken")
        self._where = text("", "second")
        self._where.setMinimumWidth(76)
        self._number = text("0", "number", wrap=False)
        self._number.setMinimumWidth(44)
        self._number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._time = text("", "heading", wrap=False)
        self.again = Button(say("tests.again"), icon="restart", tall=True)
        self.again.clicked.connect(self._anew)
        self.halt = Button(say("tests.stop"), icon="stop", tall=True, tip=say("tests.stop_tip"))
        self.halt.clicked.connect(self.stop)
        self.one = Button(
            say("tests.count"), kind="primary", icon="plus", tall=True, tip=say("tests.count_tip")
        )
        self.one.clicked.connect(self.tap)
        self._light = Icon(*DARK, 22, say("tests.beat_light"))
        self._out = QTimer(self)
        self._out.setSingleShot(True)
        self._out.setInterval(FLASH_MS)
        self._out.timeout.connect(
            lambda: self._light.become("circle-medium", "text3", say("tests.beat_light"))
        )
        self.beat = Button(say("tests.beat", n=question.beat), icon="metronome", tall=True)
        self.beat.setCheckable(True)
        self.beat.toggled.connect(lambda on: self.beat_wanted.emit(question.beat if on else 0))
        counting: list[QWidget | int | None] = [self._where, self._number, self._time, None]
        counting += [self.again, self.halt, self.one]
        row = in_a_row(*(counting if self._counts else []), spacing=10)
        if question.beat:
            row.insertWidget(row.count() - 3 if self._counts else 0, self._light)
            row.insertWidget(row.count() - 3 if self._counts else 1, self.beat)
        if not self._counts:
            row.addStretch(1)
        row.setContentsMargins(12, 8, 12, 8)
        self.setLayout(row)
        pieces = (
            self._where,
            self._number,
            self._time,
            self.again,
            self.halt,
            self.one,
            self._light,
            self.beat,
        )
        for unused in (each for each in pieces if each.parent() is None):
            unused.setParent(self)  # it goes with the counter
            unused.hide()
        for button in (self.again, self.halt, self.one, self.beat):
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Space in the field counts
        self._show()

    def fit(self, width: int) -> None:
        """In little room two of the buttons are their icon alone."""
        for button, word in ((self.again, "again"), (self.halt, "stop")):
            words = say(f"tests.{word}")
            button.setText("" if width < ICONS_BELOW else words)
            button.setAccessibleName(words)
            if word == "again":
                button.setToolTip(words)

    def follow(self, field: NumberControl, words: str) -> None:
        """Count into this field from now on; `words` says which it is."""
        if field is self._field:
            return
        self.stop()
        self._clock.invalidate()
        self._field = field
        self._where.setText(words)
        self._show()

    def tap(self) -> None:
        """One more; the first starts the clock."""
        if self._field is None or not self._counts:
            return
        if not self._tick.isActive():
            self._begin()
        self._field.put(self._counted() + 1)
        self._show()

    def _begin(self) -> None:
        if self._field is not None and not self._clock.isValid():
            self._field.put(0)
        if not self._clock.isValid():
            self._clock.start()
        self._tick.start()

    def stop(self) -> None:
        """What was counted stands in the field and is recorded."""
        if self._tick.isActive():
            self._tick.stop()
            self._show()
            if self._field is not None:
                self._field.settle()

    def _anew(self) -> None:
        self._tick.stop()
        self._clock.invalidate()
        if self._field is not None:
            self._field.put(0)
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show()

    def _counted(self) -> int:
        typed = self._field.line.text().strip() if self._field is not None else ""
        return int(typed) if typed.isdecimal() else 0

    def _show(self) -> None:
        self._number.setText(spoken(self._counted()))
        tenths = self._clock.elapsed() // 100 if self._clock.isValid() and self._tick.isActive() else None
        if tenths is not None:
            self._time.setText(f"{tenths // 600:02}:{tenths // 10 % 60:02}.{tenths % 10}")
        elif not self._clock.isValid():
            self._time.setText("00:00.0")

    def show_field(self) -> None:
        """What stands in the field changed."""
        self._show()

    def flash(self) -> None:
        """The beat, for the eye."""
        self._light.become(*LIT)
        self._out.start()

    def beats(self, metronome: Metronome) -> None:
        """Whether the beat is on, and that it cannot be heard."""
        on = metronome.running and metronome.per_minute == self._question.beat
        if self.beat.isChecked() != on:
            self.beat.setChecked(on)


def target_of(question: Question) -> str:
    """What is to be reached: "target 10 hops, each side"; "" for a test without."""
    if question.criterion is None:
        return ""
    unit = (question.each or question).unit
    key = "tests.target_each" if question.kind == "left_right" else "tests.target"
    return say(key, n=spoken(question.criterion), unit=unit)
