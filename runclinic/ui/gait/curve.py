"""An angle over time under the strip, on the strip's own stretch of time, with the cursor of the picture."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from runclinic.gait.angle_lines import AngleLine
from runclinic.gait.filming import FloatArray
from runclinic.ui.gait import graph
from runclinic.ui.gait.strip import LEFT, RIGHT
from runclinic.ui.gait.strip_paint import colour
from runclinic.ui.gait.transport import DropDown
from runclinic.ui.pieces import ground, text
from runclinic.ui.say import say

PLOT, HEADER = 96, 40
WIDTH = 2.0
CONTACT = 34  # of 255, how strongly time on the ground is tinted
MARGIN = 0.08


class Curve(QWidget):
    """Shows one `AngleLine` at a time; hidden while there is none. `went(frame)`: a place was clicked."""

    went = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[AngleLine, ...] = ()
        self._times: FloatArray = np.zeros(1)
        self._contacts: tuple[tuple[float, float], ...] = ()
        self._window = (0.0, 1.0)
        self._frame = 0
        self._plot: Any = None
        self._drawn: Any = None
        self._cursor: Any = None
        self._bands: list[Any] = []
        self.choice = DropDown()
        self.choice.setAccessibleName(say("gait.curve_choose"))
        self.choice.currentIndexChanged.connect(self._chosen)
        self.value: QLabel = text("", "caption", wrap=False)
        self.choice.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToContents)
        frame = ground("surface")
        header = QHBoxLayout()
        header.setContentsMargins(LEFT, 2, RIGHT, 2)
        header.setSpacing(12)
        header.addWidget(self.choice)
        header.addWidget(self.value)
        header.addStretch(1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(frame)
        self._rows = QVBoxLayout(frame)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addLayout(header)
        self.setFixedHeight(PLOT + HEADER)
        self.setAccessibleName(say("gait.curve"))
        self.hide()

    @property
    def line(self) -> AngleLine | None:
        """The angle that is shown."""
        place = self.choice.currentIndex()
        return self._lines[place] if 0 <= place < len(self._lines) else None

    def put(
        self, lines: Sequence[AngleLine], times_s: FloatArray, contacts: Sequence[tuple[float, float]]
    ) -> None:
        """Other curves, float[n] at `times_s`, and when that foot is on the ground (s). The choice stays."""
        before = self.line
        self._lines, self._times, self._contacts = tuple(lines), times_s, tuple(contacts)
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems([_named(line) for line in self._lines])
        kept = [line.id for line in self._lines].index(before.id) if before and self._has(before.id) else 0
        self.choice.setCurrentIndex(kept)
        self.choice.blockSignals(False)
        self.setVisible(bool(self._lines))
        if self._lines:
            self._draw()

    def _has(self, line_id: str) -> bool:
        return any(line.id == line_id for line in self._lines)

    def put_window(self, from_s: float, long_s: float) -> None:
        """The stretch of time that the strip shows."""
        self._window = (from_s, from_s + long_s)
        if self._plot is not None:
            self._plot.setXRange(*self._window, padding=0)

    def put_cursor(self, frame: int) -> None:
        """The frame on the screen, and the angle in it."""
        self._frame = frame
        line = self.line
        if self._cursor is None or line is None or frame >= len(self._times):
            return
        self._cursor.setValue(float(self._times[frame]))
        now = float(line.degrees[frame]) if frame < len(line.degrees) else np.nan
        words = say("gait.curve_now", degrees=f"{now:.1f}") if np.isfinite(now) else say("gait.curve_unknown")
        self.value.setText(words)
        self.setAccessibleDescription(f"{self.choice.currentText()}: {words}")

    # -- drawing

    def _chosen(self, _place: int) -> None:
        if self._lines:
            self._draw()

    def _draw(self) -> None:
        line = self.line
        if line is None:
            return
        plot: Any = self._plot or self._make()
        known = line.degrees[np.isfinite(line.degrees)]
        low, high = float(known.min()), float(known.max())
        room = MARGIN * max(high - low, 1.0)
        self._drawn.setData(self._times, line.degrees, connect="finite")
        plot.setYRange(low - room, high + room, padding=0)
        for band in self._bands:
            plot.removeItem(band)
        self._bands = [self._band(span, line) for span in self._contacts]
        self._dress()
        self.put_window(self._window[0], self._window[1] - self._window[0])
        self.put_cursor(self._frame)

    def _make(self) -> Any:
        self._plot, self._cursor = graph.plot(PLOT, LEFT, RIGHT)
        self._drawn = self._plot.plot([], [], antialias=True)
        self._plot.scene().sigMouseClicked.connect(self._clicked)
        self._rows.addWidget(self._plot)
        return self._plot

    def _band(self, span: tuple[float, float], line: AngleLine) -> Any:
        made_with = graph.library()
        ink = colour(line.side)
        ink.setAlpha(CONTACT)
        band = made_with.LinearRegionItem(span, movable=False, brush=ink, pen=made_with.mkPen(None))
        band.setZValue(-10)
        self._plot.addItem(band)
        return band

    def _dress(self) -> None:
        line = self.line
        graph.dress(self._plot, self._cursor)
        if line is not None:
            self._drawn.setPen(
                graph.library().mkPen(colour(line.side), width=WIDTH * self.devicePixelRatioF())
            )

    def _clicked(self, event: Any) -> None:
        """A click on the curve goes to that moment."""
        place: QPointF = self._plot.getViewBox().mapSceneToView(event.scenePos())
        self.went.emit(int(np.abs(self._times - place.x()).argmin()))

    def changeEvent(self, event: QEvent) -> None:
        """Qt: other colours."""
        if event.type() == QEvent.Type.PaletteChange and self._plot is not None and self.line is not None:
            self._draw()
        super().changeEvent(event)


def _named(line: AngleLine) -> str:
    return say(f"gait.curve_{line.id}", side=say(f"gait.{line.side}"))
