"""How long a window's events wait while she drags through a film, on the page of a visit as it is."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent

from runclinic import app, records
from runclinic.bench.filmed import GOP_30, clip
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.refused import Refused
from runclinic.ui.gait.page import GaitPage
from runclinic.ui.open_visit import OpenVisit

GAP_P99_MS, GAP_MOST_MS = 16.0, 50.0
SCRUB_HZ, SCRUB_S, REST_S, OPENS_WITHIN_S = 60, 6.0, 2.0, 60.0
SWEEP_MOVES = 120  # from one end of the film to the other
SIZE = (1294, 688)  # of the page in a window of 1366 x 768
PASSWORD = "four words make sense"
PHASES = {
    "first": "gap between events, first look on and dragging",
    "looked": "gap between events, dragging through 1080p60",
    "rest": "gap between events, at rest",
}


def bench() -> Result:
    """In a process of its own; at rest for comparison, because others may be at work on the machine."""
    path = clip(GOP_30)
    settings = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    done = subprocess.run(
        [sys.executable, __file__, str(path)],
        env=settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise Refused("The window could not be measured.", done.stderr.strip()[-300:])
    gaps: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    figures = [figure for phase, name in PHASES.items() for figure in _of(phase, name, gaps[phase])]
    return Result("scrub", tuple(figures), {}, peak_mb())


def _of(phase: str, name: str, gaps: Sequence[float]) -> list[Figure]:
    barred = phase != "rest"
    ordered = sorted(gaps)
    p99 = ordered[round(0.99 * (len(ordered) - 1))]
    return [
        Figure(name, "ms", tuple(ordered)),
        Figure("the same, p99", "ms", (p99,), GAP_P99_MS if barred else None),
        Figure("the same, longest", "ms", (ordered[-1],), GAP_MOST_MS if barred else None),
    ]


def _measured(path: Path) -> dict[str, list[float]]:
    """In the child: milliseconds between the ticks of a timer, phase by phase."""
    qt = app.application()
    app.dressed()
    clinic = {"name": "Clinic"}
    with (
        tempfile.TemporaryDirectory() as folder,
        records.create(Path(folder) / "home", clinic, "Marta Okafor", "MO", PASSWORD) as store,
    ):
        client = store.clients.add(given_name="Hanna", family_name="Lindqvist", born=date(1992, 5, 2))
        visit = store.visits.start(client.id, date.today())
        page = GaitPage(OpenVisit(store, client, visit), store)
        page.resize(*SIZE)
        page.show()
        page.refresh()
        page.start()
        found = _phases(page, path)
        page.shut()
        page.close()
        qt.processEvents()
    return found


def _phases(page: GaitPage, path: Path) -> dict[str, list[float]]:
    page.take_in([path])
    _run(lambda: page.reel is not None and page.stage.player.on_screen >= 0, OPENS_WITHIN_S)
    page.ask_filming(shown=False)
    drag = _Drag(page)
    first = _run(lambda: page.reel is not None and page.reel.verified, OPENS_WITHIN_S, drag.move)
    looked = _run(lambda: False, SCRUB_S, drag.move)
    drag.end()
    rest = _run(lambda: False, REST_S)
    return {"first": first, "looked": looked, "rest": rest}


class _Drag:
    """The left button held on the line of the whole film, to and fro."""

    def __init__(self, page: GaitPage) -> None:
        self._strip = page.stage.strip
        self._moves = 0
        self._send(QEvent.Type.MouseButtonPress)

    def move(self) -> None:
        """One step further."""
        self._moves += 1
        self._send(QEvent.Type.MouseMove)

    def end(self) -> None:
        """The hand lets go."""
        self._send(QEvent.Type.MouseButtonRelease)

    def _send(self, kind: QEvent.Type) -> None:
        wave = self._moves % (2 * SWEEP_MOVES)
        share = (wave if wave < SWEEP_MOVES else 2 * SWEEP_MOVES - wave) / SWEEP_MOVES
        whole = self._strip.whole_film()
        at = QPointF(whole.left() + share * whole.width(), whole.center().y())
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        moving = kind == QEvent.Type.MouseMove
        event = QMouseEvent(kind, at, at, Qt.MouseButton.NoButton if moving else left, left, none)
        QCoreApplication.sendEvent(self._strip, event)


def _run(done: Callable[[], bool], most_s: float, act: Callable[[], None] | None = None) -> list[float]:
    """The event loop until that is so or the time is over; gaps between the ticks of a timer, in ms."""
    loop, ticks = QEventLoop(), list[float]()
    until = time.perf_counter() + most_s

    def tick() -> None:
        ticks.append(time.perf_counter())
        if ticks[-1] > until or done():
            loop.quit()

    ticking, acting = (QTimer(timerType=Qt.TimerType.PreciseTimer) for _ in range(2))
    ticking.timeout.connect(tick)
    ticking.start(1)
    if act is not None:
        acting.timeout.connect(act)
        acting.start(round(1000 / SCRUB_HZ))
    loop.exec()
    ticking.stop()
    acting.stop()
    return [(later - earlier) * 1000 for earlier, later in pairwise(ticks)]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measured(Path(sys.argv[1]))) + "\n")
