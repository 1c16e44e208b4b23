"""How a client is found again: by the start of any part of her name, her birth date, phone or number."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from runclinic.visit.client import Client

NEAR_NAME = 2  # letters by which two spellings of a name may differ
PHONE_DIGITS = 6
_WHOLE = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue"}
_DATE = re.compile(r"(\d{1,4})[./\- ]+(\d{1,2})[./\- ]+(\d{1,4})")
_PHONE = re.compile(r"[+(]?[\d\s()./+-]{3,}")


def folded(text: str) -> str:
    """Lower case without accents: "Søren Łuć" is "soren luc"."""
    lower = unicodedata.normalize("NFKC", text).casefold()
    letters = unicodedata.normalize("NFKD", "".join(_WHOLE.get(letter, letter) for letter in lower))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _parts(text: str) -> list[str]:
    return re.findall(r"\w+", folded(text).replace("_", " "))


def _spellings(name: str) -> Iterable[str]:
    """The parts of a name, written together too (O'Brien, obrien), and with ae for ä."""
    parts = _parts(name)
    yield from parts
    for word in name.split():
        yield "".join(_parts(word))
    lower = unicodedata.normalize("NFC", name).casefold()
    if any(letter in lower for letter in _UMLAUTS):
        yield from _parts("".join(_UMLAUTS.get(letter, letter) for letter in lower))


def _digits(phone: str) -> str:
    return "".join(re.findall(r"\d", phone))


def words(names: Iterable[str], born: date | None, phone: str, clinic_no: str) -> str:
    """All that a client can be found by, as words of a full-text index."""
    found = [spelling for name in names for spelling in _spellings(name)]
    found += _parts(clinic_no)
    if born is not None:
        found.append(born.strftime("%Y%m%d"))
    if _digits(phone):
        found += _phones(phone.strip())
    return " ".join(dict.fromkeys(word for word in found if word))


def sort_key(family_name: str, given_name: str) -> str:
    """The place of a name in a list: family name first, without regard to accents and case."""
    return f"{folded(family_name)}\x1f{folded(given_name)}"


def likely_same(one: Client, other: Client) -> bool:
    """Whether two clients may be one person: born the same day with nearly the same name, or one phone."""
    same_phone = _same_phone(one.phone, other.phone)
    born = one.born is not None and one.born == other.born
    return same_phone or (born and distance(folded(one.name), folded(other.name)) <= NEAR_NAME)


def _same_phone(one: str, other: str) -> bool:
    """Whether two numbers are one, with or without trunk zero or country code."""
    if min(len(_digits(one)), len(_digits(other))) < PHONE_DIGITS:
        return False
    return bool(set(_phones(one.strip())) & set(_phones(other.strip())))


def distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out or exchanged (Levenshtein 1966)."""
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, its in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (letter != its)))
        before = now
    return before[-1]


def dates(text: str) -> tuple[date, ...]:
    """The birth dates that a text may mean: 1990-05-17, 17.5.1990, 5/17/1990; none if it is no date."""
    shape = _DATE.fullmatch(text.strip())
    if shape is None:
        return ()
    first, middle, last = shape.groups()
    orders = [(first, middle, last)] if len(first) == 4 else [(last, middle, first), (last, first, middle)]
    return tuple(dict.fromkeys(found for order in orders if (found := _date(*order)) is not None))


def _date(year: str, month: str, day: str) -> date | None:
    if len(year) != 4:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def query(text: str) -> str:
    """A text as typed, as a search for words that start so; "" if nothing can be looked for."""
    sought = text.strip()
    if _PHONE.fullmatch(sought) and _digits(sought):
        return " OR ".join(f'"{digits}"*' for digits in _phones(sought))
    return " ".join(f'"{part}"*' for part in _parts(sought))


def typed_words(text: str) -> list[str]:
    """The words of a text as typed, each to be looked for by itself; a phone number is one."""
    sought = text.strip()
    return [sought] if _PHONE.fullmatch(sought) and _digits(sought) else _parts(sought)


def begins(word: str, phrase: str) -> bool:
    """Whether a word of a phrase starts so, without regard to accents and case."""
    return any(part.startswith(folded(word)) for part in _parts(phrase))


def _phones(typed: str) -> list[str]:
    """The digits, also without trunk zero or country code (one to three digits) if they may have one."""
    digits = _digits(typed)
    found = [digits]
    if len(digits) > 4 and digits.startswith("0"):
        found.append(digits.lstrip("0"))
    if len(digits) > 8 and typed.startswith(("+", "00")):
        found += [digits.lstrip("0")[cut:] for cut in (1, 2, 3)]
    return [form for form in dict.fromkeys(found) if form]
