"""A transfer file "*.rct": a zip in sealed chunks under six words; no plain copy of it, and read with care.

    magic 8 B "RCTRANS1" | salt 16 | STREAM (sealed.py) of a zip, under Argon2id(words, salt)

The cost of the words stands in the format, not in the file, so that no file can make it cheap, or endless.
"""

import io
import os
import re
import stat
import zipfile
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self

from argon2.low_level import Type, hash_secret_raw

from runclinic.exports.client_file import FHIR_NAME, NAME, SCHEMA_NAME
from runclinic.records import disk, passphrase
from runclinic.records.keys import Cost
from runclinic.records.sealed import CHUNK, Sealed, Sealing
from runclinic.refused import Refused

MAGIC = b"RCTRANS1"
SALT = 16
ENDING = ".rct"
COST = Cost(128 * 1024, 3, 4)
"""Twice the memory of RFC 9106 (2021), second choice: six words must hold against a stolen file."""
LARGEST = 4 * disk.GIB
MOST_MEMBERS = 10_000
MOST_RATIO = 100
LARGEST_TEXT = 256 * 1024 * 1024
_SMALL = 1024 * 1024  # below it a few repeated bytes may well shrink a hundredfold
_ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MEMBER = re.compile(
    rf"({re.escape(NAME)}|{re.escape(SCHEMA_NAME)}|{re.escape(FHIR_NAME)}|films/{_ID}|documents/{_ID}\.pdf)"
)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the zip; `opened` gives what it is read from, `bytes` how much that is."""

    name: str
    bytes: int
    opened: Callable[[], BinaryIO]


def _key(words: str, salt: bytes, cost: Cost) -> bytes:
    return hash_secret_raw(words.encode(), salt, cost.passes, cost.m_kib, cost.lanes, 32, Type.ID)


class _Out(io.RawIOBase):
    """What the zip is written to: sealed as it comes, never sought in."""

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride] -- zipfile gives bytes
        self._sealing.write(data)
        return len(data)


def pack(
    target: Path, words: str, members: Iterable[Member], *, cost: Cost = COST
) -> Generator[float, None, None]:
    """Write a transfer file; yields progress 0..1. Failed or closed at a yield, it leaves nothing.

    Refused if it cannot be written there. Only tests give a `cost`.
    """
    listed = list(members)
    whole, done = max(1, sum(each.bytes for each in listed)), 0
    part = target.with_name(f".{target.name}.part")
    salt = os.urandom(SALT)
    key = _key(passphrase.tidy(words), salt, cost)
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(disk.create(part), "wb") as made:
            made.write(MAGIC + salt)
            sealing = Sealing(made, key, salt)
            with zipfile.ZipFile(_Out(sealing), "w", allowZip64=True) as packed:
                for each in listed:
                    for size in _packed(packed, each):
                        done += size
                        yield min(1.0, done / whole)
            sealing.finish()
            made.flush()
            os.fsync(made.fileno())
        disk.move(part, target)
    except OSError as trouble:
        raise Refused(f"“{target}” cannot be written.", "Choose another folder, or make room.") from trouble
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _packed(packed: zipfile.ZipFile, member: Member) -> Generator[int]:
    """One member, in pieces; films and papers are as small as they get."""
    about = zipfile.ZipInfo(member.name, date_time=(1980, 1, 1, 0, 0, 0))
    about.compress_type = zipfile.ZIP_DEFLATED if member.name.endswith(".json") else zipfile.ZIP_STORED
    about.file_size = member.bytes
    about.external_attr = (stat.S_IFREG | 0o600) << 16
    with member.opened() as source, packed.open(about, "w", force_zip64=member.bytes >= 2**31) as inside:
        while piece := source.read(CHUNK):
            inside.write(piece)
            yield len(piece)


class Bundle:
    """A transfer file that was opened: its members are known ones, and within all limits."""

    def __init__(self, sealed: Sealed, packed: zipfile.ZipFile) -> None:
        self._sealed = sealed
        self._zip = packed
        self._known = {each.filename: each for each in packed.infolist()}

    def has(self, name: str) -> bool:
        return name in self._known

    def text(self, name: str) -> bytes:
        """A member as a whole; Refused if it is missing, damaged, or too long to be read at once."""
        if self._info(name).file_size > LARGEST_TEXT:
            raise _too_large(name)
        with self.open(name) as member:
            try:
                return member.read(LARGEST_TEXT)
            except (zipfile.BadZipFile, EOFError) as wrong:
                raise _damaged() from wrong

    def open(self, name: str) -> BinaryIO:
        """A member to read; Refused if it is not there."""
        try:
            return self._zip.open(self._info(name))  # type: ignore[return-value]
        except (zipfile.BadZipFile, RuntimeError) as wrong:
            raise _damaged() from wrong

    def size(self, name: str) -> int:
        """Plain bytes of a member."""
        return self._info(name).file_size

    def _info(self, name: str) -> zipfile.ZipInfo:
        if name not in self._known:
            raise Refused(f"The transfer file lacks {name}.", "Ask for it again; nothing was taken in.")
        return self._known[name]

    def close(self) -> None:
        self._zip.close()
        self._sealed.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.close()


def open_bundle(path: Path, words: str, *, cost: Cost = COST) -> Bundle:
    """A transfer file; Refused, with nothing written, if it is none, is damaged, or is made to harm.

    Over 4 GiB, more than 10,000 members, a member that unpacks to over 100 times its size, a path that
    leads elsewhere, a link or a device, or a name that no transfer file has. Only tests give a `cost`.
    """
    typed = passphrase.tidy(words)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(len(MAGIC) + SALT)
    except OSError as trouble:
        raise Refused(f"The file {path.name} cannot be read.", "Check its name and the stick.") from trouble
    if head[: len(MAGIC)] != MAGIC or len(head) < len(MAGIC) + SALT:
        raise Refused(f"The file {path.name} is no transfer file of RunClinic.", "Its name ends in .rct.")
    if size > LARGEST:
        raise _too_large(path.name)
    salt = head[len(MAGIC) :]
    try:
        sealed = Sealed(path.open("rb", buffering=0), _key(typed, salt, cost), salt, start=len(head))
    except Refused as wrong:
        raise Refused(
            "These words do not open the transfer file, or it is damaged.",
            "Compare the words; copy the file again.",
        ) from wrong
    try:
        return Bundle(sealed, _checked(sealed))
    except BaseException:
        sealed.close()
        raise


def _checked(sealed: Sealed) -> zipfile.ZipFile:
    """The zip, none of whose members is more than it should be; read from its directory alone."""
    try:
        packed = zipfile.ZipFile(sealed)
    except (zipfile.BadZipFile, ValueError, OverflowError, MemoryError) as wrong:
        raise _damaged() from wrong
    members = packed.infolist()
    if len(members) > MOST_MEMBERS:
        raise _harmful(f"it holds {len(members)} files, and {MOST_MEMBERS} are allowed")
    if len({each.filename for each in members}) != len(members):
        raise _harmful("a file stands in it twice")
    for each in members:
        _refuse_harmful(each)
    if sum(each.compress_size for each in members) > sealed.size:
        raise _damaged()
    if sum(each.file_size for each in members) > LARGEST:
        raise _harmful("it unpacks to more than 4 GiB")
    return packed


def _refuse_harmful(each: zipfile.ZipInfo) -> None:
    mode = each.external_attr >> 16
    name = each.orig_filename
    if PurePosixPath(name).is_absolute() or ".." in name.replace("\\", "/").split("/") or ":" in name:
        raise _harmful("a path in it leads elsewhere")
    if mode and not stat.S_ISREG(mode):
        raise _harmful("it holds a link or a device")
    if each.file_size > LARGEST:
        raise _harmful("it unpacks to more than 4 GiB")
    if each.file_size > max(_SMALL, MOST_RATIO * each.compress_size):
        raise _harmful("a file in it unpacks to more than 100 times its size")
    if not _MEMBER.fullmatch(name) or each.flag_bits & 0x1:
        raise _harmful("it holds a file that no transfer file has")


def _harmful(why: str) -> Refused:
    return Refused(f"The transfer file was not opened: {why}.", "Ask who sent it; nothing was taken in.")


def _too_large(name: str) -> Refused:
    return Refused(f"{name} is larger than RunClinic takes in.", "Nothing was taken in.")


def _damaged() -> Refused:
    return Refused("The transfer file is damaged.", "Copy it again; nothing was taken in.")
