"""A pair of pictures kept for paper: one beside the other, each under its name."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from runclinic.refused import Refused
from runclinic.ui.gait import key_frames
from runclinic.ui.gait.compare.half import Half
from runclinic.ui.open_visit import OpenVisit
from runclinic.visit.key_frames import KeyFrame

HIGH, BETWEEN, HEAD = 640, 8, 44
LETTERS = 22  # pixels


def keep_pair(visit: OpenVisit, halves: Sequence[Half], words: str) -> KeyFrame:
    """Keep both with the film of this visit. Refused until both are exact, or if neither is of this visit."""
    here = next((half for half in reversed(halves) if half.film is not None and half.film.here), None)
    if here is None or here.film is None:
        raise Refused("Neither film is of this visit.", "Choose one of today's films as A or B.")
    painted = [half.painted(HIGH) for half in halves]
    names = [f"{half.letter}  {half.film.words if half.film else ''}" for half in halves]
    images = [image for image in painted if image is not None]
    if len(images) < len(halves):
        raise Refused("The exact pictures are not there yet.", "Wait until both are sharp.")
    return key_frames.keep(visit, here.film.id, here.target, pair(images, names), words)


def pair(images: Sequence[QImage], names: Sequence[str]) -> QImage:
    """Pictures of one height in a row, white between and above them, each name over its own."""
    wide = sum(image.width() for image in images) + BETWEEN * (len(images) - 1)
    made = QImage(wide, HIGH + HEAD, QImage.Format.Format_RGB32)
    made.fill(QColor("white"))
    painter = QPainter(made)
    font = painter.font()
    font.setPixelSize(LETTERS)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor("black"))
    x = 0
    for image, name in zip(images, names, strict=True):
        painter.drawImage(x, HEAD, image)
        place = QRectF(x, 0, image.width(), HEAD)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        x += image.width() + BETWEEN
    painter.end()
    return made
