"""The rail of tools beside the picture: one column, or two where the window is too low for one."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from runclinic.ui.gait.sketch import TOOL_ICONS, tip_of
from runclinic.ui.pieces import Button, Scroll, ground
from runclinic.ui.say import say
from runclinic.visit.drawings import Tool

WIDE, BUTTON, GAP, EDGE = 44, 40, 4, 6


class Rail(QWidget):
    """`tool(name)` and `draws(tool)` say what was pressed."""

    tool = Signal(str)
    draws = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.drawing = {tool: self._drawing_tool(tool) for tool in TOOL_ICONS}
        self.grid = _button(say("gait.grid"), "grid", say("gait.grid_tip"))
        self.grid.setCheckable(True)
        self.more = _button(say("gait.more"), "palette-outline", say("gait.more_tip"))
        self.tools = {
            "remove": self._tool("remove", "delete-outline"),
            "undo": self._tool("undo", "undo"),
            "redo": self._tool("redo", "redo"),
            "key_frame": self._tool("key_frame", "star-outline"),
            "keys": self._tool("keys", "keyboard-outline"),
        }
        self.exchange = _button(say("gait.exchange"), "export-variant", say("gait.exchange_tip"))
        inside = ground("sunken")
        inside.setAccessibleName(say("gait.tools"))
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(4, EDGE, 4, EDGE)
        self._grid.setSpacing(GAP)
        self._columns = 0
        self._lay(1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(Scroll(inside))

    def _tool(self, name: str, icon: str) -> Button:
        button = _button(say(f"gait.{name}"), icon, say(f"gait.{name}_tip"))
        button.clicked.connect(lambda: self.tool.emit(name))
        return button

    def _drawing_tool(self, tool: Tool) -> Button:
        icon, _key = TOOL_ICONS[tool]
        button = _button(say(f"gait.draw_{tool}"), icon, tip_of(tool))
        button.setCheckable(True)
        button.clicked.connect(lambda: self.draws.emit(tool))
        return button

    def show_tool(self, tool: Tool | None) -> None:
        """Which tool is in hand."""
        for name, button in self.drawing.items():
            button.setChecked(name == tool)

    def _buttons(self) -> Sequence[Button]:
        return (*self.drawing.values(), self.grid, self.more, *self.tools.values(), self.exchange)

    def _lay(self, columns: int) -> None:
        """Read along its rows; Tab goes the same way."""
        if columns == self._columns:
            return
        buttons, before = self._buttons(), self._columns
        for at, button in enumerate(buttons):
            self._grid.removeWidget(button)
            self._grid.addWidget(button, *divmod(at, columns))
        rows = -(-len(buttons) // columns)
        self._grid.setRowStretch(-(-len(buttons) // before) if before else rows, 0)
        self._grid.setRowStretch(rows, 1)
        self._columns = columns
        self.setFixedWidth(WIDE * columns)

    def fit(self, height: int) -> None:
        """As many columns as it takes to show them all in so many pixels."""
        high = len(self._buttons()) * (BUTTON + GAP) - GAP + 2 * EDGE
        self._lay(1 if height >= high else 2)


def _button(name: str, icon: str, tip: str) -> Button:
    return Button(name, kind="icon", icon=icon, tip=tip, tall=True)
