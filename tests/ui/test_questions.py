"""Each kind of question has its control; unanswered looks unanswered; what cannot be true is not stored."""

from datetime import date
from typing import get_args

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit

from runclinic.forms.form import Kind, Option, Question
from runclinic.ui.control import Asked
from runclinic.ui.questions import WIDGETS, label_of, make
from runclinic.ui.recording import check_alone

SITES = (Option("knee", "knee"), Option("shin", "shin"))
AMOUNTS = (Option(0, "none"), Option(1, "drops"), Option(2, "damp"), Option(3, "wet through"))


def question(kind, **fields):
    return Question(id="q", kind=kind, text=f"A question of kind {kind}", **fields)


COUNT = Question(id="side", kind="number", text="Repetitions", range=(0, 30), whole=True)
PAIN = Question(id="now", kind="scale", text="Now", range=(0, 10), ends=("none", "worst"))
EVERY_KIND = {
    "choice": question("choice", options=AMOUNTS),
    "several": question("several", options=SITES, other=True),
    "yes_no": question("yes_no"),
    "number": question("number", range=(0.5, 12), unit="cm"),
    "scale": question("scale", range=(0, 10), ends=("none", "worst")),
    "seconds": question("seconds", range=(0, 60), unit="s"),
    "left_right": question("left_right", each=COUNT),
    "grid": question("grid", rows_from="sites", options=SITES, columns=(PAIN,)),
    "births": question("births", each=Question(id="birth", kind="choice", text="How", options=SITES)),
    "records": question("records", columns=(Question(id="type", kind="choice", text="What", options=SITES),)),
    "text": question("text", max_length=500),
    "date": question("date"),
}
ANSWERS = {
    "choice": 2,
    "several": ["knee"],
    "yes_no": "no",
    "number": 4.5,
    "scale": 7,
    "seconds": 12,
    "left_right": {"left": 15, "right": 19},
    "grid": {"knee": {"now": 3}},
    "births": ["knee", "shin"],
    "records": [{"type": "shin"}],
    "text": "It drips on hills.",
    "date": "2026-06-30",
}


def asked(**beside):
    known = {"sites": ["knee"], "H04": 2, **beside}
    return Asked("form", known.get, lambda _id: None, check_alone, date(2026, 11, 17))


@pytest.fixture
def control(qtbot):
    def shown(which, **beside):
        made = make(which, asked(**beside))
        made.heard = []
        made.answered.connect(lambda value, _typing: made.heard.append(value))
        qtbot.addWidget(made)
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        made.setFocus()
        return made

    return shown


def looks(made):
    """All that tells an answer apart: texts of fields, and which buttons are down."""
    return (
        [line.text() for line in made.findChildren(QLineEdit)],
        [box.toPlainText() for box in made.findChildren(QPlainTextEdit)],
        [button.isChecked() for button in made.findChildren(QAbstractButton)],
    )


def test_every_kind_has_its_control():
    assert set(WIDGETS) == set(get_args(Kind)) == set(EVERY_KIND)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_unanswered_looks_unanswered(control, kind):
    lines, boxes, buttons = looks(control(EVERY_KIND[kind]))
    assert not any(lines)
    assert not any(boxes)
    assert not any(buttons)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_what_stands_is_shown_without_answering_again(control, kind):
    made = control(EVERY_KIND[kind])
    empty = looks(made)
    made.display(ANSWERS[kind])
    assert looks(made) != empty
    made.display(None)
    assert looks(made)[:2] == empty[:2]
    assert made.heard == []


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_control_has_a_name_for_a_screen_reader(control, kind):
    made = control(EVERY_KIND[kind])
    made.display(ANSWERS[kind])
    nameless = [
        each
        for each in (*made.findChildren(QAbstractButton), *made.findChildren(QLineEdit))
        if each.isVisible() and not (each.accessibleName() or each.text())
    ]
    assert nameless == []


@pytest.mark.parametrize(
    ("kind", "keys", "value"),
    [
        ("yes_no", "1", "yes"),
        ("yes_no", "2", "no"),
        ("yes_no", "3", "declined"),
        ("choice", "3", 3),  # a step that has a number of its own is chosen by it
        ("choice", "0", 0),
        ("scale", "7", 7),
        ("scale", "10", 10),
        ("several", "2", ["shin"]),
        ("several", "21", ["knee", "shin"]),
        ("several", "0", []),
    ],
)
def test_number_keys_choose(control, kind, keys, value):
    made = control(EVERY_KIND[kind])
    QTest.keyClicks(made.focusWidget() or made.focusProxy(), keys)
    assert made.heard[-1] == value


def test_arrows_move_without_answering_and_space_chooses(control, qapp):
    made = control(EVERY_KIND["yes_no"])
    QTest.keyClick(qapp.focusWidget(), Qt.Key.Key_Right)
    assert made.heard == []
    QTest.keyClick(qapp.focusWidget(), Qt.Key.Key_Space)
    assert made.heard == ["no"]


