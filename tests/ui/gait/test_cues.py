"""A cue is logged with the film that was made with it, judged, kept in the plan, named on the gait sheet."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from runclinic.ui.gait.cue_log import IN_PLAN
from runclinic.ui.paper_preview import PaperPreview
from runclinic.ui.papers import GAIT
from runclinic.ui.status_line import StatusLine
from runclinic.visit import cue_trials
from runclinic.visit.cue_trials import CueTrial
from tests.ui.gait.test_compare import own, quicker, two  # noqa: F401
from tests.ui.gait.test_on_paper import printed

CONTROL = Qt.KeyboardModifier.ControlModifier


class Hands:
    """Clicks and keys on the page of cues, each counted."""

    def __init__(self, room):
        self.room, self.page, self.count = room, room.page.cue_page, 0
        room.settled()

    def click(self, button):
        assert button.isVisible()
        assert button.isEnabled()
        self.room.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.count += 1
        self.room.settled()

    def open(self):
        self.click(self.room.page.panel.cue)
        return self

    def choose(self, pick, words):
        """By its first letters, as in any list."""
        self.room.qtbot.keyClicks(pick, words)
        self.count += 1
        self.room.settled()

    def score(self, field, number):
        control = self.page.controls[field]
        self.click(control.choices.buttons[number])

    def symptom(self, number):
        self.click(self.page.controls["symptom"].choices.buttons[number])

    def beat(self, number):
        self.click(self.page.beat.choices.buttons[number])


def trial(room) -> CueTrial:
    (only,) = cue_trials.recorded(room.opened.now())
    return only


def primaries(room):
    shown = [each for each in room.page.panel.findChildren(QPushButton) if each.isVisible()]
    return [each.text() for each in shown if each.property("kind") == "primary"]


def logged(room):
    """A whole trial of the film on the screen."""
    hands = Hands(room).open()
    hands.choose(hands.page.cue, "take")
    hands.beat(1)
    hands.symptom(0)
    for field, number in (
        ("symptom_before", 4),
        ("symptom_after", 2),
        ("effort_before", 5),
        ("effort_after", 5),
    ):
        hands.score(field, number)
    return hands


def test_a_cue_is_logged_in_few_actions_judged_and_there_again(two, open_room):  # noqa: F811
    hands = logged(two)
    page = two.page.cue_page
    first, second = (each.id for each in two.page.films)
    cadence = page.films.cadence
    assert trial(two) == CueTrial(second, 1, "Q01", round(cadence * 1.05), first, "leak", 4, 2, 5, 5)
    assert page.title.text() == "This cue works"
    assert "Cadence" in page.reasons.text()
    assert "Symptom better, effort the same." in page.reasons.text()
    rows = page.model.rows
    assert rows[0].second.id == "cadence"
    assert rows[0].second.both.value / rows[0].first.both.value == pytest.approx(1.08, abs=0.02)
    assert page.beat.metronome.running
    hands.click(page.done)
    assert hands.count <= 15
    assert two.page.panel.measures.isVisible()
    assert primaries(two) == [two.page.panel.next.text()]
    assert "beat" in two.page.panel.cue.text()
    told = trial(two)
    again = open_room()
    again.page.open_film(told.film_id)
    Hands(again).open()
    page = again.page.cue_page
    assert page.cue.currentData() == "Q01"
    assert page.before.currentData() == told.before
    assert page.beat.choices.value == told.beat
    assert [page.controls[name].choices.value for name in ("symptom", "symptom_after")] == ["leak", 2]
    assert page.title.text() == "This cue works"
    assert not page.beat.metronome.running


def on_the_sheet(room):
    paper = PaperPreview(room.opened, StatusLine("Marta Okafor"))
    room.qtbot.addWidget(paper)
    said, _ = printed(paper, room.qtbot, GAIT)
    paper.shut()
    return said


def test_kept_it_stands_in_the_plan_and_on_the_gait_sheet_until_it_is_undone(two):  # noqa: F811
    hands = logged(two)
    page = two.page.cue_page
    before = two.opened.plan().plan.cues
    assert primaries(two) == (["Done"] if "Q01" in before else ["Use cue in plan"])
    hands.click(page.use)
    assert "Q01" in two.opened.plan().plan.cues
    assert trial(two).keep
    assert not page.use.isEnabled()
    assert primaries(two) == ["Done"]
    sheet = on_the_sheet(two)
    for said in (
        "Cue tried",
        "Take quicker, shorter steps",
        "Leak 4",
        "This cue works.",
        "It is in the plan.",
    ):
        assert said in sheet
    two.press("z", CONTROL)
    assert not trial(two).keep
    assert two.opened.plan().plan.cues == before
    two.press("y", CONTROL)
    assert "Q01" in two.opened.plan().plan.cues
    two.opened.record(IN_PLAN, ["Q06"])  # taken out in the plan itself
    two.settled()
    assert page.use.isEnabled()
    hands.click(page.use)
    assert two.opened.plan().plan.cues == ("Q06", "Q01")
    hands.choose(page.cue, "tall")
    assert not trial(two).keep
    assert two.opened.plan().plan.cues == ("Q06",)
    two.opened.record(IN_PLAN, ["Q06", "Q01", "Q02"])
    two.settled()
    assert not page.use.isEnabled()
    assert "3 cues" in page.use.toolTip()


def test_another_film_has_a_trial_of_its_own_and_own_words_stay_out_of_the_plan(two):  # noqa: F811
    hands = logged(two)
    page = two.page.cue_page
    first, second = (each.id for each in two.page.films)
    two.page.open_film(first)
    assert page.model.rows == ()
    assert page.cue.currentData() == page.before.currentData() == ""
    two.settled()
    assert page.model.rows == ()
    two.page.open_film(second)
    two.settled()
    assert page.cue.currentData() == "Q01"
    assert page.title.text() == "This cue works"
    two.page._tell("belt_speed", "12 km/h", typing=False)  # then the films no longer compare
    two.settled()
    assert page.title.text() == "Not decided yet"
    assert "cannot be compared: belt speed differs" in page.reasons.text()
    hands.choose(page.cue, "own")
    two.qtbot.keyClicks(page.controls["own"].line, "Look at the horizon")
    page.settle()
    two.settled()
    assert trial(two).cue == "Look at the horizon"
    assert two.page._marks.film().marks  # no letter of it marked or searched the film
    assert not page.use.isEnabled()
    assert "library" in page.use.toolTip()
    assert "judge it by the symptom" in page.reasons.text()


def test_the_only_film_offers_a_beat_that_ends_with_the_part_and_records_nothing(room, clip):
    room.on_film(clip.path)
    room.mark(clip)
    hands = Hands(room).open()
    page = room.page.cue_page
    assert page.only_film.isVisible()
    hands.beat(2)
    assert page.beat.metronome.per_minute == round(room.cadence.value * 1.1)
    assert cue_trials.recorded(room.opened.now()) == ()
    hands.click(page.beat.sound)
    assert not page.beat.metronome.running
    hands.click(page.beat.sound)
    room.page.hide()
    assert not page.beat.metronome.running
    room.page.show()
    number = len(room.page._marks.film().marks)
    for key in "1234":
        room.press(key)
    assert len(room.page._marks.film().marks) == number  # keys here never mark the film
