"""Below two films: step, play, speed, the moment from where both are aligned, and whether both move."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from runclinic.ui.gait.player import SPEEDS, USUAL_SPEED
from runclinic.ui.gait.transport import BUTTON, SPEED_WIDTH, STEPS, DropDown, StepButton
from runclinic.ui.pieces import Choice, Choices, ground, text
from runclinic.ui.say import say

MOVES = ("both", "A", "B")
PLACE_WIDTH = 150

NARROW_BELOW = 700


class Steps(QWidget):
    """`pressed(name)` of the five buttons, `speed_chosen(speed)`, `moves_chosen("both", "A" or "B")`."""

    pressed = Signal(str)
    speed_chosen = Signal(float)
    moves_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons = {name: StepButton(name, icon, self.pressed.emit) for name, icon in STEPS}
        self.time = text("", "heading", wrap=False)
        self.where = text("", "caption", wrap=False)
        self.speed = DropDown()
        for speed in SPEEDS:
            self.speed.addItem(say(f"gait.speed_{round(1 / speed)}"), speed)
        self.speed.setCurrentIndex(SPEEDS.index(USUAL_SPEED))
        self.speed.setFixedSize(SPEED_WIDTH, BUTTON)
        self.speed.setAccessibleName(say("gait.speed"))
        self.speed.currentIndexChanged.connect(lambda at: self.speed_chosen.emit(SPEEDS[at]))
        self.moves = Choices(
            tuple(Choice(each, say(f"gait.compare_moves_{each}")) for each in MOVES),
            about=say("gait.compare_moves"),
            tall=True,
        )
        self.moves.setToolTip(say("gait.compare_moves_tip"))
        self.moves.chosen.connect(lambda which: self.moves_chosen.emit(str(which)))
        self._lay()

    def _lay(self) -> None:
        place = QVBoxLayout()
        place.setSpacing(0)
        place.addWidget(self.time)
        place.addWidget(self.where)
        self.where.setMinimumWidth(PLACE_WIDTH)
        inside = ground("surface")
        row = QHBoxLayout(inside)
        row.setContentsMargins(8, 5, 8, 5)
        row.setSpacing(4)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addSpacing(8)
        row.addLayout(place, 1)
        row.addWidget(self.moves)
        row.addSpacing(4)
        row.addWidget(self.speed)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(inside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where it is narrow the keys alone say what a step moves, and from where."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW_BELOW
        self.where.setVisible(not narrow)
        self.moves.setVisible(not narrow)

    def put(self, at_s: float, aligned_at: str, frames: str) -> None:
        """The moment, from what, and the frame of each film."""
        words = f"{1000 * at_s:+.0f} ms".replace("-", "\N{MINUS SIGN}")
        self.time.setText("0 ms" if words[1:] == "0 ms" else words)
        self.where.setText(aligned_at)
        self.time.setToolTip(frames)
        self.where.setToolTip(frames)
        self.time.setAccessibleName(f"{self.time.text()} {aligned_at}")

    def show_playing(self, *, playing: bool) -> None:
        """The button says what it will do."""
        name = "pause" if playing else "play"
        button = self.buttons["play"]
        button.become(say(f"gait.{name}"), name)
        button.setText("")
        button.setToolTip(say(f"gait.{name}_tip"))

    def show_moves(self, which: str) -> None:
        """Which films a step moves."""
        self.moves.show_value(which)

    def allow(self, *, steps: bool) -> None:
        """Nothing is stepped until both films are there."""
        for button in (*self.buttons.values(), self.moves, self.speed):
            button.setEnabled(steps)
