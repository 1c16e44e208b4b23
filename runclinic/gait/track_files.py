"""Body points as text: our own JSON and CSV, and the TRC of Sports2D and OpenSim. Text in, text out."""

import csv
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from runclinic.gait.filming import FloatArray
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.refused import Refused

VERSION = 1
DECIMALS = 4
TIME = "time_s"
PARTS = ("x", "y", "confidence")
TRC_TO_METRES = {"m": 1.0, "mm": 0.001, "cm": 0.01}
TRC_HEADER_LINES = 5


def to_json(track: LandmarkTrack, about: Mapping[str, str | float] | None = None) -> str:
    """The track as JSON text: {"version", "about", "names", "times_s", "xy", "confidence"}; null = not found.

    `about` says where the points come from (model, its hash, the clip).
    """
    said = {
        "version": VERSION,
        "about": dict(about or {}),
        "names": list(track.names),
        "times_s": [round(float(time), 6) for time in track.times_s],
        "xy": [[_pair(x, y) for x, y in frame] for frame in track.xy.tolist()],
        "confidence": [[_number(one, 3) or 0.0 for one in frame] for frame in track.confidence.tolist()],
    }
    return json.dumps(said, allow_nan=False)


def _pair(x: float, y: float) -> list[float] | None:
    return [round(x, DECIMALS), round(y, DECIMALS)] if math.isfinite(x) and math.isfinite(y) else None


def _number(value: float, decimals: int) -> float | None:
    return round(value, decimals) if math.isfinite(value) else None


def to_csv(track: LandmarkTrack) -> str:
    """The track as CSV text: time_s, then x, y and confidence of each point; an empty cell = not found."""
    out = _Text([])
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow([TIME, *(f"{name}_{part}" for name in track.names for part in PARTS)])
    for time, points, sure in zip(track.times_s, track.xy, track.confidence, strict=True):
        row: list[str] = [f"{time:.6f}"]
        for (x, y), confidence in zip(points, sure, strict=True):
            known = math.isfinite(x) and math.isfinite(y)
            row += [f"{x:.{DECIMALS}f}", f"{y:.{DECIMALS}f}"] if known else ["", ""]
            row.append(f"{confidence:.3f}")
        lines.writerow(row)
    return "".join(out.lines)


@dataclass(frozen=True, slots=True)
class _Text:
    """What csv writes to: this room has no files."""

    lines: list[str]

    def write(self, line: str) -> None:
        self.lines.append(line)


def to_trc(track: LandmarkTrack, name: str = "runclinic.trc") -> str:
    """The track as TRC text, as OpenSim reads it: metres or pixels as they are, y up, z 0; "nan" = not found.

    TRC knows no confidence. Pixels run down and are turned, so that up is up.
    """
    rate = 1 / track.frame_s
    head = [
        f"PathFileType\t4\t(X/Y/Z)\t{name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate:.6g}\t{rate:.6g}\t{len(track)}\t{len(track.names)}\tm\t{rate:.6g}\t1\t{len(track)}",
        "Frame#\tTime\t" + "\t\t\t".join(track.names) + "\t\t",
        "\t\t" + "\t".join(f"{axis}{k}" for k in range(1, len(track.names) + 1) for axis in "XYZ"),
    ]
    rows = [
        "\t".join([str(k), f"{time:.6f}", *(cell for x, y in points for cell in (_cell(x), _cell(-y), "0"))])
        for k, (time, points) in enumerate(zip(track.times_s, track.xy, strict=True), 1)
    ]
    return "\n".join([*head, *rows]) + "\n"


def _cell(value: float) -> str:
    return f"{value + 0.0:.6f}" if math.isfinite(value) else "nan"


def read(text: str) -> LandmarkTrack:
    """A track from JSON, CSV or TRC text, whichever it is. Refused with line or field if it is none."""
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        return from_json(start)
    if start.startswith("PathFileType"):
        return from_trc(start)
    if start.startswith(TIME):
        return from_csv(start)
    raise Refused(
        "These body points are neither JSON, CSV nor TRC.",
        f"JSON begins with {{, CSV with {TIME}, TRC with PathFileType.",
    )


def _found(xy: FloatArray) -> FloatArray:
    """Confidence 1 where a point has both its numbers, else 0."""
    return np.where(np.all(np.isfinite(xy), axis=2), 1.0, 0.0)


# ---- JSON ----


def from_json(text: str) -> LandmarkTrack:
    """A track from our own JSON. Refused by field."""
    try:
        given: object = json.loads(text)
    except json.JSONDecodeError as problem:
        raise Refused(
            f"The body points are not JSON (line {problem.lineno}, column {problem.colno}).",
            "Save them anew.",
        ) from problem
    if not _is_mapping(given):
        raise Refused("The body points are not written as fields.", "Give names, times_s, xy, confidence.")
    names = tuple(str(name) for name in _listed(given, "names"))
    times = np.array([_float(one, "times_s") for one in _listed(given, "times_s")])
    rows = [_row(frame, len(names)) for frame in _listed(given, "xy")]
    xy = np.array(rows, dtype=np.float64).reshape(len(rows), len(names), 2)
    if "confidence" in given:
        sure = np.array(
            [[_float(one, "confidence") for one in _cells(f)] for f in _listed(given, "confidence")]
        )
    else:
        sure = _found(xy)
    return LandmarkTrack(times, names, xy, sure)


