"""The numbers that a clinic may set for itself: which they are, what is shipped, the layer they make."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import cast

import msgspec

from runclinic import resources
from runclinic.forms.form import Form, Question
from runclinic.layer import Layer, value_at
from runclinic.readiness import rules
from runclinic.refused import Refused
from runclinic.visit.entry import Json
from runclinic.words import SCREEN_LANGUAGE, Words

FILE = "thresholds.toml"
FORM = "thresholds"  # settings are "thresholds/<id>"; one that is None, or missing, is as shipped


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One number; `range` is inclusive, `places` are pairs of a file and a place in it (layer.py)."""

    id: str
    text: str
    range: tuple[float, float]
    places: tuple[tuple[str, str], ...]
    section: str = ""
    unit: str = ""
    whole: bool = True
    step: float | None = None
    not_below: str = ""

    @property
    def key(self) -> str:
        """Of the setting."""
        return f"{FORM}/{self.id}"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    threshold: tuple[Threshold, ...]


@cache
def thresholds() -> dict[str, Threshold]:
    """All of them by id, in the order of the file."""
    return {each.id: each for each in resources.decode(FILE, _File).threshold}


def shipped(its: Threshold) -> float:
    """The number that stands without the clinic; Refused if its places are not there, or at odds."""
    found = [value_at(resources.shipped(path), where) for path, where in its.places]
    first = found[0]
    if isinstance(first, bool) or not isinstance(first, int | float) or found.count(first) < len(found):
        raise resources.refuse(FILE, f'id = "{its.id}"', f"{its.id} has no number, or several.")
    return first


def standing(settings: Mapping[str, Json]) -> dict[str, float]:
    """What counts: the clinic's number where it has set one, else what is shipped."""
    return {each.id: _set(each, settings.get(each.key), shipped(each)) for each in thresholds().values()}


def changed(settings: Mapping[str, Json]) -> tuple[Threshold, ...]:
    """Those that the clinic has set to another number than is shipped."""
    counts = standing(settings)
    return tuple(each for each in thresholds().values() if counts[each.id] != shipped(each))


def layer(settings: Mapping[str, Json]) -> Layer:
    """The changed numbers at their places; Refused where one is out of its range, or under another."""
    counts = standing(settings)
    for each in thresholds().values():
        _refuse_out_of_range(each, counts[each.id])
        if each.not_below and counts[each.id] < counts[each.not_below]:
            other = thresholds()[each.not_below]
            raise Refused(
                f"“{each.text}” cannot be below “{other.text}” ({number(counts[other.id])}).",
                "Change that one first.",
            )
    found: dict[str, dict[str, object]] = {}
    for each in changed(settings):
        for path, where in each.places:
            found.setdefault(path, {})[where] = counts[each.id]
    return found


def _refuse_out_of_range(its: Threshold, value: float) -> None:
    least, most = its.range
    if not least <= value <= most or (its.whole and value != int(value)):
        some = "a whole number" if its.whole else "a number"
        said = f"“{its.text}” must be {some} from {number(least)} to {number(most)}."
        raise Refused(said, "Leave it empty for what is shipped.")


def _set(its: Threshold, value: Json, otherwise: float) -> float:
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"“{its.text}” must be a number.", "Leave it empty for what is shipped.")
    return int(value) if its.whole and value == int(value) else value


def number(value: float) -> str:
    """As it is written on the screen."""
    return Words(SCREEN_LANGUAGE).number(value)


def form(title: str, note: Callable[[str, str], str], asked: Callable[..., str]) -> Form:
    """All of them as a form; `note` says a number and whose it is, `asked(what=, number=)` the question."""
    questions = tuple(
        Question(
            id=each.id,
            kind="number",
            text=asked(what=each.text, number=number(shipped(each))),
            note=note(f"{number(shipped(each))} {each.unit}".strip(), source(each)),
            range=each.range,
            step=each.step,
            whole=each.whole,
            unit=each.unit,
            section=each.section,
            short=each.text,
        )
        for each in thresholds().values()
    )
    return Form(id=FORM, title=title, source=FILE, question=questions)


def source(its: Threshold) -> str:
    """Who says so: what the rule, or the score, of its place names."""
    path, where = its.places[0]
    table = resources.shipped(path)
    if path == rules.FILE:
        rule = "/".join(where.split("/")[:2])
        return f"{rule.removeprefix('rule/')}, {value_at(table, f'{rule}/source')}"
    named = value_at(table, "score/change_source") or value_at(table, "source")
    return cast("str", named)
