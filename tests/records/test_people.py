"""Who can unlock: passwords, people, roles and another store key; killed at every step one pair opens."""

import shutil
from dataclasses import dataclass, field
from datetime import date

import pytest

from runclinic import records
from runclinic.records import driver, keys, people
from runclinic.records.keys import FLOOR, Cost
from runclinic.refused import Refused

CHEAP = Cost(8, 1, 1)
PASSWORD = "purple tractor lemon sky"
ANAS = "seven slow brown kettles"
NEW = "orchard violin sixty tide"


@pytest.fixture
def ana(store):
    return store.people.add("Ana Novak", "AN", "therapist", ANAS, cost=CHEAP)


def _as(clinic, therapist_id, password):
    store = records.unlock(clinic.home, therapist_id, password, floor=CHEAP, clock=clinic.clock)
    clinic.stores.append(store)
    return store


def _names(store):
    return [(each.display_name, each.role, each.has_key) for each in store.people.all()]


# -- one's own password


def test_a_changed_password_opens_and_the_former_does_not(clinic, store, visit):
    store.visits.append(visit.id, "safety/RF01", "yes")
    before = store._keys.slot
    store.people.change_password(PASSWORD, NEW, floor=CHEAP)
    store.visits.append(visit.id, "safety/RF02", "no")
    store.close()
    with pytest.raises(Refused, match="password is wrong"):
        clinic.unlock(PASSWORD)
    opened = clinic.unlock(NEW)
    assert len(opened.visits.entries(visit.id)) == 2
    assert opened._keys.slot.ed25519_pub == before.ed25519_pub
    assert opened._keys.slot.salt != before.salt


@pytest.mark.parametrize(
    "old, new, says",
    [
        ("not this one at all", NEW, "password is wrong"),
        (PASSWORD, "short", "5 characters"),
        (PASSWORD, "testwell rides tonight", "name “testwell”"),
        (PASSWORD, "by the riverside we sit", "name “riverside”"),
        (PASSWORD, PASSWORD, "is the old one"),
    ],
)
def test_a_password_that_is_not_taken(clinic, store, old, new, says):
    before = (clinic.home / "keys.json").read_bytes()
    with pytest.raises(Refused, match=says):
        store.people.change_password(old, new, floor=CHEAP)
    assert (clinic.home / "keys.json").read_bytes() == before


def test_after_the_next_unlocking_no_copy_opens_with_the_former_password(clinic, store):
    store.people.change_password(PASSWORD, NEW, floor=CHEAP)
    store.close()
    clinic.unlock(NEW).close()
    copy = keys.read(clinic.home / "keys.prev.json")
    with pytest.raises(Refused, match="password is wrong"):
        keys.open_slot(copy, store.therapist.id, PASSWORD, CHEAP)


def test_a_new_password_costs_what_this_machine_affords(tmp_path):
    with records.create(tmp_path / "home", {}, "Mira Testwell", "MT", PASSWORD, cost=FLOOR) as store:
        store.people.change_password(PASSWORD, NEW)
        slot = keys.read(tmp_path / "home" / "keys.json").slots[0]
    assert slot.cost.m_kib in keys.STEPS_KIB
    records.unlock(tmp_path / "home", slot.id, NEW).close()


@pytest.mark.parametrize(
    "took_s, m_kib", [(0.05, 256), (0.15, 256), (0.151, 128), (0.3, 128), (0.31, 64), (0.7, 64)]
)
def test_the_cost_told_from_one_try(took_s, m_kib):
    assert keys.affordable_after(FLOOR, took_s) == Cost(m_kib * 1024, 3, 4)


# -- others


def test_a_colleague_has_her_own_password_and_sees_the_same_records(clinic, store, ana, visit):
    store.visits.append(visit.id, "safety/RF01", "yes")
    store.close()
    hers = _as(clinic, ana.id, ANAS)
    assert hers.therapist.display_name == "Ana Novak"
    assert [entry.value for entry in hers.visits.entries(visit.id)] == ["yes"]
    assert ("Ana Novak", "therapist", True) in _names(hers)
    hers.close()
    with pytest.raises(Refused, match="password is wrong"):
        clinic.unlock(ANAS)


