"""Body points: how fast they are found beside the film's own pace, and whether the window stays awake."""

import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.refused import Refused

SIZE, FPS, SECONDS = (1280, 720), 60.0, 8.0
AT_LEAST = {"full": 60.0, "heavy": 30.0}  # frames a second, decoding included
CORES = 2
MEMORY_MB, GAP_MS = 500.0, 50.0
TICK_MS = 5
REPEATS = {"full": 3, "heavy": 3, "decoding": 3, "window": 1}


def bench() -> Result:
    """Both networks on two threads with decoding, beside decoding alone; each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "drawn.mp4"
        _draw(clip)
        runs = {kind: [_child(kind, clip) for _ in range(repeats)] for kind, repeats in REPEATS.items()}
    figures = [
        *(_frame(kind, runs[kind], 1000 / least) for kind, least in AT_LEAST.items()),
        _frame("decoding", runs["decoding"]),
        *(_processor(kind, runs[kind], CORES * 1000 / least) for kind, least in AT_LEAST.items()),
        *(_memory(kind, runs[kind]) for kind in AT_LEAST),
        Figure("p95 gap of the window's loop meanwhile", "ms", tuple(_of(runs["window"], "gap_ms")), GAP_MS),
    ]
    pace = {
        f"{kind}: frames a second / the film's {FPS:.0f}": 1000 / figure.median / FPS
        for kind, figure in zip(AT_LEAST, figures, strict=False)
    }
    slower = {f"{kind} / decoding": figures[k].median / figures[2].median for k, kind in enumerate(AT_LEAST)}
    load = {"load of this machine meanwhile": os.getloadavg()[0]} if hasattr(os, "getloadavg") else {}
    return Result("pose", tuple(figures), {**pace, **slower, **load}, max(_of(runs["heavy"], "peak_mb")))


def _frame(kind: str, runs: list[dict[str, float]], at_most: float | None = None) -> Figure:
    return Figure(f"{kind}, 720p: one frame", "ms", tuple(_of(runs, "frame_ms")), at_most)


def _processor(kind: str, runs: list[dict[str, float]], at_most: float) -> Figure:
    """What a frame costs on all threads together: other work on this machine hardly changes it."""
    return Figure(f"{kind}, 720p: processor time of a frame", "ms", tuple(_of(runs, "cpu_ms")), at_most)


def _memory(kind: str, runs: list[dict[str, float]]) -> Figure:
    return Figure(f"{kind}: peak memory", "MB", tuple(_of(runs, "peak_mb")), MEMORY_MB)


def _of(runs: list[dict[str, float]], name: str) -> list[float]:
    return [run[name] for run in runs]


def _draw(path: Path) -> None:
    from runclinic.demo.clips import Shot, write

    write(path, Shot(capture_fps=FPS, duration_s=SECONDS, size=SIZE, stamped=False))


def _child(kind: str, clip: Path) -> dict[str, float]:
    settings = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    done = subprocess.run(
        [sys.executable, __file__, kind, str(clip)],
        env=settings, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if done.returncode:
        raise Refused("Finding body points could not be measured.", done.stderr.strip()[-300:])
    return json.loads(done.stdout.splitlines()[-1])


# ---- in the child ----


def _measured(kind: str, path: Path) -> dict[str, float]:
    from runclinic.video.pose import opened

    with opened(path) as clip:
        count = clip.frame_count
        began, used = time.perf_counter(), time.process_time()
        more = _working(kind, clip)
        frame_ms = 1000 * (time.perf_counter() - began) / count
        cpu_ms = 1000 * (time.process_time() - used) / count
    return {"frame_ms": frame_ms, "cpu_ms": cpu_ms, "peak_mb": peak_mb(), **more}


def _working(kind: str, clip: Any) -> dict[str, float]:
    from runclinic.video.pose import Wanted, find_pose

    if kind == "decoding":
        for k in range(clip.frame_count):
            clip.frame(k)
    elif kind == "window":
        return {"gap_ms": _gap(find_pose(clip, Wanted()))}
    else:
        for _ in find_pose(clip, Wanted("heavy" if kind == "heavy" else "full")):
            pass
    return {}


def _gap(work: Any) -> float:
    """The 95th percentile of the time from one turn of the window's loop to the next, over a timer's 5 ms."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from runclinic.ui.job import Job

    app = QApplication([])
    turns = [time.perf_counter()]
    timer = QTimer()
    timer.setInterval(TICK_MS)
    timer.timeout.connect(lambda: turns.append(time.perf_counter()))
    timer.start()
    job = Job("pose", work)
    job.done.connect(app.quit)
    job.failed.connect(app.quit)
    job.start()
    app.exec()
    gaps = sorted(1000 * (then - now) for now, then in pairwise(turns))
    return gaps[int(0.95 * (len(gaps) - 1))]


if __name__ == "__main__":
    print(json.dumps(_measured(sys.argv[1], Path(sys.argv[2]))))
