"""Filming with a camera in the window; in the camera's place stands a clip whose frames are numbered."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from runclinic import records
from runclinic.demo import stamp
from runclinic.records import growing
from runclinic.refused import Refused
from runclinic.ui.gait import take_in
from runclinic.video import Clip, camera
from runclinic.video.camera import Camera, Filmed

ROOT = Path(__file__).resolve().parents[3]
ONE = Camera("Test camera", 0, 0)


def primaries(room):
    return [
        each.text()
        for each in room.page.findChildren(QPushButton)
        if each.property("kind") == "primary" and each.isVisible()
    ]


@pytest.fixture
def with_camera(room, clip):
    page = room.page.record_page
    page.list_cameras = lambda: (ONE,)
    page.open_source = lambda _which: Filmed(clip.path, in_time=True, again=True)
    return room


def opened(room):
    room.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    room.press("r")
    room.qtbot.waitUntil(room.page.record_page.start.isEnabled)


def number_seen(page):
    image = page.preview.image
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return stamp.read(rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3))


def test_what_the_camera_sees_is_filmed_and_becomes_a_clip(with_camera, qtbot, clip):
    room, page = with_camera, with_camera.page.record_page
    opened(room)
    assert primaries(room) == ["Start recording"]
    assert QApplication.focusWidget() is page.start
    qtbot.waitUntil(lambda: "60." in page.rate.text() or "59." in page.rate.text())
    assert number_seen(page) is not None
    room.press(Qt.Key.Key_Space)
    assert primaries(room) == ["Stop recording"]
    qtbot.waitUntil(lambda: page.clock.text() == "0:01")
    room.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(room.page.films) == 1)
    room.settled()
    assert not page.isVisible()
    assert room.page.panel.asking
    film = room.page.films[0]
    assert film.name.startswith("Recording ")
    times = room.page.reel.times
    assert times.nominal_fps == pytest.approx(60, rel=0.02)
    assert times.times_s[-1] > 0.9
    assert room.page.reel.warnings == ()
    with room.store.films.open(film.id) as reader, Clip.open(reader) as filmed:
        first = stamp.read(filmed.frame(0))
        count = len(clip.shot.times_s)
        numbers = [stamp.read(filmed.frame(k)) for k in range(0, filmed.frame_count, 9)]
        assert numbers == [(first + k) % count for k in range(0, filmed.frame_count, 9)]
    assert list(room.store.home.rglob("*.piece")) == []


def test_without_a_camera_one_clear_line_and_a_way_back(room, qtbot):
    def none():
        raise camera.NO_CAMERA

    room.page.record_page.list_cameras = none
    room.page.empty.record.click()
    qtbot.waitUntil(room.page.record_page.again.isVisible)
    assert room.page.record_page.trouble.text() == str(camera.NO_CAMERA)
    assert primaries(room) == ["Look again"]
    room.press(Qt.Key.Key_Escape)
    assert room.page.empty.isVisible()


def test_a_camera_that_does_not_open_is_named(room, qtbot):
    def busy(which):
        raise Refused(f"The camera {which.name} does not open.", "Close other programs that use it.")

    room.page.record_page.list_cameras = lambda: (ONE,)
    room.page.record_page.open_source = busy
    room.page.record()
    qtbot.waitUntil(room.page.record_page.again.isVisible)
    assert "Test camera does not open" in room.page.record_page.trouble.text()


def test_a_camera_pulled_out_while_filming_leaves_what_was_filmed(with_camera, qtbot, clip):
    room, page = with_camera, with_camera.page.record_page
    page.open_source = lambda _which: Filmed(clip.path, in_time=True)  # ends with the clip
    opened(room)
    room.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(room.page.films) == 1)
    room.settled()
    assert 100 < len(room.page.reel.times) <= len(clip.shot.times_s)


def test_two_cameras_can_be_told_apart_and_chosen(with_camera, qtbot, clip, uneven):
    room, page = with_camera, with_camera.page.record_page
    page.list_cameras = lambda: (ONE, Camera("Second camera", 1, 0))
    asked = []

    def source(which):
        asked.append(which.name)
        return Filmed(clip.path, in_time=True, again=True)

    page.open_source = source
    opened(room)
    second = next(each for each in page.findChildren(QPushButton) if each.text() == "Second camera")
    second.click()
    qtbot.waitUntil(page.start.isEnabled)
    assert asked == ["Test camera", "Second camera"]


def test_leaving_while_it_films_loses_nothing(open_room, qtbot, clip):
    room = open_room()
    page = room.page.record_page
    page.list_cameras = lambda: (ONE,)
    page.open_source = lambda _which: Filmed(clip.path, in_time=True, again=True)
    opened(room)
    room.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.clock.text() == "0:01")
    again = open_room()
    qtbot.waitUntil(lambda: len(again.page.films) == 1)
    again.settled()
    assert again.page.reel.times.times_s[-1] > 0.8


def test_nothing_of_a_recording_lies_plain_on_the_disk(with_camera, qtbot):
    room = with_camera
    opened(room)
    room.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(list(room.store.home.rglob("*.piece"))) > 2)
    seen = b"".join(path.read_bytes() for path in room.store.home.rglob("*.piece"))
    assert b"ftyp" not in seen
    assert b"moof" not in seen
    assert b"Recording" not in seen
    room.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(room.page.films) == 1)
    room.settled()


def test_a_full_disk_is_said_and_what_was_filmed_is_kept(with_camera, qtbot, monkeypatch):
    room, put = with_camera, growing._put

    def full(path, *more):
        if path.name.startswith("000003"):
            raise OSError(28, "No space left on device")
        put(path, *more)

    monkeypatch.setattr(growing, "_put", full)
    opened(room)
    room.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(room.page.films) == 1)
    room.settled()
    assert room.page.line.words.text() == str(growing.ENDED)
    assert room.page.reel.times.times_s[-1] > 0.4


CHILD = """
import sys
from datetime import date
from pathlib import Path
from runclinic import records
from runclinic.records.keys import FLOOR
from runclinic.video import camera
from runclinic.video.camera import Filmed
home, clip = Path(sys.argv[1]), Path(sys.argv[2])
store = records.create(home, {"name": "Clinic"}, "Marta Okafor", "MO", sys.argv[3], cost=FLOOR)
client = store.clients.add(given_name="Hanna", family_name="Lindqvist", born=date(1992, 5, 2))
visit = store.visits.start(client.id, date(2026, 11, 17))
print(store.therapist.id, client.id, visit.id, flush=True)
pieces = store.films.filming(client.id, visit.id, "Recording.mp4")
first = None
for arrived in camera.recording(Filmed(clip, in_time=True, again=True), pieces, lambda: False):
    first = arrived.at_s if first is None else first
    print(arrived.at_s - first, flush=True)
