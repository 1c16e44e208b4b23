"""Angles beside the picture: of the marks as they stand, by the body points that were found."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt

from runclinic.demo.behind import Behind
from runclinic.ui.gait.finding import POINTS
from runclinic.ui.gait.measures import CELL, COLUMNS
from runclinic.video import Clip
from tests.ui.gait.test_finding import found, points_kept, shown_buttons


@pytest.fixture(scope="module")
def aside(drawn_clip, tmp_path_factory):
    return drawn_clip(tmp_path_factory.mktemp("clips"), "aside.mp4", duration_s=4, size=(480, 270))


@pytest.fixture(scope="module")
def behind(drawn_clip, tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    return drawn_clip(folder, "behind.mp4", duration_s=5, size=(480, 270), from_behind=Behind())


def on_film(room, filmed, view):
    room.on_film(filmed.path)
    room.page._tell("view", view, typing=False)
    with Clip.open(filmed.path) as clip:
        room.store.films.keep_beside(room.page.film_id, POINTS, points_kept(clip, filmed.shot))
    room.settled()
    return room.page.panel.measures


def shown(measures, row_id):
    """What stands in a row of the table of angles, by column."""
    model = measures.angle_model
    row = [metric.id for metric in model.metrics].index(row_id)
    return {column: model.index(row, at).data(CELL) for at, column in enumerate(COLUMNS)}


def test_without_body_points_there_are_none(room, aside):
    room.on_film(aside.path)
    room.settled()
    assert not room.page.panel.measures.angles.isVisible()


def test_they_come_with_the_contacts_and_are_those_of_the_drawing(room, aside):
    measures = on_film(room, aside, "side_right")
    assert not measures.angles.isVisible()
    room.press("c")
    room.settled()
    assert measures.angles.isVisible()
    foot = shown(measures, "foot_ic")
    assert foot["name"].top == "Foot, landing"
    near = float(foot["right"].top)
    error = float(foot["right"].below.removeprefix("± "))
    assert near == pytest.approx(aside.shot.runner.foot_deg, abs=max(error, 1))
    assert foot["left"].top == ""  # the hidden leg is not measured
    assert {"knee_peak", "trunk_ic", "vertical_oscillation"} <= {
        each.id for each in measures.angle_model.metrics
    }


def test_a_mark_that_is_put_right_gives_them_anew(room, aside):
    measures = on_film(room, aside, "side_right")
    room.press("c")
    room.settled()
    before = room.page.by_points
    first = next(mark for mark in found(room) if mark.side == "right" and mark.kind == "initial_contact")
    room.go(first.frame + 2)
    room.press("3")
    room.settled()
    after = room.page.by_points
    assert after is not before
    assert next(each for each in after.events if each.source == "hand").frame == first.frame + 2
    assert measures.angles.isVisible()


def test_they_are_there_again_after_reopening(room, aside):
    measures = on_film(room, aside, "side_right")
    room.press("c")
    room.settled()
    first = [metric.both.value for metric in measures.angle_model.metrics]
    film_id = room.page.film_id
    room.page.open_film(film_id)
    assert room.page.by_points is None
    room.settled()
    assert [metric.both.value for metric in measures.angle_model.metrics] == first


def test_from_behind_contacts_are_found_and_the_pelvis_measured(room, behind):
    measures = on_film(room, behind, "rear")
    assert shown_buttons(room)["Find the contacts"].isEnabled()
    room.press("c")
    room.settled()
    kinds = Counter((mark.side, mark.kind) for mark in found(room))
    assert len(kinds) == 4
    drop = shown(measures, "cpd")
    for side in ("left", "right"):
        error = float(drop[side].below.removeprefix("± "))
        assert float(drop[side].top) == pytest.approx(behind.shot.from_behind.drop_deg, abs=error + 0.3)


def test_a_row_says_how_it_is_measured_and_what_is_known_of_it(room, aside):
    measures = on_film(room, aside, "side_right")
    room.press("c")
    room.settled()
    measures.angles.selectRow(0)
    assert "Measured as" in measures.note.text()
    assert "Source:" in measures.note.text()
    assert measures.angles.focusPolicy() & Qt.FocusPolicy.TabFocus
