"""The clinic's own exercises, cues and texts: its settings as a layer over the shipped content.

A setting holds one card whole, with what differs in it, so that its history is the history of the card:

- `library/exercises/HG01`: {"name", "breath", "steps", "dose", "easier", "harder", "not_if", "equipment",
  "source"}, each only if the clinic changed it; `library/exercises/HG4711`: all of them, with "category",
  "figure_of" (the shipped exercise that lends its drawing) and "retired" once it was taken away
- `library/cues/Q01`: {"text", "reason", "metric", "evidence"}, the same way
- `library/texts/text.T-CALL`: nothing but words

The words of each language stand under "in": {"de": {"name": ..., "steps": [...]}}; of a text, all of them:
{"in": {"en": "...", "de": "..."}}. None = as it is shipped.
"""

import secrets
from collections.abc import Iterator, Mapping
from typing import cast

from runclinic import resources
from runclinic.clinic import told
from runclinic.layer import Layer, value_at
from runclinic.library import CATEGORIES
from runclinic.plan.cue import FILE as CUE_FILE
from runclinic.plan.exercise import FOLDER, is_own, offered
from runclinic.plan.texts import TEXTS
from runclinic.refused import Refused
from runclinic.visit.entry import Json
from runclinic.words import SCREEN_LANGUAGE, flatten, languages

EXERCISES_AT, CUES_AT, TEXTS_AT = "library/exercises/", "library/cues/", "library/texts/"
OWN_NUMBERS = range(1000, 10000)
HER_WORDS = ("name", "breath", "steps")  # of an exercise, in each language
OF_AN_EXERCISE = (*HER_WORDS, "dose", "easier", "harder", "not_if", "equipment", "source")
OF_A_CUE = ("text", "reason", "metric", "evidence")
OF_OWN = ("category", "figure_of", "retired")
LETTER_TEXTS = (
    "seen", "ask_A1", "ask_A2", "ask_A3h", "ask_A3", "ask_A4", "nothing_asked", "found", "more", "decided",
    "plan", "stage", "consider", "mood", "no_more", "call", "signed_as",
)  # fmt: skip


def layer(settings: Mapping[str, Json]) -> Layer:
    """What the clinic's cards and texts put where; Refused for what no paper could carry."""
    made: dict[str, dict[str, object]] = {}
    for prefix, lays in ((EXERCISES_AT, _exercise), (CUES_AT, _cue), (TEXTS_AT, _text)):
        for name, value in _under(settings, prefix):
            for path, where, put in lays(name, value):
                made.setdefault(path, {})[where] = put
    return made


def _under(settings: Mapping[str, Json], prefix: str) -> Iterator[tuple[str, dict[str, Json]]]:
    for key, value in settings.items():
        if key.startswith(prefix) and value is not None:
            if not isinstance(value, dict):
                raise Refused(f"The setting {key} cannot be read.", "It was another version's.")
            yield key.removeprefix(prefix), value


# -- exercises


def _exercise(card: str, value: Mapping[str, Json]) -> Iterator[tuple[str, str, object]]:
    path, own = f"{FOLDER}/{card}.toml", is_own(card)
    _refuse_fields(card, value, (*OF_AN_EXERCISE, *(OF_OWN if own else ())))
    before = {} if own else resources.shipped(path)
    for field, its in value.items():
        if field != "in":
            told.refuse_field(card, field, its, before.get(field))
    if own:
        yield path, "", _whole(card, value)
    else:
        for field in value.keys() - {"in"}:
            yield path, field, value[field]
    for language, words in _languages(card, value):
        yield from _exercise_in(language, card, words)


def _whole(card: str, value: Mapping[str, Json]) -> dict[str, object]:
    """An own card as its file would be."""
    lender = str(value.get("figure_of", ""))
    if is_own(lender) or lender not in resources.folder(FOLDER):
        raise Refused(f"{card} has no drawing.", "Choose the exercise whose drawing it shows.")
    made: dict[str, object] = {"id": card, "easier": "", "harder": "", "not_if": [], "equipment": []}
    made |= {field: its for field, its in value.items() if field not in ("in", "figure_of")}
    return made | {"figure": resources.shipped(f"{FOLDER}/{lender}.toml")["figure"]}


def _exercise_in(language: str, card: str, words: Mapping[str, Json]) -> Iterator[tuple[str, str, object]]:
    path = f"words/{language}/exercises.toml"
    _refuse_fields(card, words, HER_WORDS)
    before = value_at(resources.shipped(path), f"exercise/{card}")
    shipped = cast("dict[str, object]", before) if isinstance(before, dict) else {}
    for field, its in words.items():
        told.refuse_field(card, field, its, shipped.get(field))
    if is_own(card):
        yield path, f"exercise/{card}", dict(words)
    else:
        for field, its in words.items():
            yield path, f"exercise/{card}/{field}", its


