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
from runclinic.documents.cue_words import CueTried
from runclinic.documents.gait_sheet import ChosenFrame, gait_sheet
from runclinic.gait.analyse import analysis
from runclinic.gait.contacts import Event
from runclinic.gait.filming import ClipFacts, Filming, belt_speed
from runclinic.gait.since_last import changes
from runclinic.refused import Refused
from runclinic.visit.assess import assess
from runclinic.visit.cue_trials import CueTrial, judged

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


def tried(**told):
    """Quicker steps that were tried between a film of 165 and one of 176 steps a minute."""
    before, after = film(165), film(176)
    values = {each.id: each.both.value for each in before.timing.metrics}
    found = changes(before, after, same_visit=True)
    trial = CueTrial("b", 1, **({"cue": "Q01", "beat": 173, "before": "a"} | told))
    measures = before.timing.get("cadence"), after.timing.get("cadence")
    if trial.known is None:
        return CueTried(trial, judged(trial, values, found))
    return CueTried(trial, judged(trial, values, found), *measures, found["cadence"])


FELT = {"symptom": "leak", "symptom_before": 4, "symptom_after": 2, "effort_before": 5, "effort_after": 5}


def test_a_cue_that_was_tried_stands_with_what_it_did(visit):
    (page,) = pages(gait_sheet(replace(visit, cues=(tried(**FELT),))))
    for words in (
        "Cue tried",
        "Take quicker, shorter steps: follow the beat (173 beats a minute)",
        "Leak 4 \N{RIGHTWARDS ARROW} 2",
        "effort 5 \N{RIGHTWARDS ARROW} 5",
        "This cue works.",
        "moved as expected, by more than its error.",
    ):
        assert words in page
    assert "165.0 \N{RIGHTWARDS ARROW} 176.0 steps/min" in page.replace("164.9", "165.0").replace(
        "175.9", "176.0"
    )


def test_own_words_stand_as_they_were_typed_and_without_a_cue_there_is_no_section(visit):
    (page,) = pages(gait_sheet(replace(visit, cues=(tried(cue="Knees <up> & over", beat=0),))))
    assert "Knees <up> & over" in page
    assert "judge it by the symptom" in page
    assert "Not decided yet." in page
    assert "Cue tried" not in pages(gait_sheet(replace(visit, cues=(tried(cue=""),))))[0]


def test_many_cues_and_frames_leave_one_page(visit):
    frames = [ChosenFrame(picture(), "Left foot lands ahead.")] * 4
    many = tuple(tried(**FELT) for _ in range(5))
    (page,) = pages(gait_sheet(replace(visit, cues=many), frames, (date(2026, 10, 1), film(165))))
    assert page.count("Take quicker") == 3
