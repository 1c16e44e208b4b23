"""From a password to the keys, and what happens to a key file that is not as it was written."""

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from runclinic.records import keys
from runclinic.records.keys import FLOOR, Cost, KeyFile, Newcomer
from runclinic.refused import Refused

CHEAP = Cost(8, 1, 1)
STORE_KEY = bytes(range(32))
STORE = "3b0f6a52-6a3f-4d5e-9c53-1f3f6f0f8a11"


def _slot(name: str, password: str, cost: Cost = CHEAP):
    return keys.new_slot(
        STORE, STORE_KEY, Newcomer(name, name.title(), "owner", "2026-11-20"), password, cost
    )


@pytest.fixture
def written(tmp_path):
    """A key file of two therapists."""
    slots = (_slot("mira", "purple tractor lemon sky")[0], _slot("ana", "seven slow brown kettles")[0])
    path = tmp_path / "keys.json"
    unlocked = keys.Unlocked(slots[0], STORE_KEY, _slot("x", "y")[1])
    keys.write(path, KeyFile(keys.FORMAT, STORE, "2026-11-20", slots), unlocked.key_file)
    return path


@pytest.mark.parametrize(
    "who, password", [("mira", "purple tractor lemon sky"), ("ana", "seven slow brown kettles")]
)
def test_each_therapist_opens_the_same_store_key(written, who, password):
    unlocked = keys.open_slot(keys.read(written), who, password, CHEAP)
    assert unlocked.database == keys.derive(STORE_KEY, b"runclinic/db/1")
    assert len({unlocked.database, unlocked.backup, unlocked.key_file}) == 3


@pytest.mark.parametrize(
    "wrong", ["", "purple tractor lemon sk", "purple tractor lemon sky ", "Purple tractor lemon sky"]
)
def test_a_wrong_password_is_told_as_such(written, wrong):
    with pytest.raises(Refused, match="password is wrong"):
        keys.open_slot(keys.read(written), "mira", wrong, CHEAP)


def test_a_colleagues_password_does_not_open_hers(written):
    with pytest.raises(Refused, match="password is wrong"):
        keys.open_slot(keys.read(written), "mira", "seven slow brown kettles", CHEAP)


def test_letters_with_accents_are_the_same_from_every_keyboard():
    slot, _ = _slot("mira", "caf\u00e9 au lait noir")
    file = KeyFile(keys.FORMAT, STORE, "2026-11-20", (slot,))
    unlocked = keys.Unlocked(slot, STORE_KEY, _slot("x", "y")[1])
    signed = msgspec.structs.replace(file, mac=keys._mac(file, unlocked.key_file))
    assert keys.open_slot(signed, "mira", "cafe\u0301 au lait noir", CHEAP)


def test_any_single_changed_byte_is_told_as_damage(written):
    whole = written.read_bytes()
    for place in range(len(whole)):
        written.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Refused, match=r"damaged|newer"):
            keys.read(written)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"null", b"not json", b"\xff\xfe", b"[" * 5000, b"{" + b" " * 300_000 + b"}"]
)
def test_another_file_in_its_place_is_told_as_damage(written, content):
    written.write_bytes(content)
    with pytest.raises(Refused, match="damaged"):
        keys.read(written)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(Refused, match="missing"):
        keys.read(tmp_path / "keys.json")


def _forged(path, **changes) -> KeyFile:
    """A file changed by someone who can write it, with the plain checksum put right."""
    file = msgspec.structs.replace(keys.read(path), **changes)
    return msgspec.structs.replace(file, sum=keys._sum(file))


def _first_slot_with(path, **changes) -> KeyFile:
    first, *rest = keys.read(path).slots
    return _forged(path, slots=(msgspec.structs.replace(first, **changes), *rest))


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "reader"},
        {"display_name": "Somebody"},
        {"created_at": "2020-01-01"},
        {"x25519_pub": bytes(32)},
        {"ed25519_pub": bytes(32)},
        {"sealed_store_key": bytes(80)},
    ],
)
def test_a_forged_slot_does_not_open(written, changes):
    forged = _first_slot_with(written, **changes)
    with pytest.raises(Refused):
        keys.open_slot(forged, "mira", "purple tractor lemon sky", CHEAP)


