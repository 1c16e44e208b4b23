"""A signed visit on paper: what stood at signing, out of its record alone, and what was amended since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, Spacer

from runclinic.documents import amended, lettering, right_to_left
from runclinic.documents.paper import Sheet, Type, printed_close
from runclinic.documents.pieces import bullets, heading, ruled
from runclinic.documents.plan import initials
from runclinic.documents.right_to_left import Piece
from runclinic.visit.amended import Amended, latest
from runclinic.visit.client import Client
from runclinic.words import Words

LEAST_BELOW = 90.0  # points below a heading, else it stands on the next page


@dataclass(frozen=True, slots=True)
class SignedVisit:
    """All that the record of a visit is printed from.

    `computed` is what the signature froze (visit/signed.py), `content_hash` its hash in hex, `signed_on` the
    day as it is read. `anchor` is the head of the audit that stands in the footer.
    """

    client: Client
    clinic: str
    number: int
    day: date
    by: str
    signed_on: str
    computed: Mapping[str, Any]
    content_hash: str
    amendments: Sequence[Amended] = ()
    anchor: str = ""


def visit_record(asked: SignedVisit, *, paper: str = "a4", language: str = "en") -> bytes:
    """The record as a PDF; private answers are left out. The same record gives the same bytes."""
    return _Record(asked, Words(language), paper).pdf()


class _Record:
    def __init__(self, asked: SignedVisit, words: Words, paper: str) -> None:
        self.asked, self.words, self.say = asked, words, words.say
        self.sheet = Sheet(
            title=self.say("visit_record.title", n=asked.number),
            subject=self.say("visit_record.subject"),
            clinic=asked.clinic,
            whose=initials(asked.client),
            made_on=words.date(asked.day, "short"),
            reference=self.say("visit_record.reference", number=asked.number),
            page_of=lambda n, total: self.say("plan.page", n=n, total=total),
            paper=paper,
            language=words.language,
            anchor=asked.anchor,
        )
        self._set(Type(self.sheet))
        self.changed = latest(asked.amendments)

    def _set(self, kind: Type) -> None:
        self.type, self.par = kind, kind.par

    def pdf(self) -> bytes:
        return printed_close(self.sheet, self.story)

    def story(self, kind: Type) -> list[Flowable]:
        """All parts, set in a type."""
        self._set(kind)
        return [*self.head(), *self.outcome(), *self.scores(), *self.answers(), *self.proof()]

    def head(self) -> Iterable[Flowable]:
        asked = self.asked
        yield self.par(self.sheet.title, self.type.title)
        born = self.words.date(asked.client.born) if asked.client.born else ""
        who = self.say("visit_record.who", name=asked.client.name, day=self.words.date(asked.day, "full"))
        who = f"{who} {self.say('visit_record.born', born=born)}" if born else who
        yield self.par(lettering.from_the_left(who))
        yield self.par(self.say("visit_record.signed", by=asked.by, day=asked.signed_on))
        yield from amended.box(asked.amendments, self.type, self.sheet, self.words)

    def outcome(self) -> Iterable[Flowable]:
        computed = self.asked.computed
        yield from heading(self.say("visit_record.outcome"), self.type, self.sheet)
        yield self.par(str(computed.get("outcome_name") or "–"), self.type.strong)
        decision = computed.get("decision") or {}
        if decision.get("reason"):
            yield self.par(self.say("visit_record.reason", reason=decision["reason"]))
        judged = [each for each in computed.get("criteria") or [] if each.get("state") == "not_met"]
        yield from bullets([f"{each['name']}: {each['reason']}" for each in judged], self.type)
        if computed.get("left_open"):
            yield self.par(
                self.say("visit_record.left_open", parts="; ".join(computed["left_open"])), self.type.small
            )

    def scores(self) -> Iterable[Flowable]:
        rows = [[self.par(name), self.par(value)] for name, value in self._scores()]
        if rows:
            yield from heading(self.say("visit_record.scores"), self.type, self.sheet)
            yield ruled(rows, [self.sheet.width * 0.6, self.sheet.width * 0.4])

    def _scores(self) -> Iterable[tuple[str, str]]:
        titles = {each["form"]: each["title"] for each in self.asked.computed.get("shown") or []}
        for instrument, score in (self.asked.computed.get("scores") or {}).items():
            if instrument in titles and score.get("value") is not None:
                band = f", {score['band']}" if score.get("band") else ""
                yield titles[instrument], f"{_short(score['value'])}{band}"
        stride = self.asked.computed.get("stride") or {}
        for metric, sides in (stride.get("metrics") or {}).items():
            both = sides.get("both")
            if both:
                value = f"{_short(both['value'])} ± {_short(both['plus_minus'])} {both['unit']}"
                yield metric.replace("_", " ").capitalize(), value

    def answers(self) -> Iterable[Flowable]:
        widths = [self.sheet.width * 0.58, self.sheet.width * 0.42]
        for form in self.asked.computed.get("shown") or []:
            rows = [self._row(each) for each in form["rows"] if not each.get("private")]
            if rows:
                yield CondPageBreak(LEAST_BELOW)
                yield from heading(str(form["title"]), self.type, self.sheet)
                yield ruled(rows, widths)

    def _row(self, row: Mapping[str, Any]) -> list[Flowable]:
        change = self.changed.get(str(row["key"]))
        asked_words = self.par(str(row["asked"]), self.type.small)
        if change is None:
            return [asked_words, self.par(str(row["said"]), self.type.small)]
        both = [amended.struck(change.old), Piece(change.new)]
        return [asked_words, right_to_left.paragraph(both, self.type.small)]

    def proof(self) -> Iterable[Flowable]:
        yield Spacer(1, 4 * mm)
        digits = self.asked.content_hash
        grouped = " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))
        content = str(self.asked.computed.get("content") or "")
        yield self.par(self.say("visit_record.proof", hash=grouped, content=content), self.type.caption)


def _short(value: object) -> str:
    """A number of a record, where decimals are text of six digits, as it is read."""
    try:
        return f"{float(str(value)):.4g}"
    except ValueError:
        return str(value)
