"""Signing a visit: one record of all that stands, its hash and signature, and from then on nothing changes.

    record        canonical JSON ("rc-visit-1"): sorted keys, NFC, no spaces, decimals as text of 6 digits
    content hash  SHA-256("runclinic-visit-1" 00, record)
    signature     Ed25519 of the therapist over the content hash

The record holds every entry that stands, all that was computed from them with the version of the clinical
content, and the hashes of films and papers: so what stood at signing can be shown for ever, and whoever
takes the triggers off and changes a row is found out.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from runclinic.records import chain
from runclinic.records.access import AccessLog
from runclinic.records.clock import stamp
from runclinic.records.database import Database, Row
from runclinic.records.keys import Unlocked
from runclinic.records.roles import refuse_unless
from runclinic.records.session import Session
from runclinic.records.visits import Entries
from runclinic.refused import Refused
from runclinic.visit.entry import Entry, Json, standing

FORMAT = "rc-visit-1"
_HASHED = b"runclinic-visit-1\0"
_DIGITS = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Signed:
    """What stood when a visit was signed; `content_hash` is hex, `by` the therapist's id."""

    visit_id: str
    record: dict[str, Json]
    content_hash: str
    signature: bytes
    key_id: str
    by: str
    at: str

    @property
    def computed(self) -> dict[str, Json]:
        """What was computed from the entries."""
        return cast("dict[str, Json]", self.record["computed"])


@dataclass(frozen=True, slots=True)
class SignatureFault:
    """A signed visit, or an amendment of it, that is not as it was signed; `n` 0 is the visit itself."""

    visit_id: str
    n: int
    what: Literal["record changed", "signature wrong", "entries changed", "films or papers changed", "gone"]

    def __str__(self) -> str:
        which = f"Amendment {self.n} of visit" if self.n else "Visit"
        return f"{which} {self.visit_id}: {_SAID[self.what]}"


_SAID = {
    "record changed": "its signed record was changed.",
    "signature wrong": "its signature is not that of its author.",
    "entries changed": "its answers are not those that were signed.",
    "films or papers changed": "its films or papers are not those that were signed.",
    "gone": "it was signed, and the signature is gone.",
}


def record_text(value: object) -> str:
    """Canonical text of a record; ValueError for what JSON cannot say."""
    return chain.canonical(fixed(value))


