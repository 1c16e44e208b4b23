"""What a clinic's own words and doses must be, so that the paper can carry them and nobody is misled."""

import re
from collections.abc import Iterable, Mapping
from typing import cast
from unicodedata import category

from runclinic.plan.exercise import Span
from runclinic.refused import Refused

MOST = {  # letters of a field of a card
    "name": 60, "breath": 80, "steps": 140, "text": 140, "reason": 200, "metric": 400, "evidence": 400,
    "source": 300,
}  # fmt: skip
TEXT_MOST, TEXT_TIMES, TEXT_LEAST = 600, 3, 80
SAFETY = ("text.T-CALL", "text.T-TODAY", "text.T-EMERG", "text.T-BLEED")
TRAFFIC = ("text.T-GREEN", "text.T-AMBER", "text.T-RED", "variant.T-GREEN.managed")
WORDS_MOST = 12  # words a sentence, in the mean: what she reads without effort
NO_LETTERS = {"Cc", "Cn", "Co", "Cs", "So"}  # of Unicode: pictures, and what is no character at all
SPANS = {"sets": 20, "reps": 200, "breaths": 100, "seconds": 600, "minutes": 120, "metres": 2000, "a_week": 7}
AMOUNTS = ("reps", "breaths", "seconds", "minutes", "metres")
DAY_MOST = 10

_BLANK = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_SENTENCE = re.compile(r"[.!?;:/](?:\s|$)")
_WORD = re.compile(r"[^\W_][\w’'-]*")
_TYPED = re.compile(r"\s*(\d{1,4})(?:\s*(?:-|–|to)\s*(\d{1,4}))?\s*")


def refuse_text(key: str, value: object, shipped: object) -> None:
    """Refused if a text of paper is empty, too long, or does not have the blanks of the shipped one."""
    if isinstance(shipped, dict):
        forms = cast("dict[str, str]", shipped)
        if not isinstance(value, dict) or value.keys() != forms.keys():
            raise Refused(f"{key} must have the forms {' and '.join(forms)}.")
        for form, its in cast("dict[str, object]", value).items():
            refuse_text(key, its, forms[form])
        return
    if not isinstance(value, str) or not isinstance(shipped, str):
        raise Refused(f"{key} must be a text.")
    if not value.strip():
        _refuse_empty(key)
    _refuse_letters(value)
    _refuse_blanks(value, shipped)
    most = min(TEXT_MOST, max(TEXT_TIMES * len(shipped), TEXT_LEAST))
    _refuse_long(value, most)
    if key in TRAFFIC and value.count(". ") < 2:
        raise Refused(
            "A traffic light needs three parts: its colour, what was felt, and what to do.",
            "Write a full stop and a space after each.",
        )


def _refuse_empty(key: str) -> None:
    if key in SAFETY:
        raise Refused(
            "This text tells her when to get help. It cannot be left out.",
            "Word it as you like, or go back to what is shipped.",
        )
    raise Refused("A text cannot be empty.", "Write something, or go back to what is shipped.")


def _refuse_blanks(value: str, shipped: str) -> None:
    has, wants = set(_BLANK.findall(value)), set(_BLANK.findall(shipped))
    if missing := wants - has:
        names = " and ".join(f"{{{each}}}" for each in sorted(missing))
        raise Refused(f"{names} is missing: there the paper writes what is hers.", f"Put {names} back.")
    if unknown := has - wants:
        names = " and ".join(f"{{{each}}}" for each in sorted(unknown))
        raise Refused(f"Nothing fills {names}.", "Take it out.")
    if re.search(r"[{}]", _BLANK.sub("", value)):
        raise Refused("A brace belongs to no blank.", "Take it out.")


