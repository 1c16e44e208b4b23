"""Backups: everything in one archive, read back before it counts, and nothing left where one fails."""

import random
import shutil
import threading
import time
from datetime import timedelta

import pytest

from runclinic.records import archive, backup, disk, parts, rotation, sealed
from runclinic.records.archive import Archive
from runclinic.refused import Refused


@pytest.fixture
def a_film(tmp_path):
    """A file of somewhat more than one chunk: what is in it does not matter to a backup."""

    def made(name="side.mp4", seed=7):
        path = tmp_path / name
        path.write_bytes(random.Random(seed).randbytes(1_200_000))
        return path

    return made


@pytest.fixture
def worked(store, visit, a_film, walked):
    """A visit with answers, a film and a paper."""
    for number in range(10):
        store.visits.append(visit.id, f"history/Q{number}", f"answer {number}")
    walked(store.films.take_in(a_film(), visit.client_id, visit.id))
    store.documents.keep(visit.id, "plan", "Plan.pdf", b"%PDF-1.7 a plan")
    return store


def _files(folder) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _read_all(path, key: bytes) -> None:
    with Archive(path, key) as opened:
        for member in opened.manifest.members:
            list(opened.checked(member))


def _key(store) -> bytes:
    return store._keys.backup


def test_a_backup_holds_the_records_and_every_film(worked, stick, walked, clinic):
    made = walked(worked.backups.make(folder=stick))
    assert made.file.parent == stick
    assert made.warnings == ()
    with Archive(made.file, _key(worked)) as opened:
        assert opened.head.keys.slot(worked.therapist.id).display_name == "Mira Testwell"
        paths = {member.path for member in opened.manifest.members}
        assert {"runclinic.db"} < paths
        assert len(paths) == 3
        for member in opened.manifest.members:
            assert list(opened.checked(member))[-1] == member.size
    assert (worked.backups.log()[0].state, worked.backups.log()[0].file) == ("ok", made.file)
    assert [row.action for row in worked.access.recent(1)] == ["backup"]


def test_the_head_of_the_audit_is_kept_as_an_anchor(worked, stick, walked):
    head = str(worked.access.head())
    made = walked(worked.backups.make(folder=stick))
    assert made.head == head == archive.head_of(made.file).head
    (anchor,) = worked._session.database.rows("SELECT * FROM anchor WHERE kind = 'backup'")
    assert (anchor["head"], anchor["ref"]) == (head, made.file.name)


def test_a_second_backup_writes_only_what_is_new(worked, stick, walked, visit, a_film):
    walked(worked.backups.make(folder=stick))
    pool = _files(stick / "media-pool")
    assert len(pool) == 2
    written = {name: (stick / "media-pool" / name).stat().st_mtime_ns for name in pool}
    walked(worked.films.take_in(a_film("second.mp4", seed=8), visit.client_id, visit.id))
    walked(worked.backups.make(folder=stick))
    assert len(_files(stick / "media-pool")) == 3
    assert {name: (stick / "media-pool" / name).stat().st_mtime_ns for name in pool} == written


def test_a_file_of_its_own_needs_nothing_beside_it(worked, stick, walked, tmp_path):
    made = walked(worked.backups.make_file(stick / "all.rcb"))
    assert [path.name for path in stick.iterdir()] == ["all.rcb"]
    with Archive(made.file, _key(worked)) as opened:
        assert all(member.offset >= 0 for member in opened.manifest.members)


def test_nothing_is_written_over_a_file_that_is_there(worked, stick):
    (stick / "all.rcb").write_text("a letter")
    with pytest.raises(Refused, match="there already"):
        next(worked.backups.make_file(stick / "all.rcb"))
    assert (stick / "all.rcb").read_text() == "a letter"


