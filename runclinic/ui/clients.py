"""The list of clients: search as you type, and a new one in four fields."""

from datetime import date
from unicodedata import category

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from runclinic.forms.form import Question
from runclinic.records import Store
from runclinic.refused import Refused
from runclinic.ui import look
from runclinic.ui.pieces import Button, Card, in_a_row, text
from runclinic.ui.say import say, words
from runclinic.ui.small_form import SmallForm
from runclinic.visit.client import Client
from runclinic.visit.entry import Json

ROW_HEIGHT = 44
SHOWN = 50
WIDEST = 880
SOUGHT = 120  # characters of a search
NO_LETTERS = {"So", "Cs", "Co", "Cn", "Cc"}  # of Unicode: pictures, and what is no character at all
CLIENT_ROLE = Qt.ItemDataRole.UserRole


class ClientRow(QStyledItemDelegate):
    """A client in the list: name, birth date, phone, number, in columns."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: one row."""
        client: Client = index.data(CLIENT_ROLE)
        colours = look.colours()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)  # pyright: ignore[reportAttributeAccessIssue]
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        if selected:
            painter.fillRect(rect, QColor(colours.soft))
            painter.fillRect(QRect(rect.left(), rect.top(), 4, rect.height()), QColor(colours.accent))
        painter.setPen(QColor(colours.grid))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(16, 0, -16, 0)
        width = inner.width()
        born = words().date(client.born, "short") if client.born else ""
        columns = (
            (0.0, 0.42, client.name, colours.text, True),
            (0.44, 0.20, born, colours.text2, False),
            (0.66, 0.22, client.phone, colours.text2, False),
            (0.90, 0.10, client.clinic_no, colours.text3, False),
        )
        for start, share, said, colour, bold in columns:
            font = QFont(option.font)  # pyright: ignore[reportAttributeAccessIssue]
            font.setBold(bold)
            painter.setFont(font)
            painter.setPen(QColor(colour))
            area = QRect(inner.left() + int(start * width), inner.top(), int(share * width), inner.height())
            shown = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: the height of a row."""
        return QSize(400, ROW_HEIGHT)


class Clients(QWidget):
    """Search, list, and the sheet of a new client. `opened(client)` when one is chosen or made."""

    opened = Signal(object)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.search = QLineEdit()
        self.search.setPlaceholderText(say("clients.search_hint"))
        self.search.setAccessibleName(say("clients.search"))
        self.search.setMaxLength(SOUGHT)
        self.search.setClearButtonEnabled(True)
        self.search.setProperty("tall", True)
        self.search.textChanged.connect(self.refresh)
        self.search.installEventFilter(self)
        self.new = Button(
            say("clients.new"), kind="primary", icon="plus", tall=True, tip=say("clients.new_tip")
        )
        self.new.on_key("Ctrl+N")
        self.new.clicked.connect(self.new_client)
        self.list = QListWidget()
        self.list.setItemDelegate(ClientRow(self.list))
        self.list.setAccessibleName(say("clients.list"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._chosen)
        self.list.itemClicked.connect(self._chosen)
        self.list.installEventFilter(self)
        self._none = text("", "quiet")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._list_page())
        self.form = self._new_form()
        self._stack.addWidget(self._new_page())
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._stack)
        self.refresh()

    @property
    def guide(self) -> str:
        """The page of the guide that fits: how to begin, until there is a first client."""
        return "a-visit" if self._store.clients.count() else "first-start"

    def _list_page(self) -> QWidget:
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        self.search.setMinimumWidth(240)
        top = in_a_row(self.search, self.new, spacing=12)
        top.setStretch(0, 1)
        rows.addLayout(top)
        rows.addWidget(self._none)
        rows.addWidget(self.list, 1)
        return inside

    def _new_form(self) -> SmallForm:
        form = SmallForm(_questions(), say("clients.make"), today=date.today(), also=_check)
        form.sent.connect(self._make)
        cancel = Button(say("clients.cancel"), tall=True)
        cancel.clicked.connect(self.back_to_list)
        form.foot.insertWidget(1, cancel)
        return form

    def _new_page(self) -> QWidget:
        card = Card("active", margins=(24, 20, 24, 20))
        card.setMaximumWidth(600)
        card.rows.setSpacing(16)
        card.rows.addWidget(text(say("clients.new"), "title"))
        card.rows.addWidget(self.form)
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.addWidget(card)
        rows.addStretch(1)
        return page

    def start(self) -> None:
        """The search is ready to be typed into."""
        if self._stack.currentIndex() == 0:
            self.refresh()
            self.search.setFocus()
            self.search.selectAll()

    def refresh(self) -> None:
        """Whom the search finds; without one, who was worked with last."""
        sought = self.search.text()
        found = (
            self._store.clients.search(sought, limit=SHOWN)
            if sought.strip()
            else self._store.clients.recent(SHOWN)
        )
        self.list.clear()
        for client in found:
            item = QListWidgetItem(client.name)
            item.setData(CLIENT_ROLE, client)
            self.list.addItem(item)
        if found:
            self.list.setCurrentRow(0)
        empty = (
            say("clients.none_found", sought=sought.strip()) if sought.strip() else say("clients.none_yet")
        )
        self._none.setText(
            empty if not found else say("clients.found" if sought.strip() else "clients.recent")
        )
        self.list.setVisible(bool(found))

    def new_client(self) -> None:
        """The sheet with four fields; a name that was searched for is already there."""
        self.form.empty()
        self._stack.setCurrentIndex(1)
        self.form.start()

    def back_to_list(self) -> None:
        """Without a new client."""
        self._stack.setCurrentIndex(0)
        self.start()

    def _make(self, values: dict[str, Json]) -> None:
        born = values.get("born")
        try:
            client = self._store.clients.add(
                given_name=str(values["given_name"]),
                family_name=str(values["family_name"]),
                born=date.fromisoformat(str(born)) if born else None,
                phone=str(values.get("phone") or ""),
            )
        except Refused as refused:
            self.form.refuse(str(refused))
            return
        self._stack.setCurrentIndex(0)
        self.search.clear()
        self.opened.emit(client)

    def _chosen(self, item: QListWidgetItem) -> None:
        self.opened.emit(item.data(CLIENT_ROLE))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down and Enter go from the search to the list; letters go back."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if watched is self.search and event.key() == Qt.Key.Key_Down and self.list.count():
            self.list.setFocus()
            return True
        if enter and (item := self.list.currentItem()) is not None:
            self._chosen(item)
            return True
        if watched is self.list and event.key() == Qt.Key.Key_Up and self.list.currentRow() == 0:
            self.search.setFocus()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the sheet of a new client."""
        if event.key() == Qt.Key.Key_Escape and self._stack.currentIndex() == 1:
            self.back_to_list()
            return
        super().keyPressEvent(event)


def _questions() -> tuple[Question, ...]:
    return (
        Question(id="given_name", kind="text", text=say("clients.given_name"), required=True, max_length=60),
        Question(
            id="family_name", kind="text", text=say("clients.family_name"), required=True, max_length=60
        ),
        Question(id="born", kind="date", text=say("clients.born"), required=True, not_after_visit=True),
        Question(id="phone", kind="text", text=say("clients.phone"), max_length=40),
    )


def _check(values: dict[str, Json]) -> None:
    """Refused if a name has a sign that no page can carry, if she is not yet born, or older than anyone."""
    for field in ("given_name", "family_name"):
        sign = next((each for each in str(values[field]) if category(each) in NO_LETTERS), None)
        if sign is not None:
            raise Refused(say("clients.no_letter", sign=sign))
    born = date.fromisoformat(str(values["born"]))
    today = date.today()
    if born > today:
        raise Refused(say("clients.born_later"))
    if born.year < today.year - 120:
        raise Refused(say("clients.born_too_early"))
