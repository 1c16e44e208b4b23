"""Every page can be read whole on a small laptop and in long languages, and looks as it was kept."""

import pytest
from PIL import Image, ImageChops
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from runclinic.ui import look
from runclinic.ui.pieces import Scroll, Stack
from tests.ui import golden_screens, screens


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    with screens.clinic(tmp_path_factory.mktemp("screens") / "clinic") as store:
        yield store


@pytest.fixture
def that_day(monkeypatch):
    flash = QApplication.cursorFlashTime()
    QApplication.setCursorFlashTime(0)
    with screens.that_day(monkeypatch):
        yield
    QApplication.setCursorFlashTime(flash)


def test_every_page_can_be_read_whole_and_looks_as_it_was_kept(qtbot, clinic, that_day, tmp_path):
    look.dress("light")
    cut, other = {}, []
    for screen in screens.screens(clinic, golden_screens.KEPT_SIZE):
        cut[screen.name] = screens.cut_off(screen, golden_screens.KEPT_SIZE)
        if screen.name in golden_screens.GOLDEN:
            picture = golden_screens.small(screen.widget)
            other.append(golden_screens.compare(screen.name, picture, tmp_path))
    assert {name: said for name, said in cut.items() if said} == {}
    assert [said for said in other if said] == []
    assert len(other) == len(golden_screens.GOLDEN)


@pytest.mark.parametrize("size", [(1366, 696), (1092, 614)])
def test_texts_as_long_as_german_are_not_cut_off(qtbot, clinic, that_day, monkeypatch, size):
    with screens.long_words(monkeypatch):
        cut = {each.name: screens.cut_off(each, size) for each in screens.screens(clinic, size, papers=False)}
    assert {name: said for name, said in cut.items() if said} == {}
    assert len(cut) > 30


def test_the_longer_words_are_a_third_longer_and_keep_their_blanks():
    said = "Visit {n} is open, {day}; walk 30 minutes every second day."
    long = screens.longer(said)
    letters, grown = (sum(map(str.isalpha, text)) - len("nday") for text in (said, long))
    assert 1.3 < grown / letters < 1.4
    assert "{n}" in long
    assert "{day}" in long
    assert "30" in long


@pytest.mark.parametrize(
    "made,width,said",
    [
        (lambda: QLabel("A label that is far too long for its room"), 60, "wide, has"),
        (lambda: QPushButton("A button that is far too long"), 80, "wide, has"),
        (lambda: QLineEdit(placeholderText="A hint that is far too long"), 90, "wide, has"),
    ],
)
def test_the_eye_sees_what_is_too_narrow(qtbot, made, width, said):
    page, inside = QWidget(), made()
    inside.setParent(page)
    inside.setGeometry(0, 0, width, 40)
    assert_seen(qtbot, page, said)


def test_the_eye_sees_what_lies_outside_or_is_too_wide_a_page(qtbot):
    page, inside = QWidget(), QLabel("outside")
    inside.setParent(page)
    inside.setGeometry(170, 0, 80, 40)
    assert_seen(qtbot, page, "lies outside")
    wide, page = QWidget(), QWidget()
    wide.setMinimumSize(400, 40)
    row = QHBoxLayout(wide)
    row.addWidget(QPushButton("x" * 60))
    rows = QHBoxLayout(page)
    rows.addWidget(Scroll(wide))
    assert_seen(qtbot, page, "holds a page")


def assert_seen(qtbot, page, said):
    qtbot.addWidget(page)
    page.resize(200, 100)
    page.show()
    found = screens.cut_off(screens.Screen("a page", page), (200, 100))
    assert any(said in each for each in found), found


def test_a_picture_that_moved_is_told_and_shown_beside_the_kept_one(tmp_path):
    kept = golden_screens.kept_picture("safety")
    assert golden_screens.compare("safety", kept, tmp_path) == ""
    moved = ImageChops.offset(kept, 0, 9)
    assert "looks otherwise" in golden_screens.compare("safety", moved, tmp_path)
    with Image.open(tmp_path / "safety.png") as both:
        assert both.width == 2 * kept.width + 8


def test_a_wide_page_that_was_left_does_not_widen_the_window(qtbot):
    stack, wide, plain = Stack(), QWidget(), QWidget()
    wide.setMinimumWidth(3000)
    stack.addWidget(plain)
    stack.addWidget(wide)
    window = QWidget()
    qtbot.addWidget(window)
    QHBoxLayout(window).addWidget(stack)
    window.resize(600, 400)
    window.show()
    stack.setCurrentWidget(wide)
    screens.rest()
    assert window.width() == 600
