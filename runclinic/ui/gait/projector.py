"""The thread that opens films and decodes frames; of the frames wanted meanwhile only the last is shown."""

from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from runclinic.records.films import Films
from runclinic.records.sealed import Sealed
from runclinic.refused import Refused
from runclinic.ui.gait.take_in import times_of
from runclinic.ui.latest import Latest
from runclinic.video import Clip
from runclinic.visit.frame_times import FrameTimes


@dataclass(frozen=True, slots=True)
class Wanted:
    """A frame of a film."""

    film_id: str
    frame: int


@dataclass(frozen=True, slots=True, eq=False)
class Reel:
    """What an open film is: frame times, upright size in pixels, a pixel's width by its height."""

    film_id: str
    times: FrameTimes
    size: tuple[int, int]
    pixel_aspect: float
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One frame: its number and its picture, which are never shown apart. No picture: `why` says why."""

    film_id: str
    frame: int
    image: QImage | None
    why: str = ""


class Projector(QObject):
    """Shows films one at a time. The window asks with `open` and `show`, and never waits.

    `opened(Reel)` comes once after each `open`, before the first `shown(Shown)`; `failed(film id, Refused)`
    if the film cannot be opened at all.
    """

    opened = Signal(object)
    shown = Signal(object)
    failed = Signal(str, object)

    def __init__(self, films: Films) -> None:
        super().__init__()
        self._films = films
        self._reader: Sealed | None = None
        self._clip: Clip | None = None
        self._reel: Reel | None = None
        self._told_of = ""
        self._latest: Latest[Wanted, tuple[Reel, Shown]] = Latest(self._work, self)
        self._latest.ready.connect(self._ready)
        self._latest.failed.connect(lambda wanted, error: self.failed.emit(wanted.film_id, error))

    def open(self, film_id: str, frame: int) -> None:
        """Begin with a film, at this frame."""
        self._told_of = ""
        self.show(film_id, frame)

    def show(self, film_id: str, frame: int) -> None:
        """Want this frame, and no longer the one wanted before."""
        self._latest.want(Wanted(film_id, frame))

    @property
    def begun(self) -> int:
        """How many wanted frames were begun; the others were overtaken."""
        return self._latest.begun

    def close(self) -> None:
        """End the thread and let go of the film."""
        self._latest.close()
        self._let_go()

    def _ready(self, _wanted: Wanted, answer: tuple[Reel, Shown]) -> None:
        reel, shown = answer
        if reel.film_id != self._told_of:
            self._told_of = reel.film_id
            self.opened.emit(reel)
        self.shown.emit(shown)

    # -- on the thread

    def _work(self, wanted: Wanted) -> tuple[Reel, Shown]:
        if self._clip is None or self._reel is None or self._reel.film_id != wanted.film_id:
            self._let_go()
            self._reader = self._films.open(wanted.film_id)
            self._clip = Clip.open(cast("BinaryIO", self._reader))
            self._reel = reel_of(wanted.film_id, self._clip)
        return self._reel, self._frame(self._clip, wanted)

    def _frame(self, clip: Clip, wanted: Wanted) -> Shown:
        frame = min(max(wanted.frame, 0), clip.frame_count - 1)
        try:
            return Shown(wanted.film_id, frame, picture_of(clip, frame))
        except Refused as refused:
            return Shown(wanted.film_id, frame, None, str(refused))

    def _let_go(self) -> None:
        clip, reader = self._clip, self._reader
        self._clip, self._reader, self._reel = None, None, None
        with suppress(OSError, ValueError):
            if clip is not None:
                clip.close()
            if reader is not None:
                reader.close()


def reel_of(film_id: str, clip: Clip) -> Reel:
    """What an open clip is."""
    return Reel(film_id, times_of(clip), clip.size, clip.pixel_aspect, clip.warnings)


def picture_of(clip: Clip, frame: int) -> QImage:
    """Frame k as the painter likes it best (RGB32: half the time of BGR888), its own memory."""
    picture = clip.frame(frame)
    height, width = picture.shape[:2]
    lent = QImage(picture.data, width, height, picture.strides[0], QImage.Format.Format_BGR888)
    return lent.convertToFormat(QImage.Format.Format_RGB32)
