"""The step rate of a visit, straight from its records: for paper, and wherever no gait page is open."""

from collections.abc import Mapping
from typing import Protocol

from runclinic.gait.filming import ClipFacts
from runclinic.measured import Measured
from runclinic.records import Store
from runclinic.refused import Refused
from runclinic.ui.gait.take_in import frame_times
from runclinic.visit import stride
from runclinic.visit.entry import Json, standing


class Recorded(Protocol):
    """A visit of which what stands can be asked, such as the one on the screen."""

    store: Store

    def now(self) -> dict[str, Json]: ...


def cadence_of(visit: Recorded) -> tuple[Measured | None, str]:
    """Steps a minute with its ±, and the belt speed as it was typed; None and "" while there are no steps."""
    return _cadence(visit.store, visit.now())


def cadence_in(store: Store, visit_id: str) -> tuple[Measured | None, str]:
    """The same of any visit in the records."""
    entries = standing(store.visits.entries(visit_id))
    return _cadence(store, {key: entry.value for key, entry in entries.items()})


def _cadence(store: Store, entries: Mapping[str, Json]) -> tuple[Measured | None, str]:
    known: dict[str, ClipFacts] = {}
    for film in stride.films(entries):
        if not film.marks:
            continue
        try:
            known[film.id] = frame_times(store.films, film.id).facts
        except Refused:  # the film is gone or damaged, and so are its times
            continue
    return stride.cadence(entries, known)
