"""The hand's drawings over the picture: clicked point by point, dragged by their ends, with their values."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say
from runclinic.visit import drawings
from runclinic.visit.drawings import POINTS, Drawing, Point, Tool, drawing_key, measured
from runclinic.visit.entry import Json

REACH = 12.0  # logical pixels from an end that a finger may miss it by
INK, HELD, SHADOW = QColor("#FFD447"), QColor("#FFFFFF"), QColor(11, 15, 17, 200)
END, HEAD = 4.5, 12.0
GROUND = QColor(11, 15, 17, 225)
Place = Callable[[QPointF], QPointF]


class Sketch(QObject):
    """Drawings of one film. A scale and what is measured by it hold for the whole clip, others for a frame.

    `changed`: something is to be painted anew. `length_wanted(drawing)`: how long the scale really is.
    """

    changed = Signal()
    length_wanted = Signal(object)

    def __init__(self, visit: OpenVisit) -> None:
        super().__init__()
        self._visit = visit
        self._film_id = ""
        self._last = 0
        self.tool: Tool | None = None
        self.frame, self.size, self.aspect, self.zoom = 0, (1.0, 1.0), 1.0, 1.0
        self.selected: int | None = None
        self._clicked: list[Point] = []
        self._at: Point | None = None  # the pointer, while points are missing
        self._held: tuple[Drawing, int] | None = None  # which point of which drawing the hand drags
        self._stands: tuple[Drawing, ...] = ()

    # -- which film, which frame, which tool

    def open_film(self, film_id: str) -> None:
        """The drawings of another film."""
        start = drawing_key(film_id, 0).removesuffix("0")
        ever = (entry.key for entry in self._visit.store.visits.entries(self._visit.visit.id))
        numbers = [key.removeprefix(start) for key in ever if key.startswith(start)]
        self._film_id = film_id
        self._last = max((int(number) for number in numbers if number.isdecimal()), default=0)
        self.use(None)
        self.refresh()

    def refresh(self) -> None:
        """What stands."""
        self._stands = drawings.recorded(self._visit.now(), self._film_id)
        if self.selected not in {each.number for each in self._stands}:
            self.selected = None
        self.changed.emit()

    def show_frame(self, frame: int, size: tuple[float, float], aspect: float) -> None:
        """The frame that is on the screen, its size in pixels, and a pixel's width by its height."""
        if frame != self.frame:
            self._clicked, self._at = [], None
        self.frame, self.size, self.aspect = frame, size, aspect

    def use(self, tool: Tool | None) -> None:
        """Draw with this tool from now on; the same one again, or None, puts it away."""
        self.tool = None if tool == self.tool else tool
        self._clicked, self._at = [], None
        self.changed.emit()

    def here(self) -> tuple[Drawing, ...]:
        """The drawings that show on this frame: its own, and the scale."""
        return tuple(each for each in self._stands if each.frame == self.frame or each.tool == "scale")

    def scale(self) -> Drawing | None:
        """The newest known length of the clip."""
        return next((each for each in reversed(self._stands) if each.tool == "scale"), None)

    def words(self, drawing: Drawing) -> str:
        """What a drawing measures, as it is read beside it."""
        return value_words(drawing, self.size, self.aspect, self.scale())

    # -- the hand

    def press(self, place: Point, reach: float) -> bool:
        """A click at a place of the picture; whether it was for a drawing. `reach` in picture pixels."""
        held = self._near(place, reach) if self.tool is None else None
        if held is not None:
            self._held, self.selected = held, held[0].number
            self.changed.emit()
            return True
        if self.tool is None:
            self.selected = None
            self.changed.emit()
            return False
        self._clicked.append(place)
        if len(self._clicked) == POINTS[self.tool]:
            self._finish()
        self.changed.emit()
        return True

    def move(self, place: Point) -> bool:
        """The pointer is here; whether something is drawn or dragged."""
        if self._held is not None:
            drawing, which = self._held
            self._held = (drawings.moved(drawing, which, place), which)
            self.changed.emit()
            return True
        self._at = place if self._clicked else None
        if self._clicked:
            self.changed.emit()
        return bool(self._clicked)

    def release(self) -> bool:
        """The hand lets go of an end: where it lies now is recorded."""
        held, self._held = self._held, None
        if held is None:
            return False
        before = next((each for each in self._stands if each.number == held[0].number), None)
        if before is None or before.points != held[0].points:
            self._record(held[0])
        return True

    def nudge(self, right: int, down: int) -> bool:
        """The chosen drawing moves by a pixel; false if none is chosen."""
        drawing = next((each for each in self.here() if each.number == self.selected), None)
        if drawing is None:
            return False
        moved = tuple((x + right, y + down) for x, y in drawing.points)
        self._record(replace(drawing, points=moved))
        return True

    def remove(self) -> bool:
        """Take the chosen drawing away; false if none is chosen."""
        if self.selected is None:
            return False
        self._visit.record(drawing_key(self._film_id, self.selected), None)
        self.refresh()
        return True

    def esc(self) -> bool:
        """Give up what is begun, else the tool, else the choice; false if there was nothing to give up."""
        if self._clicked:
            self._clicked, self._at = [], None
        elif self.tool is not None:
            self.tool = None
        elif self.selected is not None:
            self.selected = None
        else:
            return False
        self.changed.emit()
        return True

    def numbered(self, those: Iterable[Drawing]) -> dict[str, Json]:
        """Drawings from elsewhere, to be recorded: numbers that were never given, by key."""
        changes: dict[str, Json] = {}
        for each in those:
            self._last += 1
            changes[drawing_key(self._film_id, self._last)] = replace(each, number=self._last).value
        return changes

    def set_length(self, drawing: Drawing, known_cm: float) -> None:
        """How long the thing is that a scale was drawn along; 0 gives the scale up."""
        if known_cm > 0:
            self._record(
                Drawing(drawing.number, "scale", drawing.frame, drawing.points, known_cm, drawing.zoom)
            )

    def renumber(self, now: Mapping[int, int | None]) -> None:
        """Frame k is frame `now[k]` (None: gone): every drawing goes with its frame."""
        for each in self._stands:
            there = now.get(each.frame, each.frame)
            if there != each.frame:
                moved = None if there is None else replace(each, frame=there).value
                self._visit.record(drawing_key(self._film_id, each.number), moved)
        self.refresh()

    def _finish(self) -> None:
        tool, points = self.tool, tuple(self._clicked)
        self._clicked, self._at = [], None
        if tool is None:
            return
        self._last += 1
        drawing = drawings.moved(Drawing(self._last, tool, self.frame, points, 0.0, self.zoom), 0, points[0])
        if tool == "scale":
            self.tool = None
            self.length_wanted.emit(drawing)
        else:
            self._record(drawing)

    def _record(self, drawing: Drawing) -> None:
        self._visit.record(drawing_key(self._film_id, drawing.number), drawing.value)
        self.selected = drawing.number
        self.refresh()

    def _near(self, place: Point, reach: float) -> tuple[Drawing, int] | None:
        """The end of a drawing on this frame that is within reach, the nearest."""
        ends = [
            (QLineF(*place, *point).length(), each, which)
            for each in self.here()
            for which, point in enumerate(each.points)
        ]
        near = min(ends, key=lambda end: end[0], default=None)
        return (near[1], near[2]) if near is not None and near[0] <= reach else None

    # -- painting

    def paint(self, painter: QPainter, place: Place) -> None:
        """All drawings of the frame; `place` turns pixels of the frame into those of the painter."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        held = self._held[0] if self._held is not None else None
        for each in self.here():
            shown = held if held is not None and held.number == each.number else each
            colour = HELD if shown.number == self.selected else INK
            _draw(painter, shown, self.words(shown), place, colour)
        if self._clicked and self.tool is not None:
            points = (*self._clicked, *([self._at] if self._at is not None else []))
            begun = drawings.moved(Drawing(0, self.tool, self.frame, points), 0, points[0])
            _lines(painter, self.tool, [place(QPointF(*point)) for point in begun.points], HELD)


def value_words(drawing: Drawing, size: tuple[float, float], aspect: float, scale: Drawing | None) -> str:
    """What a drawing measures, as it is read beside it; a length in cm by a scale."""
    if drawing.tool == "scale":
        return f"{drawing.known_cm:g} cm"
    found = measured(drawing, size, aspect, scale)
    return "" if found is None else found.text().replace(" deg", "°")


def drawn_on(picture: QImage, those: Iterable[tuple[Drawing, str]], closer: float = 1.0) -> QImage:
    """A picture of its own with drawings and their words on it, so many times as large as on the screen."""
    made = picture.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(made)
    painter.setFont(QFont())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(closer, closer)
    for drawing, words in those:
        _draw(painter, drawing, words, lambda at: QPointF(at.x() + 0.5, at.y() + 0.5) / closer, INK)
    painter.end()
    return made


def _draw(painter: QPainter, drawing: Drawing, words: str, place: Place, colour: QColor) -> None:
    points = [place(QPointF(*point)) for point in drawing.points]
    _lines(painter, drawing.tool, points, colour)
    painter.setPen(QPen(SHADOW, 1))
    painter.setBrush(colour)
    for point in points:
        painter.drawEllipse(point, END, END)
    if words:
        _label(painter, words, points[1] if drawing.tool == "angle" else points[-1])


def _lines(painter: QPainter, tool: Tool, points: list[QPointF], colour: QColor) -> None:
    lines = [QLineF(one, other) for one, other in pairwise(points)]
    if tool == "vertical" and points:
        low = max(points, key=lambda point: point.y())
        lines.append(QLineF(low, QPointF(low.x(), min(point.y() for point in points))))
    if tool == "arrow" and len(points) == 2 and lines[0].length() > 1:
        lines += list(_head(lines[0]))
    for pen in (QPen(SHADOW, 4.5), QPen(colour, 2)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if tool in ("distance", "scale"):
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        if tool != "circle":
            painter.drawLines(lines)
        elif lines:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(lines[0].p1(), lines[0].length(), lines[0].length())


def over(image: QImage, sketch: Sketch) -> QImage:
    """The frame as a picture of its own, with what is drawn on it, pixel for pixel."""
    made = image.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(made)
    painter.setFont(QFont())
    sketch.paint(painter, lambda place: QPointF(place.x() + 0.5, place.y() + 0.5))
    painter.end()
    return made


def _head(line: QLineF) -> Iterable[QLineF]:
    for turn in (150.0, -150.0):
        side = QLineF(line.p2(), line.p1())
        side.setLength(HEAD)
        side.setAngle(line.angle() + turn)
        yield side


def _label(painter: QPainter, words: str, at: QPointF) -> None:
    font = QFont(painter.font())
    font.setPixelSize(14)
    font.setBold(True)
    painter.setFont(font)
    box = QRectF(painter.fontMetrics().boundingRect(words)).adjusted(0, 0, 12, 6)
    box.moveTopLeft(at + QPointF(10, 8))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(GROUND)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(INK)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


TOOL_ICONS: dict[Tool, tuple[str, str]] = {  # icon, key
    "vertical": ("angle-acute", "V"),
    "angle": ("angle-right", "A"),
    "line": ("vector-line", "E"),
    "distance": ("ruler", "D"),
    "scale": ("arrow-expand-horizontal", "S"),
    "arrow": ("arrow-top-right", "W"),
    "circle": ("circle-outline", "G"),
    "plumb": ("arrow-collapse-down", "U"),
}


def tip_of(tool: Tool) -> str:
    """What a tool does, and its key."""
    return say("gait.draw_tip", what=say(f"gait.draw_{tool}"), key=TOOL_ICONS[tool][1])
