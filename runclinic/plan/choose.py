"""Which exercises and cues a plan gets: the table of resources/plan.toml, pass by pass.

The order of choice is part of the result: it says what matters most, and the card numbers follow it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from runclinic.plan.content import ByOutcome, Column, Entry, Item, Row, content
from runclinic.plan.exercise import Exercise, exercises
from runclinic.readiness.criterion import Outcome

STRENGTH = "strength"
MENOPAUSE = "F-MENO"
TIGHT = "F-TIGHT"
LIFTING_CUE = "Q03"

Sides: TypeAlias = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Choice:
    """One exercise, the row and the finding that called for it, and whether it was that row's first."""

    exercise: Exercise
    row: str
    finding: str
    first_of_row: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the selection asks. `kept_away` are exercises that an active code excludes.

    `equipment` None = not answered, all is there; `minutes` a day, None = no limit. `gait_flags` say
    which rows of F-STRIDE hold. `entries` are the exercises whose entry test is passed.
    """

    outcome: Outcome
    findings: tuple[str, ...] = ()
    gait_flags: tuple[str, ...] = ()
    kept_away: frozenset[str] = frozenset()
    phase_limit: bool = False
    equipment: frozenset[str] | None = None
    minutes: float | None = None
    last_plan: frozenset[str] = frozenset()
    entries: frozenset[str] = frozenset()

    @property
    def opened(self) -> ByOutcome | None:
        """What the signed outcome opens; None at O0."""
        return content().outcome.get(self.outcome)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The open columns in the order of a pass; none at O0."""
        opened = self.opened.columns if self.opened else ()
        return opened if not self.phase_limit else opened and ("one",)

    def quota(self) -> dict[str, int]:
        """How many items each kind may have."""
        opened = self.opened
        quota = dict(opened.quota) if opened else {}
        if MENOPAUSE in self.findings and self.outcome >= "O2":
            quota[STRENGTH] = content().selection.strength_with_menopause
        return quota

    def rows(self) -> tuple[Row, ...]:
        """The rows of the active findings, in the order of the table, without the row for none."""
        return tuple(row for row in content().row if self._holds(row))

    def _holds(self, row: Row) -> bool:
        if row.flag and row.flag not in self.gait_flags:
            return False
        return any(finding in self.findings for finding in row.findings)


def none_row() -> Row:
    """The row that serves whoever has no finding, and fills up what the others left."""
    return next(row for row in content().row if not row.findings)


def kind(exercise: Exercise) -> str:
    """The quota an exercise counts in: strength for five categories, else its own category."""
    return STRENGTH if exercise.category in content().selection.strength else exercise.category


def entries_passed(green_twice: Collection[str], sides: Mapping[str, Sides]) -> frozenset[str]:
    """The exercises whose entry test is passed: done green twice, or a count reached on both sides."""
    return frozenset(entry.id for entry in content().entry if _passed(entry, green_twice, sides))


def _passed(entry: Entry, green_twice: Collection[str], sides: Mapping[str, Sides]) -> bool:
    if entry.green_twice:
        return entry.green_twice in green_twice
    return all(side is not None and side >= entry.at_least for side in sides.get(entry.both_sides, (None,)))


