"""The forms and their fields by id, as a case file writes them."""

from collections.abc import Iterable
from typing import TypeAlias

from runclinic.forms.catalogue import form, forms
from runclinic.forms.form import Form, Question

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def listed() -> list[Json]:
    """Every form: id, title, mode, source and the ids of its fields."""
    return [_form(each) for each in forms().values()]


def described(form_id: str) -> dict[str, Json]:
    """One form with every field: kind, words, unit, range, options. Refused for an unknown form."""
    found = form(form_id)
    return {**_form(found), "fields": [_field(each) for each in found.question]}


def lines(form_id: str | None = None) -> Iterable[str]:
    """The same for a person at a shell."""
    if form_id is None:
        yield from (f"{each.id:<16} {each.title} ({len(each.question)} fields)" for each in forms().values())
        return
    found = form(form_id)
    yield f"{found.id}: {found.title}"
    yield from (f"  {each.id:<28} {allowed(each):<44} {each.text}".rstrip() for each in found.question)


def allowed(question: Question) -> str:
    """What may be written: "yes or no", "0 to 30", "left, right: 0 to 20", the options' ids."""
    if question.kind == "left_right" and question.each:
        return f"left, right: {allowed(question.each)}"
    if question.kind == "births" and question.each:
        return f"a list, one for each birth: {allowed(question.each)}"
    if question.columns:
        return f"{question.kind}: {', '.join(each.id for each in question.columns)}"
    if question.options:
        ids = ", ".join(str(option.value) for option in question.options)
        return f"several of {ids}" if question.kind == "several" else ids
    if question.range:
        least, most = question.range
        return f"{least:g} to {most:g} {question.unit}".rstrip()
    return {"yes_no": "yes, no"}.get(question.kind, question.kind)


def _form(found: Form) -> dict[str, Json]:
    ids: list[Json] = [each.id for each in found.question]
    return {"id": found.id, "title": found.title, "mode": found.mode, "source": found.source, "fields": ids}


def _field(question: Question) -> dict[str, Json]:
    said: dict[str, Json] = {"id": question.id, "kind": question.kind, "text": question.text}
    if question.options:
        said["options"] = [option.value for option in question.options]
    if question.range:
        said["range"] = list(question.range)
    if question.unit:
        said["unit"] = question.unit
    if question.required:
        said["required"] = True
    if question.each:
        said["each"] = _field(question.each)
    if question.columns:
        said["columns"] = [_field(each) for each in question.columns]
    return said