@pytest.mark.parametrize(
    "name, initials, password, says",
    [
        ("", "AN", ANAS, "name and initials"),
        ("Ana", " ", ANAS, "name and initials"),
        ("mira testwell", "MT", ANAS, "works here already"),
        ("Ana Novak", "AN", "novak rides tonight", "name “novak”"),
        ("Ana Novak", "AN", "password1234", "guessed first"),
    ],
)
def test_a_colleague_who_cannot_be_added(clinic, store, name, initials, password, says):
    before = (clinic.home / "keys.json").read_bytes()
    with pytest.raises(Refused, match=says):
        store.people.add(name, initials, "therapist", password, cost=CHEAP)
    assert (clinic.home / "keys.json").read_bytes() == before
    assert len(store.people.all()) == 1


def test_only_an_owner_changes_who_works_here(clinic, store, ana):
    mira = store.therapist.id
    store.close()
    hers = _as(clinic, ana.id, ANAS)
    for deed in (
        lambda: hers.people.add("Bea Klein", "BK", "owner", NEW, cost=CHEAP),
        lambda: hers.people.remove(mira),
        lambda: hers.people.change_role(ana.id, "owner"),
        lambda: hers.people.reset_password(mira, NEW, cost=CHEAP),
        hers.people.new_recovery_key,
        lambda: list(hers.change_key()),
        lambda: list(hers.change_key(remove=mira)),
    ):
        with pytest.raises(Refused, match="Only an owner"):
            deed()
    hers.people.change_password(ANAS, NEW, floor=CHEAP)  # her own she may


def test_a_forgotten_password_is_replaced_by_an_owner(clinic, store, ana):
    signed_with = keys.read(clinic.home / "keys.json").slot(ana.id).ed25519_pub
    store.people.reset_password(ana.id, NEW, cost=CHEAP)
    store.close()
    with pytest.raises(Refused, match="password is wrong"):
        _as(clinic, ana.id, ANAS)
    hers = _as(clinic, ana.id, NEW)
    assert hers._keys.slot.ed25519_pub != signed_with
    kept = hers._session.database.rows(
        "SELECT valid_to FROM therapist_key WHERE ed25519_pub = ?", (signed_with,)
    )
    assert [bool(row["valid_to"]) for row in kept] == [True]


def test_a_role_counts_from_the_next_unlocking(clinic, store, ana):
    store.people.change_role(ana.id, "owner")
    mira = store.therapist.id
    store.close()
    hers = _as(clinic, ana.id, ANAS)
    hers.people.change_role(mira, "therapist")
    with pytest.raises(Refused, match="only owner"):
        hers.people.change_role(ana.id, "therapist")
    hers.close()
    assert clinic_role(clinic, mira) == "therapist"


def clinic_role(clinic, therapist_id):
    with _as(clinic, therapist_id, PASSWORD) as store:
        return store.therapist.role


def test_nobody_removes_herself_or_the_last_owner(clinic, store, ana):
    with pytest.raises(Refused, match="Nobody removes herself"):
        store.people.remove(store.therapist.id)
    store.people.change_role(ana.id, "owner")
    store.people.remove(ana.id)
    with pytest.raises(Refused, match="does not work here"):
        store.people.remove(ana.id)


def test_who_was_removed_cannot_unlock_and_what_she_recorded_stays(clinic, store, ana, visit):
    store.close()
    hers = _as(clinic, ana.id, ANAS)
    hers.visits.append(visit.id, "safety/RF01", "yes")
    hers.close()
    store = clinic.unlock()
    store.people.remove(ana.id)
    store.close()
    assert [name for _, name in records.therapists(clinic.home)] == ["Mira Testwell"]
    with pytest.raises(Refused, match="no key"):
        _as(clinic, ana.id, ANAS)
    store = clinic.unlock()
    assert {each.id: each.display_name for each in store.therapists()}[ana.id] == "Ana Novak"
    assert store.visits.entries(visit.id)[0].who == ana.id
    assert store.verify() == ()


