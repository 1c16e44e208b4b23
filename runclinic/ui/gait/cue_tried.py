"""A cue against its two films: what they measure without and with it, and what follows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from runclinic.documents.cue_words import CueTried
from runclinic.records import Store
from runclinic.refused import Refused
from runclinic.ui.gait.compare.films import Comparable, Taken, taken
from runclinic.ui.gait.compare.table import Compared, Row, compared
from runclinic.visit import cue_trials
from runclinic.visit.client import Client
from runclinic.visit.cue_trials import CueTrial, judged
from runclinic.visit.entry import Json

SHOWN_ALWAYS = ("cadence", "contact_time")


@dataclass(frozen=True, slots=True, eq=False)
class Films:
    """The film with the cue and the one before it; None for one that is not there or cannot be read."""

    film: Taken | None = None
    before: Taken | None = None

    @property
    def compared(self) -> Compared:
        """What both measure."""
        both = self.film is not None and self.before is not None
        return compared(self.before, self.film) if both and self.before and self.film else Compared()

    @property
    def cadence(self) -> float | None:
        """Steps a minute that the beat is set by: those without the cue, else those of the film itself."""
        for one in (self.before, self.film):
            for metric in one.by_marks if one is not None else ():
                if metric.id == "cadence":
                    return metric.both.value
        return None

    def tried(self, trial: CueTrial) -> CueTried:
        """The trial with what its films say."""
        rows = {row.second.id: row for row in self.compared.rows}
        before = {name: row.first.both.value for name, row in rows.items()}
        found = judged(trial, before, {name: row.change for name, row in rows.items()})
        row = rows.get(found.metric)
        if row is None:
            return CueTried(trial, found)
        return CueTried(trial, found, row.first, row.second, row.change)

    def rows(self, trial: CueTrial) -> tuple[Row, ...]:
        """What is looked at for this cue, its own measure first."""
        rows = {row.second.id: row for row in self.compared.rows}
        own = [each.metric for each in trial.known.moves] if trial.known else []
        return tuple(rows[name] for name in dict.fromkeys((*own, *SHOWN_ALWAYS)) if name in rows)


def films(store: Store, client: Client, film: Comparable, before: Comparable | None) -> Films:
    """Both films measured. Not quick: for a thread."""
    return Films(_taken(store, client, film), _taken(store, client, before) if before else None)


def _taken(store: Store, client: Client, film: Comparable) -> Taken | None:
    try:
        return taken(store, client, film)
    except Refused:
        return None


def of_visit(
    store: Store, client: Client, entries: Mapping[str, Json], visit: tuple[str, date]
) -> Callable[[], Sequence[CueTried]]:
    """The cues that were tried in a visit (its id and day), to be measured while a paper is made."""

    def one(film_id: str) -> Comparable:
        return Comparable(film_id, visit[0], visit[1], here=True, entries=entries)

    def measured() -> Sequence[CueTried]:
        found: list[CueTried] = []
        for trial in cue_trials.recorded(entries):
            before = one(trial.before) if trial.before else None
            found.append(films(store, client, one(trial.film_id), before).tried(trial))
        return found

    return measured
