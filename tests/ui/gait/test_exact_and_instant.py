"""The engine on the page: at once where it can, never a mark on a small picture, marks go with frames."""

import threading
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from runclinic.ui.gait import take_in
from runclinic.video import Clip, engine, index_file
from runclinic.visit import stride
from tests.video.zoo import faststart

SHIFT = Qt.KeyboardModifier.ShiftModifier


def marks(room):
    return stride.recorded(room.opened.now(), room.page.film_id).marks


def entries(room):
    return room.store.visits.entries(room.opened.visit.id)


def looked_through(room):
    room.settled()
    room.qtbot.waitUntil(lambda: room.page.reel.verified)
    room.settled()


def engine_of(room):
    return room.page.projector._show.engine


def all_decoded(room):
    """Until the engine has decoded what it wants around the frame in hand."""
    engine = engine_of(room)
    room.qtbot.waitUntil(lambda: engine._rest_left_s() is None and engine._next_fill() is None)


def test_what_is_decoded_is_on_the_screen_before_the_key_event_ends(room, clip):
    room.on_film(clip.path)
    looked_through(room)
    room.go(30)
    room.settled()
    all_decoded(room)
    for k in (31, 32, 33):
        room.press(Qt.Key.Key_Right)
        assert room.page.stage.player.settled
        assert room.page.stage.transport.frame.text().startswith(f"frame {k} ")
        assert room.number_painted() == k


@pytest.fixture
def held_back(room, clip, monkeypatch):
    """A film whose exact pictures come only when they are let out."""
    room.on_film(clip.path)
    looked_through(room)
    frames, ask = engine_of(room), engine_of(room).request
    monkeypatch.setattr(frames, "request", frames.small)

    seen = []
    room.page.projector.shown.connect(lambda shown: seen.append((shown.frame, shown.exact)))

    def let_out(k):
        picture = ask(k)
        assert picture is not None
        assert picture.exact
        room.page.projector._told.emit(room.page.projector._show, picture)
        room.qtbot.waitUntil(lambda: (k, True) in seen)

    all_decoded(room)
    return let_out


def test_a_small_picture_has_its_own_number_and_says_that_it_sharpens(room, held_back):
    room.press(Qt.Key.Key_Right)
    stage = room.page.stage
    shown = stage.picture.shown
    assert (shown.frame, shown.exact, stage.player.sharp) == (1, False, False)
    assert stage.transport.frame.text().startswith("frame 1 ")
    assert shown.image.width() < shown.size[0]
    small = stage.picture.area()
    blurred = stage.picture.grab().toImage()
    held_back(1)
    assert stage.picture.area() == small
    assert stage.picture.grab().toImage() != blurred
    assert room.number_painted() == 1


def test_a_mark_waits_for_the_exact_picture_and_no_press_is_lost(room, held_back):
    room.press(Qt.Key.Key_Right)
    room.press("1")
    assert marks(room) == ()
    room.press(Qt.Key.Key_Right)
    room.press(Qt.Key.Key_Right)
    room.press("2")
    assert marks(room) == ()
    held_back(1)
    assert [(mark.kind, mark.frame) for mark in marks(room)] == [("initial_contact", 1)]
    held_back(3)
    assert [mark.frame for mark in marks(room)] == [1, 3]
    assert room.page.stage.player.settled


def test_a_picture_numbered_otherwise_than_the_page_knows_is_not_shown(room, clip):
    room.on_film(clip.path)
    looked_through(room)
    before = room.page.stage.picture.shown
    true = engine_of(room).request(5)
    assert true is not None
    room.page.stage.player.target = 5
    room.page.projector._put(engine.Picture(5, true.time_s + 0.016, true.image, exact=True))
    assert room.page.stage.picture.shown is before
    room.page.projector._put(true)
    assert room.page.stage.picture.shown.frame == 5


@pytest.fixture
def gate(monkeypatch):
    """The look at the whole waits until this is set."""
    opened, whole = threading.Event(), Clip.verify

    def verify(clip, look=None):
        while not opened.is_set():
            yield 0.0
        yield from whole(clip, look)

    monkeypatch.setattr(Clip, "verify", verify)
    return opened


