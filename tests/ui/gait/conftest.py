"""A gait page of a visit, a new runner for each test, and drawn clips that know their truth."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from runclinic.demo import stamp
from runclinic.demo.clips import Shot, write
from runclinic.records import Store
from runclinic.records.visits import VisitRow
from runclinic.ui import job, look
from runclinic.ui.gait.page import GaitPage
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.visit import VisitPage

KEYS = {
    ("left", "initial_contact"): "1",
    ("left", "toe_off"): "2",
    ("right", "initial_contact"): "3",
    ("right", "toe_off"): "4",
}


@dataclass
class Filmed:
    """A drawn clip: its file, and the shot that knows its frames and contacts."""

    path: Path
    shot: Shot


def drawn(folder: Path, name: str = "side.mp4", **shot) -> Filmed:
    made = Shot(**({"capture_fps": 60, "duration_s": 3, "size": (320, 180)} | shot))
    path = folder / name
    write(path, made)
    return Filmed(path, made)


@pytest.fixture(scope="session")
def drawn_clip() -> Callable[..., Filmed]:
    return drawn


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> Filmed:
    return drawn(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="session")
def uneven(tmp_path_factory) -> Filmed:
    return drawn(tmp_path_factory.mktemp("clips"), "uneven.mp4", uneven=True)


@pytest.fixture(autouse=True)
def _dressed(qapp):
    """Once for all: dressing the whole application anew costs more than most tests here."""
    if look.colours() is not look.LIGHT or not qapp.styleSheet():
        look.dress("light")


@dataclass
class Room:
    """The visit on the screen, with its gait page in front, and hands that press keys."""

    qtbot: object
    store: Store
    opened: OpenVisit
    host: QWidget
    page: GaitPage

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        """A key to whatever has the focus, as from a keyboard."""
        self.qtbot.keyClick(QApplication.focusWidget() or self.page, key, modifier)

    def take_in(self, *paths: Path) -> None:
        self.page.take_in(paths)
        self.qtbot.waitUntil(self.at_rest)

    def at_rest(self) -> bool:
        """Nothing on its way: no film, no frame, no words of the panel."""
        page, player = self.page, self.page.stage.player
        shown = page.reel is not None and player.settled and page._awaited.frame is None
        here = not page.film_id or shown
        return (
            here
            and not job.running()
            and page.arrivals.job is None
            and not page.search.busy
            and not page.body.busy
            and page.film_id not in page.search.waiting
            and not page._panel_timer.isActive()
        )

    def settled(self) -> None:
        self.qtbot.waitUntil(self.at_rest)
        QApplication.processEvents()  # what the panel has just been given is shown

    def on_film(self, *paths: Path) -> None:
        """Films taken in and the questions on them put away."""
        self.take_in(*paths)
        self.page.ask_filming(shown=False)
        self.settled()

    def number_painted(self) -> int | None:
        """The number that is burnt into the frame, read back from what the window shows."""
        picture = self.page.stage.picture
        picture.caption = ""  # it lies over the number
        shot = picture.grab().toImage().copy(picture.area().toRect())
        height = picture.shown.image.height()
        shot = shot.scaled(picture.shown.image.width(), height).convertToFormat(QImage.Format.Format_BGR888)
        rows = np.frombuffer(shot.constBits(), np.uint8).reshape(height, shot.bytesPerLine())
        return stamp.read(rows[:, : shot.width() * 3].reshape(height, shot.width(), 3))

    def go(self, frame: int) -> None:
        """To a frame by arrow keys alone."""
        away = frame - self.page.stage.player.target
        arrow = Qt.Key.Key_Right if away > 0 else Qt.Key.Key_Left
        for _ in range(abs(away) // 10):
            self.press(arrow, Qt.KeyboardModifier.ShiftModifier)
        for _ in range(abs(away) % 10):
            self.press(arrow)

    def mark(self, filmed: Filmed, count: int | None = None) -> None:
        """Mark true contacts by keys."""
        for event in filmed.shot.events()[:count]:
            self.go(event.frame)
            self.press(KEYS[event.side, event.kind])
        self.settled()

    @property
    def cadence(self):
        analysis = self.page.analysis
        metric = analysis.timing.get("cadence") if analysis else None
        return metric.both if metric else None


class Frame(QWidget):
    """What a visit puts around the page of a part: undo and redo by key; nothing that takes time to make."""

    def __init__(self, visit: OpenVisit) -> None:
        super().__init__()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(GaitPage(visit, visit.store))
        for keys, does in (("Ctrl+Z", visit.undo), ("Ctrl+Y", visit.redo)):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda does=does: does("gait"))


@pytest.fixture
def open_room(qtbot, store) -> Generator[Callable[[], Room]]:
    """Opens the visit anew each time; the former window is shut as when it is left."""
    client = store.clients.add(
        given_name="Zoë", family_name="Vandersloot", born=date(1990, 5, 17), height_m=1.7
    )
    first = store.visits.start(client.id, date(2026, 11, 20))
    rooms: list[Room] = []

    def opened(host: Callable[[OpenVisit], QWidget] = Frame, visit: VisitRow = first) -> Room:
        for former in rooms:
            former.page.shut()
            former.host.hide()
        rooms.clear()
        on_screen = OpenVisit(store, client, visit)
        around = host(on_screen)
        qtbot.addWidget(around)
        around.resize(1294, 688)
        around.show()
        qtbot.waitExposed(around)
        around.activateWindow()
        if isinstance(around, VisitPage):
            around.go_to("gait")
        page = around.findChild(GaitPage)
        page.refresh()
        page.start()
        rooms.append(Room(qtbot, store, on_screen, around, page))
        return rooms[-1]

    yield opened
    for room in rooms:
        room.page.shut()
    qtbot.waitUntil(lambda: not job.running())


@pytest.fixture
def room(open_room) -> Room:
    return open_room()
