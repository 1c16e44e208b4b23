"""A client file as tables: CSV that opens in a spreadsheet, and in which nothing is a formula."""

import csv
import io
import json
from collections.abc import Iterable, Sequence

import msgspec

from runclinic.exports.client_file import ClientFile
from runclinic.visit.said import asked, said

FORMULA = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | float | None


def guarded(cell: Cell) -> str:
    """A cell as text; one that a spreadsheet would run gets an apostrophe in front (OWASP, CSV injection)."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) and not _is_number(cell) else text


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float)


def tables(file: ClientFile) -> dict[str, bytes]:
    """One CSV a table, by file name: UTF-8 with a mark, which spreadsheets need to read names rightly."""
    return {
        "client.csv": _table(("field", "value"), msgspec.to_builtins(file.client).items()),
        "visits.csv": _table(("visit", "date", "therapist", "state", "entries"), _visits(file)),
        "answers.csv": _table(
            ("visit", "date", "key", "question", "answer", "value", "state", "source", "who", "at"),
            _answers(file),
        ),
        "amendments.csv": _table(
            ("visit", "n", "kind", "key", "old", "new", "reason", "who", "at"), _amendments(file)
        ),
        "films.csv": _table(
            ("id", "name", "sha256", "bytes", "at"),
            ((each.id, each.name, each.sha256, each.bytes, each.at) for each in file.films),
        ),
        "documents.csv": _table(
            ("id", "visit", "kind", "name", "sha256", "bytes", "at"),
            (
                (each.id, visit.number, each.kind, each.name, each.sha256, each.bytes, each.at)
                for visit in file.visits
                for each in visit.papers
            ),
        ),
        "trail.csv": _table(
            ("seq", "at", "who", "action", "entity", "entity_id", "detail"),
            (
                (
                    each.seq,
                    each.at,
                    each.actor,
                    each.action,
                    each.entity,
                    each.entity_id,
                    json.dumps(each.detail),
                )
                for each in file.trail
            ),
        ),
    }


def _table(head: Sequence[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + made.getvalue().encode("utf-8", "replace")


def _name(file: ClientFile, therapist_id: str) -> str:
    author = file.author(therapist_id)
    return author.display_name if author else therapist_id


def _visits(file: ClientFile) -> Iterable[tuple[Cell, ...]]:
    for visit in file.visits:
        state = "signed" if visit.signed else "draft"
        yield visit.number, visit.date, _name(file, visit.therapist_id), state, len(visit.entries)


def _answers(file: ClientFile) -> Iterable[tuple[Cell, ...]]:
    for visit in file.visits:
        for each in visit.entries:
            value = json.dumps(each.value, ensure_ascii=False)
            yield (
                visit.number,
                visit.date,
                each.key,
                asked(each.key),
                said(each.key, each.value),
                value,
                each.state,
                each.source,
                _name(file, each.who),
                each.at,
            )


def _amendments(file: ClientFile) -> Iterable[tuple[Cell, ...]]:
    for visit in file.visits:
        for each in visit.amendments:
            told = json.loads(each.record)
            old, new = (json.dumps(told.get(name), ensure_ascii=False) for name in ("old", "new"))
            yield (
                visit.number,
                told["n"],
                told["kind"],
                told["key"],
                old,
                new,
                told["reason"],
                _name(file, told["who"]),
                told["at"],
            )
