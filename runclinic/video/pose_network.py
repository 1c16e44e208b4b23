"""The networks that find body points (BlazePose), run offline from the weight files on this machine."""

import hashlib
import importlib
import os
import struct
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from runclinic import paths, resources
from runclinic.refused import Refused

Floats: TypeAlias = npt.NDArray[np.float32]
Name: TypeAlias = Literal["heavy", "full"]
NAMES: tuple[Name, ...] = ("heavy", "full")

# The 33 body points of BlazePose in its order (Bazarevsky and others 2020).
POINTS = (
    "nose",
    *(f"{side}_eye{part}" for side in ("left", "right") for part in ("_inner", "", "_outer")),
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    *(
        f"{side}_{part}"
        for part in ("shoulder", "elbow", "wrist", "pinky", "index", "thumb")
        for side in ("left", "right")
    ),
    *(
        f"{side}_{part}"
        for part in ("hip", "knee", "ankle", "heel", "foot_index")
        for side in ("left", "right")
    ),
)
DETECTOR = "pose_detection.tflite"
LANDMARKS = "pose_landmark_{}.tflite"
STDERR = 2
ANSWERS_USED = 2  # points and presence; the outline of the body and the points in metres are not wanted
BY_HAND = "Contacts can be marked by hand meanwhile."
AGAIN = f"Type `python3 packaging/dev.py weights` to get it. {BY_HAND}"


class _Weight(msgspec.Struct, frozen=True):
    name: str
    what: str
    sha256: str


class _Weights(msgspec.Struct, frozen=True):
    weights: tuple[_Weight, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """Which networks made a result: stored with it, so that another one never changes an old visit.

    `files` holds name and SHA-256 of each weight file, `version` counts the ways of leading them.
    """

    name: Name
    files: tuple[tuple[str, str], ...]
    version: int

    @property
    def label(self) -> str:
        """A short name to print beside a value."""
        return f"BlazePose {self.name} {self.files[-1][1][:8]}, version {self.version}"


@dataclass(frozen=True)
class Weights:
    """The bytes of the two networks, checked (of the second without needless work), and what must be said."""

    model: Model
    detector: bytes
    landmarks: bytes
    warnings: tuple[str, ...] = ()


def weights(name: Name | None = None, *, version: int, folder: Path | None = None) -> Weights:
    """The networks asked for; by default the better one, else the smaller one, which is said.

    Refused, in words, if a file is missing, or is not byte for byte the one that was tested.
    """
    place = folder or paths.weights()
    if name is None:
        there: list[Name] = [each for each in NAMES if (place / LANDMARKS.format(each)).is_file()]
        chosen, said = _first_of(there)
    else:
        chosen, said = name, ()
    files = {each: _read(place, each) for each in (DETECTOR, LANDMARKS.format(chosen))}
    marks = tuple((each, mark) for each, (_, mark) in files.items())
    detector, landmarks = (content for content, _ in files.values())
    return Weights(Model(chosen, marks, version), detector, only_first_answers(landmarks, ANSWERS_USED), said)


def _first_of(there: Sequence[Name]) -> tuple[Name, tuple[str, ...]]:
    if not there or there[0] == NAMES[0]:
        return NAMES[0], ()
    missing = LANDMARKS.format(NAMES[0])
    return there[0], (f"{missing} is not there, so the smaller network found the body points: less surely.",)


def _read(folder: Path, name: str) -> tuple[bytes, str]:
    """A weight file and its SHA-256, which is the tested one."""
    known = {weight.name: weight for weight in resources.decode("weights.toml", _Weights).weights}
    try:
        content = (folder / name).read_bytes()
    except OSError:
        said = f"Body points cannot be found automatically: {name} is not there ({known[name].what})."
        raise Refused(said, AGAIN) from None
    mark = hashlib.sha256(content).hexdigest()
    if mark != known[name].sha256:
        raise Refused(f"{name} is not the file that was tested, so it is not used.", AGAIN)
    return content, mark


@contextmanager
def _without_its_greeting() -> Iterator[None]:
    """The library writes a line to stderr at its first start, past Python, and has no setting against it."""
    try:
        sys.stderr.flush()
        kept, nowhere = os.dup(STDERR), os.open(os.devnull, os.O_WRONLY)
    except (OSError, AttributeError):  # a program without a console has no stderr
        yield
        return
    try:
        os.dup2(nowhere, STDERR)
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)
        os.close(nowhere)


