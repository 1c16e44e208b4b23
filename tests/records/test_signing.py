"""Signed visits: one record for ever; whatever is changed afterwards is refused, or found out."""

import hashlib
import json
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from runclinic import records
from runclinic.records import driver, signing
from runclinic.records.keys import Cost
from runclinic.records.signing import SignatureFault
from runclinic.refused import Refused

_spec = spec_from_file_location("tampering", Path(__file__).with_name("tampering.py"))
tampering = module_from_spec(_spec)
_spec.loader.exec_module(tampering)
meddle, meddled, signed = tampering.meddle, tampering.meddled, tampering.signed

CHEAP = Cost(8, 1, 1)
PASSWORD = "purple tractor lemon sky"
PDF = b"%PDF-1.4 a plan"


@pytest.fixture
def answered(store, visit):
    for key, value in (("safety/RF01", "no"), ("history/H38_mass_kg", 62.5), ("history/H02", "Zoé runs")):
        store.visits.append(visit.id, key, value)
    store.documents.keep(visit.id, "plan", "plan.pdf", PDF)
    return visit


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A clinic with one signed visit that was amended twice; what is done to it is undone again."""
    home = tmp_path_factory.mktemp("signed") / "home"
    with records.create(home, {"name": "Riverside"}, "Mira Testwell", "MT", PASSWORD, cost=CHEAP) as store:
        zoe = store.clients.add(given_name="Zoë", family_name="Vandersloot", born=date(1990, 5, 17))
        visit = store.visits.start(zoe.id, date(2026, 11, 20))
        for key, value in (("safety/RF01", "no"), ("history/H38_mass_kg", 62.5)):
            store.visits.append(visit.id, key, value)
        store.documents.keep(visit.id, "plan", "plan.pdf", PDF)
        _a_film_of(store, visit)
        store._session.database.run("INSERT INTO visit_media VALUES (?, 'film', '')", (visit.id,))
        signed(store, visit)
        store.amendments.change(visit.id, "history/H38_mass_kg", 64.5, "read wrongly")
        store.amendments.change(visit.id, "safety/RF01", "yes", "she corrected herself")
        assert store.signing.faults() == ()
        yield store, visit


def test_the_record_is_canonical_and_proves_itself_without_us(store, answered):
    made = signed(store, answered, score=2.5, nothing=None)
    row = store._session.database.one("SELECT * FROM signed_record")
    text = row["record"]
    assert " " not in text.replace("Zoé runs", "")
    assert '"key":"history/H38_mass_kg"' in text
    assert '"value":"62.500000"' in text
    assert '"score":"2.500000"' in text
    told = json.loads(text)
    assert [each["key"] for each in told["entries"]] == sorted(each["key"] for each in told["entries"])
    assert told["documents"][0]["sha256"] == hashlib.sha256(PDF).hexdigest()
    digest = hashlib.sha256(b"runclinic-visit-1\0" + text.encode()).digest()
    assert made.content_hash == digest.hex()
    key = store._session.database.one("SELECT ed25519_pub FROM therapist_key WHERE id = ?", (made.key_id,))
    Ed25519PublicKey.from_public_bytes(key["ed25519_pub"]).verify(made.signature, digest)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    )
)
def test_a_record_text_is_a_fixed_point(value):
    text = signing.record_text(value)
    assert signing.record_text(json.loads(text)) == text


def test_composed_and_decomposed_letters_are_one_record():
    assert signing.record_text({"é": "é"}) == signing.record_text({"é": "é"})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_in_no_record(value):
    with pytest.raises(ValueError, match="no number"):
        signing.record_text({"a": value})


def test_signing_is_told_in_the_audit_and_verifies(store, answered):
    made = signed(store, answered)
    row = store.access.of(answered.client_id)[0]
    assert (row.action, row.detail["content_hash"]) == ("sign", made.content_hash)
    assert store.signing.faults() == ()
    assert store.verify() == ()
    assert store.visits.get(answered.id).state == "signed"
    assert store.visits.get(answered.id).signed_by == store.therapist.id


def test_what_stood_is_read_again_after_a_restart(clinic, store, answered):
    made = signed(store, answered)
    store.close()
    again = clinic.unlock()
    assert again.signing.of(answered.id) == made
    assert again.documents.read(again.documents.of(answered.id)[0].id) == PDF


def test_an_answer_that_came_after_she_looked_is_not_signed_over(store, answered):
    seen = {entry.key: entry.value for entry in store.visits.entries(answered.id)}
    store.visits.append(answered.id, "safety/RF02", "yes")
    with pytest.raises(Refused, match="changed meanwhile"):
        store.signing.sign(answered.id, {}, seen)
    assert store.visits.get(answered.id).state == "draft"
    assert [row.action for row in store.access.of(answered.client_id)].count("sign") == 0


def test_a_visit_is_signed_once(store, answered):
    signed(store, answered)
    with pytest.raises(Refused, match="is signed"):
        signed(store, answered)


def test_a_reader_signs_nothing(clinic, store, answered):
    reader = store.people.add("Rea Derr", "RD", "reader", "umbrella forty canyon mist", cost=CHEAP)
    store.close()
    again = records.unlock(clinic.home, reader.id, "umbrella forty canyon mist", floor=CHEAP)
    clinic.stores.append(again)
    with pytest.raises(Refused, match="Only a therapist may sign"):
        signed(again, answered)


# ------------------------------------------------- row 17: whatever is tried on a signed visit is refused
_BY_SQL = [
    "UPDATE visit SET date = '2026-01-01' WHERE id = '{visit}'",
    "UPDATE visit SET state = 'draft' WHERE id = '{visit}'",
    "DELETE FROM visit WHERE id = '{visit}'",
    "REPLACE INTO visit SELECT * FROM visit WHERE id = '{visit}'",
    "INSERT INTO visit SELECT * FROM visit WHERE id = '{visit}' ON CONFLICT (id) DO UPDATE SET number = 9",
    "UPDATE entry SET value = '\"yes\"' WHERE visit_id = '{visit}'",
    "DELETE FROM entry WHERE visit_id = '{visit}'",
    "REPLACE INTO entry SELECT * FROM entry WHERE visit_id = '{visit}'",
    "INSERT INTO entry SELECT seq + 90, visit_id, key, '1', state, source, who, at, digest, hash FROM entry",
    "UPDATE signed_record SET record = '{{}}'",
    "DELETE FROM signed_record",
    "REPLACE INTO signed_record SELECT visit_id, format, '{{}}' FROM signed_record",
    "INSERT INTO signed_record SELECT * FROM signed_record ON CONFLICT DO UPDATE SET record = '[]'",
    "INSERT INTO visit_media SELECT '{visit}', 'another', at FROM media",
    "UPDATE document SET sha256 = zeroblob(32) WHERE visit_id = '{visit}'",
    "DELETE FROM document WHERE visit_id = '{visit}'",
    "REPLACE INTO document SELECT * FROM document WHERE visit_id = '{visit}'",
    "DELETE FROM visit_media",
    "UPDATE visit_media SET at = 'later'",
    "DELETE FROM media",
    "UPDATE media SET sha256 = randomblob(32)",
    "REPLACE INTO media SELECT * FROM media",
    "UPDATE amendment SET record = '{{}}'",
    "DELETE FROM amendment",
    "REPLACE INTO amendment SELECT * FROM amendment",
    "INSERT INTO amendment SELECT 'x', visit_id, 9, kind, record, who, at, hash, hash, '' FROM amendment",
]


@pytest.mark.parametrize("statement", _BY_SQL)
def test_no_statement_changes_a_signed_visit(kept, statement):
    store, visit = kept
    before = _all_rows(store)
    with pytest.raises((driver.Error, Refused)), store._session.database.writing():
        store._session.database.run(statement.format(visit=visit.id))
    assert _all_rows(store) == before


def _a_film_of(store, visit) -> None:
    with store._session.database.writing():
        store._session.database.insert(
            "media",
            {
                "id": "film",
                "client_id": visit.client_id,
                "kind": "video",
                "name": "a.mp4",
                "sha256": bytes(32),
                "bytes": 1,
                "stored_bytes": 1,
                "state": "ready",
                "at": visit.started_at,
                "who": store.therapist.id,
            },
        )


def _all_rows(store) -> dict[str, list]:
    tables = ("visit", "entry", "signed_record", "amendment", "visit_media", "document", "media")
    return {table: store._session.database.rows(f"SELECT * FROM {table}") for table in tables}


def test_a_clinics_rule_of_keeping_films_goes_on(kept):
    store, _ = kept
    store._session.database.run("UPDATE media SET state = 'erased'")
    assert store.signing.faults() == ()


def test_the_program_refuses_too(store, answered):
    signed(store, answered)
    with pytest.raises(Refused, match="This visit is signed"):
        store.visits.append(answered.id, "safety/RF01", "yes")
    with pytest.raises(Refused, match="This visit is signed"):
        store.visits.append(answered.id, "safety/RF01", None, state="cleared")


def test_a_visit_begins_as_a_draft(kept):
    store, _ = kept
    with pytest.raises(driver.Error):
        store._session.database.run(
            "INSERT INTO visit SELECT 'x', client_id, 7, date, therapist_id, 'void', started_at, signed_at,"
            " signed_by, content_hash, signature, key_id FROM visit"
        )


# -------------------------------------- row 18: with the triggers off, the change is found out and named
_TAMPERED = [
    ("UPDATE entry SET value = '\"yes\"' WHERE key = 'safety/RF01'", "entries changed"),
    ("UPDATE entry SET who = 'forged' WHERE key = 'safety/RF01'", "entries changed"),
    ("UPDATE entry SET at = '' WHERE key = 'safety/RF01'", "entries changed"),
    ("DELETE FROM entry WHERE key = 'safety/RF01'", "entries changed"),
    ("UPDATE signed_record SET record = replace(record, 'O3', 'O5')", "record changed"),
    ("UPDATE visit SET date = '2026-01-01'", "record changed"),
    ("UPDATE visit SET signed_at = ''", "record changed"),
    ("UPDATE visit SET content_hash = zeroblob(32)", "record changed"),
    ("UPDATE visit SET signature = zeroblob(64)", "signature wrong"),
    ("DELETE FROM signed_record", "gone"),
    ("UPDATE visit SET state = 'draft'", "gone"),
    ("DELETE FROM visit", "gone"),
    ("UPDATE document SET sha256 = zeroblob(32)", "films or papers changed"),
    ("DELETE FROM document", "films or papers changed"),
]


@pytest.mark.parametrize("statement, what", _TAMPERED)
def test_verify_names_the_visit_and_what_was_changed(kept, statement, what):
    store, visit = kept
    with meddled(store, statement):
        faults = store.signing.faults()
    assert SignatureFault(visit.id, 0, what) in faults
    assert visit.id in str(faults[0])
    assert store.signing.faults() == ()


def test_a_forged_signature_of_another_key_is_named(kept):
    store, visit = kept
    row = store._session.database.one("SELECT content_hash FROM visit")
    forged = Ed25519PrivateKey.generate().sign(row["content_hash"]).hex()
    with meddled(store, f"UPDATE visit SET signature = x'{forged}'"):
        assert store.signing.faults() == (SignatureFault(visit.id, 0, "signature wrong"),)


def test_signed_anew_under_her_own_key_the_audit_still_tells(store, answered):
    """Whoever sits at her unlocked laptop can sign another record; the audit keeps the first one's hash."""
    signed(store, answered)
    meddle(store, "UPDATE visit SET state = 'draft'", "DELETE FROM signed_record")
    _sign_anew(store, answered)
    assert SignatureFault(answered.id, 0, "record changed") in store.signing.faults()


