"""The frame engine: number, time and picture always together, the newest wish alone, nothing ever stuck."""

import gc
import io
import logging
import random
import threading
import time
from pathlib import Path
from queue import Queue

import numpy as np
import pytest

from runclinic.demo import stamp
from runclinic.demo.clips import Coding
from runclinic.video import Clip
from runclinic.video.backend import BACKENDS
from runclinic.video.cv import opencv
from runclinic.video.engine import Failed, Looked, Opened, Picture, StepEngine, Unshowable, Verified
from tests.video.zoo import X264, faststart, in_memory, written

PATIENCE_S = 6
FRAME_BYTES = 320 * 180 * 3 // 2
LONG_GROUP = Coding(codec_options={**X264, "g": "250"})


class Desk:
    """An engine, and everything that it told, in order."""

    def __init__(self, source, *, backend="pyav", **options):
        self.told = Queue()
        self.seen = []
        options = {"budget_bytes": 40 * FRAME_BYTES, **options}
        self.engine = StepEngine(
            lambda cache: Clip.open(source, cache=cache, backend=backend), self.told.put, **options
        )

    def until(self, kind, **wanted):
        """The next told thing of this kind with these values."""
        while True:
            told = self.told.get(timeout=PATIENCE_S)
            self.seen.append(told)
            if isinstance(told, kind) and all(getattr(told, name) == value for name, value in wanted.items()):
                return told

    def frame(self, k):
        """The exact picture of frame k, at once or when it comes."""
        picture = self.engine.request(k)
        if picture is None or not picture.exact:
            picture = self.until(Picture, k=k, exact=True)
        return picture

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.engine.close()


@pytest.fixture
def desk():
    with Desk(in_memory(duration_s=2.0)) as made:
        made.until(Opened)
        yield made


def number(picture, height=180):
    return stamp.read(np.ascontiguousarray(picture.image[..., :3]), height)


def assert_together(picture, k, times_s):
    """Number in hand, number in the picture and time are one frame's."""
    assert (picture.k, picture.time_s) == (k, float(times_s[k]))
    assert number(picture) == k
    assert picture.image.shape[2] == 4
    assert np.all(picture.image[..., 3] == 255)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("coding", [None, LONG_GROUP], ids=["as filmed", "one long group"])
def test_number_time_and_picture_are_one_frames(backend, coding):
    with Desk(in_memory(coding, duration_s=1.5, uneven=True), backend=backend) as desk:
        clip = desk.until(Opened).clip
        count, times = clip.frame_count, clip.times_s
        order = [
            *range(0, count, 2),
            *range(count - 1, -1, -3),
            *random.Random(1).choices(range(count), k=20),
        ]
        for k in order:
            assert_together(desk.frame(k), k, times)
        assert desk.engine.statistics.requests == len(order)


def test_the_first_frame_comes_by_itself():
    with Desk(in_memory()) as desk:
        assert number(desk.until(Picture)) == 0


def test_a_frame_wanted_before_the_clip_is_open_comes():
    with Desk(in_memory()) as desk:
        desk.engine.request(17)
        assert number(desk.until(Picture, k=17)) == 17


def test_turned_clips_come_upright(kinds):
    for name in ("rotated 90", "front camera"):
        with Desk(kinds(name).path) as desk:
            assert number(desk.frame(9)) == 9


def test_the_newest_wish_alone_is_told(desk):
    desk.until(Verified)
    desk.seen.clear()
    for k in [110, 5, 100, 20, 90, 40, 70]:
        desk.engine.request(k)
    at_once = desk.engine.request(64)
    last = at_once if at_once and at_once.exact else desk.until(Picture, k=64)
    assert number(last) == 64
    assert last.generation == desk.engine.generation
    time.sleep(0.2)
    assert not [told for told in list(desk.told.queue) if isinstance(told, Picture)]


def test_a_hundred_wishes_at_once_cost_few_runs(desk):
    desk.until(Verified)
    before = desk.engine.statistics.runs
    for k in range(100):
        desk.engine.request((k * 37) % 120)
    desk.frame(119)
    assert desk.engine.statistics.runs - before < 40


def test_presses_while_waiting_add_up(desk):
    desk.frame(0)
    for _ in range(7):
        desk.engine.step(+9)
    assert desk.engine.target == 63
    desk.engine.step(-3)
    assert desk.engine.target == 60
    assert number(desk.frame(60)) == 60


def test_the_ends_hold(desk):
    assert number(desk.frame(0)) == 0
    desk.engine.step(-5)
    assert desk.engine.target == 0
    desk.engine.step(+1000)
    assert desk.engine.target == 119


def test_the_way_she_goes(desk):
    desk.frame(50)
    assert desk.engine.direction == 1
    desk.engine.step(-1)
    assert desk.engine.direction == -1
    desk.engine.request(49)
    assert desk.engine.direction == -1
    desk.engine.step(+1)
    assert desk.engine.direction == 1


