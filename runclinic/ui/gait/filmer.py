"""A camera at work on a thread of its own: what it sees, its true rate, and the film that it writes."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from runclinic.records.growing import Pieces
from runclinic.refused import Refused
from runclinic.video import camera
from runclinic.video.camera import Arrived, Camera, Rate, Source

OpenSource = Callable[[Camera], Source]
ENDS_WITHIN_S = 2.0
ENDED = Refused("The camera gives no more pictures.", "Plug it out and in again.")


@dataclass(frozen=True, slots=True, eq=False)
class Live:
    """The newest picture, the rate over the last two seconds, and seconds filmed (None: not filming)."""

    arrived: Arrived
    rate: Rate | None
    filmed_s: float | None


@dataclass(frozen=True, slots=True)
class Filmed:
    """What was filmed, and where its pieces lie; `why` it ended early, in words, if it did."""

    folder: Path
    frames: int
    why: str = ""


class Filmer(QObject):
    """Opens a camera and tells, on the window's thread, what comes.

    `seen()`: there is a newer picture than the last one taken with `newest`. `filmed(Filmed)`: a film is on
    the disk. `failed(error)`: the camera can no longer be used. `former` has the camera until it has ended.
    """

    seen = Signal()
    filmed = Signal(object)
    failed = Signal(object)
    _told = Signal(str, object)

    def __init__(self, which: Camera, open_source: OpenSource, former: "Filmer | None" = None) -> None:
        super().__init__()
        self._which, self._open_source, self._former = which, open_source, former
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._lock = threading.Lock()
        self._newest: Live | None = None
        self._pieces: Pieces | None = None
        self._left, self._stopped = threading.Event(), threading.Event()
        self._recent: list[float] = []
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)

    def start(self) -> None:
        """Open the camera and look."""
        self._thread.start()

    def newest(self) -> Live | None:
        """The newest picture, once."""
        with self._lock:
            live, self._newest = self._newest, None
            return live

    def film(self, pieces: Pieces) -> None:
        """From the next picture on, write them down."""
        self._stopped.clear()
        self._pieces = pieces

    def stop(self) -> None:
        """The film ends; the camera goes on."""
        self._stopped.set()

    def shut(self) -> None:
        """Ends film and camera, and waits until what was filmed is on the disk."""
        self._left.set()
        self._stopped.set()
        if self._pieces is not None:
            self._thread.join(ENDS_WITHIN_S)

    def _tell(self, what: str, value: object) -> None:
        if self._left.is_set():
            return
        if what == "seen":
            self.seen.emit()
        else:
            (self.filmed if what == "filmed" else self.failed).emit(value)

    def ended(self) -> None:
        """Waits until its thread is over: a camera is one program's at a time."""
        if self._thread.ident is not None:
            self._thread.join()

    # -- on the camera's thread

    def _run(self) -> None:
        former, self._former = self._former, None
        if former is not None:
            former.ended()
        try:
            source = self._open_source(self._which)
            try:
                self._watch(source)
            finally:
                source.close()
        except Exception as error:  # noqa: BLE001 -- handed to the window, which tells it
            self._told.emit("failed", error)

    def _watch(self, source: Source) -> None:
        while not self._left.is_set():
            if self._pieces is not None:
                self._film(source, self._pieces)
                self._pieces = None
            elif (arrived := source.read()) is not None:
                self._show(arrived, None)
            else:
                raise ENDED

    def _film(self, source: Source, pieces: Pieces) -> None:
        """Writes pictures down until told to stop; whatever ends it, what was filmed is kept."""
        frames, why, began = 0, "", time.monotonic()
        work = camera.recording(source, pieces, self._stopped.is_set)
        try:
            for arrived in work:
                frames += 1
                began = arrived.at_s if frames == 1 else began
                self._show(arrived, arrived.at_s - began)
            pieces.finish()
        except Refused as refused:
            why = str(refused)
            pieces.give_up()
        if frames:
            self._told.emit("filmed", Filmed(pieces.folder, frames, why))
        elif why:
            pieces.drop()
            raise Refused(why)

    def _show(self, arrived: Arrived, filmed_s: float | None) -> None:
        self._recent.append(arrived.at_s)
        while self._recent[-1] - self._recent[0] > camera.RATE_OVER_S:
            self._recent.pop(0)
        with self._lock:
            waits = self._newest is not None
            self._newest = Live(arrived, camera.rate(self._recent), filmed_s)
        if not waits:
            self._told.emit("seen", None)
