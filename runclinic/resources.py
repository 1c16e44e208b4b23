"""The clinical content of resources/, read once; a file that cannot be true is refused by file and line.

Over what is shipped lies the clinic's own layer (layer.py): other values at places of a file, and files more.
"""

import copy
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import TypeVar, cast

import msgspec

from runclinic import paths
from runclinic.layer import kept, laid, put
from runclinic.refused import Refused

T = TypeVar("T")

_PLACE = re.compile(r" - at `\$(?P<path>[^`]*)`")
_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+|\.\.\.)\]")


@cache
def text(relative_path: str) -> str:
    """The words of a file of resources/ ("forms/safety.toml"); Refused if it is not there."""
    path = paths.resources() / relative_path
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Refused(
            f"resources/{relative_path} cannot be read ({type(problem).__name__}).",
            "Install RunClinic again, or put the file back.",
        ) from problem


@kept
def table(relative_path: str) -> dict[str, object]:
    """A file of the content as plain values, with the layer over it. Shared: copy it before changing it."""
    changes = laid().get(relative_path, {})
    if not changes:
        return shipped(relative_path)
    made = copy.deepcopy(cast("dict[str, object]", changes[""]) if "" in changes else shipped(relative_path))
    for where, value in changes.items():
        if where and not put(made, where, copy.deepcopy(value)):
            raise Refused(f"{place(relative_path, 0)} has no place {where}.", "It was another version's.")
    return made


@cache
def shipped(relative_path: str) -> dict[str, object]:
    """A TOML file of resources/ as plain values, as it is shipped. Shared: copy it before changing it."""
    written = text(relative_path)
    try:
        return tomllib.loads(written)
    except tomllib.TOMLDecodeError as problem:
        line = re.search(r"line (\d+)", str(problem))
        number = int(line[1]) if line else written.count("\n") + 1
        raise Refused(f"{place(relative_path, number)}: {problem}.") from problem


@kept
def version() -> str:
    """What tells one state of the clinical content from another: 12 hex digits of its files and layer."""
    root, digest = paths.resources(), hashlib.sha256()
    for path in sorted(root.rglob("*.toml"), key=lambda each: each.relative_to(root).as_posix()):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    if laid():
        digest.update(json.dumps(laid(), sort_keys=True).encode())
    return digest.hexdigest()[:12]


@kept
def folder(relative: str) -> tuple[str, ...]:
    """The names of the TOML files in a folder of the content, sorted, without ".toml"."""
    there = {path.stem for path in (paths.resources() / relative).glob("*.toml")}
    own = (path.removesuffix(".toml").rpartition("/") for path, changes in laid().items() if "" in changes)
    return tuple(sorted(there | {name for above, _, name in own if above == relative}))


def decode(relative_path: str, structure: type[T]) -> T:
    """A TOML file of resources/ as a msgspec struct; Refused names file, line and field."""
    return convert(table(relative_path), structure, relative_path)


def convert(raw: Mapping[str, object], structure: type[T], relative_path: str) -> T:
    """Plain values of a file as a struct, with the same refusals as `decode`."""
    try:
        return msgspec.convert(dict(raw), structure)
    except msgspec.ValidationError as problem:
        said = str(problem)
        found = _PLACE.search(said)
        path = found["path"] if found else ""
        line = line_of_path(_written(relative_path), path, said)
        field = f", field {path.lstrip('.')}" if path else ""
        raise Refused(f"{place(relative_path, line)}{field}: {_PLACE.sub('', said)}.") from problem


def refuse(relative_path: str, marker: str, said: str) -> Refused:
    """A refusal of content that reads well but contradicts itself, at the first line holding `marker`."""
    return Refused(f"{place(relative_path, line_holding(_written(relative_path), marker))}: {said}")


def _written(relative_path: str) -> str:
    """The words of a file; of one of the clinic's own there are none."""
    return "" if "" in laid().get(relative_path, {}) else text(relative_path)


def place(relative_path: str, line: int) -> str:
    """How a place in the content is named to whoever edits it."""
    return f"resources/{relative_path}, line {line}" if line else f"resources/{relative_path}"


def line_holding(written: str, marker: str) -> int:
    """The number of the first line that holds the words, counted from 1; 0 = none does."""
    return next((n for n, line in enumerate(written.splitlines(), 1) if marker in line), 0)


def line_of_path(written: str, path: str, said: str = "") -> int:
    """The line of a msgspec path such as ".question[3].text", or of the innermost part that is found."""
    lines = written.splitlines()
    first, last = 0, len(lines)
    found = 0
    name = ""
    for step in _STEP.finditer(path):
        if (key := step["key"]) is not None:
            name = f"{name}.{key}" if name else key
            if (at := _line_of_key(lines, first, last, key)) is not None:
                found = at + 1
        elif (blocks := _blocks(lines, first, last, name)) and step["index"].isdigit():
            first, last = blocks[int(step["index"])]
            found = first + 1
    unknown = re.search(r"unknown field `(?P<key>[^`]+)`", said)
    if unknown and (at := _line_of_key(lines, first, last, unknown["key"])) is not None:
        found = at + 1
    return found


def _line_of_key(lines: list[str], first: int, last: int, key: str) -> int | None:
    """The line between two that sets `key`, on a line of its own or within an inline table."""
    own = re.compile(rf"^\s*(\[{{1,2}})?{re.escape(key)}\s*[=\]]")
    within = re.compile(rf"[\s{{,]{re.escape(key)}\s*=")
    for pattern in (own, within):
        for number in range(first, last):
            if pattern.search(lines[number]):
                return number
    return None


def _blocks(lines: list[str], first: int, last: int, name: str) -> list[tuple[int, int]]:
    """Where each [[name]] between two lines begins and ends."""
    head = re.compile(rf"^\s*\[\[{re.escape(name)}\]\]")
    starts = [number for number in range(first, last) if head.match(lines[number])]
    return list(zip(starts, [*starts[1:], last], strict=False))
