"""Pain sites on a body: a place is clicked, or reached with the arrows, and then asked how strong it is."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPaintEvent,
    QPen,
    QRegion,
)
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from runclinic.forms.form import OnBody, Question
from runclinic.plan.figures.chart import (
    SIZES,
    VIEWS,
    Marks,
    Region,
    Side,
    View,
    chart,
    merged,
    regions,
    sides_of,
    without,
)
from runclinic.ui import look
from runclinic.ui.control import Asked, Control
from runclinic.ui.drawn import Screen, inks, paint
from runclinic.ui.picks import ScaleControl, SeveralControl
from runclinic.ui.pieces import Button, Flow, in_a_row, text
from runclinic.ui.say import say
from runclinic.visit.entry import Json

PIXELS_A_MM = 3.1
LEAST_TARGET = 26  # px: a small place can be hit a little beside its outline
_STEPS = {
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
ASIDE = 2.0  # how much worse a place beside the way is than one ahead


class Place(QAbstractButton):
    """One region: invisible itself (its view paints it), but it is clicked, focused and read aloud."""

    focused = Signal(bool)
    stepped = Signal(int, int)
    taken_away = Signal()

    def __init__(self, region: Region, words: str, over: "ChartView") -> None:
        super().__init__(over)
        self.region = region
        self.words = words
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setToolTip(words)
        self.setAccessibleName(words)
        screen = Screen(SIZES[region.view][1], PIXELS_A_MM)
        self.path = screen.path([region.outline])
        self._cover(self.path)

    def _cover(self, path: QPainterPath) -> None:
        """Where it can be hit: its outline, widened where that is small."""
        bounds = path.boundingRect()
        more = LEAST_TARGET - min(bounds.width(), bounds.height())
        reach = path
        if more > 0:
            wider = QPainterPathStroker()
            wider.setWidth(more)
            reach = path.united(wider.createStroke(path))
        area = reach.boundingRect().toAlignedRect()
        self.setGeometry(area)
        polygon = reach.translated(-area.left(), -area.top()).toFillPolygon().toPolygon()
        self.setMask(QRegion(polygon, Qt.FillRule.WindingFill))

    def show_mark(self, written: str | None) -> None:
        """Marked with what is written in it ("" nothing yet), or None: not marked."""
        self.setChecked(written is not None)
        if written:
            said = say("chart.marked", n=written)
        else:
            said = say("chart.not_marked" if written is None else "chart.open")
        self.setAccessibleDescription(said)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the view paints."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: the view draws the ring."""
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: and takes it away."""
        super().focusOutEvent(event)
        self.focused.emit(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter and Space choose, arrows go on, Delete takes the mark away."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.click()
        elif key in _STEPS:
            self.stepped.emit(*_STEPS[key])
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not event.modifiers():
            self.taken_away.emit()
        else:
            super().keyPressEvent(event)


class ChartView(QWidget):
    """Front, back or pelvis; one stop for Tab, the arrows go from place to place."""

    chosen = Signal(str, str)  # site, side
    taken_away = Signal(str, str)

    def __init__(self, view: View, names: Mapping[str, str]) -> None:
        super().__init__()
        self.view: View = view
        self._marks: Marks = {}
        wide, high = SIZES[view]
        self.setFixedSize(QSize(round(wide * PIXELS_A_MM), round(high * PIXELS_A_MM)))
        self.setAccessibleName(say(f"chart.{view}"))
        self.places = [self._place(each, names.get(each.site, each.site)) for each in regions(view)]
        self._stop = self.places[0]
        self._one_stop(self._stop)

    def _place(self, region: Region, site: str) -> Place:
        made = Place(region, say("chart.place", site=site, side=say(f"chart.side_{region.side}")), self)
        made.clicked.connect(lambda: self.chosen.emit(*region.key))
        made.taken_away.connect(lambda: self.taken_away.emit(*region.key))
        made.focused.connect(lambda here: self._focus(made, here=here))
        made.stepped.connect(lambda right, up: self._step(made, right, up))
        return made

    def show_marks(self, marks: Marks) -> None:
        """What is marked, and with which number."""
        self._marks = marks
        for place in self.places:
            place.show_mark(marks.get(place.region.key))
        self.update()

    def place_of(self, site: str, side: str) -> Place | None:
        """The place in this view, if it can be seen here."""
        return next((each for each in self.places if each.region.key == (site, side)), None)

    def _focus(self, place: Place, *, here: bool) -> None:
        if here:
            self._one_stop(place)
        self.update()

    def _one_stop(self, stop: Place) -> None:
        self._stop = stop
        for place in self.places:
            place.setFocusPolicy(Qt.FocusPolicy.StrongFocus if place is stop else Qt.FocusPolicy.ClickFocus)

    def _step(self, start: Place, right: int, up: int) -> None:
        following = nearest(start.region, right, up)
        if following is not None:
            self.places[regions(self.view).index(following)].setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the figure, its marks, and a ring where the keys are."""
        painter = QPainter(self)
        colours = inks()
        colours["edge"] = QColor(look.colours().accent)
        letters = (say("chart.right_letter"), say("chart.left_letter"))
        paint(painter, chart(self.view, self._marks, sides=letters), PIXELS_A_MM, colours)
        for place in self.places:
            if place.hasFocus():
                painter.strokePath(place.path, QPen(QColor(look.colours().text), 2.5))
        painter.end()


