"""A film taken in: looked at, copied encrypted, its frame times and the place she left kept beside it."""

import json
from collections.abc import Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from runclinic.records import Store
from runclinic.records.films import Film, Films
from runclinic.refused import Refused
from runclinic.video import Clip, index_file
from runclinic.video.source import Fingerprint
from runclinic.visit import frame_times as kept_times
from runclinic.visit.frame_times import FrameTimes

PLACE = "place-1"


@dataclass(frozen=True, slots=True)
class Place:
    """The frame that was last looked at, and when (UTC), so that the film last looked at is known."""

    frame: int = 0
    at: str = ""


def taking_in(store: Store, client_id: str, visit_id: str, path: Path) -> Generator[float, None, str]:
    """Long work: yields progress 0 to 1, returns the film's id. Closed at a yield it leaves nothing.

    Raises `Refused` for what is no clip before a byte is copied.
    """
    yield 0.0
    with Clip.open(path) as clip:
        times = times_of(clip)
    with closing(store.films.take_in(path, client_id, visit_id)) as copying:
        while True:
            try:
                share = next(copying)
            except StopIteration as end:
                film_id: str = end.value
                break
            if share < 1:  # at 1 it is kept: no way back from here
                yield share
    store.films.keep_beside(film_id, kept_times.NAME, times.pack())
    return film_id


def times_of(clip: Clip) -> FrameTimes:
    """When each frame of an open clip is shown."""
    return FrameTimes.of(clip.ticks, clip.time_base, clip.nominal_fps)


def fingerprint(film: Film) -> Fingerprint:
    """By which a kept index is known to be this film's; read when it was taken in."""
    return Fingerprint(film.bytes, film.sha256)


def keep_index(films: Films, film_id: str, clip: Clip) -> None:
    """Keep the index of a verified clip and its frame times beside the film; lost, it is made again."""
    with suppress(Refused):
        packed = clip.remembered(fingerprint(films.get(film_id)))
        films.keep_beside(film_id, kept_times.NAME, times_of(clip).pack())
        films.keep_beside(film_id, index_file.NAME, packed)


def frame_times(films: Films, film_id: str) -> FrameTimes:
    """The kept frame times of a film; read from the film anew if they were lost. Refused if it is."""
    kept = films.beside(film_id, kept_times.NAME)
    if kept is not None:
        try:
            return FrameTimes.unpack(kept)
        except Refused:  # another layout: what follows replaces it
            kept = None
    with films.open(film_id) as reader, Clip.open(cast("BinaryIO", reader)) as clip:
        times = times_of(clip)
    films.keep_beside(film_id, kept_times.NAME, times.pack())
    return times


def place(films: Films, film_id: str) -> Place:
    """Where she left the film; its first frame if it was never looked at."""
    kept = films.beside(film_id, PLACE)
    if kept is None:
        return Place()
    try:
        read = json.loads(kept)
        return Place(int(read["frame"]), str(read["at"]))
    except (ValueError, KeyError, TypeError):
        return Place()


def keep_place(films: Films, film_id: str, frame: int) -> None:
    """Remember where she is: no entry, for it says nothing about the runner."""
    now = (
        datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )  # as entries are stamped
    words = {"frame": frame, "at": now}
    films.keep_beside(film_id, PLACE, json.dumps(words).encode())
