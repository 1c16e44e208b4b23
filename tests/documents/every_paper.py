"""Every kind of paper, short, long and empty: what the golden pages, the odd data and the readers look at."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial

import numpy as np
from PIL import Image

from runclinic.demo import drawing
from runclinic.demo.clips import Shot
from runclinic.demo.runner import Runner
from runclinic.documents.blank_form import blank_form
from runclinic.documents.certificate import Certificate, certificate
from runclinic.documents.clinical import ChosenFrame, Visit
from runclinic.documents.cue_words import CueTried
from runclinic.documents.gait_sheet import gait_sheet
from runclinic.documents.handout import exercise_handout, symptom_diary
from runclinic.documents.letter import RECIPIENTS, SHARED, letter
from runclinic.documents.plan import TakeHome, take_home
from runclinic.documents.recovery_sheet import RecoverySheet, recovery_sheet
from runclinic.documents.report import report
from runclinic.documents.visit_record import SignedVisit, visit_record
from runclinic.forms import catalogue
from runclinic.forms.conditions import Value
from runclinic.gait.analyse import Analysis, analysis
from runclinic.gait.contacts import Event
from runclinic.gait.filming import ClipFacts, Filming, belt_speed
from runclinic.gait.since_last import changes
from runclinic.plan.edits import Edits, apply
from runclinic.plan.exercise import exercises
from runclinic.visit import signed
from runclinic.visit.amended import Amended
from runclinic.visit.assess import Case, assess
from runclinic.visit.client import Client
from runclinic.visit.cue_trials import MOST_LETTERS, CueTrial, judged
from tests.documents.conftest import CADENCE, CLINIC, example

DAY = date(2026, 11, 17)
HEAD = "1234:0123456789abcdef"
GIVEN, FAMILY = (
    "Wilhelmina-Anneliese Maximiliane Theodora Friederike Charlot",
    "von der Brückenstein-Larsson zu Hohenfels und Aschenbach-Tal",
)  # 60 letters each: as many as the window takes
THERAPIST = "Dr Marta Konstantina Okafor-Lindenberg van den Heuvel, M.Sc."
FULL_CLINIC = {  # as long as the settings take it
    "name": "Riverside Centre for Pelvic Health, Women’s Physiotherapy and the Way to Run after Birth Ltd",
    "address": "Suite 1400, The Old Waterworks, 2 Mill Lane, Riverside-upon-Avon, " * 3,
    "phone": "+44 (0)20 7946 0123, extension 4567 (ask)",
    "emergency_number": "112",
    "out_of_hours": "+44 (0)20 7946 0999, from six in the evening until eight in the morning",
    "crisis_line": "+44 (0)20 7946 0111, at any hour, and nobody will ask for your name",
}
PROBLEM = (
    "It began four months after my second birth: a few drops when I jump with the children, then more when I "
    "run downhill, and by now whenever I go faster than a jog. "
) * 3
GOAL = (
    "I would like to run the half marathon by the river with my sister in May, and not to look for toilets. "
    * 2
)
NOTE = (
    "Hold on to the back of a chair with the left hand. Stop as soon as the belly makes a ridge, and tell me "
    "on Tuesday how many you did before that."
)
FRAME_WORDS = (
    "Left foot at initial contact: the heel is far in front of the knee, the shank leans back; at midstance"
)
REFERRALS: Mapping[str, Mapping[str, Value]] = {  # a visit for each action of a red flag
    "A1": {"safety/RF01": "yes"},
    "A2": {"safety/RF07": "yes"},
    "A3h": {"safety/RF18": "yes"},
    "A3": {"safety/RF13": "yes"},
    "A4": {"safety/RF09": "yes", "safety/RF09_sub": "periods"},
}
MOST_EXERCISES = 14


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: `make(paper=..., large=...)` gives its bytes; only some come in large print."""

    kind: str
    content: str
    make: Callable[..., bytes]
    large: bool

    @property
    def name(self) -> str:
        """As its picture is called."""
        return f"{self.kind} {self.content}".strip().replace("_", "-").replace(" ", "-")

    def variants(self) -> tuple[dict[str, object], ...]:
        """Every paper size, in every size of print that it has."""
        sizes = [{"paper": paper} for paper in ("a4", "letter")]
        large = [{**each, "large": True} for each in sizes] if self.large else []
        return (*sizes, *large)


def text(letters: str, most: int) -> str:
    """Cut where a field of the window would stop."""
    return letters[:most].strip()


@cache
def short_case() -> Case:
    """Five weeks after a birth, nothing found."""
    read = example("c2")[0]
    return replace(read, answers={**read.answers, SHARED: "yes"})


