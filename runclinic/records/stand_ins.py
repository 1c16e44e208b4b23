"""Rows that stand in for lost ones, so that what belonged to them can be kept and seen."""

import secrets
import uuid
from collections.abc import Iterator

from runclinic.records.database import Database, Row
from runclinic.records.keys import KeyFile, Slot
from runclinic.records.therapist import keep_recovery

LOST = "(lost)"
_ROUNDS = 10


def mend(new: Database, keys: KeyFile) -> list[str]:
    """Give every row a parent again, by a stand-in or, where none can be made, without it; told in words."""
    told = list(_meta(new, keys))
    for _ in range(_ROUNDS):
        lost = _orphans(new)
        if not lost:
            break
        for table, number, parent, value in lost:
            told += _one(new, keys, parent, value) or _leave_out(new, table, number, parent)
    told += _who_unlocks(new, keys)
    return list(dict.fromkeys(told))


def _who_unlocks(new: Database, keys: KeyFile) -> list[str]:
    """Everyone in the key file is known to the records, else she could not unlock them."""
    told: list[str] = []
    for slot in keys.therapists():
        if new.one("SELECT 1 FROM therapist WHERE id = ?", (slot.id,)) is None:
            told += _therapist(new, keys, slot.id)
        if new.one("SELECT 1 FROM therapist_key WHERE x25519_pub = ?", (slot.x25519_pub,)) is None:
            told += _public_key(new, slot, str(uuid.uuid4()))
    recovery = keys.recovery()
    if recovery is not None:
        keep_recovery(new, recovery)
    return told


def _orphans(new: Database) -> list[tuple[str, int, str, str]]:
    """Rows whose parent is missing: their table and number, the parent's table and id."""
    found: list[tuple[str, int, str, str]] = []
    for table, number, parent, link in new.connection.execute("PRAGMA foreign_key_check").fetchall():
        links = new.connection.execute(f'PRAGMA foreign_key_list("{table}")').fetchall()
        column = next(row[3] for row in links if row[0] == link)
        row = new.one(f'SELECT "{column}" AS id FROM "{table}" WHERE rowid = ?', (number,))  # noqa: S608  schema
        if row is not None:
            found.append((table, number, parent, row["id"]))
    return found


def _meta(new: Database, keys: KeyFile) -> Iterator[str]:
    have = {row["key"] for row in new.rows("SELECT key FROM meta")}
    for key, value in (("store_id", keys.store_id), ("created_at", keys.created_at)):
        if key not in have:
            new.insert("meta", {"key": key, "value": value})
    if "settings_key" not in have:
        new.insert("meta", {"key": "settings_key", "value": secrets.token_hex(32)})
        yield "The key of the settings' chain is lost: check them."


def _one(new: Database, keys: KeyFile, parent: str, value: str) -> list[str]:
    """A stand-in for one lost parent; nothing if none can be made."""
    known = {"client": _client, "visit": _visit, "therapist": _therapist, "therapist_key": _key}
    if new.one(f'SELECT 1 FROM "{parent}" WHERE id = ?', (value,)):  # noqa: S608  out of our schema
        return ["A lost row was found again."]
    make = known.get(parent)
    return make(new, keys, value) if make else []


def _leave_out(new: Database, table: str, number: int, parent: str) -> list[str]:
    new.run(f'DELETE FROM "{table}" WHERE rowid = ?', (number,))  # noqa: S608  out of our schema
    return [f"A row of {table} was left out: its {parent} is lost."]


def _therapist(new: Database, keys: KeyFile, therapist_id: str) -> list[str]:
    slot = _slot(keys, therapist_id)
    name = slot.display_name if slot else LOST
    new.insert(
        "therapist",
        {
            "id": therapist_id,
            "display_name": name,
            "initials": "".join(part[0] for part in name.split())[:4].upper() or "?",
            "role": slot.role if slot else "therapist",
            "active": int(slot is not None),
            "created_at": slot.created_at if slot else keys.created_at,
        },
    )
    return [f"The row of the therapist {name} is lost; her name is from the key file."]


def _key(new: Database, keys: KeyFile, key_id: str) -> list[str]:
    signer = new.one("SELECT signed_by AS id FROM visit WHERE key_id = ?", (key_id,)) or new.one(
        "SELECT who AS id FROM amendment WHERE key_id = ?", (key_id,)
    )
    slot = _slot(keys, signer["id"]) if signer else None
    if slot is None:
        return []
    return _public_key(new, slot, key_id)


def _public_key(new: Database, slot: Slot, key_id: str) -> list[str]:
    new.insert(
        "therapist_key",
        {
            "id": key_id,
            "therapist_id": slot.id,
            "x25519_pub": slot.x25519_pub,
            "ed25519_pub": slot.ed25519_pub,
            "valid_from": slot.created_at,
        },
    )
    return [f"The public key of {slot.display_name} is lost; it is from the key file."]


def _slot(keys: KeyFile, therapist_id: str) -> Slot | None:
    return next((slot for slot in keys.slots if slot.id == therapist_id), None)


def _client(new: Database, keys: KeyFile, client_id: str) -> list[str]:
    last = new.one("SELECT max(n) AS n FROM client")
    number = (last["n"] if last and last["n"] else 0) + 1
    told = f"The name of a client is lost; she is found as “{LOST} {number}”."
    new.insert(
        "client",
        {
            "id": client_id,
            "clinic_no": f"lost-{number}",
            "given_name": LOST,
            "family_name": str(number),
            "language": "en",
            "find": f"lost {number}",
            "sort": f"{number}\x1flost",
            "created_at": keys.created_at,
            "created_by": _anyone(new, keys),
            "used_at": keys.created_at,
        },
    )
    return [told]


def _anyone(new: Database, keys: KeyFile) -> str:
    row = new.one("SELECT id FROM therapist LIMIT 1")
    return row["id"] if row else keys.slots[0].id


def _visit(new: Database, keys: KeyFile, visit_id: str) -> list[str]:
    """A draft of the client and day that the audit knows; of a lost client if it knows none."""
    begun = new.one(
        "SELECT client_id, at, actor FROM audit WHERE entity = 'visit' AND entity_id = ? ORDER BY seq",
        (visit_id,),
    ) or new.one(
        "SELECT client_id, at, actor, detail FROM audit WHERE action = 'film' AND"
        " json_extract(detail, '$.visit') = ? ORDER BY seq",
        (visit_id,),
    )
    about: Row = begun or {"client_id": visit_id, "at": keys.created_at, "actor": _anyone(new, keys)}
    last = new.one("SELECT max(number) AS n FROM visit WHERE client_id = ?", (about["client_id"],))
    new.insert(
        "visit",
        {
            "id": visit_id,
            "client_id": about["client_id"],
            "number": (last["n"] if last and last["n"] else 0) + 1,
            "date": about["at"][:10],
            "therapist_id": about["actor"],
            "started_at": about["at"],
        },
    )
    return [f"A visit of {about['at'][:10]} is lost; its answers are kept in a draft of that day."]