def test_a_long_archive_lies_in_parts(worked, stick, walked, monkeypatch):
    monkeypatch.setattr(parts, "PART", 300_000)
    made = walked(worked.backups.make_file(stick / "all.rcb"))
    names = sorted(path.name for path in stick.iterdir())
    assert names[:3] == ["all.rcb", "all.rcb.002", "all.rcb.003"]
    assert all(path.stat().st_size <= 300_000 for path in stick.iterdir())
    _read_all(made.file, _key(worked))
    (stick / names[1]).unlink()
    with pytest.raises(Refused, match="cut off"):
        Archive(made.file, _key(worked))


def test_a_film_in_the_pool_lies_in_parts_too(worked, stick, walked, monkeypatch):
    monkeypatch.setattr(parts, "PART", 300_000)
    made = walked(worked.backups.make(folder=stick))
    assert list(stick.glob("media-pool/*/*.rcm.002"))
    _read_all(made.file, _key(worked))


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 4, 6, 8])
def test_a_cancelled_backup_leaves_nothing(worked, stick, clinic, steps):
    before = _files(clinic.home / "incoming") if (clinic.home / "incoming").exists() else {}
    work = worked.backups.make(folder=stick)
    for _ in range(steps):
        next(work)
    work.close()
    assert list(stick.iterdir()) == []
    assert worked.backups.log() == ()
    assert _files(clinic.home / "incoming") == before
    assert list((clinic.home / "incoming").glob("backup-*")) == []


def test_a_cancelled_backup_leaves_the_older_ones_whole(worked, stick, walked, visit, a_film):
    made = walked(worked.backups.make(folder=stick))
    before = _files(stick)
    walked(worked.films.take_in(a_film("second.mp4", seed=8), visit.client_id, visit.id))
    for steps in (2, 4, 6, 8):
        work = worked.backups.make(folder=stick)
        for _ in range(steps):
            next(work)
        work.close()
        assert _files(stick) == before
    assert worked.backups.status().last.file == made.file


def test_two_backups_at_once_are_refused(worked, stick):
    first = worked.backups.make(folder=stick)
    next(first)
    with pytest.raises(Refused, match="being made already"):
        next(worked.backups.make(folder=stick))
    first.close()
    next(work := worked.backups.make(folder=stick))
    work.close()


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5])
def test_a_stick_that_vanishes_is_told_and_does_not_count(worked, stick, walked, steps, tmp_path):
    walked(worked.backups.make(folder=stick))
    good = worked.backups.status().last
    shutil.copytree(stick, tmp_path / "elsewhere")
    work = worked.backups.make(folder=stick)
    for _ in range(steps):
        next(work)
    shutil.rmtree(stick)
    with pytest.raises(Refused, match=r"is gone|not finished|is not there"):
        walked(work)
    assert not stick.exists()
    status = worked.backups.status()
    assert status.last == good
    assert status.failed is not None
    assert status.failed.why
    with Archive(
        tmp_path / "elsewhere" / good.file.name, _key(worked)
    ) as opened:  # the older one is untouched
        for member in opened.manifest.members:
            list(opened.checked(member))


def test_a_folder_that_is_not_there_is_told_at_once(worked, tmp_path):
    with pytest.raises(Refused, match="not there"):
        next(worked.backups.make(folder=tmp_path / "unplugged"))


