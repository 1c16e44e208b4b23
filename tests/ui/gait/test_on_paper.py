"""What was measured and chosen in the window reaches report and gait sheet, each measure with its ±."""

from io import BytesIO

import pypdf
import pytest
from PySide6.QtWidgets import QInputDialog

from runclinic.client_file import stride_of
from runclinic.documents.report import gait_row
from runclinic.ui.gait.finding import POINTS
from runclinic.ui.gait.on_paper import FilmsOf
from runclinic.ui.paper_preview import PaperPreview
from runclinic.ui.papers import GAIT, REPORT
from runclinic.ui.status_line import StatusLine
from runclinic.video import Clip
from tests.ui.gait.test_finding import points_kept

SENTENCE = "The foot lands well ahead."


@pytest.fixture(scope="module")
def aside(drawn_clip, tmp_path_factory):
    return drawn_clip(tmp_path_factory.mktemp("clips"), "aside.mp4", duration_s=4, size=(480, 270))


@pytest.fixture
def filmed(room, aside):
    """A film with found points, its contacts, and one chosen frame."""
    room.on_film(aside.path)
    room.page._tell("view", "side_right", typing=False)
    with Clip.open(aside.path) as clip:
        room.store.films.keep_beside(room.page.film_id, POINTS, points_kept(clip, aside.shot))
    room.settled()
    room.press("c")
    room.settled()
    return room


@pytest.fixture
def paper(filmed, qtbot):
    made = PaperPreview(filmed.opened, StatusLine("Marta Okafor"))
    qtbot.addWidget(made)
    yield made
    made.shut()


def printed(paper, qtbot, kind):
    with qtbot.waitSignal(paper.ready):
        paper.show_kind(kind)
    reader = pypdf.PdfReader(BytesIO(paper.made.pdf))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split()), reader


@pytest.mark.parametrize("kind", [REPORT, GAIT])
def test_angles_of_the_window_stand_on_paper_with_their_error(filmed, paper, qtbot, kind):
    said, _ = printed(paper, qtbot, kind)
    model = filmed.page.panel.measures.angle_model
    shown = {metric.id: metric for metric in model.metrics}
    for name in ("foot_ic", "knee_peak", "trunk_ic", "vertical_oscillation"):
        row = gait_row(shown[name])
        assert any("±" in cell for cell in row)
        assert " ".join(row) in said
    assert said.count("±") > 12


def test_a_chosen_frame_and_its_sentence_stand_on_both(filmed, paper, qtbot, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_told: (SENTENCE, True))
    _, without = printed(paper, qtbot, REPORT)
    filmed.go(20)
    filmed.press("m")
    filmed.settled()
    for kind in (REPORT, GAIT):
        said, reader = printed(paper, qtbot, kind)
        assert SENTENCE in said
        assert sum(len(page.images) for page in reader.pages) == 1 + (
            sum(len(page.images) for page in without.pages) if kind == REPORT else 0
        )


def test_a_point_that_was_put_right_counts(filmed):
    opened, store = filmed.opened, filmed.store
    stride = stride_of(store, opened.now(), opened.client)
    before = {each.id: each.both.value for each in FilmsOf(store, opened.now(), opened.client).angles(stride)}
    frame = next(event.frame for event in stride.feet.events if event.side == "right")
    opened.record(f"gait/{filmed.page.film_id}/point/{frame}/right_knee", {"x": 10.0, "y": 10.0})
    after = {each.id: each.both.value for each in FilmsOf(store, opened.now(), opened.client).angles(stride)}
    assert before.keys() == after.keys()
    assert before != after


def test_without_body_points_nothing_is_made_up(room, aside):
    room.on_film(aside.path)
    room.mark(aside, 8)
    opened = room.opened
    stride = stride_of(room.store, opened.now(), opened.client)
    assert stride is not None
    assert FilmsOf(room.store, opened.now(), opened.client).angles(stride) == ()
