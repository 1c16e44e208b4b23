"""The contacts of a film, found by the program: looked for, laid beside what a hand set, and recorded."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO, TypeAlias, TypeVar, cast

import numpy as np

from runclinic import film_analysis
from runclinic.gait.contacts import Event
from runclinic.gait.filming import Filming, FloatArray, View
from runclinic.records.films import Films
from runclinic.refused import Refused
from runclinic.ui.gait import take_in
from runclinic.video import Clip, index_file, pose
from runclinic.video.pose import Keep, Wanted
from runclinic.visit import stride
from runclinic.visit.entry import Json, Source
from runclinic.visit.stride import Film, Mark

T = TypeVar("T")
NewEntry: TypeAlias = tuple[str, Json, Source]

POINTS = "body-points-1"  # of the file beside the film; networks and their version stand in it
LOOKING_AT_ALL = 0.05  # of the progress: decoding once, so that the numbers of the frames are certain
# A foot lands once a stride: within a quarter of one it is the same contact, found anew or set right.
SAME_CONTACT, USUAL_STRIDE_S = 0.25, 0.7
VIEWS: tuple[View, ...] = ("side_left", "side_right", "rear")  # in which contacts can be found


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """What was found in a film: events by frame, by which model, what had to be said, and times (s)."""

    film_id: str
    events: tuple[Event, ...]
    model: str
    doubts: tuple[str, ...]
    times_s: FloatArray


def looking(films: Films, film_id: str, filming: Filming) -> Generator[float, None, Contacts]:
    """Long work: the contacts of a film in the records; yields progress 0 to 1, closing it cancels.

    The body points are kept beside the film, encrypted, also when it is cancelled: the next search goes on
    from there. Refused from in front, without weights, and for a film that cannot be read.
    """
    if filming.view not in VIEWS:
        raise Refused("Seen from in front, contacts are not found automatically.", "Mark them by hand.")
    yield 0.0

    def keep(points: bytes) -> None:
        with suppress(Refused):  # the records were locked, or the disk is full: it is found again
            films.keep_beside(film_id, POINTS, points)

    with opened_film(films, film_id) as clip:
        work = searched(clip, filming, film_id, so_far=films.beside(film_id, POINTS), keep=keep)
        return (yield from work)


@contextmanager
def opened_film(films: Films, film_id: str) -> Iterator[Clip]:
    """A film of its own for this work, numbered as the page numbers it."""
    reader = films.open(film_id)
    with reader, Clip.open(cast("BinaryIO", reader), cache_bytes=pose.CACHE_BYTES) as clip:
        kept = films.beside(film_id, index_file.NAME)
        if kept is not None:
            clip.recall(kept, take_in.fingerprint(films.get(film_id)))
        yield clip


def searched(
    clip: Clip,
    filming: Filming,
    film_id: str,
    *,
    so_far: bytes | None = None,
    keep: Keep | None = None,
    wanted: Wanted | None = None,
) -> Generator[float, None, Contacts]:
    """The same of a clip that is open; its frames are numbered as after a look at all of it."""
    yield from _part(clip.verify(), 0.0, LOOKING_AT_ALL)
    work = film_analysis.analyse_clip(clip, filming, wanted=wanted, so_far=so_far, keep=keep)
    done = yield from _part(work, LOOKING_AT_ALL, 1.0)
    model = done.pose.model.label if done.pose is not None else ""
    return Contacts(film_id, done.events, model, done.doubts, clip.times_s)


def entries_of(
    clip: Clip,
    filming: Filming,
    film_id: str,
    *,
    so_far: bytes | None = None,
    keep: Keep | None = None,
    wanted: Wanted | None = None,
) -> Generator[float, None, tuple[NewEntry, ...]]:
    """The entries (key, value, source) to append for a film in which nothing is marked yet.

    Long work with progress 0 to 1. `keep` is handed the body points as bytes, for
    `films.keep_beside(film_id, POINTS, ...)`. None of contacts where none were found.
    """
    found = yield from searched(clip, filming, film_id, so_far=so_far, keep=keep, wanted=wanted)
    new = changes(found, Film(film_id), 0)
    return tuple((key, value, "measured") for key, value in new.items())


def changes(found: Contacts, film: Film, last_number: int) -> dict[str, Json]:
    """What has to be recorded, by key, so that the film has the marks that were found.

    What a hand set, set right or took away stays so. Marks found before take the new place of their contact
    and keep their number, or go. New ones are numbered after `last_number`, the last that was ever given.
    """
    reach_s = SAME_CONTACT * _stride_s(found)
    by_hand = [mark for mark in film.marks if mark.by_hand]
    taken = [*by_hand, *film.rejected]
    news = [event for event in found.events if _nearest(found, event, taken, reach_s) is None]
    before = [mark for mark in film.marks if not mark.by_hand]
    values: dict[str, Json] = {stride.finding_key(film.id): _said(found)}
    for event in news:
        same = _nearest(found, event, before, reach_s)
        if same is None:
            last_number += 1
        else:
            before.remove(same)
        mark = Mark(
            last_number if same is None else same.number,
            event.side,
            event.kind,
            event.frame,
            event.source,
            round(event.confidence, 3),
        )
        if mark != same:
            values[stride.mark_key(film.id, mark.number)] = mark.value
    return values | {stride.mark_key(film.id, mark.number): None for mark in before}


def _said(found: Contacts) -> dict[str, Json]:
    return {"model": found.model, "contacts": len(found.events), "doubts": [*found.doubts]}


def _nearest(found: Contacts, event: Event, marks: Iterable[Mark], reach_s: float) -> Mark | None:
    """The mark of the same contact, if one lies within reach."""

    def away_s(mark: Mark) -> float:
        last = len(found.times_s) - 1
        return abs(float(found.times_s[min(mark.frame, last)] - found.times_s[min(event.frame, last)]))

    same = (mark for mark in marks if (mark.side, mark.kind) == (event.side, event.kind))
    near = min(same, key=away_s, default=None)
    return near if near is not None and away_s(near) <= reach_s else None


def _stride_s(found: Contacts) -> float:
    """From a contact to the next one of the same foot, by the file's own time; the usual one if unknown."""
    by_kind: dict[tuple[str, str], list[float]] = {}
    for event in found.events:
        by_kind.setdefault((event.side, event.kind), []).append(float(found.times_s[event.frame]))
    gaps = [after - before for times in by_kind.values() for before, after in pairwise(sorted(times))]
    return float(np.median(gaps)) if gaps else USUAL_STRIDE_S


def _part(work: Generator[float, None, T], start: float, end: float) -> Generator[float, None, T]:
    """Long work whose progress is a part of a longer one's."""
    try:
        while True:
            yield start + (end - start) * next(work)
    except StopIteration as finished:
        return finished.value
    finally:
        work.close()
