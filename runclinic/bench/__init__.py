"""Speed and memory, measured side by side in one run on this machine."""

from collections.abc import Callable, Sequence

from runclinic.bench import judge, start
from runclinic.bench.result import Result

BENCHES: dict[str, Callable[[], Result]] = {"judge": judge.bench, "start": start.bench}


def run(name: str | None = None) -> Sequence[Result]:
    """One bench by its name, or all of them."""
    return [BENCHES[each]() for each in ([name] if name else BENCHES)]
