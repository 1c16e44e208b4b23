"""Under the picture: a grip that plays on or back for as long as it is pulled, faster the farther."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from runclinic.ui import look
from runclinic.ui.say import say

HEIGHT, LINE = 12, 2
GRIP = 56.0
REACH = 0.25  # of the width: pulled so far it plays at true time


class Shuttle(QWidget):
    """`pulled(share)`: how far, -1 (back) to 1 (on); 0 when it is let go and stands in the middle again."""

    pulled = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.share = 0.0
        self._from: float | None = None
        self.setFixedHeight(HEIGHT)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName(say("gait.shuttle"))
        self.setToolTip(say("gait.shuttle_tip"))

    def _reach(self) -> float:
        return max(1.0, self.width() * REACH)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: take the grip, wherever on the bar."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: pull it."""
        if self._from is not None:
            self._put((event.position().x() - self._from) / self._reach())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Qt: it springs back."""
        self._from = None
        self._put(0.0)

    def _put(self, share: float) -> None:
        self.share = min(1.0, max(-1.0, share))
        self.pulled.emit(self.share)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the bar and its grip."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = look.colours()
        painter.fillRect(self.rect(), QColor(colours.surface))
        middle, y = self.width() / 2, self.height() / 2
        reach = self._reach()
        painter.fillRect(QRectF(middle - reach, y - LINE / 2, 2 * reach, LINE), QColor(colours.line))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.accent if self.share else colours.text3))
        painter.drawRoundedRect(QRectF(middle + self.share * reach - GRIP / 2, y - 3, GRIP, 6), 3, 3)
