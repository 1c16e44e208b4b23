import re
from datetime import date

import pytest

from runclinic import words as texts_of
from runclinic.refused import Refused
from runclinic.words import NoSuchText, Words, blanks_of
from tests.content import forget

ENGLISH = Words("en")
DAY = date(2026, 11, 17)


@pytest.mark.parametrize(
    "value, decimals, text",
    [
        (18.75, 1, "18.8"),  # half away from zero
        (-18.75, 1, "-18.8"),
        (0.05, 1, "0.1"),
        (2.5, 0, "3"),
        (8, None, "8"),
        (8.0, None, "8"),
        (2.5, None, "2.5"),
        (0.125, None, "0.125"),
        (100, None, "100"),
        (1000, None, "1000"),
        (12345, None, "12,345"),
        (1234567.5, None, "1,234,567.5"),
        (-12345, 1, "-12,345.0"),
        (0, 1, "0.0"),
    ],
)
def test_numbers(value, decimals, text):
    assert ENGLISH.number(value, decimals) == text


@pytest.mark.parametrize(
    "pattern, text",
    [
        ("full", "Tuesday 17 November 2026"),
        ("long", "17 November 2026"),
        ("short", "17 Nov 2026"),
        ("day", "Tue 17"),
    ],
)
def test_dates(pattern, text):
    assert ENGLISH.date(DAY, pattern) == text


@pytest.mark.parametrize(
    "value, text",
    [(DAY, "17 November 2026"), (3, "3"), (3.0, "3"), (172.26, "172.3"), ("left", "left"), (0.05, "0.1")],
)
def test_what_stands_in_a_blank(value, text):
    assert ENGLISH.write(value) == text


@pytest.mark.parametrize(
    "parts, text",
    [([], ""), (["1"], "1"), (["1", "2"], "1 and 2"), (["1", "3", "5"], "1, 3 and 5")],
)
def test_lists(parts, text):
    assert ENGLISH.listed(parts) == text


def test_spans():
    assert ENGLISH.span(8, 12) == "8 to 12"
    assert ENGLISH.span(8, 8) == "8"


@pytest.mark.parametrize(
    "n, text",
    [
        (1, "Keep at the pelvic floor work for at least 1 month."),
        (0, "Keep at the pelvic floor work for at least 0 months."),
        (3, "Keep at the pelvic floor work for at least 3 months."),
    ],
)
def test_plurals(n, text):
    assert ENGLISH.say("plan.course", n=n) == text


@pytest.mark.parametrize(
    "key, blanks",
    [
        ("text.T-NOTHING", {}),
        ("text.T-STEPS", {}),
        ("text.T-STEPS", {"n": 1, "m": 2}),
        ("text.T-KNACK", {"n": 1}),
        ("plan.course", {}),
        ("plan.course", {"n": "three"}),
        ("plan.course", {"n": 3, "date": "now"}),
    ],
)
def test_a_key_or_blank_that_is_not_there_is_an_error(key, blanks):
    with pytest.raises(NoSuchText):
        ENGLISH.say(key, **blanks)


def test_every_english_text_can_be_said():
    for key, text in texts_of.texts("en").items():
        blanks = dict.fromkeys(blanks_of(text), "x") | (
            {"n": 2} if not isinstance(text, str) or "{n}" in text else {}
        )
        assert "{" not in ENGLISH.say(key, **blanks), key


def test_sentences_of_the_plan_are_short():
    """Print check: at most 12 words a sentence in the mean over all texts of a plan."""
    sentences = [
        sentence
        for key, text in texts_of.texts("en").items()
        if key.startswith("text.") and isinstance(text, str)
        for sentence in re.split(r"(?<=[.!?;:/]) +", text)
    ]
    assert sum(len(each.split()) for each in sentences) / len(sentences) <= 12


def test_a_language_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="no texts in “xx”"):
        Words("xx")


@pytest.mark.parametrize(
    "language, n, form",
    [
        ("en", 0, "other"),
        ("fr", 0, "one"),
        ("fr", 1.5, "one"),
        ("fr", 2, "other"),
        ("de", 1, "one"),
        ("es", 1, "one"),
        ("es", 2, "other"),
    ],
)
def test_plural_rules_of_the_languages(language, n, form):
    assert texts_of._PLURAL[language](n) == form


@pytest.fixture
def invented(tmp_path, monkeypatch):
    """A language folder of a test's own, with its files."""

    def write(language="fr", **files):
        folder = tmp_path / "words" / language
        folder.mkdir(parents=True, exist_ok=True)
        locale = texts_of.resources.text("words/en/locale.toml")
        (folder / "locale.toml").write_text(
            locale.replace('decimal = "."', 'decimal = ","'), encoding="utf-8"
        )
        for name, text in files.items():
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        monkeypatch.setattr(texts_of.resources.paths, "resources", lambda: tmp_path)
        forget()

    yield write
    monkeypatch.undo()
    forget()


def test_another_language_writes_its_own_way(invented):
    invented(paper='[a]\nb = { one = "{n} jour", other = "{n} jours" }\n')
    french = Words("fr")
    assert french.say("a.b", n=0) == "0 jour"
    assert french.say("a.b", n=2) == "2 jours"
    assert french.number(2.5) == "2,5"
    assert french.has("a.b")


def test_a_text_that_stands_twice_is_refused(invented):
    invented(paper='[a]\nb = "one"\n', screen='\n[a]\nb = "two"\n')
    with pytest.raises(Refused, match=r"words/fr/screen.toml, line 3: the text a.b stands in two files"):
        Words("fr")


def test_what_is_no_text_is_refused(invented):
    invented(paper="[a]\nb = 3\n")
    with pytest.raises(Refused, match=r"words/fr/paper.toml, line 2: a.b must be a text"):
        Words("fr")
