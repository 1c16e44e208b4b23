"""From a clip to the printed sheet with a hand on the mouse and a hand on the keys, every one counted.

Import, side and speed, contacts found, one contact and one body point put right, trunk lean by hand, the
last visit beside today, two frames for paper, the sheet.
"""

import logging
import time
from datetime import date, timedelta

import pypdf
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from runclinic import records
from runclinic.demo.clips import Shot, write
from runclinic.records.keys import FLOOR
from runclinic.ui import look
from runclinic.ui.follow_up import begin
from runclinic.ui.gait.finding import POINTS
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.workplace import Workplace
from runclinic.video import Clip
from runclinic.visit import cue_trials, drawings, points_by_hand, stride
from runclinic.visit.stride import Mark
from tests.journeys.dialogs import a_sentence, when_asked
from tests.journeys.test_case_c4 import CLINIC, PASSWORD, Hands, go_to
from tests.ui.gait.test_finding import points_kept

MOST, MINUTES = 120, 10
ENTER, SHIFT = Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SAYS = ("She lands ahead of her hip.", "Her trunk leans back in flight.")


@pytest.fixture
def store(tmp_path):
    with records.create(tmp_path / "clinic", CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR) as store:
        yield store


def filmed(folder, name, seconds, size, **more):
    folder.mkdir(exist_ok=True)
    shot = Shot(capture_fps=60, duration_s=seconds, size=size, stamped=False, **more)
    write(folder / name, shot)
    return folder / name, shot


@pytest.fixture
def earlier(store, tmp_path, request):
    """Five weeks ago: a film of the same side and speed, its contacts found by body points."""
    day = date.today() - timedelta(weeks=5)
    client = store.clients.add(given_name="Hanna", family_name="Lindqvist", born=date(1992, 3, 1))
    visit = OpenVisit(store, client, store.visits.start(client.id, day))
    path, shot = filmed(tmp_path / "then", "then.mp4", 4, (480, 270), start_s=0.3)
    film_id = taken(store.films.take_in(path, client.id, visit.visit.id))
    with Clip.open(path) as clip:
        store.films.keep_beside(film_id, POINTS, points_kept(clip, shot))
    told = {"view": "side_right", "belt_speed": "9 km/h"}
    found_by = "pose" if request.node.callspec.params["searched"] else "belt_lock"
    marks = {
        stride.mark_key(film_id, n): Mark(n, each.side, each.kind, each.frame, found_by, 0.9).value
        for n, each in enumerate(shot.events(), 1)
    }
    visit.record_together({stride.filming_key(film_id): told, **marks})
    return visit


def taken(work):
    """The id of a film that long work takes in."""
    if isinstance(work, str):
        return work
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


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


def rest(gait, qtbot):
    qtbot.waitUntil(
        lambda: gait.stage.player.settled and not gait.search.busy and not gait.body.busy, timeout=240_000
    )


def go_on_film(gait, hands, qtbot, frame):
    """By jumps of ten and single steps."""
    away = frame - gait.stage.player.target
    key = Qt.Key.Key_Right if away > 0 else Qt.Key.Key_Left
    for _ in range(abs(away) // 10):
        hands.press(key, SHIFT)
    for _ in range(abs(away) % 10):
        hands.press(key)
    rest(gait, qtbot)


@pytest.mark.qt_log_ignore("grabbing the keyboard")  # the completer of the file dialog, offscreen
@pytest.mark.parametrize(
    ("seconds", "size", "searched"),
    [(5, (480, 270), False), pytest.param(30, (1280, 720), True, marks=pytest.mark.storm)],
    ids=["points known", "points searched in 30 s at 720p"],
)
def test_from_a_clip_to_the_printed_sheet(work, store, earlier, qtbot, tmp_path, seconds, size, searched):
    path, shot = filmed(tmp_path / "now", "now.mp4", seconds, size)
    started, hands = time.monotonic(), Hands()
    work.show_visit(earlier.client, begin(store, earlier.client, date.today()))
    page = work.visit_page
    go_to(page, hands, "gait")
    gait = page._made["gait"]
    film_id = take_in(gait, hands, qtbot, path)
    tell(gait, hands)
    if not searched:
        with Clip.open(path) as clip:
            store.films.keep_beside(film_id, POINTS, points_kept(clip, shot))
    rest(gait, qtbot)
    hands.press(Qt.Key.Key_C)
    qtbot.waitUntil(lambda: bool(stride.recorded(page.visit.now(), film_id).marks), timeout=400_000)
    rest(gait, qtbot)
    put_right(gait, hands, qtbot, page.visit, film_id)
    lean_by_hand(gait, hands, page.visit, film_id)
    compare(gait, hands, qtbot)
    log_a_cue(gait, hands, qtbot, page.visit, film_id)
    for words, frames in zip(SAYS, (0, 20), strict=True):
        go_on_film(gait, hands, qtbot, gait.stage.player.target + frames)
        a_sentence(words)
        hands.count += 1
        hands.press(Qt.Key.Key_M)
        in_front(gait, qtbot)
    sheet = print_the_sheet(page, hands, qtbot, tmp_path)
    for words in SAYS:
        assert words in sheet
    assert "Cadence" in sheet
    assert "Cue tried" in sheet
    minutes = (time.monotonic() - started) / 60
    logging.getLogger("journey").info("%s key presses and clicks, %.1f min", hands.count, minutes)
    assert hands.count <= MOST
    assert minutes < MINUTES
    page.shut()


def take_in(gait, hands, qtbot, path):
    qtbot.waitUntil(gait.empty.choose.isVisible)
    when_asked(path)
    hands.count += 1
    hands.click(gait.empty.choose)
    qtbot.waitUntil(lambda: bool(gait.film_id) and gait.reel is not None)
    in_front(gait, qtbot)
    return gait.film_id


def in_front(widget, qtbot):
    """Offscreen there is no window manager to do it when a dialog closes."""
    widget.window().activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)


