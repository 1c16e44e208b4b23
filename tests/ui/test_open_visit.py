"""What is recorded stands on the disk at once, and undoing appends."""

import pytest

from runclinic.records.database import NotSaved
from runclinic.refused import Refused
from runclinic.ui.open_visit import OpenVisit


def trail(visit, key):
    return [(entry.value, entry.state) for entry in visit.store.visits.trail(visit.visit.id, key)]


def test_an_answer_is_committed_before_record_returns(visit, client):
    visit.record("safety/RF01", "no")
    again = OpenVisit(visit.store, client, visit.visit)
    assert again.now() == {"safety/RF01": "no"}


def test_an_answer_that_already_stands_is_not_recorded_twice(visit):
    assert visit.record("safety/RF01", "no")
    assert visit.record("safety/RF01", "no")
    assert trail(visit, "safety/RF01") == [("no", "value")]


def test_zero_and_no_are_different_answers(visit):
    visit.record("history/H54_video", "no")
    visit.record("history/H44", 0)
    assert visit.answers()["history/H44"] == 0


def test_undo_stays_within_its_part_and_leaves_a_trace(visit):
    visit.record("safety/RF01", "yes")
    visit.record("history/H04", 2)
    visit.undo("safety")
    assert visit.now() == {"history/H04": 2}
    assert trail(visit, "safety/RF01") == [("yes", "value"), (None, "cleared")]
    visit.redo("safety")
    assert visit.now()["safety/RF01"] == "yes"
    assert [value for value, _ in trail(visit, "safety/RF01")] == ["yes", None, "yes"]


def test_the_tests_of_one_form_are_undone_in_the_part_that_shows_them(visit):
    visit.record("load_tests/LT01", 30)
    visit.record("load_tests/LT04", 60)
    visit.undo("impact")
    assert visit.now() == {"load_tests/LT01": 30}


def test_what_is_typed_in_one_go_is_one_step_of_undo(visit):
    for typed in ("H", "He", "Heavy"):
        visit.record("history/H01", typed, typing=True)
    visit.pause()
    visit.record("history/H01", "Heavy on hills", typing=True)
    visit.undo("history")
    assert visit.now()["history/H01"] == "Heavy"
    visit.undo("history")
    assert "history/H01" not in visit.now()


def test_several_values_together_are_one_step(visit):
    visit.record_together({"decision/reason": "Runs in a group", "decision/outcome": "O1"})
    visit.undo("readiness")
    assert visit.now() == {}


def test_who_listens_is_told_after_the_commit(visit, qtbot):
    with qtbot.waitSignals([visit.saved, visit.changed], order="strict"):
        visit.record("safety/RF01", "no")


def test_what_cannot_be_saved_is_told_and_not_kept(visit, qtbot, monkeypatch):
    def full(*_entry, **_more):
        raise Refused("The disk is full.", "Free some space.")

    monkeypatch.setattr(visit.store.visits, "append", full)
    with qtbot.waitSignal(visit.not_saved):
        stored = visit.record("safety/RF01", "no")
    assert not stored
    assert visit.now() == {}
    assert not visit.steps("safety").done


def test_a_decision_that_a_later_answer_forbids_is_left_out_and_said(visit):
    visit.record_together({"decision/reason": "Runs in a group", "decision/outcome": "O1"})
    assert visit.assessment().outcome == "O1"
    visit.record("safety/RF01", "yes")
    assert visit.assessment().outcome == "O0"
    assert "no way up" in visit.decision_refused


class FullDisk:
    """A disk that takes nothing until it is freed."""

    def __init__(self, visit, monkeypatch):
        self.full, self.tried, whole = True, 0, visit.store.visits.append

        def append(*entry, **more):
            self.tried += 1
            if self.full:
                raise NotSaved("This was not saved: the disk is full.", "Free some space; then it is saved.")
            return whole(*entry, **more)

        monkeypatch.setattr(visit.store.visits, "append", append)


@pytest.fixture
def full(visit, monkeypatch):
    return FullDisk(visit, monkeypatch)


def test_what_a_full_disk_refused_is_saved_by_itself_once_there_is_room(visit, full, qtbot):
    visit.record("safety/RF01", "no")
    visit.record("safety/RF02", "yes")
    assert (visit.unsaved, visit.now()) == (2, {})
    full.full = False
    with qtbot.waitSignal(visit.saved):  # nobody does anything
        pass
    assert (visit.unsaved, visit.now()) == (0, {"safety/RF01": "no", "safety/RF02": "yes"})


def test_the_last_word_counts(visit, full):
    visit.record("safety/RF01", "no")
    visit.record("safety/RF01", "yes")
    assert visit.unsaved == 1
    full.full = False
    assert visit.save_again()
    assert visit.now() == {"safety/RF01": "yes"}
    assert [each.value for each in visit.store.visits.entries(visit.visit.id)] == ["yes"]


def test_an_answer_given_anew_once_there_is_room_takes_the_place_of_the_waiting_one(visit, full):
    visit.record("safety/RF01", "no")
    full.full = False
    assert visit.record("safety/RF01", "yes")
    assert visit.unsaved == 0
    assert visit.save_again()
    assert visit.now() == {"safety/RF01": "yes"}


def test_nothing_is_signed_while_an_answer_waits(visit, full):
    visit.record("safety/RF01", "no")
    assert "1 answer is not saved yet: the disk is full or fails." in visit.readiness_to_sign().blocking
    with pytest.raises(Refused, match="not saved yet"):
        visit.sign()


def test_what_can_never_be_saved_does_not_wait(visit, qtbot, monkeypatch):
    def refused(*_entry, **_more):
        raise Refused("This visit is signed.", "Amend it.")

    monkeypatch.setattr(visit.store.visits, "append", refused)
    assert not visit.record("safety/RF01", "no")
    assert visit.unsaved == 0