def fixed(value: object) -> Json:
    """Texts composed (NFC), decimals as text of six digits; whole numbers and the rest as they are."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, float):
        number = Decimal(repr(value))
        if not number.is_finite():
            raise ValueError(f"no number of a record: {value}")
        return f"{number.quantize(_DIGITS) + 0:f}"
    if isinstance(value, Mapping):
        return {str(fixed(key)): fixed(each) for key, each in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [fixed(each) for each in cast("list[object]", value)]
    return cast("Json", value)


def content_hash(record: str) -> bytes:
    """What is signed: 32 bytes that stand for a canonical record."""
    return hashlib.sha256(_HASHED + record.encode()).digest()


def entry_rows(entries: Mapping[str, Entry]) -> list[Json]:
    """Entries that stand as rows of a record, by key."""
    return [
        {"key": key, "value": entry.value, "source": entry.source, "who": entry.who, "at": entry.when}
        for key, entry in sorted(entries.items())
    ]


class Signing:
    """Signs visits, and shows what stood."""

    def __init__(self, session: Session, access: AccessLog, entries: Entries, keys: Unlocked) -> None:
        self._session = session
        self._access = access
        self._entries = entries
        self._keys = keys

    def sign(self, visit_id: str, computed: Mapping[str, Json], seen: Mapping[str, Json]) -> Signed:
        """Sign a visit, in one transaction; `computed` was made from the values `seen`, by key.

        Refused if it is signed already, if an answer came after she looked, or for a reader; then
        nothing is written.
        """
        refuse_unless(self._session, "therapist", "owner", to="sign a visit")
        database = self._session.database
        with database.writing():
            visit = _visit(database, visit_id)
            if visit["state"] != "draft":
                raise Refused("This visit is signed; it stands as it is.", "Write an amendment.")
            now = standing(self._entries.of(visit_id))
            if {key: entry.value for key, entry in now.items()} != dict(seen):
                raise Refused("An answer was changed meanwhile.", "Look at the visit again, then sign it.")
            key_id, at = self.key_id(), stamp(self._session.clock())
            record: dict[str, object] = {
                "format": FORMAT,
                "visit": _about(visit),
                "entries": entry_rows(now),
                "computed": dict(computed),
                "media": _media(database, visit_id),
                "documents": _documents(database, visit_id),
                "signed": {"by": self._session.therapist.id, "at": at, "key": key_id},
            }
            text = record_text(record)
            self.put(visit_id, text, self._keys.sign(content_hash(text)))
            self._note(visit)
        return self.of(visit_id)

    def put(self, visit_id: str, text: str, signature: bytes) -> None:
        """Close a draft with the record that was signed; in a transaction of the caller."""
        database, signed = self._session.database, json.loads(text)["signed"]
        database.insert("signed_record", {"visit_id": visit_id, "format": FORMAT, "record": text})
        database.run(
            "UPDATE visit SET state = 'signed', signed_at = ?, signed_by = ?, content_hash = ?,"
            " signature = ?, key_id = ? WHERE id = ?",
            (signed["at"], signed["by"], content_hash(text), signature, signed["key"], visit_id),
        )

    def _note(self, visit: Row) -> None:
        """The audit tells the hash too: a visit that is signed anew under the same key is found out."""
        row = _visit(self._session.database, visit["id"])
        entries = chain.head(self._session.database, "entry")
        self._access.note(
            "sign",
            "visit",
            visit["id"],
            visit["client_id"],
            content_hash=row["content_hash"].hex(),
            entries=entries.seq,
            entries_hash=entries.hash.hex(),
        )

    def key_id(self) -> str:
        """The id of the public key that proves her signatures now."""
        row = self._session.database.one(
            "SELECT id FROM therapist_key WHERE therapist_id = ? AND ed25519_pub = ? AND valid_to IS NULL",
            (self._session.therapist.id, self._keys.slot.ed25519_pub),
        )
        if row is None:
            raise Refused("Your key to sign with is not in the records.", "Lock, and unlock again.")
        return row["id"]

    def of(self, visit_id: str) -> Signed:
        """What stood at signing; Refused if the visit is not signed."""
        row = self._session.database.one(
            "SELECT * FROM visit JOIN signed_record ON visit_id = id WHERE id = ?", (visit_id,)
        )
        if row is None:
            raise Refused("This visit is not signed.", "Sign it first.")
        return Signed(
            visit_id=visit_id,
            record=json.loads(row["record"]),
            content_hash=row["content_hash"].hex(),
            signature=row["signature"],
            key_id=row["key_id"],
            by=row["signed_by"],
            at=row["signed_at"],
        )

    def faults_of(self, visit_id: str) -> tuple[SignatureFault, ...]:
        """The same of one visit and its amendments."""
        visit = _visit(self._session.database, visit_id)
        return (
            *_visit_faults(self._session.database, visit),
            *_amendment_faults(self._session.database, visit),
        )

    def faults(self) -> tuple[SignatureFault, ...]:
        """`verify_signatures` of these records."""
        return verify_signatures(self._session.database)


def verify_signatures(database: Database) -> tuple[SignatureFault, ...]:
    """Every signed visit and amendment that is not as it was signed, in the order signed; empty if none.

    Recomputes each hash and signature, and compares the signed answers, films and papers with those that
    stand in their tables, and with the hash that the audit told at signing.
    """
    faults: list[SignatureFault] = []
    signed = database.rows("SELECT * FROM visit WHERE state <> 'draft' ORDER BY signed_at, id")
    for visit in signed:
        if visit["content_hash"] is not None:
            faults += _visit_faults(database, visit)
            faults += _amendment_faults(database, visit)
    return (*faults, *_gone(database))


def _visit_faults(database: Database, visit: Row) -> Iterator[SignatureFault]:
    kept = database.one("SELECT record FROM signed_record WHERE visit_id = ?", (visit["id"],))
    if kept is None:
        yield SignatureFault(visit["id"], 0, "gone")
        return
    text: str = kept["record"]
    record = json.loads(text)
    its_own = record.get("visit") == _about(visit) and record["signed"] == {
        "by": visit["signed_by"],
        "at": visit["signed_at"],
        "key": visit["key_id"],
    }
    if record_text(record) != text or content_hash(text) != visit["content_hash"] or not its_own:
        yield SignatureFault(visit["id"], 0, "record changed")
    elif not signature_holds(database, visit["key_id"], visit["content_hash"], visit["signature"]):
        yield SignatureFault(visit["id"], 0, "signature wrong")
    if _signed_values(record["entries"]) != _standing_values(database, visit["id"]):
        yield SignatureFault(visit["id"], 0, "entries changed")
    if not _files_as_signed(database, record, visit["client_id"]):
        yield SignatureFault(visit["id"], 0, "films or papers changed")


def _amendment_faults(database: Database, visit: Row) -> Iterator[SignatureFault]:
    before: bytes = visit["content_hash"]
    rows = database.rows("SELECT * FROM amendment WHERE visit_id = ? ORDER BY n", (visit["id"],))
    for expected, row in enumerate(rows, 1):
        if row["n"] != expected:
            yield SignatureFault(visit["id"], expected, "gone")
            return
        told = json.loads(row["record"])
        same = told["before"] == before.hex() and all(
            told[name] == row[name] for name in ("id", "visit_id", "n", "kind", "who", "at", "key_id")
        )
        if not same or content_hash(row["record"]) != row["hash"]:
            yield SignatureFault(visit["id"], expected, "record changed")
        elif not signature_holds(database, row["key_id"], row["hash"], row["signature"]):
            yield SignatureFault(visit["id"], expected, "signature wrong")
        before = row["hash"]


def _gone(database: Database) -> Iterator[SignatureFault]:
    """What the audit says was signed, and is not there, or is another."""
    for row in database.rows(
        "SELECT entity_id, detail, action FROM audit WHERE action IN ('sign', 'amend', 'void', 'import')"
        " ORDER BY seq"
    ):
        told = json.loads(row["detail"])
        if row["action"] == "import":
            for visit_id, digest in told["signed"].items():
                yield from _lost(database, visit_id, digest)
        elif row["action"] == "sign":
            yield from _lost(database, row["entity_id"], told["content_hash"])
        elif not _erased(database, row["entity_id"]) and not _has_amendment(database, row["entity_id"], told):
            yield SignatureFault(row["entity_id"], told["n"], "gone")


def _lost(database: Database, visit_id: str, digest: str) -> Iterator[SignatureFault]:
    visit = database.one("SELECT state, content_hash FROM visit WHERE id = ?", (visit_id,))
    if _erased(database, visit_id):
        return
    if visit is None or visit["state"] == "draft" or visit["content_hash"] is None:
        yield SignatureFault(visit_id, 0, "gone")
    elif visit["content_hash"].hex() != digest:
        yield SignatureFault(visit_id, 0, "record changed")


def _erased(database: Database, visit_id: str) -> bool:
    """Whether the key of its client was destroyed, and an erasure tells why."""
    return (
        database.one(
            "SELECT 1 FROM visit JOIN erasure ON erasure.client_id = visit.client_id WHERE visit.id = ?",
            (visit_id,),
        )
        is not None
    )


def _has_amendment(database: Database, visit_id: str, told: Mapping[str, Json]) -> bool:
    row = database.one(
        "SELECT hash FROM amendment WHERE visit_id = ? AND n = ?", (visit_id, int(str(told["n"])))
    )
    return row is not None and row["hash"].hex() == told["hash"]


def signature_holds(database: Database, key_id: str, message: bytes, signature: bytes) -> bool:
    """Whether a signature is that of the public key with this id."""
    row = database.one("SELECT ed25519_pub FROM therapist_key WHERE id = ?", (key_id,))
    if row is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(row["ed25519_pub"]).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _visit(database: Database, visit_id: str) -> Row:
    row = database.one("SELECT * FROM visit WHERE id = ?", (visit_id,))
    if row is None:
        raise Refused("This visit is not in the records.", "Choose it from the client's page.")
    return row


def _about(visit: Row) -> dict[str, Json]:
    return {name: visit[name] for name in ("id", "client_id", "date", "therapist_id", "started_at")}


def _media(database: Database, visit_id: str) -> list[Json]:
    rows = database.rows(
        "SELECT media.id, kind, bytes, sha256 FROM media JOIN visit_media ON media.id = media_id"
        " WHERE visit_id = ? ORDER BY media.id",
        (visit_id,),
    )
    return [{**row, "sha256": row["sha256"].hex()} for row in rows]


def _documents(database: Database, visit_id: str) -> list[Json]:
    rows = database.rows(
        "SELECT id, kind, bytes, sha256 FROM document WHERE visit_id = ? ORDER BY id", (visit_id,)
    )
    return [{**row, "sha256": row["sha256"].hex()} for row in rows]


def _signed_values(rows: list[dict[str, Json]]) -> dict[str, Json]:
    return {str(row["key"]): [row["value"], row["who"], row["at"]] for row in rows}


def _standing_values(database: Database, visit_id: str) -> dict[str, Json]:
    rows = database.rows("SELECT * FROM entry WHERE visit_id = ? ORDER BY seq", (visit_id,))
    last = {row["key"]: row for row in rows}
    return {
        str(fixed(key)): fixed([json.loads(row["value"]), row["who"], row["at"]])
        for key, row in last.items()
        if row["state"] == "value"
    }


def _files_as_signed(database: Database, record: Mapping[str, list[dict[str, Json]]], client_id: str) -> bool:
    """Whether every film and paper of a record is still one of hers, by its hash."""
    for table, rows in (("media", record["media"]), ("document", record["documents"])):
        for row in rows:
            kept = database.one(
                f"SELECT 1 FROM {table} WHERE client_id = ? AND sha256 = ?",  # noqa: S608  our own two
                (client_id, bytes.fromhex(str(row["sha256"]))),
            )
            if kept is None:
                return False
    return True
