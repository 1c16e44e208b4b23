"""First start, unlocking, and a folder in which something is wrong: one sentence, and nothing written."""

import subprocess
import sys
from itertools import count

import pytest

from runclinic import records
from runclinic.records import driver
from runclinic.records.keys import FLOOR, Cost
from runclinic.refused import Refused

CHEAP = Cost(8, 1, 1)
PASSWORD = "purple tractor lemon sky"


def _refused(clinic, says: str, password: str = PASSWORD) -> None:
    """Unlocking is refused so, and not one byte of the folder is another; but that the try is counted."""
    before = clinic.files()
    with pytest.raises(Refused, match=says) as refused:
        clinic.unlock(password)
    assert refused.value.do
    after = clinic.files()
    assert bool(after.pop("attempts.json", None)) == (password != PASSWORD)
    assert after == before


def test_nothing_is_there_before_the_first_start(clinic):
    assert not records.exists(clinic.home)
    _refused(clinic, "There are no records")


def test_the_first_start_makes_the_folder_for_its_owner_alone(clinic, store):
    assert records.exists(clinic.home)
    if sys.platform != "win32":
        for path in (clinic.home, *clinic.home.rglob("*")):
            assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_a_folder_that_others_could_enter_is_closed_to_them(clinic):
    clinic.home.mkdir(mode=0o755)
    clinic.make()
    if sys.platform != "win32":
        assert clinic.home.stat().st_mode & 0o777 == 0o700


def test_the_first_therapist_is_the_owner_and_her_clinic_is_known(clinic, store):
    assert (store.therapist.display_name, store.therapist.initials, store.therapist.role) == (
        "Mira Testwell", "MT", "owner",
    )  # fmt: skip
    assert store.settings.all() == {"clinic/name": "Riverside Physio", "clinic/phone": "555 0100"}
    assert records.therapists(clinic.home) == [(store.therapist.id, "Mira Testwell")]


def test_what_was_recorded_is_there_after_locking(clinic, store, visit):
    store.visits.append(visit.id, "safety/RF01", "yes")
    store.close()
    assert [entry.value for entry in clinic.unlock().visits.entries(visit.id)] == ["yes"]


def test_a_locked_store_answers_nothing(store, visit):
    store.close()
    store.close()
    for ask in (
        store.clients.recent,
        lambda: store.visits.append(visit.id, "safety/RF01", 1),
        lambda: store.settings.set("clinic/name", "x"),
    ):
        with pytest.raises(Refused, match="locked"):
            ask()


def test_a_wrong_password(clinic, store):
    store.close()
    _refused(clinic, "password is wrong", "purple tractor lemon sea")
    clinic.unlock()


def test_somebody_who_does_not_work_here(clinic, store):
    store.close()
    before = clinic.files()
    with pytest.raises(Refused, match="no key"):
        records.unlock(clinic.home, "nobody", PASSWORD, floor=CHEAP)
    assert clinic.files() == before


def test_a_cheap_password_is_refused_by_the_product(clinic, store):
    store.close()
    with pytest.raises(Refused, match="not allowed"):
        records.unlock(clinic.home, store.therapist.id, PASSWORD)


def test_the_product_makes_no_cheap_password(tmp_path):
    with records.create(tmp_path / "home", {}, "Mira Testwell", "MT", PASSWORD) as store:
        assert store._keys.slot.cost.m_kib >= FLOOR.m_kib
    (therapist, _), *_ = records.therapists(tmp_path / "home")
    records.unlock(tmp_path / "home", therapist, PASSWORD).close()


@pytest.mark.parametrize(
    "name, initials, password, says",
    [
        ("", "MT", PASSWORD, "name and initials"),
        ("Mira Testwell", "  ", PASSWORD, "name and initials"),
        ("Mira Testwell", "MT", "short", "12 or more"),
        ("Mira Testwell", "MT", "testwell rides tonight", "contains the name"),
    ],
)
def test_a_clinic_that_cannot_be_made_leaves_nothing(clinic, name, initials, password, says):
    with pytest.raises(Refused, match=says):
        records.create(clinic.home, {}, name, initials, password, cost=CHEAP)
    assert not clinic.home.exists()


def test_nothing_is_made_over_a_clinic(clinic, store):
    store.close()
    before = clinic.files()
    with pytest.raises(Refused, match="already holds"):
        clinic.make()
    assert clinic.files() == before


def test_nothing_is_made_over_what_is_left_of_a_clinic(clinic, store):
    store.close()
    (clinic.home / "keys.json").unlink()
    with pytest.raises(Refused, match="already holds"):
        clinic.make()


def test_a_folder_that_cannot_be_made(clinic):
    clinic.home.write_text("a file")
    with pytest.raises(Refused, match="cannot be made"):
        clinic.make()


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "empty"),
        (b"Dear diary, this is no database.\n", "another kind of file"),
        (b"\xff\xd8\xff\xe0" + bytes(4092), "damaged or another file"),
        (b"SQLite format 3\0" + bytes(8176), "damaged or another file"),
    ],
)
def test_another_file_in_place_of_the_records(clinic, store, content, says):
    store.close()
    (clinic.home / "runclinic.db").write_bytes(content)
    _refused(clinic, says)


@pytest.mark.parametrize("left, says", [(4096 * 3, "damaged"), (4096 * 7 + 100, "cut off"), (10, "cut off")])
def test_a_record_file_that_was_cut_off(clinic, store, left, says):
    store.close()
    path = clinic.home / "runclinic.db"
    path.write_bytes(path.read_bytes()[:left])
    _refused(clinic, says)


def test_a_record_file_that_is_missing(clinic, store):
    store.close()
    (clinic.home / "runclinic.db").unlink()
    _refused(clinic, "record file .* is missing")


