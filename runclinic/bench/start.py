"""From the command to the list of clients, the program as a whole process each time."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from runclinic.bench.result import Figure, Result
from runclinic.refused import Refused

REPEATS = 5
LIST_WITHIN_S = 2.0
PASSWORD = "four words make sense"  # of a clinic that lives as long as the measurement
BARE_WINDOW = """
import time; began = time.monotonic()
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([]); label = QLabel("x"); label.show(); app.processEvents()
import json; print(json.dumps({"window_s": time.monotonic() - began}))
"""


def bench() -> Result:
    """Command to unlock page, Enter to the usable list, beside a bare Qt window."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "clinic"
        _make(home)
        runs = [_child([__file__, str(home)]) for _ in range(REPEATS)]
        bare = [_child(["-c", BARE_WINDOW]) for _ in range(REPEATS)]
    page = Figure("command to unlock page", "s", tuple(each["page_s"] for each in runs))
    listed = Figure("Enter to usable client list", "s", tuple(each["list_s"] for each in runs))
    whole = Figure(
        "both: open to usable list",
        "s",
        tuple(each["page_s"] + each["list_s"] for each in runs),
        at_most=LIST_WITHIN_S,
    )
    window = Figure("a bare Qt window", "s", tuple(each["whole_s"] for each in bare))
    return Result(
        "start",
        (page, listed, whole, window),
        {"open to list / bare window": whole.median / window.median},
        max(each["peak_mb"] for each in runs),
    )


def _make(home: Path) -> None:
    from runclinic.demo import clinic

    clinic.make(home, PASSWORD).close()


def _child(arguments: list[str]) -> dict[str, float]:
    """Run Python on this, and add the time from start to the page as seen from outside."""
    settings = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *arguments], env=settings, capture_output=True, text=True, check=False, timeout=120
    )
    whole = time.monotonic() - began
    if done.returncode:
        raise Refused("The window could not be started for measuring.", done.stderr.strip()[-300:])
    said = json.loads(done.stdout.splitlines()[-1])
    return {**said, "whole_s": whole, "page_s": whole - said.get("after_page_s", 0.0)}


def _measured(home: Path) -> dict[str, float]:
    """In the child: show the window, unlock, wait for the list; seconds of each."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtTest import QTest

    from runclinic import app
    from runclinic.bench.result import peak_mb
    from runclinic.ui.window import Window

    qt = app.application()
    app.dressed()
    window = Window(home)
    window.show()
    qt.processEvents()
    shown = time.monotonic()
    field = window.centralWidget().focusWidget()  # pyright: ignore[reportOptionalMemberAccess]
    QTest.keyClicks(field, PASSWORD)
    began = time.monotonic()
    QTest.keyClick(field, Qt.Key.Key_Return)
    loop, watch = QEventLoop(), QTimer()
    listed = lambda: window.workplace is not None and window.workplace.clients.list.count() > 0  # noqa: E731
    watch.timeout.connect(lambda: loop.quit() if listed() else None)
    watch.start(5)
    loop.exec()  # waits as the program does: QTest's own wait would keep the other threads from Python
    ended = time.monotonic()
    window.close()
    return {"list_s": ended - began, "after_page_s": time.monotonic() - shown, "peak_mb": peak_mb()}


if __name__ == "__main__":
    print(json.dumps(_measured(Path(sys.argv[1]))))
