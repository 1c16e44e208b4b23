"""The clinic's own exercises, cues and texts: laid over what is shipped, or refused."""

import io
import tomllib

import pypdf
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from runclinic import case, clinic, layer, paths, resources
from runclinic.clinic import cards, told
from runclinic.documents.plan import TakeHome, take_home
from runclinic.library import CATEGORIES
from runclinic.plan import her_words
from runclinic.plan.cue import cue, cues
from runclinic.plan.edits import apply, read
from runclinic.plan.exercise import OWN_FROM, exercise, exercises, is_own, offered
from runclinic.refused import Refused
from runclinic.visit.assess import assess
from runclinic.words import Words, texts

CLINIC = {"name": "Riverside Pelvic Health", "phone": "555 0142", "emergency_number": "112"}
OWN = {
    "category": "HG",
    "name": "Hip hinge with a stick",
    "breath": "out: as you stand up",
    "steps": ["Hold a stick along your back", "Bend at the hips, back long", "Stand up tall"],
    "dose": {"text": "3x10, w3", "sets": [3, 3], "reps": [10, 10], "a_week": [3, 3]},
    "easier": "HG01",
    "not_if": ["X4"],
    "equipment": [],
    "source": "our clinic",
    "figure_of": "HG04",
    "in": {"de": {"name": "Hüftbeuge mit Stock"}},
}
CALL = "library/texts/text.T-CALL"


def laid(**changed):
    """The settings, laid as the program lays them when the records are unlocked."""
    settings = {key.replace("__", "/"): value for key, value in changed.items()}
    assert clinic.put_in_place(settings) is None
    return settings


def text_setting(key, english):
    return {f"library/texts/{key}": {"in": {"en": english}}}


def plan_paper(language="en", **entries):
    given = case.read(paths.resources() / "examples" / "c4.toml")
    assessment = assess(given)
    edited = apply(assessment.plan, read(entries))
    asked = TakeHome(assessment, edited, given.client, CLINIC, given.visit_date, "Marta Okafor", None, "")
    made = pypdf.PdfReader(io.BytesIO(take_home(asked, language=language)))
    return " ".join(" ".join(page.extract_text() for page in made.pages).split())


# -- what is laid


def test_no_shipped_card_has_a_number_of_the_clinics_own():
    assert not [each for each in (*exercises(), *cues()) if is_own(each)]
    assert OWN_FROM == 51


def test_nothing_is_laid_without_settings():
    assert cards.layer({"clinic/name": "Riverside", "library/cues/Q01": None}) == {}


def test_a_shipped_card_is_changed_where_the_clinic_changed_it():
    before = exercise("HG01")
    laid(library__exercises__HG01={"name": "Hip lift", "in": {"de": {"name": "Hüftheber"}}})
    assert exercise("HG01").name == "Hip lift"
    assert exercise("HG01").steps == before.steps
    german = her_words.exercise_in(exercise("HG01"), Words("de"))
    assert german.name == "Hüftheber"
    assert german.steps != before.steps
    layer.lay({})
    assert exercise("HG01") == before


def test_a_cue_and_a_letter_text_are_changed_in_their_languages():
    laid(
        library__cues__Q01={"text": "Quick feet", "in": {"fr": {"text": "Pieds vifs"}}},
        **{"library__texts__letter.seen": {"in": {"en": "{name} came to me on {day}."}}},
    )
    assert cue("Q01").text == "Quick feet"
    assert her_words.cue_in(cue("Q01"), Words("fr")) == "Pieds vifs"
    assert her_words.cue_in(cue("Q01"), Words("de")).startswith("Schneller")
    assert Words("en").say("letter.seen", name="Hanna", day="today") == "Hanna came to me on today."


def test_an_own_exercise_is_a_card_like_any_other_and_english_where_nothing_else_is_written():
    laid(library__exercises__HG51=OWN)
    its = exercise("HG51")
    assert its.figure == exercise("HG04").figure
    german = her_words.exercise_in(its, Words("de"))
    assert german.name == "Hüftbeuge mit Stock"
    assert german.steps == its.steps
    assert her_words.exercise_in(its, Words("es")).name == its.name


def test_an_own_exercise_stands_on_the_paper_of_a_plan_in_her_language():
    laid(library__exercises__HG51=OWN)
    english = plan_paper(**{"plan/exercises": ["HG51", "BR01"]})
    assert "Hip hinge with a stick" in english
    assert "Bend at the hips, back long" in english
    german = plan_paper("de", **{"plan/exercises": ["HG51", "BR01"]})
    assert "Hüftbeuge mit Stock" in german
    assert "Bend at the hips, back long" in german  # no German steps were written


