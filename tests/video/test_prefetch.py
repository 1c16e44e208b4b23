"""What to decode before it is asked for: half ahead, an eighth behind, a chunk at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.video.prefetch import Around, Fill, ahead, jump


def around(at=500, *, backward=False, before=0, after=0, count=1000, capacity=128):
    return Around(at, backward, count, before, after, capacity)


@pytest.mark.parametrize(
    "now, fill",
    [
        # forward: 64 ahead are enough, else on to the end of what is there and a chunk of 48 more
        (around(before=16, after=64), None),
        (around(before=16, after=63), Fill(611, range(484, 612), 564)),
        (around(before=0, after=10), Fill(564, range(484, 565), 511)),
        # backward: the chunk before what is there, in one run, kept with an eighth after the cursor
        (around(backward=True, before=64, after=16), None),
        (around(backward=True, before=63, after=16), Fill(436, range(389, 517), 389)),
        (around(backward=True, before=64, after=3), Fill(516, range(436, 517), 504)),
        # the ends of the clip
        (around(at=5, backward=True, before=5, after=16), None),
        (around(at=990, before=16, after=9), None),
        (around(at=0, count=1), None),
    ],
)
def test_while_moving(now, fill):
    assert ahead(now, resting=False) == fill


def test_at_rest_both_sides_are_filled():
    assert ahead(around(before=16, after=64), resting=True) == Fill(483, range(452, 565), 452)
    assert ahead(around(before=48, after=64), resting=True) is None
    assert ahead(around(backward=True, before=64, after=16), resting=True) == Fill(548, range(436, 549), 517)


def test_a_jump_keeps_what_passes_on_the_way():
    assert jump(500, 1000, 128) == Fill(500, range(436, 533), 500)
    assert jump(3, 1000, 128) == Fill(3, range(36), 3)


@given(st.integers(1, 2000), st.data(), st.booleans(), st.booleans(), st.integers(8, 400))
def test_it_comes_to_rest_and_never_wants_what_it_would_not_keep(count, data, backward, resting, capacity):
    at = data.draw(st.integers(0, count - 1))
    kept = {at}
    for _ in range(60):
        before = next(n for n in range(count + 1) if at - n - 1 not in kept)
        after = next(n for n in range(count + 1) if at + n + 1 not in kept)
        fill = ahead(Around(at, backward, count, before, after, capacity), resting=resting)
        if fill is None:
            break
        assert 0 <= fill.to < count
        assert fill.to in fill.keep
        assert fill.to not in kept
        assert fill.since not in kept
        assert fill.since <= fill.to
        kept |= set(range(fill.since, fill.to + 1))
    assert fill is None
    assert before + after + 1 <= max(capacity, 12)
