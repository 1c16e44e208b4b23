"""The panel at the right: the measures of each foot with their ±, what they mean, and what speaks against."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from runclinic.film_analysis import FilmAnalysis
from runclinic.gait import filming, reference
from runclinic.gait.analyse import Analysis
from runclinic.gait.contacts import raw_step_rate
from runclinic.gait.filming import ClipFacts
from runclinic.gait.means import Metric
from runclinic.measured import Measured, decimals_for, shown
from runclinic.ui import look
from runclinic.ui.gait.meaning import basis, meaning, short_name
from runclinic.ui.gait.one_primary import become_primary
from runclinic.ui.pieces import Button, Card, Icon, Scroll, empty_out, in_a_row, text
from runclinic.ui.say import say

ROW = 38
NUMBER, NUMBER_NARROW, NARROW_BELOW = 58, 49, 360
BOUNCE = "vertical_oscillation"
COLUMNS = ("name", "both", "left", "right", "difference")
Index = QModelIndex | QPersistentModelIndex
CELL = Qt.ItemDataRole.UserRole
GRAVITY = ("red", "amber", "text3")
TABLE = """
QTableView, QHeaderView { border: 0; background: transparent; }
QHeaderView::section { background: transparent; border: 0; padding: 0 4px 2px 2px; font-size: 12px; }
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value over its ±, or a name over its unit; empty where it does not apply."""

    top: str = ""
    below: str = ""


class MeasureTable(QAbstractTableModel):
    """One row a measure; each value stands with its own ±. `title` heads the names."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.metrics: tuple[Metric, ...] = ()

    def put(self, metrics: Sequence[Metric]) -> None:
        """Other measures."""
        self.beginResetModel()
        self.metrics = tuple(metrics)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Qt: measures."""
        return 0 if parent is not None and parent.isValid() else len(self.metrics)

    def columnCount(self, parent: Index | None = None) -> int:
        """Qt: name, both, left, right, difference."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: words for a screen reader, a cell for the painter."""
        cell = self.cell(index.row(), COLUMNS[index.column()])
        if role == CELL:
            return cell
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{cell.top} {cell.below}".strip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return say("gait.row_tip")
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Qt: the heads of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return say(f"gait.column_{COLUMNS[section]}") if section else self._title
        if role == Qt.ItemDataRole.ForegroundRole and section in (2, 3):
            return QColor(getattr(look.colours(), COLUMNS[section]))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def cell(self, row: int, column: str) -> Cell:
        """What stands in a place."""
        metric = self.metrics[row]
        facts = reference.metric(metric.id)
        if column == "name":
            return Cell(short_name(metric.id), facts.unit)
        measured: Measured | None = getattr(metric, column)
        if measured is None:
            return Cell()
        value = shown(measured.value, facts.decimals)
        if column == "difference" and measured.value > 0 and value.strip("0."):
            value = f"+{value}"
        return Cell(value, f"± {error_words(measured.plus_minus, facts.decimals)}")


def error_words(plus_minus: float, decimals: int) -> str:
    """A ± with the decimals of its value; one that would be rounded to nothing keeps its own first digit."""
    said = shown(plus_minus, decimals)
    return said if said.strip("0.") or plus_minus <= 0 else shown(plus_minus, decimals_for(plus_minus))


