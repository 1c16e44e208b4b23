"""The fields in which a card of the library is edited, one below the other, and the notes beside them."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from runclinic.clinic import told
from runclinic.plan.figures.pen import Drawing
from runclinic.ui import look
from runclinic.ui.drawn import inks, paint
from runclinic.ui.drop_down import DropDown
from runclinic.ui.pieces import Flow, in_lines, text
from runclinic.ui.say import say

LABEL_WIDTH, LABEL_NARROW = 132, 84
FIGURE_WIDE, FIGURE_SMALL = 210, 130
CHECK_LINE = 340  # pixels of a line beside a box to tick
SHORT_WIDE = 86


class Figure(QWidget):
    """A drawing of the pen, in the colours of the window."""

    def __init__(self, drawing: Drawing, wide: int = FIGURE_WIDE) -> None:
        super().__init__()
        self._wide = wide
        self.become(drawing)

    def become(self, drawing: Drawing) -> None:
        """Show another one."""
        self.drawing = drawing
        self.setFixedSize(self._wide, round(self._wide * drawing.height_mm / drawing.width_mm))
        self.setAccessibleName(drawing.says)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw it."""
        painter = QPainter(self)
        paint(painter, self.drawing, self._wide / self.drawing.width_mm, inks())
        painter.end()


class Box(QPlainTextEdit):
    """A text that grows with its words; Tab goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._grow)
        self._grow()

    def _grow(self) -> None:
        lines = max(self.document().size().height(), 2)
        self.setFixedHeight(int(lines * self.fontMetrics().lineSpacing()) + 16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: a narrower box needs more lines."""
        super().resizeEvent(event)
        self._grow()


class Pick(DropDown):
    """One of many."""

    def __init__(self, offered: Sequence[tuple[str, str]], value: str) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(18)
        for data, words in offered:
            self.addItem(words, data)
        self.setCurrentIndex(max(0, self.findData(value)))


class Fields(QWidget):
    """Labelled fields. `touched` as soon as one of them is changed by hand."""

    touched = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._read: dict[str, Callable[[], object]] = {}
        self._write: dict[str, Callable[[object], None]] = {}
        self._notes: dict[str, QLabel] = {}
        self.widgets: dict[str, QWidget] = {}

    def typed(self, field: str) -> str:
        """The words of a field, with single blanks."""
        return str(self._read[field]())

    def chosen(self, field: str) -> list[str]:
        """What is ticked of several."""
        found = self._read[field]()
        return found if isinstance(found, list) else []

    def filled(self) -> dict[str, object]:
        """What every field holds, for `fill`."""
        return {field: read() for field, read in self._read.items()}

    def fill(self, held: Mapping[str, object]) -> None:
        """As it was when `filled` was asked; a field that is no longer there is left out."""
        for field, its in held.items():
            if field in self._write:
                self._write[field](its)
        self.touched.emit()

    def note(self, field: str, said: str) -> None:
        """A quiet word below a field; "" for none."""
        label = self._notes.get(field)
        if label is not None:
            label.setText(said)
            label.setVisible(bool(said))

    def heading(self, said: str) -> None:
        """The title of a group, over the whole width."""
        label = text(said, "strong")
        label.setContentsMargins(0, 8, 0, 0)
        self._grid.addWidget(label, self._grid.rowCount(), 0, 1, 2)

    def whole(self, widget: QWidget) -> None:
        """Something that is no field, beside the labels."""
        self._grid.addWidget(widget, self._grid.rowCount(), 1)

    def line(self, field: str, label: str, value: str) -> QLineEdit:
        """Words in one line."""
        made = QLineEdit(value)
        made.setCursorPosition(0)
        made.textEdited.connect(lambda _: self.touched.emit())
        self._put(field, label, made, lambda: " ".join(made.text().split()))
        self._write[field] = lambda its: made.setText(str(its))
        return made

    def box(self, field: str, label: str, value: str) -> Box:
        """Words in several lines."""
        made = Box()
        made.setPlainText(value)
        made.textChanged.connect(self.touched)
        self._put(field, label, made, lambda: " ".join(made.toPlainText().split()))
        self._write[field] = lambda its: made.setPlainText(str(its))
        return made

    def pick(self, field: str, label: str, offered: Sequence[tuple[str, str]], value: str) -> Pick:
        """One of many."""
        made = Pick(offered, value)
        made.activated.connect(lambda _: self.touched.emit())
        self._put(field, label, made, lambda: str(made.currentData() or ""))
        self._write[field] = lambda its: made.setCurrentIndex(max(0, made.findData(its)))
        return made

    def several(
        self, field: str, label: str, offered: Mapping[str, str], value: Sequence[str], *, flow: bool = False
    ) -> None:
        """Any number of some."""
        held = QWidget()
        rows = Flow(16) if flow else QVBoxLayout()
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        held.setLayout(rows)
        font = look.screen_font()
        boxes = {data: QCheckBox(in_lines(words, font, CHECK_LINE)) for data, words in offered.items()}
        for data, box in boxes.items():
            box.setAccessibleName(offered[data])
            box.setChecked(data in value)
            box.toggled.connect(lambda _: self.touched.emit())
            rows.addWidget(box)
        self._put(field, label, held, lambda: [data for data, box in boxes.items() if box.isChecked()])
        self._write[field] = lambda its: _tick(boxes, its)

    def numbers(self, label: str, values: Mapping[str, tuple[str, str]]) -> None:
        """Short figures side by side: by field, its label and what stands."""
        held, flow = QWidget(), Flow(10)
        held.setLayout(flow)
        for field, (name, value) in values.items():
            made = QLineEdit(value)
            made.setFixedWidth(SHORT_WIDE)
            made.setAccessibleName(name)
            made.textEdited.connect(lambda _: self.touched.emit())
            column = QWidget()
            rows = QVBoxLayout(column)
            rows.setContentsMargins(0, 0, 0, 0)
            rows.setSpacing(2)
            rows.addWidget(text(name, "second", wrap=False))
            rows.addWidget(made)
            flow.addWidget(column)
            self.widgets[field], self._read[field] = made, made.text
            self._write[field] = lambda its, made=made: made.setText(str(its))
        self._lay(label, held)

    def _put(self, field: str, label: str, widget: QWidget, read: Callable[[], object]) -> None:
        widget.setAccessibleName(label)
        self.widgets[field], self._read[field] = widget, read
        self._lay(label, widget)
        note = text("", "second")
        note.hide()
        self._notes[field] = note
        self._grid.addWidget(note, self._grid.rowCount(), 1)

    def _lay(self, label: str, widget: QWidget) -> None:
        row = self._grid.rowCount()
        said = text(label, "quiet")
        said.setContentsMargins(0, 6, 0, 0)
        self._grid.addWidget(said, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(widget, row, 1)


def _tick(boxes: Mapping[str, QCheckBox], wanted: object) -> None:
    for data, box in boxes.items():
        box.setChecked(isinstance(wanted, list) and data in wanted)


def reading_note(said: str) -> str:
    """A gentle word on sentences that are long for a plain text; "" if they are short."""
    mean = told.mean_words(said)
    return say("library.long", n=round(mean), most=told.WORDS_MOST) if mean > told.WORDS_MOST else ""
