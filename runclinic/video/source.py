"""Where a clip's bytes come from, and what is said when they are no clip."""

import hashlib
import io
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from runclinic.refused import Refused

COPY_AGAIN = "Copy it from the phone again."
NOT_A_VIDEO = "This file is not a video or was cut off while copying."
NO_PICTURE = "There is no picture in this file."
PHOTO = "This is a photo, not a clip."
PROTECTED = "This clip is protected or badly damaged; it cannot be used."
CHOOSE_VIDEO = "Choose a video file."
TOO_SLOW = "This clip takes too long to open."
TAKE_A_RANGE = "Take in the seconds that you need of it."
OPENS_WITHIN_S = 10.0
FINGERPRINT_BLOCK = 1 << 20

# First bytes of still pictures: PNG, JPEG, GIF, BMP, TIFF (both byte orders).
PHOTO_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
# Brands of the ISO file type box that phones give to still pictures (ISO/IEC 23008-12; AVIF).
PHOTO_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif")
TAGGED_SOUND = b"ID3"
SNIFFED = 16

EBML_HEADER, EBML_SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
TRANSPORT_PACKETS = (188, 192, 204)


class Watched:
    """A reader with a place of its own, whose failures are not lost and which does not read for ever.

    FFmpeg takes some failures for the end of the file. Several of these may share one reader on one
    thread. Until `in_time()` is called, a read later than `OPENS_WITHIN_S` raises `Refused`.
    """

    def __init__(self, reader: BinaryIO) -> None:
        self._reader = reader
        self._failure: Exception | None = None
        self._at = 0
        self._until = time.monotonic() + OPENS_WITHIN_S

    def read(self, size: int = -1) -> bytes:
        try:
            self.refuse_late()
            self._reader.seek(self._at)
            data = self._reader.read(size)
        except Exception as failure:
            self._failure = self._failure or failure
            raise
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_CUR:
            offset, whence = self._at + offset, io.SEEK_SET
        try:
            self._at = self._reader.seek(offset, whence)
        except Exception as failure:
            self._failure = self._failure or failure
            raise
        return self._at

    def tell(self) -> int:
        return self._at

    def again(self) -> "Watched":
        """The same file from its start, for one more use of it."""
        return Watched(self._reader)

    def refuse_late(self) -> None:
        """Raises `Refused` once opening takes too long."""
        if time.monotonic() > self._until:
            raise Refused(TOO_SLOW, TAKE_A_RANGE)

    def in_time(self) -> None:
        """Opening is done: from here on reading may take its time."""
        self._until = math.inf

    def raise_what_failed(self) -> None:
        """Raises what a read failed with, if any did: `Refused` as it stands, or in words."""
        if isinstance(self._failure, Refused):
            raise self._failure
        if self._failure is not None:
            raise Refused(f"This file cannot be read to its end ({self._failure}).", COPY_AGAIN) from None


def opened(source: str | Path | BinaryIO) -> tuple[BinaryIO, bool]:
    """A seekable reader at its start, and whether it was opened here (and is ours to close).

    Raises `Refused` for a missing file, a folder, a file without the right to read, an empty file, and
    a still picture; each with one plain sentence.
    """
    ours = isinstance(source, str | Path)
    reader = _file(Path(source)) if isinstance(source, str | Path) else source
    try:
        _refuse_what_is_no_clip(reader)
    except BaseException:
        if ours:
            reader.close()
        raise
    return reader, ours


def _file(path: Path) -> BinaryIO:
    if path.is_dir():
        raise Refused(f"{path.name or path} is a folder, not a clip.", "Choose the file in it.")
    if path.exists() and not path.is_file():
        raise Refused(f"{path.name} is not a file.", CHOOSE_VIDEO)
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise Refused(f"There is no file {path}.", "Choose it again.") from None
    except PermissionError:
        raise Refused(
            f"You have no right to read {path.name}.", "Copy it to a folder of your own first."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused(f"{path.name} cannot be read ({reason}).", COPY_AGAIN) from None


def _refuse_what_is_no_clip(reader: BinaryIO) -> None:
    try:
        reader.seek(0)
        start = reader.read(SNIFFED)
        reader.seek(0)
    except (OSError, io.UnsupportedOperation) as error:
        raise Refused(f"This file cannot be read ({error}).", COPY_AGAIN) from None
    if not start:
        raise Refused(NOT_A_VIDEO, COPY_AGAIN)
    if start.startswith(TAGGED_SOUND):
        raise Refused(NO_PICTURE, CHOOSE_VIDEO)
    if is_photo(start):
        raise Refused(PHOTO, CHOOSE_VIDEO)


def is_photo(start: bytes) -> bool:
    """Whether a file that begins so (16 bytes) is a still picture."""
    webp = start[:4] == b"RIFF" and start[8:12] == b"WEBP"
    still_brand = start[4:8] == b"ftyp" and start[8:12] in PHOTO_BRANDS
    return webp or still_brand or start.startswith(PHOTO_STARTS)


def is_short(reader: Watched, container: str) -> bool:
    """Whether the file ends before its own header says so (Matroska, AVI) or within a packet (TS)."""
    length = reader.seek(0, io.SEEK_END)
    reader.seek(0)
    start = reader.read(128)
    if "matroska" in container:
        return length < _matroska_length(start)
    if container == "avi":
        return length < int.from_bytes(start[4:8], "little") + 8
    return container == "mpegts" and all(length % size for size in TRANSPORT_PACKETS)


def _matroska_length(start: bytes) -> int:
    """Where the segment ends by its own size; 0 where the header does not say (RFC 8794, 6)."""
    place = start.find(EBML_SEGMENT) + len(EBML_SEGMENT)
    if not start.startswith(EBML_HEADER) or place < len(EBML_SEGMENT):
        return 0
    width = 9 - start[place].bit_length()
    size = int.from_bytes(start[place : place + width], "big") & ((1 << 7 * width) - 1)
    unknown = size == (1 << 7 * width) - 1
    return 0 if unknown else place + width + size


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """By which a file is known again: its length in bytes and its SHA-256 (hex)."""

    length: int
    sha256: str


def fingerprint(reader: BinaryIO) -> Fingerprint:
    """Reads the whole file once; the reader is left at its start."""
    reader.seek(0)
    digest, length = hashlib.sha256(), 0
    while block := reader.read(FINGERPRINT_BLOCK):
        digest.update(block)
        length += len(block)
    reader.seek(0)
    return Fingerprint(length, digest.hexdigest())
