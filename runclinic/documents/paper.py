"""Page sizes, type, header and footer, large print: what every document shares."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph
from reportlab.platypus.doctemplate import LayoutError

from runclinic.documents import lettering
from runclinic.documents.right_to_left import Piece, paragraph
from runclinic.refused import Refused

# Streams as they are. ReportLab's own choice, letters for the mail of 1990, took most of the time of a report
# with pictures, and a quarter more room.
rl_config.useA85 = 0
SIZES = {"a4": A4, "letter": LETTER}
MARGIN, TOP, BOTTOM = 18 * mm, 15 * mm, 18 * mm
LEADING = 1.35  # of the size of type
CLOSER, SPARSE = (1.27, 1.2), 0.3  # where less than this part of a last page would be used
GREY, PALE = HexColor("#666666"), HexColor("#E6E6E6")
INK, PAPER = black, white
FOOT_PT, APART = 9.0, 10.0  # type of the footer, and what lies between its three parts


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on every page, and how it is set.

    `paper` "a4" or "letter"; `large` sets the body in 16 pt instead of 11 pt; `reference` is the
    document's number; `language` a BCP 47 tag; `anchor` the end of the audit ("seq:16 hex"), by which it
    can be proven later that nothing was cut off; `mark` what must be known on every page.
    """

    title: str
    subject: str
    clinic: str
    whose: str  # her initials
    made_on: str  # the date as printed
    reference: str
    page_of: Callable[[int, int], str]
    paper: str = "a4"
    large: bool = False
    language: str = "en"
    anchor: str = ""
    mark: str = ""

    def __post_init__(self) -> None:
        if self.paper not in SIZES:
            raise Refused(f"There is no paper size '{self.paper}'.", "Choose a4 or letter.")

    @property
    def body_pt(self) -> float:
        return 16.0 if self.large else 11.0

    @property
    def width(self) -> float:
        """Of the text, in points."""
        return SIZES[self.paper][0] - 2 * MARGIN


class Type:
    """The styles of one document, all from the size of its body text; `share` of it where room is short."""

    def __init__(self, sheet: Sheet, share: float = 1.0, leading: float = LEADING) -> None:
        lettering.fonts()
        body = sheet.body_pt * share
        self.body = _style("body", body, leading=leading)
        self.bold = _style("bold", body, font=lettering.BOLD, leading=leading)
        self.small = _style("small", body * 10 / 11, leading=leading)
        self.caption = _style("caption", body * 9 / 11, color=GREY, leading=leading)
        self.right = _style("right", body, align=TA_RIGHT, leading=leading)
        self.right_bold = _style("right-bold", body, font=lettering.BOLD, align=TA_RIGHT, leading=leading)
        self.title = _style("title", 22.0 if not sheet.large else 28.0, font=lettering.BOLD, leading=1.15)
        self.heading = _style("heading", 14.0 if not sheet.large else 20.0, font=lettering.BOLD, leading=1.2)
        self.strong = _style("strong", body * 13 / 11, font=lettering.BOLD, leading=1.2)

    def par(self, text: str, style: ParagraphStyle | None = None) -> Paragraph:
        """A paragraph of plain text; nothing in it is taken for markup."""
        return paragraph([Piece(text)], style or self.body)

    def lead(self, first: str, rest: str, style: ParagraphStyle | None = None) -> Paragraph:
        """A paragraph whose first words are bold."""
        return paragraph([Piece(first, "<b>", "</b>", bold=True), Piece(rest)], style or self.body)


def _style(
    name: str,
    size: float,
    *,
    font: str = lettering.BODY,
    leading: float = LEADING,
    align: Literal[0, 1, 2, 4] = 0,
    color: Color = INK,
) -> ParagraphStyle:
    return ParagraphStyle(
        name,
        fontName=font,
        bulletFontName=font,
        fontSize=size,
        leading=size * leading,
        alignment=align,
        textColor=color,
        splitLongWords=1,
    )


class _Numbered(Canvas):
    """Holds the pages back until their number is known, then writes `page x of y`."""

    foot: Callable[["_Numbered", int, int], None]

    def __init__(self, *args: object, **options: object) -> None:
        options["initialFontName"] = lettering.BODY  # else every page asks for an unembedded Helvetica
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._held: list[dict[str, object]] = []

    def showPage(self) -> None:
        self._held.append(dict(self.__dict__))
        self._startPage()  # pyright: ignore[reportAttributeAccessIssue]

    def save(self) -> None:
        for number, page in enumerate(self._held, 1):
            self.__dict__.update(page)
            self.foot(self, number, len(self._held))
            super().showPage()
        super().save()


def _foot(sheet: Sheet) -> Callable[[Canvas, int, int], None]:
    def draw(canvas: Canvas, number: int, count: int) -> None:
        left, right, y = MARGIN, SIZES[sheet.paper][0] - MARGIN, 11 * mm
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.6)
        canvas.line(left, y + 10, right, y + 10)
        whose, page = f"{sheet.whose} · {sheet.made_on}", sheet.page_of(number, count)
        _write(canvas, whose, left, y)
        _write(canvas, page, right - _wide(page), y)
        _centre(canvas, sheet, (left + _wide(whose) + APART, right - _wide(page) - APART), y)
        if sheet.mark:
            canvas.setFont(lettering.BOLD, 7.5)
            canvas.drawString(left, y - 12, sheet.mark)
        if sheet.anchor:
            canvas.setFont(lettering.BODY, 6.5)
            canvas.setFillColor(GREY)
            canvas.drawRightString(right, y - 11, sheet.anchor)
            canvas.setFillColor(INK)

    return draw


