"""Chosen frames of a film on paper, two side by side, each with its sentence below."""

import io
from collections.abc import Sequence

from reportlab.lib.utils import ImageReader
from reportlab.platypus import TableStyle

from runclinic.documents.clinical import ChosenFrame
from runclinic.documents.paper import Sheet, Type
from runclinic.documents.pieces import NO_PADDING, Drawn, Grid

FRAME_HIGH, GAP = 150.0, 12.0


class _Frame(Drawn):
    """A frame, as large as its column and its height allow."""

    def __init__(self, picture: bytes, width: float) -> None:
        self._image = ImageReader(io.BytesIO(picture))
        wide, high = self._image.getSize()
        scale = min(width / wide, FRAME_HIGH / high)
        super().__init__(wide * scale, high * scale)

    def draw(self) -> None:
        self.canv.drawImage(self._image, 0, 0, self.width, self.height)
        self.canv.setLineWidth(0.6)
        self.canv.rect(0, 0, self.width, self.height)


def frames_grid(frames: Sequence[ChosenFrame], kind: Type, sheet: Sheet) -> Grid:
    """The pictures of at least one frame."""
    across = min(2, len(frames))
    width = (sheet.width - GAP * (across - 1)) / across
    cells = [[_Frame(each.picture, width), kind.par(each.words, kind.small)] for each in frames]
    cells += [[]] * (-len(cells) % across)
    rows = [cells[at : at + across] for at in range(0, len(cells), across)]
    grid = Grid(rows, colWidths=[width + GAP] * (across - 1) + [width])
    apart = ("RIGHTPADDING", (0, 0), (-2, -1), GAP)
    grid.setStyle(
        TableStyle([*NO_PADDING, *([apart] if across > 1 else []), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    )
    return grid
