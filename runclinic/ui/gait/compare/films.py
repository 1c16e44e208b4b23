"""The films that can be compared: of this visit and of the client's earlier ones, and what each measures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from runclinic.film_analysis import FilmAnalysis
from runclinic.gait.analyse import Analysis
from runclinic.gait.angle_lines import AngleLine
from runclinic.gait.filming import FloatArray, clock
from runclinic.gait.means import Metric
from runclinic.records import Store
from runclinic.records.visits import VisitRow
from runclinic.refused import Refused
from runclinic.ui.gait.on_paper import FilmsOf
from runclinic.ui.gait.take_in import frame_times
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say, words
from runclinic.visit import stride
from runclinic.visit.client import Client
from runclinic.visit.entry import Json, standing
from runclinic.visit.recorded import answers_of


@dataclass(frozen=True, slots=True, eq=False)
class Comparable:
    """A film, the visit that it is of, and what stands recorded there."""

    id: str
    visit_id: str
    day: date
    here: bool  # of the visit that is open
    entries: Mapping[str, Json]
    words: str = ""

    @property
    def view(self) -> str:
        """From which side it was told to be filmed; "" if it was not."""
        return str(stride.recorded(self.entries, self.id).told.get("view") or "")


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """A film as it measures: true times, stride, angles; `why_not` where its marks cannot be used."""

    film: Comparable
    times_s: FloatArray = field(default_factory=lambda: np.zeros(1))
    analysis: Analysis | None = None
    points: FilmAnalysis | None = None
    model: str = ""
    why_not: str = ""

    @property
    def by_marks(self) -> tuple[Metric, ...]:
        """What its contacts alone measure."""
        return () if self.analysis is None else self.analysis.timing.metrics

    def is_by_marks(self, metric_id: str) -> bool:
        """Whether the contacts alone give a measure, as it stands in `metrics`."""
        now = next((each for each in self.metrics if each.id == metric_id), None)
        return now in self.by_marks

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Its measures and angles, each once; what body points know better stands for marks alone."""
        known = {each.id: each for each in self.by_marks}
        if self.points is not None:
            known |= {each.id: each for each in (*self.points.metrics, *self.points.angles)}
        return tuple(known.values())

    @property
    def lines(self) -> tuple[AngleLine, ...]:
        """Its angles frame by frame."""
        return () if self.points is None else self.points.lines


def earlier_visits(visit: OpenVisit) -> list[VisitRow]:
    """The client's visits that count, before this one."""
    rows = visit.store.visits.of(visit.client.id)
    return [row for row in rows if row.number < visit.visit.number and row.state != "void"]


def films_of(visit: OpenVisit) -> tuple[Comparable, ...]:
    """Those of this visit first, then of the earlier ones, the newest before."""
    store = visit.store
    found = _of_visit(store, visit.visit.id, visit.day, visit.now(), here=True)
    for row in reversed(earlier_visits(visit)):
        if store.films.of(row.id):
            stood = {key: entry.value for key, entry in standing(store.visits.entries(row.id)).items()}
            found += _of_visit(store, row.id, row.date, stood, here=False)
    return tuple(found)


def _of_visit(
    store: Store, visit_id: str, day: date, entries: Mapping[str, Json], *, here: bool
) -> list[Comparable]:
    found: list[Comparable] = []
    taken: list[str] = []
    for number, film in enumerate(store.films.of(visit_id), start=1):
        told = stride.recorded(entries, film.id).told
        view = say(f"gait.view_{told['view']}") if told.get("view") else say("gait.clip", n=number)
        when = say("gait.compare_here") if here else words().date(day)
        said = " \N{MIDDLE DOT} ".join(filter(None, (when, view, str(told.get("belt_speed") or ""))))
        taken.append(said)
        again = taken.count(said)
        found.append(
            Comparable(film.id, visit_id, day, here, entries, f"{said} ({again})" if again > 1 else said)
        )
    return found


def usual(films: tuple[Comparable, ...], now: str) -> tuple[Comparable, Comparable]:
    """What is compared at first: an earlier film of the same side (else any other one), and the one now.

    ValueError with fewer than two films.
    """
    if len(films) < 2:
        raise ValueError("nothing to compare")
    shown = next((film for film in films if film.id == now), films[0])
    others = [film for film in films if film is not shown]
    same_side = [film for film in others if film.view == shown.view]
    earlier = [film for film in same_side if not film.here]
    return (earlier or same_side or others)[0], shown


def taken(store: Store, client: Client, film: Comparable) -> Taken:
    """What a film measures as it stands. Not quick: for a thread. Refused if the film cannot be read."""
    kept = frame_times(store.films, film.id)
    recorded = stride.recorded(film.entries, film.id)
    body = stride.Body.of(client, answers_of(film.entries))
    try:
        analysis = stride.measured(recorded, kept.facts, body)
    except Refused as refused:
        return Taken(film, kept.times_s, why_not=str(refused))
    found = FilmsOf(store, film.entries, client).with_points(recorded)
    times = clock(kept.facts, analysis.filming).times_s
    if found is None:
        return Taken(film, times, analysis)
    return Taken(film, times, analysis, found.done, found.model)
