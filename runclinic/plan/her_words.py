"""What the runner reads, in her language: which texts that are, and the exercises and cues among them."""

from collections.abc import Iterable
from typing import cast

import msgspec

from runclinic.plan.cue import Cue, cues
from runclinic.plan.exercise import Exercise, exercises, is_own
from runclinic.words import SCREEN_LANGUAGE, Words

# The tables of resources/words/en/paper.toml that the runner's paper is made of; the rest is the clinic's.
# fmt: off
TABLES = frozenset((
    "text", "variant", "finding", "finding_stride", "side", "strong", "not_yet", "plan", "step", "rule",
    "diary", "session", "session_detail", "days", "times_a_day", "number", "dose", "note", "dose_note",
    "ladder", "take_home", "amended",
))
# fmt: on


def keys(english: Iterable[str]) -> frozenset[str]:
    """The keys of every text that a language must have, from the keys of English."""
    shared = {key for key in english if key.partition(".")[0] in TABLES}
    cards = {key for each in exercises().values() if not is_own(each.id) for key in _of_card(each)}
    return frozenset(shared | cards | {f"cue.{each}" for each in cues() if not is_own(each)})


def own_keys() -> frozenset[str]:
    """The keys of texts that a language may have: of the clinic's own exercises and cues."""
    cards = {key for each in exercises().values() if is_own(each.id) for key in _of_card(each)}
    return frozenset(cards | {f"cue.{each}" for each in cues() if is_own(each)})


def _of_card(its: Exercise) -> tuple[str, ...]:
    parts = ("name", "breath", *(f"steps.{number}" for number, _ in enumerate(its.steps, 1)))
    return tuple(f"exercise.{its.id}.{part}" for part in parts)


def exercise_in(its: Exercise, words: Words) -> Exercise:
    """The same card with its name, its breath and its three steps in another language.

    Of the clinic's own, what it has not written in that language stays in English.
    """
    if words.language == SCREEN_LANGUAGE:
        return its
    key = f"exercise.{its.id}"
    steps = tuple(_said(f"{key}.steps.{at}", step, its.id, words) for at, step in enumerate(its.steps, 1))
    return msgspec.structs.replace(
        its,
        name=_said(f"{key}.name", its.name, its.id, words),
        breath=_said(f"{key}.breath", its.breath, its.id, words),
        steps=cast("tuple[str, str, str]", steps),
    )


def cue_in(its: Cue, words: Words) -> str:
    """What a cue tells her; one of the clinic's own in English where it has no other words."""
    return its.text if words.language == SCREEN_LANGUAGE else _said(f"cue.{its.id}", its.text, its.id, words)


def _said(key: str, english: str, card_id: str, words: Words) -> str:
    return english if is_own(card_id) and not words.has(key) else words.say(key)


def not_reviewed(words: Words) -> str:
    """What stands on every page in a language that no clinician has read yet, in it and in English."""
    if words.locale.reviewed:
        return ""
    return " · ".join(each.say("take_home.not_reviewed") for each in (words, Words(SCREEN_LANGUAGE)))
