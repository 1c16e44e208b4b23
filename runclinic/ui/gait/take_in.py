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
from runclinic.video import Clip, apart, excerpt, index_file
from runclinic.video.source import Fingerprint
from runclinic.visit import frame_times as kept_times
from runclinic.visit.frame_times import FrameTimes

PLACE = "place-1"


@dataclass(frozen=True, slots=True)
class Place:
    """The frame that was last looked at, and when (UTC), so that the film last looked at is known."""

    frame: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class TooMuch:
    """A film of which only a part can be taken in: where it lies, its seconds and bytes."""

    path: Path
    lasts_s: float
    bytes: int


def taking_in(
    store: Store, client_id: str, visit_id: str, path: Path
) -> Generator[float, None, "str | TooMuch"]:
    """Long work: yields progress 0 to 1, returns the film's id. Closed at a yield it leaves nothing.

    Looked at in a process of its own first; raises `Refused` for what is no clip before a byte is copied.
    A film that is too long or too large is not taken in, but told of.
    """
    seen = yield from apart.looking(path)
    if seen.too_much:
        return TooMuch(path, seen.lasts_s, seen.bytes)
    with Clip.open(path) as clip:
        times = times_of(clip)
    film_id = yield from _until_kept(store.films.take_in(path, client_id, visit_id))
    store.films.keep_beside(film_id, kept_times.NAME, times.pack())
    return film_id


def taking_part(
    store: Store, client_id: str, visit_id: str, path: Path, from_s: float, to_s: float
) -> Generator[float, None, str]:
    """The same of some seconds of a film, as they stand in the file; they begin at a key picture."""
    name = f"{path.stem} {clock_words(from_s, '.')}-{clock_words(to_s, '.')}.mp4"
    cutting = store.films.fill(
        client_id, visit_id, name, lambda sink: excerpt.cutting(path, sink, from_s, to_s)
    )
    film_id = yield from _until_kept(cutting)
    frame_times(store.films, film_id)
    return film_id


def keeping_recording(
    store: Store, client_id: str, visit_id: str, folder: Path
) -> Generator[float, None, str]:
    """The same of what a camera filmed into the records."""
    film_id = yield from _until_kept(store.films.keep_filmed(client_id, visit_id, folder))
    frame_times(store.films, film_id)
    return film_id


def _until_kept(work: Generator[float, None, str]) -> Generator[float, None, str]:
    """At 1 it is kept: no way back from here, so that is not told before the film has its times."""
    with closing(work):
        while True:
            try:
                share = next(work)
            except StopIteration as end:
                film_id: str = end.value
                return film_id
            if share < 1:
                yield share


def clock_words(seconds: float, between: str = ":") -> str:
    """Minutes and seconds, hours where there are any: 4:07, 1:04:07."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}{between}{minutes:02d}{between}{rest:02d}"
    return f"{minutes}{between}{rest:02d}"


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
