"""The trail as it is read: audit and answers of one client, or of the whole clinic, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby

from runclinic.records.access import Access, AccessLog
from runclinic.records.database import Database, Row
from runclinic.records.roles import refuse_unless
from runclinic.records.session import Session
from runclinic.visit.entry import Json

ANSWERED = "answer"
_RUN_MINUTES = 15  # answers of one person in one visit without a longer pause are one line


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a trail: who did what, when, to what; `fields` are names, never what stands in them.

    `who` is a therapist's id, `client_id` "" for what is of no client, `n` how many things it tells of.
    """

    at: str
    who: str
    action: str
    client_id: str
    entity: str = ""
    entity_id: str = ""
    n: int = 1
    fields: tuple[str, ...] = ()
    detail: Mapping[str, Json] = field(default_factory=dict[str, Json])


class Trail:
    """Who did what."""

    def __init__(self, session: Session, access: AccessLog) -> None:
        self._session = session
        self._access = access

    def of(self, client_id: str, limit: int = 1000) -> tuple[Line, ...]:
        """The trail of one client: what was done with her record, and which answers were recorded."""
        done = [_line(each) for each in self._access.of(client_id, limit)]
        answers = _answers(
            self._session.database,
            "SELECT entry.*, client_id FROM entry JOIN visit ON visit.id = visit_id"
            " WHERE client_id = ? AND entry.state <> 'erased' ORDER BY seq DESC LIMIT ?",
            (client_id, 20 * limit),
        )
        return _in_order([*done, *answers])[:limit]

    def of_clinic(self, limit: int = 1000) -> tuple[Line, ...]:
        """The trail of the clinic, for an owner alone."""
        refuse_unless(self._session, "owner", to="read the trail of the clinic")
        return tuple(_line(each) for each in self._access.recent(limit))

    def client_names(self) -> dict[str, str]:
        """The names of all clients by id, for the lines of the clinic's trail; an erased one has none."""
        rows = self._session.database.rows("SELECT id, given_name, family_name FROM client")
        return {row["id"]: f"{row['given_name']} {row['family_name']}".strip() for row in rows}


def _line(row: Access) -> Line:
    fields = row.detail.get("fields")
    named = row.detail.get("field")
    return Line(
        at=row.at,
        who=row.actor,
        action=row.action,
        client_id=row.client_id,
        entity=row.entity,
        entity_id=row.entity_id,
        fields=tuple(map(str, fields)) if isinstance(fields, list) else (str(named),) if named else (),
        detail=row.detail,
    )


def _answers(database: Database, sql: str, values: tuple[str | int, ...]) -> list[Line]:
    """Answers of one person in one visit, a run of them as one line."""
    rows = database.rows(sql, values)
    runs = groupby(rows, key=lambda row: (row["who"], row["visit_id"], row["at"][:_HOUR], _quarter(row)))
    return [_run([*run]) for _, run in runs]


_HOUR = len("2026-11-20T09")


def _quarter(row: Row) -> int:
    return int(row["at"][14:16]) // _RUN_MINUTES


def _run(rows: list[Row]) -> Line:
    last = rows[0]
    return Line(
        at=last["at"],
        who=last["who"],
        action=ANSWERED,
        client_id=last["client_id"],
        entity="visit",
        entity_id=last["visit_id"],
        n=len(rows),
        fields=tuple(dict.fromkeys(row["key"] for row in reversed(rows))),
    )


def _in_order(lines: list[Line]) -> tuple[Line, ...]:
    """Newest first; what was done at one moment stays in its order."""
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))
