"""How long plan and report take to print, and how large they are."""

import io
import time

import numpy as np
from PIL import Image

from runclinic import case, paths
from runclinic.bench.result import Figure, Result, peak_mb
from runclinic.demo.clips import Shot
from runclinic.documents.clinical import ChosenFrame, Visit
from runclinic.documents.plan import TakeHome, take_home
from runclinic.documents.report import report
from runclinic.plan.edits import Edits, apply
from runclinic.visit.assess import assess

REPEATS = 7
PLAN_WITHIN_S, REPORT_WITHIN_S, FILE_WITHIN_MB = 0.5, 1.5, 2.0
KEY_FRAMES, WIDEST, QUALITY = 4, 1280, 85  # as many as a gait sheet holds, kept as the window keeps them
GRAIN = 12.0  # levels of 255: a drawn film has no noise of a camera, which makes a picture large
FULLEST = "c4"  # twelve exercises, a ladder, every part of the visit answered
CLINIC = {"name": "Clinic", "phone": "555 0100", "emergency_number": "112"}


def bench() -> Result:
    """The longest example with four key frames: its plan, the first and later ones, and its report."""
    read = case.read(paths.resources() / "examples" / f"{FULLEST}.toml")
    found = assess(read)
    edited = apply(found.plan, Edits())
    plan = TakeHome(found, edited, read.client, CLINIC, read.visit_date, read.therapist)
    visit = Visit(
        found,
        read.answers,
        read.client,
        CLINIC,
        read.visit_date,
        read.therapist,
        edited,
        frames=_key_frames(),
    )
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


def _key_frames() -> tuple[ChosenFrame, ...]:
    """Frames of a drawn film, as grainy as those of a camera in a room."""
    shot = Shot(size=(WIDEST, WIDEST * 9 // 16), duration_s=KEY_FRAMES / 60)
    chance = np.random.default_rng(shot.seed)
    made: list[ChosenFrame] = []
    for number, picture in enumerate(shot.pictures(), 1):
        grainy = np.clip(picture + chance.normal(0, GRAIN, picture.shape), 0, 255).astype(np.uint8)
        held = io.BytesIO()
        Image.fromarray(grainy[..., ::-1]).save(held, "JPEG", quality=QUALITY)
        made.append(ChosenFrame(held.getvalue(), f"Key frame {number}"))
    return tuple(made)