def _sign_anew(store, visit):
    stands = {entry.key: entry.value for entry in store.visits.entries(visit.id)}
    note, store.signing._note = store.signing._note, lambda _visit: None
    try:
        store.signing.sign(visit.id, {"outcome": "O5"}, stands)
    finally:
        store.signing._note = note


# --------------------------------------------------------------------------------------- amendments
def test_an_amendment_keeps_both_values_reason_and_author(store, answered):
    signed(store, answered)
    made = store.amendments.change(answered.id, "history/H38_mass_kg", 64.5, "read the scales wrongly")
    assert (made.n, made.old, made.new, made.reason) == (1, 62.5, 64.5, "read the scales wrongly")
    assert made.who == store.therapist.id
    assert store.amendments.stands(answered.id)["history/H38_mass_kg"].value == 64.5
    record = store.signing.of(answered.id).record
    assert [each["value"] for each in record["entries"] if each["key"] == "history/H38_mass_kg"] == [
        "62.500000"
    ]
    assert store.signing.faults() == ()
    row = store.access.of(answered.client_id)[0]
    assert (row.action, row.detail["field"]) == ("amend", "history/H38_mass_kg")
    assert "64.5" not in json.dumps(row.detail)


def test_amended_values_are_what_stands_everywhere(store, answered):
    signed(store, answered)
    store.amendments.change(answered.id, "safety/RF01", "yes", "she corrected herself")
    store.amendments.change(answered.id, "history/H02", None, "of another client")
    assert [entry.value for _, entry in store.visits.history(answered.client_id, "safety/RF01")] == ["yes"]
    assert store.visits.history(answered.client_id, "history/H02") == []
    assert [entry.value for entry in store.visits.trail(answered.id, "safety/RF01")] == ["no", "yes"]
    assert "history/H02" not in store.amendments.stands(answered.id)


