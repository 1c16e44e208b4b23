"""How long the window's own thread waits for the records, call by call, on the tour through a whole visit."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.refused import Refused

CALLS = ("rows", "one", "run", "insert")
CALL_WITHIN_MS = 10.0


def bench() -> Result:
    """In a process of its own; counted from the first page on, and only on the thread that paints."""
    done = subprocess.run(
        [sys.executable, __file__],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    if done.returncode:
        raise Refused("The tour could not be measured.", done.stderr.strip()[-300:])
    took: list[float] = json.loads(done.stdout.splitlines()[-1])
    long = [each for each in took if each > CALL_WITHIN_MS]
    figures = (
        Figure("a call of the records", "ms", tuple(took)),
        Figure("the longest of them", "ms", (max(took),), CALL_WITHIN_MS),
        Figure("longer than 10 ms", "", (float(len(long)),), 0),
    )
    return Result("records", figures, {}, peak_mb())


def _measured() -> list[float]:
    from runclinic.demo.tour import Tour
    from runclinic.records.database import Database

    took: list[float] = []
    here, counting = threading.current_thread(), threading.Event()

    def timed(does: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return does(*arguments, **named)
            finally:
                if counting.is_set() and threading.current_thread() is here:
                    took.append((time.perf_counter() - began) * 1000)

        return call

    for name in CALLS:
        setattr(Database, name, timed(getattr(Database, name)))
    with tempfile.TemporaryDirectory() as folder:
        for line in Tour(Path(folder) / "out", Path(folder) / "clinic").walk():
            if line.endswith("unlock.png"):
                counting.set()
    return took


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measured()) + "\n")
