"""The visit on the screen: what stands, recording, undo, and telling who listens."""

from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from runclinic.forms import answers as answering
from runclinic.forms import catalogue
from runclinic.forms.conditions import Facts
from runclinic.forms.flags import OpenFlag, open_flags
from runclinic.forms.form import Form, Question
from runclinic.plan import edits
from runclinic.plan.edits import Edited
from runclinic.readiness.criterion import OUTCOMES
from runclinic.readiness.decision import Decision
from runclinic.records import Store
from runclinic.records.visits import VisitRow
from runclinic.refused import Refused
from runclinic.visit import facts as visit_facts
from runclinic.visit import parts as visit_parts
from runclinic.visit.assess import Assessment, Case, assess
from runclinic.visit.client import Client
from runclinic.visit.entry import Entry, Json, Source, standing

NOT_ANSWERS = ("gait", "decision", "plan", "print", "sign")


class Answering(Protocol):
    """What a form's answers are recorded in: a visit, or the settings of the clinic."""

    changed: Signal

    @property
    def day(self) -> date: ...
    def answers(self) -> dict[str, Json]: ...
    def facts(self) -> Facts: ...
    def record(self, key: str, value: Json, *, source: Source = "typed", typing: bool = False) -> bool: ...
    def pause(self) -> None: ...


class Appending(Protocol):
    """What an undo command commits its entries to."""

    def append(self, key: str, value: Json, source: Source) -> bool: ...


class OpenVisit(QObject):
    """One visit of one client. Everything that is recorded stands on the disk before `record` returns.

    `changed(keys)` tells what is different, `saved(when)` that it is committed (local time), and
    `not_saved(sentence)` that it is not.
    """

    changed = Signal(list)
    saved = Signal(object)
    not_saved = Signal(str)

    def __init__(self, store: Store, client: Client, visit: VisitRow) -> None:
        super().__init__()
        self.store = store
        self.client = client
        self.visit = visit
        self._entries: dict[str, Entry] = standing(store.visits.entries(visit.id))
        self._stacks: dict[str, QUndoStack] = {}
        self._assessment: Assessment | None = None
        self._answers: dict[str, Json] | None = None
        self._typing_run = 1
        self.decision_refused = ""

    @property
    def day(self) -> date:
        """The date of the visit."""
        return self.visit.date

    def now(self) -> dict[str, Json]:
        """What stands, by key."""
        return {key: entry.value for key, entry in self._entries.items()}

    def answers(self) -> dict[str, Json]:
        """What stands of the forms."""
        if self._answers is None:
            self._answers = {
                key: entry.value
                for key, entry in self._entries.items()
                if key.split("/")[0] not in NOT_ANSWERS
            }
        return self._answers

    def facts(self) -> Facts:
        """What conditions ask for besides answers: weeks since birth, age, whether it is the first visit."""
        return visit_facts.basic(self.client, self.day, self.answers(), first_visit=self.visit.number == 1)

    def flags(self) -> tuple[OpenFlag, ...]:
        """The red flags that are open."""
        return tuple(flag for flag in open_flags(self.answers(), self.facts()) if not flag.closed)

    def assessment(self) -> Assessment:
        """Scores, criteria, outcome and plan of what stands; computed once until something changes.

        A decision that what was answered since no longer allows is left out; `decision_refused` says why.
        """
        if self._assessment is None:
            self.decision_refused = ""
            case = self.case()
            try:
                self._assessment = assess(case)
            except Refused as refused:
                self.decision_refused = str(refused)
                self._assessment = assess(replace(case, decision=replace(case.decision, outcome=None)))
        return self._assessment

    def case(self) -> Case:
        """The visit as the engine takes it."""
        return Case(
            client=self.client,
            visit_date=self.day,
            therapist=self.store.therapist.display_name,
            answers=self.answers(),
            gait=self._gait(),
            decision=self.decision(),
            strict_pain=self.store.settings.get("clinic/strict_pain", "no") == "yes",
        )

    def decision(self) -> Decision:
        """What the therapist decided so far."""
        given = {
            key.split("/", 1)[1]: value for key, value in self.now().items() if key.startswith("decision/")
        }
        cleared = given.get("clearance_date")
        outcome = given.get("outcome")
        return Decision(
            outcome=next((each for each in OUTCOMES if each == outcome), None),
            reason=str(given.get("reason") or ""),
            clearance_from=str(given.get("clearance_from") or ""),
            clearance_date=date.fromisoformat(str(cleared)) if cleared else None,
            individual_reason=str(given.get("individual_reason") or ""),
            managed_reason=str(given.get("managed_reason") or ""),
            by=self.store.therapist.display_name,
        )

    def plan(self) -> Edited:
        """The plan with the therapist's changes laid over it."""
        return edits.apply(self.assessment().plan, edits.read(self.now()))

    def _gait(self) -> dict[str, object]:
        flags = self.now().get("gait/flags")
        return {"flags": flags} if isinstance(flags, list) else {}

    def part_states(self) -> tuple[visit_parts.PartState, ...]:
        """The parts of the visit in order, each with its state and what is left."""
        return visit_parts.states(self.answers(), self.facts(), self._entries)

    def record(self, key: str, value: Json, *, source: Source = "typed", typing: bool = False) -> bool:
        """Record a value (None takes it back). Does nothing if that already stands; false if it could not.

        `typing` joins what is typed into one field without a pause to one step of undo.
        """
        stands = self._entries.get(key)
        if (stands.value if stands else None) == value:
            return True
        run = self._typing_run if typing else 0
        command = Recording(self, key, stands.value if stands else None, value, source, typing_run=run)
        self.stack(part_of(key)).push(command)
        return command.stored

    def record_together(self, values: dict[str, Json], words: str) -> bool:
        """Several values of one part as one step of undo; false if one of them could not be recorded."""
        stack = self.stack(part_of(next(iter(values))))
        stack.beginMacro(words)
        try:
            stored = [self.record(key, value) for key, value in values.items()]
            return all(stored)
        finally:
            stack.endMacro()

    def clear(self, key: str) -> bool:
        """Take an answer back: the question is open again."""
        return self.record(key, None)

    def pause(self) -> None:
        """She left a field: what is typed from here on is a step of undo of its own."""
        self._typing_run += 1

    def stack(self, part: str) -> QUndoStack:
        """What can be undone in a part."""
        if part not in self._stacks:
            self._stacks[part] = QUndoStack(self)
        return self._stacks[part]

    def undo(self, part: str) -> None:
        """Append the value that stood before the last change of this part."""
        self.stack(part).undo()

    def redo(self, part: str) -> None:
        """Append again what was undone."""
        self.stack(part).redo()

    def history(self, key: str) -> list[tuple[VisitRow, Entry]]:
        """The same question over the visits."""
        return self.store.visits.history(self.client.id, key)

    def append(self, key: str, value: Json, source: Source) -> bool:
        """Commit one entry, and tell. For `Recording` alone: it keeps the undo."""
        try:
            entry = self.store.visits.append(
                self.visit.id, key, value, state="cleared" if value is None else "value", source=source
            )
        except Refused as refused:
            self.not_saved.emit(str(refused))
            return False
        self._entries.pop(key, None)
        if value is not None:
            self._entries[key] = entry
        self._assessment = None
        self._answers = None
        self.saved.emit(datetime.now().astimezone())
        self.changed.emit([key])
        return True


