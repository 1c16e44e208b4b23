"""A file encrypted in chunks, read at any place without a plain copy.

    header 64 B: "RCCLIP1" 00 | chunk bytes u32 LE | algorithm u8 (1: AES-256-GCM) | 3 zero | id 16 | salt 32
    body: chunks of 1 MiB, a 16-byte tag behind each
    nonce: 3 zero | chunk number u64 BE | 1 on the last chunk, else 0; the header is associated data
    key: HKDF-SHA256(key of the client, salt, "runclinic clip v1" + id)

The construction of STREAM (Hoang, Reyhanitabar, Rogaway and Vizar 2015) as in the age format: a chunk
that is changed, moved, missing or added does not open.
"""

import hashlib
import io
import os
import struct
import threading
from collections import OrderedDict
from collections.abc import Generator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from runclinic.records import disk
from runclinic.records.keys import derive
from runclinic.refused import Refused

CHUNK = 1024 * 1024
TAG = 16
HEADER = 64
_MAGIC = b"RCCLIP1\0"
_SHAPE = struct.Struct("<8sIB3x16s32s")
_AES_256_GCM = 1
_KEPT_CHUNKS = 8


class Writable(Protocol):
    """What takes sealed bytes."""

    def write(self, data: bytes, /) -> object: ...


