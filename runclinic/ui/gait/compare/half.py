"""One of the two films: its pictures, its body points, and the frame that it is to show."""

import threading
from collections.abc import Generator, Mapping

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QImage, QPainter

from runclinic.gait.aligned import landings
from runclinic.gait.contacts import SIDES, Side
from runclinic.records import Store
from runclinic.refused import Refused
from runclinic.ui.gait.compare.films import Comparable, Taken, taken
from runclinic.ui.gait.copies import SteppingFilms
from runclinic.ui.gait.picture import Picture
from runclinic.ui.gait.projector import Projector, Reel, Shown
from runclinic.ui.gait.skeleton import Skeleton
from runclinic.ui.job import Job
from runclinic.ui.say import say
from runclinic.visit import points_by_hand
from runclinic.visit.client import Client


class Half(QObject):
    """`ready`: the film is open and measured, or it is known that it cannot be (`why_not`).

    `arrived`: a picture of the frame that was wanted is on the screen. `letter` is "A" or "B".
    Nothing here records anything: earlier visits are only looked at.
    """

    ready = Signal()
    arrived = Signal()

    def __init__(self, letter: str, store: Store, client: Client, budget_bytes: int) -> None:
        super().__init__()
        self.letter = letter
        self.why_not = ""
        self._store, self._client = store, client
        self.film: Comparable | None = None
        self.taken: Taken | None = None
        self.reel: Reel | None = None
        self.shown: Shown | None = None
        self.target = 0
        self.picture = Picture()
        self.picture.setAccessibleName(say("gait.compare_picture", letter=letter))
        self.skeleton = Skeleton()
        self.picture.skeleton = self.skeleton
        self.skeleton.changed.connect(self.picture.update)
        self.skeleton.fixed = True
        films = SteppingFilms(store.films)
        self._projector = Projector(films.as_films(), budget_bytes)
        self._projector.opened.connect(self._opened)
        self._projector.shown.connect(self._shown)
        self._projector.failed.connect(self._failed)
        self._projector.verified.connect(self._verified)
        self._job: Job | None = None

    @property
    def is_ready(self) -> bool:
        """Whether it can be aligned and stepped, or never will be."""
        return self.taken is not None and (self.reel is not None or bool(self.why_not))

    @property
    def settled(self) -> bool:
        """Whether the exact picture of the wanted frame is shown."""
        return (
            not self.why_not
            and self.shown is not None
            and self.shown.frame == self.target
            and self.shown.exact
        )

    def landings(self, foot: Side) -> tuple[int, ...]:
        """The frames of initial contact of a foot."""
        return () if self.taken is None else landings(self.taken.analysis, foot)

    def contacts(self) -> list[int]:
        """The frames of initial contact of both feet, in order."""
        return sorted(frame for foot in SIDES for frame in self.landings(foot))

    def open(self, film: Comparable, frame: int = 0) -> None:
        """Another film."""
        self.film, self.taken, self.reel, self.shown, self.target = film, None, None, None, frame
        self.why_not = ""
        self.picture.clear()
        self.picture.wait(say("gait.opening", name=film.words))
        self.skeleton.put(None, "left", ())
        self.picture.offer_skeleton(self.skeleton)
        self._projector.open(film.id, frame)
        job = Job(say("gait.compare_measuring"), lambda: self._measuring(film))
        job.done.connect(lambda found: job is self._job and self._measured(found))
        job.failed.connect(lambda error: job is self._job and self._not_measured(film, error))
        self._stop_measuring()
        self._job = job
        job.start()

    def _measuring(self, film: Comparable) -> Generator[float, None, Taken]:
        yield 0.0
        return taken(self._store, self._client, film)

    def _stop_measuring(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def want(self, frame: int) -> None:
        """Show this frame."""
        if self.film is None or self.reel is None:
            return
        frame = min(max(frame, 0), len(self.reel.times) - 1)
        if frame != self.target or not self.settled:
            self.target = frame
            self._projector.show(self.film.id, frame)

    def close(self, *, wait: bool) -> None:
        """The film is let go of; `wait` until a picture that is being decoded is there."""
        self.film = None
        self._stop_measuring()
        if wait:
            self._projector.close()
            return
        threading.Thread(target=self._projector.close, name="film closing", daemon=True).start()

    def painted(self, high: int) -> QImage | None:
        """The frame with its body points, so many pixels high; None until it is exact."""
        shown = self.shown
        if not self.settled or shown is None or shown.image is None or self.reel is None:
            return None
        wide = round(high * shown.size[0] * self.reel.pixel_aspect / shown.size[1])
        image = shown.image.scaled(
            wide, high, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        across, down = wide / shown.size[0], high / shown.size[1]
        painter = QPainter(image)
        self.skeleton.paint(
            painter, lambda place: QPointF((place.x() + 0.5) * across, (place.y() + 0.5) * down)
        )
        painter.end()
        return image

    # -- what is told

    def _opened(self, reel: Reel) -> None:
        if self.film is not None and reel.film_id == self.film.id:
            self.reel = reel
            self._perhaps_ready()

    def _shown(self, shown: Shown) -> None:
        if self.film is None or shown.film_id != self.film.id or shown.frame != self.target:
            return
        if self.settled and not shown.exact:
            return
        self.shown = shown
        aspect = self.reel.pixel_aspect if self.reel is not None else 1.0
        self.picture.put(shown, f"{self.letter}  {self.film.words}", aspect)
        self.arrived.emit()

    def _measured(self, found: Taken) -> None:
        self._job, self.taken = None, found
        done = found.points
        track = None if done is None or done.put_right is None or done.put_right.in_metres else done.put_right
        near = "right" if found.film.view == "side_right" else "left"
        self.skeleton.put(track, near, points_by_hand.recorded(found.film.entries, found.film.id))
        self.picture.offer_skeleton(self.skeleton)
        self._perhaps_ready()

    def _verified(self, reel: Reel, moved: Mapping[int, int | None]) -> None:
        """Every frame was decoded once. Where that numbers them anew the marks are no longer at theirs."""
        if self.film is None or reel.film_id != self.film.id:
            return
        self.reel = reel
        if moved:
            self._fail(say("gait.compare_numbered_anew"))

    def _perhaps_ready(self) -> None:
        if self.is_ready:
            self.ready.emit()

    def _failed(self, film_id: str, why: Refused) -> None:
        if self.film is not None and film_id == self.film.id:
            self._fail(str(why))

    def _not_measured(self, film: Comparable, error: Exception) -> None:
        self._job = None
        if not isinstance(error, Refused):
            raise error
        self.taken = Taken(film, why_not=str(error))
        self._fail(str(error))

    def _fail(self, why: str) -> None:
        """Said over the picture; the other film goes on without it."""
        if self.film is None:
            return
        self._stop_measuring()
        self.why_not, self.reel = why, None
        self.taken = Taken(self.film, why_not=why)
        self.skeleton.put(None, "left", ())
        self.picture.wait(why)
        self.ready.emit()
