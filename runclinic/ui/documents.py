"""The papers of all clients that were given out: found as you type, and opened as they were."""

from datetime import datetime, time, timedelta
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from runclinic.records import Store
from runclinic.records.documents import Listed, Sought
from runclinic.refused import Refused
from runclinic.ui import look
from runclinic.ui.clients import SOUGHT
from runclinic.ui.drop_down import DropDown
from runclinic.ui.pieces import Choice, Choices, in_a_row, text
from runclinic.ui.say import say, words

SHOWN = 500
WIDEST = 1080
COLUMNS = ("when", "client", "kind", "by")
WIDTHS = {"when": 176, "kind": 160, "by": 160}  # her name has what is left
BY_FROM = 700  # pixels of the page
ROW_HEIGHT = 36
KINDS = ("plan", "exercises", "diary", "report", "gait", "letter", "record")
SPANS = {"all": None, "week": 6, "today": 0}  # whole days before today
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


def kind_words(kind: str) -> str:
    """A kind of paper in words; one that a later program kept, by its own name."""
    return say(f"documents.kind_{kind}") if kind in KINDS else kind


def when(stamp: str) -> str:
    """The moment of a paper, as it is read here: "20 Nov 2026, 09:30"."""
    local = datetime.fromisoformat(stamp).astimezone()
    return f"{words().date(local.date(), 'short')}, {local:%H:%M}"


class Papers(QAbstractTableModel):
    """The papers as cells of text; only those on the screen are ever asked for."""

    def __init__(self, rows: tuple[Listed, ...]) -> None:
        super().__init__()
        self.rows = rows

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's own default
        """Qt: how many papers."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's own default
        """Qt: when, whose, what, by whom."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        """Qt: one cell; the tip is the name of the file."""
        kept = self.rows[index.row()]
        if role == _Role.ToolTipRole:
            return kept.document.name
        if role != _Role.DisplayRole:
            return None
        column = COLUMNS[index.column()]
        if column == "when":
            return when(kept.document.at)
        return {"client": kept.client, "kind": kind_words(kept.document.kind), "by": kept.by}[column]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        """Qt: the words over the columns."""
        if orientation == Qt.Orientation.Horizontal and role == _Role.DisplayRole:
            return say(f"documents.{COLUMNS[section]}")
        return None


class DocumentsPage(QWidget):
    """Search, what narrows it, and the list. `opened(listed, pdf)` when one is whole and wanted."""

    guide = "paper"
    opened = Signal(object, object)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._left_at = ""  # the id of the paper that was opened last: its row is chosen on the way back
        self.search = QLineEdit()
        self.search.setPlaceholderText(say("documents.search_hint"))
        self.search.setAccessibleName(say("documents.search"))
        self.search.setMaxLength(SOUGHT)
        self.search.setClearButtonEnabled(True)
        self.search.setProperty("tall", True)
        self.search.textChanged.connect(self.refresh)
        self.search.installEventFilter(self)
        self.kind = DropDown()
        self.kind.setAccessibleName(say("documents.of_kind"))
        self.kind.addItem(say("documents.every_kind"), "")
        for kind in KINDS:
            self.kind.addItem(kind_words(kind), kind)
        self.kind.currentIndexChanged.connect(self.refresh)
        self.span = Choices(
            tuple(Choice(each, say(f"documents.span_{each}")) for each in SPANS), about=say("documents.span")
        )
        self.span.show_value("all")
        self.span.chosen.connect(lambda _value: self.refresh())
        self.table = self._table()
        self._wrong = text("", "wrong")
        self._told = text("", "quiet")
        self._lay()

    def _table(self) -> QTableView:
        table = QTableView()
        table.setProperty("kind", "lines")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setTextElideMode(Qt.TextElideMode.ElideRight)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.horizontalHeader().setHighlightSections(False)
        table.setAccessibleName(say("documents.list"))
        table.doubleClicked.connect(lambda _index: self.open_chosen())
        table.installEventFilter(self)
        return table

    def _lay(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addWidget(self.search)
        rows.addLayout(in_a_row(self.kind, self.span, None, spacing=12))
        rows.addWidget(self._told)
        rows.addWidget(self._wrong)
        rows.addWidget(self.table, 1)
        rows.addStretch(0)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(inside)
        self._wrong.hide()

    def start(self) -> None:
        """Ready to be typed into; after a paper, its row is chosen again."""
        former, self._left_at = self._left_at, ""
        self._wrong.hide()
        self.refresh()
        if former and self.choose(former):
            self.table.setFocus()
            return
        self.search.setFocus()
        self.search.selectAll()

    def refresh(self) -> None:
        """What the search finds, newest first; one question to the records, and no paper is opened."""
        try:
            found = self._store.documents.listed(self._sought(), SHOWN)
        except Refused as refused:
            self._refuse(refused)
            return
        self._model = Papers(found)
        self.table.setModel(self._model)
        for name, width in WIDTHS.items():
            self.table.setColumnWidth(COLUMNS.index(name), width)
        stretch = QHeaderView.ResizeMode.Stretch
        self.table.horizontalHeader().setSectionResizeMode(COLUMNS.index("client"), stretch)
        self.table.horizontalHeader().setFixedHeight(QFontMetrics(look.screen_font()).height() + 14)
        self._fit()
        self._told.setText(self._tell(len(found)))
        self.table.setVisible(bool(found))
        if found:
            self.table.selectRow(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: her name keeps its room; where it is narrow, who made the paper is left to the paper's page."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.table.setColumnHidden(COLUMNS.index("by"), self.width() < BY_FROM)

    def _sought(self) -> Sought:
        days = SPANS[str(self.span.value or "all")]
        since = None
        if days is not None:
            midnight = datetime.combine(datetime.now().astimezone().date() - timedelta(days=days), time())
            since = midnight.astimezone()
        kinds = {kind: kind_words(kind) for kind in KINDS}
        return Sought(self.search.text(), str(self.kind.currentData() or ""), since, kinds)

    def _tell(self, count: int) -> str:
        if count == SHOWN:
            return say("documents.more", n=SHOWN)
        if count:
            return say("documents.found", n=count)
        narrowed = self.search.text().strip() or self.kind.currentData() or self.span.value != "all"
        return say("documents.none_found" if narrowed else "documents.none_yet")

    def choose(self, document_id: str) -> bool:
        """The row of a paper, if it is in the list."""
        for row, each in enumerate(self._model.rows):
            if each.document.id == document_id:
                self.table.selectRow(row)
                self.table.scrollTo(self._model.index(row, 0))
                return True
        return False

    def chosen(self) -> Listed | None:
        """The paper of the chosen row."""
        row = self.table.currentIndex().row()
        return self._model.rows[row] if 0 <= row < len(self._model.rows) else None

    def open_chosen(self) -> None:
        """The very PDF, if it is whole; else why not, and the list stays."""
        kept = self.chosen()
        if kept is None:
            return
        try:
            pdf = self._store.documents.read(kept.document.id)
        except Refused as refused:
            self._refuse(refused)
            return
        self._wrong.hide()
        self._left_at = kept.document.id
        self.opened.emit(kept, pdf)

    def _refuse(self, refused: Refused) -> None:
        self._wrong.setText(str(refused))
        self._wrong.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down and Enter go from the search to the list; Up from its first row goes back."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_chosen()
            return True
        if watched is self.search and event.key() == Qt.Key.Key_Down and self._model.rows:
            self.table.setFocus()
            return True
        if watched is self.table and event.key() == Qt.Key.Key_Up and self.table.currentIndex().row() == 0:
            self.search.setFocus()
            return True
        return False
