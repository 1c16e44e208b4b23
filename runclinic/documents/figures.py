"""Drawings of the pen on paper: as vector, wherever a page wants them; and one sheet of every exercise."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Spacer

from runclinic.documents import lettering
from runclinic.documents.paper import Sheet, Type, printed
from runclinic.documents.pieces import NO_PADDING, Drawn, Grid, together
from runclinic.plan.exercise import Exercise, exercises
from runclinic.plan.figures.card import figure
from runclinic.plan.figures.pen import PAPER_INKS, Area, Drawing, Ink, Letters, Line, Point

HUNDREDTHS = 100  # path points are whole hundredths of a millimetre


class Picture(Drawn):
    """A drawing as a piece of a page, `wide` points across."""

    def __init__(self, drawing: Drawing, wide: float) -> None:
        super().__init__(wide, wide * drawing.height_mm / drawing.width_mm)
        self.drawing = drawing

    def draw(self) -> None:
        paint(self.canv, self.drawing, self.width)


def paint(canvas: Canvas, drawing: Drawing, wide: float, at: Point = (0.0, 0.0)) -> None:
    """The drawing with its lower left corner at `at`, `wide` points across."""
    scale = wide / drawing.width_mm
    canvas.saveState()
    canvas.translate(*at)
    canvas.scale(scale / HUNDREDTHS, scale / HUNDREDTHS)
    code: list[str] = canvas._code  # pyright: ignore[reportAttributeAccessIssue]  # noqa: SLF001
    code.append(_operators(drawing))
    for shape in drawing.shapes:
        if isinstance(shape, Letters):
            _write(canvas, shape)
    canvas.restoreState()


def _write(canvas: Canvas, shape: Letters) -> None:
    font = lettering.BOLD if shape.bold else lettering.BODY
    canvas.setFillColor(HexColor(PAPER_INKS[shape.ink]))
    canvas.setFont(font, shape.height_mm * HUNDREDTHS)
    wide = canvas.stringWidth(shape.text, font, shape.height_mm * HUNDREDTHS)
    x, y = (each * HUNDREDTHS for each in shape.at)
    canvas.drawString(x - shape.anchor * wide, y, shape.text)


@lru_cache(maxsize=256)
def _operators(drawing: Drawing) -> str:
    """The page description of all areas and lines: round ends and joints, each path written once."""
    lines = ["1 j 1 J"]
    for shape in drawing.shapes:
        if isinstance(shape, Area):
            lines += _area(shape)
        elif isinstance(shape, Line):
            lines += _line(shape)
    return "\n".join(lines)


def _area(shape: Area) -> Iterable[str]:
    path = "\n".join(f"{_path(each)} h" for each in shape.polygons)
    if shape.halo_mm:
        yield _stroke("paper", 2 * (shape.edge_mm + shape.halo_mm), path)
    if shape.edge:
        yield _stroke(shape.edge, 2 * shape.edge_mm, path)
    if shape.fill:
        yield f"{_colour(shape.fill)} rg\n{path} f"


def _line(shape: Line) -> Iterable[str]:
    path = _path(shape.points)
    if shape.halo_mm:
        yield _stroke("paper", shape.width_mm + 2 * shape.halo_mm, path)
    dash = round(shape.dash_mm * HUNDREDTHS)
    stroke = _stroke(shape.ink, shape.width_mm, path)
    yield f"[{dash} {dash}] 0 d 0 J\n{stroke}\n[] 0 d 1 J" if dash else stroke


def _stroke(ink: Ink, width_mm: float, path: str) -> str:
    return f"{_colour(ink)} RG {width_mm * HUNDREDTHS:.0f} w\n{path} S"


def _path(points: Sequence[Point]) -> str:
    (x, y), *rest = points
    start = f"{x * HUNDREDTHS:.0f} {y * HUNDREDTHS:.0f} m "
    return start + " ".join(f"{x * HUNDREDTHS:.0f} {y * HUNDREDTHS:.0f} l" for x, y in rest)


def _colour(ink: Ink) -> str:
    colour = HexColor(PAPER_INKS[ink])
    return f"{colour.red:.3g} {colour.green:.3g} {colour.blue:.3g}"


# -- the sheet of all cards


def contact_sheet(library: Mapping[str, Exercise], *, across: int = 3, words: bool = True) -> bytes:
    """Every card of the library on as many pages as they need; the same cards give the same bytes."""
    sheet = Sheet(
        title="Exercise figures",
        subject="Every figure of the exercise library",
        clinic="RunClinic",
        whose="",
        made_on="",
        reference=f"{len(library)}",
        page_of=lambda n, total: f"{n} / {total}",
    )
    kind = Type(sheet)
    cards = [_card(each, kind, sheet.width / across, words=words) for each in library.values()]
    rows = [cards[start : start + across] for start in range(0, len(cards), across)]
    story: list[Flowable] = []
    for row in rows:
        cells: list[object] = [*row, *[""] * (across - len(row))]
        table = Grid([cells], colWidths=[sheet.width / across] * across)
        table.setStyle(NO_PADDING)
        story.append(together(table))
    return printed(sheet, story)


def _card(its: Exercise, kind: Type, wide: float, *, words: bool) -> list[Flowable]:
    name: list[Flowable] = [kind.par(f"{its.id} {its.name}", kind.caption)] if words else []
    return [*name, Picture(figure(its), min(wide - 2 * mm, 52 * mm)), Spacer(1, 4)]


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(contact_sheet(exercises()))