# -- cues


def _cue(card: str, value: Mapping[str, Json]) -> Iterator[tuple[str, str, object]]:
    own = is_own(card)
    _refuse_fields(card, value, (*OF_A_CUE, *(("retired",) if own else ())))
    before = value_at(resources.shipped(CUE_FILE), f"cue/{card}")
    shipped = cast("dict[str, object]", before) if isinstance(before, dict) else {}
    if not own and not shipped:
        raise Refused(f"There is no running cue {card}.", "It was another version's.")
    for field, its in value.items():
        if field != "in":
            told.refuse_field(card, field, its, shipped.get(field))
    if own:
        yield (
            CUE_FILE,
            f"cue/{card}",
            {"id": card} | {name: its for name, its in value.items() if name != "in"},
        )
    else:
        for field in value.keys() - {"in"}:
            yield CUE_FILE, f"cue/{card}/{field}", value[field]
    for language, words in _languages(card, value):
        _refuse_fields(card, words, ("text",))
        path = f"words/{language}/paper.toml"
        if "text" in words:
            told.refuse_field(card, "text", words["text"], value_at(resources.shipped(path), f"cue/{card}"))
            yield path, f"cue/{card}", words["text"]


# -- texts


def _text(key: str, value: Mapping[str, Json]) -> Iterator[tuple[str, str, object]]:
    if key not in text_keys():
        raise Refused(f"There is no text {key}.", "It was another version's.")
    _refuse_fields(key, value, ())
    for language, its in cast("dict[str, Json]", value.get("in") or {}).items():
        if language not in spoken(key):
            raise Refused(f"{key} is not printed in “{language}”.")
        told.refuse_text(key, its, shipped_text(key, language))
        yield text_file(key, language), key.replace(".", "/"), its


def text_keys() -> tuple[str, ...]:
    """The texts that a clinic may word its own way: the runner's, then the letter's."""
    return (*phrases(), *(f"letter.{name}" for name in LETTER_TEXTS))


def phrases() -> tuple[str, ...]:
    """The plain texts of the runner's paper, and the same in a special case."""
    path = text_file("text", SCREEN_LANGUAGE)
    special = (key for key, _ in flatten(resources.shipped(path), path) if key.startswith("variant."))
    return (*(f"text.{each}" for each in TEXTS), *special)


def spoken(key: str) -> tuple[str, ...]:
    """The languages in which a text is printed: the letter is the clinic's, in English."""
    return (SCREEN_LANGUAGE,) if key.startswith("letter.") else languages()


def text_file(key: str, language: str) -> str:
    """The file in which a text stands."""
    return f"words/{language}/{'report' if key.startswith('letter.') else 'paper'}.toml"


def shipped_text(key: str, language: str) -> object:
    """A text as it is shipped: words, or words by plural."""
    return value_at(resources.shipped(text_file(key, language)), key.replace(".", "/"))


# -- both


def _languages(card: str, value: Mapping[str, Json]) -> Iterator[tuple[str, dict[str, Json]]]:
    for language, words in cast("dict[str, Json]", value.get("in") or {}).items():
        if language not in languages() or language == SCREEN_LANGUAGE or not isinstance(words, dict):
            raise Refused(f"{card} cannot be read in “{language}”.", "It was another version's.")
        yield language, words


def _refuse_fields(card: str, value: Mapping[str, Json], known: tuple[str, ...]) -> None:
    for field in value:
        if field not in (*known, "in"):
            raise Refused(f"{card} has no “{field}”.", "It was another version's.")


def next_id(category: str, settings: Mapping[str, Json]) -> str:
    """A free number of the clinic's own, such as HG4711, or Q4711 for a cue.

    It begins anywhere, so that two clinics hardly ever give one number to two cards: a client can go from
    one to the other with her plan.
    """
    prefix = f"{EXERCISES_AT}{category}" if category in CATEGORIES else f"{CUES_AT}{category}"
    start = secrets.randbelow(len(OWN_NUMBERS))
    for number in (*OWN_NUMBERS[start:], *OWN_NUMBERS[:start]):
        if f"{prefix}{number}" not in settings:  # one that was ever given is never given again
            return f"{category}{number}"
    raise Refused(f"All numbers of {category} are taken.", "Change one that you use no more.")


def key_of(card: str) -> str:
    """The setting of an exercise, a cue or a text, by its id or key."""
    at = TEXTS_AT if "." in card else (EXERCISES_AT if card[:2] in CATEGORIES else CUES_AT)
    return f"{at}{card}"


def refuse_to_retire(card: str) -> None:
    """Refused while another card leads to this exercise."""
    named = [each.name for each in offered().values() if card in (each.easier, each.harder)]
    if named:
        raise Refused(
            f"{' and '.join(named)} leads to this exercise, as easier or harder.",
            "Change that there first.",
        )
