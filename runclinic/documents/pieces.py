"""What the pages are built of: headings, signs, tick boxes, the steps, the week, a framed box."""

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from runclinic.documents import lettering
from runclinic.documents.paper import GREY, INK, PALE, PAPER, Sheet, Type, bookmark

NO_PADDING = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]
TICK = 5 * mm


class Grid(Table):
    """A table whose empty cells do not ask for the unembedded font that ReportLab starts with."""

    def __init__(self, *rows: object, **options: object) -> None:
        super().__init__(*rows, **options)  # type: ignore[arg-type]
        self.setStyle(TableStyle([("FONTNAME", (0, 0), (-1, -1), lettering.BODY)]))


class Drawn(Flowable):
    """A small drawing of fixed size, in points."""

    def __init__(self, wide: float, high: float) -> None:
        super().__init__()
        self.width, self.height = wide, high

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        return self.width, self.height


class TickBox(Drawn):
    """A box of 5 mm to tick with a pen."""

    def __init__(self) -> None:
        super().__init__(TICK, TICK)

    def draw(self) -> None:
        self.canv.setLineWidth(0.9)
        self.canv.roundRect(0, 0, TICK, TICK, 1.2)


class Ticks(Drawn):
    """Tick boxes side by side."""

    def __init__(self, count: int) -> None:
        super().__init__(count * (TICK + 1.8) - 1.8, TICK)
        self.count = count

    def draw(self) -> None:
        self.canv.setLineWidth(0.9)
        for at in range(self.count):
            self.canv.roundRect(at * (TICK + 1.8), 0, TICK, TICK, 1.2)


class Sign(Drawn):
    """The traffic light as shapes that survive a photocopier: circle, triangle, octagon."""

    def __init__(self, colour: str, size: float = 13 * mm) -> None:
        super().__init__(size, size)
        self.colour = colour

    def draw(self) -> None:
        canvas, r = self.canv, self.width / 2
        canvas.saveState()
        canvas.translate(r, r)
        canvas.setLineWidth(r * 0.13)
        canvas.setLineJoin(1)
        canvas.setLineCap(1)
        {"green": _circle, "amber": _triangle, "red": _octagon}[self.colour](canvas, r * 0.86)
        canvas.restoreState()


def _circle(canvas: Canvas, r: float) -> None:
    canvas.circle(0, 0, r)
    canvas.setLineWidth(r * 0.2)
    _path(canvas, [(-0.45 * r, 0.02 * r), (-0.12 * r, -0.32 * r), (0.48 * r, 0.34 * r)])


def _triangle(canvas: Canvas, r: float) -> None:
    canvas.setFillColor(PALE)
    _path(canvas, [(0, r), (r * 0.95, -0.72 * r), (-r * 0.95, -0.72 * r)], close=True, fill=True)
    canvas.setLineWidth(r * 0.2)
    _path(canvas, [(0, 0.38 * r), (0, -0.1 * r)])
    canvas.setFillColor(INK)
    canvas.circle(0, -0.42 * r, r * 0.1, stroke=0, fill=1)


def _octagon(canvas: Canvas, r: float) -> None:
    a, b = r, r * 0.414
    canvas.setFillColor(INK)
    corners = [(b, a), (a, b), (a, -b), (b, -a), (-b, -a), (-a, -b), (-a, b), (-b, a)]
    _path(canvas, corners, close=True, fill=True)
    canvas.setFillColor(PAPER)
    canvas.rect(-0.55 * r, -0.16 * r, 1.1 * r, 0.32 * r, stroke=0, fill=1)


def _path(
    canvas: Canvas, points: Sequence[tuple[float, float]], *, close: bool = False, fill: bool = False
) -> None:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if close:
        path.close()
    canvas.drawPath(path, stroke=1, fill=int(fill))


