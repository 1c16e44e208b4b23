"""Key frames: chosen on the screen, kept encrypted with what is drawn, and on the gait sheet."""

import io

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog

from runclinic.ui.gait import key_frames
from runclinic.visit.key_frames import MOST_LETTERS, KeyFrame, recorded
from tests.ui.gait.test_drawing import click


@pytest.fixture
def on_film(room, clip, monkeypatch):
    room.on_film(clip.path)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_asked: ("She lands ahead of her hip.", True))
    return room


def chosen(room):
    return key_frames.of_film(room.opened, room.page.film_id)


def test_one_key_chooses_the_frame_with_its_drawing_and_its_sentence(on_film):
    room = on_film
    room.go(12)
    room.press("e")
    click(room, (100, 150), (100, 30))
    room.press("m")
    (frame,) = chosen(room)
    assert (frame.frame, frame.words) == (12, "She lands ahead of her hip.")
    (paper,) = key_frames.pictures(room.store, room.opened.now())
    picture = Image.open(io.BytesIO(paper.picture))
    assert picture.size == (320, 180)
    red, green = picture.getpixel((100, 90))[:2]
    assert min(red, green) > 150  # the line is on it
    assert paper.words == frame.words
    on_disk = b"".join(path.read_bytes() for path in (room.store.home / "media").rglob("*.rcm"))
    assert paper.picture[:200] not in on_disk


def test_the_same_key_gives_it_up_and_undo_brings_it_back(on_film):
    room = on_film
    room.press("m")
    assert len(chosen(room)) == 1
    room.press("m")
    assert chosen(room) == ()
    room.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(key_frames.pictures(room.store, room.opened.now())) == 1


def test_given_up_in_the_dialog_nothing_is_chosen(on_film, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_asked: ("", False))
    on_film.press("m")
    assert chosen(on_film) == ()


def test_a_number_is_never_given_twice(on_film):
    room = on_film
    room.press("m")
    room.press("m")
    room.press("m")
    assert [each.number for each in chosen(room)] == [2]


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("gait/f/keyframe/1", {"frame": 3, "words": "x"}, (KeyFrame("f", 1, 3, "x"),)),
        ("gait/f/keyframe/1", {"frame": "3"}, ()),
        ("gait/f/keyframe/x", {"frame": 3}, ()),
        ("gait/f/event/1", {"frame": 3}, ()),
        ("gait/f/keyframe/1", None, ()),
    ],
)
def test_what_is_recorded_is_read_back(key, value, found):
    assert recorded({key: value}) == found


def test_a_sentence_is_short_enough_for_the_sheet(on_film, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_asked: ("la " * 200, True))
    on_film.press("m")
    assert len(chosen(on_film)[0].words) <= MOST_LETTERS
