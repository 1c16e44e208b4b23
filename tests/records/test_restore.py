"""A backup comes back on an empty machine, and never at the cost of what lies there."""

import shutil

import pytest

from runclinic import records
from runclinic.records import checking, keys, replacing, restore
from runclinic.records.keys import Cost
from runclinic.refused import Refused

CHEAP = Cost(8, 1, 1)
PASSWORD = "purple tractor lemon sky"


@pytest.fixture
def worked(store, visit, a_film, walked):
    for number in range(20):
        store.visits.append(visit.id, f"history/Q{number}", f"answer {number}")
    walked(store.films.take_in(a_film(), visit.client_id, visit.id))
    store.documents.keep(visit.id, "plan", "Plan.pdf", b"%PDF-1.7 a plan")
    return store


@pytest.fixture
def archived(worked, stick, walked):
    """An archive with its films beside it; the store is locked."""
    made = walked(worked.backups.make(folder=stick))
    worked.close()
    return made.file


@pytest.fixture
def empty(clinic, tmp_path):
    """Another laptop."""
    other = type(clinic)(tmp_path / "other laptop" / "home", clinic.clock)
    yield other
    for store in other.stores:
        store.close()


def _restored(archived, empty, walked, secret=PASSWORD):
    return walked(restore.restore(archived, empty.home, secret, floor=CHEAP, clock=empty.clock))


def _all(store, visit) -> list:
    film = store.films.of(visit.id)[0]
    with store.films.open(film.id) as opened:
        bytes_of_the_film = opened.read()
    document = store.documents.of(visit.id)[0]
    return [
        [(entry.key, entry.value, entry.when) for entry in store.visits.entries(visit.id)],
        film,
        bytes_of_the_film,
        store.documents.read(document.id),
        [client.name for client in store.clients.search("zoe")],
        store.settings.get("clinic/name"),
    ]


def test_an_empty_machine_gets_everything_by_a_password(archived, clinic, empty, visit, walked):
    with clinic.unlock() as store:
        before = _all(store, visit)
    shutil.rmtree(clinic.home)
    done = _restored(archived, empty, walked)
    assert (done.kept, done.warnings, done.by_recovery_key) == (None, (), False)
    again = empty.unlock()
    assert _all(again, visit) == before
    assert again.verify() == ()
    assert [row.action for row in again.access.recent(20)].count("restore") == 1
    assert (empty.home / "keys.json").stat().st_mode & 0o777 == 0o600


def test_the_recovery_key_alone_is_enough(worked, stick, walked, clinic, empty, visit):
    secret = worked.people.new_recovery_key()
    before = _all(worked, visit)
    made = walked(worked.backups.make_file(stick / "all.rcb"))
    worked.close()
    shutil.rmtree(clinic.home)
    done = _restored(made.file, empty, walked, secret)
    assert done.by_recovery_key
    (owner, _), *_ = records.therapists(empty.home)
    empty.stores.append(
        records.recover(empty.home, owner, secret, "another tractor lemon sky", cost=CHEAP, clock=empty.clock)
    )
    assert _all(empty.stores[-1], visit) == before
    assert empty.stores[-1].verify() == ()


def test_a_wrong_password_changes_nothing(archived, empty):
    with pytest.raises(keys.WrongPassword):
        next(restore.restore(archived, empty.home, "purple tractor lemon sea", floor=CHEAP))
    assert not empty.home.exists()


def test_what_lay_there_is_kept_for_thirty_days(archived, clinic, visit, walked):
    with clinic.unlock() as store:
        store.visits.append(visit.id, "safety/RF01", "after the backup")
    was = {name: content for name, content in clinic.files().items() if name.startswith("runclinic.db")}
    done = _restored(archived, clinic, walked)
    assert {name: (done.kept / name).read_bytes() for name in was} == was
    assert (done.kept / "media").is_dir()
    with clinic.unlock() as store:
        assert "after the backup" not in [entry.value for entry in store.visits.entries(visit.id)]
        assert store.verify() == ()
    assert done.kept.exists()
    clinic.clock.on(days=29)
    clinic.unlock().close()
    assert done.kept.exists()
    clinic.clock.on(days=2)
    clinic.unlock().close()
    assert not done.kept.exists()


def test_records_that_are_open_are_not_replaced(archived, clinic):
    store = clinic.unlock()
    with pytest.raises(Refused, match="already open"):
        next(restore.restore(archived, clinic.home, PASSWORD, floor=CHEAP))
    assert store.clients.count() == 1


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 8])
def test_a_cancelled_restore_leaves_what_was(archived, clinic, steps):
    before = clinic.files()
    work = restore.restore(archived, clinic.home, PASSWORD, floor=CHEAP)
    for _ in range(steps):
        next(work)
    work.close()
    assert clinic.files() == before


def test_a_damaged_archive_leaves_what_was(archived, clinic):
    content = bytearray(archived.read_bytes())
    content[-5000] ^= 1
    archived.write_bytes(content)
    before = clinic.files()
    with pytest.raises(Refused, match="damaged"):
        list(restore.restore(archived, clinic.home, PASSWORD, floor=CHEAP))
    assert clinic.files() == before


def test_an_archive_without_its_films_leaves_what_was(archived, clinic):
    shutil.rmtree(archived.parent / "media-pool")
    before = clinic.files()
    with pytest.raises(Refused, match="media-pool"):
        list(restore.restore(archived, clinic.home, PASSWORD, floor=CHEAP))
    assert clinic.files() == before


