"""Above two films: which they are, how they are shown, and at what they are put upon one another."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from runclinic.ui import look
from runclinic.ui.gait.clip_bar import HEIGHT
from runclinic.ui.gait.compare.films import Comparable
from runclinic.ui.gait.transport import DropDown
from runclinic.ui.pieces import Button, Choice, Choices, ground, text
from runclinic.ui.say import say

SHOWN = ("beside", "over", "split")
At: TypeAlias = Literal["left", "right", "frame"]
AT: tuple[At, ...] = ("left", "right", "frame")
NARROW_BELOW = 700


class Bar(QWidget):
    """`chosen(place, film)`, place 0 or 1; `swapped`; `showing(how)`; `aligned(at, number)`; `left`.

    `number` counts the contacts of a foot from 1, the same in both films.
    """

    chosen = Signal(int, object)
    swapped = Signal()
    showing = Signal(str)
    aligned = Signal(str, int)
    left = Signal()
    panel_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._films: tuple[Comparable, ...] = ()
        self.pickers = tuple(self._picker(place) for place in (0, 1))
        self.swap = Button(
            "", icon="swap-horizontal", name=say("gait.compare_swap"), tip=say("gait.compare_swap_tip")
        )
        self.swap.clicked.connect(self.swapped)
        self.how = Choices(
            tuple(Choice(how, say(f"gait.compare_{how}")) for how in SHOWN), about=say("gait.compare_how")
        )
        self.how.show_value("beside")
        self.how.chosen.connect(lambda how: self.showing.emit(str(how)))
        self.at = DropDown()
        self.at.setAccessibleName(say("gait.compare_align"))
        for at in AT:
            self.at.addItem(say(f"gait.compare_at_{at}"), at)
        self.at.activated.connect(lambda _place: self._align())
        self.number = QSpinBox()
        self.number.setPrefix(say("gait.compare_number_sign"))
        self.number.setAccessibleName(say("gait.compare_number"))
        self.number.setToolTip(say("gait.compare_number_tip"))
        self.number.setFixedSize(64, look.TARGET)
        self.number.valueChanged.connect(lambda _number: self._align())
        self.panel = Button("", icon="table", name=say("gait.compare_title"), tip=say("gait.compare_title"))
        self.panel.clicked.connect(self.panel_wanted)
        self.panel.hide()
        end = say("gait.compare_end")
        self.end = Button(end, icon="close", tip=say("gait.compare_end_tip"), name=end)
        self.end.clicked.connect(self.left)
        self._lay()

    def _picker(self, place: int) -> DropDown:
        picker = DropDown()
        picker.setAccessibleName(say("gait.compare_pick", letter="AB"[place]))
        picker.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        picker.setMinimumContentsLength(12)
        picker.activated.connect(lambda at: self.chosen.emit(place, self._films[at]))
        return picker

    def _lay(self) -> None:
        inside = ground("header")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(8, 4, 8, 4)
        rows.setSpacing(4)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for row in (upper, lower):
            row.setSpacing(8)
            rows.addLayout(row)
        for place, picker in enumerate(self.pickers):
            upper.addWidget(text("AB"[place], "strong", wrap=False))
            upper.addWidget(picker, 1)
            if place == 0:
                upper.addWidget(self.swap)
        upper.addWidget(self.panel)
        upper.addWidget(self.end)
        lower.addWidget(self.how)
        lower.addStretch(1)
        self._at_said = text(say("gait.compare_align"), "second", wrap=False)
        lower.addWidget(self._at_said)
        lower.addWidget(self.at)
        lower.addWidget(self.number)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(inside)
        self.setFixedHeight(2 * HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where it is narrow signs stand for words."""
        super().resizeEvent(event)
        self.end.setText("" if self.width() < NARROW_BELOW else say("gait.compare_end"))
        self._at_said.setVisible(self.width() >= NARROW_BELOW)

    def put(self, films: Sequence[Comparable], shown: tuple[Comparable, Comparable]) -> None:
        """The films to choose from, and the two that are shown."""
        self._films = tuple(films)
        for picker, film in zip(self.pickers, shown, strict=True):
            picker.clear()
            picker.addItems([each.words for each in films])
            picker.setCurrentIndex([each.id for each in films].index(film.id))
            picker.setToolTip(film.words)

    def _align(self) -> None:
        self.aligned.emit(AT[self.at.currentIndex()], self.number.value())

    def show_aligned(self, at: At, number: int, most: int) -> None:
        """At what they are put upon one another; contact `number` of the `most` that both have."""
        self.at.setCurrentIndex(AT.index(at))
        self.number.blockSignals(True)
        self.number.setRange(1, max(1, most))
        self.number.setValue(number)
        self.number.blockSignals(False)
        self.number.setVisible(at != "frame" and most > 0)
