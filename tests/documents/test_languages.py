"""The runner's paper in German, Spanish and French: whole, safe on page 1, plain, and within its margins."""

import io
import re
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pypdf
import pypdfium2
import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from runclinic.documents import diary, lettering, of_case
from runclinic.documents.paper import MARGIN, Sheet, Type
from runclinic.plan import her_words
from runclinic.plan.cue import cues
from runclinic.plan.exercise import exercises
from runclinic.visit.assess import assess
from runclinic.words import Words, closest, languages, texts
from tests.documents.conftest import CADENCE, example, made

OTHERS = tuple(each for each in languages() if each != "en")
PRINTED = ("c2", "c3", "c3b", "c4", "c5", "c5b", "c6", "c7", "c8")
ENGLISH = Words("en")
MOST_TIMES, MOST_MORE = 1.8, 26  # of the English length; or letters more, for a short one
MEAN_TIMES = 1.35


@cache
def plan(case: str, language: str, paper: str = "a4", large: bool = False) -> bytes:
    return made(case, language=language, paper=paper, large=large, cadence=CADENCE, belt_speed="8.5 km/h")


@cache
def first_page(case: str, language: str, paper: str = "a4", large: bool = False) -> str:
    return plain(pypdf.PdfReader(io.BytesIO(plan(case, language, paper, large))).pages[0].extract_text())


@cache
def pages(case: str, language: str) -> tuple[str, ...]:
    reader = pypdf.PdfReader(io.BytesIO(plan(case, language)))
    return tuple(plain(page.extract_text()) for page in reader.pages)


def plain(text: str) -> str:
    """With single blanks, and no other kind of blank."""
    return " ".join(text.split())


def test_the_three_languages_are_there():
    assert set(OTHERS) == {"de", "es", "fr"}


# -- the texts


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_missing_and_none_stands_there_for_nobody(language):
    assert set(texts(language)) == her_words.keys(texts("en"))


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_much_longer_than_in_english(language):
    words = Words(language)
    library = {f"exercise.{its.id}": (its, her_words.exercise_in(its, words)) for its in exercises().values()}
    pairs = [(f"{key}.name", one.name, other.name) for key, (one, other) in library.items()]
    pairs += [
        (key, *step)
        for key, each in library.items()
        for step in zip(each[0].steps, each[1].steps, strict=True)
    ]
    pairs += [(each.id, each.text, her_words.cue_in(each, words)) for each in cues().values()]
    pairs += [
        (key, english, text)
        for key, text in texts(language).items()
        if isinstance(text, str) and isinstance(english := texts("en").get(key), str)
    ]
    long = [
        (key, text)
        for key, english, text in pairs
        if len(text) > max(MOST_TIMES * len(english), len(english) + MOST_MORE)
    ]
    assert not long
    assert sum(len(text) for *_, text in pairs) < MEAN_TIMES * sum(len(english) for _, english, _ in pairs)


def mean_words(said: list[str]) -> float:
    """Words a sentence: what stands between full stops, colons, semicolons and strokes."""
    counts = [
        len(re.findall(r"[^\W_][\w’'-]*", sentence))
        for each in said
        for sentence in re.split(r"[.!?;:/](?:\s|$)", each)
    ]
    counts = [each for each in counts if each]
    return sum(counts) / len(counts)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("case", PRINTED)
def test_the_sentences_of_every_plan_are_short(language, case):
    words, hers = Words(language), example(case)[1].plan
    said = [str(texts(language)[f"text.{each}"]) for each in hers.texts]
    assert mean_words(said) <= 12
    cards = [her_words.exercise_in(each.exercise, words) for each in hers.exercises]
    said += [step for each in cards for step in each.steps]
    said += [her_words.cue_in(each, words) for each in hers.cue_cards()]
    assert mean_words(said) <= 12


@pytest.mark.parametrize("language", OTHERS)
def test_a_traffic_light_has_its_name_what_was_felt_and_what_to_do(language):
    for key in ("text.T-GREEN", "text.T-AMBER", "text.T-RED", "variant.T-GREEN.managed"):
        name, _, rest = str(texts(language)[key]).partition(". ")
        assert name == name.upper()
        assert rest.count(". ") >= 1