class TwoLines(QStyledItemDelegate):
    """Value over ±; a difference that is larger than its error stands in bold."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: one cell."""
        colours = look.colours()
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state = option.state  # pyright: ignore[reportAttributeAccessIssue]
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        cell: Cell = index.data(CELL)
        painter.save()
        if chosen:
            painter.fillRect(rect, QColor(colours.soft))
        painter.setPen(QColor(colours.grid))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        side = self._side(index)
        font = QFont(option.font)  # pyright: ignore[reportAttributeAccessIssue]
        font.setPixelSize(14)
        font.setBold(self._is_bold(index))
        painter.setFont(font)
        painter.setPen(QColor(colours.soft_text if chosen else colours.text))
        box = rect.adjusted(2, 2, -4, -2)
        painter.drawText(box, side | Qt.AlignmentFlag.AlignTop, cell.top)
        font.setPixelSize(12)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(QColor(colours.soft_text if chosen else colours.text3))
        painter.drawText(box, side | Qt.AlignmentFlag.AlignBottom, cell.below)
        painter.restore()

    def _side(self, index: Index) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignRight if index.column() else Qt.AlignmentFlag.AlignLeft

    def _is_bold(self, index: Index) -> bool:
        model = index.model()
        if not isinstance(model, MeasureTable):
            return False
        metric, column = model.metrics[index.row()], COLUMNS[index.column()]
        if column == "difference":
            apart = metric.difference
            return apart is not None and abs(apart.value) > apart.plus_minus
        return metric.id == "cadence"

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Qt: two lines."""
        return QSize(56, ROW)


class Measures(QWidget):
    """Everything that the marks of one film say."""

    went = Signal(int)
    rate_chosen = Signal(float)
    rate_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.basis = text("", "second")
        self.model = MeasureTable(say("gait.column_name"))
        self.table = self._table()
        self.model_table = MeasureTable(say("gait.estimates"))
        self.estimates = self._table(self.model_table)
        self.estimates.hide()
        self.angle_model = MeasureTable(say("gait.angles"))
        self.angles = self._table(self.angle_model)
        self.angles.setAccessibleName(say("gait.angles"))
        self._angles_said = text("", "caption")
        self._more = Button(say("gait.estimates"), kind="flat", icon="chevron-right")
        self._more.clicked.connect(self._fold)
        self.note = text("", "second")
        self._notes = Card("note", margins=(12, 8, 12, 8))
        self._notes.rows.addWidget(self.note)
        self._notes.hide()
        self._means = Card("note", margins=(12, 10, 12, 10))
        self.means_title = text("", "strong")
        self.means_text = text("", "second")
        head = in_a_row(Icon("information-outline", "soft_text", 18), self.means_title, spacing=8)
        head.setStretch(1, 1)
        self._means.rows.addLayout(head)
        self._means.rows.addWidget(self.means_text)
        self.since = text("", "second")
        self.since.hide()
        self.likely: Button | None = None  # the likely answer, while the rate is asked for
        self._not_slow: Button | None = None
        self._slow = Card("caution", margins=(12, 10, 12, 10))
        self._said = QVBoxLayout()
        self._said.setSpacing(6)
        self._lay()

    def _lay(self) -> None:
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 8, 12, 12)
        rows.setSpacing(8)
        for widget in (
            self._slow,
            self.basis,
            self.table,
            self._notes,
            self._means,
            self.since,
            self.angles,
            self._angles_said,
            self._more,
            self.estimates,
        ):
            rows.addWidget(widget)
        rows.addLayout(self._said)
        rows.addStretch(1)
        rows.setAlignment(self._more, Qt.AlignmentFlag.AlignLeft)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(Scroll(inside))

    def _table(self, model: MeasureTable | None = None) -> QTableView:
        table = QTableView()
        table.setModel(model or self.model)
        table.setItemDelegate(TwoLines(table))
        table.setShowGrid(False)
        table.setStyleSheet(TABLE)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setAccessibleName(say("gait.measures"))
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW)
        head = table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        head.setFixedHeight(24)
        table.selectionModel().currentRowChanged.connect(lambda now, _before: self._explain(now))
        return table

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: on a narrow panel the numbers leave room for the names."""
        super().resizeEvent(event)
        for table in (self.table, self.angles, self.estimates):
            for column in range(1, len(COLUMNS)):
                table.setColumnWidth(column, NUMBER if self.width() >= NARROW_BELOW else NUMBER_NARROW)

    # -- what it shows

    def put(
        self,
        analysis: Analysis | None,
        facts: ClipFacts | None,
        notices: Sequence[str],
        who_marked: str = "",
    ) -> None:
        """The stride as it stands; None while it cannot be measured. `notices` speak of the file.

        `who_marked`: whether a hand set the marks, or what found them.
        """
        metrics = analysis.timing.metrics if analysis else ()
        model = [metric for metric in metrics if reference.metric(metric.id).model]
        self._fill(self.table, self.model, [metric for metric in metrics if metric not in model])
        self._fill(self.estimates, self.model_table, model)
        self.table.setVisible(bool(metrics))
        self._more.setVisible(bool(model))
        self.estimates.setVisible(bool(model) and self._more.property("open") is True)
        self.basis.setText(basis(analysis, who_marked))
        means = meaning(analysis)
        self._means.setVisible(means is not None)
        if means is not None:
            self.means_title.setText(means.title)
            self.means_text.setText(means.text)
        self._ask_rate(analysis, facts)
        self.basis.setVisible(not self.asks_rate)
        self._warn(analysis, notices)
        self._notes.hide()

    def metrics(self) -> tuple[Metric, ...]:
        """Everything that is shown: of the contacts, estimates, angles."""
        return (*self.model.metrics, *self.model_table.metrics, *self.angle_model.metrics)

    def put_since(self, words: str) -> None:
        """What changed since the visit before; "" where there is nothing to compare with."""
        self.since.setText(words)
        self.since.setVisible(bool(words) and not self.asks_rate)

    def put_points(self, done: FilmAnalysis | None) -> None:
        """Angles and bounce by the body points; None while there are none, or they are not worked out."""
        asks = done is None or self.asks_rate
        bounce = [each for each in done.metrics if each.id == BOUNCE] if done is not None else []
        found = [] if asks or done is None else [*done.angles, *bounce]
        self._fill(self.angles, self.angle_model, found)
        for widget in (self.angles, self._angles_said):
            widget.setVisible(bool(found))
        self._angles_said.setText(say("gait.angles_guessed"))

    def _fill(self, table: QTableView, model: MeasureTable, metrics: Sequence[Metric]) -> None:
        model.put(metrics)
        table.setFixedHeight(26 + ROW * len(metrics))

    def _fold(self) -> None:
        opened = self._more.property("open") is not True
        self._more.setProperty("open", opened)
        self._more.become(say("gait.estimates"), "chevron-down" if opened else "chevron-right")
        self.estimates.setVisible(opened)

    def _explain(self, index: QModelIndex) -> None:
        model = index.model()
        if not isinstance(model, MeasureTable) or not index.isValid():
            self._notes.hide()
            return
        metric = model.metrics[index.row()]
        facts = reference.metric(metric.id)
        own = metric.note[:1].upper() + metric.note[1:]
        source = say("gait.source", source=facts.source) if facts.source else ""
        lines = [say("gait.formula", formula=facts.formula), facts.reference, source, own]
        self.note.setText("\n".join(line for line in lines if line))
        self._notes.show()

    # -- slow motion

    def _ask_rate(self, analysis: Analysis | None, facts: ClipFacts | None) -> None:
        """A step rate that no runner has: offer the capture rate that would explain it (GAIT A2)."""
        empty_out(self._slow.rows)
        self.likely, self._not_slow = None, None
        told = analysis is None or analysis.filming.capture_fps is not None
        rate = raw_step_rate(analysis.feet.events) if analysis and not told else None
        asks = rate is not None and facts is not None and filming.doubtful_rate(rate)
        self._slow.setVisible(asks)
        if not asks or rate is None or facts is None:
            return
        self._slow.rows.addWidget(text(say("gait.slow_question"), "strong"))
        self._slow.rows.addWidget(text(say("gait.slow_why", rate=round(rate)), "second"))
        offers = filming.slow_motion_offers(rate)  # twice the rate is out of the usual range: one at most
        if offers:
            capture = facts.nominal_fps / offers[0]
            words = say("gait.slow_offer", fps=round(capture), rate=round(rate / offers[0]))
            self.likely = self._offer(words, lambda: self.rate_chosen.emit(round(capture, 3)))
        else:
            self.likely = self._offer(say("gait.slow_tell"), self._want_rate)
        become_primary(self.likely, primary=True)
        true_time = round(facts.nominal_fps, 3)
        self._not_slow = self._offer(say("gait.slow_not"), lambda: self.rate_chosen.emit(true_time))

    def _want_rate(self) -> None:
        self.rate_wanted.emit()

    def _offer(self, words: str, does: Callable[[], object]) -> Button:
        button = Button(words, tall=True)
        button.clicked.connect(does)
        self._slow.rows.addWidget(button)
        return button

    @property
    def asks_rate(self) -> bool:
        """Whether it asks at which rate the clip was filmed."""
        return self.likely is not None

    def answer_rate(self, *, slow: bool) -> None:
        """The likely answer to the question on the rate, or no; nothing while it is not asked."""
        button = self.likely if slow else self._not_slow
        if button is not None:
            button.click()

    # -- warnings

    def _warn(self, analysis: Analysis | None, notices: Sequence[str]) -> None:
        empty_out(self._said)
        for notice in notices:
            self._said.addWidget(_line(notice, "alert", "amber"))
        if analysis is None or not analysis.feet.events or self.asks_rate:
            return  # at a wrong rate every contact is too long: what is asked comes first
        lines = [_Warning.of(warning, analysis) for warning in analysis.warnings]
        for line in sorted(lines, key=lambda each: GRAVITY.index(each.token)):
            goes = _to_frame(self.went.emit, line.frame) if line.frame is not None else None
            self._said.addWidget(_line(line.words, line.icon, line.token, goes))


