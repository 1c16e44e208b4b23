"""The marks of one film: read from what stands, set, moved and taken away, each at once as an entry."""

from collections.abc import Callable, Mapping

from runclinic.gait.contacts import Kind, Side
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say
from runclinic.visit import stride
from runclinic.visit.entry import Json
from runclinic.visit.stride import Film, Mark


class Marks:
    """Writes the marks of a film; a number once given is never given again, not even after a reopening."""

    def __init__(self, visit: OpenVisit, film_id: str) -> None:
        self._visit = visit
        self._film_id = film_id
        start = stride.mark_key(film_id, 0).removesuffix("0")
        ever = (entry.key for entry in visit.store.visits.entries(visit.visit.id))
        numbers = [key.removeprefix(start) for key in ever if key.startswith(start)]
        self._last = max((int(number) for number in numbers if number.isdecimal()), default=0)

    def film(self) -> Film:
        """What stands of the film."""
        return stride.recorded(self._visit.now(), self._film_id)

    def at(self, frame: int) -> tuple[Mark, ...]:
        """The marks on a frame, in the order they were set."""
        here = (mark for mark in self.film().marks if mark.frame == frame)
        return tuple(sorted(here, key=lambda mark: mark.number))

    def set(self, side: Side, kind: Kind, frame: int) -> Mark | None:
        """Mark an event; None if this very mark stands already."""
        if any((mark.side, mark.kind) == (side, kind) for mark in self.at(frame)):
            return None
        self._last += 1
        mark = Mark(self._last, side, kind, frame)
        return mark if self._record(mark) else None

    def move(self, mark: Mark, frame: int) -> bool:
        """The same event at another frame."""
        return self._record(Mark(mark.number, mark.side, mark.kind, frame))

    def renumber(self, now: Mapping[int, int | None]) -> tuple[int, int] | None:
        """Frame k is frame `now[k]` (None: gone): every mark goes with its frame, as one step of undo.

        How many moved and how many are gone with their frame; None if it could not be recorded.
        """
        changes: dict[str, Json] = {}
        for mark in self.film().marks:
            there = now.get(mark.frame, mark.frame)
            if there != mark.frame:
                moved = None if there is None else Mark(mark.number, mark.side, mark.kind, there).value
                changes[stride.mark_key(self._film_id, mark.number)] = moved
        if changes and not self._visit.record_together(changes):
            return None
        gone = sum(value is None for value in changes.values())
        return len(changes) - gone, gone

    def remove(self, mark: Mark) -> bool:
        """Take a mark away."""
        return self._visit.clear(stride.mark_key(self._film_id, mark.number))

    def next_after(self, frame: int) -> int | None:
        """The frame of the first mark behind this frame."""
        return self._nearest(lambda each: each > frame, min)

    def next_before(self, frame: int) -> int | None:
        """The frame of the last mark before this frame."""
        return self._nearest(lambda each: each < frame, max)

    def _nearest(self, fits: Callable[[int], bool], pick: Callable[..., int | None]) -> int | None:
        return pick((mark.frame for mark in self.film().marks if fits(mark.frame)), default=None)

    def _record(self, mark: Mark) -> bool:
        return self._visit.record(stride.mark_key(self._film_id, mark.number), mark.value)


def said_of_moving(now: Mapping[int, int | None], went: tuple[int, int]) -> str:
    """That frames are gone, and what became of the marks: how many moved, how many are gone."""
    words = [say("gait.frames_gone", n=sum(there is None for there in now.values()))]
    if went[0]:
        words.append(say("gait.marks_moved", n=went[0]))
    if went[1]:
        words.append(say("gait.marks_gone", n=went[1]))
    return " ".join(words)
