"""backup, verify, restore and salvage from a shell, as the README says."""

import json
import os
import subprocess
import sys
from datetime import date

import pytest

from runclinic import records
from runclinic.demo.clinic import CLINIC
from runclinic.records.keys import FLOOR

PASSWORD = "orchard violin sixty tide"


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "home"
    with records.create(home, CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR) as store:
        for n in range(40):
            client = store.clients.add(given_name="Hanna", family_name=f"Lindqvist {n}")
            store.visits.append(
                store.visits.start(client.id, date(2026, 11, 20)).id, "history/H01", "x" * 500
            )
    return home


@pytest.fixture
def run(tmp_path):
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n", encoding="utf-8")

    def run(home, *arguments, typed=password):
        environment = {**os.environ, "RUNCLINIC_PASSWORD_FILE": str(typed)}
        command = [sys.executable, "-m", "runclinic", "--home", str(home), *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=120, env=environment
        )

    return run


def test_a_backup_is_made_verified_and_restored_elsewhere(run, home, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    made = run(home, "backup", stick / "monday")
    assert made.returncode == 0, made.stderr
    (archive,) = stick.iterdir()
    assert f"{archive}: " in made.stdout
    told = run(home, "verify", archive, "--json")
    assert json.loads(told.stdout)["faults"] == []
    other = tmp_path / "other laptop"
    done = run(other, "restore", archive)
    assert done.returncode == 0, done.stderr
    ((who, _),) = records.therapists(other)
    with records.unlock(other, who, PASSWORD) as store:
        assert store.clients.count() == 40
        assert store.verify() == ()


def test_a_wrong_password_and_a_spoilt_archive_are_one_line_each(run, home, tmp_path):
    made = run(home, "backup", tmp_path / "b")
    archive = next(tmp_path.glob("b*.rcb"))
    assert made.returncode == 0
    wrong = tmp_path / "wrong"
    wrong.write_text("not the password\n", encoding="utf-8")
    refused = run(tmp_path / "other", "restore", archive, typed=wrong)
    assert (refused.returncode, len(refused.stderr.strip().splitlines())) == (1, 1)
    assert not (tmp_path / "other" / "runclinic.db").exists()
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    for verb in ("verify", "restore"):
        refused = run(tmp_path / "other", verb, archive)
        assert refused.returncode == 1
        assert refused.stderr.strip() or "damaged" in refused.stdout


def test_verify_tells_of_the_records_themselves(run, home):
    done = run(home, "verify")
    assert done.returncode == 0, done.stdout + done.stderr
    database = home / "runclinic.db"
    content = bytearray(database.read_bytes())
    content[len(content) // 2] ^= 1
    database.write_bytes(content)
    assert run(home, "verify").returncode == 1


def test_a_damaged_file_is_salvaged_into_a_backup(run, home, tmp_path):
    database = home / "runclinic.db"
    content = bytearray(database.read_bytes())
    content[len(content) - 4096 * 2 + 100] ^= 1
    database.write_bytes(content)
    saved = run(home, "salvage", tmp_path / "saved")
    assert saved.returncode == 0, saved.stderr
    archive = next(tmp_path.glob("saved*.rcb"))
    other = tmp_path / "other"
    assert run(other, "restore", archive).returncode == 0
    ((who, _),) = records.therapists(other)
    with records.unlock(other, who, PASSWORD) as store:
        assert store.clients.count() >= 30
