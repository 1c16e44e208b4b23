"""Long work: a generator that yields its progress, run on a thread, with a cancel."""

import threading
from collections.abc import Callable, Generator
from typing import TypeAlias

from PySide6.QtCore import QObject, Qt, Signal

Work: TypeAlias = "Generator[float, None, object]"

_running: set["Job"] = set()


def running() -> tuple["Job", ...]:
    """The jobs that have not ended."""
    return tuple(_running)


class Job(QObject):
    """Walks a generator to its end; the window keeps it until then, so that no result is lost.

    The generator yields progress from 0 to 1 and returns its result. Cancel closes it at the next
    yield, where its `finally` removes what is half made. Signals arrive on the window's thread, and
    exactly one of done, failed and cancelled is the last.
    """

    progress = Signal(float)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    _told = Signal(str, object)

    def __init__(self, title: str, work: "Work | Callable[[], Work]") -> None:
        super().__init__()
        self.title = title
        self._work = work
        self._cancel = threading.Event()
        self._untold = threading.Event()  # progress that the window has not taken up yet: it never piles up
        self._thread = threading.Thread(target=self._run, name="job", daemon=True)
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def start(self) -> "Job":
        """Begin, on a thread of its own."""
        _running.add(self)
        self._thread.start()
        return self

    def cancel(self) -> None:
        """End it at the next yield."""
        self._cancel.set()

    def _run(self) -> None:
        try:
            work = self._work() if callable(self._work) else self._work
            self._walk(work)
        except Exception as error:  # noqa: BLE001 -- handed to the window, which tells it
            self._told.emit("failed", error)

    def _walk(self, work: Work) -> None:
        while True:
            if self._cancel.is_set():
                work.close()
                self._told.emit("cancelled", None)
                return
            try:
                share = next(work)
            except StopIteration as end:
                self._told.emit("done", end.value)
                return
            if not self._untold.is_set():
                self._untold.set()
                self._told.emit("progress", share)

    def _tell(self, what: str, value: object) -> None:
        if what == "progress" and isinstance(value, int | float):
            self._untold.clear()
            self.progress.emit(float(value))
            return
        _running.discard(self)
        if what == "done":
            self.done.emit(value)
        elif what == "failed":
            self.failed.emit(value)
        else:
            self.cancelled.emit()
        self.deleteLater()  # nothing more is told: who listened is let go, which Python cannot do alone
