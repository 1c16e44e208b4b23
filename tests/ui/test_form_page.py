"""Any form: answers are recorded at once, questions come and go, keys reach everything."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from runclinic.forms import catalogue
from runclinic.ui.form_page import FormPage


@pytest.fixture
def page(qtbot, visit):
    def shown(form_id, **more):
        made = FormPage(visit, catalogue.form(form_id), **more)
        qtbot.addWidget(made)
        made.resize(790, 640)
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        made.start()
        return made

    return shown


def press(qapp, keys):
    QTest.keyClicks(qapp.focusWidget(), keys)


def asked(page):
    page.complete()
    return [question_id for question_id in page._applies if not page._rows[question_id].isHidden()]


def test_a_key_answers_the_focused_question_on_the_disk(page, visit, qapp):
    page("safety")
    press(qapp, "2")
    assert [entry.value for entry in visit.store.visits.trail(visit.visit.id, "safety/RF01")] == ["no"]


def test_a_whole_screen_is_answered_with_one_key_a_question(page, visit, qapp):
    screen = page("safety")
    order = [each for each in asked(screen) if not screen._rows[each].question.private]
    for question_id in order[:6]:
        press(qapp, "2")
        assert visit.now()[f"safety/{question_id}"] == "no"


def test_a_detail_appears_with_the_answer_that_calls_for_it_and_goes_again(page, visit):
    screen = page("safety")
    assert "RF16_sub" not in asked(screen)
    visit.record("safety/RF16", "yes")
    assert "RF16_sub" in asked(screen)
    visit.record("safety/RF16", "no")
    assert "RF16_sub" not in asked(screen)


def test_tab_goes_in_reading_order_also_through_what_appeared_later(page, visit, qapp):
    screen = page("safety")
    visit.record("safety/RF05", "yes")
    screen.complete()
    screen.go_to("RF05")
    QTest.keyClick(qapp.focusWidget(), Qt.Key.Key_Tab)
    assert screen._row_of(qapp.focusWidget()).question.id == "RF05_sub"


def test_what_is_open_and_needed_is_marked_and_declined_counts_as_answered(page, visit):
    screen = page("safety")
    assert "RF01" in screen._needed
    visit.record("safety/RF01", "declined")
    assert "RF01" not in screen._needed


def test_declining_and_taking_back_by_key(page, visit, qapp):
    page("history")
    QTest.keyClick(qapp.focusWidget(), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert visit.now()["history/H01"] == "declined"
    QTest.keyClick(qapp.focusWidget(), Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    assert "history/H01" not in visit.now()


@pytest.mark.parametrize("question_id", ["RF24", "RF26"])
def test_a_private_question_is_covered_until_it_is_asked_for(page, question_id):
    screen = page("safety")
    screen.complete()
    row = screen._rows[question_id]
    assert row._words.isHidden()
    assert row.control.isHidden()
    screen.go_to(question_id)
    assert row._words.isVisible()
    screen.go_to("RF01")
    assert row._words.isHidden()


def test_an_impossible_date_is_said_under_the_field_and_not_kept(page, visit, qapp):
    visit.record("history/H04", 1)
    screen = page("history")
    screen.go_to("H06")
    press(qapp, "24.12.2026")  # after the visit of 17 November
    row = screen._rows["H06"]
    row.control.settle()
    assert row._why.isVisible()
    assert "after the visit" in row._why.text()
    assert "history/H06" not in visit.now()


def test_an_answer_that_another_one_forbids_is_refused_beside_it(page, visit, qapp):
    visit.record("history/H04", 3)
    screen = page("history")
    screen.go_to("H05")
    press(qapp, "2")
    screen._rows["H05"].control.settle()
    assert "less than" in screen._rows["H05"]._why.text()
    assert "history/H05" not in visit.now()


def test_undo_shows_the_earlier_answer(page, visit):
    screen = page("safety")
    visit.record("safety/RF01", "yes")
    visit.record("safety/RF01", "no")
    visit.undo("safety")
    assert screen._rows["RF01"].control.choices.value == "yes"


def test_leaving_a_page_with_a_half_typed_text_keeps_it(page, visit, qapp):
    screen = page("history")
    press(qapp, "Heavy after hills")
    screen.settle()
    assert visit.now()["history/H01"] == "Heavy after hills"


def test_escape_leaves_a_field_and_keeps_what_was_typed(page, visit, qapp):
    page("history")
    field = qapp.focusWidget()
    press(qapp, "Drops on hills")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert visit.now()["history/H01"] == "Drops on hills"
    assert not field.hasFocus()


def test_a_part_of_a_form_shows_only_its_own_tests(page):
    shown = asked(page("load_tests", cards=("LT01",)))
    assert shown
    assert {each.split("_")[0] for each in shown} == {"LT01"}


@pytest.mark.parametrize(
    "form_id", ["safety", "history", "load_tests", "strength", "abdominal_wall", "pop_q", "psfs", "clinic"]
)
def test_a_form_fits_the_smallest_window(page, form_id):
    screen = page(form_id)
    screen.resize(692, 600)  # 1092 logical pixels, less rail, icons of the parts, and panel
    screen.complete()
    inside = screen._scroll.widget()
    assert inside.minimumSizeHint().width() <= screen._scroll.viewport().width()
