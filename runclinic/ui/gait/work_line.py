"""One line above the picture: work on its way with its cancel, or why it was not done."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from runclinic.ui.pieces import Button, Icon, in_a_row, text
from runclinic.ui.say import say

BAR_WIDTH = 160


class WorkLine(QWidget):
    """How far a piece of work is; `cancelled` when she gives it up. Hidden while there is nothing to say."""

    cancelled = Signal()

    def __init__(self, icon: str = "filmstrip", bar_name: str = "") -> None:
        super().__init__()
        self._working = icon
        self.icon = Icon(icon, "text2", 18)
        self.words = text("")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(BAR_WIDTH)
        self.bar.setAccessibleName(bar_name)
        self.cancel = Button(say("gait.cancel"), kind="flat")
        self.cancel.clicked.connect(self.cancelled)
        self.dismiss = Button(say("gait.dismiss"), kind="icon", icon="close")
        self.dismiss.clicked.connect(self.hide)
        row = in_a_row(self.icon, self.words, self.bar, self.cancel, self.dismiss, spacing=8)
        row.setStretch(1, 1)
        row.setContentsMargins(12, 4, 8, 4)
        self.setLayout(row)
        self.hide()

    def follow(self, words: str, *, can_cancel: bool = True) -> None:
        """Work begins."""
        self._become(self._working, "accent", words, tone="")
        self._show(busy=True)
        self.cancel.setVisible(can_cancel)
        self.progress(0)

    def progress(self, share: float) -> None:
        """How far it is, 0 to 1."""
        self.bar.setValue(round(1000 * share))

    def end(self) -> None:
        """The work is over, and nothing needs to be said; what is being said stays until it is read."""
        if not self.bar.isHidden():
            self.hide()

    def refuse(self, why: str) -> None:
        """Why it was not done."""
        self._become("alert-circle-outline", "red", why, tone="red")
        self._show(busy=False)

    def tell(self, words: str) -> None:
        """What is worth knowing of work that is done."""
        self._become("information-outline", "accent", words, tone="")
        self._show(busy=False)

    def _become(self, icon: str, token: str, words: str, *, tone: str) -> None:
        self.icon.become(icon, token)
        self.words.setProperty("tone", tone)
        self.words.style().unpolish(self.words)
        self.words.style().polish(self.words)
        self.words.setText(words)

    def _show(self, *, busy: bool) -> None:
        self.bar.setVisible(busy)
        self.cancel.setVisible(busy)
        self.dismiss.setVisible(not busy)
        self.show()
