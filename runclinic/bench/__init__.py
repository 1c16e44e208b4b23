"""Speed and memory, measured side by side in one run on this machine."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from runclinic.bench.result import Result
from runclinic.refused import Refused

# Each bench and the file that holds its `bench()`, loaded when it is asked for.
BENCHES = {
    "judge": "judge",
    "start": "start",
    "unlock": "unlocking",
    "save": "save",
    "search": "search",
    "backup": "backup",
    "records": "store_calls",
    "step": "step",
    "seek": "seek",
    "open": "opening",
    "memory": "memory",
    "scrub": "scrub",
    "journey": "journey",
    "paper": "paper",
    "events": "events",
    "angles": "angles",
    "coverage": "coverage",
    "pose": "pose",
}


WITH_FILES = "events"


def run(
    name: str | None = None, *, markers: Path | None = None, film: tuple[Path, Path] | None = None
) -> Sequence[Result]:
    """One bench by its name, or all of them; that of events also reads files where they are given.

    `markers` is a folder of marker files, `film` a clip and the JSON of its marks. Refused if they are given
    to another bench.
    """
    if (markers is not None or film is not None) and name not in {None, WITH_FILES}:
        raise Refused(f"The bench of {name} reads no markers and no film.", f"Give them to {WITH_FILES}.")
    if name:
        return [one(name, markers, film)]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as alone:
        return [alone.submit(one, each, markers, film).result() for each in BENCHES]


def one(name: str, markers: Path | None, film: tuple[Path, Path] | None) -> Result:
    """One bench. Of several each has a process of its own: the memory of one is not another's peak."""
    bench = import_module(f"{__name__}.{BENCHES[name]}").bench
    return bench(markers, film) if name == WITH_FILES else bench()
