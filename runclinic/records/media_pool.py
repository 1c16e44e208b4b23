"""Films of backups, each once: `media-pool/` beside the archives that hold them."""

import os
import uuid
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from runclinic.records import archive, disk, parts, sealed
from runclinic.records.archive import POOL, Archive, Source
from runclinic.refused import Refused


def gathered(media: Path, ids: frozenset[str]) -> list[Source]:
    """The encrypted files of these films and papers, and what is kept beside them."""
    found = sorted(media.glob("[0-9a-f][0-9a-f]/*.rcm"))
    return [
        Source(f"media/{file.parent.name}/{file.name}", file, sealed.mark(file))
        for file in found
        if file.name[:36] in ids and file.stat().st_size
    ]


class Pool:
    """What lies in the pool of a folder, and what one backup adds to it.

    A film never changes, and its header (with a random salt) tells it from every other: the last archive
    tells which are there already, so that those are not even read.
    """

    def __init__(self, folder: Path, store_id: str, key: bytes, *, deep: bool = False) -> None:
        """`deep`: what is there already is read too, and put right where it broke."""
        self._folder, self._deep = folder, deep
        self._known = _known(folder, store_id, key)
        self._new: dict[bytes, Path] = {}
        self._mended: set[bytes] = set()
        self.rotten: list[str] = []

    def new_bytes(self, films: Sequence[Source]) -> int:
        """How much `take_in` will copy."""
        return sum(film.file.stat().st_size for film in films if not self._pooled(film))

    def take_in(self, films: Sequence[Source]) -> Generator[int, None, list[Source]]:
        """All of these films in the pool; yields bytes done."""
        done, taken = 0, []
        for film in films:
            work = self._one(film)
            try:
                while True:
                    yield done + next(work)
            except StopIteration as finished:
                digest, copied = finished.value
            finally:
                work.close()
            done += copied
            taken.append(replace(film, pooled=digest))
        return taken

    def _one(self, film: Source) -> Generator[int, None, tuple[bytes, int]]:
        """The digest of one film that is in the pool now, and how much was copied for it."""
        pooled = self._pooled(film)
        if pooled and self._deep and (yield from self._broke(pooled)):
            self._mended.add(pooled)
            pooled = b""
        if pooled:
            return pooled, 0
        digest = yield from self._copied(film.file)
        if self._known.get(film.mark, digest) != digest:
            self.rotten.append(film.path)  # a film never changes: these are not the bytes of before
        return digest, film.file.stat().st_size

    def _broke(self, digest: bytes) -> Generator[int, None, bool]:
        reading = parts.digested(archive.pool_file(self._folder, digest))
        try:
            while True:
                next(reading)
                yield 0
        except StopIteration as finished:
            return finished.value != digest
        except OSError:
            return True

    def is_new(self, digest: bytes) -> bool:
        """Whether this backup put it there: then it is to be read back."""
        return digest in self._new or digest in self._mended

    def take_back(self) -> None:
        """What this backup added, away again."""
        for film in self._new.values():
            with suppress(OSError):
                parts.remove(film)
                film.parent.rmdir()  # only if nothing else is in it
        with suppress(OSError):
            (self._folder / POOL).rmdir()
        self._new.clear()

    def _pooled(self, film: Source) -> bytes:
        """The digest of a film that is there already, or nothing."""
        digest = self._known.get(film.mark, b"")
        if not digest:
            return b""
        there = archive.pool_file(self._folder, digest)
        return digest if parts.size_of(there) == film.file.stat().st_size else b""

    def _copied(self, file: Path) -> Generator[int, None, bytes]:
        part = disk.make_folder(self._folder / POOL) / f"{uuid.uuid4()}.part"
        try:
            digest = yield from self._linked(file, part)
            target = archive.pool_file(self._folder, digest)
            if parts.parts_of(target):  # unknown or broken: other archives may need it, so it stays for good
                self._mended.add(digest)
                parts.remove(target)
            else:
                self._new[digest] = target
            disk.make_folder(target.parent)
            parts.move(part, target)
        finally:
            with suppress(OSError):
                parts.remove(part)
        return digest

    def _linked(self, file: Path, part: Path) -> Generator[int, None, bytes]:
        """On the disk of the records a film needs no room twice: it gets a second name."""
        if self._folder.stat().st_dev == file.stat().st_dev and file.stat().st_size <= parts.PART:
            with suppress(OSError):
                os.link(file, part)
        if part.exists():
            return (yield from parts.digested(part))
        return (yield from parts.copied(file, part))


def _known(folder: Path, store_id: str, key: bytes) -> dict[bytes, bytes]:
    """Mark and digest of each film of the newest archive that opens."""
    for path, _ in reversed(archive.archives_in(folder, store_id)):
        with suppress(Refused), Archive(path, key) as opened:
            members = opened.manifest.members
            return {member.mark: member.sha256 for member in members if member.offset < 0 and member.mark}
    return {}
