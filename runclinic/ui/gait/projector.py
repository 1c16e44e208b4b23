"""Between the page and the frame engine: films are opened and decoded on its thread, told on the window's."""

import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from runclinic.records.films import Films
from runclinic.records.sealed import Sealed
from runclinic.ui.gait import take_in
from runclinic.video import Clip, engine, index_file
from runclinic.video.cache import FrameCache
from runclinic.video.engine import StepEngine, Told
from runclinic.visit.frame_times import FrameTimes

SAME_MOMENT_S = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Reel:
    """What an open film is: frame times, upright size in pixels, a pixel's width by its height.

    `damaged` are the frames known to be so: all of them once every frame has been decoded (`verified`).
    """

    film_id: str
    times: FrameTimes
    size: tuple[int, int]
    pixel_aspect: float
    warnings: tuple[str, ...]
    damaged: frozenset[int] = frozenset()
    verified: bool = False
    rotation: int = 0  # by how many degrees clockwise the file asks to turn its pictures
    mirrored: bool = False  # whether it asks to mirror them


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One frame: its number and its picture, which are never shown apart. No picture: `why` says why.

    Not `exact`: a small picture of the same frame until the exact one comes. `size` is that of the frame,
    `pixels` the memory that `image` lies in.
    """

    film_id: str
    frame: int
    image: QImage | None
    why: str = ""
    exact: bool = True
    damaged: bool = False
    size: tuple[int, int] = (0, 0)
    pixels: object = None


class Projector(QObject):
    """Shows films one at a time. The window asks with `open` and `show`, and never waits.

    `opened(Reel)` comes once after each `open`, before the first `shown(Shown)`; `failed(film id, Refused)`
    if the film cannot be used (any more). What is there at once is shown before `show` returns. After
    `verified(Reel, moved)` frame k is frame `moved[k]` (None: gone); empty where no number changed.
    `budget_bytes` of decoded pictures are kept; None: as many as one film alone may take.
    """

    opened = Signal(object)
    shown = Signal(object)
    failed = Signal(str, object)
    verified = Signal(object, object)
    _told = Signal(object, object)

    def __init__(self, films: Films, budget_bytes: int | None = None) -> None:
        super().__init__()
        self._films, self._budget_bytes = films, budget_bytes
        self._show: _Showing | None = None
        self._reel: Reel | None = None
        self._ending: list[threading.Thread] = []
        self._last = -1  # the frame whose picture was handed on last
        self.begun = 0
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    def open(self, film_id: str, frame: int) -> None:
        """Begin with a film, at this frame."""
        self._leave()
        self._reel, self._last = None, -1
        self._show = _Showing(self._films, film_id, self._told.emit, self._budget_bytes)
        self._show.engine.request(frame)

    def show(self, film_id: str, frame: int) -> None:
        """Want this frame, and no longer the one wanted before."""
        showing = self._show
        if showing is None or showing.film_id != film_id:
            self.open(film_id, frame)
            return
        self.begun += 1
        picture = showing.engine.request(frame)
        if picture is not None:
            self._put(picture)

    def scrub(self, film_id: str, frame: int) -> None:
        """The same under a moving hand: a small picture at once, where the exact one has to be waited for."""
        self.show(film_id, frame)
        if self._show is not None and self._last != frame:
            picture = self._show.engine.small(frame)
            if picture is not None:
                self._put(picture)

    def hold(self, frames: list[int]) -> None:
        """Where the hand returns: kept at hand as far as there is room."""
        if self._show is not None:
            self._show.engine.hold(frames)

    def keep_index(self) -> None:
        """Keep what the look at the whole film found beside it, so that it is looked through once."""
        keeping = self._show.keeping_index() if self._show is not None else None
        if keeping is not None:
            self._ending.append(keeping)
            keeping.start()

    def close(self) -> None:
        """End the thread and let go of the film."""
        self._leave()
        for thread in self._ending:
            thread.join(engine.CLOSES_WITHIN_S)
        self._ending.clear()

    def _leave(self) -> None:
        showing, self._show = self._show, None
        if showing is not None:
            showing.left = True
            self._ending = [each for each in self._ending if each.is_alive()]
            self._ending.append(threading.Thread(target=showing.close, name="film closing", daemon=True))
            self._ending[-1].start()

    # -- what the engine tells

    def _hear(self, showing: "_Showing", told: "Told | _Renewed") -> None:
        if showing is not self._show:
            return
        if isinstance(told, _Renewed):
            first, self._reel = self._reel is None, told.reel
            self.opened.emit(told.reel) if first else self.verified.emit(told.reel, told.moved)
        elif isinstance(told, engine.Picture):
            self._put(told)
        elif isinstance(told, engine.Unshowable):
            self.shown.emit(Shown(showing.film_id, told.k, None, str(told.why)))
        elif isinstance(told, engine.Failed):
            self.failed.emit(showing.film_id, told.why)

    def _put(self, picture: engine.Picture) -> None:
        """Hand a picture on; not one that is numbered as the window does not know yet."""
        reel = self._reel
        if reel is None or picture.k >= len(reel.times):
            return
        if abs(float(reel.times.times_s[picture.k]) - picture.time_s) <= SAME_MOMENT_S:
            self._last = picture.k
            self.shown.emit(shown_of(reel, picture))


@dataclass(frozen=True, slots=True, eq=False)
class _Renewed:
    """What is known of the film now, and where its frames went."""

    reel: Reel
    moved: dict[int, int | None]


class _Showing:
    """One film on the engine, and the reader that it decrypts."""

    def __init__(self, films: Films, film_id: str, tell: Any, budget_bytes: int | None) -> None:
        self.film_id = film_id
        self.left = False
        self._films = films
        self._tell = tell
        self._reader: Sealed | None = None
        self._clip: Clip | None = None
        self._kept = False
        self.engine = StepEngine(self._open, self._hear, budget_bytes=budget_bytes)

    def close(self) -> None:
        """Ends the engine's thread, then lets go of the reader."""
        self.engine.close()
        if self._reader is not None:
            with suppress(OSError, ValueError):
                self._reader.close()

    def keeping_index(self) -> threading.Thread | None:
        """The thread that will keep it (a disk may be slow); None where it is kept, or not yet sure."""
        clip = self._clip
        if clip is None or not clip.verified or self._kept:
            return None
        self._kept = True
        return threading.Thread(
            target=take_in.keep_index, args=(self._films, self.film_id, clip), name="index", daemon=True
        )

    # -- on the engine's thread

    def _open(self, cache: FrameCache[Any]) -> Clip:
        if self.left:
            raise engine.STOPPED
        self._reader = self._films.open(self.film_id)
        clip = Clip.open(cast("BinaryIO", self._reader), cache=cache)
        kept = self._films.beside(self.film_id, index_file.NAME)
        fingerprint = take_in.fingerprint(self._films.get(self.film_id))
        self._kept = kept is not None and clip.recall(kept, fingerprint)
        self._clip = clip
        return clip

    def _hear(self, told: Told) -> None:
        if self.left or isinstance(told, engine.Looked):
            return
        if isinstance(told, engine.Opened):
            self._tell(self, _Renewed(reel_of(self.film_id, told.clip), {}))
        elif isinstance(told, engine.Verified):
            self._tell(self, _Renewed(reel_of(self.film_id, told.clip), told.moved))
        else:
            self._tell(self, told)


def reel_of(film_id: str, clip: Clip) -> Reel:
    """What an open clip is."""
    return Reel(
        film_id,
        take_in.times_of(clip),
        clip.size,
        clip.pixel_aspect,
        clip.warnings,
        frozenset(clip.damaged),
        clip.verified,
        clip.rotation,
        clip.mirrored,
    )


def shown_of(reel: Reel, picture: engine.Picture) -> Shown:
    """An engine's picture as the painter likes it best (RGB32), without copying it."""
    pixels = np.ascontiguousarray(picture.image)
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB32)
    return Shown(
        reel.film_id,
        picture.k,
        image,
        exact=picture.exact,
        damaged=picture.damaged or picture.k in reel.damaged,
        size=reel.size,
        pixels=pixels,
    )
