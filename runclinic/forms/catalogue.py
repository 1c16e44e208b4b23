"""All forms by their ids: read from resources/forms/, completed from templates, checked before use."""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import cast

import msgspec

from runclinic import resources
from runclinic.forms.form import Condition, Form, Question
from runclinic.layer import kept
from runclinic.refused import Refused

FOLDER = "forms"
FIRST_ID = re.compile(r'^id = "([^"]+)"', re.MULTILINE)
LIKE_TEST = ("kind", "each", "range", "unit", "step", "whole", "ends")

# What is known of a visit besides its answers; visit/facts.py gives these, answers.py the last two.
FACTS = ("weeks_pp", "age", "postmenopausal", "first_visit", "visit_date", "flag_ids", "open_actions")


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Questions that stand behind every question which asks for them; {id} is that question's id."""

    question: tuple[dict[str, object], ...]


def form(form_id: str) -> Form:
    """The form with this id; Refused with the nearest name if there is none."""
    if form_id not in ids():
        near = nearest(form_id, ids())
        raise Refused(f"There is no form “{form_id}”.", f"Did you mean “{near}”?" if near else "")
    return _read(form_id)


@kept
def ids() -> tuple[str, ...]:
    """The ids of all forms, in alphabetical order."""
    return tuple(sorted(_files()))


@kept
def _files() -> dict[str, str]:
    """The file of each form. The id is the first line that sets one; a file may have another name."""
    found: dict[str, str] = {}
    for name in resources.folder(FOLDER):
        relative_path = f"{FOLDER}/{name}.toml"
        before_questions = resources.text(relative_path).partition("[[")[0]
        first = FIRST_ID.search(before_questions)
        if first is None:
            raise Refused(f"resources/{relative_path}: the form has no id.")
        if first[1] in found:
            said = f"the form “{first[1]}” is already in {found[first[1]]}."
            raise resources.refuse(relative_path, first[0], said)
        found[first[1]] = relative_path
    return found


@kept
def forms() -> dict[str, Form]:
    """Every form by id; the first call reads and checks them all, conditions across forms included."""
    found = {form_id: _read(form_id) for form_id in ids()}
    for each in found.values():
        _check_references(each, found)
    return found


