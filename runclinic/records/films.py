"""Films of a runner: taken in as an encrypted copy, checked, and read without a plain one."""

import hashlib
import io
import re
import uuid
import weakref
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from runclinic.records import clients, disk, growing, orphans, sealed
from runclinic.records.access import AccessLog
from runclinic.records.clock import stamp
from runclinic.records.database import Row
from runclinic.records.growing import Growing, Pieces
from runclinic.records.sealed import Sealed
from runclinic.records.session import Session
from runclinic.refused import Refused

LARGEST = 4 * disk.GIB
_COPYING = 0.7  # of the progress; reading the copy back is the rest
_BESIDE = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}")

FilmState: TypeAlias = Literal["ready", "missing"]
Check: TypeAlias = Callable[[Sealed], object]


@dataclass(frozen=True, slots=True)
class Film:
    """A film in the vault; `bytes` and `sha256` (hex) are of the file that was taken in."""

    id: str
    client_id: str
    name: str
    sha256: str
    bytes: int
    at: str
    state: FilmState


class Films:
    """The films of all clients."""

    def __init__(self, session: Session, access: AccessLog) -> None:
        self._session = session
        self._access = access
        self._media = session.home / "media"
        self._incoming = session.home / "incoming"
        self._readers: weakref.WeakSet[Sealed] = weakref.WeakSet()

    def take_in(
        self, path: Path, client_id: str, visit_id: str, check: Check | None = None
    ) -> Generator[float, None, str]:
        """Copy a film into the vault: encrypt, read back, compare, and only then keep it.

        Yields progress 0..1 and returns the film's id; `check` is given the encrypted copy to open
        before it is kept, and refuses what is no film. Closed at a yield, or refused, it leaves
        nothing; the source is never touched. The same file again gives the film that is there,
        put back if it was damaged or gone.
        Refused: no file, empty, over 4 GiB, changed meanwhile, too little room, unreadable.
        """
        return (yield from _only_forward(self._taken_in(path, client_id, visit_id, check)))

    def _taken_in(
        self, path: Path, client_id: str, visit_id: str, check: Check | None
    ) -> Generator[float, None, str]:
        key = self._key(client_id)
        self._refuse_other_visit(client_id, visit_id)
        expected = _refuse_no_film(path)
        disk.make_folder(self._incoming)
        disk.refuse_little_room(self._incoming, sealed.sealed_bytes(expected))
        film_id = str(uuid.uuid4())
        part = self._incoming / f"{film_id}.part"
        try:
            digest = yield from self._copied(path, part, key, film_id, expected)
            known = self._same(client_id, digest)
            if known:
                if (yield from self._still_whole(known, key, digest, expected)):
                    self._show_in(visit_id, known, client_id)
                    return known
                part.unlink()
                film_id = known
                digest = yield from self._copied(path, part, key, film_id, expected)
            yield from self._read_back(part, key, film_id, digest, expected)
            if check is not None:
                with Sealed(part, key, _id_bytes(film_id)) as copy:
                    check(copy)
            self._keep(part, _Kept(film_id, client_id, visit_id, path.name, digest, expected))
        finally:
            part.unlink(missing_ok=True)
        yield 1.0
        return film_id

    def open(self, film_id: str) -> Sealed:
        """A film to read, decrypted where it is read; Refused if it is missing or damaged."""
        row = self._row(film_id)
        reader = Sealed(self.file(film_id), self._key(row["client_id"]), _id_bytes(film_id))
        self._access.viewed(row["client_id"])
        self._readers.add(reader)
        return reader

    def get(self, film_id: str) -> Film:
        """A film's row; Refused if there is none of this id."""
        return self._film(self._row(film_id))

    def of(self, visit_id: str) -> tuple[Film, ...]:
        """The films of a visit, in the order taken in."""
        rows = self._session.database.rows(
            "SELECT media.* FROM media JOIN visit_media ON media.id = media_id"
            " WHERE visit_id = ? AND kind = 'video' ORDER BY visit_media.at, media.at",
            (visit_id,),
        )
        return tuple(self._film(row) for row in rows)

    def keep_beside(self, film_id: str, name: str, content: bytes) -> None:
        """Something large made from a film (landmarks, frame times), encrypted beside it; replaces its like.

        `name` tells model and version, such as "landmarks-blazepose-1".
        """
        key = self._key(self._row(film_id)["client_id"])
        target = self._beside(film_id, name)
        disk.make_folder(self._incoming)
        disk.refuse_little_room(self._incoming, sealed.sealed_bytes(len(content)))
        part = self._incoming / f"{uuid.uuid4()}.part"
        try:
            for _ in sealed.seal(io.BytesIO(content), part, key, _beside_id(film_id, name)):
                pass
            disk.move(part, target)
        except OSError as trouble:
            part.unlink(missing_ok=True)
            raise Refused("This was not kept: the disk is full or fails.", "Free some space.") from trouble

    def beside(self, film_id: str, name: str) -> bytes | None:
        """What `keep_beside` kept; None if nothing, or if it no longer opens: it can be made again."""
        target = self._beside(film_id, name)
        if not target.exists():
            return None
        key = self._key(self._row(film_id)["client_id"])
        with suppress(Refused), Sealed(target, key, _beside_id(film_id, name)) as kept:
            return kept.read()
        return None

    @contextmanager
    def filling_beside(self, film_id: str, name: str) -> Iterator[Growing]:
        """Something as large as a film, written bit by bit; kept beside it only if nothing fails."""
        key = self._key(self._row(film_id)["client_id"])
        target = self._beside(film_id, name)
        part = self._incoming / f"{uuid.uuid4()}.part"
        making = Growing(part, key, _beside_id(film_id, name))
        try:
            yield making
            making.finish()
            disk.move(part, target)
        except OSError as trouble:
            raise growing.FULL from trouble
        finally:
            making.drop()

    def open_beside(self, film_id: str, name: str) -> Sealed | None:
        """The same to read; None if it is not there, or no longer whole: it can be made again."""
        target = self._beside(film_id, name)
        if not target.exists():
            return None
        client_id = self._row(film_id)["client_id"]
        try:
            reader = Sealed(target, self._key(client_id), _beside_id(film_id, name))
        except Refused:
            return None
        self._access.viewed(client_id)
        self._readers.add(reader)
        return reader

    def drop_beside(self, film_id: str, name: str) -> None:
        """What was kept beside a film under this name is there no longer."""
        self._beside(film_id, name).unlink(missing_ok=True)

    def trim_beside(self, name: str, proof: str, most_bytes: int, *, but: str) -> None:
        """Of all that is kept under `name` the oldest go, each with its `proof`, down to `most_bytes`.

        Those of the film `but` stay.
        """
        found = [(file.stat(), file) for file in self._media.glob(f"[0-9a-f][0-9a-f]/*.{name}.rcm")]
        total = sum(about.st_size for about, _ in found)
        for about, file in sorted(found, key=lambda each: each[0].st_mtime):
            film_id = file.name[:36]
            if total > most_bytes and film_id != but:
                self.drop_beside(film_id, proof)
                self.drop_beside(film_id, name)
                total -= about.st_size

    def fill(
        self,
        client_id: str,
        visit_id: str,
        name: str,
        write: Callable[[Growing], Generator[float, None, object]],
    ) -> Generator[float, None, str]:
        """A new film that `write` writes, a long work itself; read back, and only then kept.

        Yields progress 0..1 and returns the film's id. Closed at a yield, or refused, it leaves nothing.
        """
        key = self._key(client_id)
        self._refuse_other_visit(client_id, visit_id)
        film_id = str(uuid.uuid4())
        part = self._incoming / f"{film_id}.part"
        making = Growing(part, key, _id_bytes(film_id))
        try:
            yield from _shared(write(making), _COPYING)
            made = making.finish()
            yield from self._read_back(part, key, film_id, made.digest, max(1, made.bytes))
            self._keep(part, _Kept(film_id, client_id, visit_id, name, made.digest, made.bytes))
        except OSError as trouble:
            raise growing.FULL from trouble
        finally:
            making.drop()
        yield 1.0
        return film_id

    def filming(self, client_id: str, visit_id: str, name: str) -> Pieces:
        """A film that a camera gives, on the disk as it comes: write to it, then `keep_filmed`."""
        self._refuse_other_visit(client_id, visit_id)
        folder = self._incoming / f"{growing.FOLDER}.{uuid.uuid4()}.{visit_id}"
        return Pieces(folder, self._key(client_id), {"name": name})

    def cut_off(self, visit_id: str) -> tuple[Path, ...]:
        """Recordings of a visit that no film was made of: RunClinic or the computer stopped meanwhile."""
        return tuple(sorted(self._incoming.glob(f"{growing.FOLDER}.*.{visit_id}")))

    def keep_filmed(self, client_id: str, visit_id: str, folder: Path) -> Generator[float, None, str]:
        """Make a film of what was filmed; progress and failures as `fill`. Its pieces go once it is kept."""
        key = self._key(client_id)
        name = growing.about(folder, key).get("name", folder.name)
        film_id = yield from self.fill(
            client_id, visit_id, name, lambda making: growing.gather(folder, key, making)
        )
        growing.clear(folder)
        return film_id

    def file(self, film_id: str) -> Path:
        """Where a film's encrypted file lies."""
        return self._media / film_id[:2] / f"{film_id}.rcm"

    def sweep(self) -> tuple[str, ...]:
        """After a crash: half-made files away, files of no film aside; the names of the latter."""
        known = {row["id"] for row in self._session.database.rows("SELECT id FROM media")}
        known |= {row["id"] for row in self._session.database.rows("SELECT id FROM document")}
        return orphans.sweep(self._session.home, known, self._session.clock())

    def orphans(self) -> tuple[tuple[str, int], ...]:
        """Files that belong to no film and no paper, with their bytes; they go after 30 days."""
        return orphans.listed(self._session.home)

    def close(self) -> None:
        """All open films closed: their keys go with the lock."""
        for reader in list(self._readers):
            reader.close()

    def _copied(
        self, path: Path, part: Path, key: bytes, film_id: str, expected: int
    ) -> Generator[float, None, bytes]:
        try:
            with path.open("rb") as source:
                sealing = sealed.seal(source, part, key, _id_bytes(film_id))
                digest, size = yield from _scaled(sealing, expected, 0.0, _COPYING)
        except OSError as trouble:
            raise _unreadable(path, trouble) from trouble
        if size != expected:
            raise Refused(
                f"The file {path.name} changed while it was read.", "Wait until it is copied whole."
            )
        return digest

    def _read_back(
        self, part: Path, key: bytes, film_id: str, digest: bytes, expected: int
    ) -> Generator[float, None, None]:
        """Refused unless the encrypted copy gives the very bytes that were read."""
        again, done = hashlib.sha256(), 0
        with Sealed(part, key, _id_bytes(film_id)) as copy:
            while block := copy.read(sealed.CHUNK):
                again.update(block)
                done += len(block)
                yield _COPYING + (0.99 - _COPYING) * done / expected
        if again.digest() != digest:
            raise Refused("The copy of the film is not what was read.", "Check the disk and try again.")

    def _still_whole(
        self, film_id: str, key: bytes, digest: bytes, expected: int
    ) -> Generator[float, None, bool]:
        """Whether the film that is there gives its bytes; if not, the new copy takes its place."""
        try:
            yield from self._read_back(self.file(film_id), key, film_id, digest, expected)
        except Refused:
            return False
        return True

    def _keep(self, part: Path, kept: "_Kept") -> None:
        target = self.file(kept.id)
        disk.make_folder(target.parent)
        disk.move(part, target)
        try:
            with self._session.database.writing():
                self._add_row(kept)
                self._show_in(kept.visit_id, kept.id, kept.client_id)
        except BaseException:
            target.unlink(missing_ok=True)
            raise

    def _add_row(self, kept: "_Kept") -> None:
        """A row for a film that has none yet."""
        database = self._session.database
        if database.one("SELECT 1 FROM media WHERE id = ?", (kept.id,)) is None:
            database.insert(
                "media",
                {
                    "id": kept.id,
                    "client_id": kept.client_id,
                    "kind": "video",
                    "name": kept.name,
                    "sha256": kept.digest,
                    "bytes": kept.bytes,
                    "stored_bytes": sealed.sealed_bytes(kept.bytes),
                    "state": "ready",
                    "at": stamp(self._session.clock()),
                    "who": self._session.therapist.id,
                },
            )

    def _show_in(self, visit_id: str, film_id: str, client_id: str) -> None:
        with self._session.database.writing():
            self._session.database.run(
                "INSERT INTO visit_media (visit_id, media_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (visit_id, film_id, stamp(self._session.clock())),
            )
            self._access.note("film", "media", film_id, client_id, visit=visit_id)

    def _same(self, client_id: str, digest: bytes) -> str | None:
        """Her film of the same bytes; never compared across clients."""
        row = self._session.database.one(
            "SELECT id FROM media WHERE client_id = ? AND sha256 = ? AND state = 'ready'", (client_id, digest)
        )
        return row["id"] if row else None

    def _row(self, film_id: str) -> Row:
        row = self._session.database.one("SELECT * FROM media WHERE id = ?", (film_id,))
        if row is None:
            raise Refused("This film is not in the records.", "Choose it from the visit's page.")
        return row

    def _key(self, client_id: str) -> bytes:
        key = clients.key_of(self._session.database, client_id)
        if key is None:
            raise Refused(
                "The records of this client are not there, or were erased.", "Search for her by name."
            )
        return key

    def _refuse_other_visit(self, client_id: str, visit_id: str) -> None:
        hers = self._session.database.one(
            "SELECT 1 FROM visit WHERE id = ? AND client_id = ?", (visit_id, client_id)
        )
        if hers is None:
            raise Refused("This visit is not one of this client's.", "Choose it from the client's page.")

    def _beside(self, film_id: str, name: str) -> Path:
        if not _BESIDE.fullmatch(name):
            raise ValueError(f"no name of a file beside a film: {name!r}")
        film = self.file(film_id)
        return film.with_name(f"{film_id}.{name}.rcm")

    def _film(self, row: Row) -> Film:
        """A row as a film."""
        return Film(
            id=row["id"],
            client_id=row["client_id"],
            name=row["name"],
            sha256=row["sha256"].hex(),
            bytes=row["bytes"],
            at=row["at"],
            state="ready" if self.file(row["id"]).is_file() else "missing",
        )


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is known of a film when its copy has been proven."""

    id: str
    client_id: str
    visit_id: str
    name: str
    digest: bytes
    bytes: int


def _scaled(
    work: Generator[int, None, tuple[bytes, int]], whole: int, start: float, end: float
) -> Generator[float, None, tuple[bytes, int]]:
    """Bytes done as a share of the progress."""
    try:
        while True:
            yield start + (end - start) * min(1.0, next(work) / whole)
    except StopIteration as finished:
        return finished.value
    finally:
        work.close()


def _shared(work: Generator[float, None, object], end: float) -> Generator[float, None, None]:
    """Progress from 0 to `end`."""
    try:
        for share in work:
            yield end * share
    finally:
        work.close()


def _only_forward(work: Generator[float, None, str]) -> Generator[float, None, str]:
    """Progress that never goes back, though a film that was damaged is copied twice."""
    furthest = 0.0
    try:
        while True:
            furthest = max(furthest, next(work))
            yield furthest
    except StopIteration as finished:
        return finished.value
    finally:
        work.close()


def _refuse_no_film(path: Path) -> int:
    """The size of a file to take in."""
    try:
        if not path.is_file():
            raise Refused(f"{path.name or path} is not a file.", "Choose the film itself.")
        size = path.stat().st_size
    except OSError as trouble:
        raise _unreadable(path, trouble) from trouble
    if size == 0:
        raise Refused(f"The file {path.name} is empty.", "Copy it from the camera again.")
    if size > LARGEST:
        raise Refused(
            f"The file {path.name} is larger than 4 GiB ({size / disk.GIB:.1f} GiB).",
            "Cut it and import the part.",
        )
    return size


def _unreadable(path: Path, trouble: OSError) -> Refused:
    if trouble.filename is None or Path(trouble.filename) != path:
        return Refused(
            "The film was not taken in: the disk is full or fails.", "Free some space and try again."
        )
    return Refused(f"The file {path.name} cannot be read.", "Check the card or stick it lies on.")


def _id_bytes(record_id: str) -> bytes:
    return uuid.UUID(record_id).bytes


def _beside_id(film_id: str, name: str) -> bytes:
    return hashlib.sha256(f"{film_id}/{name}".encode()).digest()[:16]
