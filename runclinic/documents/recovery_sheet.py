"""The recovery sheet: the one way back to the records when no password is known any more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Rect
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer, TableStyle

from runclinic.documents import lettering
from runclinic.documents.paper import INK, Sheet, Type, printed
from runclinic.documents.pieces import NO_PADDING, Drawn, Grid, bullets, framed, heading
from runclinic.words import Words

QR = 42 * mm
KEY_PT = 19.0
DO = ("safe", "apart", "nobody", "newer")
USE = ("open", "forgotten", "type", "other")


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """All that a sheet is printed from.

    `groups` are the nine groups of the key; `store` the short id of the records, `anchor` the head of
    the audit when the key was made.
    """

    clinic: str
    whose: str  # initials of the owner who made it
    by: str
    groups: Sequence[str]
    store: str
    day: date
    anchor: str


class _Code(Drawn):
    """The key as a QR code, black on white, with the quiet zone of four modules that readers ask for."""

    def __init__(self, text: str) -> None:
        super().__init__(QR, QR)
        self.text = text

    def draw(self) -> None:
        code = QrCodeWidget(self.text, barLevel="M", barBorder=4, barWidth=QR, barHeight=QR)
        self.canv.setFillColor(INK)
        for each in code.draw().contents:  # squares; ReportLab's own way asks for a font that is not embedded
            if isinstance(each, Rect) and each.fillColor is not None:
                self.canv.rect(each.x, each.y, each.width, each.height, stroke=0, fill=1)


def recovery_sheet(asked: RecoverySheet, *, paper: str = "a4", language: str = "en") -> bytes:
    """One page, whole, in memory; the same input gives the same bytes."""
    words = Words(language)
    sheet = Sheet(
        title=words.say("recovery_sheet.title"),
        subject=words.say("recovery_sheet.subject"),
        clinic=asked.clinic,
        whose=asked.whose,
        made_on=words.date(asked.day, "short"),
        reference=words.say("recovery_sheet.reference", store=asked.store),
        page_of=lambda n, total: words.say("plan.page", n=n, total=total),
        paper=paper,
        language=words.language,
        anchor=asked.anchor,
    )
    return printed(sheet, [*_story(asked, Type(sheet), sheet, words)])


def _story(asked: RecoverySheet, kind: Type, sheet: Sheet, words: Words) -> Iterable[Flowable]:
    say, par = words.say, kind.par
    yield par(asked.clinic, kind.bold)
    yield Spacer(1, 4 * mm)
    yield par(sheet.title, kind.title)
    yield Spacer(1, 2 * mm)
    yield par(say("recovery_sheet.what"))
    yield Spacer(1, 5 * mm)
    yield _key(asked, kind, sheet, words)
    yield Spacer(1, 4 * mm)
    yield _facts(asked, kind, sheet, words)
    yield from heading(say("recovery_sheet.do"), kind, sheet)
    yield from bullets([say(f"recovery_sheet.do_{name}") for name in DO], kind)
    yield from heading(say("recovery_sheet.use"), kind, sheet)
    hanging = kind.body.clone("step", leftIndent=kind.body.fontSize * 1.5)
    for number, name in enumerate(USE, 1):
        yield Paragraph(
            lettering.spelled(say(f"recovery_sheet.use_{name}")), hanging, bulletText=f"{number}."
        )
    yield Spacer(1, 7 * mm)
    lines = [par(say("recovery_sheet.place")), Spacer(1, 3 * mm), par(say("recovery_sheet.given"))]
    yield framed(lines, sheet.width)


def _key(asked: RecoverySheet, kind: Type, sheet: Sheet, words: Words) -> Flowable:
    """Three lines of three groups, each with its number, and the code beside them."""
    big = kind.bold.clone("key", fontSize=KEY_PT, leading=KEY_PT * 1.25)
    number = kind.caption.clone("number", textColor=INK)
    cells = [
        [kind.par(str(at + 1), number), kind.par(asked.groups[at], big)] for at in range(len(asked.groups))
    ]
    lines = [[cell for group in cells[at : at + 3] for cell in group] for at in range(0, len(cells), 3)]
    inner = sheet.width - QR - 24
    groups = Grid(lines, colWidths=[inner * 0.06, inner * 0.273] * 3)
    groups.setStyle(
        TableStyle(
            [
                *NO_PADDING,
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("TOPPADDING", (0, 0), (-1, -1), 4),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
            ]
        )
    )
    beside = [kind.par(words.say("recovery_sheet.key"), kind.bold), Spacer(1, 3 * mm), groups]
    box = Grid([[beside, _Code("-".join(asked.groups))]], colWidths=[sheet.width - QR - 12, QR + 12])
    box.setStyle(
        TableStyle(
            [
                ("BOX", (0, 0), (-1, -1), 1.4, INK),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (0, 0), 10),
                ("LEFTPADDING", (1, 0), (1, 0), 4),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
                ("TOPPADDING", (0, 0), (-1, -1), 6),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
            ]
        )
    )
    return box


def _facts(asked: RecoverySheet, kind: Type, sheet: Sheet, words: Words) -> Flowable:
    say = words.say
    rows = [
        (say("recovery_sheet.store"), asked.store),
        (say("recovery_sheet.made"), say("recovery_sheet.made_by", day=words.date(asked.day), by=asked.by)),
        (say("recovery_sheet.anchor"), asked.anchor),
    ]
    table = Grid(
        [[kind.par(name, kind.small), kind.par(value, kind.small)] for name, value in rows],
        colWidths=[sheet.width * 0.3, sheet.width * 0.7],
    )
    table.setStyle(
        TableStyle([*NO_PADDING, ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)])
    )
    return table
