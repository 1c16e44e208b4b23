"""A clinic in a folder, unlocked, and a visit of an invented runner on the screen."""

from datetime import date

import pytest

from runclinic import records
from runclinic.records.keys import FLOOR
from runclinic.ui import look
from runclinic.ui.open_visit import OpenVisit

PASSWORD = "orchard violin sixty tide"
CLINIC = {"name": "Riverside Pelvic Health", "phone": "555 0142", "emergency_number": "112"}


@pytest.fixture(scope="session", autouse=True)
def _dressed(qapp):
    """Once: to dress an application is to draw every widget of it anew."""
    look.dress("light")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """One clinic for a file of tests: a password costs a good part of a second, by design."""
    home = tmp_path_factory.mktemp("clinic") / "home"
    with records.create(home, CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR) as store:
        yield store


@pytest.fixture
def client(store):
    return store.clients.add(given_name="Hanna", family_name="Lindqvist", born=date(1992, 5, 2))


@pytest.fixture
def visit(store, client):
    return OpenVisit(store, client, store.visits.start(client.id, date(2026, 11, 17)))
