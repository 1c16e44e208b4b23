"""`verify` names every row that was edited, removed or moved, every rule taken off, every film that broke."""

import pytest

from runclinic.records import checking, driver
from runclinic.records.keys import Cost
from runclinic.refused import Refused

CHEAP = Cost(8, 1, 1)
PASSWORD = "purple tractor lemon sky"


@pytest.fixture
def worked(store, visit, a_film, walked):
    for number in range(12):
        store.visits.append(visit.id, f"history/Q{number}", f"answer {number}")
    walked(store.films.take_in(a_film(), visit.client_id, visit.id))
    store.documents.keep(visit.id, "plan", "Plan.pdf", b"%PDF-1.7 a plan")
    return store


def _meddle(clinic, store, *statements: str, rules: bool = True) -> None:
    """Change the closed record file by someone who has its key; the rules are taken off, and put back."""
    key = store._keys.database
    store.close()
    raw = driver.connect(clinic.home / "runclinic.db", key)
    taken = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    raw.execute("PRAGMA foreign_keys=OFF")
    for name, _ in taken:
        raw.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        raw.execute(statement)
    for _, sql in taken if rules else ():
        raw.execute(sql)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.conn.close()


def _faults(clinic, walked, *anchors: str) -> tuple[str, ...]:
    return walked(checking.check_home(clinic.home, PASSWORD, anchors, floor=CHEAP, clock=clinic.clock)).faults


def test_nothing_is_found_where_nothing_was_changed(clinic, worked, walked):
    worked.close()
    assert _faults(clinic, walked) == ()
    with clinic.unlock() as store:
        assert "verify" in [row.action for row in store.access.recent(5)]


@pytest.mark.parametrize(
    "statement, named",
    [
        ("UPDATE entry SET value = '\"forged\"' WHERE seq = 7", "Row 7 of entry is changed"),
        ("UPDATE entry SET who = (SELECT max(id) || 'x' FROM therapist) WHERE seq = 7", "Row 7 of entry"),
        ("UPDATE entry SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 7", "Row 7 of entry is changed"),
        ("UPDATE entry SET state = 'erased', value = NULL WHERE seq = 7", "Row 7 of entry is changed"),
        ("DELETE FROM entry WHERE seq = 7", "Row 7 of entry is missing"),
        ("UPDATE audit SET actor = 'somebody' WHERE seq = 3", "Row 3 of audit is changed"),
        ("DELETE FROM audit WHERE seq = 3", "Row 3 of audit is missing"),
        ("DELETE FROM visit", "A row of entry belongs to none of visit"),
        ("UPDATE meta SET value = hex(zeroblob(32)) WHERE key = 'settings_key'", "Row 1 of entry is changed"),
    ],
)
def test_what_was_changed_is_named(clinic, worked, walked, statement, named):
    _meddle(clinic, worked, statement)
    assert any(named in fault for fault in _faults(clinic, walked)), _faults(clinic, walked)


def test_two_rows_that_changed_places_are_both_named(clinic, worked, walked):
    _meddle(
        clinic,
        worked,
        "UPDATE entry SET seq = -1 WHERE seq = 6",
        "UPDATE entry SET seq = 6 WHERE seq = 9",
        "UPDATE entry SET seq = 9 WHERE seq = -1",
    )
    faults = " ".join(_faults(clinic, walked))
    assert "Row 6 of entry" in faults
    assert "Row 9 of entry" in faults


def test_rules_that_were_taken_off_are_named_one_by_one(clinic, worked, walked):
    _meddle(clinic, worked, rules=False)
    faults = _faults(clinic, walked)
    assert any("entry_no_update" in fault for fault in faults)
    assert any("audit_no_delete" in fault for fault in faults)


