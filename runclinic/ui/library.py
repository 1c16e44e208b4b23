"""The library: exercises, cues and texts to read and search, and the clinic's own over what is shipped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QKeySequence, QPainter, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from runclinic import clinic
from runclinic.clinic import cards
from runclinic.clinic.shelf import KINDS, Item, changed, found
from runclinic.plan.exercise import is_own
from runclinic.records import Store
from runclinic.refused import Refused
from runclinic.ui import look
from runclinic.ui.library_card import reading
from runclinic.ui.library_forms import CueSheet, ExerciseSheet, Sheet, sheet_of
from runclinic.ui.pieces import Button, Chip, Choice, Choices, Flow, Scroll, empty_out, ground, in_a_row, text
from runclinic.ui.say import say, words
from runclinic.ui.status_line import StatusLine
from runclinic.visit.entry import Json

LIST_WIDE, LIST_NARROW, LIST_NARROWEST = 376, 300, 236
ROW_HEIGHT = 36
SOUGHT = 120
WIDEST = 860
ITEM_ROLE = Qt.ItemDataRole.UserRole


class ItemRow(QStyledItemDelegate):
    """An item in the list: its name, and at the right whose it is, or its id."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: one row."""
        item, mark = index.data(ITEM_ROLE)
        colours = look.colours()
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:  # pyright: ignore[reportAttributeAccessIssue]
            painter.fillRect(rect, QColor(colours.soft))
            painter.fillRect(QRect(rect.left(), rect.top(), 4, rect.height()), QColor(colours.accent))
        inner = rect.adjusted(12, 0, -10, 0)
        painter.setFont(QFont(option.font))  # pyright: ignore[reportAttributeAccessIssue]
        side = mark or (item.id if item.kind in ("exercise", "cue") else item.id.partition(".")[2])
        painter.setPen(QColor(colours.accent if mark else colours.text3))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, side)
        room = inner.width() - painter.fontMetrics().horizontalAdvance(side) - 10
        name = painter.fontMetrics().elidedText(item.name, Qt.TextElideMode.ElideRight, room)
        painter.setPen(QColor(colours.text2 if item.retired else colours.text))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: the height of a row."""
        return QSize(200, ROW_HEIGHT)


@dataclass(frozen=True, slots=True)
class Draft:
    """A sheet that was not saved: what it was for ("" = a new exercise or cue), and what its fields held."""

    card: str
    new_cue: bool
    held: Mapping[str, object]


class LibraryPage(QWidget):
    """Search and list at the left, the card or its sheet at the right."""

    guide = "library"

    def __init__(self, store: Store, status: StatusLine) -> None:
        super().__init__()
        self._store, self._status = store, status
        self.may_edit = not store.read_alone and store.therapist.role != "reader"
        self.sheet: Sheet | None = None
        self._taken: list[tuple[str, Json]] = []  # what stood before each change of this session
        self._narrow = False
        self._left = ground("sunken")
        self._lay_left()
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        self._body = QVBoxLayout(inside)
        self._body.setContentsMargins(20, 16, 20, 20)
        self._body.setSpacing(12)
        self.scrolled = Scroll(inside)
        row = in_a_row(self._left, self.scrolled, spacing=0)
        row.setStretch(1, 1)
        self.setLayout(row)
        for keys, does in (("Ctrl+Z", self.undo), ("Ctrl+E", self.edit), ("Ctrl+F", self._to_search)):
            QShortcut(QKeySequence(keys), self).activated.connect(does)
        self.refresh()

    def _lay_left(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(say("library.search_hint"))
        self.search.setAccessibleName(say("library.search"))
        self.search.setMaxLength(SOUGHT)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self.refresh())
        self.search.installEventFilter(self)
        self.kinds = Choices(
            tuple(Choice(kind or "all", say(f"library.kind_{kind or 'all'}")) for kind in ("", *KINDS)),
            "flow",
            about=say("library.kinds"),
            tight=True,
        )
        self.kinds.show_value("all")
        self.kinds.chosen.connect(self._choose_kind)
        self.list = QListWidget()
        self.list.setItemDelegate(ItemRow(self.list))
        self.list.setAccessibleName(say("library.list"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(lambda *_: self._show_current())
        self.list.installEventFilter(self)
        self._none = text("", "quiet")
        self.everything = Button(say("library.everything"), icon="close")
        self.everything.clicked.connect(self._show_everything)
        self.new_exercise = Button(
            say("library.new_exercise"), icon="plus", tip=say("library.new_exercise_tip")
        )
        self.new_exercise.on_key("Ctrl+N")
        self.new_exercise.clicked.connect(lambda: self._begin(ExerciseSheet()))
        self.new_cue = Button(say("library.new_cue"), icon="plus", tip=say("library.new_cue_tip"))
        self.new_cue.on_key("Ctrl+Shift+N")
        self.new_cue.clicked.connect(lambda: self._begin(CueSheet()))
        rows = QVBoxLayout(self._left)
        rows.setContentsMargins(12, 12, 12, 12)
        rows.setSpacing(8)
        for widget in (self.search, self.kinds, self._none, self.everything):
            rows.addWidget(widget)
        rows.addWidget(self.list, 1)
        rows.addStretch(0)
        new = QWidget()
        flow = Flow(8)
        new.setLayout(flow)
        flow.addWidget(self.new_exercise)
        flow.addWidget(self.new_cue)
        rows.addWidget(new)
        new.setVisible(self.may_edit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the list gives way on a small screen."""
        super().resizeEvent(event)
        wide, was = self.window().width(), self._narrow
        self._narrow = wide < look.DRAWER_BELOW
        usual = LIST_NARROW if wide < look.NARROW_BELOW else LIST_WIDE
        self._left.setFixedWidth(LIST_NARROWEST if self._narrow else usual)
        self._left.setVisible(self.sheet is None or not self._narrow)
        if was != self._narrow:
            side = 10 if self._narrow else 20
            self._body.setContentsMargins(side, 16, side, 20)
            short = "_short" if self._narrow else ""
            self.new_exercise.setText(say(f"library.new_exercise{short}"))
            self.new_cue.setText(say(f"library.new_cue{short}"))
            self._none.setVisible(not self._narrow or not self.list.count())
            self._show_current()

    # -- the list

    def start(self) -> None:
        """The search, unless something is being written."""
        if self.sheet is None:
            self.refresh()
            self._to_search()

    def _to_search(self) -> None:
        if self.sheet is None:
            self.search.setFocus()
            self.search.selectAll()

    def _choose_kind(self, kind: object) -> None:
        self.kinds.show_value(kind)
        self.refresh()

    def _show_everything(self) -> None:
        self.kinds.show_value("all")
        self.search.clear()
        self.refresh()
        self._to_search()

    def refresh(self, at: str = "") -> None:
        """What the search finds; the same item stays chosen while it is among it."""
        current = at or (self.item.id if self.item else "")
        kind = str(self.kinds.value)
        items = found(self.search.text(), "" if kind == "all" else kind)
        settings = self._store.settings.all()
        self.list.blockSignals(True)
        self.list.clear()
        for each in items:
            mark = _mark(each, settings)
            row = QListWidgetItem(", ".join(filter(None, (each.name, say(f"library.one_{each.kind}"), mark))))
            row.setData(ITEM_ROLE, (each, mark))
            self.list.addItem(row)
        chosen = next((number for number, each in enumerate(items) if each.id == current), 0)
        self.list.setCurrentRow(chosen if items else -1)
        self.list.blockSignals(False)
        self._none.setText(
            say("library.found", n=len(items))
            if items
            else say("library.none_found", sought=self.search.text().strip())
        )
        self.list.setVisible(bool(items))
        self._none.setVisible(not items or not self._narrow)
        self.everything.setVisible(not items)
        self._show_current()

    @property
    def item(self) -> Item | None:
        """What is chosen in the list."""
        row = self.list.currentItem()
        return row.data(ITEM_ROLE)[0] if row is not None else None

    def go_to(self, card: str) -> None:
        """Show this card, whatever was searched for."""
        if self.sheet is not None:
            return
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.kinds.show_value("all")
        self.refresh(card)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the search to the list and Up back; Enter goes to the card."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if watched is self.search and event.key() == Qt.Key.Key_Down and self.list.count():
            self.list.setFocus()
            return True
        if watched is self.list and event.key() == Qt.Key.Key_Up and self.list.currentRow() == 0:
            self.search.setFocus()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.item is not None:
            self.edit_button.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return False

    # -- the card

    def _show_current(self) -> None:
        if self.sheet is not None:
            return
        empty_out(self._body)
        item = self.item
        if item is None:
            self._body.addStretch(1)
            return
        shown = QWidget()
        rows = QVBoxLayout(shown)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(text(item.name if item.kind in ("exercise", "cue") else item.id, "title"))
        rows.addLayout(self._told_of(item))
        rows.addLayout(self._buttons(item))
        rows.addWidget(reading(item, self.go_to, narrow=self._narrow))
        self._body.addWidget(shown)
        self._body.addStretch(1)
        shown.show()  # at once: the focus may go there
        self.scrolled.verticalScrollBar().setValue(0)

    def _told_of(self, item: Item) -> Flow:
        line = Flow(6)
        if item.kind in ("exercise", "cue"):
            line.addWidget(Chip(item.id))
        if item.kind == "exercise":
            line.addWidget(Chip(say(f"category.{item.id[:2]}")))
        else:
            line.addWidget(Chip(say(f"library.one_{item.kind}")))
        if item.retired:
            line.addWidget(Chip(say("library.retired"), "archive-outline", "amber", "amber"))
        if changed(item, self._store.settings.all()):
            line.addWidget(Chip(self._by_whom(item), "pencil-outline", "soft", "soft_text"))
        elif item.kind in ("exercise", "cue"):
            line.addWidget(Chip(say("library.shipped")))
        return line

    def _by_whom(self, item: Item) -> str:
        last = [each for each in self._store.settings.entries() if each.key == item.key][-1]
        names = {each.id: each.display_name for each in self._store.therapists()}
        day = datetime.fromisoformat(last.when).astimezone().date()
        return say("library.changed_by", name=names.get(last.who, last.who), day=words().date(day))

    def _buttons(self, item: Item) -> Flow:
        line = Flow(8)
        self.edit_button = Button(
            say("library.edit"), kind="primary", icon="pencil-outline", tip=say("library.edit_tip")
        )
        self.edit_button.clicked.connect(self.edit)
        self.back_button = Button(say("library.back"), icon="restore")
        self.back_button.clicked.connect(lambda: self.change(item.key, None))
        self.away_button = Button(
            say("library.put_back" if item.retired else "library.take_away"),
            icon="archive-arrow-up-outline" if item.retired else "archive-arrow-down-outline",
            tip=say("library.take_away_tip"),
        )
        self.away_button.clicked.connect(lambda: self._retire(item, retired=not item.retired))
        self.undo_button = Button(say("library.undo"), icon="undo", tip=say("library.undo_tip"))
        self.undo_button.clicked.connect(self.undo)
        self.told = text("", "wrong")
        self.told.hide()
        wanted = {
            self.edit_button: True,
            self.back_button: not item.own and changed(item, self._store.settings.all()),
            self.away_button: item.own,
            self.undo_button: bool(self._taken),
        }
        for button, there in wanted.items():
            line.addWidget(button)
            if not (there and self.may_edit):
                button.hide()
        line.addWidget(self.told)
        return line

    # -- writing

    def edit(self) -> None:
        """The sheet of what is chosen."""
        if self.may_edit and self.sheet is None and self.item is not None:
            self._begin(sheet_of(self.item, self._store.settings.get(self.item.key)))

    def _begin(self, sheet: Sheet) -> None:
        if not self.may_edit or self.sheet is not None:
            return
        self.sheet = sheet
        self._left.setEnabled(False)
        self._left.setVisible(not self._narrow)
        empty_out(self._body)
        self._body.addWidget(sheet)
        self._body.addStretch(1)
        sheet.sent.connect(self._sent)
        sheet.left.connect(lambda: self._end(""))
        self.scrolled.verticalScrollBar().setValue(0)
        sheet.show()  # at once: the focus goes there
        sheet.start()

    def draft(self) -> Draft | None:
        """What is being written and not saved."""
        if self.sheet is None:
            return None
        new = isinstance(self.sheet, ExerciseSheet | CueSheet) and not self.sheet.card
        card = "" if new or self.item is None else self.item.id
        return Draft(card, isinstance(self.sheet, CueSheet), self.sheet.fields.filled())

    def take_up(self, draft: Draft) -> None:
        """Go on with what was being written."""
        if draft.card:
            self.go_to(draft.card)
            self.edit()
        else:
            self._begin(CueSheet() if draft.new_cue else ExerciseSheet())
        if self.sheet is not None:
            self.sheet.fields.fill(draft.held)

    def _sent(self, value: Json) -> None:
        sheet = self.sheet
        if sheet is None:
            return
        card = self.item.id if self.item else ""
        try:
            if isinstance(sheet, ExerciseSheet | CueSheet):
                card = sheet.card or self._new_id(cast("dict[str, Json]", value))
            self._write(cards.key_of(card), value)
        except Refused as refused:
            sheet.refuse(_without_file(str(refused)))
            return
        self._end(card)

    def _new_id(self, value: dict[str, Json]) -> str:
        return cards.next_id(str(value.get("category") or "Q"), self._store.settings.all())

    def _end(self, card: str) -> None:
        self.sheet = None
        self._left.setEnabled(True)
        self._left.show()
        if card:
            self.go_to(card)
        else:
            self.refresh()
        if self.item is not None:
            self.edit_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _write(self, key: str, value: Json) -> None:
        """One setting, in force at once; Refused with everything as it was."""
        before = self._store.settings.get(key)
        if before == value:
            return
        clinic.refuse_untrue({**self._store.settings.all(), key: value})
        self._store.settings.set(key, value)
        clinic.put_in_place(self._store.settings.all())
        self._taken.append((key, before))
        self._status.show_saved(datetime.now().astimezone())

    def change(self, key: str, value: Json) -> bool:
        """The same from a button: what is refused is said beside it."""
        try:
            self._write(key, value)
        except Refused as refused:
            self._tell(_without_file(str(refused)))
            return False
        self._end("")
        return True

    def _tell(self, said: str) -> None:
        self.told.setText(said)
        self.told.show()

    def _retire(self, item: Item, *, retired: bool) -> None:
        value = dict(cast("dict[str, Json]", self._store.settings.get(item.key)))
        value.pop("retired", None)
        try:
            if retired:
                cards.refuse_to_retire(item.id)
        except Refused as refused:
            self._tell(str(refused))
            return
        self.change(item.key, {**value, "retired": True} if retired else value)

    def undo(self) -> None:
        """Take back the last change of this session; a new card is taken away, as plans may hold it."""
        if self.sheet is not None or not self._taken or not self.may_edit:
            return
        key, before = self._taken[-1]
        card = key.rpartition("/")[2]
        now = self._store.settings.get(key)
        if before is None and isinstance(now, dict) and is_own(card):
            before = {**now, "retired": True}
        done = len(self._taken) - 1
        if self.change(key, before):
            del self._taken[done:]
            self._end(card)


def _mark(item: Item, settings: dict[str, Json]) -> str:
    if item.retired:
        return say("library.retired")
    if item.own:
        return say("library.own")
    return say("library.changed") if changed(item, settings) else ""


def _without_file(said: str) -> str:
    """A refusal of the content without the name of its file, which a clinic's own has not."""
    if said.startswith("resources/"):
        said = said.partition(": ")[2]
    return said[:1].upper() + said[1:]
