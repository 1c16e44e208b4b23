"""Which passwords are too weak to guard a clinic's records."""

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from runclinic.records.finding import folded
from runclinic.refused import Refused

SHORTEST = 12
LONGEST = 1000
_FEWEST_LETTERS = 5

# Parts of which the most used passwords consist; anything made of these and numbers alone is guessed first.
_COMMON = (
    "password", "passwort", "motdepasse", "contrasena", "passw", "pass", "word", "secret", "geheim", "qwerty",
    "qwertz", "azerty", "asdfgh", "zxcvbn", "uiop", "letmein", "welcome", "willkommen", "bienvenue", "hello",
    "iloveyou", "loveyou", "love", "admin", "administrator", "root", "user", "guest", "login", "master",
    "monkey", "dragon", "football", "baseball", "sunshine", "princess", "superman", "batman", "shadow",
    "trustno", "abc", "abcdef", "clinic", "klinik", "clinique", "physio", "physiotherapy", "pelvic", "pelvis",
    "floor", "runclinic", "running", "runner", "run", "health", "spring", "summer", "autumn", "winter",
    "monday", "january", "december", "changeme", "default", "test", "temp", "the", "my", "is", "and",
)  # fmt: skip
_LOOKALIKES = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)
_ROWS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
)


class WeakPassword(Refused):
    """The new password is one that is guessed."""


def refuse_weak(password: str, names: Iterable[str]) -> None:
    """WeakPassword for one that is short, common, in a row, or holds one of the names; nothing else."""
    text = unicodedata.normalize("NFC", password)
    if len(text) < SHORTEST:
        raise WeakPassword(
            f"The password has {len(text)} characters; it needs {SHORTEST} or more.",
            "Four words that do not belong together are easy to keep in mind.",
        )
    if len(text) > LONGEST:
        raise WeakPassword(f"The password is longer than {LONGEST} characters.", "Choose a shorter one.")
    if len(set(text.casefold())) < _FEWEST_LETTERS:
        raise WeakPassword("The password repeats a few characters.", "Use more different ones.")
    if _is_common(text) or _is_a_row(text):
        raise WeakPassword(
            "The password is one that is guessed first.", "Choose words that nobody would expect."
        )
    held = _held_name(text, names)
    if held:
        raise WeakPassword(
            f"The password contains the name “{held}”.", "Choose words that do not tell who you are."
        )


def _held_name(text: str, names: Iterable[str]) -> str:
    plain = folded(text)
    parts = (part for name in names for part in folded(name).split())
    return next((part for part in parts if len(part) >= 4 and part in plain), "")


def _is_common(text: str) -> bool:
    """Whether nothing is left once common words are taken out, whole words or written with lookalikes."""
    plain = folded(text)
    return any(
        sum(map(str.isalpha, _without_common(form))) < 4 for form in (plain, plain.translate(_LOOKALIKES))
    )


def _without_common(text: str) -> str:
    for word in sorted(_COMMON, key=len, reverse=True):
        text = text.replace(word, " ")
    return text


def _is_a_row(text: str) -> bool:
    """Whether most of it runs along the keyboard, the alphabet or the numbers."""
    plain = folded(text)
    pairs = list(pairwise(plain))
    rows = [*_ROWS, *(row[::-1] for row in _ROWS)]
    running = sum(any(a + b in row for row in rows) for a, b in pairs)
    return running >= 0.7 * len(pairs)