@pytest.mark.parametrize("reason", ["", "    ", "oops", " a b "])
def test_a_reason_of_five_letters_is_needed(store, answered, reason):
    signed(store, answered)
    with pytest.raises(Refused, match="A reason of 5 letters"):
        store.amendments.change(answered.id, "safety/RF01", "yes", reason)
    assert store.amendments.of(answered.id) == ()


def test_a_draft_is_not_amended_and_the_same_value_is_no_amendment(store, answered):
    with pytest.raises(Refused, match="not signed"):
        store.amendments.change(answered.id, "safety/RF01", "yes", "a good reason")
    signed(store, answered)
    with pytest.raises(Refused, match="stands already"):
        store.amendments.change(answered.id, "safety/RF01", "no", "a good reason")


def test_a_void_visit_stays_readable_and_counts_no_more(store, answered):
    signed(store, answered)
    store.amendments.void(answered.id, "recorded for the wrong client")
    assert store.amendments.of(answered.id)[0].kind == "void"
    assert store.signing.of(answered.id).record["entries"]
    assert store.visits.get(answered.id).state == "void"
    assert store.visits.history(answered.client_id, "safety/RF01") == []
    with pytest.raises(Refused, match="does not count"):
        store.amendments.change(answered.id, "safety/RF01", "yes", "a good reason")
    assert store.signing.faults() == ()


