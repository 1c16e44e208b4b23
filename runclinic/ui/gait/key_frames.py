"""Frames chosen for paper: the picture as it was drawn on, kept encrypted beside its film, and a sentence."""

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage

from runclinic.documents.gait_sheet import ChosenFrame
from runclinic.records import Store
from runclinic.refused import Refused
from runclinic.ui.gait.projector import Shown
from runclinic.ui.gait.sketch import Sketch, over
from runclinic.ui.open_visit import OpenVisit
from runclinic.visit import key_frames
from runclinic.visit.entry import Json
from runclinic.visit.key_frames import KeyFrame

WIDEST = 1280  # pixels: as sharp as half a page of paper can show
QUALITY = 85


def of_film(visit: OpenVisit, film_id: str) -> tuple[KeyFrame, ...]:
    """The chosen frames of a film."""
    return tuple(each for each in key_frames.recorded(visit.now()) if each.film_id == film_id)


def choose(visit: OpenVisit, film_id: str, shown: Shown | None, sketch: Sketch, words: str) -> KeyFrame:
    """Choose the frame on the screen. Refused until it is exact, or where its picture cannot be kept."""
    if shown is None or shown.image is None or not shown.exact:
        raise Refused("The exact picture of this frame is not there yet.", "Wait until it is sharp.")
    return keep(visit, film_id, shown.frame, over(shown.image, sketch), words)


def keep(visit: OpenVisit, film_id: str, frame: int, picture: QImage, words: str) -> KeyFrame:
    """Keep a picture made of a frame of this film. Refused where it cannot be kept."""
    chosen = KeyFrame(film_id, next_number(visit, film_id), frame, words[: key_frames.MOST_LETTERS])
    visit.store.films.keep_beside(film_id, chosen.picture, jpeg(picture))
    visit.record(chosen.key, chosen.value)
    return chosen


def next_number(visit: OpenVisit, film_id: str) -> int:
    """The number of the next frame that is chosen of a film: none is given twice."""
    start = KeyFrame(film_id, 0, 0).key.removesuffix("0")
    ever = (entry.key for entry in visit.store.visits.entries(visit.visit.id))
    numbers = [key.removeprefix(start) for key in ever if key.startswith(start)]
    return 1 + max((int(each) for each in numbers if each.isdecimal()), default=0)


def give_up(visit: OpenVisit, chosen: KeyFrame) -> None:
    """No longer chosen; its picture stays, so that it can be undone."""
    visit.record(chosen.key, None)


def pictures(store: Store, entries: dict[str, Json]) -> tuple[ChosenFrame, ...]:
    """The chosen frames of a visit for paper; one whose picture is gone is passed over."""
    found: list[ChosenFrame] = []
    for each in key_frames.recorded(entries):
        kept = store.films.beside(each.film_id, each.picture)
        if kept is not None:
            found.append(ChosenFrame(kept, each.words))
    return tuple(found)


def jpeg(image: QImage) -> bytes:
    """A picture as it is kept for paper."""
    if image.width() > WIDEST:
        image = image.scaledToWidth(WIDEST, Qt.TransformationMode.SmoothTransformation)
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(held, "JPEG", QUALITY)  # pyright: ignore[reportCallIssue, reportArgumentType]
    return bytes(held.data().data())
