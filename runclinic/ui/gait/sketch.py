"""The hand's drawings over the picture: clicked point by point, dragged by their ends, with their values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from math import dist

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QImage, QPainter

from runclinic.ui.gait import sketch_paint
from runclinic.ui.gait.sketch_paint import Place, value_words
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say
from runclinic.visit import drawings
from runclinic.visit.drawings import COLOURS, POINTS, USUAL_COLOUR, Colour, Drawing, Point, Tool, drawing_key
from runclinic.visit.entry import Json
from runclinic.visit.squares import Squares, squares

REACH = 12.0  # logical pixels from an end that a finger may miss it by
ASIDE = 0.02  # of the picture's height, where a copy would lie on what it was copied from
STROKE_WITHIN = 0.5  # pixels of the screen that a stroke may be off the hand's way


@dataclass(frozen=True, slots=True)
class Grip:
    """A drawing in the hand, as it lies now: held by one of its points, or as a whole (`which` None)."""

    drawing: Drawing
    which: int | None
    place: Point

    def at(self, place: Point) -> "Grip":
        """The hand is here now."""
        if self.which is not None:
            return replace(self, drawing=drawings.moved(self.drawing, self.which, place))
        right, down = place[0] - self.place[0], place[1] - self.place[1]
        return Grip(drawings.shifted(self.drawing, right, down), None, place)


class Sketch(QObject):
    """Drawings of one film. A scale and what is measured by it hold for the whole clip, others for a frame.

    `changed`: something is to be painted anew. `length_wanted(drawing)`: how long the scale really is;
    `words_wanted(drawing)`: what a text says.
    """

    changed = Signal()
    length_wanted = Signal(object)
    words_wanted = Signal(object)

    def __init__(self, visit: OpenVisit) -> None:
        super().__init__()
        self._visit = visit
        self._film_id = ""
        self._last = 0
        self.tool: Tool | None = None
        self.colour: Colour = USUAL_COLOUR
        self.frame, self.size, self.aspect, self.zoom = 0, (1.0, 1.0), 1.0, 1.0
        self.selected: int | None = None
        self._clicked: list[Point] = []
        self._at: Point | None = None  # the pointer, while points are missing
        self._held: Grip | None = None
        self._across = 1.0  # pixels of the frame for one of the screen, at the last press
        self._stands: tuple[Drawing, ...] = ()
        self._copied: Drawing | None = None
        self.grid = False

    # -- which film, which frame, which tool

    def open_film(self, film_id: str) -> None:
        """The drawings of another film."""
        start = drawing_key(film_id, 0).removesuffix("0")
        ever = (entry.key for entry in self._visit.store.visits.entries(self._visit.visit.id))
        numbers = [key.removeprefix(start) for key in ever if key.startswith(start)]
        self._film_id, self._copied = film_id, None
        self._last = max((int(number) for number in numbers if number.isdecimal()), default=0)
        self.use(None)
        self.refresh()

    def refresh(self) -> None:
        """What stands."""
        self._stands = drawings.recorded(self._visit.now(), self._film_id)
        if self.selected not in {each.number for each in self._stands}:
            self.selected = None
        self.changed.emit()

    def show_frame(self, frame: int, size: tuple[float, float], aspect: float) -> None:
        """The frame that is on the screen, its size in pixels, and a pixel's width by its height."""
        if frame != self.frame:
            self._clicked, self._at = [], None
        self.frame, self.size, self.aspect = frame, size, aspect

    def use(self, tool: Tool | None) -> None:
        """Draw with this tool from now on; the same one again, or None, puts it away."""
        self.tool = None if tool == self.tool else tool
        self._clicked, self._at = [], None
        self.changed.emit()

    def here(self) -> tuple[Drawing, ...]:
        """The drawings that show on this frame: its own, those that are kept on, and the scale."""
        return tuple(each for each in self._stands if each.shows_on(self.frame))

    @property
    def holds(self) -> bool:
        """Whether the hand drags a drawing."""
        return self._held is not None

    @property
    def chosen(self) -> Drawing | None:
        """The chosen drawing, where it shows on this frame."""
        return next((each for each in self.here() if each.number == self.selected), None)

    def scale(self) -> Drawing | None:
        """The newest known length of the clip."""
        return next((each for each in reversed(self._stands) if each.tool == "scale"), None)

    def squares(self) -> Squares:
        """How large the squares of the grid are: in whole cm where a length is known."""
        return squares(self.size, self.aspect, self.scale())

    def words(self, drawing: Drawing) -> str:
        """What a drawing measures, as it is read beside it."""
        return value_words(drawing, self.size, self.aspect, self.scale())

    # -- the hand

    def press(self, place: Point, reach: float) -> bool:
        """A click at a place of the picture; whether it was for a drawing. `reach` in picture pixels."""
        self._across = reach / REACH
        held = self._near(place, reach) if self.tool is None else None
        if held is not None:
            self._held, self.selected = held, held.drawing.number
            self.changed.emit()
            return True
        if self.tool is None:
            self.selected = None
            self.changed.emit()
            return False
        self._clicked.append(place)
        if self.tool != "freehand" and len(self._clicked) == POINTS[self.tool]:
            self._finish()
        self.changed.emit()
        return True

    def move(self, place: Point) -> bool:
        """The pointer is here; whether something is drawn or dragged."""
        if self._held is not None:
            self._held = self._held.at(place)
            self.changed.emit()
            return True
        if self._clicked and self.tool == "freehand":
            self._clicked.append(place)
        self._at = place if self._clicked else None
        if self._clicked:
            self.changed.emit()
        return bool(self._clicked)

    def release(self) -> bool:
        """The hand lets go: of a stroke, or of an end. Where it lies now is recorded."""
        if self._clicked and self.tool == "freehand":
            self._end_stroke()
            return True
        held, self._held = self._held, None
        if held is None:
            return False
        before = next((each for each in self._stands if each.number == held.drawing.number), None)
        if before is None or before.points != held.drawing.points:
            self._record(held.drawing)
        return True

    def nudge(self, right: int, down: int) -> bool:
        """The chosen drawing moves by a pixel; false if none is chosen."""
        if self.chosen is not None:
            self._record(drawings.shifted(self.chosen, right, down))
        return self.chosen is not None

    def take_colour(self, colour: Colour) -> None:
        """The colour of what is drawn from now on; without a tool in hand the chosen drawing takes it too."""
        self.colour = colour
        if self.tool is None and self.chosen is not None and self.chosen.colour != colour:
            self._record(replace(self.chosen, colour=colour))
        self.changed.emit()

    def next_colour(self) -> None:
        """The one after the colour in hand, or after that of the chosen drawing."""
        now = self.chosen.colour if self.tool is None and self.chosen is not None else self.colour
        self.take_colour(COLOURS[(COLOURS.index(now) + 1) % len(COLOURS)])

    def next(self) -> Drawing | None:
        """Choose the next drawing of this frame; None where there is none."""
        here = self.here()
        if not here:
            return None
        at = here.index(self.chosen) + 1 if self.chosen is not None else 0
        self.selected = here[at % len(here)].number
        self.changed.emit()
        return self.chosen

    def copy(self) -> Drawing | None:
        """Keep the chosen drawing in mind, to be put on other frames; None if none is chosen."""
        if self.chosen is None or self.chosen.tool == "scale":  # which shows on every frame as it is
            return None
        self._copied = self.chosen
        return self._copied

    @property
    def copied(self) -> bool:
        """Whether there is something to be put on other frames."""
        return self._copied is not None

    def paste(self) -> Drawing | None:
        """What was copied once more, on the frame in hand; a little aside where it lies there already."""
        copied = self._copied
        if copied is None:
            return None
        self._last += 1
        made = replace(copied, number=self._last, frame=self.frame, frames=1)
        while any(each.points == made.points and each.tool == made.tool for each in self.here()):
            made = drawings.shifted(made, ASIDE * self.size[1], ASIDE * self.size[1])
        self._record(made)
        return made

    def keep_for(self, frames: int) -> None:
        """The chosen drawing shows on so many frames from its own on."""
        if self.chosen is not None and self.chosen.frames != frames:
            self._record(replace(self.chosen, frames=frames))

    def toggle_grid(self) -> None:
        """Squares over the picture, or no longer."""
        self.grid = not self.grid
        self.changed.emit()

    def rewrite(self) -> bool:
        """Ask anew what the chosen text says, or how long the chosen known length is; whether it is one."""
        chosen = self.chosen
        if chosen is None or chosen.tool not in ("text", "scale"):
            return False
        self._held = None
        (self.words_wanted if chosen.tool == "text" else self.length_wanted).emit(chosen)
        return True

    def remove(self) -> bool:
        """Take the chosen drawing away; false if none is chosen."""
        if self.chosen is None:
            return False
        self._visit.record(drawing_key(self._film_id, self.chosen.number), None)
        self.refresh()
        return True

    def esc(self) -> bool:
        """Give up what is begun, else the tool, else the choice; false if there was nothing to give up."""
        if self._clicked:
            self._clicked, self._at = [], None
        elif self.tool is not None:
            self.tool = None
        elif self.selected is not None:
            self.selected = None
        else:
            return False
        self.changed.emit()
        return True

    def numbered(self, those: Iterable[Drawing]) -> dict[str, Json]:
        """Drawings from elsewhere, to be recorded: numbers that were never given, by key."""
        changes: dict[str, Json] = {}
        for each in those:
            self._last += 1
            changes[drawing_key(self._film_id, self._last)] = replace(each, number=self._last).value
        return changes

    def set_length(self, drawing: Drawing, known_cm: float) -> None:
        """How long the thing is that a scale was drawn along; 0 gives the scale up."""
        if known_cm > 0:
            self._record(replace(drawing, known_cm=known_cm))

    def set_words(self, drawing: Drawing, words: str) -> None:
        """What a text says; without words a new one is given up, and another stays as it is."""
        said = " ".join(words.split())[: drawings.MOST_LETTERS]
        if said:
            self._record(replace(drawing, words=said))

    def renumber(self, now: Mapping[int, int | None]) -> None:
        """Frame k is frame `now[k]` (None: gone): every drawing goes with its frame."""
        for each in self._stands if now else ():
            there = drawings.gone_with(each, now)
            if there != each:
                moved = None if there is None else there.value
                self._visit.record(drawing_key(self._film_id, each.number), moved)
        self.refresh()

    def _finish(self) -> None:
        tool, points = self.tool, tuple(self._clicked)
        self._clicked, self._at = [], None
        if tool is None:
            return
        self._last += 1
        drawing = self._made(self._last, tool, points)
        if tool == "scale":
            self.tool = None
            self.length_wanted.emit(drawing)
        elif tool == "text":
            self.words_wanted.emit(drawing)
        else:
            self._record(drawing)

    def _end_stroke(self) -> None:
        """A stroke that never left its place was no stroke."""
        start = self._clicked[0]
        if max(dist(start, each) for each in self._clicked) > self._across:
            self._clicked = list(drawings.plain(self._clicked, STROKE_WITHIN * self._across))
            self._finish()
        self._clicked, self._at = [], None
        self.changed.emit()

    def _made(self, number: int, tool: Tool, points: tuple[Point, ...]) -> Drawing:
        made = Drawing(number, tool, self.frame, points, zoom=self.zoom, colour=self.colour)
        return drawings.moved(made, 0, points[0])

    def _record(self, drawing: Drawing) -> None:
        self._visit.record(drawing_key(self._film_id, drawing.number), drawing.value)
        self.selected = drawing.number
        self.refresh()

    def _near(self, place: Point, reach: float) -> Grip | None:
        """The end of a drawing on this frame that is within reach, the nearest; else a stroke."""
        ends = [
            (dist(place, point), each, which)
            for each in self.here()
            if each.tool != "freehand"
            for which, point in enumerate(each.points)
        ]
        near = min(ends, key=lambda end: end[0], default=None)
        if near is not None and near[0] <= reach:
            return Grip(near[1], near[2], place)
        for each in reversed(self.here()):
            if each.tool == "freehand" and any(
                drawings.beside(place, one, other) <= reach for one, other in pairwise(each.points)
            ):
                return Grip(each, None, place)
        return None

    # -- painting

    def paint(self, painter: QPainter, place: Place) -> None:
        """All drawings of the frame; `place` turns pixels of the frame into those of the painter."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.grid:
            sketch_paint.grid(painter, self.squares(), self.size, place)
        held = None if self._held is None else self._held.drawing
        for each in self.here():
            shown = held if held is not None and held.number == each.number else each
            chosen = shown.number == self.selected
            sketch_paint.draw(painter, shown, self.words(shown), place, chosen=chosen)
        if self._clicked and self.tool is not None:
            begun = self._made(0, self.tool, (*self._clicked, *([self._at] if self._at is not None else [])))
            points = [place(QPointF(*point)) for point in begun.points]
            sketch_paint.lines(painter, self.tool, points, sketch_paint.INKS[self.colour])


def over(image: QImage, sketch: Sketch) -> QImage:
    """The frame as a picture of its own, with what is drawn on it; which of it is chosen does not show."""
    those = [(each, sketch.words(each)) for each in sketch.here()]
    return sketch_paint.drawn_on(
        image, those, sketch_paint.closer(image), sketch.squares() if sketch.grid else None
    )


TOOL_ICONS: dict[Tool, tuple[str, str]] = {  # icon, key
    "vertical": ("angle-acute", "V"),
    "angle": ("angle-right", "A"),
    "line": ("vector-line", "E"),
    "distance": ("ruler", "D"),
    "scale": ("arrow-expand-horizontal", "S"),
    "arrow": ("arrow-top-right", "W"),
    "circle": ("circle-outline", "G"),
    "plumb": ("arrow-collapse-down", "U"),
    "text": ("format-text", "T"),
    "freehand": ("gesture", "H"),
}


def tip_of(tool: Tool) -> str:
    """What a tool does, and its key."""
    return say("gait.draw_tip", what=say(f"gait.draw_{tool}"), key=TOOL_ICONS[tool][1])
