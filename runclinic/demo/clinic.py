"""The sample clinic: an invented therapist, six invented clients with their visits, and a drawn clip."""

import re
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from runclinic import case, paths, records
from runclinic.demo import clips, histories
from runclinic.demo.clips import Shot
from runclinic.demo.histories import AMENDED, HISTORIES, History, Past
from runclinic.demo.runner import RUNNERS
from runclinic.documents.paper import file_name
from runclinic.documents.plan import TakeHome, take_home
from runclinic.records import Store
from runclinic.records.clock import utc
from runclinic.records.keys import Cost
from runclinic.records.visits import VisitRow
from runclinic.ui.gait.take_in import taking_in
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.papers import clinic_of
from runclinic.visit import stride
from runclinic.visit.assess import Case
from runclinic.visit.client import Client
from runclinic.visit.entry import Json
from runclinic.visit.signed import STOPS

PASSWORD = "a kettle for the garden"  # noqa: S105 (of a clinic in which nobody is real)
THERAPIST, INITIALS = "Marta Okafor", "MO"
CLINIC: dict[str, Json] = {
    "name": "Riverside Pelvic Health",
    "phone": "555 0142",
    "emergency_number": "112",
    "out_of_hours": "555 0199",
    "crisis_line": "555 0123",
    "paper": "a4",
}
SHOT = Shot(runner=RUNNERS[0], capture_fps=60, duration_s=8, size=(960, 540), facing=-1)
BELT_SPEED = "9 km/h"
_DATE = re.compile(r"^\d{4}-\d\d-\d\d$")


BORN = "history/H06"  # the one date that stays where it is from visit to visit


@dataclass(slots=True)
class Wall:
    """The clock of the sample clinic: on the day of the visit that is told, then the true one.

    Each time it is looked at, a second has gone.
    """

    moment: datetime | None

    def __call__(self) -> datetime:
        if self.moment is None:
            return utc()
        self.moment += timedelta(seconds=1)
        return self.moment


def make(
    home: Path, password: str = PASSWORD, *, today: date | None = None, cost: Cost | None = None
) -> Store:
    """A clinic with six clients in `home`, unlocked; without a clip. Refused if records lie there.

    `today` is for pictures that are the same on any day; only tests give a `cost`.
    """
    day = today or date.today()
    past = sorted(
        ((history, visit) for history in HISTORIES for visit in history.visits),
        key=lambda each: -each[1].days_ago,
    )
    wall = Wall(_morning(day - timedelta(days=past[0][1].days_ago + 7)))
    store = records.create(home, CLINIC, THERAPIST, INITIALS, password, cost=cost, clock=wall)
    try:
        admitted: dict[str, Client] = {}
        for history, visit in past:
            wall.moment = _morning(day - timedelta(days=visit.days_ago))
            if history.example not in admitted:
                admitted[history.example] = _admit(store, history)
            _visit(store, admitted[history.example], history, visit, day)
    except BaseException:
        store.close()
        raise
    wall.moment = _morning(day) + timedelta(hours=1) if today else None
    return store


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8, 30), UTC)


def example(name: str) -> Case:
    """One of the worked examples."""
    return case.read(paths.resources() / "examples" / f"{name}.toml")


def _admit(store: Store, history: History) -> Client:
    return store.clients.add(replace(example(history.example).client, id="", clinic_no=""))


def _visit(store: Store, client: Client, history: History, past: Past, today: date) -> VisitRow:
    """One visit from its first answer to its end."""
    day = today - timedelta(days=past.days_ago)
    begun = store.visits.start(client.id, day)
    with store.visits.together():
        for key, value in answers_of(history, past, today).items():
            store.visits.append(begun.id, key, value)
    if past.ending == "open":
        return begun
    visit = OpenVisit(store, client, begun)
    for flag in visit.flags():
        if not flag.referral:
            visit.record(f"safety/{flag.id}_referral", day.isoformat())
    if not any(flag.action in STOPS for flag in visit.flags()):
        for question in visit.assessment().facts.unanswered_safety:  # such as those of her first weeks
            visit.record(f"safety/{question}", "no")
    visit.record("decision/confirmed", visit.assessment().outcome)
    _give_out(visit)
    visit.sign()
    if past.ending == "amended":
        store.amendments.change(begun.id, *AMENDED)
    return begun


def answers_of(history: History, past: Past, today: date) -> dict[str, Json]:
    """The answers of a visit; every date of the example moves along with the day of the visit."""
    given = example(history.example)
    from_last = today - timedelta(days=history.visits[-1].days_ago) - given.visit_date
    later = today - timedelta(days=past.days_ago) - given.visit_date
    found = {key: moved(value, from_last if key == BORN else later) for key, value in given.answers.items()}
    return {key: value for key, value in {**found, **past.otherwise}.items() if value is not None}


def _give_out(visit: OpenVisit) -> None:
    """The plan on paper, where the outcome allows one."""
    if visit.assessment().plan.phase is None:
        return
    asked = TakeHome(visit.assessment(), visit.plan(), visit.client, clinic_of(visit), visit.day, THERAPIST)
    name = file_name(visit.day, "plan", visit.client.family_name, visit.client.given_name)
    document = visit.store.documents.keep(visit.visit.id, "plan", name, take_home(asked))
    visit.record("plan/confirmed", document.id)
    visit.record("print/done", document.id)


def moved(value: object, later: timedelta) -> Json:
    """A value whose dates are shifted by `later`, at whatever depth."""
    if isinstance(value, str) and _DATE.match(value):
        return (date.fromisoformat(value) + later).isoformat()
    if isinstance(value, Mapping):
        return {str(name): moved(each, later) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [moved(each, later) for each in value]
    return value  # type: ignore[return-value]


def todays(store: Store) -> tuple[Client, VisitRow]:
    """The client whose visit is open today."""
    name = example(histories.HANNA.example).client.family_name
    client = store.clients.search(name)[0]
    return client, store.visits.of(client.id)[-1]


def draw(folder: Path) -> Path:
    """The drawn runner as a clip in `folder`."""
    clip = folder / "treadmill side left.mp4"
    clips.write(clip, SHOT)
    return clip


def film(store: Store, clip: Path) -> str:
    """Take the clip into today's visit, with what was told about it and its contacts as they were drawn."""
    client, visit = todays(store)
    work = taking_in(store, client.id, visit.id, clip)
    while True:
        try:
            next(work)
        except StopIteration as end:
            film_id: str = end.value
            break
    told: dict[str, Json] = {"view": "side_left", "belt_speed": BELT_SPEED, "capture_fps": SHOT.capture_fps}
    with store.visits.together():
        store.visits.append(visit.id, stride.filming_key(film_id), told)
        for number, event in enumerate(SHOT.events(), 1):
            mark = stride.Mark(number, event.side, event.kind, event.frame, stride.DRAWN)
            store.visits.append(visit.id, stride.mark_key(film_id, number), mark.value)
    return film_id


def with_film(home: Path, password: str = PASSWORD, *, today: date | None = None) -> Store:
    """The clinic with its clip taken in and marked: what the tour opens."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as beside:
        drawn = beside.submit(draw, Path(folder))
        store = make(home, password, today=today)
        try:
            film(store, drawn.result())
        except BaseException:
            store.close()
            raise
    return store
