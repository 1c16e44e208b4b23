"""Is everything as it was written? Every page, row, link, signature, rule and head looked at, and named.

Nothing is written here. What a chain cannot show, rows cut off its end or a whole older file put back, is
shown by heads kept elsewhere: on paper, and in the archives.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from runclinic.records import chain, driver, schema, signing, visits
from runclinic.records.chain import DigestKey, Head
from runclinic.records.database import Database
from runclinic.refused import Refused

_SAID = {
    "mismatch": "The audit is not the one that ended at {}.",
    "shorter": "The audit is shorter than {}: rows were cut off, or an older file was put back.",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What was found: `faults` in words, each naming its row; and how much was looked at."""

    faults: tuple[str, ...]
    audit: Head
    entries: Head

    @property
    def whole(self) -> bool:
        return not self.faults

    def lines(self) -> list[str]:
        """For a shell."""
        seen = (
            f"{self.entries.seq} entries and {self.audit.seq} rows of the audit, which ends at {self.audit}"
        )
        if self.whole:
            return [f"All is as it was written: {seen}."]
        return [*self.faults, f"{len(self.faults)} faults in {seen}."]


def examine(database: Database, anchors: Iterable[tuple[str, str]] = ()) -> Report:
    """All of a store's database; `anchors` are heads kept elsewhere, each with the name of where.

    Refused if it is too damaged to be read to its end: then `salvage` saves what is left.
    """
    faults = [*_pages(database), *_rules(database)]
    try:
        faults += map(str, chain.faults(database, digest_keys(database)))
        faults += map(str, signing.verify_signatures(database))
        for where, anchor in anchors:
            faults += _anchor(database, where, anchor)
        return Report(
            tuple(dict.fromkeys(faults)), chain.head(database, "audit"), chain.head(database, "entry")
        )
    except driver.Error as trouble:
        raise Refused(
            "The record file is too damaged to be checked to its end.",
            "Restore the last backup, or save what is left with salvage.",
        ) from trouble


def _anchor(database: Database, where: str, anchor: str) -> list[str]:
    verdict = chain.anchored(database, anchor)
    return [] if verdict == "match" else [f"{where}: {_SAID[verdict].format(anchor)}"]


def archive_faults(database: Database, heads: Iterable[tuple[str, str, str]]) -> list[str]:
    """Archives whose head the audit does not hold; `heads` are (name, "seq:hex", time).

    An archive from before a restore may end where the restored audit never went: that is no fault.
    """
    restores = [
        (chain_seq(row["head"]), row["at"])
        for row in database.rows(
            "SELECT at, coalesce(json_extract(detail, '$.head'), '') AS head"
            " FROM audit WHERE action = 'restore'"
        )
    ]
    faults: list[str] = []
    for name, head, at in heads:
        superseded = any(seq < chain_seq(head) and at <= restored for seq, restored in restores)
        if not superseded:
            faults += _anchor(database, f"Backup {name}", head)
    return faults


def chain_seq(head: str) -> int:
    """How long the audit was at a head."""
    number = head.partition(":")[0]
    return int(number) if number.isdigit() else 0


def _pages(database: Database) -> list[str]:
    """Pages whose seal is broken, and what SQLite finds wrong in their order."""
    said = [row[0] for row in _asked(database, "PRAGMA cipher_integrity_check")]
    said += [row[0] for row in _asked(database, "PRAGMA integrity_check(20)") if row[0] != "ok"]
    lost = [
        f"A row of {row[0]} belongs to none of {row[2]} ({row[1]})."
        for row in _asked(database, "PRAGMA foreign_key_check")
    ]
    return [f"The record file: {each}." for each in said] + lost


def _asked(database: Database, pragma: str) -> list[tuple[str, ...]]:
    try:
        return list(database.connection.execute(pragma).fetchall())
    except driver.Error as trouble:
        return [(str(trouble), "", "")]


def _rules(database: Database) -> list[str]:
    return [f"The rule {name} was removed or changed." for name in schema.lost_rules(database.connection)]


def digest_keys(database: Database) -> DigestKey:
    """The digest key of each visit's client, asked for once; None if it is destroyed or the visit is gone."""
    known: dict[str | None, bytes | None] = {}

    def key(visit_id: str | None) -> bytes | None:
        if visit_id not in known:
            try:
                known[visit_id] = visits.digest_key_of(database, visit_id)
            except Refused:
                known[visit_id] = None
        return known[visit_id]

    return key


def lost_files(database: Database, media: Path) -> tuple[str, ...]:
    """Films and papers that have a row and no file."""
    rows = database.rows(
        "SELECT 'film' AS what, id, client_id FROM media WHERE state = 'ready'"
        " UNION ALL SELECT 'paper', document.id, document.client_id FROM document"
        " JOIN client_key ON client_key.client_id = document.client_id WHERE key IS NOT NULL ORDER BY id"
    )
    gone = [row for row in rows if not (media / row["id"][:2] / f"{row['id']}.rcm").is_file()]
    return tuple(f"{row['what']} {row['id']}" for row in gone)
