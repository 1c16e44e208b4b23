"""Gait work for other programs and from them: what is written of a film, what a file of Kinovea becomes."""

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage

from runclinic import film_analysis
from runclinic.exports import kva_reading, plain_xml
from runclinic.exports.kva import Picture, Taken
from runclinic.film_analysis import FilmAnalysis
from runclinic.gait.analyse import Analysis
from runclinic.gait.filming import ClipFacts, Filming, FloatArray
from runclinic.records.films import Films
from runclinic.refused import Refused
from runclinic.ui.gait.finding import POINTS, opened_film
from runclinic.ui.gait.key_frames import jpeg
from runclinic.ui.gait.sketch_paint import closer, drawn_on, value_words
from runclinic.video import landmark_files, overlay, pose_store
from runclinic.video.picture import Bgr
from runclinic.visit.drawings import Drawing
from runclinic.visit.stride import Mark

NO_POINTS = ("There are no body points of this film yet.", "Let the program find the contacts first.")
MOST_CHOSEN = 60  # key frames of one file: more than any gait sheet holds


@dataclass(frozen=True, slots=True)
class Hand:
    """What a hand drew on a film: shown on its frame, a known length on every one."""

    drawings: tuple[Drawing, ...]
    size: tuple[int, int]
    pixel_aspect: float = 1.0

    def on(self, frame: int) -> list[tuple[Drawing, str]]:
        """The drawings of a frame, each with its value in words."""
        scale = next((each for each in reversed(self.drawings) if each.tool == "scale"), None)
        here = (each for each in self.drawings if each.shows_on(frame))
        size = (float(self.size[0]), float(self.size[1]))
        return [(each, value_words(each, size, self.pixel_aspect, scale)) for each in here]

    def over(self, picture: Bgr, frame: int) -> QImage:
        """A frame with its drawings: a picture of its own."""
        height, width = picture.shape[:2]
        plain = np.ascontiguousarray(picture)
        image = QImage(plain.data, width, height, 3 * width, QImage.Format.Format_BGR888)
        return drawn_on(image, self.on(frame), closer(image))

    def painted(self, picture: Bgr, frame: int) -> Bgr:
        """The same as numbers, uint8[h, w, 3], blue first; untouched where nothing is drawn."""
        if not self.on(frame):
            return picture
        height, width = picture.shape[:2]
        image = self.over(picture, frame).convertToFormat(QImage.Format.Format_BGR888)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
        return rows[:, : 3 * width].reshape(height, width, 3).copy()


# ---- out ----


def film_with(
    films: Films, film_id: str, out: Path, drawing: overlay.Drawing, frames: range
) -> Generator[float, None, Path]:
    """Long work: the film with all that is drawn, as MP4; yields progress, closing it leaves nothing."""
    yield 0.0
    with opened_film(films, film_id) as clip:
        yield from overlay.write(clip, out, drawing, frames)
    return out


def over_the_film(analysis: Analysis | None, by_points: FilmAnalysis | None, hand: Hand) -> overlay.Drawing:
    """Skeleton and angles where there are body points, contacts where there are marks, and the hand's own."""
    if by_points is not None:
        found = by_points.drawing()
    elif analysis is not None:
        found = film_analysis.marked(analysis)
    else:
        found = overlay.Drawing()
    return overlay.Drawing(
        found.track, found.marks, found.angles, found.contacts, "", found.times_s, hand.painted
    )


def points_to(
    films: Films, film_id: str, out: Path, facts: ClipFacts, filming: Filming, metres_a_pixel: float | None
) -> Generator[float, None, Path]:
    """Long work: the body points that were found, as TRC. Refused while there are none."""
    yield 0.0
    kept = films.beside(film_id, POINTS)
    progress = None if kept is None else pose_store.from_bytes(kept)
    if progress is None or not progress.finished:
        raise Refused(
            "There are no body points of this film yet.", "Let the program find the contacts first."
        )
    track = film_analysis.points_of(facts, filming, progress.pose())
    yield 0.5
    landmark_files.put(out, landmark_files.as_trc(track, out.name, metres_a_pixel))
    return out


