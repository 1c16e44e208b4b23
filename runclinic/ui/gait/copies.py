"""Working copies: a long-group film coded anew beside it, encrypted, every frame by itself, to step in.

Frame k of the copy is frame k of the film. What is measured goes by the film's own time stamps.
"""

from collections.abc import Generator
from typing import BinaryIO, cast

from PySide6.QtCore import QObject, Signal

from runclinic.records import Store
from runclinic.records.films import Film, Films
from runclinic.records.growing import Growing
from runclinic.records.sealed import Sealed
from runclinic.refused import Refused
from runclinic.ui.gait import take_in
from runclinic.ui.gait.work_line import WorkLine
from runclinic.ui.job import Job
from runclinic.ui.say import say
from runclinic.video import Clip, index_file, pose, working_copy

COPY = working_copy.NAME
PROOF = f"{COPY}.proven"  # the index of a copy that was looked through whole and is the film's
UNWANTED = f"{COPY}.no"  # she gave it up: it is not begun again by itself
ALL_COPIES_BYTES = 5_000_000_000  # the oldest go, and are made again where they are wanted (choice)
CODED = 0.8  # of the progress; looking through the copy is the rest


class SteppingFilms:
    """Films as the projector reads them: where there is a working copy, that instead."""

    def __init__(self, films: Films) -> None:
        self._films = films
        self._on_copy: set[str] = set()

    def on_copy(self, film_id: str) -> bool:
        """Whether a film that is open is stepped in its copy."""
        return film_id in self._on_copy

    def open(self, film_id: str) -> Sealed:
        """The copy if it is proven and whole, else the film."""
        self._on_copy.discard(film_id)
        if self._films.beside(film_id, PROOF) is not None:
            copy = self._films.open_beside(film_id, COPY)
            if copy is not None:
                self._on_copy.add(film_id)
                return copy
        return self._films.open(film_id)

    def get(self, film_id: str) -> Film:
        """The film's own row."""
        return self._films.get(film_id)

    def beside(self, film_id: str, name: str) -> bytes | None:
        """What is kept beside the film; of a copy, its own index."""
        own = PROOF if self.on_copy(film_id) and name == index_file.NAME else name
        return self._films.beside(film_id, own)

    def keep_beside(self, film_id: str, name: str, content: bytes) -> None:
        """Kept beside the film, unless it speaks of the copy."""
        if not self.on_copy(film_id):
            self._films.keep_beside(film_id, name, content)

    def as_films(self) -> Films:
        """For the projector, which asks no more of films than this."""
        return cast("Films", self)


def wanted(films: Films, film_id: str, clip: Clip) -> bool:
    """Whether a film is to have a copy: its jumps are felt, the copy is bearable, all of it is sound."""
    sound = clip.verified and not clip.damaged and not clip.warnings
    there = films.beside(film_id, PROOF) is not None or films.beside(film_id, UNWANTED) is not None
    return sound and not there and working_copy.worth(clip).yes


def making(films: Films, film_id: str) -> Generator[float, None, bool]:
    """Long work: a working copy, if it is worth it; yields progress 0 to 1, returns whether there is one.

    Closed at a yield it leaves nothing. A copy whose frames are not the film's is thrown away.
    """
    yield 0.0
    with (
        films.open(film_id) as reader,
        Clip.open(cast("BinaryIO", reader), cache_bytes=pose.CACHE_BYTES) as clip,
    ):
        kept = films.beside(film_id, index_file.NAME)
        if kept is None or not clip.recall(kept, take_in.fingerprint(films.get(film_id))):
            for _ in clip.verify():
                yield 0.0
        if not wanted(films, film_id, clip):
            return False
        try:
            with films.filling_beside(film_id, COPY) as sink:
                yield from _coded(clip, sink)
            return (yield from _proven(films, film_id, clip))
        finally:
            if films.beside(film_id, PROOF) is None:
                films.drop_beside(film_id, COPY)


def _coded(clip: Clip, sink: Growing) -> Generator[float, None, None]:
    work = working_copy.making(clip, sink)
    try:
        for share in work:
            yield CODED * share
    finally:
        work.close()


def _proven(films: Films, film_id: str, clip: Clip) -> Generator[float, None, bool]:
    """The copy decoded once from end to end: only then, and if its frames are the film's, is it used."""
    reader = films.open_beside(film_id, COPY)
    if reader is None:
        return False
    with reader, Clip.open(cast("BinaryIO", reader), cache_bytes=pose.CACHE_BYTES) as copy:
        for share in copy.verify():
            yield min(0.99, CODED + (1 - CODED) * share)
        if copy.damaged or not working_copy.same_frames(copy, clip):
            return False
        films.keep_beside(film_id, PROOF, copy.remembered(take_in.fingerprint(films.get(film_id))))
    films.trim_beside(COPY, PROOF, ALL_COPIES_BYTES, but=film_id)
    return True


class Copies(QObject):
    """Makes the copies of the films that are looked at, one at a time; `made(film id)` when there is one."""

    made = Signal(str)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._films = store.films
        self.line = WorkLine("content-copy", say("gait.copying_bar"))
        self.line.cancelled.connect(self._give_up)
        self.film_id = ""
        self.job: Job | None = None
        self._asked: set[str] = set()

    def consider(self, film_id: str) -> None:
        """A film was opened and looked through: make its copy, if it is worth it and there is none."""
        if self.job is not None or film_id in self._asked:
            return
        self._asked.add(film_id)
        job = Job(say("gait.copying"), lambda: making(self._films, film_id))
        job.progress.connect(lambda share: job is self.job and self._progress(share))
        job.done.connect(lambda there: job is self.job and self._done(there=there))
        job.failed.connect(lambda error: job is self.job and self._failed(error))
        job.cancelled.connect(lambda: job is self.job and self._end())
        self.job, self.film_id = job, film_id
        job.start()

    def shut(self) -> None:
        """The visit is left: it is begun anew when the film is looked at next."""
        job, self.job = self.job, None
        if job is not None:
            job.cancel()

    def _progress(self, share: float) -> None:
        if share > 0 and self.line.isHidden():
            self.line.follow(say("gait.copying"))
        self.line.progress(share)

    def _give_up(self) -> None:
        if self.job is not None:
            self.job.cancel()
            self._films.keep_beside(self.film_id, UNWANTED, b"1")

    def _end(self) -> None:
        self.job = None
        self.line.end()

    def _done(self, *, there: bool) -> None:
        film_id = self.film_id
        self._end()
        if there:
            self.made.emit(film_id)

    def _failed(self, error: Exception) -> None:
        self._end()
        if not isinstance(error, Refused):
            raise error
        self.line.tell(say("gait.copy_failed", why=str(error)))
