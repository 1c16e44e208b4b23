"""Wrong passwords in a row: the waits, name by name, over restarts; and what is told afterwards."""

import subprocess
import sys
from datetime import timedelta

import pytest

from runclinic import records
from runclinic.records import backoff, keys
from runclinic.records.keys import Cost
from runclinic.refused import Refused

CHEAP = Cost(8, 1, 1)
PASSWORD = "purple tractor lemon sky"
DELAYS = (0, 0, 0, 2, 4, 8, 16, 32, 60, 60, 60, 60)


def _wrong(clinic):
    with pytest.raises(Refused, match="password is wrong"):
        clinic.unlock("not the password at all")


def test_twelve_wrong_passwords_wait_longer_and_longer(clinic, store):
    store.close()
    for delay in DELAYS:
        if delay:
            clinic.clock.on(seconds=delay - 0.1)
            with pytest.raises(backoff.TooSoon) as soon:
                clinic.unlock()  # even the right one
            assert 0 < soon.value.wait_s <= 0.11
            clinic.clock.on(seconds=0.1)
        _wrong(clinic)
    clinic.clock.on(seconds=60)
    opened = clinic.unlock()
    assert len(opened.notices) == 1
    assert "12 wrong passwords" in opened.notices[0]
    failed = [row for row in opened.access.recent() if row.action == "failed_unlock"]
    assert [(row.entity_id, row.detail["count"]) for row in failed] == [(opened.therapist.id, 12)]
    opened.close()
    assert clinic.unlock().notices == ()


def test_nothing_is_derived_while_it_must_wait(clinic, store, monkeypatch):
    store.close()
    for _ in range(3):
        _wrong(clinic)
    monkeypatch.setattr(keys, "_stretched", lambda *_: pytest.fail("work was done"))
    with pytest.raises(backoff.TooSoon):
        clinic.unlock()


SCRIPT = """
import sys
from pathlib import Path
from runclinic import records
from runclinic.records.keys import Cost
from runclinic.refused import Refused
home = Path(sys.argv[1])
try:
    records.unlock(home, records.therapists(home)[0][0], sys.argv[2], floor=Cost(8, 1, 1))
except Refused as refused:
    print(type(refused).__name__)
"""


def test_the_wait_outlives_the_program(clinic, store):
    store.close()

    def program(password):
        ran = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(clinic.home), password],
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout.strip()

    assert [program("wrong entirely") for _ in range(3)] == ["WrongPassword"] * 3
    for _ in range(2):  # the wait is 2 s, a program may need as long to start
        backoff.failed(clinic.home, store.therapist.id, records.opening.utc())
    assert program(PASSWORD) == "TooSoon"


def test_each_name_waits_by_itself(clinic, store):
    store.people.add("Ana Novak", "AN", "therapist", "seven slow brown kettles", cost=CHEAP)
    ana = next(each.id for each in store.people.all() if each.display_name == "Ana Novak")
    store.close()
    for _ in range(5):
        backoff.failed(clinic.home, ana, clinic.clock())
    opened = clinic.unlock()
    assert opened.notices == ()
    told = [row for row in opened.access.recent() if row.action == "failed_unlock"]
    assert [(row.entity_id, row.detail["count"]) for row in told] == [(ana, 5)]
    opened.close()
    with pytest.raises(backoff.TooSoon):
        records.unlock(clinic.home, ana, "seven slow brown kettles", floor=CHEAP, clock=clinic.clock)
    clinic.clock.on(seconds=8)
    hers = records.unlock(clinic.home, ana, "seven slow brown kettles", floor=CHEAP, clock=clinic.clock)
    clinic.stores.append(hers)
    assert "5 wrong passwords" in hers.notices[0]
    assert len([row for row in hers.access.recent() if row.action == "failed_unlock"]) == 1


def test_a_clock_set_back_does_not_lock_her_out(clinic, store):
    store.close()
    for _ in range(3):
        _wrong(clinic)
    clinic.clock.now -= timedelta(days=1)
    with pytest.raises(backoff.TooSoon):
        clinic.unlock()
    clinic.clock.on(seconds=2)
    clinic.unlock()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"a": 3}', b"[" * 9999])
def test_a_damaged_list_locks_nobody_out(clinic, store, content):
    store.close()
    (clinic.home / "attempts.json").write_bytes(content)
    clinic.unlock()


def test_a_wrong_old_password_counts_too(clinic, store):
    for _ in range(3):
        with pytest.raises(Refused, match="password is wrong"):
            store.people.change_password("not the password", "seven slow brown kettles", floor=CHEAP)
    with pytest.raises(backoff.TooSoon):
        store.people.change_password(PASSWORD, "seven slow brown kettles", floor=CHEAP)