def question(key: str) -> Question | None:
    """The question of a key such as "safety/RF01"; None if no form has it."""
    form_id, _, question_id = key.partition("/")
    return _by_id(form_id).get(question_id) if form_id in ids() else None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like the word; None if nothing is near."""
    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.5)
    return by_lower[close[0]] if close else None


def completed(raw: Mapping[str, object], relative_path: str) -> Form:
    """A form from the plain values of its file: templates put in, grids given their rows, then checked.

    Refused with file and line: unknown field or kind, an id that stands twice, an unknown template,
    options that stand twice, a range upside down, a condition that names what is not there.
    """
    made = resources.convert(raw, Form, relative_path)
    made = msgspec.structs.replace(made, question=tuple(_expanded(made, raw, relative_path)))
    made = msgspec.structs.replace(made, question=tuple(_with_rows(each, made) for each in made.question))
    _check(made, relative_path)
    return made


@kept
def _read(form_id: str) -> Form:
    relative_path = _files()[form_id]
    return completed(resources.table(relative_path), relative_path)


@kept
def _by_id(form_id: str) -> dict[str, Question]:
    return {each.id: each for each in _read(form_id).question}


def _expanded(made: Form, raw: Mapping[str, object], relative_path: str) -> Iterator[Question]:
    """The questions of a file; behind each card (a question and its sub-answers) what templates add."""
    written = cast("list[dict[str, object]]", raw.get("question", []))
    waiting: list[Question] = []
    parent = ""
    for each, its_raw in zip(made.question, written, strict=True):
        if waiting and each.card != parent:
            yield from waiting
            waiting = []
        yield each
        if each.adds:
            parent, waiting = each.id, list(_added(each, its_raw, relative_path))
    yield from waiting


def _added(parent: Question, raw: dict[str, object], relative_path: str) -> Iterator[Question]:
    for name in parent.adds:
        if name not in resources.folder("templates"):
            raise resources.refuse(relative_path, f'"{name}"', f"there is no template “{name}”.")
        template = f"templates/{name}.toml"
        for each in resources.decode(template, Template).question:
            yield _convert_added(_filled(each, raw), template, str(each.get("id")))


def _convert_added(filled: dict[str, object], template: str, marker: str) -> Question:
    try:
        return msgspec.convert(filled, Question)
    except msgspec.ValidationError as problem:
        raise resources.refuse(template, f'"{marker}"', f"{marker}: {problem}.") from problem


def _filled(pattern: dict[str, object], parent: dict[str, object]) -> dict[str, object]:
    made = cast("dict[str, object]", _named(pattern, str(parent["id"])))
    made["card"] = parent.get("card", parent["id"])
    for inherited in ("shown_when", "private"):
        if inherited in parent:
            made.setdefault(inherited, parent[inherited])
    if made.pop("like_test", False):
        made.update({field: parent[field] for field in LIKE_TEST if field in parent})
    return made


def _named(value: object, parent_id: str) -> object:
    """A copy of plain values with {id} replaced in every text."""
    if isinstance(value, str):
        return value.replace("{id}", parent_id)
    if isinstance(value, list):
        return [_named(each, parent_id) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        pairs = cast("dict[str, object]", value).items()
        return {key: _named(each, parent_id) for key, each in pairs}
    return value


def _with_rows(each: Question, made: Form) -> Question:
    """A grid knows which rows there can be: the options of the question that chooses them."""
    source = made.find(each.rows_from) if each.rows_from else None
    return msgspec.structs.replace(each, options=source.options) if source and not each.options else each


def _check(made: Form, relative_path: str) -> None:
    seen: set[str] = set()
    for each in made.question:
        marker = f'"{each.id}"'
        if each.id in seen:
            raise resources.refuse(relative_path, marker, f"the id “{each.id}” stands twice.")
        seen.add(each.id)
        for fault in _faults(each):
            raise resources.refuse(relative_path, marker, f"{each.id}: {fault}")
    for each in made.question:
        for condition in _conditions(each):
            if fault := _condition_fault(condition, made, {made.id: made}):
                raise resources.refuse(relative_path, f'"{each.id}"', f"{each.id}: {fault}")
        if each.rows_from and made.find(each.rows_from) is None:
            said = f"{each.id}: the rows come from “{each.rows_from}”, which is not there."
            raise resources.refuse(relative_path, f'"{each.id}"', said)
        if fault := _chart_fault(each, made):
            raise resources.refuse(relative_path, f'"{each.id}"', f"{each.id}: {fault}")


def _chart_fault(each: Question, made: Form) -> str:
    """A body chart fills two grids, whose rows are its own sites."""
    if each.on_body is None:
        return ""
    sides, strength = made.find(each.on_body.sides), made.find(each.on_body.strength)
    if sides is None or strength is None or {sides.rows_from, strength.rows_from} != {each.id}:
        return "the chart has no grids of its own sites."
    if each.on_body.column not in {column.id for column in strength.columns}:
        return f"{strength.id} has no column “{each.on_body.column}”."
    return ""


def _faults(each: Question) -> Iterator[str]:
    """What is wrong with a question by itself; the parts of a table are looked at too."""
    values = [option.value for option in each.options]
    if len(values) != len(set(values)):
        yield "an option stands twice."
    if each.kind in {"choice", "several"} and not values:
        yield "there is nothing to choose from."
    if each.range and each.range[0] > each.range[1]:
        yield "the range is upside down."
    if each.kind in {"scale", "number", "seconds"} and each.range is None:
        yield "a number needs a range."
    if each.kind in {"left_right", "births"} and each.each is None:
        yield "it does not say what each one is asked."
    if each.kind == "records" and not each.columns:
        yield "it has no columns."
    for part in (*((each.each,) if each.each else ()), *each.columns):
        yield from _faults(part)


def _conditions(each: Question) -> Iterator[Condition]:
    for condition in (each.shown_when, each.drawn_when):
        if condition:
            yield from _leaves(condition)
    for limit in each.flag.limits if each.flag else ():
        if limit.when:
            yield from _leaves(limit.when)


def _leaves(condition: Condition) -> Iterator[Condition]:
    parts = (condition.any or ()) + (condition.all or ())
    if not parts or condition.question or condition.fact:
        yield condition
    for part in parts:
        yield from _leaves(part)


def _condition_fault(condition: Condition, made: Form, known: Mapping[str, Form]) -> str:
    """Why a condition cannot be judged; "" if it can. A form that is not in `known` is not looked at."""
    if condition.fact and condition.fact not in FACTS:
        return f"the fact “{condition.fact}” is not known."
    if not condition.question:
        return "" if condition.fact else "a condition names neither a question nor a fact."
    form_id, question_id = split(condition.question, made.id)
    if form_id not in known:
        return "" if form_id in ids() else f"the form “{form_id}” is not there."
    asked = known[form_id].find(question_id)
    if asked is None:
        return f"the question “{condition.question}” is not there."
    return _option_fault(condition, asked)


def _option_fault(condition: Condition, asked: Question) -> str:
    values = _values(asked)
    wanted = (condition.equals, condition.unequal, *(condition.one_of or ()), *(condition.has or ()))
    unknown = [value for value in wanted if value is not None and values and value not in values]
    return f"{condition.question} has no option “{unknown[0]}”." if unknown else ""


def _values(asked: Question) -> tuple[object, ...]:
    """The answers that can be chosen; () where any can be written."""
    if asked.kind == "yes_no":
        return ("yes", "no")
    if asked.options and asked.kind != "grid":
        return tuple(option.value for option in asked.options)
    return _values(asked.each) if asked.each else ()


def _check_references(made: Form, found: Mapping[str, Form]) -> None:
    relative_path = _files()[made.id]
    for condition in _leaves(made.opens_when) if made.opens_when else ():
        if fault := _condition_fault(condition, made, found):
            raise resources.refuse(relative_path, "opens_when", fault)
    for each in made.question:
        for condition in _conditions(each):
            if fault := _condition_fault(condition, made, found):
                raise resources.refuse(relative_path, f'"{each.id}"', f"{each.id}: {fault}")
        _refuse_circle(made, each, found)


def _refuse_circle(made: Form, start: Question, found: Mapping[str, Form]) -> None:
    """A question that is shown only when itself is answered would never be asked."""
    waiting, seen = [(made.id, start)], set[tuple[str, str]]()
    while waiting:
        form_id, each = waiting.pop()
        for condition in _leaves(each.shown_when) if each.shown_when else ():
            if not condition.question:
                continue
            key = split(condition.question, form_id)
            if key == (made.id, start.id):
                said = f"{start.id}: it is shown only by its own answer."
                raise resources.refuse(_files()[made.id], f'"{start.id}"', said)
            asked = found[key[0]].find(key[1])
            if asked and key not in seen:
                seen.add(key)
                waiting.append((key[0], asked))


def split(name: str, form_id: str) -> tuple[str, str]:
    """The form and question of a name in a condition; a bare id is one of the same form."""
    before, slash, after = name.rpartition("/")
    return (before, after) if slash else (form_id, name)
