"""Who did what and when: the trail of one client, or of the clinic, as lines that can be read."""

from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from runclinic.forms import catalogue
from runclinic.records import Store
from runclinic.records.audit_log import ANSWERED, Line
from runclinic.ui import look
from runclinic.ui.amended_words import names
from runclinic.ui.pieces import text
from runclinic.ui.say import say, words
from runclinic.visit.client import Client

COLUMNS = ("when", "who", "what", "about")
WIDTHS = (210, 170, 230)
MOST_FIELDS = 4
ROW_HEIGHT = 30
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


class Lines(QAbstractTableModel):
    """The lines as cells of text; only those on the screen are ever asked for."""

    def __init__(self, rows: list[tuple[str, str, str, str]]) -> None:
        super().__init__()
        self.rows = rows

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's own default
        """Qt: how many lines."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's own default
        """Qt: when, who, what, about."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        """Qt: one cell; its whole text is its tip."""
        if role in (_Role.DisplayRole, _Role.ToolTipRole):
            return self.rows[index.row()][index.column()]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        """Qt: the words over the columns."""
        if orientation == Qt.Orientation.Horizontal and role == _Role.DisplayRole:
            return say(f"trail.{COLUMNS[section]}")
        return None


class TrailPage(QWidget):
    """Without a client: the trail of the clinic, which only an owner may read."""

    guide = "backup"

    def __init__(self, store: Store, client: Client | None) -> None:
        super().__init__()
        self._store = store
        self.client = client
        self.table = QTableView()
        self.table.setProperty("kind", "lines")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.setAccessibleName(say("trail.title"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 16)
        rows.setSpacing(10)
        rows.addWidget(text(say("trail.of_client" if client else "trail.of_clinic"), "second"))
        rows.addWidget(self.table, 1)

    def start(self) -> None:
        """The newest line is on top."""
        trail = self._store.trail
        lines = trail.of(self.client.id) if self.client else trail.of_clinic()
        self._model = Lines(_cells(self._store, lines, with_client=self.client is None))
        self.table.setModel(self._model)
        for column, width in enumerate(WIDTHS):
            self.table.setColumnWidth(column, width)
        self.table.horizontalHeader().setSectionResizeMode(len(WIDTHS), QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setFixedHeight(QFontMetrics(look.screen_font()).height() + 14)
        self.table.setFocus()


def _cells(store: Store, lines: tuple[Line, ...], *, with_client: bool) -> list[tuple[str, str, str, str]]:
    people = names(store)
    visits: dict[str, str] = {}
    clients: dict[str, str] = store.trail.client_names() if with_client else {}
    return [
        (
            moment(line.at),
            people.get(line.who, line.who),
            what(line),
            _about(store, line, visits, clients.get(line.client_id, "")),
        )
        for line in lines
    ]


def moment(stamp: str) -> str:
    """A moment as it is read here: "20 Nov 2026, 09:30:12"."""
    local = datetime.fromisoformat(stamp).astimezone()
    return f"{words().date(local.date(), 'short')}, {local:%H:%M:%S}"


def what(line: Line) -> str:
    """What was done, in words."""
    if line.action == ANSWERED:
        return say("trail.answered", n=line.n)
    return say(f"trail_action.{line.action}")


def _about(store: Store, line: Line, visits: dict[str, str], client: str) -> str:
    """To what it was done: the client, the visit, the names of the fields, the reason."""
    said = [client] if client else []
    if line.entity == "client" and not client:
        said.append(say("trail.record"))
    if line.entity == "visit" and line.entity_id:
        if line.entity_id not in visits:
            visits[line.entity_id] = say("client.visit", n=store.visits.get(line.entity_id).number)
        said.append(visits[line.entity_id])
    said += [field_name(each) for each in line.fields[:MOST_FIELDS]]
    if len(line.fields) > MOST_FIELDS:
        said.append(say("trail.more", n=len(line.fields) - MOST_FIELDS))
    if line.action == "settings":
        said.append(field_name(line.entity_id))
    said += [
        str(line.detail[name]) for name in ("kind", "reason", "reference", "what") if line.detail.get(name)
    ]
    if line.action == "clock_back":
        said.append(say("trail.clock", when=moment(str(line.detail.get("last")))))
    return " · ".join(said)


def field_name(key: str) -> str:
    """The short name of a question, or of a field of a client."""
    question = catalogue.question(key) if "/" in key else None
    if question is not None:
        return say("form.private") if question.private else question.short or question.text
    return key.replace("/", " ").replace("_", " ")
