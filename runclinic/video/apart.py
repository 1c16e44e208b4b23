"""A first look at a strange file in a process of its own, which holds no keys and may die of it."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

from runclinic.refused import Refused
from runclinic.video.backend import USUAL, Name
from runclinic.video.clip import Clip
from runclinic.video.source import OPENS_WITHIN_S

# Starting Python and loading the decoders takes a second or two on a busy laptop.
STARTS_WITHIN_S = 20.0
BROKE = Refused("This file breaks the video decoder and is not taken in.", "Copy it from the phone again.")


def look(path: Path, backend: Name = USUAL) -> None:
    """Opens the clip, first and last frame, in a child process. Raises what it refuses, or that it broke."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_looked, args=(path, backend, there), daemon=True)
    child.start()
    there.close()
    try:
        answered = here.poll(STARTS_WITHIN_S + OPENS_WITHIN_S)
        said: tuple[str, str] | None = here.recv() if answered else ("", "")
    except EOFError:
        said = ("", "")
    finally:
        child.kill()
        child.join()
        here.close()
    if said is not None:
        raise Refused(*said) if said[0] else BROKE


def _looked(path: Path, backend: Name, answer: Connection) -> None:
    try:
        with Clip.open(path, backend=backend) as clip:
            clip.frame(clip.frame_count - 1)
    except Refused as refused:
        answer.send((refused.what, refused.do))
    else:
        answer.send(None)
