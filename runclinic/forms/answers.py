"""What stands open in a form, and whether an answer can be true."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

from runclinic.forms import catalogue, flags
from runclinic.forms.catalogue import nearest
from runclinic.forms.conditions import DECLINED, Answers, Facts, Value, holds, shown_question
from runclinic.forms.form import Form, Option, Question
from runclinic.refused import Refused

__all__ = [
    "DECLINED",
    "answered",
    "holds",
    "missing",
    "nearest",
    "refuse_at_odds",
    "refuse_wrong",
    "shown",
    "used",
    "with_actions",
    "wording",
]

OTHER = "other:"
SIDES = ("left", "right")


def shown(form: Form, answers: Answers, facts: Facts) -> tuple[Question, ...]:
    """The questions to draw, in order: those asked now, without details folded away and unanswered."""
    known = with_actions(form, answers, facts)
    return tuple(
        each
        for each in form.question
        if not each.retired
        and shown_question(form, each, answers, known)
        and _drawn(form, each, answers, known)
    )


def missing(form: Form, answers: Answers, facts: Facts) -> tuple[Question, ...]:
    """The required questions that are shown and not answered; "declined" is an answer."""
    return tuple(
        each
        for each in shown(form, answers, facts)
        if each.required and not each.optional_even_if_shown and not answered(form, each, answers)
    )


def used(answers: Answers, facts: Facts) -> dict[str, Value]:
    """The answers without those to questions that are not shown (12.1); other keys are kept."""
    known = {form_id: with_actions(catalogue.form(form_id), answers, facts) for form_id in _forms_of(answers)}
    return {
        key: value
        for key, value in answers.items()
        if (form_id := key.partition("/")[0]) not in known or _is_used(key, answers, known[form_id])
    }


def with_actions(form: Form, answers: Answers, facts: Facts) -> Facts:
    """The facts, and for the form of the flags which flags there are and which actions are open.

    `flag_ids` (closed ones too) draw the record of a flag; `open_actions` ask S1_danger.
    """
    if not any(each.flag for each in form.question):
        return facts
    found = flags.all_flags(answers, facts)
    return {
        **facts,
        "flag_ids": tuple(sorted({flag.id for flag in found})),
        "open_actions": tuple(sorted({flag.action for flag in found if not flag.closed})),
    }


def wording(question: Question, facts: Facts) -> str:
    """The words of a question; some are asked differently from the second visit on."""
    return question.again if question.again and facts.get("first_visit") is False else question.text


def answered(form: Form, question: Question, answers: Answers) -> bool:
    """Whether nothing is left of a question: both sides, every cell of every row."""
    value = answers.get(f"{form.id}/{question.id}")
    if value is None:
        return False
    if question.kind == "left_right" and isinstance(value, dict):
        return all(cast("dict[str, Value]", value).get(side) is not None for side in SIDES)
    if question.kind == "grid" and isinstance(value, dict):
        return _grid_full(form, question, cast("dict[str, Value]", value), answers)
    return True


def refuse_wrong(question: Question, value: Value, where: str) -> None:
    """Refused, in plain words, if the value cannot be an answer to the question.

    `where` names it for the reader, as "history/H04". "declined" is legal everywhere, for one side
    and one cell too. Dates are ISO text.
    """
    if value == DECLINED:
        return
    _CHECKS[question.kind](question, value, where)


def refuse_at_odds(form: Form, answers: Answers, facts: Facts) -> None:
    """Refused if two answers cannot both be true: more births than pregnancies, a birth to come.

    `facts["visit_date"]` (ISO) is the day by which dates are judged.
    """
    today = facts.get("visit_date")
    for each in form.question:
        value = answers.get(f"{form.id}/{each.id}")
        if each.not_after_visit and isinstance(value, str) and isinstance(today, str) and value != DECLINED:
            _refuse_later(value, today, f"{form.id}/{each.id}")
        if each.at_least_of:
            _refuse_below(value, answers.get(f"{form.id}/{each.at_least_of}"), form, each)


def _refuse_later(value: str, today: str, where: str) -> None:
    if value > today:
        raise Refused(f"{where}: {value} lies after the visit ({today}).", "Correct the date.")


def _refuse_below(value: Value, least: Value, form: Form, each: Question) -> None:
    if isinstance(value, (int, float)) and isinstance(least, (int, float)) and value < least:
        raise Refused(
            f"{form.id}/{each.id}: {value} is less than {each.at_least_of} ({least}).",
            "Correct one of the two.",
        )


def _drawn(form: Form, question: Question, answers: Answers, facts: Facts) -> bool:
    if question.drawn_when is None or answers.get(f"{form.id}/{question.id}") is not None:
        return True
    return holds(question.drawn_when, answers, facts, form.id)


def _forms_of(answers: Answers) -> set[str]:
    return {key.partition("/")[0] for key in answers}.intersection(catalogue.ids())


def _is_used(key: str, answers: Answers, facts: Facts) -> bool:
    question = catalogue.question(key)
    form = catalogue.form(key.partition("/")[0])
    return question is None or shown_question(form, question, answers, facts)


def _grid_full(form: Form, question: Question, value: Mapping[str, Value], answers: Answers) -> bool:
    chosen = answers.get(f"{form.id}/{question.rows_from}")
    rows = cast("list[str]", chosen) if isinstance(chosen, list) else list(value)
    return all(_row_full(question, value.get(row)) for row in rows)


def _row_full(question: Question, row: Value) -> bool:
    if not question.columns or row == DECLINED:
        return row is not None
    if not isinstance(row, dict):
        return False
    cells = cast("dict[str, Value]", row)
    return all(cells.get(column.id) is not None for column in question.columns)


def _refuse_choice(question: Question, value: Value, where: str) -> None:
    values = [option.value for option in question.options]
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value not in values:
        raise _unknown_option(question.options, value, where)


def _unknown_option(options: tuple[Option, ...], value: Value, where: str) -> Refused:
    names = [str(option.value) for option in options]
    near = nearest(str(value), names)
    hint = f"Did you mean “{near}”?" if near else f"Known are: {', '.join(names)}."
    return Refused(f"{where}: “{_said(value)}” is not one of the answers.", hint)


def _refuse_several(question: Question, value: Value, where: str) -> None:
    if not isinstance(value, list):
        raise Refused(f"{where}: a list of answers is needed, not “{_said(value)}”.", "Write [] for none.")
    for each in cast("list[Value]", value):
        if not (isinstance(each, str) and each.startswith(OTHER) and each[len(OTHER) :].strip()):
            _refuse_choice(question, each, where)


def _refuse_yes_no(_question: Question, value: Value, where: str) -> None:
    if value not in ("yes", "no"):
        raise Refused(f"{where}: “{_said(value)}” is not an answer.", "Write yes, no or declined, in quotes.")


def _refuse_number(question: Question, value: Value, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:  # noqa: PLR0124
        raise Refused(f"{where}: a number is needed, not “{_said(value)}”.")
    low, high = question.range or (float("-inf"), float("inf"))
    if not low <= value <= high:
        unit = f" {question.unit}" if question.unit else ""
        raise Refused(f"{where}: {_said(value)} is out of range.", f"It goes from {low:g} to {high:g}{unit}.")
    if (question.whole or question.kind == "scale") and value != int(value):
        raise Refused(f"{where}: a whole number is needed, not {_said(value)}.")
    if question.step and abs(value / question.step - round(value / question.step)) > 1e-9:
        raise Refused(f"{where}: {_said(value)} is not a step of {question.step:g}.")


def _refuse_left_right(question: Question, value: Value, where: str) -> None:
    each = cast("Question", question.each)
    if not isinstance(value, dict):
        if not question.plain:
            raise Refused(
                f"{where}: left and right are needed, not “{_said(value)}”.", "Leave a side out if unknown."
            )
        refuse_wrong(each, value, where)
        return
    for side, of_side in cast("dict[str, Value]", value).items():
        if side not in SIDES:
            raise Refused(f"{where}: there is no side “{side}”.", "The sides are left and right.")
        refuse_wrong(each, of_side, f"{where}, {side}")


def _refuse_grid(question: Question, value: Value, where: str) -> None:
    if not isinstance(value, dict):
        raise Refused(f"{where}: a table is needed, not “{_said(value)}”.")
    for row, of_row in cast("dict[str, Value]", value).items():
        if not row.startswith(OTHER) and row not in [option.value for option in question.options]:
            raise _unknown_option(question.options, row, where)
        _refuse_row(question, of_row, f"{where}, {row}")


def _refuse_row(question: Question, row: Value, where: str) -> None:
    """One row of a grid or of records: a value of `each`, or a table of the columns."""
    if row == DECLINED:
        return
    if question.each is not None:
        refuse_wrong(question.each, row, where)
        return
    if not isinstance(row, dict):
        raise Refused(f"{where}: a table is needed, not “{_said(row)}”.")
    columns = {column.id: column for column in question.columns}
    for name, cell in cast("dict[str, Value]", row).items():
        if name not in columns:
            near = nearest(name, list(columns)) or ", ".join(columns)
            raise Refused(f"{where}: “{name}” is not known here.", f"Did you mean “{near}”?")
        refuse_wrong(columns[name], cell, f"{where}, {name}")


def _items(value: Value, where: str) -> Iterator[tuple[str, Value]]:
    if not isinstance(value, list):
        raise Refused(f"{where}: a list is needed, not “{_said(value)}”.")
    for number, each in enumerate(cast("list[Value]", value), 1):
        yield f"{where}, number {number}", each


def _refuse_births(question: Question, value: Value, where: str) -> None:
    """One answer for each birth; None where that birth is still open."""
    for place, each in _items(value, where):
        if each is not None:
            refuse_wrong(cast("Question", question.each), each, place)


def _refuse_records(question: Question, value: Value, where: str) -> None:
    for place, each in _items(value, where):
        _refuse_row(question, each, place)


def _refuse_text(question: Question, value: Value, where: str) -> None:
    if not isinstance(value, str):
        raise Refused(f"{where}: words are needed, not “{_said(value)}”.")
    if question.max_length and len(value) > question.max_length:
        said = f"{where}: {len(value)} characters are too many."
        raise Refused(said, f"There is room for {question.max_length}.")


def _refuse_date(_question: Question, value: Value, where: str) -> None:
    try:
        right = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        right = False
    if not right:
        raise Refused(f"{where}: “{_said(value)}” is not a date.", "Write it as 2026-11-20.")


def _said(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


_CHECKS = {
    "choice": _refuse_choice,
    "several": _refuse_several,
    "yes_no": _refuse_yes_no,
    "number": _refuse_number,
    "scale": _refuse_number,
    "seconds": _refuse_number,
    "left_right": _refuse_left_right,
    "grid": _refuse_grid,
    "births": _refuse_births,
    "records": _refuse_records,
    "text": _refuse_text,
    "date": _refuse_date,
}