"""
PASSWORD = "orchard violin sixty tide"


@pytest.mark.slow
def test_a_crash_costs_less_than_two_seconds(tmp_path, clip):
    home = tmp_path / "clinic"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, home, clip.path, PASSWORD],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    therapist, client, visit = child.stdout.readline().split()
    filmed_s = 0.0
    while filmed_s < 4.7:
        filmed_s = float(child.stdout.readline())
    child.kill()
    last = [float(line) for line in child.stdout.read().splitlines() if line]
    child.wait()
    child.stdout.close()
    filmed_s = last[-1] if last else filmed_s
    with records.unlock(home, therapist, PASSWORD) as store:
        (folder,) = store.films.cut_off(visit)
        work = take_in.keeping_recording(store, client, visit, folder)
        while True:
            try:
                next(work)
            except StopIteration as end:
                film_id = end.value
                break
        assert store.films.cut_off(visit) == ()
        assert [film.name for film in store.films.of(visit)] == ["Recording.mp4"]
        times = take_in.frame_times(store.films, film_id).times_s
        assert filmed_s - times[-1] < 2.0
        with store.films.open(film_id) as reader, Clip.open(reader) as film:
            count = len(clip.shot.times_s)
            numbers = [stamp.read(film.frame(k)) for k in range(0, film.frame_count, 20)]
            assert numbers == [k % count for k in range(0, film.frame_count, 20)]


def test_a_piece_that_is_not_whole_ends_what_is_found_again(room):
    films, visit = room.store.films, room.opened.visit
    pieces = films.filming(room.opened.client.id, visit.id, "Recording.mp4")
    for letter in (b"a", b"b", b"c"):
        pieces._hand_on()
        pieces.write(letter * 1000)
    pieces.finish()
    third = pieces.folder / "000003.piece"
    third.write_bytes(third.read_bytes()[:-9])
    key = films._key(room.opened.client.id)
    assert b"".join(growing.pieces(pieces.folder, key)) == b"a" * 1000 + b"b" * 1000
    growing.clear(pieces.folder)
    assert not pieces.folder.exists()
