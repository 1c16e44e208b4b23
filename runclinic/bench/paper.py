"""How long the take-home plan takes to print, and how large it is."""

import tempfile
import time
from pathlib import Path

from runclinic import case, paths
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.documents import of_case
from runclinic.visit.assess import assess

REPEATS = 7
PLAN_WITHIN_S, FILE_WITHIN_MB = 0.5, 2.0
FULLEST = "c4"  # twelve exercises, a ladder, four pages


def bench() -> Result:
    """The longest plan of the examples: the first one, its figures still to be drawn, and later ones."""
    read = case.read(paths.resources() / "examples" / f"{FULLEST}.toml")
    assessment = assess(read)
    took: list[float] = []
    size = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(REPEATS):
            began = time.perf_counter()
            made = of_case.write(read, assessment, Path(folder), paper="a4")
            took.append(time.perf_counter() - began)
            size = sum(path.stat().st_size for path in made) / 1e6
    first, *later = took
    figures = (
        Figure("plan, the first of a start", "s", (first,), PLAN_WITHIN_S),
        Figure("plan, later", "s", tuple(later), PLAN_WITHIN_S),
        Figure("its file", "MB", (size,), FILE_WITHIN_MB),
    )
    return Result("paper", figures, {"first / later": first / figures[1].median}, peak_mb())
