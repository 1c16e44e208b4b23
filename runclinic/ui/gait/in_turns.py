"""Long work of the gait page: a job on a thread, and then what is written down a piece at a turn."""

from collections.abc import Callable, Generator

from PySide6.QtCore import QObject, QTimer

from runclinic.ui.job import Job


class InTurns(QObject):
    """One piece of work at a time; between two pieces that are written down the window goes on."""

    def __init__(self, write_one: Callable[[], None], parent: QObject | None = None) -> None:
        """`write_one` writes one piece more of what `_write` was given."""
        super().__init__(parent)
        self._job: Job | None = None
        self._writing: Generator[float, None, object] | None = None
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(write_one)

    @property
    def busy(self) -> bool:
        """Whether something is on its way."""
        return self._job is not None or self._writing is not None

    def cancel(self) -> None:
        """Give up what is on its way; nothing half made stays."""
        if self._job is not None:
            self._job.cancel()

    def shut(self) -> None:
        """The visit is left: long work ends, but what is being written down is written whole."""
        for _ in self._writing or ():
            pass
        job = self._job
        self._stop_writing()
        self._job = None
        if job is not None:
            job.cancel()

    def _write(self, pieces: Generator[float, None, object]) -> None:
        self._writing = pieces
        self._turn.start()

    def _stop_writing(self) -> None:
        self._turn.stop()
        self._writing = None
