"""A whole visit by keys, from the safety screen to the print: how long the window hears nothing meanwhile."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from runclinic import app
from runclinic.bench import desk
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.records.keys import FLOOR
from runclinic.refused import Refused
from runclinic.ui.form_page import FormPage
from runclinic.ui.pieces import Button
from runclinic.ui.question_row import QuestionRow
from runclinic.ui.visit import VisitPage
from runclinic.ui.workplace import Workplace

GAP_P99_MS = 50.0
KEY_MS = 25  # between two keys: a quick hand
REST_S = 2.0
PAPER_S = 6.0  # the plan is drawn meanwhile
KEYS_OF_A_FORM = 120
SIZE = (1366, 728)
WITHIN_S = 600
WORDS = "It leaks when I run downhill."
ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab


def bench() -> Result:
    """In a process of its own; at rest for comparison, because others may be at work on the machine."""
    settings = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    done = subprocess.run(
        [sys.executable, __file__],
        env=settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN_S,
    )
    if done.returncode:
        raise Refused("The visit could not be walked.", done.stderr.strip()[-300:])
    found = json.loads(done.stdout.splitlines()[-1])
    figures = [*_of("gap between events, a visit by keys", found["visit"], GAP_P99_MS)]
    figures += _of("gap between events, at rest", found["rest"], None)
    figures.append(Figure("keys pressed", "", (found["keys"],)))
    return Result("journey", tuple(figures), {}, peak_mb())


def _of(name: str, gaps: list[float], at_most: float | None) -> list[Figure]:
    ordered = sorted(gaps)
    p99 = ordered[round(0.99 * (len(ordered) - 1))]
    return [
        Figure(name, "ms", tuple(ordered)),
        Figure("the same, p99", "ms", (p99,), at_most),
        Figure("the same, longest", "ms", (ordered[-1],)),
    ]


def _measured() -> dict[str, object]:
    """In the child: gaps in milliseconds of the visit and at rest, and how many keys were pressed."""
    app.application()
    app.dressed()
    with desk.clinic(FLOOR) as store:
        client, visit = desk.visit(store)
        work = Workplace(store)
        work.resize(*SIZE)
        work.show()
        work.activateWindow()
        work.show_visit(client, visit)
        page = work.visit_page
        if page is None:
            raise Refused("The visit is not on the screen.")
        hands = _Hands(page)
        gaps = _gaps(hands.walk())
        rest = _gaps(_wait(REST_S))
        work.put_away()
    return {"visit": gaps, "rest": rest, "keys": hands.pressed}


class _Hands:
    """A therapist without a mouse."""

    def __init__(self, page: VisitPage) -> None:
        self._page = page
        self.pressed = 0

    def walk(self) -> Iterator[float]:
        """Part by part; yields the seconds until the next key."""
        self._page.go_to("safety")
        parts = [state.id for state in self._page.visit.part_states()]
        for part in parts:
            if self._page.part != part:
                self._page.go_to(part)
            yield KEY_MS / 1000
            if self._row() is not None:
                yield from self._form()
            elif part in ("plan", "print"):
                yield PAPER_S

    def _form(self) -> Iterator[float]:
        """Each question of the form in front, in its order, as far as Enter leads."""
        for _ in range(KEYS_OF_A_FORM):
            row = self._row()
            if row is None:
                return
            for key in self._keys(row):
                self._press(key)
                yield KEY_MS / 1000
            if self._row() is row:  # what a key does not answer is passed by
                self._press(TAB)
                yield KEY_MS / 1000

    def _keys(self, row: QuestionRow) -> list[str | Qt.Key]:
        question = row.question
        if isinstance(QApplication.focusWidget(), Button):
            return [TAB]
        if question.kind in ("number", "seconds") and question.range is not None:
            return [*f"{sum(question.range) / 2:.0f}", ENTER]
        if question.kind == "text":
            return [*WORDS[: question.max_length or None], ENTER]
        if question.kind == "date":
            return [*date.today().strftime("%d.%m.%Y"), ENTER]
        return ["2"]

    def _press(self, key: str | Qt.Key) -> None:
        held = QApplication.focusWidget()
        if held is None:
            return
        self.pressed += 1
        if isinstance(key, str):
            QTest.keyClicks(held, key)
        else:
            QTest.keyClick(held, key)

    @staticmethod
    def _row() -> QuestionRow | None:
        widget: QWidget | None = QApplication.focusWidget()
        while widget is not None and not isinstance(widget, FormPage):
            if isinstance(widget, QuestionRow):
                return widget
            widget = widget.parentWidget()
        return None


def _wait(seconds: float) -> Iterator[float]:
    yield seconds


def _gaps(acts: Iterator[float]) -> list[float]:
    """The event loop until nothing is left to do; milliseconds between the ticks of a timer."""
    loop, ticks, due = QEventLoop(), list[float](), [0.0]

    def tick() -> None:
        ticks.append(time.perf_counter())
        if ticks[-1] < due[0]:
            return
        pause = next(acts, None)
        if pause is None:
            loop.quit()
        else:
            due[0] = time.perf_counter() + pause

    ticking = QTimer(timerType=Qt.TimerType.PreciseTimer)
    ticking.timeout.connect(tick)
    ticking.start(1)
    loop.exec()
    ticking.stop()
    return [(later - earlier) * 1000 for earlier, later in pairwise(ticks)]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measured()) + "\n")
