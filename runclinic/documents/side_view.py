"""The POP-Q on paper: the nine numbers in their grid, and beside it the side view that clinicians draw."""

from collections.abc import Mapping

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import TableStyle

from runclinic.documents.paper import GREY, INK, PALE, Type
from runclinic.documents.pieces import NO_PADDING, Drawn, Grid
from runclinic.forms.pop_q_profile import Profile, full_support, profile
from runclinic.words import Words

HIGH, WIDENED = 184.0, 1.8
ROWS = (("Aa", "Ba", "C"), ("GH", "PB", "TVL"), ("Ap", "Bp", "D"))
LEAST_CM, OUTSIDE_CM = 9.0, 2.0
LEFT, TOP = 30.0, 22.0
SAMPLE = 22.0  # of a line in the legend


class SideView(Grid):
    """Numbers at the left, drawing at the right."""

    def __init__(self, points: Mapping[str, object], width: float, kind: Type, words: Words) -> None:
        cells = [[_cell(points, name, kind) for name in row] for row in ROWS]
        numbers = Grid(cells, colWidths=[width * 0.13] * 3, rowHeights=[30] * 3)
        numbers.setStyle(
            TableStyle([("GRID", (0, 0), (-1, -1), 0.8, INK), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
        )
        drawing = _Side(points, width * 0.55, kind, words)
        super().__init__([[numbers, drawing]], colWidths=[width * 0.43, width * 0.57])
        self.setStyle(TableStyle([*NO_PADDING, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))


def _cell(points: Mapping[str, object], name: str, kind: Type) -> object:
    value = points.get(name)
    number = f"{value:g}".replace("-", "\N{MINUS SIGN}") if isinstance(value, int | float) else "–"
    return kind.lead(name, number, kind.small)


class _Side(Drawn):
    def __init__(self, points: Mapping[str, object], width: float, kind: Type, words: Words) -> None:
        super().__init__(width, HIGH)
        self._now, self._whole = profile(points), full_support(points)
        self._font, self._say = kind.body.fontName, words.say

    def draw(self) -> None:
        both = (self._now, self._whole)
        up = max(LEAST_CM, *(-each.deepest_cm for each in both)) + 0.5
        down = max(OUTSIDE_CM, *(each.lowest_cm for each in both)) + 0.3
        deep = (self.height - TOP - 14) / (up + down)
        across = min((self.width - LEFT - 30) / (self._now.hiatus_cm + 2), WIDENED * deep)
        self._axis(up, down, deep)
        self._legend()
        self.canv.saveState()
        self.canv.translate(LEFT + 34, 14 + down * deep)
        self._line(self._whole, across, deep, dashed=True)
        self._line(self._now, across, deep, dashed=False)
        self._points(across, deep)
        self.canv.restoreState()

    def _legend(self) -> None:
        """What is solid, what is dashed: side by side above the drawing."""
        canvas, x, y = self.canv, LEFT, self.height - 10
        canvas.setFont(self._font, 8.5)
        for words, dashed in (("pop_q.today", False), ("pop_q.full_support", True)):
            self._pen(dashed=dashed)
            canvas.line(x, y + 3, x + SAMPLE, y + 3)
            canvas.setDash()
            said = self._say(words)
            canvas.drawString(x + SAMPLE + 5, y, said)
            x += SAMPLE + 5 + stringWidth(said, self._font, 8.5) + 18

    def _pen(self, *, dashed: bool) -> None:
        self.canv.setStrokeColor(GREY if dashed else INK)
        self.canv.setLineWidth(0.8 if dashed else 1.6)
        self.canv.setDash(*((3, 2) if dashed else ()))

    def _axis(self, up: float, down: float, deep: float) -> None:
        canvas, zero = self.canv, 14 + down * deep
        canvas.setFont(self._font, 8)
        canvas.setFillColor(GREY)
        for cm in range(-2 * int(up // 2), int(down) + 1, 2):
            y = zero - cm * deep
            canvas.setStrokeColor(INK if cm == 0 else PALE)
            canvas.setLineWidth(1 if cm == 0 else 0.6)
            canvas.line(LEFT, y, self.width, y)
            said = f"+{cm}" if cm > 0 else str(cm).replace("-", "\N{MINUS SIGN}")
            canvas.drawRightString(LEFT - 5, y - 3, said)
        canvas.drawRightString(self.width, zero + 3, self._say("pop_q.hymen"))
        canvas.drawString(LEFT, 2, self._say("pop_q.axis"))
        canvas.setFillColor(INK)

    def _line(self, drawn: Profile, across: float, deep: float, *, dashed: bool) -> None:
        if not drawn.walls:
            return
        canvas = self.canv
        self._pen(dashed=dashed)
        path = canvas.beginPath()
        path.moveTo(drawn.walls[0][0][0] * across, -drawn.walls[0][0][1] * deep)
        for _, first, second, end in drawn.walls:
            path.curveTo(*(part for x, y in (first, second, end) for part in (x * across, -y * deep)))
        canvas.drawPath(path)
        canvas.setDash()

    def _points(self, across: float, deep: float) -> None:
        canvas = self.canv
        named: dict[tuple[float, float], list[str]] = {}
        for name, place in self._now.places.items():
            named.setdefault(place, []).append(name)
        canvas.setFont(self._font, 8.5)
        for (x, y), names in named.items():
            canvas.setFillColor(INK)
            canvas.circle(x * across, -y * deep, 2.4, stroke=0, fill=1)
            put = canvas.drawRightString if x <= self._now.hiatus_cm / 2 else canvas.drawString
            put(x * across + (-5 if x <= self._now.hiatus_cm / 2 else 5), -y * deep + 2, " ".join(names))
