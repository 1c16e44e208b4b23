"""A working copy: made in the background, never plain, found again; its frame k is frame k of the film."""

import pytest

from runclinic.demo import stamp
from runclinic.demo.clips import Coding, Shot, write
from runclinic.records.films import Films
from runclinic.ui.gait import copies, take_in
from runclinic.ui.gait.copies import COPY, PROOF, UNWANTED
from runclinic.video import Clip, working_copy
from runclinic.video.working_copy import longest_group, same_frames
from tests.ui.gait.conftest import Filmed
from tests.video.zoo import KINDS, X264


@pytest.fixture(scope="module")
def fast(tmp_path_factory):
    """240 frames a second, one group of pictures, uneven times."""
    shot = Shot(capture_fps=240, duration_s=0.8, size=(320, 180), uneven=True)
    path = tmp_path_factory.mktemp("clips") / "fast.mp4"
    write(path, shot, Coding(codec_options={**X264, "g": "250"}))
    return Filmed(path, shot)


@pytest.fixture(autouse=True)
def _felt_sooner(monkeypatch):
    """A picture this small is decoded quickly: here a shorter wait counts as felt."""
    monkeypatch.setattr(working_copy, "FELT_MS", 20.0)


def on_copy(room):
    return room.page._stepping.on_copy(room.page.film_id)


def copied(room, filmed):
    room.on_film(filmed.path)
    room.qtbot.waitUntil(lambda: on_copy(room))
    room.settled()


def test_it_is_made_by_itself_and_stepped_in_with_the_films_own_numbers_and_times(room, fast):
    copied(room, fast)
    films, film_id = room.store.films, room.page.film_id
    with films.open_beside(film_id, COPY) as reader, Clip.open(reader) as copy:
        assert longest_group(copy.frames.index) == 1
        assert [stamp.read(copy.frame(k)) for k in range(copy.frame_count)] == list(
            range(len(fast.shot.times_s))
        )
    own = take_in.frame_times(films, film_id)
    assert room.page.reel.times.ticks == own.ticks
    assert room.page.reel.times.time_base == own.time_base
    assert len(room.page.stage.player.times_s) == len(fast.shot.times_s)
    for frame in (101, 3, 150, 149, 148):
        room.page.stage.player.go(frame)
        room.settled()
        assert room.number_painted() == frame
        assert room.page.stage.player.times_s[frame] == pytest.approx(fast.shot.times_s[frame], abs=1e-4)


def test_the_place_and_the_marks_stay_when_it_is_taken_up(room, fast, qtbot):
    room.on_film(fast.path)
    room.page.stage.player.go(77)
    room.press("1")
    qtbot.waitUntil(lambda: on_copy(room))
    room.settled()
    assert room.number_painted() == 77
    assert [mark.frame for mark in room.page._marks.film().marks] == [77]


def test_a_film_that_plays_plays_on_in_the_copy(room, fast, qtbot):
    room.page.take_in([fast.path])
    qtbot.waitUntil(lambda: room.page.reel is not None)
    room.page.ask_filming(shown=False)
    player = room.page.stage.player
    player.loop_between(10, 60)
    player.toggle()
    qtbot.waitUntil(lambda: on_copy(room))
    seen = []
    room.page.projector.shown.connect(lambda shown: seen.append(shown.frame))
    qtbot.waitUntil(lambda: len(set(seen)) > 5)
    assert player.playing
    assert set(seen) <= set(range(10, 61))
    player.toggle()
    room.settled()


def test_it_is_found_again_and_not_made_twice(open_room, fast, qtbot):
    room = open_room()
    copied(room, fast)
    copy = room.store.films._beside(room.page.film_id, COPY)
    made = copy.stat().st_mtime_ns
    again = open_room()
    again.settled()
    assert on_copy(again)
    assert copy.stat().st_mtime_ns == made
    assert again.number_painted() == 0


def test_nothing_of_it_lies_plain_on_the_disk(room, fast, monkeypatch):
    seen = []
    begin = copies.making

    def watched(films, film_id):
        for share in begin(films, film_id):
            seen.extend(path.read_bytes() for path in films._incoming.glob("*") if path.is_file())
            yield share
        return True

    monkeypatch.setattr(copies, "making", watched)
    copied(room, fast)
    kept = room.store.films._beside(room.page.film_id, COPY).read_bytes()
    assert seen
    assert all(b"ftyp" not in data and b"moof" not in data for data in (*seen, kept))


