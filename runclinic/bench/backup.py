"""A backup with a gigabyte of films: how long, how much memory, and whether it comes back byte for byte."""

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path

from runclinic.bench import desk
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.records import Store, restore
from runclinic.records.archive import ENDING
from runclinic.records.keys import FLOOR
from runclinic.refused import Refused

FILM_BYTES, PIECE = 1000**3, 4 << 20
MEMORY_WITHIN_MB, WRITE_WITHIN_S = 200.0, 0.25
CANCELLED_AFTER = 0.3  # of the way


def bench() -> Result:
    """In a process of its own, whose memory is looked at: a film in, a backup cancelled, one made, restored.

    Its password costs 64 MiB to stretch, the least that is accepted: else that would be the most memory.
    """
    done = subprocess.run(
        [sys.executable, __file__],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
        env=dict(os.environ),
    )
    if done.returncode:
        raise Refused("The backup could not be measured.", done.stderr.strip()[-300:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    figures = (
        Figure("taking in 1 GB of film", "s", (found["take_in_s"],)),
        Figure("backup of it, read back", "s", (found["backup_s"],)),
        Figure("restore of it", "s", (found["restore_s"],)),
        Figure("longest wait of an answer meanwhile", "s", (found["waited_s"],), WRITE_WITHIN_S),
        Figure("memory at most", "MB", (found["memory_mb"],), MEMORY_WITHIN_MB),
        Figure("files left of a cancelled backup", "", (found["left"],), 0),
        Figure("films that came back changed", "", (found["changed"],), 0),
    )
    return Result(
        "backup", figures, {"backup / taking in": found["backup_s"] / found["take_in_s"]}, peak_mb()
    )


def _measured() -> dict[str, float]:
    with desk.clinic(FLOOR) as store:
        client, visit = desk.visit(store)
        folder = store.home.parent
        source, stick = folder / "film.mp4", folder / "stick"
        stick.mkdir()
        digest = _film(source)
        took, film_id = _walked(store.films.take_in(source, client.id, visit.id))
        source.unlink()
        work = store.backups.make_file(stick / "cancelled")
        while next(work) < CANCELLED_AFTER:
            pass
        work.close()
        left = len(list(stick.iterdir()))
        typing = _Typing(store, visit.id)
        backup_s, made = _walked(store.backups.make_file(stick / "made"))
        waited_s = typing.ended()
        store.close()
        restore_s, _ = _walked(restore.restore(stick / f"made{ENDING}", folder / "other", desk.WORDS))
        changed = _digest(folder / "other", str(film_id)) != digest
    return {
        "take_in_s": took,
        "backup_s": backup_s,
        "restore_s": restore_s,
        "memory_mb": peak_mb(),
        "left": left,
        "waited_s": waited_s,
        "changed": float(changed),
        "bytes": float(getattr(made, "bytes", 0)),
    }


class _Typing:
    """Fifty answers a second on a thread of their own; the longest wait of one, in seconds."""

    def __init__(self, store: Store, visit_id: str) -> None:
        self._store, self._visit_id = store, visit_id
        self._over, self._longest = threading.Event(), 0.0
        self._thread = threading.Thread(target=self._type)
        self._thread.start()

    def _type(self) -> None:
        number = 0
        while not self._over.wait(0.02):
            began = time.perf_counter()
            self._store.visits.append(self._visit_id, "history/typing", number)
            self._longest = max(self._longest, time.perf_counter() - began)
            number += 1

    def ended(self) -> float:
        self._over.set()
        self._thread.join()
        return self._longest


def _film(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as out:
        for _ in range(FILM_BYTES // PIECE):
            piece = os.urandom(PIECE)
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


def _digest(home: Path, film_id: str) -> str:
    from runclinic import records

    ((who, _),) = records.therapists(home)
    digest = hashlib.sha256()
    with records.unlock(home, who, desk.WORDS) as store, store.films.open(film_id) as film:
        while piece := film.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _walked(work: Generator[float, None, object]) -> tuple[float, object]:
    """Seconds, and what it returned."""
    began = time.perf_counter()
    while True:
        try:
            next(work)
        except StopIteration as end:
            return time.perf_counter() - began, end.value


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measured()) + "\n")
