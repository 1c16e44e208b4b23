"""A file encrypted in chunks: read at any place; whatever is done to it, it is refused."""

import hashlib
import io
import os
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runclinic.records import sealed
from runclinic.records.sealed import CHUNK, HEADER, TAG, Sealed
from runclinic.refused import Refused

KEY, FILE_ID = bytes(range(32)), bytes(range(16))


def _sealed(path, content: bytes, key: bytes = KEY, file_id: bytes = FILE_ID):
    work = sealed.seal(io.BytesIO(content), path, key, file_id)
    assert _result(work) == (hashlib.sha256(content).digest(), len(content))
    return path


def _result(work):
    try:
        while True:
            next(work)
    except StopIteration as done:
        return done.value


@pytest.fixture(scope="module")
def content() -> bytes:
    return os.urandom(3 * CHUNK + 12_345)


@pytest.fixture
def file(tmp_path, content):
    return _sealed(tmp_path / "film.rcm", content)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK - 1])
def test_every_length_comes_back(tmp_path, size):
    given_ = os.urandom(size)
    path = _sealed(tmp_path / "film.rcm", given_)
    assert path.stat().st_size == sealed.sealed_bytes(size)
    with Sealed(path, KEY, FILE_ID) as reader:
        assert reader.size == size
        assert reader.read() == given_
        assert reader.read() == b""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.data())
def test_it_reads_as_a_plain_file_does(file, content, data):
    """Any walk of seeks and reads gives what io.BytesIO gives."""
    plain, reader = io.BytesIO(content), Sealed(file, KEY, FILE_ID)
    sizes = st.integers(-1, 3000) | st.integers(CHUNK - 2, 2 * CHUNK)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) + 100))
        assert reader.seek(place) == plain.seek(place)
        size = data.draw(sizes)
        assert reader.read(size) == plain.read(size)
        back = -data.draw(st.integers(0, 2000))
        assert reader.seek(back, os.SEEK_END) == plain.seek(back, os.SEEK_END)
        buffer, plain_buffer = bytearray(500), bytearray(500)
        assert reader.readinto(buffer) == plain.readinto(plain_buffer)
        assert buffer == plain_buffer
        assert reader.tell() == plain.tell()
    reader.close()


def test_a_place_before_the_start_is_an_error(file):
    with Sealed(file, KEY, FILE_ID) as reader:
        for offset, whence in ((-1, os.SEEK_SET), (-(10**9), os.SEEK_END), (0, 9)):
            with pytest.raises(ValueError, match="no place"):
                reader.seek(offset, whence)
        assert reader.readable()
        assert reader.seekable()
        assert not reader.writable()


def test_a_closed_reader_reads_nothing(file):
    reader = Sealed(file, KEY, FILE_ID)
    reader.close()
    reader.close()
    for ask in (reader.read, reader.tell, lambda: reader.seek(0)):
        with pytest.raises(ValueError, match="closed"):
            ask()


def test_few_chunks_are_held_in_memory(tmp_path):
    path = _sealed(tmp_path / "long.rcm", os.urandom(12 * CHUNK))
    with Sealed(path, KEY, FILE_ID) as reader:
        while reader.read(CHUNK // 2):
            assert len(reader._chunks) <= 8


def test_several_threads_may_read(file, content):
    reader, wrong = Sealed(file, KEY, FILE_ID), []

    def _read() -> None:
        wrong.extend(True for _ in range(50) if len(reader.read(1000)) != 1000)

    threads = [threading.Thread(target=_read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reader.tell() == 200 * 1000
    assert wrong == []
    reader.close()


def test_nothing_plain_is_in_the_file(tmp_path):
    given_ = b"ftypisom" * 200_000
    assert b"ftypisom" not in _sealed(tmp_path / "film.rcm", given_).read_bytes()


def test_the_same_bytes_are_sealed_differently_each_time(tmp_path):
    first, second = (_sealed(tmp_path / name, b"same").read_bytes() for name in ("a.rcm", "b.rcm"))
    assert first[HEADER:] != second[HEADER:]


def _refused(path, key: bytes = KEY, file_id: bytes = FILE_ID) -> None:
    with pytest.raises(Refused, match="damaged"), Sealed(path, key, file_id) as reader:
        reader.read()


_BODY = CHUNK + TAG


@pytest.mark.parametrize(
    "place",
    [0, 8, 12, 13, 16, 33, 63, HEADER, HEADER + 500, HEADER + _BODY - 1, HEADER + 2 * _BODY + 7, -1, -17],
)
def test_a_flipped_bit_anywhere_is_refused(file, place):
    whole = bytearray(file.read_bytes())
    whole[place] ^= 0x10
    file.write_bytes(whole)
    _refused(file)


@pytest.mark.parametrize(
    "left",
    [
        0,
        1,
        HEADER - 1,
        HEADER,
        HEADER + 5,
        HEADER + TAG,
        HEADER + _BODY,
        HEADER + 2 * _BODY,
        HEADER + 3 * _BODY,
        HEADER + 3 * _BODY + 10,
        HEADER + 3 * _BODY + TAG,
        -1,
    ],
)
def test_a_file_cut_off_anywhere_is_refused_at_once(file, left):
    file.write_bytes(file.read_bytes()[:left])
    with pytest.raises(Refused, match="damaged"):
        Sealed(file, KEY, FILE_ID)


@pytest.mark.parametrize("more", [1, 15, 16, 17, _BODY])
def test_appended_bytes_are_refused(file, more):
    file.write_bytes(file.read_bytes() + bytes(more))
    with pytest.raises(Refused, match="damaged"):
        Sealed(file, KEY, FILE_ID)


def test_two_exchanged_chunks_are_refused(file):
    whole = file.read_bytes()
    chunks = [whole[HEADER + n * _BODY :][:_BODY] for n in range(4)]
    file.write_bytes(whole[:HEADER] + chunks[1] + chunks[0] + chunks[2] + chunks[3])
    _refused(file)


def test_a_chunk_taken_out_is_refused(file):
    whole = file.read_bytes()
    file.write_bytes(whole[: HEADER + _BODY] + whole[HEADER + 2 * _BODY :])
    _refused(file)


def test_a_damaged_chunk_spoils_only_what_it_holds(file, content):
    whole = bytearray(file.read_bytes())
    whole[HEADER + _BODY + 10] ^= 1
    file.write_bytes(whole)
    with Sealed(file, KEY, FILE_ID) as reader:
        assert reader.read(CHUNK) == content[:CHUNK]
        with pytest.raises(Refused):
            reader.read(1)
        reader.seek(2 * CHUNK)
        assert reader.read(10) == content[2 * CHUNK : 2 * CHUNK + 10]


def test_another_key_or_another_file_is_refused(file):
    _refused(file, key=bytes(32))
    _refused(file, file_id=bytes(16))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(Refused, match="missing"):
        Sealed(tmp_path / "none.rcm", KEY, FILE_ID)


def test_a_disk_that_fails_is_told(file, monkeypatch):
    def _fails(*_):
        raise OSError(5, "Input/output error")

    with Sealed(file, KEY, FILE_ID) as reader:
        monkeypatch.setattr(sealed, "_exactly", _fails)
        with pytest.raises(Refused, match="cannot be read"):
            reader.read()


def test_a_work_that_is_closed_leaves_nothing(tmp_path, content):
    work = sealed.seal(io.BytesIO(content), tmp_path / "film.rcm", KEY, FILE_ID)
    next(work)
    assert (tmp_path / "film.rcm").exists()
    work.close()
    assert list(tmp_path.iterdir()) == []
