"""Erasing a client: nothing of her is left, the chain holds, and a restored copy forgets her too."""

import shutil
from datetime import date, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from runclinic import records
from runclinic.records import chain, driver
from runclinic.records.keys import Cost
from runclinic.records.retention import later
from runclinic.refused import Refused

_spec = spec_from_file_location("tampering", Path(__file__).with_name("tampering.py"))
tampering = module_from_spec(_spec)
_spec.loader.exec_module(tampering)
meddled, signed = tampering.meddled, tampering.signed

CHEAP = Cost(8, 1, 1)
PASSWORD = "purple tractor lemon sky"
PDF = b"%PDF-1.4 Vandersloot plan"
HERS = ("Vandersloot", "Zoë", "0412 345 678", "marathon in Bruges", "1990-05-17", "told by Dr Quill")


@pytest.fixture
def full(store, zoe, visit, a_film):
    """Zoë with a signed and amended visit, a film with something beside it, papers, a draft; and Ann."""
    for _ in store.films.take_in(a_film(), zoe.id, visit.id):
        pass
    film = store.films.of(visit.id)[0]
    store.films.keep_beside(film.id, "landmarks-1", b"points")
    store.visits.append(visit.id, "history/H02", "a marathon in Bruges")
    store.documents.keep(visit.id, "plan", "2026-11-20 plan VANDERSLOOT.pdf", PDF)
    signed(store, visit)
    store.amendments.change(visit.id, "history/H02", "no marathon in Bruges", "told by Dr Quill")
    draft = store.visits.start(zoe.id, date(2026, 11, 27))
    store.visits.append(draft.id, "history/H02", "the marathon in Bruges after all")
    store.access.exported("client", zoe.id, zoe.id, "told by Dr Quill")
    ann = store.clients.add(given_name="Ann", family_name="Other", born=date(1980, 1, 1))
    hers = store.visits.start(ann.id, date(2026, 11, 20))
    store.visits.append(hers.id, "history/H02", "5 km")
    signed(store, hers)
    return zoe


def _erase(store, client, ground="asked", password=PASSWORD):
    return store.erasure.erase(client.id, ground, password, floor=CHEAP)


def _rows_of(store, client_id) -> dict[str, list]:
    database = store._session.database
    tables = ("media", "document", "legal_hold")
    found = {
        each: database.rows(f"SELECT * FROM {each} WHERE client_id = ?", (client_id,)) for each in tables
    }
    for each in ("signed_record", "amendment", "visit_media"):
        sql = f"SELECT * FROM {each} WHERE visit_id IN (SELECT id FROM visit WHERE client_id = ?)"
        found[each] = database.rows(sql, (client_id,))
    return {name: rows for name, rows in found.items() if rows}