def tell(gait, hands):
    """The side by its key, the speed, done."""
    form = gait.panel.form
    view = form.controls["view"].choices
    values = [choice.value for choice in view._choices]
    hands.click(view.buttons[values.index("side_right")])
    hands.click(form.controls["belt_speed"].findChild(QLineEdit))
    hands.type("9 km/h")
    hands.click(gait.panel.done)


def put_right(gait, hands, qtbot, visit, film_id):
    """A landing a frame later; the knee in that frame a pixel on."""
    for _ in range(3):
        hands.press(Qt.Key.Key_BracketRight)
    rest(gait, qtbot)
    found = stride.recorded(visit.now(), film_id).marks
    at = next(mark for mark in found if mark.frame == gait.stage.player.target)
    key = {
        ("left", "initial_contact"): Qt.Key.Key_1,
        ("left", "toe_off"): Qt.Key.Key_2,
        ("right", "initial_contact"): Qt.Key.Key_3,
        ("right", "toe_off"): Qt.Key.Key_4,
    }[at.side, at.kind]
    hands.press(Qt.Key.Key_Right)
    rest(gait, qtbot)
    hands.press(key)
    rest(gait, qtbot)
    after = stride.recorded(visit.now(), film_id).marks
    assert len(after) == len(found)
    assert [mark.frame for mark in after if mark.by_hand] == [at.frame + 1]
    skeleton = gait.stage.skeleton
    while skeleton.selected != "right_knee":
        hands.press(Qt.Key.Key_X)
    hands.press(Qt.Key.Key_Right, CONTROL)
    rest(gait, qtbot)
    (point,) = points_by_hand.recorded(visit.now(), film_id)
    assert (point.frame, point.name) == (at.frame + 1, "right_knee")
    hands.press(Qt.Key.Key_C)  # found anew, the hand's stay
    qtbot.waitUntil(lambda: not gait.search.busy)
    rest(gait, qtbot)
    assert [mark.frame for mark in stride.recorded(visit.now(), film_id).marks if mark.by_hand] == [
        at.frame + 1
    ]
    assert points_by_hand.recorded(visit.now(), film_id) == (point,)


def lean_by_hand(gait, hands, visit, film_id):
    """The trunk against the vertical: two clicks on the picture."""
    hands.press(Qt.Key.Key_V)
    picture, points = gait.stage.picture, gait.stage.skeleton.points()
    for name in ("right_hip", "right_shoulder"):
        place = picture.from_picture(QPointF(points[name])).toPoint()
        QTest.mouseClick(picture, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        hands.count += 1
    (drawn,) = drawings.recorded(visit.now(), film_id)
    lean = drawings.measured(drawn, gait.stage.picture._size())
    assert lean is not None
    assert -5 < lean.value < 25


def compare(gait, hands, qtbot):
    """The last visit beside today, and back."""
    hands.press(Qt.Key.Key_C, SHIFT)
    comparing = gait.compare_page
    qtbot.waitUntil(lambda: comparing.aligned is not None and all(half.settled for half in comparing.halves))
    assert not comparing.halves[0].film.here
    rows = {row.second.id: row.change for row in comparing.side.found.rows}
    assert not rows["cadence"].reasons
    hands.press(Qt.Key.Key_Escape)
    rest(gait, qtbot)


def log_a_cue(gait, hands, qtbot, visit, film_id):
    """What was said, the beat, what she felt before and with it."""
    hands.click(gait.panel.cue)
    rest(gait, qtbot)
    cues = gait.cue_page
    QTest.keyClicks(cues.cue, "take")  # by its first letters, as in any list
    hands.count += 1
    qtbot.waitUntil(lambda: len(cues.beat.choices.buttons) > 1)
    hands.click(cues.beat.choices.buttons[1])
    hands.click(cues.controls["symptom"].choices.buttons[0])
    for field, score in (
        ("symptom_before", 4),
        ("symptom_after", 2),
        ("effort_before", 5),
        ("effort_after", 5),
    ):
        hands.click(cues.controls[field].choices.buttons[score])
    rest(gait, qtbot)
    (tried,) = cue_trials.recorded(visit.now())
    assert (tried.film_id, tried.cue, tried.symptom) == (film_id, "Q01", "leak")
    assert (tried.symptom_before, tried.symptom_after) == (4, 2)
    hands.click(cues.done)
    rest(gait, qtbot)


def print_the_sheet(page, hands, qtbot, folder):
    go_to(page, hands, "print")
    printing = page._made["print"]
    values = [choice.value for choice in printing.which._choices]
    hands.click(printing.which.buttons[values.index("gait")])
    paper = printing.paper
    qtbot.waitUntil(lambda: not paper.waiting and paper.save.isEnabled())
    when_asked(folder / "sheet.pdf")
    hands.count += 1
    hands.click(paper.save)
    assert (folder / "sheet.pdf").exists(), paper._said.text() or "no file was asked for"
    page.window().activateWindow()
    read = "".join(each.extract_text() for each in pypdf.PdfReader(folder / "sheet.pdf").pages)
    assert isinstance(paper.save, QAbstractButton)
    return " ".join(read.split())
