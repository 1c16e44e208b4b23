"""Where in the film she is: steps, jumps, and playing at true time."""

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from runclinic.gait.filming import FloatArray

SPEEDS = (0.1, 0.25, 0.5, 1.0)
USUAL_SPEED = 0.25
TICK_MS = 8


class Player(QObject):
    """Keeps the frame that is wanted apart from the one on the screen.

    `wanted(frame)` asks for a picture; `arrived(frame)` tells that it came. Presses while a
    picture is on its way add up; a key that repeats waits for it. Only playing leaves frames out.
    """

    wanted = Signal(int)
    playing_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.times_s: FloatArray = np.zeros(1)
        self.target = 0
        self.on_screen = -1
        self.speed = USUAL_SPEED
        self._from_s = 0.0
        self._settling = False
        self._watch = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def last(self) -> int:
        """The last frame."""
        return len(self.times_s) - 1

    @property
    def playing(self) -> bool:
        """Whether the film runs."""
        return self._timer.isActive()

    @property
    def in_hand(self) -> int:
        """The frame that a mark belongs to: what was stepped to; while playing, what is seen."""
        return max(self.on_screen, 0) if self.playing else self.target

    def load(self, times_s: FloatArray, frame: int) -> None:
        """Another film, or other true times of the same one."""
        self.pause()
        self.times_s = times_s
        self.target = min(max(frame, 0), self.last)

    def arrived(self, frame: int) -> bool:
        """A picture came; whether it is to be shown. One that was on its way when she stopped is not."""
        if self._settling and frame != self.target:
            return False
        self._settling = False
        self.on_screen = frame
        if self.playing and frame >= self.last:
            self.pause()
        return True

    def go(self, frame: int) -> None:
        """Show exactly this frame."""
        self.pause()
        self._settling = False
        self._want(frame)

    def step(self, frames: int, *, repeating: bool = False) -> None:
        """So many frames on (or back)."""
        if repeating and self.target != self.on_screen:
            return
        self.go(self.target + frames)

    def toggle(self) -> None:
        """Play or pause; from the last frame it begins anew."""
        self.pause() if self.playing else self._play()

    def pause(self) -> None:
        """Stand still at the frame on the screen."""
        if self._timer.isActive():
            self._timer.stop()
            self._settling = True
            self.target = max(self.on_screen, 0)
            self.wanted.emit(self.target)
            self.playing_changed.emit(False)

    def set_speed(self, speed: float) -> None:
        """1 is true time."""
        self.speed = speed
        self._from_now()

    def _play(self) -> None:
        if self.last < 1:
            return
        if self.target >= self.last:
            self._want(0)
        self._timer.start()
        self._from_now()
        self.playing_changed.emit(True)

    def _from_now(self) -> None:
        self._from_s = float(self.times_s[self.target])
        self._watch.start()

    def _tick(self) -> None:
        now_s = self._from_s + self.speed * self._watch.nsecsElapsed() / 1e9
        due = int(np.searchsorted(self.times_s, now_s, side="right")) - 1
        if due > self.target:
            self._want(due)

    def _want(self, frame: int) -> None:
        self.target = min(max(frame, 0), self.last)
        if self.target != self.on_screen:
            self.wanted.emit(self.target)
