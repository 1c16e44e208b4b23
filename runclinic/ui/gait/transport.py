"""Below the picture: step, play, speed, time and frame number, and the four marks."""

from collections.abc import Callable

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from runclinic.gait.contacts import Kind, Side
from runclinic.ui import look
from runclinic.ui.drop_down import DropDown
from runclinic.ui.gait.player import SPEEDS, USUAL_SPEED
from runclinic.ui.pieces import Button, ground, text
from runclinic.ui.say import say

MARKS: tuple[tuple[str, Side, Kind], ...] = (
    ("1", "left", "initial_contact"),
    ("2", "left", "toe_off"),
    ("3", "right", "initial_contact"),
    ("4", "right", "toe_off"),
)
STEPS = (
    ("previous_event", "skip-previous"),
    ("back", "step-backward"),
    ("play", "play"),
    ("on", "step-forward"),
    ("next_event", "skip-next"),
)
BETWEEN = 28  # of the two groups in one row, with the margins
JUMP_FROM = 520  # narrower there is no room for it; the keys jump as far as it was set
BUTTON, SPEED_WIDTH, JUMP_WIDTH = 40, 84, 52
JUMP_KEY, USUAL_JUMP, MOST_JUMP = "gait/jump", 10, 999


class MarkButton(Button):
    """One of the four marks: the letter of its side in its colour, the word, its key."""

    def __init__(self, key: str, side: Side, kind: Kind) -> None:
        super().__init__(
            "", tall=True, name=say(f"gait.mark_{side}_{kind}"), tip=say("gait.mark_tip", press=key)
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(5)
        row.addStretch(1)
        letter = text(say(f"gait.{side}_letter"), tone=side, wrap=False)
        cap = text(key, "caption", wrap=False)
        cap.setStyleSheet(f"border: 1px solid {look.colours().line}; border-radius: 3px; padding: 0 4px;")
        for label in (letter, text(say(f"gait.{kind}_short"), wrap=False), cap):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(label, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self.setMinimumWidth(row.sizeHint().width())


class JumpBox(QSpinBox):
    """How many frames a jump goes; kept for the next time. Enter gives the keys back to the film."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setRange(2, MOST_JUMP)
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.setPrefix(say("gait.jump_sign"))
        self.setFixedSize(JUMP_WIDTH, BUTTON)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(say("gait.jump"))
        self.setToolTip(say("gait.jump_tip"))
        self.setValue(_kept_jump())
        self.valueChanged.connect(lambda frames: QSettings().setValue(JUMP_KEY, frames))
        self.lineEdit().returnPressed.connect(self.left)


def _kept_jump() -> int:
    kept = str(QSettings().value(JUMP_KEY, USUAL_JUMP))
    return int(kept) if kept.isdecimal() else USUAL_JUMP


class StepButton(Button):
    """Moves the film by a step, or turns a way of playing on; its picture says which."""

    def __init__(self, name: str, icon: str, pressed: Callable[[str], object]) -> None:
        super().__init__(say(f"gait.{name}"), icon=icon, tall=True, tip=say(f"gait.{name}_tip"), token="text")
        self.setText("")
        self.setFixedWidth(BUTTON)
        self.setStyleSheet("padding: 0;")
        self.clicked.connect(lambda: pressed(name))


class Transport(QWidget):
    """Says what was pressed; shows where the film stands."""

    pressed = Signal(str)
    speed_chosen = Signal(float)
    marked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons = {name: StepButton(name, icon, self.pressed.emit) for name, icon in STEPS}
        self.time = text("", "heading", wrap=False)
        self.frame = text("", "caption", wrap=False)
        self.frame.setToolTip(say("gait.frame_tip"))
        self.time.setToolTip(say("gait.time_tip"))
        self.speed = DropDown()
        for speed in SPEEDS:
            self.speed.addItem(say(f"gait.speed_{round(1 / speed)}"), speed)
        self.speed.setCurrentIndex(SPEEDS.index(USUAL_SPEED))
        self.speed.setFixedSize(SPEED_WIDTH, BUTTON)
        self.speed.setAccessibleName(say("gait.speed"))
        self.speed.setToolTip(say("gait.speed_tip"))
        self.speed.currentIndexChanged.connect(lambda at: self.speed_chosen.emit(SPEEDS[at]))
        self.loop = StepButton("loop", "repeat", self.pressed.emit)
        self.loop.setCheckable(True)
        self.jump = JumpBox()
        self.marks = {(side, kind): self._mark(key, side, kind) for key, side, kind in MARKS}
        self._lay()

    def _lay(self) -> None:
        place = QVBoxLayout()
        place.setSpacing(0)
        place.addWidget(self.time)
        place.addWidget(self.frame)
        self._left = QWidget()
        steps = QHBoxLayout(self._left)
        steps.setContentsMargins(0, 0, 0, 0)
        steps.setSpacing(4)
        for button in self.buttons.values():
            steps.addWidget(button)
        steps.addSpacing(6)
        steps.addLayout(place)
        self.time.setMinimumWidth(100)
        self.frame.setMinimumWidth(112)
        steps.addWidget(self.speed)
        steps.addWidget(self.loop)
        steps.addWidget(self.jump)
        self._right = QWidget()
        marks = QHBoxLayout(self._right)
        marks.setContentsMargins(0, 0, 0, 0)
        marks.setSpacing(6)
        for button in self.marks.values():
            marks.addWidget(button)
        inside = ground("surface")
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(8, 5, 8, 5)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self._left, 0, 0)
        self._grid.addWidget(self._right, 0, 2)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(inside)

    def _mark(self, key: str, side: Side, kind: Kind) -> MarkButton:
        button = MarkButton(key, side, kind)
        button.clicked.connect(lambda: self.marked.emit(side, kind))
        return button

    def put(self, frame: int, count: int, time_s: float) -> None:
        """Where the film stands: frame (counted from 0) and true time from the first one."""
        self.time.setText(timecode(time_s))
        self.frame.setText(say("gait.frame", frame=str(frame), count=str(count)))

    def show_playing(self, playing: bool) -> None:
        """The button says what it will do."""
        name = "pause" if playing else "play"
        button = self.buttons["play"]
        button.become(say(f"gait.{name}"), name)
        button.setText("")
        button.setToolTip(say(f"gait.{name}_tip"))

    def show_speed(self, speed: float) -> None:
        """The speed of playing, as the shuttle has set it."""
        if speed in SPEEDS:
            self.speed.blockSignals(True)
            self.speed.setCurrentIndex(SPEEDS.index(speed))
            self.speed.blockSignals(False)

    def show_loop(self, *, looping: bool) -> None:
        """Whether it plays round."""
        self.loop.setChecked(looping)

    def allow(self, *, steps: bool) -> None:
        """A film of one frame can be looked at, but not stepped or marked."""
        for button in (*self.buttons.values(), *self.marks.values(), self.speed, self.loop, self.jump):
            button.setEnabled(steps)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where it is narrow the marks stand in a row of their own."""
        super().resizeEvent(event)
        self.jump.setVisible(self.width() >= JUMP_FROM)
        both = self._left.sizeHint().width() + self._right.sizeHint().width() + BETWEEN
        row, column = (0, 2) if self.width() >= both else (1, 0)
        self._grid.removeWidget(self._right)
        self._grid.addWidget(self._right, row, column, 1, 1 if column else 3)


def timecode(time_s: float) -> str:
    """Minutes, seconds and true milliseconds: 00:03.417."""
    total_ms = round(1000 * time_s)
    minutes, rest = divmod(total_ms, 60_000)
    return f"{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
