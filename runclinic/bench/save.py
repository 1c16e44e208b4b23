"""An answer to the disk: as the product writes it, and one row encrypted beside one row plain."""

import importlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from runclinic.bench import desk
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.records import driver

ANSWERS, ROWS = 400, 300
ANSWER_WITHIN_MS, OF_PLAIN = 10.0, 2.0
TABLE = "CREATE TABLE entry (seq INTEGER PRIMARY KEY, key TEXT, value TEXT, at TEXT, hash BLOB)"
INSERT = "INSERT INTO entry (key, value, at, hash) VALUES (?, ?, ?, ?)"
ROW = ("history/H22_worst", '{"value": 7}', "2026-11-26T09:30:00.000Z", bytes(32))
AS_THE_RECORDS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA secure_delete=ON")


def bench() -> Result:
    """Answers of a visit one by one; then rows turn about, each in a transaction that is flushed."""
    with desk.clinic() as store:
        _, visit = desk.visit(store)
        answers = [
            _ms(lambda n=n: store.visits.append(visit.id, f"history/H{n % 40}", f"answer {n}"))
            for n in range(ANSWERS)
        ]
        encrypted, plain = _rows(store.home)
    figures = (
        Figure("an answer, until it is on the disk", "ms", tuple(answers)),
        Figure("the same, p95", "ms", (float(np.percentile(answers, 95)),), ANSWER_WITHIN_MS),
        Figure("one row, encrypted", "ms", tuple(encrypted)),
        Figure("one row, plain SQLite", "ms", tuple(plain)),
        Figure("encrypted / plain", "x", (float(np.median(encrypted) / np.median(plain)),), OF_PLAIN),
    )
    return Result("save", figures, {}, peak_mb())


def _rows(folder: Path) -> tuple[list[float], list[float]]:
    sealed = driver.connect(folder / "sealed.db", os.urandom(32)).conn
    # The standard library's own, for comparison: nothing of the records ever goes through it.
    bare: Any = importlib.import_module("sqlite3").connect(folder / "plain.db", isolation_level=None)
    for setting in AS_THE_RECORDS:
        bare.execute(setting).fetchall()
    both: tuple[list[float], list[float]] = ([], [])
    for connection in (sealed, bare):
        connection.execute(TABLE)
    for _ in range(ROWS):
        for took, connection in zip(both, (sealed, bare), strict=True):
            took.append(_ms(lambda connection=connection: _one_row(connection)))
    for connection in (sealed, bare):
        connection.close()
    return both


def _one_row(connection: Any) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(INSERT, ROW)
    connection.execute("COMMIT")


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