def test_slots_of_two_therapists_cannot_be_exchanged(written):
    mira, ana = keys.read(written).slots
    forged = _first_slot_with(written, wrapped_private_keys=ana.wrapped_private_keys, nonce=ana.nonce)
    with pytest.raises(Refused):
        keys.open_slot(forged, "mira", "seven slow brown kettles", CHEAP)
    assert mira != ana


def test_a_slot_added_by_a_stranger_is_seen_at_the_next_unlocking(written):
    forged = _forged(written, slots=(*keys.read(written).slots, _slot("stranger", "whatever it is now")[0]))
    with pytest.raises(Refused, match="changed by someone"):
        keys.open_slot(forged, "mira", "purple tractor lemon sky", CHEAP)


@pytest.mark.parametrize(
    "cost",
    [
        Cost(8, 3, 4),
        Cost(64 * 1024 - 1, 3, 4),
        Cost(64 * 1024, 2, 4),
        Cost(64 * 1024 * 1024, 3, 4),
        Cost(64 * 1024, 11, 4),
        Cost(64 * 1024, 3, 0),
        Cost(64 * 1024, 3, 9),
    ],
)
def test_a_cost_out_of_bounds_is_refused_before_any_work(written, monkeypatch, cost):
    monkeypatch.setattr(keys, "_stretched", lambda *_: pytest.fail("work was done"))
    with pytest.raises(Refused, match="not allowed"):
        keys.open_slot(_first_slot_with(written, cost=cost), "mira", "purple tractor lemon sky")


def test_the_products_floor_is_rfc_9106():
    assert Cost(64 * 1024, 3, 4) == FLOOR


def test_what_this_machine_affords_is_never_under_the_floor():
    chosen = keys.affordable()
    assert chosen.m_kib in {64 * 1024, 128 * 1024, 256 * 1024}
    assert (chosen.passes, chosen.lanes) == (FLOOR.passes, FLOOR.lanes)


def test_a_slow_machine_gets_the_floor(monkeypatch):
    monkeypatch.setattr(keys, "DEAREST_S", 0.0)
    monkeypatch.setattr(keys, "_stretched", lambda *_: b"")
    assert keys.affordable() == FLOOR


def test_a_fast_machine_gets_the_dearest(monkeypatch):
    monkeypatch.setattr(keys, "_stretched", lambda *_: b"")
    assert keys.affordable() == Cost(256 * 1024, 3, 4)


def test_her_signature_is_hers(written):
    unlocked = keys.open_slot(keys.read(written), "mira", "purple tractor lemon sky", CHEAP)
    mira, ana = keys.read(written).slots
    signature = unlocked.sign(b"a visit")
    Ed25519PublicKey.from_public_bytes(mira.ed25519_pub).verify(signature, b"a visit")
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(ana.ed25519_pub).verify(signature, b"a visit")


def test_the_store_key_can_be_sealed_for_another_without_her_password(written):
    unlocked = keys.open_slot(keys.read(written), "mira", "purple tractor lemon sky", CHEAP)
    ana = keys.read(written).slots[1]
    sealed = unlocked.seal_for(ana.x25519_pub, STORE, "ana")
    assert len(sealed) == 80
    assert STORE_KEY not in sealed


def test_dropped_keys_serve_no_more(written):
    unlocked = keys.open_slot(keys.read(written), "mira", "purple tractor lemon sky", CHEAP)
    unlocked.close()
    for use in (lambda: unlocked.database, lambda: unlocked.sign(b"x")):
        with pytest.raises(keys.Locked):
            use()


def test_the_former_key_file_is_kept(written):
    former = written.read_bytes()
    unlocked = keys.open_slot(keys.read(written), "mira", "purple tractor lemon sky", CHEAP)
    file = keys.read(written)
    keys.write(written, msgspec.structs.replace(file, slots=file.slots[:1]), unlocked.key_file)
    assert written.with_name("keys.prev.json").read_bytes() == former
    assert len(keys.read(written).slots) == 1
    assert keys.open_slot(keys.read(written), "mira", "purple tractor lemon sky", CHEAP)


def test_no_key_stands_in_the_file_in_plain(written):
    text = written.read_bytes()
    assert STORE_KEY.hex().encode() not in text
    assert msgspec.json.encode(STORE_KEY).strip(b'"') not in text


def test_hkdf_is_that_of_rfc_5869():
    key, salt, info = bytes([0x0B] * 22), bytes(range(13)), bytes(range(0xF0, 0xFA))
    assert (
        keys.derive(key, info, salt).hex()
        == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
    )
