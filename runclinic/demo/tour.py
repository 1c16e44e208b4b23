"""The demo: the sample clinic in the window; without a display the same tour, walked and photographed."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEventLoop, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from runclinic import app, paths
from runclinic.demo import clinic, notes
from runclinic.documents.of_case import put
from runclinic.documents.paper import file_name
from runclinic.refused import Refused
from runclinic.ui import look
from runclinic.ui.gait.cadence import cadence_of
from runclinic.ui.job import running
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.paper_preview import PaperPreview
from runclinic.ui.papers import KINDS
from runclinic.ui.part_words import on_screen
from runclinic.ui.parts.printing import PrintPage
from runclinic.ui.parts.readiness import DecisionPanel
from runclinic.ui.say import say
from runclinic.ui.signing import SignedPage
from runclinic.ui.trouble import Trouble
from runclinic.ui.unlock import Unlock
from runclinic.ui.visit import VisitPage
from runclinic.ui.window import Window
from runclinic.ui.workplace import Workplace

SIZE = (1366, 768)
PATIENCE_MS = 60_000
STILL, BETWEEN_MS = 3, 200


def run(out: Path | None = None, home: Path | None = None) -> int:
    """Open the sample clinic in the window, or walk the tour without one.

    `out` is where the clip, the papers and the pictures go; `home` keeps the sample clinic's records.
    """
    if has_display() and out is None:
        return _window(home)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = (out or Path(tempfile.mkdtemp(prefix="runclinic-demo-"))).resolve()
    with tempfile.TemporaryDirectory(prefix="runclinic-sample-") as passing:
        kept = home or Path(passing) / "clinic"
        for line in Tour(folder, kept).walk():
            print(line, flush=True)
    if home:
        print(f"The sample clinic is kept in {home}; its password is: {clinic.PASSWORD}")
    return 0


def has_display() -> bool:
    """Whether a window would be seen."""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal")):
        return False
    return not sys.platform.startswith("linux") or any(
        os.environ.get(d) for d in ("DISPLAY", "WAYLAND_DISPLAY")
    )


def _window(home: Path | None) -> int:
    with tempfile.TemporaryDirectory(prefix="runclinic-sample-") as passing:
        kept = home or Path(passing) / "clinic"
        print("Drawing the sample clip and filling the sample clinic ...", flush=True)
        clinic.with_film(kept).close()
        print(f"The password of the sample clinic is: {clinic.PASSWORD}", flush=True)
        print("\n".join(notes.lines(clinic.PASSWORD)), flush=True)
        return app.run(kept, beside=_with_notes)


def _with_notes(window: QWidget) -> None:
    beside = notes.Notes(window, clinic.PASSWORD)
    beside.in_the_corner()
    beside.show()
    window.activateWindow()


@dataclass(slots=True)
class Tour:
    """One walk through the window; each step says what it saw."""

    out: Path
    home: Path

    def walk(self) -> Iterator[str]:
        """Clip, list, client, every part of today's visit, its papers, its signature."""
        try:
            self.out.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise Refused(
                f"The folder “{self.out}” cannot be made.", "Choose another one with --out."
            ) from None
        yield "Drawing a runner whose steps are known ..."
        clip = clinic.draw(self.out)
        yield f"clip        {clip}"
        store = clinic.make(self.home)
        try:
            clinic.film(store, clip)
        finally:
            store.close()
        trouble = Trouble(paths.log_folder(self.home))
        qt = app.application()
        qt.setCursorFlashTime(0)  # a blinking cursor would never let the picture stand still
        trouble.install()
        look.dress("light")
        window = Window(self.home)
        window.resize(*SIZE)
        window.show()
        try:
            yield from self._through(window)
        finally:
            window.close()
            qt.processEvents()

    def _through(self, window: Window) -> Iterator[str]:
        yield self._picture(window, "unlock")
        workplace = unlocked(window)
        yield self._picture(window, "clients")
        client, visit = clinic.todays(workplace.store)
        workplace.show_client(client)
        yield self._picture(window, "client")
        workplace.show_visit(client, visit)
        page = workplace.visit_page
        if page is None:
            raise Refused("Today's visit of the sample clinic did not open.")
        for part in (state.id for state in on_screen(page.visit.part_states())):
            page.go_to(part)
            wait(lambda: all(paper.made for paper in page.findChildren(PaperPreview) if paper.isVisible()))
            yield self._picture(window, part)
            if part == "readiness":
                next(iter(page.findChildren(DecisionPanel))).confirm.click()
        yield from self._seen(page.visit)
        page.go_to("print")
        yield from self._papers(page)
        yield from self._signed(workplace, page)

    def _seen(self, visit: OpenVisit) -> Iterator[str]:
        cadence, speed = cadence_of(visit)
        if cadence is None:
            raise Refused("The sample clip gave no step rate.")
        true = clinic.SHOT.runner.cadence_spm
        yield f"step rate   {cadence.text()} at {speed}; the runner was drawn at {true:g}"
        yield "contacts    those of the drawing; in a film of yours they are found or marked"
        assessment = visit.assessment()
        yield f"outcome     {assessment.outcome}, findings {', '.join(assessment.findings)}"
        yield f"her plan    {', '.join(each.id for each in assessment.plan.exercises)}"

    def _papers(self, page: QWidget) -> Iterator[str]:
        """Each document as the print page shows it; why there is none, where it is refused."""
        paper = next(iter(page.findChildren(PrintPage))).paper
        for kind in KINDS:
            paper.show_kind(kind)
            wait(lambda: not paper.waiting)
            if paper.made is None:
                yield f"no {kind}: {paper.refusal}"
            else:
                yield f"{kind:<15} {put(paper.made.pdf, self.out / paper.file_name)}"

    def _signed(self, workplace: Workplace, page: VisitPage) -> Iterator[str]:
        """The visit is signed; what stands in it from now on, on paper."""
        visit = page.visit
        visit.sign()
        wait(lambda: bool(workplace.findChildren(SignedPage)))
        record = next(iter(workplace.findChildren(SignedPage))).record_pdf()
        client = visit.client
        name = file_name(visit.day, say("signed.kind"), client.family_name, client.given_name)
        yield f"record      {put(record, self.out / name)}"

    def _picture(self, window: Window, name: str) -> str:
        target = self.out / f"{name}.png"
        if not settled(window).save(str(target)):
            raise Refused(
                f"The picture {target} could not be written.", "Make room, or choose another folder."
            )
        return f"screen      {target}"


