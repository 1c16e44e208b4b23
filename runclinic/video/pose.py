"""Body points of a whole clip as long work: with progress, cancel, and going on where it was left."""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from runclinic.refused import Refused
from runclinic.video import pose_network
from runclinic.video.beside import Beside
from runclinic.video.clip import Clip
from runclinic.video.picture import Converter
from runclinic.video.pose_body import BlazePose, Finder, Picture, Seen
from runclinic.video.pose_detector import Person, Point, Region
from runclinic.video.pose_network import Model, Name, Weights
from runclinic.video.pose_store import Pose, Progress, from_bytes, mark_of, to_bytes
from runclinic.video.pose_tracking import LAG, OTHERS, OTHERS_NEAR, SURE, VERSION, Table, Tracker, scouted

AHEAD = 4  # pictures decoded before they are wanted
THREADS = 2
MOST_LOOKS = 7
KEEP_EVERY_S = 10.0
CACHE_BYTES = 40_000_000  # for a clip that is opened for this alone: every frame is wanted once
DIVISORS, LEAST_SQUARE = (1, 2, 4), 288.0  # px; the network looks at 256
ROUGH = 0.3
FEW_FOUND = 0.5
RANGES_NAMED = 3

Keep: TypeAlias = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Click:
    """Where somebody clicked on the runner: frame, and pixels right and down."""

    frame: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for and how: `model` None = the better one there is; `clicked` None = whoever runs.

    `threads` is how many of the processor's may work; the points do not depend on it.
    """

    model: Name | None = None
    clicked: Click | None = None
    threads: int = THREADS
    folder: Path | None = None


def opened(path: Path) -> Clip:
    """A clip for this work alone, with a small memory for pictures."""
    return Clip.open(path, cache_bytes=CACHE_BYTES)


def model(wanted: Wanted | None = None) -> Model:
    """The networks that would be used now; Refused if they are missing or are not the tested ones."""
    asked = wanted or Wanted()
    return pose_network.weights(asked.model, version=VERSION, folder=asked.folder).model


def find_pose(
    clip: Clip, wanted: Wanted | None = None, *, so_far: bytes | None = None, keep: Keep | None = None
) -> Generator[float, None, Pose]:
    """The body points of the runner in every frame of an open clip; yields progress, 0 to 1.

    Closing it at a yield cancels. `keep` is then handed what is done so far as bytes (and every 10 s
    before), for the caller to store; given back as `so_far` the work goes on from there, if clip and
    networks are the same. The clip is this generator's alone until it ends. Refused without weights.
    """
    asked = wanted or Wanted()
    weights = pose_network.weights(asked.model, version=VERSION, folder=asked.folder)
    found = yield from search(clip, weights, asked, so_far=so_far, keep=keep)
    return found.pose()


def search(
    clip: Clip,
    weights: Weights,
    wanted: Wanted,
    *,
    so_far: bytes | None = None,
    keep: Keep | None = None,
    finders: Callable[[], tuple[Finder, ...]] | None = None,
) -> Generator[float, None, Progress]:
    """The same with the networks at hand; `finders` makes the two that work side by side."""
    mark = mark_of(clip.times_s, clip.size)
    progress = _left_off(so_far, weights.model, mark)
    if progress is None:
        progress = Progress(weights.model, mark, clip.size, clip.times_s, Table.empty(clip.frame_count))
    if progress.finished:
        yield 1.0
        return progress
    pair = finders() if finders else _networks(weights, wanted.threads)
    if progress.table.done == 0:
        progress = _scouted(clip, progress, pair[0], wanted.clicked)
    tracker = _tracker(clip, progress, wanted.clicked)
    _reminded(clip, tracker, progress.divisor)
    kept_at = time.monotonic()
    try:
        for k in _frames(clip, tracker, pair, progress.divisor, workers=min(LAG, max(1, wanted.threads))):
            if keep is not None and time.monotonic() - kept_at > KEEP_EVERY_S:
                keep(to_bytes(_now(progress, tracker)))
                kept_at = time.monotonic()
            yield (k + 1) / clip.frame_count
    finally:
        if keep is not None and tracker.table.done:
            keep(to_bytes(_now(progress, tracker)))
    progress = _now(progress, tracker)
    return replace(progress, warnings=(*weights.warnings, *_said(progress)))


def _left_off(so_far: bytes | None, model: Model, mark: str) -> Progress | None:
    """What was done before; None if there is none, or if it belongs to other networks or another clip."""
    if so_far is None:
        return None
    try:
        progress = from_bytes(so_far)
    except Refused:
        return None
    return progress if progress.fits(model, mark) else None


def _networks(weights: Weights, threads: int) -> tuple[Finder, ...]:
    each = max(1, threads // LAG)
    return tuple(BlazePose(weights, threads=each) for _ in range(LAG))


def _tracker(clip: Clip, progress: Progress, clicked: Click | None) -> Tracker:
    return Tracker(
        progress.table,
        clip.nominal_fps or 30.0,
        clip.size,
        progress.start,
        None if clicked is None else (clicked.x, clicked.y),
        progress.home,
        progress.learnt,
        Beside(clip.nominal_fps or 30.0),
    )


def _reminded(clip: Clip, tracker: Tracker, divisor: int) -> None:
    """What is usual beside her is seen again where the work goes on."""
    beside, done, converter = tracker.beside, tracker.table.done, clip.converter()
    if beside is None:
        return
    first = max(0, done - beside.reach)
    for k in range(first + -first % beside.step, done, beside.step):
        picture = _shown(clip, converter, k, divisor)
        if picture is not None:
            beside.see(k, picture.pixels)


def _now(progress: Progress, tracker: Tracker) -> Progress:
    return replace(progress, home=tracker.home, learnt=tracker.learnt)


# ---- who is meant ----


def _scouted(clip: Clip, progress: Progress, finder: Finder, clicked: Click | None) -> Progress:
    """A few looks spread over the clip before the first frame: at key pictures, which are quickly there."""
    numbers = [clicked.frame] if clicked is not None else _spread(clip)
    looks: list[tuple[Person, ...]] = []
    for k in numbers:
        clip.refuse_outside(k)
        try:
            looks.append(_closer(finder, Picture.whole(clip.frame(k))))
        except Refused:
            continue
    at: Point | None = None if clicked is None else (clicked.x, clicked.y)
    where, stays = scouted(looks, clip.size, at)
    progress = replace(progress, divisor=1 if where is None else _divisor(where.side))
    if stays:
        return replace(progress, home=where, start=where, learnt=True)
    return replace(progress, start=where if clicked is not None else None)


def _closer(finder: Finder, picture: Picture) -> tuple[Person, ...]:
    """Everybody in the picture, in the squares that their points give: the detector's are rough."""
    people: list[Person] = []
    for person in finder.people(picture):
        found = finder.points(picture, person.region)
        sure = found.sure >= SURE and found.region.away(person.region) < ROUGH
        people.append(replace(person, region=found.region) if sure else person)
    return tuple(people)


