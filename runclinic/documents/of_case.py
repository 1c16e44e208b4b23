"""The documents of a case file, written into a folder."""

from pathlib import Path

from runclinic.documents.paper import file_name
from runclinic.documents.plan import TakeHome, take_home
from runclinic.plan.edits import Edits, apply
from runclinic.refused import Refused
from runclinic.visit.assess import Assessment, Case
from runclinic.words import Words


def write(
    case: Case, assessment: Assessment, folder: Path, *, paper: str = "a4", language: str = "en"
) -> list[Path]:
    """Every document that the outcome allows; at O0 none. The clinic's numbers are left to write by hand.

    Raises Refused if the folder cannot be written; a file is there whole or not at all.
    """
    if assessment.plan.phase is None:
        return []
    blank = Words(language).say("take_home.blank")
    clinic = {"name": blank, "phone": blank, "emergency_number": blank}
    asked = TakeHome(
        assessment,
        apply(assessment.plan, Edits()),
        case.client,
        clinic,
        case.visit_date,
        case.therapist or blank,
    )
    pdf = take_home(asked, paper=paper, language=language)
    name = file_name(case.visit_date, "plan", case.client.family_name, case.client.given_name)
    return [put(pdf, folder / name)]


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