def test_a_key_file_that_is_missing(clinic, store):
    store.close()
    (clinic.home / "keys.json").unlink()
    (clinic.home / "keys.prev.json").unlink()
    before = clinic.files()
    with pytest.raises(Refused, match=r"key file .* missing"):
        records.therapists(clinic.home)
    with pytest.raises(Refused, match=r"key file .* missing"):
        records.unlock(clinic.home, store.therapist.id, PASSWORD, floor=CHEAP)
    assert clinic.files() == before


@pytest.mark.parametrize("place", [0, 40, 300, 600, -10])
def test_a_key_file_with_one_flipped_byte(clinic, store, place):
    store.close()
    path = clinic.home / "keys.json"
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    (clinic.home / "keys.prev.json").write_bytes(content)
    _refused(clinic, "key file .* damaged")


def test_the_key_file_of_another_clinic(clinic, store, tmp_path):
    store.close()
    other = type(clinic)(tmp_path / "other", clinic.clock)
    other.make().close()
    (clinic.home / "keys.json").write_bytes((other.home / "keys.json").read_bytes())
    _refused(clinic, "damaged or another file")


def _meddle(clinic, store, *statements: str) -> None:
    """Change the closed record file by someone who has its key."""
    key = store._keys.database
    store.close()
    connection = driver.connect(clinic.home / "runclinic.db", key)
    for statement in statements:
        connection.execute(statement)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.conn.close()


def test_records_of_a_newer_program(clinic, store):
    _meddle(
        clinic,
        store,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('runclinic', 'm9999_later', '2031-01-01')",
    )
    _refused(clinic, "newer RunClinic")


def test_records_without_their_rules(clinic, store):
    _meddle(clinic, store, "DROP TRIGGER entry_no_update")
    _refused(clinic, "rules .* were removed")


def test_records_of_another_store_id(clinic, store):
    _meddle(clinic, store, "UPDATE meta SET value = 'another' WHERE key = 'store_id'")
    _refused(clinic, "different clinics")


def test_a_therapist_whose_keys_the_records_do_not_know(clinic, store):
    _meddle(clinic, store, "UPDATE therapist_key SET x25519_pub = zeroblob(32)")
    _refused(clinic, "do not belong together")


def _damage_is_told(clinic, visit) -> bool:
    """Whether opening or reading was refused; else every answer is the right one."""
    try:
        with clinic.unlock() as opened:
            right = [
                entry.value == f"answer {entry.key.removeprefix('history/Q')}"
                for entry in opened.visits.entries(visit.id)
            ]
    except Refused as refused:
        return "damaged" in refused.what
    assert all(right)
    return False


def test_a_page_with_one_flipped_bit_never_shows_a_wrong_value(clinic, store, visit):
    for number in range(400):
        store.visits.append(visit.id, f"history/Q{number}", f"answer {number}")
    store.close()
    path = clinic.home / "runclinic.db"
    whole, told = path.read_bytes(), 0
    for page in range(0, len(whole) // 4096, 4):
        path.write_bytes(
            whole[: page * 4096 + 700] + bytes([whole[page * 4096 + 700] ^ 4]) + whole[page * 4096 + 701 :]
        )
        told += _damage_is_told(clinic, visit)
        for left in ("runclinic.db-wal", "runclinic.db-shm"):
            (clinic.home / left).unlink(missing_ok=True)
    assert told > 3


def test_a_second_opening_is_refused(clinic, store):
    with pytest.raises(Refused, match="already open"):
        clinic.unlock()
    store.visits.of("nobody")
    store.close()
    clinic.unlock()


def test_a_second_program_is_refused(clinic, store):
    script = (
        "import sys, pathlib; from runclinic import records; from runclinic.refused import Refused\n"
        "home = pathlib.Path(sys.argv[1])\n"
        "try: records.unlock(home, records.therapists(home)[0][0], 'x')\n"
        "except Refused as refused: print(refused.what)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(clinic.home)], capture_output=True, text=True, check=True
    )
    assert "already open" in ran.stdout
    assert store.therapists()[0].initials == "MT"


def test_a_refused_opening_leaves_the_lock_free(clinic, store):
    store.close()
    for _ in range(2):
        with pytest.raises(Refused):
            clinic.unlock("not the password at all")
    clinic.unlock()


def test_a_clean_close_leaves_one_file(clinic, store, visit):
    store.visits.append(visit.id, "safety/RF01", 1)
    store.close()
    assert sorted(path.name for path in clinic.home.glob("runclinic.db*")) == ["runclinic.db"]
    clinic.unlock()
    assert not (clinic.home / "aside").exists()


def test_a_lost_shared_memory_file_costs_nothing(clinic, store, visit, nursery):
    store.close()
    nursery.kill(nursery.start("visit", visit.client_id))
    (clinic.home / "runclinic.db-shm").unlink()
    assert len(clinic.unlock().visits.of(visit.client_id)) == 2


def _append_for_ever(store, visit) -> None:
    for number in count():
        store.visits.append(visit.id, "history/note", f"{number} " + "x" * 3000)


def test_a_full_disk_is_told_and_nothing_is_half_written(clinic, store, visit):
    database_ = store._session.database
    pages = database_.one("PRAGMA page_count")["page_count"]
    database_.rows(f"PRAGMA max_page_count={pages}")
    with pytest.raises(Refused, match="disk is full"):
        _append_for_ever(store, visit)
    count = len(store.visits.entries(visit.id))
    database_.rows("PRAGMA max_page_count=1000000")
    store.visits.append(visit.id, "history/note", "after freeing")
    assert len(store.visits.entries(visit.id)) == count + 1
    assert store.verify() == ()
