"""Films that come bit by bit, encrypted as they come: cut from a longer one, coded anew, or from a camera.

What a camera films lies in pieces of half a second, each sealed and on the disk by itself, until the film
is whole: a crash or a power cut costs the last ones, and the rest is found again.
"""

import hashlib
import io
import json
import os
import queue
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from runclinic.records import disk, sealed
from runclinic.records.sealed import Sealed, Sealing
from runclinic.refused import Refused

LARGEST = 4 * disk.GIB  # as of a film that is taken in whole
PIECE_EVERY_S = 0.5
LOOK_FOR_ROOM_EVERY = 64 * 1024 * 1024
ENDED = Refused("The recording ended: the disk is full or fails.", "What was filmed before is kept.")
FOLDER = "recording"
_ABOUT = "about"
FULL = Refused("The film is not kept: the disk is full or fails.", "Free some space and try again.")


@dataclass(frozen=True, slots=True)
class Made:
    """A sealed file that is whole: SHA-256 and size of its plain bytes."""

    digest: bytes
    bytes: int


class Growing:
    """A new sealed file: `write` to it, then `finish` it, or `drop` it, and nothing is left.

    Refused where the disk is full or fails, and above 4 GiB.
    """

    def __init__(self, part: Path, key: bytes, file_id: bytes) -> None:
        self._part = part
        self._digest, self._bytes, self._looked_at = hashlib.sha256(), 0, 0
        disk.make_folder(part.parent)
        disk.refuse_little_room(part.parent, 0)
        try:
            self._file = os.fdopen(disk.create(part), "wb")
            self._sealing = Sealing(self._file, key, file_id)
        except OSError as trouble:
            raise FULL from trouble

    def write(self, data: bytes, /) -> int:
        """More of it."""
        self._bytes += len(data)
        if self._bytes > LARGEST:
            raise Refused("The film is larger than 4 GiB.", "Choose a shorter part.")
        if self._bytes - self._looked_at > LOOK_FOR_ROOM_EVERY:
            self._looked_at = self._bytes
            disk.refuse_little_room(self._part.parent, LOOK_FOR_ROOM_EVERY)
        try:
            self._sealing.write(data)
        except OSError as trouble:
            raise FULL from trouble
        self._digest.update(data)
        return len(data)

    def finish(self) -> Made:
        """The rest, on the disk."""
        try:
            self._sealing.finish()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as trouble:
            raise FULL from trouble
        return Made(self._digest.digest(), self._bytes)

    def drop(self) -> None:
        """Nothing of it stays, unless it was finished and moved away."""
        with suppress(OSError):  # closing a file whose disk is full may fail once more
            self._file.close()
        self._part.unlink(missing_ok=True)


class Pieces:
    """A film as a camera gives it: half a second at a time to the disk, on a thread of its own.

    A camera does not wait for a disk, so `write` never does either; what failed there it says at its next
    call. `finish` waits until all is on the disk.
    """

    def __init__(self, folder: Path, key: bytes, about: dict[str, str]) -> None:
        self.folder = folder
        self._key = key
        self._held = bytearray()
        self._given = time.monotonic()
        self._failure: Refused | None = None
        self._queue: queue.Queue[bytes | None] = queue.Queue()
        disk.make_folder(folder)
        _put(_piece(folder, _ABOUT), json.dumps(about).encode(), key, _piece_id(folder, _ABOUT))
        self._thread = threading.Thread(target=self._keep_on, name="recording", daemon=True)
        self._thread.start()

    def write(self, data: bytes, /) -> int:
        """More of it. Refused once the disk is full or fails."""
        if self._failure is not None:
            raise self._failure
        self._held += data
        if time.monotonic() - self._given >= PIECE_EVERY_S:
            self._hand_on()
        return len(data)

    def finish(self) -> None:
        """All of it on the disk. Refused if that failed."""
        self._hand_on()
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        if self._failure is not None:
            raise self._failure

    def give_up(self) -> None:
        """The film ended in trouble: what can be written still is, and nothing more is said."""
        with suppress(Refused):
            self.finish()

    def drop(self) -> None:
        """Nothing was filmed: nothing stays."""
        self.give_up()
        clear(self.folder)

    def _hand_on(self) -> None:
        self._given = time.monotonic()
        if self._held:
            self._queue.put(bytes(self._held))
            self._held.clear()

    def _keep_on(self) -> None:
        number = 0
        while (piece := self._queue.get()) is not None:
            if self._failure is not None:
                continue
            number += 1
            try:
                disk.refuse_little_room(self.folder, len(piece))
                _put(
                    _piece(self.folder, f"{number:06d}"),
                    piece,
                    self._key,
                    _piece_id(self.folder, f"{number:06d}"),
                )
            except OSError:
                self._failure = ENDED
            except Refused as refused:
                self._failure = refused


def about(folder: Path, key: bytes) -> dict[str, str]:
    """What was said of a recording when it began; empty if that can no longer be read."""
    with (
        suppress(Refused, ValueError),
        Sealed(_piece(folder, _ABOUT), key, _piece_id(folder, _ABOUT)) as kept,
    ):
        return {str(name): str(value) for name, value in json.loads(kept.read()).items()}
    return {}


def pieces(folder: Path, key: bytes) -> Iterator[bytes]:
    """The pieces of a recording in order, up to the first that is not whole."""
    for number in range(1, len(list(folder.glob("*.piece"))) + 1):
        name = f"{number:06d}"
        try:
            with Sealed(_piece(folder, name), key, _piece_id(folder, name)) as kept:
                content = kept.read()
        except Refused:
            return
        yield content


def gather(folder: Path, key: bytes, growing: Growing) -> Generator[float, None, None]:
    """The pieces of a recording in one film; yields progress 0 to 1. Refused if there is none."""
    whole = max(1, len(list(folder.glob("*.piece"))) - 1)
    done = 0
    for piece in pieces(folder, key):
        growing.write(piece)
        done += 1
        yield min(1.0, done / whole)
    if not done:
        raise Refused("Nothing of this recording reached the disk.", "Film again.")


def clear(folder: Path) -> None:
    """A recording that is kept as a film, or not wanted: its pieces go."""
    for piece in folder.glob("*.piece"):
        piece.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


def _put(path: Path, content: bytes, key: bytes, file_id: bytes) -> None:
    for _ in sealed.seal(io.BytesIO(content), path, key, file_id):
        pass


def _piece(folder: Path, name: str) -> Path:
    return folder / f"{name}.piece"


def _piece_id(folder: Path, name: str) -> bytes:
    return hashlib.sha256(f"{folder.name}/{name}".encode()).digest()[:16]