def heading(text: str, kind: Type, sheet: Sheet, *, beside: str = "", bold: bool = False) -> list[Flowable]:
    """A part of the document: bookmark, words, rule; `beside` stands at the right."""
    small = (kind.bold if bold else kind.small).clone("beside", alignment=2, fontSize=kind.small.fontSize)
    words = [kind.par(text, kind.heading), kind.par(beside, small) if beside else ""]
    wide = stringWidth(text, kind.heading.fontName, kind.heading.fontSize) + 12
    head = Grid([words], colWidths=[min(wide, sheet.width / 2) if beside else sheet.width, None])
    style = [("LINEBELOW", (0, 0), (-1, 0), 0.9, INK), *NO_PADDING, ("VALIGN", (0, 0), (-1, -1), "BOTTOM")]
    head.setStyle(
        TableStyle([*style, ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)])
    )
    return [Spacer(1, 7), bookmark(text), head, Spacer(1, 2)]


def together(*parts: Flowable | Sequence[Flowable]) -> KeepTogether:
    """Never split across two pages; what is kept together within it counts as a part of it."""
    flat: list[Flowable] = []
    for part in parts:
        for each in [part] if isinstance(part, Flowable) else part:
            held: list[Flowable] = getattr(each, "_content", []) if isinstance(each, KeepTogether) else [each]
            flat.extend(held)
    return KeepTogether(flat)


def bullets(lines: Sequence[str], kind: Type) -> list[Flowable]:
    """One short line each, behind a dot."""
    hanging = kind.body.clone("bullet", leftIndent=kind.body.fontSize, bulletFontName=kind.body.fontName)
    return [Paragraph(lettering.spelled(line), hanging, bulletText="\u2022") for line in lines]


def steps_band(names: Sequence[str], now: int, kind: Type, sheet: Sheet) -> Grid:
    """The four steps side by side; the one she is on (from 1) is black."""
    plain = kind.small.clone("step", alignment=1)
    black = kind.bold.clone("now", textColor=PAPER, alignment=1, fontSize=kind.small.fontSize)
    cells = [
        kind.par(f"{number}. {name}", black if number == now else plain)
        for number, name in enumerate(names, 1)
    ]
    band = Grid([cells], colWidths=[sheet.width / len(names)] * len(names))
    style = [
        ("BOX", (0, 0), (-1, -1), 1, INK),
        ("INNERGRID", (0, 0), (-1, -1), 0.8, INK),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
    if 1 <= now <= len(names):
        style.append(("BACKGROUND", (now - 1, 0), (now - 1, 0), INK))
    band.setStyle(TableStyle(style))
    return band


def framed(inside: Sequence[Flowable], width: float, edge: float = 0.9) -> Grid:
    """A box round some paragraphs; `edge` is the width of its line in points."""
    box = Grid([[list(inside)]], colWidths=[width])
    pad = 7
    box.setStyle(
        TableStyle(
            [
                ("BOX", (0, 0), (-1, -1), edge, INK),
                ("LEFTPADDING", (0, 0), (-1, -1), pad),
                ("RIGHTPADDING", (0, 0), (-1, -1), pad),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return box


def columns(cells: Sequence[Flowable | Sequence[Flowable]], sheet: Sheet, gap: float = 10) -> Grid:
    """Equal columns side by side, tops level."""
    wide = (sheet.width - gap * (len(cells) - 1)) / len(cells)
    row: list[object] = []
    widths: list[float] = []
    for number, cell in enumerate(cells):
        if number:
            row.append("")
            widths.append(gap)
        row.append(cell if isinstance(cell, Flowable) else list(cell))
        widths.append(wide)
    table = Grid([row], colWidths=widths)
    pads = [("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]
    table.setStyle(TableStyle([*NO_PADDING, *pads, ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


def ruled(
    rows: Sequence[Sequence[object]], widths: Sequence[float], *, head: bool = False, side: float = 3
) -> Grid:
    """A table with a thin grey line below each row."""
    table = Grid([list(row) for row in rows], colWidths=list(widths), repeatRows=int(head))
    style = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, GREY),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), side),
        ("RIGHTPADDING", (0, 0), (-1, -1), side),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    if head:
        style.append(("LINEBELOW", (0, 0), (-1, 0), 0.9, INK))
    table.setStyle(TableStyle(style))
    return table
