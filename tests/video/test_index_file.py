"""A kept index: of exactly this file, small, and thrown away rather than trusted."""

import io
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.video import Clip, index_file
from runclinic.video.index import FrameIndex, Stamp
from runclinic.video.source import Fingerprint, fingerprint
from tests.video.zoo import faststart, in_memory, written

PRINT = Fingerprint(1234, "ab" * 32)
CLOCK = Fraction(1, 90_000)


@given(st.lists(st.integers(1, 100_000), min_size=1, max_size=80), st.randoms())
def test_what_is_packed_comes_back(intervals, chance):
    ticks = np.cumsum(intervals).tolist()
    order = list(range(len(ticks)))
    chance.shuffle(order)
    stamps = [Stamp(ticks[k], place, place == 0) for place, k in enumerate(order)]
    made = FrameIndex.from_container(stamps, CLOCK)
    seen = made.seen([(packet, chance.random() < 0.1) for packet in made.packets if chance.random() < 0.9])
    data = index_file.packed(seen, PRINT)
    back = index_file.unpacked(data, PRINT, stamps)
    assert back is not None
    assert (back.ticks, back.packets, back.damaged_packets, back.verified, back.time_base) == (
        seen.ticks,
        seen.packets,
        seen.damaged_packets,
        True,
        CLOCK,
    )


def verified(data):
    clip = Clip.open(io.BytesIO(data))
    list(clip.verify())
    return clip


def test_a_clip_remembers_its_damage_and_its_count():
    data = bytearray(faststart())
    chance = np.random.default_rng(11)
    for place in chance.integers(len(data) // 3, len(data) - 300, 10):
        data[place : place + 200] = chance.bytes(200)
    mark = fingerprint(io.BytesIO(bytes(data)))
    with verified(bytes(data)) as clip, Clip.open(io.BytesIO(bytes(data))) as again:
        kept = clip.remembered(mark)
        assert not again.verified
        assert again.recall(kept, mark)
        assert (again.frame_count, again.damaged, again.ticks) == (clip.frame_count, clip.damaged, clip.ticks)
        assert again.verified


def test_another_file_or_layout_is_not_recalled():
    mark = fingerprint(in_memory())
    with verified(written()) as clip:
        kept = clip.remembered(mark)
        assert not clip.recall(kept, replace(mark, length=mark.length + 1))
        assert not clip.recall(kept, replace(mark, sha256="0" * 64))
        assert not clip.recall(b"X" + kept[1:], mark)
    with Clip.open(in_memory(duration_s=0.5)) as other:
        assert not other.recall(kept, mark)


@given(st.integers(0, 400), st.integers(1, 255))
def test_a_spoilt_or_cut_file_is_thrown_away(place, change):
    made = FrameIndex.from_container([Stamp(k * 3003, k, k % 12 == 0) for k in range(50)], CLOCK)
    data = bytearray(index_file.packed(replace(made, verified=True), PRINT))
    place %= len(data)
    assert index_file.unpacked(bytes(data[:place]), PRINT, made.stamps) is None
    data[place] ^= change
    assert index_file.unpacked(bytes(data), PRINT, made.stamps) is None


def test_it_is_small():
    made = FrameIndex.from_container([Stamp(k * 1500 + k % 3, k, k % 60 == 0) for k in range(108_000)], CLOCK)
    assert len(index_file.packed(made, PRINT)) < 4 * 108_000


def test_a_fingerprint_is_of_every_byte():
    one, other = bytearray(written()), bytearray(written())
    other[-1] ^= 1
    assert fingerprint(io.BytesIO(bytes(one))) != fingerprint(io.BytesIO(bytes(other)))
    assert fingerprint(io.BytesIO(b"")).length == 0


@pytest.mark.parametrize("size", [0, 1, 7, 8, 11, 12])
def test_a_stump_is_no_index(size):
    assert index_file.unpacked(index_file.MAGIC[:size] + bytes(max(0, size - 8)), PRINT, []) is None
