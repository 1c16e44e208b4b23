"""The recovery key: as written it is read, mistyped it derives nothing, and it opens the records."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic import records
from runclinic.records import keys, recovery
from runclinic.records.keys import Cost
from runclinic.refused import Refused

CHEAP = Cost(8, 1, 1)
PASSWORD = "purple tractor lemon sky"
NEW = "seven slow brown kettles"
SECRET = bytes(range(100, 120))


def test_it_is_nine_groups_of_four_that_nobody_misreads():
    key = recovery.written(SECRET)
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}", key)
    assert len(recovery.groups(key)) == 9


@given(st.binary(min_size=20, max_size=20))
def test_as_written_it_is_read(secret):
    assert recovery.read(recovery.written(secret)) == secret


@pytest.mark.parametrize(
    "retyped",
    [
        str.lower,
        lambda key: key.replace("-", ""),
        lambda key: key.replace("-", "  "),
        lambda key: f" {key}\n",
        lambda key: key.replace("0", "O").replace("1", "l"),
        lambda key: key.replace("0", "o").replace("1", "I"),
    ],
)
def test_it_is_read_however_it_is_typed(retyped):
    for secret in (SECRET, bytes(20), bytes([0x08, 0x42] * 10)):
        assert recovery.read(retyped(recovery.written(secret))) == secret


@pytest.mark.parametrize("secret", [SECRET, bytes(20), bytes([255] * 20)])
def test_every_wrong_character_and_every_swap_is_refused(secret, monkeypatch):
    monkeypatch.setattr(keys, "derive", lambda *_: pytest.fail("something was derived"))
    letters = recovery.written(secret).replace("-", "")
    wrong = [
        letters[:at] + other + letters[at + 1 :]
        for at in range(len(letters))
        for other in recovery.LETTERS
        if other != letters[at]
    ]
    wrong += [
        letters[:at] + b + a + letters[at + 2 :] for at, (a, b) in enumerate(pairwise(letters)) if a != b
    ]
    assert len(wrong) >= 36 * 31
    for typed in wrong:
        with pytest.raises(Refused, match="mistyped"):
            recovery.read(typed)


@pytest.mark.parametrize(
    "typed, says",
    [
        ("", "has 36 characters; these are 0"),
        ("ABCD", "these are 4"),
        (recovery.written(SECRET)[:-1], "these are 35"),
        (recovery.written(SECRET) + "7", "these are 37"),
        ("U" + recovery.written(SECRET)[1:], "“U” in group 1"),
        (recovery.written(SECRET)[:-1] + "ü", "“Ü” in group 9"),
    ],
)
def test_what_cannot_be_a_key_is_told_as_such(typed, says):
    with pytest.raises(Refused, match=says):
        recovery.read(typed)


def test_a_group_typed_back_is_compared_as_it_reads():
    assert recovery.same_group(" o1lk ", "011K")
    assert not recovery.same_group("011J", "011K")


def test_the_sheet_opens_the_records_with_a_new_password(clinic, store, visit):
    store.visits.append(visit.id, "safety/RF01", "yes")
    sheet = store.people.new_recovery_key()
    store.close()
    opened = _recovered(clinic, sheet)
    assert [entry.value for entry in opened.visits.entries(visit.id)] == ["yes"]
    assert {"what": "new password by recovery key"} in [row.detail for row in opened.access.recent(5)]
    opened.close()
    with pytest.raises(Refused, match="password is wrong"):
        clinic.unlock(PASSWORD)
    assert clinic.unlock(NEW).verify() == ()


def _recovered(clinic, sheet, password=NEW):
    (owner, _), *_ = records.owners(clinic.home)
    clinic.stores.append(records.recover(clinic.home, owner, sheet, password, cost=CHEAP, clock=clinic.clock))
    return clinic.stores[-1]


def test_new_keys_come_with_it_and_the_old_ones_are_kept_with_their_dates(clinic, store):
    before = store._keys.slot
    sheet = store.people.new_recovery_key()
    store.close()
    clinic.clock.on(days=3)
    opened = _recovered(clinic, sheet)
    assert opened._keys.slot.ed25519_pub != before.ed25519_pub
    rows = opened._session.database.rows(
        "SELECT ed25519_pub, valid_from, valid_to FROM therapist_key ORDER BY valid_from"
    )
    assert [(row["ed25519_pub"], bool(row["valid_to"])) for row in rows] == [
        (before.ed25519_pub, True),
        (opened._keys.slot.ed25519_pub, False),
    ]
    assert rows[0]["valid_to"] == rows[1]["valid_from"]


def test_the_sheet_still_opens_after_it_was_used(clinic, store):
    sheet = store.people.new_recovery_key()
    store.close()
    _recovered(clinic, sheet).close()
    _recovered(clinic, sheet, "orchard violin sixty tide").close()
    clinic.unlock("orchard violin sixty tide")


def test_a_newer_sheet_cancels_the_older(clinic, store):
    older, newer = store.people.new_recovery_key(), store.people.new_recovery_key()
    store.close()
    before = clinic.files()
    with pytest.raises(Refused, match="not that of these records"):
        _recovered(clinic, older)
    assert clinic.files() == before
    _recovered(clinic, newer)


def test_the_sheet_of_another_clinic_is_refused(clinic, store, tmp_path):
    store.people.new_recovery_key()
    store.close()
    other = type(clinic)(tmp_path / "other", clinic.clock)
    foreign = other.make().people.new_recovery_key()
    other.stores[-1].close()
    with pytest.raises(Refused, match="not that of these records"):
        _recovered(clinic, foreign)


def test_a_weak_new_password_is_refused_and_nothing_is_written(clinic, store):
    sheet = store.people.new_recovery_key()
    store.close()
    before = clinic.files()
    with pytest.raises(Refused, match="guessed first"):
        _recovered(clinic, sheet, "password1234")
    assert clinic.files() == before


def test_records_without_a_recovery_key_say_so(clinic, store):
    store.close()
    assert records.owners(clinic.home) == []
    with pytest.raises(Refused, match="have no recovery key"):
        records.recover(
            clinic.home, store.therapist.id, recovery.written(SECRET), NEW, cost=CHEAP, clock=clinic.clock
        )


def test_only_an_owner_is_helped_by_the_sheet(clinic, store):
    sheet = store.people.new_recovery_key()
    ana = store.people.add("Ana Novak", "AN", "therapist", "orchard violin sixty tide", cost=CHEAP)
    store.close()
    with pytest.raises(Refused, match="no owner"):
        records.recover(clinic.home, ana.id, sheet, NEW, cost=CHEAP, clock=clinic.clock)


def test_a_recovery_slot_that_the_records_do_not_know_opens_nothing(clinic, store):
    """Someone with the store key puts a slot of her own into the key file."""
    store.people.new_recovery_key()
    file = keys.read(clinic.home / "keys.json")
    with store._keys.lent() as store_key:
        planted = recovery.new_slot(file.store_id, store_key, SECRET, "2026-11-20")
    keys.write(
        clinic.home / "keys.json",
        file.without(file.recovery().id).with_slot(planted),
        store._keys.key_file,
    )
    store.close()
    with pytest.raises(Refused, match="do not belong together"):
        _recovered(clinic, recovery.written(SECRET))


def test_the_key_is_nowhere_on_the_disk(clinic, store):
    sheet = store.people.new_recovery_key()
    store.close()
    secret = recovery.read(sheet)
    sought = (sheet.encode(), sheet.replace("-", "").encode(), secret, secret.hex().encode())
    for name, content in clinic.files().items():
        assert not any(each in content for each in sought), name


def test_the_sheet_is_owed_until_it_is_typed_back(clinic, store):
    assert store.people.sheet() is None
    assert not store.people.sheet_is_owed()
    store.people.new_recovery_key()
    assert store.people.sheet_is_owed()
    store.close()
    store = clinic.unlock()
    assert store.people.sheet_is_owed()
    store.people.confirm_recovery()
    assert not store.people.sheet_is_owed()
    store.people.new_recovery_key()
    assert store.people.sheet_is_owed()
