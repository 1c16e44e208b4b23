"""POP-Q as clinicians write it: a grid of three by three, and the profile drawn anew with each number."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from runclinic.forms.form import Form, Question
from runclinic.forms.pop_q import Stage, stage
from runclinic.forms.pop_q_profile import Profile, full_support, profile
from runclinic.ui import look
from runclinic.ui.control import Asked, LineControl, spoken
from runclinic.ui.form_page import FormPage
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.pieces import Card, in_a_row, text
from runclinic.ui.question_row import QuestionRow
from runclinic.ui.say import say, words
from runclinic.visit.entry import Json

GRID = (("Aa", "Ba", "C"), ("GH", "PB", "TVL"), ("Ap", "Bp", "D"))
POINTS = tuple(name for row in GRID for name in row)
PROFILE_WIDTH, PROFILE_LEAST, PROFILE_HEIGHT = 270, 240, 310
FIELD = 96
BESIDE_FROM = 720
MARGIN, BELOW, INSET = 34, 58, 34
WIDENED = 1.8  # a vagina is narrow: across is drawn wider than deep, never more than so
LEAST_CM, OUTSIDE_CM = 9.0, 2.0
DOT = 4.5


class PopQPage(FormPage):
    """The POP-Q form; `profile` follows what stands, and marks the point that is being typed."""

    def __init__(self, open_visit: OpenVisit, form: Form) -> None:
        self._former = _former(open_visit)
        self._grid, self._cells = QGridLayout(), Card(margins=(4, 4, 4, 4))
        self._grid.setSpacing(4)
        self._cells.rows.addLayout(self._grid)
        self._cells.rows.addStretch(1)
        self._notes = text("", "second")
        self.profile = ProfileView()
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._beside.setSpacing(12)
        super().__init__(open_visit, form)
        self.looked_at.connect(self.profile.point_at)
        self.complete()

    def furnish(self) -> None:
        """Grid and profile side by side, and what is odd about the numbers below."""
        self._beside.addWidget(self._cells, 1)
        drawn = Card(margins=(4, 4, 4, 4))
        drawn.rows.addWidget(self.profile)
        self._beside.addWidget(drawn)
        self._page.addLayout(self._beside)
        self._page.addWidget(self._notes)

    def refresh(self) -> None:
        """The questions that apply, and the profile of what stands."""
        super().refresh()
        now = {name: self._value(name) for name in (*POINTS, "cervix")}
        self.profile.put(now, self._former[1], self._former[0])
        found = stage(now)
        said = [say(f"pop_q.error.{point}") for point in found.errors]
        said += [say(f"pop_q.warning.{code}") for code in found.warnings if _worth_saying(code, found)]
        self._notes.setText("\n".join(said))
        self._notes.setVisible(bool(said))

    def row_of(self, question: Question, words: str, asked: Asked, *, follows: bool) -> QuestionRow:
        """The nine stand in cells."""
        if question.id not in POINTS:
            return QuestionRow(question, question.short or words, asked, follows=follows, short=True)
        return PointCell(question, words, asked, self._former[1].get(question.id))

    def put_row(self, row: QuestionRow) -> None:
        """Each of the nine at its place in the grid."""
        name = row.question.id
        if name not in POINTS:
            super().put_row(row)
            return
        down = next(number for number, names in enumerate(GRID) if name in names)
        self._grid.addWidget(row, down, GRID[down].index(name))

    def _fit(self) -> None:
        super()._fit()
        beside = self._width() >= BESIDE_FROM
        across = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._beside.setDirection(across)


def _worth_saying(code: str, found: Stage) -> bool:
    """An empty D is no news before the others are there."""
    return code != "D_blank" or found.stage is not None


def _former(visit: OpenVisit) -> tuple[str, dict[str, Json]]:
    """The day and the numbers of the last visit in which a POP-Q was measured."""
    found: dict[str, tuple[int, str, dict[str, Json]]] = {}
    for name in POINTS:
        for row, entry in visit.history(f"pop_q/{name}"):
            if row.id != visit.visit.id and row.number < visit.visit.number and entry.value is not None:
                found.setdefault(row.id, (row.number, words().date(row.date), {}))[2][name] = entry.value
    last = max(found.values(), key=lambda each: each[0], default=None)
    return ("", {}) if last is None else (last[1], last[2])


class PointCell(QuestionRow):
    """One of the nine: its letters, what they mean in two words, what it was, and the number."""

    def __init__(self, question: Question, said: str, asked: Asked, former: Json) -> None:
        self._was = former
        compact = replace(asked, compact=True, unit_shown=False)
        super().__init__(question, said, compact, follows=False)
        self.setToolTip(said)

    def _lay(self) -> None:
        name = text(self.question.id, "heading", wrap=False)
        about = text(self.question.short, "caption")
        top = in_a_row(name, about, self._state, spacing=6)
        top.setStretch(1, 1)
        below = in_a_row(self.control, self._more, spacing=0)
        below.setStretch(0, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(9, 8, 2, 8)
        rows.setSpacing(4)
        rows.addLayout(top)
        rows.addLayout(below)
        rows.addWidget(self._why)
        rows.addStretch(1)
        if isinstance(self.control, LineControl):
            self._dress(self.control.line)

    def _dress(self, line: QLineEdit) -> None:
        """The number in bold; inside the field, at its left, what it was."""
        line.setMinimumWidth(FIELD)
        line.setMaximumWidth(2 * FIELD)
        line.setPlaceholderText("")
        look.mark(line, "number", value=True)
        if isinstance(self._was, int | float):
            was = text(say("pop_q.was", value=signed(self._was)), "caption", wrap=False)
            was.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            held = QHBoxLayout(line)
            held.setContentsMargins(8, 0, 0, 0)
            held.addWidget(was)
            held.addStretch(1)

    def fit(self, width: int) -> None:
        """Its place in the grid is its width."""


def signed(cm: float) -> str:
    """With the minus of print, as a POP-Q is written."""
    return spoken(cm).replace("-", "\N{MINUS SIGN}")


class Scale(NamedTuple):
    """Pixels of a centimetre from front to back, and of one from the hymen."""

    across: float
    deep: float

    def at(self, place: tuple[float, float]) -> QPointF:
        """A place in centimetres as a point of the screen."""
        return QPointF(place[0] * self.across, place[1] * self.deep)


class ProfileView(QWidget):
    """The side view, front at the left; dashed is full support, dotted the last visit."""

    def __init__(self) -> None:
        super().__init__()
        self._now = profile({})
        self._whole = self._now
        self._former: Profile | None = None
        self._former_day = ""
        self._at = ""
        self.setMinimumSize(PROFILE_LEAST, PROFILE_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Qt: as wide as beside the grid."""
        return QSize(PROFILE_WIDTH, PROFILE_HEIGHT)

    def put(self, points: Mapping[str, object], former: Mapping[str, object], day: str) -> None:
        """Draw these numbers, and those of the last visit if there are any."""
        self._now, self._whole = profile(points), full_support(points)
        self._former = profile(former) if former else None
        self._former_day = day
        said = ", ".join(f"{name} {signed(place[1])}" for name, place in self._now.places.items())
        self.setAccessibleName(say("pop_q.profile"))
        self.setAccessibleDescription(said or say("pop_q.nothing_measured"))
        self.update()

    def point_at(self, name: str) -> None:
        """The point that is being typed is filled."""
        self._at = name
        self.update()

    # -- drawing

    def _scale(self) -> tuple[Scale, float, float, float]:
        """Pixels of a centimetre, the y of the hymen, the x of the urethral opening, the deepest cm."""
        drawn = [self._now, self._whole, *([self._former] if self._former else [])]
        up = max(LEAST_CM, *(-each.deepest_cm for each in drawn)) + 0.7
        down = max(OUTSIDE_CM, *(each.lowest_cm for each in drawn)) + 0.5
        across = self._now.hiatus_cm + (self._now.body_cm or 3.0)
        high = (self.height() - 24 - BELOW) / (up + down)
        wide = min((self.width() - MARGIN - INSET - 14) / across, WIDENED * high)
        return Scale(wide, high), 24 + up * high, MARGIN + INSET, up

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: axis, full support, the last visit, the walls, the points, hiatus and perineal body."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(12)
        painter.setFont(font)
        one, hymen, left, up = self._scale()
        self._axis(painter, one, hymen, up)
        painter.translate(left, hymen)
        self._dashed(painter, self._whole, one, Qt.PenStyle.DashLine)
        self._walls(painter, one)
        self._dashed(painter, self._former, one, Qt.PenStyle.DotLine)
        self._points(painter, one)
        self._spans(painter, one)
        painter.resetTransform()
        self._legend(painter)
        painter.end()

    def _axis(self, painter: QPainter, one: Scale, hymen: float, up: float) -> None:
        colours = look.colours()
        painter.setPen(QColor(colours.text2))
        painter.drawText(QRectF(MARGIN, 2, 100, 18), Qt.AlignmentFlag.AlignLeft, say("pop_q.front"))
        right = QRectF(self.width() - 104, 2, 100, 18)
        painter.drawText(right, Qt.AlignmentFlag.AlignRight, say("pop_q.back"))
        last = int((self.height() - BELOW - hymen) / one.deep)
        for cm in range(-2 * int(up // 2), last + 1, 2):
            y = hymen + cm * one.deep
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.drawLine(QPointF(MARGIN, y), QPointF(self.width() - 6, y))
            painter.setPen(QColor(colours.text2))
            painter.drawText(QRectF(0, y - 9, MARGIN - 6, 18), _RIGHT, f"+{cm}" if cm > 0 else signed(cm))
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.drawLine(QPointF(MARGIN, hymen), QPointF(self.width() - 6, hymen))
        place = QRectF(self.width() - 126, hymen - 20, 118, 18)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight, say("pop_q.hymen"))

    def _dashed(self, painter: QPainter, drawn: Profile | None, one: Scale, style: Qt.PenStyle) -> None:
        if drawn is not None and drawn.walls:
            painter.setPen(QPen(QColor(look.colours().text2), 1.3, style))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(_path(drawn, one))

    def _walls(self, painter: QPainter, one: Scale) -> None:
        if self._now.walls:
            colours = look.colours()
            painter.setPen(QPen(QColor(colours.text), 2.2))
            painter.setBrush(QColor(colours.soft))
            painter.drawPath(_path(self._now, one))

    def _points(self, painter: QPainter, one: Scale) -> None:
        colours = look.colours()
        named: dict[tuple[float, float], list[str]] = {}
        for name, place in self._now.places.items():
            named.setdefault(place, []).append(name)
        for place, names in named.items():
            at = self._at in names
            centre = one.at(place)
            painter.setPen(QPen(QColor(colours.accent if at else colours.text), 2))
            painter.setBrush(QColor(colours.accent if at else colours.surface))
            painter.drawEllipse(centre, DOT + at, DOT + at)
            painter.setPen(QColor(colours.accent if at else colours.text))
            letters = " ".join(names)
            if place[0] <= self._now.hiatus_cm / 2:
                area = QRectF(centre.x() - 68, centre.y() - 22, 60, 18)
                painter.drawText(area, Qt.AlignmentFlag.AlignRight, letters)
            else:
                area = QRectF(centre.x() + 9, centre.y() - 16, 80, 18)
                painter.drawText(area, Qt.AlignmentFlag.AlignLeft, letters)

    def _spans(self, painter: QPainter, one: Scale) -> None:
        """Hiatus and perineal body as measures below the hymen."""
        y = (self._now.lowest_cm + 0.8) * one.deep
        painter.setPen(QPen(QColor(look.colours().text2), 1.3))
        end = self._now.hiatus_cm * one.across
        for name, start, length in (("GH", 0.0, end), ("PB", end + 2, (self._now.body_cm or 0) * one.across)):
            if length <= 0:
                continue
            for x in (start, start + length):
                painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
            painter.drawLine(QPointF(start, y), QPointF(start + length, y))
            area = QRectF(start, y + 4, length, 18)
            painter.drawText(area, Qt.AlignmentFlag.AlignHCenter, name)

    def _legend(self, painter: QPainter) -> None:
        painter.setPen(QColor(look.colours().text2))
        base = self.height() - 40
        painter.drawText(QRectF(MARGIN, base, self.width() - MARGIN, 18), _LEFT, say("pop_q.axis"))
        x = float(MARGIN)
        for there, style, said in (
            (bool(self._whole.walls), Qt.PenStyle.DashLine, say("pop_q.full_support")),
            (self._former is not None, Qt.PenStyle.DotLine, self._former_day),
        ):
            if there:
                painter.setPen(QPen(QColor(look.colours().text2), 1.3, style))
                painter.drawLine(QPointF(x, base + 29), QPointF(x + 26, base + 29))
                painter.drawText(QRectF(x + 32, base + 20, 110, 18), _LEFT, said)
                x += 40 + painter.fontMetrics().horizontalAdvance(said)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _path(drawn: Profile, one: Scale) -> QPainterPath:
    path = QPainterPath(one.at(drawn.walls[0][0]))
    for _, first, second, end in drawn.walls:
        path.cubicTo(one.at(first), one.at(second), one.at(end))
    return path