@pytest.fixture
def spoilt(tmp_path):
    """A clip with holes in it: some of its frames are gone, some are damaged."""
    data = bytearray(faststart())
    chance = np.random.default_rng(11)
    for place in chance.integers(len(data) // 3, len(data) - 300, 10):
        data[place : place + 200] = chance.bytes(200)
    path = tmp_path / "spoilt.mp4"
    path.write_bytes(data)
    return path


def test_marks_go_with_their_frames_when_frames_turn_out_to_be_missing(room, gate, spoilt):
    room.on_film(spoilt)
    page = room.page
    early = page.reel.times.times_s
    made = {}
    for number in (2, 10, len(early) - 1):
        room.go(number)
        room.settled()
        if page.stage.picture.shown.image is not None:
            room.press("1")
            made[len(made) + 1] = early[number]
    assert len(marks(room)) == len(made) >= 2
    gate.set()
    looked_through(room)
    now = page.reel.times.times_s
    assert len(now) < len(early)
    assert {mark.number: now[mark.frame] for mark in marks(room)} == pytest.approx(made)
    assert marks(room)[-1].frame < len(early) - 1
    assert "cannot be shown" in page._note
    assert "1 mark moved with its frame." in page._note
    assert len(room.opened.steps("gait").done) == len(made) + 1
    assert page.stage.transport.frame.text().endswith(f" of {len(now)}")
    assert page.reel.damaged
    assert set(page.stage.strip._damaged) == set(page.reel.damaged)
    room.qtbot.waitUntil(lambda: kept_index(room) is not None)
    known = take_in.frame_times(room.store.films, page.film_id)
    assert known.ticks == page.reel.times.ticks


def test_a_damaged_frame_is_said_and_a_mark_on_it_warned_of(room, spoilt):
    room.on_film(spoilt)
    looked_through(room)
    page, frame = room.page, min(room.page.reel.damaged)
    page.stage.player.go(frame)
    room.settled()
    assert page.stage.picture.shown.damaged
    assert "Damaged frame" in page.stage.picture.caption
    strip = page.stage.strip
    place = QPoint(round(strip.x_of(frame)), strip.height() // 2)
    assert f"Frame {frame} is damaged" in strip.words_at(place)
    if page.stage.picture.shown.image is not None:
        room.press("1")
        room.settled()
        said = [label.text() for label in page.panel.measures.findChildren(type(page.bar.told))]
        assert any("lies on a damaged frame" in words for words in said)


def kept_index(room):
    return room.store.films.beside(room.page.film_id, index_file.NAME)


def test_a_film_is_looked_through_once_in_its_life(open_room, clip, monkeypatch):
    room = open_room()
    room.on_film(clip.path)
    looked_through(room)
    room.qtbot.waitUntil(lambda: kept_index(room) is not None)
    told = []
    again = open_room()
    again.page.projector.opened.connect(lambda reel: told.append(reel.verified))
    again.settled()
    assert again.page.reel.verified
    assert all(told)
    assert again.number_painted() == 0


def test_a_kept_index_that_is_no_more_is_made_again(open_room, clip):
    room = open_room()
    room.on_film(clip.path)
    looked_through(room)
    room.qtbot.waitUntil(lambda: kept_index(room) is not None)
    room.store.films.keep_beside(room.page.film_id, index_file.NAME, b"of another layout")
    again = open_room()
    looked_through(again)
    assert again.number_painted() == 0
    again.qtbot.waitUntil(lambda: (kept_index(again) or b"").startswith(index_file.MAGIC))


def test_the_whole_film_follows_the_mouse_and_is_exact_when_the_hand_stops(room, qtbot, clip):
    room.on_film(clip.path)
    looked_through(room)
    strip, stage = room.page.stage.strip, room.page.stage
    whole, y = strip.whole_film(), round(strip.whole_film().center().y())
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(round(whole.left()) + 4, y))
    for share in (0.2, 0.9, 0.4, 0.65):
        x = round(whole.left() + share * whole.width())
        qtbot.mouseMove(strip, QPoint(x, y))
        assert stage.picture.shown.frame == stage.player.target
        assert stage.transport.frame.text().startswith(f"frame {stage.player.target} ")
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    room.settled()
    wanted = strip._nearest((x - whole.left()) / whole.width() * strip._whole_s())
    assert room.number_painted() == stage.player.target == wanted
    assert not strip.held


def test_a_jump_goes_as_far_as_she_set_it_and_is_kept(open_room, clip):
    room = open_room()
    room.on_film(clip.path)
    box = room.page.stage.transport.jump
    box.setValue(24)
    room.press(Qt.Key.Key_Right, SHIFT)
    room.settled()
    assert room.number_painted() == 24
    room.press(Qt.Key.Key_Left, SHIFT)
    assert room.page.stage.player.target == 0
    again = open_room()
    again.settled()
    assert again.page.stage.transport.jump.value() == 24
    again.page.stage.transport.jump.setValue(10)


def test_digits_typed_into_the_jump_mark_nothing(room, clip):
    room.on_film(clip.path)
    box = room.page.stage.transport.jump
    box.setFocus()
    box.selectAll()
    for key in "12":
        room.press(key)
    room.press(Qt.Key.Key_Return)
    assert box.value() == 12
    assert marks(room) == ()
    assert room.page.stage.picture.hasFocus()
    box.setValue(10)


def test_i_and_o_make_a_loop_that_playing_stays_in(room, qtbot, clip):
    room.on_film(clip.path)
    looked_through(room)
    page, player = room.page, room.page.stage.player
    room.go(40)
    room.settled()
    room.press("I")
    room.go(52)
    room.settled()
    room.press("O")
    assert (player.loop.first, player.loop.last) == (40, 52)
    assert page.stage.transport.loop.isChecked()
    assert set(range(40, 53)) <= set(engine_of(room)._held)
    page.stage.transport.speed.setCurrentIndex(3)
    seen = []
    page.projector.shown.connect(lambda shown: seen.append(shown.frame))
    room.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: any(b < a for a, b in pairwise(seen)))
    assert player.playing
    assert set(seen) <= set(range(40, 53))
    room.press(Qt.Key.Key_Space)
    room.press("P")
    assert player.loop is None
    room.press("P")
    assert (player.loop.first, player.loop.last) == (40, 52)


