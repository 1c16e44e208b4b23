"""Erasing a client: her key is destroyed, rows are blanked, files go; the chain still holds.

Entries keep their place, digest and hash, so that every link stands; nobody can try out which answer fits a
digest, because the key of it is gone. Copies in backups hold the key until the last of them is deleted: an
erasure is therefore replayed on every store that is restored.
"""

import json
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from runclinic.records import chain, driver, keys, schema
from runclinic.records.access import AccessLog
from runclinic.records.clock import stamp
from runclinic.records.database import Database, Row
from runclinic.records.films import Films
from runclinic.records.keys import FLOOR, Cost
from runclinic.records.retention import Retention
from runclinic.records.roles import refuse_unless
from runclinic.records.session import Session
from runclinic.records.visits import Entries
from runclinic.refused import Refused

OVER = "over"
GROUNDS = (OVER, "asked", "court", "mistake")
"""Why: the time of keeping is over; she asked, and no law asks to keep it; a court; a record in error."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What is left of an erased client: a random id, when, on which ground, by whom, and how much it was."""

    id: str
    client_id: str
    ground: str
    counts: dict[str, int]
    who: str
    at: str

    @property
    def reference(self) -> str:
        """What stands on the certificate: "E-1A2B3C4D"."""
        return f"E-{self.id[:8].upper()}"


class Erasure:
    """Erases clients, for good."""

    def __init__(
        self, session: Session, access: AccessLog, entries: Entries, films: Films, retention: Retention
    ) -> None:
        self._session = session
        self._access = access
        self._entries = entries
        self._films = films
        self._retention = retention

    def refuse_kept(self, client_id: str, ground: str) -> None:
        """Refused for all but an owner, while a hold stands, or before its time without another ground."""
        refuse_unless(self._session, "owner", to="erase a client")
        if ground not in GROUNDS:
            raise Refused("An erasure needs a ground.", "Choose why.")
        kept = self._retention.of(client_id)
        if kept.held:
            raise Refused(
                "A legal hold stands on this record.", "Nothing of it may be erased until it is lifted."
            )
        if ground == OVER and not kept.over(self._session.clock().date()):
            until = kept.until.isoformat() if kept.until else "her first visit"
            raise Refused(f"This record must be kept until {until}.", "Erase it on another ground, or wait.")

    def erase(self, client_id: str, ground: str, password: str, *, floor: Cost = FLOOR) -> Erased:
        """Erase a client: one transaction, then her files, then the freed pages of the database.

        Refused as `refuse_kept`, and for a wrong password; then nothing is changed. Only tests give a
        `floor`.
        """
        self.refuse_kept(client_id, ground)
        file = keys.read(self._session.home / keys.NAME)
        keys.open_slot(file, self._session.therapist.id, password, floor).close()
        new = Erased(
            str(uuid.uuid4()), client_id, ground, {}, self._session.therapist.id, stamp(self._session.clock())
        )
        done = self._erase(new)
        self.remove_files()
        self._compact()
        return done

    def _erase(self, new: Erased) -> Erased:
        database = self._session.database
        self._films.close()
        with database.writing():
            files = _files(database, new.client_id)
            done = Erased(
                new.id, new.client_id, new.ground, _counts(database, new.client_id), new.who, new.at
            )
            schema.drop_triggers(database.connection)
            for statement in _BLANKED:
                database.run(statement, (new.client_id, new.at) if "?2" in statement else (new.client_id,))
            database.insert(
                "erasure",
                {
                    "id": done.id,
                    "client_id": done.client_id,
                    "ground": done.ground,
                    "counts": chain.canonical(done.counts),
                    "files": chain.canonical(files),
                    "who": done.who,
                    "at": done.at,
                },
            )
            schema.put_triggers(database.connection)
            entries = chain.head(database, "entry")
            self._access.note(
                "erase",
                "client",
                done.client_id,
                done.client_id,
                reference=done.reference,
                ground=done.ground,
                entries=entries.seq,
                entries_hash=entries.hash.hex(),
            )
        self._entries.forget_keys()
        return done

    def all(self) -> tuple[Erased, ...]:
        """Every erasure, in order; what a restored store is given to replay."""
        rows = self._session.database.rows("SELECT * FROM erasure ORDER BY at, id")
        return tuple(map(erased, rows))

    def replay(self, erasures: Iterable[Erased]) -> tuple[Erased, ...]:
        """Erase again, in a store that was restored from an older copy, who was erased since; those done.

        The reference, ground and moment stay those of the first time. A client who is not in the copy needs
        nothing.
        """
        done = [
            self._erase(each)
            for each in erasures
            if self._session.database.one(
                "SELECT 1 FROM client_key WHERE client_id = ? AND key IS NOT NULL", (each.client_id,)
            )
        ]
        if done:
            self.remove_files()
            self._compact()
        return tuple(done)

    def remove_files(self) -> int:
        """Delete every file of erased clients that is still there, after a crash too; how many there were."""
        gone = 0
        for row in self._session.database.rows("SELECT files FROM erasure"):
            for its_id in json.loads(row["files"]):
                folders = (self._films.file(its_id).parent, self._session.home / "media" / "orphans")
                for folder in folders:
                    for file in folder.glob(f"{its_id}*.rcm"):
                        with suppress(OSError):
                            file.unlink()
                            gone += 1
        return gone

    def _compact(self) -> None:
        """The pages that were freed, written anew: nothing of her is left between the rows."""
        database = self._session.database
        with suppress(driver.Error):  # a reader is busy: secure_delete has overwritten what was hers already
            database.run("VACUUM")
            database.rows("PRAGMA wal_checkpoint(TRUNCATE)")


