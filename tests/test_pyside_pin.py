"""PySide6 keeps its books: a call that returns nothing must not use up a reference to None.

PySide6 6.12.0 on Python 3.11 loses one reference to None at each such call and one to True at each signal
emitted; a bare interpreter aborts after some 5,100 calls or 550 signals. Hence the few turns here, counted.
From Python 3.12 on None and True are immortal: their count stands still, and so does the danger.
"""

import ctypes
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QLineEdit, QWidget

TURNS = 150
CHANCE = 20  # references that the interpreter itself takes or gives back meanwhile


def references_lost(to: object, act: Callable[[int], object], turns: int = TURNS) -> int:
    """How many references to an object are gone after so many turns; about 0 where the books are kept."""
    act(0)  # what the first turn makes and keeps is not counted
    before = sys.getrefcount(to)
    for turn in range(turns):
        act(turn)
    return before - sys.getrefcount(to)


class Speaker(QObject):
    said = Signal(int)
    named = Signal(str)


def a_widget_call(name: str, *values: object) -> Callable[[], Callable[[int], object]]:
    def made() -> Callable[[int], object]:
        method = getattr(QWidget(), name)
        return lambda _turn: method(*values)

    return made


def a_timer_call() -> Callable[[int], object]:
    return QTimer().setInterval


def a_value_call() -> Callable[[int], object]:
    colour, picture = QColor(), QPixmap(2, 2)
    return lambda turn: (colour.setRed(turn % 256), picture.fill(colour))


def an_answer_that_is_heard() -> Callable[[int], object]:
    """Qt calls a Python slot, and a Python slot returns None."""
    line, heard = QLineEdit(), []
    line.textChanged.connect(heard.append)
    return lambda turn: line.setText(str(turn))


def a_signal(*, heard: bool) -> Callable[[], Callable[[int], object]]:
    def made() -> Callable[[int], object]:
        speaker, notes = Speaker(), []
        if heard:
            speaker.said.connect(notes.append)
            speaker.named.connect(notes.append)
        return lambda turn: (speaker.said.emit(turn), speaker.named.emit("x"))

    return made


CALLS = {
    "setObjectName": a_widget_call("setObjectName", "x"),
    "resize": a_widget_call("resize", 10, 10),
    "move": a_widget_call("move", QPoint(1, 1)),
    "setEnabled": a_widget_call("setEnabled", True),
    "update": a_widget_call("update"),
    "setInterval": a_timer_call,
    "fill": a_value_call,
    "a slot that Qt calls": an_answer_that_is_heard,
    "emit, nobody listens": a_signal(heard=False),
    "emit, somebody listens": a_signal(heard=True),
}


@pytest.mark.parametrize("singleton", [None, True])
@pytest.mark.parametrize("made", CALLS.values(), ids=CALLS.keys())
def test_a_call_costs_no_reference(qapp, made, singleton):
    assert references_lost(singleton, made()) < CHANCE


def test_a_loss_is_counted():
    something = object()
    kept = [something] * (TURNS + 2)
    lose = ctypes.pythonapi.Py_DecRef
    lose.argtypes, lose.restype = [ctypes.py_object], None

    lost = references_lost(something, lambda _turn: lose(something))

    for _ in range(TURNS + 1):  # give back what was taken, before `kept` lets go of it
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(something))
    assert lost == TURNS
    assert len(kept) == TURNS + 2


def test_what_is_kept_is_no_loss():
    something, kept = object(), []
    assert references_lost(something, lambda _turn: kept.append(something)) == -TURNS