@pytest.mark.parametrize(
    "statement, what",
    [
        ("UPDATE amendment SET record = replace(record, '64.5', '99.5') WHERE n = 1", "record changed"),
        ("UPDATE amendment SET record = replace(record, 'wrongly', 'rightly') WHERE n = 1", "record changed"),
        ("UPDATE amendment SET who = 'forged' WHERE n = 1", "record changed"),
        ("UPDATE amendment SET signature = zeroblob(64) WHERE n = 1", "signature wrong"),
        ("DELETE FROM amendment WHERE n = 1", "gone"),
    ],
)
def test_a_changed_amendment_is_named(kept, statement, what):
    store, visit = kept
    with meddled(store, statement):
        assert SignatureFault(visit.id, 1, what) in store.signing.faults()


def test_the_last_amendment_cut_off_is_named(kept):
    store, visit = kept
    with meddled(store, "DELETE FROM amendment WHERE n = 2"):
        assert store.signing.faults() == (SignatureFault(visit.id, 2, "gone"),)


def test_the_rules_that_are_gone_keep_the_records_shut(clinic, store, answered):
    """Row 18: with the triggers dropped, the file is not opened for writing."""
    signed(store, answered)
    with store._session.database.writing():
        store._session.database.run("DROP TRIGGER signed_record_no_update")
    store.close()
    with pytest.raises(Refused, match="rules that keep records from being changed"):
        clinic.unlock()