@pytest.mark.parametrize("language", OTHERS)
def test_as_many_reasons_to_stop_and_call_as_in_english(language):
    for key in ("text.T-CALL", "text.T-EMERG", "text.T-TODAY"):
        english, hers = str(texts("en")[key]), str(texts(language)[key])
        assert hers.count(";") == english.count(";")
        assert hers.count(": ") == 1
    for key in ("text.T-GREEN", "text.T-AMBER", "text.T-RED", "plan.missed_how"):
        english, hers = str(texts("en")[key]), str(texts(language)[key])
        assert re.findall(r"\d+", hers) == re.findall(r"\d+", english)


@pytest.mark.parametrize("language", OTHERS)
def test_numbers_of_the_cards_are_those_of_the_english_card(language):
    words = Words(language)
    for its in exercises().values():
        hers = her_words.exercise_in(its, words)
        for one, other in zip((*its.steps, its.breath), (*hers.steps, hers.breath), strict=True):
            assert re.findall(r"\d+", one) == re.findall(r"\d+", other), (its.id, other)
        assert not any(step.endswith(".") for step in hers.steps)


@pytest.mark.parametrize(
    "language, full, day, number",
    [
        ("de", "Dienstag, 1. Dezember 2026", "Di 1.", "12.345,5"),
        ("es", "martes 1 de diciembre de 2026", "mar 1", "12\u00a0345,5"),
        ("fr", "mardi 1er décembre 2026", "mar. 1er", "12\u00a0345,5"),
    ],
)
def test_dates_and_numbers_are_written_as_the_language_does(language, full, day, number):
    words = Words(language)
    assert words.date(date(2026, 12, 1), "full") == full
    assert words.date(date(2026, 12, 1), "day") == day
    assert words.number(12345.5) == number


def test_french_never_leaves_a_sign_alone_at_the_start_of_a_line():
    french = [text for text in texts("fr").values() if isinstance(text, str)]
    assert any("\u00a0:" in each for each in french)
    assert not [each for each in french if re.search(r" [:;!?%»]", each)]


@pytest.mark.parametrize(
    "told, code", [("de", "de"), ("de-AT", "de"), ("FR_ca", "fr"), ("nl", None), ("", None), ("en-GB", "en")]
)
def test_the_closest_language_that_we_have(told, code):
    assert closest(told) == code


# -- the pages


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("case", PRINTED)
def test_page_one_keeps_her_safe(language, case):
    _first_page_is_whole(language, case, "a4")


@pytest.mark.parametrize("language", ["en", *OTHERS])
@pytest.mark.parametrize("case", ["c4", "c8"])
def test_page_one_keeps_her_safe_on_letter(language, case):
    _first_page_is_whole(language, case, "letter")


def _first_page_is_whole(language, case, paper):
    words, first = Words(language), first_page(case, language, paper)
    given = {
        "text.T-CALL": {"clinic_phone": "555 0142"},
        "text.T-EMERG": {"emergency_number": "112"},
        "text.T-TODAY": {},
        "text.T-BLEED": {},
    }
    for key, blanks in given.items():
        assert plain(words.say(key, **blanks)) in first, key
    for key in ("plan.found", "plan.to_train", "plan.week", "plan.rules", "rule.red"):
        assert plain(words.say(key)) in first, key
    read, assessment = example(case)
    if weeks := assessment.plan.review_weeks:
        meets = date.fromordinal(read.visit_date.toordinal() + 7 * weeks)
        assert plain(words.say("text.T-REVIEW", date=words.date(meets, "full"))) in first


@pytest.mark.parametrize("language", OTHERS)
def test_in_large_print_page_one_says_when_to_stop_and_call(language):
    words, first = Words(language), first_page("c4", language, large=True)
    assert plain(words.say("text.T-CALL", clinic_phone="555 0142")) in first
    assert plain(words.say("text.T-EMERG", emergency_number="112")) in first
    assert plain(words.say("text.T-TODAY")) in first


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left_on_a_plan(language):
    """Every phrase of the English paper and cards with three words or more, looked for in long plans."""
    shared = {key: text for key, text in texts("en").items() if key in her_words.keys(texts("en"))}
    phrases = {each for text in shared.values() for each in re.split(r"\{\w+\}", str(text))}
    phrases |= {each for its in exercises().values() for each in (its.name, *its.steps)}
    phrases |= {each.text for each in cues().values()}
    phrases = {plain(each).strip(" .:,") for each in phrases if len(each.split()) > 2}
    phrases.discard("Not yet reviewed by a clinician")
    for case in ("c4", "c7"):
        whole = " ".join(pages(case, language))
        assert not [each for each in phrases if each in whole]


