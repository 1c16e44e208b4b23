"""The loupe: what is under the pointer, larger, beside it, with a cross on its place."""

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

ACROSS, TIMES, AWAY = 168.0, 4.0, 20.0  # logical pixels; how much larger; from the pointer to its edge
EDGE, RIM, BEHIND = QColor(11, 15, 17, 230), QColor("#FFFFFF"), QColor("#2B3236")
CROSS, GAP = 26.0, 5.0


def lens(at: QPointF, within: QRectF) -> QRectF:
    """Where it lies: above and to the right of the pointer, on another side where there is no room."""
    far = AWAY + ACROSS / 2
    right = far if at.x() + far + ACROSS / 2 <= within.right() else -far
    up = -far if at.y() - far - ACROSS / 2 >= within.top() else far
    place = QRectF(0, 0, ACROSS, ACROSS)
    place.moveCenter(at + QPointF(right, up))
    return place


def paint(painter: QPainter, image: QImage, area: QRectF, at: QPointF, within: QRectF) -> None:
    """The picture that fills `area`, larger around `at`; drawings do not lie over it."""
    place = lens(at, within)
    round_it = QPainterPath()
    round_it.addEllipse(place)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(round_it)
    painter.fillRect(place, BEHIND)
    corner = place.center() + (area.topLeft() - at) * TIMES
    painter.drawImage(QRectF(corner.x(), corner.y(), area.width() * TIMES, area.height() * TIMES), image)
    cross = [
        QLineF(place.center() + way * GAP, place.center() + way * CROSS)
        for way in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1))
    ]
    for pen in (QPen(EDGE, 3), QPen(RIM, 1)):
        painter.setPen(pen)
        painter.drawLines(cross)
    painter.restore()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(EDGE, 5), QPen(RIM, 2)):
        painter.setPen(pen)
        painter.drawEllipse(place)
