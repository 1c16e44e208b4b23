"""Odd data on every paper: long names, names of many scripts, signs without a font, 14 exercises."""

import io
import re
import unicodedata
from dataclasses import replace
from functools import cache

import pypdf
import pypdfium2
import pytest

from runclinic.documents import lettering
from runclinic.documents.certificate import Certificate, certificate
from runclinic.documents.clinical import Visit
from runclinic.documents.gait_sheet import gait_sheet
from runclinic.documents.handout import exercise_handout, symptom_diary
from runclinic.documents.letter import RECIPIENTS, SHARED, letter
from runclinic.documents.plan import TakeHome, take_home
from runclinic.documents.report import report
from runclinic.documents.right_to_left import Piece, paragraph
from runclinic.documents.visit_record import visit_record
from runclinic.plan.edits import Edits, apply
from runclinic.plan.exercise import exercises
from runclinic.refused import Refused
from runclinic.visit.assess import assess
from runclinic.words import Words
from tests.documents import every_paper
from tests.documents.conftest import CLINIC, example
from tests.documents.every_paper import DAY, HEAD, film
from tests.documents.test_layout import glyphs, outside

NAMES = {  # given name, family name
    "Arabic": ("ليلى", "حسن"),
    "Persian with a joiner": ("علی\u200cرضا", "مهدوی"),
    "Hebrew": ("ליאת", "כהן"),
    "Chinese": ("小龍", "李"),
    "Korean": ("지수", "김"),
    "Vietnamese, Polish": ("Nguyễn Thị Ánh", "Łódź-Żółć"),
    "Greek, Russian": ("Ελένη", "Щербакова"),
    "accents of their own": ("Zoe\u0308", "Nun\u0303ez"),
    "markup": ("A<b>&amp;", 'O\'Neil "x" </para>'),
}
FROM_THE_RIGHT = ("Arabic", "Persian with a joiner", "Hebrew")
HEBREW = "כשאני רצה בירידה אני מאבדת כמה טיפות, ואחרי עשרים דקות גם יותר. " * 3 + "זה הכל תודה."
FEW = ("plan", "letter to gp")  # of the papers, where all of them take long


def papers_of(client, therapist="Marta Okafor", clinic=CLINIC):
    """Every kind of paper with a name on it: kind and bytes, made when it is asked for."""
    read, found = c4()
    edited = apply(found.plan, Edits())
    hers = TakeHome(found, edited, client, clinic, read.visit_date, therapist)
    visit = Visit(
        found, read.answers, client, clinic, read.visit_date, therapist, edited, stride=film(), anchor=HEAD
    )
    record = replace(every_paper.record_of("short"), client=client, by=therapist, clinic=clinic["name"])
    gone = Certificate(
        "E-1A2B3C4D", client.name, clinic["name"], "", DAY, therapist, "asked", {"visits": 4}, None, HEAD
    )
    made = {
        "plan": lambda: take_home(hers),
        "exercises": lambda: exercise_handout(hers),
        "diary": lambda: symptom_diary(hers),
        "report": lambda: report(visit),
        "gait": lambda: gait_sheet(visit),
        "record": lambda: visit_record(record),
        "certificate": lambda: certificate(gone),
    }
    return made | {f"letter to {to}": lambda to=to: letter(visit, to, therapist) for to in RECIPIENTS}


@cache
def c4():
    read = example("c4")[0]
    read = replace(read, answers={**read.answers, SHARED: "yes"})
    return read, assess(read)


def client_named(given, family):
    return replace(c4()[0].client, given_name=given, family_name=family)


def squeezed(words):
    return "".join(unicodedata.normalize("NFKC", words).split())


def lines(pdf, page=0):
    """The letters of each line of a page as they are seen from left to right, joined forms as letters."""
    with pypdfium2.PdfDocument(pdf) as document:
        found = sorted(glyphs(document[page]), key=lambda each: (-each.low, each.left))
    rows, base = [], None
    for each in found:
        middle = (each.low + each.high) / 2
        if base is None or base - middle > 6:
            rows.append([])
            base = middle
        rows[-1].append(each)
    return [squeezed("".join(g.letter for g in sorted(row, key=lambda g: g.left))) for row in rows]


def drawn(name):
    """A name as its letters stand on paper from left to right."""
    return squeezed(lettering.visual(name, right=True if lettering.turns(name) else None))


# -- names


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_whole_on_paper_and_every_font_is_embedded(name):
    name_stands(name, FEW)


@pytest.mark.storm
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_whole_on_every_paper_and_every_font_is_embedded(name):
    name_stands(name, papers_of(c4()[0].client))


