"""The tour beside the window: every step is there, in order, and what it asks for is so."""

import tomllib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from runclinic import paths
from runclinic.demo import clinic, notes
from runclinic.demo.notes import Notes
from runclinic.ui.part_words import part_title

TOLD = tomllib.loads((paths.resources() / "words" / "en" / "tour.toml").read_text("utf-8"))


@pytest.fixture
def beside(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    made = Notes(window, "four words")
    made.show()
    yield made
    window.close()


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_every_step_that_is_written_is_told():
    assert len(list(notes.steps("x"))) == len(TOLD) - 1
    lines = list(notes.lines("four words"))
    assert "“four words”" in lines[0]
    assert len(lines) == 2 * (len(TOLD) - 1)


def test_from_the_first_step_to_the_last_and_away(beside):
    assert not beside.before.isEnabled()
    assert beside.copy.isVisible()
    for _ in range(len(TOLD) - 2):
        click(beside.after)
    assert "9 of 9" in beside.windowTitle()
    assert not beside.copy.isVisible()
    click(beside.before)
    assert "8 of 9" in beside.windowTitle()
    click(beside.after)
    click(beside.after)
    assert not beside.isVisible()


def test_the_password_is_copied(beside):
    click(beside.copy)
    assert QApplication.clipboard().text() == "four words"


def test_what_the_tour_says_of_the_clinic_is_so():
    words = " ".join(text for step in TOLD.values() for text in step.values())
    assert f"{clinic.SHOT.runner.cadence_spm:g} steps a minute" in words
    assert clinic.example("c4").client.given_name.lower().startswith("han")
    for name, outcome_of in (("Ines", "c1"), ("Claire", "c7"), ("Noor", "c3")):
        assert clinic.example(outcome_of).client.given_name == name
        assert name in words
    for number, part in ((7, "gait"), (8, "readiness"), (9, "plan")):
        step = TOLD[f"tour_step_{number - 1}"]
        assert f"Alt+{number}" in step["do"]
        assert part_title(part) in step["title"]