@pytest.mark.parametrize("coding", [None, LONG_GROUP], ids=["as filmed", "one long group"])
def test_held_back_key_finds_every_frame_there(coding):
    with Desk(in_memory(coding, duration_s=2.0)) as desk:
        desk.until(Verified)
        desk.frame(119)
        time.sleep(0.8)
        hits = 0
        for k in range(118, 18, -1):
            picture = desk.engine.request(k)
            hits += picture is not None and picture.exact
            if picture is None or not picture.exact:
                picture = desk.until(Picture, k=k, exact=True)
            assert number(picture) == k
            time.sleep(1 / 60)
        assert hits >= 98


def test_several_short_groups_are_filled_in_one_run():
    short = Coding(codec_options={**X264, "g": "5"})
    with Desk(in_memory(short, duration_s=2.0), budget_bytes=60 * FRAME_BYTES, look=False) as desk:
        desk.until(Opened)
        time.sleep(1.0)
        assert desk.engine._cache.run(0, +1) >= 20
        runs = desk.engine.statistics.runs
        time.sleep(0.5)
        assert desk.engine.statistics.runs == runs


def test_every_frame_has_its_small_picture_after_the_look(desk):
    verified = desk.until(Verified)
    assert verified.moved == {}
    assert verified.clip.verified
    shares = [told.share for told in desk.seen if isinstance(told, Looked)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    for k in range(0, 120, 7):
        small = desk.engine.small(k)
        assert small is not None
        assert not small.exact
        assert small.k == k
        assert small.image.shape == (90, 160, 4)
    assert desk.engine.small(120) is None
    assert desk.engine.small(-1) is None


def test_a_small_picture_is_of_its_own_frame():
    with Desk(in_memory(duration_s=0.2, size=(1280, 720))) as desk:
        desk.until(Verified)
        small = [desk.engine.small(k).image[..., :3] for k in range(12)]
        large = [opencv().resize(np.ascontiguousarray(each), (1280, 720)) for each in small]
        assert [stamp.read(each) for each in large] == list(range(12))


def test_a_long_wait_shows_the_small_picture_first():
    with Desk(in_memory(LONG_GROUP, duration_s=2.0), budget_bytes=30 * FRAME_BYTES) as desk:
        desk.until(Verified)
        desk.frame(0)
        time.sleep(0.5)
        desk.engine._decode_ms = 100.0
        first = desk.engine.request(110)
        assert first is not None
        assert (first.k, first.exact) == (110, False)
        assert number(desk.until(Picture, k=110, exact=True)) == 110
        assert desk.engine.statistics.small >= 1


def test_frames_are_answered_while_the_whole_is_looked_at():
    with Desk(in_memory(duration_s=2.0)) as desk:
        desk.until(Opened)
        for k in (100, 3, 119, 60):
            assert number(desk.frame(k)) == k
        if not any(isinstance(told, Verified) for told in desk.seen):  # told while a frame was waited for
            desk.until(Verified)


def test_it_stays_within_its_bytes():
    budget_bytes = 30 * FRAME_BYTES
    with Desk(in_memory(duration_s=2.0), budget_bytes=budget_bytes) as desk:
        desk.until(Opened)
        for k in random.Random(3).choices(range(120), k=40):
            desk.frame(k)
            assert desk.engine._cache.size_bytes <= budget_bytes * 1.05
        desk.engine.allow(25 * FRAME_BYTES)
        desk.frame(0), desk.frame(119)
        assert len(desk.engine._cache) <= 25


def test_where_the_hand_returns_is_kept():
    with Desk(in_memory(duration_s=2.0), budget_bytes=40 * FRAME_BYTES) as desk:
        desk.until(Verified)
        desk.engine.hold([10, 11, 12, 13])
        desk.frame(115)
        time.sleep(1.0)
        assert [desk.engine._cache.get(k) is not None for k in (10, 11, 12, 13)] == [True] * 4
        hit = desk.engine.request(12)
        assert hit is not None
        assert hit.exact


def spoilt():
    data = bytearray(faststart())
    chance = np.random.default_rng(11)
    for place in chance.integers(len(data) // 3, len(data) - 300, 10):
        data[place : place + 200] = chance.bytes(200)
    return io.BytesIO(bytes(data))


def test_where_frames_are_lost_numbers_move_by_time():
    with Desk(spoilt()) as desk:
        clip = desk.until(Opened).clip
        before = clip.times_s
        desk.engine.request(115)
        verified = desk.until(Verified)
        after = verified.clip.times_s
        assert len(after) < len(before)
        assert len(verified.moved) == len(before)
        for old, new in verified.moved.items():
            assert new is None or after[new] == before[old]
        kept = verified.moved[115]
        assert desk.engine.target == (min(115, len(after) - 1) if kept is None else kept)
        for k in range(len(after)):
            picture = desk.engine.request(k)
            if picture is None or not picture.exact:
                picture = desk.until((Picture, Unshowable), k=k)
            assert picture.k == k


def test_a_frame_that_cannot_be_shown_is_said_and_does_not_stop_the_others():
    with Desk(spoilt(), look=False) as desk:
        clip = desk.until(Opened).clip
        with Clip.open(spoilt()) as other:
            list(other.verify())
            kept = set(other.ticks)
        lost = [k for k, tick in enumerate(clip.ticks) if tick not in kept]
        assert lost
        desk.engine.request(lost[-1])
        said = desk.until(Unshowable, k=lost[-1])
        assert "cannot be shown" in str(said.why)
        assert number(desk.frame(2)) == 2
        desk.engine.request(lost[-1])
        desk.until(Unshowable, k=lost[-1])


def test_what_is_no_clip_is_said():
    with Desk(io.BytesIO(b"Dear colleague")) as desk:
        assert "not a video" in str(desk.until(Failed).why)
        assert desk.engine.request(3) is None


def test_a_thread_that_breaks_begins_once_more_then_says_so(caplog):
    tries = []

    def broken(_cache):
        tries.append(1)
        raise ZeroDivisionError("her name")

    told = Queue()
    with caplog.at_level(logging.CRITICAL + 1):
        engine = StepEngine(broken, told.put)
        failed = told.get(timeout=PATIENCE_S)
    assert isinstance(failed, Failed)
    assert "stopped working" in str(failed.why)
    assert len(tries) == 2
    engine.close()


def test_one_breakdown_is_survived():
    tries = []

    def once(cache):
        tries.append(1)
        if len(tries) == 1:
            raise ZeroDivisionError
        return Clip.open(in_memory(), cache=cache)

    told = Queue()
    logging.getLogger("runclinic.video").disabled = True
    engine = StepEngine(once, told.put)
    while not isinstance(shown := told.get(timeout=PATIENCE_S), Picture):
        pass
    logging.getLogger("runclinic.video").disabled = False
    assert number(shown) == 0
    assert engine.statistics.restarts == 1
    engine.close()


def test_closing_ends_the_thread_and_lets_go_of_all():
    desk = Desk(in_memory(LONG_GROUP, duration_s=2.0))
    clip = desk.until(Opened).clip
    desk.engine.request(119)
    began = time.monotonic()
    desk.engine.close()
    desk.engine.close()
    assert time.monotonic() - began < 2.5
    assert not desk.engine._thread.is_alive()
    assert desk.engine.held_bytes == 0
    assert desk.engine.request(5) is None
    with pytest.raises(ValueError, match="closed"):
        clip.frame(0)


def opened_and_closed(times, backend="pyav"):
    for turn in range(times):
        desk = Desk(in_memory(duration_s=2.0), backend=backend)
        desk.until(Opened)
        desk.engine.request(turn * 7 % 120)
        desk.engine.close()


def memory_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def test_opening_and_closing_leaves_no_thread():
    threads = threading.active_count()
    opened_and_closed(6)
    assert threading.active_count() == threads


def storm(desk, requests, seed):
    """Random wishes, jumps and steps, some overtaken at once; after each pause the right frame is there."""
    chance = random.Random(seed)
    count = desk.until(Opened).clip.frame_count
    checked = 0
    for turn in range(requests):
        k = chance.randrange(count)
        chance.choice(
            [lambda k=k: desk.engine.request(k), lambda: desk.engine.step(chance.choice([-1, 1, -9, 9]))]
        )()
        if turn % 10 == 9:
            wanted = desk.engine.target
            assert number(desk.frame(wanted)) == wanted
            checked += 1
        if turn % 97 == 0:
            desk.engine.hold(chance.choices(range(count), k=5))
    return checked


def test_a_storm_of_wishes_ends_on_the_right_frame():
    with Desk(in_memory(LONG_GROUP, duration_s=2.0), budget_bytes=30 * FRAME_BYTES) as desk:
        assert storm(desk, 300, seed=4) == 30


@pytest.mark.storm
@pytest.mark.parametrize("backend", BACKENDS)
def test_ten_thousand_wishes(backend):
    source = in_memory(duration_s=2.0)
    with Desk(source, backend=backend, budget_bytes=40 * FRAME_BYTES) as desk:
        assert storm(desk, 10_000, seed=5) == 1000
        assert desk.engine.statistics.restarts == 0
        assert desk.engine._cache.size_bytes <= 40 * FRAME_BYTES * 1.25


@pytest.mark.storm
@pytest.mark.parametrize("backend", BACKENDS)
def test_fifty_opens_and_closes_leak_nothing(backend):
    written(duration_s=2.0)
    opened_and_closed(15, backend)  # what is loaded and kept once
    gc.collect()
    before, threads = memory_mb(), threading.active_count()
    opened_and_closed(50, backend)
    gc.collect()
    assert threading.active_count() == threads
    assert memory_mb() - before < 5
