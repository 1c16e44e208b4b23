"""A backup archive (.rcb): a head in the clear, then everything else sealed under the backup key.

    "RCBACK1" 00 | bytes of the head u32 LE | head: JSON | sealed body (sealed.py), in parts (parts.py)
    body, plain: files one behind another | manifest: JSON | bytes of the manifest u64 LE

The head tells whose records these are, when, where the audit ended, and who can open them (the key
file). It names no client. Its SHA-256 is the id of the body, so a changed head opens nothing. Films are
encrypted already; they stand in the archive, or in media-pool/ beside it when they did not change.
"""

import hashlib
import os
import re
import struct
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec

from runclinic.records import disk, parts
from runclinic.records.keys import KeyFile
from runclinic.records.sealed import CHUNK, Sealed, Sealing
from runclinic.refused import Refused

FORMAT = "runclinic-backup-1"
ENDING = ".rcb"
POOL = "media-pool"
_MAGIC = b"RCBACK1\0"
_LONGEST_HEAD = 512 * 1024
_LONGEST_MANIFEST = 256 * 1024 * 1024
_INSIDE = re.compile(r"runclinic\.db|media/[0-9a-f]{2}/[0-9a-f-]{36}(\.[a-z0-9][a-z0-9._-]{0,80})?\.rcm")
_OLDER = "Use an older backup."


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What anyone can read of an archive; `head` is the end of the audit, "seq:16 hex digits"."""

    format: str
    store_id: str
    at: str
    head: str
    keys: KeyFile


class Member(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file of the store: where it belongs, what it is; `offset` in the body, or -1 in the pool."""

    path: str
    size: int
    sha256: bytes
    offset: int = -1
    mark: bytes = b""


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that an archive holds; `lost` names what was gone when it was made, `salvaged` what broke."""

    members: tuple[Member, ...]
    rows: dict[str, int]
    migrations: tuple[str, ...]
    lost: tuple[str, ...] = ()
    salvaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A file that goes into an archive; with a digest it is in the pool already."""

    path: str
    file: Path
    mark: bytes = b""
    pooled: bytes = b""


@dataclass(frozen=True, slots=True)
class Content:
    """What a manifest says besides its members."""

    rows: dict[str, int]
    migrations: tuple[str, ...]
    lost: tuple[str, ...] = ()
    salvaged: tuple[str, ...] = ()


def write(
    target: Path, head: Head, key: bytes, sources: Sequence[Source], content: Content
) -> Generator[int, None, Manifest]:
    """A new archive, flushed; yields the bytes done. Closed at a yield, or failing, it leaves nothing."""
    made = parts.Split(target)
    try:
        text = msgspec.json.encode(head)
        opening = _MAGIC + struct.pack("<I", len(text)) + text
        made.write(opening)
        sealing, members, done = Sealing(made, key, _body_id(opening)), [], 0
        for source in sources:
            if source.pooled:
                size = source.file.stat().st_size
                members.append(Member(source.path, size, source.pooled, mark=source.mark))
                continue
            digest, start = hashlib.sha256(), done
            with source.file.open("rb", buffering=0) as given:
                while block := given.read(CHUNK):
                    digest.update(block)
                    sealing.write(block)
                    done += len(block)
                    yield done
            members.append(Member(source.path, done - start, digest.digest(), start, source.mark))
        manifest = Manifest(tuple(members), content.rows, content.migrations, content.lost, content.salvaged)
        listed = msgspec.json.encode(manifest)
        sealing.write(listed + struct.pack("<Q", len(listed)))
        sealing.finish()
        made.close()
    except BaseException:
        made.abandon()
        raise
    return manifest


def _body_id(opening: bytes) -> bytes:
    return hashlib.sha256(opening).digest()[:16]


def head_of(path: Path) -> Head:
    """The clear head of an archive, whoever wrote it; Refused if the file is no archive."""
    return _head(path)[0]


def _head(path: Path) -> tuple[Head, bytes]:
    try:
        with path.open("rb") as opened:
            start = opened.read(len(_MAGIC) + 4)
            length = struct.unpack("<I", start[len(_MAGIC) :])[0] if len(start) == len(_MAGIC) + 4 else 0
            text = opened.read(length) if length <= _LONGEST_HEAD else b""
    except FileNotFoundError as missing:
        raise Refused(f"There is no backup {path}.", "Choose another file.") from missing
    except OSError as trouble:
        raise _unreadable(path) from trouble
    if not start.startswith(_MAGIC):
        raise Refused(f"The file {path.name} is no backup of RunClinic.", "Choose a file ending in .rcb.")
    try:
        head = msgspec.json.decode(text, type=Head)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Refused(f"The beginning of the backup {path.name} is damaged.", _OLDER) from wrong
    if head.format != FORMAT:
        raise Refused("This backup was made by a newer RunClinic.", "Install the newest RunClinic.")
    return head, start + text


