"""Which frames to decode before they are asked for: rules on numbers alone."""

from dataclasses import dataclass

LEAST_CHUNK = 4


@dataclass(frozen=True, slots=True)
class Fill:
    """Decode on to frame `to`, and of what passes keep those in `keep`."""

    to: int
    keep: range


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
    return Fill(at, _within(at - capacity // 2, at + capacity // 4, count))


def ahead(now: Around, *, resting: bool) -> Fill | None:
    """The next run of decoding, or None where enough is there.

    Moving: half the capacity ahead, an eighth behind; where less is left, a chunk in one run, because one
    frame at a time would decode its group again and again. At rest: both sides.
    """
    before, after = (
        _before(now, enough=_half(now) if now.backward or resting else _eighth(now)),
        _after(now, enough=_eighth(now) if now.backward else _half(now)),
    )
    if resting:
        after = after or _after(now, enough=_chunk(now))
    return (before or after) if now.backward else (after or before)


def _half(now: Around) -> int:
    return max(1, now.capacity // 2)


def _eighth(now: Around) -> int:
    return max(1, now.capacity // 8)


def _chunk(now: Around) -> int:
    return max(LEAST_CHUNK, now.capacity * 3 // 8)


def _before(now: Around, enough: int) -> Fill | None:
    lowest = now.at - now.kept_before
    if now.kept_before >= min(enough, now.at):
        return None
    chunk = _chunk(now) if enough > _eighth(now) else _eighth(now)
    after = _eighth(now) if now.backward else _half(now)
    return Fill(lowest - 1, _within(lowest - chunk, now.at + after, now.count))


def _after(now: Around, enough: int) -> Fill | None:
    highest = now.at + now.kept_after
    if now.kept_after >= min(enough, now.count - 1 - now.at):
        return None
    to = min(now.count - 1, highest + (_chunk(now) if enough > _eighth(now) else _eighth(now)))
    before = _half(now) if now.backward else _eighth(now)
    return Fill(to, _within(now.at - before, to, now.count))


def _within(first: int, last: int, count: int) -> range:
    return range(max(0, first), min(count - 1, last) + 1)
