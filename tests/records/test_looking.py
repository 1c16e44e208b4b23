"""A data folder that may not be written to: told, and read all the same; nothing in it changes."""

import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from runclinic import records
from runclinic.records import disk
from runclinic.records.looking import look
from runclinic.refused import Refused
from tests.records.conftest import CHEAP, PASSWORD


@contextmanager
def write_protected(folder, monkeypatch):
    """For real where this system lets us; else its lock file cannot be opened, which is all that is seen."""
    folder.chmod(0o500)
    mounted = False
    if os.geteuid() == 0:  # whom no mode stops
        bind = subprocess.run(["mount", "--bind", folder, folder], check=False, capture_output=True)
        mounted = bind.returncode == 0
        again = ["mount", "-o", "remount,ro,bind", folder]
        if not mounted or subprocess.run(again, check=False, capture_output=True).returncode:
            monkeypatch.setattr(disk.os, "open", _refuses_the_lock(disk.os.open))
    try:
        yield
    finally:
        monkeypatch.undo()
        if mounted:
            subprocess.run(["umount", folder], check=True)
        folder.chmod(0o700)


def _refuses_the_lock(real):
    def opened(path, *arguments, **named):
        if str(path).endswith("store.lock") and "runclinic-read-" not in str(path):
            raise PermissionError(13, "read-only file system")
        return real(path, *arguments, **named)

    return opened


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the copies go: a folder of the test."""
    there = tmp_path / "temp"
    there.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(there))
    return there


@pytest.fixture
def kept(store, visit, a_film):
    """A clinic with an answer and a film, locked."""
    store.visits.append(visit.id, "history/H01", "It drips.")
    for _ in store.films.take_in(a_film("run.mp4"), visit.client_id, visit.id):
        pass
    store.close()
    return visit


def test_it_is_read_and_nothing_is_written(clinic, kept, folder, monkeypatch):
    ((who, _),) = records.therapists(clinic.home)
    before = clinic.files()
    with write_protected(clinic.home, monkeypatch):
        with pytest.raises(disk.NotWritable, match="cannot be written to"):
            records.unlock(clinic.home, who, PASSWORD, floor=CHEAP, clock=clinic.clock)
        store = look(clinic.home, who, PASSWORD, floor=CHEAP, clock=clinic.clock)
        try:
            assert "nothing can be changed" in store.notices[0]
            assert "there is none" in store.notices[0]
            assert [each.value for each in store.visits.entries(kept.id)] == ["It drips."]
            assert store.clients.search("vander")
            (film,) = store.films.of(kept.id)
            with store.films.open(film.id) as opened:
                assert len(opened.read()) == film.bytes
            with pytest.raises(Refused, match="may read these records, not change them"):
                store.visits.append(kept.id, "history/H02", "more")
            assert list(folder.iterdir())
        finally:
            store.close()
        assert list(folder.iterdir()) == []
    assert clinic.files() == before


def test_a_wrong_password_leaves_no_copy(clinic, kept, folder, monkeypatch):
    ((who, _),) = records.therapists(clinic.home)
    with write_protected(clinic.home, monkeypatch), pytest.raises(Refused, match="wrong"):
        look(clinic.home, who, "not the password", floor=CHEAP, clock=clinic.clock)
    assert list(folder.iterdir()) == []
    assert Path(clinic.home / "runclinic.db").exists()
