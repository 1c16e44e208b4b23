"""What a measurement says: figures with their spread, ratios within one run, peak memory."""

import ctypes
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """Repeats of one thing: median and 95th percentile, and the bar that it must stay under."""

    name: str
    unit: str
    repeats: tuple[float, ...]
    at_most: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.repeats)

    @property
    def p95(self) -> float:
        ordered = sorted(self.repeats)
        return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]

    def line(self) -> str:
        bar = "" if self.at_most is None else f"   bar {self.at_most:g} {self.unit}: {self._verdict()}"
        spread = f"(p95 {self.p95:.2f}, n {len(self.repeats)})"
        return f"  {self.name:<44} {self.median:10.2f} {self.unit:<3} {spread}{bar}"

    def _verdict(self) -> str:
        return "kept" if self.at_most is None or self.median <= self.at_most else "MISSED"


@dataclass(frozen=True, slots=True)
class Result:
    """One bench: its figures, the ratios between them, and the peak memory of the process."""

    name: str
    figures: tuple[Figure, ...]
    ratios: dict[str, float] = field(default_factory=dict[str, float])
    peak_mb: float = 0.0

    def as_json(self) -> dict[str, object]:
        figures = [
            {
                "name": each.name,
                "unit": each.unit,
                "median": each.median,
                "p95": each.p95,
                "n": len(each.repeats),
                "at_most": each.at_most,
            }
            for each in self.figures
        ]
        return {"bench": self.name, "figures": figures, "ratios": self.ratios, "peak_mb": self.peak_mb}

    def lines(self) -> Sequence[str]:
        ratios = [f"  {name:<44} {ratio:10.2f}" for name, ratio in self.ratios.items()]
        return [
            self.name,
            *(each.line() for each in self.figures),
            *ratios,
            f"  peak memory {self.peak_mb:.0f} MB",
        ]


if sys.platform == "win32":

    class _Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of psapi."""

        _fields_ = [
            ("cb", ctypes.c_uint32),
            ("page_faults", ctypes.c_uint32),
            *((name, ctypes.c_size_t) for name in ("peak", "now", "a", "b", "c", "d", "e", "f")),
        ]

    def peak_mb() -> float:
        """The most memory that this process has held, in MB."""
        counters = _Counters(cb=ctypes.sizeof(_Counters))
        here = ctypes.windll.kernel32.GetCurrentProcess()
        ctypes.windll.psapi.GetProcessMemoryInfo(here, ctypes.byref(counters), counters.cb)
        return counters.peak / 1024**2

else:
    import resource

    def peak_mb() -> float:
        """The most memory that this process has held, in MB."""
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / 1024**2 if sys.platform == "darwin" else most / 1024