def _text_of_all_tables(store) -> str:
    database = store._session.database
    names = [row["name"] for row in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return "\n".join(repr(database.rows(f"SELECT * FROM {name}")) for name in names)


def test_no_row_no_file_no_key_and_no_word_of_her_is_left(store, full):
    before = len(list(store.home.rglob("*.rcm")))
    assert all(word in _text_of_all_tables(store) or word == "told by Dr Quill" for word in HERS)
    erased = _erase(store, full)
    assert _rows_of(store, full.id) == {}
    assert before == 3
    assert list(store.home.rglob("*.rcm")) == []
    key = store._session.database.one("SELECT * FROM client_key WHERE client_id = ?", (full.id,))
    assert key["key"] is None
    assert key["destroyed_at"] == erased.at
    everything = _text_of_all_tables(store)
    assert [word for word in HERS if word in everything] == []
    assert erased.counts == {"visits": 2, "entries": 2, "films": 1, "documents": 1}


def test_she_is_found_no_more(store, full):
    _erase(store, full)
    assert store.clients.search("vander") == []
    assert store.clients.search("17.5.1990") == []
    assert store.clients.search("0412") == []
    assert [each.family_name for each in store.clients.recent()] == ["Other"]
    assert store.clients.count() == 1
    for asked in (store.clients.get, store.client_file, store.retention.of):
        with pytest.raises(Refused, match=r"erased|not in the records"):
            asked(full.id)


def test_the_chain_still_holds_and_the_others_signatures_too(clinic, store, full):
    _erase(store, full)
    assert store.verify() == ()
    assert store.signing.faults() == ()
    store.close()
    again = clinic.unlock()
    assert again.verify() == ()
    assert again.signing.faults() == ()
    assert again._session.database.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def test_the_audit_tells_by_whom_and_on_which_ground(store, full):
    erased = _erase(store, full)
    row = store.access.recent(1)[0]
    assert (row.action, row.client_id, row.actor) == ("erase", full.id, store.therapist.id)
    assert (row.detail["ground"], row.detail["reference"]) == ("asked", erased.reference)
    reasons = [each.detail for each in store.access.of(full.id) if each.action == "export"]
    assert reasons == [{}]  # sealed under a key that is gone


def test_nothing_more_is_recorded_of_her(store, full):
    _erase(store, full)
    visit = store.visits.of(full.id)[-1]
    with pytest.raises(Refused):
        store.visits.append(visit.id, "history/H02", "again")


def test_a_value_blanked_without_an_erasure_is_named(store, full):
    """Someone with the key takes one answer out and calls it erased."""
    with meddled(store, "UPDATE entry SET value = NULL, state = 'erased' WHERE seq = 3"):
        assert [fault.seq for fault in store.verify()] == [3]


def test_only_an_owner_with_her_password_and_a_ground_erases(store, full):
    before = _text_of_all_tables(store)
    with pytest.raises(Refused, match="password is wrong"):
        _erase(store, full, password="purple tractor lemon sk")
    with pytest.raises(Refused, match="needs a ground"):
        _erase(store, full, ground="no reason")
    assert _text_of_all_tables(store) == before


def test_a_therapist_erases_nothing(clinic, store, full):
    her = store.people.add("Thea Rapist", "TR", "therapist", "umbrella forty canyon mist", cost=CHEAP)
    store.close()
    with records.unlock(clinic.home, her.id, "umbrella forty canyon mist", floor=CHEAP) as hers:
        with pytest.raises(Refused, match="Only an owner"):
            hers.erasure.erase(full.id, "asked", "umbrella forty canyon mist", floor=CHEAP)
        with pytest.raises(Refused, match="Only an owner"):
            hers.retention.hold(full.id, "a reason")


def test_before_its_time_the_ground_that_it_is_over_is_refused(clinic, store, full):
    with pytest.raises(Refused, match="must be kept until 2033-11-27"):
        _erase(store, full, ground="over")
    clinic.clock.on(days=365 * 7 + 12)
    assert _erase(store, full, ground="over").ground == "over"


def test_a_legal_hold_stands_against_every_ground_until_it_is_lifted(store, full):
    hold = store.retention.hold(full.id, "a claim is open")
    for ground in ("asked", "court", "mistake"):
        with pytest.raises(Refused, match="legal hold"):
            _erase(store, full, ground=ground)
    assert store.retention.of(full.id).held
    store.retention.lift(hold)
    assert store.retention.holds(full.id) == ()
    with pytest.raises((Refused, driver.Error)):
        store.retention.lift(hold)
    _erase(store, full)


def test_an_erasure_is_whole_or_did_not_happen(clinic, store, full, monkeypatch):
    """The power goes in the middle of the transaction."""
    before = _text_of_all_tables(store)
    monkeypatch.setattr(type(store.access), "note", _power_gone)
    with pytest.raises(RuntimeError, match="power"):
        _erase(store, full)
    monkeypatch.undo()
    assert _text_of_all_tables(store) == before
    assert store.documents.read(store.documents.of(store.visits.of(full.id)[0].id)[0].id) == PDF
    assert (
        store._session.database.one("SELECT count(*) AS n FROM sqlite_master WHERE type = 'trigger'")["n"]
        > 20
    )


def _power_gone(*_args, **_more):
    raise RuntimeError("the power is gone")


def test_files_that_a_crash_left_behind_go_at_the_next_start(clinic, store, full, monkeypatch):
    monkeypatch.setattr(type(store.erasure), "remove_files", lambda _self: 0)
    _erase(store, full)
    monkeypatch.undo()
    assert len(list(store.home.rglob("*.rcm"))) == 3
    store.close()
    clinic.unlock()
    assert list(clinic.home.rglob("*.rcm")) == []


def test_a_restored_older_copy_replays_the_erasure(clinic, store, full, tmp_path):
    """Row 31: an old backup comes back; she does not."""
    store.close()
    shutil.copytree(clinic.home, tmp_path / "copy")
    live = clinic.unlock()
    erased = _erase(live, full)
    known = live.erasure.all()
    live.close()
    old = records.unlock(
        tmp_path / "copy", records.therapists(tmp_path / "copy")[0][0], PASSWORD, floor=CHEAP
    )
    with old:
        assert old.clients.get(full.id).family_name == "Vandersloot"
        assert [each.reference for each in old.erasure.replay(known)] == [erased.reference]
        everything = _text_of_all_tables(old)
        assert [word for word in HERS if word in everything] == []
        assert list((tmp_path / "copy").rglob("*.rcm")) == []
        assert old.verify() == ()
        assert old.signing.faults() == ()
        assert old.erasure.all() == known
        assert old.erasure.replay(known) == ()


def test_her_words_are_gone_from_the_raw_pages(clinic, store, full):
    """The freed pages were written anew: a plain copy of the database holds no word of her."""
    _erase(store, full)
    raw = store._session.database.connection.conn
    copy = clinic.home.parent / "plain.db"
    raw.execute(f"ATTACH DATABASE '{copy}' AS plain KEY ''")
    raw.execute("SELECT sqlcipher_export('plain')")
    raw.execute("DETACH DATABASE plain")
    pages = copy.read_bytes()
    assert b"Other" in pages
    assert [word for word in HERS if word.encode() in pages] == []


# ----------------------------------------------------------------------------------------- retention
def test_records_are_kept_seven_years_or_as_the_clinic_says(clinic, store, zoe, visit):
    assert store.retention.of(zoe.id).until == date(2033, 11, 20)
    store.settings.set("clinic/retention_years", 10)
    assert store.retention.of(zoe.id).until == date(2036, 11, 20)


def test_who_was_treated_as_a_child_is_kept_until_she_is_25(store):
    young = store.clients.add(given_name="Kim", born=date(2010, 6, 1))
    store.visits.start(young.id, date(2026, 11, 20))
    assert store.retention.of(young.id).until == date(2035, 6, 1)


def test_the_list_names_whose_time_is_over_and_who_is_not_on_hold(clinic, store, zoe, visit):
    ann = store.clients.add(given_name="Ann", family_name="Other")
    store.visits.start(ann.id, date(2020, 1, 1))
    nobody = store.clients.add(given_name="No", family_name="Visit")
    assert store.retention.over() == []
    clinic.clock.on(days=365 * 8)
    assert [each.name for each in store.retention.over()] == ["Ann Other", "Zoë Vandersloot"]
    store.retention.hold(ann.id, "a claim is open")
    assert [each.client_id for each in store.retention.over()] == [zoe.id]
    assert store.retention.of(nobody.id).until is None


@pytest.mark.parametrize(
    "day, years, then",
    [(date(2024, 2, 29), 1, date(2025, 3, 1)), (date(2024, 2, 29), 4, date(2028, 2, 29)),
     (date(2026, 11, 20), 7, date(2033, 11, 20))],
)  # fmt: skip
def test_some_years_later(day, years, then):
    assert later(day, years) == then


# ------------------------------------------------------------- rows 19 and 32: the clock, and the trail
@pytest.mark.parametrize("back", [timedelta(days=1), timedelta(minutes=3), timedelta(days=3650)])
def test_a_clock_that_was_set_back_is_told_and_the_order_stays(clinic, store, visit, back):
    store.visits.append(visit.id, "safety/RF01", 1)
    clinic.clock.now -= back
    store.visits.append(visit.id, "safety/RF02", 2)
    store.visits.append(visit.id, "safety/RF03", 3)
    assert [entry.value for entry in store.visits.entries(visit.id)] == [1, 2, 3]
    assert [row.action for row in store.access.recent()].count("clock_back") >= 1
    assert store.verify() == ()


def test_a_clock_ten_years_ahead_and_right_again_is_told_once_it_is_right(clinic, store, visit):
    clinic.clock.on(days=3650)
    store.visits.append(visit.id, "safety/RF01", 1)
    store.access.note("view", "client", visit.client_id, visit.client_id)
    told = [row.action for row in store.access.recent()]
    assert "clock_back" not in told
    clinic.clock.on(days=-3650)
    store.access.note("view", "client", visit.client_id, visit.client_id)
    assert [row.action for row in store.access.recent(2)] == ["view", "clock_back"]
    assert store.verify() == ()


def test_summer_time_ending_in_a_visit_is_no_clock_set_back(clinic, store, visit):
    berlin = ZoneInfo("Europe/Berlin")
    clinic.clock.now = datetime(2026, 12, 25, 2, 55, tzinfo=berlin)
    store.visits.append(visit.id, "safety/RF01", 1)
    clinic.clock.now = datetime(2027, 10, 31, 2, 55, tzinfo=berlin)
    store.visits.append(visit.id, "safety/RF02", 2)
    clinic.clock.now = datetime(2027, 10, 31, 2, 5, tzinfo=berlin, fold=1)  # ten minutes later, by the sun
    store.visits.append(visit.id, "safety/RF03", 3)
    store.access.note("view")
    assert "clock_back" not in [row.action for row in store.access.recent()]
    stamps = [entry.when for entry in store.visits.entries(visit.id)]
    assert stamps == sorted(stamps)


def test_the_trail_of_a_client_is_read_newest_first_with_field_names_alone(clinic, store, zoe, visit):
    for number in range(3):
        store.visits.append(visit.id, f"safety/RF0{number}", "a secret answer")
        clinic.clock.on(seconds=20)
    clinic.clock.on(minutes=40)
    store.visits.append(visit.id, "history/H02", "another secret")
    signed(store, visit)
    lines = store.trail.of(zoe.id)
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    answers = [line for line in lines if line.action == "answer"]
    assert [(line.n, line.fields) for line in answers] == [
        (1, ("history/H02",)),
        (3, ("safety/RF00", "safety/RF01", "safety/RF02")),
    ]
    assert "secret" not in repr(lines)
    assert {"add", "sign"} <= {line.action for line in lines}


def test_the_trail_of_the_clinic_is_an_owners(clinic, store, zoe):
    store.settings.set("clinic/phone", "555 0200")
    line = store.trail.of_clinic(1)[0]
    assert (line.action, line.entity_id) == ("settings", "clinic/phone")
    assert "0200" not in repr(line)


def test_a_printed_head_is_matched_and_a_shorter_or_other_log_is_told(clinic, store, zoe):
    database = store._session.database
    head = str(store.access.head())
    assert chain.anchored(database, head) == "match"
    store.access.note("view", "client", zoe.id, zoe.id)
    assert chain.anchored(database, head) == "match"
    longer = str(store.access.head())
    with meddled(store, "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)"):
        assert chain.anchored(database, longer) == "shorter"
    seq, digits = head.split(":")
    other = digits[:-1] + ("0" if digits[-1] != "0" else "1")
    assert chain.anchored(database, f"{seq}:{other}") == "mismatch"
    with pytest.raises(Refused, match="no head"):
        chain.anchored(database, "12:xyz")


def test_the_first_wrong_row_is_named(store, visit):
    for number in range(4):
        store.visits.append(visit.id, f"safety/RF0{number}", number)
    keys = store._entries.digest_key
    assert chain.first_fault(store._session.database, keys) is None
    with meddled(
        store, "UPDATE audit SET actor = 'x' WHERE seq IN (2, 3)", "DELETE FROM entry WHERE seq = 3"
    ):
        assert str(chain.first_fault(store._session.database, keys)) == "Row 2 of audit is changed."
