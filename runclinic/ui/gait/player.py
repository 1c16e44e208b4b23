"""Where in the film she is: steps, jumps, and playing at true time, round in a loop, on or back."""

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from runclinic.gait.filming import FloatArray
from runclinic.video import playing
from runclinic.video.playing import SPEEDS, Loop, Playing

__all__ = ["SPEEDS", "USUAL_SPEED", "Player"]

USUAL_SPEED = 0.25
TICK_MS = 8
# Playing waits so long for a picture that is on its way, then goes on to the one that is due by now.
LATE_MS = 250


class Player(QObject):
    """Keeps the frame that is wanted apart from the one on the screen.

    `wanted(frame)` asks for a picture; `arrived(frame)` tells that it came. Presses while a
    picture is on its way add up; a key that repeats waits for it. Only playing leaves frames out.
    """

    wanted = Signal(int)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    loop_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.times_s: FloatArray = np.zeros(1)
        self.target = 0
        self.on_screen = -1
        self.sharp = False  # whether the picture on the screen is the exact one
        self.speed = USUAL_SPEED  # as chosen, for playing on
        self.loop: Loop | None = None
        self._points: tuple[int | None, int | None] = (None, None)
        self._run = Playing(0.0, 0.0)
        self._watch = QElapsedTimer()
        self._asked = QElapsedTimer()
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
    def rolling(self) -> float:
        """The speed of the film now, below 0 backward; 0 while it stands."""
        return self._run.speed if self.playing else 0.0

    @property
    def in_hand(self) -> int:
        """The frame that a mark belongs to: what was stepped to; while playing, what is seen."""
        return max(self.on_screen, 0) if self.playing else self.target

    @property
    def settled(self) -> bool:
        """Whether the exact picture of the frame that is wanted is on the screen."""
        return self.sharp and self.on_screen == self.target

    def load(self, times_s: FloatArray, frame: int) -> None:
        """Another film, or other true times of the same one."""
        self.pause()
        self.times_s = times_s
        self.target = min(max(frame, 0), self.last)
        self.on_screen, self.sharp = -1, False

    def arrived(self, frame: int, *, exact: bool = True) -> bool:
        """A picture came; whether it is to be shown. One that is no longer wanted is not."""
        if frame != self.target:
            return False
        if frame == self.on_screen and self.sharp and not exact:
            return False
        self.on_screen, self.sharp = frame, exact
        if self.playing and self._run.loop is None and frame == (self.last if self._run.speed > 0 else 0):
            self.pause()
        return True

    def passes(self, frame: int) -> None:
        """An exact picture on the way to the one that is wanted is on the screen."""
        self.on_screen, self.sharp = frame, True

    def go(self, frame: int) -> None:
        """Show exactly this frame."""
        self._stop()
        self._want(frame)

    def step(self, frames: int, *, repeating: bool = False) -> None:
        """So many frames on (or back)."""
        if repeating and self.target != self.on_screen:
            return
        self.go(self.target + frames)

    # -- playing

    def toggle(self) -> None:
        """Play or pause; from the last frame it begins anew."""
        if not self.playing and self.target >= self.last and self.loop is None:
            self._want(0)
        self.pause() if self.playing else self._play(self.speed)

    def pause(self) -> None:
        """Stand still at the frame on the screen."""
        if self.playing:
            self._stop()
            self.target = max(self.on_screen, 0)
            self.wanted.emit(self.target)

    def set_speed(self, speed: float) -> None:
        """1 is true time. Backward it stays backward."""
        self.speed = speed
        if self.playing:
            self._roll(speed if self._run.speed > 0 else -speed)

    def shuttle(self, direction: int) -> None:
        """The next pedal on (+1) or back (-1); 0 stands still."""
        speed = playing.shuttled(self.rolling, direction) if direction else 0.0
        self._pull(speed)
        if speed:
            self.speed = abs(speed)
            self.speed_changed.emit(self.speed)

    def drag(self, share: float) -> None:
        """A shuttle pulled to -1 to 1; in the middle it stands still."""
        self._pull(playing.dragged(share))

    def _pull(self, speed: float) -> None:
        if speed == 0.0:
            self.pause()
        elif self.playing:
            self._roll(speed)
        else:
            self._play(speed)

    def _play(self, speed: float) -> None:
        at_end = self.target == (self.last if speed > 0 else 0)
        if self.last < 1 or (at_end and self.loop is None):
            return
        if self.loop and not self.loop.first <= self.target <= self.loop.last:
            self._want(self.loop.first if speed > 0 else self.loop.last)
        self._timer.start()
        self._roll(speed)
        self.playing_changed.emit(True)

    def _roll(self, speed: float) -> None:
        """From the frame in hand at this speed; one that is paused there and back shows no jump."""
        self._run = Playing(float(self.times_s[self.target]), speed, self.loop)
        self._watch.start()
        self._asked.start()

    def _stop(self) -> None:
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def _tick(self) -> None:
        if self.on_screen != self.target and self._asked.elapsed() < LATE_MS:
            return
        due = self._run.frame(self.times_s, self._watch.nsecsElapsed() / 1e9)
        if due != self.target:
            self._want(due)

    # -- the loop

    def loop_from(self, frame: int) -> None:
        """Round from this frame."""
        self._put_points(frame, self._points[1])

    def loop_to(self, frame: int) -> None:
        """Round to this frame."""
        self._put_points(self._points[0], frame)

    def loop_between(self, one: int, other: int) -> None:
        """Round between two frames, whichever comes first."""
        self._put_points(min(one, other), max(one, other))

    def _put_points(self, first: int | None, last: int | None) -> None:
        self._points = (first, last)
        if first is not None and last is not None:
            self._set_loop(playing.loop_of(first, last, len(self.times_s)))

    def toggle_loop(self, usual: tuple[int, int]) -> None:
        """Round between her two points, or where she set none what `usual` says; or no longer."""
        if self.loop is not None:
            self._set_loop(None)
            return
        first, last = self._points
        first = usual[0] if first is None else first
        last = usual[1] if last is None else last
        self._set_loop(playing.loop_of(first, last, len(self.times_s)))

    def forget_loop(self) -> None:
        """Another film: neither loop nor points."""
        self._points = (None, None)
        self._set_loop(None)

    def _set_loop(self, loop: Loop | None) -> None:
        if loop == self.loop:
            return
        self.loop = loop if loop is None or loop.last > loop.first else None
        if self.playing:
            self._roll(self._run.speed)
        self.loop_changed.emit(self.loop)

    def _want(self, frame: int) -> None:
        self.target = min(max(frame, 0), self.last)
        if self.target != self.on_screen or not self.sharp:
            self._asked.start()
            self.wanted.emit(self.target)
