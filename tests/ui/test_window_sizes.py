"""No page needs sideways scrolling in the smallest window, and nothing hides behind the panel."""

import pytest

from runclinic.ui.pieces import Scroll
from runclinic.ui.workplace import Workplace

PARTS = (
    "safety",
    "history",
    "questionnaires",
    "pelvic_floor",
    "strength",
    "impact",
    "readiness",
    "plan",
    "print",
)


@pytest.fixture
def work(qtbot, visit):
    visit.record("safety/RF07", "yes")
    visit.record("load_tests/LT01", 30)
    visit.record("load_tests/LT01_leak", 1)
    visit.record("safety/RF07", "no")
    made = Workplace(visit.store)
    qtbot.addWidget(made)
    made.resize(1092, 600)
    made.show()
    qtbot.waitExposed(made)
    made.show_visit(visit.client, visit.visit)
    yield made
    made.visit_page.shut()


def too_wide(page):
    """Scrolled pages in front that are wider than what is seen of them."""
    return [
        (scroll.widget().minimumSizeHint().width(), scroll.viewport().width())
        for scroll in page.findChildren(Scroll)
        if scroll.isVisible() and scroll.widget().minimumSizeHint().width() > scroll.viewport().width()
    ]


def test_every_part_fits_the_smallest_window(work, qtbot):
    for part in PARTS:
        work.visit_page.go_to(part)
        qtbot.wait(20)
        assert (work.visit_page.part, too_wide(work)) == (part, [])


def test_below_1000_the_panel_is_a_drawer_with_its_result_on_the_button(work, qtbot):
    work.resize(960, 600)
    qtbot.wait(20)
    page = work.visit_page
    assert not page._right.isVisible()
    assert page._drawer.isVisible()
    assert page._drawer.text() == "Foundation"
    page._drawer.click()
    assert page._right.isVisible()
