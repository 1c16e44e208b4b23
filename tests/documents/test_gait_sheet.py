"""The gait sheet: one page, each measure with its error, what it was, and the chosen frames."""

import io
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from runclinic import case, paths
from runclinic.demo.clips import Shot
from runclinic.demo.runner import Runner
from runclinic.documents import of_case
from runclinic.documents.clinical import Visit
from runclinic.documents.gait_sheet import ChosenFrame, gait_sheet
from runclinic.gait.analyse import analysis
from runclinic.gait.contacts import Event
from runclinic.gait.filming import ClipFacts, Filming, belt_speed
from runclinic.refused import Refused
from runclinic.visit.assess import assess

FILMED = Filming("side_right", capture_fps=120, belt_speed=belt_speed("9 km/h"), height_m=1.68, mass_kg=62)


def film(cadence):
    shot = Shot(runner=Runner(cadence_spm=cadence), capture_fps=120, duration_s=15)
    events = [Event(each.frame, 0.0, each.side, each.kind) for each in shot.events()]
    return analysis(ClipFacts(np.asarray(shot.times_s), 120), FILMED, events)


@pytest.fixture(scope="module")
def visit():
    read = case.read(paths.resources() / "examples" / "c4.toml")
    clinic = {"name": "Riverside Pelvic Health"}
    made = Visit(assess(read), read.answers, read.client, clinic, read.visit_date, read.therapist)
    return replace(made, stride=film(176))


def picture(size=(960, 540)):
    held = io.BytesIO()
    Image.new("RGB", size, "#336677").save(held, "JPEG")
    return held.getvalue()


def pages(pdf):
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_every_timed_measure_stands_with_its_error(visit):
    (said,) = pages(gait_sheet(visit))
    assert "Hanna Lindqvist" in said
    assert "9 km/h" in said
    assert "Cadence (step rate), steps/min" in said
    assert said.count("±") > 10


def test_what_it_was_and_whether_it_changed(visit):
    (said,) = pages(gait_sheet(visit, before=(date(2026, 10, 13), film(165))))
    assert "13 October 2026" in said
    assert "165: changed" in said or "165.0: changed" in said
    (same,) = pages(gait_sheet(visit, before=(date(2026, 10, 13), film(176))))
    assert "changed" not in same.replace("A change is called", "")
    assert "within error" in same


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6])
def test_the_chosen_frames_and_their_words_are_on_the_one_page(visit, count):
    frames = [ChosenFrame(picture(), f"Sentence number {n}.") for n in range(count)]
    made = gait_sheet(visit, frames)
    (said,) = pages(made)
    assert [f"Sentence number {n}." in said for n in range(count)] == [n < 4 for n in range(count)]
    assert len(PdfReader(io.BytesIO(made)).pages[0].images) >= 1
    assert len(made) < 2e6


def test_an_upright_film_fits_too(visit):
    assert len(pages(gait_sheet(visit, [ChosenFrame(picture((540, 960)), "Upright.")] * 4))) == 1


def test_without_a_stride_it_is_refused(visit):
    with pytest.raises(Refused, match="no stride was measured"):
        gait_sheet(replace(visit, stride=None))


def test_letter_paper_and_the_same_bytes(visit):
    assert gait_sheet(visit) == gait_sheet(visit)
    box = PdfReader(io.BytesIO(gait_sheet(visit, paper="letter"))).pages[0].mediabox
    assert round(box.width) == 612


def test_a_case_whose_clip_was_measured_gets_its_sheet(visit, tmp_path):
    read = case.read(paths.resources() / "examples" / "c4.toml")
    written = of_case.write(read, assess(read), tmp_path, filmed=of_case.Filmed(visit.stride))
    sheets = {path.name.split()[1]: path for path in written.paths}
    assert "Cadence (step rate)" in pages(sheets["gait"].read_bytes())[0]
    assert "Cadence (step rate)" in " ".join(pages(sheets["report"].read_bytes()))
    assert not any("gait" in why for why in written.missing)
