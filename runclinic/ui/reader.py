"""A page to read: Markdown of the guide, or HTML and plain text of ours, in our type and colours.

Nothing is ever loaded but the pictures of the page's own folder, and a link only says where it leads.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from PySide6.QtCore import QEvent, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QPainter,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrame,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit

from runclinic.ui import look

Kind: TypeAlias = Literal["markdown", "html", "plain"]
WIDEST, SIDE, SIDE_NARROW = 820, 24, 12
NARROW = 480  # pixels of the page
LINE_HEIGHT = 125  # percent
HEADINGS = {1: (20, 0, 8), 2: (16, 18, 6), 3: (14, 14, 4)}  # pixels of type, above, below
BELOW, BELOW_ITEM, CELL = 10, 4, 5
COLUMNS = {2: (32, 68), 3: (46, 18, 36)}  # percent of a table
NEAR_THE_TOP = 4  # a place that was found stands a fourth down the page


class Read(NamedTuple):
    """What is on the page: its words, what they are written in, and the folder of its pictures."""

    words: str = ""
    kind: Kind = "plain"
    folder: Path | None = None


class Reader(QTextBrowser):
    """`wanted(link)` when a link is pressed; the reader itself goes nowhere."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._read = Read()
        self._sought: tuple[str, ...] = ()
        self._colours = look.colours()
        self._originals: dict[Path, QImage] = {}
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDefaultFont(look.screen_font())
        self.anchorClicked.connect(lambda link: self.wanted.emit(link.toString()))

    # -- what is read

    def show_page(self, read: Read) -> None:
        """This page, from its beginning."""
        self._read = read
        self._originals.clear()
        self._write()
        self.verticalScrollBar().setValue(0)

    def _write(self) -> None:
        read, document = self._read, self.document()
        document.clear()
        document.setBaseUrl(QUrl.fromLocalFile(f"{read.folder}/") if read.folder else QUrl())
        if read.kind == "markdown":
            document.setMarkdown(read.words)
        elif read.kind == "html":
            document.setHtml(read.words)
        else:
            document.setPlainText(read.words)
        document.setDocumentMargin(0)
        self.moveCursor(QTextCursor.MoveOperation.Start)  # it stood at the end of what was written
        _set(document)
        self._fit()
        self.find_all(self._sought)

    def changeEvent(self, event: QEvent) -> None:
        """Qt: the palette changed, and what is written has colours of its own."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._colours is not look.colours():
            self._colours = look.colours()
            at = self.verticalScrollBar().value()
            self._write()
            self.verticalScrollBar().setValue(at)

    # -- pictures

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Qt: a picture below the page's folder, as wide as there is room for; nothing else, ever."""
        file = self._picture(QUrl(name))
        if file is None or kind != QTextDocument.ResourceType.ImageResource.value:
            return None
        if file not in self._originals:
            self._originals[file] = QImage(str(file))
        return self._fitted(self._originals[file])

    def _picture(self, url: QUrl) -> Path | None:
        folder = self._read.folder
        if folder is None or not url.isLocalFile():
            return None
        file = Path(url.toLocalFile()).resolve()
        return file if file.is_relative_to(folder.resolve()) and file.is_file() else None

    def _fitted(self, picture: QImage) -> QImage:
        if picture.isNull():
            return picture
        across = min(picture.width(), self._room())
        wide = min(picture.width(), round(across * self.devicePixelRatioF()))
        high = round(wide * picture.height() / picture.width())
        fitted = picture.scaled(
            QSize(wide, high),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        ).convertToFormat(QImage.Format.Format_RGB32)
        painter = QPainter(fitted)
        painter.setPen(QColor(look.colours().line))
        painter.drawRect(0, 0, wide - 1, high - 1)
        painter.end()
        fitted.setDevicePixelRatio(wide / across)
        return fitted

    def _side(self) -> int:
        return SIDE_NARROW if self.viewport().width() < NARROW else SIDE

    def _room(self) -> int:
        return max(1, min(WIDEST, self.viewport().width() - 2 * self._side()))

    def _fit(self) -> None:
        """Lines of at most WIDEST, and every picture as wide as that."""
        document, side = self.document(), self._side()
        frame = document.rootFrame()
        edges = frame.frameFormat()
        edges.setTopMargin(side * 2 / 3)
        edges.setBottomMargin(side)
        edges.setLeftMargin(side)
        edges.setRightMargin(max(side, self.viewport().width() - side - self._room()))
        frame.setFrameFormat(edges)
        names = {picture.name() for picture in pictures(document)}
        for name in names:
            url = document.baseUrl().resolved(QUrl(name))
            fitted = self.loadResource(QTextDocument.ResourceType.ImageResource.value, url)
            if fitted is not None:
                document.addResource(QTextDocument.ResourceType.ImageResource.value, url, fitted)
        if names:
            document.markContentsDirty(0, document.characterCount())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: other lines; the words at the top stay there."""
        former = self._room()
        top = self.cursorForPosition(self.viewport().rect().topLeft()).position()
        at_top = self.verticalScrollBar().value() == 0
        super().resizeEvent(event)
        if event.size().width() == event.oldSize().width() and former == self._room():
            return
        self._fit()
        if not at_top:
            self._scroll_to(top, down=0)

    # -- finding

    def find_all(self, sought: Sequence[str]) -> int:
        """Mark every place where any of it stands; how many there are."""
        self._sought = tuple(sought)
        found = [cursor for each in self._sought for cursor in self._places(each)]
        shown = look.colours()
        self.setExtraSelections([_marked(each, shown.soft, shown.soft_text) for each in found])
        return len(found)

    def go_to_place(self, *, further: bool = False) -> None:
        """The first place of what is sought; with `further` the next one, and after the last the first."""
        starts = sorted(cursor.selectionStart() for each in self._sought for cursor in self._places(each))
        if not starts:
            return
        here = self.textCursor().position() if further else -1
        at = next((each for each in starts if each > here), starts[0])
        cursor = self.textCursor()
        cursor.setPosition(at)
        self.setTextCursor(cursor)
        self._scroll_to(at, down=self.viewport().height() // NEAR_THE_TOP)

    def _places(self, sought: str) -> Iterator[QTextCursor]:
        cursor = self.document().find(sought, 0)
        while not cursor.isNull():
            yield cursor
            cursor = self.document().find(sought, cursor)

    def _scroll_to(self, position: int, *, down: int) -> None:
        cursor = self.textCursor()
        cursor.setPosition(min(position, self.document().characterCount() - 1))
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.cursorRect(cursor).top() - down)


def _marked(cursor: QTextCursor, ground: str, colour: str) -> QTextEdit.ExtraSelection:
    marked = QTextEdit.ExtraSelection()
    marked.cursor = cursor  # pyright: ignore[reportAttributeAccessIssue]
    marked.format.setBackground(QColor(ground))  # pyright: ignore[reportAttributeAccessIssue]
    marked.format.setForeground(QColor(colour))  # pyright: ignore[reportAttributeAccessIssue]
    marked.format.setFontUnderline(True)  # pyright: ignore[reportAttributeAccessIssue]
    return marked


# -------------------------------------------------------------------------------------- how it is set
def fragments(document: QTextDocument) -> Iterator[tuple[QTextBlock, QTextCharFormat, int, int]]:
    """Every piece of the page that is set alike: its paragraph, its format, where it begins and ends."""
    block = document.begin()
    while block.isValid():
        piece = block.begin()
        while not piece.atEnd():
            fragment = piece.fragment()
            yield block, fragment.charFormat(), fragment.position(), fragment.position() + fragment.length()
            piece += 1
        block = block.next()


def pictures(document: QTextDocument) -> list:
    """The pictures of the page, in their order."""
    return [each.toImageFormat() for _, each, _, _ in fragments(document) if each.isImageFormat()]


def _set(document: QTextDocument) -> None:
    """Headings, paragraphs, code and tables as in the rest of the window."""
    cursor = QTextCursor(document)
    cursor.beginEditBlock()  # laid out once, not after each change
    for block, given, begin, end in list(fragments(document)):
        level = block.blockFormat().headingLevel()
        wanted = QTextCharFormat(given)
        if level:
            wanted.clearProperty(QTextFormat.Property.FontSizeAdjustment)
            wanted.setProperty(QTextFormat.Property.FontPixelSize, HEADINGS[min(level, 3)][0])
        if given.fontFixedPitch():
            wanted.setFontFamilies(look.FAMILIES)
            wanted.setFontFixedPitch(False)
            wanted.setBackground(QColor(look.colours().grid))
        if given.isAnchor():
            wanted.setForeground(QColor(look.colours().accent))
            wanted.setFontUnderline(True)
        if wanted != given:
            cursor.setPosition(begin)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(wanted)
    tables = [each for each in document.rootFrame().childFrames() if isinstance(each, QTextTable)]
    block = document.begin()
    while block.isValid():
        _set_block(block, in_table=_within(block, tables))
        block = block.next()
    for each in tables:
        _set_table(each)
    cursor.endEditBlock()


def _within(block: QTextBlock, tables: Sequence[QTextFrame]) -> bool:
    return any(each.firstPosition() <= block.position() <= each.lastPosition() for each in tables)


def _set_block(block: QTextBlock, *, in_table: bool) -> None:
    wanted, level = QTextBlockFormat(), block.blockFormat().headingLevel()
    _, above, below = HEADINGS.get(level, (0, 0, BELOW_ITEM if block.textList() else BELOW))
    wanted.setTopMargin(0 if in_table else above)
    wanted.setBottomMargin(0 if in_table else below)
    if not block.text().startswith("\ufffc"):  # a picture would get that much more room as well
        wanted.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    QTextCursor(block).mergeBlockFormat(wanted)


def _set_table(table: QTextTable) -> None:
    made = table.format()
    made.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    made.setCellPadding(CELL)
    made.setBorder(0)
    made.setCellSpacing(0)
    made.setBorderCollapse(True)
    shares = COLUMNS.get(table.columns(), ())
    made.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, each) for each in shares])
    made.setTopMargin(0)
    made.setBottomMargin(BELOW)
    table.setFormat(made)
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            edged = cell.format().toTableCellFormat()
            edged.setBottomBorder(1)
            edged.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            edged.setBottomBorderBrush(QBrush(QColor(look.colours().line)))
            cell.setFormat(edged)
