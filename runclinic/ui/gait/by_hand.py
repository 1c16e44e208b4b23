"""What a hand draws on the film on the screen: its tools and their keys, and what they ask."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QIcon, QPixmap
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from runclinic.ui.gait.sketch import TOOL_ICONS, Sketch
from runclinic.ui.gait.sketch_paint import INKS
from runclinic.ui.gait.stage import Stage
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say
from runclinic.visit.drawings import COLOURS, Colour, Drawing, Tool

LONGEST_CM = 1000.0  # of a thing in the picture
NUDGES = {"Ctrl+Left": (-1, 0), "Ctrl+Right": (1, 0), "Ctrl+Up": (0, -1), "Ctrl+Down": (0, 1)}
SWATCH = 16


class ByHand(QObject):
    """`said(words)`: what is to be told of it, for those who do not see it too."""

    said = Signal(str)

    def __init__(self, visit: OpenVisit, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self.sketch = Sketch(visit)
        stage.picture.sketch = self.sketch
        self.sketch.changed.connect(self._show)
        self.sketch.length_wanted.connect(self._ask_length)
        self.sketch.words_wanted.connect(self._ask_words)
        stage.draws.connect(self.draw)
        stage.rail.more.clicked.connect(self.ask)

    def keys(self) -> dict[str, Callable[[], object]]:
        """The keys of drawing."""
        does: dict[str, Callable[[], object]] = {
            "Shift+T": self.sketch.rewrite,
            "Shift+S": self.next,
            "Shift+H": self.next_colour,
        }
        does |= {key: partial(self._nudge, *way) for key, way in NUDGES.items()}
        return does | {key: partial(self.draw, tool) for tool, (_icon, key) in TOOL_ICONS.items()}

    def draw(self, tool: Tool) -> None:
        """Draw on the picture with a tool; the same again puts it away."""
        if self._stage.picture.shown is not None:
            self._stage.player.pause()
            self.sketch.use(tool)

    def next(self) -> None:
        """Choose the next drawing of this frame; what it is is said."""
        chosen = self.sketch.next()
        self.said.emit(say("gait.draw_none") if chosen is None else self._named(chosen))

    def next_colour(self) -> None:
        """Another colour, said by its name."""
        self.sketch.next_colour()
        self.said.emit(say("gait.draw_colour_is", colour=say(f"gait.colour_{self.sketch.colour}")))

    def menu(self) -> QMenu:
        """What else can be done with drawings."""
        made = QMenu(self._stage)
        colours, chosen = QActionGroup(made), self.sketch.chosen
        now = self.sketch.colour if chosen is None or self.sketch.tool is not None else chosen.colour
        for each in COLOURS:
            action = self._colour_action(made, each)
            action.setChecked(each == now)
            colours.addAction(action)
        made.addSeparator()
        rewrite = made.addAction(f"{say('gait.draw_rewrite')}\tShift+T")
        rewrite.setEnabled(chosen is not None and chosen.tool in ("text", "scale"))
        rewrite.triggered.connect(self.sketch.rewrite)
        return made

    def ask(self) -> None:
        """Show the menu beside its button."""
        menu, button = self.menu(), self._stage.rail.more
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(button.width() + 4, 0)))

    def _colour_action(self, menu: QMenu, colour: Colour) -> QAction:
        action = menu.addAction(swatch(INKS[colour], menu), say(f"gait.colour_{colour}"))
        action.setCheckable(True)
        action.triggered.connect(lambda: self.sketch.take_colour(colour))
        return action

    def _nudge(self, across: int, down: int) -> None:
        """The body point or the drawing that is chosen, by a pixel."""
        if not self._stage.skeleton.nudge(across, down):
            self.sketch.nudge(across, down)

    def _show(self) -> None:
        self._stage.show_tool(self.sketch.tool)
        self._stage.picture.update()

    def _named(self, drawing: Drawing) -> str:
        name, words = say(f"gait.drawn_{drawing.tool}"), self.sketch.words(drawing)
        return f"{name}: {words}" if words else name

    def _ask_length(self, drawing: Drawing) -> None:
        """How long the thing is that a scale was drawn along."""
        title, words = say("gait.draw_scale"), say("gait.draw_scale_ask")
        stood = drawing.known_cm or 100.0
        known, given = QInputDialog.getDouble(self._stage, title, words, stood, 1.0, LONGEST_CM, 1)
        self.sketch.set_length(drawing, known if given else 0.0)

    def _ask_words(self, drawing: Drawing) -> None:
        title, words = say("gait.draw_text"), say("gait.draw_text_ask")
        said, given = QInputDialog.getText(self._stage, title, words, text=drawing.words)
        self.sketch.set_words(drawing, said if given else "")


def swatch(colour: QColor, on: QWidget) -> QIcon:
    """A square of a colour, beside its name."""
    drawn = QPixmap(round(SWATCH * on.devicePixelRatioF()), round(SWATCH * on.devicePixelRatioF()))
    drawn.setDevicePixelRatio(on.devicePixelRatioF())
    drawn.fill(colour)
    return QIcon(drawn)