def test_an_old_key_file_does_not_bring_her_back(clinic, store, ana):
    before = (clinic.home / "keys.json").read_bytes()
    store.people.remove(ana.id)
    store.close()
    (clinic.home / "keys.json").write_bytes(before)
    with pytest.raises(Refused, match="no longer work"):
        _as(clinic, ana.id, ANAS)
    clinic.unlock().close()  # which puts the key file right
    assert [name for _, name in records.therapists(clinic.home)] == ["Mira Testwell"]


def test_people_stand_in_the_audit(store, ana):
    store.people.change_role(ana.id, "reader")
    store.people.reset_password(ana.id, NEW, cost=CHEAP)
    store.people.remove(ana.id)
    store.people.new_recovery_key()
    told = [row.detail["what"] for row in reversed(store.access.recent()) if row.action == "people"]
    assert told == ["added", "role", "new password", "removed", "recovery key made"]


# -- a reader


def test_a_reader_reads_and_writes_nothing(clinic, store, ana, zoe, visit, a_film):
    store.visits.append(visit.id, "safety/RF01", "yes")
    store.people.change_role(ana.id, "reader")
    store.close()
    hers = _as(clinic, ana.id, ANAS)
    assert hers.clients.search("vander")[0].id == zoe.id
    assert [entry.value for entry in hers.visits.entries(visit.id)] == ["yes"]
    for deed in (
        lambda: hers.clients.add(given_name="X", family_name="Y", born=date(1990, 1, 1)),
        lambda: hers.visits.start(zoe.id, date(2026, 11, 21)),
        lambda: hers.visits.append(visit.id, "safety/RF02", "no"),
        lambda: hers.settings.set("clinic/name", "Another"),
        lambda: list(hers.films.take_in(a_film(), zoe.id, visit.id)),
        lambda: hers.documents.keep(visit.id, "plan", "plan.pdf", b"%PDF-1.4 x"),
    ):
        with pytest.raises(Refused, match="you may read these records, not change them"):
            deed()
    assert [entry.value for entry in hers.visits.entries(visit.id)] == ["yes"]
    assert not list((clinic.home / "media").rglob("*.rcm"))
    assert "view" in [row.action for row in hers.access.recent()]  # what she looked at is told
    hers.close()
    assert clinic.unlock().verify() == ()


# -- another store key


def _changed(store, **who):
    return list(store.change_key(**who))


def test_another_store_key_and_all_is_there(clinic, store, ana, zoe, visit, a_film):
    store.visits.append(visit.id, "safety/RF01", "yes")
    for _ in store.films.take_in(a_film(), zoe.id, visit.id):
        pass
    film = store.films.of(visit.id)[0]
    sheet = store.people.new_recovery_key()
    mira, former = store.therapist.id, store._keys.database
    assert _changed(store)[-1] == 1.0
    with pytest.raises(Refused, match="locked"):
        store.clients.recent()
    with pytest.raises(driver.DatabaseError):
        driver.connect(clinic.home / "runclinic.db", former)
    for who, password in ((mira, PASSWORD), (ana.id, ANAS)):
        with _as(clinic, who, password) as opened:
            assert [entry.value for entry in opened.visits.entries(visit.id)] == ["yes"]
            with opened.films.open(film.id) as reader:
                assert len(reader.read()) == film.bytes
            assert opened.verify() == ()
    with records.recover(clinic.home, mira, sheet, NEW, cost=CHEAP, clock=clinic.clock) as opened:
        assert opened.therapist.id == mira
    assert not (clinic.home / "former").exists()
    assert sorted(path.name for path in clinic.home.glob("chang*")) == []


def test_a_removed_colleague_opens_the_live_records_with_nothing_she_has(clinic, store, ana, tmp_path):
    hers = tmp_path / "her copy"
    store.close()
    shutil.copytree(clinic.home, hers)
    store = clinic.unlock()
    _changed(store, remove=ana.id)
    for name in ("keys.json", "keys.prev.json"):
        assert [slot.id for slot in keys.read(clinic.home / name).slots] == [store.therapist.id]
    with pytest.raises(Refused, match="no key"):
        _as(clinic, ana.id, ANAS)
    clinic.unlock().close()
    for name in ("keys.json", "keys.prev.json"):
        shutil.copy(hers / "keys.json", clinic.home / name)
    with pytest.raises(Refused, match="damaged or another file"):
        _as(clinic, ana.id, ANAS)
    records.unlock(hers, ana.id, ANAS, floor=CHEAP).close()  # her old copy still opens: the dialog says so


