"""The small parts that every page is laid out with: text, icon, button, card, chip, segments, flow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from runclinic.ui import look

LINE = 460  # pixels of a line of a choice, at 100 %
_RECOLOUR = (QEvent.Type.PaletteChange, QEvent.Type.StyleChange)


def text(words: str, role: str = "", *, tone: str = "", wrap: bool = True) -> QLabel:
    """A label in one of the roles of the style sheet; it wraps unless told not to."""
    label = Wrapped(words) if wrap else QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    if tone:
        label.setProperty("tone", tone)
    return label


class Wrapped(QLabel):
    """Words that wrap. Qt would ask for the height of the narrowest paragraph; this asks for one line."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:
        """Qt: room for a word; the height follows from the width."""
        return QSize(40, self.fontMetrics().height())


class OneLine(QLabel):
    """One line that ends in dots where there is no room; all of it is its tip and its accessible name."""

    def __init__(self, words: str, role: str = "") -> None:
        super().__init__(words)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Qt: room for some letters."""
        return QSize(min(super().sizeHint().width(), 60), super().sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: as much as there is room for."""
        line = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip("" if line == self.text() else self.text())
        painter = QStylePainter(self)
        painter.drawItemText(
            self.rect(),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
            self.palette(),
            self.isEnabled(),
            line,
            self.foregroundRole(),
        )


class Icon(QLabel):
    """An icon of the font, in the colour of a token; drawn again when the colours change."""

    def __init__(self, name: str, token: str = "text2", size: int = 18, says: str = "") -> None:
        super().__init__()
        self._name, self._token, self._size = name, token, size
        self._colours = look.colours()
        self.setFixedSize(size, size)
        self.setAccessibleName(says)
        self._draw()

    def become(self, name: str, token: str, says: str = "") -> None:
        """Show another icon."""
        if (name, token) != (self._name, self._token):
            self._name, self._token = name, token
            self._draw()
        self.setAccessibleName(says)

    def _draw(self) -> None:
        if self._name:
            self.setPixmap(look.pixmap(self._name, self._token, self._size, self.devicePixelRatioF()))
        else:
            self.clear()

    def changeEvent(self, event: QEvent) -> None:
        """Qt: the palette changed."""
        if event.type() == QEvent.Type.PaletteChange and self._colours is not look.colours():
            self._colours = look.colours()
            self._draw()
        super().changeEvent(event)


class Button(QPushButton):
    """A button; `kind` is "", "primary", "flat", "icon" or "rail" (look.py)."""

    def __init__(
        self,
        words: str,
        *,
        kind: str = "",
        icon: str = "",
        token: str = "",
        tall: bool = False,
        tip: str = "",
        name: str = "",
    ) -> None:
        super().__init__("" if kind == "icon" else words)
        self._icon = icon
        self._colours = look.colours()
        self._token = token or {"primary": "on_accent", "flat": "accent"}.get(kind, "text2")
        self.setProperty("kind", kind)
        self.setProperty("tall", tall)
        self.setAccessibleName(name or words)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if tip or kind == "icon":
            self.setToolTip(tip or words)
        self._draw()

    def on_key(self, keys: str) -> None:
        """A shortcut that presses it at once (a button's own waits a tenth of a second for its animation)."""
        QShortcut(QKeySequence(keys), self).activated.connect(self.click)

    def become(self, words: str, icon: str = "", token: str = "") -> None:
        """Other words or another icon."""
        self.setText(words)
        self.setAccessibleName(words)
        self._icon, self._token = icon or self._icon, token or self._token
        self._draw()

    def _draw(self) -> None:
        if self._icon:
            self.setIcon(look.icon(self._icon, self._token))
            self.setIconSize(QSize(18, 18))

    def changeEvent(self, event: QEvent) -> None:
        """Qt: the palette changed."""
        if event.type() == QEvent.Type.PaletteChange and self._colours is not look.colours():
            self._colours = look.colours()
            self._draw()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses a button as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.isEnabled():
            self.click()
            return
        super().keyPressEvent(event)


class Card(QFrame):
    """A framed group; `look` is "plain", "active", "stop", "caution" or "note"."""

    def __init__(self, kind: str = "plain", *, margins: tuple[int, int, int, int] = (16, 12, 16, 12)) -> None:
        super().__init__()
        self.setProperty("card", kind)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(*margins)
        self.rows.setSpacing(8)


class Chip(QFrame):
    """A short statement with its icon, 24 high."""

    def __init__(self, words: str, icon: str = "", kind: str = "plain", token: str = "text2") -> None:
        super().__init__()
        self.setProperty("chip", kind)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(6)
        if icon:
            row.addWidget(Icon(icon, token, 16))
        row.addWidget(text(words, "second", wrap=False))
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)


