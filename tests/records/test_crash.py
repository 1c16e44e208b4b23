"""Killed without warning at any moment: what was answered is there, and the records are sound."""

import json
import random
import time

import pytest

from runclinic import records
from runclinic.refused import Refused


def _said(lines: list[str]) -> dict[str, list]:
    said: dict[str, list] = {"entry": [], "client": [], "setting": []}
    for line in lines:
        kind, what = json.loads(line)
        said[kind].append(what)
    return said


def _killed_at_random(clinic, nursery, visit, kills: int, seed: int) -> int:
    """Kill a working process again and again; how many answers it had acknowledged in all."""
    chance = random.Random(seed)
    entries, people = set(), set()
    for _ in range(kills):
        pid = nursery.start("answer", visit.id, str(max(entries, default=0) + 1))
        time.sleep(chance.uniform(0, 0.12))
        said = _said(nursery.kill(pid))
        entries |= set(said["entry"])
        people |= set(said["client"])
        store = clinic.unlock()
        there = [entry.value for entry in store.visits.entries(visit.id)]
        there = {value["frame"] if isinstance(value, dict) else value for value in there}
        assert entries <= there
        assert people <= {client.id for client in store.clients.search("killtest", limit=100_000)}
        assert store.settings.get("clinic/counter", 0) >= max(said["setting"], default=0)
        assert store.verify() == ()
        store.close()
    return len(entries) + len(people)


def test_no_answer_is_lost_in_thirty_kills(clinic, nursery, store, visit):
    store.close()
    assert _killed_at_random(clinic, nursery, visit, 30, seed=1) > 100


@pytest.mark.storm
def test_no_answer_is_lost_in_two_hundred_kills(clinic, nursery, store, visit):
    store.close()
    assert _killed_at_random(clinic, nursery, visit, 200, seed=2) > 1000


def test_the_search_index_is_whole_after_a_kill(clinic, nursery, store, visit):
    store.close()
    pid = nursery.start("answer", visit.id, "1")
    time.sleep(0.3)
    nursery.kill(pid)
    store = clinic.unlock()
    store._session.database.run("INSERT INTO client_fts(client_fts, rank) VALUES ('integrity-check', 1)")
    assert store._session.database.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert store._session.database.rows("PRAGMA cipher_integrity_check") == []


def test_a_clinic_killed_while_it_was_made_is_whole_or_not_there(clinic, nursery):
    chance, seen = random.Random(3), set()
    for longest in [
        0.02,
        0.05,
        0.1,
        0.2,
        0.4,
        0.8,
        1.6,
    ] * 3:  # making it takes 0.05 s, or 1 s on a busy machine
        pid = nursery.start("create")
        time.sleep(chance.uniform(0, longest))
        said = nursery.kill(pid)
        if not records.exists(clinic.home):
            assert said == []
            seen.add("not there")
            continue
        seen.add("whole")
        with clinic.unlock() as store:
            assert store.settings.get("clinic/name") == "Killed Clinic"
            assert store.verify() == ()
        assert not (clinic.home / "creating").exists()
        for file in sorted(clinic.home.rglob("*"), reverse=True):
            file.unlink() if file.is_file() else file.rmdir()
    assert seen == {"not there", "whole"}


def test_a_clinic_cut_off_before_its_key_file_was_in_place_is_completed(clinic, monkeypatch):
    moved = records.opening.disk.move

    def _die_at_the_key_file(source, target):
        if target == clinic.home / "keys.json":
            raise KeyboardInterrupt
        moved(source, target)

    monkeypatch.setattr(records.opening.disk, "move", _die_at_the_key_file)
    with pytest.raises(KeyboardInterrupt):
        clinic.make()
    monkeypatch.undo()
    assert not (clinic.home / "keys.json").exists()
    assert records.exists(clinic.home)
    assert clinic.unlock().settings.get("clinic/phone") == "555 0100"


def test_a_clinic_cut_off_earlier_is_made_anew(clinic, monkeypatch):
    def _die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(records.opening.disk, "move", _die)
    with pytest.raises(KeyboardInterrupt):
        clinic.make()
    monkeypatch.undo()
    assert (clinic.home / "creating").exists()
    assert not records.exists(clinic.home)
    assert clinic.make().settings.get("clinic/name") == "Riverside Physio"
    assert not (clinic.home / "creating").exists()