def _centre(canvas: Canvas, sheet: Sheet, room: tuple[float, float], y: float) -> None:
    """Clinic and number of the document in the middle of the page, or of what is left, or shortened."""
    said = _foot_words(sheet.clinic, sheet.reference, room[1] - room[0])
    middle, half = SIZES[sheet.paper][0] / 2, _wide(said) / 2
    if middle - half < room[0] or middle + half > room[1]:
        middle = (room[0] + room[1]) / 2
    _write(canvas, said, middle - half, y)


def _foot_words(clinic: str, reference: str, room: float) -> str:
    """Of a name that is too long as much as there is room for; the number of the document whole."""
    whole = f"{clinic} · {reference}"
    shorter = clinic
    while shorter and _wide(whole) > room:
        shorter = shorter[:-1].rstrip()
        whole = f"{shorter}… · {reference}"
    return whole if shorter or not clinic else reference


def _wide(text: str) -> float:
    return lettering.width(text, lettering.BODY, FOOT_PT)


def _write(canvas: Canvas, text: str, x: float, y: float) -> None:
    line = Paragraph(lettering.spelled(text, right=False), _style("foot", FOOT_PT))
    line.wrap(_wide(text) + 1, 40)
    line.drawOn(canvas, x, y - 4)


def bookmark(name: str, level: int = 0) -> Flowable:
    """An entry in the reader's list of contents, at this place."""
    return _Bookmark(name, level)


class _Bookmark(Flowable):
    def __init__(self, name: str, level: int) -> None:
        super().__init__()
        self.name, self.level, self.width, self.height = name, level, 0, 0

    def draw(self) -> None:
        key = f"{self.level}-{self.name}"
        self.canv.bookmarkHorizontal(key, 0, 20)
        self.canv.addOutlineEntry(self.name, key, self.level, closed=False)


def printed(sheet: Sheet, story: Sequence[Flowable]) -> bytes:
    """The PDF, whole, in memory; the same input gives the same bytes.

    Raises Refused when a piece does not fit on a page even alone.
    """
    return _built(sheet, story)[0]


def printed_close(sheet: Sheet, story_in: Callable[[Type], Sequence[Flowable]]) -> bytes:
    """The PDF of a story that is made in a type; set closer where that spares a last page of few lines."""
    first, pages, filled = _built(sheet, story_in(Type(sheet)))
    if pages == 1 or filled > SPARSE:
        return first
    for leading in CLOSER:
        made, fewer, _ = _built(sheet, story_in(Type(sheet, leading=leading)))
        if fewer < pages:
            return made
    return first


def _built(sheet: Sheet, story: Sequence[Flowable]) -> tuple[bytes, int, float]:
    """The PDF, its pages, and which part of the last one stands in use."""
    target = io.BytesIO()
    before, rl_config.invariant = rl_config.invariant, 1
    try:
        document = _template(sheet, target)
        canvas = type("_Page", (_Numbered,), {"foot": staticmethod(_foot(sheet))})
        _lay(document, story, canvasmaker=canvas)
    finally:
        rl_config.invariant = before
    return target.getvalue(), document.page, document.filled


def fits_one_page(sheet: Sheet, story: Sequence[Flowable]) -> bool:
    """Whether all of it stands on one page. The story is used up: make it anew to print it."""
    document = _template(sheet, io.BytesIO())
    _lay(document, story)
    return document.page == 1


def _lay(document: BaseDocTemplate, story: Sequence[Flowable], **options: Any) -> None:
    """Page by page; Refused for a piece that is higher than a page."""
    try:
        document.build(list(story), **options)
    except LayoutError as error:
        raise Refused(
            "One text is too long for this paper: it is higher than a page.",
            "Shorten the longest note or answer.",
        ) from error


class _Document(BaseDocTemplate):
    """Knows how far down the page it has come."""

    filled = 0.0  # of the page, 0 to 1

    def afterFlowable(self, flowable: Flowable) -> None:
        frame: Any = self.frame
        if frame is not None:  # between two pages there is none
            self.filled = 1 - (frame._y - frame._y1p) / (frame._y2 - frame._y1p)  # noqa: SLF001


def _template(sheet: Sheet, target: io.BytesIO) -> _Document:
    wide, high = SIZES[sheet.paper]
    frame = Frame(
        MARGIN,
        BOTTOM,
        wide - 2 * MARGIN,
        high - TOP - BOTTOM,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document = _Document(
        target,
        pagesize=(wide, high),
        title=sheet.title,
        author=sheet.clinic,
        subject=sheet.subject,
        creator="RunClinic",
        lang=sheet.language,
        invariant=1,
    )
    document.addPageTemplates([PageTemplate(frames=[frame])])
    return document


def file_name(made_on: date, kind: str, family_name: str, given_name: str) -> str:
    """`2026-11-20 plan CASE-A.pdf`: no more of her than that, and nothing a file system refuses."""
    surname = "".join(c for c in family_name.upper() if c.isalnum() or c in " -'") or "CLIENT"
    initial = next((c.upper() for c in given_name if c.isalnum()), "")
    return f"{made_on.isoformat()} {kind} {surname.strip()[:40]}{'-' + initial if initial else ''}.pdf"
