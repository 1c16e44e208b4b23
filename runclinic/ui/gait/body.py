"""What the body points of a film add to its marks: angles and bounce, worked out beside the window."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from runclinic import film_analysis
from runclinic.film_analysis import FilmAnalysis, PutRight
from runclinic.gait.contacts import Event
from runclinic.gait.filming import ClipFacts, Filming
from runclinic.records.films import Films
from runclinic.refused import Refused
from runclinic.ui.gait.finding import POINTS
from runclinic.ui.latest import Latest
from runclinic.video import pose_store
from runclinic.video.pose_store import Pose


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A film with its marks as they stand, and the points that a hand put right."""

    film_id: str
    facts: ClipFacts
    filming: Filming
    events: tuple[Event, ...]
    by_hand: tuple[PutRight, ...] = ()


class Body(QObject):
    """`measured(film id, FilmAnalysis or None)`: of the newest marks; None where no body points are kept.

    Only the newest question is answered, so that marking in a row never waits.
    """

    measured = Signal(str, object)

    def __init__(self, films: Films) -> None:
        super().__init__()
        self._films = films
        self._kept: tuple[str, Pose] | None = None  # touched by the worker alone
        self._asked: Asked | None = None
        self._latest: Latest[Asked, FilmAnalysis | None] = Latest(self._work, self)
        self._latest.ready.connect(self._ready)
        self._latest.failed.connect(self._failed)

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._asked is not None

    def ask(self, asked: Asked) -> None:
        """Work it out for these marks; what was asked before is forgotten."""
        self._asked = asked
        self._latest.want(asked)

    def forget(self) -> None:
        """Another film is on the screen, or other body points are kept."""
        self._asked = None

    def close(self) -> None:
        """The visit is left."""
        self._asked = None
        self._latest.close()

    def _work(self, asked: Asked) -> FilmAnalysis | None:
        pose = self._pose(asked.film_id)
        if pose is None or not asked.events:
            return None
        return film_analysis.of_points(asked.facts, asked.filming, asked.events, pose, asked.by_hand)

    def _pose(self, film_id: str) -> Pose | None:
        if self._kept is not None and self._kept[0] == film_id:
            return self._kept[1]
        stored = self._films.beside(film_id, POINTS)
        progress = None if stored is None else pose_store.from_bytes(stored)
        if progress is None or not progress.finished:
            return None
        self._kept = (film_id, progress.pose())
        return self._kept[1]

    def _ready(self, asked: Asked, done: FilmAnalysis | None) -> None:
        if asked is self._asked:
            self._asked = None
            self.measured.emit(asked.film_id, done)

    def _failed(self, asked: Asked, error: Exception) -> None:
        if asked is not self._asked:
            return
        self._asked = None
        if not isinstance(error, Refused):
            raise error
        self.measured.emit(asked.film_id, None)
