"""At the right of two films: the table, what of it really changed in one sentence, and what can be done."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from runclinic.gait import reference
from runclinic.measured import shown
from runclinic.ui.gait.clip_bar import HEIGHT
from runclinic.ui.gait.compare.films import Taken
from runclinic.ui.gait.compare.table import Compared, CompareTable, Row, compared, fit, table_of
from runclinic.ui.gait.meaning import short_name
from runclinic.ui.gait.measures import ROW, error_words
from runclinic.ui.pieces import Button, Card, Scroll, ground, rule, text
from runclinic.ui.say import say

WIDTH = 432


class Side(QWidget):
    """`keep_wanted`: the pair on the screen is to go to paper."""

    keep_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.found = Compared()
        self.model = CompareTable()
        self.table = table_of(self.model)
        self.basis = text("", "second")
        self.means = Card("note", margins=(12, 10, 12, 10))
        self.title, self.said = text("", "strong"), text("", "second")
        for label in (self.title, self.said):
            self.means.rows.addWidget(label)
        self.chance, self.only = text("", "caption"), text("", "caption")
        self.keep = Button(
            say("gait.compare_keep"),
            kind="primary",
            icon="image-plus",
            tall=True,
            tip=say("gait.compare_keep_tip"),
        )
        self.keep.clicked.connect(self.keep_wanted)
        self.told = text("", "second")
        self.told.hide()
        self._lay()

    def _lay(self) -> None:
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 8, 12, 12)
        rows.setSpacing(8)
        for widget in (self.basis, self.means, self.table, self.chance, self.only):
            rows.addWidget(widget)
        rows.addStretch(1)
        frame = ground("panel")
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = text(say("gait.compare_title"), "heading", wrap=False)
        head.setFixedHeight(HEIGHT - 1)
        head.setContentsMargins(16, 0, 16, 0)
        column.addWidget(head)
        column.addWidget(rule())
        column.addWidget(Scroll(inside), 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 12)
        foot.setSpacing(6)
        foot.addWidget(self.told)
        foot.addWidget(self.keep)
        column.addLayout(foot)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: verdicts as signs where there is no room for their words."""
        super().resizeEvent(event)
        fit(self.table, self.model, narrow=self.width() < WIDTH)

    def wait(self) -> None:
        """The films are being opened and measured."""
        self.found = Compared()
        self.model.put(())
        self.table.hide()
        for label in (self.chance, self.only):
            label.hide()
        self.means.hide()
        self.basis.setText(say("gait.compare_measuring"))
        self.keep.setEnabled(False)

    def put(self, first: Taken, second: Taken) -> None:
        """Both films as they measure."""
        self.found = found = compared(first, second)
        self.model.put(found.rows)
        self.table.setFixedHeight(26 + ROW * len(found.rows))
        self.table.setVisible(bool(found.rows))
        steps = [_steps(taken) for taken in (first, second)]
        self.basis.setText(say("gait.compare_basis", first=steps[0], second=steps[1]))
        self.title.setText(_title(found))
        self.said.setText(_said(found, (first, second)))
        self.said.setVisible(bool(self.said.text()))
        self.means.show()
        self.chance.setText(found.chance)
        self.chance.setVisible(bool(found.chance))
        self.only.setText(_left_out(found))
        self.only.setVisible(bool(self.only.text()))
        self.keep.setEnabled(True)

    def tell(self, words: str) -> None:
        """What was just done, or why not."""
        self.told.setText(words)
        self.told.setVisible(bool(words))


def _steps(taken: Taken) -> int:
    cadence = None if taken.analysis is None else taken.analysis.timing.get("cadence")
    return 0 if cadence is None else cadence.both.n


def _title(found: Compared) -> str:
    """The one thing to know first."""
    if not found.rows:
        return say("gait.compare_nothing")
    if found.reasons:
        return say("gait.compare_not")
    return say("gait.compare_changed", n=len(found.changed)) if found.changed else say("gait.compare_same")


def _said(found: Compared, films: tuple[Taken, Taken]) -> str:
    if not found.rows:
        why = [
            say("gait.compare_why", letter=letter, why=taken.why_not or say("gait.compare_no_marks"))
            for letter, taken in zip("AB", films, strict=True)
            if not taken.metrics
        ]
        return " ".join(why)
    if found.reasons:
        return say("gait.compare_reasons", why=", ".join(found.reasons))
    return ", ".join(_changed(row) for row in found.changed)


def _left_out(found: Compared) -> str:
    """Which rows cannot be compared and why, and what has no row: a line each."""
    lines = [
        say("gait.compare_some_not", names=", ".join(names), why=", ".join(why))
        for why, names in found.not_comparable.items()
    ]
    if found.only:
        lines.append(say("gait.compare_only", names=", ".join(found.only)))
    return "\n".join(lines)


def _changed(row: Row) -> str:
    facts, change = reference.metric(row.second.id), row.change
    value = shown(abs(change.change), facts.decimals)
    sign = "+" if change.change > 0 else "\N{MINUS SIGN}"
    error = error_words(change.plus_minus, facts.decimals)
    return f"{short_name(row.second.id)} {sign}{value} ± {error} {facts.unit}".rstrip()