@cache
def empty_case() -> Case:
    """A visit in which nothing was asked, of someone with one name."""
    return Case(client=Client(given_name="Ann"), visit_date=DAY, therapist="M. Okafor")


@cache
def long_case() -> Case:
    """Much found, every list long: C4 with what C8 says of energy and mood, in names of 60 letters."""
    read, other = example("c4")[0], example("c8")[0]
    more = {key: value for key, value in other.answers.items() if key.startswith(("leaf_q/", "epds/"))}
    answers = {**more, **read.answers}
    changed: dict[str, Value] = {
        "history/H01": text(PROBLEM, 500),
        "history/H02": text(GOAL, 300),
        "history/H16_mood": 3,
        SHARED: "yes",
        "abdominal_wall/doming": "yes",
        "strength/ST02": {"left": 14, "right": 18},
        "pelvic_floor/grade_overall": "2",
        "safety/RF09": "yes",
        "safety/RF09_sub": "periods",
        "safety/RF13": "yes",
        "safety/RF13_referral": "2026-11-17",
    }
    client = replace(
        read.client, given_name=GIVEN, family_name=FAMILY, clinic_no="RC-2026-000143", born=date(1991, 2, 28)
    )
    return replace(
        read,
        client=client,
        therapist=THERAPIST,
        answers=answers | changed,
        gait={"flags": ["overstride", "drop"]},
    )


CASES: Mapping[str, Callable[[], Case]] = {"short": short_case, "long": long_case, "empty": empty_case}


@cache
def film(cadence: float = 176) -> Analysis:
    """A stride that was measured."""
    shot = Shot(runner=Runner(cadence_spm=cadence), capture_fps=120, duration_s=15)
    events = [Event(each.frame, 0.0, each.side, each.kind) for each in shot.events()]
    filming = Filming(
        "side_right", capture_fps=120, belt_speed=belt_speed("9 km/h"), height_m=1.68, mass_kg=62
    )
    return analysis(ClipFacts(np.asarray(shot.times_s), 120), filming, events)


@cache
def frames() -> tuple[ChosenFrame, ...]:
    """Four frames of a drawn film, as large as they are kept."""
    camera = drawing.Camera(1280, 720)
    made = drawing.pictures(Runner(), np.array([0.14, 0.26, 0.38, 0.5]), camera)
    return tuple(
        ChosenFrame(_jpeg(each), text(f"{n}. {FRAME_WORDS * 2}", 140)) for n, each in enumerate(made, 1)
    )


def _jpeg(picture: np.ndarray) -> bytes:
    held = io.BytesIO()
    Image.fromarray(picture[..., ::-1]).save(held, "JPEG", quality=85)
    return held.getvalue()


@cache
def take_home_of(content: str) -> TakeHome:
    """What a plan is printed from; the long one has 14 exercises, a note on each card, a change."""
    read = CASES[content]()
    found = assess(read)
    if content != "long":
        return TakeHome(
            found, apply(found.plan, Edits()), read.client, CLINIC, read.visit_date, read.therapist
        )
    chosen = [each.id for each in found.plan.exercises]
    chosen += [each for each in exercises() if each not in chosen][: MOST_EXERCISES - len(chosen)]
    edits = Edits(exercises=tuple(chosen[:MOST_EXERCISES]), notes=dict.fromkeys(chosen, NOTE))
    return TakeHome(
        found,
        apply(found.plan, edits),
        read.client,
        FULL_CLINIC,
        read.visit_date,
        read.therapist,
        CADENCE,
        "8.5 km/h",
        _changes(),
        HEAD,
    )


def _changes() -> tuple[Amended, ...]:
    why = "She looked into her diary at home and rang us about it on the day after her visit"
    goal = Amended("history/H02", "Goal", text(GOAL, 120), "To run 10 km", why, THERAPIST, "27 Nov 2026")
    return (goal,)


@cache
def visit_of(content: str) -> Visit:
    """What report and letters are made from; the long one is filmed."""
    read = CASES[content]()
    found = assess(read)
    edited = take_home_of(content).edited
    if content != "long":
        return Visit(found, read.answers, read.client, CLINIC, read.visit_date, read.therapist, edited)
    return Visit(
        found,
        read.answers,
        read.client,
        FULL_CLINIC,
        read.visit_date,
        read.therapist,
        edited,
        number=12,
        stride=film(),
        frames=frames(),
        amendments=_changes(),
        anchor=HEAD,
        with_mood=True,
    )


def referral_of(action: str) -> Visit:
    """A visit with one red flag of this action."""
    read = example("c4")[0]
    read = replace(read, answers={**read.answers, SHARED: "yes", **REFERRALS[action]})
    return Visit(assess(read), read.answers, read.client, CLINIC, read.visit_date, read.therapist)


