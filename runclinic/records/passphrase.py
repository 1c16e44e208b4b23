"""Six spoken syllable-words that lock a transfer file: "bado nilu tefa rogi sumo pive".

Each word is two open syllables of letters that are told apart by ear, so that they can be read out on the
telephone. They are made by rule; no list is kept.
"""

import secrets
import unicodedata
from functools import cache

from runclinic.refused import Refused

WORDS = 6
_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"
_UNWANTED = frozenset(
    {"kaka", "pipi", "pupu", "popo", "titi", "dodo", "kako", "puta", "puto", "fuka", "sodo", "fagu", "fago"}
)


@cache
def words() -> tuple[str, ...]:
    """All words that are used: 4,800 and more, 12.2 bits each, so 73 bits in six."""
    syllables = [consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS]
    made = (first + second for first in syllables for second in syllables if first != second)
    return tuple(word for word in made if word not in _UNWANTED)


def new() -> str:
    """Six words by chance."""
    return " ".join(secrets.choice(words()) for _ in range(WORDS))


def tidy(typed: str) -> str:
    """What was typed, as it was made: lower case, single blanks. Refused, naming a word that is none."""
    plain = unicodedata.normalize("NFKC", typed).casefold()
    found = "".join(each if each.isalpha() else " " for each in plain).split()
    known = set(words())
    for word in found:
        if word not in known:
            raise Refused(
                f"“{word[:40]}” is not one of the words of a transfer file.", "Look at its spelling."
            )
    if len(found) != WORDS:
        raise Refused(
            f"A transfer file opens with {WORDS} words; these are {len(found)}.", "Type all of them."
        )
    return " ".join(found)