@dataclass(slots=True)
class _Choosing:
    """A selection under way."""

    situation: Situation
    left: dict[str, int]  # of each quota
    chosen: list[Choice] = field(default_factory=list["Choice"])
    begun: set[str] = field(default_factory=set[str])  # rows that have chosen

    def run(self) -> None:
        self.pass_until_nothing_is_added(self.situation.rows())
        self.pass_until_nothing_is_added([none_row()])
        self.add_mobility()

    def pass_until_nothing_is_added(self, rows: Iterable[Row]) -> None:
        rows = tuple(rows)
        before = -1
        while before < len(self.chosen):
            before = len(self.chosen)
            for row in rows:
                self.give(row)

    def give(self, row: Row) -> None:
        """One pass of a row: from each open column the next exercise that may be taken."""
        strength_used = False
        for column in self.situation.columns:
            found = self.next_of(row, column, strength_used=strength_used)
            if found:
                strength_used = strength_used or kind(found) == STRENGTH
                self.take(found, row)

    def next_of(self, row: Row, column: Column, *, strength_used: bool) -> Exercise | None:
        """The first item of a cell that may be taken in this pass."""
        for item in row.cell(column):
            found = self.within_reach(self.resolve(item))
            if found and self.may_take(found) and not (strength_used and kind(found) == STRENGTH):
                return found
        return None

    def resolve(self, item: Item) -> Exercise:
        """What "A -> B" and "A or B" come to today."""
        if item.then and item.then in self.situation.entries:
            return exercises()[item.then]
        if item.finding in self.situation.findings:
            return exercises()[item.instead]
        return exercises()[item.id]

    def within_reach(self, exercise: Exercise) -> Exercise | None:
        """The exercise, or its easier one when only the equipment is missing; None when neither will do."""
        if self.has_equipment(exercise) or not self.free(exercise):
            return exercise
        easier = exercises().get(exercise.easier)
        return easier if easier and self.has_equipment(easier) else None

    def has_equipment(self, exercise: Exercise) -> bool:
        there = self.situation.equipment
        return there is None or set(exercise.equipment) <= there

    def free(self, exercise: Exercise) -> bool:
        """Not chosen yet and not excluded."""
        if any(each.exercise.id == exercise.id for each in self.chosen):
            return False
        return exercise.id not in self.situation.kept_away and not self.impact_is_shut(exercise)

    def may_take(self, exercise: Exercise) -> bool:
        """Free, with equipment, and with quota left."""
        there = self.left.get(kind(exercise), 0) > 0
        return there and self.free(exercise) and self.has_equipment(exercise)

    def impact_is_shut(self, exercise: Exercise) -> bool:
        """The limits on impact items with heaviness, short of food, and short of sleep."""
        findings = self.situation.findings
        if exercise.category != "IM" or exercise.id == content().selection.gentle_impact:
            return False
        if "F-HEAVY" in findings:
            return True
        if not self.is_new_impact(exercise):
            return False
        return "F-ENERGY" in findings or (
            "F-SLEEP" in findings and any(self.is_new_impact(each.exercise) for each in self.chosen)
        )

    def is_new_impact(self, exercise: Exercise) -> bool:
        """An impact item, other than the march, that was not in the last signed plan."""
        gentle = content().selection.gentle_impact
        return (
            exercise.category == "IM"
            and exercise.id != gentle
            and exercise.id not in self.situation.last_plan
        )

    def take(self, exercise: Exercise, row: Row) -> None:
        finding = next((each for each in row.findings if each in self.situation.findings), "")
        self.chosen.append(Choice(exercise, row.id, finding, row.id not in self.begun))
        self.begun.add(row.id)
        self.left[kind(exercise)] -= 1

    def add_mobility(self) -> None:
        """From O2 on a plan has one mobility item."""
        if self.situation.outcome < "O2" or any(each.exercise.category == "MO" for each in self.chosen):
            return
        mobility = exercises()[content().selection.mobility_for_all]
        if self.free(mobility):
            self.chosen.append(Choice(mobility, none_row().id, "", first_of_row=False))


def choose(situation: Situation) -> tuple[Choice, ...]:
    """The exercises of a plan in order of choice, within her minutes a day; none at O0."""
    if situation.opened is None:
        return ()
    choosing = _Choosing(situation, situation.quota())
    choosing.run()
    return _within_minutes(choosing.chosen, situation.minutes)


def minutes_of(chosen: Iterable[Exercise]) -> int:
    """What the cards take a day, counted by kind."""
    return sum(content().selection.minutes[kind(each)] for each in chosen)


def _within_minutes(chosen: list[Choice], minutes: float | None) -> tuple[Choice, ...]:
    """Drop one item at a time until her minutes suffice, or nothing is left that may be dropped."""
    left = list(chosen)
    while minutes is not None and minutes_of(each.exercise for each in left) > minutes:
        dropped = next(_droppable(left), None)
        if dropped is None:
            break
        left.remove(dropped)
    return tuple(left)


def _droppable(chosen: list[Choice]) -> Iterator[Choice]:
    """What may go, the first to go first: mobility, the second breath item, the last strength item."""
    mobility = [each for each in chosen if each.exercise.category == "MO"]
    breath = [each for each in chosen if each.exercise.category == "BR"]
    strength = [each for each in chosen if kind(each.exercise) == STRENGTH]
    for each in (*mobility, *breath[1:], *reversed(strength)):
        if not each.first_of_row:
            yield each


def cues(situation: Situation) -> tuple[str, ...]:
    """The running cues, at most three, at O4 and O5 only: the first of each finding that has one.

    A cue that asks for a lift gives way to the next of its cell when the pelvic floor is tight.
    """
    if situation.outcome < "O4" or situation.phase_limit:
        return ()
    shut = {LIFTING_CUE} if TIGHT in situation.findings else set[str]()
    firsts = (next((cue for cue in row.cues if cue not in shut), "") for row in situation.rows())
    found = list(filter(None, firsts)) or none_row().cues[:1]
    return tuple(dict.fromkeys(found))[: content().selection.most_cues]
