"""The ground of every curve: a plot without a menu, its cursor, its colours."""

import importlib
from typing import Any

from PySide6.QtCore import Qt

from runclinic.ui.gait.strip_paint import colour


def library() -> Any:
    """What draws curves; it is loaded with the first of them, for most visits open without one."""
    return importlib.import_module("pyqtgraph")


def plot(height: int, left: int, right: int) -> tuple[Any, Any]:
    """An empty plot with room at its sides (pixels), and the upright line that follows the picture."""
    graph = library()
    made = graph.PlotWidget()
    made.setFixedHeight(height)
    made.setMenuEnabled(False)
    made.setMouseEnabled(x=False, y=False)
    made.hideButtons()
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.getAxis("left").setWidth(left)
    made.hideAxis("bottom")
    made.getPlotItem().layout.setContentsMargins(0, 4, right, 4)
    cursor = graph.InfiniteLine(0.0, angle=90)
    cursor.setZValue(10)
    made.addItem(cursor)
    return made, cursor


def dress(made: Any, cursor: Any) -> None:
    """The colours of today."""
    made.setBackground(colour("surface"))
    axis = made.getAxis("left")
    axis.setPen(colour("line"))
    axis.setTextPen(colour("text2"))
    made.showGrid(x=False, y=True, alpha=0.15)
    cursor.setPen(library().mkPen(colour("text"), width=1.5))
