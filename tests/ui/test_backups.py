"""Backups through the window: made, chosen, by itself, told when old; put back on an empty laptop."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from runclinic import records
from runclinic.demo.clinic import CLINIC
from runclinic.records.keys import FLOOR
from runclinic.ui import look
from runclinic.ui.backups import BackupsCard, BySelf
from runclinic.ui.first_start import FirstStart
from runclinic.ui.restoring import Restoring
from runclinic.ui.status_line import StatusLine
from runclinic.ui.unlock import Unlock
from runclinic.ui.window import Window

PASSWORD = "orchard violin sixty tide"


class Clock:
    """A clock that a test moves on."""

    def __init__(self):
        self.now = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock, qtbot):
    look.dress("light")
    made = records.create(tmp_path / "home", CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR, clock=clock)
    made.clients.add(given_name="Hanna", family_name="Lindqvist")
    yield made
    made.close()


@pytest.fixture
def card(store, qtbot):
    made = BackupsCard(store, StatusLine("Marta Okafor"))
    qtbot.addWidget(made)
    made.show()
    return made


def said(card):
    return [card._lines.itemAt(n).widget().text() for n in range(card._lines.count())]


def test_one_now_is_read_back_and_listed(card, store, qtbot, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    card.choose_folder(stick)
    assert f"Backups go to {stick}." in said(card)
    QTest.mouseClick(card.now, Qt.MouseButton.LeftButton)
    assert not card.now.isEnabled()
    qtbot.waitUntil(card.now.isEnabled)
    (file,) = stick.glob("*.rcb")
    assert card.told.text().startswith(f"Made and read back: {file}")
    assert any(file.name in line for line in said(card))
    assert store.backups.status().last.file == file


def test_a_cancelled_one_leaves_nothing_and_is_no_backup(card, store, qtbot, tmp_path):
    card.choose_folder(tmp_path)
    job = card.make()
    job.cancel()
    qtbot.waitUntil(card.now.isEnabled)
    assert list(tmp_path.glob("*.rcb*")) == []
    assert store.backups.status().last is None


def test_a_stick_that_is_gone_is_said(card, store, qtbot, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    card.choose_folder(stick)
    stick.rmdir()
    card.refresh()
    assert any("cannot be reached now" in line for line in said(card))
    card.choose_folder(tmp_path / "nowhere")
    assert "is not there" in card.told.text()


def test_a_week_without_a_copy_elsewhere_is_told(card, store, clock):
    assert not card.stale.isVisible()
    clock.now += timedelta(days=8)
    card.refresh()
    assert card.stale.isVisible()


def test_it_makes_one_by_itself_when_something_changed(store, clock, qtbot):
    by_self = BySelf(store, StatusLine("Marta Okafor"), every_ms=3_600_000)
    by_self.look()
    qtbot.waitUntil(lambda: by_self.job is None)
    assert store.backups.status().last is not None
    clock.now += timedelta(minutes=40)
    by_self.look()
    assert by_self.job is None  # nothing changed
    store.clients.add(given_name="Mei", family_name="Ng")
    by_self.look()
    assert by_self.job is not None
    qtbot.waitUntil(lambda: by_self.job is None)
    assert len(store.backups.log()) == 2
    store.clients.add(given_name="Ana", family_name="Ng")
    by_self.look()  # not half an hour later
    assert by_self.job is None
    by_self.stop()


def test_an_empty_laptop_gets_the_clinic_back(store, qtbot, tmp_path):
    for _ in store.backups.make_file(tmp_path / "monday"):
        pass
    store.close()
    window = Window(tmp_path / "other laptop")
    qtbot.addWidget(window)
    window.show()
    first = window.centralWidget()
    assert isinstance(first, FirstStart)
    QTest.mouseClick(first.restore, Qt.MouseButton.LeftButton)
    page = window.centralWidget()
    assert isinstance(page, Restoring)
    line = page.form.field("secret").line
    QTest.keyClicks(line, "no file yet")
    QTest.mouseClick(page.form.button, Qt.MouseButton.LeftButton)
    assert page.form._wrong.text() == "Choose the backup first."
    page.choose_file(tmp_path / "monday.rcb")
    QTest.mouseClick(page.form.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "wrong" in page.form._wrong.text().lower() or page._job is None)
    assert not (tmp_path / "other laptop" / "runclinic.db").exists()
    page.form.empty()
    QTest.keyClicks(line, PASSWORD)
    QTest.mouseClick(page.form.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.go_on.isVisible)
    QTest.mouseClick(page.go_on, Qt.MouseButton.LeftButton)
    unlock = window.centralWidget()
    assert isinstance(unlock, Unlock)
    QTest.keyClicks(unlock.form.field("password").line, PASSWORD)
    QTest.mouseClick(unlock.form.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.workplace is not None)
    assert [each.family_name for each in window.workplace.store.clients.search("lind")] == ["Lindqvist"]
    window.close()


def test_back_from_restoring_changes_nothing(store, qtbot, tmp_path):
    store.close()
    window = Window(tmp_path / "home")
    qtbot.addWidget(window)
    window.show()
    QTest.mouseClick(window.centralWidget().restore, Qt.MouseButton.LeftButton)
    QTest.mouseClick(window.centralWidget().back, Qt.MouseButton.LeftButton)
    assert isinstance(window.centralWidget(), Unlock)
    window.close()


def test_records_that_were_locked_meanwhile_are_left_alone(store, qtbot):
    by_self = BySelf(store, StatusLine("Marta Okafor"), every_ms=3_600_000)
    store.close()
    by_self.look()
    assert by_self.job is None
    assert not by_self._timer.isActive()
