"""The runner's body points over the picture: the near leg full, the far one dashed; a hand puts one right."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from runclinic.gait.contacts import SIDES, Side
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.video.overlay import ACROSS, LIMBS
from runclinic.visit.points_by_hand import PointByHand

NEAR, FAR, EDGE = QColor("#9DC1FF"), QColor("#F0A6DB"), QColor(11, 15, 17, 210)
JOINT, HELD = QColor("#FFFFFF"), QColor("#FFD447")
BONE_PX, JOINT_PX, BY_HAND_PX = 2.5, 4.0, 6.0
TRAIL_PX, FAINTEST = 2.5, 100  # of 255: the oldest of a trail
JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")
NAMES = tuple(f"{side}_{joint}" for side in SIDES for joint in JOINTS)
Place = Callable[[QPointF], QPointF]


class Skeleton(QObject):
    """`moved(name, x, y)`: a hand let go of a point there; `changed`: something is to be painted anew."""

    moved = Signal(str, float, float)
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.wanted = True
        self.fixed = False  # only looked at: no hand moves a point
        self.frame = 0
        self.near: Side = "left"
        self.selected = ""
        self._track: LandmarkTrack | None = None
        self._by_hand: Mapping[tuple[int, str], PointByHand] = {}
        self._held = False
        self._drag: QPointF | None = None
        self.trailed, self.trail = "", 0  # which point leaves a trail, over how many frames

    def put(self, track: LandmarkTrack | None, near: Side, by_hand: Iterable[PointByHand]) -> None:
        """The points of the film on the screen, in its pixels; None where there are none."""
        self._track, self.near = track, near
        self._by_hand = {(each.frame, each.name): each for each in by_hand}
        self.changed.emit()

    @property
    def there(self) -> bool:
        """Whether the film has body points."""
        return self._track is not None

    @property
    def shows(self) -> bool:
        """Whether they are over the picture."""
        return self.wanted and self.there

    def toggle(self) -> None:
        """Over the picture, or not."""
        self.wanted = not self.wanted
        self.let_go()
        self.changed.emit()

    def show_frame(self, frame: int) -> None:
        """The frame that is on the screen."""
        if frame != self.frame:
            self.frame = frame
            self.let_go()

    # -- where points are

    def points(self) -> dict[str, QPointF]:
        """The joints of this frame in its pixels, by name; those put right are where the hand put them."""
        places = {name: self.place(name, self.frame) for name in NAMES}
        found = {name: place for name, place in places.items() if place is not None}
        if self._drag is not None and self.selected in found:
            found[self.selected] = self._drag
        return found

    def place(self, name: str, frame: int) -> QPointF | None:
        """Where a joint is in a frame, in its pixels; None where it is not seen."""
        track, hand = self._track, self._by_hand.get((frame, name))
        if track is None or not 0 <= frame < len(track):
            return None
        if hand is not None:
            return QPointF(hand.x, hand.y)
        if not track.has(name) or not bool(track.seen((name,))[frame, 0]):
            return None
        x, y = track.xy[frame, track.place(name)]
        return QPointF(float(x), float(y))

    @property
    def holds(self) -> bool:
        """Whether the hand drags a point."""
        return self._held and self._drag is not None

    def follow(self, frames: int) -> str:
        """The chosen point leaves a trail over so many frames, else the ankle of the near side; its name.

        Of 0 frames there is none; nor without body points, where the name is "".
        """
        if not self.there:
            return ""
        self.trailed = self.selected or self.trailed or f"{self.near}_ankle"
        self.trail = frames
        self.changed.emit()
        return self.trailed

    def is_by_hand(self, name: str) -> bool:
        """Whether a hand put this point of this frame right."""
        return (self.frame, name) in self._by_hand

    # -- hands

    def press(self, place: tuple[float, float], reach: float) -> bool:
        """Take hold of the nearest point within reach, in the frame's pixels; whether there is one."""
        if not self.shows or self.fixed:
            return False
        away = {name: np.hypot(at.x() - place[0], at.y() - place[1]) for name, at in self.points().items()}
        name = min(away, key=lambda each: (away[each], not each.startswith(self.near)), default="")
        if not name or away[name] > reach:
            self.let_go()
            return False
        self.selected, self._held = name, True
        self.changed.emit()
        return True

    def move(self, place: tuple[float, float]) -> None:
        """The point follows the hand."""
        if self._held:
            self._drag = QPointF(*place)
            self.changed.emit()

    def release(self) -> bool:
        """Let go: where it lies now is where she has it. Whether a point was held."""
        held, place = self._held, self._drag
        self._held, self._drag = False, None
        if held and place is not None:
            self.moved.emit(self.selected, place.x(), place.y())
        return held

    def nudge(self, across: float, down: float) -> bool:
        """The chosen point by so many pixels; false if none is chosen."""
        at = self.points().get(self.selected)
        if at is None or not self.shows:
            return False
        self.moved.emit(self.selected, at.x() + across, at.y() + down)
        return True

    def next(self) -> str:
        """Choose the next point of the near side, then of the far one; its name, "" without points."""
        if not self.shows:
            return ""
        order = sorted(self.points(), key=lambda name: not name.startswith(self.near))
        if not order:
            return ""
        later = order.index(self.selected) + 1 if self.selected in order else 0
        self.selected = order[later % len(order)]
        self.changed.emit()
        return self.selected

    def let_go(self) -> bool:
        """No point is chosen; whether one was."""
        had = bool(self.selected)
        self.selected, self._held, self._drag = "", False, None
        if had:
            self.changed.emit()
        return had

    # -- painting

    def paint(self, painter: QPainter, at: Place) -> None:
        """Over the picture; `at` places the frame's pixels."""
        if not self.shows:
            return
        points = {name: at(place) for name, place in self.points().items()}
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_trail(painter, at)
        far: Side = "right" if self.near == "left" else "left"
        for side in (far, self.near):
            bones = [(f"{side}_{one}", f"{side}_{other}") for one, other in LIMBS]
            self._bones(painter, points, bones, NEAR if side == self.near else FAR, dashed=side == far)
        self._bones(painter, points, ACROSS, NEAR, dashed=True)
        for name, place in points.items():
            self._joint(painter, name, place)

    def _paint_trail(self, painter: QPainter, at: Place) -> None:
        """Frame by frame, the older the fainter; broken where the point was not seen."""
        frames = range(max(0, self.frame - self.trail + 1), self.frame + 1) if self.trail else range(0)
        ink = QColor(NEAR if self.trailed.startswith(self.near) else FAR)
        before: QPointF | None = None
        for count, frame in enumerate(frames, 1):
            seen = self.place(self.trailed, frame)
            here = None if seen is None else at(seen)
            faint = FAINTEST + (255 - FAINTEST) * count // len(frames)
            if here is not None:
                for colour, wide in ((QColor(EDGE), TRAIL_PX + 2), (ink, TRAIL_PX)):
                    colour.setAlpha(min(colour.alpha() if colour != ink else 255, faint))
                    painter.setPen(QPen(colour, wide))
                    if before is not None:
                        painter.drawLine(before, here)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ink)
                painter.drawEllipse(here, TRAIL_PX, TRAIL_PX)
            before = here

    def _bones(
        self,
        painter: QPainter,
        points: Mapping[str, QPointF],
        bones: Iterable[tuple[str, str]],
        colour: QColor,
        *,
        dashed: bool,
    ) -> None:
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        lines = [QLineF(points[one], points[two]) for one, two in bones if one in points and two in points]
        for pen in (QPen(EDGE, BONE_PX + 2), QPen(colour, BONE_PX, style)):
            painter.setPen(pen)
            painter.drawLines(lines)

    def _joint(self, painter: QPainter, name: str, place: QPointF) -> None:
        """A dot on the near side, a square on the far one; larger and yellow where a hand put it right."""
        by_hand, chosen = self.is_by_hand(name), name == self.selected
        size = BY_HAND_PX if by_hand or chosen else JOINT_PX
        painter.setPen(QPen(EDGE, 1.5))
        painter.setBrush(HELD if by_hand else JOINT)
        if name.startswith(self.near):
            painter.drawEllipse(place, size, size)
        else:
            painter.drawRect(QRectF(place.x() - size * 0.8, place.y() - size * 0.8, size * 1.6, size * 1.6))
        if chosen:
            painter.setPen(QPen(HELD, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, size + 5, size + 5)
