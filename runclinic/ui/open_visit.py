"""The visit on the screen: what stands, recording, undo, and telling who listens."""

from dataclasses import replace
from datetime import date

from PySide6.QtCore import Signal

from runclinic import resources
from runclinic.forms import catalogue
from runclinic.forms.conditions import Facts
from runclinic.forms.flags import OpenFlag, open_flags
from runclinic.plan import edits
from runclinic.plan.edits import Edited
from runclinic.readiness.decision import Decision
from runclinic.records import Store
from runclinic.records.visits import VisitRow
from runclinic.refused import Refused
from runclinic.ui.recording import Recorded
from runclinic.visit import facts as visit_facts
from runclinic.visit import parts as visit_parts
from runclinic.visit.assess import Assessment, Case, assess
from runclinic.visit.client import Client
from runclinic.visit.entry import Entry, Json, Source, standing
from runclinic.visit.recorded import answers_of, case_of, decision_of
from runclinic.visit.signed import Readiness, Stood, computed, ready


class OpenVisit(Recorded):
    """One visit of one client, with all that follows from what stands in it; `closed` once it is signed."""

    closed = Signal()

    def __init__(self, store: Store, client: Client, visit: VisitRow) -> None:
        super().__init__()
        self.store = store
        self.client = client
        self.visit = visit
        self.decision_refused = ""
        self._entries: dict[str, Entry] = standing(store.visits.entries(visit.id))
        self._assessment: Assessment | None = None
        self._answers: dict[str, Json] | None = None

    @property
    def day(self) -> date:
        """The date of the visit."""
        return self.visit.date

    # -- what stands

    def now(self) -> dict[str, Json]:
        """Everything that stands, by key."""
        return {key: entry.value for key, entry in self._entries.items()}

    def answers(self) -> dict[str, Json]:
        """What stands of the forms."""
        if self._answers is None:
            self._answers = answers_of(self.now())
        return self._answers

    def stands(self, key: str) -> Json:
        """What stands under a key, an answer or not."""
        entry = self._entries.get(key)
        return entry.value if entry else None

    def facts(self) -> Facts:
        """Weeks since birth, age, whether it is the first visit."""
        return visit_facts.basic(self.client, self.day, self.answers(), first_visit=self.visit.number == 1)

    def history(self, key: str) -> list[tuple[VisitRow, Entry]]:
        """The same question over the visits."""
        return self.store.visits.history(self.client.id, key)

    # -- what follows from it

    def flags(self) -> tuple[OpenFlag, ...]:
        """The red flags that are open."""
        return open_flags(self.answers(), self.facts())

    def part_states(self) -> tuple[visit_parts.PartState, ...]:
        """The parts of the visit in order, each with its state and what is left."""
        return visit_parts.states(self.answers(), self.facts(), self._entries)

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
        return case_of(
            self.client,
            self.day,
            self.now(),
            self.store.therapist.display_name,
            strict_pain=self.store.settings.get("clinic/strict_pain", "no") == "yes",
        )

    def decision(self) -> Decision:
        """What the therapist decided so far."""
        return decision_of(self.now(), self.store.therapist.display_name)

    def plan(self) -> Edited:
        """The plan with the therapist's changes laid over it; Refused for one that no plan can hold."""
        return edits.apply(self.assessment().plan, edits.read(self.now()))

    # -- recording

    def sign(self) -> None:
        """Sign what stands; nothing is recorded or undone here any more. Refused if it is not ready.

        Also Refused while an answer waits for the disk: it would be missing for ever.
        """
        if not self.save_again():
            raise Refused("This visit cannot be signed yet.", self._waits())
        from runclinic.client_file import program_version, stride_of  # what writes exports waits until wanted

        stood = Stood(
            values=self.now(),
            assessment=self.assessment(),
            edited=self._plan_if_any(),
            parts=self.part_states(),
            stride=stride_of(self.store, self.now(), self.client),
        )
        found = computed(stood, content_version=resources.version(), program_version=program_version())
        self.store.signing.sign(self.visit.id, found, self.now())
        self.forget_steps()
        self.visit = self.store.visits.get(self.visit.id)
        self.closed.emit()

    def readiness_to_sign(self) -> Readiness:
        """What is still to be done before signing."""
        found = ready(Stood(self.now(), self.assessment(), None, self.part_states()))
        return replace(found, blocking=(*found.blocking, self._waits())) if self.unsaved else found

    def _waits(self) -> str:
        some = "1 answer is" if self.unsaved == 1 else f"{self.unsaved} answers are"
        return f"{some} not saved yet: the disk is full or fails."

    def _plan_if_any(self) -> Edited | None:
        try:
            return self.plan()
        except Refused:
            return None

    def commit(self, key: str, value: Json, source: Source) -> None:
        """One entry more."""
        state = "cleared" if value is None else "value"
        entry = self.store.visits.append(self.visit.id, key, value, state=state, source=source)
        self._entries.pop(key, None)
        if value is not None:
            self._entries[key] = entry
        self._assessment = None
        self._answers = None

    def judge_anew(self) -> None:
        """The content by which she is judged is another."""
        self._assessment = None
        self.changed.emit([])

    def part_of(self, key: str) -> str:
        """The part of the visit in which a key is recorded."""
        first = key.split("/", 1)[0]
        question = catalogue.question(key)
        if question is None:
            return {"decision": "readiness"}.get(first, first)
        for part in visit_parts.parts():
            cards = part.cards.get(first)
            if first in part.forms and (cards is None or (question.card or question.id) in cards):
                return part.id
        return first
