"""What a follow-up takes from the visit before: answers to confirm, earlier scores, what is due again."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import cast

from runclinic.forms.answers import shown
from runclinic.forms.conditions import Facts, Value
from runclinic.forms.form import Form, Question
from runclinic.forms.scoring import instruments
from runclinic.visit.entry import Json
from runclinic.visit.trends import Visited, handed_on

HERS = "runner"  # the room of what she answered herself, until the therapist looked at it
DUE_AFTER = timedelta(weeks=4)  # a change of a questionnaire is seldom sooner than that (clinic rule)


def offered(
    form: Form,
    now: Mapping[str, Json],
    before: Mapping[str, Json],
    facts: Facts,
    sections: Collection[str] | None = None,
) -> dict[str, dict[str, Json]]:
    """By section: earlier answers to questions that apply and are open now; of these sections (None: all).

    What follows from such an answer is offered with it, so that one confirmation is enough. Nothing of it
    counts before it was confirmed.
    """
    supposed: dict[str, Value] = {**now}
    found: dict[str, dict[str, Json]] = {}
    section_of = _sections(form)
    while True:
        new = {
            each: before[f"{form.id}/{each.id}"]
            for each in shown(form, supposed, facts)
            if (sections is None or section_of[each.id] in sections) and _open(form, each, supposed, before)
        }
        if not new:
            return found
        for each, value in new.items():
            key = f"{form.id}/{each.id}"
            supposed[key] = value
            found.setdefault(section_of[each.id], {})[key] = value


def by_her(stands: Mapping[str, Json]) -> dict[str, Json]:
    """What she answered herself, by the keys of the forms."""
    start = f"{HERS}/"
    return {key.removeprefix(start): value for key, value in stands.items() if key.startswith(start)}


def handed(last: Visited, plan: tuple[str, ...]) -> dict[str, Json]:
    """Earlier scores, and the exercises of the last plan, for the next visit to compare with."""
    found = cast("dict[str, Json]", handed_on(last))
    if plan:
        found["previous/exercises"] = [*plan]
    return found


def due(answered_on: Mapping[str, date], today: date) -> tuple[tuple[str, date], ...]:
    """Instruments to fill in again, with the day of the last time; the longest ago first."""
    old = [(each, day) for each, day in answered_on.items() if today - day >= DUE_AFTER]
    return tuple(sorted(old, key=lambda each: (each[1], each[0])))


def instrument_of(key: str) -> str | None:
    """The instrument that an answer belongs to; None for any other."""
    form_id = key.partition("/")[0]
    return form_id if form_id in instruments() else None


def _sections(form: Form) -> dict[str, str]:
    section = ""
    found: dict[str, str] = {}
    for each in form.question:
        section = each.section or section
        found[each.id] = section
    return found


def _open(form: Form, question: Question, now: Mapping[str, Value], before: Mapping[str, Json]) -> bool:
    key = f"{form.id}/{question.id}"
    return not question.private and now.get(key) is None and before.get(key) is not None
