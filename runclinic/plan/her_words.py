"""What the runner reads, in her language: which texts that are, and the exercises and cues among them."""

from collections.abc import Iterable
from typing import cast

import msgspec

from runclinic.plan.cue import Cue, cues
from runclinic.plan.exercise import Exercise, exercises
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
    cards = {
        f"exercise.{each.id}.{part}"
        for each in exercises().values()
        for part in ("name", "breath", *(f"steps.{number}" for number, _ in enumerate(each.steps, 1)))
    }
    return frozenset(shared | cards | {f"cue.{each}" for each in cues()})


def exercise_in(its: Exercise, words: Words) -> Exercise:
    """The same card with its name, its breath and its three steps in another language."""
    if words.language == SCREEN_LANGUAGE:
        return its
    key = f"exercise.{its.id}"
    steps = tuple(words.say(f"{key}.steps.{number}") for number, _ in enumerate(its.steps, 1))
    return msgspec.structs.replace(
        its,
        name=words.say(f"{key}.name"),
        breath=words.say(f"{key}.breath"),
        steps=cast("tuple[str, str, str]", steps),
    )


def cue_in(its: Cue, words: Words) -> str:
    """What a cue tells her."""
    return its.text if words.language == SCREEN_LANGUAGE else words.say(f"cue.{its.id}")


def not_reviewed(words: Words) -> str:
    """What stands on every page in a language that no clinician has read yet, in it and in English."""
    if words.locale.reviewed:
        return ""
    return " · ".join(each.say("take_home.not_reviewed") for each in (words, Words(SCREEN_LANGUAGE)))