def _divisor(side: float) -> int:
    """By how much pictures may be made smaller so that the runner's square still fills the network's."""
    return max(each for each in DIVISORS if each == 1 or side / each >= LEAST_SQUARE)


def _spread(clip: Clip) -> list[int]:
    index = clip.frames.index
    keys = sorted(
        index.frame_of[packet]
        for packet, stamp in enumerate(index.stamps)
        if stamp.key and packet in index.frame_of
    )
    if len(keys) <= MOST_LOOKS:
        return keys
    return [keys[round(place)] for place in np.linspace(0, len(keys) - 1, MOST_LOOKS)]


# ---- frame by frame ----


def _frames(
    clip: Clip, tracker: Tracker, finders: tuple[Finder, ...], divisor: int, *, workers: int
) -> Iterator[int]:
    """Every frame that is not done yet: decoded ahead, two looked at side by side, judged in order."""
    first = tracker.table.done
    with ExitStack() as stack:
        eyes = stack.enter_context(_pool("pose", workers))
        hands = stack.enter_context(_pool("decode", 1))
        stack.callback(eyes.shutdown, cancel_futures=True)
        stack.callback(hands.shutdown, cancel_futures=True)
        pictures = _ahead(clip, hands, first, divisor)
        flying: deque[tuple[int, Picture | None, Future[Seen | None]]] = deque()
        for k in range(first, clip.frame_count):
            if len(flying) == LAG:
                yield _landed(tracker, finders, *flying.popleft())
            picture, region = next(pictures), tracker.where(k)
            flying.append((k, picture, eyes.submit(_looked, finders[k % LAG], picture, region)))
        while flying:
            yield _landed(tracker, finders, *flying.popleft())


def _pool(name: str, workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix=name)


def _ahead(clip: Clip, hands: ThreadPoolExecutor, first: int, divisor: int) -> Iterator[Picture | None]:
    """Pictures in order, decoded on one thread a little before they are wanted; None for a damaged one."""
    converter = clip.converter()
    coming: deque[Future[Picture | None]] = deque()
    for k in range(first, clip.frame_count):
        coming.append(hands.submit(_shown, clip, converter, k, divisor))
        if len(coming) > AHEAD:
            yield coming.popleft().result()
    while coming:
        yield coming.popleft().result()


def _shown(clip: Clip, converter: Converter, k: int, divisor: int) -> Picture | None:
    try:
        decoded = clip.frames.at(k)
    except Refused:
        return None
    pixels = converter.bgr(decoded) if divisor == 1 else converter.small(decoded, divisor)
    return Picture(pixels, clip.size)


def _looked(finder: Finder, picture: Picture | None, region: Region | None) -> Seen | None:
    return None if picture is None or region is None else finder.points(picture, region)


def _landed(
    tracker: Tracker,
    finders: tuple[Finder, ...],
    k: int,
    picture: Picture | None,
    found: "Future[Seen | None]",
) -> int:
    if picture is None:
        tracker.skip(k)
    else:
        tracker.take(k, picture, found.result(), finders[k % LAG])
    return k


# ---- what must be said ----


def _said(progress: Progress) -> Iterator[str]:
    found = np.isfinite(progress.table.bodies[:, 0])
    company = progress.table.company
    if not found.any():
        yield "Nobody was found in this clip: mark the contacts by hand."
        return
    if found.mean() < FEW_FOUND:
        yield (
            f"The runner was found in only {int(found.sum())} of {len(found)} frames. "
            "If somebody else was taken for her, click on her."
        )
    elif not found.all():
        yield f"The runner was not found in frames {_ranges(np.flatnonzero(~found))}."
    near = np.flatnonzero(company >= OTHERS_NEAR)
    if near.size:
        where = _ranges(near, join=30)
        yield f"Somebody passes close to the runner about frames {where}: look at the points there."
    elif np.any(company == OTHERS):
        yield "Somebody else is in the picture; the points stay on one person."


def _ranges(frames: np.ndarray, join: int = 1) -> str:
    """Runs of frames ("4, 7 to 9"), those not further apart than `join` as one; the first few are named."""
    runs: list[tuple[int, int]] = []
    for k in (int(each) for each in frames):
        if runs and k - runs[-1][1] <= join:
            runs[-1] = (runs[-1][0], k)
        else:
            runs.append((k, k))
    said = [str(first) if first == last else f"{first} to {last}" for first, last in runs[:RANGES_NAMED]]
    return ", ".join(said) + (" and more" if len(runs) > RANGES_NAMED else "")