@pytest.mark.parametrize("language", OTHERS)
def test_every_page_says_that_no_clinician_has_reviewed_it_in_both_languages(language):
    mark = f"{Words(language).say('take_home.not_reviewed')} · Not yet reviewed by a clinician."
    assert all(plain(mark) in page for page in pages("c4", language))


def test_english_carries_no_such_mark():
    assert not any("reviewed" in page for page in pages("c4", "en"))


@pytest.mark.parametrize("language", OTHERS)
def test_her_numbers_are_written_in_her_language(language):
    whole = " ".join(pages("c4", language))
    assert "164,2 ± 1,2" in whole
    assert "8,5 km/h" in whole
    assert "1,5 min" in whole
    assert "172" in whole  # the beat of her cue


@pytest.mark.parametrize("language, letters", [("de", "äöüßÜ"), ("es", "áéíóúñ¿"), ("fr", "éèêàçÀÉ")])
def test_the_letters_of_the_language_are_in_the_embedded_fonts(language, letters):
    reader = pypdf.PdfReader(io.BytesIO(plan("c4", language)))
    whole = "".join(pages("c4", language))
    assert set(letters) <= set(whole)
    assert reader.root_object["/Lang"] == language
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile2" in font.get_object()["/FontDescriptor"]
    for character in letters:
        assert lettering._has(lettering.BODY, character)
        assert lettering._has(lettering.BOLD, character)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("paper, large", [("a4", False), ("letter", False), ("letter", True)])
def test_nothing_stands_in_the_margins(language, paper, large):
    document = pypdfium2.PdfDocument(plan("c4", language, paper, large))
    for page in document:
        picture = page.render(scale=0.7, grayscale=True).to_numpy()
        edge = int((MARGIN - 3) * 0.7)
        assert np.all(picture[:, :edge] > 200)
        assert np.all(picture[:, -edge:] > 200)
    document.close()


@pytest.mark.parametrize("language", ["en", *OTHERS])
@pytest.mark.parametrize("large", [False, True])
def test_no_word_is_broken_in_the_week_or_the_diary(language, large):
    words = Words(language)
    sheet = Sheet("", "", "", "", "", "", lambda _n, _all: "", large=large)
    kind = Type(sheet)
    day = sheet.width / (4 if large else 7) - 6
    broken = [
        each
        for key, text in texts(language).items()
        if key.startswith("session.")
        for each in str(text).split()
        if stringWidth(each, lettering.BOLD, kind.bold.fontSize) > day
    ]
    for column, share in diary.COLUMNS.items():
        room = share * sheet.width - 5
        broken += [
            each
            for each in words.say(f"diary.{column}").split()
            if stringWidth(each, lettering.BODY, kind.caption.fontSize) > room
        ]
    assert not broken


# -- of a case file


@pytest.mark.parametrize(
    "hers, asked, title",
    [
        ("de", "", "Ihr Weg zurück zum Laufen"),
        ("fr-CH", "", "Votre retour à la course"),
        ("de", "en", "Your way back to running"),
        ("nl", "", "Your way back to running"),
    ],
)
def test_the_plan_of_a_case_is_in_her_language_and_the_report_in_the_clinics(tmp_path, hers, asked, title):
    read, _ = example("c5")
    read = replace(read, client=replace(read.client, language=hers))
    written = of_case.write(read, assess(read), tmp_path, language=asked)
    titles = {path.name.split()[1]: pypdf.PdfReader(path).metadata.title for path in written.paths}
    assert titles["plan"] == title
    assert len(titles) >= 4
    assert titles["report"] == "Clinical report"


def test_english_stands_in_the_library_itself():
    its = exercises()["BR01"]
    assert her_words.exercise_in(its, ENGLISH) is its
