"""A condition of a form as a sentence: "RF05 is yes", "weeks since birth at most 12, or not known"."""

from collections.abc import Iterator

from runclinic.forms.form import Condition

FACTS = {
    "weeks_pp": "weeks since birth",
    "age": "age",
    "postmenopausal": "after menopause",
    "first_visit": "first visit",
    "visit_date": "day of the visit",
    "flag_ids": "flags",
    "open_actions": "open actions",
}


def in_words(condition: Condition | None) -> str:
    """The condition in words; "" for none."""
    return "" if condition is None else _in_words(condition)


def _in_words(condition: Condition) -> str:
    leaf = _leaf(condition)
    said = [leaf] if leaf else []
    if condition.any:
        either = " or ".join(_in_words(each) for each in condition.any)
        said.append(f"({either})" if len(condition.any) > 1 else either)
    if condition.all:
        said.append(" and ".join(_in_words(each) for each in condition.all))
    return " and ".join(said)


def _leaf(condition: Condition) -> str:
    name = condition.question or FACTS.get(condition.fact or "", condition.fact or "")
    if not name:
        return ""
    asked = " and ".join(_asked(condition)) or "holds"
    return f"{name} {asked}{', or not known' if condition.or_unknown else ''}"


def _asked(condition: Condition) -> Iterator[str]:
    if condition.equals is not None:
        yield f"is {_value(condition.equals)}"
    if condition.unequal is not None:
        yield f"is not {_value(condition.unequal)}"
    if condition.one_of is not None:
        yield f"is {' or '.join(_value(each) for each in condition.one_of)}"
    if condition.has is not None:
        yield f"{'holds' if len(condition.has) == 1 else 'holds any of'} {', '.join(condition.has)}"
    if condition.known is not None:
        yield "is answered" if condition.known else "is open"
    if condition.at_least is not None:
        yield f"at least {condition.at_least:g}"
    if condition.at_most is not None:
        yield f"at most {condition.at_most:g}"


def _value(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
