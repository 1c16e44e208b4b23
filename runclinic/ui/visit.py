"""A visit: its parts on the left with their state, one in the middle, what it means on the right."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeAlias

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from runclinic.forms import catalogue
from runclinic.forms.flags import locks
from runclinic.forms.form import Form
from runclinic.ui import look
from runclinic.ui.follow_up import CarriedPage, due, is_carried
from runclinic.ui.form_page import FormPage
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.part_words import left_of, on_screen, state_icon
from runclinic.ui.pieces import Button, Card, Choice, Choices, Icon, Stack, ground, in_a_row, text
from runclinic.ui.say import say, words
from runclinic.ui.side_panel import SidePanel
from runclinic.ui.stop_sheet import StopSheet
from runclinic.visit.parts import QUESTIONNAIRES, Part, PartState

STATE_ROLE = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 36
HERS_TO_ANSWER = ("history", "questionnaires")
KEYED = 10  # Alt+1 to Alt+9, Alt+0
MakePage: TypeAlias = Callable[[OpenVisit], QWidget]


class FormsPage(QWidget):
    """A part that is one form, or several behind a row of buttons."""

    looked_at = Signal(str, str)
    finished = Signal()
    handed_over = Signal(object)  # ids of the forms that she answers herself

    def __init__(self, visit: OpenVisit, part: Part) -> None:
        super().__init__()
        self._visit = visit
        self._part = part
        forms: tuple[str, ...] = part.forms
        self._forms = forms
        self._pages: dict[str, FormPage] = {}
        self._stack = QStackedWidget()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        again = due(visit) if part.page == QUESTIONNAIRES else ()
        if again:
            rows.addLayout(self._due_row(again))
        if len(forms) > 1:
            offered = tuple(Choice(form_id, catalogue.form(form_id).title) for form_id in forms)
            self._tabs = Choices(offered, "flow", about=say("visit.forms"))
            self._tabs.show_value(next(iter(forms)))
            self._tabs.chosen.connect(lambda form_id: self.show_form(str(form_id)).start())
            top = QVBoxLayout()
            top.setContentsMargins(16, 8, 16, 0)
            top.addWidget(self._tabs)
            rows.addLayout(top)
        if part.id in HERS_TO_ANSWER:
            self._due = tuple(form_id for form_id, _day in again)
            tip = say("runner.hand_over_tip")
            hand = Button(say("runner.hand_over"), icon="hand-extended-outline", tip=tip)
            hand.clicked.connect(self._hand_over)
            line = in_a_row(None, hand)
            line.setContentsMargins(16, 8, 16, 0)
            rows.addLayout(line)
        rows.addWidget(self._stack, 1)
        self.show_form(next(iter(forms)))

    def _hand_over(self) -> None:
        """The form in front, and what is due again, to the runner."""
        self.settle()
        page = self._stack.currentWidget()
        front = page.form.id if isinstance(page, FormPage) else ""
        self.handed_over.emit(tuple(dict.fromkeys((front, *self._due))))

    def _due_row(self, again: Sequence[tuple[str, date]]) -> QHBoxLayout:
        """Questionnaires of earlier visits that are due again, each a button."""
        row = in_a_row(Icon("calendar-refresh-outline", "text2", 20), text(say("follow_up.due"), "second"))
        for form_id, day in again:
            button = Button(
                catalogue.form(form_id).title, tip=say("follow_up.last_on", day=words().date(day))
            )
            button.clicked.connect(lambda _=False, form_id=form_id: self.show_form(form_id).start())
            row.addWidget(button)
        row.addStretch(1)
        row.setContentsMargins(16, 8, 16, 0)
        return row

    def show_form(self, form_id: str) -> FormPage:
        """Bring one of the forms to the front; it is made when first wanted."""
        if form_id not in self._pages:
            page = self._page_of(catalogue.form(form_id))
            page.looked_at.connect(
                lambda question_id, form_id=form_id: self.looked_at.emit(form_id, question_id)
            )
            page.finished.connect(lambda form_id=form_id: self._finished(form_id))
            self._pages[form_id] = page
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(self._pages[form_id])
        if len(self._forms) > 1:
            self._tabs.show_value(form_id)
        return self._pages[form_id]

    def _page_of(self, form: Form) -> FormPage:
        if form.layout == "pop_q":
            from runclinic.ui.parts.pop_q import PopQPage

            return PopQPage(self._visit, form)
        cards = self._part.cards.get(form.id, ())
        if form.layout == "tests":
            from runclinic.ui.parts.load_tests import LoadTestsPage

            return LoadTestsPage(self._visit, form, cards)
        if is_carried(form, self._visit):
            return CarriedPage(self._visit, form)
        return FormPage(self._visit, form, cards=cards)

    def _finished(self, form_id: str) -> None:
        later = self._forms[self._forms.index(form_id) + 1 :]
        self.show_form(later[0]).start() if later else self.finished.emit()

    def start(self) -> None:
        """Go to what is next to be answered."""
        page = self._stack.currentWidget()
        if isinstance(page, FormPage):
            page.start()

    def settle(self) -> None:
        """Hand over what is typed."""
        for page in self._pages.values():
            page.settle()


class PartRow(QStyledItemDelegate):
    """A part in the list: its state as an icon, its name, how many answers are left."""

    narrow = False
    height = ROW_HEIGHT

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: one row."""
        state: PartState = index.data(STATE_ROLE)
        colours = look.colours()
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        view = option.widget  # pyright: ignore[reportAttributeAccessIssue]
        current = isinstance(view, QListWidget) and view.currentRow() == index.row()
        painter.save()
        area = rect.adjusted(6, 1, -6, -1)
        if current:
            painter.fillRect(area, QColor(colours.soft))
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), QColor(colours.accent))
            if view.hasFocus():
                painter.setPen(QColor(colours.accent))
                painter.drawRect(area.adjusted(0, 0, -1, -1))
        name, token = state_icon(state)
        icon = look.pixmap(name, token, 18, painter.device().devicePixelRatioF())
        left = area.left() + (area.width() - 18) // 2 if self.narrow else area.left() + 10
        painter.drawPixmap(QRect(left, area.center().y() - 8, 18, 18), icon)
        if not self.narrow:
            self._write(painter, option, area, state, current=current)
        painter.restore()

    def _write(
        self, painter: QPainter, option: QStyleOptionViewItem, area: QRect, state: PartState, *, current: bool
    ) -> None:
        colours = look.colours()
        left_words = left_of(state)
        small = QFont(option.font)  # pyright: ignore[reportAttributeAccessIssue]
        small.setPixelSize(12)
        painter.setFont(small)
        room = painter.fontMetrics().horizontalAdvance(left_words)
        painter.setPen(QColor(colours.text2))
        flags = Qt.AlignmentFlag.AlignVCenter
        font = QFont(option.font)  # pyright: ignore[reportAttributeAccessIssue]
        font.setBold(current)
        if QFontMetrics(font).horizontalAdvance(state.part.title) + room > area.width() - 58:
            left_words = str(state.left) if left_words else ""
            room = painter.fontMetrics().horizontalAdvance(left_words)
        painter.drawText(area.adjusted(0, 0, -8, 0), flags | Qt.AlignmentFlag.AlignRight, left_words)
        painter.setFont(font)
        painter.setPen(QColor(colours.soft_text if current else colours.text))
        place = area.adjusted(36, 0, -(room + 14 if room else 8), 0)
        name = painter.fontMetrics().elidedText(state.part.title, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, flags | Qt.AlignmentFlag.AlignLeft, name)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: the height of a row."""
        return QSize(40, self.height)


class LockedPage(QWidget):
    """Instead of a part that an open flag shuts."""

    def __init__(self) -> None:
        super().__init__()
        card = Card()
        title = in_a_row(Icon("lock-outline", "text2", 22), text(say("visit.locked"), "heading"), spacing=10)
        title.setStretch(1, 1)
        card.rows.addLayout(title)
        self._why = text("")
        card.rows.addWidget(self._why)
        self.go = Button(say("visit.locked_go"))
        card.rows.addLayout(in_a_row(self.go, None))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 12, 16, 16)
        rows.addWidget(card)
        rows.addStretch(1)

    def say_why(self, banner: str) -> None:
        """What is to be done first."""
        self._why.setText(say("visit.locked_why", action=banner))

    def start(self) -> None:
        """The way to the flag has the focus."""
        self.go.setFocus()


class VisitPage(QWidget):
    """The parts of one visit. `pages` makes the pages of the parts that are more than a form.

    Such a page is any widget. It may have: `start()` puts the focus on what is next, `settle()` hands
    over what is typed, `refresh()` is called when it comes to the front, `shut()` when the visit is left,
    `panel` (a widget) stands at the right instead of the usual one, `whole_width` and `own_title` are
    true of a page that needs all the room (its `panel` is then its own affair), `part_finished` is
    a signal that leads to the next part, `guide` is the page of the guide that F1 opens, and `busy()`
    says that something goes on without a hand.
    """

    handed_over = Signal(object)  # ids of the forms that she answers herself

    def __init__(self, visit: OpenVisit, pages: dict[str, MakePage]) -> None:
        super().__init__()
        self.visit = visit
        visit.setParent(self)  # it goes with the page: what listens to it would keep both for ever
        self._make = pages
        self._made: dict[str, QWidget] = {}
        self._states = on_screen(visit.part_states())
        self.part = ""
        self._big = look.big_targets()
        self.parts = self._list()
        self._counted = text("", "caption", wrap=False)
        self._counted.setContentsMargins(16, 14, 8, 6)
        self._left = ground("sunken")
        self._left.setFixedWidth(look.PARTS_WIDTH)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self._counted)
        left.addWidget(self.parts, 1)
        self.sheet = StopSheet(visit)
        self.sheet.go_to.connect(self._go_to_safety)
        self._stack = Stack()
        self._locked = LockedPage()
        self._locked.go.clicked.connect(lambda: self._go_to_safety(""))
        self._stack.addWidget(self._locked)
        self.panel = SidePanel(visit)
        self.panel.next_wanted.connect(self.next_part)
        self._right = ground("panel")
        self._right_stack = QStackedWidget()
        self._right_stack.addWidget(self.panel)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self._right_stack)
        self._drawer = Button("", icon="chevron-left", tip=say("visit.drawer_tip"))
        self._drawer.clicked.connect(self._pull_drawer)
        self._lay()
        for area in (self._left, self._right, self._top, self.sheet, self._locked):
            self._enlarge(area)
        self._keys()
        visit.changed.connect(lambda _keys: self.refresh())
        self.refresh()
        self.parts.setCurrentRow(self._first_open())

    @property
    def guide(self) -> str:
        """The page of the guide that fits the part in front."""
        return getattr(self._made.get(self.part), "guide", "a-visit")

    # -- laying out

    def _lay(self) -> None:
        self._title = text("", "title", wrap=False)
        self._about = text("", "second")
        self._top = QWidget()
        top = in_a_row(self._title, self._about, self._drawer, spacing=12)
        top.setContentsMargins(16, 12, 16, 0)
        top.setStretch(1, 1)
        self._top.setLayout(top)
        middle = ground("window")
        rows = QVBoxLayout(middle)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._top)
        rows.addWidget(self.sheet)
        rows.addWidget(self._stack, 1)
        self._columns = QHBoxLayout(self)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(0)
        self._columns.addWidget(self._left)
        self._columns.addWidget(middle, 1)
        self._columns.addWidget(self._right)

    def _list(self) -> QListWidget:
        parts = QListWidget()
        parts.setProperty("kind", "parts")
        self._row = PartRow(parts)
        self._row.height = look.BIG_TARGET if self._big else ROW_HEIGHT
        parts.setItemDelegate(self._row)
        parts.setAccessibleName(say("visit.parts"))
        parts.setToolTip(say("visit.parts_tip"))
        parts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for state in self._states:
            item = QListWidgetItem()
            item.setData(STATE_ROLE, state)
            parts.addItem(item)
        parts.currentRowChanged.connect(self._row_chosen)
        parts.installEventFilter(self)
        return parts

    def _keys(self) -> None:
        for number in range(min(len(self._states), KEYED)):
            self._key(f"Alt+{(number + 1) % 10}", lambda number=number: self.go_to_row(number))
        self._key("Ctrl+PgDown", self.next_part)
        self._key("Ctrl+PgUp", self.previous_part)
        self._key("Ctrl+Z", self.undo)
        self._key("Ctrl+Shift+Z", self.redo)
        self._key("Ctrl+Y", self.redo)

    def _key(self, keys: str, does: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(does)

    # -- large targets

    def show_big(self, *, big: bool) -> None:
        """Large buttons and text, for who stands at the treadmill; or the usual ones."""
        self._big = big
        self._row.height = look.BIG_TARGET if big else ROW_HEIGHT
        for area in (self._left, self._right, self._top, self.sheet, self._locked, *self._made.values()):
            self._enlarge(area)
        self._fit(self._stack.currentWidget())

    def _enlarge(self, area: QWidget) -> None:
        """The tools of the film keep their size: they are for a hand on the mouse."""
        if area is self._made.get("gait"):
            return
        sheet = look.big_sheet(big=self._big)
        if area.styleSheet() != sheet:
            area.setStyleSheet(sheet)
            area.setFont(look.screen_font(look.BIG_TEXT if self._big else look.TEXT))  # a sheet forgets it

    def _first_open(self) -> int:
        return next((number for number, state in enumerate(self._states) if state.state != "complete"), 0)

    # -- what stands

    def refresh(self) -> None:
        """States, what is left, the sheet and the panel."""
        self._states = on_screen(self.visit.part_states())
        for number, state in enumerate(self._states):
            item = self.parts.item(number)
            item.setData(STATE_ROLE, state)
            described = f"{state.part.title}, {say(f'visit.state_{state.state}')} {left_of(state)}".strip()
            item.setData(Qt.ItemDataRole.AccessibleTextRole, described)
            keys = f"Alt+{(number + 1) % 10}" if number < KEYED else "Ctrl+Page Down"
            item.setToolTip(say("visit.part_tip", part=described, keys=keys))
        done = sum(state.state == "complete" for state in self._states)
        self._counted.setText(
            say("visit.counted", visit=self.visit.visit.number, n=done, all=len(self._states))
        )
        self.sheet.refresh()
        self._show_panel()
        self._show_lock()

    def _show_lock(self) -> None:
        """A part that a flag shuts shows why, as long as the flag is open."""
        state, page = self._state(), self._made.get(self.part)
        if state is None or page is None:
            return
        shuts = locks(self.visit.flags()).get(state.part.lock)
        if shuts is not None:
            self._locked.say_why(shuts.banner)
        self._stack.setCurrentWidget(page if shuts is None else self._locked)

    def _show_panel(self) -> None:
        state = self._state()
        if state is None:
            return
        row = self.parts.currentRow()
        later = self._states[row + 1 :]
        if self._right_stack.currentWidget() is not self.panel or getattr(
            self._stack.currentWidget(), "whole_width", False
        ):
            return
        self.panel.show_part(state.forms, state.left, later[0].part.title if later else "")
        self._drawer.become(self.panel.headline())

    def _state(self) -> PartState | None:
        return next((state for state in self._states if state.id == self.part), None)

    # -- going from part to part

    def _row_chosen(self, row: int) -> None:
        if not 0 <= row < len(self._states):
            return
        self.settle()
        state = self._states[row]
        self.part = state.id
        page = self._page(state)
        self._fit(page)  # before it is shown: what it does not need gives its room away
        self._stack.setCurrentWidget(page)
        self._right_stack.setCurrentWidget(self._panel_of(page))
        self._top.setVisible(not getattr(page, "own_title", False))
        self._title.setText(state.part.title)
        refresh = getattr(page, "refresh", None)
        if callable(refresh):
            refresh()
        self.refresh()
        self._fit(self._stack.currentWidget())

    def _panel_of(self, page: QWidget) -> QWidget:
        """What stands at the right: the page's own panel, else the usual one."""
        panel = None if getattr(page, "whole_width", False) else getattr(page, "panel", None)
        if not isinstance(panel, QWidget):
            return self.panel
        if self._right_stack.indexOf(panel) < 0:
            self._right_stack.addWidget(panel)
        return panel

    def _page(self, state: PartState) -> QWidget:
        if state.id not in self._made:
            if state.id in self._make:
                page: QWidget = self._make[state.id](self.visit)
            else:
                page = self._forms_page(state.part)
            advance = getattr(page, "part_finished", None)
            if advance is not None:
                advance.connect(self.next_part)
            self._made[state.id] = page
            self._stack.addWidget(page)
            self._enlarge(page)
        return self._made[state.id]

    def _forms_page(self, part: Part) -> FormsPage:
        page = FormsPage(self.visit, part)
        page.looked_at.connect(self.panel.look_at)
        page.handed_over.connect(self.handed_over)
        page.finished.connect(self._finished)
        return page

    def go_to_row(self, row: int) -> None:
        """Show a part and start in it."""
        if 0 <= row < len(self._states):
            self.parts.setCurrentRow(row)
            self.start()

    def go_to(self, part_id: str) -> None:
        """Show the part with this id and start in it."""
        for row, state in enumerate(self._states):
            if state.id == part_id:
                self.go_to_row(row)

    def next_part(self) -> None:
        """The part below."""
        self.go_to_row(self.parts.currentRow() + 1)

    def previous_part(self) -> None:
        """The part above."""
        self.go_to_row(self.parts.currentRow() - 1)

    def start(self) -> None:
        """The focus goes to what is next in the part."""
        page = self._stack.currentWidget()
        begin = getattr(page, "start", None)
        if callable(begin):
            begin()

    def _finished(self) -> None:
        self.panel.next.setFocus(Qt.FocusReason.TabFocusReason)

    def _go_to_safety(self, question_id: str) -> None:
        """The safety screen, at one of its questions ("" = at what is next)."""
        for row, state in enumerate(self._states):
            if "safety" in state.forms:
                self.parts.setCurrentRow(row)
                page = self._made[state.id]
                if isinstance(page, FormsPage):
                    form = page.show_form("safety")
                    form.go_to(question_id) if question_id else form.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in the list goes into the part."""
        pressed = (
            event.key() if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress else None
        )
        if watched is self.parts and pressed in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.start()
            return True
        return False

    # -- undo, and leaving

    def undo(self) -> None:
        """Take the last change of this part back."""
        self.settle()
        self.visit.undo(self.part)

    def redo(self) -> None:
        """Do again what was taken back."""
        self.visit.redo(self.part)

    def settle(self) -> None:
        """Hand over what is typed anywhere."""
        for page in list(self._made.values()):
            settle = getattr(page, "settle", None)
            if callable(settle):
                settle()

    def busy(self) -> bool:
        """Whether something goes on that nobody touches: a film plays, or is being made."""
        asked = (getattr(page, "busy", None) for page in self._made.values())
        return any(callable(each) and each() for each in asked)

    def shut(self) -> None:
        """The visit is left: what works in the background ends."""
        self.settle()
        for page in self._made.values():
            shut = getattr(page, "shut", None)
            if callable(shut):
                shut()

    # -- width

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: below 1200 the parts are icons, below 1000 the panel is a drawer."""
        super().resizeEvent(event)
        self._fit(self._stack.currentWidget())

    def _fit(self, page: QWidget | None) -> None:
        whole = bool(getattr(page, "whole_width", False))
        across = self.window().width()
        narrow = across < look.NARROW_BELOW or whole
        self._row.narrow = narrow
        parts = look.BIG_PARTS_WIDTH if self._big else look.PARTS_WIDTH
        self._left.setFixedWidth(look.PARTS_NARROW if narrow else parts)
        self._counted.setVisible(not narrow)
        self.parts.scheduleDelayedItemsLayout()
        drawer = across < look.DRAWER_BELOW
        self._drawer.setVisible(drawer and not whole)
        self._right.setFixedWidth(look.PANEL_NARROW if across < look.NARROW_BELOW else look.PANEL_WIDTH)
        if drawer and not whole:
            self._columns.removeWidget(self._right)
            self._right.setGeometry(
                self.width() - self._right.width(), 48, self._right.width(), self.height() - 48
            )
            self._right.raise_()
            self._right.hide()
        else:
            self._columns.addWidget(self._right)
            self._right.setVisible(not whole)

    def _pull_drawer(self) -> None:
        self._right.setVisible(self._right.isHidden())
        self._right.raise_()
