"""Body points in files: JSON, CSV, and TRC as Sports2D and OpenSim have it, written and read."""

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from runclinic.gait.filming import FloatArray
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.refused import Refused

FORM = "runclinic landmarks 1"
PIXEL_DECIMALS, METRE_DECIMALS, SURE_DECIMALS = 2, 5, 3
CSV_ENDS = ("_x", "_y", "_confidence")
METRES = {"m": 1.0, "mm": 0.001, "cm": 0.01}
TRC_HEAD_LINES = 5
WRITTEN = (".json", ".csv", ".trc")
KNOWN = "JSON, CSV and TRC are known."


class _Json(msgspec.Struct):
    """What our JSON file holds; xy as frames x points x 2, null where a point was not found."""

    times_s: list[float]
    names: list[str]
    xy: list[list[tuple[float | None, float | None] | None]]
    confidence: list[list[float | None]] | None = None


def read(path: Path) -> LandmarkTrack:
    """A file of body points by its suffix; Refused, in words, for anything that is none."""
    readers: dict[str, Callable[[str], LandmarkTrack]] = {
        ".json": from_json,
        ".csv": from_csv,
        ".trc": from_trc,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise Refused(f"“{path.name}” is of no known kind.", KNOWN)
    try:
        return reader(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise Refused(f"“{path}” cannot be read as text.", "Check the name of the file.") from None


def refuse_suffix(path: Path) -> None:
    """Refused if points cannot be written under this name; asked before long work begins."""
    if path.suffix.lower() not in WRITTEN:
        raise Refused(f"Body points cannot be written as “{path.suffix}”.", KNOWN)


def write(path: Path, track: LandmarkTrack, *, made_by: Mapping[str, object] | None = None) -> None:
    """Write by the suffix, whole or not at all; `made_by` (JSON only) says by which networks."""
    refuse_suffix(path)
    kind = path.suffix.lower()
    if kind == ".trc":
        text = as_trc(track, path.name)
    else:
        text = as_csv(track) if kind == ".csv" else as_json(track, made_by)
    put(path, text)


def put(path: Path, text: str) -> None:
    """Write it whole or not at all; Refused where that cannot be."""
    unfinished = path.with_name(f"{path.name}.part")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as trouble:
        unfinished.unlink(missing_ok=True)
        raise Refused(f"“{path}” cannot be written.", "Is there such a folder, and room on it?") from trouble


# ---- JSON ----


def as_json(track: LandmarkTrack, made_by: Mapping[str, object] | None = None) -> str:
    """Times, names, points and how sure each is, with what made them."""
    document = {
        "form": FORM,
        "made_by": dict(made_by or {}),
        "times_s": [float(each) for each in track.times_s],
        "names": list(track.names),
        "xy": [[_pair(point, _decimals(track)) for point in frame] for frame in track.xy],
        "confidence": [[round(float(each), SURE_DECIMALS) for each in frame] for frame in track.confidence],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _decimals(track: LandmarkTrack) -> int:
    return METRE_DECIMALS if track.in_metres else PIXEL_DECIMALS


def _pair(point: FloatArray, decimals: int) -> list[float] | None:
    x, y = float(point[0]), float(point[1])
    return [round(x, decimals), round(y, decimals)] if math.isfinite(x) and math.isfinite(y) else None


def from_json(text: str) -> LandmarkTrack:
    """What `as_json` wrote, or any JSON with times_s, names, xy and (if known) confidence."""
    try:
        given = msgspec.json.decode(text, type=_Json)
    except msgspec.DecodeError as problem:
        said = f"These are no body points as JSON: {problem}."
        raise Refused(said, "It needs times_s, names and xy.") from problem
    count = len(given.names)
    xy = [[_numbers(point) for point in _all(frame, count)] for frame in given.xy]
    sure = given.confidence or [[1.0] * count for _ in given.xy]
    known = [[_sure(each) for each in _all(row, count)] for row in sure]
    return _track(given.times_s, given.names, xy, known)


def _all(row: Sequence[object], count: int) -> Sequence[object]:
    if len(row) != count:
        raise Refused(f"A frame has {len(row)} points, but {count} are named.", "Write the file again.")
    return row


def _sure(value: object) -> float:
    return float(value) if isinstance(value, float) else 0.0


def _numbers(point: object) -> tuple[float, float]:
    x, y = point if isinstance(point, tuple) else (None, None)
    return (math.nan if x is None else float(x), math.nan if y is None else float(y))


def _track(
    times: Iterable[float], names: Iterable[str], xy: Sequence[object], sure: Sequence[object]
) -> LandmarkTrack:
    points = np.array(xy, dtype=np.float64)
    counted = np.array(list(times), dtype=np.float64)
    if points.size == 0 or not len(counted):
        raise Refused("There are no body points in this file.", "Write the file again.")
    return LandmarkTrack(counted - counted[0], tuple(names), points, np.array(sure, dtype=np.float64))


# ---- CSV ----


def as_csv(track: LandmarkTrack) -> str:
    """One row a frame: time_s, then x, y and confidence of each point; empty where it was not found."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["time_s", *(f"{name}{end}" for name in track.names for end in CSV_ENDS)])
    for time, points, sure in zip(track.times_s, track.xy, track.confidence, strict=True):
        writer.writerow([f"{time:.6f}", *_cells(points, sure, _decimals(track))])
    return text.getvalue()


def _cells(points: FloatArray, sure: FloatArray, decimals: int) -> Iterator[str]:
    for point, confidence in zip(points, sure, strict=True):
        pair = _pair(point, decimals)
        yield from ("", "") if pair is None else (f"{each:.{decimals}f}" for each in pair)
        yield f"{float(confidence):.3f}"


def from_csv(text: str) -> LandmarkTrack:
    """What `as_csv` wrote; a column of confidence may be left out."""
    rows = csv.DictReader(io.StringIO(text))
    heads = list(rows.fieldnames or ())
    names = [head.removesuffix("_x") for head in heads if head.endswith("_x")]
    missing = [name for name in names if f"{name}_y" not in heads]
    if "time_s" not in heads or not names or missing:
        lacking = f"column {missing[0]}_y" if missing else "column time_s, or <point>_x and <point>_y"
        raise Refused(f"These are no body points as CSV: there is no {lacking}.", "Name the columns so.")
    times: list[float] = []
    xy: list[list[tuple[float, float]]] = []
    sure: list[list[float]] = []
    for row in rows:
        times.append(_cell(row, "time_s", rows.line_num))
        xy.append([(_cell(row, f"{n}_x", rows.line_num), _cell(row, f"{n}_y", rows.line_num)) for n in names])
        sure.append([_confidence(row, f"{n}_confidence", rows.line_num) for n in names])
    return _track(times, names, xy, sure)


def _cell(row: Mapping[str, str | None], name: str, line: int) -> float:
    written = (row.get(name) or "").strip()
    try:
        return float(written) if written else math.nan
    except ValueError:
        raise Refused(f"Line {line}: “{written}” is not a number ({name}).", "Correct the file.") from None


def _confidence(row: Mapping[str, str | None], name: str, line: int) -> float:
    if row.get(name) is None:
        return 1.0
    value = _cell(row, name, line)
    return 0.0 if math.isnan(value) else value


# ---- TRC ----


def as_trc(track: LandmarkTrack, name: str = "points.trc", metres_a_pixel: float | None = None) -> str:
    """OpenSim's table of marker paths: y up, z 0, an empty cell where a point was not found.

    Points in metres stay so. Those of a picture are in pixels ("px", y up from its upper edge, thus below 0),
    or in metres where the size of a pixel is known. TRC has no place for how sure a point is.
    """
    in_metres = track.in_metres
    scale = 1.0 if in_metres or metres_a_pixel is None else metres_a_pixel
    unit = "m" if in_metres or metres_a_pixel is not None else "px"
    up = scale if in_metres else -scale
    count, names = len(track.times_s), track.names
    span = float(track.times_s[-1] - track.times_s[0])
    rate = f"{(count - 1) / span:.6g}" if span > 0 else "0"
    axes = [f"{axis}{number}" for number in range(1, len(names) + 1) for axis in "XYZ"]
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate}\t{rate}\t{count}\t{len(names)}\t{unit}\t{rate}\t1\t{count}",
        "\t".join(["Frame#", "Time", *(cell for each in names for cell in (each, "", ""))]),
        "\t".join(["", "", *axes]),
    ]
    for number, (time, points) in enumerate(zip(track.times_s, track.xy, strict=True), 1):
        cells = [cell for x, y in points.tolist() for cell in _trc_cells(x * scale, y * up)]
        lines.append("\t".join([str(number), f"{float(time):.6f}", *cells]))
    return "\n".join(lines) + "\n"


def _trc_cells(x: float, y: float) -> tuple[str, str, str]:
    known = math.isfinite(x) and math.isfinite(y)
    return (f"{x + 0.0:.5f}", f"{y + 0.0:.5f}", "0") if known else ("", "", "")


def from_trc(text: str) -> LandmarkTrack:
    """OpenSim's table of marker paths: x is taken as forward, y as up, z is left out.

    Millimetres become metres. Pixels run down, as in a picture; where most are below 0 they were counted
    upwards. A marker that is empty in a frame was not found there.
    """
    lines = text.splitlines()
    if len(lines) <= TRC_HEAD_LINES or not lines[0].startswith("PathFileType"):
        raise Refused("This is no TRC file: its first lines are missing.", KNOWN)
    keys, values = (line.split("\t") for line in lines[1:3])
    units = dict(zip((key.strip() for key in keys), (value.strip() for value in values), strict=False))
    scale = METRES.get(units.get("Units", ""), 1.0)
    names = [name.strip() for name in lines[3].split("\t")[2:] if name.strip()]
    times: list[float] = []
    xy: list[list[tuple[float, float]]] = []
    for number, line in enumerate(lines[TRC_HEAD_LINES:], TRC_HEAD_LINES + 1):
        if line.strip():
            cells = line.rstrip("\r\n").split("\t")
            times.append(_number(cells, 1, number))
            xy.append(
                [
                    (scale * _number(cells, 2 + 3 * m, number), scale * _number(cells, 3 + 3 * m, number))
                    for m in range(len(names))
                ]
            )
    in_pixels = "Units" in units and units["Units"] not in METRES
    track = _track(times, names, xy, [[1.0] * len(names) for _ in times])
    return _downwards(track) if in_pixels else track


def _downwards(track: LandmarkTrack) -> LandmarkTrack:
    heights = track.xy[..., 1]
    if not np.isfinite(heights).any() or float(np.nanmedian(heights)) >= 0:
        return track
    xy = track.xy * np.array([1.0, -1.0])
    return LandmarkTrack(track.times_s, track.names, xy, track.confidence)


def _number(cells: Sequence[str], place: int, line: int) -> float:
    written = cells[place].strip() if place < len(cells) else ""
    try:
        return float(written) if written else math.nan
    except ValueError:
        said = f"Line {line} of the TRC file: “{written}” is not a number."
        raise Refused(said, "Write it again.") from None
