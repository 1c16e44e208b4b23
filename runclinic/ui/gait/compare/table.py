"""What two films measure, the difference with its ±, whether it is a change: never better or worse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from runclinic.gait import reference
from runclinic.gait.compare import Change, chance_note
from runclinic.gait.means import Metric
from runclinic.gait.since_last import changes_of
from runclinic.measured import shown
from runclinic.ui.gait.compare.films import Taken
from runclinic.ui.gait.meaning import short_name
from runclinic.ui.gait.measures import CELL, ROW, TABLE, Cell, Index, TwoLines, error_words
from runclinic.ui.say import say

COLUMNS = ("name", "first", "second", "change", "verdict")
NUMBER, CHANGE, VERDICT, SIGN = 52, 62, 124, 26
SIGNS = {
    "changed": "\N{INCREMENT}",
    "within error": "\N{ALMOST EQUAL TO}",
    "not comparable": "\N{MULTIPLICATION X}",
    "too few steps": "?",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A measure in both films, and what may be said of the difference."""

    first: Metric
    second: Metric
    change: Change


@dataclass(frozen=True, slots=True)
class Compared:
    """All rows; `reasons` hold of every one of them, `only` names what one film alone measures."""

    rows: tuple[Row, ...] = ()
    reasons: tuple[str, ...] = ()
    only: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[Row, ...]:
        """What differs by more than its error."""
        return tuple(row for row in self.rows if row.change.verdict == "changed")

    @property
    def not_comparable(self) -> Mapping[tuple[str, ...], list[str]]:
        """Why rows cannot be compared, beyond what holds of all: the reasons, and whose they are."""
        found: dict[tuple[str, ...], list[str]] = {}
        for row in self.rows:
            own = tuple(each for each in row.change.reasons if each not in self.reasons)
            if own:
                found.setdefault(own, []).append(short_name(row.second.id))
        return found

    @property
    def chance(self) -> str:
        """What chance alone does in so long a table; empty for a short one, or where nothing compares."""
        judged = [row for row in self.rows if row.change.verdict in {"changed", "within error"}]
        return chance_note(len(judged))


def compared(first: Taken, second: Taken) -> Compared:
    """The measures of two films that both have them, in the order of the panel."""
    if first.analysis is None or second.analysis is None:
        return Compared()
    known: Mapping[str, Metric] = {metric.id: metric for metric in first.metrics}
    films, same_visit = (first.analysis, second.analysis), first.film.visit_id == second.film.visit_id
    both, models = (first.metrics, second.metrics), (first.model, second.model)
    found = changes_of(both, films, same_visit=same_visit, models=models)
    for name, change in changes_of((first.by_marks, second.by_marks), films, same_visit=same_visit).items():
        if all(taken.is_by_marks(name) for taken in (first, second)):  # no pose network had a part in it
            found[name] = change
    rows = tuple(Row(known[each.id], each, found[each.id]) for each in second.metrics if each.id in found)
    everywhere = [
        reason
        for reason in (rows[0].change.reasons if rows else ())
        if all(reason in row.change.reasons for row in rows)
    ]
    either = {metric.id for metric in first.metrics} ^ {metric.id for metric in second.metrics}
    return Compared(rows, tuple(everywhere), tuple(short_name(each) for each in sorted(either)))


class CompareTable(QAbstractTableModel):
    """One row a measure: A, B, B less A over its ±, the verdict in words."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Row] = ()
        self.narrow = False  # a sign stands for the verdict; its words are under the pointer

    def put(self, rows: Sequence[Row]) -> None:
        """Other films."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Qt: measures."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Qt: name, A, B, difference, verdict."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: words for a screen reader, a cell for the painter, reasons under the pointer."""
        cell = self.cell(index.row(), COLUMNS[index.column()])
        if role == CELL:
            return cell
        if role == Qt.ItemDataRole.AccessibleTextRole and COLUMNS[index.column()] == "verdict":
            return verdict_words(self.rows[index.row()].change)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{cell.top} {cell.below}".strip()
        if role == Qt.ItemDataRole.ToolTipRole:
            change = self.rows[index.row()].change
            return ", ".join((verdict_words(change), *change.reasons))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Qt: the heads of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            narrow = self.narrow and COLUMNS[section] == "verdict"
            return "" if narrow else say(f"gait.compare_column_{COLUMNS[section]}")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in (1, 2, 3) else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def is_bold(self, row: int, column: int) -> bool:
        """A change, and its verdict."""
        return column > 2 and self.rows[row].change.verdict == "changed"

    def cell(self, row: int, column: str) -> Cell:
        """What stands in a place."""
        one = self.rows[row]
        facts = reference.metric(one.second.id)
        if column == "name":
            return Cell(short_name(one.second.id), facts.unit)
        if column in ("first", "second"):
            measured = (one.first if column == "first" else one.second).both
            return Cell(shown(measured.value, facts.decimals), say("gait.compare_of", n=measured.n))
        if column == "change":
            value = shown(one.change.change, facts.decimals)
            sign = "+" if one.change.change > 0 and value.strip("0.") else ""
            return Cell(f"{sign}{value}", f"± {error_words(one.change.plus_minus, facts.decimals)}")
        sign = SIGNS[one.change.verdict]
        return Cell(sign if self.narrow else f"{sign} {verdict_words(one.change)}")


def verdict_words(change: Change) -> str:
    """What may be said of a difference."""
    return say(f"gait.verdict_{change.verdict.replace(' ', '_')}")


class CompareCells(TwoLines):
    """A value over what it rests on; a verdict from the left."""

    def _is_bold(self, index: Index) -> bool:
        model = index.model()
        return isinstance(model, CompareTable) and model.is_bold(index.row(), index.column())

    def _side(self, index: Index) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignRight if index.column() in (1, 2, 3) else Qt.AlignmentFlag.AlignLeft


def table_of(model: CompareTable) -> QTableView:
    """The table on the screen."""
    table = QTableView()
    table.setModel(model)
    table.setItemDelegate(CompareCells(table))
    table.setShowGrid(False)
    table.setStyleSheet(TABLE)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setAccessibleName(say("gait.compare_table"))
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(ROW)
    head = table.horizontalHeader()
    head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    head.setHighlightSections(False)
    head.setFixedHeight(24)
    fit(table, model, narrow=False)
    return table


def fit(table: QTableView, model: CompareTable, *, narrow: bool) -> None:
    """The columns for the room there is."""
    model.narrow = narrow
    for column, width in ((1, NUMBER), (2, NUMBER), (3, CHANGE), (4, SIGN if narrow else VERDICT)):
        table.setColumnWidth(column, width)