class Recording(QUndoCommand):
    """One thing recorded; undoing appends what stood before, so the trail keeps both."""

    def __init__(
        self, visit: Appending, key: str, before: Json, after: Json, source: Source, *, typing_run: int
    ) -> None:
        super().__init__(key)
        self._visit = visit
        self._key = key
        self._before, self._after = before, after
        self._source: Source = source
        self._typing_run = typing_run
        self.stored = False

    def redo(self) -> None:
        """Append the value."""
        self.stored = self._visit.append(self._key, self._after, self._source)
        self.setObsolete(not self.stored)

    def undo(self) -> None:
        """Append the earlier value."""
        self._visit.append(self._key, self._before, self._source)

    def id(self) -> int:
        """Qt: only commands of one id are joined; typing may be."""
        return self._typing_run or -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Qt: what is typed on into the same field is one step."""
        if not isinstance(other, Recording) or other._key != self._key or not other.stored:  # noqa: SLF001 -- its own kind
            return False
        self._after = other._after  # noqa: SLF001 -- its own kind
        return True


def part_of(key: str) -> str:
    """The part of the visit in which a key is recorded; undo stays inside it."""
    first = key.split("/", 1)[0]
    question = catalogue.question(key)
    if question is None:
        return {"decision": "readiness"}.get(first, first)
    for part in visit_parts.parts():
        cards = part.cards.get(first)
        if first in part.forms and (cards is None or (question.card or question.id) in cards):
            return part.id
    return first


def check(open_visit: Answering, form: Form, question: Question, value: Json) -> None:
    """Refused if the answer cannot be true, by itself or beside another one.

    The question may be a part of one of the form's (one side, one birth): then only by itself.
    """
    answering.refuse_wrong(question, value, form.id)
    if form.find(question.id) is None:
        return
    near = {
        question.id,
        question.at_least_of,
        *(each.id for each in form.question if each.at_least_of == question.id),
    }
    beside = {f"{form.id}/{each}": open_visit.answers().get(f"{form.id}/{each}") for each in near if each}
    answering.refuse_at_odds(form, {**beside, f"{form.id}/{question.id}": value}, open_visit.facts())
