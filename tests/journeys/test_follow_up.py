"""A follow-up of a stable runner: from her page to a signed and printed plan, every key and click counted."""

import logging
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from runclinic import case, paths, records
from runclinic.records.keys import FLOOR
from runclinic.ui import look
from runclinic.ui.follow_up import begin
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.workplace import Workplace
from tests.journeys.test_case_c4 import CLINIC, PASSWORD, Hands, field, go_to, print_it, sign

MOST = 120
ENTER = Qt.Key.Key_Return
LATELY = (date.today() - timedelta(days=3)).isoformat()
RUN = {"H42_last_run": LATELY, "H42_longest_min": 5, "H42_longest_date": LATELY}
IMPACT = ("LT04", "LT05", "LT06")


@pytest.fixture
def store(tmp_path):
    with records.create(tmp_path / "clinic", CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR) as store:
        yield store


@pytest.fixture
def earlier(store):
    """The visit five weeks ago: case C4, its outcome confirmed, signed."""
    given = case.read(paths.resources() / "examples" / "c4.toml")
    day = date.today() - timedelta(weeks=5)
    client = store.clients.add(given_name="Hanna", family_name="Lindqvist", born=date(1992, 3, 1))
    visit = OpenVisit(store, client, store.visits.start(client.id, day))
    birth = (day - timedelta(weeks=30)).isoformat()
    answers = {**given.answers, "history/H06": birth}
    visit.record_together({key: value for key, value in answers.items() if "previous/" not in key})
    visit.record("decision/confirmed", visit.assessment().outcome)
    visit.sign()
    return visit


@pytest.fixture
def work(store, earlier, qtbot):
    look.dress("light")
    made = Workplace(store)
    made.backing_up.stop()
    qtbot.addWidget(made)
    made.resize(1366, 728)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_nothing_that_is_carried_counts_before_it_is_confirmed(store, earlier):
    visit = OpenVisit(store, earlier.client, begin(store, earlier.client, date.today()))
    assert {key.partition("/")[0] for key in visit.now()} == {"previous"}
    fresh = OpenVisit(store, earlier.client, store.visits.start(earlier.client.id, date.today()))
    assert visit.assessment().outcome == fresh.assessment().outcome
    assert visit.assessment().findings == fresh.assessment().findings


def test_still_so_records_a_section_as_carried_in_one_step(work, store, earlier, qtbot):
    row = begin(store, earlier.client, date.today())
    work.show_visit(earlier.client, row)
    page = work.visit_page
    page.go_to("history")
    form = page._made["history"]._pages["history"]
    strip = form._strips["Pregnancies and births"]
    assert "How many births" in strip._words.text()
    QTest.mouseClick(strip.still, Qt.MouseButton.LeftButton)
    births = earlier.answers()["history/H04"]
    assert page.visit.now()["history/H04"] == births
    entries = [each for each in store.visits.entries(row.id) if each.key == "history/H06"]
    assert [each.source for each in entries] == ["carried"]
    assert not strip.isVisible()
    page.undo()
    assert "history/H04" not in page.visit.now()
    assert strip.isVisible()
    page.shut()


def test_what_is_due_again_is_offered(work, store, earlier):
    work.show_visit(earlier.client, begin(store, earlier.client, date.today()))
    page = work.visit_page
    page.go_to("questionnaires")
    forms = page._made["questionnaires"]
    due = next(each for each in forms.findChildren(QAbstractButton) if "Last filled in" in each.toolTip())
    assert due.accessibleName() == "PHQ-4"
    QTest.mouseClick(due, Qt.MouseButton.LeftButton)
    assert forms._stack.currentWidget() is forms._pages["phq_4"]
    page.shut()


@pytest.mark.qt_log_ignore("grabbing the keyboard")  # the completer of the file dialog, offscreen
def test_a_stable_runner_is_seen_signed_and_given_her_plan(work, store, earlier, qtbot, tmp_path):
    hands = Hands()
    work.show_client(earlier.client)
    hands.press(ENTER)  # begin a visit
    page = work.visit_page
    safe(page, hands)
    history(page, hands)
    impact(page, hands)
    go_to(page, hands, "readiness")
    proposed = page.visit.assessment().proposed_outcome
    buttons = page._made["readiness"].panel.findChildren(QAbstractButton)
    hands.click(next(each for each in buttons if each.accessibleName().startswith("Confirm")))
    assert page.visit.assessment().outcome == proposed
    print_it(page, hands, qtbot, tmp_path / "plan.pdf")
    row = page.visit.visit
    sign(page, hands, qtbot)
    qtbot.waitUntil(lambda: work.signed_page is not None)
    assert store.visits.get(row.id).state == "signed"
    assert (tmp_path / "plan.pdf").read_bytes().startswith(b"%PDF")
    logging.getLogger("journey").info("%s key presses and clicks", hands.count)
    assert hands.count <= MOST


def safe(page, hands):
    """Safety is asked anew: a key a question; vital signs and what is asked alone are passed by."""
    go_to(page, hands, "safety")
    form = page._made["safety"]._pages["safety"]
    while (needed := next(iter(form._needed), None)) is not None:
        row = form._made(needed)
        if row.question.private and row._words.isHidden():
            hands.click(row._ask)
        elif not row.control.isAncestorOf(QApplication.focusWidget()):
            form.go_to(needed)
            hands.count += 1
        hands.type("2")


def history(page, hands):
    go_to(page, hands, "history")
    form = page._made["history"]._pages["history"]
    while form._offered():
        hands.press(ENTER, Qt.KeyboardModifier.ControlModifier)
    while (needed := next(iter(form._needed), None)) is not None:
        row = form._made(needed)
        form._scroll.ensureWidgetVisible(row, 0, 60)
        QApplication.processEvents()
        if needed in RUN:
            field(row.control, hands, RUN[needed])
            continue
        choices = row.control.choices
        no = [choice.value for choice in choices._choices].index("no" if row.question.kind == "yes_no" else 0)
        hands.click(choices.buttons[no])


def impact(page, hands):
    """The impact tests again, all reached and dry."""
    go_to(page, hands, "impact")
    form = page._made["impact"]._pages["load_tests"]
    for test, typed in zip(IMPACT, (("60",), ("10",), ("10", "10")), strict=True):
        if not form._rows[test].control.isAncestorOf(QApplication.focusWidget()):
            hands.click(form._tests[test].header)
        for number in typed:
            hands.type(number)
            hands.press(ENTER)
        hands.type("n")
    answers = page.visit.answers()
    assert all(answers[f"load_tests/{test}_symptoms"] == "none" for test in IMPACT)
