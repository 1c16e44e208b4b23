"""Keys: a password opens a therapist's key pairs, those open the store key, and it opens the rest.

    store key (32 random bytes, never on disk in the clear)
     |- database key, backup key, key-file key   HKDF-SHA256 with an info string each
    each therapist: X25519 pair (the store key is sealed to it by HPKE, RFC 9180) and Ed25519 pair
    (signs visits); both private keys are wrapped by Argon2id(password) (RFC 9106), AES-256-GCM.
    the recovery key (recovery.py): an X25519 pair alone, wrapped by HKDF of its 160 random bits.

So the store key can be changed for all without knowing a password, and no colleague can sign in
another's name.
"""

import hashlib
import hmac
import os
import time
import unicodedata
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from runclinic.records import disk
from runclinic.records.wiping import fleeting, wipe
from runclinic.refused import Refused

FORMAT = "runclinic-keys-1"
NAME = "keys.json"
FORMER = "keys.prev.json"
LARGEST_FILE = 256 * 1024
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_RESTORE = "Restore the data folder from a backup."

Kind = Literal["therapist", "recovery", "keyring"]
Role = Literal["owner", "therapist", "reader"]


class Cost(msgspec.Struct, frozen=True):
    """What one guess of a password costs: Argon2id memory in KiB, passes, lanes."""

    m_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4


FLOOR = Cost()
"""RFC 9106 (2021), second recommended choice: 64 MiB, 3 passes, 4 lanes; nothing cheaper is accepted."""
CEILING = Cost(1024 * 1024, 10, 8)
TRIES = 3
STEPS_KIB = (64 * 1024, 128 * 1024, 256 * 1024)
NO_COST = Cost(0, 0, 0)
"""Of a slot that no password opens: its secret is random, and guessing it is hopeless at any speed."""
DEAREST_S = 0.6
"""A new password is given the largest of 64, 128 and 256 MiB that takes no longer than this here."""


class DamagedKeys(Refused):
    """The key file is missing or not as it was written: a copy of it may serve."""


class WrongPassword(Refused):
    """The password does not open the slot."""


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One way in: public in all but the wrapped private keys and the sealed store key (base64)."""

    id: str
    kind: Kind
    display_name: str
    role: Role
    created_at: str
    cost: Cost
    salt: bytes
    x25519_pub: bytes
    ed25519_pub: bytes
    sealed_store_key: bytes
    nonce: bytes
    wrapped_private_keys: bytes = b""


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What keys.json holds; `mac` is under the store key, `sum` only tells damage from a wrong password."""

    format: str
    store_id: str
    created_at: str
    slots: tuple[Slot, ...]
    mac: bytes = b""
    sum: str = ""

    def slot(self, therapist_id: str) -> Slot:
        """The slot of a therapist; Refused if she has none."""
        for slot in self.therapists():
            if slot.id == therapist_id:
                return slot
        raise Refused("This therapist has no key to these records.", "Choose another name.")

    def therapists(self) -> tuple[Slot, ...]:
        """The slots that a password opens."""
        return tuple(slot for slot in self.slots if slot.kind == "therapist")

    def recovery(self) -> Slot | None:
        """The slot of the recovery key; None while there is none."""
        return next((slot for slot in self.slots if slot.kind == "recovery"), None)

    def with_slot(self, new: Slot) -> "KeyFile":
        """The same with one slot more, or another in its place (there is one of each id)."""
        slots = tuple(new if slot.id == new.id else slot for slot in self.slots)
        return msgspec.structs.replace(self, slots=slots if new in slots else (*slots, new))

    def without(self, slot_id: str) -> "KeyFile":
        """The same without a slot."""
        return msgspec.structs.replace(self, slots=tuple(s for s in self.slots if s.id != slot_id))


def derive(key: bytes | bytearray, info: bytes, salt: bytes | None = None) -> bytes:
    """32 bytes by HKDF-SHA256 (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)


class Locked(Refused):
    """The keys were dropped, perhaps while work was going on."""

    def __init__(self) -> None:
        super().__init__("The records are locked.", "Unlock them with your password.")


class Unlocked:
    """The keys of who has given a password, until `close` overwrites the store key.

    Each key asked of it is a fresh copy: whoever asks wipes it (wiping.py). The recovery key signs nothing.
    """

    def __init__(self, slot: Slot, store_key: bytes | bytearray, signing: Ed25519PrivateKey | None) -> None:
        self.slot = slot
        self._store_key = bytearray(store_key)
        self._signing = signing

    @property
    def database(self) -> bytes:
        return self._derived(b"runclinic/db/1")

    @property
    def backup(self) -> bytes:
        return self._derived(b"runclinic/backup/1")

    @property
    def key_file(self) -> bytes:
        return self._derived(b"runclinic/keyfile/1")

    def seal_for(self, public: bytes, store_id: str, slot_id: str) -> bytes:
        """The store key, sealed to another therapist's public key: 80 bytes."""
        with self.lent() as key:
            return seal(key, public, store_id, slot_id)

    def sign(self, message: bytes) -> bytes:
        """Her Ed25519 signature of `message`: 64 bytes."""
        if self._signing is None:
            raise Locked
        return self._signing.sign(message)

    @contextmanager
    def lent(self) -> Generator[bytes]:
        """The store key itself, for the length of a block: to seal it for another slot."""
        if not self._store_key:
            raise Locked
        with fleeting(bytes(self._store_key)) as key:
            yield key

    def close(self) -> None:
        wipe(self._store_key)
        self._store_key.clear()
        self._signing = None

    def _derived(self, info: bytes) -> bytes:
        with self.lent() as key:
            return derive(key, info)