def metres_a_pixel(scale: Drawing | None, pixel_aspect: float) -> float | None:
    """By the known length that stands on the film; None without one, and where pixels are not square."""
    if scale is None or scale.known_cm <= 0 or pixel_aspect != 1:
        return None
    (x, y), (right, low) = scale.points
    long = float(np.hypot(right - x, low - y))
    return scale.known_cm / 100 / long if long >= 1 else None


# ---- in ----


@dataclass(frozen=True, slots=True, eq=False)
class Arrived:
    """What a file holds of a film, and by frame the pictures (JPEG) of its key frames with their drawings."""

    film_id: str
    taken: Taken
    pictures: Mapping[int, bytes]


def reading(
    films: Films, film_id: str, path: Path, times_s: FloatArray, standing: tuple[Drawing, ...]
) -> Generator[float, None, Arrived]:
    """Long work: a file of Kinovea read for a film. Refused, in words, for one that is of no use here."""
    yield 0.0
    content = _content(path)
    with opened_film(films, film_id) as clip:
        refuse_lying(turned=clip.rotation, mirrored=clip.mirrored)
        picture = Picture(clip.size, times_s, clip.pixel_aspect, clip.rotation, clip.mirrored)
        taken = kva_reading.read(content, picture)
        hand = Hand((*standing, *taken.work.drawings), clip.size, clip.pixel_aspect)
        chosen = taken.work.chosen[:MOST_CHOSEN]
        pictures: dict[int, bytes] = {}
        for done, (frame, _) in enumerate(chosen, 1):
            pictures[frame] = jpeg(hand.over(clip.frame(frame), frame))
            yield done / len(chosen)
    return Arrived(film_id, taken, pictures)


def refuse_lying(*, turned: int, mirrored: bool) -> None:
    """Refused where it is not known how Kinovea lays a picture that is to be turned and mirrored."""
    if turned and mirrored:
        raise Refused(
            "The file of this film asks to be turned and mirrored, and Kinovea lays it otherwise.",
            "Save the film upright with another program, and take that in.",
        )


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(plain_xml.MOST_BYTES + 1)
    except OSError as error:
        raise Refused(f"“{path.name}” cannot be read.", "Is it still there?") from error


def news(arrived: Iterable[Drawing], standing: Iterable[Drawing]) -> list[Drawing]:
    """Those that are not drawn already, so that a file can be taken in twice."""

    def what(each: Drawing) -> tuple[object, ...]:
        return each.tool, each.frame, each.points, each.known_cm, each.words

    there = {what(each) for each in standing}
    return [each for each in arrived if what(each) not in there]


@dataclass(frozen=True, slots=True)
class Marked:
    """Marks to be recorded: those that are new, those that set one right that was found; how many stand."""

    new: tuple[Mark, ...] = ()
    instead: tuple[tuple[Mark, Mark], ...] = ()  # the one that stands, and what it becomes
    stand: int = 0


def marked(arrived: Iterable[Mark], standing: Iterable[Mark], times_s: FloatArray, within_s: float) -> Marked:
    """Within `within_s` of one of the same foot and kind a mark means the same contact.

    Of the two, what a hand set stays, and what was found gives way.
    """
    left = list(standing)
    new: list[Mark] = []
    instead: list[tuple[Mark, Mark]] = []
    stand = 0
    for mark in arrived:
        like = [each for each in left if (each.side, each.kind) == (mark.side, mark.kind)]
        near = min(like, key=lambda each: abs(times_s[each.frame] - times_s[mark.frame]), default=None)
        if near is None or abs(times_s[near.frame] - times_s[mark.frame]) > within_s:
            new.append(mark)
            continue
        left.remove(near)
        if near.by_hand or (near.frame, near.source) == (mark.frame, mark.source):
            stand += 1
        else:
            instead.append((near, mark))
    return Marked(tuple(new), tuple(instead), stand)
