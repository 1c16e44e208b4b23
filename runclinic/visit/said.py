"""An answer in the words of its question: what a record, a trail and an export show."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import cast

from runclinic.forms import catalogue
from runclinic.forms.conditions import DECLINED
from runclinic.forms.form import Question

NOTHING = "–"
_YES_NO = {"yes": "Yes", "no": "No"}


def asked(key: str) -> str:
    """The question of a key; the key itself if no form asks it any more."""
    question = catalogue.question(key)
    return question.text if question else key


def said(key: str, value: object) -> str:
    """The answer under a key as it is read: "A little", "8.5 kg", "Left 3 · Right 4"; "–" for none."""
    return said_of(catalogue.question(key), value)


def said_of(question: Question | None, value: object) -> str:
    """The same for a question, or a part of one; without one the bare value."""
    if value is None:
        return NOTHING
    if value == DECLINED:
        return "Declined"
    if question is None:
        return _bare(value)
    if question.kind == "left_right" and not isinstance(value, dict):
        return said_of(question.each, value)
    return _KINDS[question.kind](question, cast("object", value))


def _bare(value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Mapping):
        named = cast("Mapping[str, object]", value)
        return _joined((f"{name}: {_bare(each)}" for name, each in named.items()), ", ")
    if isinstance(value, list):
        return _joined((_bare(each) for each in cast("list[object]", value)), ", ")
    return str(value) if value is not None else NOTHING


def _choice(question: Question, value: object) -> str:
    return next((each.text for each in question.options if each.value == value), _bare(value))


def _several(question: Question, value: object) -> str:
    chosen = cast("list[object]", value) if isinstance(value, list) else [value]
    return _joined((_choice(question, each) for each in chosen), ", ") or "None of these"


def _yes_no(_question: Question, value: object) -> str:
    return _YES_NO.get(str(value), _bare(value))


def _number(question: Question, value: object) -> str:
    return f"{_bare(value)} {question.unit}".rstrip()


def _seconds(_question: Question, value: object) -> str:
    return f"{_bare(value)} s"


def _left_right(question: Question, value: object) -> str:
    sides = cast("Mapping[str, object]", value)
    words = (f"{name.capitalize()} {said_of(question.each, each)}" for name, each in sides.items())
    return _joined(words, " · ")


def _grid(question: Question, value: object) -> str:
    if not isinstance(value, Mapping):
        return _bare(value)
    rows = cast("Mapping[str, object]", value)
    return _joined((f"{name.replace('_', ' ')}: {_row(question, row)}" for name, row in rows.items()), "; ")


def _row(question: Question, row: object) -> str:
    if not isinstance(row, Mapping):
        return _bare(row)
    columns = {each.id: each for each in question.columns}
    cells = cast("Mapping[str, object]", row)
    return _joined(
        (
            f"{(columns[name].short or columns[name].text) if name in columns else name} "
            f"{said_of(columns.get(name), cell)}"
            for name, cell in cells.items()
        ),
        ", ",
    )


def _births(question: Question, value: object) -> str:
    given = cast("list[object]", value) if isinstance(value, list) else [value]
    return _joined((said_of(question.each, each) for each in given), ", ")


def _records(question: Question, value: object) -> str:
    rows = cast("list[object]", value) if isinstance(value, list) else [value]
    return _joined((_row(question, row) for row in rows), "; ")


def _text(_question: Question, value: object) -> str:
    return _bare(value)


def _date(_question: Question, value: object) -> str:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return _bare(value)
    return f"{day.day} {day:%b %Y}"


def _joined(parts: Iterable[str], between: str) -> str:
    return between.join(parts)


_KINDS: dict[str, Callable[[Question, object], str]] = {
    "choice": _choice,
    "several": _several,
    "yes_no": _yes_no,
    "number": _number,
    "scale": _number,
    "seconds": _seconds,
    "left_right": _left_right,
    "grid": _grid,
    "births": _births,
    "records": _records,
    "text": _text,
    "date": _date,
}
