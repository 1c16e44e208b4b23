"""All values of a film as a table that any spreadsheet opens: CSV, a measure a row, each value with its ±."""

import csv
import io
from collections.abc import Iterable

from runclinic.gait import reference
from runclinic.gait.means import Metric
from runclinic.measured import Measured

VALUES = ("both", "left", "right", "left_minus_right")
COLUMNS = (
    *("id", "measure", "unit"),
    *(f"{value}{part}" for value in VALUES for part in ("", "_plus_minus")),
    *("n", "note"),
)
DIGITS = 6


def gait_table(metrics: Iterable[Metric]) -> str:
    """The text of the file: commas between, a point in numbers, an empty cell where nothing is known."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    for metric in metrics:
        facts = reference.metric(metric.id)
        cells: list[str] = [metric.id, facts.name, facts.unit]
        for value in (metric.both, metric.left, metric.right, metric.difference):
            cells += _pair(value)
        writer.writerow([*cells, str(metric.both.n), metric.note])
    return target.getvalue()


def _pair(value: Measured | None) -> tuple[str, str]:
    if value is None:
        return ("", "")
    return (f"{value.value:.{DIGITS}g}", f"{value.plus_minus:.{DIGITS}g}")
