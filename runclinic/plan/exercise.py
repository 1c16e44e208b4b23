"""An exercise of the library: its card, its figure, its dose, and when it must not be done."""

from string import ascii_letters
from typing import Literal, TypeAlias

import msgspec

from runclinic import resources
from runclinic.layer import kept
from runclinic.refused import Refused

FOLDER = "exercises"
OWN_FROM = 51  # numbers below are of what is shipped, from here on of the clinic's own

Category: TypeAlias = Literal["BR", "HG", "SL", "CO", "CF", "MO", "IM", "RD", "ME"]
Span: TypeAlias = tuple[int, int]  # least and most; both the same where one figure is meant


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The stick figure of the card: view cell, start and end pose in the notation of the figure module."""

    view: str
    start: str
    end: str


class Heavier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a dose grows into once it is easy."""

    sets: int
    reps: int


class Dose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """How much and how often. `text` is the clinic's shorthand, the rest is the same as data.

    Units: `seconds` and `minutes` a repetition (or a set, when there are no `reps`), `metres` a set.
    `a_week` is an upper limit: the calendar decides the days. `fast` are the quick lifts after holds.
    """

    text: str
    sets: Span | None = None
    reps: Span | None = None
    breaths: Span | None = None
    seconds: Span | None = None
    minutes: Span | None = None
    metres: Span | None = None
    fast: int = 0
    each: Literal["", "side", "way"] = ""
    quick: bool = False  # repetitions of one second
    perfect: bool = False  # repetitions, seconds and fast ones come from her examination
    a_week: Span | None = None
    a_day: int = 1
    then: Heavier | None = None
    note: str = ""  # a key of [dose_note] in the texts of paper


class Exercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One card. `not_if` holds contraindication codes, `equipment` what she must have at home.

    A `retired` one (of the clinic's own) stays readable for the plans that hold it, and is offered no more.
    """

    id: str
    name: str
    category: Category
    easier: str
    harder: str
    breath: str
    steps: tuple[str, str, str]
    not_if: tuple[str, ...]
    equipment: tuple[str, ...]
    source: str
    figure: Figure
    dose: Dose
    retired: bool = False


@kept
def exercises() -> dict[str, Exercise]:
    """The whole library by id, in the order of the ids; Refused for a card that cannot be read."""
    read = (resources.decode(f"{FOLDER}/{name}.toml", Exercise) for name in resources.folder(FOLDER))
    return {each.id: each for each in read}


def exercise(exercise_id: str) -> Exercise:
    """The card with this id; Refused if the library has none."""
    found = exercises().get(exercise_id)
    if found is None:
        raise Refused(
            f"There is no exercise {exercise_id}.", "The library lists all exercises with their ids."
        )
    return found


def offered() -> dict[str, Exercise]:
    """The exercises that a plan may be given today, by id."""
    return {each.id: each for each in exercises().values() if not each.retired}


def is_own(card_id: str) -> bool:
    """Whether an exercise (HG4711) or a cue (Q1051) is the clinic's own: no shipped one has such a number."""
    digits = card_id.lstrip(ascii_letters)
    return digits.isdecimal() and int(digits) >= OWN_FROM
