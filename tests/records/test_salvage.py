"""A damaged record file gives back every row that can be read, and the rest is named."""

import random

import pytest

from runclinic import records
from runclinic.records import driver, restore, salvage
from runclinic.records.keys import Cost
from runclinic.refused import Refused

CHEAP = Cost(8, 1, 1)
PASSWORD = "purple tractor lemon sky"
PAGE = 4096


@pytest.fixture
def worked(store, visit, walked, tmp_path):
    """Some hundred clients and answers on many pages, and a film."""
    with store._session.database.writing():
        for number in range(60):
            store.clients.add(given_name=f"Client{number}", family_name="Salvage", note="n" * 300)
        for number in range(400):
            store.visits.append(visit.id, f"history/Q{number}", f"answer {number} " + "x" * 100)
    (tmp_path / "side.mp4").write_bytes(random.Random(3).randbytes(50_000))
    walked(store.films.take_in(tmp_path / "side.mp4", visit.client_id, visit.id))
    return store


def _saved(clinic, walked, tmp_path) -> salvage.Salvaged:
    return walked(
        salvage.salvage(clinic.home, tmp_path / "saved.rcb", PASSWORD, floor=CHEAP, clock=clinic.clock)
    )


def _opened(clinic, walked, saved, tmp_path, name="again"):
    again = type(clinic)(tmp_path / name, clinic.clock)
    walked(restore.restore(saved.file, again.home, PASSWORD, floor=CHEAP, clock=clinic.clock))
    clinic.stores.append(again.unlock())
    return clinic.stores[-1]


