"""A clinic in a folder that goes away: what the benches of the records share."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from runclinic import records
from runclinic.demo.clinic import CLINIC
from runclinic.records import Store
from runclinic.records.keys import Cost
from runclinic.records.visits import VisitRow
from runclinic.visit.client import Client

WORDS = "four words make sense"


@contextmanager
def clinic(cost: Cost | None = None) -> Iterator[Store]:
    """A new clinic, unlocked; its password as dear as this laptop affords, unless a `cost` is given."""
    with (
        tempfile.TemporaryDirectory() as folder,
        records.create(Path(folder) / "home", CLINIC, "Marta Okafor", "MO", WORDS, cost=cost) as store,
    ):
        yield store


def visit(store: Store) -> tuple[Client, VisitRow]:
    """A client and her first visit."""
    client = store.clients.add(given_name="Hanna", family_name="Lindqvist", born=date(1992, 5, 2))
    return client, store.visits.start(client.id, date.today())