@dataclass(frozen=True, slots=True)
class _Warning:
    """One thing that speaks against the measures, and where it is seen."""

    words: str
    icon: str
    token: str
    frame: int | None = None

    @classmethod
    def of(cls, words: str, analysis: Analysis) -> "_Warning":
        """Red is left out, amber is counted all the same; what is only absent is said quietly."""
        problem = next((each for each in analysis.feet.complaints if words.startswith(each.text)), None)
        if problem is None:
            quiet = "not measured" in words
            return cls(words, "circle-outline" if quiet else "alert", "text3" if quiet else "amber")
        frame = problem.frames[0] if problem.frames else None
        if problem.grade == "hard":
            return cls(words, "alert-octagon", "red", frame)
        return cls(words, "alert", "amber", frame)


def _to_frame(went: Callable[[int], object], frame: int) -> Callable[[], object]:
    return lambda: went(frame)


def _line(words: str, icon: str, token: str, goes: Callable[[], object] | None = None) -> QWidget:
    """One warning: its sign, its words, and where it is a button that goes there."""
    line = QWidget()
    row = in_a_row(Icon(icon, token, 16), text(words, "second"), spacing=8)
    row.setStretch(1, 1)
    row.setAlignment(Qt.AlignmentFlag.AlignTop)
    if goes is not None:
        there = Button(
            say("gait.go_there"), kind="icon", icon="crosshairs-gps", name=f"{say('gait.go_there')}: {words}"
        )
        there.clicked.connect(goes)
        row.addWidget(there, 0, Qt.AlignmentFlag.AlignTop)
    line.setLayout(row)
    return line
