"""The symptom diary: a line for each session, as many as the rest of the page holds."""

from collections.abc import Callable, Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, TableStyle

from runclinic.documents.paper import GREY, INK, Sheet, Type
from runclinic.documents.pieces import Grid, heading

COLUMNS = {
    "day": 0.1,
    "session": 0.2,
    "leak": 0.12,
    "heavy": 0.12,
    "pain": 0.2,
    "morning": 0.14,
    "colour": 0.12,
}
FEWEST, MOST = 4, 30  # more than any page holds: the diary fills what is left
LINE = 8 * mm  # for a pen
LARGER = 1.3


class Diary(Flowable):
    """Heading, what to write, the lines, and what stands below them; never split.

    `say` gives the text of a key; `most` are the lines of a whole page; `headed` = with its heading.
    """

    def __init__(
        self,
        say: Callable[[str], str],
        kind: Type,
        sheet: Sheet,
        below: Sequence[Flowable] = (),
        *,
        most: int = MOST,
        headed: bool = True,
    ) -> None:
        super().__init__()
        self._most, self._headed = most, headed
        self._say, self._kind, self._sheet, self._below = say, kind, sheet, below
        self._line = LINE * (LARGER if sheet.large else 1)
        self._parts: list[Flowable] = []

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """With as many lines as there is room for; taller than the room where fewer than four would fit."""
        fixed = self._height(self._made(0), aW)
        lines = min(self._most, max(FEWEST, int((aH - fixed) // self._line)))
        self._parts = self._made(lines)
        self.width, self.height = aW, self._height(self._parts, aW)
        return self.width, self.height

    def draw(self) -> None:
        """From the top down."""
        top = self.height
        for part in self._parts:
            _, high = part.wrap(self.width, self.height)
            top -= high + part.getSpaceBefore()
            part.drawOn(self.canv, 0, top)
            top -= part.getSpaceAfter()

    def _height(self, parts: Sequence[Flowable], wide: float) -> float:
        return sum(
            each.wrap(wide, 10_000)[1] + each.getSpaceBefore() + each.getSpaceAfter() for each in parts
        )

    def _made(self, lines: int) -> list[Flowable]:
        head = heading(self._say("plan.diary"), self._kind, self._sheet) if self._headed else [Spacer(1, 7)]
        said = self._kind.par(self._say("text.T-DIARY"), self._kind.small)
        return [*head, said, Spacer(1, 3), self._table(lines), *self._below]

    def _table(self, lines: int) -> Grid:
        names = [self._kind.par(self._say(f"diary.{each}"), self._kind.caption) for each in COLUMNS]
        empty = [[""] * len(COLUMNS) for _ in range(lines)]
        widths = [self._sheet.width * share for share in COLUMNS.values()]
        table = Grid([names, *empty], colWidths=widths, rowHeights=[None, *[self._line] * lines])
        table.setStyle(
            TableStyle(
                [
                    ("GRID", (0, 0), (-1, -1), 0.5, GREY),
                    ("BOX", (0, 0), (-1, -1), 0.9, INK),
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("LEFTPADDING", (0, 0), (-1, -1), 3),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ]
            )
        )
        return table