def test_what_the_medium_changes_is_found_at_once(worked, stick, monkeypatch):
    """A stick that loses a bit: the archive is read back, and does not count."""

    def flips_a_bit(path):
        for part in parts.parts_of(path):
            content = bytearray(part.read_bytes())
            content[len(content) // 2] ^= 1
            part.write_bytes(content)

    monkeypatch.setattr(backup.parts, "forget", flips_a_bit)
    with pytest.raises(Refused, match="damaged"):
        list(worked.backups.make(folder=stick))
    assert list(stick.iterdir()) == []
    assert worked.backups.status().last is None
    assert worked.backups.log()[0].state == "failed"


@pytest.mark.parametrize("place", [3, 40, 600, -200_000, -3])
def test_a_flipped_bit_in_an_archive_is_found(worked, stick, walked, place):
    made = walked(worked.backups.make_file(stick / "all.rcb"))
    content = bytearray(made.file.read_bytes())
    content[place] ^= 1
    made.file.write_bytes(content)
    with pytest.raises(Refused):
        _read_all(made.file, _key(worked))


@pytest.mark.parametrize("cut", [1, 1000, 1024 * 1024])
def test_a_cut_off_archive_is_refused(worked, stick, walked, cut):
    made = walked(worked.backups.make_file(stick / "all.rcb"))
    with made.file.open("r+b") as opened:
        opened.truncate(made.file.stat().st_size - cut)
    with pytest.raises(Refused, match="cut off"):
        Archive(made.file, _key(worked))


def test_a_film_that_broke_in_the_pool_is_put_right_within_a_week(worked, stick, walked, clinic):
    made = walked(worked.backups.make(folder=stick))
    (film,) = [path for path in stick.glob("media-pool/*/*") if path.stat().st_size > 100_000]
    film.unlink()  # on one disk it is a second name of the film itself
    here = next(path for path in clinic.home.glob("media/??/*") if path.stat().st_size > 100_000)
    content = bytearray(here.read_bytes())
    content[-5000] ^= 1
    film.write_bytes(content)
    with pytest.raises(Refused, match="media-pool"):
        _read_all(made.file, _key(worked))
    clinic.clock.on(days=8)
    walked(worked.backups.make(folder=stick))
    _read_all(made.file, _key(worked))


def test_on_the_same_disk_a_film_takes_no_room_twice(worked, walked, clinic):
    made = walked(worked.backups.make())
    assert made.file.parent == clinic.home / "backups"
    assert not made.outside
    pooled = list((clinic.home / "backups" / "media-pool").glob("*/*"))
    assert [path.stat().st_nlink for path in pooled] == [2, 2]


def test_a_film_that_is_gone_is_told(worked, stick, walked, clinic):
    film = next(p for p in clinic.home.glob("media/??/*") if p.stat().st_size > 100_000)
    film.unlink()
    made = walked(worked.backups.make(folder=stick))
    assert any(film.name[:36] in warning for warning in made.warnings)
    assert worked.backups.status().last.state == "ok"


def test_work_goes_on_during_a_backup(worked, stick, visit):
    """Fifty answers a second while a backup is made: none waits for its end, and it is consistent."""
    big = "x" * 2000
    with worked._session.database.writing():
        for number in range(8000):
            worked._session.database.insert("meta", {"key": f"k{number}", "value": big})
    done, waits = [], []

    def back_up():
        done.extend(worked.backups.make(folder=stick))

    thread = threading.Thread(target=back_up)
    thread.start()
    number = 0
    while thread.is_alive() or number < 30:
        began = time.perf_counter()
        worked.visits.append(visit.id, "history/typing", number)
        waits.append(time.perf_counter() - began)
        number += 1
        time.sleep(max(0.0, 0.02 - waits[-1]))
    thread.join()
    assert done[-1] == 1.0
    assert max(waits) < 2.0  # 250 ms are kept where nothing else runs: `runclinic bench backup` says it
    with Archive(worked.backups.status().last.file, _key(worked)) as opened:
        assert opened.manifest.rows["entry"] >= 10
    assert worked.verify() == ()


def test_locking_stops_a_backup_that_copies(worked, stick, clinic):
    work = worked.backups.make(folder=stick)
    next(work)
    worked.close()
    with pytest.raises(Refused, match="locked"):
        list(work)
    assert list(stick.iterdir()) == []
    assert sorted(path.name for path in clinic.home.glob("runclinic.db*")) == ["runclinic.db"]
    clinic.unlock()


def test_a_stick_without_room_is_told_before_anything_is_written(worked, stick, monkeypatch):
    real = disk.free_bytes
    monkeypatch.setattr(disk, "free_bytes", lambda folder: 1000 if folder == stick else real(folder))
    with pytest.raises(Refused, match="too little room"):
        list(worked.backups.make(folder=stick))
    assert list(stick.iterdir()) == []


# ------------------------------------------------------------------------------------- when and where
def test_a_backup_is_due_half_an_hour_after_the_last_if_something_changed(
    worked, stick, walked, clinic, visit
):
    assert worked.backups.due()
    walked(worked.backups.make(folder=stick))
    assert not worked.backups.due()
    clinic.clock.on(minutes=31)
    assert not worked.backups.due()
    worked.clients.get(visit.client_id)  # to look is no change
    assert not worked.backups.due()
    worked.visits.append(visit.id, "safety/RF01", "yes")
    assert worked.backups.due()
    walked(worked.backups.make(folder=stick))
    worked.visits.append(visit.id, "safety/RF01", "no")
    clinic.clock.on(minutes=29)
    assert not worked.backups.due()
    clinic.clock.on(minutes=2)
    assert worked.backups.due()


def test_the_folder_is_a_setting_of_the_clinic_and_may_be_away(worked, stick, clinic, walked):
    worked.backups.choose(stick)
    assert worked.backups.place() == stick
    assert worked.settings.get("backup/folder") == str(stick)
    stick.rename(stick.with_name("unplugged"))
    assert worked.backups.place() == clinic.home / "backups"
    status = worked.backups.status()
    assert (status.chosen, status.reachable) == (stick, False)
    walked(worked.backups.make("due"))


def test_backups_do_not_lie_among_the_records(worked, clinic):
    for folder in (clinic.home, clinic.home / "media"):
        with pytest.raises(Refused, match="among the records"):
            worked.backups.choose(folder)


def test_a_week_without_a_copy_outside_this_disk_is_told(worked, stick, walked, clinic, monkeypatch):
    assert not worked.backups.status().stale
    clinic.clock.on(days=8)
    assert worked.backups.status().stale
    walked(worked.backups.make(folder=stick))
    assert worked.backups.status().stale  # the same disk: stolen or broken with the records
    monkeypatch.setattr(backup, "is_outside", lambda *_: True)
    walked(worked.backups.make(folder=stick))
    assert not worked.backups.status().stale
    clinic.clock.on(days=8)
    assert worked.backups.status().stale


def test_what_was_set_aside_after_a_crash_goes_with_the_next_good_backup(worked, stick, walked, clinic):
    (clinic.home / "aside" / "1").mkdir(parents=True)
    walked(worked.backups.make(folder=stick))
    assert not (clinic.home / "aside").exists()


# ------------------------------------------------------------------------------------------- rotation
def test_old_backups_go_and_films_of_none_go_with_them(worked, stick, walked, clinic, visit):
    first = walked(worked.backups.make(folder=stick)).file
    film = worked.films.of(visit.id)[0]
    worked.films.file(film.id).unlink()  # as an erasure does
    for _ in range(18):
        clinic.clock.on(days=1)
        worked.visits.append(visit.id, "history/day", clinic.clock.now.isoformat())
        walked(worked.backups.make(folder=stick))
    there = [path for path, _ in archive.archives_in(stick, worked.backups.store_id())]
    assert 14 <= len(there) < 18
    assert first not in there
    assert [path.stat().st_size > 100_000 for path in stick.glob("media-pool/*/*")] == [False]
    _read_all(there[-1], _key(worked))


def test_a_legal_hold_keeps_every_backup(worked, stick, walked, clinic, visit):
    worked._session.database.insert(
        "legal_hold",
        {
            "id": "1", "client_id": visit.client_id, "reason": "a claim",
            "set_at": "2026-11-20T09:30:00.000Z", "set_by": worked.therapist.id,
        },
    )  # fmt: skip
    for _ in range(16):
        clinic.clock.on(days=1)
        worked.visits.append(visit.id, "history/day", clinic.clock.now.isoformat())
        walked(worked.backups.make(folder=stick))
    assert len(archive.archives_in(stick, worked.backups.store_id())) == 16


def test_films_that_no_backup_holds_leave_the_pool(worked, stick, walked, clinic):
    made = walked(worked.backups.make(folder=stick))
    assert rotation.sweep_pool(stick, worked.backups.store_id(), _key(worked)) == ()
    stray = stick / "media-pool" / "ab" / f"{'ab' * 32}.rcm"
    stray.parent.mkdir()
    stray.write_bytes(b"x")
    assert (
        rotation.sweep_pool(stick, worked.backups.store_id(), bytes(32)) == ()
    )  # what it cannot read it leaves
    assert stray.exists()
    assert rotation.sweep_pool(stick, worked.backups.store_id(), _key(worked)) == (stray.name,)
    _read_all(made.file, _key(worked))


def test_the_pool_of_another_clinic_is_left_alone(worked, stick, walked, clinic, tmp_path):
    other = type(clinic)(tmp_path / "other", clinic.clock)
    with other.make() as theirs:
        walked(theirs.backups.make(folder=stick))
    walked(worked.backups.make(folder=stick))
    before = _files(stick)
    assert rotation.sweep_pool(stick, worked.backups.store_id(), _key(worked)) == ()
    assert _files(stick) == before


def _every(hours: int, days: int, clock, verified=True) -> list[rotation.Backup]:
    return [
        rotation.Backup(f"{n:04}", clock.now - timedelta(hours=hours * n), verified)
        for n in range(days * 24 // hours)
    ]


def test_rotation_keeps_two_days_then_days_weeks_and_months(clinic):
    backups = _every(6, 500, clinic.clock)
    gone = set(rotation.leaving(backups, clinic.clock.now))
    stay = [each for each in backups if each.name not in gone]
    age = [(clinic.clock.now - each.at).days for each in stay]
    assert sum(days < 2 for days in age) == 8
    assert 8 + 12 <= len(stay) <= 8 + 12 + 10 + 9
    assert max(age) > 200
    days = {each.at.date() for each in stay}
    assert all((clinic.clock.now.date() - timedelta(days=back)) in days for back in range(13))


def test_rotation_never_takes_the_last_two_that_were_verified(clinic):
    old = [
        rotation.Backup(f"good{n}", clinic.clock.now - timedelta(days=900 + n), verified=True)
        for n in range(4)
    ]
    new = [
        rotation.Backup(f"bad{n}", clinic.clock.now - timedelta(days=3 + n), verified=False)
        for n in range(600)
    ]
    gone = set(rotation.leaving([*old, *new], clinic.clock.now))
    assert {"good0", "good1"} & gone == set()
    assert {"good2", "good3"} <= gone


# ------------------------------------------------------------------------------------------- archives
def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "a.rcb").write_bytes(b"%PDF-1.7" + bytes(5000))
    with pytest.raises(Refused, match="no backup of RunClinic"):
        archive.head_of(tmp_path / "a.rcb")
    with pytest.raises(Refused, match="There is no backup"):
        archive.head_of(tmp_path / "b.rcb")


def test_a_member_is_never_written_outside(worked, stick, walked, monkeypatch, tmp_path):
    sources = [archive.Source("../evil", worked.home / "keys.json")]
    head = archive.Head(archive.FORMAT, "x", "2026-11-20T09:30:00.000Z", "0:0", archive.head_of(
        walked(worked.backups.make(folder=stick)).file).keys)  # fmt: skip
    list(archive.write(stick / "evil.rcb", head, bytes(32), sources, archive.Content({}, ())))
    with pytest.raises(Refused, match="damaged"):
        Archive(stick / "evil.rcb", bytes(32))


def test_another_key_opens_nothing(worked, stick, walked):
    made = walked(worked.backups.make(folder=stick))
    with pytest.raises(Refused):
        Archive(made.file, bytes(32))


def test_a_film_is_known_by_its_head(worked, clinic):
    marks = {sealed.mark(path) for path in clinic.home.glob("media/??/*")}
    assert len(marks) == 2