def test_the_new_key_is_sealed_to_nobody_whom_the_records_do_not_know(clinic, store, ana):
    """A colleague who holds the store key puts her own public key into another's slot."""
    file = keys.read(clinic.home / "keys.json")
    with store._keys.lent() as store_key:
        stranger, _ = keys.new_slot(
            file.store_id, store_key, keys.Newcomer(ana.id, "Ana Novak", "therapist", "x"), NEW, CHEAP
        )
    keys.write(clinic.home / "keys.json", file.with_slot(stranger), store._keys.key_file)
    before = (clinic.home / "keys.json").read_bytes()
    with pytest.raises(Refused, match="do not belong together"):
        _changed(store)
    assert (clinic.home / "keys.json").read_bytes() == before
    assert not (clinic.home / "changing").exists()
    clinic.unlock()


@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_a_change_of_key_that_is_cancelled_changes_nothing(clinic, store, ana, after):
    work = store.change_key(remove=ana.id)
    for _ in range(after):
        next(work)
    work.close()
    assert _names(clinic.unlock()) == [("Ana Novak", "therapist", True), ("Mira Testwell", "owner", True)]
    assert not (clinic.home / "changing").exists()


def test_a_full_disk_changes_nothing(clinic, store, ana, monkeypatch):
    whole = keys.disk.write_whole

    def full(path, content):
        if path.parent.name == "changing":
            raise OSError(28, "No space left on device")
        whole(path, content)

    monkeypatch.setattr(keys.disk, "write_whole", full)
    with pytest.raises(Refused, match="disk is full"):
        _changed(store, remove=ana.id)
    monkeypatch.undo()
    assert len(clinic.unlock().people.all()) == 2


# -- killed in the middle


@dataclass
class Tally:
    """What the folders looked like after kills: who opened."""

    old: int = 0
    new: int = 0
    notes: list = field(default_factory=list)


def _opens(clinic, therapist_id, password):
    try:
        with _as(clinic, therapist_id, password) as store:
            assert store.verify() == ()
            assert store.clients.search("vander")
            return True
    except Refused as refused:
        if not any(words in refused.what for words in ("wrong", "no key", "no longer")):
            raise
        return False


def _killed_at_each_step(clinic, nursery, tmp_path, what, ana, judge, every=1):
    """Kill the work at its 1st, 2nd, 3rd ... step with a file, each time on a fresh copy of the clinic."""
    fresh, step, tally = tmp_path / "fresh", 1 - every, Tally()
    shutil.copytree(clinic.home, fresh)
    while True:
        step += every
        shutil.rmtree(clinic.home)
        shutil.copytree(fresh, clinic.home)
        nursery.start("people", what, str(step), ana, NEW)
        ended = nursery.wait() == ["done\n"]
        (clinic.home / "attempts.json").unlink(missing_ok=True)
        judge(tally, ended)
        assert not list(clinic.home.glob("chang*")), step
        assert len(keys.read(clinic.home / "keys.json").slots) >= 1
        if ended:
            return step, tally


@pytest.fixture
def locked(clinic, store, ana, zoe):
    mira = store.therapist.id
    store.close()
    return mira, ana.id


def test_killed_at_each_step_of_a_change_of_password_one_of_the_two_opens(clinic, nursery, locked, tmp_path):
    mira, ana = locked

    def judge(tally, ended):
        new, old = _opens(clinic, mira, NEW), _opens(clinic, mira, PASSWORD)
        assert (old, new) in {(True, False), (False, True)}
        assert new or not ended
        tally.old, tally.new = tally.old + old, tally.new + new

    steps, tally = _killed_at_each_step(clinic, nursery, tmp_path, "password", ana, judge)
    assert steps > 5
    assert tally.old > 0 < tally.new


