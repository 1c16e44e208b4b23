"""Which frames to decode before they are asked for: rules on numbers alone."""

from dataclasses import dataclass

LEAST_CHUNK = 4


@dataclass(frozen=True, slots=True)
class Fill:
    """Decode from frame `since` (or the key before it) on to frame `to`, and keep those in `keep`."""

    to: int
    keep: range
    since: int


@dataclass(frozen=True, slots=True)
class Around:
    """What is there: the frame in hand, the way she goes, how many frames in a row are kept on each side."""

    at: int
    backward: bool
    count: int
    kept_before: int
    kept_after: int
    capacity: int


def jump(at: int, count: int, capacity: int) -> Fill:
    """The frame that is asked for, and what passes on the way to it."""
    return Fill(at, _within(at - capacity // 2, at + capacity // 4, count), at)


def ahead(now: Around, *, resting: bool) -> Fill | None:
    """The next run of decoding, or None where enough is there.

    Moving: half the capacity ahead, an eighth behind; where less is left, a chunk more in one run, because
    one frame at a time would decode its group again and again. At rest: half ahead, three eighths behind.
    """
    half, eighth = max(1, now.capacity // 2), max(1, now.capacity // 8)
    behind = max(1, now.capacity * 3 // 8) if resting else eighth
    more = 0 if resting else max(LEAST_CHUNK, now.capacity * 3 // 8)
    if now.backward:
        return _before(now, half, more, behind) or _after(now, behind, 0, half)
    return _after(now, half, more, behind) or _before(now, behind, 0, half)


def _before(now: Around, enough: int, more: int, other_side: int) -> Fill | None:
    if now.kept_before >= min(enough, now.at):
        return None
    lowest = now.at - now.kept_before
    keep = _within(min(now.at - enough, lowest - more), now.at + other_side, now.count)
    return Fill(lowest - 1, keep, keep.start)


def _after(now: Around, enough: int, more: int, other_side: int) -> Fill | None:
    if now.kept_after >= min(enough, now.count - 1 - now.at):
        return None
    highest = now.at + now.kept_after
    keep = _within(now.at - other_side, max(now.at + enough, highest + more), now.count)
    return Fill(keep.stop - 1, keep, highest + 1)


def _within(first: int, last: int, count: int) -> range:
    return range(max(0, first), min(count - 1, last) + 1)