def refuse_field(card: str, field: str, value: object, shipped: object) -> None:
    """Refused if a field of a card is empty, too long, or a dose that nobody could do."""
    if field == "dose":
        _refuse_dose(card, cast("Mapping[str, object]", value))
        return
    if field not in MOST:
        return
    texts = cast("list[object]", value) if isinstance(value, list) else [value]
    if field == "steps" and len(texts) != 3:
        raise Refused(f"{card} needs three steps.")
    for each in texts:
        if not isinstance(each, str) or not each.strip():
            raise Refused(f"{card} needs words for its {_NAMED.get(field, field)}.", "Write them down.")
        _refuse_letters(each)
        longest = max((len(one) for one in _strings(shipped)), default=0)
        _refuse_long(each, max(MOST[field], longest))


_NAMED = {"steps": "three steps", "text": "cue", "metric": "measure"}


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, list):
        return (each for each in cast("list[object]", value) if isinstance(each, str))
    return (value,) if isinstance(value, str) else ()


def _refuse_letters(value: str) -> None:
    sign = next((each for each in value if category(each) in NO_LETTERS), None)
    if sign is not None:
        raise Refused(f"No page can carry the sign “{sign}”.", "Take it out.")


def _refuse_long(value: str, most: int) -> None:
    if len(value) > most:
        raise Refused(f"That is {len(value)} letters long, {most} fit on the paper.", "Say it shorter.")


def _refuse_dose(card: str, dose: Mapping[str, object]) -> None:
    for name, most in SPANS.items():
        span = dose.get(name)
        if span is None:
            continue
        least, top = cast("Span", span)
        if not 0 < least <= top <= most:
            raise Refused(
                f"{card}: {name.replace('a_week', 'times a week')} cannot be {least} to {top}.",
                f"Give a whole number from 1 to {most}, or the least and the most.",
            )
    a_day = cast("int", dose.get("a_day", 1))
    if not 1 <= a_day <= DAY_MOST:
        raise Refused(f"{card}: times a day cannot be {a_day}.", f"Give a number from 1 to {DAY_MOST}.")
    if not any(dose.get(each) for each in AMOUNTS):
        raise Refused(
            f"{card} does not say how much.", "Give repetitions, breaths, seconds, minutes or metres."
        )


def mean_words(said: str) -> float:
    """Words a sentence in the mean: what stands between full stops, colons, semicolons and strokes."""
    counts = [len(_WORD.findall(each)) for each in _SENTENCE.split(said)]
    counts = [each for each in counts if each]
    return sum(counts) / len(counts) if counts else 0.0


def shorthand(dose: Mapping[str, object]) -> str:
    """A dose as the clinic writes it: "3x10-15 each, w3"."""
    said = " x ".join(
        f"{_span(dose[name])}{unit}"
        for name, unit in (
            ("reps", ""), ("breaths", " breaths"), ("seconds", " s"), ("minutes", " min"), ("metres", " m"),
        )
        if dose.get(name)
    )  # fmt: skip
    if dose.get("sets"):
        said = f"{_span(dose['sets'])}x{said}" if said else f"{_span(dose['sets'])} rounds"
    said += {"side": " each", "way": " each way"}.get(str(dose.get("each", "")), "")
    week, a_day = dose.get("a_week"), dose.get("a_day", 1)
    often = f"w{_span(week)}" if week and list(cast("Span", week)) != [7, 7] else "daily"
    return f"{said}, {often}" if a_day == 1 else f"{said}, {a_day}x day"


def _span(value: object) -> str:
    least, most = cast("Span", value)
    return str(least) if least == most else f"{least}-{most}"


def span(typed: str) -> Span | None:
    """What was typed ("10", "10-15") as the least and the most; None for nothing, Refused for a word."""
    if not typed.strip():
        return None
    found = _TYPED.fullmatch(typed)
    if found is None:
        raise Refused(f"“{typed.strip()}” is no number.", "Write 10, or 10-15.")
    return int(found[1]), int(found[2] or found[1])


def written(its: Span | None) -> str:
    """The other way round: "10-15"."""
    return _span(its) if its else ""
