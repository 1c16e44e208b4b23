"""A name typed, among 20 000 clients; and a client opened who came thirty times."""

import os
import random
import time
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from runclinic import app
from runclinic.bench import desk
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.records import Store
from runclinic.ui.client import ClientPage

CLIENTS, VISITS, ANSWERS_EACH = 20_000, 30, 60
SEARCH_WITHIN_MS, OPEN_WITHIN_MS = 20.0, 100.0
GIVEN = (
    "Anna",
    "Zoë",
    "Maria",
    "Siobhán",
    "Ngozi",
    "Łucja",
    "Petra",
    "Inés",
    "Hanna",
    "Chloé",
    "Ayşe",
    "Mei",
)
FAMILY = ("van den Berg", "Schäfer", "O'Brien", "Okafor", "Lindqvist", "Kowalska", "Dubois", "Smith", "Ng")
TYPED = (
    "a",
    "m",
    "mar",
    "zoe",
    "zoe schaf",
    "van den",
    "siobh",
    "1990",
    "12.5.1990",
    "0412",
    "xx",
    "smith an",
)
REPEATS = 5


def bench() -> Result:
    """Every kind of thing that is typed, five times; then her page, painted."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qt = app.application()
    app.dressed()
    with desk.clinic() as store:
        client_id = _fill(store)
        searched = [
            _ms(lambda typed=typed: store.clients.search(typed)) for _ in range(REPEATS) for typed in TYPED
        ]
        opened = [_ms(lambda: _open(store, client_id)) for _ in range(20)]
        qt.processEvents()
    figures = (
        Figure(f"search among {CLIENTS} clients", "ms", tuple(searched)),
        Figure("the same, p95", "ms", (float(np.percentile(searched, 95)),), SEARCH_WITHIN_MS),
        Figure(f"a client with {VISITS} visits opened and painted", "ms", tuple(opened)),
        Figure("the same, p95", "ms", (float(np.percentile(opened, 95)),), OPEN_WITHIN_MS),
    )
    return Result("search", figures, {}, peak_mb())


def _fill(store: Store) -> str:
    chance = random.Random(20)  # noqa: S311 - names, no secret
    # One transaction: twenty thousand flushes would take minutes.
    with store._session.database.writing():  # noqa: SLF001
        for n in range(CLIENTS):
            store.clients.add(
                given_name=chance.choice(GIVEN),
                family_name=f"{chance.choice(FAMILY)} {n}",
                born=date(1960, 1, 1) + timedelta(days=chance.randrange(16_000)),
                phone=f"04{chance.randrange(10**8):08}",
                clinic_no=f"B{n:06}",
            )
        one = store.clients.add(given_name="Hanna", family_name="Thirty Times")
        for n in range(VISITS):
            visit = store.visits.start(one.id, date(2024, 1, 1) + timedelta(days=14 * n))
            for answer in range(ANSWERS_EACH):
                store.visits.append(visit.id, f"history/H{answer}", answer)
    return one.id


def _open(store: Store, client_id: str) -> None:
    """Her page, as the window makes it when she is chosen."""
    page = ClientPage(store, store.clients.get(client_id))
    page.show()
    page.grab()
    page.close()


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
