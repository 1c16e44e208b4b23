"""Memory of an open clip after two thousand wishes, and what fifty openings leave behind."""

import gc
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from runclinic.bench.filmed import GOP_30, clip
from runclinic.bench.result import Figure, Result
from runclinic.refused import Refused

BUDGET = 300_000_000
MORE = 1.25
WISHES, OPENS, WARM_UPS = 2000, 50, 10
LEAK_WITHIN_MB = 5.0


def bench() -> Result:
    """In a process of its own, resident memory above that with nothing open."""
    done = subprocess.run(
        [sys.executable, __file__, str(clip(GOP_30))],
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    if done.returncode:
        raise Refused("Memory could not be measured.", done.stderr.strip()[-300:])
    said = json.loads(done.stdout.splitlines()[-1])
    allowed = (BUDGET + said["small_bytes"] + said["packet_bytes"]) * MORE / 1e6
    figures = (
        Figure("an open clip after 2000 wishes", "MB", (said["after_mb"],), allowed),
        Figure("of it decoded pictures", "MB", (said["decoded_mb"],), BUDGET / 1e6),
        Figure("left after 50 openings", "MB", (said["leak_mb"],), LEAK_WITHIN_MB),
    )
    return Result("memory", figures, {"resident / budget": said["after_mb"] * 1e6 / BUDGET}, said["peak_mb"])


def _resident_mb() -> float:
    if sys.platform != "linux":
        from runclinic.bench.result import peak_mb

        return peak_mb()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def _measured(path: Path) -> dict[str, float]:
    from runclinic.bench.result import peak_mb
    from runclinic.bench.stepping import Desk

    small = Desk(path, 100_000_000, look=False)  # what loads once: decoders, OpenCV
    small.exact(5)
    small.close()
    del small
    gc.collect()
    before = _resident_mb()
    desk = Desk(path, BUDGET)
    chance = np.random.default_rng(2)
    desk.verified()
    for turn in range(WISHES):
        k = int(chance.integers(desk.count))
        desk.exact(k) if turn % 10 == 0 else desk.engine.request(k)
    after = _resident_mb() - before
    engine = desk.engine
    decoded = engine._cache.size_bytes / 1e6  # noqa: SLF001 -- what the cache holds is not for a window
    small_bytes = engine.held_bytes - engine._cache.size_bytes  # noqa: SLF001
    desk.close()
    del desk, engine
    leak = _leak_mb(path)
    return {
        "after_mb": after,
        "decoded_mb": decoded,
        "small_bytes": small_bytes,
        "packet_bytes": path.stat().st_size,
        "leak_mb": leak,
        "peak_mb": peak_mb(),
    }


def _leak_mb(path: Path) -> float:
    from runclinic.video import Clip

    def opened(times: int) -> float:
        for _ in range(times):
            with Clip.open(path) as clip:
                clip.frame(clip.frame_count // 2)
        gc.collect()
        return _resident_mb()

    before = opened(WARM_UPS)
    return opened(OPENS) - before


if __name__ == "__main__":
    print(json.dumps(_measured(Path(sys.argv[1]))))
