"""Filming with a camera at this computer: what it sees, at which rate it truly films, start and stop."""

from collections.abc import Callable, Generator, Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from runclinic.records.growing import Pieces
from runclinic.refused import Refused
from runclinic.ui import look
from runclinic.ui.gait.filmer import Filmed, Filmer, Live, OpenSource
from runclinic.ui.gait.picture import GROUND
from runclinic.ui.gait.take_in import clock_words
from runclinic.ui.job import Job
from runclinic.ui.pieces import Button, Card, Choice, Choices, Icon, ground, in_a_row, text
from runclinic.ui.say import say
from runclinic.video import camera
from runclinic.video.camera import Arrived, Camera

ASKED_FPS = 60.0
SLOW_BELOW_FPS = 100.0  # below it contact times are rough: GAIT.md A1 advises 120
MARGIN = 12


class Preview(QWidget):
    """The newest picture of the camera, whole; an edge in the accent colour while it is filmed."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._pixels: object = None
        self.filming = False
        self.setMinimumSize(240, 160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(say("gait.camera_picture"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def image(self) -> QImage | None:
        """What it shows."""
        return self._image

    def put(self, arrived: Arrived | None) -> None:
        """Another picture, or none."""
        self._image = None
        if arrived is not None:
            height, width = arrived.picture.shape[:2]
            self._pixels = arrived.picture
            form = QImage.Format.Format_BGR888
            self._image = QImage(arrived.picture.data, width, height, arrived.picture.strides[0], form)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the picture in the middle."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        if self._image is None:
            return
        wide, high = self._image.width(), self._image.height()
        scale = min(self.width() / wide, self.height() / high)
        place = QRectF(0, 0, wide * scale, high * scale)
        place.moveCenter(self.rect().toRectF().center())
        painter.drawImage(place, self._image)
        if self.filming:
            painter.setPen(QColor(look.colours().accent))
            for inset in range(4):
                painter.drawRect(place.adjusted(inset + 0.5, inset + 0.5, -inset - 0.5, -inset - 0.5))


class RecordPage(QWidget):
    """`begin` opens a camera. `filmed(Filmed)` when a film is on the disk, `left` when she goes back.

    `pieces` makes the place that a film is written to.
    """

    filmed = Signal(object)
    left = Signal()

    def __init__(self, pieces: Callable[[], Pieces]) -> None:
        super().__init__()
        self._new_pieces = pieces
        self.open_source: OpenSource = lambda which: camera.Live(which, ASKED_FPS)
        self.list_cameras: Callable[[], tuple[Camera, ...]] = camera.cameras
        self.filmer: Filmer | None = None
        self._former: Filmer | None = None  # it may still hold the camera
        self._job: Job | None = None
        self._cameras: Sequence[Camera] = ()
        self.recording = False
        self.preview = Preview()
        self.which = QWidget()
        self._which_row = QHBoxLayout(self.which)
        self._which_row.setContentsMargins(0, 0, 0, 0)
        self.rate = text("", "strong", wrap=False)
        self.advice = text("", "second")
        self.clock = text("", "heading", wrap=False)
        self.start = Button(say("gait.record_start"), kind="primary", icon="record-circle-outline", tall=True)
        self.start.setEnabled(False)
        self.start.clicked.connect(self._press)
        self.back = Button(say("gait.record_back"), tall=True)
        self.back.clicked.connect(self.leave)
        self.trouble = text("", "")
        self.again = Button(say("gait.record_again"), kind="primary", tall=True)
        self.again.clicked.connect(self.begin)
        self.away = Button(say("gait.record_back"), tall=True)
        self.away.clicked.connect(self.leave)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._camera_page())
        self._stack.addWidget(self._trouble_page())
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._stack)

    def _camera_page(self) -> QWidget:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.preview, 1)
        below = ground("surface")
        row = QHBoxLayout(below)
        row.setContentsMargins(MARGIN, 8, MARGIN, 8)
        row.setSpacing(MARGIN)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(self.which)
        said.addWidget(self.rate)
        said.addWidget(self.advice)
        row.addLayout(said, 1)
        row.addWidget(self.clock)
        row.addWidget(self.start)
        row.addWidget(self.back)
        rows.addWidget(below)
        return page

    def _trouble_page(self) -> QWidget:
        card = Card("caution", margins=(24, 20, 24, 20))
        card.setMaximumWidth(620)
        head = in_a_row(Icon("video-off-outline", "amber", 24), self.trouble, spacing=12)
        head.setStretch(1, 1)
        card.rows.addLayout(head)
        card.rows.addLayout(in_a_row(self.again, self.away, None, spacing=12))
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(24, 40, 24, 24)
        rows.addWidget(card)
        rows.addStretch(1)
        return page

    # -- a camera

    def begin(self) -> None:
        """Look for cameras, and show what the first one sees."""
        self.shut()
        self._become(filming=False)
        self._stack.setCurrentIndex(0)
        self.preview.put(None)
        self.which.hide()
        self.rate.setText(say("gait.record_looking"))
        self.advice.setText("")
        self.start.setEnabled(False)
        job = Job(say("gait.record_looking"), self._looking)
        job.done.connect(lambda found: job is self._job and self._found(found))
        job.failed.connect(lambda error: job is self._job and self._fail(error))
        self._job = job
        job.start()

    def _looking(self) -> Generator[float, None, tuple[Camera, ...]]:
        yield 0.0
        return self.list_cameras()

    def _found(self, cameras: Sequence[Camera]) -> None:
        self._job, self._cameras = None, cameras
        while (item := self._which_row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if len(cameras) > 1:
            choices = Choices(
                [Choice(number, each.name) for number, each in enumerate(cameras)],
                about=say("gait.record_which"),
            )
            choices.show_value(0)
            choices.chosen.connect(lambda number: self._open(self._cameras[int(number)]))
            self._which_row.addWidget(choices)
        else:
            self._which_row.addWidget(text(cameras[0].name, "second", wrap=False))
        self.which.show()
        self._open(cameras[0])

    def _open(self, which: Camera) -> None:
        self._close_camera()
        self.preview.put(None)
        self.rate.setText(say("gait.record_opening", name=which.name))
        self.start.setEnabled(False)
        filmer = Filmer(which, self.open_source, self._former)
        filmer.seen.connect(lambda: filmer is self.filmer and self._see(filmer))
        filmer.filmed.connect(lambda film: filmer is self.filmer and self._kept(film))
        filmer.failed.connect(lambda error: filmer is self.filmer and self._fail(error))
        self.filmer = filmer
        filmer.start()

    def _see(self, filmer: Filmer) -> None:
        live = filmer.newest()
        if live is None:
            return
        self.preview.put(live.arrived)
        if not self.start.isEnabled():
            self.start.setEnabled(True)
            self.start.setFocus(Qt.FocusReason.OtherFocusReason)
        self._say_rate(live)
        if live.filmed_s is not None and self.recording:
            self.clock.setText(clock_words(int(live.filmed_s)))

    def _say_rate(self, live: Live) -> None:
        if live.rate is None:
            self.rate.setText(say("gait.record_measuring"))
            return
        self.rate.setText(live.rate.said(ASKED_FPS))
        slow = live.rate.fps < SLOW_BELOW_FPS
        self.advice.setText(say("gait.record_slow") if slow else "")

    def _fail(self, error: Exception) -> None:
        self._job = None
        self._close_camera()
        self._become(filming=False)
        if not isinstance(error, Refused):
            self.left.emit()
            raise error
        self.trouble.setText(str(error))
        self._stack.setCurrentIndex(1)
        self.again.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- a film

    def _press(self) -> None:
        if self.filmer is None:
            return
        if self.recording:
            self.start.setEnabled(False)
            self.filmer.stop()
            return
        try:
            pieces = self._new_pieces()
        except Refused as refused:
            self._fail(refused)
            return
        self._become(filming=True)
        self.clock.setText(clock_words(0))
        self.filmer.film(pieces)

    def _become(self, *, filming: bool) -> None:
        self.recording = self.preview.filming = filming
        words, icon = (
            ("gait.record_stop", "stop") if filming else ("gait.record_start", "record-circle-outline")
        )
        self.start.become(say(words), icon)
        self.back.setEnabled(not filming)
        self.which.setEnabled(not filming)
        if not filming:
            self.clock.setText("")
        self.preview.update()

    def _kept(self, film: Filmed) -> None:
        self._become(filming=False)
        self._close_camera()
        self.filmed.emit(film)

    # -- going away

    def leave(self) -> None:
        """Back to the films; while it films, it has to be stopped first."""
        if not self.recording:
            self.shut()
            self.left.emit()

    def shut(self) -> None:
        """Ends the camera. What was filmed is on the disk, and kept when the page is opened next."""
        self._job = None
        self._close_camera()

    def _close_camera(self) -> None:
        filmer, self.filmer = self.filmer, None
        if filmer is not None:
            filmer.shut()
            self._former = filmer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)