def _pages_of(store, clinic, table: str) -> list[int]:
    """The leaf pages of a table, numbered from 0 (dbstat is not built in: found by damage)."""
    key = store._keys.database
    store.close()
    path = clinic.home / "runclinic.db"
    whole, found = path.read_bytes(), []
    for page in range(1, len(whole) // PAGE):
        content = bytearray(whole)
        content[page * PAGE + 100] ^= 1
        path.write_bytes(content)
        try:
            raw = driver.connect(path, key)
        except driver.Error:
            continue  # the table of contents
        try:
            raw.execute(f"SELECT count(rowid), sum(length(quote(rowid))) FROM {table} NOT INDEXED").fetchall()
        except driver.Error:
            found.append(page)
        raw.conn.close()
    path.write_bytes(whole)
    return found


def _damage(clinic, *pages: int) -> None:
    path = clinic.home / "runclinic.db"
    content = bytearray(path.read_bytes())
    for page in pages:
        content[page * PAGE + 2000] ^= 4
    path.write_bytes(content)


def test_nothing_is_missing_from_a_sound_file(clinic, worked, visit, walked, tmp_path):
    worked.close()
    before = clinic.files()
    saved = _saved(clinic, walked, tmp_path)
    assert saved.missing == ()
    assert clinic.files() == before
    store = _opened(clinic, walked, saved, tmp_path)
    assert len(store.visits.entries(visit.id)) == 400
    assert store.clients.count() == 61
    assert store.verify() == ()
    film = store.films.of(visit.id)[0]
    with store.films.open(film.id) as opened:
        assert opened.read() == random.Random(3).randbytes(50_000)


def test_a_broken_page_of_answers_costs_only_its_answers(clinic, worked, visit, walked, tmp_path):
    pages = _pages_of(worked, clinic, "entry")
    _damage(clinic, pages[len(pages) // 2])
    saved = _saved(clinic, walked, tmp_path)
    assert any(line.startswith("Of entry these rows cannot be read:") for line in saved.missing)
    store = _opened(clinic, walked, saved, tmp_path)
    kept = store.visits.entries(visit.id)
    assert 360 < len(kept) < 400
    assert all(entry.value.startswith(f"answer {entry.key.removeprefix('history/Q')} ") for entry in kept)
    assert {fault.what for fault in store.verify()} >= {"missing"}
    store.visits.append(visit.id, "history/after", "work goes on")


def test_lost_clients_have_a_stand_in_and_keep_their_visits(clinic, worked, visit, walked, tmp_path):
    pages = _pages_of(worked, clinic, "client")
    _damage(clinic, *pages[1:])
    saved = _saved(clinic, walked, tmp_path)
    assert any("name of a client is lost" in line for line in saved.missing)
    store = _opened(clinic, walked, saved, tmp_path)
    assert len(store.visits.entries(visit.id)) == 400
    assert store.clients.search("lost")
    assert store.clients.count() == 61


@pytest.mark.storm
@pytest.mark.parametrize("left", [0.9, 0.6])
def test_a_file_that_was_cut_off_gives_what_is_left(clinic, worked, visit, walked, tmp_path, left):
    worked.close()
    path = clinic.home / "runclinic.db"
    with path.open("r+b") as opened:
        opened.truncate(int(path.stat().st_size * left))
    saved = _saved(clinic, walked, tmp_path)
    assert saved.rows > 50
    store = _opened(clinic, walked, saved, tmp_path)
    assert store.clients.count() > 0


def test_broken_pages_one_at_a_time_never_a_wrong_value(clinic, worked, visit, walked, tmp_path):
    worked.close()
    path = clinic.home / "runclinic.db"
    whole, chance = path.read_bytes(), random.Random(5)
    count, refusals = len(whole) // PAGE, []
    for number, page in enumerate(chance.sample(range(1, count), min(4, count - 1))):
        path.write_bytes(whole)
        _damage(clinic, page)
        try:
            saved = _saved(clinic, walked, tmp_path)
        except Refused as refused:
            refusals.append(refused.what)
            continue
        store = _opened(clinic, walked, saved, tmp_path, name=f"again{number}")
        kept = [entry for row in store.clients.search("salvage") for entry in (row.given_name,)]
        assert all(name.startswith("Client") for name in kept)
        for entry in store.visits.entries(visit.id) if store.visits.of(visit.client_id) else ():
            assert entry.value.startswith(f"answer {entry.key.removeprefix('history/Q')} ")
        store.close()
        saved.file.unlink()
    assert all("table of contents" in what for what in refusals)


@pytest.mark.storm
def test_every_page_of_a_file_in_turn(clinic, worked, visit, walked, tmp_path):
    worked.close()
    path = clinic.home / "runclinic.db"
    whole, refusals, least = path.read_bytes(), [], []
    for page in range(1, len(whole) // PAGE, 5):
        path.write_bytes(whole)
        _damage(clinic, page)
        try:
            saved = _saved(clinic, walked, tmp_path)
        except Refused as refused:
            refusals.append(refused.what)
            continue
        least.append(saved.rows)
        store = _opened(clinic, walked, saved, tmp_path, name=f"again{page}")
        assert store.clients.count() >= 60
        store.close()
        saved.file.unlink()
    assert len(refusals) < 8
    assert all("table of contents" in what for what in refusals)
    assert sorted(least)[len(least) // 4] > 550  # a page further up in the file costs more rows


def test_a_file_of_which_nothing_can_be_read_is_told(clinic, worked, tmp_path):
    worked.close()
    path = clinic.home / "runclinic.db"
    path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(PAGE * 4 - 4))
    before = clinic.files()
    with pytest.raises(Refused, match="Nothing of the record file can be read"):
        list(salvage.salvage(clinic.home, tmp_path / "saved.rcb", PASSWORD, floor=CHEAP))
    assert clinic.files() == before
    assert list(tmp_path.glob("*.rcb*")) == []


def test_a_cancelled_salvage_leaves_nothing(clinic, worked, tmp_path):
    worked.close()
    before = clinic.files()
    for steps in (1, 4, 12, 20):
        work = salvage.salvage(clinic.home, tmp_path / "saved.rcb", PASSWORD, floor=CHEAP)
        for _ in range(steps):
            next(work)
        work.close()
        assert clinic.files() == before
        assert list(tmp_path.glob("*.rcb*")) == []


def test_salvaging_needs_the_records_closed(clinic, worked, tmp_path):
    with pytest.raises(Refused, match="already open"):
        next(salvage.salvage(clinic.home, tmp_path / "saved.rcb", PASSWORD, floor=CHEAP))
    assert records.exists(clinic.home)
