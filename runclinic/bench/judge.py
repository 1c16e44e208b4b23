"""A whole visit scored, judged and planned; and the clinical content read from disk."""

import json
import subprocess
import sys
import time
from collections.abc import Callable

from runclinic import case, paths
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.refused import Refused
from runclinic.visit.assess import assess

REPEATS = 50
LOADS = 7
VISIT_WITHIN_MS, CONTENT_WITHIN_MS = 20.0, 150.0
LOAD = """
import json, sys, time
sys.path[:] = json.loads(sys.argv[1])
from runclinic import library
began = time.perf_counter()
library.read()
read = time.perf_counter()
library.check()
checked = time.perf_counter()
print(json.dumps([(read - began) * 1000, (checked - began) * 1000]))
"""


def bench() -> Result:
    """The fullest example, warm; the content in a fresh process each time; beside reading the case file."""
    file = paths.resources() / "examples" / "c8.toml"
    read = [_ms(lambda: case.read(file)) for _ in range(REPEATS)]
    visit = case.read(file)
    judged = [_ms(lambda: assess(visit)) for _ in range(REPEATS)]
    loads = tuple(_load() for _ in range(LOADS))
    figures = (
        Figure("a visit scored, judged, planned", "ms", tuple(judged), at_most=VISIT_WITHIN_MS),
        Figure("reading and checking its case file", "ms", tuple(read)),
        Figure("all content, read", "ms", tuple(read for read, _ in loads), at_most=CONTENT_WITHIN_MS),
        Figure("all content, read and checked against itself", "ms", tuple(checked for _, checked in loads)),
    )
    return Result("judge", figures, {"judge / read": figures[0].median / figures[1].median}, peak_mb())


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _load() -> tuple[float, float]:
    """Milliseconds to the last file read, and to the last check, in a process that has read none."""
    command = [sys.executable, "-c", LOAD, json.dumps(sys.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise Refused("The content could not be read for measuring.", done.stderr.strip()[-300:])
    read_ms, checked_ms = json.loads(done.stdout)
    return read_ms, checked_ms
