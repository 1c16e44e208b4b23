"""The frame engine: any frame at once, exactly that one; decoding ahead on a thread of its own."""

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from runclinic.refused import Refused
from runclinic.video import budget, prefetch
from runclinic.video.cache import FrameCache
from runclinic.video.clip import LARGE_PIXELS, Clip
from runclinic.video.index import FrameIndex
from runclinic.video.picture import Bgra, Converter
from runclinic.video.prefetch import Fill
from runclinic.video.proxy import ProxyStore
from runclinic.video.read import unshowable

REST_S = 0.3
SLICE_S = 0.010
# A wait shorter than this shows nothing new; a longer one the small picture (VIDEO.md 6).
BRIEF_MS = 40.0
CLOSES_WITHIN_S = 2.0
LEAST_FRAMES, LEAST_LARGE_FRAMES = 24, 6
PINNED_SHARE = 4
GUESSED_DECODE_MS = 5.0
SMOOTHING = 0.1
LOST = object()  # in the cache for a frame that no decoding gives
STOPPED = Refused("This clip stopped working.", "Close it and open it again.")


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Frame k: its time (s, from the first frame) and image uint8[h, w, 4] (blue, green, red, 255), upright.

    Rows may be padded (`image.strides[0]` bytes a line), as a painter's RGB32 allows. Not `exact`: a small
    picture of the same frame, until the exact one comes; nothing is measured on it.
    """

    k: int
    time_s: float
    image: Bgra
    exact: bool
    damaged: bool = False
    generation: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Unshowable:
    """Frame k was asked for and cannot be shown: why."""

    k: int
    why: Refused


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """The clip is open: ask it for counts, times, size and warnings, not for frames."""

    clip: Clip


@dataclass(frozen=True, slots=True)
class Looked:
    """So much of the clip, 0 to 1, has been decoded once; each frame passed has its small picture."""

    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Verified:
    """Count and damage are certain now. `moved[k]` is the new number of frame k, None where it is gone.

    Empty where nothing moved, as in every sound clip.
    """

    clip: Clip
    moved: dict[int, int | None]


@dataclass(frozen=True, slots=True, eq=False)
class Failed:
    """The clip cannot be used (any more): why."""

    why: Refused


Told: TypeAlias = Opened | Picture | Unshowable | Looked | Verified | Failed


@dataclass(slots=True)
class Statistics:
    """Counts since the start."""

    requests: int = 0
    hits: int = 0
    small: int = 0
    runs: int = 0
    abandoned: int = 0
    decoded: int = 0
    restarts: int = 0

    @property
    def hit_share(self) -> float:
        """Requests that were answered exactly and at once."""
        return self.hits / self.requests if self.requests else 0.0


class StepEngine:
    """Steps through one clip. `request`, `step`, `hold` and `close` are the window's, and never wait.

    `open_clip(cache)` is called on the engine's thread and gives the open clip, whose pictures go into that
    cache; `tell` is called on that thread with everything that happens (a window queues it to its own).
    The newest request alone counts: only its picture is told.
    """

    def __init__(
        self,
        open_clip: Callable[[FrameCache[Any]], Clip],
        tell: Callable[[Told], None],
        *,
        budget_bytes: int | None = None,
        look: bool = True,
    ) -> None:
        budget.settle_process()
        self._open_clip = open_clip
        self._tell = tell
        self._budget_bytes = budget_bytes or budget.total_bytes()
        self._looks = look
        self._cache: FrameCache[Any] = FrameCache(self._budget_bytes, LEAST_FRAMES)
        self._awake = threading.Condition()
        self._clip: Clip | None = None
        self._mine: Converter | None = None
        self._windows: Converter | None = None
        self._proxies: ProxyStore | None = None
        self._looking: Generator[float, None, None] | None = None
        self._share = self._told_share = 0.0
        self._wanted: int | None = 0
        self._target = 0
        self._backward = False
        self._asked_at = 0.0
        self._held: tuple[int, ...] = ()
        self._done: tuple[Fill | None, int] = (None, 0)
        self._stop = False
        self._decode_ms = GUESSED_DECODE_MS
        self._frame_bytes = 1
        self.generation = 0
        self.statistics = Statistics()
        self._thread = threading.Thread(target=self._work, name="frames", daemon=True)
        self._thread.start()

    @classmethod
    def on(cls, source: Any, tell: Callable[[Told], None], **options: Any) -> "StepEngine":
        """An engine on a path or a seekable reader, which is read on the engine's thread alone."""
        return cls(lambda cache: Clip.open(source, cache=cache), tell, **options)

    # -- the window's side

    @property
    def target(self) -> int:
        """The frame that is wanted."""
        return self._target

    @property
    def direction(self) -> int:
        """+1 forward, -1 backward: the way of the last move."""
        return -1 if self._backward else 1

    def request(self, k: int) -> Picture | None:
        """Want frame k, and no longer the one before.

        Returns its exact picture if it is there, else a small one if the wait will be long; else None. An
        exact picture that was not returned is told when it comes.
        """
        with self._awake:
            k = self._settled(k)
            self.generation += 1
            self._asked_at = time.monotonic()
            self._cache.travel(k)
            kept = self._cache.get(k)
            hit = kept is not None and kept is not LOST
            self._wanted = None if hit else k
            self.statistics.requests += 1
            self.statistics.hits += hit
            clip, converter, generation = self._clip, self._windows, self.generation
            long = not hit and self.expected_ms(k) > BRIEF_MS
            index = clip.frames.index if clip is not None else None
            self._awake.notify()
        if index is None or converter is None:
            return None
        if hit:
            return _picture(index, k, converter.bgra(kept), generation)
        return self.small(k) if long else None

    def _settled(self, k: int) -> int:
        last = self._clip.frame_count - 1 if self._clip is not None else k
        k = max(0, min(k, last))
        if k != self._target:
            self._backward = k < self._target
        self._target = k
        return k

    def step(self, frames: int) -> Picture | None:
        """So many frames on or back from the one that is wanted: presses while waiting add up."""
        return self.request(self._target + frames)

    def small(self, k: int) -> Picture | None:
        """The small picture of frame k, if the look at the whole has passed it."""
        clip, proxies = self._clip, self._proxies
        index = clip.frames.index if clip is not None else None
        if index is None or proxies is None or not 0 <= k < len(index):
            return None
        image = proxies.bgra(index.packets[k])
        if image is None:
            return None
        self.statistics.small += 1
        return _picture(index, k, image, self.generation, exact=False)

    def expected_ms(self, k: int) -> float:
        """About how long frame k takes to decode from where the decoder stands."""
        clip = self._clip
        return 0.0 if clip is None else clip.frames.decodes_before(k) * self._decode_ms

    def hold(self, frames: Iterable[int]) -> None:
        """Where the hand returns (the loop, contact marks): decoded next and kept longest."""
        with self._awake:
            self._held = tuple(dict.fromkeys(frames))
            self._cache.pin(self._pinned())
            self._awake.notify()

    def allow(self, budget_bytes: int) -> None:
        """Another budget, as where a second clip is opened beside this one."""
        with self._awake:
            self._budget_bytes = budget_bytes
            self._cache.allow(budget_bytes)
            self._awake.notify()

    @property
    def held_bytes(self) -> int:
        """Bytes of decoded and small pictures."""
        return self._cache.size_bytes + (self._proxies.size_bytes if self._proxies else 0)

    def close(self) -> None:
        """Ends the thread, waiting at most 2 s; it lets go of clip and pictures itself."""
        with self._awake:
            self._stop = True
            self._awake.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join(CLOSES_WITHIN_S)

    # -- the engine's thread

    def _work(self) -> None:
        for last_try in (False, True):
            try:
                self._work_until_closed()
                return
            except Refused as why:
                self._tell_unless_closed(Failed(why))
                return
            except Exception as error:
                logging.getLogger("runclinic.video").exception("frames: %s", type(error).__name__)
                if last_try:
                    self._tell_unless_closed(Failed(STOPPED))
                self.statistics.restarts += 1
            finally:
                self._let_go()

    def _tell_unless_closed(self, told: Told) -> None:
        if not self._stop:
            self._tell(told)

    def _work_until_closed(self) -> None:
        self._open()
        while not self._stop:
            self._answer_at_once()
            with self._awake:
                fill = self._next_fill()
                if fill is None and self._looking is None and not self._stop:
                    self._awake.wait(self._rest_left_s())
                    continue
            if fill is not None:
                self._run(fill)
            else:
                self._look_on()

    def _open(self) -> None:
        clip = self._open_clip(self._cache)
        width, height = clip.size
        proxies = ProxyStore(clip.converter(), width * height, clip.frame_count)
        with self._awake:
            self._clip, self._mine, self._windows = clip, clip.converter(), clip.converter()
            self._proxies = proxies
            self._frame_bytes = max(1, self._cache.size_bytes // max(1, len(self._cache)))
            if width * height > LARGE_PIXELS:
                self._cache.least = LEAST_LARGE_FRAMES
            self._wanted = self._target = min(self._target, clip.frame_count - 1)
        self._tell_unless_closed(Opened(clip))
        if self._looks:
            look = proxies.put
            self._looking = clip.frames.everything(look) if clip.verified else clip.verify(look)  # type: ignore[assignment]

    def _let_go(self) -> None:
        looking, self._looking = self._looking, None
        with self._awake:
            clip, self._clip = self._clip, None
            self._mine = self._windows = None
            proxies, self._proxies = self._proxies, None
        with suppress(Refused, OSError, ValueError):
            if looking is not None:
                looking.close()
            if proxies is not None:
                proxies.clear()
            if clip is not None:
                clip.close()
        self._cache.clear()

    @property
    def capacity(self) -> int:
        """How many decoded frames the budget holds."""
        return max(self._cache.least, self._budget_bytes // self._frame_bytes)

    def _pinned(self) -> tuple[int, ...]:
        return self._held[: self.capacity // PINNED_SHARE]

    def _rest_left_s(self) -> float | None:
        left = self._asked_at + REST_S - time.monotonic()
        return left if left > 0 else None

    def _answer_at_once(self) -> None:
        """What became known between asking and now: the first frame, a frame that cannot be shown."""
        wanted = self._wanted
        kept = self._cache.get(wanted) if wanted is not None else None
        if wanted is not None and kept is not None:
            self._arrived(wanted, kept)

    def _next_fill(self) -> Fill | None:
        clip = self._clip
        if clip is None:
            return None
        if self._wanted is not None:
            return prefetch.jump(self._wanted, clip.frame_count, self.capacity)
        pinned = self._pinned()
        now = prefetch.Around(
            self._target,
            self._backward,
            clip.frame_count,
            self._cache.run(self._target, -1),
            self._cache.run(self._target, +1),
            self.capacity - len(pinned),
        )
        resting = self._rest_left_s() is None
        fill = prefetch.ahead(now, resting=resting)
        if fill is None and resting:
            missing = next((k for k in pinned if k not in self._cache and k < clip.frame_count), None)
            fill = None if missing is None else Fill(missing, range(missing, missing + 1), missing)
        # What was done and is wanted once more did not stay: the budget is too small for it.
        return None if (fill, self._target) == self._done else fill

    def _run(self, fill: Fill) -> None:
        clip = self._clip
        if clip is None:
            return
        backward = self._backward
        self._cache.only(fill.keep)
        self.statistics.runs += 1
        reaching = clip.frames.reaching(fill.to, fill.since)
        while True:
            began = time.perf_counter()
            try:
                shown = next(reaching)
            except StopIteration as end:
                self._done = (fill, self._target)
                self._arrived(fill.to, end.value)
                return
            except Refused as why:
                self._lost(fill.to, why)
                return
            self._count(time.perf_counter() - began)
            if shown == self._wanted:
                self._arrived(shown, self._cache.get(shown))
            if self._overtaken(fill, shown, backward=backward):
                self.statistics.abandoned += 1
                reaching.close()
                return

    def _count(self, took_s: float) -> None:
        self.statistics.decoded += 1
        self._decode_ms += SMOOTHING * (took_s * 1000 - self._decode_ms)

    def _overtaken(self, fill: Fill, shown: int, *, backward: bool) -> bool:
        """Whether to drop a run: another frame is wanted that does not lie in the rest of it."""
        with self._awake:
            if self._stop:
                return True
            if self._wanted == fill.to:  # even where later frames have passed it: it may come late
                return False
            if self._wanted is None:
                return backward != self._backward
            if self._clip is None or not shown < self._wanted <= fill.to:
                return True
            start = self._clip.frames.index.start
            return start(self._wanted) != start(fill.to)

    def _arrived(self, k: int, picture: Any) -> None:
        if picture is None or picture is LOST:
            self._lost(k, unshowable(k))
            return
        with self._awake:
            if self._wanted != k:
                return
            self._wanted = None
            clip, converter, generation = self._clip, self._mine, self.generation
            index = clip.frames.index if clip is not None else None
        if index is not None and converter is not None:
            self._tell_unless_closed(_picture(index, k, converter.bgra(picture), generation))

    def _lost(self, k: int, why: Refused) -> None:
        """A frame that cannot be shown is remembered as such, so that it is not tried again and again."""
        with self._awake:
            self._cache.put(k, LOST, 0)
            wanted = self._wanted == k
            self._wanted = None if wanted else self._wanted
        if wanted:
            self._tell_unless_closed(Unshowable(k, why))

    def _look_on(self) -> None:
        """A slice of the look at the whole; on its last step numbers may move, so it has the lock."""
        looking, until = self._looking, time.monotonic() + SLICE_S
        if looking is None:
            return
        while time.monotonic() < until and self._wanted is None and not self._stop:
            try:
                if self._share < 1.0:
                    self._share = next(looking)
                else:
                    self._end_of_look(looking)
            except Refused as why:
                self._looking = None
                self._tell_unless_closed(Failed(why))
                return
            if self._looking is None:
                return
        if self._share - self._told_share >= 0.02:
            self._told_share = self._share
            self._tell_unless_closed(Looked(self._share))

    def _end_of_look(self, looking: Generator[float, None, None]) -> None:
        clip = self._clip
        if clip is None:
            return
        with self._awake:
            before = clip.frames.index
            for _ in looking:
                pass
            after = clip.frames.index
            moved: dict[int, int | None] = {}
            if before.packets != after.packets:
                moved = {k: after.frame_of.get(packet) for k, packet in enumerate(before.packets)}
                there = moved.get(self._target)
                self._target = min(self._target, len(after) - 1) if there is None else there
                self._wanted = self._target
            self._looking = None
        self._tell_unless_closed(Looked(1.0))
        self._tell_unless_closed(Verified(clip, moved))


def _picture(index: FrameIndex, k: int, image: Bgra, generation: int, *, exact: bool = True) -> Picture:
    damaged = index.packets[k] in index.damaged_packets
    return Picture(k, float(index.times_s[k]), image, exact, damaged, generation)
