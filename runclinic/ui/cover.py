"""A sheet over the open records: nothing can be read, and any key takes it away."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from runclinic.ui.pieces import Icon, in_a_row, text
from runclinic.ui.say import say


class Cover(QFrame):
    """Lies over `below`, all of it; `lifted` by a key or a click, `locked` by Ctrl+L."""

    lifted = Signal()
    locked = Signal()

    def __init__(self, below: QWidget) -> None:
        super().__init__(below)
        self._below = below
        self.setProperty("ground", "window")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(say("cover.title"))
        self.setAccessibleDescription(say("cover.why"))
        rows = QVBoxLayout(self)
        rows.addStretch(2)
        rows.addLayout(in_a_row(None, Icon("eye-off-outline", "text2", 40), None))
        rows.addSpacing(12)
        rows.addLayout(in_a_row(None, text(say("cover.title"), "title", wrap=False), None))
        rows.addSpacing(4)
        rows.addLayout(in_a_row(None, text(say("cover.why"), "quiet", wrap=False), None))
        rows.addStretch(3)
        self._held = below.window().focusWidget()
        below.installEventFilter(self)
        self.setGeometry(below.rect())
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: what lies below changes its size."""
        if watched is self._below and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._below.rect())
        return False

    def event(self, event: QEvent) -> bool:
        """Qt: no shortcut of the pages below is heard, and Tab goes nowhere."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: any key but those that are only held."""
        if event.key() in (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta):
            return
        if event.key() == Qt.Key.Key_L and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.locked.emit()
            return
        self._lift()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Qt: a click."""
        self._lift()

    def _lift(self) -> None:
        self._below.removeEventFilter(self)
        self.hide()
        if self._held is not None:
            self._held.setFocus(Qt.FocusReason.OtherFocusReason)
        self.lifted.emit()
