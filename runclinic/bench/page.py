"""Measurements as a page of the documentation: the machine, then a table a bench, with bars and ratios."""

import os
import platform
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from runclinic.bench.result import Figure, Result
from runclinic.refused import Refused

TITLE = "# How fast it is, measured"
ABOUT = (
    "Written by `runclinic bench --write docs/performance.md`; `runclinic bench NAME --write ...` renews one"
    " part of it. Each figure is a median over repeats, p95 their 95th percentile. A bar is what the design"
    " asks for. Ratios are taken within one run, turn about, so that a busy computer moves both sides."
)
MACHINE = "Measured on: "
_PART = re.compile(r"^## (.+)$", re.MULTILINE)


def write(path: Path, results: Sequence[Result], day: date) -> None:
    """Write the page, or renew the parts that were measured; parts of another machine are left out.

    Refused if the file cannot be read or written.
    """
    measured_on = machine()
    try:
        former = path.read_text(encoding="utf-8") if path.exists() else ""
        kept = _parts(former) if f"{MACHINE}{measured_on}" in former else {}
        kept |= {result.name: part(result, day) for result in results}
        path.parent.mkdir(parents=True, exist_ok=True)
        head = f"{TITLE}\n\n{ABOUT}\n\n{MACHINE}{measured_on}\n"
        path.write_text("\n".join([head, *kept.values()]), encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refused(f"“{path}” cannot be written.", "Choose another file.") from None


def part(result: Result, day: date) -> str:
    """One bench: a table of its figures, its ratios and its memory."""
    rows = [_row(figure) for figure in result.figures]
    ratios = [f"- {name}: **{ratio:.2f}**" for name, ratio in result.ratios.items()]
    foot = f"Peak memory {result.peak_mb:.0f} MB. {day.isoformat()}{_load()}."
    table = ["| what | median | p95 | n | bar | |", "|---|--:|--:|--:|--:|---|", *rows]
    return "\n".join([f"## {result.name}", "", *table, "", *([*ratios, ""] if ratios else []), foot, ""])


def machine() -> str:
    """This computer and what runs on it, in one line."""
    memory = _memory_gb()
    parts = [
        _processor(),
        f"{os.cpu_count()} cores",
        f"{memory:.0f} GB" if memory else "",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
    ]
    return ", ".join(each for each in parts if each)


def _row(figure: Figure) -> str:
    bar = "" if figure.at_most is None else f"{figure.at_most:g} {figure.unit}".strip()
    kept = "" if figure.at_most is None else ("kept" if figure.median <= figure.at_most else "**missed**")
    name, median = figure.name.replace("|", "\\|"), f"{figure.median:.2f} {figure.unit}".strip()
    return f"| {name} | {median} | {figure.p95:.2f} | {len(figure.repeats)} | {bar} | {kept} |"


def _parts(page: str) -> dict[str, str]:
    """The parts of a former page by the name of their bench."""
    found = list(_PART.finditer(page))
    ends = [each.start() for each in found[1:]] + [len(page)]
    return {each[1]: f"{page[each.start() : end].rstrip()}\n" for each, end in zip(found, ends, strict=True)}


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()


def _memory_gb() -> float:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return 0.0
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9


def _load() -> str:
    """How busy the computer was at the end, where it says so."""
    return f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
