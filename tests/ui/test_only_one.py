"""A second start brings the first window to the front; what a killed one left behind is in nobody's way."""

import subprocess
import sys

import pytest
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QWidget

from runclinic import app
from runclinic.ui import only_one


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.showMinimized()
    return made


def started_again(home, qtbot):
    """Whether another start of the program, as far as its first question, was heard."""
    asks = "import sys; from pathlib import Path; from runclinic.ui import only_one;"
    asks += "sys.exit(not only_one.wake_the_other(Path(sys.argv[1])))"
    second = subprocess.Popen([sys.executable, "-c", asks, str(home)])
    qtbot.waitUntil(lambda: second.poll() is not None)
    return second.returncode == 0


def test_a_second_start_shows_the_first_window_and_ends(window, qtbot, tmp_path):
    only_one.FrontDoor(tmp_path, window)
    assert window.isMinimized()
    assert started_again(tmp_path, qtbot) is True
    assert not window.isMinimized()
    assert window.isVisible()


def test_another_vault_has_its_own_window(window, qtbot, tmp_path):
    only_one.FrontDoor(tmp_path / "one", window)
    assert started_again(tmp_path / "other", qtbot) is False
    assert window.isMinimized()


def test_after_it_is_closed_the_next_start_opens_a_window(qtbot, tmp_path):
    window = QWidget()
    only_one.FrontDoor(tmp_path, window)
    window.deleteLater()
    with qtbot.waitSignal(window.destroyed):
        pass
    assert started_again(tmp_path, qtbot) is False


def test_what_a_killed_window_left_does_not_keep_the_next_from_listening(window, qtbot, tmp_path):
    killed = (
        "import os, sys; from PySide6.QtCore import QCoreApplication;"
        "from PySide6.QtNetwork import QLocalServer; app = QCoreApplication([]); server = QLocalServer();"
        "server.listen(sys.argv[1]); os._exit(0 if server.isListening() else 1)"
    )
    subprocess.run([sys.executable, "-c", killed, only_one.called(tmp_path)], check=True)
    only_one.FrontDoor(tmp_path, window)
    assert started_again(tmp_path, qtbot) is True


def test_what_else_is_said_to_it_is_not_heard(window, qtbot, tmp_path):
    only_one.FrontDoor(tmp_path, window)
    line = QLocalSocket()
    line.connectToServer(only_one.called(tmp_path))
    assert line.waitForConnected(1000)
    line.write(b"x" * 1_000_000)
    qtbot.waitUntil(lambda: line.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert window.isMinimized()


def test_the_program_ends_at_once_where_a_window_is_open(monkeypatch, qapp, tmp_path):
    monkeypatch.setattr(only_one, "wake_the_other", lambda home: home == tmp_path)
    monkeypatch.setattr(app, "Window", lambda _home: pytest.fail("a second window"))
    assert app.run(tmp_path) == 0


def test_the_pipe_does_not_say_where_the_records_lie(tmp_path):
    assert tmp_path.name not in only_one.called(tmp_path)
