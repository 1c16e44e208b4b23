"""The body chart on the screen: by mouse and by keys, what it records, and what a screen reader hears."""

from collections import deque

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from runclinic.forms import catalogue
from runclinic.plan.figures.chart import VIEWS, regions
from runclinic.ui.body_chart import BodyChartControl, Place, nearest
from runclinic.ui.control import Asked
from runclinic.ui.form_page import FormPage
from runclinic.ui.questions import make

SIDES, STRENGTH = "history/H29_sides", "history/H30"


@pytest.fixture
def chart(qtbot, visit):
    made = FormPage(visit, catalogue.form("history"), cards=("H29", "H29_sides", "H30"))
    qtbot.addWidget(made)
    made.resize(790, 900)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.complete()
    control = made._rows["H29"].control
    assert isinstance(control, BodyChartControl)
    return control


def place(chart, view, site, side):
    found = chart.views[VIEWS.index(view)].place_of(site, side)
    assert found is not None
    return found


def middle(its):
    """A pixel inside its outline and below no other place."""
    view = its.parentWidget()
    for x in range(its.x(), its.x() + its.width(), 2):
        for y in range(its.y(), its.y() + its.height(), 2):
            if view.childAt(QPoint(x, y)) is its:
                return QPoint(x, y)
    raise AssertionError(its.words)


def click(its):
    at = middle(its)
    QTest.mouseClick(its, Qt.MouseButton.LeftButton, pos=at - its.pos())


def press(qapp, keys):
    QTest.keyClicks(qapp.focusWidget(), keys)


def key(qapp, which):
    QTest.keyClick(qapp.focusWidget(), which)


def test_a_click_marks_site_and_side_and_the_scale_is_asked(chart, visit, qapp):
    click(place(chart, "front", "knee", "left"))
    assert visit.now()["history/H29"] == ["knee"]
    assert visit.now()[SIDES] == {"knee": "left"}
    assert STRENGTH not in visit.now()  # nothing is answered for her
    assert chart.strength.isVisible()
    press(qapp, "4")
    assert visit.now()[STRENGTH] == {"knee": {"now": 4}}
    assert chart.marks() == {("knee", "left"): "4"}


def test_by_mouse_alone(chart, visit):
    click(place(chart, "pelvis", "pelvic_girdle", "mid"))
    QTest.mouseClick(chart.strength.choices.buttons[7], Qt.MouseButton.LeftButton)
    assert visit.now()[STRENGTH] == {"pelvic_girdle": {"now": 7}}
    QTest.mouseClick(chart.remove, Qt.MouseButton.LeftButton)
    assert [visit.now().get(each) for each in ("history/H29", SIDES, STRENGTH)] == [None, None, None]


def test_the_other_side_makes_both_and_ten_is_one_answer(chart, visit, qapp):
    click(place(chart, "back", "buttock", "left"))
    click(place(chart, "back", "buttock", "right"))
    assert visit.now()[SIDES] == {"buttock": "both"}
    press(qapp, "10")
    assert visit.now()[STRENGTH] == {"buttock": {"now": 10}}
    assert qapp.focusWidget() is place(chart, "back", "buttock", "right")


def test_by_keys_alone(chart, visit, qapp):
    front = chart.views[0]
    chart.sites._buttons[0].setFocus()
    for _ in range(40):
        if qapp.focusWidget() is front._stop:
            break
        QTest.keyClick(qapp.focusWidget(), Qt.Key.Key_Backtab)
    assert qapp.focusWidget() is front._stop
    start = qapp.focusWidget().region
    key(qapp, Qt.Key.Key_Down)
    assert qapp.focusWidget().region != start
    chosen = qapp.focusWidget().region
    key(qapp, Qt.Key.Key_Return)
    press(qapp, "2")
    assert qapp.focusWidget().region == chosen
    assert visit.now()["history/H29"] == [chosen.site]
    assert visit.now()[STRENGTH] == {chosen.site: {"now": 2}}
    key(qapp, Qt.Key.Key_Delete)
    assert visit.now().get("history/H29") is None


def test_a_side_taken_from_both_leaves_the_strength(chart, visit, qapp):
    visit.record_together(
        {"history/H29": ["knee"], SIDES: {"knee": "both"}, STRENGTH: {"knee": {"now": 3, "worst": 5}}}
    )
    place(chart, "front", "knee", "left").setFocus()
    key(qapp, Qt.Key.Key_Delete)
    assert visit.now()[SIDES] == {"knee": "right"}
    assert visit.now()[STRENGTH] == {"knee": {"now": 3, "worst": 5}}


def test_a_choice_is_one_step_of_undo(chart, visit):
    click(place(chart, "front", "shin", "right"))
    visit.undo("history")
    assert [visit.now().get(each) for each in ("history/H29", SIDES)] == [None, None]
    assert chart.marks() == {}


def test_what_is_chosen_in_the_list_stands_on_the_body_and_other_words_stay(chart, visit, qapp):
    visit.record("history/H29", ["knee", "other: little toe"])
    assert chart.marks() == {("knee", "left"): "", ("knee", "right"): ""}
    click(place(chart, "front", "foot", "left"))
    assert visit.now()["history/H29"] == ["knee", "foot", "other: little toe"]
    click(place(chart, "front", "knee", "left"))  # it had no side yet
    assert visit.now()[SIDES] == {"foot": "left", "knee": "left"}


def test_a_place_says_its_name_and_state(chart, visit):
    knee = place(chart, "front", "knee", "left")
    assert knee.accessibleName() == "knee, left"
    assert (knee.accessibleDescription(), knee.isChecked()) == ("Not marked", False)
    visit.record_together({"history/H29": ["knee"], SIDES: {"knee": "left"}, STRENGTH: {"knee": {"now": 6}}})
    assert (knee.accessibleDescription(), knee.isChecked()) == ("Marked, 6 of 10 now", True)
    names = [each.accessibleName() for view in chart.views for each in view.places]
    assert all(names)


@pytest.mark.parametrize("view", VIEWS)
def test_arrows_reach_every_place(view):
    seen, open_ = set(), deque([regions(view)[0]])
    while open_:
        at = open_.popleft()
        if at.key in seen:
            continue
        seen.add(at.key)
        steps = (nearest(at, *step) for step in ((1, 0), (-1, 0), (0, 1), (0, -1)))
        open_.extend(each for each in steps if each)
    assert seen == {each.key for each in regions(view)}


def test_every_place_can_be_hit_and_is_no_smaller_than_a_fingertip(chart):
    for view in chart.views:
        for each in view.places:
            assert middle(each) is not None
            bounds = each.geometry()
            assert min(bounds.width(), bounds.height()) >= 24, each.words


def test_where_one_question_is_asked_alone_the_list_stands(visit):
    question = catalogue.form("history").find("H29")
    assert question is not None
    alone = make(question, Asked("history", lambda _: None, lambda _: None, lambda *_: None, visit.day))
    assert not alone.findChildren(Place)