def test_enter_moves_on(control, qtbot, qapp):
    made = control(EVERY_KIND["choice"])
    with qtbot.waitSignal(made.moved_on):
        QTest.keyClick(qapp.focusWidget(), Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("typed", "value"), [("4", 4), ("4.5", 4.5), ("4,5", 4.5), ("0.5", 0.5), ("12", 12), (" 7 ", 7)]
)
def test_a_number_is_stored_400_ms_after_the_last_key(control, qtbot, typed, value):
    made = control(EVERY_KIND["number"])
    QTest.keyClicks(made.line, typed)
    assert value not in made.heard
    qtbot.waitUntil(lambda: made.heard[-1:] == [value])


def test_long_typing_is_stored_at_the_latest_after_two_seconds(control, qtbot):
    made = control(EVERY_KIND["text"])
    for _ in range(12):
        QTest.keyClicks(made.box, "la ")
        qtbot.wait(200)
        if made.heard:
            break
    assert made.heard
    assert made.heard[0].startswith("la la")


@pytest.mark.parametrize(
    ("kind", "typed", "why"),
    [
        ("number", "15", "15 is out of range. It goes from 0.5 to 12 cm."),
        ("number", "0.2", "out of range"),
        ("number", "four", "not a number"),
        ("number", "nan", "not a number"),
        ("date", "31.02.2026", "not a date"),
        ("date", "soon", "not a date"),
    ],
)
def test_an_impossible_entry_stays_is_marked_says_why_and_is_not_stored(control, kind, typed, why):
    made = control(EVERY_KIND[kind])
    said = []
    made.told.connect(said.append)
    QTest.keyClicks(made.line, typed)
    made.settle()
    assert made.line.text() == typed
    assert made.line.property("bad") is True
    assert why in said[-1]
    assert "Not stored." in said[-1]
    assert made.heard in ([], [None])


def test_an_impossible_entry_takes_back_what_was_stored_before(control):
    made = control(EVERY_KIND["number"])
    made.display(4)
    made.line.clear()
    QTest.keyClicks(made.line, "99")
    made.settle()
    assert made.heard == [None]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("30.06.2026", "2026-06-30"),
        ("30/6/26", "2026-06-30"),
        ("2026-06-30", "2026-06-30"),
        ("2.5.92", "1992-05-02"),
        ("1 2 2027", "2027-02-01"),
    ],
)
def test_dates_in_the_usual_ways_of_writing(control, typed, value):
    made = control(EVERY_KIND["date"])
    QTest.keyClicks(made.line, typed)
    made.settle()
    assert made.heard == [value]


def test_arrows_step_a_number_by_the_clinical_step(control):
    made = control(question("number", range=(-15, 15), step=0.5, unit="cm"))
    made.display(-1)
    QTest.keyClick(made.line, Qt.Key.Key_Up)
    made.settle()
    assert made.heard == [-0.5]


def test_declined_is_an_answer_and_typing_replaces_it(control):
    made = control(EVERY_KIND["number"])
    made.display("declined")
    made.settle()
    assert made.heard == []
    made.line.selectAll()
    QTest.keyClicks(made.line, "3")
    made.settle()
    assert made.heard == [3]


def test_left_and_right_are_one_value_and_say_how_even_they_are(control):
    made = control(EVERY_KIND["left_right"])
    left, right = made.parts.values()
    QTest.keyClicks(left.line, "15")
    left.settle()
    QTest.keyClicks(right.line, "19")
    right.settle()
    assert made.heard[-1] == {"left": 15, "right": 19}
    assert "79 % clear gap" in [label.text() for label in made.findChildren(type(made._even))]


def test_a_grid_has_a_row_for_each_site_that_was_chosen(control):
    beside = {"sites": ["knee"]}
    made = make(
        EVERY_KIND["grid"], Asked("form", beside.get, lambda _id: None, lambda *_: None, date(2026, 1, 1))
    )
    assert list(made.parts) == [("knee", "now")]
    beside["sites"] = ["knee", "shin"]
    made.surroundings_changed()
    assert list(made.parts) == [("knee", "now"), ("shin", "now")]
    made.deleteLater()


def test_each_birth_has_its_own_place(control):
    made = control(EVERY_KIND["births"])
    made.parts[1, ""].choices._choose("shin")
    assert made.heard == [[None, "shin"]]
    made.parts[0, ""].choices._choose("knee")
    assert made.heard[-1] == ["knee", "shin"]


@pytest.mark.parametrize(
    ("value", "which", "words"),
    [
        ("yes", "yes_no", "Yes"),
        ("declined", "number", "Declined"),
        (2, "choice", "damp"),
        (4.5, "number", "4.5 cm"),
        (["knee", "shin"], "several", "knee, shin"),
        ("2026-06-30", "date", "30 June 2026"),
    ],
)
def test_an_answer_in_words(value, which, words):
    assert label_of(value, EVERY_KIND[which]) == words


@pytest.mark.parametrize(
    ("kind", "typed", "value", "moves"),
    [
        ("yes_no", "2", "no", True),
        ("scale", "7", 7, True),
        ("scale", "1", 1, False),  # it may become 10
        ("scale", "10", 10, True),
        ("number", "4", 4, False),
    ],
)
def test_a_key_that_chooses_moves_on_unless_it_may_grow(control, qapp, kind, typed, value, moves):
    made = control(EVERY_KIND[kind])
    moved = []
    made.moved_on.connect(lambda: moved.append(1))
    for key in typed:
        QTest.keyClicks(qapp.focusWidget(), key)
    made.settle()
    assert made.heard[-1] == value
    assert bool(moved) == moves
