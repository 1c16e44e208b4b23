"""The documents of a case file, written into a folder."""

from contextlib import suppress
from pathlib import Path

from runclinic.documents.clinical import Visit
from runclinic.documents.letter import letter
from runclinic.documents.paper import file_name
from runclinic.documents.plan import TakeHome, take_home
from runclinic.documents.report import report
from runclinic.plan.edits import Edits, apply
from runclinic.refused import Refused
from runclinic.visit.assess import Assessment, Case
from runclinic.words import SCREEN_LANGUAGE, Words, closest


def write(
    case: Case, assessment: Assessment, folder: Path, *, paper: str = "a4", language: str = ""
) -> list[Path]:
    """Every document of the visit: report, letter, and the plan where the outcome allows one.

    No letter where she said that nothing is to be shared and nothing is urgent. What is the clinic's own is
    left to write by hand. The plan is in `language`, or in hers, or in English where we have neither; the
    rest is the clinic's and in English. Refused if the folder cannot be written; a file is there whole or
    not at all.
    """
    blank = Words(SCREEN_LANGUAGE).say("take_home.blank")
    clinic = {"name": blank, "phone": blank, "emergency_number": blank}
    therapist = case.therapist or blank
    edited = apply(assessment.plan, Edits()) if assessment.plan.phase is not None else None
    visit = Visit(assessment, case.answers, case.client, clinic, case.visit_date, therapist, edited)
    made: dict[str, bytes] = {}
    if edited is not None:
        asked = TakeHome(assessment, edited, case.client, clinic, case.visit_date, therapist)
        hers = closest(language or case.client.language) or SCREEN_LANGUAGE
        made["plan"] = take_home(asked, paper=paper, language=hers)
    made["report"] = report(visit, paper=paper)
    with suppress(Refused):  # she shares nothing
        made["letter"] = letter(visit, paper=paper)
    client = case.client
    return [
        put(pdf, folder / file_name(case.visit_date, kind, client.family_name, client.given_name))
        for kind, pdf in made.items()
    ]


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