def rule() -> QFrame:
    """A thin line between groups."""
    line = QFrame()
    line.setProperty("rule", "true")
    line.setFixedHeight(1)
    return line


def ground(kind: str) -> QFrame:
    """A plain area in one of the ground colours."""
    area = QFrame()
    area.setProperty("ground", kind)
    return area


def in_a_row(*widgets: QWidget | int | None, spacing: int = 8) -> QHBoxLayout:
    """Widgets beside one another; a number is a gap, None takes up what is left."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        elif isinstance(widget, int):
            row.addSpacing(widget)
        else:
            row.addWidget(widget)
    return row


def put_in_the_middle(page: QWidget, card: QWidget) -> None:
    """One card in the middle of a page, which scrolls where it is too low for it."""
    inside = QWidget()
    rows = QVBoxLayout(inside)
    rows.addStretch(2)
    rows.addLayout(in_a_row(None, card, None))
    rows.addStretch(3)
    outside = QVBoxLayout(page)
    outside.setContentsMargins(0, 0, 0, 0)
    outside.addWidget(Scroll(inside))


def empty_out(layout: QLayout) -> None:
    """Take everything out of a layout, for good."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            empty_out(inner)


class Stack(QStackedWidget):
    """Pages of which one is shown, in the room that there is.

    Qt would ask for that of the widest page ever made, and push the window over the edge of the screen.
    """

    def minimumSizeHint(self) -> QSize:
        """Qt: the page in front makes do."""
        return QSize(0, 0)


class Scroll(QScrollArea):
    """A page that scrolls up and down only."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.setProperty("scrolled", "true")
        self.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)


class Flow(QLayout):
    """Widgets in lines, as words are set in a paragraph."""

    def __init__(self, gap: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Qt: one more."""
        self._items.append(item)

    def count(self) -> int:
        """Qt: how many."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Qt: the one at a place."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Qt: take the one at a place out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Qt: it asks for no more than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Qt: narrower is taller."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt: the height of the lines at this width."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Qt: lay the lines out."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """Qt: as wide as all in one line, up to 560."""
        across = sum(item.sizeHint().width() + self._gap for item in self._items)
        width = min(across, 560)
        return QSize(width, self._place(QRect(0, 0, width, 0), move=False))

    def minimumSize(self) -> QSize:
        """Qt: the widest one must fit."""
        widest = max((item.minimumSize().width() for item in self._items), default=0)
        tallest = max((item.minimumSize().height() for item in self._items), default=0)
        return QSize(widest, tallest)

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, line_height = rect.x(), rect.y(), 0
        for item in self._items:
            widget = item.widget()
            if widget is not None and widget.isHidden():
                continue
            size = item.sizeHint()
            width = min(size.width(), max(rect.width(), 1))
            if x + width > rect.right() + 1 and line_height:
                x, y, line_height = rect.x(), y + line_height + self._gap, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), QSize(width, size.height())))
            x += width + self._gap
            line_height = max(line_height, size.height())
        return y + line_height - rect.y()


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen, its words, and the key that chooses it."""

    value: str | int
    words: str
    key: str = ""


