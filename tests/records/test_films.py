"""Films taken into the vault: whole or not at all, encrypted, and read by both decoders."""

import hashlib
import random
import shutil
import threading
import time
from datetime import date
from typing import NamedTuple

import av
import cv2
import pytest

from runclinic.records import disk, sealed
from runclinic.refused import Refused


def _taken(store, path, visit, check=None) -> str:
    work = store.films.take_in(path, visit.client_id, visit.id, check)
    progress = []
    try:
        while True:
            progress.append(next(work))
    except StopIteration as done:
        assert progress == sorted(progress)
        assert all(0 < share <= 1 for share in progress)
        return done.value


def _nothing_left(store) -> None:
    assert list(store.home.glob("incoming/*")) == []
    assert [path for path in store.home.glob("media/**/*") if path.is_file()] == []


def test_a_film_comes_back_as_it_was(store, visit, a_film):
    source = a_film()
    film = store.films.get(_taken(store, source, visit))
    assert source.stat().st_size > 2 * sealed.CHUNK
    with store.films.open(film.id) as reader:
        assert reader.read() == source.read_bytes()
    assert (film.name, film.bytes, film.state) == ("side.mp4", source.stat().st_size, "ready")
    assert film.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert store.films.of(visit.id) == (film,)
    assert list(store.home.glob("incoming/*")) == []


def test_a_work_can_be_run_as_a_list(store, visit, a_film):
    assert list(store.films.take_in(a_film(), visit.client_id, visit.id))[-1] == 1.0
    assert len(store.films.of(visit.id)) == 1


def test_pyav_reads_every_frame_and_seeks(store, visit, a_film):
    source = a_film()
    with av.open(str(source)) as plain:
        expected = [frame.to_ndarray(format="rgb24") for frame in plain.decode(video=0)]
    with store.films.open(_taken(store, source, visit)) as reader, av.open(reader) as film:
        found = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
        assert len(found) == 40
        assert all((a == b).all() for a, b in zip(found, expected, strict=True))
        stream = film.streams.video[0]
        film.seek(int(1.0 / stream.time_base), stream=stream)
        assert next(film.decode(stream)).time <= 1.0


def test_opencv_reads_every_frame(store, visit, a_film):
    with store.films.open(_taken(store, a_film(), visit)) as reader:
        capture = cv2.VideoCapture(reader, cv2.CAP_FFMPEG, [])
        frames = 0
        while capture.read()[0]:
            frames += 1
        capture.release()
    assert frames == 40


def test_a_damaged_film_is_refused_in_the_decoder_too(store, visit, a_film):
    film_id = _taken(store, a_film(), visit)
    path = store.films.file(film_id)
    whole = bytearray(path.read_bytes())
    whole[sealed.HEADER + sealed.CHUNK + 500] ^= 1
    path.write_bytes(whole)
    with (
        store.films.open(film_id) as reader,
        pytest.raises(Refused, match="damaged"),
        av.open(reader) as film,
    ):
        list(film.decode(video=0))


def test_a_film_file_that_went_is_shown_as_missing(store, visit, a_film):
    film_id = _taken(store, a_film(), visit)
    store.films.file(film_id).unlink()
    assert store.films.of(visit.id)[0].state == "missing"
    with pytest.raises(Refused, match="missing"):
        store.films.open(film_id)


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_a_film_that_went_or_broke_is_put_back_by_importing_it_again(store, visit, a_film, harm):
    source = a_film()
    film_id = _taken(store, source, visit)
    path = store.films.file(film_id)
    whole = bytearray(path.read_bytes())
    whole[sealed.HEADER + 500] ^= 1
    path.unlink() if harm == "gone" else path.write_bytes(whole)
    assert _taken(store, source, visit) == film_id
    with store.films.open(film_id) as reader:
        assert reader.read() == source.read_bytes()
    assert len(store.films.of(visit.id)) == 1


def test_the_same_film_again_is_the_one_that_is_there(store, visit, a_film, tmp_path):
    source = a_film()
    film_id = _taken(store, source, visit)
    shutil.copy(source, tmp_path / "renamed.mp4")
    later = store.visits.start(visit.client_id, date(2026, 12, 1))
    assert _taken(store, tmp_path / "renamed.mp4", later) == film_id
    assert [film.id for film in store.films.of(later.id)] == [film_id]
    assert [film.id for film in store.films.of(visit.id)] == [film_id]
    assert len(list(store.home.glob("media/*/*.rcm"))) == 1


