"""Keys: a password opens a therapist's key pairs, those open the store key, and it opens the rest.

    store key (32 random bytes, never on disk in the clear)
     |- database key, backup key, key-file key   HKDF-SHA256 with an info string each
    each therapist: X25519 pair (the store key is sealed to it by HPKE, RFC 9180) and Ed25519 pair
    (signs visits); both private keys are wrapped by Argon2id(password) (RFC 9106), AES-256-GCM.

So the store key can be changed for all without knowing a password, and no colleague can sign in
another's name.
"""

import hashlib
import hmac
import os
import time
import unicodedata
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
DEAREST_S = 0.6
"""A new password is given the largest of 64, 128 and 256 MiB that takes no longer than this here."""


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
        for slot in self.slots:
            if slot.id == therapist_id:
                return slot
        raise Refused("This therapist has no key to these records.", "Choose another name.")


def derive(key: bytes | bytearray, info: bytes, salt: bytes | None = None) -> bytes:
    """32 bytes by HKDF-SHA256 (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(bytes(key))


class Unlocked:
    """The keys of a therapist who has given her password, until `close` overwrites the store key."""

    def __init__(self, slot: Slot, store_key: bytes | bytearray, signing: Ed25519PrivateKey) -> None:
        self.slot = slot
        self._store_key = bytearray(store_key)
        self._signing: Ed25519PrivateKey | None = signing

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
        return _seal(self._key(), public, store_id, slot_id)

    def sign(self, message: bytes) -> bytes:
        """Her Ed25519 signature of `message`: 64 bytes."""
        if self._signing is None:
            raise RuntimeError("the keys were dropped")
        return self._signing.sign(message)

    def close(self) -> None:
        self._store_key[:] = bytes(len(self._store_key))
        self._store_key.clear()
        self._signing = None

    def _key(self) -> bytes:
        if not self._store_key:
            raise RuntimeError("the keys were dropped")
        return bytes(self._store_key)

    def _derived(self, info: bytes) -> bytes:
        return derive(self._key(), info)


def _info(store_id: str, slot_id: str) -> bytes:
    return f"runclinic/store-key/1/{store_id}/{slot_id}".encode()


def _seal(store_key: bytes, public: bytes, store_id: str, slot_id: str) -> bytes:
    return _SUITE.encrypt(store_key, X25519PublicKey.from_public_bytes(public), info=_info(store_id, slot_id))


def _stretched(password: str, salt: bytes, cost: Cost) -> bytes:
    """Argon2id of a password; composed letters first, so that every keyboard types the same one."""
    secret = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return hash_secret_raw(secret, salt, cost.passes, cost.m_kib, cost.lanes, 32, Type.ID)


def affordable() -> Cost:
    """The largest of 64, 128 and 256 MiB that this machine does within DEAREST_S; never under FLOOR.

    The slowest of a few tries counts: a laptop that is fresh for a moment would promise too much, and each
    unlocking of the next months would pay for it.
    """
    chosen = FLOOR
    for m_kib in (64 * 1024, 128 * 1024, 256 * 1024):
        tried = Cost(m_kib, FLOOR.passes, FLOOR.lanes)
        took = max(_seconds(tried) for _ in range(TRIES))
        if took > DEAREST_S:
            break
        chosen = tried
        if 2 * took > DEAREST_S:  # twice the memory takes about twice as long
            break
    return chosen


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
        sealed_store_key=_seal(store_key, public, store_id, newcomer.id),
        nonce=os.urandom(12),
    )
    private = opening.private_bytes_raw() + signing.private_bytes_raw()
    wrap = AESGCM(_stretched(password, bare.salt, cost))
    wrapped = wrap.encrypt(bare.nonce, private, _bound(store_id, bare))
    return msgspec.structs.replace(bare, wrapped_private_keys=wrapped), signing


def _bound(store_id: str, slot: Slot) -> bytes:
    """All of a slot but the wrapped keys, which are bound to it: nothing of it can be exchanged."""
    bare = msgspec.structs.replace(slot, wrapped_private_keys=b"")
    return store_id.encode() + b"\0" + msgspec.json.encode(bare)


def open_slot(file: KeyFile, therapist_id: str, password: str, floor: Cost = FLOOR) -> Unlocked:
    """Her keys; Refused for a wrong password, a damaged or changed file, or a cost out of bounds.

    Only tests give a `floor` below FLOOR.
    """
    slot = file.slot(therapist_id)
    _refuse_cost(slot.cost, floor)
    try:
        wrap = AESGCM(_stretched(password, slot.salt, slot.cost))
        private = wrap.decrypt(slot.nonce, slot.wrapped_private_keys, _bound(file.store_id, slot))
    except InvalidTag as wrong:
        raise Refused("The password is wrong.", "Check the caps lock and try again.") from wrong
    try:
        opening = X25519PrivateKey.from_private_bytes(private[:32])
        store_key = _SUITE.decrypt(slot.sealed_store_key, opening, info=_info(file.store_id, slot.id))
        unlocked = Unlocked(slot, store_key, Ed25519PrivateKey.from_private_bytes(private[32:]))
    except (InvalidTag, ValueError) as wrong:
        raise Refused("The key file does not hold the key to these records.", _RESTORE) from wrong
    if not hmac.compare_digest(_mac(file, unlocked.key_file), file.mac):
        unlocked.close()
        raise Refused("The key file was changed by someone without the key.", _RESTORE)
    return unlocked


def _refuse_cost(cost: Cost, floor: Cost) -> None:
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
        raise Refused(
            f"The key file {NAME} is missing from {path.parent}; without it nobody can read the records.",
            "Put it back from a backup of this folder.",
        ) from missing
    except OSError as trouble:
        raise Refused(f"The key file {path} cannot be read.", "Check who may read this folder.") from trouble
    damaged = Refused(f"The key file {path} is damaged.", "Put it back from a backup of this folder.")
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