def unlocked(window: Window) -> Workplace:
    """Type the password of the sample clinic."""
    page = window.centralWidget()
    if not isinstance(page, Unlock):
        raise Refused("The sample clinic cannot be unlocked.", "Choose an empty folder with --home.")
    focus = page.focusWidget() or page
    QTest.keyClicks(focus, clinic.PASSWORD)
    QTest.keyClick(focus, Qt.Key.Key_Return)
    wait(lambda: window.workplace is not None)
    if window.workplace is None:
        raise Refused("The sample clinic did not open.")
    return window.workplace


def wait(done: Callable[[], bool]) -> None:
    """Let the window work until this is so; Refused after a minute."""
    timer = QElapsedTimer()
    timer.start()
    while not done():
        if timer.elapsed() > PATIENCE_MS:
            raise Refused(
                "The tour waited a minute for the window and gave up.", "Try again with less at work."
            )
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def settled(window: Window) -> QPixmap:
    """The window once nothing moves any more: what is decoded and computed has arrived on the screen."""
    timer = QElapsedTimer()
    timer.start()
    last, still = window.grab().toImage(), 0
    while still < STILL and timer.elapsed() < PATIENCE_MS:
        pass_by(BETWEEN_MS)
        now = window.grab().toImage()
        still = still + 1 if now == last and not running() else 0
        last = now
    return QPixmap.fromImage(last)


def pass_by(milliseconds: int) -> None:
    """Let the window work for so long."""
    timer = QElapsedTimer()
    timer.start()
    while timer.elapsed() < milliseconds:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
