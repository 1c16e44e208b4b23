"""The one file that knows which database is underneath."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from runclinic.records import database, driver, schema

KEY = bytes(range(32))
PACKAGE = Path(driver.__file__).resolve().parents[1]


@pytest.fixture
def db(tmp_path):
    opened = driver.connect(tmp_path / "some.db", KEY)
    yield opened
    opened.conn.close()


@pytest.mark.parametrize(
    "pragma, value",
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("secure_delete", 1),
        ("temp_store", 2),
        ("busy_timeout", 5000),
        ("cache_size", -16000),
        ("wal_autocheckpoint", 1000),
        ("journal_size_limit", 16777216),
        ("mmap_size", 0),
        ("cipher_memory_security", "1"),
    ],
)
def test_every_connection_is_set_so(db, pragma, value):
    assert db.execute(f"PRAGMA {pragma}").fetchone()[0] == value


def test_a_wrong_key_opens_nothing(db, tmp_path):
    db.execute("CREATE TABLE t (x) ")
    with pytest.raises(driver.DatabaseError):
        driver.connect(tmp_path / "some.db", bytes(32))


def test_a_bad_key_is_not_printed(db, tmp_path, capfd):
    db.execute("CREATE TABLE t (x) ")
    with pytest.raises(driver.DatabaseError):
        driver.connect(tmp_path / "some.db", bytes(32))
    assert capfd.readouterr() == ("", "")


def test_no_other_file_knows_the_database():
    knows = re.compile(r"^\s*(import|from)\s+(sqlite3|sqlcipher3|sqlite_utils|pysqlite3)\b", re.MULTILINE)
    those = [path.name for path in PACKAGE.rglob("*.py") if knows.search(path.read_text("utf-8"))]
    assert those == ["driver.py"]


def test_sqlite_utils_without_encryption_below_is_refused(tmp_path):
    script = "import sqlite_utils.db\nimport runclinic.records.driver"
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        cwd=tmp_path,
    )
    assert run.returncode != 0
    assert "not encrypted" in run.stderr


def test_an_installed_plugin_is_not_handed_the_open_records(tmp_path, monkeypatch):
    from sqlite_utils import hookimpl
    from sqlite_utils.plugins import pm

    class Evil:
        seen = 0

        @hookimpl
        def prepare_connection(self, conn):
            Evil.seen += 1

    evil = Evil()
    pm.register(evil, "evil")
    try:
        driver.connect(tmp_path / "some.db", KEY).conn.close()
    finally:
        pm.unregister(evil)
    assert Evil.seen == 0


def test_every_table_is_strict_and_nothing_cascades(tmp_path):
    made = database.create(tmp_path / "runclinic.db", KEY)
    own = {
        row["name"]: row["sql"]
        for row in made.rows(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
            " AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%migrations' AND name NOT LIKE 'client_fts%'"
        )
    }
    assert {"meta", "therapist", "therapist_key", "client", "client_key", "visit", "entry", "media"} <= set(
        own
    )
    assert all(sql.rstrip().endswith("STRICT") for sql in own.values())
    for sql in own.values():
        assert sql.count("REFERENCES") == sql.count("ON DELETE RESTRICT")
    made.close()


def test_a_rebuilt_table_loses_its_triggers_and_that_is_seen(tmp_path):
    made = database.create(tmp_path / "runclinic.db", KEY)
    assert schema.triggers_hold(made.connection)
    made.connection["client_key"].transform(rename={"destroyed_at": "gone_at"})
    assert schema.triggers_hold(made.connection)  # it has none
    made.connection["audit"].transform(rename={"detail": "details"})
    assert not schema.triggers_hold(made.connection)
    made.close()


def test_extensions_cannot_be_loaded(db):
    with pytest.raises(driver.Error):
        db.execute("SELECT load_extension('evil')")
