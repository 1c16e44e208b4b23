"""The pictures of the therapist's guide: `python -m runclinic.demo.guide_pictures docs/guide/pictures`.

Always the same sample clinic on the same day, so that a picture changes only when the program does.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from runclinic import app
from runclinic.demo import clinic, histories
from runclinic.demo.tour import settled, unlocked, wait
from runclinic.refused import Refused
from runclinic.ui import look
from runclinic.ui.paper_preview import PaperPreview
from runclinic.ui.visit import VisitPage
from runclinic.ui.window import Window
from runclinic.ui.workplace import Workplace

TODAY = date(2026, 11, 20)
SIZE, SHOWN = QSize(1366, 768), QSize(1093, 615)
COLOURS, LIKE = 256, 0xF8F8F8
NAMES = (
    "first-start",
    "unlock",
    "clients",
    "client",
    "safety",
    "pelvic-floor",
    "impact",
    "gait",
    "readiness",
    "plan",
    "paper",
    "sign",
    "amended",
    "backup",
    "documents",
    "library",
    "thresholds",
)


def take(folder: Path) -> Iterator[Path]:
    """Take every picture into `folder`; yields each file once it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    app.application().setCursorFlashTime(0)
    look.dress("light")
    with tempfile.TemporaryDirectory(prefix="runclinic-guide-") as scratch:
        yield from _first_start(Path(scratch) / "empty", folder)
        home = Path(scratch) / "clinic"
        clinic.with_film(home, today=TODAY).close()
        window = _shown(home)
        try:
            yield _kept(window, folder, "unlock")
            yield from _clients(unlocked(window), window, folder)
        finally:
            window.close()
            QApplication.processEvents()


def _shown(home: Path) -> Window:
    window = Window(home)
    window.resize(SIZE)
    window.show()
    return window


def _first_start(home: Path, folder: Path) -> Iterator[Path]:
    window = _shown(home)
    yield _kept(window, folder, "first-start")
    window.close()


def _clients(work: Workplace, window: Window, folder: Path) -> Iterator[Path]:
    def kept(name: str) -> Path:
        return _kept(window, folder, name)

    yield kept("clients")
    client, visit = clinic.todays(work.store)
    work.show_client(client)
    yield kept("client")
    work.show_visit(client, visit)
    page = work.visit_page
    if page is None:
        raise Refused("Today's visit of the sample clinic did not open.")
    yield from _visit(page, kept)
    noor = work.store.clients.search(clinic.example(histories.NOOR.example).client.family_name)[0]
    work.show_visit(noor, work.store.visits.of(noor.id)[-1])
    yield kept("amended")
    work.show_records()
    yield kept("backup")
    work.show_documents()
    yield kept("documents")
    work.show_library().go_to("HG01")
    yield kept("library")
    work.show_thresholds()
    yield kept("thresholds")


def _visit(page: VisitPage, kept: Callable[[str], Path]) -> Iterator[Path]:
    page.go_to("safety")
    page.visit.record("safety/RF05", "yes")
    yield kept("safety")
    page.undo()
    for part, name in (("pelvic_floor", "pelvic-floor"), ("impact", "impact"), ("gait", "gait")):
        page.go_to(part)
        yield kept(name)
    page.go_to("readiness")
    yield kept("readiness")
    page.visit.record("decision/confirmed", page.visit.assessment().outcome)
    for part, name in (("plan", "plan"), ("print", "paper"), ("sign", "sign")):
        page.go_to(part)
        wait(lambda: _papers_made(page))
        yield kept(name)


def _papers_made(page: QWidget) -> bool:
    return all(paper.made for paper in page.findChildren(PaperPreview) if paper.isVisible())


def _kept(window: Window, folder: Path, name: str) -> Path:
    """The window as a picture that is small: four fifths of its size, in its 256 most used colours."""
    target = folder / f"{name}.png"
    if not _small(settled(window)).save(str(target), quality=0):
        raise Refused(f"The picture {target} could not be written.", "Choose another folder.")
    return target


def _small(picture: QPixmap) -> QImage:
    shown = picture.toImage().scaled(
        SHOWN, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    nearest = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    return shown.convertToFormat(QImage.Format.Format_Indexed8, _most_used(shown), nearest)


def _most_used(picture: QImage) -> list[int]:
    """The colours (0xAARRGGBB) that a picture is made of, like ones taken together, the most used first."""
    rgb = picture.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(rgb.constBits(), np.uint32) & 0xFFFFFF
    exact, counts = np.unique(pixels, return_counts=True)
    _, alike = np.unique(exact & LIKE, return_inverse=True)
    order = np.lexsort((-counts, alike))
    first = np.concatenate(([True], np.diff(alike[order]) != 0))  # the most used of each kind stands for it
    kinds, weights = exact[order][first], np.bincount(alike, counts)
    return [int(each) | 0xFF000000 for each in kinds[np.argsort(-weights)][:COLOURS]]


def main() -> int:
    """Take the pictures into the folder that is named."""
    if len(sys.argv) != 2:
        print("python -m runclinic.demo.guide_pictures DIR", file=sys.stderr)
        return 2
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for file in take(Path(sys.argv[1])):
        print(f"{file} {file.stat().st_size // 1000} kB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
