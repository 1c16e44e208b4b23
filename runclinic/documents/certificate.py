"""The certificate of an erasure: what was destroyed, when, on which ground, and where copies may still be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from runclinic.documents.paper import Sheet, Type, printed
from runclinic.documents.pieces import framed, heading, ruled
from runclinic.words import Words


@dataclass(frozen=True, slots=True)
class Certificate:
    """All that a certificate is printed from; `issued_to` is not kept anywhere, and may be left empty.

    `ground` names a ground of records/erasure.py, `counts` how many visits, entries, films and documents
    there were; `copies_until` is the day by which the last backup that holds her has been replaced, None if
    none is known. `anchor` is the head of the audit after the erasure.
    """

    reference: str
    issued_to: str
    clinic: str
    address: str
    day: date
    by: str
    ground: str
    counts: Mapping[str, int]
    copies_until: date | None
    anchor: str


def certificate(asked: Certificate, *, paper: str = "a4", language: str = "en") -> bytes:
    """One page; the same input gives the same bytes."""
    words = Words(language)
    sheet = Sheet(
        title=words.say("certificate.title"),
        subject=words.say("certificate.title"),
        clinic=asked.clinic,
        whose=asked.reference,
        made_on=words.date(asked.day, "short"),
        reference=words.say("certificate.reference", number=asked.reference),
        page_of=lambda n, total: words.say("plan.page", n=n, total=total),
        paper=paper,
        language=words.language,
        anchor=asked.anchor,
    )
    return printed(sheet, [*_story(asked, Type(sheet), sheet, words)])


def _story(asked: Certificate, kind: Type, sheet: Sheet, words: Words) -> Iterable[Flowable]:
    say, par = words.say, kind.par
    yield par(asked.clinic, kind.bold)
    if asked.address:
        yield par(asked.address, kind.small)
    yield Spacer(1, 10 * mm)
    yield par(sheet.title, kind.title)
    yield Spacer(1, 3 * mm)
    if asked.issued_to:
        yield par(say("certificate.issued_to", name=asked.issued_to))
    yield par(say("certificate.said", day=words.date(asked.day, "long")))
    yield from heading(say("certificate.what"), kind, sheet)
    rows = [
        (say("certificate.reference_row"), asked.reference),
        (say("certificate.ground"), say(f"ground.{asked.ground}")),
    ]
    rows += [(say(f"certificate.{name}"), words.number(count)) for name, count in asked.counts.items()]
    rows.append((say("certificate.by"), asked.by))
    yield ruled([[par(name), par(value)] for name, value in rows], [sheet.width * 0.45, sheet.width * 0.55])
    yield from heading(say("certificate.how"), kind, sheet)
    yield par(say("certificate.how_said"))
    yield Spacer(1, 4 * mm)
    copies = (
        say("certificate.copies_until", day=words.date(asked.copies_until, "long"))
        if asked.copies_until
        else say("certificate.no_copies")
    )
    yield framed([par(say("certificate.copies"), kind.bold), par(copies)], sheet.width)
    yield Spacer(1, 6 * mm)
    yield par(say("certificate.kept"), kind.small)
    yield Spacer(1, 16 * mm)
    yield par(say("certificate.sign"))
