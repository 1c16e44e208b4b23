"""Nobody at the keyboard: first the records are covered, then locked."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

COVER_S = 120
LOCK_MINUTES, FEWEST_MINUTES, MOST_MINUTES = 10, 2, 30
PAUSE_S = 60  # after playing, filming or printing her hands are busy elsewhere
TICK_MS = 1000
_HANDS = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletMove,
        QEvent.Type.TabletPress,
    )
)


class Idle(QObject):
    """`cover` after two minutes without a hand, `lock` after as many as are set, or when the laptop sleeps.

    `busy()` says whether something goes on that nobody touches: a film that plays or is being made.
    """

    cover = Signal()
    lock = Signal()

    def __init__(self, busy: Callable[[], bool], *, tick_ms: int = TICK_MS) -> None:
        super().__init__()
        self.lock_minutes = LOCK_MINUTES
        self.still_s = 0.0
        self._busy = busy
        self._tick_s = tick_ms / 1000
        self._timer = QTimer(self)
        self._timer.setInterval(tick_ms)
        self._timer.timeout.connect(self.second)
        app = QApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._state)

    def start(self) -> None:
        """Watch from now on."""
        self.still_s = 0.0
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self._timer.start()

    def stop(self) -> None:
        """Nothing is open that could be covered."""
        self._timer.stop()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def second(self) -> None:
        """One second more without a hand."""
        if self._busy():
            self.still_s = -float(PAUSE_S)
            return
        before, self.still_s = self.still_s, self.still_s + self._tick_s
        lock_s = 60.0 * self.lock_minutes
        if before < lock_s <= self.still_s:
            self.lock.emit()
        elif before < COVER_S <= self.still_s:
            self.cover.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt: everything that happens in the window."""
        if event.type() in _HANDS:
            self.still_s = 0.0
        return False

    def _state(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationSuspended and self._timer.isActive():
            self.lock.emit()


def minutes(told: object) -> int:
    """The setting as minutes; ten where nothing (or nothing possible) was set."""
    if isinstance(told, (int, float)) and FEWEST_MINUTES <= told <= MOST_MINUTES:
        return round(told)
    return LOCK_MINUTES
