"""Someone with the key to the file changes what was recorded: `verify` names the row."""

from dataclasses import replace

import pytest

from runclinic.records import chain, schema
from runclinic.records.chain import Fault


@pytest.fixture
def worked(store, visit):
    """A store with 12 settings and answers, and as many audit rows."""
    for number in range(10):
        store.visits.append(visit.id, f"safety/RF{number:02}", number)
        store.access.exported("visit", visit.id, visit.client_id, reason=f"asked {number}")
    assert store.verify() == ()
    return store


def _meddle(store, *statements: str) -> None:
    """Change rows as someone does who takes the triggers off and puts them back."""
    database = store._session.database
    database.run("PRAGMA foreign_keys=OFF")
    with database.writing():
        for name in schema._found(database.connection):
            database.run(f"DROP TRIGGER {name}")
        for statement in statements:
            database.run(statement)
        schema.put_triggers(database.connection)
    assert schema.triggers_hold(database.connection)


_COLUMNS = {
    "audit": ["at", "actor", "session", "action", "entity", "entity_id", "client_id", "detail"],
    "entry": ["visit_id", "key", "value", "state", "source", "who", "at"],
}
_CHANGES = {
    "detail": "'{}'", "value": "'99'", "state": "'cleared'", "source": "'imported'", "visit_id": "NULL",
}  # fmt: skip


@pytest.mark.parametrize(
    "table, column", [(table, column) for table, columns in _COLUMNS.items() for column in columns]
)
def test_a_changed_cell_is_named(worked, table, column):
    _meddle(worked, f"UPDATE {table} SET {column} = {_CHANGES.get(column, repr('forged'))} WHERE seq = 7")
    assert worked.verify() == (Fault(table, 7, "changed"),)
    assert str(worked.verify()[0]) == f"Row 7 of {table} is changed."


@pytest.mark.parametrize("table", ["audit", "entry"])
@pytest.mark.parametrize("column", ["hash", "prev", "digest"])
def test_a_changed_link_is_named(worked, table, column):
    if column not in worked._session.database.one(f"SELECT * FROM {table}"):
        return
    _meddle(worked, f"UPDATE {table} SET {column} = zeroblob(32) WHERE seq = 7")
    assert Fault(table, 7, "changed") in worked.verify()


@pytest.mark.parametrize("table", ["audit", "entry"])
def test_a_removed_row_is_named(worked, table):
    _meddle(worked, f"DELETE FROM {table} WHERE seq IN (4, 5)")
    assert worked.verify() == (Fault(table, 4, "missing"), Fault(table, 5, "missing"))


@pytest.mark.parametrize("table", ["audit", "entry"])
def test_the_first_row_removed_is_named(worked, table):
    _meddle(worked, f"DELETE FROM {table} WHERE seq = 1")
    assert worked.verify()[0] == Fault(table, 1, "missing")


@pytest.mark.parametrize("table", ["audit", "entry"])
def test_a_removed_row_with_the_others_moved_up_is_named(worked, table):
    _meddle(
        worked,
        f"DELETE FROM {table} WHERE seq = 5",
        f"UPDATE {table} SET seq = -seq WHERE seq > 5",
        f"UPDATE {table} SET seq = -seq - 1 WHERE seq < 0",
    )
    assert worked.verify()[0] == Fault(table, 5, "changed")


@pytest.mark.parametrize("table", ["audit", "entry"])
def test_two_exchanged_rows_are_both_named(worked, table):
    _meddle(
        worked,
        f"UPDATE {table} SET seq = -1 WHERE seq = 5",
        f"UPDATE {table} SET seq = 5 WHERE seq = 6",
        f"UPDATE {table} SET seq = 6 WHERE seq = -1",
    )
    assert {fault.seq for fault in worked.verify()} >= {5, 6}


def test_a_row_put_in_between_is_named(worked):
    _meddle(
        worked,
        "UPDATE audit SET seq = -seq WHERE seq > 5",
        "UPDATE audit SET seq = -seq + 1 WHERE seq < 0",
        "INSERT INTO audit SELECT 6, at, actor, session, 'view', entity, entity_id, client_id, detail, prev,"
        " hash FROM audit WHERE seq = 5",
    )
    assert worked.verify()[0].seq == 6


def test_a_row_changed_with_its_hash_made_anew_is_seen_at_the_next(worked):
    row = worked._session.database.one("SELECT * FROM audit WHERE seq = 7")
    row["actor"] = "someone else"
    forged = chain.audit_hash(row, row["prev"]).hex()
    _meddle(worked, f"UPDATE audit SET actor = 'someone else', hash = x'{forged}' WHERE seq = 7")
    assert worked.verify() == (Fault("audit", 8, "out of order"),)


