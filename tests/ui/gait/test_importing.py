"""A strange file is looked at apart, a long one asks for a part, and what is damaged is shown as such."""

import multiprocessing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from runclinic.demo import stamp
from runclinic.ui.gait import take_in
from runclinic.ui.gait.range_page import USUAL_S
from runclinic.ui.gait.take_in import TooMuch, clock_words
from runclinic.video import Clip, apart, excerpt
from runclinic.video.apart import Seen
from tests.video.zoo import faststart


def all_files(room):
    places = (room.store.home / "media", room.store.home / "incoming")
    return {path for place in places for path in place.rglob("*") if path.is_file()}


def primaries(room):
    buttons = room.page.findChildren(QPushButton)
    return [each.text() for each in buttons if each.property("kind") == "primary" and each.isVisible()]


def dies(*_):
    raise SystemExit(1)


def test_a_file_that_kills_its_reader_is_one_line(room, clip, monkeypatch):
    monkeypatch.setattr(apart, "_looked", dies)
    room.take_in(clip.path)
    assert room.page.line.words.text() == f"side.mp4: {apart.BROKE}"
    assert room.page.films == ()


def test_cancelled_while_it_is_looked_at_leaves_no_child_and_no_file(room, qtbot, clip):
    before, children = all_files(room), len(multiprocessing.active_children())
    room.page.take_in([clip.path])
    qtbot.waitUntil(lambda: len(multiprocessing.active_children()) > children)
    room.page.line.cancel.click()
    qtbot.waitUntil(lambda: room.page.arrivals.job is None)
    assert len(multiprocessing.active_children()) == children
    assert all_files(room) == before
    assert room.page.empty.isVisible()


def test_two_refused_films_are_both_named(room, tmp_path):
    for name in ("one.mp4", "two.mov"):
        (tmp_path / name).write_text("no film")
    room.take_in(tmp_path / "one.mp4", tmp_path / "two.mov")
    lines = room.page.line.words.text().split("\n")
    assert [line.split(":")[0] for line in lines] == ["one.mp4", "two.mov"]


@pytest.fixture
def too_long(room, clip, monkeypatch):
    """A clip that counts as too long; the child that looks at it does not know of our limit."""

    def looking(path):
        yield 0.0
        return Seen(2400.0, 10**9, too_much=True)

    monkeypatch.setattr(take_in.apart, "looking", looking)
    room.page.take_in([clip.path])
    room.qtbot.waitUntil(room.page.range_page.isVisible)
    return room


def test_a_long_film_asks_for_a_part_and_shows_where_it_begins(too_long, qtbot):
    page = too_long.page.range_page
    assert primaries(too_long) == ["Take in this part"]
    assert "40:00" in page.why.text()
    assert page.said.text() == f"from 0:00 to {clock_words(USUAL_S)}"
    qtbot.waitUntil(lambda: not page.picture.pixmap().isNull())
    for _ in range(2):
        too_long.press(Qt.Key.Key_Right)
    assert page.seconds == (2.0, 2.0 + USUAL_S)


def test_the_part_is_taken_in_and_only_that(too_long, qtbot, clip):
    room = too_long
    room.page.range_page.start_at.setValue(1)
    room.page.range_page._film = TooMuch(clip.path, 2.0, 10**9)
    before = clip.path.read_bytes()
    room.page.range_page.take.click()
    qtbot.waitUntil(lambda: len(room.page.films) == 1)
    room.settled()
    film = room.page.films[0]
    assert film.name == "side 0.01-0.02.mp4"
    with room.store.films.open(film.id) as reader, Clip.open(reader) as part:
        numbers = [stamp.read(part.frame(k)) for k in range(part.frame_count)]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert numbers[0] <= 60
        assert 115 <= numbers[-1] <= 130
    assert room.page.stage.player.last == len(numbers) - 1
    assert clip.path.read_bytes() == before
    assert not list((room.store.home / "incoming").glob("*"))


def test_leaving_it_out_goes_on_with_the_next_film(too_long, qtbot, uneven, monkeypatch):
    monkeypatch.undo()
    room = too_long
    before = all_files(room)
    room.page.take_in([uneven.path])
    assert room.page.range_page.isVisible()
    room.page.range_page.leave.click()
    qtbot.waitUntil(lambda: len(room.page.films) == 1)
    room.settled()
    assert [film.name for film in room.page.films] == ["uneven.mp4"]
    assert all_files(room) > before


def test_a_film_that_was_cut_off_is_usable_up_to_there_and_says_so(room, tmp_path):
    whole = faststart()
    short = tmp_path / "short.mp4"
    short.write_bytes(whole[: len(whole) * 6 // 10])
    room.on_film(short)
    room.qtbot.waitUntil(lambda: room.page.reel.verified)
    room.settled()
    count = len(room.page.reel.times)
    assert 20 < count < 120
    said = [each.text() for each in room.page.panel.measures.findChildren(QLabel)]
    assert f"The end is missing: {count} of 120 frames." in said
    room.press(Qt.Key.Key_End)
    room.settled()
    assert room.number_painted() == count - 1


def test_the_child_finds_what_is_too_long(clip, monkeypatch):
    seen = apart.look(clip.path)
    assert not seen.too_much
    assert seen.warnings == ()
    monkeypatch.setattr(excerpt, "LONGEST_S", 1.0)
    seen = apart._seen(clip.path, "pyav")
    assert seen.too_much
    assert seen.lasts_s == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize("at_s,near", [(0.0, 0), (2.9, 170), (900.0, 170)])
def test_a_still_of_a_long_film_is_the_key_picture_before(clip, at_s, near):
    still = excerpt.picture_at(clip.path, at_s, width=320)
    assert still.shape == (180, 320, 3)
    number = stamp.read(still)
    assert number is not None
    assert number <= near
