"""Whether a condition holds, given the answers and what else is known; and what is thereby shown."""

from collections.abc import Mapping
from typing import TypeAlias, cast

from runclinic.forms import catalogue
from runclinic.forms.form import Condition, Form, Question

Value: TypeAlias = object
Answers: TypeAlias = Mapping[str, Value]
Facts: TypeAlias = Mapping[str, Value]

DECLINED = "declined"


def holds(condition: Condition, answers: Answers, facts: Facts, form_id: str) -> bool:
    """Whether the condition is true; names without a form are questions of `form_id`.

    Null and "declined" satisfy nothing unless `or_unknown` (CLINICAL 12.3: "a question shown if
    weeks_pp is then shown"). The answer to a question that is not shown is null here (12.1).
    """
    if condition.all is not None and not all(holds(c, answers, facts, form_id) for c in condition.all):
        return False
    if condition.any is not None and not any(holds(c, answers, facts, form_id) for c in condition.any):
        return False
    if condition.question is None and condition.fact is None:
        return True
    value = _value(condition, answers, facts, form_id)
    if condition.known is not None:
        return (value is not None) == condition.known
    return condition.or_unknown if value is None else _satisfied(condition, value)


def shown_question(form: Form, question: Question, answers: Answers, facts: Facts) -> bool:
    """Whether the question is asked at all: its form is open and its condition holds."""
    if form.opens_when and not holds(form.opens_when, answers, facts, form.id):
        return False
    return question.shown_when is None or holds(question.shown_when, answers, facts, form.id)


def answer(form: Form, question_id: str, answers: Answers, facts: Facts) -> Value:
    """The answer as rules see it: null if it was declined, or if the question is not shown."""
    value = answers.get(f"{form.id}/{question_id}")
    if value is None or value == DECLINED:
        return None
    question = form.find(question_id)
    return value if question is None or shown_question(form, question, answers, facts) else None


def _value(condition: Condition, answers: Answers, facts: Facts, form_id: str) -> Value:
    if condition.fact is not None:
        return facts.get(condition.fact)
    name = condition.question or ""
    asked_in, question_id = catalogue.split(name, form_id)
    value = answers.get(f"{asked_in}/{question_id}")
    if value is None or value == DECLINED:
        return None
    question = catalogue.question(f"{asked_in}/{question_id}")
    if question is None or shown_question(catalogue.form(asked_in), question, answers, facts):
        return value
    return None


def _satisfied(condition: Condition, value: Value) -> bool:
    if condition.equals is not None and value != condition.equals:
        return False
    if condition.unequal is not None and value == condition.unequal:
        return False
    if condition.one_of is not None and value not in condition.one_of:
        return False
    if condition.has is not None and not _holds_any(value, condition.has):
        return False
    return _within(condition, value)


def _holds_any(value: Value, wanted: tuple[str, ...]) -> bool:
    held = cast("list[Value]", value) if isinstance(value, (list, tuple, frozenset)) else [value]
    return any(each in held for each in wanted)


def _within(condition: Condition, value: Value) -> bool:
    """A number between the bounds; of a list its length; a text such as "n/a" is in no range."""
    if condition.at_least is None and condition.at_most is None:
        return True
    size = len(cast("list[Value]", value)) if isinstance(value, (list, tuple)) else value
    if isinstance(size, bool) or not isinstance(size, (int, float)):
        return False
    low = condition.at_least is None or size >= condition.at_least
    return low and (condition.at_most is None or size <= condition.at_most)
