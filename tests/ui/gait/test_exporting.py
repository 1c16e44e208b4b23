"""What leaves the gait panel as a file: a frame with its drawings, and every value with its ±."""

import csv

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QFileDialog

from runclinic.ui.gait.sketch_paint import INKS
from tests.ui.gait.test_angles import aside, on_film
from tests.ui.gait.test_drawing import click

__all__ = ["aside"]


@pytest.fixture
def target(tmp_path, monkeypatch):
    """Where the dialog says that the file goes."""
    asked = []

    def chosen(_parent, _title, name, _kinds):
        asked.append(name)
        return str(tmp_path / f"out{name[-4:]}"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)
    return tmp_path, asked


def test_a_frame_is_saved_in_the_films_own_size_with_what_is_drawn(room, clip, target):
    room.on_film(clip.path)
    room.press("e")
    click(room, (100, 150), (100, 30))
    room.page._use("save_frame")
    folder, asked = target
    saved = QImage(str(folder / "out.png"))
    assert (saved.width(), saved.height()) == (320, 180)
    middle = QColor(saved.pixel(100, 90))
    assert middle.name() == INKS["yellow"].name()
    assert asked[0].endswith("frame 0.png")
    assert room.opened.client.family_name not in asked[0]


def test_every_value_that_is_shown_is_in_the_table(room, aside, target):
    measures = on_film(room, aside, "side_right")
    room.press("c")
    room.settled()
    room.page._use("save_values")
    rows = list(csv.DictReader((target[0] / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["id"] for row in rows] == [metric.id for metric in measures.metrics()]
    cadence = next(row for row in rows if row["id"] == "cadence")
    shown = room.page.analysis.timing.get("cadence").both
    assert float(cadence["both"]) == pytest.approx(shown.value, rel=1e-5)
    assert float(cadence["both_plus_minus"]) == pytest.approx(shown.plus_minus, rel=1e-5)
    assert cadence["left"] == ""
    assert {"knee_peak", "trunk_ic"} <= {row["id"] for row in rows}


def test_nothing_measured_is_said_and_nothing_is_written(room, clip, target):
    room.on_film(clip.path)
    room.page._use("save_values")
    assert "Nothing is measured yet" in room.page.line.words.text()
    assert list(target[0].iterdir()) == []


def test_given_up_in_the_dialog_writes_nothing(room, clip, tmp_path, monkeypatch):
    room.on_film(clip.path)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: ("", ""))
    room.page._use("save_frame")
    assert list(tmp_path.glob("*.png")) == []