class Network:
    """One network, ready to run; for one thread at a time."""

    def __init__(self, content: bytes, *, threads: int = 1) -> None:
        """Raises `Refused` where the library that runs it does not work on this machine."""
        try:
            library: Any = importlib.import_module("ai_edge_litert.interpreter")
        except (ImportError, OSError) as trouble:
            said = "Body points cannot be found automatically: the library ai-edge-litert does not load."
            raise Refused(said, f"`runclinic doctor` says more. {BY_HAND}") from trouble
        with _without_its_greeting():
            self._interpreter = library.Interpreter(model_content=content, num_threads=threads)
            self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]

    @cached_property
    def _outputs(self) -> list[tuple[int, tuple[int, ...]]]:
        details = self._interpreter.get_output_details()
        return [(each["index"], tuple(int(side) for side in each["shape"])) for each in details]

    def run(self, picture: Floats) -> dict[tuple[int, ...], Floats]:
        """Each answer by its shape, for a picture float32[1, side, side, 3]."""
        self._interpreter.set_tensor(self._input, picture)
        self._interpreter.invoke()
        return {shape: self._interpreter.get_tensor(index) for index, shape in self._outputs}


# ---- less work: a network file without the answers that nobody asks for ----

_OUTPUTS_OF_OPERATOR, _INPUTS_OF_OPERATOR = 2, 1
_SUBGRAPHS, _SUBGRAPH_OUTPUTS, _SUBGRAPH_OPERATORS = 2, 2, 3


def only_first_answers(content: bytes, count: int) -> bytes:
    """The same network file with its first `count` answers, and without the work for the others.

    A TFLite file is a flatbuffer: lists of offsets that can be shortened in place. The answers that stay
    do not change by a bit (tested); the outline of the body alone costs a third of the time of `full`.
    """
    file = bytearray(content)
    (graph,) = _tables(file, _u32(file, 0), _SUBGRAPHS)[1]
    outputs, wanted = _numbers(file, graph, _SUBGRAPH_OUTPUTS)
    start, operators = _tables(file, graph, _SUBGRAPH_OPERATORS)
    if count >= len(wanted):
        return content
    needed, kept = set(wanted[:count]), list[int]()
    for operator in reversed(operators):
        if needed.intersection(_numbers(file, operator, _OUTPUTS_OF_OPERATOR)[1]):
            needed.update(_numbers(file, operator, _INPUTS_OF_OPERATOR)[1])
            kept.append(operator)
    for place, operator in enumerate(reversed(kept)):
        entry = start + 4 + 4 * place
        struct.pack_into("<I", file, entry, operator - entry)
    struct.pack_into("<I", file, start, len(kept))
    struct.pack_into("<I", file, outputs, count)
    return bytes(file)


def _u32(file: bytearray, at: int) -> int:
    return int(struct.unpack_from("<I", file, at)[0])


def _list(file: bytearray, table: int, field: int) -> tuple[int, int]:
    """Where a list of a table begins (its length stands there), and its length; (0, 0) if it has none."""
    shape = table - int(struct.unpack_from("<i", file, table)[0])
    size, place = int(struct.unpack_from("<H", file, shape)[0]), 4 + 2 * field
    offset = int(struct.unpack_from("<H", file, shape + place)[0]) if place < size else 0
    if not offset:
        return 0, 0
    start = table + offset + _u32(file, table + offset)
    return start, _u32(file, start)


def _numbers(file: bytearray, table: int, field: int) -> tuple[int, list[int]]:
    start, length = _list(file, table, field)
    return start, [int(each) for each in struct.unpack_from(f"<{length}i", file, start + 4)]


def _tables(file: bytearray, table: int, field: int) -> tuple[int, list[int]]:
    start, length = _list(file, table, field)
    entries = [start + 4 + 4 * place for place in range(length)]
    return start, [entry + _u32(file, entry) for entry in entries]
