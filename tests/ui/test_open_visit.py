"""What is recorded stands on the disk at once, and undoing appends."""

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
