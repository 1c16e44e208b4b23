"""What resources/plan.toml holds: phases, quotas, the selection table, codes, the pattern of a week."""

from typing import Literal, TypeAlias

import msgspec

from runclinic import resources
from runclinic.layer import kept
from runclinic.plan.exercise import Span

FILE = "plan.toml"

Column: TypeAlias = Literal["one", "two", "three"]  # phase 1, phase 2, phases 3 to 5


class Dosage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A type of dose as the clinic writes it; for reading, the computed figures are PelvicFloor's."""

    type: str
    amount: str
    effort: str = ""
    days: str = ""
    rest: str = ""
    step: str = ""
    source: str


class PelvicFloor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds of the dose from PERFECT, the dose without an examination, and the length of a course."""

    least_repetitions: int
    most_repetitions: int
    most_hold_seconds: int
    most_fast: int
    hold_seconds: int
    fast: int
    leak_months: int
    prolapse_months: int
    prolapse_lead_cm: float


class Phase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"allowed_from": "from"}):
    """A phase of the way back, the outcome from which it is open, and when it is left."""

    id: str
    name: str
    aim: str
    allowed_from: str
    leave_when: str


class ByOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a signed outcome opens: phase, columns in the order of a pass, quotas, weeks to the review."""

    phase: int
    columns: tuple[Column, ...]
    quota: dict[str, int]
    review_weeks: Span


class Selection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Figures of the selection that hold for every outcome."""

    strength: tuple[str, ...]
    strength_with_menopause: int
    minutes: dict[str, int]
    most_cues: int
    mobility_for_all: str
    gentle_impact: str
    lowered: float
    lowered_categories: tuple[str, ...]
    many_cautions: int
    phase_limit_weeks: int


class Item(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, rename={"finding": "with"}
):
    """An exercise of a cell: `then` once its entry test is passed, `instead` when a finding is active."""

    id: str
    then: str = ""
    finding: str = ""
    instead: str = ""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a finding calls for, by phase; F-STRIDE has a row for each flag, and one row serves none."""

    id: str
    findings: tuple[str, ...]
    flag: str = ""
    one: tuple[str | Item, ...] = ()
    two: tuple[str | Item, ...] = ()
    three: tuple[str | Item, ...] = ()
    cues: tuple[str, ...] = ()
    notes: dict[str, str] = {}
    said: tuple[str, ...] = ()
    remarks: dict[Column, str] = {}

    def cell(self, column: Column) -> tuple[Item, ...]:
        """The items of a column, in order."""
        given: tuple[str | Item, ...] = getattr(self, column)
        return tuple(Item(each) if isinstance(each, str) else each for each in given)


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When an arrow's second exercise may be taken: a test reached on both sides, or one done green twice."""

    id: str
    both_sides: str = ""
    at_least: float = 0
    green_twice: str = ""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the contraindication codes begin."""

    pain: float
    balance_seconds: float
    surgery_days: int
    caesarean_weeks: int
    birth_weeks: int
    bone_injury_days: int
    scar_weeks: int
    t_score: float
    hiatus_cm: float


class ByPain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exercises that wait while a test hurts."""

    tests: tuple[str, ...]
    exercises: tuple[str, ...]


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contraindication code; with a `note` it is printed on the card instead of leaving it out."""

    id: str
    active_when: str
    source: str
    note: str = ""
    by_pain: tuple[ByPain, ...] = ()


class Cards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which cards belong to which session: categories, or single ids."""

    B: tuple[str, ...]
    S: tuple[str, ...]
    I: tuple[str, ...]  # noqa: E741 (the clinic's letter for impact preparation)
    warm_up: tuple[str, ...]
    R: tuple[str, ...]


class Pattern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The week by outcome when she named no free days, and what holds between sessions."""

    O1: tuple[tuple[str, ...], ...]
    O2: tuple[tuple[str, ...], ...]
    O3: tuple[tuple[str, ...], ...]
    O4: tuple[tuple[str, ...], ...]
    O5: tuple[tuple[str, ...], ...]
    menopause: tuple[tuple[str, ...], ...]
    days_between_runs: int
    hours_between_heavy_legs: int
    hours_between_run_and_strength: int


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    source: str
    dosage: tuple[Dosage, ...]
    pelvic_floor: PelvicFloor
    phase: tuple[Phase, ...]
    outcome: dict[str, ByOutcome]
    selection: Selection
    row: tuple[Row, ...]
    entry: tuple[Entry, ...]
    limits: Limits
    code: tuple[Code, ...]
    cards: Cards
    week: Pattern


@kept
def content() -> Content:
    """resources/plan.toml, read once; Refused when it cannot be right."""
    return resources.decode(FILE, Content)
