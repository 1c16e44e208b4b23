"""All rows of one client as a client file, and what of it a receiving clinic does not have yet."""

import json

from runclinic.exports.client_file import (
    FORMAT,
    Author,
    ClientFile,
    EntryRow,
    FilmRow,
    PaperRow,
    Person,
    PublicKey,
    Signature,
    TrailRow,
    VisitFile,
)
from runclinic.records import chain
from runclinic.records.clock import stamp
from runclinic.records.database import Database, Row
from runclinic.records.films import Films
from runclinic.records.session import Session
from runclinic.refused import Refused

_MOST_TRAIL = 100_000


def gather(session: Session, films: Films, client_id: str, clinic: str) -> ClientFile:
    """Everything that is kept of a client; Refused if she is not there, or was erased."""
    database = session.database
    person = _person(database, client_id)
    visits = tuple(_visit(database, row) for row in _rows(database, "visit", client_id, "number"))
    found = tuple(_film(films, row) for row in _rows(database, "media", client_id, "at, id"))
    return ClientFile(
        format=FORMAT,
        made_at=stamp(session.clock()),
        store_id=store_id(database),
        clinic=clinic,
        head=str(chain.head(database, "audit")),
        client=person,
        authors=tuple(_authors(database, visits, found, clinic)),
        visits=visits,
        films=found,
        trail=tuple(map(_trail, _rows(database, "audit", client_id, f"seq LIMIT {_MOST_TRAIL}"))),
    )


def store_id(database: Database) -> str:
    """The id of these records."""
    row = database.one("SELECT value FROM meta WHERE key = 'store_id'")
    return row["value"] if row else ""


def visit_file(database: Database, visit_id: str) -> VisitFile | None:
    """One visit as a file holds it; None if it is not here."""
    row = database.one("SELECT * FROM visit WHERE id = ?", (visit_id,))
    return _visit(database, row) if row else None


def _rows(database: Database, table: str, client_id: str, order: str) -> list[Row]:
    return database.rows(f"SELECT * FROM {table} WHERE client_id = ? ORDER BY {order}", (client_id,))  # noqa: S608  our own


def _person(database: Database, client_id: str) -> Person:
    row = database.one(
        "SELECT client.* FROM client JOIN client_key ON client_id = id WHERE id = ? AND key IS NOT NULL",
        (client_id,),
    )
    if row is None:
        raise Refused("This client is not in the records, or was erased.", "Search for her by name.")
    names = (
        "id",
        "clinic_no",
        "given_name",
        "family_name",
        "language",
        "phone",
        "email",
        "address",
        "referrer",
    )
    return Person(
        **{name: row[name] for name in names},
        note=row["note"],
        born=row["birth_date"],
        height_m=row["height_m"],
        mass_kg=row["mass_kg"],
    )


def _visit(database: Database, row: Row) -> VisitFile:
    entries = database.rows(
        "SELECT * FROM entry WHERE visit_id = ? AND state <> 'erased' ORDER BY seq", (row["id"],)
    )
    kept = database.one("SELECT record FROM signed_record WHERE visit_id = ?", (row["id"],))
    amendments = database.rows("SELECT * FROM amendment WHERE visit_id = ? ORDER BY n", (row["id"],))
    shown = database.rows(
        "SELECT media_id FROM visit_media WHERE visit_id = ? ORDER BY at, media_id", (row["id"],)
    )
    papers = database.rows("SELECT * FROM document WHERE visit_id = ? ORDER BY at, id", (row["id"],))
    return VisitFile(
        id=row["id"],
        number=row["number"],
        date=row["date"],
        therapist_id=row["therapist_id"],
        started_at=row["started_at"],
        entries=tuple(map(_entry, entries)),
        signed=Signature(kept["record"], row["signature"]) if kept else None,
        amendments=tuple(Signature(each["record"], each["signature"]) for each in amendments),
        films=tuple(each["media_id"] for each in shown),
        papers=tuple(map(_paper, papers)),
    )


def _entry(row: Row) -> EntryRow:
    return EntryRow(
        key=row["key"],
        value=json.loads(row["value"]),
        state=row["state"],
        source=row["source"],
        who=row["who"],
        at=row["at"],
    )


def _paper(row: Row) -> PaperRow:
    names = ("id", "kind", "name", "bytes", "anchor_seq", "at", "who")
    return PaperRow(**{name: row[name] for name in names}, sha256=row["sha256"].hex())


def _film(films: Films, row: Row) -> FilmRow:
    names = ("id", "name", "bytes", "at", "who")
    kept = row["state"] == "ready" and films.file(row["id"]).is_file()
    return FilmRow(**{name: row[name] for name in names}, sha256=row["sha256"].hex(), kept=kept)


def _trail(row: Row) -> TrailRow:
    """A row of the audit; the head of an earlier one is no business of the receiver."""
    names = ("seq", "at", "actor", "action", "entity", "entity_id")
    return TrailRow(**{name: row[name] for name in names}, detail=json.loads(row["detail"]))


def _authors(
    database: Database, visits: tuple[VisitFile, ...], films: tuple[FilmRow, ...], clinic: str
) -> list[Author]:
    """Everyone who recorded, signed or kept anything of her."""
    named = {visit.therapist_id for visit in visits} | {film.who for film in films}
    for visit in visits:
        named |= {each.who for each in visit.entries} | {each.who for each in visit.papers}
        named |= {str(json.loads(each.record)["who"]) for each in visit.amendments}
        if visit.signed is not None:
            named.add(str(json.loads(visit.signed.record)["signed"]["by"]))
    return [_author(database, each, clinic) for each in sorted(named)]


def _author(database: Database, therapist_id: str, clinic: str) -> Author:
    row = database.one("SELECT * FROM therapist WHERE id = ?", (therapist_id,))
    foreign = database.one("SELECT * FROM foreign_therapist WHERE therapist_id = ?", (therapist_id,))
    keys = database.rows(
        "SELECT * FROM therapist_key WHERE therapist_id = ? ORDER BY valid_from, id", (therapist_id,)
    )
    if row is None:
        raise Refused("A therapist is missing from the records.", "Let verify look at them.")
    columns = ("id", "ed25519_pub", "x25519_pub", "valid_from", "valid_to")
    return Author(
        id=row["id"],
        display_name=row["display_name"],
        initials=row["initials"],
        role=row["role"],
        registration=row["registration"],
        created_at=row["created_at"],
        keys=tuple(PublicKey(**{name: key[name] for name in columns}) for key in keys),
        store_id=foreign["store_id"] if foreign else store_id(database),
        clinic=foreign["clinic"] if foreign else clinic,
    )
