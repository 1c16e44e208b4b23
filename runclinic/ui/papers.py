"""What each paper of a visit is made of, and its making: without a window, so that a thread can do it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from runclinic.documents.clinical import Visit
from runclinic.documents.cue_words import CueTried
from runclinic.documents.gait_sheet import gait_sheet
from runclinic.documents.handout import exercise_handout, symptom_diary
from runclinic.documents.letter import RECIPIENTS, Recipient, letter
from runclinic.documents.plan import TakeHome, take_home
from runclinic.documents.report import report
from runclinic.gait.analyse import Analysis
from runclinic.gait.means import Metric
from runclinic.measured import Measured
from runclinic.refused import Refused
from runclinic.ui.open_visit import OpenVisit
from runclinic.words import SCREEN_LANGUAGE

PLAN, EXERCISES, DIARY, REPORT, GAIT, LETTER = "plan", "exercises", "diary", "report", "gait", "letter_"
HERS = (PLAN, EXERCISES, DIARY)  # what the runner takes home, in her language
FILMED = (REPORT, GAIT)  # on which measures, angles and chosen frames of the films stand
NO_MOOD = (*HERS, GAIT, f"{LETTER}insurer")  # what never tells of mood, whether she agrees or not
KINDS = (*HERS, REPORT, GAIT, *(f"{LETTER}{each}" for each in RECIPIENTS))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the paper is made of. `kind` is one of KINDS; a letter has its recipient behind "letter_".

    `language` is of what the runner holds; what is the clinic's is in English. `chosen` are the ids of the
    exercises of a hand-out, None for all of them.
    """

    kind: str
    visit: Visit
    large: bool
    cadence: Measured | None
    belt_speed: str
    to: str = ""  # the name of who a letter is to
    angles: Callable[[], Sequence[Metric]] = tuple  # not quick: asked for while the paper is made
    cues: Callable[[], Sequence[CueTried]] = tuple  # the same
    before: tuple[date, Analysis] | None = None  # the stride of an earlier visit
    language: str = SCREEN_LANGUAGE
    chosen: Collection[str] | None = None


def pdf_of(wanted: Wanted) -> bytes:
    """The file; Refused if something is missing that the paper needs."""
    visit = wanted.visit
    paper = visit.clinic.get("paper", "a4")
    if wanted.kind in FILMED:
        visit = replace(visit, angles=wanted.angles())
    if wanted.kind == REPORT:
        return report(visit, paper=paper, large=wanted.large)
    if wanted.kind == GAIT:
        visit = replace(visit, cues=wanted.cues())
        return gait_sheet(visit, visit.frames, wanted.before, paper=paper)
    if wanted.kind.startswith(LETTER):
        named: dict[str, Recipient] = {LETTER + each: each for each in RECIPIENTS}
        return letter(visit, named[wanted.kind], wanted.to, paper=paper)
    return _hers(wanted, paper)


def _hers(wanted: Wanted, paper: str) -> bytes:
    visit = wanted.visit
    if visit.edited is None:
        raise Refused("There is no plan to print yet.", "Go on in Plan first.")
    asked = TakeHome(
        visit.assessment,
        visit.edited,
        visit.client,
        visit.clinic,
        visit.day,
        visit.therapist,
        wanted.cadence,
        wanted.belt_speed,
        visit.amendments,
        visit.anchor,
    )
    large, language = wanted.large, wanted.language
    if wanted.kind == EXERCISES:
        return exercise_handout(asked, wanted.chosen, paper=paper, large=large, language=language)
    if wanted.kind == DIARY:
        return symptom_diary(asked, paper=paper, large=large, language=language)
    return take_home(asked, paper=paper, large=large, language=language)


def clinic_of(visit: OpenVisit) -> dict[str, str]:
    """The clinic's settings without their prefix: name, phone, emergency_number ..."""
    settings = visit.store.settings.all()
    return {
        key.removeprefix("clinic/"): str(value)
        for key, value in settings.items()
        if key.startswith("clinic/") and value is not None
    }
