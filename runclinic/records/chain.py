"""Entries and audit rows linked by hashes, so that a changed, removed or moved row is named.

    audit: hash(n) = SHA-256("runclinic-audit-1" 00, hash(n-1), row n as canonical JSON)
    entry: digest  = HMAC-SHA256(key of her client, row n as canonical JSON)
           hash(n) = SHA-256("runclinic-entry-1" 00, hash(n-1), n, digest(n))

An entry is chained through a digest under the client's own key: when that key is destroyed (erasure)
the chain still holds, and nobody can try out which answer fits a digest. Rows cut off the end are seen
as far as an audit row tells how long the list of entries was; the end of the audit itself is told by
heads printed on paper and kept in backups.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from runclinic.records.database import Database, Row
from runclinic.refused import Refused

START = bytes(32)
_ANCHOR = re.compile(r"(\d{1,18}):([0-9a-f]{16})")
COUNTED = ("unlock", "lock", "sign", "erase")  # audit rows that tell how long the list of entries is
DigestKey: TypeAlias = Callable[[str | None], bytes | None]
"""The digest key of a visit's client, by the visit's id (None: of settings); None once it is destroyed."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of a chain: how many there are, and the hash that stands for all of them."""

    seq: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash.hex()[:16]}"


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is not as it was written."""

    table: Literal["audit", "entry"]
    seq: int
    what: Literal["changed", "missing", "out of order"]

    def __str__(self) -> str:
        return f"Row {self.seq} of {self.table} is {self.what}."


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces; ValueError for what JSON cannot say (NaN, infinity)."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, out of a broken paste: kept, escaped
        return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text


_AUDIT = ("seq", "at", "actor", "session", "action", "entity", "entity_id", "client_id", "detail")
_ENTRY = ("seq", "visit_id", "key", "value", "state", "source", "who", "at")


def _listed(row: Mapping[str, object], columns: tuple[str, ...]) -> bytes:
    return canonical([row[column] for column in columns]).encode()


def audit_hash(row: Mapping[str, object], before: bytes) -> bytes:
    """What links an audit row to the one before it."""
    return hashlib.sha256(b"runclinic-audit-1\0" + before + _listed(row, _AUDIT)).digest()


def entry_digest(row: Mapping[str, object], key: bytes) -> bytes:
    """What stands in the chain for an entry's content, under the key of her client."""
    return hmac.digest(key, _listed(row, _ENTRY), "sha256")


def entry_hash(seq: int, digest: bytes, before: bytes) -> bytes:
    """What links an entry to the one before it."""
    return hashlib.sha256(b"runclinic-entry-1\0" + before + seq.to_bytes(8, "big") + digest).digest()


def head(database: Database, table: Literal["audit", "entry"]) -> Head:
    """Where a chain ends now."""
    last = database.one(f"SELECT seq, hash FROM {table} ORDER BY seq DESC LIMIT 1")  # noqa: S608  our own two
    return Head(last["seq"], last["hash"]) if last else Head(0, START)


def faults(database: Database, digest_key: DigestKey, since: int = 0) -> tuple[Fault, ...]:
    """Every audit row after `since`, and every entry, that is changed, missing or out of order."""
    found = [*_audit_faults(database, since)]
    if since == 0:
        found += _entry_faults(database, digest_key)
        found += _end_faults(database)
    return tuple(dict.fromkeys(found))


def first_fault(database: Database, digest_key: DigestKey) -> Fault | None:
    """The first row that is not as it was written, the audit's before the entries'; None if all are."""
    found = faults(database, digest_key)
    return found[0] if found else None


def anchored(database: Database, anchor: str) -> Literal["match", "mismatch", "shorter"]:
    """Whether the audit still holds a head that was printed as "seq:16 hex"; Refused if it is none.

    "shorter": rows were cut off the end, or an older file was put back.
    """
    found = _ANCHOR.fullmatch(anchor.strip().lower())
    if found is None:
        raise Refused(f"“{anchor}” is no head of the audit.", "It looks like 1234:0123456789abcdef.")
    seq, told = int(found[1]), found[2]
    row = database.one("SELECT hash FROM audit WHERE seq = ?", (seq,))
    if row is None:
        return "match" if seq == 0 and told == START.hex()[:16] else "shorter"
    return "match" if row["hash"].hex()[:16] == told else "mismatch"


def recent_faults(database: Database, rows: int = 1000) -> tuple[Fault, ...]:
    """The same for the last audit rows alone, quick enough for every start after a crash."""
    return tuple(_audit_faults(database, max(0, head(database, "audit").seq - rows)))


def _rows(database: Database, table: Literal["audit", "entry"], since: int) -> Iterator[Row]:
    """A table in its order, a thousand rows at a time: it may not fit into memory."""
    while some := database.rows(
        f"SELECT * FROM {table} WHERE seq > ? ORDER BY seq LIMIT 1000",  # noqa: S608  our own two tables
        (since,),
    ):
        yield from some
        since = some[-1]["seq"]


def _audit_faults(database: Database, since: int) -> Iterator[Fault]:
    earlier = database.one("SELECT hash FROM audit WHERE seq = ?", (since,))
    expected, before = since + 1, earlier["hash"] if earlier else START
    for row in _rows(database, "audit", since):
        yield from (Fault("audit", seq, "missing") for seq in range(expected, row["seq"]))
        if row["hash"] != audit_hash(row, row["prev"]):
            yield Fault("audit", row["seq"], "changed")
        elif row["prev"] != before and row["seq"] == expected:
            yield Fault("audit", row["seq"], "out of order")
        expected, before = row["seq"] + 1, row["hash"]


def _entry_faults(database: Database, digest_key: DigestKey) -> Iterator[Fault]:
    expected, before = 1, START
    for row in _rows(database, "entry", 0):
        yield from (Fault("entry", seq, "missing") for seq in range(expected, row["seq"]))
        linked = row["hash"] == entry_hash(row["seq"], row["digest"], before) or row["seq"] != expected
        if not (linked and _as_written(row, digest_key)):
            yield Fault("entry", row["seq"], "changed")
        expected, before = row["seq"] + 1, row["hash"]


def _as_written(row: Row, digest_key: DigestKey) -> bool:
    key = digest_key(row["visit_id"])
    if key is None or row["state"] == "erased":  # only with the key of her records may a value go
        return key is None and row["state"] == "erased"
    return row["digest"] == entry_digest(row, key)


def _end_faults(database: Database) -> Iterator[Fault]:
    """Entries that an audit row counted, and that are not there any more or are others."""
    marks = ", ".join("?" * len(COUNTED))
    for row in database.rows(
        f"SELECT detail FROM audit WHERE action IN ({marks}) ORDER BY seq",  # noqa: S608  question marks
        COUNTED,
    ):
        told = json.loads(row["detail"])
        seq, kept = told.get("entries", 0), told.get("entries_hash", "")
        if seq == 0:
            continue
        there = database.one("SELECT hash FROM entry WHERE seq = ?", (seq,))
        if there is None:
            yield Fault("entry", seq, "missing")
        elif there["hash"].hex() != kept:
            yield Fault("entry", seq, "changed")
