"""What breaks is logged without a name or an answer, and said once in plain words."""

import sys
import threading

from PySide6.QtWidgets import QApplication, QMessageBox

from runclinic.refused import Refused
from runclinic.ui.trouble import Trouble, dialog


def broken(name):
    raise KeyError(name)


def told(trouble):
    """The exception that carries a name, as the hook gets it."""
    try:
        broken("Hanna Lindqvist")
    except KeyError as error:
        trouble.tell(error)


def answer_dialogs(monkeypatch):
    shown = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: shown.append((box.text(), box.informativeText())))
    return shown


def test_the_log_has_the_place_and_no_name(tmp_path, qtbot, monkeypatch):
    shown = answer_dialogs(monkeypatch)
    trouble = Trouble(tmp_path)
    told(trouble)
    qtbot.waitUntil(lambda: len(shown) == 1)
    log = (tmp_path / "screen.log").read_text("utf-8")
    assert "KeyError" in log
    assert "test_trouble.py" in log
    assert "Hanna" not in log
    assert "saved" in shown[0][1]


def test_a_refusal_is_told_in_its_own_words_and_not_logged(tmp_path, qtbot, monkeypatch):
    shown = answer_dialogs(monkeypatch)
    trouble = Trouble(tmp_path)
    trouble.tell(Refused("The disk is full.", "Free some space."))
    qtbot.waitUntil(lambda: len(shown) == 1)
    assert shown[0][0] == "The disk is full. Free some space."
    assert (tmp_path / "screen.log").read_text("utf-8") == ""


def test_the_hooks_of_both_kinds_of_thread_lead_to_it(tmp_path, qtbot, monkeypatch):
    shown = answer_dialogs(monkeypatch)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr("runclinic.ui.trouble.qInstallMessageHandler", lambda _handler: None)
    Trouble(tmp_path).install()
    thread = threading.Thread(target=broken, args=("Hanna",))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(shown) == 1)


def test_the_details_can_be_copied(qtbot):
    box = dialog(None, "", "KeyError\nvisit.py:12 start")
    qtbot.addWidget(box)
    next(button for button in box.buttons() if "Copy" in button.text()).click()
    assert QApplication.clipboard().text().startswith("KeyError")
