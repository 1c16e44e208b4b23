"""Speed and memory, measured side by side in one run on this machine."""

from collections.abc import Callable, Sequence

from runclinic.bench import judge, memory, opening, seek, start, step
from runclinic.bench.result import Result

BENCHES: dict[str, Callable[[], Result]] = {
    "judge": judge.bench,
    "start": start.bench,
    "step": step.bench,
    "seek": seek.bench,
    "open": opening.bench,
    "memory": memory.bench,
}


def run(name: str | None = None) -> Sequence[Result]:
    """One bench by its name, or all of them."""
    return [BENCHES[each]() for each in ([name] if name else BENCHES)]