def test_a_signed_visit_that_was_changed_is_named(clinic, worked, visit, walked):
    seen = {entry.key: entry.value for entry in worked.visits.entries(visit.id)}
    worked.signing.sign(visit.id, {"outcome": "amber"}, seen)
    _meddle(clinic, worked, "UPDATE signed_record SET record = replace(record, 'amber', 'green')")
    assert any(visit.id in fault and "record was changed" in fault for fault in _faults(clinic, walked))


# ------------------------------------------------------------------------------------------ anchors
def test_a_head_from_paper_says_match_or_mismatch_or_shorter(clinic, worked, walked):
    head = worked.access.head()
    worked.close()
    assert _faults(clinic, walked, str(head)) == ()
    wrong = f"{head.seq}:{'0' * 16}"
    assert any("not the one that ended at" in fault for fault in _faults(clinic, walked, wrong))
    later = f"{head.seq + 500}:{'0' * 16}"
    assert any("shorter than" in fault for fault in _faults(clinic, walked, later))
    with pytest.raises(Refused, match="no head of the audit"):
        _faults(clinic, walked, "nonsense")


def test_a_tail_cut_off_is_found_by_the_head_of_a_backup(clinic, worked, stick, walked, visit):
    worked.visits.append(visit.id, "safety/RF01", "yes")
    worked.backups.choose(stick)
    walked(worked.backups.make())
    last = worked.access.head().seq
    _meddle(
        clinic,
        worked,
        f"DELETE FROM audit WHERE seq > {last - 4}",
        "DELETE FROM anchor",
        "DELETE FROM backup_log",
    )
    assert any(fault.startswith("Backup RunClinic-") for fault in _faults(clinic, walked))


def test_yesterdays_file_put_back_is_found_by_the_head_of_a_backup(clinic, worked, stick, walked, visit):
    worked.backups.choose(stick)
    worked.close()
    yesterday = (clinic.home / "runclinic.db").read_bytes()
    with clinic.unlock() as store:
        store.visits.append(visit.id, "safety/RF01", "yes")
        walked(store.backups.make())
    (clinic.home / "runclinic.db").write_bytes(yesterday)
    assert any("shorter" in fault or "not the one" in fault for fault in _faults(clinic, walked))


# -------------------------------------------------------------------------------------- films, pages
def test_a_film_that_broke_or_went_is_named(clinic, worked, visit, walked):
    film, document = worked.films.of(visit.id)[0], worked.documents.of(visit.id)[0]
    worked.close()
    path = clinic.home / "media" / film.id[:2] / f"{film.id}.rcm"
    content = bytearray(path.read_bytes())
    content[2000] ^= 1
    path.write_bytes(content)
    (clinic.home / "media" / document.id[:2] / f"{document.id}.rcm").unlink()
    faults = _faults(clinic, walked)
    assert f"The film {film.id} is damaged." in faults
    assert f"The file of the paper {document.id} is gone." in faults


def test_a_damaged_film_spoils_neither_the_visit_nor_other_films(clinic, worked, visit, walked, a_film):
    first = worked.films.of(visit.id)[0]
    second = walked(worked.films.take_in(a_film("other.mp4", seed=8), visit.client_id, visit.id))
    path = worked.films.file(first.id)
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    with pytest.raises(Refused, match="damaged"):
        worked.films.open(first.id)
    with worked.films.open(second) as good:
        assert good.read()
    assert len(worked.visits.entries(visit.id)) == 12


def test_a_broken_page_is_named(clinic, worked, walked):
    worked.close()
    path = clinic.home / "runclinic.db"
    content = bytearray(path.read_bytes())
    content[-1000] ^= 1
    path.write_bytes(content)
    try:
        faults = _faults(clinic, walked)
    except Refused as refused:
        faults = (refused.what,)
    assert any("page" in fault.lower() or "damaged" in fault for fault in faults)


def test_a_wrong_password_is_told(clinic, worked):
    worked.close()
    with pytest.raises(Refused, match="opens none"):
        next(checking.check_home(clinic.home, "not her password", floor=CHEAP))
