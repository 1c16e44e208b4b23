"""What a hand draws on the film on the screen: its tools and their keys, and what they ask."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from runclinic.ui import icons
from runclinic.ui.gait.by_points import point_words
from runclinic.ui.gait.sketch import TOOL_ICONS, Sketch
from runclinic.ui.gait.sketch_paint import INKS
from runclinic.ui.gait.stage import Stage
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say
from runclinic.visit.drawings import COLOURS, Colour, Drawing, Tool

LONGEST_CM = 1000.0  # of a thing in the picture
NUDGES = {"Ctrl+Left": (-1, 0), "Ctrl+Right": (1, 0), "Ctrl+Up": (0, -1), "Ctrl+Down": (0, 1)}
SWATCH, INK = 16, "#0B0F11"
TRAILS = (15, 30, 60, 120)  # frames


class ByHand(QObject):
    """`said(words)`: what is to be told of it, for those who do not see it too."""

    said = Signal(str)

    def __init__(self, visit: OpenVisit, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self._trail = TRAILS[1]
        self.sketch = Sketch(visit)
        stage.picture.sketch = self.sketch
        self.sketch.changed.connect(self._show)
        self.sketch.length_wanted.connect(self._ask_length)
        self.sketch.words_wanted.connect(self._ask_words)
        stage.draws.connect(self.draw)
        stage.rail.grid.clicked.connect(self.sketch.toggle_grid)
        stage.rail.more.clicked.connect(self.ask)

    def keys(self) -> dict[str, Callable[[], object]]:
        """The keys of drawing."""
        does: dict[str, Callable[[], object]] = {
            "Shift+T": self.sketch.rewrite,
            "Shift+S": self.next,
            "Shift+H": self.next_colour,
            "Ctrl+C": self.copy,
            "Ctrl+V": self.paste,
            "Shift+F": self.keep,
            "Shift+G": self.sketch.toggle_grid,
            "Shift+X": lambda: self.follow(0 if self._stage.skeleton.trail else self._trail),
            "Z": self._stage.picture.toggle_loupe,
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

    def copy(self) -> None:
        """The chosen drawing, to be put on another frame."""
        copied = self.sketch.copy()
        self.said.emit(
            say("gait.draw_choose_first")
            if copied is None
            else say("gait.draw_copied", what=self._named(copied))
        )

    def paste(self) -> None:
        """What was copied, on the frame in hand."""
        self._stage.player.pause()
        made = self.sketch.paste()
        self.said.emit(
            say("gait.draw_nothing_copied")
            if made is None
            else say("gait.draw_pasted", what=self._named(made), frame=made.frame)
        )

    def keep(self) -> None:
        """On how many frames the chosen drawing shows."""
        chosen = self.sketch.chosen
        if chosen is None or chosen.tool == "scale":
            self.said.emit(say("gait.draw_choose_first"))
            return
        most = max(1, self._stage.player.last - chosen.frame + 1)
        title, words = say("gait.draw_keep"), say("gait.draw_keep_ask", frame=chosen.frame)
        frames, given = QInputDialog.getInt(self._stage, title, words, min(chosen.frames, most), 1, most)
        if given:
            self.sketch.keep_for(frames)

    def menu(self) -> QMenu:
        """What else can be done with drawings."""
        made = QMenu(self._stage)
        colours, chosen = QActionGroup(made), self.sketch.chosen
        now = self.sketch.colour if chosen is None or self.sketch.tool is not None else chosen.colour
        for each in COLOURS:
            colours.addAction(self._colour_action(made, each, chosen=each == now))
        made.addSeparator()
        lasting = chosen is not None and chosen.tool != "scale"
        for name, keys, does, possible in (
            ("rewrite", "Shift+T", self.sketch.rewrite, chosen is not None and not lasting),
            ("copy", "Ctrl+C", self.copy, chosen is not None),
            ("paste", "Ctrl+V", self.paste, self.sketch.copied),
            ("keep", "Shift+F", self.keep, lasting),
        ):
            action = made.addAction(f"{say(f'gait.draw_{name}')}\t{keys}")
            action.setEnabled(possible)
            action.triggered.connect(does)
        made.addMenu(self._trails(made))
        return made

    def _trails(self, menu: QMenu) -> QMenu:
        made, skeleton = QMenu(say("gait.trail"), menu), self._stage.skeleton
        made.setEnabled(skeleton.there)
        lengths = QActionGroup(made)
        for frames in (0, *TRAILS):
            action = self._trail_action(made, frames)
            action.setChecked(frames == skeleton.trail)
            lengths.addAction(action)
        return made

    def _trail_action(self, menu: QMenu, frames: int) -> QAction:
        action = menu.addAction(say("gait.trail_frames", n=frames) if frames else say("gait.trail_none"))
        action.setCheckable(True)
        action.triggered.connect(lambda: self.follow(frames))
        return action

    def follow(self, frames: int) -> None:
        """The trail of a body point over so many frames; 0: none. What it is of is said."""
        self._trail = frames or self._trail
        point = self._stage.skeleton.follow(frames)
        if not point:
            self.said.emit(say("gait.trail_nowhere"))
        elif frames:
            self.said.emit(say("gait.trail_is", point=point_words(point), frames=frames))
        else:
            self.said.emit(say("gait.trail_none"))

    def ask(self) -> None:
        """Show the menu beside its button."""
        menu, button = self.menu(), self._stage.rail.more
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(button.width() + 4, 0)))

    def _colour_action(self, menu: QMenu, colour: Colour, *, chosen: bool) -> QAction:
        action = menu.addAction(swatch(INKS[colour], menu, chosen=chosen), say(f"gait.colour_{colour}"))
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(lambda: self.sketch.take_colour(colour))
        return action

    def _nudge(self, across: int, down: int) -> None:
        """The body point or the drawing that is chosen, by a pixel."""
        if not self._stage.skeleton.nudge(across, down):
            self.sketch.nudge(across, down)

    def _show(self) -> None:
        self._stage.show_tool(self.sketch.tool)
        self._stage.rail.grid.setChecked(self.sketch.grid)
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


def swatch(colour: QColor, on: QWidget, *, chosen: bool) -> QIcon:
    """A square of a colour, beside its name; a tick on the one in hand."""
    size = round(SWATCH * on.devicePixelRatioF())
    drawn = QPixmap(size, size)
    drawn.fill(colour)
    if chosen:
        painter = QPainter(drawn)
        painter.drawPixmap(0, 0, icons.icon("check-bold", INK).pixmap(size, size))
        painter.end()
    drawn.setDevicePixelRatio(on.devicePixelRatioF())
    return QIcon(drawn)
