"""A visit after an earlier one: what it starts from, and what of that she confirms, section by section."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QVBoxLayout

from runclinic.forms.form import Form
from runclinic.plan import edits
from runclinic.records import Store
from runclinic.records.visits import VisitRow
from runclinic.refused import Refused
from runclinic.ui.form_page import FormPage
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.pieces import Button, Icon, in_a_row, text
from runclinic.ui.question_row import QuestionRow
from runclinic.ui.say import say, words
from runclinic.visit import carried, parts
from runclinic.visit import facts as visit_facts
from runclinic.visit.client import Client
from runclinic.visit.entry import Json, Source, standing
from runclinic.visit.recorded import answers_of
from runclinic.visit.said import asked, said
from runclinic.visit.trends import Visited

if TYPE_CHECKING:
    from runclinic.gait.analyse import Analysis


def begin(store: Store, client: Client, day: date) -> VisitRow:
    """Her next visit; the scores and the plan of the one before are handed to it, to compare with."""
    before = last_of(store, client, None)
    row = store.visits.start(client.id, day)
    if before is not None:
        opened = OpenVisit(store, client, before)
        for key, value in carried.handed(_visited(opened), _plan_of(opened)).items():
            store.visits.append(row.id, key, value, source="carried")
    return row


def last_of(store: Store, client: Client, visit: VisitRow | None) -> VisitRow | None:
    """The last visit of hers that counts, before this one."""
    rows = [row for row in store.visits.of(client.id) if row.state != "void"]
    earlier = [row for row in rows if visit is None or row.number < visit.number]
    return earlier[-1] if earlier else None


def answers_before(visit: OpenVisit) -> tuple[date | None, dict[str, Json]]:
    """The day and the answers of the visit before."""
    row = last_of(visit.store, visit.client, visit.visit)
    if row is None:
        return None, {}
    entries = standing(visit.store.visits.entries(row.id))
    return row.date, answers_of({key: entry.value for key, entry in entries.items()})


def stride_before(visit: OpenVisit) -> "tuple[date | None, Analysis | None]":
    """The day and the stride of the last visit before this one that has one."""
    from runclinic.client_file import stride_of  # what reads films waits until wanted

    earlier = [row for row in visit.store.visits.of(visit.client.id) if row.number < visit.visit.number]
    for row in reversed(earlier):
        entries = standing(visit.store.visits.entries(row.id)) if row.state != "void" else {}
        found = stride_of(visit.store, {key: entry.value for key, entry in entries.items()}, visit.client)
        if found is not None:
            return row.date, found
    return None, None


def due(visit: OpenVisit) -> tuple[tuple[str, date], ...]:
    """Questionnaires that were filled in at earlier visits and are due again."""
    last: dict[str, date] = {}
    for row in visit.store.visits.of(visit.client.id):
        if row.number < visit.visit.number and row.state != "void":
            answered = {carried.instrument_of(entry.key) for entry in visit.store.visits.entries(row.id)}
            last |= {each: row.date for each in answered if each is not None}
    now = {carried.instrument_of(key) for key in visit.answers()}
    return carried.due({each: day for each, day in last.items() if each not in now}, visit.day)


def _visited(visit: OpenVisit) -> Visited:
    answers = visit.answers()
    known = visit_facts.basic(visit.client, visit.day, answers, first_visit=visit.visit.number == 1)
    return Visited(visit.day, answers, known)


def _plan_of(visit: OpenVisit) -> tuple[str, ...]:
    """The exercises that she was given; none where no plan was allowed."""
    try:
        plan = edits.apply(visit.assessment().plan, edits.read(visit.now())).plan
    except Refused:
        return ()
    return tuple(each.id for each in plan.exercises) if plan.phase is not None else ()


@dataclass(frozen=True, slots=True)
class Offer:
    """Answers of one section that are not confirmed: of the visit before (`day`), or hers, given alone."""

    values: Mapping[str, Json]
    source: Source
    day: date | None = None


class CarriedPage(FormPage):
    """A form whose sections begin with what was answered at the visit before; one key says "still so"."""

    def __init__(self, open_visit: OpenVisit, form: Form) -> None:
        self._opened = open_visit
        self._day, self._before = answers_before(open_visit)
        self._strips: dict[str, Strip] = {}
        super().__init__(open_visit, form)
        shortcut = QShortcut(QKeySequence("Ctrl+Return"), self)
        shortcut.activated.connect(self._confirm_here)

    def furnish(self) -> None:
        """Above the questions of each section, what may be carried into it."""
        for section, (card, _rows) in self._cards.items():
            strip = Strip(section)
            strip.confirmed.connect(self._confirm)
            card.rows.insertWidget(1 if section else 0, strip)
            strip.hide()
            self._strips[section] = strip

    def refresh(self) -> None:
        """What applies, and what of it stands carried."""
        super().refresh()
        offered = self._offered()
        for section, strip in self._strips.items():
            strip.put(offered.get(section))

    def _offered(self) -> dict[str, "Offer"]:
        """By section: what she answered herself comes before what was answered at the visit before."""
        answers, facts = self._opened.answers(), self.facts()
        hers = carried.offered(self.form, answers, carried.by_her(self._opened.now()), facts)
        sections = parts.carried().get(self.form.id, ())
        before = carried.offered(self.form, answers, self._before, facts, sections) if self._day else {}
        earlier = {section: Offer(values, "carried", self._day) for section, values in before.items()}
        return earlier | {section: Offer(values, "runner") for section, values in hers.items()}

    def _confirm(self, section: str) -> None:
        """Record a section as it was, in one step of undo; go on with what is open."""
        offer = self._offered().get(section)
        if offer is not None:
            for _ in self._opened.recording(offer.values, offer.source):
                pass
            self.start()

    def _confirm_here(self) -> None:
        """The section of the question in hand, else the first that is offered."""
        row: QuestionRow | None = self._focused
        offered = self._offered()
        here = self._sections.get(row.question.id, "") if row is not None else ""
        section = here if here in offered else next(iter(offered), "")
        if section:
            self._confirm(section)


class Strip(QFrame):
    """What was answered in a section at the visit before, and the button that says that it is still so."""

    confirmed = Signal(str)

    def __init__(self, section: str) -> None:
        super().__init__()
        self._section = section
        self.setProperty("card", "note")
        self._title = text("", "strong")
        self._words = text("", "second")
        self.still = Button(say("follow_up.still"), icon="check-all", tip=say("follow_up.still_tip"))
        self.still.clicked.connect(lambda: self.confirmed.emit(self._section))
        said_ = QVBoxLayout()
        said_.setSpacing(2)
        said_.addWidget(self._title)
        said_.addWidget(self._words)
        row = in_a_row(Icon("history", "soft_text", 20), spacing=10)
        row.addLayout(said_, 1)
        row.addWidget(self.still)
        row.setContentsMargins(12, 8, 12, 8)
        self.setLayout(row)

    def put(self, offer: Offer | None) -> None:
        """Show what is offered; nothing hides it."""
        self.setVisible(offer is not None)
        if offer is None:
            return
        count = len(offer.values)
        hers = offer.day is None
        if offer.day is None:
            self._title.setText(say("follow_up.hers", n=count))
        else:
            self._title.setText(say("follow_up.from", n=count, day=words().date(offer.day)))
        self._words.setText("  ·  ".join(_lines(offer.values)))
        self.still.become(say("follow_up.looked_at" if hers else "follow_up.still"))
        self.still.setAccessibleName(say("follow_up.still_name", section=self._section))


def _lines(values: Mapping[str, Json]) -> list[str]:
    return [f"{asked(key).rstrip('?')}: {said(key, value)}" for key, value in values.items()]


def is_carried(form: Form, visit: OpenVisit) -> bool:
    """Whether a form begins with answers of an earlier visit, or with her own."""
    if any(key.startswith(f"{form.id}/") for key in carried.by_her(visit.now())):
        return True
    return form.id in parts.carried() and last_of(visit.store, visit.client, visit.visit) is not None
