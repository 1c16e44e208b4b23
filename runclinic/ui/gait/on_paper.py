"""What the body points of a visit's films say, for its papers: worked out anew from what stands recorded."""

from collections.abc import Mapping
from dataclasses import dataclass

from runclinic import film_analysis
from runclinic.film_analysis import FilmAnalysis
from runclinic.gait.analyse import Analysis
from runclinic.gait.means import Metric
from runclinic.records import Store
from runclinic.refused import Refused
from runclinic.ui.gait.finding import POINTS
from runclinic.ui.gait.take_in import frame_times
from runclinic.video import pose_store
from runclinic.visit import points_by_hand, stride
from runclinic.visit.client import Client
from runclinic.visit.entry import Json
from runclinic.visit.recorded import answers_of
from runclinic.visit.stride import Film


@dataclass(frozen=True, slots=True, eq=False)
class WithPoints:
    """What body points gave, and the network that found them."""

    done: FilmAnalysis
    model: str


@dataclass(frozen=True, slots=True)
class FilmsOf:
    """The films of one visit: the store, what stands in it by key, and whose it is."""

    store: Store
    entries: Mapping[str, Json]
    client: Client

    def angles(self, of: Analysis | None) -> tuple[Metric, ...]:
        """Angles of all films that have marks and body points, each once; those of the stride `of` first.

        Of that film also what points know better than marks alone (step length, bounce). Not quick: for a
        thread. A film that is gone, or whose marks cannot be used, is passed over.
        """
        found_by = (self.with_points(film) for film in stride.films(self.entries))
        measured = [each.done for each in found_by if each is not None]
        measured.sort(key=lambda done: not _is(done, of))
        found: dict[str, Metric] = {}
        for done in measured:
            timed = done.done.timing.metrics if done.done is not None else ()
            known = () if of is None or _is(done, of) else of.timing.metrics
            taken = {each.id for each in known}
            for each in (*done.angles, *(one for one in done.metrics if one not in timed)):
                if each.id not in taken:
                    found.setdefault(each.id, each)
        return tuple(found.values())

    def with_points(self, film: Film) -> WithPoints | None:
        """Measures and angles of one film by its body points; None without points or usable marks."""
        try:
            stored = self.store.films.beside(film.id, POINTS) if film.marks else None
            points = None if stored is None else pose_store.from_bytes(stored)
            if points is None or not points.finished:
                return None
            facts = frame_times(self.store.films, film.id).facts
            body = stride.Body.of(self.client, answers_of(self.entries))
            marked = stride.measured(film, facts, body)
            by_hand = points_by_hand.recorded(self.entries, film.id)
            put_right = tuple((each.frame, each.name, each.x, each.y) for each in by_hand)
            pose = points.pose()
            done = film_analysis.of_points(facts, marked.filming, marked.feet.events, pose, put_right)
            return WithPoints(done, pose.model.label)
        except Refused:
            return None


def _is(done: FilmAnalysis, of: Analysis | None) -> bool:
    """Whether a film is the one of this stride."""
    return of is not None and done.done is not None and done.done.feet.events == of.feet.events