def _info(store_id: str, slot_id: str) -> bytes:
    return f"runclinic/store-key/1/{store_id}/{slot_id}".encode()


def seal(store_key: bytes, public: bytes, store_id: str, slot_id: str) -> bytes:
    """A store key, sealed to a public key and bound to its slot: 80 bytes."""
    return _SUITE.encrypt(store_key, X25519PublicKey.from_public_bytes(public), info=_info(store_id, slot_id))


def _stretched(password: str, salt: bytes, cost: Cost) -> bytes:
    """Argon2id of a password; composed letters first, so that every keyboard types the same one."""
    secret = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    with fleeting(secret):
        return hash_secret_raw(secret, salt, cost.passes, cost.m_kib, cost.lanes, 32, Type.ID)


def affordable() -> Cost:
    """The largest of 64, 128 and 256 MiB that this machine does within DEAREST_S; never under FLOOR.

    The slowest of a few tries counts: a laptop that is fresh for a moment would promise too much, and each
    unlocking of the next months would pay for it.
    """
    chosen = FLOOR
    for m_kib in STEPS_KIB:
        tried = Cost(m_kib, FLOOR.passes, FLOOR.lanes)
        took = max(_seconds(tried) for _ in range(TRIES))
        if took > DEAREST_S:
            break
        chosen = tried
        if 2 * took > DEAREST_S:  # twice the memory takes about twice as long
            break
    return chosen


def affordable_after(cost: Cost, took_s: float) -> Cost:
    """The same, told from how long a stretching of another cost has just taken: nothing is tried."""
    per_kib = took_s / (cost.m_kib * cost.passes)
    fitting = [m for m in STEPS_KIB if m * FLOOR.passes * per_kib <= DEAREST_S]
    return Cost(max(fitting, default=FLOOR.m_kib), FLOOR.passes, FLOOR.lanes)


def _seconds(cost: Cost) -> float:
    began = time.perf_counter()
    _stretched("a password of usual length", bytes(16), cost)
    return time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Whom a new slot is for."""

    id: str
    display_name: str
    role: Role
    created_at: str


def new_slot(
    store_id: str, store_key: bytes, newcomer: Newcomer, password: str, cost: Cost
) -> tuple[Slot, Ed25519PrivateKey]:
    """A slot with fresh key pairs, the private ones wrapped by the password; and her key to sign with."""
    opening, signing = X25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public = opening.public_key().public_bytes_raw()
    bare = Slot(
        id=newcomer.id,
        kind="therapist",
        display_name=newcomer.display_name,
        role=newcomer.role,
        created_at=newcomer.created_at,
        cost=cost,
        salt=os.urandom(16),
        x25519_pub=public,
        ed25519_pub=signing.public_key().public_bytes_raw(),
        sealed_store_key=seal(store_key, public, store_id, newcomer.id),
        nonce=os.urandom(12),
    )
    private = opening.private_bytes_raw() + signing.private_bytes_raw()
    with fleeting(private), fleeting(_stretched(password, bare.salt, cost)) as key:
        return wrapped(store_id, bare, private, key), signing


def wrapped(store_id: str, bare: Slot, private: bytes, key: bytes) -> Slot:
    """A slot with its private keys wrapped by a key: AES-256-GCM, bound to what the slot is."""
    locked = AESGCM(key).encrypt(bare.nonce, private, _bound(store_id, bare))
    return msgspec.structs.replace(bare, wrapped_private_keys=locked)


def _bound(store_id: str, slot: Slot) -> bytes:
    """What the wrapped keys are bound to: nothing of it can be exchanged.

    The sealed store key is not among it (it is sealed anew without her password when the store key
    changes), nor are name and role, which the owner changes: all three are under the file's HMAC.
    """
    fixed = (slot.id, slot.kind, slot.created_at, slot.cost, slot.salt, slot.x25519_pub, slot.ed25519_pub)
    return store_id.encode() + b"\0" + msgspec.json.encode((*fixed, slot.nonce))


def rewrapped(file: KeyFile, therapist_id: str, old: str, new: str, floor: Cost = FLOOR) -> Slot:
    """Her slot under another password: the same key pairs, new salt and nonce, the cost this machine affords.

    Refused as in `open_slot`. Only tests give a `floor` below FLOOR.
    """
    slot = file.slot(therapist_id)
    refuse_cost(slot.cost, floor)
    began = time.perf_counter()
    with fleeting(_private(file, slot, old)) as private:
        cost = affordable_after(slot.cost, time.perf_counter() - began) if floor == FLOOR else slot.cost
        bare = msgspec.structs.replace(slot, cost=cost, salt=os.urandom(16), nonce=os.urandom(12))
        with fleeting(_stretched(new, bare.salt, cost)) as key:
            return wrapped(file.store_id, bare, private, key)


def _private(file: KeyFile, slot: Slot, password: str) -> bytes:
    """Her private keys; WrongPassword if it does not unwrap them."""
    with fleeting(_stretched(password, slot.salt, slot.cost)) as key:
        try:
            return unwrapped(file, slot, key)
        except InvalidTag as wrong:
            raise WrongPassword("The password is wrong.", "Check the caps lock and try again.") from wrong


def unwrapped(file: KeyFile, slot: Slot, key: bytes) -> bytes:
    """The private keys of a slot; InvalidTag if the key is not the one that wrapped them."""
    return AESGCM(key).decrypt(slot.nonce, slot.wrapped_private_keys, _bound(file.store_id, slot))


def open_slot(file: KeyFile, therapist_id: str, password: str, floor: Cost = FLOOR) -> Unlocked:
    """Her keys; Refused for a wrong password, a damaged or changed file, or a cost out of bounds.

    Only tests give a `floor` below FLOOR.
    """
    slot = file.slot(therapist_id)
    refuse_cost(slot.cost, floor)
    with fleeting(_private(file, slot, password)) as private:
        return opened(file, slot, private)


def opened(file: KeyFile, slot: Slot, private: bytes) -> Unlocked:
    """The store key by a slot's private keys; Refused if it is not there, or the file was changed."""
    try:
        with fleeting(private[:32]) as raw, fleeting(private[32:]) as to_sign:
            opening = X25519PrivateKey.from_private_bytes(raw)
            signing = Ed25519PrivateKey.from_private_bytes(to_sign) if to_sign else None
        store_key = _SUITE.decrypt(slot.sealed_store_key, opening, info=_info(file.store_id, slot.id))
    except (InvalidTag, ValueError) as wrong:
        raise Refused("The key file does not hold the key to these records.", _RESTORE) from wrong
    unlocked = Unlocked(slot, store_key, signing)
    wipe(store_key)
    try:
        refuse_forged(file, unlocked)
    except BaseException:
        unlocked.close()
        raise
    return unlocked