def slowly(monkeypatch):
    """A copy that is for ever at its beginning."""

    def endless(_clip, _sink):
        while True:
            yield 0.1

    monkeypatch.setattr(working_copy, "making", endless)


def test_given_up_it_leaves_nothing_and_does_not_begin_again_by_itself(open_room, fast, qtbot, monkeypatch):
    room = open_room()
    slowly(monkeypatch)
    room.page.take_in([fast.path])
    qtbot.waitUntil(room.page.copies.line.cancel.isVisible)
    room.page.copies.line.cancel.click()
    qtbot.waitUntil(lambda: room.page.copies.job is None)
    film_id, films = room.page.film_id, room.store.films
    assert not room.page.copies.line.isVisible()
    assert films.open_beside(film_id, COPY) is None
    qtbot.waitUntil(lambda: not list(films._incoming.glob("*")))  # the index of the film may just be kept
    assert films.beside(film_id, UNWANTED) is not None
    monkeypatch.undo()
    again = open_room()
    again.settled()
    assert not on_copy(again)
    assert films.beside(film_id, PROOF) is None


def test_leaving_the_visit_ends_it_and_the_next_time_it_is_made(open_room, fast, qtbot, monkeypatch):
    room = open_room()
    with monkeypatch.context() as patch:
        slowly(patch)
        room.page.take_in([fast.path])
        qtbot.waitUntil(room.page.copies.line.cancel.isVisible)
        job = room.page.copies.job
        room.page.shut()
        qtbot.waitUntil(lambda: not job._thread.is_alive())
    qtbot.waitUntil(lambda: not list(room.store.films._incoming.glob("*")))
    again = open_room()
    again.qtbot.waitUntil(lambda: on_copy(again))


def test_a_copy_that_is_not_proven_or_is_damaged_is_not_used(room, fast):
    copied(room, fast)
    film_id, films = room.page.film_id, room.store.films
    films.drop_beside(film_id, PROOF)
    stepping = copies.SteppingFilms(films)
    stepping.open(film_id).close()
    assert not stepping.on_copy(film_id)
    with films.open(film_id) as reader, Clip.open(reader) as clip:
        list(clip.verify())
        films.keep_beside(film_id, PROOF, b"x")
    path = films._beside(film_id, COPY)
    path.write_bytes(path.read_bytes()[:-100])
    stepping.open(film_id).close()
    assert not stepping.on_copy(film_id)


def test_another_films_frames_are_thrown_away(room, fast, uneven, monkeypatch):
    monkeypatch.setattr(working_copy, "same_frames", lambda _copy, _clip: False)
    room.on_film(fast.path)
    films, film_id, work = room.store.films, room.page.film_id, room.page.copies
    room.qtbot.waitUntil(lambda: film_id in work._asked and work.job is None)
    assert films.beside(film_id, PROOF) is None
    assert films.open_beside(film_id, COPY) is None
    assert not on_copy(room)


def test_the_oldest_copies_make_room(room, fast, monkeypatch):
    copied(room, fast)
    films, film_id = room.store.films, room.page.film_id
    films.trim_beside(COPY, PROOF, 0, but=film_id)
    assert films.beside(film_id, PROOF) is not None
    films.trim_beside(COPY, PROOF, 0, but="another")
    assert films.beside(film_id, PROOF) is None
    assert films.open_beside(film_id, COPY) is None
    assert isinstance(films, Films)


def test_the_kinds_that_want_a_copy_are_copied_frame_by_frame(room, tmp_path, monkeypatch):
    for name in ("240 fps", "Matroska 240 fps", "HEVC, 240 fps", "slow motion stored at 30"):
        kind = KINDS[name](tmp_path)
        film_id = walked(
            take_in.taking_in(room.store, room.opened.client.id, room.opened.visit.id, kind.path)
        )
        monkeypatch.setattr(working_copy, "FELT_MS", 0.0)
        assert walked(copies.making(room.store.films, film_id)), name
        films = room.store.films
        with films.open_beside(film_id, COPY) as reader, Clip.open(reader) as copy:
            assert [stamp.read(copy.frame(k)) for k in range(copy.frame_count)] == list(kind.numbers), name
            with films.open(film_id) as plain, Clip.open(plain) as clip:
                assert same_frames(copy, clip), name


def walked(work):
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
