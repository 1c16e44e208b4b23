"""An older file is brought up to date, or stays as it was."""

import importlib.util
import os
from pathlib import Path

import pytest

from runclinic.records import archive, database, driver, keys, migrate, restore, schema
from runclinic.refused import Refused

PASSWORD = "purple tractor lemon sky"
_spec = importlib.util.spec_from_file_location("old_schema", Path(__file__).with_name("old_schema.py"))
old_schema = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(old_schema)


@pytest.fixture
def later(monkeypatch):
    """A program that knows one migration more."""

    def known(change) -> None:
        after = driver.Migrations("runclinic")
        after(name="m0001_first")(schema.m0001_first)
        after(name="m0002_vault")(schema.m0002_vault)
        after(name="m0003_later")(change)
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
    copied = clinic.home / "backups" / "before-m0002-m0003"
    assert (copied / "runclinic.db").read_bytes() == before
    assert [row.action for row in again.access.recent(3)][-2:] == ["unlock", "migrate"]
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


# --------------------------------------------------------------------------- files of earlier versions
@pytest.fixture
def first_version(clinic):
    """A clinic as the first version left it; its ids."""
    return old_schema.build(clinic.home, PASSWORD)


def _entries_as_they_are(store) -> str:
    return old_schema.fingerprint(store._session.database.connection)


def test_a_file_of_the_first_version_opens_with_all_it_has(clinic, first_version, monkeypatch):
    before = (clinic.home / "runclinic.db").read_bytes()
    store = clinic.unlock()
    assert migrate.applied_migrations(store._session.database.connection) == migrate.known_migrations()
    entries = store.visits.entries(first_version["visit"])
    assert [entry.value for entry in entries] == [f"answer {n}" for n in range(2, 32)]
    assert store.settings.get("clinic/name") == "Riverside"
    assert store.clients.search("zoe")[0].id == first_version["client"]
    assert store.verify() == ()
    copied = clinic.home / "backups" / "before-m0001-m0002"
    assert (copied / "runclinic.db").read_bytes() == before
    assert sorted(path.name for path in copied.iterdir()) == ["keys.json", "runclinic.db"]
    with store._session.database.writing():
        store._session.database.rows("SELECT * FROM erasure, anchor, backup_log")


def test_the_first_versions_rows_are_the_very_same_afterwards(clinic, first_version):
    key = keys.open_slot(
        keys.read(clinic.home / "keys.json"), first_version["therapist"], PASSWORD, old_schema.CHEAP
    ).database
    raw = driver.connect(clinic.home / "runclinic.db", key)
    before = old_schema.fingerprint(raw)
    raw.conn.close()
    assert _entries_as_they_are(clinic.unlock()) == before


def test_a_migration_that_loses_a_row_is_taken_back(clinic, store, visit, later, monkeypatch):
    _answers(store, visit)
    store.close()

    def _loses(db) -> None:
        db.execute("DROP TRIGGER entry_no_delete")
        db.execute("DELETE FROM entry WHERE seq = 3")

    later(_loses)
    with pytest.raises(Refused, match="could not be brought up to date"):
        clinic.unlock()
    monkeypatch.undo()
    again = clinic.unlock()
    assert len(again.visits.entries(visit.id)) == 5
    assert again.verify() == ()


def test_a_migration_that_changes_a_signature_is_taken_back(clinic, store, visit, later, monkeypatch):
    _answers(store, visit)
    seen = {entry.key: entry.value for entry in store.visits.entries(visit.id)}
    signed = store.signing.sign(visit.id, {}, seen)
    store.close()

    def _changes(db) -> None:
        db.execute("DROP TRIGGER visit_while_open")
        db.execute("UPDATE visit SET content_hash = zeroblob(32)")

    later(_changes)
    with pytest.raises(Refused, match="could not be brought up to date"):
        clinic.unlock()
    monkeypatch.undo()
    assert clinic.unlock().signing.of(visit.id) == signed


def test_only_the_last_copies_are_kept(clinic, store, later):
    store.close()
    for number in (0, 1, 3, 4):
        folder = clinic.home / "backups" / f"before-m000{number}-m000{number + 1}"
        folder.mkdir(parents=True)
        os.utime(folder, (number, number))
    later(_with_a_column)
    clinic.unlock()
    names = sorted(path.name for path in (clinic.home / "backups").glob("before-*"))
    assert names == ["before-m0002-m0003", "before-m0003-m0004", "before-m0004-m0005"]


def test_an_archive_of_the_first_version_is_restored_and_brought_up_to_date(
    clinic, first_version, tmp_path, walked
):
    """Archives outlive versions: one made of the old file comes back in today's shape."""
    file = keys.read(clinic.home / "keys.json")
    unlocked = keys.open_slot(file, first_version["therapist"], PASSWORD, old_schema.CHEAP)
    raw = driver.connect(clinic.home / "runclinic.db", unlocked.database)
    rows = migrate.counted(raw)
    seq, digest = raw.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    raw.conn.close()
    head = archive.Head(archive.FORMAT, file.store_id, old_schema.NOW, f"{seq}:{digest.hex()[:16]}", file)
    list(
        archive.write(
            tmp_path / "old.rcb", head, unlocked.backup,
            [archive.Source("runclinic.db", clinic.home / "runclinic.db")],
            archive.Content(rows, ("m0001_first",)),
        )
    )  # fmt: skip
    empty = type(clinic)(tmp_path / "empty", clinic.clock)
    walked(
        restore.restore(
            tmp_path / "old.rcb", empty.home, PASSWORD, floor=old_schema.CHEAP, clock=clinic.clock
        )
    )
    with empty.unlock() as store:
        assert len(store.visits.entries(first_version["visit"])) == 30
        assert store.verify() == ()
