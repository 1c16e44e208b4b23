"""The POP-Q grid with real keys: nine numbers in their order, the profile and the stage follow each."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from runclinic.forms import catalogue
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.parts.pop_q import GRID, PopQPage
from runclinic.ui.side_panel import SidePanel, stage_lines

TYPED = {
    "Aa": "-1.5",
    "Ba": "-1",
    "C": "-6",
    "GH": "4",
    "PB": "3.5",
    "TVL": "9",
    "Ap": "-2.5",
    "Bp": "-2,5",
    "D": "-8",
}


def page_of(visit, qtbot):
    visit.record_together({"consent/internal": "yes"})
    page = PopQPage(visit, catalogue.form("pop_q"))
    qtbot.addWidget(page)
    page.resize(780, 640)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


def type_all(page):
    page.go_to("Aa")
    for point, typed in TYPED.items():
        line = QApplication.focusWidget()
        assert line is page._rows[point].control.line, point
        QTest.keyClicks(line, typed)
        QTest.keyClick(line, Qt.Key.Key_Return)


def test_nine_numbers_and_enter_alone_give_the_stage(visit, qtbot):
    page = page_of(visit, qtbot)
    type_all(page)
    answers = visit.answers()
    assert [answers[f"pop_q/{point}"] for point in TYPED] == [-1.5, -1, -6, 4, 3.5, 9, -2.5, -2.5, -8]
    assert visit.assessment().facts.pop_q.stage == "II"
    assert [words for words, _ in stage_lines(visit.assessment().facts.pop_q)] == [
        "Stage II, front wall",
        "Leading edge −1.0 cm, not beyond the hymen.",
    ]
    assert "Ba −1" in page.profile.accessibleDescription()


def test_they_stand_as_clinicians_write_them(visit, qtbot):
    page = page_of(visit, qtbot)
    for row in GRID:
        tops = [page._rows[name].geometry().top() for name in row]
        lefts = [page._rows[name].geometry().left() for name in row]
        assert len(set(tops)) == 1
        assert lefts == sorted(set(lefts))


def test_the_profile_is_drawn_anew_with_each_number(visit, qtbot):
    page = page_of(visit, qtbot)
    empty = page.profile.grab().toImage()
    visit.record_together({"pop_q/Aa": -3, "pop_q/Ba": -2, "pop_q/C": -7})
    some = page.profile.grab().toImage()
    visit.record_together({"pop_q/Ba": 2})
    assert len({bytes(each.constBits()) for each in (empty, some, page.profile.grab().toImage())}) == 3


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"Aa": -1, "Ba": -2}, "Ba goes from −3 to TVL and never lies above Aa."),
        ({"TVL": 3}, "TVL under 4: stage by eye."),
        ({"C": -4, "D": -9}, "think of a long cervix"),
    ],
)
def test_what_cannot_be_is_said_and_kept(visit, qtbot, numbers, said):
    page = page_of(visit, qtbot)
    visit.record_together({f"pop_q/{name}": cm for name, cm in numbers.items()})
    assert page._notes.isVisible()
    assert said in page._notes.text()
    assert all(visit.answers()[f"pop_q/{name}"] == cm for name, cm in numbers.items())


def test_a_wrong_number_leaves_the_stage_open_in_the_panel(visit, qtbot):
    numbers = {"Aa": -1, "Ba": -2, "C": -6, "D": -8, "Ap": -3, "Bp": -3, "GH": 4, "PB": 3, "TVL": 9}
    visit.record_together({"consent/internal": "yes"} | {f"pop_q/{name}": cm for name, cm in numbers.items()})
    panel = SidePanel(visit)
    qtbot.addWidget(panel)
    panel.show_part(("pop_q",), 0, "")
    assert ("Look again at Ba.", "second") in stage_lines(visit.assessment().facts.pop_q)


def test_the_last_visit_is_beside_each_number(store, client, qtbot):
    earlier = store.visits.start(client.id, date(2026, 10, 13))
    store.visits.append(earlier.id, "pop_q/Ba", -0.5)
    now = OpenVisit(store, client, store.visits.start(client.id, date(2026, 11, 17)))
    page = page_of(now, qtbot)
    assert page._former == ("13 October 2026", {"Ba": -0.5})
    assert "was −0.5" in [each.text() for each in page._rows["Ba"].findChildren(QLabel)]
