"""What a hostile week left: is every answer there, is every plan true, is everything as it was written?"""

import io
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path

import pypdf

from runclinic import records
from runclinic.documents.plan import TakeHome, take_home
from runclinic.records import Store, chain, checking
from runclinic.records.documents import Document
from runclinic.records.keys import FLOOR
from runclinic.records.signing import fixed as in_record
from runclinic.records.visits import VisitRow
from runclinic.refused import Refused
from runclinic.ui.amended_words import changes
from runclinic.ui.gait.cadence import cadence_of
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.papers import clinic_of
from runclinic.visit.assess import Case
from runclinic.visit.client import Client
from runclinic.visit.entry import Entry, standing
from runclinic.visit.signed import Stood, of

ANCHOR = re.compile(r"\b\d+:[0-9a-f]{16}\b")
PRINTED = "plan/confirmed"


@dataclass
class Proof:
    """What was looked at, and what is wrong with it."""

    answers: int = 0
    plans: int = 0
    backups: int = 0
    clock_back: int = 0
    lost: list[str] = field(default_factory=list)
    wrong_plans: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    qt: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not (self.lost or self.wrong_plans or self.exceptions or self.qt or self.faults)


def prove(home: Path, people: dict[str, str], week, stick: Path) -> Proof:
    """Everything that a week told, against what stands in its records. Needs Qt's application."""
    proof = Proof()
    first = next(iter(people.values()))
    report = walked(checking.check_home(home, first, floor=FLOOR))
    proof.faults += report.faults
    for archive in sorted(stick.glob("*.rcb")) if stick.is_dir() else ():
        proof.backups += 1
        proof.faults += walked(checking.check_archive(archive, first, floor=FLOOR)).faults
    ids = {name: who for who, name in records.therapists(home)}
    for name, password in people.items():
        with records.unlock(home, ids[name], password, floor=FLOOR) as store:
            if password == first:
                look_at_answers(store, week, proof)
                look_at_signed(store, week, proof)
                proof.faults += map(str, (*store.verify(), *store.signing.faults()))
                proof.clock_back = sum(each.action == "clock_back" for each in store.access.recent(100_000))
            look_at_papers(store, week, proof)
    look_at_log(home, proof)
    return proof


def walked(work):
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def look_at_answers(store: Store, week, proof: Proof) -> None:
    """What was told as saved, key by key and in its order, is in the trail of that key."""
    told: dict[tuple[str, str], list[object]] = defaultdict(list)
    for visit, key, value in week.told:
        told[visit, key].append(value)
    for (visit, key), values in told.items():
        there = iter([as_told(entry) for entry in store.visits.trail(visit, key)])
        for value in values:
            proof.answers += 1
            if not any(each == value for each in there):
                proof.lost.append(f"lost: {visit} {key} = {value!r}")


def as_told(entry: Entry) -> object:
    """A value as it came through JSON; None where the answer was taken back."""
    return json.loads(json.dumps(None if entry.state == "cleared" else entry.value))


def look_at_signed(store: Store, week, proof: Proof) -> None:
    """A visit that was told as signed is, and its record is what follows from its answers."""
    for visit_id in week.signed:
        row = store.visits.get(visit_id)
        if row.state != "signed":
            proof.lost.append(f"{visit_id} was told as signed, and is {row.state}")
            continue
        signed = store.signing.of(visit_id)
        names = {each.id: each.display_name for each in store.therapists()}
        visit = as_it_stood(
            store, store.clients.get(row.client_id), row, entries_of(store, visit_id), names[signed.by]
        )
        found = of(
            Stood(visit.now(), visit.assessment(), visit.plan(), visit.part_states()),
            content_version="",
            program_version="",
        )
        for what in ("outcome", "findings", "plan", "shown"):
            if fixed(found[what]) != fixed(signed.computed[what]):
                proof.wrong_plans.append(f"the signed {what} of {visit_id} is not what its answers say")


def fixed(value: object) -> object:
    """As a signed record holds it: numbers as text."""
    return json.loads(json.dumps(in_record(value)))


