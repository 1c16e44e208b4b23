"""A beat to move by: heard where the computer has a voice, seen wherever."""

import threading
from collections.abc import Generator
from contextlib import suppress

import miniaudio
import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

RATE_HZ = 44_100
CLICK_S, TONE_HZ = 0.03, 1000.0
SLOWEST, FASTEST = 30, 240


class Metronome(QObject):
    """`beat` at each beat, for the eye. The sound is counted in samples, so that it never drifts.

    `silent` is true where no loudspeaker could be opened.
    """

    beat = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.per_minute = 0
        self.silent = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.beat)
        self._device: miniaudio.PlaybackDevice | None = None
        self._opening: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether it beats."""
        return self._timer.isActive()

    def start(self, per_minute: int) -> None:
        """Beat so many times a minute (30 to 240)."""
        self.stop()
        self.per_minute = min(max(per_minute, SLOWEST), FASTEST)
        self._timer.start(round(60_000 / self.per_minute))
        self.beat.emit()
        # Some systems take half a second to open a loudspeaker: never on the window's thread.
        self._opening = threading.Thread(target=self._sound, args=(self.per_minute,), daemon=True)
        self._opening.start()

    def stop(self) -> None:
        """Silence."""
        self._timer.stop()
        if self._opening is not None:
            self._opening.join(2)
            self._opening = None
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def _sound(self, per_minute: int) -> None:
        self.silent = True
        with suppress(miniaudio.MiniaudioError):
            device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE_HZ
            )
            source = clicks(per_minute)
            next(source)
            device.start(source)
            self._device, self.silent = device, False


def clicks(per_minute: int) -> Generator[bytes, int]:
    """16 bit mono sound at 44.1 kHz with a click at each beat; asked for so many frames, it yields them."""
    period = RATE_HZ * 60 / per_minute
    times = np.arange(int(CLICK_S * RATE_HZ)) / RATE_HZ
    click = np.sin(2 * np.pi * TONE_HZ * times) * np.exp(-times / (CLICK_S / 5)) * 24_000
    at = 0
    wanted = yield b""
    while True:
        frames = np.arange(at, at + wanted)
        into = (frames - np.floor(frames / period) * period).astype(int)  # frames since the last beat
        heard = np.where(into < len(click), click[np.minimum(into, len(click) - 1)], 0)
        at += wanted
        wanted = yield heard.astype("<i2").tobytes()