def nearest(start: Region, right: int, up: int) -> Region | None:
    """The next place in a direction: nearest ahead, one beside the way counting twice as far."""

    def cost(each: Region) -> float:
        across, high = each.centre[0] - start.centre[0], each.centre[1] - start.centre[1]
        ahead, aside = (across * right, abs(high)) if right else (high * up, abs(across))
        return ahead + ASIDE * aside if ahead > 0.5 else float("inf")

    best = min(regions(start.view), key=cost)
    return best if cost(best) < float("inf") else None


class BodyChartControl(Control):
    """Front, back and pelvis; below them how strong the chosen place is, and the sites as a list.

    One click records the site, its side and, once it is asked, its strength, as one step of undo each.
    """

    wide = True

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        self._grids = question.on_body or OnBody("", "", "")
        self._value: Json = None
        self._at: tuple[str, Side] | None = None
        self._from: Place | None = None  # where the keys go back to
        self._names = {str(option.value): option.text for option in question.options}
        self.views = [self._view(view) for view in VIEWS]
        self.sites = SeveralControl(question, asked)
        self.sites.answered.connect(self.answered)
        self.sites.told.connect(self.told)
        self.sites.moved_on.connect(self.moved_on)
        self.setFocusProxy(self.sites)
        self._lay()

    def _view(self, view: View) -> ChartView:
        made = ChartView(view, self._names)
        made.chosen.connect(lambda site, side: self._choose(made, site, side))
        made.taken_away.connect(self._take_away)
        return made

    def _lay(self) -> None:
        figures = Flow(12)
        for view in self.views:
            held = QWidget()
            rows = QVBoxLayout(held)
            rows.setContentsMargins(0, 0, 0, 0)
            rows.setSpacing(2)
            head = text(say(f"chart.{view.view}"), "caption", wrap=False)
            rows.addWidget(head, 0, Qt.AlignmentFlag.AlignHCenter)
            rows.addWidget(view)
            figures.addWidget(held)
        self._hint = text(say("chart.hint"), "second")
        self._asking = text("", "strong")
        self.strength = self._scale()
        self.remove = Button(say("chart.take_away"), kind="flat", icon="close")
        self.remove.clicked.connect(lambda: self._at and self._take_away(*self._at))
        self._strip = QWidget()
        strip = QVBoxLayout(self._strip)
        strip.setContentsMargins(0, 0, 0, 0)
        strip.setSpacing(4)
        strip.addLayout(in_a_row(self._asking, self.remove))
        strip.addWidget(self.strength)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addLayout(figures)
        rows.addWidget(self._hint)
        rows.addWidget(self._strip)
        rows.addWidget(self.sites)
        self._ask(None)

    def _scale(self) -> ScaleControl:
        grid = self.asked.question_of(self._grids.strength)
        column = (
            next(each for each in grid.columns if each.id == self._grids.column) if grid else self.question
        )
        named = msgspec.structs.replace(column, short=say("chart.strength"))
        made = ScaleControl(named, replace(self.asked, compact=True))
        made.answered.connect(lambda value, _typing: self._strong(value))
        made.moved_on.connect(self._back)
        return made

    # -- what stands

    def _table(self, grid: str) -> dict[str, Json]:
        value = self.asked.value_of(grid)
        return dict(value) if isinstance(value, dict) else {}

    def _side(self, site: str) -> str | None:
        side = self._table(self._grids.sides).get(site)
        return side if isinstance(side, str) and side != "declined" else None

    def _strength_of(self, site: str) -> Json:
        row = self._table(self._grids.strength).get(site)
        return row.get(self._grids.column) if isinstance(row, dict) else None

    def _chosen(self) -> list[Json]:
        return list(self._value) if isinstance(self._value, list) else []

    def marks(self) -> Marks:
        """What stands, as marks on the body."""
        found: dict[tuple[str, Side], str] = {}
        for site in self._chosen():
            now = self._strength_of(str(site))
            written = f"{now:g}" if isinstance(now, int | float) else ""
            found |= {(str(site), each): written for each in sides_of(str(site), self._side(str(site)))}
        return found

    def display(self, value: Json) -> None:
        """Show what stands."""
        self._value = value
        self.sites.display(value)
        self.surroundings_changed()

    def surroundings_changed(self) -> None:
        """Sides or strength changed: draw the marks anew."""
        marks = self.marks()
        for view in self.views:
            view.show_marks(marks)
        self._ask(self._at if self._at in marks else None)

    def settle(self) -> None:
        """Hand over the words of "other"."""
        self.sites.settle()

    # -- choosing

    def _ask(self, place: tuple[str, Side] | None) -> None:
        self._at = place
        self._strip.setVisible(place is not None)
        self._hint.setVisible(place is None)
        if place is None:
            return
        site, side = place
        said = self._side(site)
        where = say(f"chart.side_{said or side}")
        named = say("chart.place", site=self._names.get(site, site), side=where)
        self._asking.setText(say("chart.asks", place=named))
        self.strength.choices.setAccessibleDescription(say("chart.asks", place=named))
        self.strength.display(self._strength_of(site))

    def _choose(self, view: ChartView, site: str, side: Side) -> None:
        """A place was clicked: it is marked, and asked how strong it is."""
        self._from = view.place_of(site, side)
        self._at = (site, side)
        if (site, side) not in self.marks() or self._side(site) is None:
            sides = self._table(self._grids.sides)
            before = sides.get(site) if site in self._chosen() else None
            sides[site] = merged(before if isinstance(before, str) else None, side)
            self._record({self.question.id: self._with(site), self._grids.sides: {**sides}})
        else:
            self.surroundings_changed()
        self.strength.setFocus(Qt.FocusReason.OtherFocusReason)

    def _with(self, site: str) -> Json:
        """The sites in their order, with one more."""
        chosen = [*self._chosen(), site] if site not in self._chosen() else self._chosen()
        order = list(self._names)
        known = sorted((str(each) for each in chosen if each in order), key=order.index)
        return [*known, *(each for each in chosen if each not in order)]

    def _take_away(self, site: str, side: Side) -> None:
        """The mark goes; with the last of a site its side and strength go too."""
        if (site, side) not in self.marks():
            return
        sides, strength = self._table(self._grids.sides), self._table(self._grids.strength)
        left = without(self._side(site), side)
        changed: dict[str, Json] = {}
        if left is not None:
            changed[self._grids.sides] = {**sides, site: left}
        else:
            chosen = [each for each in self._chosen() if each != site]
            changed[self.question.id] = chosen or None
            changed[self._grids.sides] = {key: each for key, each in sides.items() if key != site} or None
            kept = {key: each for key, each in strength.items() if key != site}
            changed[self._grids.strength] = kept or None
        self._at = None
        self._record(changed)
        self._back()

    def _strong(self, value: Json) -> None:
        if self._at is None:
            return
        table = self._table(self._grids.strength)
        row = table.get(self._at[0])
        cells = dict(row) if isinstance(row, dict) else {}
        self._record({self._grids.strength: {**table, self._at[0]: {**cells, self._grids.column: value}}})

    def _record(self, values: Mapping[str, Json]) -> None:
        if self.asked.together is not None:
            self.asked.together(values)

    def _back(self) -> None:
        """The keys go back to the place that they came from."""
        if self._from is not None:
            self._from.setFocus(Qt.FocusReason.OtherFocusReason)
