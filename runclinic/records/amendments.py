"""What is changed after signing: a signed, reasoned row beside the record, which itself stands as it was."""

import json
import uuid
from dataclasses import dataclass
from typing import Literal

from runclinic.records import chain
from runclinic.records.access import AccessLog
from runclinic.records.clock import stamp
from runclinic.records.database import Row
from runclinic.records.keys import Unlocked
from runclinic.records.roles import refuse_unless
from runclinic.records.session import Session
from runclinic.records.signing import Signing, content_hash
from runclinic.records.visits import Entries, amended
from runclinic.refused import Refused
from runclinic.visit.entry import Entry, Json, standing

FORMAT = "rc-amendment-1"
LEAST_REASON = 5
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change after signing; `old` or `new` None is "not answered". A void has no key."""

    id: str
    visit_id: str
    n: int
    kind: Literal["change", "void"]
    key: str
    old: Json
    new: Json
    reason: str
    who: str
    at: str


class Amendments:
    """Changes of signed visits, each signed by its author."""

    def __init__(
        self, session: Session, access: AccessLog, entries: Entries, signing: Signing, keys: Unlocked
    ) -> None:
        self._session = session
        self._access = access
        self._entries = entries
        self._signing = signing
        self._keys = keys

    def of(self, visit_id: str) -> tuple[Amendment, ...]:
        """The amendments of a visit, in the order made."""
        rows = self._session.database.rows(
            "SELECT * FROM amendment WHERE visit_id = ? ORDER BY n", (visit_id,)
        )
        return tuple(map(_amendment, rows))

    def stands(self, visit_id: str) -> dict[str, Entry]:
        """What stands now: the signed entries with what was amended over them."""
        return standing((*self._entries.of(visit_id), *amended(self._session.database, visit_id)))

    def change(self, visit_id: str, key: str, new: Json, reason: str) -> Amendment:
        """Another value under a key (None takes the answer back), with its reason of 5 letters or more.

        Refused if the visit is not signed or is void, if that stands already, without a reason, or for a
        reader.
        """
        before = self.stands(visit_id).get(key)
        old = before.value if before else None
        if old == new and type(old) is type(new):
            raise Refused("This is what stands already.", "Type what it should be.")
        return self._add(visit_id, "change", key, (old, new), reason)

    def void(self, visit_id: str, reason: str) -> Amendment:
        """Declare that a visit does not count, such as one of the wrong client; it stays readable."""
        return self._add(visit_id, "void", "", (None, None), reason)

    def _add(
        self, visit_id: str, kind: Literal["change", "void"], key: str, values: tuple[Json, Json], reason: str
    ) -> Amendment:
        refuse_unless(self._session, "therapist", "owner", to="amend a signed visit")
        reason = refuse_no_reason(reason)
        database = self._session.database
        with database.writing():
            visit = database.one("SELECT * FROM visit WHERE id = ?", (visit_id,))
            if visit is None or visit["state"] == "draft":
                raise Refused("This visit is not signed.", "Change the answer itself.")
            former = self.of(visit_id)
            if visit["content_hash"] is None or any(each.kind == "void" for each in former):
                raise Refused("This visit does not count any more.", "Begin a new one.")
            last = database.one(
                "SELECT hash FROM amendment WHERE visit_id = ? ORDER BY n DESC LIMIT 1", (visit_id,)
            )
            old, new = values
            told: dict[str, Json] = {
                "format": FORMAT,
                "id": str(uuid.uuid4()),
                "visit_id": visit_id,
                "n": len(former) + 1,
                "kind": kind,
                "key": key,
                "old": old,
                "new": new,
                "reason": reason,
                "who": self._session.therapist.id,
                "at": stamp(self._session.clock()),
                "key_id": self._signing.key_id(),
                "before": (last["hash"] if last else visit["content_hash"]).hex(),
            }
            self._insert(told)
            row = database.one("SELECT hash FROM amendment WHERE id = ?", (str(told["id"]),))
            self._access.note(
                "void" if kind == "void" else "amend",
                "visit",
                visit_id,
                visit["client_id"],
                n=told["n"],
                field=key,
                hash=row["hash"].hex() if row else "",
            )
        return self.of(visit_id)[-1]

    def _insert(self, told: dict[str, Json]) -> None:
        """The values stand exactly, so that what reads an amended answer gets its number, not its text."""
        text = chain.canonical(told)
        digest = content_hash(text)
        put(self._session, text, digest, self._keys.sign(digest))


def put(session: Session, text: str, digest: bytes, signature: bytes) -> None:
    """The row of an amendment that was signed; in a transaction of the caller."""
    told = json.loads(text)
    columns = ("id", "visit_id", "n", "kind", "who", "at", "key_id")
    row: Row = {name: told[name] for name in columns}
    session.database.insert("amendment", {**row, "record": text, "hash": digest, "signature": signature})


def refuse_no_reason(reason: str) -> str:
    """The reason without blanks around it; Refused if it has fewer than 5 letters."""
    tidy = " ".join(reason.split())
    if len(tidy) < LEAST_REASON:
        raise Refused(f"A reason of {LEAST_REASON} letters or more is needed.", "Write why.")
    if len(tidy) > LONGEST_REASON:
        raise Refused(f"The reason is longer than {LONGEST_REASON} characters.", "Shorten it.")
    return tidy


def _amendment(row: Row) -> Amendment:
    told = json.loads(row["record"])
    return Amendment(
        id=row["id"],
        visit_id=row["visit_id"],
        n=row["n"],
        kind=row["kind"],
        key=told["key"],
        old=told["old"],
        new=told["new"],
        reason=told["reason"],
        who=row["who"],
        at=row["at"],
    )
