"""The picture of one frame: fitted, zoomed and moved; painted whole, never apart from its number."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QPushButton, QWidget

from runclinic.ui import icons, look
from runclinic.ui.gait import loupe
from runclinic.ui.gait.projector import Shown
from runclinic.ui.gait.skeleton import Skeleton
from runclinic.ui.gait.sketch import REACH, Sketch
from runclinic.ui.say import say

GROUND = QColor("#2B3236")  # behind the film in every theme, so that a dark edge of it is seen
LABEL_GROUND = QColor(11, 15, 17, 225)
DIMMED = QColor(43, 50, 54, 140)
LABEL_TEXT = QColor("#FFFFFF")
MOST_ZOOM = 16.0
ZOOM_STEP = 1.25
WHEEL_NOTCH = 120
SMOOTH_AFTER_MS = 120
OVER_PICTURE = """
QPushButton { background: rgba(11, 15, 17, 225); border: 1px solid #59666C; border-radius: 6px; padding: 0;
    min-width: 38px; max-width: 38px; min-height: 38px; }
QPushButton:hover { background: #3A4348; }
QPushButton:checked { background: #0E6573; border-color: #FFFFFF; }
QPushButton:focus { border: 2px solid #FFFFFF; min-width: 36px; max-width: 36px; min-height: 36px; }
"""


class Picture(QWidget):
    """Paints a `Shown`; wheel zooms at the pointer, the middle button (or the left, zoomed in) moves it."""

    zoomed = Signal(float)
    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.shown: Shown | None = None
        self.caption = ""
        self.waiting = ""
        self._aspect = 1.0
        self._zoom = 1.0
        self._moved = QPointF(0, 0)
        self._held: QPointF | None = None
        self._pointer: QPointF | None = None
        self.loupe = False
        self.sketch: Sketch | None = None
        self.skeleton: Skeleton | None = None
        self.setMouseTracking(True)
        self._smooth = QTimer(self)
        self._smooth.setSingleShot(True)
        self._smooth.setInterval(SMOOTH_AFTER_MS)
        self._smooth.timeout.connect(self.update)
        self.setMinimumSize(240, 160)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(say("gait.picture"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._closer = self._over("magnify-plus-outline", "zoom_in")
        self._closer.clicked.connect(lambda: self.zoom_by(ZOOM_STEP))
        self._whole = self._over("fit-to-page-outline", "fit")
        self._whole.clicked.connect(self.fit)
        self._lens = self._over("magnify-scan", "loupe")
        self._lens.setCheckable(True)
        self._lens.clicked.connect(self.toggle_loupe)
        self._points = self._over("human", "skeleton")
        self._points.setCheckable(True)
        self._points.clicked.connect(lambda: self.skeleton and self.skeleton.toggle())
        self._points.hide()

    def _over(self, icon: str, words: str) -> QPushButton:
        button = QPushButton(icons.icon(icon, LABEL_TEXT.name()), "", self)
        button.setAccessibleName(say(f"gait.{words}"))
        button.setToolTip(say(f"gait.{words}_tip"))
        button.setStyleSheet(OVER_PICTURE)
        button.setIconSize(QSize(22, 22))
        return button

    def put(self, shown: Shown, caption: str, aspect: float) -> None:
        """Show a frame with what is to be said of it; `aspect` is a pixel's width by its height."""
        if self.shown is None or self.shown.film_id != shown.film_id:
            self.fit()
        self.shown, self.caption, self.waiting, self._aspect = shown, caption, "", aspect
        if self.sketch is not None:
            self.sketch.show_frame(shown.frame, self._size(), aspect)
        if self.skeleton is not None:
            self.skeleton.show_frame(shown.frame)
        self._smooth.start()
        self.update()

    def toggle_loupe(self) -> None:
        """What is under the pointer larger beside it, or no longer."""
        self.loupe = not self.loupe
        self._lens.setChecked(self.loupe)
        self.update()

    def offer_skeleton(self, skeleton: Skeleton) -> None:
        """The button for the body points, where there are some."""
        self._points.setVisible(skeleton.there)
        self._points.setChecked(skeleton.wanted)

    def say_caption(self, caption: str) -> None:
        """Other words over the same frame."""
        self.caption = caption
        self.update()

    def wait(self, words: str) -> None:
        """What is asked for takes a moment: dim what is there, and say what is on its way."""
        self.waiting = words
        self.update()

    def clear(self) -> None:
        """No film."""
        self.shown, self.caption, self.waiting = None, "", ""
        self.update()

    # -- where the picture lies

    def area(self) -> QRectF:
        """Where the whole picture lies in this widget, in logical pixels; empty without a picture."""
        if self.shown is None or self.shown.image is None:
            return QRectF()
        wide, high = self._size()[0] * self._aspect, self._size()[1]
        scale = self._zoom * min(self.width() / wide, self.height() / high)
        size = wide * scale, high * scale
        corner = QPointF((self.width() - size[0]) / 2, (self.height() - size[1]) / 2) + self._moved
        return QRectF(corner.x(), corner.y(), *size)

    def to_picture(self, place: QPointF) -> QPointF:
        """A place in this widget as pixels of the frame, pixel centres at whole numbers."""
        area = self.area()
        if area.isEmpty() or self.shown is None or self.shown.image is None:
            return QPointF()
        wide, high = self._size()
        u = (place.x() - area.x()) / area.width() * wide - 0.5
        v = (place.y() - area.y()) / area.height() * high - 0.5
        return QPointF(u, v)

    def from_picture(self, place: QPointF) -> QPointF:
        """A pixel of the frame as a place in this widget: `to_picture` the other way round."""
        area, (wide, high) = self.area(), self._size()
        u = (place.x() + 0.5) / wide * area.width() + area.x()
        return QPointF(u, (place.y() + 0.5) / high * area.height() + area.y())

    def _size(self) -> tuple[float, float]:
        """Of the frame, which may be shown by a smaller picture until the exact one is there."""
        if self.shown is None or self.shown.image is None:
            return 1.0, 1.0
        wide, high = self.shown.size
        return float(wide or self.shown.image.width()), float(high or self.shown.image.height())

    def fit(self) -> None:
        """The whole picture."""
        self._zoom, self._moved = 1.0, QPointF(0, 0)
        self.zoomed.emit(1.0)
        self.update()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Closer (or farther) with the point `at` staying where it is."""
        zoom = min(MOST_ZOOM, max(1.0, self._zoom * factor))
        pivot = at if at is not None else QPointF(self.width() / 2, self.height() / 2)
        centre = QPointF(self.width() / 2, self.height() / 2)
        self._moved = (self._moved + centre - pivot) * (zoom / self._zoom) + pivot - centre
        self._zoom = zoom
        self._keep_in_sight()
        self.zoomed.emit(zoom)
        self.update()

    def _keep_in_sight(self) -> None:
        area = self.area()
        spare_x = max(0.0, (area.width() - self.width()) / 2)
        spare_y = max(0.0, (area.height() - self.height()) / 2)
        self._moved = QPointF(
            min(spare_x, max(-spare_x, self._moved.x())), min(spare_y, max(-spare_y, self._moved.y()))
        )

    # -- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the frame, and the words over it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        image = self.shown.image if self.shown else None
        if image is not None:
            if not self._smooth.isActive():  # fast while stepping, smooth when the hand rests
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.area(), image)
            for layer in (self.skeleton, self.sketch):
                if layer is not None:
                    layer.paint(painter, self.from_picture)
            self._say_of_it(painter)
            if self._pointer is not None and self._looks_closely():
                loupe.paint(painter, image, self.area(), self._pointer, self.rect().toRectF())
        elif self.shown is not None:
            self._label(painter, self.shown.why, centred=True)
        if self.waiting:
            painter.fillRect(self.rect(), DIMMED)
            self._label(painter, self.waiting, centred=True)
        if self.caption:
            self._label(painter, self.caption)

    def _looks_closely(self) -> bool:
        """Whether the loupe is wanted, or something is being put in its place."""
        return self.loupe or any(layer is not None and layer.holds for layer in (self.sketch, self.skeleton))

    def _say_of_it(self, painter: QPainter) -> None:
        """A red edge where the picture is damaged, a thin bar where it is not yet the exact one."""
        if self.shown is not None and self.shown.damaged:
            painter.setPen(QPen(QColor(look.colours().red), 4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.area().intersected(self.rect().toRectF()).adjusted(2, 2, -2, -2))
        if self.shown is not None and not self.shown.exact:
            painter.fillRect(QRectF(0, self.height() - 4, self.width(), 4), QColor(look.colours().accent))
            self._label(painter, say("gait.sharpening"), low=True)

    def _label(self, painter: QPainter, words: str, *, centred: bool = False, low: bool = False) -> None:
        font = QFont(self.font())
        font.setPixelSize(14)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        most = QRectF(0, 0, max(80.0, self.width() - 160.0), 400)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        box = QRectF(metrics.boundingRect(most.toRect(), flags, words)).adjusted(0, 0, 20, 12)
        box.moveTopLeft(QPointF(10, 10))
        if low:
            box.moveBottom(self.height() - 10)
        if centred:
            box.moveCenter(QPointF(self.width() / 2, self.height() / 2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(LABEL_GROUND)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(LABEL_TEXT)
        painter.drawText(box.adjusted(10, 6, -10, -6), flags, words)

    # -- hands

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the buttons stay in the corner."""
        super().resizeEvent(event)
        for place, button in enumerate((self._whole, self._closer, self._lens, self._points)):
            button.setGeometry(self.width() - (place + 1) * 46 - 4, 10, 40, 40)
        self._keep_in_sight()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: zoom at the pointer."""
        self.zoom_by(ZOOM_STEP ** (event.angleDelta().y() / WHEEL_NOTCH), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a point of a drawing, or take hold of the picture."""
        self.clicked.emit()
        if event.button() == Qt.MouseButton.LeftButton and self._drawn(event):
            return
        zoomed_in = self._zoom > 1 and event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or zoomed_in:
            self._held = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def _drawn(self, event: QMouseEvent) -> bool:
        """Whether a click was for a drawing, or for a body point."""
        area = self.area()
        if area.isEmpty() or not area.contains(event.position()):
            return False
        at = self.to_picture(event.position())
        place, reach = (at.x(), at.y()), REACH * self._size()[0] / area.width()
        if self.sketch is not None:
            self.sketch.zoom = self._zoom
            if self.sketch.press(place, reach):
                return True
        return self.skeleton is not None and self.skeleton.press(place, reach)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: a drawing, or the picture, follows the hand."""
        self._pointer = event.position()
        if self._looks_closely():
            self.update()
        if self._held is None:
            place = self.to_picture(event.position())
            for layer in (self.sketch, self.skeleton):
                if layer is not None:
                    layer.move((place.x(), place.y()))
        if self._held is not None:
            self._moved += event.position() - self._held
            self._held = event.position()
            self._keep_in_sight()
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Qt: let go."""
        self.update()
        if any(layer.release() for layer in (self.sketch, self.skeleton) if layer is not None):
            return
        self._held = None
        self.unsetCursor()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: the loupe goes with the pointer."""
        self._pointer = None
        self.update()
        super().leaveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: the whole picture again; one more click with a tool in hand; on a text: other words."""
        if self.sketch is not None and self.sketch.tool is not None:
            self.mousePressEvent(event)
        elif self.sketch is None or not self.sketch.rewrite():
            self.fit()
