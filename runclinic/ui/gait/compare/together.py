"""Both pictures in one place: the second half transparent over the first, or each on its side of a line."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from runclinic.ui.gait.compare.half import Half
from runclinic.ui.gait.picture import GROUND, LABEL_GROUND, LABEL_TEXT
from runclinic.ui.say import say

GRIP_PX = 9.0
LEAST, MOST = 0.05, 0.95
EDGE = QColor("#FFFFFF")


class Together(QWidget):
    """`split`: the first film left of the line at `share` of the width, the second right of it.

    Without it `share` is how much of the second one is seen. The mouse pulls it.
    """

    pulled = Signal(float)

    def __init__(self, first: Half, second: Half) -> None:
        super().__init__()
        self._halves = (first, second)
        self.split = False
        self.share = 0.5
        self._held = False
        self.setMinimumSize(240, 160)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(say("gait.compare_together"))
        for half in self._halves:
            half.arrived.connect(self.update)
            half.skeleton.changed.connect(self.update)

    def become(self, *, split: bool) -> None:
        """One over the other, or side against side."""
        self.split = split
        self.pull(0.5)

    def pull(self, share: float) -> None:
        """The line there, or so much of the second film."""
        self.share = min(MOST, max(LEAST, share))
        self.pulled.emit(self.share)
        self.update()

    def line_x(self) -> float:
        """Where the line stands."""
        return self.share * self.width()

    def _area(self, half: Half) -> QRectF:
        """Where a film lies: as large as there is room, in the middle."""
        shown, reel = half.shown, half.reel
        if shown is None or shown.image is None or reel is None:
            return QRectF()
        wide, high = shown.size[0] * reel.pixel_aspect, float(shown.size[1])
        scale = min(self.width() / wide, self.height() / high)
        place = QRectF(0, 0, wide * scale, high * scale)
        place.moveCenter(self.rect().toRectF().center())
        return place

    # -- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: both films and their names."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for half in self._halves:
            painter.save()
            second = half is self._halves[1]
            if self.split:
                at = round(self.line_x())
                painter.setClipRect(
                    at if second else 0, 0, self.width() - at if second else at, self.height()
                )
            elif second:
                painter.setOpacity(self.share)
            self._film(painter, half)
            painter.restore()
        if self.split:
            painter.setPen(QPen(EDGE, 2))
            painter.drawLine(QPointF(self.line_x(), 0), QPointF(self.line_x(), self.height()))
        for half in self._halves:
            self._name(painter, half, right=half is self._halves[1])

    def _film(self, painter: QPainter, half: Half) -> None:
        area = self._area(half)
        if area.isEmpty() or half.shown is None or half.shown.image is None:
            return
        painter.drawImage(area, half.shown.image)
        across, down = area.width() / half.shown.size[0], area.height() / half.shown.size[1]

        def at(place: QPointF) -> QPointF:
            return QPointF(area.x() + (place.x() + 0.5) * across, area.y() + (place.y() + 0.5) * down)

        half.skeleton.paint(painter, at)

    def _name(self, painter: QPainter, half: Half, *, right: bool) -> None:
        if half.film is None:
            return
        words = f"{half.letter}  {half.film.words}"
        font = painter.font()
        font.setPixelSize(14)
        painter.setFont(font)
        box = QRectF(painter.fontMetrics().boundingRect(words)).adjusted(-10, -6, 10, 6)
        box.moveTopLeft(QPointF(10, 10))
        if right:
            box.moveRight(self.width() - 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(LABEL_GROUND)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(LABEL_TEXT)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    # -- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: take the line; over one another, a pull to the right shows more of the second film."""
        near = not self.split or abs(event.position().x() - self.line_x()) <= GRIP_PX
        self._held = near and event.button() == Qt.MouseButton.LeftButton

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: the line follows the hand."""
        over = self.split and abs(event.position().x() - self.line_x()) <= GRIP_PX
        self.setCursor(Qt.CursorShape.SplitHCursor if over else Qt.CursorShape.ArrowCursor)
        if self._held:
            self.pull(event.position().x() / max(1, self.width()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Qt: let go."""
        self._held = False
