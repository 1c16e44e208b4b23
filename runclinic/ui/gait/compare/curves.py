"""One angle of both films over the clock of both: the first dashed, the second full."""

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from runclinic.gait.aligned import Aligned
from runclinic.gait.angle_lines import AngleLine
from runclinic.ui.gait import graph
from runclinic.ui.gait.compare.timeline import LEFT, RIGHT
from runclinic.ui.gait.strip_paint import colour
from runclinic.ui.gait.transport import DropDown
from runclinic.ui.pieces import ground, text
from runclinic.ui.say import say

PLOT, HEADER = 104, 34
WIDTH = 2.0
MARGIN = 0.08


class Curves(QWidget):
    """Hidden while the films have no angle of the same name. `went(at_s)`: a moment was clicked."""

    went = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._pairs: tuple[tuple[AngleLine, AngleLine], ...] = ()
        self._aligned: Aligned | None = None
        self._plot: Any = None
        self._drawn: list[Any] = []
        self._cursor: Any = None
        self._window = (0.0, 1.0)
        self._at = 0.0
        self.choice = DropDown()
        self.choice.setAccessibleName(say("gait.curve_choose"))
        self.choice.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToContents)
        self.choice.currentIndexChanged.connect(lambda _at: self._draw())
        self.value = text("", "caption", wrap=False)
        frame = ground("surface")
        header = QHBoxLayout()
        header.setContentsMargins(LEFT, 2, RIGHT, 0)
        header.setSpacing(12)
        header.addWidget(self.choice)
        header.addWidget(text(say("gait.compare_which_line"), "caption", wrap=False))
        header.addWidget(self.value)
        header.addStretch(1)
        self._rows = QVBoxLayout(frame)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addLayout(header)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(frame)
        self.setFixedHeight(PLOT + HEADER)
        self.setAccessibleName(say("gait.curve"))
        self.hide()

    @property
    def pair(self) -> tuple[AngleLine, AngleLine] | None:
        """The angle that is shown, of both films."""
        place = self.choice.currentIndex()
        return self._pairs[place] if 0 <= place < len(self._pairs) else None

    def put(self, first: tuple[AngleLine, ...], second: tuple[AngleLine, ...], aligned: Aligned) -> None:
        """Angles by the frames of each film; the choice stays."""
        before = self.pair
        others = {(line.id, line.side): line for line in second}
        self._pairs = tuple(
            (line, others[line.id, line.side]) for line in first if (line.id, line.side) in others
        )
        self._aligned = aligned
        names = [line.id for line, _ in self._pairs]
        self.choice.blockSignals(True)
        self.choice.clear()
        for line, _ in self._pairs:
            self.choice.addItem(say(f"gait.curve_{line.id}", side=say(f"gait.{line.side}")))
        self.choice.setCurrentIndex(names.index(before[0].id) if before and before[0].id in names else 0)
        self.choice.blockSignals(False)
        self.setVisible(bool(self._pairs))
        self._draw()

    def put_window(self, from_s: float, long_s: float) -> None:
        """The stretch of time that the lanes show."""
        self._window = (from_s, from_s + long_s)
        if self._plot is not None:
            self._plot.setXRange(*self._window, padding=0)

    def put_cursor(self, at_s: float) -> None:
        """The moment on the screen, and both angles in it."""
        self._at = at_s
        pair, aligned = self.pair, self._aligned
        if self._cursor is None or pair is None or aligned is None:
            return
        self._cursor.setValue(at_s)
        now = [_degrees(line, aligned.frame(film, at_s)) for film, line in enumerate(pair)]
        words = say("gait.compare_now", first=now[0], second=now[1])
        self.value.setText(words)
        self.setAccessibleDescription(f"{self.choice.currentText()}: {words}")

    # -- drawing

    def _draw(self) -> None:
        pair, aligned = self.pair, self._aligned
        if pair is None or aligned is None:
            return
        plot: Any = self._plot or self._make()
        known = np.concatenate([line.degrees[np.isfinite(line.degrees)] for line in pair])
        room = MARGIN * max(float(np.ptp(known)), 1.0)
        for film, line in enumerate(pair):
            times = aligned.times_s[film] - aligned.origins_s[film]
            count = min(len(times), len(line.degrees))
            self._drawn[film].setData(times[:count], line.degrees[:count], connect="finite")
        plot.setYRange(float(known.min()) - room, float(known.max()) + room, padding=0)
        plot.setXRange(*self._window, padding=0)
        self._dress()
        self.put_cursor(self._at)

    def _make(self) -> Any:
        self._plot, self._cursor = graph.plot(PLOT, LEFT, RIGHT)
        self._drawn = [self._plot.plot([], [], antialias=True) for _ in range(2)]
        self._plot.scene().sigMouseClicked.connect(self._clicked)
        self._rows.addWidget(self._plot)
        return self._plot

    def _dress(self) -> None:
        graph.dress(self._plot, self._cursor)
        width = WIDTH * self.devicePixelRatioF()
        dashed = graph.library().mkPen(colour("text2"), width=width, style=Qt.PenStyle.DashLine)
        for drawn, ink in zip(
            self._drawn, (dashed, graph.library().mkPen(colour("left"), width=width)), strict=True
        ):
            drawn.setPen(ink)

    def _clicked(self, event: Any) -> None:
        place: QPointF = self._plot.getViewBox().mapSceneToView(event.scenePos())
        self.went.emit(float(place.x()))

    def changeEvent(self, event: QEvent) -> None:
        """Qt: other colours."""
        if event.type() == QEvent.Type.PaletteChange and self._plot is not None:
            self._draw()
        super().changeEvent(event)


def _degrees(line: AngleLine, frame: int) -> str:
    now = float(line.degrees[frame]) if frame < len(line.degrees) else np.nan
    return f"{now:.1f}°" if np.isfinite(now) else "?"