def sealed_bytes(plain: int) -> int:
    """The size on the disk of a file of `plain` bytes."""
    chunks = max(1, -(-plain // CHUNK))
    return HEADER + plain + TAG * chunks


def _cipher(client_key: bytes, header: bytes) -> AESGCM:
    _, _, _, file_id, salt = _SHAPE.unpack(header)
    return AESGCM(derive(client_key, b"runclinic clip v1" + file_id, salt))


def mark(path: Path) -> bytes:
    """What tells one sealed file from every other: its header, in which the salt is 32 random bytes."""
    with path.open("rb", buffering=0) as file:
        return hashlib.sha256(_exactly(file, HEADER)).digest()


def _nonce(chunk: int, *, last: bool) -> bytes:
    return bytes(3) + chunk.to_bytes(8, "big") + bytes([last])


class Sealing:
    """Plain bytes in, in pieces of any size; sealed chunks out to a file that is only written to."""

    def __init__(self, made: Writable, key: bytes, file_id: bytes) -> None:
        self._header = _SHAPE.pack(_MAGIC, CHUNK, _AES_256_GCM, file_id, os.urandom(32))
        self._cipher = _cipher(key, self._header)
        self._made = made
        self._held, self._number = bytearray(), 0
        made.write(self._header)

    def write(self, plain: bytes | memoryview) -> None:
        """More of it; what may be the last chunk is held back until `finish`."""
        self._held += plain
        while len(self._held) > CHUNK:
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def finish(self) -> None:
        """The last chunk, which tells that nothing is missing."""
        self._put(bytes(self._held), last=True)
        self._held.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._made.write(self._cipher.encrypt(_nonce(self._number, last=last), chunk, self._header))
        self._number += 1


def seal(
    source: BinaryIO, target: Path, client_key: bytes, file_id: bytes
) -> Generator[int, None, tuple[bytes, int]]:
    """Encrypt all of `source` into a new file, flushed; yields the bytes done, returns (SHA-256, bytes).

    The SHA-256 is of the plain bytes. If it fails or is closed at a yield, nothing is left.
    """
    digest, done = hashlib.sha256(), 0
    descriptor = disk.create(target)
    try:
        with os.fdopen(descriptor, "wb") as made:
            sealing = Sealing(made, client_key, file_id)
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                sealing.write(chunk)
                done += len(chunk)
                yield done
            sealing.finish()
            made.flush()
            os.fsync(made.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return digest.digest(), done


class Sealed(io.BufferedIOBase):
    """A sealed file as a plain one: read, seek and tell at any place, on any thread.

    PyAV (`av.open`) and OpenCV's stream capture read it as it is. Refused, at opening or at a read,
    where it is missing, damaged, cut off, or another file than the one asked for.
    """

    def __init__(
        self, path: "Path | io.RawIOBase", client_key: bytes, file_id: bytes, *, start: int = 0
    ) -> None:
        """A file by its path, or one that is open already and belongs to this reader from now on.

        `start` is where the sealed part begins in it.
        """
        self._turn = threading.Lock()
        self._chunks: OrderedDict[int, bytes] = OrderedDict()
        self._place = 0
        self._file = _opened(path) if isinstance(path, Path) else path
        self._start = start
        try:
            self._file.seek(start)
            self._header = _exactly(self._file, HEADER)
            body = self._file.seek(0, os.SEEK_END) - start - HEADER
            self._count = -(-body // (CHUNK + TAG))
            self._size = body - TAG * self._count
            self._refuse_other(file_id, body)
            self._cipher = _cipher(client_key, self._header)
            self._plain(self._count - 1)  # the last chunk tells whether anything was cut off
        except OSError as trouble:
            self._file.close()
            raise _unreadable() from trouble
        except BaseException:
            self._file.close()
            raise

    def _refuse_other(self, file_id: bytes, body: int) -> None:
        if len(self._header) < HEADER or body < TAG or self._size < CHUNK * (self._count - 1):
            raise _damaged()
        magic, chunk, algorithm, found_id, _ = _SHAPE.unpack(self._header)
        if (magic, chunk, algorithm, found_id) != (_MAGIC, CHUNK, _AES_256_GCM, file_id):
            raise _damaged()

    def _plain(self, number: int) -> bytes:
        """One chunk decrypted; the last few stay at hand."""
        if number in self._chunks:
            self._chunks.move_to_end(number)
            return self._chunks[number]
        try:
            self._file.seek(self._start + HEADER + number * (CHUNK + TAG))
            sealed = _exactly(self._file, CHUNK + TAG)
        except OSError as trouble:
            raise _unreadable() from trouble
        try:
            plain = self._cipher.decrypt(_nonce(number, last=number == self._count - 1), sealed, self._header)
        except InvalidTag as wrong:
            raise _damaged() from wrong
        self._chunks[number] = plain
        if len(self._chunks) > _KEPT_CHUNKS:
            self._chunks.popitem(last=False)
        return plain

    @property
    def size(self) -> int:
        """Plain bytes."""
        return self._size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        self._refuse_closed()
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._refuse_closed()
        with self._turn:
            start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}.get(whence)
            if start is None or start + offset < 0:
                raise ValueError(f"no place in the file: {offset} from {whence}")
            self._place = start + offset
            return self._place

    def read(self, size: int | None = -1) -> bytes:
        self._refuse_closed()
        with self._turn:
            left = max(0, self._size - self._place)
            wanted = left if size is None or size < 0 else min(size, left)
            parts: list[bytes] = []
            while wanted:
                number, within = divmod(self._place, CHUNK)
                part = self._plain(number)[within : within + wanted]
                parts.append(part)
                self._place += len(part)
                wanted -= len(part)
            return parts[0] if len(parts) == 1 else b"".join(parts)

    def read1(self, size: int = -1) -> bytes:
        return self.read(size)

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        found = self.read(len(view))
        view[: len(found)] = found
        return len(found)

    def readinto1(self, buffer: Any) -> int:
        return self.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._chunks.clear()
            self._file.close()
        super().close()

    def _refuse_closed(self) -> None:
        if self.closed:
            raise ValueError("the kept file is closed")


def _opened(path: Path) -> io.RawIOBase:
    try:
        return path.open("rb", buffering=0)
    except FileNotFoundError as missing:
        raise Refused(
            "The kept file is missing.", "Restore it from a backup, or import it again."
        ) from missing
    except OSError as trouble:
        raise _unreadable() from trouble


def _exactly(file: io.RawIOBase, size: int) -> bytes:
    """A raw file may give less than asked for."""
    parts: list[bytes] = []
    while size and (part := file.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _damaged() -> Refused:
    return Refused("The kept file is damaged.", "Restore it from a backup, or import it again.")


def _unreadable() -> Refused:
    return Refused("The kept file cannot be read.", "Check the disk and who may read it.")
