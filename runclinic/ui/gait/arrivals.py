"""Films on their way into a visit, one after the other, each with its progress and its cancel."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from runclinic.records import Store
from runclinic.refused import Refused
from runclinic.ui.gait import take_in
from runclinic.ui.gait.take_in import TooMuch
from runclinic.ui.gait.work_line import WorkLine
from runclinic.ui.job import Job
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say


@dataclass(frozen=True, slots=True)
class _Coming:
    """A film to be taken in: what is said meanwhile, what it is called, and the work."""

    words: str
    name: str
    work: Callable[[], Generator[float, None, object]]
    can_cancel: bool = True


class Arrivals(QObject):
    """`taken(film id)`: a film stands in the records. `range_wanted(TooMuch)`: a part must be chosen.

    After `range_wanted` nothing further begins until `take_part` or `skip`.
    """

    taken = Signal(str)
    range_wanted = Signal(object)

    def __init__(self, visit: OpenVisit, store: Store, line: WorkLine) -> None:
        super().__init__()
        self._client, self._visit, self._store = visit.client.id, visit.visit.id, store
        self.line = line
        self.line.cancelled.connect(self._cancel)
        self.job: Job | None = None
        self._waiting: list[_Coming] = []
        self._asking = False
        self._refused: list[str] = []

    def take_in(self, paths: Sequence[Path]) -> None:
        """Take films in, one after the other."""
        self._waiting.extend(self._whole(path) for path in paths)
        self._next()

    def take_part(self, path: Path, from_s: float, to_s: float) -> None:
        """Take some seconds of a film in, before the others that wait."""
        store, client, visit = self._store, self._client, self._visit
        part = _Coming(
            say("gait.taking_in", name=path.name),
            path.name,
            lambda: take_in.taking_part(store, client, visit, path, from_s, to_s),
        )
        self._waiting.insert(0, part)
        self.skip()

    def skip(self) -> None:
        """What was asked for is answered: go on with the next."""
        self._asking = False
        self._next()

    def keep(self, folder: Path, *, again: bool = False, why: str = "") -> None:
        """Make a film of what a camera filmed; `again`: it was cut off then; `why` it ended early."""
        if why:
            self._refused.append(why)
        store, client, visit = self._store, self._client, self._visit
        self._waiting.append(
            _Coming(
                say("gait.keeping_again" if again else "gait.keeping"),
                say("gait.recording"),
                lambda: take_in.keeping_recording(store, client, visit, folder),
                can_cancel=False,
            )
        )
        self._next()

    def shut(self) -> None:
        """The visit is left: no further film begins. One on its way goes on arriving."""
        self._waiting.clear()
        self.job = None

    def _whole(self, path: Path) -> _Coming:
        store, client, visit = self._store, self._client, self._visit
        return _Coming(
            say("gait.taking_in", name=path.name),
            path.name,
            lambda: take_in.taking_in(store, client, visit, path),
        )

    def _cancel(self) -> None:
        if self.job is not None:
            self.job.cancel()

    def _next(self) -> None:
        if self.job is not None or self._asking:
            return
        if not self._waiting:
            if self._refused:
                self.line.refuse("\n".join(self._refused))
                self._refused.clear()
            return
        coming = self._waiting.pop(0)
        job = Job(coming.words, coming.work)
        job.progress.connect(lambda share: self._is(job) and self.line.progress(share))
        job.done.connect(lambda found: self._is(job) and self._taken(found))
        job.failed.connect(lambda error: self._is(job) and self._not_taken(coming, error))
        job.cancelled.connect(lambda: self._is(job) and self._given_up())
        self.job = job
        self.line.follow(coming.words, can_cancel=coming.can_cancel)
        job.start()

    def _is(self, job: Job) -> bool:
        return job is self.job

    def _taken(self, found: str | TooMuch) -> None:
        self.job = None
        self.line.hide()
        if isinstance(found, TooMuch):
            self._asking = True
            self.range_wanted.emit(found)
            return
        self.taken.emit(found)
        self._next()

    def _not_taken(self, coming: _Coming, error: Exception) -> None:
        self.job = None
        if not isinstance(error, Refused):
            self.line.hide()
            raise error
        self._refused.append(f"{coming.name}: {error}")
        self._next()

    def _given_up(self) -> None:
        self.job = None
        self._waiting.clear()
        self.line.hide()
