"""A form on paper, empty: boxes to tick and lines to write on, for the day the laptop is flat.

Each option carries the number or letter that chooses it on the screen, so that it can be keyed at speed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Spacer, TableStyle

from runclinic.documents.paper import GREY, INK, LEADING, Sheet, Type, printed_close
from runclinic.documents.pieces import NO_PADDING, Drawn, Grid, heading, together
from runclinic.forms import catalogue
from runclinic.forms.form import Form, Question
from runclinic.words import Words

BOX, GAP, LINE = 3.6 * mm, 2 * mm, 7 * mm
INDENT, APART, LEAST_APART = 6 * mm, 6 * mm, 2.5 * mm
FREE_LINES, ROWS = 2, 4
LONG_OPTION = 46
SHORT_TEXT = 120
SIDES = ("left", "right")
OUR_OWN = "CLINICAL"  # the source of a form that was made for this program
POP_Q = (("Aa", "Ba", "C"), ("GH", "PB", "TVL"), ("Ap", "Bp", "D"))
IN_THE_GRID = frozenset(point for row in POP_Q for point in row)
# What is asked at a test itself; a cue and the retest with it have a line of their own.
OF_A_FLAG = ("_referral", "_closed", "_closed_reason")  # what the therapist records about a red flag
OF_A_TEST = ("leak", "heaviness", "pelvic_pain", "msk_pain", "limp", "settled_hours", "stopped")


@dataclass(frozen=True, slots=True)
class Box:
    """One box to tick, the key that chooses it on the screen, and its words."""

    key: str
    words: str

    @property
    def label(self) -> str:
        """As it is printed."""
        return f"{self.key}  {self.words}" if self.key and self.key != self.words else self.words or self.key


class Boxes(Drawn):
    """Boxes with their words in lines, as many in a line as there is room for."""

    def __init__(self, boxes: Sequence[Box], width: float, kind: Type) -> None:
        self._font, self._size = kind.body.fontName, kind.body.fontSize
        self._high = max(LINE, self._size * 1.5) * _closer(kind)
        self._placed: list[tuple[float, int, Box]] = []
        widths = [BOX + 4 + stringWidth(box.label, self._font, self._size) for box in boxes]
        room = (width - sum(widths)) / max(len(boxes) - 1, 1)
        apart = room if LEAST_APART <= room < APART else APART  # a little closer, if one line holds all then
        x, line = 0.0, 0
        for box, wide in zip(boxes, widths, strict=True):
            if x and x + wide > width + 0.01:
                x, line = 0.0, line + 1
            self._placed.append((x, line, box))
            x += wide + apart
        super().__init__(width, (line + 1) * self._high)

    def draw(self) -> None:
        for x, line, box in self._placed:
            y = self.height - (line + 1) * self._high + (self._high - BOX) / 2
            self.canv.setLineWidth(0.8)
            self.canv.rect(x, y, BOX, BOX)
            self.canv.setFont(self._font, self._size)
            self.canv.drawString(x + BOX + 4, y + (BOX - self._size * 0.7) / 2, box.label)


class Blanks(Drawn):
    """Lines to write on in one row: each its words before it, and a unit behind it."""

    def __init__(self, blanks: Sequence[tuple[str, str]], width: float, kind: Type) -> None:
        super().__init__(width, (LINE if kind.body.fontSize < 14 else 1.3 * LINE) * _closer(kind))
        self._blanks, self._font, self._size = blanks, kind.body.fontName, kind.body.fontSize

    def draw(self) -> None:
        each = self.width / len(self._blanks)
        self.canv.setFont(self._font, self._size)
        self.canv.setLineWidth(0.6)
        for number, (before, unit) in enumerate(self._blanks):
            x, end = number * each, (number + 1) * each - 8
            self.canv.drawString(x, 3, before)
            self.canv.drawRightString(end, 3, unit)
            start = x + (stringWidth(before, self._font, self._size) + 4 if before else 0)
            stop = end - (stringWidth(unit, self._font, self._size) + 4 if unit else 0)
            self.canv.line(start, 2, max(stop, start + 20), 2)


def blank_form(
    form_id: str, clinic: str = "", *, paper: str = "a4", large: bool = False, language: str = "en"
) -> bytes:
    """The PDF of one form, whole, in memory. What is asked when she is alone is on no paper.

    Refused for a form, a paper size or a language that does not exist.
    """
    form, words = catalogue.form(form_id), Words(language)
    sheet = Sheet(
        title=form.title,
        subject=words.say("blank_form.subject"),
        clinic=clinic or words.say("blank_form.clinic"),
        whose=words.say("blank_form.form"),
        made_on=form.id,
        reference=words.say("blank_form.reference"),
        page_of=lambda n, total: words.say("plan.page", n=n, total=total),
        paper=paper,
        large=large,
        language=words.language,
    )
    return printed_close(sheet, lambda kind: [*_Blank(form, sheet, words, kind).story()])


class _Blank:
    """The story of one form."""

    def __init__(self, form: Form, sheet: Sheet, words: Words, kind: Type) -> None:
        self.form, self.sheet = form, sheet
        self.kind, self.say = kind, words.say

    def story(self) -> Iterator[Flowable]:
        par, say = self.kind.par, self.say
        yield par(self.form.title, self.kind.title)
        if not self.form.source.startswith(OUR_OWN):
            yield par(self.form.source, self.kind.caption)
        yield Spacer(1, GAP)
        who = [(say("blank_form.name"), ""), (say("blank_form.born"), ""), (say("blank_form.day"), "")]
        yield Blanks(who, self.sheet.width, self.kind)
        if self.form.intro:
            yield Spacer(1, GAP)
            yield par(self.form.intro)
        asked = [each for each in self.form.question if _on_paper(each)]
        if self.form.layout == "tests":
            yield from self._tests(asked)
            return
        in_grid = IN_THE_GRID if self.form.layout == "pop_q" else frozenset[str]()
        for each in asked:
            head = heading(each.section, self.kind, self.sheet) if each.section else []
            if each.id not in in_grid:
                yield together(head, *self._question(each))
            else:
                yield from head
        if in_grid:
            yield self._grid({each.id: each for each in asked})

    def _question(self, asked: Question) -> Sequence[Flowable]:
        """Its words, and below them where to answer. A detail is set in, behind a grey line."""
        follows = asked.shown_when is not None or asked.drawn_when is not None
        width = self.sheet.width - (INDENT if follows else 0)
        words = self.kind.par(asked.text, self.kind.body if follows else self.kind.bold)
        inside = [words, *self._answer(asked, width)]
        if not follows:
            return [Spacer(1, GAP), *inside]
        held = Grid([["", inside]], colWidths=[INDENT, width])
        held.setStyle(
            TableStyle(
                [
                    *NO_PADDING,
                    ("TOPPADDING", (0, 0), (-1, -1), 3),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
                    ("LINEBEFORE", (1, 0), (1, 0), 1.2, GREY),
                    ("LEFTPADDING", (1, 0), (1, 0), 6),
                ]
            )
        )
        return [held]

    # -- where to answer

    def _answer(self, asked: Question, width: float) -> Iterable[Flowable]:
        width -= 6
        if asked.kind in ("text", "date", "number", "seconds"):
            return self._blanks(asked, width)
        if asked.kind in ("choice", "several", "yes_no"):
            return self._boxes(self._options(asked), width)
        if asked.kind == "scale":
            return self._scale(asked, width)
        if asked.kind == "left_right":
            return self._sides(asked.each or asked, width)
        return [self._table(asked, width)]

    def _blanks(self, asked: Question, width: float) -> Iterable[Flowable]:
        if asked.kind == "text":
            lines = 1 if 0 < asked.max_length <= SHORT_TEXT else FREE_LINES
            return [Blanks([("", "")], width, self.kind) for _ in range(lines)]
        if asked.kind == "date":
            return [Blanks([(self.say("blank_form.date"), "")], width * 0.5, self.kind)]
        return [Blanks([("", asked.unit)], width * 0.35, self.kind)]

    def _options(self, asked: Question) -> list[Box]:
        if asked.kind == "yes_no":
            return [Box("", self.say(f"blank_form.{each}")) for each in ("yes", "no")]
        made: list[Box] = []
        for place, option in enumerate(asked.options, start=1):
            number = str(option.value) if isinstance(option.value, int) else str(place) if place <= 9 else ""
            made.append(Box(option.key or number, option.text))
        if asked.other:
            made.append(Box("", self.say("blank_form.other")))
        if asked.kind == "several":
            made.append(Box("0", self.say("blank_form.none")))
        return made

    def _boxes(self, boxes: Sequence[Box], width: float) -> Iterable[Flowable]:
        """In lines; options of many words one below the other."""
        if all(len(box.words) <= LONG_OPTION for box in boxes):
            return [Boxes(boxes, width, self.kind)]
        rows = [[Boxes([Box("", "")], BOX, self.kind), self.kind.par(box.label)] for box in boxes]
        table = Grid(rows, colWidths=[BOX + 6, width - BOX - 6])
        table.setStyle(
            TableStyle(
                [
                    *NO_PADDING,
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("TOPPADDING", (0, 0), (-1, -1), 1),
                    ("TOPPADDING", (1, 0), (1, -1), 3),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
                ]
            )
        )
        return [table]

    def _scale(self, asked: Question, width: float) -> Iterable[Flowable]:
        if asked.options:
            return self._boxes(self._options(asked), width)
        low, high = asked.range or (0, 10)
        boxes = [Box("", str(number)) for number in range(int(low), int(high) + 1)]
        ends = asked.ends or ("", "")
        said = f"{int(low)} = {ends[0]}, {int(high)} = {ends[1]}" if any(ends) else ""
        made: list[Flowable] = [Boxes(boxes, width, self.kind)]
        return [*made, self.kind.par(said, self.kind.caption)] if said else made

    def _sides(self, each: Question, width: float) -> Iterable[Flowable]:
        names = [self.say(f"blank_form.{side}") for side in SIDES]
        if each.kind in ("number", "seconds"):
            return [Blanks([(name, each.unit) for name in names], width * 0.7, self.kind)]
        rows = [[self.kind.par(name), [*self._answer(each, width * 0.82)]] for name in names]
        table = Grid(rows, colWidths=[width * 0.16, width * 0.84])
        table.setStyle(TableStyle([*NO_PADDING, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
        return [table]

    def _table(self, asked: Question, width: float) -> Grid:
        """Rows to fill in: a row each option of what was ticked before, each birth, each operation."""
        columns = asked.columns or (asked.each or asked,)
        heads = ["", *(each.short or each.text for each in columns)]
        rows: list[list[object]] = [[self.kind.par(head, self.kind.caption) for head in heads]]
        names = [option.text for option in asked.options] if asked.kind == "grid" else []
        named = names or [f"{number}." for number in range(1, ROWS + 1)]
        rows += [[self.kind.par(name, self.kind.small), *self._cells(columns)] for name in named]
        first = 0.3 if names else 0.06
        widths = [width * first, *[width * (1 - first) / len(columns)] * len(columns)]
        table = Grid(rows, colWidths=widths, repeatRows=1)
        table.setStyle(
            TableStyle([("GRID", (0, 0), (-1, -1), 0.5, GREY), ("BOX", (0, 0), (-1, -1), 0.9, INK)])
        )
        return table

    def _cells(self, columns: Sequence[Question]) -> Iterator[object]:
        """What may be written, small, in each cell."""
        for each in columns:
            labels = (
                [box.label for box in self._options(each)] if each.options or each.kind == "yes_no" else []
            )
            unit = each.unit if each.kind in ("number", "seconds") else ""
            yield self.kind.par(" / ".join(labels) or unit or " ", self.kind.caption)

    # -- forms with a layout of their own

    def _grid(self, asked: dict[str, Question]) -> Flowable:
        cells = [
            [
                [
                    self.kind.lead(point, asked[point].short, self.kind.small),
                    Blanks([("", asked[point].unit)], self.sheet.width / 3 - 14, self.kind),
                ]
                for point in row
            ]
            for row in POP_Q
        ]
        table = Grid(cells, colWidths=[self.sheet.width / 3] * 3)
        table.setStyle(
            TableStyle([("GRID", (0, 0), (-1, -1), 0.9, INK), ("TOPPADDING", (0, 0), (-1, -1), 5)])
        )
        return together([Spacer(1, GAP), table])

    def _tests(self, asked: Sequence[Question]) -> Iterator[Flowable]:
        """A test in few lines: how it is done, the counts, what she felt, and the same with a cue."""
        for _, group in groupby(asked, key=lambda each: each.card or each.id):
            test, *behind = group
            head = heading(test.section, self.kind, self.sheet) if test.section else []
            yield together(head, [Spacer(1, GAP), *self._test(test, behind)])

    def _test(self, test: Question, behind: Sequence[Question]) -> Iterator[Flowable]:
        width, say = self.sheet.width, self.say
        goal = "" if test.criterion is None else say("blank_form.target", n=test.criterion)
        yield self.kind.lead(test.text, goal)
        if test.protocol:
            yield self.kind.par(test.protocol, self.kind.caption)
        record = {each.id.removeprefix(f"{test.id}_"): each for each in behind}
        yield from self._answer(test, width)
        known = "leak" in record and "retest" in record
        for name, each in record.items():
            if not known or name in ("trunk", "pelvis", "knee", "foot", "seat_cm"):
                yield self.kind.par(each.text, self.kind.small)
                yield from self._answer(each, width)
        if not known:
            return
        for name in OF_A_TEST:
            yield self._beside(record[name].short, self._answer(record[name], width * 0.84))
        yield Blanks([(record["cue"].short, "")], width, self.kind)
        names = [record["retest"].short, *(record[each].short for each in OF_A_TEST[:5])]
        yield Blanks([(name, "") for name in names], width, self.kind)

    def _beside(self, words: str, answer: Iterable[Flowable]) -> Flowable:
        width = self.sheet.width
        row = Grid(
            [[self.kind.par(words, self.kind.small), [*answer]]], colWidths=[width * 0.16, width * 0.84]
        )
        none = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("TOP", "BOTTOM")]
        row.setStyle(TableStyle([*NO_PADDING, *none, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
        return row


def _closer(kind: Type) -> float:
    """How much of its usual height a line has: less where all is set closer to spare a page."""
    return kind.body.leading / (LEADING * kind.body.fontSize)


def _on_paper(asked: Question) -> bool:
    """Not what is asked when she is alone, and not what the therapist records about a flag."""
    return not (asked.retired or asked.private or asked.id.endswith(OF_A_FLAG))