_BLANK_ENTRIES = (
    "UPDATE entry SET value = NULL, state = 'erased', key = 'erased', source = 'typed', at = ?2"
    " WHERE visit_id IN (SELECT id FROM visit WHERE client_id = ?1)"
)
_BLANK_VISITS = (
    "UPDATE visit SET state = 'void', date = '0001-01-01', started_at = ?2, signed_at = NULL,"
    " signed_by = NULL, content_hash = NULL, signature = NULL, key_id = NULL WHERE client_id = ?1"
)
_BLANK_CLIENT = (
    "UPDATE client SET clinic_no = 'erased ' || n, given_name = '', family_name = '', preferred_name = '',"
    " birth_date = NULL, pronouns = '', phone = '', email = '', address = '', referrer = '', note = '',"
    " language = '', height_m = NULL, mass_kg = NULL, find = '', sort = '', archived_at = ?2,"
    " created_at = ?2, used_at = ?2 WHERE id = ?1"
)
_BLANKED = (  # ?1 is the client, ?2 the moment
    "UPDATE client_key SET key = NULL, destroyed_at = ?2 WHERE client_id = ?1",
    _BLANK_ENTRIES,
    "DELETE FROM signed_record WHERE visit_id IN (SELECT id FROM visit WHERE client_id = ?1)",
    "DELETE FROM amendment WHERE visit_id IN (SELECT id FROM visit WHERE client_id = ?1)",
    "DELETE FROM visit_media WHERE visit_id IN (SELECT id FROM visit WHERE client_id = ?1)",
    "DELETE FROM media WHERE client_id = ?1",
    "DELETE FROM document WHERE client_id = ?1",
    "DELETE FROM legal_hold WHERE client_id = ?1",
    "DELETE FROM client_link WHERE client_id = ?1 OR same_as = ?1",
    _BLANK_VISITS,
    _BLANK_CLIENT,
)


def _files(database: Database, client_id: str) -> list[str]:
    rows = database.rows(
        "SELECT id FROM media WHERE client_id = ?1 UNION SELECT id FROM document WHERE client_id = ?1"
        " ORDER BY id",
        (client_id,),
    )
    return [row["id"] for row in rows]


def _counts(database: Database, client_id: str) -> dict[str, int]:
    asked = {
        "visits": "SELECT count(*) AS n FROM visit WHERE client_id = ?",
        "entries": "SELECT count(*) AS n FROM entry JOIN visit ON visit.id = visit_id WHERE client_id = ?",
        "films": "SELECT count(*) AS n FROM media WHERE client_id = ?",
        "documents": "SELECT count(*) AS n FROM document WHERE client_id = ?",
    }
    return {name: (database.one(sql, (client_id,)) or {"n": 0})["n"] for name, sql in asked.items()}


def erased(row: Row) -> Erased:
    """A row of the list of erasures."""
    return Erased(
        row["id"], row["client_id"], row["ground"], json.loads(row["counts"]), row["who"], row["at"]
    )
