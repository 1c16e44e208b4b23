"""A frame step back and forward: the engine beside plain OpenCV seeking, sequential decoding, and mpv."""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from runclinic.bench.filmed import FAST, GOP_30, GOP_250, Kind, clip
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.bench.stepping import Desk, in_order, naive, p95

STEP_WITHIN_MS = 16.0
# Of plain OpenCV's median: VIDEO.md 7.
OF_NAIVE = {GOP_30.name: 1 / 8, GOP_250.name: 1 / 50}
OF_MPV = 1 / 10
REST_S = 1.0
WARM, NAIVE_STEPS, HELD, HELD_HZ = 50, 10, 200, 30.0
MISSES_AT_MOST, WAIT_WITHIN_MS = 0.01, 150.0
MPV_STEPS = 8
MPV = """
local left, asked, before = tonumber(mp.get_opt("steps")), nil, nil
local function step()
  asked = mp.get_time(); before = mp.get_property_number("time-pos"); mp.command("frame-back-step")
end
mp.observe_property("time-pos", "number", function(_, now)
  if asked == nil or now == nil or now >= before then return end
  print(string.format("ms %f", (mp.get_time() - asked) * 1000)); asked = nil; left = left - 1
  if left > 0 then mp.add_timeout(0.05, step) else mp.command("quit") end
end)
mp.register_event("file-loaded", function()
  mp.set_property_number("time-pos", tonumber(mp.get_opt("from"))); mp.add_timeout(3, step)
end)
"""


def bench() -> Result:
    """Warm steps on three kinds of clip, and the held key."""
    figures: list[Figure] = []
    for kind in (GOP_30, GOP_250, FAST):
        desk = Desk(clip(kind))
        desk.verified()
        held = _held(kind, desk)
        figures += [*_warm(kind, clip(kind), desk), *held]
        desk.close()
    return Result("step", tuple(figures), {}, peak_mb())


def _warm(kind: Kind, path: Path, desk: Desk) -> list[Figure]:
    """Back and forward over frames that are there, request to image ready."""
    middle = kind.frames - kind.frames // 4
    desk.exact(middle)
    time.sleep(REST_S)
    back, _ = desk.walk(range(middle - 1, middle - WARM, -1), 30.0)
    time.sleep(REST_S)
    forward, _ = desk.walk(range(middle - WARM, middle), 30.0)
    plain = naive(path, range(middle - 1, middle - 1 - NAIVE_STEPS, -1))
    figures = [
        Figure(f"{kind.name}: step back, warm", "ms", tuple(back)),
        Figure(f"{kind.name}: step forward, warm", "ms", tuple(forward)),
        Figure(f"{kind.name}: step back, plain OpenCV", "ms", tuple(plain)),
        Figure(f"{kind.name}: sequential decoding, OpenCV", "ms", tuple(in_order(path))),
        Figure(f"{kind.name}: step back p95", "ms", (p95(back),), STEP_WITHIN_MS),
        Figure(
            f"{kind.name}: back p50 / forward p50",
            "x",
            (statistics.median(back) / statistics.median(forward),),
            2,
        ),
    ]
    if kind.name in OF_NAIVE:
        share = p95(back) / statistics.median(plain)
        figures.append(Figure(f"{kind.name}: step back p95 / OpenCV p50", "x", (share,), OF_NAIVE[kind.name]))
    return figures + _mpv(kind, path, middle / kind.fps, statistics.median(back))


def _mpv(kind: Kind, path: Path, from_s: float, back_ms: float) -> list[Figure]:
    """The step back of mpv, where it is installed."""
    mpv = shutil.which("mpv")
    if mpv is None:
        return []
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(MPV)
        script.flush()
        options = f"--no-config --vo=null --ao=null --pause --vd-lavc-threads={os.cpu_count()}".split()
        asked = [f"--script={script.name}", f"--script-opts=steps={MPV_STEPS},from={from_s}"]
        said = subprocess.run(
            [mpv, *options, *asked, str(path)], capture_output=True, text=True, check=False, timeout=180
        ).stdout
    took = tuple(float(ms) for ms in re.findall(r"\bms (\d+\.\d+)", said))
    if not took:
        return []
    share = back_ms / statistics.median(took)
    return [
        Figure(f"{kind.name}: frame-back-step, mpv", "ms", took),
        Figure(f"{kind.name}: step back p50 / mpv p50", "x", (share,), OF_MPV),
    ]


def _held(kind: Kind, desk: Desk) -> list[Figure]:
    """The back key held at 30 Hz over group edges, after a second of rest."""
    start = kind.frames - 100
    steps = min(HELD, start)
    desk.exact(start)
    time.sleep(REST_S)
    took, hits = desk.walk(range(start - 1, start - 1 - steps, -1), HELD_HZ)
    return [
        Figure(f"{kind.name}: key held back, not there at once", "x", (1 - hits / steps,), MISSES_AT_MOST),
        Figure(f"{kind.name}: key held back, longest wait", "ms", (max(took),), WAIT_WITHIN_MS),
    ]
