"""Red flags, and what to do now: CLINICAL sections 1 and 12.3."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

import msgspec

from runclinic import resources
from runclinic.forms import catalogue
from runclinic.forms.conditions import DECLINED, Answers, Facts, Value, answer, holds, shown_question
from runclinic.forms.form import ByAge, Escalation, Form, Question
from runclinic.layer import kept
from runclinic.refused import Refused

SAFETY = "safety"
SAFEGUARDING = "S1"
EMERGENCY = "A1"
EPDS_ITEMS = tuple(f"epds/i{number}" for number in range(1, 11))


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a flag asks of the clinic. `locks` are strength, impact, treadmill, plan.

    `override`: "" = a lock cannot be lifted in this visit; "reason_and_name" (A2);
    "reason_and_clearance" (A3h).
    """

    id: str
    name: str
    meaning: str
    banner: str
    locks: tuple[str, ...]
    override: str


class Elsewhere(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A flag that an answer of another form opens."""

    flag: str
    action: str
    text: str
    note: str
    source: str
    within_days: int = 0


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of the actions."""

    source: str
    action: tuple[Action, ...]
    item_10: Elsewhere
    bone_injury: Elsewhere


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """One flag: the question's id, what to do, her words, the therapist's note with its source.

    `referral` and `closed` are ISO dates, or None; a closed flag has a reason too.
    """

    id: str
    action: str
    text: str
    note: str
    referral: str | None = None
    closed: str | None = None
    closed_reason: str = ""


@kept
def content() -> Content:
    """The actions and the flags that other forms open (resources/flags.toml)."""
    return resources.decode("flags.toml", Content)


@kept
def actions() -> dict[str, Action]:
    """The actions by id, the most severe first; S1 last."""
    return {each.id: each for each in content().action}


def open_flags(answers: Answers, facts: Facts) -> tuple[OpenFlag, ...]:
    """The flags that are open, sorted by id and then action (A4 and A5 too).

    `answers` are keyed "form/field"; `facts` holds weeks_pp, age, postmenopausal and visit_date.
    A yes to a question that is not shown opens nothing; a flag with closing date and reason is closed,
    but an emergency cannot be closed on the day of the visit itself.
    """
    return tuple(each for each in all_flags(answers, facts) if not each.closed)


def all_flags(answers: Answers, facts: Facts) -> tuple[OpenFlag, ...]:
    """Open and closed flags, sorted by id and then action; one for each action of an id.

    One id has two flags only by RF25 (A1 and S1), or when a bone injury of the history (A3h) stands
    beside a yes to RF16 in the hip or pelvis (A2).
    """
    form = catalogue.form(SAFETY)
    asked = (_of_question(form, each, answers, facts) for each in form.question if each.flag)
    found = chain.from_iterable(asked)
    by_name = {(each.id, each.action): each for each in chain(_from_elsewhere(answers, facts), found)}
    return tuple(by_name[name] for name in sorted(by_name))


def ruling(flags: Iterable[OpenFlag]) -> Action | None:
    """The action that rules among open flags: the lowest number (A1 first). S1 is shown beside it."""
    order = list(actions())
    open_now = {each.action for each in flags} - {SAFEGUARDING}
    return actions()[min(open_now, key=order.index)] if open_now else None


def locks(flags: Iterable[OpenFlag]) -> dict[str, Action]:
    """What is shut now, and the most severe action that shuts it."""
    order = list(actions())
    shut: dict[str, Action] = {}
    for each in sorted(flags, key=lambda flag: order.index(flag.action)):
        for name in actions()[each.action].locks:
            shut.setdefault(name, actions()[each.action])
    return shut


def leads_to(question: Question) -> frozenset[str]:
    """Every action that an answer to this question can have; empty if it is no flag."""
    flag = question.flag
    if flag is None:
        return frozenset()
    raised = (*flag.raised, *flag.together, *((flag.by,) if flag.by else ()))
    further = chain.from_iterable(each.actions.values() for each in raised)
    limits = (limit.action for limit in flag.limits)
    first = () if flag.by else (flag.action,)
    return frozenset(filter(None, chain(first, further, flag.also, limits)))


def flag_id(question: Question) -> str:
    """The id of the flag that a question opens: its own, or that of the group it stands in (RF32)."""
    return question.flag.id if question.flag and question.flag.id else question.id


def refuse_closing(answers: Answers, facts: Facts) -> None:
    """Refused if an emergency is closed with the date of this same visit (12.2)."""
    for each in all_flags(answers, facts):
        day = answers.get(f"{SAFETY}/{each.id}_closed")
        if each.action == EMERGENCY and day is not None and day == facts.get("visit_date"):
            raise Refused(
                f"{each.id} is an emergency (A1) and cannot be closed on the day of the visit itself.",
                "Leave it open today; close it at a later visit, with the date and the reason.",
            )


def s1_open(answers: Answers, facts: Facts) -> bool:
    """Whether a safeguarding flag is open."""
    return any(each.action == SAFEGUARDING for each in open_flags(answers, facts))


def _of_question(form: Form, question: Question, answers: Answers, facts: Facts) -> Iterator[OpenFlag]:
    for action in _actions_now(form, question, answers, facts):
        words = question.short if question.flag and question.flag.limits else question.text
        yield _flag(flag_id(question), action, words, _note(question, facts), answers, facts)


def _actions_now(form: Form, question: Question, answers: Answers, facts: Facts) -> Iterator[str]:
    """The actions that the answers give: none, one, or a second one of its own."""
    flag = question.flag
    if flag is None or not shown_question(form, question, answers, facts):
        return
    if flag.limits:
        reached = list(_reached(form, question, answers, facts))
        yield from (_most_severe(reached),) if reached else ()
        return
    if answer(form, question.id, answers, facts) != "yes":
        return
    base = (_by_sub_answer(form, flag.by, answers, facts) if flag.by else "") or flag.action
    raised = (_by_sub_answer(form, each, answers, facts) for each in (*flag.raised, *flag.together))
    yield _most_severe([base, *filter(None, raised)])
    yield from flag.also


def _by_sub_answer(form: Form, escalation: Escalation, answers: Answers, facts: Facts) -> str:
    """The action that a sub-answer gives; "" if it was left out or declined."""
    value = answer(form, escalation.question, answers, facts)
    return escalation.actions.get(str(value), "") if value is not None else ""


def _reached(form: Form, question: Question, answers: Answers, facts: Facts) -> Iterator[str]:
    """The action of each vital sign at or above its limit; an unknown week since birth reaches none."""
    for limit in question.flag.limits if question.flag else ():
        if limit.when and not holds(limit.when, answers, facts, form.id):
            continue
        for name, least in zip(limit.questions, limit.at_least, strict=True):
            value = answer(form, name, answers, facts)
            if isinstance(value, (int, float)) and (value > least if limit.above else value >= least):
                yield limit.action


def _most_severe(found: list[str]) -> str:
    return min(found, key=list(actions()).index)


def _from_elsewhere(answers: Answers, facts: Facts) -> Iterator[OpenFlag]:
    if _item_10_above_0(answers):
        yield _elsewhere(content().item_10, answers, facts)
    if _bone_injury_uncleared(answers, facts, content().bone_injury.within_days):
        yield _elsewhere(content().bone_injury, answers, facts)


def _item_10_above_0(answers: Answers) -> bool:
    """Items are positions from the top, item 10 scores 4 - position; the total counts without items."""
    if any(_known(answers, item) is not None for item in EPDS_ITEMS):
        position = _known(answers, "epds/i10")
        return isinstance(position, int) and position < 4
    keyed = _known(answers, "epds/item_10")
    return isinstance(keyed, (int, float)) and keyed > 0


def _bone_injury_uncleared(answers: Answers, facts: Facts, within_days: int) -> bool:
    if _known(answers, "history/H50_bone_clearance") == "yes":
        return False
    when = _known(answers, "history/H50_bone_injury_date")
    if when is None:
        return _known(answers, "history/H50_bone_injury") == "yes"
    today = facts.get("visit_date")
    if not isinstance(when, str) or not isinstance(today, str):
        return False
    return (date.fromisoformat(today) - date.fromisoformat(when)).days <= within_days


def _known(answers: Answers, key: str) -> Value:
    value = answers.get(key)
    return None if value == DECLINED else value


def _elsewhere(found: Elsewhere, answers: Answers, facts: Facts) -> OpenFlag:
    note = f"{found.note} ({found.source})"
    return _flag(found.flag, found.action, found.text, note, answers, facts)


def _flag(its_id: str, action: str, text: str, note: str, answers: Answers, facts: Facts) -> OpenFlag:
    referral = _known(answers, f"{SAFETY}/{its_id}_referral")
    day = _known(answers, f"{SAFETY}/{its_id}_closed")
    reason = _known(answers, f"{SAFETY}/{its_id}_closed_reason")
    closed = isinstance(day, str) and isinstance(reason, str) and bool(reason.strip())
    too_soon = action == EMERGENCY and day == facts.get("visit_date")
    return OpenFlag(
        id=its_id,
        action=action,
        text=text,
        note=note,
        referral=referral if isinstance(referral, str) else None,
        closed=str(day) if closed and not too_soon else None,
        closed_reason=str(reason) if closed and not too_soon else "",
    )


def _note(question: Question, facts: Facts) -> str:
    by_age = question.flag.by_age if question.flag else None
    sentences = (question.note, _by_age(by_age, facts) if by_age else "")
    note = " ".join(filter(None, sentences))
    return f"{note} ({question.source})" if question.source else note


def _by_age(by_age: ByAge, facts: Facts) -> str:
    age = facts.get("age")
    if not isinstance(age, int):
        return by_age.unknown
    return (by_age.older if age >= by_age.from_age else by_age.younger).replace("{age}", str(age))