def test_entries_cut_off_before_the_last_lock_are_missed(clinic, worked):
    worked.close()
    store = clinic.unlock()
    last = chain.head(store._session.database, "entry").seq
    _meddle(store, f"DELETE FROM entry WHERE seq = {last}")
    assert store.verify() == (Fault("entry", last, "missing"),)


def test_a_tail_replaced_by_other_entries_is_seen(clinic, worked, visit):
    worked.close()
    store = clinic.unlock()
    last = chain.head(store._session.database, "entry").seq
    _meddle(store, f"DELETE FROM entry WHERE seq = {last}")
    store.visits.append(visit.id, "safety/RF09", "another")
    assert store.verify() == (Fault("entry", last, "changed"),)


def test_the_head_of_the_audit_stands_for_all_of_it(worked):
    before = worked.access.head()
    worked.access.printed("some", "body")
    assert worked.access.head().seq == before.seq + 1
    assert worked.access.head().hash != before.hash
    number, digits = str(before).split(":")
    assert int(number) == before.seq
    assert before.hash.hex().startswith(digits)


def test_a_destroyed_client_key_leaves_the_chain_whole(clinic, worked, visit):
    """What an erasure does: values and key go, digests stay."""
    worked.close()
    store = clinic.unlock()
    _meddle(
        store,
        f"UPDATE entry SET value = NULL, state = 'erased' WHERE visit_id = '{visit.id}'",
        "UPDATE client_key SET key = NULL, destroyed_at = created_at",
    )
    assert store.verify() == ()
    assert store.visits.entries(visit.id) == ()


def test_rows_beyond_one_reading_are_verified_too(worked):
    with worked._session.database.writing():
        for number in range(2200):
            worked.access.note("view", "client", str(number))
    assert worked.verify() == ()
    _meddle(
        worked, "UPDATE audit SET actor = '' WHERE seq IN (1500, 2100)", "DELETE FROM audit WHERE seq = 1001"
    )
    assert [fault.seq for fault in worked.verify()] == [1001, 1500, 2100]
    assert [fault.seq for fault in chain.recent_faults(worked._session.database, 300)] == [2100]


class TestAccess:
    """What the audit tells."""

    def test_each_deed_has_its_row(self, clinic, store, visit):
        store.visits.entries(visit.id)
        store.access.printed("a document", visit.client_id)
        store.close()
        told = [(row.action, row.entity) for row in reversed(clinic.unlock().access.recent())]
        assert told == [
            ("create", "clinic"),
            ("unlock", ""),
            ("add", "client"),
            ("add", "visit"),
            ("view", "client"),
            ("print", "document"),
            ("lock", ""),
            ("unlock", ""),
        ]

    def test_a_look_is_told_once_a_minute(self, clinic, store, zoe):
        for _ in range(3):
            for _ in range(5):
                store.clients.get(zoe.id)
            clinic.clock.on(seconds=61)
        assert [row.action for row in store.access.of(zoe.id)] == ["view", "view", "view", "add"]

    def test_a_search_is_no_look(self, store, zoe):
        assert store.clients.search("zoe")
        assert [row.action for row in store.access.of(zoe.id)] == ["add"]

    def test_a_change_names_the_fields_and_not_what_stands_in_them(self, store, zoe):
        store.clients.change(replace(zoe, phone="0499 999 999", family_name="Married"))
        row = store.access.of(zoe.id)[0]
        assert (row.action, row.detail) == ("change", {"fields": ["family_name", "phone"]})

    def test_every_row_says_who_and_in_which_session(self, clinic, store, zoe):
        store.close()
        again = clinic.unlock()
        again.clients.get(zoe.id)
        rows = again._session.database.rows("SELECT DISTINCT actor, session FROM audit WHERE actor <> ''")
        assert {row["actor"] for row in rows} == {again.therapist.id}
        assert len({row["session"] for row in rows}) == 3  # making it, the first and the second unlocking

    def test_a_clock_set_back_is_told(self, clinic, store):
        store.close()
        clinic.clock.on(days=-1)
        assert [row.action for row in clinic.unlock().access.recent(2)] == ["unlock", "clock_back"]

    def test_order_is_kept_when_the_clock_jumps(self, clinic, store, visit):
        for days in (3650, -3651, 0.01):
            store.visits.append(visit.id, "safety/RF01", days)
            clinic.clock.on(days=days)
        assert [entry.value for entry in store.visits.entries(visit.id)] == [3650, -3651, 0.01]
        assert store.verify() == ()
