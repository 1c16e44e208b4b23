"""A film that is too long to be stepped as a whole: which seconds of it are wanted."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QSlider, QVBoxLayout, QWidget

from runclinic.ui.gait.take_in import TooMuch, clock_words
from runclinic.ui.latest import Latest
from runclinic.ui.pieces import Button, Choice, Choices, in_a_row, text
from runclinic.ui.say import say
from runclinic.video import excerpt
from runclinic.video.excerpt import Bgr

WIDTH, PICTURE_HEIGHT, LEAST_HEIGHT = 620, 320, 120
LENGTHS_S = (15, 30, 60, 120)
USUAL_S = 30  # as the advice on filming says
GIGABYTE = 1e9
SLIDER = """
QSlider { min-height: 28px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: palette(mid); }
QSlider::handle:horizontal { width: 20px; height: 20px; margin: -8px 0; border-radius: 10px;
    background: palette(highlight); border: 2px solid palette(base); }
QSlider::handle:horizontal:focus { border: 2px solid palette(text); }
"""


class RangePage(QWidget):
    """`chosen(path, from_s, to_s)`, or `given_up`."""

    chosen = Signal(object, float, float)
    given_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._film = TooMuch(Path(), 0.0, 0)
        self._latest: Latest[tuple[Path, float], Bgr] | None = None
        self._still: QImage | None = None
        self.title = text("", "heading")
        self.why = text("", "quiet")
        self.picture = QLabel()
        self.picture.setMinimumHeight(LEAST_HEIGHT)
        self.picture.setMaximumHeight(PICTURE_HEIGHT)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(say("gait.range_picture"))
        self.start_at = QSlider(Qt.Orientation.Horizontal)
        self.start_at.setAccessibleName(say("gait.range_from"))
        self.start_at.setStyleSheet(SLIDER)
        self.start_at.setPageStep(USUAL_S)
        self.start_at.valueChanged.connect(self._moved)
        self.said = text("", "strong", wrap=False)
        self.lengths = Choices(
            [Choice(seconds, say("gait.range_seconds", n=seconds)) for seconds in LENGTHS_S],
            about=say("gait.range_length"),
        )
        self.lengths.chosen.connect(lambda _value: self._moved())
        self.take = Button(say("gait.range_take"), kind="primary", tall=True)
        self.take.clicked.connect(self._choose)
        self.leave = Button(say("gait.range_leave"), tall=True)
        self.leave.clicked.connect(self._give_up)
        self._lay()

    def _lay(self) -> None:
        column = QWidget()
        column.setFixedWidth(WIDTH)
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        for widget in (self.title, self.why, self.picture, self.start_at):
            rows.addWidget(widget, 100 if widget is self.picture else 0)
        rows.addLayout(in_a_row(text(say("gait.range_length"), wrap=False), self.lengths, None, self.said))
        rows.addLayout(in_a_row(self.take, self.leave, None, spacing=12))
        rows.addStretch(1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(24, 16, 24, 16)
        outside.addStretch(1)
        outside.addLayout(in_a_row(None, column, None), 100)
        outside.addStretch(2)

    def ask(self, film: TooMuch) -> None:
        """Ask for seconds of this film."""
        self._film = film
        self.title.setText(say("gait.range_title", name=film.path.name))
        size = f"{film.bytes / GIGABYTE:.1f}"
        self.why.setText(say("gait.range_why", lasts=clock_words(film.lasts_s), size=size))
        self._clear()
        if self._latest is None:
            self._latest = Latest(lambda asked: excerpt.picture_at(*asked), self)
            self._latest.ready.connect(self._show)
            self._latest.failed.connect(lambda _asked, _error: self._clear())
        self.lengths.show_value(USUAL_S)
        self.start_at.setRange(0, max(0, int(film.lasts_s) - 1))
        self.start_at.setValue(0)
        self._moved()
        self.start_at.setFocus(Qt.FocusReason.TabFocusReason)

    def _clear(self) -> None:
        self._still = None
        self.picture.clear()

    def shut(self) -> None:
        """End the thread that fetches pictures."""
        if self._latest is not None:
            self._latest.close()
            self._latest = None

    @property
    def asking(self) -> bool:
        """Whether a part is being chosen."""
        return self._latest is not None

    @property
    def seconds(self) -> tuple[float, float]:
        """From and to, within the film."""
        start, long = float(self.start_at.value()), float(self.lengths.value or USUAL_S)
        return start, min(start + long, max(self._film.lasts_s, start + 1))

    def _moved(self) -> None:
        start, end = self.seconds
        self.said.setText(say("gait.range_said", start=clock_words(start), end=clock_words(end)))
        if self._latest is not None:
            self._latest.want((self._film.path, start))

    def _show(self, asked: tuple[Path, float], still: Bgr) -> None:
        if asked != (self._film.path, self.seconds[0]):
            return
        height, width = still.shape[:2]
        data = still.tobytes()
        self._still = QImage(data, width, height, 3 * width, QImage.Format.Format_BGR888).copy()
        self._fit()

    def _fit(self) -> None:
        if self._still is None:
            return
        ratio = self.devicePixelRatioF()
        room = self.picture.size() * ratio
        shown = QPixmap.fromImage(self._still).scaled(
            room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        shown.setDevicePixelRatio(ratio)
        self.picture.setPixmap(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the picture takes the room that is left."""
        super().resizeEvent(event)
        self._fit()

    def _choose(self) -> None:
        start, end = self.seconds
        self.shut()
        self.chosen.emit(self._film.path, start, end)

    def _give_up(self) -> None:
        self.shut()
        self.given_up.emit()