def test_no_room_is_told_before(archived, empty, monkeypatch):
    class Full:
        total, free = 10**9, 10**6

    monkeypatch.setattr("runclinic.records.disk.shutil.disk_usage", lambda _: Full)
    with pytest.raises(Refused, match="too full"):
        list(restore.restore(archived, empty.home, PASSWORD, floor=CHEAP))


class _Cut(BaseException):
    """The power is gone."""


def test_cut_off_anywhere_either_all_is_the_old_or_all_the_new(archived, clinic, visit, walked, monkeypatch):
    """The power goes at each rename of the swap in turn."""
    with clinic.unlock() as store:
        store.visits.append(visit.id, "safety/RF01", "after the backup")
    whole, seen = clinic.home.with_name("as it was"), set()
    shutil.copytree(clinic.home, whole)
    for step in range(30):
        shutil.rmtree(clinic.home)
        shutil.copytree(whole, clinic.home)
        left = [step]
        real = replacing.disk.move

        def cut(source, target, left=left, real=real):
            if left[0] == 0:
                raise _Cut
            left[0] -= 1
            real(source, target)

        monkeypatch.setattr(replacing.disk, "move", cut)
        monkeypatch.setattr(replacing, "drop", lambda _: None)  # nobody tidies up after a power cut
        try:
            _restored(archived, clinic, walked)
            done = True
        except _Cut:
            done = False
        monkeypatch.undo()
        assert records.exists(clinic.home)
        with clinic.unlock() as store:
            assert store.verify() == ()
            there = "after the backup" in [entry.value for entry in store.visits.entries(visit.id)]
            film = store.films.of(visit.id)[0]
            assert film.state == "ready"
        seen.add("old" if there else "new")
        assert not (clinic.home / "restoring").exists()
        if done:
            break
    assert done
    assert seen == {"old", "new"}


def test_a_log_of_the_former_records_does_not_touch_the_new(archived, clinic, visit, nursery, walked):
    nursery.kill(nursery.start("answer", visit.id, "1"))
    assert (clinic.home / "runclinic.db-wal").exists()
    _restored(archived, clinic, walked)
    assert not (clinic.home / "runclinic.db-wal").exists()
    with clinic.unlock() as store:
        assert len(store.visits.entries(visit.id)) == 20
        assert store.verify() == ()


def test_backups_of_before_the_restore_are_no_fault_afterwards(worked, stick, clinic, visit, walked):
    early = walked(worked.backups.make(folder=stick)).file
    clinic.clock.on(hours=1)
    worked.visits.append(visit.id, "safety/RF01", "later")
    walked(worked.backups.make(folder=stick))
    worked.close()
    clinic.clock.on(hours=1)
    _restored(early, clinic, walked)
    clinic.clock.on(hours=1)
    with clinic.unlock() as store:
        assert walked(store.backups.make(folder=stick)).warnings == ()


def test_a_file_of_yesterday_put_back_is_found_by_the_backups(worked, stick, clinic, visit, walked):
    worked.close()
    yesterday = (clinic.home / "runclinic.db").read_bytes()
    with clinic.unlock() as store:
        store.visits.append(visit.id, "safety/RF01", "today")
        store.backups.choose(stick)
        walked(store.backups.make())
    (clinic.home / "runclinic.db").write_bytes(yesterday)
    with clinic.unlock() as store:
        assert store.verify() == ()  # the chain alone cannot know
        made = walked(store.backups.make(folder=stick))
    assert any("is not the one that ended at" in line or "shorter" in line for line in made.warnings)


def test_a_backup_that_was_meddled_with_by_who_has_the_key_is_refused(
    worked, stick, clinic, empty, visit, walked
):
    """An archive whose records were changed before it was made, rules and all."""
    database = worked._session.database
    for trigger in ("entry_no_update",):
        database.run(f"DROP TRIGGER {trigger}")
    database.run("UPDATE entry SET value = '\"forged\"' WHERE seq = 5")
    with pytest.raises(Refused, match=r"does not count.*(entry_no_update|entry)"):
        walked(worked.backups.make(folder=stick))
    assert list(stick.glob("*.rcb")) == []


def test_every_film_is_checked_in_an_archive(archived, walked):
    report = walked(checking.check_archive(archived, PASSWORD, floor=CHEAP))
    assert report.whole
    assert report.entries.seq == 22
    film = next(path for path in archived.parent.glob("media-pool/*/*") if path.stat().st_size > 100_000)
    content = bytearray(film.read_bytes())
    content[-100] ^= 1
    film.unlink()
    film.write_bytes(content)
    with pytest.raises(Refused, match="media-pool"):
        walked(checking.check_archive(archived, PASSWORD, floor=CHEAP))


def test_who_was_erased_after_the_backup_is_erased_again(worked, stick, clinic, empty, visit, zoe, walked):
    """Known from the records that lie there, and on an empty machine from a newer backup beside it."""
    early = walked(worked.backups.make(folder=stick)).file
    clinic.clock.on(hours=1)
    film = worked.films.of(visit.id)[0]
    worked.erasure.erase(zoe.id, "mistake", PASSWORD, floor=CHEAP)
    clinic.clock.on(hours=1)
    worked.close()
    for there in (clinic, empty):
        if there is empty:
            with clinic.unlock() as store:
                store.erasure.replay(())
                walked(store.backups.make(folder=stick))
        done = _restored(early, there, walked)
        assert any("Erased again" in warning for warning in done.warnings)
        with there.unlock() as store:
            assert store.clients.search("zoe") == []
            assert store.visits.entries(visit.id) == ()
            assert not store.films.file(film.id).exists()
            assert store.verify() == ()