def name_stands(name, kinds):
    client = client_named(*NAMES[name])
    for kind in kinds:
        pdf = papers_of(client, therapist=client.family_name)[kind]()
        if name in FROM_THE_RIGHT:
            assert any(drawn(client.given_name) in line for line in lines(pdf)), kind
        else:
            with pypdfium2.PdfDocument(pdf) as document:
                text = document[0].get_textpage().get_text_bounded()
            assert squeezed(client.given_name) in squeezed(text), kind
        for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
            for font in page["/Resources"]["/Font"].values():
                assert "/FontFile2" in font.get_object()["/FontDescriptor"], (kind, font.get_object())


@pytest.mark.parametrize("name", FROM_THE_RIGHT)
def test_a_name_from_the_right_turns_in_its_own_place(name):
    """First letter at the right, and what stands behind the name in the sentence behind it on paper."""
    client = client_named(*NAMES[name])
    plan = next(line for line in lines(papers_of(client)["plan"]()) if line.startswith("for"))
    assert plan == f"for{drawn(client.name)},madewithMartaOkaforonTuesday17November2026"
    about = next(line for line in lines(papers_of(client)["letter to gp"]()) if line.startswith("About"))
    assert about == f"About:{drawn(client.name)},born1March1992"
    head = lines(papers_of(client)["report"]())[1]
    assert head.startswith(f"{drawn(client.name)},born1March1992")
    foot = lines(papers_of(client)["gait"]())[-2]
    assert re.match(r"\.(.)(ـ)?\.(.)·17Nov2026", foot.replace("\u200d", "")), foot


def test_hebrew_letters_run_from_right_to_left():
    row = next(line for line in lines(papers_of(client_named("ליאת", "כהן"))["plan"]()) if "for" in line)
    assert "ןהכתאיל" in row


def test_a_long_text_from_the_right_begins_on_its_first_line():
    read = c4()[0]
    read = replace(
        read, answers={**read.answers, "history/H01": HEBREW.strip(), "history/H02": HEBREW.strip()}
    )
    visit = Visit(assess(read), read.answers, read.client, CLINIC, read.visit_date, read.therapist)
    seen = [line for line in lines(letter(visit)) if re.search("[א-ת]", line)]
    assert len(seen) >= 3
    first, last = drawn(" ".join(HEBREW.split()[:4])), drawn("הכל תודה.")
    assert seen[0].endswith(first)
    assert last in seen[-1]
    assert last not in seen[0]


def test_a_paragraph_from_the_right_splits_between_its_lines():
    from runclinic.documents.paper import Sheet, Type

    kind = Type(Sheet("", "", "", "", "", "", lambda _n, _all: ""))
    whole = paragraph([Piece(HEBREW)], kind.body)
    _, high = whole.wrap(200, 1000)
    count = round(high / kind.body.leading)
    assert whole.split(200, kind.body.leading * 0.5) == []
    assert whole.split(200, high) == [whole]
    top, rest = whole.split(200, kind.body.leading * 2.5)
    assert top.wrap(200, 1000)[1] == pytest.approx(2 * kind.body.leading)
    assert rest.wrap(200, 1000)[1] == pytest.approx((count - 2) * kind.body.leading)


@pytest.mark.parametrize(
    "text", ["שלום", "a (שלום), 3 b", "سلام 12 و 13", "x\u2068שלום\u2069y", "\u202bשלום\u202c"]
)
def test_marks_of_direction_are_obeyed_and_not_drawn(text):
    shown = lettering.visual(text)
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", shown)
    assert lettering.missing(text) == ""


def test_brackets_and_numbers_keep_their_places():
    assert lettering.visual("a (שלום), 3 b") == "a (םולש), 3 b"
    assert lettering.visual("שלום (דן) 12") == "12 (ןד) םולש"
    assert lettering.visual(lettering.from_the_left("שלום, born 3")) == "םולש, born 3"
    assert lettering.from_the_left("Ann") == "Ann"


def test_names_of_60_letters_stand_whole_and_nothing_is_over_anything():
    client = client_named(every_paper.GIVEN, every_paper.FAMILY)
    assert len(client.given_name) == len(client.family_name) == 60
    for kind, make in papers_of(client, every_paper.THERAPIST, every_paper.FULL_CLINIC).items():
        pdf = make()
        assert [*outside(pdf)] == [], kind
        name = client.given_name if "insurer" in kind else client.name
        with pypdfium2.PdfDocument(pdf) as document:
            said = squeezed(document[0].get_textpage().get_text_bounded())
        assert squeezed(name) in said, kind


def test_a_long_name_of_a_clinic_ends_in_dots_in_the_footer_and_the_number_stays_whole():
    pdf = papers_of(c4()[0].client, clinic=every_paper.FULL_CLINIC)["letter to gp"]()
    (foot,) = [line for line in lines(pdf) if "page1of1" in line]
    assert "...·letter,visit1page1of1" in foot  # as the dots read once they are taken apart
    assert foot.startswith("H.L.·17Nov2026RiversideCentre")


# -- what cannot be printed is said before


