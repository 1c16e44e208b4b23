"""One long file as several short ones: sticks with FAT take no file over 4 GiB, old ones none over 2 GiB.

name, name.002, name.003 and so on; each is of PART bytes but the last.
"""

import hashlib
import io
import os
import sys
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

from runclinic.records import disk

PART = 2 * disk.GIB - 1024 * 1024
BLOCK = 1024 * 1024


def part_path(path: Path, number: int) -> Path:
    """The name of a part; the first carries the name itself."""
    return path if number == 1 else path.with_name(f"{path.name}.{number:03}")


def parts_of(path: Path) -> list[Path]:
    """The parts of a file that are there, in order."""
    found = []
    while (part := part_path(path, len(found) + 1)).is_file():
        found.append(part)
    return found


def size_of(path: Path) -> int:
    """The bytes of all parts together."""
    return sum(part.stat().st_size for part in parts_of(path))


def remove(path: Path) -> None:
    """All parts away, the last first: what is left of a removal that was cut off is seen as cut off."""
    for part in reversed(parts_of(path)):
        part.unlink(missing_ok=True)


def move(source: Path, target: Path) -> None:
    """All parts renamed, the first one last: only then is the file there. OSError if there are none."""
    for number in range(max(1, len(parts_of(source))), 0, -1):
        part_path(source, number).replace(part_path(target, number))
    with suppress(OSError):  # some sticks have no list of names to flush
        disk.sync_folder(target.parent)


class Split:
    """A new file, written from start to end in parts; each is on the medium when it is full or closed."""

    def __init__(self, path: Path, part_bytes: int | None = None) -> None:
        self._path, self._part_bytes = path, part_bytes or PART
        self._number, self._room = 0, 0
        self._file: io.BufferedWriter | None = None
        self.size = 0

    def write(self, data: bytes | memoryview, /) -> int:
        view = memoryview(data)
        while view:
            if self._room == 0:
                self._next()
            piece = view[: self._room]
            self._opened().write(piece)
            self._room -= len(piece)
            self.size += len(piece)
            view = view[len(piece) :]
        return len(data)

    def close(self) -> None:
        """Everything on the medium."""
        if self._file is not None:
            try:
                self._file.flush()
                os.fsync(self._file.fileno())
                _forget(self._file.fileno())
            finally:
                self._file.close()
                self._file = None

    def abandon(self) -> None:
        """Close, and leave nothing; a stick that is gone makes no trouble here."""
        with suppress(OSError):
            if self._file is not None:
                self._file.close()
        self._file = None
        for number in range(self._number, 0, -1):
            with suppress(OSError):
                part_path(self._path, number).unlink(missing_ok=True)

    def _next(self) -> None:
        self.close()
        descriptor = disk.create(part_path(self._path, self._number + 1))
        self._number += 1
        self._file = os.fdopen(descriptor, "wb")
        self._room = self._part_bytes

    def _opened(self) -> io.BufferedWriter:
        if self._file is None:
            raise ValueError("the file is closed")
        return self._file


class Joined(io.RawIOBase):
    """The parts of a file as the one that was written."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._files: list[io.FileIO] = []
        self._ends: list[int] = []
        try:
            for part in parts_of(path) or [path]:
                self._files.append(part.open("rb", buffering=0))
                end = os.fstat(self._files[-1].fileno()).st_size
                self._ends.append((self._ends or [0])[-1] + end)
        except BaseException:
            self.close()
            raise
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._ends[-1]}[whence]
        if start + offset < 0:
            raise OSError("no place in the file")
        self._place = start + offset
        return self._place

    def read(self, size: int = -1, /) -> bytes:
        wanted = max(0, self._ends[-1] - self._place)
        wanted = wanted if size < 0 else min(size, wanted)
        pieces: list[bytes] = []
        while wanted:
            number = next(n for n, end in enumerate(self._ends) if self._place < end)
            before = self._ends[number - 1] if number else 0
            self._files[number].seek(self._place - before)
            piece = self._files[number].read(min(wanted, self._ends[number] - self._place))
            if not piece:
                break
            pieces.append(piece)
            self._place += len(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def close(self) -> None:
        for file in self._files:
            file.close()
        super().close()


def copied(source: Path, target: Path) -> Generator[int, None, bytes]:
    """A new file of the same bytes, in parts and flushed; yields bytes done, returns the SHA-256.

    Closed at a yield, or failing, it leaves nothing.
    """
    digest, made, done = hashlib.sha256(), Split(target), 0
    try:
        with source.open("rb", buffering=0) as given:
            while block := given.read(BLOCK):
                digest.update(block)
                made.write(block)
                done += len(block)
                yield done
        made.close()
    except BaseException:
        made.abandon()
        raise
    return digest.digest()


def digested(path: Path) -> Generator[int, None, bytes]:
    """The SHA-256 of a file as its medium gives it back; yields bytes done."""
    digest, done = hashlib.sha256(), 0
    for part in parts_of(path) or [path]:
        with part.open("rb", buffering=0) as given:
            _forget(given.fileno())
            while block := given.read(BLOCK):
                digest.update(block)
                done += len(block)
                yield done
    return digest.digest()


def forget(path: Path) -> None:
    """Let the system forget what it holds of a file, so that reading asks the medium."""
    for part in parts_of(path):
        with part.open("rb", buffering=0) as opened:
            _forget(opened.fileno())


def _forget(descriptor: int) -> None:
    if sys.platform == "linux":
        with suppress(OSError):
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