def test_a_text_stands_on_the_paper():
    laid(**text_setting("text.T-RUN", "Walk first. Then jog so that you can chat."))
    assert "Then jog so that you can chat." in plan_paper()


def test_an_own_cue_can_be_chosen_and_read():
    own = {"text": "Tall like a tree", "reason": "Length", "metric": "symptom", "evidence": "our clinic"}
    laid(library__cues__Q51=own)
    assert read({"plan/cues": ["Q51"]}).cues == ("Q51",)
    assert her_words.cue_in(cue("Q51"), Words("de")) == "Tall like a tree"
    assert "Tall like a tree" in plan_paper(**{"plan/cues": ["Q51"]})


def test_a_card_that_was_taken_away_is_offered_no_more_and_its_plans_hold():
    laid(library__exercises__HG51=OWN | {"retired": True})
    assert "HG51" not in offered()
    assert "Hip hinge with a stick" in plan_paper(**{"plan/exercises": ["HG51", "BR01"]})


def test_a_card_that_another_leads_to_cannot_be_taken_away():
    laid(library__exercises__HG51=OWN, library__exercises__HG01={"harder": "HG51"})
    with pytest.raises(Refused, match="Bridge leads to this exercise"):
        cards.refuse_to_retire("HG51")
    layer.lay({})
    laid(library__exercises__HG51=OWN)
    cards.refuse_to_retire("HG51")


def test_a_number_that_was_given_is_never_given_again(monkeypatch):
    given = {"library/exercises/HG9999": OWN, "library/exercises/HG1000": None}
    monkeypatch.setattr(cards.secrets, "randbelow", lambda many: many - 1)
    assert cards.next_id("HG", given) == "HG1001"
    assert cards.next_id("BR", given) == "BR9999"
    assert cards.next_id("Q", given) == "Q9999"
    full = {f"library/cues/Q{number}": None for number in cards.OWN_NUMBERS}
    with pytest.raises(Refused, match="All numbers of Q are taken"):
        cards.next_id("Q", full)


def test_two_clinics_hardly_ever_give_one_number_to_two_cards():
    assert len({cards.next_id("HG", {}) for _ in range(40)}) > 30
    assert all(is_own(cards.next_id(each, {})) for each in ("HG", "Q"))


@pytest.mark.parametrize(
    "card, key",
    [
        ("HG51", "library/exercises/HG51"),
        ("Q01", "library/cues/Q01"),
        ("text.T-CALL", CALL),
        ("letter.seen", "library/texts/letter.seen"),
    ],
)
def test_each_item_has_one_setting(card, key):
    assert cards.key_of(card) == key


# -- what is refused


@pytest.mark.parametrize(
    "key, english, said",
    [
        ("text.T-CALL", "Stop running and call us.", r"\{clinic_phone\} is missing"),
        ("text.T-CALL", "Call {clinic_phone} or {name}.", r"Nothing fills \{name\}"),
        ("text.T-CALL", "Call {clinic_phone} {Now}.", "A brace belongs to no blank"),
        ("text.T-TODAY", "  ", "tells her when to get help"),
        ("text.T-BLEED", "", "tells her when to get help"),
        ("text.T-KNACK", "", "cannot be empty"),
        ("text.T-KNACK", "Lift. " * 40, "letters long, 123 fit"),
        ("text.T-RED", "RED. " + "Stop. " * 120, "letters long, 600 fit"),
        ("text.T-GREEN", "GREEN: go on.", "needs three parts"),
        ("variant.T-GREEN.managed", "GREEN. Go on.", "needs three parts"),
        ("text.T-KNACK", "Lift, then go \U0001f600", "No page can carry"),
        ("text.T-KNACK", "Lift,\nthen go", "No page can carry"),
        ("letter.plan", "See you soon.", "must have the forms one and other"),
        ("letter.plan", {"one": "In {n} week.", "other": "Soon."}, r"\{n\} is missing"),
        ("text.T-NOTHING", "Hello.", "There is no text"),
        ("plan.title", "Hello.", "There is no text"),
    ],
)
def test_a_text_that_no_paper_could_carry_is_refused(key, english, said):
    before = dict(texts("en"))
    with pytest.raises(Refused, match=said):
        clinic.refuse_untrue(text_setting(key, english))
    assert layer.laid() == {}
    assert texts("en") == before


@pytest.mark.parametrize("key", told.SAFETY)
@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_what_keeps_her_safe_is_never_emptied_in_any_language(key, language):
    with pytest.raises(Refused, match="cannot be left out"):
        clinic.refuse_untrue({f"library/texts/{key}": {"in": {language: " "}}})