class Choices(QWidget):
    """A row, list or flow of buttons of which one, or none yet, is chosen.

    One stop for Tab; arrows move among the buttons, Space chooses. The button's key chooses and moves on,
    unless it may be the first of a longer one (1 of 10).
    """

    chosen = Signal(object)
    moved_on = Signal()

    def __init__(
        self,
        choices: Sequence[Choice],
        layout: str = "row",
        *,
        about: str = "",
        tall: bool = False,
        tight: bool = False,
    ) -> None:
        super().__init__()
        self._choices = tuple(choices)
        self.value: str | int | None = None
        self._typed = ""
        self._layout, self._tight = layout, tight
        self.buttons = [self._button(choice, layout, about, tall=tall, tight=tight) for choice in choices]
        self._lay(layout)
        self.setAccessibleName(about)
        self._one_stop()

    def _button(self, choice: Choice, layout: str, about: str, *, tall: bool, tight: bool) -> QPushButton:
        label = _labelled(choice, layout)
        button = QPushButton(label if layout == "row" else in_lines(label, look.screen_font(), LINE))
        if not tight:
            button.setMinimumWidth(room_in_bold(button, _padding(layout)))
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setProperty("tall", tall)
        button.setProperty("tight", tight)
        if layout != "row":
            button.setProperty("kind", "choice")
        button.setAccessibleName(choice.words)
        button.setAccessibleDescription(about)
        if choice.key:
            button.setToolTip(f"{choice.words} ({choice.key})")
        button.clicked.connect(lambda _=False, value=choice.value: self._choose(value))
        button.installEventFilter(self)
        return button

    def _lay(self, layout: str) -> None:
        if layout == "flow":
            inside: QLayout = Flow()
        elif layout == "list":
            inside = QVBoxLayout()
            inside.setSpacing(4)
        else:
            inside = QHBoxLayout()
            inside.setSpacing(0)
            for number, button in enumerate(self.buttons):
                button.setProperty("seg", _segment(number, len(self.buttons)))
        inside.setContentsMargins(0, 0, 0, 0)
        for button in self.buttons:
            inside.addWidget(button)
        if isinstance(inside, QHBoxLayout):
            inside.addStretch(1)
        self.setLayout(inside)

    def changeEvent(self, event: QEvent) -> None:
        """Qt: larger text needs more room."""
        if event.type() == QEvent.Type.FontChange and not self._tight:
            for button in self.buttons:
                button.setFont(self.font())
                button.setMinimumWidth(room_in_bold(button, _padding(self._layout)))
        super().changeEvent(event)

    def show_value(self, value: object) -> None:
        """Draw this value as chosen; None (or one that is not offered) draws nothing as chosen."""
        known = [choice.value for choice in self._choices]
        self.value = value if isinstance(value, str | int) and value in known else None
        for choice, button in zip(self._choices, self.buttons, strict=True):
            button.setChecked(choice.value == self.value and self.value is not None)
        self._one_stop()

    def _choose(self, value: str | int) -> None:
        self.show_value(value)
        self.chosen.emit(value)

    def _one_stop(self) -> None:
        held = next((button for button in self.buttons if button.hasFocus()), None)
        checked = next((button for button in self.buttons if button.isChecked()), None)
        stop = held or checked or (self.buttons[0] if self.buttons else None)
        for button in self.buttons:
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button is stop else Qt.FocusPolicy.ClickFocus)
        if stop is not None:
            self.setFocusProxy(stop)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Keys of the buttons."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(watched, event)
        return False

    def _key(self, button: object, event: QKeyEvent) -> bool:
        step = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Up: -1,
        }.get(Qt.Key(event.key()))
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if step and isinstance(button, QPushButton):
            self._focus((self.buttons.index(button) + step) % len(self.buttons))
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.moved_on.emit()
            return True
        return self._by_key(event.text().lower())

    def _focus(self, number: int) -> None:
        self.buttons[number].setFocus(Qt.FocusReason.OtherFocusReason)
        self._one_stop()

    def _by_key(self, pressed: str) -> bool:
        if not pressed.strip():
            return False
        for typed in (self._typed + pressed, pressed):
            for number, choice in enumerate(self._choices):
                if choice.key and choice.key == typed:
                    self._typed = typed if typed == pressed else ""
                    self._focus(number)
                    self._choose(choice.value)
                    if not self._may_grow(typed):
                        self.moved_on.emit()
                    return True
        self._typed = ""
        return False

    def _may_grow(self, typed: str) -> bool:
        """Whether a longer key begins so."""
        return any(each.key != typed and each.key.startswith(typed) for each in self._choices)


def _labelled(choice: Choice, layout: str) -> str:
    """In a list or a flow the key stands before the words, unless they begin with it."""
    said = layout == "row" or not choice.key or choice.words.startswith(choice.key)
    return choice.words if said else f"{choice.key}   {choice.words}"


def _padding(layout: str) -> int:
    return 28 if layout == "row" else 24


def in_lines(words: str, font: QFont, most: int) -> str:
    """Words broken into lines of at most `most` pixels: a button does not do that by itself."""
    metrics, lines = QFontMetrics(font), [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1].strip() and metrics.horizontalAdvance(longer) > most:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def room_in_bold(button: QPushButton, padding: int = 24) -> int:
    """The width that a button needs once it is chosen, and its words are bold."""
    font = look.screen_font(max(button.fontInfo().pixelSize(), look.TEXT))
    font.setBold(True)
    lines = button.text().splitlines() or [""]
    return max(map(QFontMetrics(font).horizontalAdvance, lines)) + padding


def _segment(number: int, count: int) -> str:
    if count == 1:
        return "only"
    return "first" if number == 0 else "last" if number == count - 1 else "mid"


def fill(layout: QVBoxLayout, widgets: Iterable[QWidget]) -> None:
    """Put widgets below one another."""
    for widget in widgets:
        layout.addWidget(widget)