def test_films_are_never_compared_across_clients(store, visit, a_film):
    source, other = a_film(), store.clients.add(family_name="Other")
    hers = store.visits.start(other.id, date(2026, 11, 20))
    assert _taken(store, source, visit) != _taken(store, source, hers)


@pytest.mark.parametrize("steps", [1, 2, 4, 6])
def test_a_cancelled_import_leaves_nothing(store, visit, a_film, steps):
    work = store.films.take_in(a_film(), visit.client_id, visit.id)
    for _ in range(steps):
        next(work)
    work.close()
    _nothing_left(store)
    assert store.films.of(visit.id) == ()


def test_what_the_check_refuses_is_not_kept(store, visit, a_film):
    seen = []

    def _no_film(reader) -> None:
        seen.append(reader.read(8)[4:])
        raise Refused("This is no film.", "Choose another.")

    with pytest.raises(Refused, match="no film"):
        _taken(store, a_film(), visit, _no_film)
    assert seen == [b"ftyp"]
    _nothing_left(store)


def test_a_check_that_is_content_keeps_it(store, visit, a_film):
    frames = []

    def _decodes(reader) -> None:
        with av.open(reader) as film:
            frames.append(next(film.decode(video=0)).width)

    assert _taken(store, a_film(), visit, _decodes)
    assert frames == [320]


def test_what_is_no_file_is_refused(store, visit, tmp_path):
    (tmp_path / "empty.mp4").touch()
    for path, says in (
        (tmp_path / "empty.mp4", "empty"),
        (tmp_path, "not a file"),
        (tmp_path / "x", "not a file"),
    ):
        with pytest.raises(Refused, match=says):
            _taken(store, path, visit)
    _nothing_left(store)


def test_a_film_over_four_gigabytes_is_refused_before_any_work(store, visit, tmp_path):
    huge = tmp_path / "huge.mp4"
    with huge.open("wb") as opened:
        opened.truncate(4 * disk.GIB + 1)
    with pytest.raises(Refused, match="larger than 4 GiB"):
        _taken(store, huge, visit)
    _nothing_left(store)


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(
    "total_gib, free_gib, refused",
    [(500, 2.1, False), (500, 1.9, True), (10, 0.6, False), (10, 0.4, True), (500, 0, True)],
)
def test_room_is_checked_before(store, visit, a_film, monkeypatch, total_gib, free_gib, refused):
    usage = _Usage(total_gib * disk.GIB, 0, int(free_gib * disk.GIB))
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: usage)
    if refused:
        with pytest.raises(Refused, match="too full"):
            _taken(store, a_film(), visit)
        _nothing_left(store)
    else:
        assert _taken(store, a_film(), visit)


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(store, visit, a_film, monkeypatch):
    def _full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealed.os, "fsync", _full)
    with pytest.raises(Refused, match="disk is full"):
        _taken(store, a_film(), visit)
    monkeypatch.undo()
    _nothing_left(store)


def test_a_file_that_grows_meanwhile_is_refused(store, visit, a_film):
    source = a_film()
    work = store.films.take_in(source, visit.client_id, visit.id)
    next(work)
    with source.open("ab") as opened:
        opened.write(b"more")
    with pytest.raises(Refused, match="changed while"):
        list(work)
    _nothing_left(store)


def test_a_copy_that_does_not_read_back_is_refused(store, visit, a_film, monkeypatch):
    """A disk that gives other bytes than it was given."""
    plain = sealed.Sealed._plain
    monkeypatch.setattr(sealed.Sealed, "_plain", lambda self, n: plain(self, n)[::-1])
    with pytest.raises(Refused, match="not what was read"):
        _taken(store, a_film(), visit)
    _nothing_left(store)


def test_a_visit_of_another_client_is_refused(store, visit, a_film):
    other = store.clients.add(family_name="Other")
    with pytest.raises(Refused, match="not one of this client"):
        list(store.films.take_in(a_film(), other.id, visit.id))
    with pytest.raises(Refused):
        list(store.films.take_in(a_film(), "nobody", visit.id))


