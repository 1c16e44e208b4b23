"""Only the last request counts: one thread that works on the newest of what was asked for."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

Request = TypeVar("Request")
Result = TypeVar("Result")


class Latest(QObject, Generic[Request, Result]):
    """Runs `work(request)` on one thread; requests that were overtaken are never begun.

    `ready(request, result)` and `failed(request, error)` arrive on the window's thread.
    """

    ready = Signal(object, object)
    failed = Signal(object, object)
    _told = Signal(object, object, bool)

    def __init__(self, work: Callable[[Request], Result], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._wanted: list[Request] = []
        self._awake = threading.Condition()
        self._open = True
        self.begun = 0
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="latest", daemon=True)
        self._thread.start()

    def want(self, request: Request) -> None:
        """Ask; what was asked before and is not yet begun is forgotten."""
        with self._awake:
            self._wanted = [request]
            self._awake.notify()

    def close(self) -> None:
        """End the thread; what it is working on is finished and thrown away."""
        with self._awake:
            self._open = False
            self._wanted = []
            self._awake.notify()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while True:
            with self._awake:
                self._awake.wait_for(lambda: self._wanted or not self._open)
                if not self._open:
                    return
                request = self._wanted.pop()
                self.begun += 1
            self._answer(request)

    def _answer(self, request: Request) -> None:
        try:
            outcome, good = self._work(request), True
        except Exception as error:  # noqa: BLE001 -- whatever broke is handed to the window, which tells it
            outcome, good = error, False
        if self._open:
            self._told.emit(request, outcome, good)

    def _tell(self, request: Request, outcome: object, good: bool) -> None:
        if self._open:
            (self.ready if good else self.failed).emit(request, outcome)
