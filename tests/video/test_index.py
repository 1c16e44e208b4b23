"""Which packet is frame k, and where decoding must begin: laws that hold for any order of packets."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.video.index import FrameIndex, Stamp

CLOCK = Fraction(1, 90_000)


@st.composite
def streams(draw):
    """Packets in decoding order: distinct times, some keys, some only there for others."""
    count = draw(st.integers(1, 40))
    times = draw(st.permutations(range(count)))
    flags = st.lists(st.booleans(), min_size=count, max_size=count)
    keys, discarded = draw(flags), draw(flags)
    return [
        Stamp(time * 3000, place, keys[place] or place == 0, discarded[place])
        for place, time in enumerate(times)
    ]


def index(stamps):
    return FrameIndex.from_container(stamps, CLOCK)


@given(streams())
def test_frames_are_the_shown_packets_in_order_of_time(stamps):
    made = index(stamps)
    assert sorted(made.packets) == [place for place, stamp in enumerate(stamps) if not stamp.discard]
    assert list(made.ticks) == sorted(stamps[place].tick for place in made.packets)
    assert all(made.frame_of[packet] == k for k, packet in enumerate(made.packets))


@given(streams())
def test_decoding_begins_at_a_key_before_the_frame_in_both_orders(stamps):
    made = index(stamps)
    for k, packet in enumerate(made.packets):
        start = made.start(k)
        assert start <= packet
        assert start == 0 or (stamps[start].key and stamps[start].tick <= made.ticks[k])
        nearer = [
            place
            for place in range(start + 1, packet + 1)
            if stamps[place].key and stamps[place].tick <= made.ticks[k]
        ]
        assert start == 0 or not nearer


@given(streams(), st.randoms())
def test_a_full_look_keeps_exactly_what_came(stamps, chance):
    made = index(stamps)
    came = [(packet, chance.random() < 0.2) for packet in made.packets if chance.random() < 0.8]
    seen = made.seen(came)
    assert list(seen.packets) == [packet for packet, _ in came]
    assert list(seen.damaged) == [k for k, (_, damaged) in enumerate(came) if damaged]
    assert seen.verified


def test_equal_times_keep_the_order_of_decoding_and_are_counted():
    made = index([Stamp(0, 0, True), Stamp(3000, 1), Stamp(3000, 2), Stamp(6000, 3)])
    assert made.packets == (0, 1, 2, 3)
    assert made.shared_times == 1


def test_without_presentation_times_the_decoder_gives_the_order():
    made = index([Stamp(None, 0, True), Stamp(None, 1), Stamp(None, 2), Stamp(None, 3)])
    seen = made.seen([(0, False), (2, False), (1, False), (3, False)])
    assert seen.packets == (0, 2, 1, 3)
    assert seen.ticks == (0, 1, 2, 3)


def test_a_packet_without_any_time_is_an_error():
    with pytest.raises(ValueError, match="without any time"):
        _ = Stamp(None, None).tick


@pytest.mark.parametrize(
    "intervals, variable, fps",
    [
        ([3000] * 5, False, 30.0),
        ([3000, 3001, 2999, 3002, 2998], False, 30.0),
        ([3000, 3000, 6000, 3000], True, 30.0),
        ([3000, 3003, 3000, 3000], True, 30.0),
        ([], False, 0.0),
        ([0], False, 0.0),
        ([0, 0], False, 0.0),
    ],
)
def test_the_rate_by_its_intervals(intervals, variable, fps):
    ticks = np.cumsum([0, *intervals])
    made = index([Stamp(int(tick), None, place == 0) for place, tick in enumerate(ticks)])
    assert made.variable_rate is variable
    assert made.nominal_fps == pytest.approx(fps, rel=1e-3)


@pytest.mark.parametrize("intervals, variable", [([4, 4, 4, 5, 4], False), ([4, 4, 8, 4], True)])
def test_a_clock_of_milliseconds_is_not_taken_for_an_uneven_camera(intervals, variable):
    ticks = np.cumsum([0, *intervals])
    made = FrameIndex.from_container([Stamp(int(tick), None, True) for tick in ticks], Fraction(1, 1000))
    assert made.variable_rate is variable


def test_a_dropped_frame_on_a_clock_of_whole_frames_is_seen():
    made = FrameIndex.from_container([Stamp(tick, None, True) for tick in (0, 1, 2, 4, 5)], Fraction(1, 30))
    assert made.variable_rate
