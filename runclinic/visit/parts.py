"""Each part's state: empty, begun, complete, flagged, and how many answers are left."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from runclinic import resources
from runclinic.forms import catalogue
from runclinic.forms.answers import missing
from runclinic.forms.conditions import Answers
from runclinic.forms.flags import open_flags
from runclinic.forms.form import Form, Question
from runclinic.forms.scoring import score
from runclinic.layer import kept

FILE = "visit.toml"
QUESTIONNAIRES = "questionnaires"
FLAGGING = {"A1", "A2", "A3h", "A3", "S1"}
OWN_KEYS = {  # parts that are no form: where they record, and what says that they are done
    "gait": ("gait/", ""),
    "readiness": ("decision/", "decision/confirmed"),
    "plan": ("plan/", "plan/confirmed"),
    "print": ("print/", "print/done"),
    "sign": ("sign/", "sign/signed"),
}

State = Literal["empty", "begun", "complete", "flagged"]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a visit and its forms; `cards` names the tests of a form that belong to it.

    Without `cards` the whole form does; `lock` is the lock that shuts the part.
    """

    id: str
    title: str
    forms: tuple[str, ...] = ()
    cards: dict[str, tuple[str, ...]] = {}
    page: str = ""
    lock: str = ""


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of resources/visit.toml; `carried` = the sections of a form that a follow-up starts from."""

    part: tuple[Part, ...]
    carried: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class PartState:
    """How far a part is: `left` counts required answers that are still open."""

    part: Part
    state: State
    left: int = 0

    @property
    def id(self) -> str:
        return self.part.id

    @property
    def forms(self) -> tuple[str, ...]:
        return self.part.forms


@kept
def parts() -> tuple[Part, ...]:
    """The parts of a visit in order; Refused if one names a form that is not there."""
    found = resources.decode(FILE, Content).part
    for part in found:
        for form_id in part.forms:
            if form_id not in catalogue.ids():
                raise resources.refuse(FILE, f'"{form_id}"', f"there is no form “{form_id}”.")
    return found


@kept
def carried() -> dict[str, tuple[str, ...]]:
    """The sections that a follow-up starts from, by form; Refused if a form or a section is not there."""
    found = resources.decode(FILE, Content).carried
    for form_id, sections in found.items():
        known = {each.section for each in catalogue.form(form_id).question if each.section}
        for section in sections:
            if section not in known:
                raise resources.refuse(FILE, f'"{section}"', f"{form_id} has no section “{section}”.")
    return found


def part_of_form(form_id: str) -> str:
    """The id of the first part that asks this form; the form's own id if none does."""
    return next((part.id for part in parts() if form_id in part.forms), form_id)


def states(
    answers: Answers, known: Mapping[str, object], recorded: Collection[str] = ()
) -> tuple[PartState, ...]:
    """Every part in order.

    `answers` are keyed "form/field"; `known` is what `visit.facts.basic` gives; `recorded` are keys
    that are no answers ("gait/...", "decision/confirmed", "plan/...").
    """
    keys = frozenset((*answers, *recorded))
    return tuple(state_of(part, answers, known, keys) for part in parts())


def state_of(part: Part, answers: Answers, known: Mapping[str, object], keys: Collection[str]) -> PartState:
    """One part; `keys` are all keys that stand."""
    if part.id in OWN_KEYS:
        return _of_own_keys(part, answers, keys)
    if part.id == QUESTIONNAIRES:
        return _of_instruments(part, answers, known)
    begun = any(
        _belongs(part, form, each) and _stands(form, each, answers) for form, each in _questions(part)
    )
    left = sum(
        _belongs(part, catalogue.form(form_id), each)
        for form_id in part.forms
        for each in missing(catalogue.form(form_id), answers, known)
    )
    if _flagged(part, answers, known):
        return PartState(part, "flagged", left)
    return PartState(part, "empty" if not begun else "begun" if left else "complete", left)


def _of_own_keys(part: Part, answers: Answers, keys: Collection[str]) -> PartState:
    prefix, done = OWN_KEYS[part.id]
    if done and done in keys:
        return PartState(part, "complete")
    asked = any(key.partition("/")[0] in part.forms for key in answers)
    return PartState(part, "begun" if asked or any(key.startswith(prefix) for key in keys) else "empty")


def _of_instruments(part: Part, answers: Answers, known: Mapping[str, object]) -> PartState:
    """Complete when every instrument that was begun has its score; none is required."""
    begun = [each for each in part.forms if any(key.startswith(f"{each}/") for key in answers)]
    scored = [score(each, answers, known) for each in begun]
    left = sum(each.missing for each in scored if each.value is None and each.band is None)
    if not begun:
        return PartState(part, "empty")
    return PartState(part, "begun" if left else "complete", left)


def _questions(part: Part) -> list[tuple[Form, Question]]:
    return [(form, each) for form in map(catalogue.form, part.forms) for each in form.question]


def _belongs(part: Part, form: Form, each: Question) -> bool:
    cards = part.cards.get(form.id)
    return cards is None or (each.card or each.id) in cards


def _stands(form: Form, each: Question, answers: Answers) -> bool:
    return answers.get(f"{form.id}/{each.id}") is not None


def _flagged(part: Part, answers: Answers, known: Mapping[str, object]) -> bool:
    return "safety" in part.forms and any(flag.action in FLAGGING for flag in open_flags(answers, known))
