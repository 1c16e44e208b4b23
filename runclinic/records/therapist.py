"""Who works here: rows of therapists and of their public keys."""

from dataclasses import dataclass

from runclinic.records.database import Database, Row
from runclinic.records.keys import Role, Slot
from runclinic.refused import Refused


@dataclass(frozen=True, slots=True)
class Therapist:
    """A therapist of the clinic; `id` is the same in keys.json."""

    id: str
    display_name: str
    initials: str
    role: Role


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
        database.insert(
            "therapist_key",
            {
                "id": key_id,
                "therapist_id": slot.id,
                "x25519_pub": slot.x25519_pub,
                "ed25519_pub": slot.ed25519_pub,
                "valid_from": slot.created_at,
            },
        )
    return therapist_of(database, slot.id)


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
    """Refused unless the public keys of keys.json are those that the records know for her."""
    known = database.one(
        "SELECT 1 FROM therapist_key JOIN therapist ON therapist.id = therapist_id"
        " WHERE therapist_id = ? AND x25519_pub = ? AND ed25519_pub = ? AND valid_to IS NULL AND active = 1",
        (slot.id, slot.x25519_pub, slot.ed25519_pub),
    )
    if known is None:
        raise Refused(
            "The key file and the record file do not belong together.",
            "Put both back from the same backup; nothing was changed.",
        )


def _therapist(row: Row) -> Therapist:
    return Therapist(
        id=row["id"], display_name=row["display_name"], initials=row["initials"], role=row["role"]
    )
