"""The memory of a program that has locked its records, searched from outside for their keys."""

import subprocess
import sys
from pathlib import Path

import pytest

from runclinic.records import keys
from runclinic.records.keys import Cost

CHEAP = Cost(8, 1, 1)
PASSWORD = "purple tractor lemon sky"
WORKING = """
import sys
from datetime import date
from pathlib import Path
from runclinic import records
from runclinic.records.keys import Cost

home, password = Path(sys.argv[1]), sys.argv[2]
store = records.unlock(home, records.therapists(home)[0][0], password, floor=Cost(8, 1, 1))
client = store.clients.add(given_name="Zoe", family_name="Vandersloot", born=date(1990, 5, 17))
visit = store.visits.start(client.id, date(2026, 11, 20))
for number in range(50):
    store.visits.append(visit.id, f"safety/RF{number}", "yes")
store.people.new_recovery_key()
store.people.change_password(password, sys.argv[3], floor=Cost(8, 1, 1))
if sys.argv[4] == "locked":
    store.close()
print("ready", flush=True)
sys.stdin.readline()
"""
NEW = "orchard violin sixty tide"


def _memory(pid: int):
    """All that a process may write to, region by region."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, rights, *_ = line.split()
            first, last = (int(end, 16) for end in place.split("-"))
            if not rights.startswith("rw") or "[v" in line:
                continue
            memory.seek(first)
            try:
                yield memory.read(last - first)
            except OSError:
                continue


def _copies(clinic, state: str, old: str, new: str) -> dict[str, int]:
    """How often each key lies in the memory of a program that worked, then is open or locked."""
    program = subprocess.Popen(
        [sys.executable, "-c", WORKING, str(clinic.home), old, new, state],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout.readline() == "ready\n"
        file = keys.read(clinic.home / "keys.json")
        opened = keys.open_slot(file, file.therapists()[0].id, new, CHEAP)
        with opened.lent() as store_key:
            sought = {"store key": bytes(store_key), "database key": opened.database}
            sought |= {f"{name}, hex": key.hex().encode() for name, key in list(sought.items())}
            found = dict.fromkeys(sought, 0)
            for region in _memory(program.pid):
                for name, key in sought.items():
                    found[name] += region.count(key) + (region.count(key.upper()) if "hex" in name else 0)
        return found
    finally:
        program.communicate("\n", timeout=20)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_no_key_is_left_in_a_locked_program(clinic, store):
    store.close()
    assert sum(_copies(clinic, "open", PASSWORD, NEW).values()) > 0  # the search finds what is there
    assert _copies(clinic, "locked", NEW, PASSWORD) == {
        "store key": 0,
        "database key": 0,
        "store key, hex": 0,
        "database key, hex": 0,
    }
