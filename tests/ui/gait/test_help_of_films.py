"""F1 over a film: the guide at its page, and back to the same frame; Shift+F1: the keys over the picture."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from runclinic.ui import job
from runclinic.ui.workplace import Workplace

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def work(store, clip, qtbot):
    client = store.clients.add(given_name="Ida", family_name="Solheim", born=date(1991, 4, 2))
    made = Workplace(store)
    made.backing_up.stop()
    qtbot.addWidget(made)
    made.resize(1366, 728)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.show_visit(client, store.visits.start(client.id, date(2026, 11, 20)))
    made.visit_page.go_to("gait")
    page = made.visit_page._made["gait"]
    page.take_in((clip.path,))
    qtbot.waitUntil(lambda: page.reel is not None and page.stage.player.settled and not job.running())
    page.ask_filming(shown=False)
    page.stage.picture.setFocus()
    yield made
    made.put_away()
    qtbot.waitUntil(lambda: not job.running())


def press(key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


def test_the_guide_and_back_to_the_same_frame(work, qtbot):
    stage = work.visit_page._made["gait"].stage
    for _ in range(3):
        press(Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: stage.player.settled)
    press(Qt.Key.Key_F1)
    assert work.help_page.shown == "gait"
    press(Qt.Key.Key_Left, ALT)
    assert work.visit_in_front() is work.visit_page
    assert stage.player.on_screen == 3
    assert stage.picture.hasFocus()


def test_the_keys_over_the_picture(work):
    stage = work.visit_page._made["gait"].stage
    for shown in (True, False):
        press(Qt.Key.Key_F1, SHIFT)
        assert stage._keys.isVisible() is shown
        assert work.visit_in_front() is work.visit_page
    press(Qt.Key.Key_F1, SHIFT)
    press(Qt.Key.Key_Escape)
    assert not stage._keys.isVisible()
