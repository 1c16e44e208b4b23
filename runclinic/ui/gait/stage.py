"""Tools, picture, transport and strip: what shows one frame, with its number and its time at once."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from runclinic.ui.gait.curve import Curve
from runclinic.ui.gait.picture import Picture
from runclinic.ui.gait.player import Player
from runclinic.ui.gait.projector import Shown
from runclinic.ui.gait.rail import Rail
from runclinic.ui.gait.shuttle import Shuttle
from runclinic.ui.gait.skeleton import Skeleton
from runclinic.ui.gait.strip import Strip
from runclinic.ui.gait.transport import Transport
from runclinic.ui.say import say
from runclinic.video.playing import Loop
from runclinic.visit.drawings import Tool

KEYS_LOOK = "background: rgba(11, 15, 17, 235); color: #FFFFFF; border-radius: 6px; padding: 12px 16px;"


class Stage(QWidget):
    """One film on the screen. `marked(side, kind)`, `tool(name)` and the strip say what the hand wants."""

    marked = Signal(str, str)
    tool = Signal(str)
    draws = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.player = Player(self)
        self.picture = Picture()
        self.shuttle = Shuttle()
        self.transport = Transport()
        self.strip = Strip()
        self.skeleton = Skeleton()
        self.picture.skeleton = self.skeleton
        self.curve = Curve()
        self.rail = Rail()
        self.drawing, self.tools, self.exchange = self.rail.drawing, self.rail.tools, self.rail.exchange
        self._keys = QLabel(say("gait.keys_list"), self.picture)
        self._keys.setStyleSheet(KEYS_LOOK)
        self._keys.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._keys.hide()
        self._connect()
        self._lay()

    def show_tool(self, tool: Tool | None) -> None:
        """Which tool is in hand."""
        self.rail.show_tool(tool)
        self.picture.setCursor(Qt.CursorShape.CrossCursor if tool else Qt.CursorShape.ArrowCursor)

    def _connect(self) -> None:
        self.rail.tool.connect(self.tool)
        self.rail.draws.connect(self.draws)
        self.transport.speed_chosen.connect(self.player.set_speed)
        self.transport.jump.left.connect(lambda: self.picture.setFocus(Qt.FocusReason.OtherFocusReason))
        self.shuttle.pulled.connect(self.player.drag)
        self.player.speed_changed.connect(self.transport.show_speed)
        self.player.loop_changed.connect(self._show_loop)
        self.transport.marked.connect(self.marked)
        self.player.playing_changed.connect(self.transport.show_playing)
        self.strip.went.connect(self.player.go)
        self.strip.loop_pulled.connect(self._pull_loop)
        self.strip.looked_at.connect(self.curve.put_window)
        self.curve.went.connect(self.player.go)
        self.skeleton.changed.connect(self.picture.update)

    def _lay(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.picture, 1)
        column.addWidget(self.shuttle)
        column.addWidget(self.transport)
        column.addWidget(self.strip)
        column.addWidget(self.curve)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.rail)
        self._row.addLayout(column, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the tools in as many columns as they need, at once."""
        super().resizeEvent(event)
        self.rail.fit(self.height())
        self._row.activate()

    def put(self, shown: Shown, caption: str, aspect: float) -> bool:
        """Picture, number, time and cursor of one frame, in one go; false if it came too late to count."""
        if not self.player.arrived(shown.frame, exact=shown.exact):
            return False
        self._put(shown, caption, aspect)
        return True

    def put_passing(self, shown: Shown, caption: str, aspect: float) -> None:
        """A frame on the way to the one that is wanted: something is to be done on it."""
        self.player.passes(shown.frame)
        self._put(shown, caption, aspect)

    def _put(self, shown: Shown, caption: str, aspect: float) -> None:
        self.picture.put(shown, caption, aspect)
        count = len(self.player.times_s)
        self.transport.put(shown.frame, count, float(self.player.times_s[shown.frame]))
        self.strip.put_cursor(shown.frame)
        self.curve.put_cursor(shown.frame)

    def toggle_loop(self) -> None:
        """Round what lies between her two points, else what the strip shows; or no longer."""
        self.player.toggle_loop(self.strip.seen())

    def _pull_loop(self, frame: int, other: int) -> None:
        """An end of the loop moves with the hand, and its frame is shown; a film that plays plays on."""
        self.player.loop_between(frame, other)
        if not self.player.playing:
            self.player.go(frame)

    def _show_loop(self, loop: Loop | None) -> None:
        self.transport.show_loop(looping=loop is not None)
        self.strip.put_loop(loop)

    def show_keys(self, *, shown: bool | None = None) -> None:
        """The keys over the picture; without a wish: the other way than now."""
        wanted = self._keys.isHidden() if shown is None else shown
        self._keys.adjustSize()
        self._keys.move(12, 12)
        self._keys.setVisible(wanted)

    def esc(self) -> None:
        """Give up a drawing or its tool, let go of a mark, or put the keys away."""
        sketch = self.picture.sketch
        if sketch is not None and sketch.esc():
            return
        if not (self.skeleton.let_go() or self.strip.let_go()):
            self.show_keys(shown=False)

    def keys(self) -> dict[str, Callable[[], object]]:
        """The keys that only look: those that mark belong to the page."""
        player = self.player
        return {
            "Home": lambda: player.go(0),
            "End": lambda: player.go(player.last),
            "Space": player.toggle,
            "J": lambda: player.shuttle(-1),
            "K": lambda: player.shuttle(0),
            "L": lambda: player.shuttle(1),
            "I": lambda: player.loop_from(player.in_hand),
            "O": lambda: player.loop_to(player.in_hand),
            "P": self.toggle_loop,
            "Esc": self.esc,
            "Shift+F1": self.show_keys,
            "+": lambda: self.picture.zoom_by(1.25),
            "-": lambda: self.picture.zoom_by(0.8),
            "0": self.picture.fit,
            "B": self.skeleton.toggle,
        }
