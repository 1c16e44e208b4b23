"""Who works here: rows of therapists and of their public keys."""

import uuid
from dataclasses import dataclass

from runclinic.records.database import Database, Row
from runclinic.records.keys import KeyFile, Role, Slot
from runclinic.refused import Refused

RECOVERY = "recovery_pub"
"""In table meta: the public key of the recovery slot, so that no other is put in its place."""


@dataclass(frozen=True, slots=True)
class Therapist:
    """A therapist of the clinic; `id` is the same in keys.json."""

    id: str
    display_name: str
    initials: str
    role: Role
    active: bool = True
    created_at: str = ""
    ended_at: str = ""


def add_therapist(database: Database, slot: Slot, initials: str, key_id: str) -> Therapist:
    """Her row and the row of her public keys."""
    with database.writing():
        database.insert(
            "therapist",
            {
                "id": slot.id,
                "display_name": slot.display_name,
                "initials": initials,
                "role": slot.role,
                "created_at": slot.created_at,
            },
        )
        add_key(database, slot, slot.created_at, key_id)
    return therapist_of(database, slot.id)


def add_key(database: Database, slot: Slot, now: str, key_id: str = "") -> None:
    """One more pair of public keys of hers; the earlier ones stay, for what they signed."""
    database.insert(
        "therapist_key",
        {
            "id": key_id or str(uuid.uuid4()),
            "therapist_id": slot.id,
            "x25519_pub": slot.x25519_pub,
            "ed25519_pub": slot.ed25519_pub,
            "valid_from": now,
        },
    )


def end_other_keys(database: Database, slot: Slot, now: str) -> None:
    """Her earlier public keys count no more from now on; what they signed still verifies."""
    database.run(
        "UPDATE therapist_key SET valid_to = ?"
        " WHERE therapist_id = ? AND valid_to IS NULL AND NOT (x25519_pub = ? AND ed25519_pub = ?)",
        (now, slot.id, slot.x25519_pub, slot.ed25519_pub),
    )


def has_other_keys(database: Database, slot: Slot) -> bool:
    """Whether public keys of hers count that her slot does not hold."""
    return (
        database.one(
            "SELECT 1 FROM therapist_key"
            " WHERE therapist_id = ? AND valid_to IS NULL AND NOT (x25519_pub = ? AND ed25519_pub = ?)",
            (slot.id, slot.x25519_pub, slot.ed25519_pub),
        )
        is not None
    )


def end_therapist(database: Database, therapist_id: str, now: str) -> None:
    """She works here no more; her row and her public keys stay, for what she recorded and signed."""
    database.run(
        "UPDATE therapist SET active = 0, ended_at = ? WHERE id = ? AND active = 1", (now, therapist_id)
    )
    database.run(
        "UPDATE therapist_key SET valid_to = ? WHERE therapist_id = ? AND valid_to IS NULL",
        (now, therapist_id),
    )


def therapist_of(database: Database, therapist_id: str) -> Therapist:
    """A therapist; Refused if there is none of this id."""
    row = database.one("SELECT * FROM therapist WHERE id = ?", (therapist_id,))
    if row is None:
        raise Refused("This therapist is not in the records.", "Choose another name.")
    return _therapist(row)


def everyone(database: Database) -> tuple[Therapist, ...]:
    """All who ever worked here, by name: what they recorded still carries their id."""
    return tuple(map(_therapist, database.rows("SELECT * FROM therapist ORDER BY display_name, id")))


def refuse_foreign_key(database: Database, slot: Slot) -> None:
    """Refused unless the public keys of a slot are those that the records know for her, or for the sheet."""
    if slot.kind == "recovery":
        row = database.one("SELECT value FROM meta WHERE key = ?", (RECOVERY,))
        known = row is not None and row["value"] == slot.x25519_pub.hex()
    else:
        known = _knows(database, slot)
    if not known:
        raise Refused(
            "The key file and the record file do not belong together.",
            "Put both back from the same backup; nothing was changed.",
        )


def _knows(database: Database, slot: Slot) -> bool:
    row = database.one(
        "SELECT active FROM therapist_key JOIN therapist ON therapist.id = therapist_id"
        " WHERE therapist_id = ? AND x25519_pub = ? AND ed25519_pub = ?"
        " ORDER BY valid_to IS NULL DESC",
        (slot.id, slot.x25519_pub, slot.ed25519_pub),
    )
    if row is not None and not row["active"]:
        raise Refused("You no longer work in these records.", "Ask an owner of the clinic.")
    valid = database.one(
        "SELECT 1 FROM therapist_key"
        " WHERE therapist_id = ? AND x25519_pub = ? AND ed25519_pub = ? AND valid_to IS NULL",
        (slot.id, slot.x25519_pub, slot.ed25519_pub),
    )
    return row is not None and valid is not None


def refuse_foreign_keys(database: Database, file: KeyFile) -> None:
    """The same for every slot of a key file: before a new store key is sealed to them."""
    for slot in file.slots:
        if slot.kind == "keyring":
            raise Refused(
                "The key file holds a kind of key that this RunClinic does not know.",
                "Install the newest RunClinic.",
            )
        refuse_foreign_key(database, slot)


def keep_recovery(database: Database, slot: Slot) -> None:
    """The public key of the recovery slot, kept in the records."""
    database.run(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (RECOVERY, slot.x25519_pub.hex()),
    )


def _therapist(row: Row) -> Therapist:
    return Therapist(
        id=row["id"],
        display_name=row["display_name"],
        initials=row["initials"],
        role=row["role"],
        active=bool(row["active"]),
        created_at=row["created_at"],
        ended_at=row["ended_at"] or "",
    )
