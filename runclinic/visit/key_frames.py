"""Frames that were chosen for paper, each with a sentence, from a visit's entries."""

from collections.abc import Mapping
from dataclasses import dataclass

from runclinic.visit.entry import Json
from runclinic.visit.stride import ROOM

NAME = "key-frame"  # of the picture beside the film, with its number behind it
MOST_LETTERS = 140


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """One chosen frame; `number` is the last part of its key and never used again."""

    film_id: str
    number: int
    frame: int
    words: str = ""

    @property
    def value(self) -> dict[str, Json]:
        """As it is recorded."""
        return {"frame": self.frame, "words": self.words}

    @property
    def key(self) -> str:
        """The key of its entry."""
        return f"{ROOM}/{self.film_id}/keyframe/{self.number}"

    @property
    def picture(self) -> str:
        """The name of its picture beside the film."""
        return f"{NAME}-{self.number}"


def recorded(entries: Mapping[str, Json]) -> tuple[KeyFrame, ...]:
    """The key frames that stand, in the order in which they were chosen."""
    found = (_of(key.split("/"), value) for key, value in entries.items() if key.startswith(f"{ROOM}/"))
    return tuple(each for each in found if each is not None)


def _of(parts: list[str], value: Json) -> KeyFrame | None:
    if len(parts) != 4 or parts[2] != "keyframe" or not parts[3].isdecimal() or not isinstance(value, dict):
        return None
    frame, words = value.get("frame"), value.get("words")
    if not isinstance(frame, int) or isinstance(frame, bool):
        return None
    return KeyFrame(parts[1], int(parts[3]), frame, words if isinstance(words, str) else "")
