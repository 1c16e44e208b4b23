"""A text in a language: blanks, plurals, numbers and dates.

Texts are TOML under resources/words/<language>/, one file for the screen, one for paper. A key is the
dotted path within its file: `say("finding.F-LEAK-S")`. A text is a string with {blanks}, or a table
of plural forms ({ one = "{n} week", other = "{n} weeks" }) chosen by the blank `n`. A list of texts is
numbered from 1: `steps.1`. English holds all texts, another language those that the runner reads.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypeAlias, cast

import msgspec

from runclinic import resources
from runclinic.layer import kept
from runclinic.refused import Refused

FOLDER = "words"
SCREEN_LANGUAGE = "en"
NO_BREAK = "\u00a0"

Text: TypeAlias = "str | Mapping[str, str]"
Plural: TypeAlias = Literal["one", "other"]

_BLANK = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})

# Which form a count takes (Unicode CLDR, cardinal rules), for the languages that the clinic prints in.
_PLURAL: dict[str, Callable[[float], Plural]] = {
    "en": lambda n: "one" if n == 1 else "other",
    "de": lambda n: "one" if n == 1 else "other",
    "es": lambda n: "one" if n == 1 else "other",
    "fr": lambda n: "one" if 0 <= n < 2 else "other",
}


class NoSuchText(LookupError):
    """A key or a blank that the texts do not have: a mistake of ours, found by the tests."""


class Dates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Patterns of a date, from the most words to the fewest; `first` is how the 1st of a month is written."""

    full: str
    long: str
    short: str
    day: str
    first: str = "1"


class Locale(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"conjunction": "and"}):
    """How a language writes numbers and dates.

    `reviewed` is false until a clinician who speaks it has read its texts: until then every page says so.
    Before a sign of `no_break_before` a blank never ends a line (French: "Quand ?").
    """

    name: str
    decimal: str
    thousands: str
    weekdays: tuple[str, str, str, str, str, str, str]
    weekdays_short: tuple[str, str, str, str, str, str, str]
    weekdays_brief: tuple[str, str, str, str, str, str, str]
    months: tuple[str, ...]
    months_short: tuple[str, ...]
    conjunction: str
    dates: Dates
    reviewed: bool = True
    no_break_before: str = ""


class Words:
    """The texts of one language. Refused when RunClinic does not have that language."""

    def __init__(self, language: str) -> None:
        if language not in languages():
            known = ", ".join(languages())
            raise Refused(f"RunClinic has no texts in “{language}”.", f"It has: {known}.")
        self.language = language
        self.locale = _locale(language)
        texts(language)  # what cannot be read is refused here

    @property
    def _texts(self) -> Mapping[str, Text]:
        return texts(self.language)

    def say(self, key: str, /, **blanks: object) -> str:
        """The text of a key with its blanks filled; numbers and dates are written as the language does.

        NoSuchText for an unknown key, or a blank that is missing or not in the text.
        """
        text = self._texts.get(key)
        if text is None:
            raise NoSuchText(f"no text {key!r} in {self.language}")
        wanted, given = blanks_of(text), set(blanks)
        if isinstance(text, Mapping):  # the count chooses the form, whether or not it is written
            text = self._plural(key, text, blanks)
            wanted, given = wanted - {"n"}, given - {"n"}
        if wrong := wanted ^ given:
            raise NoSuchText(f"blanks of {key!r}: {', '.join(sorted(wrong))}")
        return _BLANK.sub(lambda blank: self.write(blanks[blank[1]]), text)

    def has(self, key: str) -> bool:
        return key in self._texts

    def write(self, value: object) -> str:
        """A value as it stands in a sentence: a whole number without decimals, any other with one."""
        if isinstance(value, date):
            return self.date(value)
        if isinstance(value, float):
            return self.number(value, None if value.is_integer() else 1)
        return self.number(value) if isinstance(value, int) else str(value)

    def number(self, value: float | Decimal, decimals: int | None = None) -> str:
        """3.25 with one decimal: "3.3"; halves go away from zero, grouping from 10,000 on.

        Without `decimals`, as many as the number has (2.5 stays 2.5, 3.0 is 3).
        """
        exact = Decimal(str(value))
        if decimals is None:
            exact = exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()
        else:
            exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        sign, whole, rest = ("-" if exact < 0 else ""), *_split(abs(exact))
        grouped = self._grouped(whole) if len(whole) > 4 else whole
        return f"{sign}{grouped}{self.locale.decimal}{rest}" if rest else f"{sign}{grouped}"

    def date(self, day: date, pattern: Literal["full", "long", "short", "day"] = "long") -> str:
        """A date: full "Tuesday 17 November 2026", long without weekday, short "17 Nov 2026", day "Tue 17".

        `pattern` names one of the four patterns of the locale.
        """
        dates = self.locale.dates
        return getattr(dates, pattern).format(
            day=dates.first if day.day == 1 else day.day,
            month=self.locale.months[day.month - 1],
            month_short=self.locale.months_short[day.month - 1],
            weekday=self.locale.weekdays[day.weekday()],
            weekday_short=self.locale.weekdays_short[day.weekday()],
            year=day.year,
        )

    def listed(self, parts: Iterable[str]) -> str:
        """Parts as a sentence lists them: "one, two and three"."""
        given = list(parts)
        if len(given) < 2:
            return "".join(given)
        return f"{', '.join(given[:-1])} {self.locale.conjunction} {given[-1]}"

    def span(self, least: float, most: float) -> str:
        """Two figures as "8 to 12", or as "8" when both are the same."""
        if least == most:
            return self.number(least)
        return self.say("number.span", least=self.number(least), most=self.number(most))

    def _plural(self, key: str, forms: Mapping[str, str], blanks: Mapping[str, object]) -> str:
        count = blanks.get("n")
        if not isinstance(count, int | float):
            raise NoSuchText(f"{key!r} needs a count n")
        return forms.get(_PLURAL[self.language](count), forms["other"])

    def _grouped(self, whole: str) -> str:
        head = len(whole) % 3
        parts = [whole[:head]] if head else []
        parts += [whole[start : start + 3] for start in range(head, len(whole), 3)]
        return self.locale.thousands.join(parts)


