"""Where a film is worked on: its bar, what is on its way, the picture; beside it the panel, or a drawer."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from runclinic.ui.gait.clip_bar import ClipBar
from runclinic.ui.gait.panel import Panel
from runclinic.ui.gait.stage import Stage
from runclinic.ui.gait.work_line import WorkLine

PANEL, PANEL_NARROW = 412, 320
NARROW_BELOW, DRAWER_BELOW = 1130, 860


class Desk(QWidget):
    """Lays them out for the width there is; `pull` opens or closes the drawer."""

    def __init__(self, bar: ClipBar, lines: Sequence[WorkLine], stage: Stage, panel: Panel) -> None:
        super().__init__()
        self._bar, self._panel = bar, panel
        self._line_place = QVBoxLayout()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addLayout(self._line_place)
        for line in lines:
            column.addWidget(line)
        column.addWidget(stage, 1)
        self._columns = QHBoxLayout(self)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(0)
        self._columns.addWidget(left, 1)
        self._columns.addWidget(panel)
        bar.panel_wanted.connect(self.pull)

    def hold(self, line: WorkLine) -> None:
        """The line that says how far a film is stands above the picture."""
        self._line_place.addWidget(line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the panel gives way, and becomes a drawer where there is no room."""
        super().resizeEvent(event)
        drawer = self.width() < DRAWER_BELOW
        self._panel.setFixedWidth(PANEL_NARROW if self.width() < NARROW_BELOW else PANEL)
        self._bar.squeeze(narrow=self.width() < NARROW_BELOW)
        self._bar.panel.setVisible(drawer)
        if drawer:
            self._columns.removeWidget(self._panel)
            self._panel.setVisible(self._panel.asking)
            self._place_drawer()
        else:
            self._columns.addWidget(self._panel)
            self._panel.show()

    def show_drawer(self, *, shown: bool) -> None:
        """The panel in front where it is a drawer, or away; nothing where it stands beside."""
        if not self._bar.panel.isHidden() and self._panel.isHidden() == shown:
            self.pull()

    def pull(self) -> None:
        """The drawer the other way than now."""
        self._panel.setVisible(self._panel.isHidden())
        self._place_drawer()

    def _place_drawer(self) -> None:
        top = self._bar.height()
        width = self._panel.width()
        self._panel.setGeometry(self.width() - width, top, width, self.height() - top)
        self._panel.raise_()