@pytest.mark.parametrize("what", ["reset", "remove", "add"])
def test_killed_at_each_step_with_another_the_owner_opens_and_can_do_it_again(
    clinic, nursery, locked, tmp_path, what
):
    mira, ana = locked

    def judge(tally, ended):
        assert _opens(clinic, mira, PASSWORD)
        old, new = _opens(clinic, ana, ANAS), _opens(clinic, ana, NEW)
        assert not (old and new)
        assert old or new or what == "remove"
        with _as(clinic, mira, PASSWORD) as store:
            again(store, what, ana)
        (clinic.home / "attempts.json").unlink(missing_ok=True)
        assert _opens(clinic, ana, {"reset": NEW, "add": ANAS, "remove": "-" * 12}[what]) == (
            what != "remove"
        )

    steps, _ = _killed_at_each_step(clinic, nursery, tmp_path, what, ana, judge)
    assert steps > 4


def again(store, what, ana):
    """The owner does what was cut off."""
    match what:
        case "reset":
            store.people.reset_password(ana, NEW, cost=CHEAP)
        case "remove" if ana in {each.id for each in store.people.all()}:
            store.people.remove(ana)
        case "add":
            half = [each for each in store.people.all() if each.display_name == "Bea Klein"]
            for bea in half:  # with a key, or without one yet
                store.people.reset_password(bea.id, NEW, cost=CHEAP)
            if not half:
                store.people.add("Bea Klein", "BK", "therapist", NEW, cost=CHEAP)


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.storm)])
def test_killed_at_steps_of_a_change_of_key_exactly_one_pair_opens(clinic, nursery, locked, tmp_path, every):
    mira, ana = locked

    def judge(tally, ended):
        assert _opens(clinic, mira, PASSWORD)
        hers = _opens(clinic, ana, ANAS)
        assert not (ended and hers)
        tally.old, tally.new = tally.old + hers, tally.new + (not hers)

    steps, tally = _killed_at_each_step(clinic, nursery, tmp_path, "key", ana, judge, every)
    assert steps > 20
    assert tally.old > 0 < tally.new


# -- the key file and the records out of step


@pytest.mark.parametrize("harm", ["missing", "torn", "empty", "half renamed"])
def test_a_lost_key_file_is_replaced_by_its_copy_and_told(clinic, store, ana, harm):
    store.close()
    clinic.unlock().close()
    path = clinic.home / "keys.json"
    whole = path.read_bytes()
    match harm:
        case "missing":
            path.unlink()
        case "torn":
            path.write_bytes(whole[: len(whole) // 2])
        case "empty":
            path.write_bytes(b"")
        case "half renamed":
            path.rename(clinic.home / "keys.json.new")
    assert [name for _, name in records.therapists(clinic.home)] == ["Mira Testwell", "Ana Novak"]
    opened = clinic.unlock()
    assert "its last copy was put in its place" in opened.notices[0]
    opened.close()
    assert path.read_bytes() == whole
    assert clinic.unlock().notices == ()


def test_with_both_gone_the_copy_of_a_backup_serves(clinic, store):
    store.close()
    backup = clinic.home / "backups" / "before-m0001-m0002"
    backup.mkdir(parents=True)
    shutil.copy(clinic.home / "keys.json", backup / "keys.json")
    for name in ("keys.json", "keys.prev.json"):
        (clinic.home / name).write_bytes(b"\0" * 700)
    assert "its last copy" in clinic.unlock().notices[0]


def test_the_records_say_the_role_whatever_the_key_file_says(clinic, store, ana):
    """Someone with the store key makes herself an owner in the key file alone."""
    file = keys.read(clinic.home / "keys.json")
    keys.write(clinic.home / "keys.json", people._with_role(file, ana.id, "owner"), store._keys.key_file)
    store.close()
    hers = _as(clinic, ana.id, ANAS)
    assert hers.therapist.role == "therapist"
    with pytest.raises(Refused, match="Only an owner"):
        hers.people.change_role(ana.id, "owner")
    assert keys.read(clinic.home / "keys.json").slot(ana.id).role == "therapist"
