"""The recovery key: 160 random bits on paper that open the records when no password does.

32 characters of Crockford's base32 (no I, L, O, U) and 4 to check them, in 9 groups of 4
check = first 20 bits of SHA-256("runclinic-recovery-1" + secret)
its slot holds an X25519 pair as a therapist's does, wrapped by HKDF(secret): the secret has full
entropy, so nothing needs to be slow; and the store key can be sealed to it anew without the paper
"""

import hashlib
import os
import secrets
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from runclinic.records import keys
from runclinic.records.keys import KeyFile, Slot, Unlocked
from runclinic.records.wiping import fleeting
from runclinic.refused import Refused

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32 (Crockford 2002): nothing in it is mistaken for something else."""
SECRET_BYTES = 20
GROUPS, GROUP = 9, 4
_CHECK_BITS = 20
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LOOK = "Compare it with the sheet, group by group."


class Mistyped(Refused):
    """What was typed is not the recovery key of these records."""


def new_secret() -> bytes:
    """160 random bits."""
    return secrets.token_bytes(SECRET_BYTES)


def written(secret: bytes) -> str:
    """A secret as it stands on the sheet: "0A1B-2C3D-...", 9 groups."""
    whole = int.from_bytes(secret) << _CHECK_BITS | _check(secret)
    letters = [LETTERS[whole >> 5 * place & 31] for place in reversed(range(GROUPS * GROUP))]
    return "-".join("".join(letters[at : at + GROUP]) for at in range(0, GROUPS * GROUP, GROUP))


def groups(key: str) -> list[str]:
    """The 9 groups of a written key."""
    return key.split("-")


def same_group(typed: str, group: str) -> bool:
    """Whether what was typed back is this group, however it was written."""
    return _plain(typed) == group


def _plain(typed: str) -> str:
    return "".join(c for c in typed.upper() if c.isalnum()).translate(_READ_AS)


def _check(secret: bytes) -> int:
    digest = hashlib.sha256(b"runclinic-recovery-1" + secret).digest()
    return int.from_bytes(digest[:3]) >> 24 - _CHECK_BITS


def read(typed: str) -> bytes:
    """The secret of a key as typed; case, blanks and hyphens do not matter, O is read as 0, I and L as 1.

    Refused, with nothing derived, if characters are missing, unknown or not those of a sheet.
    """
    letters = _plain(typed)
    wrong = next((at for at, letter in enumerate(letters) if letter not in LETTERS), None)
    if wrong is not None:
        raise Mistyped(
            f"“{letters[wrong]}” in group {wrong // GROUP + 1} is in no recovery key.",
            "Look again at this letter on the sheet.",
        )
    if len(letters) != GROUPS * GROUP:
        raise Mistyped(
            f"The recovery key has {GROUPS * GROUP} characters; these are {len(letters)}.",
            "Type all nine groups of the sheet.",
        )
    whole = 0
    for letter in letters:
        whole = whole << 5 | LETTERS.index(letter)
    secret = (whole >> _CHECK_BITS).to_bytes(SECRET_BYTES)
    if _check(secret) != whole & (1 << _CHECK_BITS) - 1:
        raise Mistyped("The recovery key is mistyped.", _LOOK)
    return secret


def new_slot(store_id: str, store_key: bytes, secret: bytes, created_at: str) -> Slot:
    """A slot that the secret opens."""
    opening = X25519PrivateKey.generate()
    public, slot_id = opening.public_key().public_bytes_raw(), str(uuid.uuid4())
    bare = Slot(
        id=slot_id,
        kind="recovery",
        display_name="",
        role="owner",
        created_at=created_at,
        cost=keys.NO_COST,
        salt=os.urandom(16),
        x25519_pub=public,
        ed25519_pub=b"",
        sealed_store_key=keys.seal(store_key, public, store_id, slot_id),
        nonce=os.urandom(12),
    )
    with fleeting(opening.private_bytes_raw()) as private, fleeting(_wrap(secret, bare)) as key:
        return keys.wrapped(store_id, bare, private, key)


def _wrap(secret: bytes, slot: Slot) -> bytes:
    return keys.derive(secret, b"runclinic/recovery/1", slot.salt)


def open_slot(file: KeyFile, typed: str) -> Unlocked:
    """The store key by the recovery key as typed; it signs nothing.

    Refused if it is mistyped, cancelled, of another clinic, or the file was changed.
    """
    secret = read(typed)
    slot = file.recovery()
    if slot is None:
        raise Refused(
            "These records have no recovery key.", "Unlock with a password, and print one in Settings."
        )
    if slot.cost != keys.NO_COST:
        raise Refused("The key file was changed by someone without the key.", "Restore it from a backup.")
    with fleeting(secret), fleeting(_wrap(secret, slot)) as key:
        try:
            private = keys.unwrapped(file, slot, key)
        except InvalidTag as wrong:
            raise Mistyped(
                f"This recovery key is not that of these records (sheet {short_id(file.store_id)}).",
                "It may be of another clinic, or cancelled by a newer sheet.",
            ) from wrong
    with fleeting(private):
        return keys.opened(file, slot, private)


def short_id(store_id: str) -> str:
    """What tells a clinic's sheets and backups from another's: the first 8 digits of its id."""
    return store_id[:8].upper()
