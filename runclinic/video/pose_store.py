"""Body points of a clip as a value and as bytes: raw, with the networks that made them, or half done."""

import hashlib
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from runclinic.gait.landmarks import LandmarkTrack
from runclinic.refused import Refused
from runclinic.video.pose_body import NUMBERS
from runclinic.video.pose_detector import Region
from runclinic.video.pose_network import POINTS, Floats, Model
from runclinic.video.pose_tracking import Table

MARK = b"RunClinic body points 1\n"
X, Y, DEPTH, VISIBILITY, PRESENCE = range(NUMBERS)
NOT_OURS = "These are no stored body points, or they were damaged."
ANEW = "Find the body points again."


@dataclass(frozen=True, eq=False, slots=True)
class Pose:
    """The raw body points of one runner in every frame of a clip, nothing smoothed or filled.

    `points` float32[n, 33, 5]: x, y, depth in px, visibility and presence 0 to 1; NaN where she was not
    found. `sure` float32[n] that a body was there, `size` of the picture, `model` the networks.
    """

    model: Model
    times_s: npt.NDArray[np.float64]
    size: tuple[int, int]
    points: Floats
    sure: Floats
    warnings: tuple[str, ...] = ()

    @property
    def found(self) -> npt.NDArray[np.bool_]:
        """In which frames she was found."""
        return np.isfinite(self.points[:, 0, X])

    def track(self, times_s: Sequence[float] | npt.NDArray[np.float64] | None = None) -> LandmarkTrack:
        """The points for measuring, at the file's times or true ones; sure = visible and in the picture."""
        confidence = np.minimum(self.points[..., VISIBILITY], self.points[..., PRESENCE])
        return LandmarkTrack(
            np.asarray(self.times_s if times_s is None else times_s, dtype=np.float64),
            POINTS,
            self.points[..., :DEPTH].astype(np.float64),
            np.nan_to_num(confidence).astype(np.float64),
        )


class _Head(msgspec.Struct, frozen=True):
    """What stands before the numbers."""

    model: Model
    clip: str
    size: tuple[int, int]
    frames: int
    done: int
    home: tuple[float, float, float] | None
    start: tuple[float, float, float] | None
    learnt: bool
    divisor: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Progress:
    """A search that may be half done: the table of frames, and what is known of the runner's place.

    `divisor` says by how much the pictures were made smaller.
    """

    model: Model
    clip: str
    size: tuple[int, int]
    times_s: npt.NDArray[np.float64]
    table: Table
    home: Region | None = None
    start: Region | None = None
    learnt: bool = False
    divisor: int = 1
    warnings: tuple[str, ...] = ()

    def fits(self, model: Model, clip: str) -> bool:
        """Whether this can be carried on with these networks on this clip."""
        return (self.model, self.clip) == (model, clip)

    @property
    def finished(self) -> bool:
        return self.table.done == len(self.times_s)

    def pose(self) -> Pose:
        """The result; Refused while frames are missing."""
        if not self.finished:
            raise Refused("The body points of this clip were not all found yet.", "Let the search finish.")
        return Pose(self.model, self.times_s, self.size, self.table.points, self.table.sure, self.warnings)


def mark_of(times_s: npt.NDArray[np.float64], size: tuple[int, int]) -> str:
    """By which a clip's frames are known again."""
    shape = struct.pack("<qqq", len(times_s), *size)
    return hashlib.sha256(shape + np.ascontiguousarray(times_s, dtype="<f8").tobytes()).hexdigest()


def to_bytes(progress: Progress) -> bytes:
    """All of it, to be kept (encrypted) beside the clip; about 250 bytes a frame."""
    head = _Head(
        progress.model,
        progress.clip,
        progress.size,
        len(progress.times_s),
        progress.table.done,
        _place(progress.home),
        _place(progress.start),
        progress.learnt,
        progress.divisor,
        progress.warnings,
    )
    written = msgspec.json.encode(head)
    body = zlib.compress(b"".join(part.tobytes() for part in _parts(progress)), 1)
    content = struct.pack("<I", len(written)) + written + body
    return MARK + hashlib.sha256(content).digest() + content


def from_bytes(stored: bytes) -> Progress:
    """What `to_bytes` wrote; Refused if it is something else, or not a byte as it was."""
    content = stored[len(MARK) + 32 :]
    if not stored.startswith(MARK) or hashlib.sha256(content).digest() != stored[len(MARK) : len(MARK) + 32]:
        raise Refused(NOT_OURS, ANEW)
    try:
        length = int(struct.unpack_from("<I", content)[0])
        head = msgspec.json.decode(content[4 : 4 + length], type=_Head)
        return _read(head, zlib.decompress(content[4 + length :]))
    except (struct.error, msgspec.DecodeError, zlib.error, ValueError) as trouble:
        raise Refused(NOT_OURS, ANEW) from trouble


def _parts(progress: Progress) -> tuple[npt.NDArray[np.generic], ...]:
    table = progress.table
    times = np.ascontiguousarray(progress.times_s, dtype="<f8")
    parts = (table.points, table.sure, table.bodies, table.looked)
    floats = (np.ascontiguousarray(one, "<f4") for one in parts)
    return (times, *floats, np.ascontiguousarray(table.company, "i1"))


def _read(head: _Head, numbers: bytes) -> Progress:
    n = head.frames
    at = 0

    def part(kind: str, *shape: int) -> npt.NDArray[np.generic]:
        nonlocal at
        count = int(np.prod(shape))
        values = np.frombuffer(numbers, dtype=kind, count=count, offset=at).reshape(shape).copy()
        at += values.nbytes
        return values

    times = part("<f8", n)
    points, sure, bodies, looked = (
        part("<f4", *shape) for shape in ((n, len(POINTS), NUMBERS), (n,), (n, 4), (n, 4))
    )
    company = part("i1", n)
    table = Table(
        points.astype(np.float32),
        sure.astype(np.float32),
        bodies.astype(np.float32),
        looked.astype(np.float32),
        company.astype(np.int8),
        head.done,
    )
    return Progress(
        head.model,
        head.clip,
        head.size,
        times.astype(np.float64),
        table,
        None if head.home is None else Region(*head.home),
        None if head.start is None else Region(*head.start),
        head.learnt,
        head.divisor,
        head.warnings,
    )


def _place(region: Region | None) -> tuple[float, float, float] | None:
    return None if region is None else (region.x, region.y, region.side)