class Archive:
    """An archive that its key has opened: its head, its manifest, and any file in it."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Refused if it is damaged, cut off, or another key's."""
        self.path = path
        self.head, opening = _head(path)
        try:
            joined = parts.Joined(path)
        except OSError as trouble:
            raise _unreadable(path) from trouble
        try:
            self._body = Sealed(joined, key, _body_id(opening), start=len(opening))
        except Refused as refused:
            joined.close()
            raise self._damaged() from refused
        try:
            self.manifest = self._read_manifest()
        except BaseException:
            self._body.close()
            raise

    def _read_manifest(self) -> Manifest:
        size = self._body.size
        length = struct.unpack("<Q", self._read(size - 8, 8))[0] if size >= 8 else 0
        if not 0 < length <= min(size - 8, _LONGEST_MANIFEST):
            raise self._damaged()
        try:
            manifest = msgspec.json.decode(self._read(size - 8 - length, length), type=Manifest)
        except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
            raise self._damaged() from wrong
        if not all(_INSIDE.fullmatch(member.path) for member in manifest.members):
            raise self._damaged()  # nothing of it is ever written outside the data folder
        return manifest

    def member(self, path: str) -> Member:
        """A file by its place in the store."""
        found = next((member for member in self.manifest.members if member.path == path), None)
        if found is None:
            raise self._damaged()
        return found

    def taken_out(self, member: Member, target: Path) -> Generator[int, None, None]:
        """One file as it was, flushed and compared with the manifest; nothing half-made is left."""
        try:
            with os.fdopen(disk.create(target), "wb") as made:
                for block, done in self._blocks(member):
                    made.write(block)
                    yield done
                made.flush()
                os.fsync(made.fileno())
        except BaseException:
            target.unlink(missing_ok=True)
            raise

    def checked(self, member: Member) -> Generator[int, None, None]:
        """Read one file as the medium gives it; Refused if it is not what was written."""
        for _, done in self._blocks(member):
            yield done

    def _blocks(self, member: Member) -> Generator[tuple[bytes, int], None, None]:
        digest, done = hashlib.sha256(), 0
        try:
            for block in self._inside(member) if member.offset >= 0 else self._in_pool(member):
                digest.update(block)
                done += len(block)
                yield block, done
        except OSError as trouble:
            raise self._gone(member) from trouble
        except Refused as refused:
            raise self._damaged() from refused
        if done != member.size or digest.digest() != member.sha256:
            raise self._gone(member) if member.offset < 0 else self._damaged()

    def _inside(self, member: Member) -> Generator[bytes, None, None]:
        self._body.seek(member.offset)
        left = member.size
        while left and (block := self._body.read(min(CHUNK, left))):
            left -= len(block)
            yield block

    def _in_pool(self, member: Member) -> Generator[bytes, None, None]:
        pooled = pool_file(self.path.parent, member.sha256)
        parts.forget(pooled)
        with parts.Joined(pooled) as opened:
            while block := opened.read(CHUNK):
                yield block

    def _read(self, place: int, size: int) -> bytes:
        self._body.seek(place)
        try:
            return self._body.read(size)
        except Refused as refused:
            raise self._damaged() from refused

    def _damaged(self) -> Refused:
        return Refused(f"The backup {self.path.name} is damaged, cut off or of another clinic.", _OLDER)

    def _gone(self, member: Member) -> Refused:
        return Refused(
            f"A film of the backup {self.path.name} is missing or damaged in {POOL} beside it"
            f" ({member.path}).",
            f"Keep the folder {POOL} together with the backups; use an older backup.",
        )

    def close(self) -> None:
        self._body.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _unreadable(path: Path) -> Refused:
    return Refused(f"The backup {path.name} cannot be read.", "Check the stick or disk it lies on.")


def pool_file(folder: Path, sha256: bytes) -> Path:
    """Where a film lies beside the archives that hold it."""
    name = sha256.hex()
    return folder / POOL / name[:2] / f"{name}.rcm"


def archives_in(folder: Path, store_id: str) -> list[tuple[Path, Head]]:
    """The archives of a clinic in a folder, oldest first; what is no archive is passed over."""
    found = []
    try:
        candidates = sorted(folder.glob(f"*{ENDING}"))
    except OSError:
        return []
    for path in candidates:
        try:
            head = head_of(path)
        except Refused:
            continue
        if head.store_id == store_id:
            found.append((path, head))
    return sorted(found, key=lambda each: (each[1].at, each[0].name))


def is_archive(path: Path) -> bool:
    """Whether a file begins as an archive does."""
    try:
        with path.open("rb") as opened:
            return opened.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False
