"""How a hand's drawings look, on the screen, in a saved picture and on paper: one painter for all."""

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF

from runclinic.ui.say import say
from runclinic.visit.drawings import RGB, Colour, Drawing, Tool, measured
from runclinic.visit.squares import Squares

INKS: Mapping[Colour, QColor] = {colour: QColor(*parts) for colour, parts in RGB.items()}
RING, SHADOW, GROUND = QColor("#FFFFFF"), QColor(11, 15, 17, 200), QColor(11, 15, 17, 225)
GRID, GRID_EDGE, MOST_LINES = QColor(255, 255, 255, 150), QColor(11, 15, 17, 60), 200
END, HEAD, LABEL_WIDE = 4.5, 12.0, 320.0
ON_THE_SCREEN = 1280  # pixels across that lines and words are drawn for; in larger pictures they are larger
Place = Callable[[QPointF], QPointF]


def value_words(drawing: Drawing, size: tuple[float, float], aspect: float, scale: Drawing | None) -> str:
    """What is read beside a drawing: what it measures, a length in cm by a scale; or what it says."""
    if drawing.tool == "scale":
        return f"{drawing.known_cm:g} cm"
    if drawing.tool == "text":
        return drawing.words
    found = measured(drawing, size, aspect, scale)
    return "" if found is None else found.text().replace(" deg", "°")


def closer(image: QImage) -> float:
    """How many times as large as on the screen lines and words are in a picture of this size."""
    return max(1.0, max(image.width(), image.height()) / ON_THE_SCREEN)


def drawn_on(
    image: QImage, those: Iterable[tuple[Drawing, str]], times: float = 1.0, squares: Squares | None = None
) -> QImage:
    """A picture of its own with drawings and their words on it, so many times as large as on the screen."""

    def place(at: QPointF) -> QPointF:
        return QPointF(at.x() + 0.5, at.y() + 0.5) / times

    made = image.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(made)
    painter.setFont(QFont())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(times, times)
    if squares is not None:
        grid(painter, squares, (float(image.width()), float(image.height())), place)
    for drawing, words in those:
        draw(painter, drawing, words, place)
    painter.end()
    return made


def grid(painter: QPainter, squares: Squares, size: tuple[float, float], place: Place) -> None:
    """Upright and level lines from the middle of the picture on, and how large its squares are."""
    middle = size[0] / 2 - 0.5, size[1] / 2 - 0.5
    made = [
        QLineF(place(QPointF(x, -0.5)), place(QPointF(x, size[1] - 0.5)))
        for x in _from_middle(middle[0], squares.wide, size[0])
    ]
    made += [
        QLineF(place(QPointF(-0.5, y)), place(QPointF(size[0] - 0.5, y)))
        for y in _from_middle(middle[1], squares.high, size[1])
    ]
    for pen in (QPen(GRID_EDGE, 3), QPen(GRID, 1)):
        painter.setPen(pen)
        painter.drawLines(made)
    if squares.side is not None:
        corner = place(QPointF(-0.5, size[1] - 0.5))
        words = say("gait.grid_side", side=squares.side.text())
        label(painter, words, corner + QPointF(0, -46), RING)


def _from_middle(middle: float, step: float, long: float) -> Iterable[float]:
    count = min(MOST_LINES, int(long / 2 / step))
    return (middle + k * step for k in range(-count, count + 1))


def draw(painter: QPainter, drawing: Drawing, words: str, place: Place, *, chosen: bool = False) -> None:
    """One drawing with what is read beside it; the ends of a chosen one wear rings."""
    points = [place(QPointF(*point)) for point in drawing.points]
    ink = INKS[drawing.colour]
    lines(painter, drawing.tool, points, ink)
    ends = (points[0], points[-1]) if drawing.tool == "freehand" and chosen else points
    if drawing.tool != "freehand" or chosen:
        painter.setPen(QPen(SHADOW, 1))
        painter.setBrush(ink)
        for point in ends:
            painter.drawEllipse(point, END, END)
    if chosen:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(SHADOW, 4), QPen(RING, 2)):
            painter.setPen(pen)
            for point in ends:
                painter.drawEllipse(point, END + 3, END + 3)
    if words:
        label(painter, words, points[1] if drawing.tool == "angle" else points[-1], ink)


def lines(painter: QPainter, tool: Tool, points: list[QPointF], ink: QColor) -> None:
    """The lines of a drawing, with a dark edge so that they are seen on bright ground too."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    made = _lines(tool, points)
    for pen in (QPen(SHADOW, 4.5), QPen(ink, 2)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if tool in ("distance", "scale"):
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        if tool == "freehand":
            painter.drawPolyline(QPolygonF(points))
        elif tool != "circle":
            painter.drawLines(made)
        elif made:
            painter.drawEllipse(made[0].p1(), made[0].length(), made[0].length())


def _lines(tool: Tool, points: list[QPointF]) -> list[QLineF]:
    made = [QLineF(one, other) for one, other in pairwise(points)]
    if tool == "vertical" and points:
        low = max(points, key=lambda point: point.y())
        made.append(QLineF(low, QPointF(low.x(), min(point.y() for point in points))))
    if tool == "arrow" and len(points) == 2 and made[0].length() > 1:
        made += list(_head(made[0]))
    return made


def _head(line: QLineF) -> Iterable[QLineF]:
    for turn in (150.0, -150.0):
        side = QLineF(line.p2(), line.p1())
        side.setLength(HEAD)
        side.setAngle(line.angle() + turn)
        yield side


def label(painter: QPainter, words: str, at: QPointF, ink: QColor) -> None:
    """Words on dark ground, right below a place; on its other side where there is no room."""
    font = QFont(painter.font())
    font.setPixelSize(14)
    font.setBold(True)
    painter.setFont(font)
    flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
    widest = QRectF(0, 0, LABEL_WIDE, LABEL_WIDE).toRect()
    box = QRectF(painter.fontMetrics().boundingRect(widest, flags, words)).adjusted(0, 0, 12, 6)
    box.moveTopLeft(at + QPointF(10, 8))
    sight = painter.worldTransform().inverted()[0].mapRect(QRectF(painter.viewport()))
    if sight.contains(at):  # else its place is zoomed out of sight, and its words go with it
        if box.right() > sight.right():
            box.moveRight(max(at.x() - 10, box.width()))
        if box.bottom() > sight.bottom():
            box.moveBottom(at.y() - 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(GROUND)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(ink)
    painter.drawText(box.adjusted(6, 3, -6, -3), flags | Qt.TextFlag.TextDontClip, words)
