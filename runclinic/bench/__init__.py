"""Speed and memory, measured side by side in one run on this machine."""

from collections.abc import Sequence
from importlib import import_module

from runclinic.bench.result import Result

# Each bench and the file that holds its `bench()`, loaded when it is asked for.
BENCHES = {
    "judge": "judge",
    "start": "start",
    "step": "step",
    "seek": "seek",
    "open": "opening",
    "memory": "memory",
    "events": "events",
    "angles": "angles",
    "coverage": "coverage",
    "pose": "pose",
}


def run(name: str | None = None) -> Sequence[Result]:
    """One bench by its name, or all of them."""
    return [import_module(f"{__name__}.{BENCHES[each]}").bench() for each in ([name] if name else BENCHES)]