@pytest.mark.parametrize("sign", ["🏃\ufe0f", "👩🏽", "न"])
@pytest.mark.parametrize("where", ["name", "therapist", "clinic"])
def test_a_sign_that_no_font_has_is_refused_by_name_on_every_paper(sign, where):
    client = client_named(f"Ann {sign}" if where == "name" else "Ann", "Lind")
    therapist = f"Marta {sign}" if where == "therapist" else "Marta"
    clinic = {**CLINIC, "name": f"Riverside {sign}"} if where == "clinic" else CLINIC
    for kind, make in papers_of(client, therapist, clinic).items():
        with pytest.raises(Refused, match=f"can print: {sign[0]}.*Take these characters out") as refused:
            make()
        assert "\ufe0f" not in str(refused.value), kind


@pytest.mark.parametrize("kind", ["plan", "exercises", "diary"])
@pytest.mark.parametrize("lost", ["phone", "emergency_number", "name"])
def test_a_number_of_the_clinic_that_is_missing_is_refused_with_where_to_set_it(kind, lost):
    with pytest.raises(Refused, match=r"not set.*Open Settings and fill it in"):
        papers_of(c4()[0].client, clinic={**CLINIC, lost: " "})[kind]()


@pytest.mark.parametrize("kind", ["report", "gait", "letter to gp"])
def test_what_is_the_clinics_own_needs_no_phone(kind):
    assert papers_of(c4()[0].client, clinic={"name": "Riverside"})[kind]()


# -- much and nothing


@pytest.mark.parametrize("make, large", [(take_home, False), (exercise_handout, True)])
def test_each_of_14_cards_stands_whole_on_one_page(make, large):
    asked = every_paper.take_home_of("long")
    assert len(asked.plan.exercises) == 14
    reader = pypdf.PdfReader(io.BytesIO(make(asked, large=large)))
    pages = [squeezed(page.extract_text()) for page in reader.pages]
    for number, planned in enumerate(asked.plan.exercises, 1):
        its = exercises()[planned.id]
        parts = [f"{number}. {its.name}", *its.steps, f"Breath: {its.breath}"]
        assert any(all(squeezed(part) in page for part in parts) for page in pages), its.name


@pytest.mark.parametrize("content", ["short", "long", "empty"])
@pytest.mark.parametrize("how", [{}, {"paper": "letter"}, {"large": True}], ids=["a4", "letter", "large"])
def test_page_one_keeps_her_safe_however_much_was_found(content, how):
    """Where not even the closest setting holds all of it, week and rules stand on page 2."""
    asked = every_paper.take_home_of(content)
    with pypdfium2.PdfDocument(take_home(asked, **how)) as document:
        first, second = (squeezed(document[at].get_textpage().get_text_bounded()) for at in (0, 1))
    phone, day = asked.clinic["phone"], Words("en").date(asked.review_on, "full")
    for words in (
        *("What we found", "To train now", "Ring 112 now if:"),
        *(f"call us on {phone} if:", "See a doctor today if:", f"We meet on {day}"),
    ):
        assert squeezed(words) in first, words
    later = "large" in how or (content == "long" and "paper" in how)
    for words in ("This week", "Three rules after each session"):
        assert squeezed(words) in (second if later else first), words


def test_nothing_asked_nothing_filmed_still_gives_every_paper():
    read = every_paper.empty_case()
    found = assess(read)
    visit = Visit(found, {}, read.client, CLINIC, read.visit_date, read.therapist)
    said = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(report(visit))).pages)
    assert "No finding that asks for training was recorded." in said
    assert "All answers" not in said
    assert "Gait on the treadmill" not in said
    assert letter(visit)
    with pytest.raises(Refused, match="no stride was measured"):
        gait_sheet(visit)


def test_the_longest_answers_that_fit_the_window_fit_every_paper():
    read = c4()[0]
    long = {"history/H01": "m" * 20 + " mmmm" * 96, "history/H02": "w" * 60 + " wwww" * 48}
    read = replace(read, answers={**read.answers, **long})
    visit = Visit(assess(read), read.answers, read.client, CLINIC, read.visit_date, read.therapist)
    assert len(pypdf.PdfReader(io.BytesIO(letter(visit))).pages) == 1
    for pdf in (letter(visit, paper="letter"), report(visit), report(visit, paper="letter", large=True)):
        assert [*outside(pdf)] == []


def test_a_text_that_is_higher_than_a_page_is_refused_in_words():
    read, found = c4()
    edits = Edits(notes={found.plan.exercises[0].id: "word " * 1200})
    hers = TakeHome(found, apply(found.plan, edits), read.client, CLINIC, read.visit_date, "Marta")
    for make in (take_home, exercise_handout):
        with pytest.raises(Refused, match="higher than a page"):
            make(hers)
    long = replace(read, answers={**read.answers, "history/H01": "word " * 2000})
    visit = Visit(assess(long), long.answers, long.client, CLINIC, long.visit_date, long.therapist)
    with pytest.raises(Refused, match="Shorten"):
        report(visit)
    with pytest.raises(Refused, match="Shorten"):
        letter(visit)
