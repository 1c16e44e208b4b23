"""A drawing of the pen on the screen: the same shapes as on paper, in the colours of the window."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from runclinic.plan.figures.pen import PAPER_INKS, Area, Drawing, Ink, Letters, Line, Point
from runclinic.ui import look


class Screen:
    """Millimetres of a drawing as pixels: `scale` pixels a millimetre, the top at 0."""

    def __init__(self, drawing_high_mm: float, scale: float) -> None:
        self.scale = scale
        self._high = drawing_high_mm

    def at(self, point: Point) -> QPointF:
        """A point of the drawing in pixels."""
        return QPointF(point[0] * self.scale, (self._high - point[1]) * self.scale)

    def path(self, polygons: Iterable[Sequence[Point]], *, closed: bool = True) -> QPainterPath:
        """Polygons, or one line, as a path."""
        made = QPainterPath()
        made.setFillRule(Qt.FillRule.WindingFill)
        for polygon in polygons:
            made.moveTo(self.at(polygon[0]))
            for point in polygon[1:]:
                made.lineTo(self.at(point))
            if closed:
                made.closeSubpath()
        return made


def inks() -> dict[Ink, QColor]:
    """Every ink in the colours of now: dark on light, or light on dark."""
    now = look.colours()
    chosen: dict[Ink, str] = {
        "near": now.text, "trunk": now.text2, "far": now.border, "face": now.surface, "hair": now.text,
        "shoe": now.surface, "edge": now.text, "start": now.sunken, "start_edge": now.border,
        "prop": now.grid, "prop_edge": now.text2, "load": now.text2, "floor": now.text3,
        "quiet": now.disabled, "mark": now.text, "paper": now.surface, "chosen": now.soft,
        "green": now.green_ground, "amber": now.amber_ground, "red": now.red_ground,
    }  # fmt: skip
    return {ink: QColor(chosen[ink]) for ink in PAPER_INKS}


def paint(painter: QPainter, drawing: Drawing, scale: float, colours: dict[Ink, QColor]) -> None:
    """The whole drawing with its upper left corner at 0, `scale` pixels a millimetre."""
    screen = Screen(drawing.height_mm, scale)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for shape in drawing.shapes:
        if isinstance(shape, Area):
            _area(painter, shape, screen, colours)
        elif isinstance(shape, Line):
            _line(painter, shape, screen, colours)
        else:
            _letters(painter, shape, screen, colours)


def _area(painter: QPainter, shape: Area, screen: Screen, colours: dict[Ink, QColor]) -> None:
    path = screen.path(shape.polygons)
    if shape.halo_mm:
        painter.strokePath(path, _pen(colours["paper"], 2 * (shape.edge_mm + shape.halo_mm), screen))
    if shape.edge:
        painter.strokePath(path, _pen(colours[shape.edge], 2 * shape.edge_mm, screen))
    if shape.fill:
        painter.fillPath(path, colours[shape.fill])


def _line(painter: QPainter, shape: Line, screen: Screen, colours: dict[Ink, QColor]) -> None:
    path = screen.path([shape.points], closed=False)
    if shape.halo_mm:
        painter.strokePath(path, _pen(colours["paper"], shape.width_mm + 2 * shape.halo_mm, screen))
    pen = _pen(colours[shape.ink], shape.width_mm, screen)
    if shape.dash_mm:
        dash = shape.dash_mm / shape.width_mm
        pen.setDashPattern([dash, dash])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.strokePath(path, pen)


def _letters(painter: QPainter, shape: Letters, screen: Screen, colours: dict[Ink, QColor]) -> None:
    font = QFont(painter.font())
    font.setPixelSize(max(8, round(shape.height_mm * screen.scale)))
    font.setBold(shape.bold)
    painter.setFont(font)
    painter.setPen(colours[shape.ink])
    wide = painter.fontMetrics().horizontalAdvance(shape.text)
    at = screen.at(shape.at)
    painter.drawText(QPointF(at.x() - shape.anchor * wide, at.y()), shape.text)


def _pen(colour: QColor, width_mm: float, screen: Screen) -> QPen:
    return QPen(
        colour,
        width_mm * screen.scale,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )
