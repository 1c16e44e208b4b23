"""Frames kept: never more bytes than allowed, and those that the next step needs."""

from hypothesis import given
from hypothesis import strategies as st

from runclinic.video.cache import FrameCache


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=80))
def test_it_stays_within_its_bytes(puts):
    cache = FrameCache(100, least=2)
    for k, size in puts:
        cache.travel(k)
        cache.put(k, f"frame {k}", size)
        assert cache.size_bytes <= 100 or len(cache) <= 2
        assert cache.get(k) == f"frame {k}"


def test_on_the_way_back_the_frames_behind_the_cursor_stay():
    cache = FrameCache(10, least=1)
    cache.travel(50)
    cache.travel(40)
    for k in range(30, 46):
        cache.put(k, k, 1)
    assert all(cache.get(k) is not None for k in range(33, 41))


def test_on_the_way_forward_those_ahead_stay():
    cache = FrameCache(10, least=1)
    cache.travel(40)
    cache.travel(41)
    for k in range(50, 34, -1):
        cache.put(k, k, 1)
    assert all(cache.get(k) is not None for k in range(41, 49))