@pytest.mark.parametrize(
    "changed, said",
    [
        ({"name": " "}, "needs words for its name"),
        ({"name": "x" * 61}, "61 letters long, 60 fit"),
        ({"steps": ["One", "Two"]}, "needs three steps"),
        ({"steps": ["One", "Two", ""]}, "needs words for its three steps"),
        ({"easier": "HG51"}, "names itself"),
        ({"easier": "HG99"}, "there is no exercise HG99"),
        ({"not_if": ["X99"]}, "no contraindication code X99"),
        ({"equipment": ["crane"]}, "“crane”"),
        ({"source": ""}, "needs words for its source"),
        ({"category": "BR"}, "belongs to category HG"),
        ({"figure_of": ""}, "has no drawing"),
        ({"figure_of": "HG51"}, "has no drawing"),
        ({"colour": "red"}, "has no “colour”"),
        ({"dose": {"text": "3x, w3", "sets": [3, 3]}}, "does not say how much"),
        ({"dose": {"text": "", "reps": [10, 8]}}, "cannot be 10 to 8"),
        ({"dose": {"text": "", "reps": [1, 900]}}, "cannot be 1 to 900"),
        ({"dose": {"text": "", "reps": [1, 9], "a_week": [8, 8]}}, "times a week cannot be 8 to 8"),
        ({"dose": {"text": "", "reps": [1, 9], "a_day": 40}}, "times a day cannot be 40"),
        ({"in": {"nl": {"name": "Brug"}}}, "cannot be read in “nl”"),
        ({"in": {"de": {"steps": ["Nur einer"]}}}, "needs three steps"),
    ],
)
def test_a_card_that_contradicts_itself_is_refused(changed, said):
    with pytest.raises(Refused, match=said):
        clinic.refuse_untrue({"library/exercises/HG51": OWN | changed})
    assert layer.laid() == {}


def test_easier_exercises_that_come_back_are_refused():
    with pytest.raises(Refused, match="come back to it"):
        clinic.refuse_untrue({"library/exercises/HG51": OWN, "library/exercises/BR03": {"easier": "HG51"}})


def test_a_code_that_a_rule_needs_cannot_be_taken_from_its_last_exercise():
    with pytest.raises(Refused, match="CF02 does not have the code X8"):
        clinic.refuse_untrue({"library/exercises/CF02": {"not_if": []}})


@examples(max_examples=15, deadline=None)
@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_text_or_a_refusal_and_never_another_error(typed):
    setting = text_setting("text.T-CALL", f"{typed}{{clinic_phone}}")
    try:
        clinic.refuse_untrue(setting)
    except Refused:
        assert clinic.put_in_place(setting) is not None
        assert layer.laid() == {}
    else:
        clinic.put_in_place(setting)
        assert Words("en").say("text.T-CALL", clinic_phone="555") == f"{typed}555"
    layer.lay({})
    assert (
        texts("en")["text.T-CALL"] == tomllib.loads(resources.text("words/en/paper.toml"))["text"]["T-CALL"]
    )


@examples(max_examples=15, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["HG01", "BR01", "CO02"]), st.text("abc ", min_size=1).filter(str.strip)),
    st.sampled_from(CATEGORIES),
)
def test_what_is_shipped_is_untouched_once_nothing_lies_over_it(names, category):
    before, version = dict(exercises()), resources.version()
    settings = {f"library/exercises/{card}": {"name": name[:60]} for card, name in names.items()}
    settings[f"library/exercises/{category}51"] = OWN | {"category": category}
    if clinic.put_in_place(settings) is None:
        assert exercises() != before
        assert resources.version() != version
    layer.lay({})
    assert exercises() == before
    assert resources.version() == version


# -- how it reads


def test_words_a_sentence():
    assert told.mean_words("One two three. Four five: six seven; eight") == 2
    assert told.mean_words("") == 0
    assert told.mean_words("Level 1.5 is not two sentences") == 7


@pytest.mark.parametrize(
    "dose, said",
    [
        ({"sets": [3, 3], "reps": [10, 15], "a_week": [3, 3]}, "3x10-15, w3"),
        ({"reps": [8, 8], "each": "side", "a_week": [7, 7]}, "8 each, daily"),
        ({"sets": [2, 2], "reps": [10, 10], "seconds": [5, 5]}, "2x10 x 5 s, daily"),
        ({"breaths": [10, 10], "a_day": 2}, "10 breaths, 2x day"),
        ({"sets": [4, 4], "metres": [20, 20], "a_week": [2, 3]}, "4x20 m, w2-3"),
    ],
)
def test_a_dose_in_the_shorthand_of_the_clinic(dose, said):
    assert told.shorthand(dose) == said
