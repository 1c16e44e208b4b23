"""How long plan and report take to print, and how large they are."""

import time

from runclinic import case, paths
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.documents.clinical import Visit
from runclinic.documents.plan import TakeHome, take_home
from runclinic.documents.report import report
from runclinic.plan.edits import Edits, apply
from runclinic.visit.assess import assess

REPEATS = 7
PLAN_WITHIN_S, REPORT_WITHIN_S, FILE_WITHIN_MB = 0.5, 1.5, 2.0
FULLEST = "c4"  # twelve exercises, a ladder, every part of the visit answered
CLINIC = {"name": "Clinic", "phone": "555 0100", "emergency_number": "112"}


def bench() -> Result:
    """The longest of the examples: the first plan, its figures still to be drawn, later ones, the report."""
    read = case.read(paths.resources() / "examples" / f"{FULLEST}.toml")
    found = assess(read)
    edited = apply(found.plan, Edits())
    plan = TakeHome(found, edited, read.client, CLINIC, read.visit_date, read.therapist)
    visit = Visit(found, read.answers, read.client, CLINIC, read.visit_date, read.therapist, edited)
    plans: list[float] = []
    reports: list[float] = []
    largest = 0.0
    for _ in range(REPEATS):
        began = time.perf_counter()
        made = take_home(plan)
        plans.append(time.perf_counter() - began)
        began = time.perf_counter()
        told = report(visit)
        reports.append(time.perf_counter() - began)
        largest = max(len(made), len(told)) / 1e6
    first, *later = plans
    figures = (
        Figure("plan, the first of a start", "s", (first,), PLAN_WITHIN_S),
        Figure("plan, later", "s", tuple(later), PLAN_WITHIN_S),
        Figure("clinical report", "s", tuple(reports), REPORT_WITHIN_S),
        Figure("the larger file", "MB", (largest,), FILE_WITHIN_MB),
    )
    return Result("paper", figures, {"first / later": first / figures[1].median}, peak_mb())
