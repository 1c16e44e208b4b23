"""How long a window's events wait while she drags through a film, and how long a key waits for its frame.

On the page of a visit as it is; for the keys with contacts in the lanes, the skeleton and a curve.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest

from runclinic import app, paths, records
from runclinic.bench.filmed import GOP_30, clip
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.gait.contacts import SIDES
from runclinic.refused import Refused
from runclinic.ui.gait import finding
from runclinic.ui.gait.marks import Marks
from runclinic.ui.gait.page import GaitPage
from runclinic.ui.open_visit import OpenVisit
from runclinic.video import Clip
from runclinic.video.pose_network import POINTS, Model
from runclinic.video.pose_store import Progress, mark_of, to_bytes
from runclinic.video.pose_tracking import VERSION, Table

GAP_P99_MS, GAP_MOST_MS = 16.0, 50.0
SCRUB_HZ, SCRUB_S, REST_S, OPENS_WITHIN_S = 60, 6.0, 2.0, 60.0
SWEEP_MOVES = 120  # from one end of the film to the other
SIZE = (1294, 688)  # of the page in a window of 1366 x 768
PASSWORD = "four words make sense"
KEY_P95_MS = 33.0  # from a key to the painted frame: two pictures of a screen of 60 Hz
KEYS, KEY_PAUSE_S = 60, 0.05
STEPS = {"on": "key to painted frame, one on", "back": "key to painted frame, one back"}
STRIDE_FRAMES, CONTACT_FRAMES = 42, 16
POSE_S, POSE_GAP_P99_MS = 10.0, 50.0
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
    if gaps["pose"]:
        ordered = sorted(gaps["pose"])
        figures += [
            Figure("gap between events, pose at work and stepping", "ms", tuple(ordered)),
            Figure("the same, p99", "ms", (ordered[round(0.99 * (len(ordered) - 1))],), POSE_GAP_P99_MS),
        ]
    for phase, name in STEPS.items():
        ordered = sorted(gaps[phase])
        p95 = ordered[round(0.95 * (len(ordered) - 1))]
        figures += [Figure(name, "ms", tuple(ordered)), Figure("the same, p95", "ms", (p95,), KEY_P95_MS)]
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
        opened = OpenVisit(store, client, visit)
        page = GaitPage(opened, store)
        page.resize(*SIZE)
        page.show()
        page.refresh()
        page.start()
        found = _phases(page, opened, path)
        page.shut()
        page.close()
        qt.processEvents()
    return found


def _phases(page: GaitPage, visit: OpenVisit, path: Path) -> dict[str, list[float]]:
    page.take_in([path])
    _run(lambda: page.reel is not None and page.stage.player.on_screen >= 0, OPENS_WITHIN_S)
    page.ask_filming(shown=False)
    drag = _Drag(page)
    first = _run(lambda: page.reel is not None and page.reel.verified, OPENS_WITHIN_S, drag.move)
    looked = _run(lambda: False, SCRUB_S, drag.move)
    drag.end()
    rest = _run(lambda: False, REST_S)
    pose = _while_pose_runs(page)
    visit.store.films.keep_beside(page.film_id, finding.POINTS, _points(path))
    _draw_all(page, Marks(visit, page.film_id))
    on, back = (_keys(page, key) for key in (Qt.Key.Key_Right, Qt.Key.Key_Left))
    return {"first": first, "looked": looked, "rest": rest, "on": on, "back": back, "pose": pose}


def _while_pose_runs(page: GaitPage) -> list[float]:
    """Gaps between events while body points are looked for and she steps on; empty without weights."""
    if not any(paths.weights().glob("*.tflite")):
        return []
    page.panel.form.told.emit("view", "side_left", False)
    page.find_contacts()
    gaps = _run(
        lambda: not page.search.busy, POSE_S, lambda: QTest.keyClick(page.stage.picture, Qt.Key.Key_Right)
    )
    page.search.shut()
    return gaps


def _draw_all(page: GaitPage, marks: Marks) -> None:
    """Contacts in both lanes, a skeleton over the picture and a curve under it: a runner who swings."""
    stage = page.stage
    count = len(stage.player.times_s)
    for side, first in zip(SIDES, (0, STRIDE_FRAMES // 2), strict=True):
        for frame in range(first, count - CONTACT_FRAMES, STRIDE_FRAMES):
            marks.set(side, "initial_contact", frame)
            marks.set(side, "toe_off", frame + CONTACT_FRAMES)
    page.panel.form.told.emit("view", "side_left", False)
    page.ask_filming(shown=False)
    stage.player.go(count // 3)
    _run(lambda: page.by_points is not None and stage.player.settled, OPENS_WITHIN_S)
    _run(lambda: False, 1.0)


def _points(path: Path) -> bytes:
    """Body points as a finished search keeps them: a runner whose legs swing to and fro."""
    with Clip.open(path) as clip:
        count, size, times = clip.frame_count, clip.size, clip.times_s
        mark = mark_of(times, size)
    table = replace(Table.empty(count), done=count)
    table.points[:, :, 2:] = 0
    swing = np.sin(2 * np.pi * np.arange(count) / STRIDE_FRAMES)
    for place, name in enumerate(POINTS):
        table.points[:, place, 0] = size[0] / 2 + (1 if "left" in name else -1) * 150 * swing
        table.points[:, place, 1] = 150 + 25 * place
        table.points[:, place, 3:] = 1
    table.sure[:], table.bodies[:] = 1, 1
    return to_bytes(Progress(Model("full", (), VERSION), mark, size, times, table))


def _keys(page: GaitPage, key: Qt.Key) -> list[float]:
    """Milliseconds from each of many presses to the frame, painted with everything over and under it."""
    player, waits = page.stage.player, list[float]()
    for _ in range(KEYS):
        wanted = player.on_screen + (1 if key == Qt.Key.Key_Right else -1)
        start = time.perf_counter()
        QTest.keyClick(page.stage.picture, key)
        while player.on_screen != wanted and time.perf_counter() - start < 1:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 5)
        QCoreApplication.processEvents()  # what it put is painted
        waits.append((time.perf_counter() - start) * 1000)
        _run(lambda: False, KEY_PAUSE_S)
    if not (page.stage.skeleton.shows and page.stage.curve.isVisible()):
        raise Refused("Skeleton and curve were not on the screen.", "Mend the bench.")
    return waits


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
