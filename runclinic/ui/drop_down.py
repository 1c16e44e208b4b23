"""One of several, in a box that drops down."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from runclinic.ui import look

ARROW = 18


class DropDown(QComboBox):
    """One of several, with the arrow that the style sheet leaves out; the wheel turns the page, never it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the box, and its arrow."""
        super().paintEvent(event)
        painter = QPainter(self)
        arrow = look.pixmap("chevron-down", "text2", ARROW, self.devicePixelRatioF())
        painter.drawPixmap(QRect(self.width() - ARROW - 6, (self.height() - ARROW) // 2, ARROW, ARROW), arrow)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: for the page."""
        event.ignore()
