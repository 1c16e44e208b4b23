"""The visit page: flags over the step at once, parts that are shut, the panel, keys from part to part."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from runclinic.ui.parts.pages import pages
from runclinic.ui.status_line import StatusLine
from runclinic.ui.stop_sheet import StopSheet
from runclinic.ui.visit import VisitPage


@pytest.fixture
def page(qtbot, visit):
    made = VisitPage(visit, pages(visit.store, StatusLine("Marta Okafor")))
    qtbot.addWidget(made)
    made.resize(1290, 660)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.start()
    yield made
    made.shut()


def words_in(widget):
    """What can be read there, once Qt has shown what was laid out."""
    QApplication.processEvents()
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


@pytest.mark.parametrize(
    ("answers", "kind", "said"),
    [
        ({"RF01": "yes"}, "stop", "Emergency referral now"),
        ({"RF07": "yes"}, "stop", "Same-day medical review"),
        ({"RF18": "yes"}, "hold", "Hold impact"),
        ({"RF13": "yes"}, "hold", "Refer now; record the letter"),
        ({"RF13": "yes", "RF07": "yes"}, "stop", "Same-day medical review"),
    ],
)
def test_the_most_severe_flag_rules_the_sheet(qtbot, visit, answers, kind, said):
    sheet = StopSheet(visit)
    qtbot.addWidget(sheet)
    visit.changed.connect(lambda _keys: sheet.refresh())
    for question_id, answer in answers.items():
        visit.record(f"safety/{question_id}", answer)
    assert sheet.card.property("card") == kind
    assert said in words_in(sheet)


def test_a_flag_stands_over_the_step_at_once_and_goes_with_the_answer(page, visit):
    assert page.sheet.isHidden()
    visit.record("safety/RF01", "yes")
    assert not page.sheet.isHidden()
    visit.record("safety/RF01", "no")
    assert page.sheet.isHidden()


def test_the_sheet_leads_to_where_the_referral_is_recorded(page, visit, qtbot):
    visit.record("safety/RF13", "yes")
    page.go_to("history")
    page.sheet.primary.click()
    assert page.part == "safety"
    QTest.keyClicks(QApplication.focusWidget(), "16.11.2026")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert visit.now()["safety/RF13_referral"] == "2026-11-16"


def test_a_note_only_flag_raises_no_sheet(page, visit):
    visit.record("safety/RF31", "yes")
    visit.record("safety/RF31_unstable", "no")
    assert page.sheet.isHidden()
    assert "Tell her GP" in words_in(page.panel)


def test_a_private_flag_is_not_spelled_out(page, visit):
    visit.record("safety/RF24", "yes")
    for place in (page.sheet, page.panel):
        assert "private" in words_in(place)
        assert "harm" not in words_in(place)


def test_a_stop_shuts_the_parts_with_exertion_until_it_is_closed(page, visit):
    visit.record("safety/RF07", "yes")
    for part in ("strength", "impact", "gait"):
        page.go_to(part)
        assert page._stack.currentWidget() is page._locked
    page.go_to("history")
    assert page._stack.currentWidget() is page._made["history"]
    page.go_to("impact")
    visit.record("safety/RF07", "no")
    assert page._stack.currentWidget() is page._made["impact"]


def test_keys_lead_from_part_to_part(page):
    alt, control = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
    for key, modifier, part in (
        (Qt.Key.Key_2, alt, "history"),
        (Qt.Key.Key_PageDown, control, "questionnaires"),
        (Qt.Key.Key_5, alt, "strength"),
        (Qt.Key.Key_PageUp, control, "pelvic_floor"),
        (Qt.Key.Key_1, alt, "safety"),
    ):
        QTest.keyClick(QApplication.focusWidget(), key, modifier)
        assert page.part == part


def test_the_list_says_state_and_what_is_left_to_a_screen_reader(page, visit):
    visit.record("safety/RF01", "no")
    first = page.parts.item(0)
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == "Safety screen, begun 28 left"
    assert "Alt+1" in first.toolTip()


def test_the_panel_explains_the_question_that_is_looked_at(page):
    assert "suspected cauda equina" in words_in(page.panel)
    assert "Greenhalgh 2018" in words_in(page.panel)


def test_leaving_a_part_keeps_what_is_half_typed(page, visit):
    page.go_to("history")
    QTest.keyClicks(QApplication.focusWidget(), "Heavy on hills")
    page.go_to("safety")
    assert visit.now()["history/H01"] == "Heavy on hills"


def test_a_plan_is_changed_and_undone_in_its_own_part(page, visit):
    visit.record("safety/RF01", "no")
    page.go_to("plan")
    plan = page._made["plan"]
    before = [each.id for each in visit.plan().plan.exercises]
    plan._set(before[1:])
    assert [each.id for each in visit.plan().plan.exercises] == before[1:]
    page.undo()
    assert [each.id for each in visit.plan().plan.exercises] == before
    assert visit.now()["safety/RF01"] == "no"
