"""The search for contacts as the page drives it: one film at a time, and then its marks one by one."""

from PySide6.QtCore import Signal

from runclinic.gait.filming import Filming
from runclinic.records import Store
from runclinic.refused import Refused
from runclinic.ui.gait import finding
from runclinic.ui.gait.finding import Contacts
from runclinic.ui.gait.in_turns import InTurns
from runclinic.ui.gait.marks import Marks
from runclinic.ui.gait.work_line import WorkLine
from runclinic.ui.job import Job
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say
from runclinic.visit import stride

RECORDING = 0.05  # of the line: writing the marks down


class Search(InTurns):
    """`found(film id)` when the contacts of a film are known, and wait to be recorded; `ended` at any end.

    The search may take minutes, so the film may be another one by then: `record` is called by the page
    once the frames of that film are numbered for certain.
    """

    found = Signal(str)
    ended = Signal()

    def __init__(self, visit: OpenVisit, store: Store) -> None:
        super().__init__(self._write_one)
        self._visit, self._store = visit, store
        self.line = WorkLine("motion-sensor", say("gait.finding_bar"))
        self.line.cancelled.connect(self.cancel)
        self.film_id = ""  # of the film that is searched now
        self.waiting: dict[str, Contacts] = {}

    @property
    def busy(self) -> bool:
        """Whether a film is searched, or its marks wait to be written down, or are."""
        return self.film_id in self.waiting or super().busy

    def start(self, film_id: str, filming: Filming) -> None:
        """Look for the contacts of a film."""
        if self.busy:
            return
        self.film_id = film_id
        films = self._store.films
        job = Job(say("gait.finding"), lambda: finding.looking(films, film_id, filming))
        job.progress.connect(lambda share: self._is(job) and self.line.progress((1 - RECORDING) * share))
        job.done.connect(lambda contacts: self._is(job) and self._done(contacts))
        job.failed.connect(lambda error: self._is(job) and self._failed(error))
        job.cancelled.connect(lambda: self._is(job) and self._over())
        self._job = job
        self.line.follow(say("gait.finding"))
        job.start()

    def _is(self, job: Job) -> bool:
        return job is self._job

    def _over(self) -> None:
        self._job, self.film_id = None, ""
        self.line.end()
        self.ended.emit()

    def _failed(self, error: Exception) -> None:
        self._over()
        if not isinstance(error, Refused):
            raise error
        self.line.refuse(str(error))

    def _done(self, contacts: Contacts) -> None:
        if not contacts.events:
            self._over()
            self.line.refuse(" ".join(contacts.doubts) or say("gait.none_found"))
            return
        self._job = None
        self.line.cancel.hide()
        self.waiting[contacts.film_id] = contacts
        self.found.emit(contacts.film_id)

    def put_off(self, words: str) -> None:
        """What was found is of a film that is not on the screen: it waits, and others can be searched."""
        self._over()
        self.line.tell(words)

    # -- writing down

    def record(self, marks: Marks, film_id: str) -> None:
        """Write down what was found in a film, a mark at a turn, so that the window goes on meanwhile."""
        contacts = self.waiting.pop(film_id, None)
        if contacts is None:
            return
        values = finding.changes(contacts, marks.film(), marks.last_number)
        marks.give(values)
        self._write(self._visit.recording(values, "measured"))

    def _write_one(self) -> None:
        if self._writing is None:
            return
        try:
            self.line.progress(1 - RECORDING + RECORDING * next(self._writing))
        except StopIteration:
            self._stop_writing()
            self._over()


def already(visit: OpenVisit, film_id: str) -> bool:
    """Whether the contacts of a film were looked for before."""
    return visit.stands(stride.finding_key(film_id)) is not None