def record_of(content: str) -> SignedVisit:
    """A signed visit as its record tells it."""
    read, edited = CASES[content](), take_home_of(content).edited
    long = content == "long"
    stood = signed.Stood(read.answers, assess(read), edited, ())
    left = ("History (2 left)", "Pelvic floor (14 left)") if long else ()
    return SignedVisit(
        client=read.client,
        clinic=FULL_CLINIC["name"] if long else CLINIC["name"],
        number=2,
        day=read.visit_date,
        by=read.therapist,
        signed_on="17 Nov 2026",
        computed=signed.of(stood, left, content_version="abc123abc123", program_version="1"),
        content_hash="ab" * 32,
        amendments=_changes() if long else (),
        anchor=HEAD,
    )


def _recovery(content: str, *, paper: str) -> bytes:
    long = content == "long"
    groups = ("0A1B", "2C3D", "4E5F", "6G7H", "8J9K", "MNPQ", "RSTV", "WXYZ", "0123")
    clinic, by = (FULL_CLINIC["name"], THERAPIST) if long else (CLINIC["name"], "Marta Okafor")
    asked = RecoverySheet(clinic, "M. O.", by, groups, "3B0F6A52", DAY, HEAD)
    return recovery_sheet(asked, paper=paper)


def _certificate(content: str, *, paper: str) -> bytes:
    long = content == "long"
    asked = Certificate(
        reference="E-1A2B3C4D",
        issued_to=f"{GIVEN} {FAMILY}" if long else "",
        clinic=FULL_CLINIC["name"] if long else CLINIC["name"],
        address=FULL_CLINIC["address"] if long else "",
        day=DAY,
        by=THERAPIST if long else "Marta Okafor",
        ground="asked",
        counts={"visits": 412, "entries": 81_200, "films": 33, "documents": 600},
        copies_until=date(2027, 12, 27) if long else None,
        anchor=HEAD,
    )
    return certificate(asked, paper=paper)


def _cues() -> tuple[CueTried, ...]:
    """One of the library that worked, and own words as long as they may be."""
    before, now = film(165), film()
    values = {each.id: each.both.value for each in before.timing.metrics}
    found = changes(before, now, same_visit=True)
    works = CueTrial("b", 1, "Q01", 173, "a", "leak", 4, 2, 5, 5)
    own = CueTrial("c", 1, ("Eyes on the lamp & " * 9)[:MOST_LETTERS], symptom_before=3, symptom_after=6)
    cadence = before.timing.get("cadence"), now.timing.get("cadence")
    return (
        CueTried(works, judged(works, values, found), *cadence, found["cadence"]),
        CueTried(own, judged(own, values, found)),
    )


def _gait(content: str, *, paper: str) -> bytes:
    visit = visit_of("long")
    if content == "long":
        visit = replace(visit, cues=_cues())
        return gait_sheet(visit, visit.frames, (date(2026, 10, 13), film(165)), paper=paper)
    read = short_case()
    return gait_sheet(replace(visit_of("short"), client=read.client, stride=film()), paper=paper)


def papers() -> tuple[Paper, ...]:
    """All of them. A gait sheet without a stride is refused, and has no empty page."""
    made: list[Paper] = []
    for content in CASES:
        hers, visit = partial(take_home_of, content), partial(visit_of, content)
        made += [
            Paper("plan", content, _of(take_home, hers), large=True),
            Paper("exercises", content, _of(exercise_handout, hers), large=True),
            Paper("diary", content, _of(symptom_diary, hers), large=True),
            Paper("report", content, _of(report, visit), large=True),
            Paper("record", content, _of(visit_record, partial(record_of, content)), large=False),
        ]
        for to in RECIPIENTS:
            name = THERAPIST if content == "long" else ""
            make = _of(letter, visit, to=to, name=name)
            made.append(Paper(f"letter_{to}", content, make, large=False))
    for content in ("short", "long"):
        made.append(Paper("gait", content, partial(_gait, content), large=False))
        made.append(Paper("recovery", content, partial(_recovery, content), large=False))
        made.append(Paper("certificate", content, partial(_certificate, content), large=False))
    for action in REFERRALS:
        make = _of(letter, partial(referral_of, action), name="Dr Amara Diallo")
        made.append(Paper("referral", action, make, large=False))
    for form_id in catalogue.ids():
        made.append(Paper("form", form_id, partial(blank_form, form_id, CLINIC["name"]), large=True))
    return tuple(made)


def _of(printing: Callable[..., bytes], asked: Callable[[], object], **more: object) -> Callable[..., bytes]:
    """A document that is made only when it is wanted."""
    return lambda **how: printing(asked(), **more, **how)