def test_the_file_of_another_client_in_its_place_is_refused(store, visit, a_film):
    other = store.clients.add(family_name="Other")
    hers = store.visits.start(other.id, date(2026, 11, 20))
    first, second = _taken(store, a_film(), visit), _taken(store, a_film("b.mp4", seed=8), hers)
    shutil.copy(store.films.file(second), store.films.file(first))
    with pytest.raises(Refused, match="damaged"):
        store.films.open(first)


def test_locking_closes_the_films(store, visit, a_film):
    reader = store.films.open(_taken(store, a_film(), visit))
    store.close()
    with pytest.raises(ValueError, match="closed"):
        reader.read(1)


def test_an_import_may_run_on_another_thread(store, visit, a_film):
    source, found = a_film(), []
    thread = threading.Thread(target=lambda: found.append(_taken(store, source, visit)))
    thread.start()
    for number in range(20):
        store.visits.append(visit.id, "safety/RF01", number)
    thread.join()
    assert [film.id for film in store.films.of(visit.id)] == found
    assert store.verify() == ()


def test_landmarks_are_kept_beside_their_film(store, visit, a_film):
    film_id = _taken(store, a_film(), visit)
    assert store.films.beside(film_id, "landmarks-1") is None
    store.films.keep_beside(film_id, "landmarks-1", b"many numbers" * 100_000)
    store.films.keep_beside(film_id, "landmarks-1", b"better numbers")
    assert store.films.beside(film_id, "landmarks-1") == b"better numbers"
    assert store.films.beside(film_id, "times-1") is None
    assert not any(b"numbers" in path.read_bytes() for path in store.home.glob("media/*/*"))
    beside = next(store.home.glob("media/*/*landmarks-1.rcm"))
    beside.write_bytes(beside.read_bytes()[:-1])
    assert store.films.beside(film_id, "landmarks-1") is None
    with pytest.raises(ValueError, match="no name"):
        store.films.keep_beside(film_id, "../keys", b"")


def test_what_cannot_be_kept_beside_is_told(store, visit, a_film, monkeypatch):
    film_id = _taken(store, a_film(), visit)

    def _full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealed.os, "fsync", _full)
    with pytest.raises(Refused, match="not kept"):
        store.films.keep_beside(film_id, "landmarks-1", b"numbers")
    monkeypatch.undo()
    assert list(store.home.glob("incoming/*")) == []
    assert store.films.beside(film_id, "landmarks-1") is None


def test_after_a_crash_half_made_files_go_and_strays_are_put_aside(clinic, store, visit, a_film):
    film_id = _taken(store, a_film(), visit)
    store.films.keep_beside(film_id, "times-1", b"0 33 66")
    store.close()
    (clinic.home / "incoming" / "half.part").write_bytes(b"x")
    stray = clinic.home / "media" / "ab" / "ab345678-0000-4000-8000-000000000000.rcm"
    disk.make_folder(stray.parent)
    stray.write_bytes(b"y")
    again = clinic.unlock()
    assert list(clinic.home.glob("incoming/*")) == []
    assert not stray.exists()
    assert (clinic.home / "media" / "orphans" / stray.name).read_bytes() == b"y"
    assert again.films.get(film_id).state == "ready"
    assert again.films.beside(film_id, "times-1") == b"0 33 66"


@pytest.mark.parametrize("seed", range(10))
def test_killed_during_an_import(clinic, nursery, store, visit, a_film, seed):
    source = a_film()
    before = source.read_bytes()
    store.close()
    pid = nursery.start("film", visit.client_id, visit.id, str(source))
    time.sleep(random.Random(seed).uniform(0, 0.08))
    said = nursery.kill(pid)
    again = clinic.unlock()
    films = again.films.of(visit.id)
    files = [path for path in clinic.home.glob("media/[0-9a-f][0-9a-f]/*") if path.is_file()]
    assert len(files) == len(films)
    assert list(clinic.home.glob("incoming/*")) == []
    assert films or said == []
    for film in films:
        with again.films.open(film.id) as reader:
            assert reader.read() == before
    assert source.read_bytes() == before
    assert again.verify() == ()