def look_at_papers(store: Store, week, proof: Proof) -> None:
    """Every plan that this therapist gave out, made again from what stood at that moment."""
    for visit_id, document in week.printed:
        try:
            store.documents.get(document)
        except Refused:
            proof.lost.append(f"the plan {document} of {visit_id} was told as kept, and is not there")
    for client in store.clients.recent(10_000):
        for row in store.visits.of(client.id):
            for document in store.documents.of(row.id):
                if document.who == store.therapist.id and document.kind == "plan":
                    proof.plans += 1
                    why = wrong_with(store, client, row, document)
                    if why:
                        proof.wrong_plans.append(f"the plan {document.name} ({document.id}): {why}")


def wrong_with(store: Store, client: Client, row: VisitRow, document: Document) -> str:
    """Why a plan on paper is not what its visit said when it was printed; "" if it is."""
    paper = pages(store.documents.read(document.id))
    anchors = set(ANCHOR.findall(" ".join(paper)))
    if len(anchors) != 1:
        return f"it carries {len(anchors)} ends of the audit"
    (anchor,) = anchors
    if chain.anchored(store._session.database, anchor) != "match":
        return "the end of the audit that it carries never was"
    wanted = [tidy(words.replace(anchor, "")) for words in paper]
    for entries in might_have_stood(store, row, document):
        visit = as_it_stood(store, client, row, entries, store.therapist.display_name)
        made = made_again(store, visit, document)
        if made == wanted:
            return ""
    return f"its words are not those of the visit: {first_difference(wanted, made)}"


def first_difference(paper: list[str], visit: list[str]) -> str:
    """Where the two part, in a few words."""
    one, other = "\n".join(paper).splitlines(), "\n".join(visit).splitlines()
    for line, beside in zip_longest(one, other, fillvalue=""):
        if line != beside:
            return f"“{line[:80]}” on paper, “{beside[:80]}” from the visit"
    return "only its pages differ"


def might_have_stood(store: Store, row: VisitRow, document: Document) -> list[tuple[Entry, ...]]:
    """What stood when it was printed: all before the entry that tells of it.

    Killed between the paper and that entry, it is where the clock of the paper falls between two entries.
    """
    entries = entries_of(store, row.id)
    for place, entry in enumerate(entries):
        if entry.key == PRINTED and entry.value == document.id:
            return [entries[:place]]
    return [
        entries[:place]
        for place in range(1, len(entries) + 1)
        if entries[place - 1].when <= document.at
        and (place == len(entries) or document.at <= entries[place].when)
    ]


def entries_of(store: Store, visit_id: str) -> tuple[Entry, ...]:
    return store.visits._entries.of(visit_id)


def as_it_stood(
    store: Store, client: Client, row: VisitRow, entries: tuple[Entry, ...], who: str
) -> OpenVisit:
    visit = OpenVisit(store, client, row)
    visit._entries = standing(entries)
    visit._assessment = visit._answers = None
    case = visit.case
    visit.case = lambda: replaced(case(), who)
    return visit


def replaced(case: Case, who: str) -> Case:
    return replace(case, therapist=who, decision=replace(case.decision, by=who))


def made_again(store: Store, visit: OpenVisit, document: Document) -> list[str]:
    cadence, speed = cadence_of(visit)
    clinic = clinic_of(visit)
    try:
        asked = TakeHome(
            visit.assessment(),
            visit.plan(),
            visit.client,
            clinic,
            visit.day,
            store.therapist.display_name,
            cadence,
            speed,
            amended_before(store, visit.visit.id, document),
        )
        return pages(take_home(asked, paper=clinic.get("paper", "a4")))
    except Refused as refused:
        return [str(refused)]


def amended_before(store: Store, visit_id: str, document: Document):
    """The amendments that stood when the paper was kept."""
    rows = [
        each
        for each in store.access.recent(100_000)
        if each.action == "amend" and each.entity_id == visit_id and each.seq <= document.anchor_seq
    ]
    return changes(store, visit_id)[: len(rows)]


def pages(pdf: bytes) -> list[str]:
    """The words of each page, without empty lines."""
    return [tidy(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def tidy(words: str) -> str:
    return "\n".join(line.strip() for line in words.splitlines() if line.strip())


def look_at_log(home: Path, proof: Proof) -> None:
    """What the program wrote down of what it did not expect."""
    for log in sorted((home / "log").glob("screen.log*")):
        for line in log.read_text(encoding="utf-8").splitlines():
            try:
                told = json.loads(line)
            except ValueError:
                continue  # the disk was full in the middle of it
            if "what" in told:
                proof.exceptions.append(told["where"])
            elif "does not support" not in told["qt"]:
                proof.qt.append(told["qt"])