@kept
def languages() -> tuple[str, ...]:
    """Languages with a locale and a plural rule."""
    return tuple(code for code in _PLURAL if "locale" in resources.folder(f"{FOLDER}/{code}"))


def closest(wanted: str) -> str | None:
    """The language in which paper can be printed for "de-AT" or "DE"; None if there is none."""
    code = wanted.strip().replace("_", "-").partition("-")[0].lower()
    return code if code in languages() else None


def _locale(language: str) -> Locale:
    return resources.decode(f"{FOLDER}/{language}/locale.toml", Locale)


@kept
def texts(language: str) -> Mapping[str, Text]:
    """Every text of a language by its key; Refused for a key that stands in two files, or is no text."""
    found: dict[str, Text] = {}
    signs = _locale(language).no_break_before
    for name in resources.folder(f"{FOLDER}/{language}"):
        if name == "locale":
            continue
        path = f"{FOLDER}/{language}/{name}.toml"
        for key, text in flatten(resources.table(path), path):
            if key in found:
                raise resources.refuse(path, key.rsplit(".", 1)[-1], f"the text {key} stands in two files")
            found[key] = _unbroken(text, signs) if signs else text
    return found


def flatten(table: Mapping[str, object], path: str, above: str = "") -> Iterable[tuple[str, Text]]:
    """Dotted keys and texts of a file; a table of plural forms is one text, a list is numbered from 1."""
    for name, value in table.items():
        key = f"{above}{name}"
        if isinstance(value, str):
            yield key, value
        elif _is_plural(value):
            yield key, cast("dict[str, str]", value)
        elif isinstance(value, list):
            numbered = {str(at): each for at, each in enumerate(cast("list[object]", value), 1)}
            yield from flatten(numbered, path, f"{key}.")
        elif isinstance(value, dict):
            yield from flatten(cast("dict[str, object]", value), path, f"{key}.")
        else:
            raise resources.refuse(path, name, f"{key} must be a text")


def blanks_of(text: Text) -> set[str]:
    """The names of the blanks of a text, over all its plural forms."""
    parts = [text] if isinstance(text, str) else text.values()
    return {name for part in parts for name in _BLANK.findall(part)}


def _unbroken(text: Text, signs: str) -> Text:
    """With a no-break blank before each of these signs."""
    if not isinstance(text, str):
        return {form: str(_unbroken(each, signs)) for form, each in text.items()}
    return re.sub(f" (?=[{re.escape(signs)}])", NO_BREAK, text)


def _is_plural(value: object) -> bool:
    return isinstance(value, dict) and "other" in value and set(cast("dict[str, object]", value)) <= _FORMS


def _split(value: Decimal) -> tuple[str, str]:
    whole, _, rest = f"{value:f}".partition(".")
    return whole, rest
