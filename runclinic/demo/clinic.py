"""The sample clinic: an invented therapist, invented clients with a visit each, and a drawn clip."""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from runclinic import case, paths, records
from runclinic.demo import clips
from runclinic.demo.clips import Shot
from runclinic.demo.runner import RUNNERS
from runclinic.records import Store
from runclinic.records.visits import VisitRow
from runclinic.ui.gait.take_in import taking_in
from runclinic.visit import stride
from runclinic.visit.assess import Case
from runclinic.visit.client import Client
from runclinic.visit.entry import Json

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
# An example case each, and how many days ago its visit was; the first one is carried on today.
CLIENTS = (("c4", 0), ("c2", 1), ("c5", 2), ("c6", 6), ("c7", 9), ("c8", 14))
SHOT = Shot(runner=RUNNERS[0], capture_fps=60, duration_s=8, size=(960, 540), facing=-1)
BELT_SPEED = "9 km/h"
_DATE = re.compile(r"^\d{4}-\d\d-\d\d$")


def make(home: Path, password: str = PASSWORD, *, today: date | None = None) -> Store:
    """A clinic with six clients in `home`, unlocked; without a clip. Refused if records lie there."""
    store = records.create(home, CLINIC, THERAPIST, INITIALS, password)
    try:
        for name, days_ago in reversed(CLIENTS):
            _admit(store, example(name), (today or date.today()) - timedelta(days=days_ago))
    except BaseException:
        store.close()
        raise
    return store


def example(name: str) -> Case:
    """One of the worked examples."""
    return case.read(paths.resources() / "examples" / f"{name}.toml")


def _admit(store: Store, given: Case, day: date) -> VisitRow:
    """One client with her visit; every date of the example moves along with the day of the visit."""
    later = day - given.visit_date
    client = store.clients.add(replace(given.client, id="", clinic_no=""))
    visit = store.visits.start(client.id, day)
    for key, value in given.answers.items():
        store.visits.append(visit.id, key, _moved(value, later))
    return visit


def _moved(value: object, later: timedelta) -> Json:
    if isinstance(value, str) and _DATE.match(value):
        return (date.fromisoformat(value) + later).isoformat()
    if isinstance(value, Mapping):
        return {str(name): _moved(each, later) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_moved(each, later) for each in value]
    return value  # type: ignore[return-value]


def todays(store: Store) -> tuple[Client, VisitRow]:
    """The client whose visit is open today."""
    name = example(CLIENTS[0][0]).client.family_name
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
    store.visits.append(visit.id, stride.filming_key(film_id), told)
    for number, event in enumerate(SHOT.events(), 1):
        mark = stride.Mark(number, event.side, event.kind, event.frame, stride.DRAWN)
        store.visits.append(visit.id, stride.mark_key(film_id, number), mark.value)
    return film_id


def with_film(home: Path, password: str = PASSWORD) -> Store:
    """The clinic with its clip taken in and marked: what the tour opens."""
    store = make(home, password)
    try:
        with tempfile.TemporaryDirectory() as folder:
            film(store, draw(Path(folder)))
    except BaseException:
        store.close()
        raise
    return store
