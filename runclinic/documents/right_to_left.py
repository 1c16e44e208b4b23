"""Paragraphs with Arabic or Hebrew in them: broken into lines as they are read, then each line is turned."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph

from runclinic.documents import lettering

NEXT = "<br/>"
LITTLE = 0.5  # points that two ways of adding up widths may differ by


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a paragraph in one look: `before` and `after` are its markup, `bold` widens its letters."""

    text: str
    before: str = ""
    after: str = ""
    bold: bool = False


def paragraph(pieces: Sequence[Piece], style: ParagraphStyle) -> Paragraph:
    """The pieces behind one another, a blank between two; nothing in their text is taken for markup."""
    if any(lettering.turns(each.text) for each in pieces):
        return _Turned(pieces, style)
    return Paragraph(
        " ".join(f"{each.before}{lettering.spelled(each.text)}{each.after}" for each in pieces), style
    )


class _Turned(Paragraph):
    """Its lines depend on its width, so its markup is made when that is known."""

    def __init__(self, pieces: Sequence[Piece], style: ParagraphStyle) -> None:
        self._pieces, self._given = pieces, style
        self._wide, self._drawn = 0.0, [_marked([(each.text, each) for each in pieces], right=False)]
        super().__init__(self._drawn[0], style)

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """As a paragraph, with its lines turned one by one."""
        if aW != self._wide:
            self._wide = aW
            self._lay(aW)
        return super().wrap(aW, aH)

    def split(self, aW: float, aH: float) -> list[Flowable]:
        """Between two of its lines."""
        self.wrap(aW, aH)
        fit = int(aH // self._given.leading)
        if fit < 1:
            return []
        parts = [part for part in (self._drawn[:fit], self._drawn[fit:]) if part]
        return [self] if len(parts) == 1 else [Paragraph(NEXT.join(part), self.style) for part in parts]

    def _lay(self, wide: float) -> None:
        style = self._given
        right = lettering.from_the_right(" ".join(each.text for each in self._pieces))
        lines = _lines(self._pieces, style, wide - style.leftIndent - style.rightIndent - LITTLE)
        if right and len(lines) > 1:
            style = style.clone(f"{style.name}-right", alignment=TA_RIGHT)
        self._drawn = [_marked(line, right=right) for line in lines]
        super().__init__(NEXT.join(self._drawn), style)


def _lines(pieces: Sequence[Piece], style: ParagraphStyle, room: float) -> list[list[tuple[str, Piece]]]:
    """The words of each line, those of one piece joined again."""
    blank = lettering.width(" ", lettering.BODY, style.fontSize)
    lines: list[list[tuple[str, Piece]]] = [[]]
    used = 0.0
    for piece in pieces:
        font = lettering.BOLD if piece.bold or style.fontName == lettering.BOLD else lettering.BODY
        for word in piece.text.split():
            wide = lettering.width(word, font, style.fontSize)
            if lines[-1] and used + blank + wide > room:
                lines.append([])
                used = 0.0
            used += wide + (blank if lines[-1] else 0.0)
            line = lines[-1]
            if line and line[-1][1] is piece:
                line[-1] = (f"{line[-1][0]} {word}", piece)
            else:
                line.append((word, piece))
    return lines


def _marked(line: Sequence[tuple[str, Piece]], *, right: bool) -> str:
    """One line as markup, in the order in which it is drawn: its pieces, and within each its words."""
    drawn = [
        piece.before + lettering.spelled(text, right=lettering.from_the_right(piece.text)) + piece.after
        for text, piece in line
    ]
    return " ".join(reversed(drawn) if right else drawn)
