"""Strength and load tests with real keys: one test open, Space counts, what was counted is the answer."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from runclinic.forms import catalogue
from runclinic.ui.metronome import Metronome
from runclinic.ui.parts.load_tests import LoadTestsPage, counted

IMPACT = ("LT04", "LT05", "LT06", "OT01", "OT02")


@pytest.fixture
def page(visit, qtbot):
    made = LoadTestsPage(visit, catalogue.form("load_tests"), IMPACT)
    qtbot.addWidget(made)
    made.resize(780, 640)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    made.settle()


def press(key, times=1):
    for _ in range(times):
        QTest.keyClick(QApplication.focusWidget(), key)


def open_tests(page):
    return [test for test, card in page._tests.items() if card.is_open]


def field(page, test, side=""):
    return dict(counted(page._rows[test].control))[side]


def test_one_test_is_open_and_it_is_the_one_in_hand(page, qtbot):
    page.start()
    assert open_tests(page) == ["LT04"]
    press(Qt.Key.Key_6)
    press(Qt.Key.Key_0)
    press(Qt.Key.Key_Return)
    assert open_tests(page) == ["LT04"]  # its symptoms are next
    QTest.mouseClick(page._tests["LT06"].header, Qt.MouseButton.LeftButton)
    assert open_tests(page) == ["LT06"]
    assert QApplication.focusWidget() is field(page, "LT06", "left").line
    QTest.mouseClick(page._tests["LT06"].header, Qt.MouseButton.LeftButton)
    assert open_tests(page) == []


def test_only_the_tests_of_the_part_are_there(page):
    assert [test for test, card in page._tests.items() if not card.isHidden()] == list(IMPACT)


def test_space_counts_and_s_writes_it_down(page, visit, qtbot):
    page.go_to("LT06")
    press(Qt.Key.Key_Space, 10)
    card = page._tests["LT06"]
    assert card.counter._number.text() == "10"
    assert card.counter._where.text() == "First try, Left"
    press(Qt.Key.Key_S)
    assert visit.answers()["load_tests/LT06"] == {"left": 10}
    press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is field(page, "LT06", "right").line
    press(Qt.Key.Key_Space, 11)
    press(Qt.Key.Key_Return)  # leaving the field writes it down as well
    assert visit.answers()["load_tests/LT06"] == {"left": 10, "right": 11}
    assert card.header.accessibleName().startswith("Hops, 10 | 11 hops")


def test_a_finger_counts_too_and_again_begins_anew(page, visit, qtbot):
    page.go_to("LT05")
    counter = page._tests["LT05"].counter
    for _ in range(3):
        QTest.mouseClick(counter.one, Qt.MouseButton.LeftButton)
    assert field(page, "LT05").line.text() == "3"
    QTest.mouseClick(counter.again, Qt.MouseButton.LeftButton)
    assert field(page, "LT05").line.text() == "0"
    for _ in range(2):
        QTest.mouseClick(counter.one, Qt.MouseButton.LeftButton)
    QTest.mouseClick(counter.halt, Qt.MouseButton.LeftButton)
    assert visit.answers()["load_tests/LT05"] == 2


def test_a_count_is_one_step_of_undo(page, visit, qtbot):
    visit.record_together({"load_tests/LT05": 4})
    page.go_to("LT05")
    press(Qt.Key.Key_Space, 6)
    press(Qt.Key.Key_S)
    assert visit.answers()["load_tests/LT05"] == 6
    visit.undo("impact")
    assert visit.answers()["load_tests/LT05"] == 4
    assert field(page, "LT05").line.text() == "4"


def test_leaving_in_the_middle_keeps_the_count(page, visit, qtbot):
    page.go_to("LT05")
    press(Qt.Key.Key_Space, 7)
    page.settle()
    assert visit.answers()["load_tests/LT05"] == 7


def test_the_watch_hears_space_and_s(page, visit, qtbot):
    page.go_to("LT04")
    press(Qt.Key.Key_Space)
    watch = page._rows["LT04"].control
    assert watch._tick.isActive()
    qtbot.waitUntil(lambda: float(watch.line.text() or 0) > 0.2)
    press(Qt.Key.Key_S)
    assert not watch._tick.isActive()
    assert visit.answers()["load_tests/LT04"] > 0.2


@pytest.mark.parametrize(
    ("answers", "found", "word"),
    [
        ({}, "", "Not tested"),
        ({"LT05": 10}, "10 reps", "Begun"),
        ({"LT05": 10, "LT05_symptoms": "none"}, "10 reps", "Met"),
        ({"LT05": 6, "LT05_symptoms": "none"}, "6 reps", "Not met"),
        (
            {"LT05": 10, "LT05_leak": 1, "LT05_symptoms": "none"}
            | {"LT05_retest": 10, "LT05_retest_symptoms": "none"},
            "10 reps; with cue 10 reps",
            "With cue",
        ),
        ({"LT05": "declined"}, "Declined", "Not tested"),
    ],
)
def test_a_folded_test_says_what_was_found_and_how_it_counts(page, visit, answers, found, word):
    visit.record_together({f"load_tests/{each}": value for each, value in answers.items()})
    header = page._tests["LT05"].header
    assert (header._found.text(), header._word.text()) == (found, word)


def test_the_beat_is_on_only_while_its_test_is_open(page, qtbot, monkeypatch):
    monkeypatch.setattr(Metronome, "_sound", lambda _self, _per_minute: None)
    page.go_to("LT04")
    QTest.mouseClick(page._tests["LT04"].counter.beat, Qt.MouseButton.LeftButton)
    assert (page._metronome.running, page._metronome.per_minute) == (True, 170)
    page.go_to("LT05")
    assert not page._metronome.running
    assert not page._tests["LT04"].counter.beat.isChecked()