def refuse_forged(file: KeyFile, unlocked: Unlocked) -> None:
    """Refused unless the whole file is as someone with the store key wrote it."""
    with fleeting(unlocked.key_file) as key:
        if not hmac.compare_digest(_mac(file, key), file.mac):
            raise Refused("The key file was changed by someone without the key.", _RESTORE)


def refuse_cost(cost: Cost, floor: Cost) -> None:
    """Refused before any work is done: a file must neither weaken a password nor stall the machine."""
    named = ("m_kib", "passes", "lanes")
    least = (floor.m_kib, floor.passes, 1)
    asked = tuple(getattr(cost, name) for name in named)
    most = tuple(getattr(CEILING, name) for name in named)
    if not all(low <= value <= high for low, value, high in zip(least, asked, most, strict=True)):
        raise Refused("The key file asks for a password cost that is not allowed.", _RESTORE)


def _mac(file: KeyFile, key: bytes) -> bytes:
    bare = msgspec.structs.replace(file, mac=b"", sum="")
    return hmac.digest(key, msgspec.json.encode(bare), "sha256")


def _sum(file: KeyFile) -> str:
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(file, sum=""))).hexdigest()


def _text(file: KeyFile) -> bytes:
    return msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"


def write(path: Path, file: KeyFile, key: bytes) -> None:
    """Put a key file in place at once and for good; the former one is kept as keys.prev.json."""
    authentic = msgspec.structs.replace(file, mac=_mac(file, key), sum="")
    whole = msgspec.structs.replace(authentic, sum=_sum(authentic))
    if path.exists():
        disk.write_whole(path.with_name(FORMER), path.read_bytes())
    disk.write_whole(path, _text(whole))


def read(path: Path) -> KeyFile:
    """A key file as it was written; Refused if it is missing, damaged, too large or of another kind."""
    try:
        with path.open("rb") as opened:
            text = opened.read(LARGEST_FILE + 1)
    except FileNotFoundError as missing:
        raise DamagedKeys(
            f"The key file {NAME} is missing from {path.parent}; without it nobody can read the records.",
            "Put it back from a backup of this folder.",
        ) from missing
    except OSError as trouble:
        raise Refused(f"The key file {path} cannot be read.", "Check who may read this folder.") from trouble
    damaged = DamagedKeys(f"The key file {path} is damaged.", "Put it back from a backup of this folder.")
    if len(text) > LARGEST_FILE:
        raise damaged
    try:
        file = msgspec.json.decode(text, type=KeyFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise damaged from wrong
    if file.format != FORMAT:
        raise Refused("The key file was made by a newer RunClinic.", "Install the newest RunClinic.")
    if _text(file) != text or not hmac.compare_digest(_sum(file), file.sum):
        raise damaged
    return file
