"""Speed and memory, measured side by side in one run on this machine."""

from collections.abc import Sequence
from importlib import import_module
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
    made: list[Result] = []
    for each in [name] if name else BENCHES:
        bench = import_module(f"{__name__}.{BENCHES[each]}").bench
        made.append(bench(markers, film) if each == WITH_FILES else bench())
    return made