def _row(frame: object, count: int) -> list[list[float]]:
    points = _cells(frame)
    if len(points) != count:
        raise Refused(f"A frame has {len(points)} points, but there are {count} names.", "Save them anew.")
    found: list[list[float]] = []
    for point in points:
        pair = [math.nan, math.nan] if point is None else [_float(one, "xy") for one in _cells(point)]
        if len(pair) != 2:
            raise Refused(f"xy: a point has {len(pair)} numbers.", "Each has two, right and down.")
        found.append(pair)
    return found


def _listed(given: Mapping[str, object], name: str) -> Sequence[object]:
    if name not in given:
        raise Refused(f"The body points have no {name}.", "Give names, times_s, xy, confidence.")
    return _cells(given[name])


def _cells(value: object) -> Sequence[object]:
    if not _is_list(value):
        raise Refused("The body points are not written as lists.", "Save them anew.")
    return value


def _float(value: object, where: str) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"{where}: “{value}” is not a number.", "Correct it, or write null.")
    return float(value)


def _is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


# ---- CSV ----


def from_csv(text: str) -> LandmarkTrack:
    """A track from CSV with a time_s column and NAME_x, NAME_y, perhaps NAME_confidence of each point.

    Also NAME_forward_m and NAME_up_m, as marker files name them. Refused by line.
    """
    rows = list(csv.reader(text.splitlines()))
    columns = {name.strip(): k for k, name in enumerate(rows[0])}
    pairs = _columns(columns)
    if not pairs:
        raise Refused(
            "The table has no point: no two columns end in _x and _y.", "Name them like left_heel_x."
        )
    body = [row for row in rows[1:] if row]
    table = np.array([_numbers(row, len(rows[0]), line) for line, row in enumerate(body, 2)])
    if table.size == 0:
        raise Refused("The table has no frames.", "Save the body points anew.")
    names = tuple(pairs)
    xy = np.stack([table[:, [x, y]] for x, y in pairs.values()], axis=1)
    known = _found(xy)
    for k, name in enumerate(names):
        place = columns.get(f"{name}_confidence")
        if place is not None:
            known[:, k] = np.nan_to_num(table[:, place])
    return LandmarkTrack(table[:, columns[TIME]], names, xy, known)


def _columns(columns: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for first, second in (("_x", "_y"), ("_forward_m", "_up_m")):
        for name in columns:
            other = name.removesuffix(first) + second
            if name.endswith(first) and other in columns:
                found[name.removesuffix(first)] = (columns[name], columns[other])
    return found


def _numbers(row: Sequence[str], count: int, line: int) -> list[float]:
    if len(row) != count:
        raise Refused(f"Line {line} has {len(row)} cells, the first line {count}.", "Save the table anew.")
    return [_cell_number(cell, line) for cell in row]


def _cell_number(cell: str, line: int) -> float:
    try:
        return float(cell) if cell.strip() else math.nan
    except ValueError:
        raise Refused(f"Line {line}: “{cell}” is not a number.", "Correct it, or leave it empty.") from None


# ---- TRC ----


def from_trc(text: str) -> LandmarkTrack:
    """A track from TRC (Sports2D, OpenSim): X right, Y up, Z left out; metres, y turned down as in a picture.

    Refused by line.
    """
    lines = text.splitlines()
    if len(lines) <= TRC_HEADER_LINES:
        raise Refused("The TRC file has no frames.", "Export it anew.")
    facts = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False))
    factor = TRC_TO_METRES.get(facts.get("Units", "m").strip(), 1.0)
    names = tuple(name.strip() for name in lines[3].split("\t")[2:] if name.strip())
    rows = [
        (k, line) for k, line in enumerate(lines[TRC_HEADER_LINES:], TRC_HEADER_LINES + 1) if line.strip()
    ]
    wanted = 2 + 3 * len(names)
    table = np.array([_trc_row(line, k, wanted) for k, line in rows], dtype=np.float64)
    if table.size == 0:
        raise Refused("The TRC file has no frames.", "Export it anew.")
    points = factor * table[:, 2:].reshape(len(table), len(names), 3)[..., :2]
    xy: FloatArray = points * np.array([1.0, -1.0]) + 0.0
    times = table[:, 1] - table[0, 1]
    return LandmarkTrack(times, names, xy, _found(xy))


def _trc_row(line: str, number: int, wanted: int) -> list[float]:
    cells = _without_tail(re.split(r"\t", line), wanted)
    if len(cells) != wanted:
        raise Refused(f"Line {number} has {len(cells)} cells instead of {wanted}.", "Export the file anew.")
    return [_cell_number(cell, number) for cell in cells]


def _without_tail(cells: Iterable[str], wanted: int) -> list[str]:
    """Some programs end each line with a tab."""
    found = list(cells)
    while len(found) > wanted and not found[-1].strip():
        found.pop()
    return found