def test_without_points_the_loop_is_what_the_strip_shows(room, clip):
    room.on_film(clip.path)
    room.page.stage.transport.loop.click()
    loop = room.page.stage.player.loop
    assert (loop.first, loop.last) == room.page.stage.strip.seen()
    assert 0 < loop.last <= room.page.stage.player.last


def test_j_k_l_shuttle_back_still_and_on(room, qtbot, clip):
    room.on_film(clip.path)
    looked_through(room)
    player = room.page.stage.player
    room.go(90)
    room.settled()
    room.press("L")
    assert player.rolling == pytest.approx(0.1)
    room.press("L")
    assert player.rolling == pytest.approx(0.25)
    assert room.page.stage.transport.speed.currentData() == pytest.approx(0.25)
    for _ in range(5):
        room.press("J")
    assert player.rolling < 0
    here = player.on_screen
    qtbot.waitUntil(lambda: player.on_screen < here - 5)
    room.press("K")
    room.settled()
    assert not player.playing
    assert room.number_painted() == player.target
    room.press(Qt.Key.Key_Home)
    room.settled()
    room.press("J")
    assert not player.playing
    assert player.target == 0


def test_a_pulled_shuttle_plays_on_or_back_until_it_is_let_go(room, qtbot, clip):
    room.on_film(clip.path)
    looked_through(room)
    stage, player = room.page.stage, room.page.stage.player
    room.go(80)
    room.settled()
    middle = QPoint(stage.shuttle.width() // 2, 6)
    qtbot.mousePress(stage.shuttle, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(stage.shuttle, middle + QPoint(40, 0))
    slow = player.rolling
    qtbot.mouseMove(stage.shuttle, middle + QPoint(stage.shuttle.width() // 2 - 4, 0))
    assert 0.1 <= slow < player.rolling == pytest.approx(1.0)
    qtbot.mouseMove(stage.shuttle, middle - QPoint(stage.shuttle.width() // 4, 0))
    assert player.rolling < -0.9
    here = player.on_screen
    qtbot.waitUntil(lambda: player.on_screen < here - 3)
    qtbot.mouseRelease(stage.shuttle, Qt.MouseButton.LeftButton, pos=middle)
    room.settled()
    assert not player.playing
    assert stage.shuttle.share == 0
    assert room.number_painted() == player.target
