"""The documents of a case file, written into a folder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from runclinic.documents.clinical import Visit
from runclinic.documents.gait_sheet import gait_sheet
from runclinic.documents.handout import exercise_handout, symptom_diary
from runclinic.documents.letter import letter
from runclinic.documents.paper import file_name
from runclinic.documents.plan import TakeHome, take_home
from runclinic.documents.report import report
from runclinic.gait.analyse import Analysis
from runclinic.gait.means import Metric
from runclinic.plan.edits import Edits, apply
from runclinic.refused import Refused
from runclinic.visit.assess import Assessment, Case
from runclinic.words import SCREEN_LANGUAGE, Words, closest

NO_PLAN = "No plan, exercises or diary: nothing is printed for her while something needs a doctor first."
NO_CLIP = "the case names no clip under [gait]; numbers that are typed in carry no error."


@dataclass(frozen=True, slots=True)
class Filmed:
    """What the clip of a case gave; without a stride `why` says in one sentence what is missing."""

    stride: Analysis | None = None
    angles: Sequence[Metric] = ()
    why: str = NO_CLIP


@dataclass(frozen=True, slots=True)
class Written:
    """The files, and for each paper that is not among them one line that says why."""

    paths: tuple[Path, ...]
    missing: tuple[str, ...]


def write(
    case: Case,
    assessment: Assessment,
    folder: Path,
    *,
    paper: str = "a4",
    language: str = "",
    filmed: Filmed = Filmed(),
) -> Written:
    """Every document of the visit: plan, exercises and diary where the outcome allows, report, letter, gait.

    No letter where she said that nothing is to be shared and nothing is urgent; no gait sheet without a
    stride. What is the clinic's own is left to write by hand. What she holds is in `language`, or in hers, or
    in English where we have neither; the rest is the clinic's and in English. Refused if the folder cannot be
    written; a file is there whole or not at all.
    """
    blank = Words(SCREEN_LANGUAGE).say("take_home.blank")
    clinic = {"name": blank, "phone": blank, "emergency_number": blank}
    therapist, client = case.therapist or blank, case.client
    edited = apply(assessment.plan, Edits()) if assessment.plan.phase is not None else None
    visit = Visit(
        assessment,
        case.answers,
        client,
        clinic,
        case.visit_date,
        therapist,
        edited,
        stride=filmed.stride,
        angles=filmed.angles,
    )
    papers: dict[str, Callable[[], bytes]] = {}
    missing = [NO_PLAN] if edited is None else []
    if edited is not None:
        asked = TakeHome(assessment, edited, client, clinic, case.visit_date, therapist)
        hers = closest(language or client.language) or SCREEN_LANGUAGE
        papers["plan"] = lambda: take_home(asked, paper=paper, language=hers)
        papers["exercises"] = lambda: exercise_handout(asked, paper=paper, language=hers)
        papers["diary"] = lambda: symptom_diary(asked, paper=paper, language=hers)
    papers["report"] = lambda: report(visit, paper=paper)
    papers["letter"] = lambda: letter(visit, paper=paper)
    if filmed.stride is not None:
        papers["gait"] = lambda: gait_sheet(visit, paper=paper)
    else:
        missing.append(f"No gait sheet: {filmed.why}")
    made: dict[str, bytes] = {}
    for kind, make in papers.items():
        try:
            made[kind] = make()
        except Refused as refused:
            if kind in {"plan", "report"}:
                raise
            missing.append(f"No {kind}: {refused}")
    paths = (
        put(pdf, folder / file_name(case.visit_date, kind, client.family_name, client.given_name))
        for kind, pdf in made.items()
    )
    return Written(tuple(paths), tuple(missing))


def put(content: bytes, target: Path) -> Path:
    """Write beside it, then rename: never half a file."""
    half = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(content)
        half.replace(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise Refused(
            f"“{target}” cannot be written.", "Choose another folder, or make room on the disk."
        ) from error
    return target
