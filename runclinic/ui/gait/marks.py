"""The marks of one film: read from what stands, set, moved and taken away, each at once as an entry."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

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
        ever = (entry.key for entry in visit.store.visits.entries(visit.visit.id))
        self._last = self._highest(ever)

    def _highest(self, keys: Iterable[str]) -> int:
        start = stride.mark_key(self._film_id, 0).removesuffix("0")
        numbers = [key.removeprefix(start) for key in keys if key.startswith(start)]
        return max((int(number) for number in numbers if number.isdecimal()), default=0)

    def give(self, keys: Iterable[str]) -> None:
        """Numbers were given to these keys: the next one comes behind them."""
        self._last = max(self._last, self._highest(keys))

    def film(self) -> Film:
        """What stands of the film."""
        return stride.recorded(self._visit.now(), self._film_id)

    def at(self, frame: int) -> tuple[Mark, ...]:
        """The marks on a frame, in the order they were set."""
        here = (mark for mark in self.film().marks if mark.frame == frame)
        return tuple(sorted(here, key=lambda mark: mark.number))

    def set(self, side: Side, kind: Kind, frame: int, near: range | None = None) -> Mark | None:
        """Mark an event; None if a hand has set this very mark already.

        A mark that was found for it, on this frame or on one that is `near`, becomes this one.
        """
        like = [mark for mark in self.film().marks if (mark.side, mark.kind) == (side, kind)]
        if any(mark.by_hand and mark.frame == frame for mark in like):
            return None
        found = (mark for mark in like if not mark.by_hand and mark.frame in (near or (frame,)))
        same = min(found, key=lambda mark: abs(mark.frame - frame), default=None)
        if same is None:
            self._last += 1
        mark = Mark(self._last if same is None else same.number, side, kind, frame)
        return mark if self._record(mark) else None

    def move(self, mark: Mark, frame: int) -> bool:
        """The same event at another frame: set right by hand."""
        return self._record(Mark(mark.number, mark.side, mark.kind, frame))

    def renumber(self, now: Mapping[int, int | None]) -> tuple[int, int] | None:
        """Frame k is frame `now[k]` (None: gone): every mark goes with its frame, as one step of undo.

        How many moved and how many are gone with their frame; None if it could not be recorded.
        """
        changes: dict[str, Json] = {}
        film = self.film()
        for mark in (*film.marks, *film.rejected):
            there = now.get(mark.frame, mark.frame)
            if there != mark.frame:
                moved = None if there is None else replace(mark, frame=there).value
                changes[stride.mark_key(self._film_id, mark.number)] = moved
        if changes and not self._visit.record_together(changes):
            return None
        gone = sum(value is None for value in changes.values())
        return len(changes) - gone, gone

    def remove(self, mark: Mark) -> bool:
        """Take a mark away; where contacts were looked for it is remembered, so as not to be found again."""
        if self._visit.stands(stride.finding_key(self._film_id)) is None:
            return self._visit.clear(stride.mark_key(self._film_id, mark.number))
        return self._record(replace(mark, rejected=True))

    @property
    def last_number(self) -> int:
        """The last number that was ever given."""
        return self._last

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
