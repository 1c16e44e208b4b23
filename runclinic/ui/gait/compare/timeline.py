"""The contacts of both films under one another, on the clock that starts where both are aligned."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from runclinic.gait.analyse import Analysis
from runclinic.gait.contacts import SIDES, Side
from runclinic.ui.gait.strip_paint import colour, on_side, pen
from runclinic.ui.say import say

LEFT, RIGHT = 62, 8
TOP, LANE, GAP, BETWEEN, AXIS = 6, 16, 3, 7, 18
HEIGHT = TOP + 4 * LANE + 2 * GAP + BETWEEN + AXIS + 4
BEFORE_S, LONG_S = 0.3, 1.6
EDGE = 0.08
TICK_S = 0.25
LABEL_PX = 30


@dataclass(frozen=True, slots=True)
class Span:
    """A contact of a film, in s from where both are aligned."""

    side: Side
    start_s: float
    end_s: float


def spans(found: Analysis | None, origin_s: float) -> tuple[Span, ...]:
    """The contacts of a stride, on the clock of both films."""
    if found is None:
        return ()
    return tuple(
        Span(each.side, each.start.time_s - origin_s, each.end.time_s - origin_s)
        for each in found.feet.contacts
    )


class Timeline(QWidget):
    """`went(at_s)`: a moment was clicked. `looked_at(from_s, long_s)`: another stretch of time is shown."""

    went = Signal(float)
    looked_at = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._spans: tuple[Sequence[Span], Sequence[Span]] = ((), ())
        self._at = 0.0
        self.from_s, self.long_s = -BEFORE_S, LONG_S
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(say("gait.compare_lanes"))

    def put(self, first: Sequence[Span], second: Sequence[Span]) -> None:
        """The contacts of both, aligned anew."""
        self._spans = (first, second)
        self._look(-BEFORE_S)

    def put_cursor(self, at_s: float) -> None:
        """The moment on the screen; the lanes follow where it would leave them."""
        self._at = at_s
        if not self.from_s + EDGE * LONG_S <= at_s <= self.from_s + (1 - EDGE) * LONG_S:
            self._look(at_s - LONG_S / 2)
        self.update()

    def _look(self, from_s: float) -> None:
        self.from_s = from_s
        self.looked_at.emit(from_s, LONG_S)
        self.update()

    def x_of(self, at_s: float) -> float:
        """Where a moment lies, in pixels of this widget."""
        return LEFT + (at_s - self.from_s) / LONG_S * self._across()

    def _across(self) -> int:
        return max(1, self.width() - LEFT - RIGHT)

    def lane(self, film: int, side: Side) -> QRectF:
        """The lane of a foot in a film (0 or 1)."""
        foot = SIDES.index(side)
        top = TOP + film * (2 * LANE + GAP + BETWEEN) + foot * (LANE + GAP)
        return QRectF(LEFT, top, self._across(), LANE)

    # -- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: four lanes, their axis, the cursor."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._axis(painter)
        for film, letter in enumerate("AB"):
            self._letter(painter, film, letter)
            for side in SIDES:
                self._lane(painter, film, side)
        painter.setPen(pen("text", 1.5))
        x = self.x_of(self._at)
        painter.drawLine(QPointF(x, 2), QPointF(x, self.height() - AXIS))

    def _letter(self, painter: QPainter, film: int, letter: str) -> None:
        font = QFont(self.font())
        font.setPixelSize(15)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(colour("text"))
        upper, lower = self.lane(film, "left"), self.lane(film, "right")
        place = QRectF(8, upper.y(), 16, lower.bottom() - upper.y())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, letter)

    def _lane(self, painter: QPainter, film: int, side: Side) -> None:
        lane = self.lane(film, side)
        font = QFont(self.font())
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(colour(side))
        painter.drawText(
            QRectF(26, lane.y(), 30, LANE), Qt.AlignmentFlag.AlignCenter, say(f"gait.{side}_letter")
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("grid"))
        painter.drawRoundedRect(lane, 3, 3)
        painter.save()
        painter.setClipRect(lane)
        for span in self._spans[film]:
            if span.side == side:
                self._bar(painter, lane, span)
        painter.restore()

    def _bar(self, painter: QPainter, lane: QRectF, span: Span) -> None:
        start, end = self.x_of(span.start_s), self.x_of(span.end_s)
        if end < lane.left() or start > lane.right():
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(span.side))
        bar = QRectF(start, lane.y(), end - start, LANE)
        painter.drawRoundedRect(bar, 3, 3)
        if bar.width() >= LABEL_PX:
            painter.setPen(on_side())
            painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, f"{1000 * (span.end_s - span.start_s):.0f}")

    def _axis(self, painter: QPainter) -> None:
        """Every quarter of a second, and in words what 0 is."""
        font = QFont(self.font())
        font.setPixelSize(12)
        painter.setFont(font)
        top = self.height() - AXIS
        first = int(self.from_s / TICK_S) - 1
        for tick in range(first, first + int(LONG_S / TICK_S) + 3):
            at = tick * TICK_S
            x = self.x_of(at)
            if not LEFT <= x <= self.width() - RIGHT:
                continue
            painter.setPen(pen("grid", 1))
            painter.drawLine(QPointF(x, TOP), QPointF(x, top))
            painter.setPen(colour("text2"))
            words = "0" if tick == 0 else f"{1000 * at:+.0f}".replace("-", "\N{MINUS SIGN}")
            painter.drawText(QRectF(x - 40, top, 80, AXIS), Qt.AlignmentFlag.AlignCenter, words)
        painter.drawText(QRectF(8, top, LEFT - 8, AXIS), Qt.AlignmentFlag.AlignVCenter, "ms")

    # -- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: go there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: the moment follows the hand."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        x = min(max(event.position().x(), LEFT), self.width() - RIGHT)
        self.went.emit(self.from_s + (x - LEFT) / self._across() * LONG_S)
