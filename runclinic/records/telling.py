"""A row of the audit from outside a session: bringing up to date, restoring, salvaging, checking."""

from runclinic.records import chain
from runclinic.records.clock import Clock, stamp
from runclinic.records.database import Database
from runclinic.records.keys import Unlocked


def tell(database: Database, unlocked: Unlocked, clock: Clock, action: str, **detail: str | int) -> None:
    """One row at the end of the chain, by whose slot was opened (the recovery key is nobody's)."""
    with database.writing():
        last = chain.head(database, "audit")
        row = {
            "seq": last.seq + 1,
            "at": stamp(clock()),
            "actor": unlocked.slot.id,
            "session": action,
            "action": action,
            "entity": "clinic",
            "entity_id": "",
            "client_id": "",
            "detail": chain.canonical(detail),
            "prev": last.hash,
        }
        database.insert("audit", {**row, "hash": chain.audit_hash(row, last.hash)})
