"""From Enter to the list of clients: the password stretched on purpose, then all the rest."""

import tempfile
import time
from pathlib import Path

from runclinic import records
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.demo import clinic
from runclinic.records import keys

REPEATS = 5
WORDS = "four words make sense"
STRETCHED_WITHIN_S, LIST_WITHIN_S = 0.6, 1.0


def bench() -> Result:
    """A clinic made here with the cost that this laptop affords; unlocked, and its clients listed."""
    stretched: list[float] = []
    listed: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        records.create(home, clinic.CLINIC, "Marta Okafor", "MO", WORDS).close()
        file = keys.read(home / keys.NAME)
        ((who, _),) = records.therapists(home)
        for _ in range(REPEATS):
            began = time.perf_counter()
            keys.open_slot(file, who, WORDS).close()
            stretched.append(time.perf_counter() - began)
            began = time.perf_counter()
            with records.unlock(home, who, WORDS) as store:
                store.clients.recent()
                listed.append(time.perf_counter() - began)
        cost = file.slot(who).cost
    figures = (
        Figure(
            f"Argon2id, {cost.m_kib // 1024} MiB, {cost.passes} passes",
            "s",
            tuple(stretched),
            STRETCHED_WITHIN_S,
        ),
        Figure("password to the list of clients", "s", tuple(listed), LIST_WITHIN_S),
    )
    return Result("unlock", figures, {"list / Argon2id": figures[1].median / figures[0].median}, peak_mb())
