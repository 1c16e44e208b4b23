"""A first look at a strange file in a process of its own, which holds no keys and may die of it."""

import multiprocessing
import time
from collections.abc import Generator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from runclinic.refused import Refused
from runclinic.video import excerpt
from runclinic.video.backend import USUAL, Name
from runclinic.video.clip import Clip
from runclinic.video.source import OPENS_WITHIN_S, TAKE_A_RANGE

# Starting Python and loading the decoders takes a second or two on a busy laptop.
STARTS_WITHIN_S = 20.0
ASKED_EVERY_S = 0.05
BROKE = Refused("This file breaks the video decoder and is not taken in.", "Copy it from the phone again.")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the look found: seconds by the header, bytes, and whether that is too much to be taken in whole.

    `warnings` as `Clip.warnings` says them at opening; none of a file of which only a part can be taken in.
    """

    lasts_s: float
    bytes: int
    too_much: bool
    warnings: tuple[str, ...] = ()


def look(path: Path, backend: Name = USUAL) -> Seen:
    """Opens the clip, first and last frame, in a child process. Raises what it refuses, or that it broke."""
    work = looking(path, backend)
    while True:
        try:
            next(work)
        except StopIteration as end:
            seen: Seen = end.value
            return seen


def looking(path: Path, backend: Name = USUAL) -> Generator[float, None, Seen]:
    """The same as long work: yields 0.0 while it waits; closed at a yield it ends the child."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_looked, args=(path, backend, there), daemon=True)
    child.start()
    there.close()
    try:
        until = time.monotonic() + STARTS_WITHIN_S + OPENS_WITHIN_S
        while not here.poll(ASKED_EVERY_S):
            if time.monotonic() > until:
                raise BROKE
            yield 0.0
        said: Seen | tuple[str, str] = here.recv()
    except EOFError:
        raise BROKE from None
    finally:
        child.kill()
        child.join()
        here.close()
    if isinstance(said, Seen):
        return said
    raise Refused(*said)


def _looked(path: Path, backend: Name, answer: Connection) -> None:
    try:
        answer.send(_seen(path, backend))
    except Refused as refused:
        answer.send((refused.what, refused.do))


def _seen(path: Path, backend: Name) -> Seen:
    length = excerpt.length(path)
    if length.too_much:
        excerpt.picture_at(path, length.seconds / 2)
        return Seen(length.seconds, length.bytes, too_much=True)
    try:
        with Clip.open(path, backend=backend) as clip:
            clip.frame(clip.frame_count - 1)
            return Seen(length.seconds, length.bytes, too_much=False, warnings=clip.warnings)
    except Refused as refused:
        if refused.do != TAKE_A_RANGE or not length.seconds:
            raise
    return Seen(length.seconds, length.bytes, too_much=True)
