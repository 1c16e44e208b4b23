"""Help: the guide, every key by place, and what the program is made with, to be read and searched.

F1 opens it at the page that fits what is on the screen: a page of the window says which one in `guide`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QTextDocument
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from runclinic import guide, licences, paths
from runclinic.refused import Refused
from runclinic.ui import look
from runclinic.ui.header import Header, Heading
from runclinic.ui.pieces import ground, in_a_row, text
from runclinic.ui.reader import Read, Reader
from runclinic.ui.say import say

KEYS, ABOUT = "keys", "about"
USUAL = "a-visit"  # the page that fits where nothing better is said
PLACES = ("everywhere", "visit", "answers", "tests", "help")
FILMS = (("gait", "gait.keys_list"), ("compare", "gait.compare_keys"))
LIST_WIDE, LIST_NARROW = 240, 172
SOUGHT = 120
NAME_ROLE = Qt.ItemDataRole.UserRole
LICENCE = "licence:"  # a link to the texts of a part, by its number in the list


@dataclass(frozen=True)
class Entry:
    """One line of the list, and how its page is made."""

    name: str
    title: str
    read: Callable[[], Read]


def entries(log: Path) -> tuple[Entry, ...]:
    """The pages of the guide, the keys, and about."""
    ours = (
        Entry(KEYS, say("help.keys"), lambda: Read(keys_page(), "html")),
        Entry(ABOUT, say("help.about"), lambda: Read(about_page(log), "html")),
    )
    try:
        folder, pages = paths.guide(), guide.pages()
    except Refused as refused:
        missing = str(refused)
        return (Entry(guide.CONTENTS, say("help.title"), lambda: Read(missing)), *ours)
    shown = (
        Entry(each.name, each.title, lambda each=each: Read(each.markdown, "markdown", folder))
        for each in pages
    )
    return (*shown, *ours)


# --------------------------------------------------------------------------------- pages of our own
def keys_page() -> str:
    """Every key by place, as they stand in the words."""
    written = [f"<h1>{escape(say('help.keys'))}</h1>"]
    for place in PLACES:
        lines = [line.partition(": ") for line in say(f"help.{place}_keys").splitlines()]
        rows = [_row(f"<b>{escape(key)}</b>", escape(does)) for key, _, does in lines]
        written.append(f"<h2>{escape(say(f'help.{place}'))}</h2><table>{''.join(rows)}</table>")
    for place, listed in FILMS:
        lines = [f"<p>{escape(line)}</p>" for line in say(listed).splitlines()]
        written.append(f"<h2>{escape(say(f'help.{place}'))}</h2>{''.join(lines)}")
    return "".join(written)


def about_page(log: Path) -> str:
    """The program, and every part that it is made with; a part whose licence we hold is a link to it."""
    own, *made_with = licences.parts()
    told = (
        say("help.version", version=own.version),
        say("help.licence"),
        say("help.no_network"),
        say("help.log", path=str(log)),
    )
    rows = [
        _row(_link(number, part), escape(part.version), escape(part.licence))
        for number, part in enumerate(made_with, start=1)
    ]
    heads = _row(*(f"<b>{escape(say(f'help.{each}'))}</b>" for each in ("part", "number", "under")))
    return (
        f"<h1>{escape(say('help.about'))}</h1>"
        + "".join(f"<p>{escape(line)}</p>" for line in told)
        + f"<p><a href='{LICENCE}0'>{escape(say('help.own_licence'))}</a></p>"
        + f"<h2>{escape(say('help.made_of'))}</h2><p>{escape(say('help.made_of_how'))}</p>"
        + f"<table>{heads}{''.join(rows)}</table>"
    )


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{each}</td>' for each in cells)}</tr>"


def _link(number: int, part: licences.Part) -> str:
    name = escape(part.name)
    return f"<a href='{LICENCE}{number}'>{name}</a>" if part.files else name


def licence_page(number: int) -> str:
    """The texts of one part, with the way back to the list."""
    part = licences.parts()[number]
    written = "".join(
        f"<p>{escape(each).replace('  ', '&nbsp; ').replace(chr(10), '<br>')}</p><hr>"
        for each in part.texts()
    )
    about = say("help.licence_of", name=part.name, version=part.version, licence=part.licence)
    back = f"<p><a href='{ABOUT}'>{escape(say('help.all_parts'))}</a></p>"
    return f"<h1>{escape(part.name)}</h1><p>{escape(about)}</p>{back}{written}"


# --------------------------------------------------------------------------------------------- page
class HelpPage(QWidget):
    """A search and the list of pages at the left, the page at the right."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self.entries = {each.name: each for each in entries(log)}
        self.shown = ""
        self._chosen = ""  # the page that she was on before she searched, or took from the list
        self.licence: int | None = None  # while the texts of a part are read
        self._plain: dict[str, str] = {}
        self._left_at: dict[str, int] = {}
        self.reader = Reader()
        self.reader.wanted.connect(self.follow)
        self.search = QLineEdit()
        self.search.setPlaceholderText(say("help.find"))
        self.search.setAccessibleName(say("help.find"))
        self.search.setMaxLength(SOUGHT)
        self.search.setClearButtonEnabled(True)
        self.search.textEdited.connect(lambda _: self._seek())
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setProperty("kind", "pages")
        self.list.setAccessibleName(say("help.pages"))
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(lambda *_: self._open_current())
        self.list.installEventFilter(self)
        self._none = text("", "quiet")
        self.told = text("", "wrong")
        self.told.hide()
        self._lay()
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self.to_search)
        self._fill(())

    def _lay(self) -> None:
        self._left = ground("sunken")
        left = QVBoxLayout(self._left)
        left.setContentsMargins(8, 12, 8, 8)
        left.setSpacing(8)
        for widget in (self.search, self._none):
            left.addWidget(widget)
        left.addWidget(self.list, 1)
        left.addStretch(0)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.reader, 1)
        self.told.setContentsMargins(16, 4, 16, 6)
        right.addWidget(self.told)
        row = in_a_row(self._left, spacing=0)
        row.addLayout(right, 1)
        self.setLayout(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the list gives way on a small screen."""
        super().resizeEvent(event)
        narrow = self.window().width() < look.DRAWER_BELOW
        self._left.setFixedWidth(LIST_NARROW if narrow else LIST_WIDE)

    def start(self) -> None:
        """The arrow keys scroll."""
        self.reader.setFocus(Qt.FocusReason.OtherFocusReason)

    def to_search(self) -> None:
        """Ctrl+F."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # -- which page

    def show_page(self, name: str) -> None:
        """A page by its name, whatever was searched for; one that is not there shows the contents."""
        if name not in self.entries:
            name = next(iter(self.entries))
        self.search.clear()
        self._fill(())
        self._open(name)

    def _open(self, name: str, *, seeking: bool = False) -> None:
        if not seeking:
            self._chosen = name
        if name != self.shown or self.licence is not None:
            self._leave_page()
            self.shown = name
            self._read(self.entries[name].title, self.entries[name].read())
            self.reader.verticalScrollBar().setValue(self._left_at.get(name, 0))
        self._mark_current()

    def _read(self, title: str, read: Read) -> None:
        self.reader.setAccessibleName(title)
        self.reader.show_page(read)

    def _leave_page(self) -> None:
        self.told.hide()
        if self.shown and self.licence is None:
            self._left_at[self.shown] = self.reader.verticalScrollBar().value()
        self.licence = None

    def _mark_current(self) -> None:
        self.list.blockSignals(True)
        rows = range(self.list.count())
        names = [self.list.item(row).data(NAME_ROLE) for row in rows]
        self.list.setCurrentRow(names.index(self.shown) if self.shown in names else -1)
        self.list.blockSignals(False)

    def _open_current(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._open(item.data(NAME_ROLE))
            self._mark_places()

    def follow(self, link: str) -> None:
        """A link to a page or to the texts of a part; one that leads out of the program is only named."""
        name = link.partition("#")[0].removesuffix(".md")
        number = link.removeprefix(LICENCE)
        if name in self.entries:
            self._fill(())
            if name != ABOUT:
                self._left_at.pop(name, None)
            self._open(name)
        elif link.startswith(LICENCE) and number.isdecimal() and int(number) < len(licences.parts()):
            self._leave_page()
            self.licence = int(number)
            self._read(licences.parts()[self.licence].name, Read(licence_page(self.licence), "html"))
        else:
            self.told.setText(say("help.outside", link=link))
            self.told.show()

    def back(self) -> bool:
        """From the texts of a part to the list of parts; False where Back leaves the help."""
        if self.licence is None:
            return False
        self._open(ABOUT)
        return True

    # -- finding

    def _fill(self, found: tuple[tuple[str, int], ...]) -> None:
        """The list: all pages, or those where something was found with how many places."""
        sought = bool(self.search.text().strip())
        listed = found if sought else tuple((name, 0) for name in self.entries)
        self.list.blockSignals(True)
        self.list.clear()
        for name, count in listed:
            title = self.entries[name].title
            item = QListWidgetItem(f"{title} ({count})" if count else title)
            item.setData(NAME_ROLE, name)
            if count:
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}, {say('help.places', n=count)}")
            self.list.addItem(item)
        self.list.blockSignals(False)
        self._none.setText(say("help.none_found", sought=self.search.text().strip()))
        self._none.setVisible(not listed)
        self.list.setVisible(bool(listed))
        if not sought:
            self.reader.find_all(())

    def _seek(self) -> None:
        """The pages that hold what is typed, most places first; one of them at its first place."""
        self.told.hide()
        typed = self.search.text()
        counted = (
            (name, guide.places(self._words(name), guide.sought_in(self._words(name), typed)))
            for name in self.entries
            if name != ABOUT
        )
        found = tuple(sorted(filter(lambda each: each[1], counted), key=_most_first))
        self._fill(found)
        names = [name for name, _ in found]
        stays = self._chosen in names or not names
        self._open(self._chosen if stays else names[0], seeking=True)
        self._mark_places()

    def _mark_places(self) -> None:
        sought = guide.sought_in(self._words(self.shown), self.search.text())
        if self.reader.find_all(sought):
            self.reader.go_to_place()

    def _words(self, name: str) -> str:
        """What a page says, without its marks."""
        if name not in self._plain:
            read, document = self.entries[name].read(), QTextDocument()
            write = {
                "markdown": document.setMarkdown,
                "html": document.setHtml,
                "plain": document.setPlainText,
            }
            write[read.kind](read.words)
            self._plain[name] = document.toPlainText()
        return self._plain[name]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search Enter: the next place, Down: the list, Esc: empty; in the list Enter: the page."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if watched is self.list and enter:
            self.start()
        elif watched is self.list and event.key() == Qt.Key.Key_Up and self.list.currentRow() == 0:
            self.search.setFocus()
        elif watched is self.search and enter:
            self.reader.go_to_place(further=True)
        elif watched is self.search and event.key() == Qt.Key.Key_Down and self.list.count():
            self.list.setFocus()
        elif watched is self.search and event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            self._seek()
        else:
            return False
        return True


def _most_first(found: tuple[str, int]) -> tuple[int, bool]:
    """By places; of pages with as many, the contents last, for they only name things."""
    name, count = found
    return -count, name == guide.CONTENTS


class HelpAlone(QWidget):
    """The help before anybody has unlocked; `left` when she goes back to the page that it was opened from."""

    left = Signal()

    def __init__(self, log: Path, fits: str) -> None:
        super().__init__()
        self._fits = fits
        self.page = HelpPage(log)
        self.header = Header()
        self.header.box.hide()
        self.header.show_heading(Heading(say("help.title"), back=True))
        self.header.back.connect(self._back)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.header)
        rows.addWidget(self.page, 1)

    def show_page(self, *, keys: bool) -> None:
        """The keys, or the page that fits."""
        self.page.show_page(KEYS if keys else self._fits)
        self.page.start()

    def _back(self) -> None:
        if not self.page.back():
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F1 and Shift+F1, as in the rest of the window."""
        if event.key() == Qt.Key.Key_F1:
            self.show_page(keys=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)
