"""The strip under the picture: two contact lanes, the cursor, and the whole film in small below them."""

import math
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from runclinic.gait.contacts import SIDES, Complaint, Side
from runclinic.gait.filming import FloatArray
from runclinic.ui.gait import wording
from runclinic.ui.gait.lanes import Bar, Lanes, is_doubtful
from runclinic.ui.gait.strip_paint import colour, covers, on_side, pen
from runclinic.ui.say import say
from runclinic.video.playing import Loop
from runclinic.visit.stride import Mark

LEFT, RIGHT = 44, 8
TOP, LANE, GAP = 12, 24, 4
AXIS, WHOLE = 18, 16
HEIGHT = TOP + 2 * LANE + GAP + AXIS + WHOLE + 8
USUAL_S, LEAST_S = 2.4, 0.4
EDGE = 0.12  # of the width: nearer to its border the cursor takes the strip along
REACH_PX = 7
GRIP = 9  # of an end of the loop
AROUND_MARK = 2
LABEL_PX = 26
TICKS_S = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300)
TICK_PX = 70


class Strip(QWidget):
    """Shows `Lanes` against true time. `went(frame)` asks for a frame, `moved(mark, frame)` ends a drag.

    `loop_pulled(frame, other)`: an end of the loop is under the hand at `frame`, the other end at `other`.
    `looked_at(from_s, long_s)`: the lanes show another stretch of time.
    """

    went = Signal(int)
    moved = Signal(object, int)
    loop_pulled = Signal(int, int)
    looked_at = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._times: FloatArray = np.zeros(1)
        self._lanes = Lanes()
        self._cursor = 0
        self._from_s, self._long_s = 0.0, USUAL_S
        self.selected: Mark | None = None
        self._dragged: int | None = None  # the frame under the hand
        self._hand = ""  # "", "mark", "film", "whole", "loop"
        self._other_end = 0  # of the loop, while one is pulled
        self._loop: Loop | None = None
        self._damaged: tuple[int, ...] = ()
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setAccessibleName(say("gait.strip"))
        self.setAccessibleDescription(say("gait.strip_tip"))

    def load(self, times_s: FloatArray) -> None:
        """Another film: the true time of each frame."""
        self._times = times_s
        self._long_s = min(USUAL_S, max(LEAST_S, self._whole_s()))
        self.selected = None
        self._look_at(0.0)
        self.update()

    def put_lanes(self, lanes: Lanes) -> None:
        """Other marks. What was selected stays so if it still stands."""
        self._lanes = lanes
        if self.selected is not None:
            number = self.selected.number
            self.selected = next((mark for mark in lanes.marks if mark.number == number), None)
        self.update()

    def put_loop(self, loop: Loop | None) -> None:
        """What is played round."""
        self._loop = loop
        self.update()

    def put_damaged(self, frames: Iterable[int]) -> None:
        """The frames whose picture is damaged."""
        self._damaged = tuple(sorted(frames))
        self.update()

    @property
    def held(self) -> bool:
        """Whether the hand drags on it."""
        return bool(self._hand)

    def returns(self) -> list[int]:
        """The frames that the hand returns to: the loop, and those around each mark."""
        frames = list(range(self._loop.first, self._loop.last + 1)) if self._loop else []
        near = range(-AROUND_MARK, AROUND_MARK + 1)
        beside = (mark.frame + away for mark in self._lanes.marks for away in near)
        return frames + [frame for frame in beside if 0 <= frame < len(self._times)]

    def seen(self) -> tuple[int, int]:
        """The first and the last frame that the lanes show."""
        return self._nearest(self._from_s), self._nearest(self._from_s + self._long_s)

    @property
    def lanes(self) -> Lanes:
        """What lies on it."""
        return self._lanes

    def select(self, mark: Mark) -> None:
        """Show the ends of this mark's contact."""
        self.selected = mark
        self.update()

    def put_cursor(self, frame: int) -> None:
        """The frame that is on the screen."""
        self._cursor = frame
        if self.selected is not None and self.selected.frame != frame and not self._hand:
            self.selected = None
        at = self._time(frame)
        if not self._from_s + EDGE * self._long_s <= at <= self._from_s + (1 - EDGE) * self._long_s:
            self._look_at(at - self._long_s / 2)
        self.update()

    def _whole_s(self) -> float:
        return float(self._times[-1]) or LEAST_S

    def _look_at(self, start_s: float) -> None:
        self._from_s = max(0.0, min(start_s, self._whole_s() - self._long_s))
        self.looked_at.emit(self._from_s, self._long_s)

    # -- time and place

    def _time(self, frame: int) -> float:
        return float(self._times[min(max(frame, 0), len(self._times) - 1)])

    def _across(self) -> int:
        return max(1, self.width() - LEFT - RIGHT)

    def x_of(self, frame: int) -> float:
        """Where a frame lies, in pixels of this widget."""
        return LEFT + (self._time(frame) - self._from_s) / self._long_s * self._across()

    def frame_at(self, x: float) -> int:
        """The frame nearest to a place."""
        return self._nearest(self._from_s + (x - LEFT) / self._across() * self._long_s)

    def _nearest(self, at_s: float) -> int:
        later = int(np.searchsorted(self._times, at_s))
        if later >= len(self._times):
            return len(self._times) - 1
        if later and at_s - self._times[later - 1] < self._times[later] - at_s:
            return later - 1
        return later

    def lane_of(self, side: Side) -> QRectF:
        """The lane of a foot."""
        top = TOP + SIDES.index(side) * (LANE + GAP)
        return QRectF(LEFT, top, self._across(), LANE)

    def whole_film(self) -> QRectF:
        """Where the whole film lies in small, for her to drag along."""
        return QRectF(LEFT, TOP + 2 * LANE + GAP + AXIS, self._across(), WHOLE)

    # -- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: all of it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour("surface"))
        for side in SIDES:
            self._paint_name(painter, side)
            painter.fillRect(self.lane_of(side), colour("grid"))
        self._paint_axis(painter)
        self._paint_whole(painter)
        painter.setClipRect(QRectF(LEFT, 0, self._across(), HEIGHT))
        for bar in self._lanes.bars:
            self._paint_bar(painter, bar)
        for mark in self._lanes.lone:
            self._paint_lone(painter, mark)
        self._paint_by_hand(painter)
        for problem in self._lanes.problems:
            self._paint_problem(painter, problem)
        painter.setClipRect(QRectF(LEFT - 4, 0, self._across() + 8, HEIGHT))
        self._paint_cursor(painter)
        self._paint_handles(painter)

    def _paint_name(self, painter: QPainter, side: Side) -> None:
        lane = self.lane_of(side)
        painter.setPen(colour(side))
        painter.setFont(self._font(14, bold=True))
        painter.drawText(
            QRectF(8, lane.y(), 14, LANE), Qt.AlignmentFlag.AlignVCenter, say(f"gait.{side}_letter")
        )
        sign = QRectF(24, lane.center().y() - 5, 10, 10)
        if side == "left":
            painter.setBrush(colour(side))
            painter.drawEllipse(sign)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(sign)

    def _paint_bar(self, painter: QPainter, bar: Bar) -> None:
        start, end = self._x_of_mark(bar.start), self._x_of_mark(bar.end)
        if end < LEFT or start > LEFT + self._across():
            return
        lane = self.lane_of(bar.side)
        box = QRectF(start, lane.y() + 2, max(2.0, end - start), LANE - 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("surface") if bar.problem == "hard" else colour(bar.side))
        painter.drawRoundedRect(box, 3, 3)
        if bar.problem:
            painter.setPen(pen("red" if bar.problem == "hard" else "amber", 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3)
        if box.width() >= LABEL_PX:
            painter.setPen(colour("red") if bar.problem == "hard" else on_side())
            painter.setFont(self._font(12))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, bar.said)

    def _paint_by_hand(self, painter: QPainter) -> None:
        """Where the program found marks, a dot on what a hand set, a query on what it is not sure of."""
        if all(mark.by_hand for mark in self._lanes.marks):
            return
        painter.setFont(self._font(13, bold=True))
        painter.setPen(colour("amber"))
        for mark in filter(is_doubtful, self._lanes.marks):
            x = self._x_of_mark(mark)
            painter.drawText(QRectF(x - 8, 0, 16, TOP), Qt.AlignmentFlag.AlignCenter, say("gait.query"))
        painter.setPen(pen("text", 1))
        painter.setBrush(colour("surface"))
        for mark in self._lanes.marks:
            if mark.by_hand:
                painter.drawEllipse(QPointF(self._x_of_mark(mark), self.lane_of(mark.side).y() + 2), 3.5, 3.5)

    def _paint_lone(self, painter: QPainter, mark: Mark) -> None:
        """A landing points to the right, where its toe-off is missing; a toe-off to the left."""
        x, lane = self._x_of_mark(mark), self.lane_of(mark.side)
        painter.setPen(pen(mark.side, 2))
        painter.drawLine(QPointF(x, lane.y() + 2), QPointF(x, lane.bottom() - 2))
        towards = 10 if mark.kind == "initial_contact" else -10
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(mark.side))
        middle = lane.center().y()
        painter.drawPolygon(
            QPolygonF([QPointF(x, middle - 7), QPointF(x + towards, middle), QPointF(x, middle + 7)])
        )

    def _paint_problem(self, painter: QPainter, problem: Complaint) -> None:
        """A triangle above its frames: amber is counted, red (with a bar through it) is left out."""
        x = sum(self.x_of(frame) for frame in problem.frames) / len(problem.frames)
        painter.setPen(Qt.PenStyle.NoPen)
        hard = problem.grade == "hard"
        painter.setBrush(colour("red" if hard else "amber"))
        if hard:
            painter.drawRect(QRectF(x - 5, 1, 10, 10))
            painter.setPen(pen("surface", 2))
            painter.drawLine(QPointF(x - 3, 6), QPointF(x + 3, 6))
        else:
            painter.drawPolygon(QPolygonF([QPointF(x, 0), QPointF(x + 6, 11), QPointF(x - 6, 11)]))

    def _paint_axis(self, painter: QPainter) -> None:
        top = TOP + 2 * LANE + GAP
        painter.setFont(self._font(12))
        step = next((s for s in TICKS_S if s / self._long_s * self._across() >= TICK_PX), TICKS_S[-1])
        first = math.ceil(self._from_s / step)
        decimals = 2 if step < 0.1 else 1 if step < 1 else 0
        for number in range(first, int((self._from_s + self._long_s) / step) + 1):
            x = LEFT + (number * step - self._from_s) / self._long_s * self._across()
            painter.setPen(pen("line", 1))
            painter.drawLine(QPointF(x, TOP), QPointF(x, top + 4))
            painter.setPen(colour("text3"))
            box = QRectF(x - 40, top + 3, 80, AXIS - 3)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{number * step:.{decimals}f} s")
        self._paint_loop(painter, top)
        painter.setPen(pen("amber", 2))
        for frame in self._lanes.dropped:
            x = self.x_of(frame)
            if LEFT <= x <= LEFT + self._across():
                painter.drawLine(QPointF(x, top), QPointF(x, top + 5))

    def _paint_loop(self, painter: QPainter, top: float) -> None:
        """A bar under the lanes from the first to the last frame of the loop; red at damaged frames."""
        if self._loop is not None:
            start = max(float(LEFT), self.x_of(self._loop.first))
            end = min(float(LEFT + self._across()), self.x_of(self._loop.last))
            if end > start:
                painter.fillRect(QRectF(start, top, end - start, 3), colour("accent"))
            for grip in self._grips():
                painter.setPen(pen("surface", 1))
                painter.setBrush(colour("accent"))
                painter.drawRoundedRect(grip, 3, 3)
        for frame in self._damaged:
            x = self.x_of(frame)
            if LEFT <= x <= LEFT + self._across():
                painter.fillRect(QRectF(x - 1, TOP, 3, top - TOP), colour("red"))

    def _grips(self) -> tuple[QRectF, ...]:
        """The ends of the loop that are seen, to be taken hold of below the lanes."""
        if self._loop is None:
            return ()
        places = (self.x_of(self._loop.first), self.x_of(self._loop.last))
        seen = (x for x in places if LEFT - 1 <= x <= LEFT + self._across() + 1)
        return tuple(QRectF(x - GRIP / 2, TOP + 2 * LANE + GAP, GRIP, AXIS - 3) for x in seen)

    def loop_end_at(self, place: QPointF) -> int | None:
        """The end of the loop under the pointer, as its frame."""
        within = TOP + 2 * LANE + GAP <= place.y() < self.whole_film().top()
        if self._loop is None or not within:
            return None
        near = min((self._loop.first, self._loop.last), key=lambda end: abs(self.x_of(end) - place.x()))
        return near if abs(self.x_of(near) - place.x()) <= REACH_PX else None

    def _paint_whole(self, painter: QPainter) -> None:
        """The whole film: every contact, what the lanes show of it, and the cursor."""
        whole = self.whole_film()
        painter.fillRect(whole, colour("sunken"))
        scale = whole.width() / self._whole_s()
        painter.setPen(Qt.PenStyle.NoPen)
        for bar in self._lanes.bars:
            start, end = self._time(bar.start.frame), self._time(bar.end.frame)
            top = whole.y() + 2 + 6 * SIDES.index(bar.side)
            box = QRectF(whole.x() + start * scale, top, max(1.0, (end - start) * scale), 5)
            painter.fillRect(box, colour(bar.side))
        for mark in self._lanes.lone:
            top = whole.y() + 2 + 6 * SIDES.index(mark.side)
            painter.fillRect(
                QRectF(whole.x() + self._time(mark.frame) * scale, top, 1.5, 5), colour(mark.side)
            )
        if self._loop is not None:
            first, last = self._time(self._loop.first), self._time(self._loop.last)
            painter.fillRect(
                QRectF(whole.x() + first * scale, whole.bottom() - 2, max(2.0, (last - first) * scale), 2),
                colour("accent"),
            )
        for frame in self._damaged:
            painter.fillRect(
                QRectF(whole.x() + self._time(frame) * scale, whole.y(), 1.5, WHOLE), colour("red")
            )
        seen = QRectF(whole.x() + self._from_s * scale, whole.y(), self._long_s * scale, WHOLE)
        painter.setPen(pen("border", 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(seen.adjusted(0.5, 0.5, -0.5, -0.5))
        x = whole.x() + self._time(self._cursor) * scale
        painter.setPen(pen("text", 1.5))
        painter.drawLine(QPointF(x, whole.y()), QPointF(x, whole.bottom()))

    def _paint_cursor(self, painter: QPainter) -> None:
        x = self.x_of(self._cursor)
        painter.setPen(pen("text", 2))
        painter.drawLine(QPointF(x, TOP - 4), QPointF(x, TOP + 2 * LANE + GAP + 4))

    def _paint_handles(self, painter: QPainter) -> None:
        """The ends of the contact that is chosen, or under the cursor, can be taken hold of."""
        at_cursor = (mark for mark in self._lanes.marks if mark.frame == self._cursor)
        chosen = self.selected or next(at_cursor, None)
        if chosen is None:
            return
        bar = next((bar for bar in self._lanes.bars if chosen in (bar.start, bar.end)), None)
        ends = (bar.start, bar.end) if bar else (chosen,)
        for mark in ends:
            lane, x = self.lane_of(mark.side), self._x_of_mark(mark)
            painter.setPen(pen("text", 2))
            painter.setBrush(colour("surface"))
            painter.drawRoundedRect(QRectF(x - 3, lane.y() - 2, 6, LANE + 4), 2, 2)

    def _x_of_mark(self, mark: Mark) -> float:
        held = self._dragged is not None and self.selected is not None and mark.number == self.selected.number
        return self.x_of(self._dragged if held and self._dragged is not None else mark.frame)

    def _font(self, pixels: int, *, bold: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(pixels)
        font.setBold(bold)
        return font

    # -- hands

    def mark_at(self, place: QPointF) -> Mark | None:
        """The mark under the pointer: the nearest one of its lane within reach."""
        near: list[tuple[float, Mark]] = [
            (abs(self.x_of(mark.frame) - place.x()), mark)
            for mark in self._lanes.marks
            if self.lane_of(mark.side).adjusted(0, -2, 0, 2).top()
            <= place.y()
            <= self.lane_of(mark.side).bottom() + 2
        ]
        best = min(near, key=lambda each: each[0], default=None)
        return best[1] if best and best[0] <= REACH_PX else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: take hold of a mark's end, or go there."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        mark, end = self.mark_at(event.position()), self.loop_end_at(event.position())
        if end is not None and self._loop is not None:
            self._hand = "loop"
            self._other_end = self._loop.last if end == self._loop.first else self._loop.first
        elif mark is not None:
            self._hand, self.selected = "mark", mark
            self.went.emit(mark.frame)
        elif event.position().y() >= self.whole_film().top() - 2:
            self._hand = "whole"
            self._go_whole(event.position().x())
        else:
            self._hand, self.selected = "film", None
            self.went.emit(self.frame_at(event.position().x()))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: drag, or show what could be dragged."""
        if self._hand == "mark" and self.selected is not None:
            frame = self.frame_at(min(max(event.position().x(), LEFT), LEFT + self._across()))
            if frame != (self.selected.frame if self._dragged is None else self._dragged):
                self._dragged = frame
                self.went.emit(frame)
                self.update()
        elif self._hand == "loop":
            within = min(max(event.position().x(), LEFT), LEFT + self._across())
            self.loop_pulled.emit(self.frame_at(within), self._other_end)
        elif self._hand == "film":
            self.went.emit(self.frame_at(event.position().x()))
        elif self._hand == "whole":
            self._go_whole(event.position().x())
        else:
            over = self.mark_at(event.position()) or self.loop_end_at(event.position()) is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Qt: one drag is one entry."""
        mark, frame = self.selected, self._dragged
        self._hand, self._dragged = "", None
        if mark is not None and frame is not None and frame != mark.frame:
            self.moved.emit(mark, frame)
        self.update()

    def let_go(self) -> bool:
        """Esc: the mark stays where it was. False if nothing was held."""
        held = self._dragged is not None
        frame = self.selected.frame if self.selected else self._cursor
        self._hand, self._dragged = "", None
        if held:
            self.went.emit(frame)
            self.update()
        return held

    def _go_whole(self, x: float) -> None:
        at = (x - LEFT) / self._across() * self._whole_s()
        self._look_at(at - self._long_s / 2)
        self.went.emit(self._nearest(at))
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: more or less of the film on the strip, the moment under the pointer stays."""
        share = (event.position().x() - LEFT) / self._across()
        at = self._from_s + share * self._long_s
        factor = 1.2 ** (-event.angleDelta().y() / 120)
        self._long_s = min(max(self._long_s * factor, LEAST_S), max(LEAST_S, self._whole_s()))
        self._look_at(at - share * self._long_s)
        self.update()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Qt: what is under the pointer, in words."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            words = self.words_at(event.pos())
            QToolTip.showText(event.globalPos(), words, self) if words else QToolTip.hideText()
            return True
        return super().event(event)

    def words_at(self, place: QPoint) -> str:
        """The problem, the mark or the contact at a place."""
        if place.y() <= TOP:
            return "\n".join(
                each.text for each in self._lanes.problems if covers(self._spots(each), place.x(), 8)
            )
        here = self.frame_at(place.x())
        if here in self._damaged and abs(self.x_of(here) - place.x()) <= REACH_PX:
            return say("gait.damaged_at", frame=str(here))
        if self.loop_end_at(QPointF(place)) is not None:
            return say("gait.loop_end")
        mark = self.mark_at(QPointF(place))
        return wording.of_mark(mark) if mark is not None else self._words_of_bar(place)

    def _words_of_bar(self, place: QPoint) -> str:
        for bar in self._lanes.bars:
            inside = self.x_of(bar.start.frame) <= place.x() <= self.x_of(bar.end.frame)
            if inside and self.lane_of(bar.side).contains(QPointF(place)):
                return bar.why or say("gait.contact_at", side=say(f"gait.{bar.side}"), ms=bar.said)
        return ""

    def _spots(self, problem: Complaint) -> Iterable[float]:
        yield sum(self.x_of(frame) for frame in problem.frames) / len(problem.frames)

    def changeEvent(self, event: QEvent) -> None:
        """Qt: other colours."""
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)
