"""A clinic in a temporary folder; its password is cheap to guess, which only tests may ask for."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from runclinic import records
from runclinic.records import Store
from runclinic.records.keys import Cost
from runclinic.visit.client import Client

CHEAP = Cost(8, 1, 1)
PASSWORD = "purple tractor lemon sky"


@dataclass
class Clock:
    """A clock that stands until it is moved on."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 20, 9, 30, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def on(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Clinic:
    """The folder of a clinic, and how a test opens it."""

    home: Path
    clock: Clock
    stores: list[Store] = field(default_factory=list)

    def make(self) -> Store:
        self.stores.append(
            records.create(
                self.home,
                {"name": "Riverside Physio", "phone": "555 0100"},
                "Mira Testwell",
                "MT",
                PASSWORD,
                cost=CHEAP,
                clock=self.clock,
            )
        )
        return self.stores[-1]

    def unlock(self, password: str = PASSWORD) -> Store:
        (therapist, _), *_ = records.therapists(self.home)
        self.stores.append(records.unlock(self.home, therapist, password, floor=CHEAP, clock=self.clock))
        return self.stores[-1]

    def files(self) -> dict[str, bytes]:
        """All that lies in the folder: to see that nothing was written."""
        if not self.home.exists():
            return {}
        return {
            str(path.relative_to(self.home)): path.read_bytes() if path.is_file() else b""
            for path in sorted(self.home.rglob("*"))
        }


@pytest.fixture
def clinic(tmp_path) -> Generator[Clinic]:
    made = Clinic(tmp_path / "home", Clock())
    yield made
    for store in made.stores:
        store.close()


@pytest.fixture
def store(clinic) -> Store:
    return clinic.make()


@pytest.fixture
def zoe(store) -> Client:
    return store.clients.add(
        given_name="Zoë", family_name="Vandersloot", born=date(1990, 5, 17), phone="0412 345 678"
    )


@pytest.fixture
def visit(store, zoe) -> records.visits.VisitRow:
    return store.visits.start(zoe.id, date(2026, 11, 20))


def _noise(path: Path, seed: int) -> Path:
    """A film of 40 frames of noise: some megabytes."""
    chance = np.random.default_rng(seed)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=30, options={"qmin": "2", "qmax": "2", "g": "10"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for _ in range(40):
            noise = chance.integers(0, 255, (240, 320, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(noise, format="rgb24")))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="session")
def films(tmp_path_factory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("films")
    return {seed: _noise(folder / f"{seed}.mp4", seed) for seed in (7, 8)}


@pytest.fixture
def a_film(tmp_path, films) -> Callable[..., Path]:
    """A film of several chunks of the vault, under a name."""

    def made(name: str = "side.mp4", seed: int = 7) -> Path:
        return Path(shutil.copy(films[seed], tmp_path / name))

    return made


@pytest.fixture
def walked() -> Callable[[Generator], object]:
    """Long work to its end; its progress must only grow, within 0 and 1."""

    def to_the_end(work):
        last = 0.0
        while True:
            try:
                share = next(work)
            except StopIteration as end:
                return end.value
            assert last <= share <= 1
            last = share

    return to_the_end


@pytest.fixture
def stick(tmp_path) -> Path:
    """A folder for backups, as on a stick."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


class Nursery:
    """Starts workers (worker.py) in processes of their own and kills them without warning."""

    def __init__(self, home: Path) -> None:
        root = Path(__file__).resolve().parents[2]
        self._home = home
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("worker.py"))],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, what: str, *arguments: str) -> int:
        """A worker that has said "ready"; its process id."""
        self._process.stdin.write(json.dumps([what, str(self._home), *arguments]) + "\n")
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline())
        assert self._process.stdout.readline() == "ready\n"
        return pid

    def wait(self) -> list[str]:
        """What the worker has said until it was gone."""
        return list(iter(self._process.stdout.readline, "gone\n"))

    def kill(self, pid: int) -> list[str]:
        os.kill(pid, signal.SIGKILL)
        return self.wait()

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@pytest.fixture
def nursery(clinic) -> Generator[Nursery]:
    made = Nursery(clinic.home)
    yield made
    made.close()