def test_the_lock_of_a_killed_program_is_free_at_once(clinic, nursery, store, zoe):
    store.close()
    pid = nursery.start("visit", zoe.id)
    began = time.perf_counter()
    with pytest.raises(Refused, match="already open"):
        clinic.unlock()
    assert time.perf_counter() - began < 1
    nursery.kill(pid)
    assert len(clinic.unlock().visits.of(zoe.id)) == 1


def test_after_a_crash_the_files_are_set_aside_as_found(clinic, nursery, store, visit):
    store.close()
    nursery.kill(nursery.start("answer", visit.id, "1"))
    found = {name: content for name, content in clinic.files().items() if name.startswith("runclinic.db")}
    clinic.unlock().close()
    for name in ("runclinic.db", "runclinic.db-wal"):
        assert clinic.files()[f"aside/1/{name}"] == found[name]


def test_only_the_last_few_are_kept_aside(clinic, nursery, store, visit):
    store.close()
    for _ in range(5):
        nursery.kill(nursery.start("answer", visit.id, "1"))
        clinic.unlock().close()
    assert sorted(folder.name for folder in (clinic.home / "aside").iterdir()) == ["3", "4", "5"]


def _cut_off_log(clinic, nursery, visit) -> bytes:
    """A write-ahead log with some work in it, as a kill leaves it."""
    pid = nursery.start("answer", visit.id, "1")
    time.sleep(0.2)
    nursery.kill(pid)
    return (clinic.home / "runclinic.db-wal").read_bytes()


@pytest.mark.parametrize("harm", ["cut", "zero", "garble"])
def test_power_lost_in_the_log_leaves_an_earlier_state(clinic, nursery, store, visit, harm):
    store.close()
    log = _cut_off_log(clinic, nursery, visit)
    saved, chance = (clinic.home / "runclinic.db").read_bytes(), random.Random(harm)
    for _ in range(4):
        place = chance.randrange(len(log))
        end = {"cut": b"", "zero": bytes(len(log) - place), "garble": chance.randbytes(len(log) - place)}[
            harm
        ]
        (clinic.home / "runclinic.db").write_bytes(saved)
        (clinic.home / "runclinic.db-wal").write_bytes(log[:place] + end)
        (clinic.home / "runclinic.db-shm").unlink(missing_ok=True)
        with clinic.unlock() as opened:
            values = [entry.value for entry in opened.visits.entries(visit.id)]
            numbers = [value["frame"] if isinstance(value, dict) else value for value in values]
            assert numbers == sorted(numbers)
            assert opened.verify() == ()


def test_the_log_of_another_clinic_is_told_and_nothing_is_written(clinic, nursery, store, visit, tmp_path):
    store.close()
    _cut_off_log(clinic, nursery, visit)
    clinic.unlock().close()
    other = type(clinic)(tmp_path / "other", clinic.clock)
    other_visit_store = other.make()
    foreign = other_visit_store.visits.start(other_visit_store.clients.add(family_name="X").id, visit.date)
    other_visit_store.visits.append(foreign.id, "safety/RF01", 1)
    log = (other.home / "runclinic.db-wal").read_bytes()
    other_visit_store.close()
    before = (clinic.home / "runclinic.db").read_bytes()
    (clinic.home / "runclinic.db-wal").write_bytes(log)
    with pytest.raises(Refused, match="not closed properly"):
        clinic.unlock()
    assert (clinic.home / "runclinic.db").read_bytes() == before
    assert (clinic.home / "runclinic.db-wal").read_bytes() == log


def test_yesterdays_file_beside_todays_log_is_told(clinic, nursery, store, visit):
    for number in range(300):
        store.visits.append(visit.id, "safety/RF01", number)
    store.close()
    yesterday = (clinic.home / "runclinic.db").read_bytes()
    with clinic.unlock() as later:
        for number in range(600):
            later.visits.append(visit.id, f"history/Q{number}", "x" * 200)
    _cut_off_log(clinic, nursery, visit)
    (clinic.home / "runclinic.db").write_bytes(yesterday)
    with pytest.raises(Refused, match="not closed properly"):
        clinic.unlock()
    assert (clinic.home / "runclinic.db").read_bytes() == yesterday
