"""An older file is brought up to date, or stays as it was."""

import pytest

from runclinic.records import database, driver, schema
from runclinic.refused import Refused


@pytest.fixture
def later(monkeypatch):
    """A program that knows one migration more."""

    def known(change) -> None:
        after = driver.Migrations("runclinic")
        after(name="m0001_first")(schema.m0001_first)
        after(name="m0002_later")(change)
        monkeypatch.setattr(schema, "migrations", after)

    return known


def _with_a_column(db) -> None:
    db.execute("ALTER TABLE visit ADD COLUMN weather TEXT")
    db["therapist"].transform(rename={"registration": "registered_as"})


def _answers(store, visit, many: int = 5) -> None:
    for number in range(many):
        store.visits.append(visit.id, f"safety/RF{number:02}", number)


def test_an_older_file_gains_what_is_new_and_keeps_what_it_has(clinic, store, visit, later):
    _answers(store, visit)
    store.close()
    before = (clinic.home / "runclinic.db").read_bytes()
    later(_with_a_column)
    again = clinic.unlock()
    assert [entry.value for entry in again.visits.entries(visit.id)] == [0, 1, 2, 3, 4]
    assert "weather" in again._session.database.one("SELECT * FROM visit")
    assert again.verify() == ()
    assert again.clients.search("zoe")
    copied = clinic.home / "backups" / "before-m0001-m0002"
    assert (copied / "runclinic.db").read_bytes() == before
    assert (copied / "keys.json").read_bytes() == (clinic.home / "keys.json").read_bytes()


def test_rebuilt_tables_get_their_triggers_back(clinic, store, visit, later):
    _answers(store, visit)
    store.close()
    later(lambda db: db["entry"].transform(defaults={"source": "typed"}))
    again = clinic.unlock()
    assert schema.triggers_hold(again._session.database.connection)
    with pytest.raises(driver.Error):
        again._session.database.run("DELETE FROM entry")


def test_a_migration_that_fails_leaves_the_file_as_it_was(clinic, store, visit, later, monkeypatch):
    _answers(store, visit)
    store.close()

    def _fails(db) -> None:
        db.execute("ALTER TABLE visit ADD COLUMN weather TEXT")
        db.execute("SELECT nonsense")

    later(_fails)
    with pytest.raises(Refused, match="could not be brought up to date"):
        clinic.unlock()
    monkeypatch.undo()
    again = clinic.unlock()
    assert "weather" not in again._session.database.one("SELECT * FROM visit")
    assert len(again.visits.entries(visit.id)) == 5


def test_too_little_room_is_told_before_anything_is_touched(clinic, store, later, monkeypatch):
    store.close()
    before = (clinic.home / "runclinic.db").read_bytes()
    later(_with_a_column)
    monkeypatch.setattr(database.disk, "free_bytes", lambda _: 1000)
    with pytest.raises(Refused, match="too full"):
        clinic.unlock()
    assert (clinic.home / "runclinic.db").read_bytes() == before


def test_a_file_of_the_later_program_is_refused_by_the_earlier(clinic, store, later, monkeypatch):
    store.close()
    later(_with_a_column)
    clinic.unlock().close()
    monkeypatch.undo()
    before = clinic.files()
    with pytest.raises(Refused, match="newer RunClinic"):
        clinic.unlock()
    assert clinic.files() == before


def test_a_damaged_file_is_not_brought_up_to_date(clinic, store, visit, later):
    _answers(store, visit, 300)
    store.close()
    path = clinic.home / "runclinic.db"
    content = bytearray(path.read_bytes())
    content[-2000] ^= 1
    path.write_bytes(content)
    later(_with_a_column)
    with pytest.raises(Refused, match="damaged"):
        clinic.unlock()
    assert path.read_bytes() == content
