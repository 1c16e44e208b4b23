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
from typing import Any, BinaryIO

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


def sealed_bytes(plain: int) -> int:
    """The size on the disk of a file of `plain` bytes."""
    chunks = max(1, -(-plain // CHUNK))
    return HEADER + plain + TAG * chunks


def _cipher(client_key: bytes, header: bytes) -> AESGCM:
    _, _, _, file_id, salt = _SHAPE.unpack(header)
    return AESGCM(derive(client_key, b"runclinic clip v1" + file_id, salt))


def _nonce(chunk: int, *, last: bool) -> bytes:
    return bytes(3) + chunk.to_bytes(8, "big") + bytes([last])


def seal(
    source: BinaryIO, target: Path, client_key: bytes, file_id: bytes
) -> Generator[int, None, tuple[bytes, int]]:
    """Encrypt all of `source` into a new file, flushed; yields the bytes done, returns (SHA-256, bytes).

    The SHA-256 is of the plain bytes. If it fails or is closed at a yield, nothing is left.
    """
    header = _SHAPE.pack(_MAGIC, CHUNK, _AES_256_GCM, file_id, os.urandom(32))
    cipher, digest, done = _cipher(client_key, header), hashlib.sha256(), 0
    descriptor = disk.create(target)
    try:
        with os.fdopen(descriptor, "wb") as made:
            made.write(header)
            coming, number = source.read(CHUNK), 0
            while True:
                chunk, coming = coming, source.read(CHUNK)
                digest.update(chunk)
                made.write(cipher.encrypt(_nonce(number, last=not coming), chunk, header))
                done, number = done + len(chunk), number + 1
                if not coming:
                    break
                yield done
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

    def __init__(self, path: Path, client_key: bytes, file_id: bytes) -> None:
        self._turn = threading.Lock()
        self._chunks: OrderedDict[int, bytes] = OrderedDict()
        self._place = 0
        try:
            self._file = path.open("rb", buffering=0)
        except FileNotFoundError as missing:
            raise Refused(
                "The kept file is missing.", "Restore it from a backup, or import it again."
            ) from missing
        except OSError as trouble:
            raise _unreadable() from trouble
        try:
            self._header = self._file.read(HEADER) or b""
            body = os.fstat(self._file.fileno()).st_size - HEADER
            self._count = -(-body // (CHUNK + TAG))
            self._size = body - TAG * self._count
            self._refuse_other(file_id, body)
            self._cipher = _cipher(client_key, self._header)
            self._plain(self._count - 1)  # the last chunk tells whether anything was cut off
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
            self._file.seek(HEADER + number * (CHUNK + TAG))
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


def _exactly(file: io.FileIO, size: int) -> bytes:
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
